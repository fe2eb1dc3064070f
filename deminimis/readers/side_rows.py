"""The rows of a side table: typed and checked by the rules of the model, those with an error left out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.errors import LayoutError
from deminimis.model import Finding, Mask, finding
from deminimis.model.cells import CellFault, typed_column
from deminimis.model.checks import Checked, check_table
from deminimis.model.schema import Column
from deminimis.readers.cells.exact_ids import with_exact_ids
from deminimis.readers.cells.plain_numbers import with_plain_numbers
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.completed import complete
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import MULTIPLE
from deminimis.readers.tables.raw_tables import filled_rows, raw_table
from deminimis.readers.tables.struck_rows import struck_rows
from deminimis.units import unit_name

Rows = npt.NDArray[np.int64]
PIECES = "quantity"
"""The role of every column that counts pieces, whatever this table calls it."""
DECLARED = ("material", "amount", "low", "high", "basis")
"""Columns of which any makes a row a declaration of content, which then must be whole."""


@dataclass(frozen=True, slots=True)
class SideColumn:
    """One column of a side table: its name, its role in the model, whether it must be there, and its headers."""

    name: str
    role: str
    required: bool
    names: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class SideTable:
    """A side table read.

    Parameters
    ----------
    file, sheet : str
        Where it stands.
    rows : tuple of mapping of column name to value
        Those that can be used, with `row`, counted from 1 as the spreadsheet does; None is a blank cell.
    findings : tuple of Finding
    refused : tuple of mapping of column name to value
        Rows with an error.
    """

    file: str
    sheet: str
    rows: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...]
    refused: tuple[Mapping[str, Any], ...] = ()


def _check_header(grid: Grid, found: Found) -> None:
    """Refuse a header that names a multiple: a factor of a thousand must not hide in it.

    Raises
    ------
    LayoutError
    """
    unit = found.roles.constants.get("unit", "")
    pieces = (unit and unit_name(unit) != "pcs") or (PIECES in found.roles.columns and MULTIPLE.search(unit))
    for role in (*found.roles.unclear, *([PIECES] if pieces else [])):
        raise LayoutError(
            f"{grid.file or grid.sheet}: the header {found.roles.headers[role]} names a unit that is not applied: give "
            "single pieces and whole units of money, and name only that.",
            file=grid.file,
        )


def side_rows(grid: Grid, found: Found, columns: Mapping[str, SideColumn]) -> SideTable:
    """Return the rows of a side table found on a sheet.

    Parameters
    ----------
    grid : Grid
    found : Found
        Its header, with the columns by role.
    columns : mapping of str to SideColumn
        By name.

    Returns
    -------
    SideTable

    Raises
    ------
    LayoutError
        A header names a multiple of pieces or money.
    """
    _check_header(grid, found)
    grid = with_exact_ids(grid, [found.roles.columns["part_number"]])
    plain = with_plain_numbers(grid, found, Choices(decimal="" if grid.file else "."))
    grid, found = plain.grid, plain.found
    struck, told_of_strikes = struck_rows(grid, found)
    rows, _ = filled_rows(grid, replace(found, left_out=struck))
    tables = [check_table("parts", complete("parts", raw_table(grid, "parts", found.roles, rows)), 0)]
    if "material" in found.roles.columns:
        declared = np.any([_filled(grid, found, rows, role) for role in DECLARED], axis=0)
        tables.append(check_table("declarations", raw_table(grid, "declarations", found.roles, rows[declared]), 0))
    name_of = {column.role: column.name for column in columns.values()}
    findings = [f for table in tables for f in table.findings if _is_of(f, found, name_of)]
    cells: dict[int, dict[str, Any]] = {}
    for table in tables:
        _add_cells(cells, table, {*found.roles.columns, *found.roles.constants})
    _add_origins(cells, grid, found, rows)
    findings += told_of_strikes
    findings += _add_pieces(cells, grid, found, rows, name_of.get(PIECES, ""))
    findings += _nameless(grid, found, rows, cells, {f.row for f in findings})
    given = [{**dict.fromkeys(columns), **said, "row": row} for row, said in sorted(cells.items())]
    distinct = tuple({(f.code, f.row, f.column, f.value): f for f in (*findings, *_unused(grid, found))}.values())
    wrong = {f.row for f in distinct if f.severity == "error"}
    used, refused = [row for row in given if row["row"] not in wrong], [row for row in given if row["row"] in wrong]
    return SideTable(grid.file, grid.sheet, tuple(used), distinct, tuple(refused))


def _nameless(
    grid: Grid, found: Found, rows: Rows, cells: Mapping[int, object], told: Container[int]
) -> Iterator[Finding]:
    """Yield what is wrong with rows that say something and were left out without a word: they name no part."""
    filled = np.any([_filled(grid, found, rows, role) for role in found.roles.columns], axis=0)
    for row in rows[filled].tolist():
        if row + 1 not in cells and row + 1 not in told:
            header = found.roles.headers["part_number"]
            place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": row + 1, "column": header}
            yield finding("ID_MISSING", **place)


def _unused(grid: Grid, found: Found) -> list[Finding]:
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
    return [finding("COLUMN_NOT_USED", **place, column=header, value=header) for header in found.roles.unused]


def _filled(grid: Grid, found: Found, rows: Rows, role: str) -> Mask:
    """Return which rows say something in a column."""
    if role not in found.roles.columns:
        return np.zeros(len(rows), dtype=bool)
    text = grid.text[found.roles.columns[role]].take(pa.array(rows))
    blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(text), ""), True)
    return ~np.asarray(blank.to_numpy(zero_copy_only=False), dtype=bool)


def _is_of(found: Finding, table: Found, name_of: Mapping[str, str]) -> bool:
    """Say whether a finding is about a column that the table has."""
    return not found.column or found.column in {
        *name_of,
        *table.roles.headers.values(),
        *table.roles.columns,
        *table.roles.constants,
    }


def _add_origins(cells: dict[int, dict[str, Any]], grid: Grid, found: Found, rows: Rows) -> None:
    """Add the origin that rows without a material of their own name: that of what the part contains today."""
    if (at := found.roles.columns.get("material_origin")) is None:
        return
    for row in rows[_filled(grid, found, rows, "material_origin")].tolist():
        if row + 1 in cells:
            cells[row + 1].setdefault("material_origin", grid.text[at][row].as_py().strip())


def _add_pieces(cells: dict[int, dict[str, Any]], grid: Grid, found: Found, rows: Rows, name: str) -> Iterator[Finding]:
    """Add the pieces that each row counts, and yield the faults in them."""
    if (at := found.roles.columns.get(PIECES)) is None:
        return
    numbers = grid.numbers[at].take(pa.array(rows)) if grid.numbers else None
    column = Column("", name, "number", False, "", "pieces", (), "")
    typed = typed_column(column, grid.text[at].take(pa.array(rows)), numbers)
    place = {row: index for index, row in enumerate(rows.tolist())}
    faults = [CellFault(place[f.row], name, f.code, f.value, f.details) for f in grid.faults if f.column == at]
    faults += typed.faults
    for index, (row, value) in enumerate(zip(rows.tolist(), typed.values.to_pylist(), strict=True)):
        if value is not None and value < 0:
            faults.append(CellFault(index, name, "NUMBER_OUT_OF_RANGE", f"{value:g}", {"range": "0 or more"}))
        if row + 1 in cells:
            cells[row + 1][name] = value
    yield from (_told(grid, fault, int(rows[fault.index]) + 1) for fault in faults)


def _told(grid: Grid, fault: CellFault, row: int) -> Finding:
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": row, "column": fault.column}
    return finding(fault.code, **{**place, **fault.details}, value=fault.value)


def _add_cells(cells: dict[int, dict[str, Any]], table: Checked, roles: Container[str]) -> None:
    """Add what the rows of a checked table say to the cells by row."""
    wanted = [column for column in table.table.column_names if column in roles]
    for record in table.table.select([*wanted, "row"]).to_pylist():
        said = cells.setdefault(record.pop("row"), {})
        said |= {column: value for column, value in record.items() if value is not None or column not in said}
