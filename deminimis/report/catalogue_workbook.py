"""The summary of a catalogue as a workbook: counts, the goods that need somebody, and the findings by code."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import xlsxwriter

from deminimis.report.words import SYMBOLS, plain

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
MOST_GOODS = 100_000
"""Goods listed; the Parquet table holds all of them."""
GOOD_COLUMNS = {
    "part_number": "Part number", "description": "Description", "verdict": "Verdict",
    "share_low": "Share, low", "share_typical": "Share, typical", "share_high": "Share, high",
    "article_value_typical": "Article value", "controlled_value_typical": "Controlled value", "currency": "Currency",
    "margin": "Margin N - t V", "first_below": "First part below the line", "valid_until": "Valid until",
    "reasons": "Why it is open",
}  # fmt: skip
SHARES = ("share_low", "share_typical", "share_high")
ORDER = {"at_or_above": 0, "undetermined": 1, "below": 2}


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
    _write_goods(book, goods, bold)
    _write_sheet(book, "Findings", *_finding_rows(findings), bold, (30, 10, 10, 70, 70))
    book.close()
    return memory.getvalue()


def _write_sheet(
    book: Any, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any, widths: Sequence[int]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, header, bold)
    sheet.freeze_panes(1, 0)
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            (sheet.write_number if isinstance(cell, int | float) else sheet.write_string)(row, column, cell)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _summary_rows(summary: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    rule, counts = summary["rule"], summary["counts"]
    yield "Day judged for", summary["on"]
    yield "Rule", rule["id"]
    yield "Status that day", f"{plain(rule['status'])} (scenario {rule['scenario']})"
    yield "Threshold", f"{rule['threshold']}, {'at or above' if rule['inclusive'] else 'above'} counts"
    for verdict, count in counts["goods_by_verdict"].items():
        yield f"Goods {SYMBOLS[verdict]} {plain(verdict)}", count
    yield "Goods", counts["goods"]
    yield "Parts", counts["parts"]
    yield "Lines", counts["lines"]
    yield "Files", counts["files"]
    yield "Files that could not be read", counts["files_not_read"]
    yield "Reading", ", ".join(f"{name} {option}" for name, option in summary["reading"].items())
    yield "Version, reference", f"{summary['version']}, {summary['reference']['version']}"
    yield "Note", "Decision support. Below the line is no clearance: routes 1(2) and 1(3) have no threshold."


def _write_goods(book: Any, goods: pa.Table, bold: Any) -> None:
    percent = book.add_format({"num_format": "0.0000%"})
    money = book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    kinds = {
        name: percent if name.startswith("share") else day if name == "valid_until" else money for name in GOOD_COLUMNS
    }
    rows = goods.select(list(GOOD_COLUMNS)).to_pylist()
    rows.sort(key=lambda row: (ORDER[row["verdict"]], -(row["share_high"] if row["share_high"] is not None else 9e9)))
    sheet = book.add_worksheet("Goods")
    sheet.write_row(0, 0, GOOD_COLUMNS.values(), bold)
    for at, row in enumerate(rows[:MOST_GOODS], start=1):
        for column, (name, cell) in enumerate(row.items()):
            if name == "verdict":
                sheet.write_string(at, column, f"{SYMBOLS[cell]} {plain(cell)}")
            elif isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), kinds[name])
            elif cell is not None:
                sheet.write_number(at, column, cell, kinds[name])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, min(len(rows), MOST_GOODS)), len(GOOD_COLUMNS) - 1)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, len(GOOD_COLUMNS) - 1, 16)
    if len(rows) > MOST_GOODS:
        sheet.write_string(MOST_GOODS + 1, 0, f"{len(rows) - MOST_GOODS} more goods stand in goods.parquet")


def _finding_rows(findings: pa.Table) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    first: dict[str, dict[str, Any]] = {}
    counts: dict[str, int] = {}
    for row in findings.to_pylist():
        first.setdefault(row["code"], row)
        counts[row["code"]] = counts.get(row["code"], 0) + 1
    rows = [
        (code, row["severity"], counts[code], f"{row['file']} row {row['row']}: {row['message']}", row["remedy"])
        for code, row in first.items()
    ]
    return ("Code", "Severity", "Count", "The first of them", "What to do"), rows
