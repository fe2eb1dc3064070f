"""One table of a sheet to raw tables of the model, and the account of how that was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model.findings import Finding, finding
from deminimis.readers.cells.percent_cells import with_percents
from deminimis.readers.cells.plain_numbers import PlainNumbers, with_plain_numbers
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.inspection import SkippedRow, TableInspection
from deminimis.readers.joining.number_matching import other_numbers
from deminimis.readers.lists.bom_heads import build_heads, build_numbered
from deminimis.readers.lists.level_lists import build_level_list
from deminimis.readers.lists.levels import with_levels
from deminimis.readers.lists.quantity_basis import named_basis, per_parent
from deminimis.readers.lists.quantity_cells import exact_cells, with_quantities
from deminimis.readers.lists.row_tree import Tree
from deminimis.readers.lists.signed_lists import build_signed, is_signed
from deminimis.readers.lists.titled_blocks import blocks_of, build_blocks
from deminimis.readers.tables.batch_hints import batch_hints
from deminimis.readers.tables.completed import complete
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.header_findings import header_findings
from deminimis.readers.tables.line_totals import parts_of_totals
from deminimis.readers.tables.parent_child import build_parent_child
from deminimis.readers.tables.preamble import Preamble, quantity_doubts, read_preamble
from deminimis.readers.tables.rate_direction import direction_findings
from deminimis.readers.tables.raw_tables import (
    Built,
    bom_rows,
    build_flat,
    build_table,
    filled_rows,
    prepared,
)
from deminimis.readers.tables.row_flags import flagged_rows
from deminimis.readers.tables.stand_ins import with_stand_ins
from deminimis.readers.tables.struck_rows import struck_rows
from deminimis.readers.tables.supplier_lists import SHAPE, build_supplier_list

STRUCTURE = frozenset(
    {"parent_child", "level_number", "level_instances", "flat_list", "lines", "operation", "bom_number"}
)
"""Shapes whose rows become lines."""
COUNTED = frozenset({"flat_list", "level_number", "parent_child"})
"""Shapes whose quantities may be those of a batch, which the rows do not say."""
HEADS = ("bom_heads", "bom_batches", "bom_selections")
"""Shapes that say whose a bill of materials is, for how many, and what its alternatives hold."""


@dataclass(frozen=True)
class TableRead:
    """One table read: what was built of it, how, the findings that came before, and its parts' other numbers."""

    built: Built
    found: Found
    findings: tuple[Finding, ...]
    numbers: pa.Table


def read_table(grid: Grid, found: Found, stem: str, choices: Choices, place: int) -> TableRead:
    """Build raw tables from one table of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Where the table stands, and its layout.
    stem : str
        Part number of what its rows are in, where it does not say.
    choices : Choices
        What the user says.
    place : int
        Index of the sheet in `Bom.sources`.

    Returns
    -------
    TableRead
    """
    choices = _with_saved_basis(choices, found)
    grid = with_percents(prepared(grid, found), found)
    numbers = other_numbers(grid, found, filled_rows(grid, found)[0], place)
    preamble = read_preamble(grid, found.header, choices.decimal, _first_above(grid, found))
    told = list(header_findings(grid, found))
    if found.shape in COUNTED and not choices.quantity_basis and not preamble.names_quantity:
        told += batch_hints(grid, found)
    found = _batched(found)
    if found.shape in STRUCTURE:
        grid, found, filled = with_stand_ins(grid, found)
        told += filled
    if found.shape == "flat_list":
        rows, _ = bom_rows(grid, found, "part_number")
        grid, found = with_levels(grid, found, rows.tolist())
    told += _hidden(grid, found)
    plain = _plain(grid, found, choices, preamble)
    grid, found, preamble = plain.grid, plain.found, preamble.settled(plain.decimal)
    told += plain.findings
    told += direction_findings(grid, found, choices)
    if found.shape in STRUCTURE and preamble.where_used >= 0:
        where: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": preamble.where_used + 1}
        told.append(finding("WHERE_USED_LIST", **where, value=" ".join(grid.row(preamble.where_used)).strip()))
    if found.shape in STRUCTURE:
        reasons, flagged = flagged_rows(grid, found, choices)
    else:
        reasons, flagged = ({}, ()) if found.shape in HEADS else struck_rows(grid, found)
    found = replace(found, left_out=reasons)
    told += flagged
    built = _build(grid, found, stem, preamble, choices, place)
    tables = tuple((name, complete(name, raw)) for name, raw in built.tables)
    built = replace(built, tables=tables, of_totals=parts_of_totals(built.tables, tables))
    if plain.evidence:
        found = replace(found, why=f"{found.why}; {plain.evidence}")
    found = replace(found, quantity_basis=built.basis or found.quantity_basis)
    return TableRead(built, found, (*told, *built.findings), numbers)


def _plain(grid: Grid, found: Found, choices: Choices, preamble: Preamble) -> PlainNumbers:
    """Return a table with plain numbers; one that is no bill keeps the decimal mark that its own numbers prove.

    The mark that the user names is that of his bill: rates or declarations beside it are often written by others.
    """
    said = with_plain_numbers(grid, found, choices, preamble)
    if not choices.decimal or found.shape in STRUCTURE or not _has_fault(said, "DECIMAL_MIXED"):
        return said
    own = with_plain_numbers(grid, found, replace(choices, decimal=""), preamble)
    return said if _has_fault(own, "DECIMAL_MIXED", "NUMBER_AMBIGUOUS") else own


def _has_fault(plain: PlainNumbers, *codes: str) -> bool:
    return any(fault.code in codes for fault in plain.grid.faults)


def _with_saved_basis(choices: Choices, found: Found) -> Choices:
    """Return the choices with the quantity basis that the user saved with the layout."""
    saved = next((layout.quantity_basis for layout in choices.layouts if layout.name == found.layout), "")
    return choices if choices.quantity_basis or not saved else replace(choices, quantity_basis=saved)


def _first_above(grid: Grid, found: Found) -> int:
    """Return the first row above a header that belongs to no other table: below the last row with several cells."""
    if not found.begin:
        return 0
    several = np.flatnonzero(grid.top(found.header).filled()[found.begin :] >= TABLE_CELLS)
    return found.begin + (int(several[-1]) + 1 if len(several) else 0)


def _batched(found: Found) -> Found:
    """Read a base quantity beside lines as the number of parents that the line's quantity is for.

    Under its own name of the model, base_quantity, it stays what the model says: of the part itself.
    """
    columns, headers = found.roles.columns, found.roles.headers
    if found.shape not in STRUCTURE or headers.get("base_quantity", "base_quantity") == "base_quantity":
        return found
    renamed = {"batch_quantity" if role == "base_quantity" else role: at for role, at in columns.items()}
    printed = {"batch_quantity" if role == "base_quantity" else role: text for role, text in headers.items()}
    return replace(found, roles=replace(found.roles, columns=renamed, headers=printed))


def _build(grid: Grid, found: Found, stem: str, preamble: Preamble, choices: Choices, place: int) -> Built:
    if found.shape in ("level_number", "level_instances"):
        return build_level_list(grid, found, stem, preamble, choices)
    if found.shape == "flat_list" and (blocks := blocks_of(grid, found)) is not None:
        return build_blocks(grid, found, blocks, stem, preamble, choices)
    if found.shape == "flat_list":
        listed = _build_flat(grid, found, stem, preamble, choices)
        header = found.roles.headers.get("quantity", found.roles.headers.get("quantity_total", ""))
        doubts = () if choices.quantity_basis else quantity_doubts(grid, preamble, header)
        return replace(listed, findings=(*listed.findings, *doubts))
    if found.shape == "operation":
        flat = replace(found, layout="flat_list", shape="flat_list")
        return build_signed(grid, found) if is_signed(grid, found) else _build_flat(grid, flat, stem, preamble, choices)
    if found.shape == "bom_number":
        return build_numbered(grid, found, place)
    if found.shape == SHAPE:
        return build_supplier_list(grid, found)
    if found.shape in HEADS:
        built, heads = build_heads(grid, found, choices, place)
        return replace(built, heads=heads)
    if found.shape == "parent_child" or (found.canonical == "lines" and grid.sheet.strip().casefold() != "lines"):
        return _build_parent_child(grid, found, choices)
    return build_table(grid, found, found.canonical or found.shape)


def _build_flat(grid: Grid, found: Found, stem: str, preamble: Preamble, choices: Choices) -> Built:
    """Build a list without structure: all its rows are in one part, and its quantities in that part's."""
    parent = preamble.material or stem
    columns = found.roles.columns
    word = choices.quantity_basis or ("per_parent" if "quantity" in columns else "per_top")
    evidence = "as the user says" if choices.quantity_basis else ""
    printed_for = preamble.required_quantity or preamble.base_quantity
    if not choices.quantity_basis and printed_for not in ("", "1"):
        word, evidence = f"per_batch:{printed_for}", f"the rows above the list say it is for {printed_for}"
    basis = named_basis(word, evidence)
    grid, found = _divided(grid, found, basis.name, word, evidence)
    built = build_flat(grid, found, parent)
    told = () if preamble.material else (finding("PARENT_ASSUMED", file=grid.file, sheet=grid.sheet, value=stem),)
    return replace(built, findings=(*built.findings, *told), basis=basis.name, evidence=evidence)


def _divided(grid: Grid, found: Found, basis: str, word: str, evidence: str) -> tuple[Grid, Found]:
    """Return a list without structure with its quantities brought to one parent."""
    columns = found.roles.columns
    role = "quantity" if "quantity" in columns else "quantity_total"
    if basis == "per_batch" or (basis == "instances" and role in columns):
        rows = np.arange(found.header + 1, found.last(grid.height))
        amounts = exact_cells(grid, columns[role], rows)
        own = per_parent(named_basis(word, evidence), Tree((-1,) * len(rows), {}, ()), amounts)
        grid = with_quantities(grid, found, rows, own)
        columns = {**columns, "quantity": len(grid.text) - 1, "printed_quantity": columns[role]}
    elif role == "quantity_total":
        columns = {**columns, "quantity": columns[role]}
    headers = {**found.roles.headers, "quantity": found.roles.headers[role]}
    return grid, replace(found, roles=replace(found.roles, columns=columns, headers=headers))


def _build_parent_child(grid: Grid, found: Found, choices: Choices) -> Built:
    columns = found.roles.columns
    word = choices.quantity_basis or "per_parent"
    told: tuple[Finding, ...] = ()
    if "quantity" not in columns and "quantity_total" in columns:
        if choices.quantity_basis is None:
            header = found.roles.headers["quantity_total"]
            place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": found.header + 1, "column": header}
            told = (finding("TOTAL_WITHOUT_PARENT_QUANTITY", **place, value=header),)
        grid, found = _divided(grid, found, "per_parent", "per_parent", "")
    if word.startswith("per_batch"):
        grid, found = _divided(grid, found, "per_batch", word, "as the user says")
    built = build_parent_child(grid, found)
    return replace(built, findings=(*built.findings, *told), basis=word.partition(":")[0])


def _hidden(grid: Grid, found: Found) -> list[Finding]:
    if grid.xml is None or not grid.xml.has_hidden_rows:
        return []
    rows = sorted(row for row in grid.xml.hidden_rows() if found.header < row < found.last(grid.height))
    if not rows:
        return []
    return [finding("ROWS_HIDDEN", file=grid.file, sheet=grid.sheet, row=rows[0] + 1, value=len(rows), count=len(rows))]


def row_findings(grid: Grid, founds: tuple[Found, ...], skipped: dict[int, str]) -> Iterator[Finding]:
    """Yield what is told of rows that are in no table.

    Parameters
    ----------
    grid : Grid
        The sheet.
    founds : tuple of Found
        Its tables.
    skipped : dict of row to reason
        Rows left out of them.

    Yields
    ------
    Finding
    """
    place = {"file": grid.file, "sheet": grid.sheet}
    above = founds[0].header
    wide = np.flatnonzero(grid.top(above).filled() >= TABLE_CELLS)
    if len(wide) >= TABLE_ROWS:
        # Two tables in one sheet: what the upper one lists would be missing from every good without a word.
        yield finding("TABLE_NOT_READ", **place, row=int(wide[0]) + 1, value=f"{len(wide)} rows")
    for row in range(above):
        if any(grid.row(row)):
            yield finding("ROW_SKIPPED", **place, row=row + 1, value="it stands above the header row")
    for row, reason in sorted(skipped.items()):
        if reason != "blank row":
            yield finding("ROW_SKIPPED", **place, row=row + 1, value=reason)


TABLE_CELLS, TABLE_ROWS = 3, 3
"""Filled cells and rows above the header from which on they are another table and no preamble."""


def inspect_table(grid: Grid, read: TableRead, dropped: dict[int, str]) -> TableInspection:
    """Account for every row of one table.

    Parameters
    ----------
    grid : Grid
        Its sheet.
    read : TableRead
        The table.
    dropped : dict of row to reason
        Rows that the checks left out, from 0.

    Returns
    -------
    TableInspection
    """
    found = read.found
    skipped = {**dropped, **read.built.skipped}
    rows = found.last(grid.height) - found.header - 1
    listed = tuple(SkippedRow(row + 1, skipped[row]) for row in sorted(skipped))
    headers = dict(found.roles.headers)
    why = found.why
    if found.quantity_basis and read.built.evidence:
        why += f"; quantities are {found.quantity_basis}: {read.built.evidence}"
    return TableInspection(grid.sheet, found.header + 1, found.layout, why, headers, found.quantity_basis, rows, listed)
