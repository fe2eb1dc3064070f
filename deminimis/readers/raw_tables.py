"""A sheet and its layout to raw tables of the model; every row below the header is used or skipped with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import CellFault
from deminimis.model.checks import RawTable
from deminimis.model.findings import Finding
from deminimis.model.schema import schema
from deminimis.readers.exact_ids import with_exact_ids
from deminimis.readers.grid import Grid
from deminimis.readers.headers import Roles, read_header, role_names
from deminimis.readers.layouts import Found, is_total

Rows = npt.NDArray[np.int64]
IDS = ("part_number", "parent", "child")
ATTRIBUTES = tuple(column for column in schema()["parts"] if column not in ("part_number", "unit"))
"""What a row of a single-sheet bill of materials can say of the part itself; its unit is the line's."""


@dataclass(frozen=True)
class Built:
    """Raw tables of one sheet, rows skipped (index from 0 to reason), and findings.

    Parameters
    ----------
    tables : tuple of (table name, RawTable)
    skipped : mapping of row index to reason
    findings : tuple of Finding
    record_repeats : bool
        The layout repeats the record of a part by nature.
    """

    tables: tuple[tuple[str, RawTable], ...]
    skipped: Mapping[int, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    record_repeats: bool = False


def prepared(grid: Grid, found: Found) -> Grid:
    """Return the grid with exact ids in the columns that hold ids."""
    return with_exact_ids(grid, [index for role, index in found.roles.columns.items() if role in IDS])


def build_table(grid: Grid, found: Found, name: str) -> Built:
    """Build one table from a sheet whose rows are its rows.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.
    name : str
        One of the six tables.

    Returns
    -------
    Built
    """
    rows, skipped = filled_rows(grid, found)
    return Built(((name, raw_table(grid, name, found.roles, rows)),), skipped)


def build_parent_child(grid: Grid, found: Found) -> Built:
    """Build lines, and records of the children, from rows that name parent and child.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.

    Returns
    -------
    Built
        A row without parent whose child is a parent elsewhere is the record of a root, and no line.
    """
    rows, skipped = bom_rows(grid, found, "child")
    columns = found.roles.columns
    parent = grid.text[columns["parent"]].take(pa.array(rows))
    broken = {fault.row for fault in grid.faults if fault.column == columns["parent"]}
    root = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(parent), ""), True).to_numpy(zero_copy_only=False)
    root &= ~np.isin(rows, list(broken))
    if root.any():
        child = grid.text[columns["child"]].take(pa.array(rows))
        root &= pc.is_in(child, value_set=parent.drop_null()).to_numpy(zero_copy_only=False)
    lines = raw_table(grid, "lines", found.roles, rows[~root])
    return Built((("lines", lines), *records(grid, found, "child", rows)), skipped, record_repeats=True)


def build_flat(grid: Grid, found: Found, parent: str) -> Built:
    """Build lines and records from rows that name no parent.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.
    parent : str
        Part number of what the rows are in.

    Returns
    -------
    Built
    """
    rows, skipped = bom_rows(grid, found, "part_number")
    parents = pa.repeat(pa.scalar(parent, pa.string()), len(rows))
    lines = raw_table(grid, "lines", child_roles(found.roles), rows, {"parent": parents})
    return Built((("lines", lines), *records(grid, found, "part_number", rows)), skipped, record_repeats=True)


def child_roles(roles: Roles) -> Roles:
    """Return the roles with the part number read as the child of a line."""
    renamed = {"child" if role == "part_number" else role: index for role, index in roles.columns.items()}
    headers = {"child" if role == "part_number" else role: text for role, text in roles.headers.items()}
    return replace(roles, columns=renamed, headers=headers)


def records(grid: Grid, found: Found, part: str, rows: Rows) -> tuple[tuple[str, RawTable], ...]:
    """Return the table of part records that the rows of a single-sheet bill of materials hold, if they hold any."""
    kept = {role: index for role, index in found.roles.columns.items() if role in ATTRIBUTES}
    if not kept:
        return ()
    columns = {"part_number": found.roles.columns[part], **kept}
    headers = {"part_number": found.roles.headers[part], **{role: found.roles.headers[role] for role in kept}}
    known = grid.text[columns["part_number"]].take(pa.array(rows)).is_valid().to_numpy(zero_copy_only=False)
    roles = replace(found.roles, columns=columns, headers=headers)
    raw = raw_table(grid, "parts", roles, rows[known])
    # the id's own faults already stand in the line
    return (("parts", replace(raw, faults=tuple(f for f in raw.faults if f.column != "part_number"))),)


def raw_table(grid: Grid, name: str, roles: Roles, rows: Rows, given: Mapping[str, pa.Array] | None = None) -> RawTable:
    """Cut a table of the model out of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    name : str
        Which table.
    roles : Roles
        Where its columns stand; columns of other tables are left alone.
    rows : ndarray (n,)
        Rows of the sheet, from 0.
    given : mapping of column name to pyarrow.StringArray (n,), optional
        Columns that do not stand in the sheet.

    Returns
    -------
    RawTable
    """
    own = {role: index for role, index in roles.columns.items() if role in schema()[name] and role not in (given or {})}
    columns = {role: _cut(grid.text[index], rows) for role, index in own.items()}
    numbers = {role: _cut(grid.numbers[index], rows) for role, index in own.items()} if grid.numbers else {}
    columns |= _named_units(name, roles, columns)
    columns |= given or {}
    at = dict(zip(rows.tolist(), range(len(rows)), strict=True)) if grid.faults else {}
    role_of = {index: role for role, index in own.items()}
    faults = tuple(
        CellFault(at[f.row], role_of[f.column], f.code, f.value)
        for f in grid.faults
        if f.row in at and f.column in role_of
    )
    return RawTable(grid.file, grid.sheet, columns, numbers, (rows + 1).astype(np.int32), faults, roles.headers)


def _named_units(name: str, roles: Roles, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the columns whose value the headers name, filled where the number they belong to is given."""
    behind = {"mass_unit": "mass", "currency": "unit_value", "unit": "quantity", "basis": "amount"}
    found = {}
    for role, word in roles.constants.items():
        if role in schema()[name] and role not in columns and behind[role] in columns:
            number = columns[behind[role]]
            found[role] = pc.if_else(number.is_valid(), pa.scalar(word, pa.string()), pa.scalar(None, pa.string()))
    return found


def _cut(array: pa.Array, rows: Rows) -> pa.Array:
    if len(rows) and int(rows[-1]) - int(rows[0]) + 1 == len(rows):
        return array.slice(int(rows[0]), len(rows))
    return array.take(pa.array(rows))


def filled_rows(grid: Grid, found: Found) -> tuple[Rows, dict[int, str]]:
    """Return the rows below the header that say something, and the others with the reason."""
    said = np.zeros(grid.height, dtype=bool)
    for column in grid.text:
        said |= column.is_valid().to_numpy(zero_copy_only=False)
    said[[fault.row for fault in grid.faults]] = True
    said[: found.header + 1] = True
    blank = np.flatnonzero(~said)
    said[: found.header + 1] = False
    return np.flatnonzero(said), dict.fromkeys(blank.tolist(), "blank row")


def bom_rows(grid: Grid, found: Found, part: str) -> tuple[Rows, dict[int, str]]:
    """Return the rows of a single-sheet bill of materials; totals, notes and repeated headers are skipped."""
    rows, skipped = filled_rows(grid, found)
    ids = grid.text[found.roles.columns[part]]
    header = ids[found.header].as_py()
    odd = pc.or_(ids.is_null(), pc.fill_null(pc.or_(pc.equal(ids, header), _total_like(ids)), False))
    suspect = odd.to_numpy(zero_copy_only=False)[rows] | (rows == found.header + 1)
    broken = {fault.row for fault in grid.faults}
    for row in rows[suspect].tolist():
        if row not in broken and (reason := _reason(grid, found, row, part)):
            skipped[row] = reason
    left = np.isin(rows, np.array(sorted(skipped), dtype=np.int64))
    return rows[~left], skipped


def _total_like(ids: pa.Array) -> pa.Array:
    """Return which ids are short words without digits, as words for a total are."""
    return pc.match_substring_regex(ids, r"^[^0-9]{1,24}$")


def _reason(grid: Grid, found: Found, row: int, part: str) -> str:
    """Return why a row is no row of the bill of materials, "" if it is one."""
    cells = grid.row(row)
    columns = found.roles.columns
    if is_total([cells[columns[part]]]) or (not cells[columns[part]].strip() and is_total(cells)):
        return "total"
    names = [read_header(cells[index]).name for index in columns.values()]
    if cells[columns[part]] and sum(name in role_names() for name in names) > max(1, len(names) // 2):
        return "repeated header"
    quantity = cells[columns["quantity"]].strip() if "quantity" in columns else ""
    return "no part number and no quantity: a note or a section title" if _bare(cells, columns, part, quantity) else ""


def _bare(cells: list[str], columns: Mapping[str, int], part: str, quantity: str) -> bool:
    others: Iterable[str] = (cells[columns[role]] for role in ("parent",) if role in columns)
    return not cells[columns[part]].strip() and not quantity and not any(cell.strip() for cell in others)
