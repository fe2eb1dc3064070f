"""Bills of materials kept under a number: one table gives the number to a part, one its batch, one its lines."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.raw_tables import Built, Rows, bom_rows, filled_rows, raw_table, records
from deminimis.readers.tables.row_flags import flagged_rows

HEADS = pa.schema([(name, pa.string()) for name in ("bom_number", "alternative", "part_number", "batch_quantity")])
"""Which bill of materials a part has, and how many of it the bill is written for; a blank cell is null."""
ROLES = {
    "bom_number": "bom_number",
    "alternative": "bom_alternative",
    "part_number": "part_number",
    "batch_quantity": "batch_quantity",
}


def heads_of(grid: Grid, found: Found, rows: Rows) -> pa.Table:
    """Cut the heads of bills of materials out of a sheet.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape bom_heads or bom_batches.
    rows : ndarray (n,) of int
        Rows of the sheet, from 0.

    Returns
    -------
    pyarrow.Table (n,)
        In the columns of `HEADS`.
    """
    columns, taken = found.roles.columns, pa.array(rows)
    cells = {
        name: grid.text[columns[role]].take(taken) if role in columns else pa.nulls(len(rows), pa.string())
        for name, role in ROLES.items()
    }
    return pa.table(cells, HEADS)


def build_heads(grid: Grid, found: Found, choices: Choices) -> tuple[Built, pa.Table]:
    """Build the records of parts, and the heads of their bills of materials, from rows that name both.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape bom_heads or bom_batches.
    choices : Choices
        What the user says.

    Returns
    -------
    built : Built
        The records, if the table says more of the parts than their numbers.
    heads : pyarrow.Table
        Without deleted rows.
    """
    rows, skipped = filled_rows(grid, found)
    reasons, told = flagged_rows(grid, found, choices)
    rows = rows[~np.isin(rows, list(reasons))]
    tables = records(grid, found, "part_number", rows) if "part_number" in found.roles.columns else ()
    return Built(tables, {**skipped, **reasons}, told, record_repeats=True), heads_of(grid, found, rows)


def build_numbered(grid: Grid, found: Found) -> Built:
    """Build lines whose parent is the number of a bill of materials, to be resolved when all files are read.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape bom_number.

    Returns
    -------
    Built
    """
    rows, skipped = bom_rows(grid, found, "child")
    numbers = grid.text[found.roles.columns["bom_number"]].take(pa.array(rows))
    lines = raw_table(grid, "lines", found.roles, rows, {"parent": numbers})
    tables = (("lines", lines), *records(grid, found, "child", rows))
    return Built(tables, skipped, record_repeats=True, basis="per_batch", evidence="of the table of batches")
