"""Break-even prices: the bill assessed again just above and just below them, random bills and cases by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deminimis as dm
from deminimis.assessment import Calculation, calculate
from deminimis.errors import QuestionError
from deminimis.scenarios.breakeven import breakeven
from deminimis.scenarios.breakeven_result import GoodBreakeven, PricePoint
from tests.builders import make_bom
from tests.oracle import Oracle
from tests.strategies import Rows, boms

ON = "2026-11-22"
T = 0.001
ENDS = ("low", "typical", "high")
A_HAIR = 1e-6
ELSEWHERE = (1e-6, 0.5, 2.0, 1e6)
GOOD = "P0"

Tables = dict[str, Rows]


def with_price(tables: Tables, material: str, factor: float) -> Tables:
    """The bill with one material's price times a factor; amounts declared as value move along."""

    def dearer(row: dict[str, Any], *columns: str) -> dict[str, Any]:
        return {k: v * factor if k in columns and v is not None else v for k, v in row.items()}

    prices = [dearer(row, "typical") if row["material"] == material else row for row in tables["prices"]]
    declarations = [
        dearer(row, "amount", "low", "high")
        if (row["material"], row["basis"]) == (material, "value_per_piece")
        else row
        for row in tables["declarations"]
    ]
    return {**tables, "prices": prices, "declarations": declarations}


def with_value(tables: Tables, value: float) -> Tables:
    parts = [{**p, "unit_value": value, "currency": "USD"} if p["part_number"] == GOOD else p for p in tables["parts"]]
    return {**tables, "parts": parts}


def margins(tables: Tables, reading: dm.Reading | None = None) -> list[float]:
    calculation = calculate(make_bom(**tables), ON, reading)
    measures, code = calculation.measures, calculation.code(GOOD)
    return list(measures.controlled[code] - T * measures.value[code])


def proven(tables: Tables, reading: dm.Reading | None = None) -> str:
    calculation = calculate(make_bom(**tables), ON, reading)
    return calculation.judgement.verdict(calculation.code(GOOD))


def ask(tables: Tables, **options: Any) -> GoodBreakeven:
    [good] = breakeven(make_bom(**tables), GOOD, on=ON, **options).goods
    return good


def points(good: GoodBreakeven, route: str) -> Iterator[tuple[str, int, PricePoint]]:
    for material in good.materials:
        for end, name in enumerate(ENDS):
            yield material.material, end, getattr(material.end(name), route)


def bought(tables: Tables, part: str, material: str) -> list[Fraction]:
    """Money of a material that one piece of a part pays for, scrap included: plain recursion."""
    oracle = Oracle(**tables)
    rows = [d for d in oracle.declarations if d["part_number"] == part]
    total = [Fraction(0)] * 3
    for row in rows:
        if row["material"] == material and oracle.is_best(row, rows):
            total = [t + a for t, a in zip(total, oracle.amounts(row, part), strict=True)]
    if any(row.get("scope") == "whole" for row in rows):
        return total
    for line in oracle.lines:
        if line["parent"] == part:
            gross = oracle.quantities(line)[1]
            total = [t + gross * c for t, c in zip(total, bought(tables, line["child"], material), strict=True)]
    return total


READINGS = st.sampled_from([dm.Reading(), dm.Reading(aggregation="per_line"), dm.Reading(scrap="both")])


@given(boms(), READINGS)
@settings(max_examples=60, deadline=None)
def test_just_above_and_just_below_a_break_even_price_the_good_lies_on_either_side(
    tables: Tables, reading: dm.Reading
) -> None:
    for material, end, point in points(ask(tables, reading=reading), "value_fixed"):
        if point.factor is None or not 1e-6 < point.factor < 1e9:
            continue
        below, above = (
            margins(with_price(tables, material, point.factor * (1 + h)), reading)[end] for h in (-A_HAIR, A_HAIR)
        )
        assert below < 0 <= above


@given(boms())
@settings(max_examples=40, deadline=None)
def test_the_verdict_flips_at_the_break_even_price_of_its_end(tables: Tables) -> None:
    good = ask(tables)
    for material, end, point in points(good, "value_fixed"):
        if point.factor is None or not 1e-6 < point.factor < 1e9 or ENDS[end] == "typical":
            continue
        below, above = (proven(with_price(tables, material, point.factor * (1 + h))) for h in (-A_HAIR, A_HAIR))
        assert (below == "below", above == "below") == (ENDS[end] == "high" or below == "below", False)
        assert (below == "at_or_above", above == "at_or_above") == (False, ENDS[end] == "low" or above == "at_or_above")


@given(boms(), READINGS)
@settings(max_examples=40, deadline=None)
def test_where_no_price_crosses_none_does(tables: Tables, reading: dm.Reading) -> None:
    for material, end, point in points(ask(tables, reading=reading), "value_fixed"):
        if point.factor is not None:
            continue
        assert point.reason
        sides = {margins(with_price(tables, material, factor), reading)[end] < 0 for factor in ELSEWHERE}
        assert len(sides) == 1


@given(boms())
@settings(max_examples=60, deadline=None)
def test_with_its_cost_passed_through_the_value_grows_by_what_is_bought(tables: Tables) -> None:
    value = float(Oracle(**tables).value(GOOD))
    for material, end, point in points(ask(tables), "cost_passed"):
        paid = float(bought(tables, GOOD, material)[end])
        factors = [point.factor * (1 + h) for h in (-A_HAIR, A_HAIR)] if point.factor else ELSEWHERE
        if point.factor and max(factors) > 1e9:
            continue
        sides = []
        for factor in factors:
            passed = value + paid * (factor - 1)
            if passed > 0:
                sides.append(margins(with_value(with_price(tables, material, factor), passed))[end] < 0)
        if point.factor:
            assert sides in ([True, False], [False, True])
            assert bool(point.reason) == (sides == [False, True])
        else:
            assert len(set(sides)) < 2


@given(boms())
@settings(max_examples=60, deadline=None)
def test_from_the_lowest_value_on_it_is_below_and_a_hundredth_less_is_not(tables: Tables) -> None:
    good = ask(tables)
    if not good.below_from or good.below_from > 1e9:
        return
    assert good.value_at_line_exact is not None
    assert proven(with_value(tables, good.below_from)) == "below"
    if good.below_from > 0.01:
        assert proven(with_value(tables, round(good.below_from - 0.01, 2))) != "below"


@given(boms(), READINGS)
@settings(max_examples=50, deadline=None)
def test_headroom_is_the_mass_that_makes_the_margin_nothing(tables: Tables, reading: dm.Reading) -> None:
    if reading.aggregation == "per_line":
        return
    good, rest = ask(tables, reading=reading), margins(tables, reading)
    for material in good.materials:
        for end, name in enumerate(ENDS):
            at = material.end(name)
            if at.headroom_grams is not None and at.price_today is not None:
                assert at.headroom_grams * at.price_today / 1000 == pytest.approx(-rest[end], rel=1e-9, abs=1e-12)


@given(boms())
@settings(max_examples=40, deadline=None)
def test_share_and_verdict_are_those_of_the_assessment(tables: Tables) -> None:
    bom = make_bom(**tables)
    assessed = {good.part_number: good for good in dm.assess(bom, ON).goods}
    answer = breakeven(bom, on=ON)
    assert {good.part_number for good in answer.goods} == set(assessed)
    for good in answer.goods:
        assert good.verdict == assessed[good.part_number].verdict
        assert good.share == assessed[good.part_number].share
        assert good.article_value == assessed[good.part_number].article_value


@given(boms())
@settings(max_examples=40, deadline=None)
def test_the_nearest_goods_come_first(tables: Tables) -> None:
    answer = breakeven(make_bom(**tables), on=ON)
    places = [
        abs(g.distance) if g.rise_percent is not None and g.distance is not None else np.inf for g in answer.goods
    ]
    known = [place for place in places if place < np.inf]
    assert known == sorted(known)
    assert breakeven(make_bom(**tables), on=ON, top=1).goods == answer.goods[:1]
    assert answer.count == len(answer.goods)


# ---------------------------------------------------------------- by hand


def motor(**columns: Any) -> dict[str, Any]:
    """A motor for 800 with four magnets of half a gram of Chinese terbium each, 1,000 USD/kg: 2 of 800 = 0.25 %."""
    tables: dict[str, Any] = {
        "parts": {"part_number": ["motor", "magnet"], "unit_value": [800.0, 3.0], "currency": ["USD", "USD"]},
        "lines": {"parent": ["motor"], "child": ["magnet"], "quantity": [4.0]},
        "declarations": {
            "part_number": ["magnet"],
            "material": ["terbium_metal"],
            "amount": [0.5],
            "basis": ["g_per_piece"],
            "material_origin": ["China"],
        },
        "prices": {"material": ["terbium_metal"], "typical": [1000.0], "currency": ["USD"], "unit": ["kg"]},
    }
    for table, changed in columns.items():
        tables[table] = {**tables.get(table, {}), **changed}
    return tables


def of_motor(reading: dm.Reading | None = None, **columns: Any) -> GoodBreakeven:
    [good] = breakeven(dm.bom_from_tables(**motor(**columns)), "motor", on=ON, reading=reading).goods
    return good


def test_a_motor_by_hand() -> None:
    good = of_motor()
    at = good.materials[0].typical
    assert (good.verdict, good.flips_at, good.main_material) == ("at_or_above", "low", "terbium_metal")
    assert at.price_today == 1000.0
    assert at.value_fixed.price == pytest.approx(400.0)  # 2 g at 400 USD/kg are 0.80 of 800
    assert at.cost_passed.price == pytest.approx(1000 * 0.798 / (2 * 0.999))  # (t x 798 - 0) / (2 g x (1 - t))
    assert at.headroom_grams == pytest.approx(-1.2)
    assert (good.value_at_line.high, good.value_at_line_exact, good.below_from) == (2000.0, Fraction(2000), 2000.01)
    assert good.distance == pytest.approx(1.5)
    assert good.rise_percent == pytest.approx(-60.0)
    assert good.together.typical.value_fixed.factor == pytest.approx(0.4)


def test_the_price_at_the_line_counts_as_crossed() -> None:
    verdicts = {
        price: dm.assess(dm.bom_from_tables(**motor(prices={"typical": [price]})), ON).goods[0].verdict
        for price in (399.99, 400.0)
    }
    assert verdicts == {399.99: "below", 400.0: "at_or_above"}


def test_scrap_is_passed_through_though_it_is_not_contained() -> None:
    at = of_motor(lines={"scrap_percent": [100.0]}).materials[0].typical
    assert at.value_fixed.price == pytest.approx(400.0)
    # C = 2, G = 4, V = 800: 1 + (0.8 - 2) / (2 - 0.004)
    assert at.cost_passed.factor == pytest.approx(1 - 1.2 / 1.996)
    both = of_motor(dm.Reading(scrap="both"), lines={"scrap_percent": [100.0]}).materials[0].typical
    assert both.cost_passed.factor == pytest.approx(1 + (0.8 - 4) / (4 - 0.004))


def test_a_material_that_mostly_becomes_scrap_never_crosses_upwards() -> None:
    # 0.002 contained, 2.002 paid for: C / G is 0.0999 %, whatever the price.
    good = of_motor(
        declarations={"amount": [0.0005]}, lines={"scrap_percent": [100_000.0]}, parts={"unit_value": [80_000.0, 3.0]}
    )
    at = good.materials[0].high
    assert at.value_fixed.factor == pytest.approx(80_000.0 / 2)
    assert at.cost_passed.factor is None
    assert "never brings more than 0.0999 %" in at.cost_passed.reason


def test_two_materials_hold_each_other_up() -> None:
    good = of_motor(
        declarations={
            "part_number": ["magnet", "magnet"],
            "material": ["terbium_metal", "dysprosium_metal"],
            "amount": [0.5, 0.5],
            "basis": ["g_per_piece"] * 2,
            "material_origin": ["China"] * 2,
        },
        prices={
            "material": ["terbium_metal", "dysprosium_metal"],
            "typical": [1000.0, 250.0],
            "currency": ["USD"] * 2,
            "unit": ["kg"] * 2,
        },
    )
    assert [material.material for material in good.materials] == ["terbium_metal", "dysprosium_metal"]
    terbium, dysprosium = (material.typical for material in good.materials)
    assert terbium.value_fixed.price == pytest.approx(150.0)  # 0.80 - 0.50 for 2 g
    assert dysprosium.value_fixed.factor is None
    assert "at or above the line by itself" in dysprosium.value_fixed.reason
    assert dysprosium.headroom_grams is None  # all of it gone is not enough
    assert good.together.typical.value_fixed.factor == pytest.approx(0.32)


def test_an_unknown_origin_counts_at_the_high_end_only() -> None:
    good = of_motor(declarations={"material_origin": [None], "amount": [0.1]})
    low, high = good.materials[0].low, good.materials[0].high
    assert (good.verdict, good.flips_at) == ("below", "high")
    assert low.value_fixed.factor is None
    assert "none of it counts" in low.value_fixed.reason
    assert high.value_fixed.price == pytest.approx(2000.0)
    assert good.value_at_line.low == 0


def test_a_value_has_its_factor_and_no_price() -> None:
    at = of_motor(declarations={"basis": ["value_per_piece"]}).materials[0].typical
    assert at.value_fixed.factor == pytest.approx(0.4)
    assert (at.value_fixed.price, at.price_today, at.headroom_grams) == (None, None, None)


def test_a_share_of_its_own_value_grows_with_the_selling_price() -> None:
    own = {"part_number": ["motor"], "basis": ["value_percent"]}
    good = of_motor(declarations={**own, "amount": [0.05]})
    assert good.value_at_line.high == 0  # 0.05 % stays 0.05 % at any price
    good = of_motor(declarations={**own, "amount": [0.2]})
    assert (good.value_at_line.high, good.below_from) == (None, None)
    assert any("no selling price" in reason for reason in good.reasons)


def test_part_of_it_a_share_of_its_own_value() -> None:
    two = {
        "part_number": ["motor", "magnet"],
        "material": ["dysprosium_metal", "terbium_metal"],
        "amount": [0.05, 0.05],
        "basis": ["value_percent", "g_per_piece"],
        "material_origin": ["China"] * 2,
    }
    tables = motor(declarations=two)
    [good] = breakeven(dm.bom_from_tables(**tables), "motor", on=ON).goods
    assert good.value_at_line_exact == 400  # 0.2 / (0.1 % - 0.05 %)
    assert good.value_at_line.high == pytest.approx(400.0)
    for value, verdict in ((400.0, "at_or_above"), (good.below_from, "below")):
        tables["parts"]["unit_value"] = [value, 3.0]
        assert dm.assess(dm.bom_from_tables(**tables), ON).goods[0].verdict == verdict


def test_what_is_bounded_by_a_whole_value_is_moved_by_no_price() -> None:
    good = of_motor(declarations={"basis": ["wt_percent"], "amount": [2.0]})
    [material] = good.materials
    assert material.high.value_fixed.factor is None
    assert "whole value of a part" in material.high.value_fixed.reason
    assert good.value_at_line.high == pytest.approx(12_000.0)


def test_without_a_value_only_the_selling_price_is_known() -> None:
    good = of_motor(parts={"unit_value": [None, None]})
    assert good.distance is None
    assert good.materials[0].typical.value_fixed.factor is None
    assert "has no value" in good.materials[0].typical.value_fixed.reason
    assert good.below_from == 2000.01


def test_without_a_price_the_high_end_is_open() -> None:
    tables = motor(
        declarations={"material": ["lutetium_metal"]},
        prices={"material": ["lutetium_metal"]},
    )
    good = breakeven(dm.bom_from_tables(**tables), "motor", on=ON, reading=dm.Reading(price_basis="purchase")).goods[0]
    assert good.verdict == "undetermined"
    assert (good.below_from, good.value_at_line.high, good.distance) == (None, None, None)
    assert "no price or no limit" in " ".join(good.reasons)


def test_an_error_in_the_data_leaves_no_number_to_rely_on() -> None:
    good = of_motor(lines={"quantity": [None]})
    assert (good.below_from, good.distance, good.value_at_line.low) == (None, None, None)
    assert any("an error in the data feeds it" in reason for reason in good.reasons)


@pytest.mark.parametrize("price", [0.0, -5.0])
def test_a_price_that_is_none_is_a_sentence(price: float) -> None:
    answer = breakeven(dm.bom_from_tables(**motor(prices={"typical": [price]})), on=ON)
    assert any("typical must be above 0" in note for note in answer.notes)
    assert answer.goods[0].below_from is None


@pytest.mark.parametrize("price", [0.0, -5.0])
def test_a_price_that_is_none_in_a_bill_nobody_checked_is_refused(price: float) -> None:
    bom = dm.bom_from_tables(**motor())
    rows = [{**bom.prices.to_pylist()[0], "typical": price}]
    with pytest.raises(QuestionError, match=r"^the price of terbium_metal is .*: .* give one above zero"):
        breakeven(replace(bom, prices=make_bom(prices=rows).prices), on=ON)


def test_no_sources_at_all_is_an_answer() -> None:
    tables = motor()
    del tables["declarations"]
    answer = breakeven(
        dm.bom_from_tables(**{**tables, "parts": {**tables["parts"], "item_class": ["other"] * 2}}), on=ON
    )
    [good] = answer.goods
    assert (good.verdict, good.below_from, good.rise_percent, good.materials) == ("below", 0.0, None, ())
    assert "no price makes a good cross" in answer.notes[0]
    assert json.dumps(answer.as_dict())


def test_no_good_at_all_is_an_answer() -> None:
    answer = breakeven(dm.Bom(), on=ON)
    assert (answer.goods, answer.count) == ((), 0)
    assert "no finished good" in answer.notes[0]


def test_any_part_may_be_asked_about_and_only_one_that_is_there() -> None:
    bom = dm.bom_from_tables(**motor())
    assert breakeven(bom, "magnet", on=ON).goods[0].value_at_line.high == 500.0
    with pytest.raises(QuestionError, match=r"magnt is no part .* did you mean magnet"):
        breakeven(bom, "magnt", on=ON)


def test_no_goods_are_not_asked_for() -> None:
    with pytest.raises(QuestionError, match="top must be one or more"):
        breakeven(dm.Bom(), top=0, on=ON)


def test_a_reading_that_judges_what_is_inside_says_so() -> None:
    answer = breakeven(dm.bom_from_tables(**motor()), on=ON, reading=dm.Reading(level="tested_item"))
    assert any("tested_item" in note for note in answer.notes)


def test_a_calculation_is_asked_without_calculating_it_again() -> None:
    calculation: Calculation = calculate(dm.bom_from_tables(**motor()), ON)
    assert breakeven(calculation) == breakeven(calculation.bom, on=ON)


def test_the_document_is_plain() -> None:
    document = breakeven(dm.bom_from_tables(**motor()), on=ON).as_dict()
    assert json.loads(json.dumps(document)) == document
    assert document["goods"][0]["materials"][0]["typical"]["value_fixed"]["price_per_kg"] == pytest.approx(400.0)
    assert document["goods"][0]["value_at_line"]["exact"] == "2000"
