"""What is told of a list with levels: rows that stand nowhere, blocks that differ, quantities in doubt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.lists.levels import broken_outline, outline_codes, without_steps
from deminimis.readers.lists.list_top import Top
from deminimis.readers.lists.quantity_basis import Basis
from deminimis.readers.lists.row_tree import LevelRows
from deminimis.readers.tables.found import Found

Amounts = Sequence[Fraction | None]


def placed(grid: Grid, found: Found, of_rows: LevelRows) -> tuple[LevelRows, list[Finding]]:
    """Leave out the rows whose outline number says that they stand elsewhere, and tell every broken number.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Its layout.
    of_rows : LevelRows

    Returns
    -------
    of_rows : LevelRows
    findings : list of Finding
        OUTLINE_BROKEN, of the part that the row is in and of the one that its number says.
    """
    columns = found.roles.columns
    role = "level"
    codes = outline_codes(of_rows.levels)
    if codes is None and found.layout == "outline_number":
        role = "outline" if "outline" in columns else "position"
        codes = outline_codes(grid.text[columns[role]].take(pa.array(of_rows.rows)).to_pylist())
    if codes is None:
        return of_rows, []
    parents = [-1 if row in of_rows.tree.left_out else above for row, above in enumerate(of_rows.tree.parent)]
    shown = ["" if row in of_rows.tree.left_out else code for row, code in enumerate(codes)]
    misplaced, repeated = broken_outline(shown, parents)
    rows_of: dict[str, list[int]] = {}
    for row, code in enumerate(shown):
        rows_of.setdefault(code, []).append(row)
    told = []
    for row in sorted({*misplaced, *repeated}):
        owners = {parents[row] if parents[row] >= 0 else row}
        if row in misplaced:
            owners |= {_named_above(rows_of, shown[row], row)} - {-1}
        place = _place(grid, of_rows, row, found.roles.headers[role])
        told += [
            finding("OUTLINE_BROKEN", **place, value=codes[row], part_number=of_rows.parts[owner])
            for owner in sorted(owners)
        ]
    tree = of_rows.tree.without(misplaced, "its outline number does not fit the rows above it")
    return replace(of_rows, tree=tree), told


def _place(grid: Grid, of_rows: LevelRows, row: int, column: str = "") -> dict[str, Any]:
    """Return where one of the rows stands on the sheet, as findings name it."""
    return {"file": grid.file, "sheet": grid.sheet, "row": int(of_rows.rows[row]) + 1, "column": column}


def _named_above(rows_of: Mapping[str, Sequence[int]], code: str, row: int) -> int:
    """Return the nearest row above whose number is the longest beginning of a row's own, -1 if none is."""
    while "." in code:
        code = code.rpartition(".")[0]
        if before := bisect_left(rows_of.get(code, ()), row):
            return rows_of[code][before - 1]
    return -1


def top_findings(grid: Grid, of_rows: LevelRows, top: Top) -> list[Finding]:
    """Tell a product that the list does not name, and rows that are judged besides.

    Parameters
    ----------
    grid : Grid
        The sheet.
    of_rows : LevelRows
    top : Top

    Returns
    -------
    list of Finding
    """
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
    told = [finding("PARENT_ASSUMED", **place, value=top.part)] if top.assumed else []
    if top.judged:
        first = of_rows.parts[top.judged[0]]
        told.append(finding("FIRST_ROWS_JUDGED", **place, value=first, count=len(top.judged)))
    return told


def off_findings(grid: Grid, found: Found, of_rows: LevelRows, off: Sequence[int], totals: Amounts) -> list[Finding]:
    """Tell rows whose quantity and total contradict each other.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Its layout.
    of_rows : LevelRows
    off : sequence of int
        Rows.
    totals : sequence of Fraction or None (rows,)

    Returns
    -------
    list of Finding
    """
    told = []
    for row in off:
        above = of_rows.tree.parent[row]
        place = _place(grid, of_rows, row, found.roles.headers["quantity"])
        place |= {"value": f"{float(of_rows.amounts[row] or 0):g}", "detail": f"{float(totals[row] or 0):g}"}
        told.append(finding("TOTALS_DISAGREE", **place, part_number=_part(of_rows.parts, above)))
    return told


def step_findings(grid: Grid, found: Found, levels: Sequence[int]) -> list[Finding]:
    """Tell levels that count in steps of ten.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Its layout.
    levels : sequence of int (rows,)
        As printed; -1 where none can be read.

    Returns
    -------
    list of Finding
    """
    if without_steps(levels) == list(levels):
        return []
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "column": found.roles.headers["level"]}
    said = ", ".join(str(level) for level in sorted({level for level in levels if level >= 0}))
    return [finding("LEVELS_IN_STEPS", **place, value=said)]


def level_findings(grid: Grid, found: Found, of_rows: LevelRows) -> list[Finding]:
    """Tell rows whose level cannot be read, and levels that are missing.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Its layout.
    of_rows : LevelRows

    Returns
    -------
    list of Finding
        LEVEL_JUMP and NUMBER_NOT_READ, of the part on the last row that is kept.
    """
    header, words, parts, tree = found.roles.headers["level"], of_rows.levels, of_rows.parts, of_rows.tree
    told = []
    for row, last, before in tree.jumps:
        place = _place(grid, of_rows, row, header)
        told.append(finding("LEVEL_JUMP", **place, value=words[row], before=before, part_number=_part(parts, last)))
    for row, why in tree.left_out.items():
        if why.startswith("its level") and parts[row].strip():
            place, last_kept = _place(grid, of_rows, row, header), of_rows.last_kept(row)
            told.append(finding("NUMBER_NOT_READ", **place, value=words[row] or "", part_number=last_kept))
    return told


def _part(parts: Sequence[str], row: int) -> str:
    return parts[row] if row >= 0 else ""


def differing_findings(grid: Grid, of_rows: LevelRows, differing: Mapping[str, int]) -> list[Finding]:
    """Tell parts whose lines are printed more than once and differ.

    Parameters
    ----------
    grid : Grid
        The sheet.
    of_rows : LevelRows
    differing : mapping of part number to row

    Returns
    -------
    list of Finding
    """
    return [
        finding("BLOCKS_DIFFER", **_place(grid, of_rows, row), value=part, part_number=part)
        for part, row in differing.items()
    ]


def basis_findings(
    grid: Grid, found: Found, of_rows: LevelRows, basis: Basis, own: Amounts, lines: npt.NDArray[np.int64]
) -> list[Finding]:
    """Tell what the quantities count, and those that cannot be brought to one parent.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Its layout.
    of_rows : LevelRows
    basis : Basis
    own : sequence of Fraction or None (rows,)
        Quantities of one parent.
    lines : ndarray (lines,) of int
        Rows that are lines.

    Returns
    -------
    list of Finding
    """
    headers = found.roles.headers
    column = headers.get("quantity", headers.get("quantity_total", ""))
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "column": column}
    told = []
    if basis.unclear:
        told.append(finding("QUANTITY_BASIS_UNCLEAR", **place, value=basis.name, detail=basis.evidence))
    elif basis.name not in ("per_parent", "instances"):
        told.append(finding("QUANTITY_CONVERTED", **place, value=basis.name, detail=basis.evidence))
    for row in lines.tolist():
        if own[row] is None and of_rows.amounts[row] is not None:
            at, owner = _place(grid, of_rows, row, column), of_rows.parts[row]
            told.append(finding("QTY_NOT_DIVIDED", **at, value=str(of_rows.amounts[row]), part_number=owner))
    return told
