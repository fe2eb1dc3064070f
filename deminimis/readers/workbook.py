"""Spreadsheets to grids: text and doubles in two passes at once, and what only the sheet's XML tells.

The fast reader prints numbers with nine decimals, so a second pass reads them as doubles; both let go of the
interpreter and run side by side. The XML says which formulas were saved without value, and how numbers in id columns are
shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fastexcel
import pyarrow as pa

from deminimis.readers.files import FileRead, refuse
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.sheet_xml import SheetXml, scan_sheets

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


def read_workbook(file: FileRead) -> tuple[Grid, ...]:
    """Read every sheet of a workbook.

    Parameters
    ----------
    file : FileRead
        An xlsx, xlsm, xls, xlsb or ods file.

    Returns
    -------
    tuple of Grid
        In the order of the workbook; sheets without cells have no columns.

    Raises
    ------
    InputError
        The workbook is damaged.
    """
    with ThreadPoolExecutor(3) as threads:
        try:
            texts = threads.submit(_load, file.data, "string")
            doubles = threads.submit(_load, file.data, "float")
            scans = threads.submit(scan_sheets, file.data) if file.kind == "xlsx" else None
            sheets = zip(texts.result(), doubles.result(), strict=True)
            known = scans.result() if scans else {}
        except Exception as error:
            # the reader's Rust side raises a dozen types, and panics; each means the same to the user
            raise refuse(file.name, f"is damaged ({_first_line(error)})", "open it, save it again as .xlsx") from None
    return tuple(_grid(file.name, text, double, known.get(text.name)) for text, double in sheets)


class _Pass:
    """One sheet read in one type."""

    def __init__(self, reader: Any, index: int, kind: str) -> None:
        sheet = reader.load_sheet(index, header_row=None, skip_rows=0, dtypes=kind)
        batch, errors = sheet.to_arrow_with_errors()
        self.name = sheet.name
        self.columns = tuple(batch.columns)
        self.offset = sheet.available_columns()[0].absolute_index if self.columns else 0
        self.faults = tuple(_errors(errors.errors)) if errors and kind == "string" else ()


def _load(data: bytes, kind: str) -> list[_Pass]:
    reader = fastexcel.read_excel(data)
    return [_Pass(reader, index, kind) for index in range(len(reader.sheet_names))]


def _errors(errors: Iterable[Any]) -> Iterable[GridFault]:
    for error in errors:
        row, column = error.position
        name = error.detail.rpartition("Error(")[2].partition(")")[0]
        yield GridFault(row, column, "CELL_ERROR", ERRORS.get(name, name))


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".:")


def _grid(name: str, text: _Pass, double: _Pass, known: SheetXml | None) -> Grid:
    columns = tuple(array.cast(pa.string()) for array in text.columns)
    faults = list(text.faults)
    if known is not None and columns:
        places = ((row, column - text.offset) for row, column in known.without_value)
        inside = [(row, column) for row, column in places if row < len(columns[0]) and 0 <= column < len(columns)]
        faults += [GridFault(row, column, "FORMULA_WITHOUT_VALUE") for row, column in inside]
    return Grid(name, text.name, columns, double.columns, tuple(faults), text.offset, known)
