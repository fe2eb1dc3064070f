"""Bills of materials made by hand for tests: only the columns that matter, the rest blank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from deminimis.model import TABLES, Bom, Source, arrow_schema

Row = Mapping[str, Any] | tuple[Any, ...]
SHORT = {"lines": ("parent", "child", "quantity")}


def make_table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Return a table of the model from rows that name only some columns.

    Parameters
    ----------
    name : str
        One of the six tables.
    rows : iterable of mapping or tuple
        Cells by column; dates may be ISO text; a line may be a tuple (parent, child[, quantity]), quantity 1.
        `place` is 0 and `row` counts from 2 where they are not given.

    Returns
    -------
    pyarrow.Table

    Examples
    --------
    >>> make_table("lines", [("A", "B"), ("A", "C", 2)])["quantity"].to_pylist()
    [1.0, 2.0]
    """
    model = arrow_schema(name)
    cells = [_cells(name, row, count) for count, row in enumerate(rows)]
    unknown = {column for row in cells for column in row} - set(model.names)
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    columns = {f.name: pa.array([_cell(f, row.get(f.name)) for row in cells], f.type) for f in model}
    return pa.table(columns, schema=model)


def make_bom(
    *,
    lines: Iterable[Row] = (),
    parts: Iterable[Row] = (),
    declarations: Iterable[Row] = (),
    sourcing: Iterable[Row] = (),
    prices: Iterable[Row] = (),
    rates: Iterable[Row] = (),
    sources: tuple[Source, ...] | None = None,
    **fields: Any,
) -> Bom:
    """Return a Bom from rows as `make_table` takes them; further keywords go to `Bom` as they are.

    Parameters
    ----------
    lines, parts, declarations, sourcing, prices, rates : iterable of mapping or tuple
        Rows of each table.
    sources : tuple of Source, optional
        By default bom0.xlsx, bom1.xlsx ... as many as the rows name.

    Examples
    --------
    >>> bom = make_bom(lines=[("A", "B", 3)], parts=[{"part_number": "A", "finished_good": "yes"}])
    >>> bom.place("lines", 0)
    {'file': 'bom0.xlsx', 'sheet': 'lines', 'row': 2}
    """
    rows = dict(zip(TABLES, (parts, lines, declarations, sourcing, prices, rates), strict=True))
    tables = {name: make_table(name, given) for name, given in rows.items()}
    named = max((index for table in tables.values() for index in table["place"].to_pylist()), default=0)
    sources = sources or tuple(Source(f"bom{index}.xlsx", "lines") for index in range(named + 1))
    return Bom(**tables, sources=sources, **fields)


def _cells(name: str, row: Row, count: int) -> dict[str, Any]:
    given = dict(row) if isinstance(row, Mapping) else dict(zip(SHORT[name], row, strict=False))
    blank = {"quantity": 1} if name == "lines" else {}
    return {"place": 0, "row": count + 2, **blank, **given}


def _cell(field: pa.Field, value: Any) -> Any:
    if isinstance(value, str) and field.type == pa.date32():
        return dt.date.fromisoformat(value)
    return float(value) if isinstance(value, int) and field.type == pa.float64() else value
