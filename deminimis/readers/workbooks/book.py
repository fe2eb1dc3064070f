"""A workbook of any format written anew as xlsx, so that all are read alike: formats, strikes, levels, hidden rows.

The fast reader gives the values of .xls, .xlsb and .ods files, and nothing of how they are shown: a price shown in yuan
would be read as dollars, 5 % as 5.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from deminimis.readers.workbooks.row_facts import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FIRST_CODE = 164
"""Numbers of formats below it have a meaning of their own."""
EXACT = 10**15
CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}
"""Characters that no XML may hold."""
SPELT = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""The start of what the text of a cell spells a character with. Source: ECMA-376-1, 22.9.2.19 (ST_Xstring)."""

Value = float | str | bool | None
Run = tuple[str, bool]
Range = tuple[int, int, int, int]


class NotUnderstood(ValueError):
    """A workbook is sound but written in a way that is not known here; the fast reader may know it."""


@dataclass(frozen=True, slots=True)
class Style:
    """How cells are shown: the code of their number format, the steps of their indent, and whether they are struck."""

    code: str = "General"
    indent: int = 0
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that says something.

    Parameters
    ----------
    column : int
        From 0.
    value : float, str, bool or None
        None for a formula that was saved without its value. Days are numbers with the style of a date.
    style : int
        Index in `Book.styles`.
    error : str
        The spreadsheet error that stands in place of a value, such as ``#REF!``.
    runs : tuple of (str, bool)
        The parts of a text and whether each is struck out, where they differ.
    """

    column: int
    value: Value
    style: int = 0
    error: str = ""
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its cells in order; its index counts from 0."""

    index: int
    cells: Iterable[Cell]
    level: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with its rows in order, and its merged ranges as (first row, first column, last row, last column)."""

    name: str
    rows: Iterable[Row]
    hidden: bool = False
    merged: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its sheets, the styles of its cells, and whether its days count from 1904-01-01."""

    sheets: Sequence[Sheet]
    styles: Sequence[Style] = (Style(),)
    since_1904: bool = False


def write_book(book: Book) -> bytes:
    """Write a workbook as xlsx.

    Parameters
    ----------
    book : Book

    Returns
    -------
    bytes

    Examples
    --------
    >>> xlsx = write_book(Book([Sheet("list", [Row(1, [Cell(0, 0.05, style=1)])])], [Style(), Style("0%")]))
    >>> zipfile.ZipFile(io.BytesIO(xlsx)).read("xl/worksheets/sheet1.xml").decode().partition("<sheetData>")[2][:44]
    '<row r="2"><c r="A2" s="1"><v>0.05</v></c></'
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        archive.writestr("_rels/.rels", _links(["officeDocument"], ["xl/workbook.xml"]))
        members = [f"worksheets/sheet{at}.xml" for at in range(1, len(book.sheets) + 1)]
        kinds = ["worksheet"] * len(members)
        archive.writestr("xl/_rels/workbook.xml.rels", _links([*kinds, "styles"], [*members, "styles.xml"]))
        archive.writestr("xl/workbook.xml", _list_of_sheets(book))
        archive.writestr("xl/styles.xml", _styles(book.styles))
        for sheet, member in zip(book.sheets, members, strict=True):
            with archive.open(f"xl/{member}", "w") as out:
                for part in _sheet(sheet):
                    out.write(part.encode(errors="replace"))
    return stream.getvalue()


def _links(kinds: Sequence[str], targets: Sequence[str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(zip(kinds, targets, strict=True), start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _list_of_sheets(book: Book) -> str:
    sheets = "".join(
        f'<sheet name="{escape(_clean(sheet.name))}" sheetId="{at}" state="{"hidden" if sheet.hidden else "visible"}"'
        f' r:id="rId{at}"/>'
        for at, sheet in enumerate(book.sheets, start=1)
    )
    days = '<workbookPr date1904="1"/>' if book.since_1904 else ""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{days}<sheets>{sheets}</sheets></workbook>'


def _styles(styles: Sequence[Style]) -> str:
    codes = {code: FIRST_CODE + at for at, code in enumerate(dict.fromkeys(style.code for style in styles))}
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(_clean(code))}"/>' for code, number in codes.items()
    )
    cells = "".join(
        f'<xf numFmtId="{codes[style.code]}" fontId="{int(style.struck)}"><alignment indent="{style.indent}"/></xf>'
        for style in styles
    )
    fonts = "<fonts><font/><font><strike/></font></fonts>"
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>{fonts}<cellXfs>{cells}</cellXfs></styleSheet>'


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>'
    for row in sheet.rows:
        number = row.index + 1
        level = f' outlineLevel="{min(row.level, 7)}"' if row.level else ""
        hidden = ' hidden="1"' if row.hidden else ""
        cells = "".join(_cell(cell, f"{_letters(cell.column)}{number}") for cell in row.cells)
        yield f'<row r="{number}"{level}{hidden}>{cells}</row>'
    ranges = "".join(
        f'<mergeCell ref="{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"/>'
        for top, left, bottom, right in sheet.merged
    )
    yield f"</sheetData>{f'<mergeCells>{ranges}</mergeCells>' if ranges else ''}</worksheet>"


@cache
def _letters(column: int) -> str:
    return column_letters(column).decode()


def _cell(cell: Cell, place: str) -> str:
    start = f'<c r="{place}" s="{cell.style}"' if cell.style else f'<c r="{place}"'
    if cell.error:
        return f'{start} t="e"><v>{escape(cell.error)}</v></c>'
    if cell.value is None:
        return f"{start}><f>0</f></c>"
    if isinstance(cell.value, bool):
        return f'{start} t="b"><v>{int(cell.value)}</v></c>'
    if isinstance(cell.value, str):
        return f'{start} t="inlineStr"><is>{_text(cell.value, cell.runs)}</is></c>'
    whole = cell.value.is_integer() and abs(cell.value) < EXACT
    return f"{start}><v>{int(cell.value) if whole else repr(cell.value)}</v></c>"


def _text(text: str, runs: Sequence[Run]) -> str:
    if not any(struck for _, struck in runs):
        return f'<t xml:space="preserve">{_said(text)}</t>'
    return "".join(
        f'<r>{"<rPr><strike/></rPr>" if struck else ""}<t xml:space="preserve">{_said(part)}</t></r>'
        for part, struck in runs
    )


def _said(text: str) -> str:
    # a return would become a new line in any XML
    text = SPELT.sub("_x005F_", text) if "_x" in text else text
    return escape(_clean(text)).replace("\r", "_x000D_")


def _clean(text: str) -> str:
    return text if text.isprintable() else text.translate(CONTROLS)
