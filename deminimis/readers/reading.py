"""Files to one Bom: read -> find the layout -> build raw tables -> check; how it was read comes along."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deminimis.errors import InputError, LayoutError
from deminimis.model import Bom, Input
from deminimis.model.bom_checks import check_bom
from deminimis.readers.files import FileRead, read_file
from deminimis.readers.inspection import Inspection
from deminimis.readers.sheets import SheetRead, put_together, read_sheets

Paths = str | Path | Iterable[str | Path] | None


def read_bom(*paths: str | Path, declarations: Paths = None, prices: Paths = None, sheet: str | None = None) -> Bom:
    """Read files into one bill of materials.

    Parameters
    ----------
    *paths : str or Path
        Workbooks (xlsx, xlsm, xls, xlsb, ods) or delimited text; all tables of all files are put together.
    declarations, prices : path or paths, optional
        Further files.
    sheet : str, optional
        Read only this sheet of the workbooks in `paths`.

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
    reads: list[SheetRead] = []
    inputs: list[Input] = []
    for path, only in [*((p, sheet) for p in paths), *((p, None) for p in (*_paths(declarations), *_paths(prices)))]:
        file = read_file(path)
        inputs.append(Input(file.name, file.sha256))
        of_file = read_sheets(file, only, len(reads))
        if not any(read.tables for read in of_file):
            raise LayoutError(_no_table(file, of_file), file=file.name)
        reads += of_file
    if not reads:
        raise InputError("no file was named: give the path of a workbook or of a csv file.", file="")
    return check_bom(put_together(reads, tuple(inputs)))


def inspect_file(path: str | Path, *, sheet: str | None = None) -> Inspection:
    """Say how a file is read.

    Parameters
    ----------
    path : str or Path
        A workbook or delimited text.
    sheet : str, optional
        Look only at this sheet.

    Returns
    -------
    Inspection

    Raises
    ------
    InputError
        The file cannot be used at all.
    """
    file = read_file(path)
    reads = read_sheets(file, sheet, 0)
    bom = check_bom(put_together(reads, ()))
    return Inspection(tuple(read.inspection for read in reads if read.inspection), bom.findings)


def _paths(paths: Paths) -> list[str | Path]:
    return [] if paths is None else [paths] if isinstance(paths, str | Path) else list(paths)


def _no_table(file: FileRead, reads: list[SheetRead]) -> str:
    if not any(read.inspection for read in reads):
        return f"{file.name} holds no cells: fill a table and save it again."
    return (
        f"{file.name} holds no table this reads: no row within the first 40 names the columns of one "
        "(parent, child, quantity; or level, part_number, quantity; or part_number, quantity)."
    )
