"""Which road a file takes: tables on sheets, a supplier's answer, a standard declaration, a smelter template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from deminimis.errors import LayoutError
from deminimis.model import Finding, Source, finding
from deminimis.readers.choices import Choices
from deminimis.readers.files.files import FileRead, said_by_name
from deminimis.readers.grid import Grid
from deminimis.readers.inspection import SkippedRow, TableInspection
from deminimis.readers.lists.level_columns import with_level_columns
from deminimis.readers.named import NOTHING, Named, check_named, named_in
from deminimis.readers.sheets import SheetRead, check_built, expected_columns, read_sheets
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.raw_tables import Built
from deminimis.readers.tables.table_search import find_tables
from deminimis.readers.workbooks.sheet_scan import Expected

DECLARED_KINDS = frozenset({"xml", "archive", "json"})
ANSWER = "a supplier's answer to a request of deminimis"


@dataclass(frozen=True)
class FileTables:
    """What a file holds: the sheets read, where smelters of rare earths stand if it says so, and what a user named."""

    reads: tuple[SheetRead, ...]
    origins: tuple[Any, ...] = ()
    named: Named = NOTHING


def read_tables(file: FileRead, choices: Choices, first_place: int, *, one_of_several: bool = False) -> FileTables:
    """Read the tables of a file, whatever it is.

    Parameters
    ----------
    file : FileRead
        The file.
    choices : Choices
        What the user says of it.
    first_place : int
        Index of its first sheet in `Bom.sources`.
    one_of_several : bool
        Other files may have the sheet, the row and the columns that the user names: `check_named` says whether one has.

    Returns
    -------
    FileTables

    Raises
    ------
    InputError
        The file cannot be used at all.
    LayoutError
        It has no sheet of the name, or no columns of the names, that the user gives.
    """
    if file.kind in DECLARED_KINDS and (special := _declared(file, first_place)) is not None:
        return special
    grids, told = _grids(file, choices)
    if file.kind in ("xlsx", "workbook") and (special := _filled_form(file, grids, first_place)) is not None:
        return special
    chosen = _chosen(file, grids, choices)
    named = named_in(file, grids, chosen, choices)
    if not one_of_several:
        check_named([named], choices if any(named.sheets) else replace(choices, sheet=None))
    # What a file has nothing of was named for another one.
    own = choices if named.found else replace(choices, columns={}, header_row=None)
    reads = read_sheets(file, chosen, own, first_place)
    _check_answer(file, grids, reads)
    _check_read(file, reads, named)
    if choices.sheet is not None and any(named.sheets) and not named.has_sheet:
        told = (*told, finding("SHEET_ELSEWHERE", file=file.name, value=choices.sheet))
    if reads and (told or (name := said_by_name(file.name, file.kind))):
        if name := said_by_name(file.name, file.kind):
            told = (*told, finding("NAME_SAYS_OTHERWISE", file=file.name, value=name))
        reads[0] = replace(reads[0], findings=(*told, *reads[0].findings))
    return FileTables(tuple(reads), named=named)


def _grids(file: FileRead, choices: Choices) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    if file.kind in ("xlsx", "workbook"):
        from deminimis.readers.workbooks.rewriting import as_xlsx
        from deminimis.readers.workbooks.workbook import read_workbook

        file, told = as_xlsx(file)
        return read_workbook(file, lambda grid: _expected(grid, choices)), (*told, *_book_findings(file))
    from deminimis.readers.files.delimited import read_text

    read = read_text(file)
    hint = read.delimiter == ";"
    return tuple(replace(grid, comma_hint=hint) for grid in read.grids), read.findings


def _expected(grid: Grid, choices: Choices) -> Expected:
    if "declaration" in grid.sheet.casefold():
        from deminimis.readers.answers.answer_format import expected_answer

        return expected_answer(grid) or expected_columns(grid, choices)
    try:
        return expected_columns(grid, choices)
    except LayoutError:  # told when the sheet is read; here it would be taken for damage of the file
        return Expected()


def _book_findings(file: FileRead) -> tuple[Finding, ...]:
    """Return what is told of a workbook as a whole: macros, links to other files, hidden sheets."""
    if file.kind != "xlsx":
        return ()
    from deminimis.readers.workbooks.workbook_parts import workbook_facts

    facts = workbook_facts(file.data)
    told = []
    if facts.has_macros:
        told.append(finding("MACROS_IGNORED", file=file.name, value=file.name))
    if facts.external_links:
        told.append(finding("EXTERNAL_LINKS", file=file.name, value=str(facts.external_links)))
    return (*told, *(finding("SHEET_HIDDEN", file=file.name, sheet=name, value=name) for name in facts.hidden_sheets))


def _chosen(file: FileRead, grids: tuple[Grid, ...], choices: Choices) -> tuple[Grid, ...]:
    of_model = any(grid.sheet.strip().casefold() == "lines" for grid in grids)
    found_by_name = of_model and choices.header_row is None and not choices.columns
    if found_by_name and (choices.quantity_basis or "per_parent") != "per_parent":
        raise LayoutError(
            f"{file.name}: the quantities of a sheet named lines count for base_quantity of the parent, not "
            f"{choices.quantity_basis}: fill base_quantity in the sheet parts, or leave --quantity-basis out.",
            file=file.name,
        )
    if choices.sheet is None:
        return grids
    return tuple(grid for grid in grids if grid.sheet.casefold() == choices.sheet.casefold()) or grids


def _check_answer(file: FileRead, grids: Sequence[Grid], reads: Sequence[SheetRead]) -> None:
    """Refuse a supplier's answer that lacks a sheet or its version: what it says must not go lost."""
    unread = any(not read.tables and read.inspections for read in reads)
    if unread or any(name == "declarations" for read in reads for name, _ in read.tables):
        from deminimis.readers.answers.answer_sheets import lost_answer

        if lost := lost_answer(grids):
            raise LayoutError(f"{file.name} {lost}.", file=file.name)


def _check_read(file: FileRead, reads: Sequence[SheetRead], named: Named) -> None:
    """Refuse a file whose list without structure the user describes, for it is not read beside one with a structure."""
    for read in reads:
        if read.source.sheet in named.found and not read.tables and not read.heads:
            raise LayoutError(
                f"{file.name}: the table that you describe, on the sheet {read.source.sheet}, names no parents and no "
                f"levels, and another sheet has a bill of materials: say --sheet {read.source.sheet!r}.",
                file=file.name,
            )


def _declared(file: FileRead, place: int) -> FileTables | None:
    """Read a standard declaration, or the JSON form of a supplier's answer; None for a table saved as XML."""
    from deminimis.readers.declared import read_declared

    if (declared := read_declared(file)) is not None:
        return _declaration(file, declared, place)
    if file.kind != "json":
        return None
    from deminimis.readers.answers.supplier_json import read_supplier_json

    built = read_supplier_json(file.data, file.name)
    return FileTables((_answered(file, "", built, place),))


def _filled_form(file: FileRead, grids: tuple[Grid, ...], place: int) -> FileTables | None:
    """Read a workbook that is a form: a supplier's answer, or a smelter template."""
    if not any(grid.sheet.strip().casefold() == "declaration" for grid in grids):
        return None
    from deminimis.readers.answers.answer_format import DECLARATION, is_supplier_answer

    if is_supplier_answer(grids):
        from deminimis.readers.answers.answer_sheets import lost_answer
        from deminimis.readers.answers.supplier_answer import read_supplier_answer

        if lost := lost_answer(grids):
            raise LayoutError(f"{file.name} {lost}.", file=file.name)
        return FileTables((_answered(file, DECLARATION, read_supplier_answer(grids), place),))
    from deminimis.readers.declared.amrt import is_amrt, read_amrt

    return _declaration(file, read_amrt(file.name, grids), place) if is_amrt(grids) else None


def _answered(file: FileRead, sheet: str, built: Built, place: int) -> SheetRead:
    read = check_built(Source(file.name, sheet), built, place, built.findings)
    count = sum(len(raw.rows) for _, raw in built.tables)
    skipped = tuple(SkippedRow(row + 1, reason) for row, reason in sorted(built.skipped.items()))
    told = TableInspection(sheet, 0, "supplier_answer", ANSWER, rows=count + len(skipped), skipped=skipped)
    return replace(read, inspections=(told,))


def _declaration(file: FileRead, declared: Any, place: int) -> FileTables:
    read = check_built(Source(file.name), Built(declared.raw), place, declared.findings)
    skipped = tuple(SkippedRow(row, reason) for row, reason in declared.skipped)
    told = TableInspection("", 0, declared.kind, declared.why, rows=declared.rows, skipped=skipped)
    return FileTables((replace(read, inspections=(told,)),), declared.origins)


def first_table(file: FileRead, choices: Choices) -> tuple[Grid, Found]:
    """Return the first table of a file, and its sheet.

    Parameters
    ----------
    file : FileRead
        The file.
    choices : Choices
        What the user says of it.

    Returns
    -------
    grid : Grid
        With levels in columns of their own put together, as it is read.
    found : Found

    Raises
    ------
    LayoutError
        There is none.
    """
    grids, _ = _grids(file, choices)
    chosen = _chosen(file, grids, choices)
    named = named_in(file, grids, chosen, choices)
    check_named([named], choices)
    told = [one for one in chosen if one.sheet in named.found] if choices.columns or choices.header_row else chosen
    for grid, _ in (with_level_columns(one, choices) for one in told):
        tables = find_tables(grid, choices)
        if isinstance(tables, tuple) and tables:
            return grid, tables[0]
    raise LayoutError(
        f"{file.name} holds no table whose layout could be saved: name its columns by --map.", file=file.name
    )
