"""Rows that are struck out: one that is as a whole is deleted, one that is in part leaves open what holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.lists.levels import read_level
from deminimis.readers.tables.found import Found

REASON = "struck out"


def struck_rows(grid: Grid, found: Found) -> tuple[dict[int, str], tuple[Finding, ...]]:
    """Find the rows of a table that are struck out.

    Parameters
    ----------
    grid : Grid
        The sheet; only a workbook says which cells are struck out.
    found : Found
        The table; rows left out of it already are not looked at.

    Returns
    -------
    reasons : dict of row to reason
        Rows that are struck out in every column that is read; they count from 0.
    findings : tuple of Finding
        ROW_STRUCK_OUT for each of these, STRUCK_IN_PART where only some cells are, or a part of one, or an assembly
        without what stands beneath it.
    """
    if grid.xml is None or not grid.xml.strikes:
        return {}, ()
    struck = _struck(grid, found)
    columns = found.roles.columns
    reasons, told = {}, []
    for row, marked in sorted(struck.items()):
        if row in found.left_out:
            continue
        said = [role for role, at in columns.items() if role in marked or (grid.text[at][row].as_py() or "").strip()]
        if all(marked.get(role, False) for role in said) and _beneath_too(grid, found, row, struck):
            reasons[row] = REASON
            told.append(finding("ROW_STRUCK_OUT", **_place(grid, found, row), value=_part(grid, found, row)))
        else:
            told.append(_in_part(grid, found, row, marked))
    return reasons, tuple(told)


def _struck(grid: Grid, found: Found) -> dict[int, dict[str, bool]]:
    """Return the struck cells of a table that say something, by row and role: whether they are as a whole."""
    sources = {role: grid.joined.get(at, (at,)) for role, at in found.roles.columns.items()}
    places = {at + grid.offset for several in sources.values() for at in several}
    cells = grid.xml.struck(places) if grid.xml else {}
    rows: dict[int, dict[str, bool]] = {}
    for row in sorted({row for row, _ in cells if found.header < row < found.last(grid.height)}):
        for role, several in sources.items():
            whole = [cells[row, at + grid.offset] for at in several if (row, at + grid.offset) in cells]
            if whole and (grid.text[found.roles.columns[role]][row].as_py() or "").strip():
                rows.setdefault(row, {})[role] = all(whole)
    return rows


def _beneath_too(grid: Grid, found: Found, row: int, struck: Mapping[int, object]) -> bool:
    """Return whether all rows beneath a row of a list with levels are struck out with it."""
    at = found.roles.columns.get("level")
    if at is None:
        return True
    level = read_level(grid.text[at][row].as_py() or "")
    for below in range(row + 1, found.last(grid.height)):
        word = (grid.text[at][below].as_py() or "").strip()
        if word and read_level(word) <= level:
            return True
        if word and below not in struck:
            return False
    return True


def _in_part(grid: Grid, found: Found, row: int, marked: Iterable[str]) -> Finding:
    role = next(iter(marked))
    header = found.roles.headers.get(role, role)
    said = grid.text[found.roles.columns[role]][row].as_py() or ""
    return finding("STRUCK_IN_PART", **{**_place(grid, found, row), "column": header}, value=said.strip())


def _part(grid: Grid, found: Found, row: int) -> str:
    columns = found.roles.columns
    at = columns.get("child", columns.get("part_number", next(iter(columns.values()))))
    return (grid.text[at][row].as_py() or "").strip()


def _place(grid: Grid, found: Found, row: int) -> dict[str, Any]:
    named = {"child", "part_number"} & set(found.roles.columns)
    number = _part(grid, found, row) if named else ""
    return {"file": grid.file, "sheet": grid.sheet, "row": row + 1, "part_number": number}
