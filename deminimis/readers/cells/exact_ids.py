"""Ids to the byte: what a spreadsheet shows, where it holds a number in place of text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.workbooks.sheet_xml import SheetXml

SHORT = 11
"""Characters of a whole number that no printing can have rounded."""
DATE = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?$"
DATE_LENGTH = 10
"""Characters of a day in ISO form; a time comes on top."""
EXPONENT = r"^\d(\.\d+)?E\+\d+$"
"""As spreadsheets write long numbers into text files; ids such as 1E5 have no plus."""
ZEROS_FIRST = r"^0\d+$"


def with_exact_ids(grid: Grid, columns: Iterable[int]) -> Grid:
    """Return the grid with the ids of some columns as the spreadsheet holds and shows them.

    Parameters
    ----------
    grid : Grid
        A sheet.
    columns : iterable of int
        Its id columns.

    Returns
    -------
    Grid
        Numbers formatted with leading zeros or letters keep them. Faults are numbers of more than 15 digits, dates,
        E-notation, and ids that differ only in leading zeros.
    """
    ids = list(columns)
    dated = {column: _matching(grid.text[column], DATE, pc.greater_equal, DATE_LENGTH) for column in ids}
    grid = _with_numbers(grid, ids)
    xml = grid.xml
    if xml is None:
        faults = [fault for column in ids for fault in _guessed_dates(grid, column, dated[column])]
    elif xml.as_expected:
        faults = []
    else:
        grid, faults = _with_shown_numbers(grid, xml, dated)
    for column in ids:
        faults += _doubtful(grid.text[column], column)
    return replace(grid, faults=(*grid.faults, *faults)) if faults else grid


def _with_numbers(grid: Grid, ids: Iterable[int]) -> Grid:
    """Return the grid with the numbers among its ids in full, and faults where a spreadsheet rounds them."""
    numeric = [c for c in ids if grid.numbers and grid.numbers[c].null_count < grid.height]
    if not numeric:
        return grid
    text = list(grid.text)
    faults = list(grid.faults)
    for column in numeric:
        new, long = rounded_text(text[column], grid.numbers[column])
        cells = {(row, column + grid.offset) for row in long}
        cells = cells if grid.xml is None else grid.xml.numeric(cells)
        faults += [GridFault(row, column, "ID_FROM_NUMBER", text[column][row].as_py()) for row, _ in sorted(cells)]
        text[column] = replaced(text[column], new)
    return replace(grid, text=tuple(text), faults=tuple(faults))


def _with_shown_numbers(grid: Grid, xml: SheetXml, dated: Mapping[int, list[int]]) -> tuple[Grid, list[GridFault]]:
    """Return the grid with the zeros and letters of its number formats, and the faults of cells that are dates."""
    if not (xml.styles.shown or xml.styles.dates or any(dated.values())):
        return grid, []
    padded, dates = xml.shown_numbers(column + grid.offset for column in dated)
    text = list(grid.text)
    faults = []
    for column, rows in dated.items():
        place = column + grid.offset
        text[column] = replaced(text[column], {row: shown for (row, at), shown in padded.items() if at == place})
        found = {row: day for (row, at), day in dates.items() if at == place and row < grid.height}
        # what the fast reader alone holds for a date is none of its own making if the cell is a number
        unseen = xml.numeric((row, place) for row in rows if row not in found)
        found |= {row: grid.text[column][row].as_py() for row, _ in unseen}
        faults += [GridFault(row, column, "ID_FROM_DATE", day) for row, day in sorted(found.items())]
    return replace(grid, text=tuple(text)), faults


def _guessed_dates(grid: Grid, column: int, rows: Iterable[int]) -> Iterator[GridFault]:
    """Yield the dates of a file that does not tell dates from text: only workbooks add the time by themselves."""
    for row in rows:
        said = grid.text[column][row].as_py()
        sure = bool(grid.numbers) and len(said) > DATE_LENGTH
        yield GridFault(row, column, "ID_FROM_DATE" if sure else "ID_LOOKS_DATE", said)


def _doubtful(text: pa.Array, column: int) -> list[GridFault]:
    """Return the ids that look as if a spreadsheet had changed them."""
    exponents = _matching(text, EXPONENT, pc.match_substring, "E+")
    faults = [GridFault(row, column, "ID_LOOKS_EXPONENT", text[row].as_py()) for row in exponents]
    mixed = mixed_zeros(text)
    return [*faults, GridFault(mixed[0], column, "ID_MIXED_ZEROS", " and ".join(mixed[1:]))] if mixed else faults


def mixed_zeros(text: pa.Array) -> tuple[int, str, str] | None:
    """Find two ids of a column that are the same number but for leading zeros.

    Parameters
    ----------
    text : pyarrow.StringArray (rows,)
        The column.

    Returns
    -------
    tuple of (row, str, str) or None
        The row of the first such id, and both spellings; None where there is none.

    Examples
    --------
    >>> mixed_zeros(pa.array(["123", "7", "00123"])), mixed_zeros(pa.array(["0123", "124"]))
    ((2, '00123', '123'), None)
    """
    rows = _matching(text, ZEROS_FIRST, pc.starts_with, "0")
    if not rows:
        return None
    zeros = text.take(pa.array(rows))
    plain = pc.utf8_ltrim(zeros, characters="0")
    plain = pc.if_else(pc.equal(plain, ""), "0", plain)
    others = text.filter(pc.or_(pc.invert(pc.starts_with(text, "0")), pc.equal(text, "0")))
    also = pc.is_in(plain, value_set=others)
    if first := pc.indices_nonzero(also)[:1].to_pylist():
        return rows[first[0]], zeros[first[0]].as_py(), plain[first[0]].as_py()
    lengths = pc.min_max(pc.binary_length(zeros))
    if lengths["min"] == lengths["max"] or pc.count_distinct(plain) == pc.count_distinct(zeros):
        return None
    seen: dict[str, str] = {}
    spelt = zip(rows, zeros.to_pylist(), plain.to_pylist(), strict=True)
    return next((row, said, seen[number]) for row, said, number in spelt if seen.setdefault(number, said) != said)


def _matching(text: pa.Array, pattern: str, likely: Callable[..., pa.Array], sign: str | int) -> list[int]:
    """Return the rows that fit a pattern; a cheap look at each cell says first whether there are any."""
    maybe = pc.indices_nonzero(
        pc.fill_null(likely(pc.binary_length(text) if isinstance(sign, int) else text, sign), False)
    )
    if not len(maybe):
        return []
    fitting = pc.match_substring_regex(text.take(maybe), pattern)
    found: list[int] = maybe.filter(fitting).to_pylist()
    return found


def rounded_text(said: pa.Array, given: pa.Array) -> tuple[dict[int, str], list[int]]:
    """Find numbers that the reader printed with too few digits, and those a spreadsheet rounds.

    Parameters
    ----------
    said : pyarrow.StringArray (rows,)
        Text of the cells.
    given : pyarrow.DoubleArray (rows,)
        The doubles behind it.

    Returns
    -------
    text : dict of row to str
        The number in full.
    long : list of int
        Rows whose number has more than 15 digits.
    """
    sure = pc.and_(pc.less_equal(pc.binary_length(said), SHORT), pc.equal(given, pc.floor(given)))
    doubtful = pc.and_(given.is_valid(), pc.invert(pc.fill_null(sure, False)))
    new: dict[int, str] = {}
    long = []
    for row in pc.indices_nonzero(doubtful).to_pylist():
        value, text = given[row].as_py(), said[row].as_py()
        if text is None or not math.isfinite(value) or text != f"{value:.9f}".rstrip("0").rstrip("."):
            continue
        if value == int(value) and len(text.lstrip("-")) > 15:
            long.append(row)
        elif float(text) != value:
            new[row] = repr(value)
    return new, long


def replaced(text: pa.Array, new: Mapping[int, str]) -> pa.Array:
    """Return a column with some rows replaced."""
    if not new:
        return text
    cells = text.to_pylist()
    for row, cell in new.items():
        cells[row] = cell
    return pa.array(cells, pa.string())
