"""Sheets with any cells to files of every kind that is read."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlsxwriter

from tests.readers import binary_books, old_books

Rows = list[list[Any]]
Sheets = dict[str, Rows]


@dataclass(frozen=True)
class Formula:
    """A formula; saved without its value by one writer, with an error as its value by the other."""

    text: str = "=1/0"


def cell_text(cell: Any) -> str:
    """Return a cell as text files hold it."""
    return "" if cell is None else cell.text if isinstance(cell, Formula) else str(cell)


def xlsx(found: Sheets, inline: bool = False) -> bytes:
    """Return a workbook by one writer: text stays text, dates are formatted numbers."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": not inline, "constant_memory": inline, "date_1904": inline})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in found.items():
        sheet = book.add_worksheet(name)
        for r, cells in enumerate(rows):
            for c, cell in enumerate(cells):
                if isinstance(cell, Formula):
                    sheet.write_formula(r, c, cell.text, None, "#DIV/0!")
                elif isinstance(cell, dt.date):
                    sheet.write_datetime(r, c, dt.datetime.combine(cell, dt.time()), day)
                elif isinstance(cell, bool):
                    sheet.write_boolean(r, c, cell)
                elif isinstance(cell, int | float):
                    sheet.write_number(r, c, cell)
                elif cell:
                    sheet.write_string(r, c, cell)
    book.close()
    return stream.getvalue()


def openpyxl_xlsx(found: Sheets) -> bytes:
    """Return a workbook by the other writer, whose formulas have no value."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in found.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            plain = [cell.text if isinstance(cell, Formula) else cell for cell in cells]
            sheet.append([re.sub("[\x00-\x08\x0b-\x1f]", "", c) if isinstance(c, str) else c for c in plain])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def html(found: Sheets) -> bytes:
    """Return an HTML page under which many systems save a table."""
    lines = ['<html><head><meta charset="utf-8"></head>']
    for rows in found.values():
        cells = ("".join(f"<td>{escape(cell_text(cell))}</td>" for cell in row) for row in rows)
        lines += ["<table>", *(f"<tr>{row}</tr>" for row in cells), "</table>"]
    return "\n".join(lines).encode()


def _xml_text(cell: Any) -> str:
    return escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", cell_text(cell)))


def book_xml(found: Sheets) -> bytes:
    """Return an XML spreadsheet of 2003."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = [f'<?xml version="1.0"?>\n<Workbook xmlns="{space}" xmlns:ss="{space}">']
    for name, rows in found.items():
        lines.append(f"<Worksheet ss:Name={quoteattr(name)}><Table>")
        for row in rows:
            kinds = [(isinstance(c, int | float) and not isinstance(c, bool), _xml_text(c)) for c in row]
            data = (f'<Data ss:Type="{"Number" if number else "String"}">{said}</Data>' for number, said in kinds)
            lines.append(f"<Row>{''.join(f'<Cell>{cell}</Cell>' for cell in data)}</Row>")
        lines.append("</Table></Worksheet>")
    return "\n".join([*lines, "</Workbook>"]).encode()


def ods(found: Sheets) -> bytes:
    """Return an OpenDocument spreadsheet with the least that a reader asks for."""
    spaces = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    said = " ".join(f'xmlns:{name}="{space}"' for name, space in spaces.items())
    lines = [f'<?xml version="1.0"?><office:document-content {said}><office:body><office:spreadsheet>']
    for name, rows in found.items():
        lines.append(f"<table:table table:name={quoteattr(name)}>")
        for row in rows:
            lines.append("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>")
        lines.append("</table:table>")
    content = "".join([*lines, "</office:spreadsheet></office:body></office:document-content>"])
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<manifest:manifest xmlns:manifest="{space}">{listed}</manifest:manifest>'
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{_xml_text(cell)}</text:p></table:table-cell>"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xls(found: Sheets) -> bytes:
    """Return a workbook of the old kind; formulas have an error as their value."""

    def cell(said: Any) -> Any:
        if isinstance(said, Formula):
            return old_books.Shown(old_books.Saved("#DIV/0!"))
        return (
            old_books.Shown(_serial(said), "yyyy-mm-dd") if isinstance(said, dt.date) else None if said == "" else said
        )

    sheets = {name: old_books.OldSheet([list(map(cell, row)) for row in rows]) for name, rows in found.items()}
    return old_books.compound_file(old_books.workbook_stream(sheets))


def xlsb(found: Sheets) -> bytes:
    """Return a binary workbook; formulas have an error as their value."""

    def cell(said: Any) -> Any:
        if isinstance(said, Formula):
            return binary_books.Formula("#DIV/0!")
        return binary_books.Shown(_serial(said), 1) if isinstance(said, dt.date) else None if said == "" else said

    sheets = {name: [list(map(cell, row)) for row in rows] for name, rows in found.items()}
    return binary_books.binary_book(sheets, formats=[binary_books.Format(), binary_books.Format("yyyy-mm-dd")])


def _serial(day: dt.date) -> int:
    return (day - dt.date(1899, 12, 30)).days
