"""Digits and words: rounding never contradicts a verdict."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.assessment import VERDICTS, Interval
from deminimis.report.digits import money_text, number_text, percent, share_decimals, share_text
from deminimis.report.words import break_even_text, margin_text, plain, verdict_text
from tests.report.assessments import make_good, point

LINE = Fraction(1, 1000)


@pytest.mark.parametrize(
    ("low", "high", "verdict", "text"),
    [
        (0.000944, 0.000944, "below", "0.0944 %"),
        (0.0, 0.0057, "undetermined", "0 … 0.57 %"),
        (0.001, 0.001, "at_or_above", "0.1 %"),
        (0.00099999999, 0.00099999999, "below", "0.099999999 %"),
        (0.00100000001, 0.00100000001, "at_or_above", "0.100000001 %"),
        (0.0, 0.00099996, "below", "0 … 0.099996 %"),
        (0.0, None, "undetermined", "0 % … no limit"),
        (None, None, "undetermined", "not known"),
        (0.0, 0.0, "below", "0 %"),
        (1e-12, 1e-12, "below", "< 0.000001 %"),
        (2.5, 2.5, "at_or_above", "250 %"),
        (1e300, 1e300, "at_or_above", "> 1,000,000 %"),
        # The judgement near the line is exact: what it says outweighs the last bit of the float.
        (0.001, 0.001, "below", "< 0.1 %"),
        (math.nextafter(0.001, 0), math.nextafter(0.001, 0), "at_or_above", "≥ 0.1 %"),
        # Two exact numbers whose quotient float64 rounds to the other side of the line, or a bit away from it.
        (math.nextafter(0.001, 1), math.nextafter(0.001, 1), "at_or_above", "≥ 0.1 %"),
        (math.nextafter(0.001, 0), math.nextafter(0.001, 0), "below", "< 0.1 %"),
        # Caught for an item inside it: the good's own share is no rounding matter and stays.
        (0.0005, 0.0005, "at_or_above", "0.05 %"),
    ],
)
def test_share_text(low, high, verdict, text):
    assert share_text(Interval(low, None, high), LINE, verdict) == text


@given(st.floats(1e-9, 10.0) | st.floats(0.000999, 0.001001))
def test_rounding_never_crosses_or_touches_the_line(share):
    shown, line = percent(share, LINE), Decimal("0.1")
    assert (shown > line, shown < line) == (share > 0.001, share < 0.001)


@given(st.floats(0.0009999, 0.0010001))
def test_a_cell_shows_the_side_of_the_line_as_far_as_a_spreadsheet_can(share):
    decimals = share_decimals(share, LINE)
    shown = round(Decimal(repr(share)) * 100, decimals)
    assert decimals <= 15
    if abs(share - 0.001) > 1e-16:
        assert (shown > Decimal("0.1"), shown < Decimal("0.1")) == (share > 0.001, share < 0.001)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not known"),
        (0.0, "0 USD"),
        (0.0042317, "0.004232 USD"),
        (-0.5, "-0.5 USD"),
        (1.0, "1.00 USD"),
        (9999.99, "9,999.99 USD"),
        (1234567.8, "1,234,568 USD"),
        (1e-9, "< 0.000001 USD"),
        (1e300, "1e+300 USD"),
    ],
)
def test_money_text(value, text):
    assert money_text(value, "USD") == text


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (3, "3"), (1e-7, "1e-07"), (2.5e20, "2.5e+20"), (0.5, "0.5")])
def test_number_text(value, text):
    assert number_text(value) == text


def test_below_is_never_worded_as_a_clearance():
    texts = [verdict_text(verdict, LINE) for verdict in VERDICTS]
    assert texts == ["● AT OR ABOVE", "○ below 0.1 % (value route only)", "◐ undetermined"]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (11520.9, 11520.9, "below only if one piece is worth more than 11,521 USD"),
        (0.0, 10.001, "below only if one piece is worth more than 10.01 USD"),
        (
            9.999,
            20.0,
            "below only if one piece is worth more than 20.00 USD (at or above for certain at 9.99 USD or less)",
        ),
        (5.0, None, "at or above if one piece is worth 5.00 USD or less; no upper end"),
        (0.0, None, "nothing limits the controlled value: no article value proves it below"),
        (0.0, 0.0, "no controlled value was found in it"),
    ],
)
def test_the_break_even_value_is_rounded_to_the_safe_side(low, high, text):
    assert break_even_text(make_good("P", break_even_value=Interval(low, None, high))) == text


def test_margin_says_which_side():
    assert margin_text(make_good("P", margin=-2.0)) == "headroom 2.00 USD"
    over = make_good("P", margin=2.0, headroom_grams=-1.25, headroom_material="terbium_metal")
    assert margin_text(over) == "over by 2.00 USD, 1.25 g terbium metal"
    assert margin_text(make_good("P", margin=None)) == "–"
    assert margin_text(make_good("P", "undetermined", margin=2.0)) == "typically over by 2.00 USD"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[2J", "\\x1b[2J"), ("\ud800", "\\ud800"), ("a\u202eb", "a\\u202eb"), ("磁石 é 00123", "磁石 é 00123")],
)
def test_plain_shows_what_would_steer_a_terminal(text, shown):
    assert plain(text) == shown


def test_a_point_reads_as_one_number():
    assert share_text(point(0.5), None) == "50 %"
