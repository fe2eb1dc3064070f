"""A what-if on a terminal: a person sees the changes, what flips, and the figures before and after."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from deminimis.report.whatif_text import MAX_FINDINGS, MAX_GOODS, print_comparison
from deminimis.scenarios import (
    Change,
    Comparison,
    Declare,
    OriginChange,
    PriceChange,
    Scenario,
    ValueChange,
    whatif,
)
from tests.scenarios.bills import DECLARATIONS, PARTS, bill

WIDTHS = (80, 140)


def printed(comparison: Comparison, width: int = 140, **how: bool) -> str:
    out = io.StringIO()
    print_comparison(comparison, Console(file=out, width=width, color_system=None), **how)
    return out.getvalue()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_flips_is_said_with_its_figures_before_and_after(width: int) -> None:
    text = printed(whatif(bill(), OriginChange("MAG", "Japan"), ValueChange("MAG", 44)), width)
    assert "2 of 2 finished goods flip." in text
    assert text.count("FLIPS") == 2
    assert "at or above 2 → 0, below 0 → 2, undetermined 0" in text
    words = squeezed(text)
    for figure in ("0.1053 %", "→ 0 %", "520.00 USD", "→ 552.00 USD", "(+32.00)", "1.00 USD", "headroom 0.95 USD"):
        assert figure in words
    assert max(len(line) for line in text.splitlines()) <= width
    assert "clearance" in words


def test_a_change_is_said_with_what_it_replaces_and_in_which_currency() -> None:
    scenario = Scenario("dear", (ValueChange("MAG", 44), PriceChange("terbium_metal", 2, unit="g")))
    text = printed(whatif(bill(), scenario))
    assert "What if (dear):" in text
    assert "value of one MAG: 44 USD  (as it is: 40 USD)" in text
    assert "price of terbium_metal: 2 USD per g  (as it is: 1 USD per g)" in text


def test_notes_are_printed() -> None:
    assert "Note: nobody declares controlled material in CASE" in printed(whatif(bill(), OriginChange("CASE", "Japan")))


def test_a_good_that_does_not_move_is_counted_and_shown_if_asked_for() -> None:
    comparison = whatif(bill(), ValueChange("PUMP", 951))
    assert "1 finished good is not touched." in printed(comparison)
    assert "FAN" not in printed(comparison)
    assert "FAN" in printed(comparison, all_goods=True)
    assert "No verdict flips of 2 finished goods." in printed(comparison)


def test_a_falling_cost_has_a_minus() -> None:
    assert "(−40.00)" in printed(whatif(bill(), ValueChange("CASE", 160)))


def test_errors_are_told_with_the_verdict() -> None:
    wrong = {**DECLARATIONS[0], "basis": None}
    text = printed(whatif(bill(declarations=[*DECLARATIONS, wrong]), ValueChange("PUMP", 10_000)))
    assert "an error in the data feeds it" in squeezed(text)


def test_what_is_found_only_then_is_listed() -> None:
    text = printed(whatif(bill(), Declare("MAG", "terbium_metal", 1, "g_per_piece", valid_to="2026-01-01")))
    assert "Found in the changed bill only" in text
    assert "warning: the declaration ended on 2026-01-01" in text


def test_long_lists_say_how_many_more() -> None:
    many = [{"part_number": f"G{i}", "unit_value": 1, "currency": "USD", "finished_good": "yes"} for i in range(70)]
    lines = [(f"G{i}", "MAG", 1) for i in range(70)]
    comparison = whatif(bill(parts=[*PARTS, *many], lines=lines), OriginChange("MAG", "Japan"))
    assert f"and {70 - MAX_GOODS} more finished goods move" in printed(comparison)
    crowd = [Declare(f"G{i}", "Tb", 1, "g_per_piece", valid_to="2026-01-01") for i in range(MAX_FINDINGS + 3)]
    changes: list[Change] = list(crowd)
    crowded = whatif(bill(parts=[*PARTS, *many], lines=lines), *changes)
    told = sum(found.severity != "info" for found in crowded.findings)
    assert f"and {told - MAX_FINDINGS} more: --json lists all" in printed(crowded)
