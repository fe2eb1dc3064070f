"""The fast reader: sheets to columns, each read in one type and printed with nine decimals if it is text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import fastexcel
import pyarrow as pa

from deminimis.readers.grid import GridFault
from deminimis.readers.workbooks.row_facts import WIDEST
from deminimis.readers.workbooks.sheet_scan import Expected

WIDE = 256
"""Columns of a usual sheet: to name the types of all of the widest takes longer than to read a small sheet."""
SHEETS_LIMIT = 2000
"""Sheets of one workbook; each takes some milliseconds, however little it holds."""
ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """One sheet read with one type for each column.

    Parameters
    ----------
    name : str
        Of the sheet.
    numbers : frozenset of int
        The columns that were expected to hold numbers, from 0.
    columns : tuple of Array
        Texts or doubles.
    offset : int
        Where the first of them stands, from 0.
    faults : tuple of GridFault
        Error cells among the numbers.
    """

    name: str
    numbers: frozenset[int]
    columns: tuple[pa.Array, ...] = ()
    offset: int = 0
    faults: tuple[GridFault, ...] = ()


def load_sheets(
    data: bytes, expected: Mapping[str, Expected], swapped: bool = False, apart: Collection[str] = ()
) -> list[Columns]:
    """Read the sheets of a workbook.

    Parameters
    ----------
    data : bytes
        A file of any spreadsheet format.
    expected : mapping of sheet name to Expected
        Which columns hold numbers; all others are read as text.
    swapped : bool
        Read as text what is expected to be numbers, and the other way round.
    apart : collection of str
        Sheets that are read elsewhere.

    Returns
    -------
    list of Columns
        In the order of the workbook; sheets that are read elsewhere without columns.

    Raises
    ------
    ValueError
        The workbook has too many sheets.
    """
    reader = fastexcel.read_excel(data)
    names = reader.sheet_names
    if len(names) > SHEETS_LIMIT:
        raise ValueError(f"it has {len(names)} sheets, more than {SHEETS_LIMIT}")
    promises = [expected.get(name, Expected()) for name in names]
    return [
        Columns(name, promise.numbers) if name in apart else load_sheet(reader, index, promise, swapped)
        for index, (name, promise) in enumerate(zip(names, promises, strict=True))
    ]


def load_sheet(
    reader: fastexcel.ExcelReader, index: int, expected: Expected, swapped: bool = False, from_first_row: bool = True
) -> Columns:
    """Read one sheet.

    Parameters
    ----------
    reader : ExcelReader
        The workbook.
    index : int
        Which sheet, from 0.
    expected : Expected
        Which columns hold numbers.
    swapped : bool
        As in `load_sheets`.
    from_first_row : bool
        Begin with the first row of the sheet, else with the first that is used.

    Returns
    -------
    Columns
    """
    main, numbers = ("float", "string") if swapped else ("string", "float")
    for widest in (WIDE, WIDEST) if expected.numbers else (0,):
        kinds: Any = dict.fromkeys(range(widest), main) | dict.fromkeys(expected.numbers, numbers) if widest else main
        sheet = reader.load_sheet(index, header_row=None, skip_rows=0 if from_first_row else None, dtypes=kinds)
        if not widest or not (columns := sheet.available_columns()) or columns[-1].absolute_index < widest:
            break
    batch, errors = sheet.to_arrow_with_errors()
    offset = sheet.available_columns()[0].absolute_index if batch.num_columns else 0
    faults = tuple(_errors(errors.errors)) if errors and not swapped else ()
    return Columns(sheet.name, expected.numbers, tuple(batch.columns), offset, faults)


def _errors(errors: Any) -> Iterator[GridFault]:
    for error in errors:
        found = error.detail.partition(" but got '")[2]
        if found.startswith("Error("):
            name = found.removeprefix("Error(").partition(")")[0]
            row, column = error.position
            yield GridFault(row, column, "CELL_ERROR", ERRORS.get(name, name))
