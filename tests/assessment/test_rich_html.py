"""What a notebook shows of an assessment: every good, nothing obeyed, no rounding over the line."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from deminimis.assessment import Interval
from deminimis.model import Reading, finding
from tests.report.assessments import make_assessment, make_good, make_hostile, make_pumps, point

TAGS = {"div", "p", "strong", "bdi", "table", "thead", "tbody", "tr", "th", "td", "span"}


class Reader(HTMLParser):
    """Collects tags, checks that they close in order, and gathers the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert reader.tags <= TAGS
    return reader


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(read(html).words))


def test_goods_verdicts_margins_and_findings_are_shown() -> None:
    text = text_of(make_pumps()._repr_html_())
    for words in (
        "3 finished goods: 1 at or above, 1 undetermined, 1 below.",
        "PUMP-100 Canned motor pump, 400 V 0.3141 … 0.3692 % ● AT OR ABOVE over by 8.4 USD",
        "0 % … no limit ◐ undetermined –",
        "PUMP-300 Drum pump 0.0944 % ○ below 0.1 % headroom 0.0448 USD",
        "Findings: 2 errors, 4 warnings, 3 notes.",
        "below the line is no clearance",
        "in force on 2026-11-22 (scenario letter)",
    ):
        assert words in text, words


def test_nothing_from_the_user_is_obeyed() -> None:
    html = make_hostile()._repr_html_()
    text = text_of(html)
    assert "<script>alert(1)</script>" in text
    assert "<script" not in html
    assert "\\x1b[2Jwiped" in text
    html.encode()


@pytest.mark.parametrize(
    ("share", "verdict", "shown"),
    [
        (0.00099999949, "below", "0.0999999 %"),
        (0.001, "at_or_above", "≥ 0.1 %"),
        (0.001, "below", "< 0.1 %"),
        (0.00100049, "at_or_above", "0.1 %"),
        (12.0, "at_or_above", "1200 %"),
        (1e-9, "below", "0.0000001 %"),
    ],
)
def test_rounding_never_moves_a_share_over_the_line(share: float, verdict: str, shown: str) -> None:
    text = text_of(make_assessment(make_good("P", verdict, share=point(share)))._repr_html_())
    assert shown in text


def test_an_unknown_share_and_a_typical_margin() -> None:
    good = make_good("P", "undetermined", share=Interval(None, None, None), margin=2.5)
    text = text_of(make_assessment(good)._repr_html_())
    assert "not known ◐ undetermined typically over by 2.5 USD" in text


def test_of_many_goods_the_worst_are_shown_and_the_rest_counted() -> None:
    goods = [make_good(f"B-{i}") for i in range(60)] + [make_good("LAST", "at_or_above")]
    text = text_of(make_assessment(*goods)._repr_html_())
    assert "and 11 more finished goods" in text
    assert "LAST" in text
    assert "B-59" not in text


def test_a_rule_not_in_force_and_nothing_to_judge() -> None:
    text = text_of(make_assessment(make_good("P"), reading=Reading(scenario="extended"))._repr_html_())
    assert "suspended on 2026-11-22" in text
    assert "what holds once the rule is in force" in text
    empty = make_assessment(findings=(finding("NO_FINISHED_GOOD"),))._repr_html_()
    assert "No finished good was found: nothing is judged." in text_of(empty)
    assert "<table" not in empty
