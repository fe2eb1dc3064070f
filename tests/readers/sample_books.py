from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Sheets = Mapping[str, Sequence[Sequence[Any]]]


def make_book(folder: Path, sheets: Sheets, name: str = "bom.xlsx", **place: int) -> Path:
    return write_book(folder / name, sheets, **place)


def make_text(folder: Path, content: str | bytes, name: str = "bom.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def write_book(path: Path, sheets: Sheets, row: int = 0, column: int = 0) -> Path:
    """Write text as text and numbers as numbers, whatever they look like."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, cells in enumerate(rows, row):
            for c, cell in enumerate(cells, column):
                if isinstance(cell, bool):
                    sheet.write_boolean(r, c, cell)
                elif isinstance(cell, int | float):
                    sheet.write_number(r, c, cell)
                elif isinstance(cell, datetime.date):
                    sheet.write_datetime(r, c, datetime.datetime.combine(cell, datetime.time()), day)
                elif cell is not None:
                    sheet.write_string(r, c, cell)
    book.close()
    return path
