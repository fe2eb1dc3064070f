"""OpenDocument spreadsheets (.ods): their cells with how they are shown, strikes, levels, hidden rows.

Source: OASIS Open Document Format 1.3, part 3, section 9 (tables), 2021-04-27; errors as LibreOffice 7.4 writes them.
"""

from __future__ import annotations

import io
import zipfile
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.parsers.expat import ExpatError

from deminimis.readers.files.files import UNREADABLE, unpacked
from deminimis.readers.workbooks.book import Book, Cell, NotUnderstood, Range, Row, Sheet, Style, Value
from deminimis.readers.workbooks.ods_styles import OFFICE, TABLE, Styles
from deminimis.readers.workbooks.ods_texts import Texts, repetitions
from deminimis.readers.workbooks.ods_values import ERROR, duration, error_name, number, serial, shown_sign
from deminimis.readers.workbooks.ods_xml import Attributes

KIND, VALUE, STRING = f"{OFFICE}value-type", f"{OFFICE}value", f"{OFFICE}string-value"
EXTENDED_KIND = "calcext:value-type"
CURRENCY = f"{OFFICE}currency"
FORMULA, STYLE_NAME, DEFAULT_STYLE = f"{TABLE}formula", f"{TABLE}style-name", f"{TABLE}default-cell-style-name"
COLUMNS, ROWS = f"{TABLE}number-columns-repeated", f"{TABLE}number-rows-repeated"
WIDE, HIGH = f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned"
NUMBERS = frozenset({"float", "percentage", "currency"})
CELLS_LIMIT, FILLED_LIMIT = 50_000_000, 5_000_000
"""Cells of the rectangle a sheet may span, and cells of a workbook that may say something."""
TEXT_LIMIT = 1 << 29
"""Characters of the cells that are repeated, counted as often."""
HIGHEST, WIDEST = 1_048_576, 16_384
DAMAGED: tuple[type[Exception], ...] = (*UNREADABLE, LookupError, ExpatError)
STARTS = {"1899-12-30": False, "1904-01-01": True}
"""Days that count as 0, and whether that is the system of 1904."""


def read_ods(data: bytes) -> Book:
    """Read an OpenDocument spreadsheet.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    Book
        The rows of its sheets can be read once.

    Raises
    ------
    ValueError
        It is damaged or no spreadsheet, spans or holds too many cells, or counts its days from an unusual day.

    Notes
    -----
    Texts are kept as they stand, also blanks that the standard would join. A value that is none of its type (a day of
    month 13, a number beyond the largest double) is kept as the text that stands for it.
    """
    styles = Styles()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "styles.xml" in archive.namelist():
                styles.read(unpacked(data, archive, archive.getinfo("styles.xml")))
            tables = Tables(styles)
            tables.read(unpacked(data, archive, archive.getinfo("content.xml")))
    except NotUnderstood:
        raise
    except DAMAGED as error:
        raise ValueError(f"it cannot be read ({error})") from None
    if not tables.is_spreadsheet:
        raise ValueError("it is no spreadsheet")
    sheets = [Sheet(one.name, one.rows(), one.is_hidden, tuple(one.merged)) for one in tables.found]
    return Book(sheets, tuple(tables.styles_used), tables.since_1904)


@dataclass(slots=True)
class _Stretch:
    """Equal rows one below the other; their cells stand from `start` to `end` among those of the table."""

    first: int
    count: int
    level: int
    is_hidden: bool
    start: int
    end: int


@dataclass(slots=True)
class _Table:
    """One sheet: its cells in flat lists, for an object for each takes three times the memory."""

    name: str
    is_hidden: bool
    columns: array[int] = field(default_factory=lambda: array("H"))
    styles: array[int] = field(default_factory=lambda: array("L"))
    values: list[Value | Cell] = field(default_factory=list)
    stretches: list[_Stretch] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold cells."""
        for one in self.stretches:
            cells = tuple(map(_cell, *(part[one.start : one.end] for part in (self.columns, self.values, self.styles))))
            for index in range(one.first, one.first + one.count):
                yield Row(index, cells, one.level, one.is_hidden)

    def area(self) -> int:
        """Return the cells of the rectangle that it spans."""
        if not self.stretches:
            return 0
        height = self.stretches[-1].first + self.stretches[-1].count - self.stretches[0].first
        return height * (max(self.columns) - min(self.columns) + 1)


def _cell(column: int, value: Value | Cell, style: int) -> Cell:
    return replace(value, column=column, style=style) if isinstance(value, Cell) else Cell(column, value, style)


class Tables(Texts):
    """The sheets of a workbook as content.xml tells them, with its styles."""

    def __init__(self, styles: Styles) -> None:
        super().__init__(styles)
        self.found: list[_Table] = []
        self.styles_used: dict[Style, int] = {Style(): 0}
        self.since_1904 = self.is_spreadsheet = False
        self._numbers: dict[tuple[str, str, str, bool, bool | None], int] = {}
        self._table: _Table | None = None
        self._spans: tuple[list[int], list[str]] = [], []
        self._groups: list[bool] = []
        self._row: Attributes = {}
        self._at, self._column, self._start = 0, 0, 0
        self._cell: Attributes = {}
        self._filled = self._letters = 0
        self.begins |= {
            f"{OFFICE}spreadsheet": self._begin_spreadsheet,
            f"{TABLE}null-date": self._start_of_days,
            f"{TABLE}table": self._begin_table,
            f"{TABLE}table-column": self._add_columns,
            f"{TABLE}table-row-group": self._begin_group,
            f"{TABLE}table-row": self._begin_row,
            f"{TABLE}table-cell": self._begin_cell,
            f"{TABLE}covered-table-cell": self._begin_cell,
        }
        self.ends |= {
            f"{TABLE}table": self._end_table,
            f"{TABLE}table-row-group": self._end_group,
            f"{TABLE}table-row": self._end_row,
            f"{TABLE}table-cell": self._end_cell,
            f"{TABLE}covered-table-cell": self._end_cell,
        }

    def _begin_spreadsheet(self, said: Attributes) -> None:
        self.is_spreadsheet = True

    def _start_of_days(self, said: Attributes) -> None:
        start = said.get(f"{TABLE}date-value", "1899-12-30")
        if start not in STARTS:
            raise NotUnderstood(f"its days count from {start[:40]}")
        self.since_1904 = STARTS[start]

    def _begin_table(self, said: Attributes) -> bool:
        if self._table is not None or not self.is_spreadsheet:
            return True
        name = said.get(f"{TABLE}name", f"Sheet{len(self.found) + 1}")
        self._table = _Table(name, said.get(STYLE_NAME) in self.styles.hidden_tables)
        self._at, self._spans, self._groups = 0, ([], []), []
        return False

    def _end_table(self) -> None:
        if self._table is not None:
            if self._table.area() > CELLS_LIMIT:
                raise ValueError(f"a sheet spans {self._table.area()} cells, most of them empty")
            self.found.append(self._table)
        self._table = None

    def _add_columns(self, said: Attributes) -> None:
        ends, names = self._spans
        ends.append((ends[-1] if ends else 0) + repetitions(said, COLUMNS))
        names.append(said.get(DEFAULT_STYLE, ""))

    def _begin_group(self, said: Attributes) -> None:
        self._groups.append(said.get(f"{TABLE}display") == "false")

    def _end_group(self) -> None:
        self._groups.pop()

    def _begin_row(self, said: Attributes) -> None:
        self._row, self._column = said, 0
        self._start = len(self._table.values) if self._table else 0

    def _end_row(self) -> None:
        table, count = self._table, repetitions(self._row, ROWS)
        if table is not None and len(table.values) > self._start:
            hidden = any(self._groups) or self._row.get(f"{TABLE}visibility", "visible") != "visible"
            table.stretches.append(_Stretch(self._at, count, len(self._groups), hidden, self._start, len(table.values)))
            if self._at + count > HIGHEST:
                raise ValueError(f"it has cells beyond row {HIGHEST}")
            letters = sum(map(_letters, table.values[self._start :])) if count > 1 else 0
            self._count(count * (len(table.values) - self._start), count * letters)
        self._at += count

    def _begin_cell(self, said: Attributes) -> None:
        self._cell, self.pieces, self.paragraphs = said, [], 0

    def _end_cell(self) -> None:
        said, column = self._cell, self._column
        count = repetitions(said, COLUMNS) if COLUMNS in said else 1
        self._column += count
        if self._table is None:
            return
        if WIDE in said or HIGH in said:
            self._merge(self._table, column, said)
        if self.paragraphs or KIND in said or FORMULA in said:
            self._fill(self._table, column, column + count)

    def _fill(self, table: _Table, first: int, end: int) -> None:
        """Add the cell that just ended to its columns, whose styles may differ."""
        self._column = first + 1
        value, style = self._shown()
        self._column = end
        if value == "":
            return
        if end > WIDEST:
            raise ValueError(f"it has cells beyond column {WIDEST}")
        table.columns.append(first)
        table.styles.append(style)
        table.values.append(value)
        if end - first > 1:
            self._count(0, (end - first) * _letters(value))
            for self._column in range(first + 2, end + 1):
                table.columns.append(self._column - 1)
                table.styles.append(self._shown()[1])
                table.values.append(value)

    def _count(self, cells: int, letters: int) -> None:
        self._filled, self._letters = self._filled + cells, self._letters + letters
        if self._filled > FILLED_LIMIT or self._letters > TEXT_LIMIT:
            raise ValueError(f"it holds more than {FILLED_LIMIT} cells, or {TEXT_LIMIT} characters")

    def _merge(self, table: _Table, column: int, said: Attributes) -> None:
        right, bottom = column + repetitions(said, WIDE) - 1, self._at + repetitions(said, HIGH) - 1
        if (right, bottom) != (column, self._at):
            table.merged.append((self._at, column, min(bottom, HIGHEST - 1), min(right, WIDEST - 1)))

    def _shown(self) -> tuple[Value | Cell, int]:
        """Return the value of the cell that just ended, and its style; "" where it says nothing."""
        said = self._cell
        kind = said.get(KIND, "")
        extended = said.get(EXTENDED_KIND)
        # programs that do not mark an error give it the value of a formula
        if extended == "error" or (extended is None and FORMULA in said and ERROR.fullmatch(self.text)):
            return Cell(0, self.text, 0, error_name(self.text)), self._style()
        if kind in NUMBERS and VALUE in said:
            return number(said[VALUE]), self._style(kind)
        if kind == "date" and (day := said.get(f"{OFFICE}date-value")) is not None:
            value = serial(day, self.since_1904)
            return value, self._style(kind, is_whole=isinstance(value, str) or value.is_integer())
        if kind == "time" and (time := said.get(f"{OFFICE}time-value")) is not None:
            return duration(time), self._style(kind)
        if kind == "boolean" and (truth := said.get(f"{OFFICE}boolean-value")) in ("true", "false"):
            return truth == "true", self._style()
        if kind not in ("", "string", "void"):
            if FORMULA in said:
                return None, 0
            raise NotUnderstood(f"a cell of the type {kind[:40]} has no value")
        return self._words(said.get(STRING) or self.text)

    def _words(self, text: str) -> tuple[Value | Cell, int]:
        """Return a text; one that is struck out in all its parts is so by its style."""
        if len(self.pieces) == 1 and self.pieces[0][1] is None and text:
            return text, self._style()
        if not text:
            has_value = self.paragraphs or STRING in self._cell or FORMULA not in self._cell
            return ("" if has_value else None), 0
        cell = bool(self.styles.look("table-cell", self._name()).struck)
        runs = tuple((part, cell if struck is None else struck) for part, struck in self.pieces)
        ways = {struck for part, struck in runs if part.strip()}
        if len(ways) > 1 and "".join(part for part, _ in runs) == text:
            return Cell(0, text, 0, "", runs), self._style(struck=False)
        return text, self._style(struck=ways.pop() if len(ways) == 1 else None)

    def _name(self) -> str:
        """Return the name of the cell's style: its own, else that of the row, else that of the column."""
        name = self._cell.get(STYLE_NAME) or self._row.get(DEFAULT_STYLE)
        if not name:
            ends, names = self._spans
            at = bisect_right(ends, self._column - 1)
            name = names[at] if at < len(names) else ""
        return name or "Default"

    def _style(self, kind: str = "", struck: bool | None = None, is_whole: bool = True) -> int:
        """Return the number of the style that the cell is shown in."""
        currency = (self._cell.get(CURRENCY) or shown_sign(self.text)) if kind == "currency" else ""
        key = self._name(), kind, currency, is_whole, struck
        number = self._numbers.get(key)
        if number is None:
            look = self.styles.look("table-cell", key[0])
            code = self.styles.code(look.format, kind, currency, is_whole)
            style = Style(code, self.styles.steps(look.indent), bool(look.struck) if struck is None else struck)
            number = self._numbers[key] = self.styles_used.setdefault(style, len(self.styles_used))
        return number


def _letters(value: Value | Cell) -> int:
    text = value.value if isinstance(value, Cell) else value
    return len(text) if isinstance(text, str) else 0
