"""A file on the disk to its bytes and its kind; every unusable file is refused with one sentence."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from deminimis.errors import InputError

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
UNPACKED_LIMIT = 2 << 30
"""Bytes a workbook may unpack to; a sheet of a million full rows needs about half of it."""
RATIO_LIMIT, RATIO_FROM = 200, 200 << 20
"""Above 200 MiB unpacked, no honest sheet shrinks more than 200 times."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file's name, bytes, hash and kind: "xlsx", "workbook" (xls, xlsb, ods) or "text"."""

    name: str
    data: bytes
    sha256: str
    kind: str


def read_file(path: str | Path) -> FileRead:
    """Read a file and say what it is by its content, not by its name.

    Parameters
    ----------
    path : str or Path
        A spreadsheet, or delimited text.

    Returns
    -------
    FileRead

    Raises
    ------
    InputError
        The file is missing, empty, a directory, encrypted, corrupt, a zip bomb or no table at all.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise refuse(path.name, "does not exist", "check the path") from None
    except IsADirectoryError:
        raise refuse(path.name, "is a directory", "name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise refuse(path.name, f"cannot be opened ({reason})", "check the path and the rights") from None
    return FileRead(path.name, data, hashlib.sha256(data).hexdigest(), kind_of(path.name, data))


def refuse(name: str, what: str, remedy: str) -> InputError:
    """Return the refusal of a file in one sentence.

    Examples
    --------
    >>> str(refuse("pump.xlsx", "is empty", "save it again"))
    'pump.xlsx is empty: save it again.'
    """
    return InputError(f"{name} {what}: {remedy}.", file=name)


def kind_of(name: str, data: bytes) -> str:
    """Return the kind of a file from its first bytes.

    Raises
    ------
    InputError
        Nothing here can read it.
    """
    if not data:
        raise refuse(name, "is empty (0 bytes)", "save or copy it again")
    if data.startswith(OLE2):
        if ENCRYPTED in data:
            raise refuse(name, "is protected with a password", "save a copy without password")
        return "workbook"
    if data.startswith(ZIP):
        return _kind_of_zip(name, data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or _is_text(data):
        return "text"
    raise refuse(name, "is neither a spreadsheet nor delimited text", "save the table as .xlsx or .csv")


def _kind_of_zip(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise refuse(name, "is damaged (its zip directory cannot be read)", "save or copy it again") from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT or (unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * len(data)):
        raise refuse(name, f"would unpack to {unpacked >> 20} MiB, more than is sane", "split it or save it again")
    names = {member.filename for member in members}
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names or "content.xml" in names:
        return "workbook"
    raise refuse(name, "is a zip file but no spreadsheet", "unpack it, or save the table as .xlsx or .csv")


def _is_text(data: bytes) -> bool:
    """Return whether the start of the bytes looks like text: no NUL and hardly any control characters."""
    start = data[: 1 << 16]
    control = sum(start.count(bytes([code])) for code in range(32) if code not in (9, 10, 13, 26, 27))
    return b"\0" not in start and control * 100 <= len(start)
