"""Units as ERPs write them, converted exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deminimis.units import conversion, grams, unit_name


@pytest.mark.parametrize("text", ["pcs", "EA", "Stk.", " ST ", "个", "件", "шт", "each", "PCE"])
def test_pieces_in_many_tongues(text: str) -> None:
    assert unit_name(text) == "pcs"


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [("g", "kg", Fraction(1, 1000)), ("lb", "g", Fraction("453.59237")), ("MM", "M", Fraction(1, 1000)),
     ("ft", "m", Fraction("0.3048")), ("ml", "l", Fraction(1, 1000)),
     ("千克", "g", Fraction(1000)), ("EA", "个", Fraction(1))],
)  # fmt: skip
def test_conversions_are_exact(source: str, target: str, factor: Fraction) -> None:
    assert conversion(source, target) == factor


@pytest.mark.parametrize(
    ("source", "target"),
    [("kg", "pcs"), ("m", "pcs"), ("pcs", "m"), ("m", "kg"), ("handful", "pcs"), ("pcs", ""), ("5", "pcs")],
)
def test_what_does_not_convert_is_none(source: str, target: str) -> None:
    assert conversion(source, target) is None


def test_grams_of_masses_only() -> None:
    assert grams("t") == 1_000_000
    assert grams("m") is None
