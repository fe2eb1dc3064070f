"""The assessment as a workbook: what a compliance file keeps. Text stays text, whatever character it begins with."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from deminimis.assessment import Assessment
from deminimis.report.digits import share_decimals
from deminimis.report.document import write_whole
from deminimis.report.sheets import GRAMS, MONEY, SHARE, SHEETS, TEXT, VERDICT, Sheet
from deminimis.report.words import SYMBOLS, plain

LAST_ROW = 1_048_575
LONGEST_TEXT = 32_767
CUT = " … (cut: longer than a cell holds)"
A4 = 9
LINE_HEIGHT, MOST_LINES = 15.0, 20
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
COLOURS = {
    "at_or_above": ("#9C0006", "#FFC7CE"),
    "undetermined": ("#7F6000", "#FFEB9C"),
    "below": ("#006100", "#E2EFDA"),
}


def write_workbook(assessment: Assessment, path: Path | str) -> None:
    """Write the assessment as .xlsx; the same assessment gives the same bytes.

    Parameters
    ----------
    assessment : Assessment
    path : Path or str

    Raises
    ------
    ReportError
        The file cannot be written.
    """
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, SAFE)
    midnight = dt.datetime.combine(assessment.on, dt.time())
    book.set_properties({"title": "deminimis report", "author": f"deminimis {assessment.version}", "created": midnight})
    formats = Formats(book, assessment.ruling.threshold)
    for make in SHEETS:
        _write_sheet(book, formats, make(assessment), f"deminimis {assessment.version}, {assessment.on.isoformat()}")
    book.close()
    write_whole(path, memory.getvalue())


@dataclass
class Formats:
    """The cell formats of one workbook, made when first asked for."""

    book: Any
    threshold: Fraction | None
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def of(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "top", **properties})
        return self.made[key]

    def of_number(self, kind: str, value: float) -> Any:
        """Return the format of a number; small amounts and shares near the line get more digits."""
        if kind == SHARE:
            return self.of(num_format=f"0.{'0' * share_decimals(value, self.threshold)} %")
        if kind == MONEY:
            return self.of(num_format="#,##0.000000" if 0 < abs(value) < 1 else "#,##0.00")
        return self.of(num_format="#,##0.0000" if kind == GRAMS else "General")


def _write_sheet(book: Any, formats: Formats, sheet: Sheet, footer: str, last_row: int = LAST_ROW) -> None:
    page, width = book.add_worksheet(sheet.name), len(sheet.columns)
    for column, (header, kind, characters) in enumerate(sheet.columns):
        heading = formats.of(bold=True, text_wrap=True, bottom=1, bg_color="#D9E1F2", **_side(kind, column))
        page.write_string(0, column, header, heading)
        page.set_column(column, column, characters)
    page.set_row(0, _height(sheet, [header for header, _, _ in sheet.columns]) + LINE_HEIGHT)
    count = _write_rows(page, formats, sheet, last_row)
    page.freeze_panes(1, sheet.frozen)
    if count:
        page.autofilter(0, 0, count, width - 1)
        for column, (_, kind, _) in enumerate(sheet.columns):
            if kind == VERDICT:
                _colour(page, formats, column, count)
    page.print_area(0, 0, count, (sheet.printed or width) - 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer(f"&L{footer}&C{sheet.name}&R&P / &N")


def _write_rows(page: Any, formats: Formats, sheet: Sheet, last_row: int) -> int:
    row = 0
    for row, cells in enumerate(sheet.rows, start=1):
        if row == last_row:
            page.write_string(row, 0, "further rows do not fit on this sheet: see the JSON report")
            break
        for column, ((_, kind, _), value) in enumerate(zip(sheet.columns, cells, strict=True)):
            _write_cell(page, formats, row, column, kind, value)
        if (height := _height(sheet, cells)) > LINE_HEIGHT:
            page.set_row(row, height)
    return row


def _height(sheet: Sheet, cells: Sequence[Any]) -> float:
    """Return the height a row needs; not every program fits wrapped rows by itself."""
    texts = ((cell, width) for cell, (_, _, width) in zip(cells, sheet.columns, strict=True) if isinstance(cell, str))
    lines = max((sum(1 + len(line) // width for line in cell.split("\n")) for cell, width in texts), default=1)
    return min(lines, MOST_LINES) * LINE_HEIGHT


def _write_cell(page: Any, formats: Formats, row: int, column: int, kind: str, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        page.write_datetime(row, column, value, formats.of(num_format="yyyy-mm-dd", **_side(kind, column)))
    elif isinstance(value, str):
        page.write_string(row, column, _fitting(value), formats.of(text_wrap=True, **_side(kind, column)))
    else:
        page.write_number(row, column, value, formats.of_number(kind, value))


def _side(kind: str, column: int) -> dict[str, Any]:
    if kind in (TEXT, VERDICT):
        return {"align": "left", "indent": min(column, 1)}
    return {"align": "right"}


def _fitting(text: str) -> str:
    text = text if text.isprintable() else "\n".join(map(plain, text.split("\n")))
    # The library takes text in these marks for its own formatted text and would write it unescaped.
    text = f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


def _colour(page: Any, formats: Formats, column: int, count: int) -> None:
    for verdict, (ink, paper) in COLOURS.items():
        look = formats.book.add_format({"font_color": ink, "bg_color": paper})
        rule = {"type": "text", "criteria": "begins with", "value": SYMBOLS[verdict], "format": look}
        page.conditional_format(1, column, count, column, rule)
