"""Cells that hold a whole line: item, revision, name and quantity, as in 000123/A;1-Bracket (View) x 4."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found

CELL = re.compile(
    r"\s*(?P<item>[^/;]+)/(?P<revision>[^/;]*);(?P<sequence>\d+)-(?P<name>.*?)(?:\s*\((?P<view>[^()]*)\))?"
    r"(?:\s+x\s*(?P<quantity>\d\S*))?\s*"
)
ONE = "1"


def part_cell(cell: str) -> tuple[str, str, str] | None:
    """Return item, name and quantity of a cell that holds a whole line, or None.

    Examples
    --------
    >>> part_cell("000123/A;1-Bracket (View) x 4"), part_cell("000124/B;2-Plate"), part_cell("B/7")
    (('000123', 'Bracket', '4'), ('000124', 'Plate', ''), None)
    """
    found = CELL.fullmatch(cell)
    return (found["item"].strip(), found["name"].strip(), found["quantity"] or "") if found else None


def with_cells_parted(grid: Grid, found: Found, rows: npt.NDArray[np.int64]) -> tuple[Grid, Found, tuple[Finding, ...]]:
    """Return a list with item, name and quantity in columns of their own, where every cell holds all three.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        A table of the shape level_number.
    rows : ndarray (rows,) of int
        Its rows.

    Returns
    -------
    grid : Grid
    found : Found
        With a description, and with a quantity if no other column has one.
    findings : tuple of Finding
        How the cells are read. The system prints no quantity behind a single piece, and leaves its cell blank.
    """
    columns = found.roles.columns
    at = columns["part_number"]
    words = grid.text[at].take(pa.array(rows)).to_pylist()
    if part_cell(next((word for word in words if word), "")) is None:
        return grid, found, ()
    cells = {row: word or "" for row, word in zip(rows.tolist(), words, strict=True)}
    read = {row: part_cell(cell) for row, cell in cells.items() if cell.strip()}
    parted = {row: parts for row, parts in read.items() if parts is not None}
    if not read or len(parted) < len(read):
        return grid, found, ()
    text = list(grid.text)
    text[at] = _column(grid, {row: item for row, (item, _, _) in parted.items()})
    new = {"description": _column(grid, {row: name for row, (_, name, _) in parted.items()})}
    first = min(parted)
    printed = {row: n or ONE for row, (_, _, n) in parted.items() if n or row != first}
    if "quantity" in columns:
        text[columns["quantity"]] = _filled(grid, columns["quantity"], printed)
    elif "quantity_total" not in columns:
        new["quantity"] = _column(grid, printed)
    added = {role: len(text) + place for place, role in enumerate(role for role in new if role not in columns)}
    text += [new[role] for role in added]
    blank = tuple(pa.nulls(grid.height, pa.float64()) for _ in added)
    headers = {**found.roles.headers, **dict.fromkeys(added, found.roles.headers["part_number"])}
    roles = replace(found.roles, columns={**columns, **added}, headers=headers)
    wider = replace(grid, text=tuple(text), numbers=(*grid.numbers, *blank) if grid.numbers else ())
    row, (item, _, _) = next(iter(parted.items()))
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "column": headers["part_number"]}
    told = finding("CELLS_PARTED", **place, row=row + 1, value=cells[row], count=len(parted), detail=item)
    return wider, replace(found, roles=roles), (told,)


def _filled(grid: Grid, at: int, printed: dict[int, str]) -> pa.Array:
    """Return the column of quantities with its blanks filled from the cells of the lines."""
    faulty = {fault.row for fault in grid.faults if fault.column == at}
    words = grid.text[at].to_pylist()
    blank = {row: n for row, n in printed.items() if not (words[row] or "").strip() and row not in faulty}
    return pa.array([blank.get(row, word) for row, word in enumerate(words)], pa.string())


def _column(grid: Grid, words: dict[int, str]) -> pa.Array:
    return pa.array([words.get(row) for row in range(grid.height)], pa.string())
