"""Bills of materials kept under a number: tables give the number to a part, its batch, its lines, and their days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model.cells import typed_column
from deminimis.model.findings import Finding, finding
from deminimis.model.schema import schema
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.raw_tables import Built, Rows, bom_rows, filled_rows, raw_table, records
from deminimis.readers.tables.row_flags import flagged_rows

ROLES = {
    "bom_number": "bom_number",
    "alternative": "bom_alternative",
    "item": "bom_item",
    "part_number": "part_number",
    "batch_quantity": "batch_quantity",
}
DAYS = ("valid_from", "valid_to")
HEADS = pa.schema(
    [
        *((name, pa.string()) for name in ROLES),
        *((name, pa.date32()) for name in DAYS),
        ("deleted", pa.bool_()),
        ("place", pa.int32()),
        ("row", pa.int32()),
    ]
)
"""What a row says of a bill of materials: whose it is, how many it is written for, which item an alternative has, and
within which days; a blank cell is null. `row` counts from 1."""
SELECTIONS = "bom_selections"
"""The shape of rows that put items into alternatives."""
DELETED = "deleted"


def heads_of(grid: Grid, found: Found, rows: Rows, place: int, deleted: frozenset[int] = frozenset()) -> pa.Table:
    """Cut what the rows say of bills of materials out of a sheet.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table with numbers of bills of materials.
    rows : ndarray (n,) of int
        Rows of the sheet, from 0.
    place : int
        Index of the sheet in `Bom.sources`.
    deleted : frozenset of int
        Rows marked as deleted.

    Returns
    -------
    pyarrow.Table (n,)
        In the columns of `HEADS`.
    """
    columns, taken = found.roles.columns, pa.array(rows)
    cells: dict[str, Any] = {
        name: grid.text[columns[role]].take(taken) if role in columns else pa.nulls(len(rows), pa.string())
        for name, role in ROLES.items()
    }
    cells |= {role: _days(grid, found, role, rows)[0] for role in DAYS}
    cells["deleted"] = pa.array([row in deleted for row in rows.tolist()], pa.bool_())
    cells["place"] = pa.array(np.full(len(rows), place), pa.int32())
    cells["row"] = pa.array(rows + 1, pa.int32())
    return pa.table(cells, HEADS)


def _days(grid: Grid, found: Found, role: str, rows: Rows) -> tuple[pa.Array, tuple[Finding, ...]]:
    """Return the days of a column, and an error for every cell that is none."""
    at = found.roles.columns.get(role)
    if at is None:
        return pa.nulls(len(rows), pa.date32()), ()
    typed = typed_column(schema()["lines"][role], grid.text[at].take(pa.array(rows)))
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "column": found.roles.headers[role]}
    faults = [(fault, int(rows[fault.index]) + 1) for fault in typed.faults]
    return typed.values, tuple(finding(f.code, **place, **f.details, row=row, value=f.value) for f, row in faults)


def build_heads(grid: Grid, found: Found, choices: Choices, place: int) -> tuple[Built, pa.Table]:
    """Build the records of parts, and what is said of their bills of materials, from rows that name these.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape bom_heads, bom_batches or bom_selections.
    choices : Choices
        What the user says.
    place : int
        Index of the sheet in `Bom.sources`.

    Returns
    -------
    built : Built
        The records, if the table says more of the parts than their numbers.
    heads : pyarrow.Table
        Without deleted rows, save those that end the stay of an item in an alternative.
    """
    rows, skipped = filled_rows(grid, found)
    reasons, told = flagged_rows(grid, found, choices)
    ending = frozenset(row for row, why in reasons.items() if why == DELETED and found.shape == SELECTIONS)
    reasons = {row: why for row, why in reasons.items() if row not in ending}
    rows = rows[~np.isin(rows, list(reasons))]
    tables = records(grid, found, "part_number", rows) if "part_number" in found.roles.columns else ()
    undated = [one for role in DAYS for one in _days(grid, found, role, rows)[1]]
    built = Built(tables, {**skipped, **reasons}, (*told, *undated), record_repeats=True)
    return built, heads_of(grid, found, rows, place, ending)


def build_numbered(grid: Grid, found: Found, place: int) -> Built:
    """Build lines whose parent is the number of a bill of materials, to be resolved when all files are read.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape bom_number.
    place : int
        Index of the sheet in `Bom.sources`.

    Returns
    -------
    Built
    """
    rows, skipped = bom_rows(grid, found, "child")
    numbers = grid.text[found.roles.columns["bom_number"]].take(pa.array(rows))
    lines = raw_table(grid, "lines", found.roles, rows, {"parent": numbers})
    tables = (("lines", lines), *records(grid, found, "child", rows))
    deleted = frozenset(row for row, why in found.left_out.items() if why == DELETED)
    items = heads_of(grid, found, np.array(sorted({*rows.tolist(), *deleted}), dtype=np.int64), place, deleted)
    evidence = "of the table of batches"
    return Built(tables, skipped, record_repeats=True, basis="per_batch", evidence=evidence, items=items)
