"""Workbooks that are no xlsx, written anew as one: their cells are read as they are shown, like those of all others."""

from __future__ import annotations

from dataclasses import replace

from deminimis.model import Finding, finding
from deminimis.readers.files.files import OLE2, FileRead, refuse
from deminimis.readers.workbooks.book import Book, NotUnderstood, write_book
from deminimis.readers.workbooks.xlsb_records import LINKS

BINARY = LINKS.encode()
"""Name of a part that only binary workbooks have; it stands in their zip directory as it is."""


def as_xlsx(file: FileRead) -> tuple[FileRead, tuple[Finding, ...]]:
    """Write an .xls, .xlsb or .ods file anew as xlsx.

    Parameters
    ----------
    file : FileRead

    Returns
    -------
    FileRead
        The file itself if it is of another kind, or if how its cells are shown cannot be read.
    tuple of Finding
        CELL_FORMATS_NOT_READ in the last case.

    Raises
    ------
    InputError
        The fast reader cannot be trusted with the file either: of some .xlsb files it leaves out cells without a word,
        and of what is broken or far too large it may ask for all memory there is.
    """
    if file.kind != "workbook":
        return file, ()
    try:
        return replace(file, kind="xlsx", data=write_book(_book(file.data))), ()
    except Exception as fault:
        # the library of .xls raises anything, also on sound files
        if not (isinstance(fault, NotUnderstood) or _is_sound_old_workbook(file.data)):
            why = (str(fault).strip().splitlines() or [type(fault).__name__])[0].rstrip(".:")
            raise refuse(file.name, f"is damaged ({why})", "open it, save it again as .xlsx") from None
        return file, (finding("CELL_FORMATS_NOT_READ", file=file.name, value=file.name),)


def _book(data: bytes) -> Book:
    if data.startswith(OLE2):
        from deminimis.readers.workbooks.xls_book import read_xls

        return read_xls(data)
    if BINARY in data:
        from deminimis.readers.workbooks.xlsb_book import read_xlsb

        return read_xlsb(data)
    from deminimis.readers.workbooks.ods_book import read_ods

    return read_ods(data)


def _is_sound_old_workbook(data: bytes) -> bool:
    if not data.startswith(OLE2):
        return False
    from deminimis.readers.workbooks.xls_stream import sound_stream

    try:
        sound_stream(data)
    except Exception:  # of a broken one any number may be out of bounds
        return False
    return True
