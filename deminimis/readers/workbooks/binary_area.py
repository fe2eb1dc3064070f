"""The rectangle that the sheets of a binary workbook (.xlsb) span, from their records alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from deminimis.readers.workbooks.workbook_parts import parsed_part

LINKS = "xl/_rels/workbook.bin.rels"
SEARCHED = 32 << 20
"""Bytes up to which all records of a sheet are looked at."""
ROW, AREA = 0, 148
CELLS = range(1, 12)
BEGIN_SHEET = b"\x81\x01"
"""Records of rows, of the rectangle as the sheet states it, and of cells, and the first of a sheet: [MS-XLSB] 2.4."""


def largest_binary_area(data: bytes) -> int:
    """Return the cells of the rectangle that the largest sheet of a binary workbook spans.

    Parameters
    ----------
    data : bytes
        An xlsb file.

    Returns
    -------
    int
        Of a sheet of more than 32 MiB what it says itself, for its records take longer to look at than to read.

    Raises
    ------
    ValueError
        Its list of sheets cannot be read.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        targets = [link.get("Target", "") for link in parsed_part(archive, LINKS)]
        members = {t.lstrip("/") if t.startswith("/") else f"xl/{t}" for t in targets}
        return max((_area(archive, member) for member in sorted(members & names)), default=0)


def _area(archive: zipfile.ZipFile, member: str) -> int:
    whole = archive.getinfo(member).file_size <= SEARCHED
    with archive.open(member) as stream:
        part = stream.read(SEARCHED)
    if not part.startswith(BEGIN_SHEET):
        return 0
    rows = columns = 0
    for kind, at, size in records(part):
        if kind == ROW and size >= 4:
            rows = max(rows, _number(part, at) + 1)
        elif kind in CELLS and size >= 4:
            columns = max(columns, _number(part, at) + 1)
        elif kind == AREA and size >= 16:
            rows, columns = max(rows, _number(part, at + 4) + 1), max(columns, _number(part, at + 12) + 1)
            if not whole:
                break
    return rows * columns


def _number(part: bytes, at: int) -> int:
    return int.from_bytes(part[at : at + 4], "little")


def records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of the records of a binary part.

    Parameters
    ----------
    part : bytes

    Yields
    ------
    kind, start, size : int
        The content begins at `start`.

    Examples
    --------
    >>> list(records(bytes([0x81, 0x01, 0, 7, 2, 65, 66])))
    [(129, 3, 0), (7, 5, 2)]
    """
    at, end = 0, len(part)
    while at < end - 1:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield kind, at, size
        at += size
