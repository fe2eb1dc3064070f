"""IEC 62474 declarations, EN 45558 in the same format, and chemSHERPA archives of them."""

from __future__ import annotations

import io
import zipfile
import zlib

from deminimis.readers.declared.result import DeclaredRead, read_composition
from deminimis.readers.declared.xml_tree import Element, parse_xml
from deminimis.readers.files.files import refuse

FORM = "iec62474"
SPACE = "std.iec.ch/iec62474"
START = 1 << 12
"""Bytes within which a file names its format."""
MEMBERS_LIMIT = 100
"""Files of one archive: chemSHERPA's own limit."""
OFFICE = frozenset({"[Content_Types].xml", "mimetype", "content.xml"})
"""Members that make a zip file an office document."""
MEMBER_LIMIT, ARCHIVE_LIMIT = 64 << 20, 256 << 20
"""Bytes that one member and all of them may unpack to."""


def is_iec62474(root: Element) -> bool:
    """Say whether a parsed file is an IEC 62474 declaration.

    Examples
    --------
    >>> is_iec62474(parse_xml("sample.xml", b"<Main xmlns='http://std.iec.ch/iec62474'/>"))
    True
    """
    return SPACE in root.namespace.casefold()


def read_iec62474(root: Element, file: str, sheet: str = "") -> DeclaredRead:
    """Read an IEC 62474 declaration.

    Parameters
    ----------
    root : Element
    file, sheet : str
        Where it stands.

    Returns
    -------
    DeclaredRead
        One row per product and material. A declaration for compliance without composition declares nothing.

    Notes
    -----
    Business information and the product's mass as public parsers read them (2026-11-22). The schema of the composition
    is not public: its elements are found by every spelling of `names.csv`, and what its masses do not add up to stays
    unknown.
    """
    return read_composition(root, FORM, "iec62474", "the namespace std.iec.ch/iec62474", file, sheet)


def read_archive(file: str, data: bytes) -> DeclaredRead | None:
    """Read an archive of IEC 62474 declarations (chemSHERPA .shai, .shci).

    Parameters
    ----------
    file : str
    data : bytes

    Returns
    -------
    DeclaredRead or None
        None where no member is such a declaration.

    Raises
    ------
    InputError
        It is damaged, protected, or holds or unpacks to more than is sane.
    """
    members = _members(file, data)
    if members is None:
        return None
    own = [(member, content) for member, content in members if _names_space(content)]
    if not own:
        return None
    reads = [read_iec62474(parse_xml(f"{file}/{member}", content), file, member) for member, content in own]
    others = tuple((1, f"{member} is no IEC 62474 declaration") for member, data in members if not _names_space(data))
    return DeclaredRead(
        "chemsherpa",
        f"a zip file of {len(reads)} files with the namespace {SPACE}",
        tuple(table for read in reads for table in read.raw),
        tuple(found for read in reads for found in read.findings),
        (),
        sum(read.rows for read in reads) + len(others),
        (*(skipped for read in reads for skipped in read.skipped), *others),
    )


def _names_space(content: bytes) -> bool:
    """Say whether the start of a file names the format, in an encoding of one or two bytes."""
    return SPACE in content[:START].replace(b"\0", b"").decode("ascii", errors="ignore").casefold()


def _members(file: str, data: bytes) -> list[tuple[str, bytes]] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [member for member in archive.infolist() if member.filename.casefold().endswith(".xml")]
            if not found or OFFICE & set(archive.namelist()):
                return None
            sizes = [member.file_size for member in found]
            if len(found) > MEMBERS_LIMIT or max(sizes) > MEMBER_LIMIT or sum(sizes) > ARCHIVE_LIMIT:
                raise refuse(file, "holds or unpacks to more than is sane", f"send at most {MEMBERS_LIMIT} files")
            # a member that lies about its size is cut off at what it said
            return [(member.filename, archive.read(member)) for member in found]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        raise refuse(file, "is damaged or protected (its files cannot be unpacked)", "export it again") from None
