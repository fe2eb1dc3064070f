"""Units as ERPs write them, converted exactly."""

from __future__ import annotations

import csv
from fractions import Fraction
from importlib.resources import files

import pytest

from deminimis.units import conversion, grams, unit_name


@pytest.mark.parametrize("text", ["pcs", "EA", "Stk.", " ST ", "个", "件", "шт", "each", "PCE", "NR", "nr."])
def test_pieces_in_many_tongues(text: str) -> None:
    assert unit_name(text) == "pcs"


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("g", "kg", Fraction(1, 1000)),
        ("lb", "g", Fraction("453.59237")),
        ("MM", "M", Fraction(1, 1000)),
        ("ft", "m", Fraction("0.3048")),
        ("ml", "l", Fraction(1, 1000)),
        ("千克", "g", Fraction(1000)),
        ("EA", "个", Fraction(1)),
    ],
)
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


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("dz", 12),
        ("Dutzend", 12),
        ("doz.", 12),
        ("PAIR", 2),
        ("Paar", 2),
        ("pr", 2),
        ("gross", 144),
        ("Tsd.", 1000),
        ("kpcs", 1000),
        ("тыс. шт", 1000),
        ("ea.", 1),
        ("un", 1),
        ("pz", 1),
        ("szt.", 1),
        ("ks", 1),
        ("Stck", 1),
        ("adet", 1),
        ("cái", 1),
        ("шт.", 1),
        ("cnt", 1),
    ],
)
def test_multiples_of_pieces(text: str, pieces: int) -> None:
    assert conversion(text, "pcs") == pieces


@pytest.mark.parametrize("text", ["box", "carton", "reel", "roll", "pack", "k", "mil", "C", "50 cnt", "lot"])
def test_what_holds_an_unknown_number_is_no_unit(text: str) -> None:
    assert unit_name(text) is None


def test_a_word_names_one_unit() -> None:
    with files("deminimis").joinpath("units.csv").open(encoding="utf-8") as stream:
        words = [word for row in csv.DictReader(stream) for word in (row["name"], *row["also"].split("|"))]
    assert len(set(words)) == len(words)
    assert [word for word in words if not word or unit_name(word.upper()) != unit_name(word)] == []
