"""The terminal report at both widths, with and without colour."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from deminimis.assessment import Contribution
from deminimis.assessment import TestedItem as Item
from deminimis.model import Reading, finding
from deminimis.report.terminal import print_assessment
from tests.report.assessments import LONG, make_assessment, make_good, point


def printed(assessment, width=120, top=5, **options) -> str:
    stream = io.StringIO()
    print_assessment(assessment, Console(file=stream, width=width, **options), top)
    return stream.getvalue()


def unbroken(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_everything_is_said_at_every_width(pumps, width):
    text = unbroken(printed(pumps, width))
    for words in (
        "cn-mofcom-61-2025:1(1) is in force on 2026-11-22 (scenario letter), default reading",
        "3 finished goods: 1 at or above, 1 undetermined, 1 below.",
        "● AT OR ABOVE",
        "◐ undetermined",
        "○ below 0.1 %",
        "11,521 USD",
        "87.7 %",
        "Technology route, no threshold: 1 caught (PUMP-100), 2 open, 0 not caught.",
        "QTY_MISSING pump.xlsx, sheet BOM, row 7, column quantity",
        "Fill the quantity.",
        "(and 2 more of this kind)",
        "(2 of this kind)",
        "mofcom.gov.cn",
        "unconfirmed",
        "suspended from 2025-11-07 to 2026-11-10",
        "Decision support, not legal advice.",
        "technology and 1(3) origin have no threshold.",
    ):
        assert words in text, words


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_part_number_is_cut(pumps, width):
    text = printed(pumps, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in LONG
    folded = re.sub(r"[^\w-]", "", text)
    # A folded number loses no character: its pieces stand in their order.
    assert re.search(".*?".join(map(re.escape, LONG)), folded)


def test_below_is_not_worded_as_a_clearance(pumps):
    text = printed(pumps).lower().replace("no clearance", "")
    assert not re.search(r"\bclear|complian|cleared|clearance", text)


def test_a_pipe_gets_no_escape_codes_and_a_terminal_does(pumps):
    assert "\x1b" not in printed(pumps)
    assert "\x1b[" in printed(pumps, force_terminal=True, color_system="standard")


def test_hostile_words_are_printed_and_not_obeyed(hostile):
    text = printed(hostile, force_terminal=False)
    assert "[red]bold[/red]" in text
    assert "\x1b" not in text
    assert "\\x1b[2Jwiped" in text
    text.encode()


def test_a_rule_that_is_not_in_force_says_so(pumps):
    reading = Reading(scenario="extended", sourcing="worst")
    text = printed(make_assessment(*pumps.goods, reading=reading))
    assert "suspended on 2026-11-22 (scenario extended), reading: sourcing = worst" in text
    assert "The rule is suspended on this day: the verdicts say what holds once it is in force." in text


def test_what_is_left_out_is_counted():
    lines = tuple(Contribution(f"M-{i}", "terbium", 1, 1.0, 1.0, 1.0, "lab") for i in range(9))
    items = tuple(Item(f"T-{i}", point(0.5), "at_or_above", i) for i in range(8))
    goods = [make_good(f"G-{i}", "at_or_above", contributions=lines, tested_items=items) for i in range(23)]
    errors = tuple(finding("QTY_MISSING", file="a.xlsx", row=i, column="quantity") for i in range(2, 36))
    text = printed(make_assessment(*goods, findings=errors), top=3)
    assert "and 6 more contributing lines" in text
    assert "and 5 more tested items" in text
    assert "and 3 more flagged finished goods" in text
    assert "and 4 more errors" in text
    assert "M-3" not in text


def test_a_long_catalogue_keeps_the_worst():
    goods = [make_good(f"B-{i}") for i in range(150)] + [make_good("LAST", "at_or_above")]
    text = printed(make_assessment(*goods))
    assert "and 51 more finished goods" in text
    assert "LAST" in text
    assert "B-99\n" not in text


def test_the_dilution_goes_from_the_carrier_outwards_and_shows_every_level():
    items = [Item(f"MAGNET-{i}", point(0.3 + i / 100), "at_or_above", 0) for i in range(9)]
    items = [Item("MOTOR", point(0.0005), "below", 2), Item("ROTOR", point(0.02), "at_or_above", 1), *items]
    text = printed(make_assessment(make_good("PUMP", "at_or_above", tested_items=tuple(items))), top=4)
    assert re.findall(r"MAGNET-\d|ROTOR|MOTOR", text) == ["MAGNET-8", "MAGNET-7", "ROTOR", "MOTOR"]


def test_nothing_to_judge():
    text = printed(make_assessment(findings=(finding("NO_FINISHED_GOOD"),)))
    assert "No finished good was found: nothing is judged." in text
    assert "NO_FINISHED_GOOD" in text
