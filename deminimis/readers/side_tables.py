"""Tables that are no part of a bill but are asked with one: alternatives of parts, demand for goods, shipments."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from deminimis.errors import InputError, LayoutError
from deminimis.model import Finding
from deminimis.readers.files.files import FileRead, read_file
from deminimis.readers.grid import Grid
from deminimis.readers.side_rows import PIECES, SideColumn, SideTable, side_rows
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.header_rows import HEADER_WITHIN
from deminimis.readers.tables.headers import Header, assign_roles, read_header
from deminimis.readers.workbooks.sheet_scan import Expected


@cache
def side_columns() -> dict[str, dict[str, SideColumn]]:
    """Return the columns of every side table.

    Examples
    --------
    >>> list(side_columns()["demand"])
    ['part_number', 'demand']
    """
    tables: dict[str, dict[str, SideColumn]] = {}
    with files(__package__).joinpath("side_tables.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            names = tuple(row["names"].split("|"))
            column = SideColumn(row["column"], row["role"], row["required"] == "yes", names, row["help"])
            tables.setdefault(row["table"], {})[row["column"]] = column
    return tables


def read_side_table(given: str | Path | Any, name: str) -> SideTable:
    """Read a side table from a file, or from a table in memory.

    Parameters
    ----------
    given : str, Path, or whatever `pyarrow.table` accepts
        A workbook or delimited text, of which the first table that fits is read; or columns by name.
    name : str
        alternatives, demand or shipments.

    Returns
    -------
    SideTable

    Raises
    ------
    InputError
        The file cannot be used at all.
    LayoutError
        No row within the first 40 names the columns that the table must have.

    Examples
    --------
    >>> read_side_table({"part_number": ["pump"], "demand": [1200]}, "demand").rows[0]["demand"]
    1200.0
    """
    columns = side_columns()[name]
    grids, told = _grids(given, name)
    for grid in grids:
        if (found := _find(grid, columns)) is not None:
            table = side_rows(grid, found, columns)
            return replace(table, findings=(*told, *table.findings))
    needed = ", ".join(column.name for column in columns.values() if column.required)
    where = f"{grids[0].file}: " if grids and grids[0].file else ""
    raise LayoutError(
        f"{where}no row within the first 40 names the columns of a table of {name} ({needed}): name them so.",
        file=grids[0].file if grids else "",
    )


def _grids(given: Any, name: str) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    if not isinstance(given, str | Path):
        return (_grid_of_table(pa.table(given), name),), ()
    file = read_file(given)
    if file.kind in ("xlsx", "workbook"):
        from deminimis.readers.workbooks.rewriting import as_xlsx
        from deminimis.readers.workbooks.workbook import read_workbook

        file, told = as_xlsx(file)
        return read_workbook(file, _planned(name)), told
    return _text_grids(file)


def _text_grids(file: FileRead) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    from deminimis.readers.files.delimited import read_text

    read = read_text(file)
    return tuple(replace(grid, comma_hint=read.delimiter == ";") for grid in read.grids), read.findings


def _grid_of_table(table: pa.Table, name: str) -> Grid:
    """Return a table in memory as a sheet, its names as header; a number is written with every digit it has."""
    cells = ([header, *map(_cell, table[header].to_pylist())] for header in table.column_names)
    return Grid("", name, tuple(pa.array(column, pa.string()) for column in cells))


def _cell(value: Any) -> str | None:
    if value is None or value != value:
        return None
    return repr(value) if isinstance(value, float) else str(value)


def _planned(name: str) -> Callable[[Grid], Expected]:
    """Return what says of the first rows of a sheet which columns hold numbers and which hold ids."""

    def plan(grid: Grid) -> Expected:
        if (found := _find(grid, side_columns()[name])) is None:
            return Expected()
        at = {role: index + grid.offset for role, index in found.roles.columns.items()}
        numbers = frozenset(at[role] for role in ("unit_value", "amount", "low", "high", PIECES) if role in at)
        return Expected(numbers, frozenset({at["part_number"]}), found.header)

    return plan


def _find(grid: Grid, columns: Mapping[str, SideColumn]) -> Found | None:
    """Return where the table stands on a sheet: the row that names most of its columns, and all it must have."""
    role_of = {name: column.role for column in columns.values() for name in column.names}
    wanted = tuple(column.role for column in columns.values())
    needed = {column.role for column in columns.values() if column.required}
    best: Found | None = None
    for row in range(min(grid.height, HEADER_WITHIN)):
        headers = [read_header(cell) for cell in grid.row(row)]
        roles = assign_roles([_spelt(header, role_of) for header in headers], wanted)
        printed = {role: headers[index].printed for role, index in roles.columns.items()}
        if needed <= set(roles.columns) and (best is None or len(roles.columns) > len(best.roles.columns)):
            # As declarations: low and high are amounts there and no prices.
            best = Found("canonical:declarations", row, replace(roles, headers=printed), "", shape="declarations")
    return best


def _spelt(header: Header, role_of: Mapping[str, str]) -> str:
    """Return the header under the name of its role, the unit in brackets kept."""
    role = role_of.get(header.name)
    return header.printed if role is None else f"{role} [{header.unit}]" if header.unit else role


def read_amounts(given: str | Path | Any, name: str) -> dict[str, float]:
    """Read a side table that gives each finished good one number.

    Parameters
    ----------
    given : str, Path, or whatever `pyarrow.table` accepts
        As for `read_side_table`.
    name : str
        demand or shipments, which is also the column of the number.

    Returns
    -------
    dict of part number to float
        In the order of the rows.

    Raises
    ------
    InputError
        The file cannot be used at all, a row has an error or no number, or a part number stands twice.

    Examples
    --------
    >>> read_amounts({"part_number": ["pump", "fan"], "shipments": [120, 4]}, "shipments")
    {'pump': 120.0, 'fan': 4.0}
    """
    table = read_side_table(given, name)
    where = table.file or f"the table of {name}"
    for found in table.findings:
        if found.severity == "error":
            raise InputError(f"{where}, row {found.row}: {found.message}: {found.remedy.lower()}.", file=table.file)
    amounts: dict[str, float] = {}
    for row in table.rows:
        part_number, amount = row["part_number"], row[name]
        if amount is None or part_number in amounts:
            said = "has no number" if amount is None else "stands twice"
            raise InputError(f"{where}, row {row['row']}: {part_number} {said}: give one number.", file=table.file)
        amounts[part_number] = amount
    if not amounts:
        raise InputError(f"{where} holds no row: give one for each finished good.", file=table.file)
    return amounts
