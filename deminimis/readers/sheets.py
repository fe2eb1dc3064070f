"""One file's sheets to checked tables: find the layout, build raw tables, check them, and say how it was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from deminimis.errors import LayoutError
from deminimis.model import TABLES, Bom, Finding, Input, Source, empty_table, finding, schema
from deminimis.model.bom_checks import merge_part_records
from deminimis.model.checks import Checked, check_table
from deminimis.readers.delimited import read_delimited
from deminimis.readers.files import FileRead
from deminimis.readers.grid import Grid
from deminimis.readers.inspection import SkippedRow, TableInspection
from deminimis.readers.layouts import Found, find_canonical, find_layout
from deminimis.readers.level_number import build_level_number
from deminimis.readers.raw_tables import IDS, Built, build_flat, build_parent_child, build_table, prepared
from deminimis.readers.sheet_xml import Expected
from deminimis.readers.workbook import read_workbook

NUMBER_ROLES = frozenset(c.name for table in schema().values() for c in table.values() if c.type == "number")
OWN_SHEETS = frozenset({"help", "readme", "checker", "lists"})
"""Sheets of the template that hold no data."""


TABLE_CELLS, TABLE_ROWS = 3, 3
"""Filled cells and rows above the header from which on they are another table and no preamble."""


@dataclass(frozen=True)
class SheetRead:
    """One sheet read: its typed tables, how it was read, and what was found."""

    source: Source
    tables: tuple[tuple[str, Checked], ...] = ()
    inspection: TableInspection | None = None
    findings: tuple[Finding, ...] = ()


def read_sheets(file: FileRead, only: str | None, first_place: int) -> list[SheetRead]:
    """Read every sheet of a file, or one.

    Parameters
    ----------
    file : FileRead
        The file.
    only : str or None
        Name of the one sheet wanted.
    first_place : int
        Index of the first sheet in `Bom.sources`.

    Returns
    -------
    list of SheetRead
        One per sheet. Rows that name no parent are a bill of materials only where no other sheet holds a structure.

    Raises
    ------
    LayoutError
        There is no sheet of that name, or one named as a table lacks its columns.
    """
    grids = read_delimited(file) if file.kind == "text" else read_workbook(file, expected_columns)
    if only is not None and file.kind != "text":
        chosen = tuple(grid for grid in grids if grid.sheet.casefold() == only.casefold())
        if not chosen:
            names = ", ".join(grid.sheet for grid in grids)
            raise LayoutError(f"{file.name} has no sheet {only}: its sheets are {names}.", file=file.name)
        grids = chosen
    found = [_find(grid) for grid in grids]
    structured = any(f and f.layout not in ("flat_list", "canonical:parts", "parts") for f in found)
    reads = []
    for place, (grid, layout) in enumerate(zip(grids, found, strict=True), first_place):
        usable = layout if layout and not (layout.layout == "flat_list" and structured) else None
        reads.append(_read_sheet(grid, usable, place, alone=len(grids) == 1))
    return reads


def expected_columns(grid: Grid) -> Expected:
    """Return which columns of a sheet hold numbers and which hold ids, as its first rows say."""
    found = _recognise(grid)
    if found is None:
        return Expected()
    columns = {role: index + grid.offset for role, index in found.roles.columns.items()}
    numbers = frozenset(index for role, index in columns.items() if role in NUMBER_ROLES)
    return Expected(numbers, frozenset(index for role, index in columns.items() if role in IDS), found.header)


def _find(grid: Grid) -> Found | None:
    found = _recognise(grid)
    name = grid.sheet.strip().casefold()
    if found is None and name in TABLES and grid.height:
        raise LayoutError(_unusable(grid, name), file=grid.file)
    return found


def _recognise(grid: Grid) -> Found | None:
    name = grid.sheet.strip().casefold()
    if name in OWN_SHEETS:
        return None
    return find_canonical(grid, name) if name in TABLES else find_layout(grid)


def _unusable(grid: Grid, name: str) -> str:
    columns = ", ".join(c.name for c in schema()[name].values() if c.required)
    return (
        f"{grid.file}, sheet {grid.sheet}: no header row with the columns {columns} within the first 40 rows: add one."
    )


def _read_sheet(grid: Grid, found: Found | None, place: int, alone: bool) -> SheetRead:
    source = Source(grid.file, grid.sheet)
    if found is None:
        return _skipped_sheet(grid, source)
    grid = prepared(grid, found)
    stem = Path(grid.file).stem
    built = _build(grid, found, stem if alone else f"{stem} {grid.sheet}")
    findings = (*_header_findings(grid, found), *_row_findings(grid, found, built), *built.findings)
    read = check_built(source, built, place, findings)
    dropped = {row - 1: reason for _, checked in read.tables for row, reason in checked.dropped}
    inspection = _inspection(grid, found, {**dropped, **built.skipped})
    return replace(read, inspection=inspection)


def _build(grid: Grid, found: Found, stem: str) -> Built:
    if found.layout == "parent_child" or (found.canonical == "lines" and grid.sheet.strip().casefold() != "lines"):
        return build_parent_child(grid, found)
    if found.layout == "level_number":
        return build_level_number(grid, found)
    if found.layout == "flat_list":
        built = build_flat(grid, found, stem)
        assumed = finding("PARENT_ASSUMED", file=grid.file, sheet=grid.sheet, value=stem)
        return replace(built, findings=(*built.findings, assumed))
    return build_table(grid, found, found.canonical or found.layout)


def _skipped_sheet(grid: Grid, source: Source) -> SheetRead:
    if not grid.height:
        return SheetRead(source)
    own = grid.sheet.strip().casefold() in OWN_SHEETS
    detail = (
        "a sheet of the template without data" if own else "no row within the first 40 names the columns of a table"
    )
    rows = tuple(SkippedRow(row, detail) for row in range(1, grid.height + 1))
    told = finding("TABLE_SKIPPED", file=grid.file, sheet=grid.sheet, value=grid.sheet or grid.file, detail=detail)
    layout = TableInspection(grid.sheet, 0, "none", detail, rows=grid.height, skipped=rows)
    return SheetRead(source, (), layout, () if own else (told,))


def _header_findings(grid: Grid, found: Found) -> Iterator[Finding]:
    place = {"file": grid.file, "sheet": grid.sheet}
    header = found.header + 1
    for column in found.roles.unused:
        yield finding("COLUMN_NOT_USED", **place, row=header, column=column, value=column)
    for column in found.missing:
        yield finding("COLUMN_MISSING", **place, row=header, column=column, value=column)


def _row_findings(grid: Grid, found: Found, built: Built) -> Iterator[Finding]:
    wide = np.flatnonzero(grid.filled()[: found.header] >= TABLE_CELLS)
    if len(wide) >= TABLE_ROWS:
        # Two tables in one sheet: what the upper one lists would be missing from every good without a word.
        yield finding(
            "TABLE_NOT_READ", file=grid.file, sheet=grid.sheet, row=int(wide[0]) + 1, value=f"{len(wide)} rows"
        )
    for row in range(found.header):
        if any(grid.row(row)):
            reason = "it stands above the header row"
            yield finding("ROW_SKIPPED", file=grid.file, sheet=grid.sheet, row=row + 1, value=reason)
    for row, reason in sorted(built.skipped.items()):
        if reason != "blank row":
            yield finding("ROW_SKIPPED", file=grid.file, sheet=grid.sheet, row=row + 1, value=reason)


def _inspection(grid: Grid, found: Found, skipped: dict[int, str]) -> TableInspection:
    rows = grid.height - found.header - 1
    listed = tuple(SkippedRow(row + 1, skipped[row]) for row in sorted(skipped))
    header = found.header + 1
    headers = dict(found.roles.headers)
    return TableInspection(grid.sheet, header, found.layout, found.why, headers, found.quantity_basis, rows, listed)


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
    return SheetRead(source, tuple(checked), None, tuple(told))


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
    for read in reads:
        for name, checked in read.tables:
            before = sum(len(table) for table in tables[name])
            longs |= {(name, column, row + before): text for (_, column, row), text in checked.long_decimals.items()}
            tables[name].append(checked.table)
    return Bom(
        **{name: pa.concat_tables(parts).combine_chunks() for name, parts in tables.items()},
        sources=tuple(read.source for read in reads),
        inputs=inputs,
        findings=tuple(found for read in reads for found in read.findings),
        long_decimals=longs,
    )
