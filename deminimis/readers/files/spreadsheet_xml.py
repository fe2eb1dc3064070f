"""The XML that spreadsheet programs of 2002 and 2003 wrote, often under the name .xls, to grids."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from deminimis.readers.files.files import refuse
from deminimis.readers.files.html_tables import SAVE_AGAIN, WIDEST, Cells, grid_of
from deminimis.readers.grid import Grid, GridFault

if TYPE_CHECKING:
    Parser = ElementTree.XMLPullParser[ElementTree.Element]

DEEPEST = 100
"""Elements in elements beyond which a file is refused."""
HIGHEST = 1_048_576
ROWS_LIMIT = 4 * HIGHEST
"""Rows of all worksheets together; a file of a few bytes can claim any number."""
CHUNK = 1 << 16
SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def spreadsheet_xml(name: str, text: str) -> tuple[Grid, ...]:
    """Return the sheets of an XML spreadsheet (Excel 2002 and 2003).

    Parameters
    ----------
    name : str
        File name.
    text : str
        The file; what it says of its encoding no longer counts.

    Returns
    -------
    tuple of Grid
        One for each worksheet, with the doubles behind the text.

    Raises
    ------
    InputError
        The XML is damaged, too deep, declares entities, or is no spreadsheet.
    """
    if re.search("<!(DOCTYPE|ENTITY)", text):
        raise refuse(name, "declares XML entities, which are never expanded", SAVE_AGAIN)
    parser: Parser = ElementTree.XMLPullParser(("start", "end"))
    sheets: list[_Sheet] = []
    depth = rows = 0
    try:
        for event, element in _events(parser, text):
            depth += 1 if event == "start" else -1
            if depth == 1 and event == "start" and element.tag != f"{SPREADSHEET}Workbook":
                raise refuse(name, "is XML but no spreadsheet", SAVE_AGAIN)
            if depth > DEEPEST:
                raise refuse(name, f"holds XML more than {DEEPEST} deep", SAVE_AGAIN)
            if element.tag == f"{SPREADSHEET}Worksheet" and event == "start":
                sheets.append(_Sheet(name, _attribute(element, "Name")))
            elif element.tag == f"{SPREADSHEET}Row" and event == "end" and sheets:
                sheets[-1].add(element)
                element.clear()
            elif element.tag == f"{SPREADSHEET}Worksheet" and sheets:
                rows += sheets[-1].height
                if rows > ROWS_LIMIT:
                    raise refuse(name, f"spans more than {ROWS_LIMIT} rows, most of them empty", SAVE_AGAIN)
    except ElementTree.ParseError as error:
        raise refuse(name, f"is damaged ({error})", SAVE_AGAIN) from None
    return tuple(sheet.grid() for sheet in sheets)


def _events(parser: Parser, text: str) -> Iterator[Any]:
    for start in range(0, len(text), CHUNK):
        parser.feed(text[start : start + CHUNK])
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


class _Sheet:
    """One worksheet while it is read."""

    def __init__(self, file: str, name: str) -> None:
        self.file, self.name = file, name
        self._cells: list[Cells] = []
        self._numbers: dict[tuple[int, int], float] = {}
        self._faults: list[GridFault] = []
        self._after = 0

    def add(self, row: ElementTree.Element) -> None:
        """Add a row and the blank ones before it."""
        index = _index(row, "Index", self._after)
        if not len(self._cells) <= index < HIGHEST:
            raise refuse(self.file, f"has rows out of order or beyond {HIGHEST}", SAVE_AGAIN)
        blank: Cells = {}
        self._cells += [blank] * (index - len(self._cells))
        self._cells.append({})
        self._after = index + 1 + _index(row, "Span", -1) + 1
        column = 0
        for cell in row:
            if cell.tag == f"{SPREADSHEET}Cell":
                column = max(_index(cell, "Index", column), 0)
                if column >= WIDEST:
                    raise refuse(self.file, f"has a row of more than {WIDEST} cells", SAVE_AGAIN)
                self._read(cell, index, column)
                column += 2 + _index(cell, "MergeAcross", -1)

    @property
    def height(self) -> int:
        return len(self._cells)

    def _read(self, cell: ElementTree.Element, row: int, column: int) -> None:
        data = cell.find(f"{SPREADSHEET}Data")
        text = "" if data is None else "".join(data.itertext())
        kind = "" if data is None else _attribute(data, "Type")
        if not text and _attribute(cell, "Formula"):
            self._faults.append(GridFault(row, column, "FORMULA_WITHOUT_VALUE"))
        elif kind == "Error":
            self._faults.append(GridFault(row, column, "CELL_ERROR", text))
        elif kind == "Boolean":
            text = {"1": "true", "0": "false"}.get(text, text)
        elif kind == "DateTime":
            text = re.sub(r"T00:00:00(\.0*)?$", "", text)
        elif kind == "Number" and (number := _double(text)) is not None:
            self._numbers[row, column] = number
        if text and kind != "Error":
            self._cells[row][column] = text

    def grid(self) -> Grid:
        return grid_of(self.file, self.name, self._cells, self._numbers, self._faults)


def _attribute(element: ElementTree.Element, name: str) -> str:
    return element.get(SPREADSHEET + name, "")


def _index(element: ElementTree.Element, name: str, otherwise: int) -> int:
    """Return a number that counts from 1 as an index from 0, or what counts where it is not given."""
    said = _attribute(element, name).strip()
    return int(said[:9]) - 1 if said.isascii() and said.isdigit() else otherwise


def _double(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
