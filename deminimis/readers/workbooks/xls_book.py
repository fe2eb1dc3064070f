"""Old Excel workbooks (.xls) as a `Book`: their values and how they are shown."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from typing import Any

from deminimis.readers.workbooks.book import Book, Cell, Row, Run, Sheet, Style
from deminimis.readers.workbooks.xls_stream import SheetFacts, sound_stream

EMPTY, TEXT, NUMBER, DATE, BOOLEAN, ERROR, BLANK = range(7)
"""Kinds of cells of the library."""
GENERAL = 0
DATE_KIND = 1
"""What the library calls a format that shows days; of the East Asian ones it knows no code."""
UNICODE_SINCE = 80
"""The version, in tenths, from which on texts are UTF-16."""
NAMELESS = {67: "0%", 68: "0.00%"}
"""Built-in formats of Thailand whose code the library does not know, and which change how a number is read."""


class _Silence(io.TextIOBase):
    """Where the library's remarks go."""

    def write(self, text: str) -> int:
        return len(text)


@dataclass(frozen=True, slots=True)
class _Looks:
    """How the cells of a workbook are shown, by the number of their style and of their error.

    Struck fonts are for the parts of texts; where these differ, the cell has the style that is not struck.
    """

    styles: tuple[Style, ...]
    of_style: tuple[int, ...]
    unstruck: Mapping[int, int]
    fonts: frozenset[int]
    errors: Mapping[int, str]


def read_xls(data: bytes) -> Book:
    """Read an old Excel workbook.

    Parameters
    ----------
    data : bytes
        An .xls file of Excel 5.0 or later.

    Returns
    -------
    Book
        The rows of each sheet can be read once, the sheets in their order.

    Raises
    ------
    ValueError
        It is damaged, needs a password, or is too large. Of a damaged workbook the library raises anything, then or
        when its rows are read.

    Notes
    -----
    Built-in currency formats without a code of their own show the currency of whoever looks, so none is named.
    """
    import xlrd

    stream = sound_stream(data)
    book = xlrd.open_workbook(
        file_contents=stream.records, logfile=_Silence(), formatting_info=True, on_demand=True, ragged_rows=True
    )
    looks = _looks(book, xlrd.error_text_from_code)
    sheets = [
        Sheet(name, _rows(book, at, facts, looks), facts.hidden, facts.merged)
        for at, (name, facts) in enumerate(zip(book.sheet_names(), stream.sheets, strict=True))
    ]
    return Book(sheets, looks.styles, bool(book.datemode))


def _looks(book: Any, errors: Mapping[int, str]) -> _Looks:
    fonts = frozenset(number for number, font in enumerate(book.font_list) if font.struck_out)
    own = {shown.format_key for shown in book.format_list}
    codes = {key: _code(shown, key in own) for key, shown in book.format_map.items()}
    shown = [
        Style(codes.get(xf.format_key, "General"), xf.alignment.indent_level, xf.font_index in fonts)
        for xf in book.xf_list
    ]
    styles = tuple(dict.fromkeys([Style(), *shown, *(replace(style, struck=False) for style in shown)]))
    places = {style: at for at, style in enumerate(styles)}
    unstruck = {places[style]: places[replace(style, struck=False)] for style in styles}
    return _Looks(styles, tuple(places[style] for style in shown), unstruck, fonts, errors)


def _code(shown: Any, own: bool) -> str:
    """Return the code of a number format: its own, or that of a built-in one without currency."""
    if shown.format_key == GENERAL:
        return "General"
    if own:
        return str(shown.format_str)
    if shown.format_str:
        return str(shown.format_str.replace("$", ""))
    return "yyyy-mm-dd" if shown.type == DATE_KIND else NAMELESS.get(shown.format_key, "General")


def _rows(book: Any, at: int, facts: SheetFacts, looks: _Looks) -> Iterator[Row]:
    sheet = book.sheet_by_index(at)
    hidden = bool(sheet.default_row_hidden)
    shown = sheet.rowinfo_map
    for index in range(max(sheet.nrows, max(shown, default=-1) + 1)):
        row = shown.get(index)
        cells = list(_cells(sheet, index, facts, looks)) if index < sheet.nrows else []
        if row is not None:
            yield Row(index, cells, row.outline_level, bool(row.hidden))
        elif cells:
            yield Row(index, cells, hidden=hidden)
    book.unload_sheet(at)


def _cells(sheet: Any, row: int, facts: SheetFacts, looks: _Looks) -> Iterator[Cell]:
    for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
        if kind in (EMPTY, BLANK):
            continue
        style = looks.of_style[sheet.cell_xf_index(row, column)]
        if kind in (NUMBER, DATE):
            yield Cell(column, value, style) if isfinite(value) else Cell(column, None, style, "#NUM!")
        elif kind == BOOLEAN:
            yield Cell(column, bool(value), style)
        elif kind == ERROR:
            yield Cell(column, None, style, looks.errors.get(value, "#VALUE!"))
        elif value:
            runs = _runs(sheet, row, column, looks) if looks.fonts else ()
            yield Cell(column, value, looks.unstruck[style] if runs else style, "", runs)
        elif (row, column) in facts.not_calculated:
            yield Cell(column, None, style)


def _runs(sheet: Any, row: int, column: int, looks: _Looks) -> tuple[Run, ...]:
    """Return the parts of a text where they are not struck as its cell says; the first has the font of the cell."""
    fonts: Sequence[tuple[int, int]] = sheet.rich_text_runlist_map.get((row, column), ())
    struck = looks.styles[looks.of_style[sheet.cell_xf_index(row, column)]].struck
    if all((font in looks.fonts) == struck for _, font in fonts):
        return ()
    # places of parts count units of two bytes, in older versions bytes of the code page
    code, width = ("utf-16-le", 2) if sheet.biff_version >= UNICODE_SINCE else (sheet.book.encoding, 1)
    text = sheet.cell_value(row, column).encode(code)
    starts = sorted(((start * width, font in looks.fonts) for start, font in fonts), key=lambda part: part[0])
    parts = pairwise([(0, struck), *starts, (len(text), False)])
    return tuple((text[start:end].decode(code), marked) for (start, marked), (end, _) in parts if start < end)
