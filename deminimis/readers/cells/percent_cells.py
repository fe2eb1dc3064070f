"""Per cent as a spreadsheet holds them: a cell that shows 5 % holds 0.05."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.schema import TABLES, schema
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found

PERCENTS = {column.name for table in TABLES for column in schema()[table].values() if column.unit == "%"}
ROLES = frozenset(PERCENTS | {"loss_percent", "amount"})
"""Columns that hold per cent; what suppliers declare may."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def with_percents(grid: Grid, found: Found) -> Grid:
    """Return the sheet with the numbers that it shows as per cent as such.

    Parameters
    ----------
    grid : Grid
        The sheet; only a workbook says how its cells are shown.
    found : Found
        The table.

    Returns
    -------
    Grid
    """
    columns = [index for role, index in found.roles.columns.items() if role in ROLES]
    if grid.xml is None or not grid.xml.styles.percents or not grid.numbers or not columns:
        return grid
    shown: dict[int, list[int]] = {}
    for row, place in grid.xml.percents(index + grid.offset for index in columns):
        if found.header < row < found.last(grid.height):
            shown.setdefault(place - grid.offset, []).append(row)
    text, numbers = list(grid.text), list(grid.numbers)
    for column, rows in shown.items():
        cells, doubles = text[column].to_pylist(), numbers[column].to_pylist()
        kept = [True] * grid.height
        for row in rows:
            # Columns that are no numbers of the model, and those of several tables on one sheet, come as text alone.
            number = cells[row] if doubles[row] is None else repr(doubles[row])
            if number and NUMBER.fullmatch(number):
                cells[row], kept[row] = _hundredfold(number), False
        text[column] = pa.array(cells, pa.string())
        numbers[column] = pc.if_else(pa.array(kept), numbers[column], pa.scalar(None, pa.float64()))
    return replace(grid, text=tuple(text), numbers=tuple(numbers))


def _hundredfold(number: str) -> str:
    """Return a hundred times a decimal."""
    return format(Decimal(number).scaleb(2), "f")
