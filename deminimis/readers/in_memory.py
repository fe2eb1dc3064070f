"""Tables in memory to a Bom, by the same checks as files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.errors import LayoutError
from deminimis.model import TABLES, Bom, Finding, Source, finding, schema
from deminimis.model.bom_checks import check_bom
from deminimis.model.checks import RawTable
from deminimis.readers.sheets import SheetRead, check_built, put_together
from deminimis.readers.tables.raw_tables import Built


def bom_from_tables(**tables: Any) -> Bom:
    """Make a bill of materials from tables in memory, by the same checks.

    Parameters
    ----------
    **tables
        parts, lines, declarations, sourcing, prices or rates: whatever `pyarrow.table` accepts (columns by name, pandas
        and other data frames); row numbers count from 1.

    Returns
    -------
    Bom

    Raises
    ------
    LayoutError
        A table of another name, or no table at all, or one without the columns it needs.

    Examples
    --------
    >>> bom = bom_from_tables(lines={"parent": ["pump"], "child": ["motor"], "quantity": [2]})
    >>> bom.lines["quantity"].to_pylist()
    [2.0]
    """
    given = {name: table for name, table in tables.items() if table is not None}
    if unknown := sorted(set(given) - set(TABLES)):
        raise LayoutError(f"there is no table {unknown[0]}: the tables are {', '.join(TABLES)}.", file="")
    if not given:
        raise LayoutError(f"no table was given: name at least one of {', '.join(TABLES)}.", file="")
    reads = [_checked_table(name, table, place) for place, (name, table) in enumerate(given.items())]
    return check_bom(put_together(reads, ()))


def _checked_table(name: str, given: Any, place: int) -> SheetRead:
    table = given if isinstance(given, pa.Table) else pa.table(given)
    known = [column for column in table.column_names if column in schema()[name]]
    missing = [c.name for c in schema()[name].values() if c.type == "id" and c.name not in known]
    if missing:
        raise LayoutError(f"the table {name} has no column {missing[0]}: add it.", file="")
    columns, numbers = {}, {}
    for column in known:
        values = table[column].combine_chunks()
        columns[column] = _as_text(values)
        if schema()[name][column].type == "number" and not pa.types.is_boolean(values.type) and _is_number(values.type):
            numbers[column] = values.cast(pa.float64(), safe=False)
    raw = RawTable("", name, columns, numbers, np.arange(1, len(table) + 1, dtype=np.int32))
    unused = tuple(
        finding("COLUMN_NOT_USED", sheet=name, column=column, value=column)
        for column in table.column_names
        if column not in known
    )
    return check_built(
        Source("", name), Built(((name, raw),)), place, (*unused, *_missing_columns("", name, name, known))
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.string())
    if pa.types.is_floating(values.type):
        texts = [
            None if v is None or v != v else f"{v:.0f}" if v == v // 1 and abs(v) < 1e15 else repr(v)
            for v in values.to_pylist()
        ]
        return pa.array(texts, pa.string())
    if pa.types.is_nested(values.type) or pa.types.is_binary(values.type):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())
    return values.cast(pa.string())


def _missing_columns(file: str, sheet: str, name: str, present: Iterable[str]) -> tuple[Finding, ...]:
    needed = [
        c.name for c in schema()[name].values() if c.required and not c.default and c.type not in ("currency", "id")
    ]
    return tuple(
        finding("COLUMN_MISSING", file=file, sheet=sheet, column=column, value=column)
        for column in needed
        if column not in present
    )
