"""Files to one Bom: read -> find the layout -> build raw tables -> check; how it was read comes along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from deminimis.errors import InputError, LayoutError
from deminimis.model import Bom, Input
from deminimis.model.bom_checks import check_bom
from deminimis.readers.choices import Choices, layouts_for
from deminimis.readers.files.files import FileRead, read_file
from deminimis.readers.inspection import Inspection
from deminimis.readers.lists.bom_numbers import resolve_bom_numbers
from deminimis.readers.named import Named, check_named
from deminimis.readers.roads import FileTables, first_table, read_tables
from deminimis.readers.sheets import SheetRead, put_together
from deminimis.readers.tables.layouts import Layout, fingerprint_of, save_layout

WANTED = {
    "declarations": ({"declarations", "sourcing"}, "part_number, material, amount, basis"),
    "prices": ({"prices", "parts", "rates"}, "material, typical, currency, unit"),
}
"""Tables of which a file given for its declarations or prices must hold one, and the columns they are found by."""
WITHOUT_RARE_EARTHS = "TEMPLATE_WITHOUT_RARE_EARTHS"
Paths = str | Path | FileRead | Iterable[str | Path | FileRead] | None


def read_bom(
    *paths: str | Path | FileRead,
    declarations: Paths = None,
    prices: Paths = None,
    sheet: str | None = None,
    choices: Choices | None = None,
    layouts: str | Path | None = None,
) -> Bom:
    """Read files into one bill of materials.

    Parameters
    ----------
    *paths : str, Path or FileRead
        Workbooks, text or declarations, or such files read before; their tables are put together.
    declarations, prices : path or paths, optional
        Further files.
    sheet : str, optional
        Read only this sheet of the workbooks in `paths`.
    choices : Choices, optional
        What to do where the files in `paths` leave it open: columns, header row, quantity basis.
    layouts : path, optional
        A file of layouts of your own; without it the one named ``deminimis-layouts.csv`` beside each file.

    Returns
    -------
    Bom
        With a finding for every fault.

    Raises
    ------
    InputError
        A file cannot be used at all.
    LayoutError
        A file holds no table, or one without the columns it needs.
    """
    own = replace(choices or Choices(), sheet=sheet or (choices.sheet if choices else None))
    loose = Choices(decimal=own.decimal)
    wanted = [(path, own, "") for path in paths]
    wanted += [(path, loose, "declarations") for path in _paths(declarations)]
    wanted += [(path, loose, "prices") for path in _paths(prices)]
    reads, inputs, origins = _read_files(wanted, own, Path(layouts) if layouts else None)
    _check_use(reads, own, inputs, bool(origins))
    if not reads:
        raise InputError("no file was named: give the path of a workbook or of a csv file.", file="")
    return bom_of_reads(reads, tuple(inputs), origins)


def _read_files(
    wanted: Sequence[tuple[str | Path | FileRead, Choices, str]], own: Choices, layouts: Path | None
) -> tuple[list[SheetRead], list[Input], list[Any]]:
    """Return the sheets, the inputs and the countries of smelters of files, each with what is said and wanted of it."""
    reads: list[SheetRead] = []
    inputs: list[Input] = []
    origins: list[Any] = []
    named: list[Named] = []
    without_table: list[LayoutError] = []
    for path, said, purpose in wanted:
        file = path if isinstance(path, FileRead) else read_file(path)
        inputs.append(Input(file.name, file.sha256))
        known, source = layouts_for(file.folder, layouts)
        inputs += [Input(source.name, _hash(source))] if source else []
        of_file = read_tables(file, replace(said, layouts=known), len(reads), one_of_several=True)
        named += [of_file.named] if said is own else []
        if not any(read.tables or read.heads for read in of_file.reads) and not of_file.origins:
            without_table.append(LayoutError(_no_table(file, of_file.reads), file=file.name))
            continue
        _check_wanted(file, of_file, purpose)
        reads += of_file.reads
        origins += of_file.origins
    check_named(named, own)
    for refused in without_table:
        raise refused
    return reads, inputs, origins


def bom_of_reads(reads: Sequence[SheetRead], inputs: tuple[Input, ...], origins: Sequence[Any] = ()) -> Bom:
    """Put the tables of sheets that were read together, and check the whole.

    Parameters
    ----------
    reads : sequence of SheetRead
        In the order of their places.
    inputs : tuple of Input
        The files they are from.
    origins : sequence
        Where smelters of rare earths stand, as declarations said.

    Returns
    -------
    Bom
    """
    bom = _matched(_numbered(list(reads)), inputs)
    if origins:
        from deminimis.readers.declared.origins import apply_origins

        bom = apply_origins(bom, list(origins))
    return check_bom(bom)


def _check_wanted(file: FileRead, of_file: FileTables, wanted: str) -> None:
    """Refuse a file that is given for its declarations or prices and holds none: nothing declared is no zero."""
    if not wanted or of_file.origins:
        return
    names = {name for read in of_file.reads for name, _ in read.tables}
    tables, columns = WANTED[wanted]
    if names.isdisjoint(tables):
        held = f", only {' and '.join(sorted(names))}" if names else ""
        raise LayoutError(
            f"{file.name} is given for its {wanted} and holds none{held}: name its columns {columns}.", file=file.name
        )


def _check_use(reads: Sequence[SheetRead], said: Choices, inputs: Sequence[Input], has_origins: bool) -> None:
    """Refuse a variant where nothing has variants, and bills of materials whose lines no file gives."""
    if said.variant is not None and not any("variant" in table.columns for read in reads for table in read.inspections):
        raise LayoutError(
            f"no file has a column of variants, so that the variant {said.variant} cannot be chosen: leave --variant "
            "out, or name the column by --map variant=HEADER.",
            file="",
        )
    if reads and not has_origins and not any(read.tables for read in reads):
        raise LayoutError(
            f"{inputs[0].name} says which part has which bill of materials, but no file gives its lines: name it too.",
            file=inputs[0].name,
        )


def inspect_file(
    path: str | Path,
    *,
    sheet: str | None = None,
    choices: Choices | None = None,
    layouts: str | Path | None = None,
) -> Inspection:
    """Say how a file is read.

    Parameters
    ----------
    path : str or Path
        A workbook or delimited text.
    sheet : str, optional
        Look only at this sheet.
    choices : Choices, optional
        What to do where the file leaves it open.
    layouts : path, optional
        A file of layouts of your own.

    Returns
    -------
    Inspection

    Raises
    ------
    InputError
        The file cannot be used at all.
    """
    file = read_file(path)
    known, _ = layouts_for(file.folder, Path(layouts) if layouts else None)
    own = replace(choices or Choices(), sheet=sheet or (choices.sheet if choices else None), layouts=known)
    reads = _numbered(list(read_tables(file, own, 0).reads))
    bom = check_bom(_matched(reads, ()))
    return Inspection(tuple(table for read in reads for table in read.inspections), bom.findings)


def _matched(reads: Sequence[SheetRead], inputs: tuple[Input, ...]) -> Bom:
    """Return all tables in one, rows under makers', suppliers' and customers' numbers brought to the own ones."""
    from deminimis.readers.joining.number_matching import NUMBERS, match_numbers

    numbers = [NUMBERS.empty_table(), *(table for read in reads for table in read.numbers)]
    return match_numbers(put_together(list(reads), inputs), pa.concat_tables(numbers))


def _numbered(reads: list[SheetRead]) -> list[SheetRead]:
    heads = [table for read in reads for table in read.heads]
    return resolve_bom_numbers(reads, heads, [place for place, read in enumerate(reads) if read.numbered])


def _paths(paths: Paths) -> list[str | Path | FileRead]:
    return [] if paths is None else [paths] if isinstance(paths, str | Path | FileRead) else list(paths)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _no_table(file: FileRead, reads: Sequence[SheetRead]) -> str:
    if not any(read.inspections for read in reads):
        return f"{file.name} holds no cells: fill a table and save it again."
    told = [found for read in reads for found in read.findings]
    refused = [found for found in told if found.severity == "error" or found.code == WITHOUT_RARE_EARTHS]
    if refused:
        where = f", sheet {refused[0].sheet}" if refused[0].sheet else ""
        return f"{file.name}{where}: {refused[0].message}: {refused[0].remedy.lower()}."
    return (
        f"{file.name} holds no table this reads: no row within the first 40 names the columns of one "
        "(parent, child, quantity; or level, part_number, quantity; or part_number, quantity): name them by --map."
    )


def remember_layout(path: str | Path, target: str | Path, choices: Choices) -> None:
    """Append how the first table of a file is read to a file of layouts, where its header finds it again.

    Parameters
    ----------
    path : str or Path
        The file.
    target : str or Path
        The file of layouts, new or written before.
    choices : Choices
        What the user says of the file.

    Raises
    ------
    InputError, LayoutError
        One of the files cannot be used.
    """
    file = read_file(path)
    grid, found = first_table(file, choices)
    basis = choices.quantity_basis or found.quantity_basis
    name = f"{Path(file.name).stem} {fingerprint_of(grid.row(found.header))[:6]}"
    required = tuple(found.roles.headers)
    layout = Layout(name, found.shape, required, quantity_basis=basis, headers=found.roles.headers)
    save_layout(Path(target), layout, grid.row(found.header))
