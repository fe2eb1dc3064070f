"""Changes are values: what is senseless is refused in a sentence, what is written in many ways is kept in one."""

from __future__ import annotations

import math
import pickle

import pytest

from deminimis.errors import QuestionError
from deminimis.scenarios import (
    Change,
    Declare,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    SupplierChange,
    Swap,
    ValueChange,
)

ALL: list[Change] = [
    OriginChange("M", "Japan"),
    SupplierChange("M", "Sample Magnets"),
    GradeChange("M", "N42SH"),
    ValueChange("M", 12.5, "EUR"),
    PriceChange("terbium_metal", 2000),
    QuantityChange("P", "M", 3),
    Swap("M", "N", "P"),
    Declare("M", "terbium_metal", 0.25, "g_per_piece", "China"),
    DropDeclarations("M"),
]


@pytest.mark.parametrize("change", ALL, ids=lambda change: change.kind)
def test_a_change_is_a_value(change: Change) -> None:
    assert pickle.loads(pickle.dumps(change)) == change
    assert {change: 1}[change] == 1
    assert change.words
    with pytest.raises((AttributeError, TypeError)):
        change.kind_of_change = "another"  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [0, -1, math.nan, math.inf, -0.0, True, "2", None])
def test_zero_negative_and_senseless_numbers_are_refused(number: float) -> None:
    for make in (
        lambda: ValueChange("M", number),
        lambda: PriceChange("terbium_metal", number),
        lambda: QuantityChange("P", "M", number),
    ):
        with pytest.raises(QuestionError, match="must be a number above zero, not "):
            make()


def test_a_country_is_kept_as_its_code_and_none_is_unknown() -> None:
    assert OriginChange("M", "VR China") == OriginChange("M", "CN")
    assert OriginChange("M", "unknown").origin == OriginChange("M", "").origin == ""
    assert OriginChange("M", "unknown").as_dict()["origin"] == "unknown"
    with pytest.raises(QuestionError, match="Atlantis is no country"):
        OriginChange("M", "Atlantis")


def test_a_material_is_kept_as_its_id() -> None:
    assert PriceChange("Tb4O7", 900).material == "terbium_oxide"
    for word in ("steel", "none"):
        with pytest.raises(QuestionError, match=f"{word} is no material"):
            PriceChange(word, 900)


def test_units_currencies_and_grades_have_to_be_known() -> None:
    with pytest.raises(QuestionError, match="pcs is no unit of mass"):
        PriceChange("terbium_metal", 900, unit="pcs")
    with pytest.raises(QuestionError, match="EURO is no currency"):
        ValueChange("M", 900, "euro")
    assert ValueChange("M", 900, " eur").currency == "EUR"
    with pytest.raises(QuestionError, match="316L is no magnet grade"):
        GradeChange("M", "316L")


def test_a_swap_for_itself_and_a_supplier_without_name_are_refused() -> None:
    with pytest.raises(QuestionError, match="swapping M for itself changes nothing"):
        Swap("M", "M")
    with pytest.raises(QuestionError, match="the new supplier of M has no name"):
        SupplierChange("M", " ")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": -1.0, "basis": "g_per_piece"}, "amount must be 0 or more"),
        ({"amount": 101.0, "basis": "wt_percent"}, "cannot be used"),
        ({"amount": 1.0, "basis": "ounces"}, "does not say what its amount counts"),
        ({"amount": 1.0}, "does not say what its amount counts"),
        ({}, "names terbium_metal but no amount"),
        ({"amount": 1.0, "low": 2.0, "basis": "g_per_piece"}, "not in order"),
        ({"amount": 1.0, "basis": "value_per_piece", "currency": "XYZ"}, "XYZ is no currency"),
        ({"amount": 1.0, "basis": "g_per_piece", "material_origin": "Atlantis"}, "Atlantis is no country"),
        ({"amount": 1.0, "basis": "g_per_piece", "evidence": "hearsay"}, "hearsay"),
        ({"amount": 1.0, "basis": "g_per_piece", "valid_to": "31.31.2026"}, "valid_to is not a date"),
    ],
)
def test_a_supposed_declaration_is_checked_like_one_in_a_file(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        Declare("M", "terbium_metal", **fields)  # type: ignore[arg-type]


def test_none_is_declared_without_an_amount() -> None:
    assert Declare("M", "keine").material == "none"
    with pytest.raises(QuestionError, match="says none and an amount"):
        Declare("M", "none", 1.0, "g_per_piece")
    with pytest.raises(QuestionError, match="steel is no material"):
        Declare("M", "steel", 1.0, "g_per_piece")
    with pytest.raises(QuestionError, match="names no part: give its part number"):
        Declare("", "none")


def test_what_is_not_listed_needs_no_amount() -> None:
    assert Declare("M", "neodymium_metal").amount is None
