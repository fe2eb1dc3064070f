"""Cells and rows of a bill of materials replaced: each function returns a new Bom and leaves the given one alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model import Bom, Mask, arrow_schema
from deminimis.model.part_codes import as_text

Rows = npt.NDArray[np.int64]


def rows_where(bom: Bom, table: str, **cells: str) -> Rows:
    """Return the rows of a table in which every named column holds the given text.

    Parameters
    ----------
    bom : Bom
    table : str
    **cells : str
        Column to text.

    Returns
    -------
    ndarray (k,)
        Rows in their order.
    """
    data = bom.table(table)
    found: Mask = np.ones(len(data), dtype=bool)
    for column, text in cells.items():
        equal = pc.equal(as_text(data[column]), pa.scalar(text, pa.string())).fill_null(False)
        found &= np.asarray(equal.to_numpy(), dtype=bool)
    return np.flatnonzero(found)


def with_cells(bom: Bom, table: str, rows: Rows, cells: Mapping[str, Any]) -> Bom:
    """Return the Bom with cells of some rows replaced; None blanks them.

    Parameters
    ----------
    bom : Bom
    table : str
    rows : ndarray (k,)
    cells : mapping of str to value
        Column to what stands there.
    """
    if not len(rows):
        return bom
    data, chosen = bom.table(table), np.zeros(len(bom.table(table)), dtype=bool)
    chosen[rows] = True
    for column, value in cells.items():
        at = data.schema.get_field_index(column)
        field = data.schema.field(at)
        changed = pc.if_else(pa.array(chosen), pa.scalar(value, field.type), data[column].combine_chunks())
        data = data.set_column(at, field, changed)
    # Longer decimals of a cell would outlive its number in exact arithmetic.
    kept = {
        key: text
        for key, text in bom.long_decimals.items()
        if not (key[0] == table and key[1] in cells and chosen[key[2]])
    }
    tables: dict[str, Any] = {table: data, "long_decimals": kept}
    return replace(bom, **tables)


def with_rows(bom: Bom, table: str, rows: Sequence[Mapping[str, Any]] | pa.Table) -> Bom:
    """Return the Bom with rows added at the end of a table; they stand in no file."""
    model = arrow_schema(table)
    if isinstance(rows, pa.Table):
        missing = [f for f in model if f.name not in rows.column_names]
        added = pa.table(
            {**{c: rows[c] for c in rows.column_names}, **{f.name: pa.nulls(len(rows), f.type) for f in missing}}
        ).select(model.names)
    else:
        added = pa.Table.from_pylist([dict(row) for row in rows], model)
    tables: dict[str, Any] = {table: pa.concat_tables([bom.table(table), added.cast(model)]).combine_chunks()}
    return replace(bom, **tables)


def without_rows(bom: Bom, table: str, rows: Rows) -> Bom:
    """Return the Bom without some rows of a table, nor what was found where no row of it is left."""
    if not len(rows):
        return bom
    kept = np.ones(len(bom.table(table)), dtype=bool)
    kept[rows] = False
    where = _places(bom, table)
    # A line of a file may hold several rows: what was found in it may be about one that stays.
    gone = rows[~np.isin(where[rows], where[kept])]
    places = {tuple(bom.place(table, row).values()) for row in gone.tolist()}
    findings = tuple(f for f in bom.findings if not (f.table == table and f.row and (f.file, f.sheet, f.row) in places))
    return replace(bom.take(table, np.flatnonzero(kept)), findings=findings)


def _places(bom: Bom, table: str) -> Rows:
    """Return one number per row of a table, equal where rows stand in the same line of the same sheet."""
    place, row = (bom.table(table)[name].fill_null(-1).to_numpy().astype(np.int64) for name in ("place", "row"))
    return np.asarray((place << 32) + row)
