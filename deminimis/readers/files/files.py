"""A file on the disk to its bytes and its kind; every unusable file is refused with one sentence."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast
from xml.parsers import expat

from isal import isal_zlib

from deminimis.errors import InputError

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DECLARED = b"std.iec.ch/iec62474"
"""What every declaration of IEC 62474 names, also those that chemSHERPA zips."""
BOF = b"\x09\x08\x10\x00\x00\x06\x05\x00"
"""How the stream of an .xls workbook begins: 20 bytes, then FILEPASS if the workbook has a password."""
FILEPASS, WRITE_PROTECTED = b"\x2f\x00", b"\x86\x00\x00\x00"
FILE_LIMIT = 1 << 30
UNPACKED_LIMIT = 2 << 30
"""Bytes a workbook may unpack to; a sheet of a million full rows needs about half of it."""
RATIO_LIMIT, RATIO_FROM = 200, 200 << 20
"""Above 200 MiB unpacked, no honest sheet shrinks more than 200 times."""
MEMBERS_LIMIT = 50_000
"""Files in a workbook; a picture for each row makes many."""
STEEPEST = 1032
"""No deflated byte unpacks to more bytes than this."""
PIECE, STEP = 1 << 20, 4 << 20
"""Bytes unpacked, and gained, at once: after each the interpreter is waited for, which other threads keep busy."""
SNIFFED = 1 << 12
UNREADABLE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zlib.error, cast(type[Exception], isal_zlib.IsalError), ValueError, OSError,
    NotImplementedError, EOFError,
)  # fmt: skip
"""What a damaged zip file raises."""
OFFICE = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
"""Files that only a workbook holds."""
KINDS = {
    "xlsx": ((".xlsx", ".xlsm", ".xltx"), "an Excel workbook"),
    "workbook": ((".xls", ".xlsb", ".ods"), "a workbook of the kinds xls, xlsb or ods"),
    "text": ((".csv", ".tsv", ".txt", ".tab"), "delimited text"),
    "html": ((".html", ".htm"), "an HTML page"),
    "mhtml": ((".mht", ".mhtml"), "a web archive (MHTML)"),
    "xml": ((".xml",), "XML"),
    "json": ((".json",), "JSON"),
    "archive": ((".shai", ".shci", ".zip"), "a zip file of declarations"),
}
"""What each kind is usually named, and what to call it."""
HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html|table|head|body|meta|style)\b", re.I | re.S
)
XML = re.compile(r"\s*(<\?xml\s|(<!--.{0,2000}?-->\s*)*<[A-Za-z_][\w.:-]*(\s+[\w.:-]+\s*=\s*[\"']|\s*/?>))", re.S)
JSON = re.compile(r'\s*(\{\s*["}]|\[\s*[\[{"\]\d-])')
ARCHIVE = re.compile(r"(From: .*\r?\n)?.{0,300}^(MIME-Version|Content-Type: multipart/related)", re.I | re.S | re.M)


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file's name, bytes, hash, kind (a key of `KINDS`) and folder.

    `product` is the part that its rows are in where they name none; the file's name without its ending by default.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    kind: str
    folder: Path = Path()
    product: str = ""


def read_file(path: str | Path) -> FileRead:
    """Read a file and say what it is by its content, not by its name.

    Parameters
    ----------
    path : str or Path
        A spreadsheet, or text that holds a table.

    Returns
    -------
    FileRead

    Raises
    ------
    InputError
        The file is missing, empty, larger than 1 GiB, no regular file, encrypted, corrupt, a zip bomb or no table.
    """
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refuse(path.name, "is a directory", "name the file in it")
        if not stat.S_ISREG(status.st_mode):
            # A device or a pipe may never end, or never begin.
            raise refuse(path.name, "is no regular file but a device or a pipe", "copy its content into a file")
        if status.st_size > FILE_LIMIT:
            raise refuse(path.name, f"has {status.st_size >> 20} MiB, more than can be read", "split it")
        data = path.read_bytes()
    except FileNotFoundError:
        raise refuse(path.name, "does not exist", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise refuse(path.name, f"cannot be opened ({reason})", "check the path and the rights") from None
    return FileRead(path.name, data, hashlib.sha256(data).hexdigest(), kind_of(path.name, data), path.parent)


def refuse(name: str, what: str, remedy: str) -> InputError:
    """Return the refusal of a file in one sentence.

    Examples
    --------
    >>> str(refuse("pump.xlsx", "is empty", "save it again"))
    'pump.xlsx is empty: save it again.'
    """
    return InputError(f"{name} {what}: {remedy}.", file=name)


def said_by_name(name: str, kind: str) -> str:
    """Return one sentence where a file's name promises another kind than its content is, else "".

    Parameters
    ----------
    name : str
        File name.
    kind : str
        A key of `KINDS`.

    Returns
    -------
    str
        A name without a known ending promises nothing.

    Examples
    --------
    >>> said_by_name("bom.xls", "html"), said_by_name("bom.csv", "text")
    ('the name ends in .xls but the content is an HTML page', '')
    """
    suffix = Path(name).suffix.lower()
    known = {ending for endings, _ in KINDS.values() for ending in endings}
    endings, called = KINDS[kind]
    return f"the name ends in {suffix} but the content is {called}" if suffix in known - set(endings) else ""


def kind_of(name: str, data: bytes) -> str:
    """Return the kind of a file from its content, a key of `KINDS`.

    Raises
    ------
    InputError
        Nothing here can read it.
    """
    if not data:
        raise refuse(name, "is empty (0 bytes)", "save or copy it again")
    if data.startswith(OLE2):
        if ENCRYPTED in data or _has_filepass(data):
            raise refuse(name, "is protected with a password", "save a copy without password")
        return "workbook"
    if data.startswith(ZIP):
        return _kind_of_zip(name, data)
    from deminimis.readers.files.encodings import (
        marked_encoding,  # needs the tables, which a workbook does not wait for
    )

    marked = marked_encoding(data)
    if marked or _is_text(data):
        return _kind_of_text(name, data, marked)
    raise refuse(name, "is neither a spreadsheet nor delimited text", "save the table as .xlsx or .csv")


def _has_filepass(data: bytes) -> bool:
    start = data.find(BOF) + 20
    records = data[start : start + 6].removeprefix(WRITE_PROTECTED)
    return start >= 20 and records.startswith(FILEPASS)


def _kind_of_text(name: str, data: bytes, marked: str) -> str:
    start = data[:SNIFFED].decode(marked or "latin-1", "replace").removeprefix("\ufeff").removeprefix("ï»¿")
    end = data[-64:].replace(b"\0", b"").rstrip()[-1:]
    if ARCHIVE.match(start):
        return "mhtml"
    if start.startswith("{\\rtf"):
        raise refuse(name, "is a formatted document (RTF)", "save the table in it as .xlsx or .csv")
    if HTML.match(start):
        return "html"
    if XML.match(start) and (end == b">" or start.lstrip().startswith("<?xml")):
        return "html" if re.search(r"<(html|table)[\s>]", start, re.IGNORECASE) and "<Workbook" not in start else "xml"
    return "json" if JSON.match(start) and end in (b"}", b"]") else "text"


def _kind_of_zip(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {member.filename for member in archive.infolist()}
            if any(member.flag_bits & 1 for member in archive.infolist()) or _is_encrypted_ods(archive, names):
                raise refuse(name, "is protected with a password", "save a copy without password")
            _check_sizes(name, data, archive)
            if any(_declares_entities(archive, member) for member in archive.infolist()):
                raise refuse(name, "declares XML entities, which no workbook does", "open it and save it again")
            if "content.xml" in names and (fault := _fault_in_xml(data, archive, archive.getinfo("content.xml"))):
                raise refuse(name, f"is damaged (content.xml: {fault})", "open it, save it again as .xlsx")
            declared = not names & OFFICE and any(_is_declaration(archive, member) for member in archive.infolist())
    except UNREADABLE:
        raise refuse(name, "is damaged (its zip directory cannot be read)", "save or copy it again") from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if names & OFFICE:
        return "workbook"
    if declared:
        return "archive"
    raise refuse(name, "is a zip file but no spreadsheet", "unpack it, or save the table as .xlsx or .csv")


def _is_declaration(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if not member.filename.casefold().endswith(".xml"):
        return False
    with archive.open(member) as stream:
        return DECLARED in stream.read(SNIFFED).replace(b"\0", b"").lower()


def _check_sizes(name: str, data: bytes, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that holds or unpacks to more than it may, or than it says.

    Raises
    ------
    InputError
    """
    members = archive.infolist()
    if len(members) > MEMBERS_LIMIT:
        raise refuse(name, f"holds {len(members)} files, more than is sane", "save it again without pictures")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT or (unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * len(data)):
        raise refuse(name, f"would unpack to {unpacked >> 20} MiB, more than is sane", "split it or save it again")
    # Small members cannot hold a bomb whatever they say, so that only large files are unpacked twice.
    if sum(member.compress_size for member in members) * STEEPEST > RATIO_FROM:
        for member in members:
            if member.compress_type == zipfile.ZIP_DEFLATED and _unpacks_to_more(data, archive, member):
                raise refuse(name, "unpacks to more than its zip directory says", "save or copy it again")


def _unpacks_to_more(data: bytes, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Return whether a member unpacks to more bytes than it says; stops soon after the first byte too many."""
    left = member.file_size
    for piece in unpacked(data, archive, member):
        left -= len(piece)
        if left < 0:
            return True
    return False


def unpacked(data: bytes, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member of a zip file in large pieces; a deflated one without regard to the size it says it has.

    Parameters
    ----------
    data : bytes
        The zip file.
    archive : ZipFile
        The same, opened.
    member : ZipInfo
        One of its members.
    """
    with archive.open(member) as stream:  # a broken local header is told here, and the data begin behind it
        if member.compress_type != zipfile.ZIP_DEFLATED:
            yield from iter(partial(stream.read, STEP), b"")
            return
    head = data[member.header_offset : member.header_offset + 30]
    start = member.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    unpacker = isal_zlib.decompressobj(-15)
    for at in range(start, start + member.compress_size, PIECE):
        rest = data[at : min(at + PIECE, start + member.compress_size)]
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, STEP)
            rest = unpacker.unconsumed_tail


def _fault_in_xml(data: bytes, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """Return what breaks an XML file, "" for nothing: the reader of .ods does not end on some that are broken."""
    parser = expat.ParserCreate()
    try:
        for piece in unpacked(data, archive, member):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        return str(fault)
    return ""


def _is_encrypted_ods(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if "content.xml" not in names or "META-INF/manifest.xml" not in names:
        return False
    with archive.open("META-INF/manifest.xml") as stream:
        return b"encryption-data" in stream.read(1 << 20)


def _declares_entities(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if not member.filename.startswith(("xl/", "content.xml")) or not member.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(member) as stream:
        return b"<!DOCTYPE" in stream.read(SNIFFED).replace(b"\0", b"")


def _is_text(data: bytes) -> bool:
    """Return whether the start of the bytes looks like text: no NUL and hardly any control characters."""
    start = data[: 1 << 16]
    control = sum(start.count(bytes([code])) for code in range(32) if code not in (9, 10, 13, 26, 27))
    return b"\0" not in start and control * 100 <= len(start)
