"""`whatif`: base and changed side by side, equal to assessing both."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.assessment import assess, calculate
from deminimis.errors import QuestionError
from deminimis.model import Reading
from deminimis.scenarios import (
    Change,
    Declare,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    Scenario,
    SupplierChange,
    Swap,
    ValueChange,
    apply_changes,
    whatif,
)
from tests.builders import make_bom
from tests.scenarios.bills import DECLARATIONS, DECLARED, LINES, ON, PARTS, bill
from tests.scenarios.random_changes import marked, single_changes
from tests.strategies import boms

READINGS = [Reading(), Reading(level="every_node"), Reading(aggregation="per_line"), Reading(numerator="annex1_china")]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(READINGS))
def test_both_sides_are_what_assessing_the_two_bills_gives(data: st.DataObject, reading: Reading) -> None:
    tables = data.draw(marked(data.draw(boms())))
    base = calculate(make_bom(**tables), ON, reading)
    change = data.draw(single_changes(tables))
    try:
        changed = apply_changes(base, change)
    except QuestionError:
        return
    compared = whatif(base, change)
    for bom, when in ((base.bom, "before"), (changed, "after")):
        assessed = assess(bom, ON, reading)
        assert [good.part_number for good in compared.goods] == [good.part_number for good in assessed.goods]
        for good, judged in zip(compared.goods, assessed.goods, strict=True):
            standing = getattr(good, when)
            assert (standing.verdict, standing.share) == (judged.verdict, judged.share)
            assert (standing.article_value, standing.margin) == (judged.article_value, judged.margin)
            assert standing.controlled_value == judged.controlled_value


def test_a_comparison_by_hand() -> None:
    """A pump of 950 with four magnets of 0.25 each is at 0.105 %; Japanese magnets dearer by 4 keep it at 950."""
    compared = whatif(bill(), OriginChange("MAG", "Japan"), ValueChange("MAG", 44))
    pump, fan = compared.good("PUMP"), compared.good("FAN")
    assert (pump.before.verdict, pump.after.verdict, pump.flipped) == ("at_or_above", "below", True)
    assert (pump.before.article_value.typical, pump.after.article_value.typical) == (950, 950)
    assert pump.before.margin == pytest.approx(0.05)
    assert pump.after.margin == pytest.approx(-0.95)
    assert (fan.before.article_value.typical, fan.after.article_value.typical) == (520, 552)
    assert compared.counts == {"at_or_above": (2, 0), "below": (0, 2), "undetermined": (0, 0)}
    assert [good.part_number for good in compared.flipped] == ["PUMP", "FAN"]
    assert compared.were == ("CN", "40 USD")


def test_one_good_or_some() -> None:
    change = OriginChange("MAG", "Japan")
    assert [good.part_number for good in whatif(bill(), change, goods="FAN").goods] == ["FAN"]
    assert [good.part_number for good in whatif(bill(), change, goods=["FAN", "PUMP", "FAN"]).goods] == ["FAN", "PUMP"]
    with pytest.raises(QuestionError, match="no finished good was found"):
        whatif(make_bom(parts=[{"part_number": "A", "finished_good": "no"}]), ValueChange("A", 2), on=ON)
    with pytest.raises(QuestionError, match="MAG is no finished good"):
        whatif(bill(), change, goods=["MAG"])
    with pytest.raises(KeyError):
        whatif(bill(), change, goods="FAN").good("PUMP")


def test_a_bill_is_taken_as_well_as_its_calculation() -> None:
    base, change = bill(), PriceChange("terbium_metal", 5000)
    assert whatif(base.bom, change, on=date.fromisoformat(ON)) == whatif(base, change)
    with pytest.raises(QuestionError, match="own day and reading"):
        whatif(base, change, on="2026-01-01")


def test_saved_changes_are_replayed_and_combined() -> None:
    plan = Scenario("Japan", (OriginChange("MAG", "Japan"),))
    again = Scenario.from_dict(json.loads(json.dumps(plan.as_dict())))
    assert whatif(bill(), again) == whatif(bill(), plan)
    both = whatif(bill(), plan, ValueChange("MAG", 44))
    assert both.scenario == Scenario("Japan", (*plan.changes, ValueChange("MAG", 44, "USD")))
    with pytest.raises(QuestionError, match="no change is given"):
        whatif(bill())


def test_an_amount_replayed_in_another_bill_is_the_same_money() -> None:
    declared = Declare("MAG", "terbium_metal", 1, "value_per_piece")
    saved = whatif(bill(), ValueChange("MAG", 44), PriceChange("Tb", 9), declared, DropDeclarations("MAG")).scenario
    assert [change.currency for change in saved.changes[:3]] == ["USD"] * 3
    euros = [{**row, "currency": "EUR"} for row in PARTS]
    with pytest.raises(QuestionError, match="no rate for USD"):
        whatif(bill(parts=euros, declarations=[], prices=[]), Scenario("", saved.changes[:1]))


@pytest.mark.parametrize(
    ("change", "was"),
    [
        (ValueChange("MOTOR", 3), "160 USD, summed up"),
        (ValueChange("BOLT", 3), "not known"),
        (PriceChange("terbium_metal", 3, unit="g"), "1 USD per g"),
        (PriceChange("yttrium_metal", 3), "USD per kg"),
        (QuantityChange("MOTOR", "MAG", 3), "4"),
        (GradeChange("MAG", "N35"), "not known"),
        (SupplierChange("MAG", "B"), "A"),
        (Declare("MAG", "none"), "terbium_metal"),
        (OriginChange("MAG", "Japan"), "CN"),
        (Swap("MOTOR", "MOTOR-2"), ""),
    ],
)
def test_what_a_change_replaces_is_said(change: Change, was: str) -> None:
    parts = [{**row, "supplier": "A"} if row["part_number"] == "MAG" else row for row in PARTS]
    compared = whatif(bill(parts=parts, lines=[*LINES, ("CASE", "BOLT", 1)]), change)
    assert compared.were[0] == was or (was and compared.were[0].endswith(was))


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (OriginChange("CASE", "Japan"), "nobody declares controlled material in CASE"),
        (GradeChange("MAG", "N35"), "MAG is declared, which counts more than its grade"),
        (PriceChange("terbium_metal", 3), "no content of this bill is valued through the price of terbium_metal"),
        (ValueChange("MOTOR", 3), "the bill sums MOTOR up"),
        (SupplierChange("MAG", "B"), "what is declared of it without a name counts for B, too"),
    ],
)
def test_a_change_that_moves_nothing_is_told(change: Change, note: str) -> None:
    assert note in " ".join(whatif(bill(), change).notes)


def test_a_grade_that_cannot_count_is_told() -> None:
    other = [{**row, "item_class": "other"} for row in PARTS]
    assert "item_class other says" in whatif(bill(parts=other), GradeChange("CASE", "N35")).notes[0]
    assert "what is beneath MOTOR" in whatif(bill(), GradeChange("MOTOR", "N35")).notes[0]


def test_a_supplier_without_a_price_leaves_the_value_open_and_says_so() -> None:
    parts = [{**row, "unit_value": None} if row["part_number"] == "MAG" else row for row in PARTS]
    sourcing = [{"part_number": "MAG", "supplier": "A", "share_percent": 100, "unit_value": 30}]
    compared = whatif(bill(parts=parts, sourcing=sourcing), SupplierChange("MAG", "B"))
    assert "give its value too" in compared.notes[0]
    assert compared.good("FAN").after.article_value.high is None


def test_what_is_found_in_the_changed_bill_only_is_told() -> None:
    compared = whatif(bill(), Declare("MAG", "terbium_metal", 1.0, "wt_percent", valid_to="2026-01-01"))
    assert [f.code for f in compared.findings if f.severity == "warning"][:1] == ["DECLARATION_EXPIRED"]
    assert not whatif(bill(), ValueChange("PUMP", 951)).findings


def test_an_error_in_the_data_stays_one() -> None:
    missing: list[Any] = [{**DECLARED, "material": "terbium_metal", "amount": 1, "basis": None}]
    compared = whatif(bill(declarations=[*DECLARATIONS, *missing]), ValueChange("PUMP", 1_000_000))
    assert (compared.good("PUMP").after.verdict, compared.good("PUMP").after.unreliable) == ("undetermined", True)
    fixed = whatif(bill(declarations=[*DECLARATIONS, *missing]), Declare("MAG", "none"))
    assert (fixed.good("PUMP").after.verdict, fixed.good("PUMP").after.unreliable) == ("below", False)


def test_the_document_is_plain_json() -> None:
    document = whatif(bill(), OriginChange("MAG", "Japan")).as_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert (document["schema"], document["flipped"]) == ("deminimis/comparison/1", ["PUMP", "FAN"])
