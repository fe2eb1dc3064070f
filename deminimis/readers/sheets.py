"""One file's sheets to checked tables: find the layout, build raw tables, check them, and say how it was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from deminimis.errors import LayoutError
from deminimis.model import TABLES, Bom, Finding, Input, Source, empty_table, finding, schema
from deminimis.model.bom_checks import merge_part_records
from deminimis.model.checks import Checked, check_table
from deminimis.readers.choices import Choices
from deminimis.readers.files.files import FileRead
from deminimis.readers.grid import Grid
from deminimis.readers.inspection import SkippedRow, TableInspection
from deminimis.readers.lists.level_columns import level_columns, with_level_columns
from deminimis.readers.tables.found import Found, Refused
from deminimis.readers.tables.line_totals import without_parents
from deminimis.readers.tables.raw_tables import IDS, Built
from deminimis.readers.tables.table_search import find_canonical, find_tables
from deminimis.readers.workbooks.sheet_scan import Expected

NUMBER_ROLES = frozenset(c.name for table in schema().values() for c in table.values() if c.type == "number")
OWN_SHEETS = frozenset({"help", "readme", "checker", "lists"})
"""Sheets of the template that hold no data."""
LOOSE = frozenset({"flat_list", "parts", "prices", "declarations", "sourcing", "supplier_list", "rates"})
"""Shapes that give no structure."""
STRUCTURED = frozenset({"level_number", "level_instances", "parent_child"})
"""Shapes that name the parent of each row, which the model's own table of parts does not."""
OTHERWISE = {"prices": frozenset({"parts", "supplier_list"}), "lines": STRUCTURED}
"""Shapes that a sheet with the name of a table of the model may have instead: many call that of part prices so."""
NAMELESS = frozenset({"flat_list", "level_number", "level_instances"})
"""Shapes whose rows may not name the product they are in."""


@dataclass(frozen=True)
class SheetRead:
    """One sheet read: its typed tables, how it was read, what was found, its parts' other numbers, heads of bills."""

    source: Source
    tables: tuple[tuple[str, Checked], ...] = ()
    inspections: tuple[TableInspection, ...] = ()
    findings: tuple[Finding, ...] = ()
    numbers: tuple[pa.Table, ...] = ()
    heads: tuple[pa.Table, ...] = ()
    numbered: bool = False
    of_totals: frozenset[str] = frozenset()
    items: tuple[pa.Table, ...] = ()


def read_sheets(file: FileRead, grids: Sequence[Grid], choices: Choices, first_place: int) -> list[SheetRead]:
    """Read sheets of a file.

    Parameters
    ----------
    file : FileRead
        The file.
    grids : sequence of Grid
        Its sheets.
    choices : Choices
        What the user says of it.
    first_place : int
        Index of the first sheet in `Bom.sources`.

    Returns
    -------
    list of SheetRead
        One per sheet. Rows that name no parent are a bill of materials only where no other sheet holds a structure.

    Raises
    ------
    LayoutError
        A sheet named as a table lacks its columns, or none has the columns that the user names.
    """
    spread = [with_level_columns(grid, choices) for grid in grids]
    grids = [grid for grid, _ in spread]
    found = [_find(grid, choices) for grid in grids]
    if choices.columns and not any(found):
        named = ", ".join(choices.columns.values())
        raise LayoutError(
            f"{file.name}: no row within the first 40 has the columns {named}: check their spelling.", file=file.name
        )
    structured = any(one.shape not in LOOSE for tables in found if isinstance(tables, tuple) for one in tables)
    stems = _stems(file, grids, found)
    reads = []
    for place, (grid, tables, stem) in enumerate(zip(grids, found, stems, strict=True), first_place):
        loose = isinstance(tables, tuple) and structured and any(one.shape == "flat_list" for one in tables)
        if isinstance(tables, Refused) or not tables or loose:
            reads.append(_skipped_sheet(grid, tables if isinstance(tables, Refused) else None))
        else:
            read = _read_sheet(grid, tables, place, stem, choices)
            reads.append(replace(read, findings=(*spread[place - first_place][1], *read.findings)))
    return reads


def expected_columns(grid: Grid, choices: Choices) -> Expected:
    """Return which columns of a sheet hold numbers and which hold ids, as its first rows say.

    Parameters
    ----------
    grid : Grid
        The first rows.
    choices : Choices
        What the user says.

    Returns
    -------
    Expected
    """
    spread, told = with_level_columns(grid, choices)
    tables = _recognise(spread, choices)
    if not isinstance(tables, tuple) or len(tables) != 1:
        return Expected()
    parted = level_columns(grid.row(tables[0].header)).values() if told else ()
    columns = {role: index + grid.offset for role, index in tables[0].roles.columns.items()}
    numbers = frozenset(index for role, index in columns.items() if role in NUMBER_ROLES)
    ids = frozenset(index for role, index in columns.items() if role in IDS)
    ids |= {index + grid.offset for index in parted}
    return Expected(numbers - ids, ids, tables[0].header)


def _find(grid: Grid, choices: Choices) -> tuple[Found, ...] | Refused:
    tables = _recognise(grid, choices)
    name = grid.sheet.strip().casefold()
    if tables == () and name in TABLES and grid.height:
        raise LayoutError(_unusable(grid, name), file=grid.file)
    return tables


def _recognise(grid: Grid, choices: Choices) -> tuple[Found, ...] | Refused:
    name = grid.sheet.strip().casefold()
    if name in OWN_SHEETS:
        return ()
    if name in TABLES and not choices.columns and choices.header_row is None:
        tables = find_tables(grid, choices) if name == "parts" else ()
        if isinstance(tables, tuple) and any(one.shape in STRUCTURED for one in tables):
            # many systems call the sheet of a whole bill of materials "Parts"
            return tables
        if found := find_canonical(grid, name):
            return (found,)
        if name in OTHERWISE:
            tables = find_tables(grid, choices)
            if isinstance(tables, tuple) and all(one.shape in OTHERWISE[name] for one in tables):
                return tables
        return ()
    return find_tables(grid, choices)


def _unusable(grid: Grid, name: str) -> str:
    columns = ", ".join(c.name for c in schema()[name].values() if c.required)
    return (
        f"{grid.file}, sheet {grid.sheet}: no header row with the columns {columns} within the first 40 rows: add one."
    )


def _stems(file: FileRead, grids: Sequence[Grid], found: Sequence[tuple[Found, ...] | Refused]) -> list[str]:
    """Return the part that each sheet's rows are in where they name none: the file's name, or the sheet's.

    A workbook that gives each assembly a sheet of its own bears their part numbers as names of its sheets: one of them
    is then a part on another sheet.
    """
    stem = file.product or Path(file.name).stem
    bearing = [tables for tables in found if isinstance(tables, tuple) and any(t.shape in NAMELESS for t in tables)]
    if len(bearing) <= 1:
        return [stem] * len(grids)
    listed: set[str] = set()
    for grid, tables in zip(grids, found, strict=True):
        for one in tables if isinstance(tables, tuple) else ():
            if one.shape == "flat_list":
                listed |= {
                    str(word).strip() for word in grid.text[one.roles.columns["part_number"]].to_pylist() if word
                }
    by_sheet = any(grid.sheet.strip() in listed for grid in grids)
    return [grid.sheet.strip() if by_sheet else f"{stem} {grid.sheet}" for grid in grids]


def _read_sheet(grid: Grid, tables: tuple[Found, ...], place: int, stem: str, choices: Choices) -> SheetRead:
    source = Source(grid.file, grid.sheet)
    # slow import, needed only when a workbook is loaded, and made meanwhile by whoever has time
    from deminimis.readers.tables.tables_read import inspect_table, read_table, row_findings

    reads = [read_table(grid, one, stem, choices, place) for one in tables]
    skipped = {row: reason for read in reads for row, reason in read.built.skipped.items()}
    told = [*row_findings(grid, tables, skipped)]
    checked: list[tuple[str, Checked]] = []
    inspections = []
    for read in reads:
        done = check_built(source, read.built, place, read.findings)
        dropped = {row - 1: reason for _, table in done.tables for row, reason in table.dropped}
        inspections.append(inspect_table(grid, read, dropped))
        checked += done.tables
        told += done.findings
    heads = tuple(read.built.heads for read in reads if read.built.heads is not None)
    numbered = any(read.found.shape == "bom_number" for read in reads)
    others = tuple(read.numbers for read in reads)
    of_totals = frozenset(part for read in reads for part in read.built.of_totals)
    items = tuple(read.built.items for read in reads if read.built.items is not None)
    return SheetRead(source, tuple(checked), tuple(inspections), tuple(told), others, heads, numbered, of_totals, items)


def _skipped_sheet(grid: Grid, refused: Refused | None) -> SheetRead:
    source = Source(grid.file, grid.sheet)
    if not grid.height:
        return SheetRead(source)
    own = grid.sheet.strip().casefold() in OWN_SHEETS
    detail = (
        "a sheet of the template without data" if own else "no row within the first 40 names the columns of a table"
    )
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
    told = [finding("TABLE_SKIPPED", **place, value=grid.sheet or grid.file, detail=detail)] if not own else []
    if refused:
        told = [finding(refused.code, **place, row=refused.row + 1, value=refused.detail)]
        detail = told[0].message
    rows = tuple(SkippedRow(row, detail) for row in range(1, grid.height + 1))
    layout = TableInspection(grid.sheet, 0, "none", detail, rows=grid.height, skipped=rows)
    return SheetRead(source, (), (layout,), tuple(told))


def check_built(source: Source, built: Built, place: int, findings: Iterable[Finding]) -> SheetRead:
    """Type and check the raw tables of one sheet.

    Parameters
    ----------
    source : Source
        File and sheet.
    built : Built
        Its raw tables.
    place : int
        Index of the sheet in `Bom.sources`.
    findings : iterable of Finding
        What was found before.

    Returns
    -------
    SheetRead
    """
    checked = [(name, check_table(name, raw, place)) for name, raw in built.tables]
    told = [*findings, *(found for _, table in checked for found in table.findings)]
    for index, (name, table) in enumerate(checked):
        if name == "parts" and built.record_repeats:
            longs = table.long_decimals
            merged = merge_part_records(
                Bom(parts=table.table, sources=(source,) * (place + 1), long_decimals=longs), repeats_expected=True
            )
            checked[index] = name, replace(table, table=merged.parts, long_decimals=merged.long_decimals)
            told += merged.findings
    return SheetRead(source, tuple(checked), (), tuple(told))


def put_together(reads: list[SheetRead], inputs: tuple[Input, ...]) -> Bom:
    """Put the tables of all sheets together, in their order.

    Parameters
    ----------
    reads : list of SheetRead
        In the order of their places.
    inputs : tuple of Input
        The files.

    Returns
    -------
    Bom
    """
    tables: dict[str, list[pa.Table]] = {name: [empty_table(name)] for name in TABLES}
    longs: dict[tuple[str, str, int], str] = {}
    heights = dict.fromkeys(TABLES, 0)
    for read in reads:
        for name, checked in read.tables:
            before = heights[name]
            heights[name] += len(checked.table)
            longs |= {(name, column, row + before): text for (_, column, row), text in checked.long_decimals.items()}
            tables[name].append(checked.table)
    whole = {name: pa.concat_tables(parts).combine_chunks() for name, parts in tables.items()}
    if of_totals := frozenset(part for read in reads for part in read.of_totals):
        whole["parts"] = without_parents(whole["parts"], whole["lines"], of_totals)
    return Bom(
        **whole,
        sources=tuple(read.source for read in reads),
        inputs=inputs,
        findings=tuple(found for read in reads for found in read.findings),
        long_decimals=longs,
    )
