"""Rows whose part number stands in a column of its own kind: the maker's, else the supplier's, else the name."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.layouts import SUBSTITUTES

AMOUNT = ("quantity", "quantity_total", "unit_value", "line_value")


def with_stand_ins(grid: Grid, found: Found) -> tuple[Grid, Found, tuple[Finding, ...]]:
    """Fill blank part numbers of a table that has no column of own numbers.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        The table.

    Returns
    -------
    grid : Grid
        With a column of part numbers in which each row has the first number it gives, or its name; only rows that also
        give an amount are filled, for others are titles and notes.
    found : Found
    findings : tuple of Finding
        NUMBER_STANDS_IN, once, if a row was filled.
    """
    role = "child" if "child" in found.roles.columns else "part_number"
    columns = found.roles.columns
    others = [columns[name] for name in SUBSTITUTES["part_number"] if name != role and name in columns]
    amounts = [columns[name] for name in AMOUNT if name in columns]
    if role not in columns or columns[role] not in others or not amounts or grid.text[columns[role]].null_count == 0:
        return grid, found, ()
    rows = range(found.header + 1, found.last(grid.height))
    own = grid.text[columns[role]].to_pylist()
    counted = _said(grid, amounts)
    filled = {}
    for row in rows:
        if not (own[row] or "").strip() and counted[row]:
            words = (grid.text[column][row].as_py() or "" for column in others)
            filled[row] = next((word for word in words if word.strip()), None)
    filled = {row: word for row, word in filled.items() if word is not None}
    if not filled:
        return grid, found, ()
    cells = pa.array([filled.get(row, word) for row, word in enumerate(own)], pa.string())
    numbers = (*grid.numbers, pa.nulls(grid.height, pa.float64())) if grid.numbers else ()
    roles = replace(found.roles, columns={**columns, role: len(grid.text)})
    first = min(filled)
    place = {"file": grid.file, "sheet": grid.sheet}
    told = finding("NUMBER_STANDS_IN", **place, row=first + 1, value=filled[first], count=len(filled))
    return replace(grid, text=(*grid.text, cells), numbers=numbers), replace(found, roles=roles), (told,)


def _said(grid: Grid, columns: list[int]) -> list[bool]:
    """Return which rows say something in one of some columns."""
    said = [False] * grid.height
    for column in columns:
        filled = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(grid.text[column]), ""), False).to_pylist()
        said = [one or other for one, other in zip(said, filled, strict=True)]
    return said
