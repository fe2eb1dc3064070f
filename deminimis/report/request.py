"""The request workbook: which parts a supplier is asked about, where the answers go, and what is still missing."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from deminimis.assessment.questions import Question
from deminimis.readers.answers.answer_format import (
    DECLARATION,
    MASSES,
    REQUEST,
    VERSION,
    AnswerColumn,
    answer_columns,
    answer_words,
)
from deminimis.reference import materials
from deminimis.report.document import write_whole
from deminimis.report.request_checks import checker_formulas, letter_of, row_formula

SPARE = 100
"""Rows below the parts asked, for further elements."""
PRINTED_SPARE = 10
CHECK = "check"
CHECKER, LISTS = "Checker", "Lists"
LONGEST_TEXT = 32_767
TEXT_WIDTH = 88
LINE_HEIGHT = 15.0
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
CHOICES = ("contains", "material", "form", "evidence")
TO_ANSWER = "choose yes, no or unknown"
READY, NOT_READY = "READY TO SEND", "NOT READY"


def write_request(
    questions: Iterable[Question], path: Path | str, *, requester: str = "", due: dt.date | None = None
) -> None:
    """Write the workbook that a supplier fills and sends back.

    Parameters
    ----------
    questions : iterable of Question
        One row for each part and each of its suppliers, in their order.
    path : Path or str
        Where to; the name should end in .xlsx.
    requester : str
        Who asks.
    due : date, optional
        The day by which an answer is wanted.

    Raises
    ------
    ReportError
        The file cannot be written.

    Notes
    -----
    The format is `deminimis-supplier-declaration/1`, written in the cell Request!B2; `readers.supplier_answer` reads it
    back. The same questions give the same bytes.
    """
    import xlsxwriter  # slow import, needed only when a workbook is written

    rows = [(question, supplier) for question in questions for supplier in question.suppliers or ("",)]
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, SAFE)
    book.set_properties({"title": "Request for a declaration", "created": dt.datetime(2026, 1, 1)})
    styles = _styles(book)
    last = len(rows) + SPARE + 1
    pages = [book.add_worksheet(name) for name in (REQUEST, DECLARATION, CHECKER, LISTS)]
    _write_request_page(pages[0], styles, len({q.part_number for q, _ in rows}), requester, due)
    _write_declaration(pages[1], styles, rows, last)
    _write_checker(pages[2], styles, rows, last)
    _write_lists(pages[3], styles)
    for page in pages:
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
    book.close()
    write_whole(path, memory.getvalue())


def _styles(book: Any) -> dict[str, Any]:
    top: dict[str, Any] = {"valign": "top", "text_wrap": True}
    header = {**top, "bold": True, "border": 1, "font_color": "#FFFFFF"}
    line = {"valign": "top", "border": 1, "border_color": "#BFBFBF"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "label": book.add_format({"bold": True, "valign": "top"}),
        "text": book.add_format(top),
        "header": book.add_format({**header, "bg_color": "#1F3864"}),
        "required": book.add_format({**header, "bg_color": "#7F3F00"}),
        "ours": book.add_format({**line, "bg_color": "#EDEDED", "num_format": "@", "text_wrap": True}),
        "answer": book.add_format({**line, "text_wrap": True}),
        "id": book.add_format({**line, "num_format": "@"}),
        "number": book.add_format({**line, "num_format": "General"}),
        "date": book.add_format({**line, "num_format": "yyyy-mm-dd"}),
        "good": book.add_format({"bg_color": "#C6EFCE", "font_color": "#006100"}),
        "bad": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True}),
    }


@cache
def request_words() -> tuple[dict[str, str], ...]:
    """Return the words of the sheet Request: place, English and Chinese."""
    with files(__package__).joinpath("request_words.csv").open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))


def _write_request_page(page: Any, styles: dict[str, Any], parts: int, requester: str, due: dt.date | None) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 1, TEXT_WIDTH)
    words = request_words()
    said = {
        "format": VERSION,
        "asked by": requester,
        "answer by": due.isoformat() if due else "",
        "parts": f"{parts:,}",
    }
    page.write_string(0, 0, f"{words[0]['en']}  {words[0]['zh']}", styles["title"])
    page.set_row(0, 24)
    row = 1
    for line in words[1:]:
        if line["place"] in said:
            page.write_string(row, 0, f"{line['en']} {line['zh']}", styles["label"])
            page.write_string(row, 1, _fitting(said[line["place"]]), styles["text"])
        elif line["place"] == "status":
            page.write_string(row, 0, f"{line['en']} {line['zh']}", styles["label"])
            page.write_formula(row, 1, f"={CHECKER}!B2", styles["label"], NOT_READY if parts else READY)
            _coloured(page, styles, row, 1, f'$B${row + 1}="{READY}"')
            row += 1
        else:
            text = f"{line['en']}\n{line['zh']}"
            page.merge_range(row, 0, row, 1, "", styles["text"])
            page.write_string(row, 0, text, styles["text"])
            page.set_row(row, LINE_HEIGHT * _lines(text, TEXT_WIDTH + 34))
        row += 1


def _coloured(page: Any, styles: dict[str, Any], row: int, column: int, is_good: str, last: int | None = None) -> None:
    """Colour cells green where a formula holds and red elsewhere; the words say the same without colour."""
    area = (row, column, row if last is None else last, column)
    page.conditional_format(*area, {"type": "formula", "criteria": f"={is_good}", "format": styles["good"]})
    page.conditional_format(*area, {"type": "formula", "criteria": f"=NOT({is_good})", "format": styles["bad"]})


def _write_declaration(page: Any, styles: dict[str, Any], rows: Sequence[tuple[Question, str]], last: int) -> None:
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    page.set_row(0, LINE_HEIGHT * 6)
    page.write_string(0, 0, f"{CHECK}\nwhat is left to do\n待办", styles["header"])
    page.set_column(0, 0, 28)
    for at, column in enumerate(answer_columns(), 1):
        page.write_string(0, at, _header(column), styles["required" if column.required else "header"])
        page.set_column(at, at, column.width)
        if column.name in CHOICES:
            letter = letter_of(CHOICES.index(column.name))
            source = f"={LISTS}!${letter}$2:${letter}${len(list_words()[column.name]) + 1}"
            choice = {"validate": "list", "source": source, "error_type": "warning", "error_title": column.title}
            page.data_validation(1, at, last - 1, at, choice)
    for row in range(1, last):
        question, supplier = rows[row - 1] if row <= len(rows) else (None, "")
        _write_row(page, styles, row, question, supplier)
    page.conditional_format(1, 0, last - 1, 0, {"type": "blanks", "stop_if_true": True})
    _coloured(page, styles, 1, 0, '$A2="ok"', last - 1)
    page.print_area(0, 0, len(rows) + PRINTED_SPARE, len(answer_columns()))


def _write_row(page: Any, styles: dict[str, Any], row: int, question: Question | None, supplier: str) -> None:
    """Write one row: what is ours, the formula that checks it, and empty cells to fill in."""
    ours = {"supplier": supplier}
    if question:
        ours |= {"part_number": question.part_number, "description": question.description}
    for at, column in enumerate(answer_columns(), 1):
        style, text = styles[_style(column)], _fitting(ours.get(column.name, ""))
        if text:
            page.write_string(row, at, text, style)
        else:
            page.write_blank(row, at, None, style)
    if question:
        page.write_comment(row, 1, _fitting(f"Not known to us: {', '.join(question.missing)}."))
    page.write_formula(row, 0, row_formula(row + 1), styles["text"], TO_ANSWER if question else "")
    widths = {column.name: column.width for column in answer_columns()}
    page.set_row(row, LINE_HEIGHT * max(_lines(text, widths[name]) for name, text in ours.items()))


def _style(column: AnswerColumn) -> str:
    if column.name in ("part_number", "description"):
        return "ours"
    if column.name in MASSES:
        return "number"
    return "date" if column.name.startswith("valid") else "id" if column.name == "your_part_number" else "answer"


def _header(column: AnswerColumn) -> str:
    return "\n".join(line for line in (column.title, column.hint, column.zh) if line)


def _write_checker(page: Any, styles: dict[str, Any], rows: Sequence[tuple[Question, str]], last: int) -> None:
    """Write the counts of what is left to do; each carries its value, so readers that do not calculate see it too."""
    page.set_column(0, 0, 62, styles["text"])
    page.set_column(1, 1, 18, styles["text"])
    page.set_column(2, 2, 20, styles["text"])
    for at, name in enumerate(("check", "count", "to do")):
        page.write_string(0, at, name, styles["header"])
    checks = checker_formulas(last)
    total = f"SUM($B$3:$B${len(checks) + 2})"
    page.write_string(1, 0, "the whole answer", styles["label"])
    page.write_formula(1, 1, f'=IF({total}=0,"{READY}","{NOT_READY}")', styles["label"], NOT_READY if rows else READY)
    _coloured(page, styles, 1, 1, f'$B$2="{READY}"')
    for row, (says, formula) in enumerate(checks, 2):
        value = len(rows) if row == 2 else 0
        page.write_string(row, 0, says)
        page.write_formula(row, 1, formula, None, value)
        page.write_formula(
            row, 2, f'=IF($B{row + 1}=0,"OK","PLEASE COMPLETE")', None, "PLEASE COMPLETE" if value else "OK"
        )
    _coloured(page, styles, 2, 2, "$B3=0", len(checks) + 1)


@cache
def list_words() -> dict[str, list[str]]:
    """Return the words to choose from, by column.

    Notes
    -----
    Only elements of which some form is on the list of Part 1: nobody is asked about the others.

    Source
    ------
    MOFCOM Announcement 61 of 2025, Annex 1 Part 1, 2025-10-09.

    Examples
    --------
    >>> list_words()["material"]
    ['scandium', 'yttrium', 'samarium', 'gadolinium', 'terbium', 'dysprosium', 'lutetium']
    """
    elements = [m.id for m in materials().values() if m.form_unknown and len(m.elements) == 1]
    return {
        name: elements if name == "material" else list(dict.fromkeys(answer_words(name).values())) for name in CHOICES
    }


def _write_lists(page: Any, styles: dict[str, Any]) -> None:
    for at, name in enumerate(CHOICES):
        page.set_column(at, at, 18)
        page.write_string(0, at, name, styles["header"])
        for row, word in enumerate(list_words()[name], 1):
            page.write_string(row, at, word)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text needs; a Chinese character is as wide as two others."""
    return sum(1 + sum(2 if ord(c) > 0x2E80 else 1 for c in line) // width for line in text.split("\n"))


def _fitting(text: str) -> str:
    # The library takes text in these marks for its own formatted text and would write it unescaped.
    text = f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
    return text[:LONGEST_TEXT]
