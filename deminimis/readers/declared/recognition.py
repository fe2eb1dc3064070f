"""Which standard format a file is, and the one reader for it."""

from __future__ import annotations

import re

from deminimis.readers.declared.iec62474 import is_iec62474, read_archive, read_iec62474
from deminimis.readers.declared.ipc1752 import is_ipc1752, read_ipc1752
from deminimis.readers.declared.result import DeclaredRead
from deminimis.readers.declared.xml_tree import parse_xml
from deminimis.readers.files.files import ZIP, FileRead, refuse

START = 1 << 12
HTML = re.compile(r"<(!doctype\s+html|html)", re.IGNORECASE)
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
MARKED = re.compile(r"webstds\.ipc\.org|std\.iec\.ch/iec62474|<MainDeclaration|grantadesign\.com|<PartsEco")
CYCLONEDX = re.compile(r'"bomFormat"\s*:\s*"CycloneDX"')


def read_declared(file: FileRead) -> DeclaredRead | None:
    """Read a file of a standard declaration format.

    Parameters
    ----------
    file : FileRead
        Any file.

    Returns
    -------
    DeclaredRead or None
        None where it is none of these formats.

    Raises
    ------
    InputError
        It is XML that cannot be read safely, or a format that is known but not read (Granta MI, CycloneDX).
    """
    if file.data.startswith(ZIP):
        return read_archive(file.name, file.data)
    start = _start(file.data)
    if start.startswith("{") and CYCLONEDX.search(start):
        raise refuse(
            file.name,
            "is a CycloneDX bill of materials, which names components but neither materials nor masses",
            "give the lines as a table and the materials as declarations",
        )
    # A spreadsheet has far more elements than any declaration may have.
    if SPREADSHEET in start or HTML.match(start):
        return None
    if not (start.startswith("<?xml") or (start.startswith("<") and MARKED.search(start))):
        return None
    root = parse_xml(file.name, file.data)
    if root.name == "PartsEco" or "grantadesign.com" in root.namespace:
        raise refuse(
            file.name,
            "is a Granta MI BoM, whose materials are references to a database and not in the file",
            "export the parts as a table and the substances as IPC-1752 or IEC 62474",
        )
    if is_ipc1752(root):
        return read_ipc1752(root, file.name)
    return read_iec62474(root, file.name) if is_iec62474(root) else None


def _start(data: bytes) -> str:
    """Return the first characters of a file, in the encoding its first bytes show."""
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
    return data[:START].decode(wide.get(data[:2], "utf-8"), errors="ignore").lstrip("\ufeff \t\r\n")
