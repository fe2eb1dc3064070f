"""Draws against answers known in a formula, what has no probability and why, and every question that is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from deminimis import Calculation, QuestionError, Reading, assess, calculate
from deminimis.uncertainty import draw_shares, simulate
from deminimis.uncertainty.distributions import spread
from deminimis.uncertainty.odds import china_odds
from tests.builders import make_bom
from tests.uncertainty.bills import ON, motor, price, pumps

MANY = 20_000


def mean(low: float, typical: float, high: float) -> float:
    return (low + typical + high) / 3


def variance(low: float, typical: float, high: float) -> float:
    return (low**2 + typical**2 + high**2 - low * typical - low * high - typical * high) / 18


def test_the_probability_of_one_triangular_amount_is_that_of_the_formula() -> None:
    found = simulate(motor(800.0, amount=1.0, low=0.5, high=2.0, basis="value_per_piece"), draws=MANY).good("motor")
    exact = 1 - (0.8 - 0.5) ** 2 / (1.5 * 0.5)
    assert found.probability == pytest.approx(exact, abs=4 * (exact * (1 - exact) / MANY) ** 0.5)
    assert found.standard_error == pytest.approx((exact * (1 - exact) / MANY) ** 0.5, rel=0.05)


def test_amount_times_price_has_the_mean_and_the_variance_of_independent_factors() -> None:
    amount, per_gram = (0.5, 1.0, 3.0), (0.5, 1.0, 2.0)
    shares = draw_shares(motor(1000.0, low=0.5, high=3.0), "motor", draws=MANY) * 1000
    product = mean(*amount) * mean(*per_gram)
    spread_of = (variance(*amount) + mean(*amount) ** 2) * (variance(*per_gram) + mean(*per_gram) ** 2) - product**2
    assert shares.mean() == pytest.approx(product, abs=4 * (spread_of / MANY) ** 0.5)
    assert shares.var() == pytest.approx(spread_of, rel=0.05)


def test_quantiles_are_those_of_the_triangle() -> None:
    found = simulate(motor(amount=1.0, low=0.5, high=2.0, basis="value_per_piece"), draws=MANY).good("motor")
    exact = spread(np.array([[0.05, 0.5, 0.95]]), np.array([[0.5, 1.0, 2.0]]))[0] / 1000
    assert found.quantiles == pytest.approx(exact, rel=0.02)


def test_pert_has_its_mean_and_stays_between_the_ends() -> None:
    drawn = spread(np.linspace(0, 0.9999, 10_001)[None], np.array([[1.0, 2.0, 6.0]]), "pert")
    assert drawn.mean() == pytest.approx((1 + 4 * 2 + 6) / 6, rel=1e-3)
    assert (drawn.min(), drawn.max() <= 6) == (1.0, True)
    assert (np.diff(drawn) > 0).all()


def test_an_interval_without_width_is_its_only_number() -> None:
    ends = np.array([[2.0, 2.0, 2.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    for distribution in ("triangular", "pert"):
        drawn = spread(np.array([[0.0, 0.36, 0.99]] * 3), ends, distribution)
        assert drawn[0].tolist() == [2.0, 2.0, 2.0]
        assert drawn[1:, 0].tolist() == [0.0, 0.0]
        assert (np.diff(drawn[1:]) > 0).all()


def test_an_unknown_origin_is_china_as_often_as_its_element_is_separated_there() -> None:
    calculation = motor(amount=2.0, basis="value_per_piece", material_origin=None)
    found = simulate(calculation, draws=MANY).good("motor")
    assert china_odds("terbium_metal") == 0.99
    assert found.probability == pytest.approx(0.99, abs=0.003)
    assert simulate(calculation, draws=MANY, china=0.25).good("motor").probability == pytest.approx(0.25, abs=0.015)
    assert simulate(calculation, china=0.0).good("motor").probability == 0.0


@pytest.mark.parametrize(
    ("material", "odds"),
    [("dysprosium_metal", 0.97), ("holmium_oxide", 1.0), ("promethium_metal", 0.9), ("dysprosium_or_terbium", 0.97)],
)
def test_odds_are_those_of_the_newer_table_then_of_the_older_then_of_all_rare_earths(
    material: str, odds: float
) -> None:
    assert china_odds(material) == odds


def test_an_element_of_unknown_form_counts_in_every_second_draw() -> None:
    calculation = motor(material="terbium", amount=2.0, basis="value_per_piece")
    assert simulate(calculation, draws=MANY).good("motor").probability == pytest.approx(0.5, abs=0.015)


def test_materials_of_one_part_and_supplier_share_their_origin() -> None:
    both = {"part_number": "motor", "basis": "value_per_piece", "amount": 1.0}
    calculation = calculate(
        make_bom(
            parts=[{"part_number": "motor", "unit_value": 1000.0, "finished_good": "yes"}],
            declarations=[both | {"material": "terbium_metal"}, both | {"material": "dysprosium_metal"}],
        ),
        ON,
    )
    shares = draw_shares(calculation, "motor", china=0.5) * 1000
    assert set(shares.tolist()) == {0.0, 2.0}


def test_a_draw_exactly_at_the_line_is_at_or_above() -> None:
    # 3 x 0.1 is more than 0.3 in float64, and 0.3 is exactly 0.1 % of 300.
    calculation = pumps(3.0, value=300.0, amount=0.1, basis="value_per_piece")
    assert simulate(calculation, china=0.5).good("pump-0").probability == pytest.approx(0.5, abs=0.06)
    assert simulate(pumps(1.0, value=100.0, amount=0.0999999, basis="value_per_piece")).probability == {"pump-0": 0.0}


def test_the_price_of_a_material_is_drawn_once_for_all_goods() -> None:
    terbium = {"material": "terbium_metal", "amount": 1.0, "basis": "g_per_piece", "material_origin": "China"}
    rows = [{"part_number": part} | terbium for part in ("east", "west")]
    parts = [{"part_number": part, "unit_value": 1000.0, "finished_good": "yes"} for part in ("east", "west")]
    calculation = calculate(make_bom(parts=parts, declarations=rows, prices=[price()]), ON)
    assert draw_shares(calculation, "east").tobytes() == draw_shares(calculation, "west").tobytes()


def test_of_suppliers_without_shares_one_is_drawn_and_the_worst_is_the_largest() -> None:
    rows = [
        {"part_number": "motor", "material": "terbium_metal", "amount": amount, "low": amount / 2, "high": amount * 2,
         "basis": "value_per_piece", "supplier": supplier, "material_origin": "China"}
        for supplier, amount in (("Sample East", 1.0), ("Sample West", 100.0))
    ]  # fmt: skip
    parts = [{"part_number": "motor", "unit_value": 1000.0, "finished_good": "yes"}]
    bom = make_bom(parts=parts, declarations=rows)
    either = draw_shares(calculate(bom, ON), "motor", draws=MANY) * 1000
    assert np.mean(either > 50) == pytest.approx(0.5, abs=0.015)
    assert (either < 50).any()
    worst = draw_shares(calculate(bom, ON, Reading(sourcing="worst")), "motor", draws=MANY) * 1000
    assert worst.min() > 50


def test_a_magnet_of_which_nobody_says_how_it_is_made_is_one_or_the_other() -> None:
    parts: list[dict[str, Any]] = [
        {"part_number": "rotor", "unit_value": 1.0, "currency": "USD", "finished_good": "yes"},
        {"part_number": "magnet", "unit_value": 1.0, "mass": 10.0, "grade": "N42EH", "origin": "China"},
    ]
    prices = [price(m, m, m, material=name) for name, m in (("dysprosium_metal", 1000), ("terbium_metal", 1_000_000))]
    bom = make_bom(parts=parts, lines=[("rotor", "magnet")], prices=prices)
    shares = draw_shares(calculate(bom, ON), "rotor", draws=4000, china=1.0)
    good = assess(bom, ON).good("rotor")
    assert good.share.low is not None
    assert good.share.high is not None
    assert good.share.low <= shares.min() <= shares.max() <= good.share.high
    # Conventional holds 6 to 10 % dysprosium, diffused 2.55 to 4.25 % of one or the other.
    assert np.mean(shares > 1.01) == pytest.approx(0.5, abs=0.04)


def test_a_lapsed_declaration_may_be_nothing() -> None:
    shares = draw_shares(motor(amount=1.0, low=0.9, high=1.1, basis="value_per_piece", valid_to="2026-01-01"), "motor")
    assert shares.min() < 0.0003


def test_a_price_from_zero_on_keeps_the_draws_inside() -> None:
    bom = make_bom(
        parts=[{"part_number": "motor", "unit_value": 1000.0, "finished_good": "yes"}],
        declarations=[{"part_number": "motor", "material": "terbium_metal", "amount": 1.0, "basis": "g_per_piece"}],
        prices=[price(0.0, 1000.0, 2000.0, currency=None)],
    )
    shares = draw_shares(calculate(bom, ON), "motor", china=1.0)
    assert (shares.min() >= 0, shares.max() <= 0.002) == (True, True)
    assert shares.std() > 0.0003


def test_without_a_limit_there_is_no_probability_but_a_reason() -> None:
    parts = [
        {"part_number": name, "unit_value": value, "finished_good": "yes"}
        for name, value in (("valueless", None), ("priceless", 10.0), ("faulty", 10.0), ("clean", 10.0), ("high", 1.0))
    ]
    declared: dict[str, dict[str, Any]] = {
        "valueless": {"basis": "value_per_piece"},
        "priceless": {"material": "lutetium_metal", "basis": "g_per_piece"},
        "faulty": {"basis": "g_per_piece", "amount": None},
        "high": {"basis": "value_per_piece", "material_origin": "China"},
    }
    rows = [{"part_number": n, "material": "terbium_metal", "amount": 1.0} | row for n, row in declared.items()]
    found = simulate(make_bom(parts=parts, declarations=rows, prices=[price(currency=None)]), on=ON)
    assert {good.part_number: (good.probability, good.reason) for good in found.goods} == {
        "valueless": (None, "something in it has no value"),
        "priceless": (None, "a controlled material in it has no price or no limit"),
        "faulty": (None, "an error in the data feeds it"),
        "clean": (0.0, ""),
        "high": (1.0, ""),
    }
    assert (found.licences.goods, found.licences.left_out, found.licences.expected) == (2, 3, 1.0)
    with pytest.raises(QuestionError, match=r"valueless cannot be drawn: something in it has no value; look at"):
        draw_shares(make_bom(parts=parts, declarations=rows), "valueless", on=ON)


def test_shipments_weigh_the_licences() -> None:
    calculation = pumps(1.0, 1000.0, low=0.2, high=2.0, material_origin="China")
    plain = simulate(calculation).probability["pump-0"]
    assert plain is not None
    found = simulate(calculation, shipments={"pump-0": 10.0, "pump-1": 3.0}).licences
    assert found.expected == pytest.approx(10 * plain + 3)
    assert found.quantiles[0] == 3
    assert found.quantiles[-1] == 13
    assert simulate(calculation, shipments={"pump-0": 10.0, "pump-1": 0.0}).licences.quantiles[0] == 0


def test_one_draw_is_enough_to_answer() -> None:
    found = simulate(pumps(1.0, low=0.2, high=2.0), draws=1)
    assert found.licences.standard_deviation == 0
    assert found.good("pump-0").probability in (0.0, 1.0)
    assert found.good("pump-0").standard_error


def test_a_proven_good_is_drawn_only_where_it_is_named() -> None:
    calculation = pumps(100.0, low=0.5, high=2.0, material_origin="China")
    assert simulate(calculation).good("pump-0").quantiles is None
    named = simulate(calculation, goods=["pump-0"])
    assert named.good("pump-0").quantiles is not None
    assert (named.good("pump-0").probability, named.licences.expected) == (1.0, 1.0)


def test_a_good_that_was_not_asked_for_is_not_in_the_answer() -> None:
    with pytest.raises(KeyError):
        simulate(pumps(1.0, 2.0), goods=["pump-0"]).good("pump-1")


def test_the_document_names_its_rule_day_reading_and_seed() -> None:
    document = json.loads(json.dumps(simulate(pumps(1.0, low=0.2, high=2.0), seed=7, draws=50).as_dict()))
    assert document["schema"] == "deminimis/uncertainty/1"
    assert (document["on"], document["seed"], document["draws"]) == ("2026-11-22", 7, 50)
    assert document["rule"]["threshold"] == "0.001"
    assert set(document["goods"][0]["share_quantiles"]) == {"0.05", "0.5", "0.95"}
    assert any("99 %" in words for words in document["assumptions"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"draws": 0}, "0 draws say nothing: make one"),
        ({"draws": 10**9}, r"1,000,000,000 draws are more than can be held: make [\d,]+ at most"),
        ({"seed": -1}, "-1 is no seed"),
        ({"china": 97.0}, "97 are no odds that an unknown origin is China: give a number from 0 to 1"),
        ({"goods": ["pmp-0"]}, r"pmp-0 is no part of this bill of materials: did you mean pump-0"),
        ({"goods": ["magnet"]}, "magnet is no finished good"),
        ({"distribution": "normal"}, "there is no distribution normal: choose triangular or pert"),
        ({"shipments": {"magnet": 1.0}}, "magnet is no finished good"),
        ({"shipments": {}}, "no shipments are given for pump-0: say how many, 0 for none"),
        ({"shipments": {"pump-0": -1.0}}, "-1 shipments of pump-0: give 0 or more"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_one_sentence(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        simulate(pumps(1.0, low=0.2, high=2.0), **asked)


@pytest.mark.parametrize("reading", [Reading(level="every_node"), Reading(aggregation="per_line")])
def test_readings_that_judge_something_else_are_refused(reading: Reading) -> None:
    with pytest.raises(QuestionError, match=r"no draws are made under the reading (level=every|aggregation=per)"):
        simulate(motor(reading=reading))


def test_without_a_finished_good_there_is_nothing_to_draw() -> None:
    empty = calculate(make_bom(parts=[{"part_number": "bolt", "finished_good": "no"}]), ON)
    with pytest.raises(QuestionError, match="no finished good to draw for"):
        simulate(empty)


def test_a_bill_without_any_source_is_proven_below() -> None:
    bom = make_bom(parts=[{"part_number": "bolt", "unit_value": 1.0, "finished_good": "yes"}])
    found = simulate(bom, on=ON)
    assert (found.probability, found.licences.expected) == ({"bolt": 0.0}, 0.0)
    assert draw_shares(bom, "bolt", on=ON, draws=3).tolist() == [0.0, 0.0, 0.0]


def test_a_calculation_keeps_its_own_day() -> None:
    calculation: Calculation = pumps(1.0)
    with pytest.raises(QuestionError, match="own day and reading"):
        simulate(calculation, on="2026-11-10")
