"""Ids to the byte: what a spreadsheet shows, where it holds a number in place of text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.grid import Grid, GridFault

SHORT = 11
"""Characters of a whole number that no printing can have rounded."""


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
        Numbers formatted with leading zeros keep them; numbers of more than 15 digits are faults.
    """
    numeric = [c for c in columns if grid.numbers and grid.numbers[c].null_count < grid.height]
    if not numeric:
        return grid
    text = list(grid.text)
    padded = grid.xml.padded(c + grid.offset for c in numeric) if grid.xml else {}
    faults = list(grid.faults)
    for column in numeric:
        new, long = rounded_text(text[column], grid.numbers[column])
        cells = {(row, column + grid.offset) for row in long}
        cells = cells if grid.xml is None else grid.xml.numeric(cells)
        faults += [GridFault(row, column, "ID_FROM_NUMBER", text[column][row].as_py()) for row, _ in sorted(cells)]
        new |= {row: shown for (row, place), shown in padded.items() if place == column + grid.offset}
        text[column] = replaced(text[column], new)
    return replace(grid, text=tuple(text), faults=tuple(faults))


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
