"""`reassess`: the short way gives what the full road gives, and takes the full road where it must.

`DEMINIMIS_CHANGES=10000 pytest tests/scenarios/test_reassessed.py` tries ten thousand random changes; it takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deminimis.assessment import Calculation, calculate
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
    ReadyCalculation,
    SupplierChange,
    Swap,
    ValueChange,
    Verdicts,
    apply_changes,
    reassess,
)
from tests.builders import make_bom
from tests.oracle import Oracle
from tests.scenarios.bills import DECLARATIONS, DECLARED, ON, PARTS, PRICES, bill
from tests.scenarios.random_changes import marked, single_changes
from tests.strategies import Rows, boms

CHANGES = int(os.environ.get("DEMINIMIS_CHANGES", "600"))
PER_BILL = 10
READINGS = [
    Reading(),
    Reading(),
    Reading(sourcing="worst"),
    Reading(unknown_origin="china"),
    Reading(numerator="part1_any_origin"),
    Reading(scrap="both"),
    Reading(price_basis="purchase"),
    Reading(aggregation="per_line"),
    Reading(level="tested_item"),
    Reading(numerator="annex1_china"),
]


def agree(base: Calculation, quick: Verdicts, change: Change) -> None:
    """Verdicts equal exactly, numbers within 1e-12: those of the goods reached, and the old ones of all others."""
    changed = calculate(apply_changes(base, change), base.on, base.reading)
    names = [base.part_numbers[code] for code in base.goods.tolist()]
    codes = [changed.code(name) for name in names]
    if base.reading.level == "finished_good":
        assert quick.verdicts == [changed.judgement.verdict(code) for code in codes]
    for kind, given_ in vars(quick.amounts).items():
        now = np.array(getattr(base.measures, kind)[base.goods])
        now[quick.rows] = given_
        assert np.allclose(now, getattr(changed.measures, kind)[codes], rtol=1e-12, atol=0), (kind, change)


def refusal(job: Callable[[], object]) -> str:
    """Return the sentence with which a question is refused, blank if it is answered."""
    try:
        job()
    except QuestionError as refused:
        return str(refused)
    return ""


@settings(max_examples=CHANGES // PER_BILL, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.booleans(), st.sampled_from(READINGS))
def test_any_single_change_gives_what_the_full_road_gives(data: st.DataObject, plain: bool, reading: Reading) -> None:
    tables = data.draw(boms())
    tables = tables if plain else data.draw(marked(tables))
    base = calculate(make_bom(**tables), ON, reading)
    ready = ReadyCalculation(base)
    for _ in range(PER_BILL):
        change = data.draw(single_changes(tables))
        refused = refusal(lambda change=change: apply_changes(base, change))
        assert refusal(lambda change=change: reassess(ready, change)) == refused
        if not refused:
            agree(base, reassess(ready, change), change)


# ---- at the line


@settings(max_examples=100, deadline=None)
@given(boms(), st.sampled_from([-1, 0, 1]))
def test_at_the_line_the_short_way_is_exact_too(rows: dict[str, Rows], cents: int) -> None:
    """The good is given the value 1000 x N where that is a short decimal, or a cent beside it."""
    declarations = [d for d in rows["declarations"] if d["material_origin"] == "China" and d["part_number"] != "P0"]
    oracle = Oracle(**{**rows, "declarations": declarations})
    low = oracle.controlled("P0")[0]
    value = low * 1000 + Fraction(cents, 100)
    if low == 0 or value <= 0 or Fraction(repr(float(value))) != value:
        return
    oracle.parts = [
        {**p, "unit_value": float(value), "currency": None} if p["part_number"] == "P0" else p for p in rows["parts"]
    ]
    base = calculate(make_bom(**{**rows, "declarations": declarations}), ON)
    quick = reassess(base, ValueChange("P0", float(value)))
    assert quick.is_incremental
    assert quick.verdicts[base.good_row("P0")] == oracle.verdict("P0")


def at_the_line(amount: float, **fields: Any) -> Calculation:
    """Four magnets in a pump of 950: 0.2375 each is 0.1 %."""
    return bill(declarations=[{**DECLARATIONS[0], "amount": amount, **fields}])


@pytest.mark.parametrize(("amount", "verdict"), [(0.2375, "at_or_above"), (0.23749999999999, "below")])
def test_a_changed_origin_is_judged_exactly(amount: float, verdict: str) -> None:
    quick = reassess(at_the_line(amount, material_origin="Japan"), OriginChange("MAG", "China"))
    assert (quick.verdicts[0], quick.is_incremental) == (verdict, True)


@pytest.mark.parametrize(("price", "verdict"), [(237.5, "at_or_above"), (237.49999999999, "below")])
def test_a_changed_price_is_judged_exactly(price: float, verdict: str) -> None:
    quick = reassess(at_the_line(1, basis="g_per_piece"), PriceChange("terbium_metal", price))
    assert (quick.verdicts[0], quick.is_incremental) == (verdict, True)


def test_what_is_taken_away_leaves_nothing() -> None:
    """0.1 + 0.2 - 0.3 is not zero in floats; a good that carries nothing more is below whatever it is worth."""
    lines = [("PUMP", "A", 0.1), ("PUMP", "B", 0.7), ("A", "MAG", 0.3), ("B", "MAG", 0.9)]
    base = bill(lines=lines, parts=PARTS[4:])
    quick = reassess(base, OriginChange("MAG", "Japan"))
    assert quick.amounts.controlled.tolist() == [[0.0, 0.0, 0.0]]
    assert quick.verdicts == ["below"]


# ---- what the short way reaches


@pytest.mark.parametrize(
    ("change", "flips"),
    [
        (OriginChange("MAG", "Japan"), {"PUMP", "FAN"}),
        (OriginChange("MAG", "unknown"), {"PUMP", "FAN"}),
        (OriginChange("CASE", "China"), set()),
        (DropDeclarations("MAG"), {"PUMP", "FAN"}),
        (Declare("MAG", "none"), {"PUMP", "FAN"}),
        (Declare("CASE", "dysprosium_metal", 2, "value_per_piece", "China"), set()),
        (ValueChange("PUMP", 1000.01), {"PUMP"}),
        (ValueChange("CASE", 5000), {"FAN"}),
        (ValueChange("MOTOR", 1000), {"FAN"}),
        (PriceChange("terbium_metal", 1), set()),
        (GradeChange("MAG", "N35"), set()),
    ],
)
def test_one_change_by_hand(change: Change, flips: set[str]) -> None:
    base = bill()
    quick = reassess(base, change)
    assert quick.is_incremental
    assert set(quick.flipped) == flips
    agree(base, quick, change)


def test_the_answer_says_what_flips_and_what_is_reached() -> None:
    quick = reassess(bill(), ValueChange("CASE", 5000))
    assert quick.flipped == {"FAN": ("at_or_above", "below")}
    document = quick.as_dict()
    assert document["flipped"] == [{"part_number": "FAN", "before": "at_or_above", "after": "below"}]
    assert (document["reached"], document["change"]["change"]) == (1, "value")


def test_a_ready_calculation_answers_again_and_again() -> None:
    base = bill()
    ready = ReadyCalculation(base).prepare()
    for change in (OriginChange("MAG", "Japan"), ValueChange("CASE", 5000), OriginChange("MAG", "China")):
        agree(base, reassess(ready, change), change)
        assert reassess(ready, change).flipped == reassess(base, change).flipped
    assert ready.calculation is base


def test_a_value_reaches_through_what_is_summed_up_only() -> None:
    plain = [{**row, "item_class": None} for row in PARTS]
    stated = [{**row, "unit_value": 100, "currency": "USD"} if row["part_number"] == "MOTOR" else row for row in plain]
    base = bill(parts=stated)
    quick = reassess(base, ValueChange("MAG", 4000))
    assert (quick.is_incremental, len(quick.rows)) == (True, 0)
    agree(base, quick, ValueChange("MAG", 4000))


def test_a_first_value_closes_what_was_open() -> None:
    parts = [{**row, "unit_value": None} if row["part_number"] == "CASE" else row for row in PARTS]
    base = bill(parts=parts)
    quick = reassess(base, ValueChange("CASE", 200))
    assert (quick.is_incremental, quick.flipped) == (True, {"FAN": ("undetermined", "at_or_above")})


def test_an_estimate_by_value_grows_with_the_value_of_its_part() -> None:
    parts = [{**row, "mass": None} if row["part_number"] == "MAG" else row for row in PARTS]
    base = bill(parts=parts, declarations=[])
    for change in (ValueChange("MAG", 400), ValueChange("CASE", 4)):
        quick = reassess(base, change)
        assert quick.is_incremental
        agree(base, quick, change)


# ---- what takes the full road, and is right


def full(base: Calculation, change: Change) -> Verdicts:
    quick = reassess(base, change)
    assert not quick.is_incremental
    agree(base, quick, change)
    return quick


@pytest.mark.parametrize(
    "change",
    [
        Swap("MOTOR", "MOTOR-2"),
        QuantityChange("MOTOR", "MAG", 1),
        SupplierChange("MAG", "B"),
        Declare("MOTOR", "none", scope="whole"),
        GradeChange("MOTOR", "N35"),
    ],
)
def test_lines_suppliers_and_assemblies(change: Change) -> None:
    full(bill(), change)


def test_an_estimate_above_that_grows_with_the_value() -> None:
    """The motor is declared in per cent of its value, which is the sum of its magnets."""
    declared = {**DECLARED, "part_number": "MOTOR", "material": "terbium_metal", "amount": 1, "basis": "value_percent"}
    full(bill(declarations=[declared]), ValueChange("MAG", 400))


def test_an_assembly_above_that_is_estimated_once_nothing_beneath_is_known() -> None:
    parts = [{**row, "item_class": None} for row in PARTS]
    parts = [{**row, "item_class": "rare_earth_target"} if row["part_number"] == "MOTOR" else row for row in parts]
    quick = full(bill(parts=parts), DropDeclarations("MAG"))
    assert quick.verdicts == ["undetermined", "undetermined"]


def test_a_part_with_an_error_that_the_change_removes() -> None:
    wrong = {**DECLARED, "material": "terbium_metal", "amount": 1, "basis": None}
    quick = full(bill(declarations=[*DECLARATIONS, wrong]), Declare("MAG", "none"))
    assert set(quick.flipped) == {"PUMP", "FAN"}


def test_a_change_that_makes_an_error() -> None:
    weighed = bill(sourcing=[{"part_number": "MAG", "supplier": "A", "share_percent": 90}])
    assert full(weighed, OriginChange("MAG", "Japan")).verdicts == ["undetermined"] * 2


def test_the_first_price_of_a_material() -> None:
    declared = {
        **DECLARED,
        "material": "terbium_metal",
        "amount": 1,
        "basis": "g_per_piece",
        "material_origin": "China",
    }
    base = bill(declarations=[declared], prices=[], reading=Reading(price_basis="purchase"))
    assert set(full(base, PriceChange("terbium_metal", 1000)).flipped) == {"PUMP", "FAN"}


@pytest.mark.parametrize(
    "reading", [Reading(level="every_node"), Reading(aggregation="per_line"), Reading(numerator="annex1_china")]
)
def test_readings_that_do_not_add_up(reading: Reading) -> None:
    base = bill(reading=reading)
    assert not reassess(base, OriginChange("MAG", "Japan")).is_incremental


def test_a_price_in_doubt() -> None:
    prices = [*PRICES, {**PRICES[0], "material": "dysprosium_metal", "unit": "pcs"}]
    declared = {**DECLARED, "material": "dysprosium_metal", "amount": 1, "basis": "g_per_piece"}
    full(bill(prices=prices, declarations=[*DECLARATIONS, declared]), OriginChange("MAG", "Japan"))


def test_a_deep_structure() -> None:
    lines = [(f"S{i}", f"S{i + 1}", 1) for i in range(70)]
    parts = [{"part_number": "S70", "unit_value": 5}, {"part_number": "S69"}]
    declared = {**DECLARED, "part_number": "S70", "material": "terbium_metal", "amount": 1, "material_origin": "China"}
    base = bill(lines=lines, parts=parts, declarations=[declared])
    full(base, ValueChange("S70", 5000))
    full(
        bill(lines=lines, parts=parts, declarations=[]), Declare("S70", "terbium_metal", 1, "value_per_piece", "China")
    )
    assert reassess(base, OriginChange("S70", "Japan")).is_incremental


def test_numbers_beyond_float() -> None:
    lines = [("PUMP", "A", 1e200), ("A", "MAG", 1e200)]
    base = bill(lines=lines, declarations=[], parts=[{**row, "item_class": "other"} for row in PARTS])
    full(base, Declare("MAG", "terbium_metal", 1, "value_per_piece", "China"))


def test_what_cannot_be_made_is_refused_like_by_the_full_road() -> None:
    with pytest.raises(QuestionError, match=r"did you mean MAG\?"):
        reassess(bill(), OriginChange("MAGG", "Japan"))
    for change in (ValueChange("MAG", 3, "EUR"), PriceChange("Tb", 3, "EUR")):
        with pytest.raises(QuestionError, match="no rate for EUR"):
            reassess(bill(), change)
    with pytest.raises(QuestionError, match="nothing to drop"):
        reassess(bill(), DropDeclarations("CASE"))
