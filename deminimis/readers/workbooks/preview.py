"""The first rows of every sheet of an xlsx file, without unpacking the rest.

A sheet of 200,000 rows takes seconds to read in one type, and it must be known beforehand which columns hold numbers.
So a small workbook is cut out of the file: the first rows, and only as many shared strings as they use.
"""

from __future__ import annotations

import io
import re
import zipfile

from deminimis.readers.workbooks.workbook_parts import SKELETON, STRINGS, sheet_members

ROWS = 41
HEAD_LIMIT = 1 << 24
"""Bytes of XML within which the first rows must end."""
STEP = 1 << 16
SHARED = re.compile(rb' t="s"[^>]*><(?:\w+:)?v>(\d+)<')


def first_rows(data: bytes) -> bytes | None:
    """Cut a workbook of the first rows out of an xlsx file.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    bytes or None
        A small xlsx file; None where the file is not written as expected.
    """
    cut = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(cut, "w") as small:
        highest = -1
        for member in sheet_members(archive).values():
            head = _head(archive, member, b"</row>", ROWS, b"</sheetData></worksheet>")
            if head is None:
                return None
            highest = max(highest, *map(int, SHARED.findall(head)), -1)
            small.writestr(member, head)
        names = set(archive.namelist())
        if STRINGS in names:
            strings = _head(archive, STRINGS, b"</si>", highest + 1, b"</sst>") if highest >= 0 else b"<sst/>"
            if strings is None:
                return None
            small.writestr(STRINGS, strings)
        for name in SKELETON:
            if name in names:
                small.writestr(name, archive.read(name))
    return cut.getvalue()


def _head(archive: zipfile.ZipFile, member: str, end: bytes, wanted: int, closing: bytes) -> bytes | None:
    """Return the XML up to the wanted closing tag, closed; all of it if there are fewer."""
    head = bytearray()
    found, at = 0, 0
    with archive.open(member) as stream:
        while len(head) < HEAD_LIMIT:
            chunk = stream.read(STEP)
            if not chunk:
                return bytes(head)
            head += chunk
            while found < wanted and (place := head.find(end, at)) >= 0:
                found, at = found + 1, place + len(end)
            if found == wanted:
                return bytes(head[:at]) + closing
    return None
