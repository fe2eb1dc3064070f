"""The summary of a catalogue as a workbook: counts, the goods that need somebody, and the findings by code."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from deminimis.report.digits import MOST_DECIMALS, NOT_KNOWN, share_decimals
from deminimis.report.words import CAUTION, SYMBOLS, VERDICT_NAMES, spaced, threshold_text

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
MOST_GOODS = 10_000
"""Goods listed, the gravest first; the Parquet table holds all of them."""
GOOD_COLUMNS = {
    "part_number": "Part number", "description": "Description", "verdict": "Verdict",
    "share_low": "Share, low", "share_typical": "Share, typical", "share_high": "Share, high",
    "article_value_typical": "Article value", "controlled_value_typical": "Controlled value", "currency": "Currency",
    "margin": "Margin N - t V", "first_below": "First part below the line", "valid_until": "Valid until",
    "reasons": "Why it is open",
}  # fmt: skip
SHARES = ("share_low", "share_typical", "share_high")
NUMBERS = (*SHARES, "article_value_typical", "controlled_value_typical", "margin")
FEWEST, CLOSE = 4, 1e-6
"""Decimals of a per cent that are enough for a share farther than this from the line and from zero."""
HEADER_HEIGHT = 32
"""Points, enough for two lines."""
MOST_LETTERS = 32_767
"""Letters a cell holds; a longer text would not be written at all."""
ORDER = ("at_or_above", "undetermined", "below")


def catalogue_workbook(summary: Mapping[str, Any], goods: pa.Table, findings: pa.Table) -> bytes:
    """Return the summary of a catalogue as .xlsx; the same catalogue gives the same bytes.

    Parameters
    ----------
    summary : mapping
        What `summary.json` says.
    goods, findings : pyarrow.Table

    Returns
    -------
    bytes
    """
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, SAFE)
    midnight = dt.datetime.combine(dt.date.fromisoformat(summary["on"]), dt.time())
    book.set_properties({"title": "deminimis catalogue", "created": midnight})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    _write_sheet(book, "Summary", ("What", "Value"), _summary_rows(summary), bold, (34, 70))
    _write_goods(book, goods, Fraction(summary["rule"]["threshold"]), bold)
    _write_sheet(book, "Findings", *_finding_rows(findings), bold, (30, 10, 10, 70, 70))
    if summary["not_read"]:
        rows = [(file["file"], file["why"]) for file in summary["not_read"]]
        _write_sheet(book, "Files not read", ("File", "Why"), rows, bold, (50, 110))
    book.close()
    return memory.getvalue()


def _write_sheet(
    book: Any, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any, widths: Sequence[int]
) -> None:
    sheet = _add_sheet(book, name, header, bold)
    sheet.freeze_panes(1, 0)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int | float):
                sheet.write_number(row, column, cell, wrapped)
            else:
                sheet.write_string(row, column, cell[:MOST_LETTERS], wrapped)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _add_sheet(book: Any, name: str, header: Iterable[str], bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, header, bold)
    sheet.set_row(0, HEADER_HEIGHT)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _summary_rows(summary: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    rule, counts = summary["rule"], summary["counts"]
    yield "Day judged for", summary["on"]
    yield "Rule", rule["id"]
    yield "Status that day", f"{spaced(rule['status'])} (scenario {rule['scenario']})"
    bound = "at or above counts" if rule["inclusive"] else "only above counts"
    yield "Threshold", f"{threshold_text(Fraction(rule['threshold']))}, {bound}"
    for verdict, count in counts["goods_by_verdict"].items():
        yield f"Goods {SYMBOLS[verdict]} {VERDICT_NAMES[verdict]}", count
    yield "Goods", counts["goods"]
    yield "Parts", counts["parts"]
    yield "Lines", counts["lines"]
    yield "Files", counts["files"]
    yield "Files that could not be read", counts["files_not_read"]
    yield "Reading", ", ".join(f"{spaced(name)} {spaced(option)}" for name, option in summary["reading"].items())
    yield "Version, reference", f"{summary['version']}, {summary['reference']['version']}"
    yield "Note", CAUTION


def _write_goods(book: Any, goods: pa.Table, threshold: Fraction, bold: Any) -> None:
    rows = gravest_first(goods).select(list(GOOD_COLUMNS)).slice(0, MOST_GOODS).to_pylist()
    sheet = _add_sheet(book, "Goods", GOOD_COLUMNS.values(), bold)
    cells = _Cells(book, sheet, threshold)
    for at, row in enumerate(rows, start=1):
        for column, (name, cell) in enumerate(row.items()):
            cells.write(at, column, name, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(GOOD_COLUMNS) - 1)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, len(GOOD_COLUMNS) - 2, 16)
    sheet.set_column(len(GOOD_COLUMNS) - 1, len(GOOD_COLUMNS) - 1, 60)
    if len(goods) > len(rows):
        sheet.write_string(len(rows) + 1, 0, f"{len(goods) - len(rows)} more goods stand in goods.parquet")


def gravest_first(goods: pa.Table) -> pa.Table:
    """Return the goods at or above first, then the open ones, each with the largest possible share first."""
    rank = pc.index_in(goods["verdict"], value_set=pa.array(ORDER))
    worst = pc.negate(pc.fill_null(goods["share_high"], float("inf")))
    keyed = pa.table({"rank": rank, "worst": worst})
    return goods.take(pc.sort_indices(keyed, [("rank", "ascending"), ("worst", "ascending")]))


class _Cells:
    """Writes the cells of the goods, each in the format of its number."""

    def __init__(self, book: Any, sheet: Any, threshold: Fraction) -> None:
        self._sheet, self._threshold, self._line = sheet, threshold, float(threshold)
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._unknown = book.add_format({"align": "right", "italic": True, "font_color": "#666666"})
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._small = book.add_format({"num_format": "0.00######"})
        self._shares = {n: book.add_format({"num_format": f"0.{'0' * n}%"}) for n in range(FEWEST, MOST_DECIMALS + 1)}

    def write(self, row: int, column: int, name: str, cell: Any) -> None:
        """Write one cell; a number that nothing limits is said to be not known, for a blank reads as nothing."""
        if name == "verdict":
            self._sheet.write_string(row, column, f"{SYMBOLS[cell]} {VERDICT_NAMES[cell]}")
        elif isinstance(cell, str):
            self._sheet.write_string(row, column, cell[:MOST_LETTERS])
        elif isinstance(cell, dt.date):
            self._sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), self._day)
        elif cell is not None:
            self._sheet.write_number(row, column, cell, self._format(name, cell))
        elif name in NUMBERS:
            self._sheet.write_string(row, column, NOT_KNOWN, self._unknown)

    def _format(self, name: str, number: float) -> Any:
        if name in SHARES:
            plain = not number or (number > CLOSE and abs(number - self._line) > CLOSE)
            return self._shares[FEWEST if plain else share_decimals(number, self._threshold)]
        return self._small if 0 < abs(number) < 1 else self._money


def _finding_rows(findings: pa.Table) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    first: dict[str, dict[str, Any]] = {}
    counts: dict[str, int] = {}
    for row in findings.to_pylist():
        first.setdefault(row["code"], row)
        counts[row["code"]] = counts.get(row["code"], 0) + 1
    rows = [
        (code, row["severity"], counts[code], f"{_place(row)}{row['message']}", row["remedy"])
        for code, row in first.items()
    ]
    return ("Code", "Severity", "Count", "The first of them", "What to do"), rows


def _place(row: Mapping[str, Any]) -> str:
    """Return where a finding is, as far as it is anywhere."""
    said = [row["file"], row["sheet"], f"row {row['row']}" if row["row"] else ""]
    words = ", ".join(dict.fromkeys(word for word in said if word))
    return f"{words}: " if words else ""
