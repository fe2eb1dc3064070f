"""A sheet and its layout to raw tables of the model; every row below the header is used or skipped with a reason."""

from __future__ import annotations

import re
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
from deminimis.readers.cells.exact_ids import with_exact_ids
from deminimis.readers.grid import Grid
from deminimis.readers.tables.completed import EXTRAS, PARTS
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import Roles, read_header, roles_of
from deminimis.readers.tables.notes import NOTE, is_note
from deminimis.readers.tables.totals import is_total

Rows = npt.NDArray[np.int64]
EXAMPLE = re.compile(r"[（(]?(例[）):： ]|e\.g\.\s|example[:)\s]|beispiel[:)\s]|z\.B\.\s)", re.IGNORECASE)
WORDY = rf"^([^0-9]{{1,24}}|[（(]?(例|e\.g\.|[Ee]xample|[Bb]eispiel|z\.B\.).*)$|{NOTE}"
"""One pattern, for every id of a sheet is held against it."""
IDS = ("part_number", "parent", "child", "mfr_number", "supplier_number", "customer_number")
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
    basis, evidence : str
        What the quantities count, where the layout alone does not say, and what shows it.
    heads : pyarrow.Table, optional
        Heads of bills of materials, in the columns of `bom_heads.HEADS`.
    items : pyarrow.Table, optional
        Items and days of lines under numbers of bills of materials, in the same columns.
    of_totals : frozenset of str
        Parts whose unit is that of a total; it holds only if nothing stands beneath them.
    """

    tables: tuple[tuple[str, RawTable], ...]
    skipped: Mapping[int, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    record_repeats: bool = False
    basis: str = ""
    evidence: str = ""
    heads: pa.Table | None = None
    items: pa.Table | None = None
    of_totals: frozenset[str] = frozenset()


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
    repeated = _repeats_header(grid, found, rows)
    skipped |= dict.fromkeys(rows[repeated].tolist(), "repeated header")
    return Built(((name, raw_table(grid, name, found.roles, rows[~repeated])),), skipped)


def _repeats_header(grid: Grid, found: Found, rows: Rows) -> npt.NDArray[np.bool_]:
    """Return which rows say in every column that is read what the header says."""
    same = np.ones(len(rows), dtype=bool)
    for at in found.roles.columns.values():
        header = grid.text[at][found.header].as_py()
        if header is not None and same.any():
            equal = pc.equal(grid.text[at].take(pa.array(rows)), header)
            same &= pc.fill_null(equal, False).to_numpy(zero_copy_only=False)
    return same


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
    kept = {role: index for role, index in found.roles.columns.items() if role in (*ATTRIBUTES, *PARTS)}
    if not kept:
        return ()
    printed = next(
        (role for role in ("printed_quantity", "quantity", "quantity_total") if role in found.roles.columns), ""
    )
    both = {"quantity", "quantity_total"} <= set(found.roles.columns)
    # Of two quantities nobody says which the value of the line is for.
    if printed and not both and set(kept) & {"line_value", "mass_total"}:
        kept["printed_quantity"] = found.roles.columns[printed]
        if "unit" in found.roles.columns:
            kept["line_unit"] = found.roles.columns["unit"]
    columns = {"part_number": found.roles.columns[part], **kept}
    headers = {"part_number": found.roles.headers[part]}
    printed_as = {"printed_quantity": printed, "line_unit": "unit"}
    headers |= {role: found.roles.headers.get(printed_as.get(role, role), "quantity") for role in kept}
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
    wanted = {*schema()[name], *EXTRAS.get(name, ())} - set(given or {})
    own = {role: index for role, index in roles.columns.items() if role in wanted}
    columns = {role: _cut(grid.text[index], rows) for role, index in own.items()}
    numbers = {role: _cut(grid.numbers[index], rows) for role, index in own.items()} if grid.numbers else {}
    if "mass_unit" in columns and pc.any(pc.match_substring(columns["mass_unit"], "/")).as_py():
        # "g/Part" is the mass of one, as every mass here.
        columns["mass_unit"] = pc.replace_substring_regex(columns["mass_unit"], r"\s*/.*$", "")
    columns |= _named_units(name, roles, columns)
    columns |= given or {}
    at = dict(zip(rows.tolist(), range(len(rows)), strict=True)) if grid.faults else {}
    role_of = {index: role for role, index in own.items()}
    faults = tuple(
        CellFault(at[f.row], role_of[f.column], f.code, f.value, f.details)
        for f in grid.faults
        if f.row in at and f.column in role_of
    )
    return RawTable(grid.file, grid.sheet, columns, numbers, (rows + 1).astype(np.int32), faults, roles.headers)


def _named_units(name: str, roles: Roles, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the columns whose value the headers name, filled where the number they belong to is given."""
    behind = {"mass_unit": ("mass", "mass_total"), "unit": ("quantity",), "basis": ("amount",)}
    behind |= {"currency": ("unit_value", "pack_value", "line_value"), "price_quantity": ("unit_value", "pack_value")}
    own = {*schema()[name], *EXTRAS.get(name, ())}
    found = {}
    for role, word in roles.constants.items():
        number = next((columns[other] for other in behind[role] if other in columns), None)
        if role in own and role not in columns and number is not None:
            found[role] = pc.if_else(number.is_valid(), pa.scalar(word, pa.string()), pa.scalar(None, pa.string()))
    return found


def _cut(array: pa.Array, rows: Rows) -> pa.Array:
    if len(rows) and int(rows[-1]) - int(rows[0]) + 1 == len(rows):
        return array.slice(int(rows[0]), len(rows))
    return array.take(pa.array(rows))


def filled_rows(grid: Grid, found: Found) -> tuple[Rows, dict[int, str]]:
    """Return the rows below the header that say something and are not left out, and the others with the reason."""
    said = np.zeros(grid.height, dtype=bool)
    for column in grid.text:
        said |= column.is_valid().to_numpy(zero_copy_only=False)
    said[[fault.row for fault in grid.faults]] = True
    inside = np.zeros(grid.height, dtype=bool)
    inside[found.header + 1 : found.last(grid.height)] = True
    skipped = dict.fromkeys(np.flatnonzero(inside & ~said).tolist(), "blank row")
    for row in found.shadow:
        inside[row] = False
        skipped[row] = "second row of the header"
    inside[list(found.left_out)] = False
    skipped |= found.left_out
    return np.flatnonzero(said & inside), skipped


def bom_rows(grid: Grid, found: Found, part: str) -> tuple[Rows, dict[int, str]]:
    """Return the rows of a single-sheet bill of materials; totals, notes and repeated headers are skipped."""
    rows, skipped = filled_rows(grid, found)
    ids = grid.text[found.roles.columns[part]]
    header = ids[found.header].as_py()
    odd = pc.or_(ids.is_null(), pc.fill_null(pc.or_(pc.equal(ids, header), _wordy(ids)), False))
    suspect = odd.to_numpy(zero_copy_only=False)[rows] | (rows == found.header + 1)
    broken = {fault.row for fault in grid.faults}
    for row in rows[suspect].tolist():
        if row not in broken and (reason := _reason(grid, found, row, part)):
            skipped[row] = reason
    left = np.isin(rows, np.array(sorted(skipped), dtype=np.int64))
    return rows[~left], skipped


def _wordy(ids: pa.Array) -> pa.Array:
    """Return which ids are short words without digits, as words for a total are, or begin as examples and notes do."""
    return pc.match_substring_regex(ids, WORDY)


def _reason(grid: Grid, found: Found, row: int, part: str) -> str:
    """Return why a row is no row of the bill of materials, "" if it is one."""
    cells = grid.row(row)
    columns = found.roles.columns
    if is_total([cells[columns[part]]]) or (not cells[columns[part]].strip() and is_total(cells)):
        return "total"
    if is_note(cells, columns.get("parent", -1)):
        return "a note"
    if EXAMPLE.match(cells[columns[part]]):
        return "an example row of the form"
    known = [bool(roles_of(read_header(cells[index]))[0]) for index in columns.values() if cells[index].strip()]
    if cells[columns[part]] and sum(known) > max(1, len(set(columns.values())) // 2):
        return "repeated header"
    quantity = cells[columns["quantity"]].strip() if "quantity" in columns else ""
    if _is_title(grid, found, row, cells, part):
        return "a section title"
    return "no part number and no quantity: a note or a section title" if _bare(cells, columns, part, quantity) else ""


def _is_title(grid: Grid, found: Found, row: int, cells: list[str], part: str) -> bool:
    """Return whether a row is a title: words alone among the parts, below a blank row or above another header."""
    if found.canonical or not cells[found.roles.columns[part]].strip() or sum(bool(c.strip()) for c in cells) != 1:
        return False
    if any(fault.row == row for fault in grid.faults) or any(letter.isdigit() for letter in "".join(cells)):
        return False
    return row + 1 == found.end < grid.height or not any(cell.strip() for cell in grid.row(row - 1))


def _bare(cells: list[str], columns: Mapping[str, int], part: str, quantity: str) -> bool:
    others: Iterable[str] = (cells[columns[role]] for role in ("parent",) if role in columns)
    return not cells[columns[part]].strip() and not quantity and not any(cell.strip() for cell in others)
