"""Write the sample workbooks from their sources: `python data/samples/make_samples.py [FOLDER]`.

Each source is one TOML file: what to say on the sheet "about", and each table drawn with bars. The same source gives
the same workbook on every run.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

HERE = Path(__file__).resolve().parent
CREATED = datetime(2026, 11, 22)
"""Day written into every workbook, so that two runs give the same file."""

NUMBERS = {
    *("unit_value", "base_quantity", "mass", "quantity", "scrap_percent", "yield_percent", "usage_percent"),
    *("amount", "low", "typical", "high", "share_percent", "per_base"),
}
DATES = {"price_date", "valid_from", "valid_to", "date"}


def read_table(drawn: str) -> list[list[str]]:
    """Return the cells of a table drawn with bars, header first; lines that begin with # are remarks."""
    lines = [line for line in drawn.strip().splitlines() if line.strip() and not line.lstrip().startswith("#")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(rows[0]):
            raise ValueError(f"{len(row)} cells under {len(rows[0])} columns: {line}")
    return rows


def cells(drawn: str) -> Iterator[list[Any]]:
    """Yield the rows as they go into the sheet: numbers and days typed, everything else text."""
    header, *rows = read_table(drawn)
    yield header
    for row in rows:
        yield [_typed(column, cell) for column, cell in zip(header, row, strict=True)]


def _typed(column: str, cell: str) -> Any:
    if not cell:
        return None
    if column in NUMBERS:
        return float(cell)
    return date.fromisoformat(cell) if column in DATES else cell


def write_sample(source: Path, folder: Path) -> Path:
    """Write one workbook and return its path."""
    sample = tomllib.loads(source.read_text(encoding="utf-8"))
    path = folder / f"{source.stem}.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": sample["title"], "comments": "SAMPLE", "created": CREATED})
        _write_about(book, sample)
        for name, drawn in sample["tables"].items():
            _write_sheet(book, name, list(cells(drawn)))
    return path


def _write_about(book: Any, sample: dict[str, Any]) -> None:
    sheet, bold = book.add_worksheet("about"), book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, "SAMPLE", bold)
    sheet.write_string(0, 1, sample["title"], bold)
    for row, (name, text) in enumerate(sample["about"].items(), start=1):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, " ".join(text.split()), wrapped)


def _write_sheet(book: Any, name: str, rows: list[list[Any]]) -> None:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for column in range(len(rows[0])):
        widest = max(len(str(row[column])) for row in rows if row[column] is not None)
        sheet.set_column(column, column, min(50, widest + 2))
    sheet.write_row(0, 0, rows[0], bold)
    for y, row in enumerate(rows[1:], start=1):
        for x, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(y, x, cell, day)
            elif isinstance(cell, float):
                sheet.write_number(y, x, cell)
            elif cell is not None:
                sheet.write_string(y, x, cell)


def main(folder: Path = HERE) -> list[Path]:
    """Write every sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_sample(source, folder) for source in sorted((HERE / "sources").glob("*.toml"))]


if __name__ == "__main__":
    for written in main(*(Path(argument) for argument in sys.argv[1:2])):
        print(written)
