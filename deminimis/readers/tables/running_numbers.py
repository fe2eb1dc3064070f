"""Part numbers that only count the rows: they begin again in every table of a sheet and name something else there."""

from __future__ import annotations

import re
from dataclasses import replace

from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found

LEAST = 3
"""Rows of a table from which on counting is no accident."""


def without_running_numbers(grid: Grid, tables: tuple[Found, ...]) -> tuple[Found, ...]:
    """Read a column of part numbers as positions where it counts the rows of several tables, each from one.

    Parameters
    ----------
    grid : Grid
        The sheet.
    tables : tuple of Found
        Its tables.

    Returns
    -------
    tuple of Found
        As they were unless the same numbers stand beside other descriptions in each of the tables: then they name no
        parts, and the descriptions stand for part numbers.
    """
    counted = {at: rows for at, one in enumerate(tables) if (rows := _counted(grid, one))}
    if len(counted) < 2 or not _all_differ(list(counted.values())):
        return tables
    return tuple(_by_name(one) if at in counted else one for at, one in enumerate(tables))


def _counted(grid: Grid, found: Found) -> list[str]:
    """Return the descriptions of a table whose rows with a quantity are numbered 1, 2, 3 ..., in their order."""
    columns = found.roles.columns
    if found.layout != "flat_list" or not {"part_number", "description", "quantity"} <= set(columns):
        return []
    cells = (grid.text[columns[role]].to_pylist() for role in ("part_number", "quantity", "description"))
    listed = list(zip(*cells, strict=True))[found.header + 1 : found.last(grid.height)]
    rows = [[(cell or "").strip() for cell in row] for row in listed if (row[1] or "").strip()]
    numbers = [re.sub(r"\.0+$", "", number) for number, _, _ in rows]
    counts = numbers == [str(number) for number in range(1, len(rows) + 1)]
    return [name for _, _, name in rows] if counts and len(rows) >= LEAST else []


def _all_differ(tables: list[list[str]]) -> bool:
    """Return whether every number that two tables share has a description in both, and not the same."""
    pairs = [
        pair for at, one in enumerate(tables) for other in tables[at + 1 :] for pair in zip(one, other, strict=False)
    ]
    return all(one and other and one.casefold() != other.casefold() for one, other in pairs)


def _by_name(found: Found) -> Found:
    columns, headers = dict(found.roles.columns), dict(found.roles.headers)
    counting, printed = columns["part_number"], headers["part_number"]
    columns["part_number"], headers["part_number"] = columns["description"], headers["description"]
    columns.setdefault("position", counting)
    headers.setdefault("position", printed)
    why = f'{found.why}; "{printed}" counts the rows of every table from one, so that the names stand for part numbers'
    return replace(found, roles=replace(found.roles, columns=columns, headers=headers), why=why)
