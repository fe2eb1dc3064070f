"""Binary workbooks (.xlsb): every cell with how it is shown.

Source: [MS-XLSB] 2.4 (types of records) and 2.5 (their fields).
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from deminimis.readers.workbooks.book import Book, Cell, Range, Row, Sheet, Style
from deminimis.readers.workbooks.xlsb_parts import (
    BOOK,
    CELLS_LIMIT,
    Allowance,
    ListedSheet,
    Record,
    at_most,
    contains,
    linked_parts,
    part_records,
    read_list,
    read_styles,
    read_texts,
)
from deminimis.readers.workbooks.xlsb_texts import Said, rich_text, wide_text

ROW, BEGIN_ROWS, END_ROWS, MERGED, BEGIN_MERGED = 0, 145, 146, 176, b"\xb1\x01\x04"
ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}
"""Errors by number: [MS-XLSB] 2.5.97.2 (BErr)."""
LEVEL, HIDDEN = 7, 16
"""Bits of the flags of a row: [MS-XLSB] 2.4.761, iOutLevel and fDyZero."""
STYLE = 0xFFFFFF
"""Bits of the style of a cell: [MS-XLSB] 2.5.10, iStyleRef."""
ROWS, COLUMNS = 1 << 20, 1 << 14
RECTANGLE_LIMIT = 50_000_000
"""Cells of the rectangle a sheet may span: a million rows of fifty columns."""
HEAD, WORD, WHOLE, DOUBLE, CORNERS = (struct.Struct(layout) for layout in ("<II", "<I", "<i", "<d", "<IIII"))

Take = Callable[[bytes, int, int, "_Shared"], Said]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the cells of all sheets refer to."""

    styles: Sequence[Style]
    texts: Sequence[Said]
    struck: Collection[int]


def read_xlsb(data: bytes) -> Book:
    """Read a binary workbook.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    Book
        Its rows are read as they are asked for, once. Sheets of charts, dialogs and macros are left out.

    Raises
    ------
    ValueError
        The workbook is damaged or larger than sane; of rows and cells, as they are read.

    Notes
    -----
    The workbook keeps the value of every formula. A number that is none (an infinity) is the error #NUM!.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is no zip file ({error})") from None
    allowance = Allowance()
    links = linked_parts(archive)
    listed, since_1904 = read_list(part_records(archive, BOOK, allowance), links)
    members = dict(links.values())
    styles, struck = [Style()], frozenset[int]()
    if "styles" in members:
        styles, struck = read_styles(part_records(archive, members["styles"], allowance))
    texts = []
    if "sharedStrings" in members:
        texts = read_texts(part_records(archive, members["sharedStrings"], allowance), struck)
    shared = _Shared(styles, texts, struck)
    return Book([_sheet(archive, sheet, shared, allowance) for sheet in listed], styles, since_1904)


def _sheet(archive: zipfile.ZipFile, listed: ListedSheet, shared: _Shared, allowance: Allowance) -> Sheet:
    rows = _rows(archive, listed.member, shared, allowance)
    return Sheet(listed.name, rows, listed.hidden, _merged(archive, listed.member, allowance))


def _merged(archive: zipfile.ZipFile, member: str, allowance: Allowance) -> tuple[Range, ...]:
    """Return the merged ranges, which stand behind the rows: few sheets have some, so they are looked for first."""
    if not contains(archive, member, BEGIN_MERGED):
        return ()
    found = at_most(ROWS, (record for record in part_records(archive, member, allowance) if record[0] == MERGED))
    return tuple(_corners(piece, start, end) for _, piece, start, end in found)


def _corners(piece: bytes, start: int, end: int) -> Range:
    if end - start < CORNERS.size:
        raise ValueError("a merged range is cut off")
    top, bottom, left, right = CORNERS.unpack_from(piece, start)
    if not (top <= bottom < ROWS and left <= right < COLUMNS):
        raise ValueError("a merged range stands outside the sheet")
    return top, left, bottom, right


def _rows(archive: zipfile.ZipFile, member: str, shared: _Shared, allowance: Allowance) -> Iterator[Row]:
    found = part_records(archive, member, allowance)
    if not any(record[0] == BEGIN_ROWS for record in found):
        raise ValueError(f"{member} holds no rows")
    row, level, hidden, column, width = -1, 0, False, -1, 0
    cells: list[Cell] = []
    for record in found:
        kind = record[0]
        if kind in LAYOUTS:
            if row < 0:
                raise ValueError("a cell stands before any row")
            column = _add(cells, record, column, shared)
        elif kind in (ROW, END_ROWS):
            if cells:
                width = max(width, cells[-1].column + 1)
                _take_off(allowance, len(cells), (row + 1) * width)
            if row >= 0:
                yield Row(row, cells, level, hidden)
            if kind == END_ROWS:
                return
            row, level, hidden = _row(record, row)
            cells, column = [], -1
    raise ValueError(f"the rows of {member} do not end")


def _take_off(allowance: Allowance, cells: int, area: int) -> None:
    allowance.cells -= cells
    if allowance.cells < 0:
        raise ValueError(f"the workbook holds more than {CELLS_LIMIT} cells")
    if area > RECTANGLE_LIMIT:
        raise ValueError(f"a sheet spans {area} cells, most of them empty")


def _row(record: Record, before: int) -> tuple[int, int, bool]:
    """Return a row's index, its level and whether it is hidden."""
    _, piece, start, end = record
    if end - start < 13:
        raise ValueError("a row is cut off")
    row: int = WORD.unpack_from(piece, start)[0]
    if not before < row < ROWS:
        raise ValueError(f"row {row + 1} does not follow row {before + 1}")
    flags = piece[start + 11]
    return row, flags & LEVEL, bool(flags & HIDDEN)


def _add(cells: list[Cell], record: Record, before: int, shared: _Shared) -> int:
    """Add a cell that is not blank to those of its row, and return its column."""
    kind, piece, start, end = record
    is_short, size, take = LAYOUTS[kind]
    if end - start < size:
        raise ValueError("a cell is cut off")
    column: int
    column, style = (before + 1, WORD.unpack_from(piece, start)[0]) if is_short else HEAD.unpack_from(piece, start)
    if not before < column < COLUMNS:
        raise ValueError(f"column {column + 1} does not follow column {before + 1}")
    if take is not None:
        style &= STYLE
        if style >= len(shared.styles):
            raise ValueError(f"a cell has style {style}, which the workbook does not hold")
        value, error, runs = take(piece, start + (4 if is_short else 8), end, shared)
        cells.append(Cell(column, value, style, error, runs))
    return column


def _rk(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    """Read a number of 30 bits: a whole one, or the high bits of a double; either may stand for its hundredth."""
    if piece[at] & 2:
        number = float(WHOLE.unpack_from(piece, at)[0] >> 2)
    else:
        number = DOUBLE.unpack(bytes((0, 0, 0, 0, piece[at] & 0xFC)) + piece[at + 1 : at + 4])[0]
    return _number(number / 100 if piece[at] & 1 else number)


def _real(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    return _number(DOUBLE.unpack_from(piece, at)[0])


def _number(number: float) -> Said:
    return (number, "", ()) if math.isfinite(number) else (None, "#NUM!", ())


def _boolean(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    return piece[at] != 0, "", ()


def _error(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    if piece[at] not in ERRORS:
        raise ValueError(f"a cell holds the unknown error {piece[at]}")
    return None, ERRORS[piece[at]], ()


def _text(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    return wide_text(piece, at, end)[0], "", ()


def _rich(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    return rich_text(piece, at, end, shared.struck)


def _shared_text(piece: bytes, at: int, end: int, shared: _Shared) -> Said:
    number: int = WORD.unpack_from(piece, at)[0]
    if number >= len(shared.texts):
        raise ValueError(f"a cell has the shared text {number}, which the workbook does not hold")
    return shared.texts[number]


WHOLE_CELLS: dict[int, tuple[int, Take | None]] = {
    1: (0, None),
    2: (4, _rk),
    3: (1, _error),
    4: (1, _boolean),
    5: (8, _real),
    6: (4, _text),
    7: (4, _shared_text),
    8: (4, _text),
    9: (8, _real),
    10: (1, _boolean),
    11: (1, _error),
    62: (5, _rich),
}
"""How cells are read, and the bytes they need: [MS-XLSB] 2.4, BrtCellBlank, BrtCellRk, BrtCellError, BrtCellBool,
BrtCellReal, BrtCellSt, BrtCellIsst, BrtFmlaString, BrtFmlaNum, BrtFmlaBool, BrtFmlaError, BrtCellRString."""
SHORT_CELLS = {kind + 11: WHOLE_CELLS[kind] for kind in range(1, 8)}
"""Cells that stand right of the one before and do not say their column. The specification names only their types, 12 to
18; some programs write them, all spreadsheets read them."""
LAYOUTS = {kind: (False, 8 + size, take) for kind, (size, take) in WHOLE_CELLS.items()} | {
    kind: (True, 4 + size, take) for kind, (size, take) in SHORT_CELLS.items()
}
