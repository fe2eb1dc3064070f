"""The page: self-contained, escaped, complete."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from deminimis.model import finding
from deminimis.report.page import MAX_GOODS, MAX_ROWS, to_page, write_page
from tests.report.assessments import HOSTILE, make_assessment, make_good

VOID = {"meta"}


class Reader(HTMLParser):
    """Collects text and tags, and minds that every tag closes."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.texts, self.attributes = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def read(assessment) -> Reader:
    reader = Reader()
    reader.feed(to_page(assessment))
    reader.close()
    assert not reader.open
    return reader


def test_the_page_says_what_the_terminal_says(pumps):
    text = " ".join(read(pumps).texts)
    for words in (
        "3 finished goods: 1 at or above, 1 undetermined, 1 below.",
        "cn-mofcom-61-2025:1(1) is in force on 2026-11-22",
        "● AT OR ABOVE",
        "○ below 0.1 % (value route only)",
        "0.3141 … 0.3692 %",
        "below only if one piece is worth more than 11,521 USD",
        "pump.xlsx, sheet BOM, row 7, column quantity",
        "Decision support, not legal advice.",
        "unconfirmed",
        "a" * 64,
    ):
        assert words in text, words
    assert not re.search(r"\bclear\b|cleared|complian", text)


def test_nothing_is_fetched_and_nothing_runs(hostile):
    reader = read(hostile)
    assert not {"script", "link", "img", "iframe", "a", "b"} & set(reader.tags)
    assert not {"src", "href", "onload", "onclick"} & {name for name, _ in reader.attributes}
    assert "url(" not in to_page(hostile)
    assert "@import" not in to_page(hostile)


def test_what_the_user_wrote_is_shown_as_written(hostile):
    texts = read(hostile).texts
    assert all(word in texts for word in HOSTILE if word.isprintable())


def test_a_page_is_written_in_utf8(hostile, tmp_path):
    write_page(hostile, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == to_page(hostile)


def test_what_is_left_out_is_counted():
    goods = [make_good(f"G-{i}", "undetermined" if i <= MAX_GOODS else "below") for i in range(MAX_ROWS + 7)]
    findings = tuple(finding("QTY_MISSING", row=i) for i in range(501))
    text = " ".join(read(make_assessment(*goods, findings=findings)).texts)
    assert "and 7 more finished goods" in text
    assert "and 1 more flagged finished good:" in text
    assert "and 1 more error:" in text


@pytest.mark.parametrize("findings", [(), (finding("NO_FINISHED_GOOD"),)])
def test_nothing_to_judge(findings):
    text = " ".join(read(make_assessment(findings=findings)).texts)
    assert "No finished good was found: nothing is judged." in text
    assert ("NO_FINISHED_GOOD" in text) == bool(findings)
