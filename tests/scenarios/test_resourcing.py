"""The cheapest re-sourcing: against all choices on the full road, why there is none, and bad questions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.assessment import BELOW, assess, calculate
from deminimis.errors import LayoutError, QuestionError
from deminimis.model import Bom, Reading
from deminimis.scenarios.resourcing import Resourcing, resource
from deminimis.scenarios.resourcing_alternatives import Alternative, DeclaredContent, read_alternatives
from deminimis.scenarios.resourcing_model import changed_bill
from tests.builders import make_bom

ON = "2026-11-22"
Rows = list[dict[str, Any]]
NONE = (DeclaredContent("none"),)


def chinese(part: str, amount: float, **more: Any) -> dict[str, Any]:
    row = {"part_number": part, "material": "terbium_metal", "amount": amount, "basis": "value_per_piece"}
    return {**row, "material_origin": "China", **more}


def holds(amount: float, origin: str = "China") -> tuple[DeclaredContent, ...]:
    return (DeclaredContent("terbium_metal", amount, basis="value_per_piece", material_origin=origin),)


def bill(**more: Any) -> Bom:
    """Two goods that share a magnet; the pump has a coil of its own."""
    parts: Rows = [{"part_number": "pump", "unit_value": 900.0}, {"part_number": "fan", "unit_value": 400.0}]
    parts += [
        {"part_number": "magnet", "unit_value": 40.0, "supplier": "Sample Magnets"},
        {"part_number": "coil", "unit_value": 25.0},
    ]
    lines: list[Any] = [("pump", "magnet", 2), ("pump", "coil"), ("fan", "magnet")]
    return make_bom(parts=parts, lines=lines, declarations=[chinese("magnet", 0.6), chinese("coil", 0.2)], **more)


CLEAN = Alternative("magnet", "Sample Clean", 47.0, contents=NONE)
LESS = Alternative("magnet", "Sample Less", 43.0, contents=holds(0.3))
COIL = Alternative("coil", "Sample Coils", 26.0, contents=NONE)


def plan(bom: Bom, *offers: Alternative, **how: Any) -> Resourcing:
    return resource(bom, list(offers), on=ON, **how)


def bought(found: Resourcing) -> dict[str, str]:
    return {change.part_number: change.to_supplier for change in found.changes}


def verdicts(bom: Bom) -> dict[str, str]:
    return {good.part_number: good.verdict for good in assess(bom, ON).goods}


# ---------------------------------------------------------------- the optimum


@st.composite
def questions(draw: st.DrawFn) -> tuple[Bom, list[Alternative], dict[str, float]]:
    """A small catalogue, one or two offers for some of its parts, and the demand for its goods."""
    amounts, prices = st.sampled_from([0.0, 0.1, 0.3, 0.9]), st.integers(5, 60).map(float)
    parts = [f"p{i}" for i in range(draw(st.integers(1, 4)))]
    goods = [f"g{i}" for i in range(draw(st.integers(1, 3)))]
    records: Rows = [{"part_number": part, "unit_value": draw(prices)} for part in parts]
    # Some goods have a stated value; the others are worth what is in them, steel for the most part.
    records += [{"part_number": good, "unit_value": draw(st.none() | st.just(500.0))} for good in goods]
    records.append({"part_number": "steel", "unit_value": draw(st.sampled_from([100.0, 400.0]))})
    lines: list[Any] = [{"parent": good, "child": "steel", "quantity": 1.0} for good in goods]
    for good in goods:
        for part in draw(st.lists(st.sampled_from(parts), unique=True, min_size=1)):
            quantity, scrap = float(draw(st.integers(1, 3))), draw(st.sampled_from([0.0, 25.0]))
            lines.append({"parent": good, "child": part, "quantity": quantity, "scrap_percent": scrap})
    declared = [chinese(part, draw(amounts), high=1.0, low=0.0) for part in parts]
    offers = [
        Alternative(part, f"Sample {n}", draw(prices), contents=holds(draw(amounts)) if draw(st.booleans()) else NONE)
        for part in parts
        for n in range(draw(st.integers(0, 2)))
    ]
    demand = {good: float(draw(st.integers(0, 5))) for good in goods}
    return make_bom(parts=records, lines=lines, declarations=declared), offers, demand


def cost_of(bom: Bom, offers: list[Alternative], demand: dict[str, float]) -> float:
    """What a choice costs more than today, from the rows themselves."""
    price = {row["part_number"]: row["unit_value"] for row in bom.parts.to_pylist()}
    rise = {offer.part_number: offer.unit_value - price[offer.part_number] for offer in offers}
    return sum(
        demand[row["parent"]] * row["quantity"] * (1 + (row["scrap_percent"] or 0) / 100) * rise.get(row["child"], 0.0)
        for row in bom.lines.to_pylist()
    )


def best_of_all(bom: Bom, offers: list[Alternative], demand: dict[str, float], goods: list[str]) -> float | None:
    """The least cost over every choice with which the full road calls all goods below, None if there is none."""
    calculation = calculate(bom, ON)
    by_part = {o.part_number: [None, *(x for x in offers if x.part_number == o.part_number)] for o in offers}
    costs = []
    for choice in product(*by_part.values()):
        taken = [offer for offer in choice if offer is not None]
        found = verdicts(changed_bill(calculation, taken))
        if all(found[good] == BELOW for good in goods):
            costs.append(cost_of(bom, taken, demand))
    return min(costs, default=None)


@settings(max_examples=40, deadline=None)
@given(questions())
def test_the_plan_is_the_cheapest_of_all_choices(question: tuple[Bom, list[Alternative], dict[str, float]]) -> None:
    bom, offers, demand = question
    held = {row["child"] for row in bom.lines.to_pylist()}
    if not any(offer.part_number in held for offer in offers):
        return
    before = verdicts(bom)
    goods = sorted(before)
    found = plan(bom, *offers, goods=goods, demand=demand)
    best = best_of_all(bom, offers, demand, goods)
    assert found.feasible == (best is not None)
    if best is None:
        assert found.obstacles
        return
    assert found.extra_cost == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert found.proven
    assert found.gap == 0.0
    assert all(good.verdict_after == BELOW for good in found.goods)


def test_shared_parts_are_decided_once_and_the_cheapest_that_is_enough_is_taken() -> None:
    found = plan(bill(), CLEAN, LESS, COIL)
    # 2 x 0.3 + 0.2 = 0.8 of 0.9 in the pump, 0.3 of 0.4 in the fan: the coil may stay.
    assert bought(found) == {"magnet": "Sample Less"}
    assert (found.extra_cost, found.bound, found.gap, found.proven) == (9.0, 9.0, 0.0, True)
    [change] = found.changes
    assert (change.from_suppliers, change.price_before, change.price_after) == (("Sample Magnets",), 40.0, 43.0)
    assert (change.pieces, change.goods, change.content) == (3.0, 2, "terbium metal from China")


def test_demand_weighs_the_cost() -> None:
    either = [CLEAN, replace(COIL, unit_value=50.0)]
    cheap_coil = make_bom(
        parts=[
            {"part_number": "pump", "unit_value": 900.0},
            {"part_number": "fan", "unit_value": 9000.0},
            {"part_number": "magnet", "unit_value": 40.0},
            {"part_number": "coil", "unit_value": 25.0},
        ],
        lines=[("pump", "magnet"), ("pump", "coil"), ("fan", "magnet", 10)],
        declarations=[chinese("magnet", 0.6), chinese("coil", 0.5)],
    )
    assert bought(plan(cheap_coil, *either, demand={"pump": 100.0, "fan": 0.0})) == {"magnet": "Sample Clean"}
    found = plan(cheap_coil, *either, demand={"pump": 1.0, "fan": 100.0})
    assert (bought(found), found.extra_cost) == ({"coil": "Sample Coils"}, 25.0)


def test_the_plan_holds_on_the_full_road() -> None:
    bom = bill()
    found = plan(bom, CLEAN, COIL)
    after = assess(changed_bill(calculate(bom, ON), [CLEAN]), ON)
    assert {good.part_number: good.share_after for good in found.goods} == after.share
    assert [(good.part_number, good.verdict_before, good.verdict_after) for good in found.goods] == [
        ("pump", "at_or_above", BELOW),
        ("fan", "at_or_above", BELOW),
    ]
    assert [(good.extra_cost, good.chosen, good.demand) for good in found.goods] == [
        (14.0, True, 1.0),
        (7.0, True, 1.0),
    ]


def test_a_value_summed_up_follows_the_price() -> None:
    # Worth what is in it: a dearer magnet raises the value, and that alone brings it below.
    parts: Rows = [{"part_number": "magnet", "unit_value": 40.0}, {"part_number": "case", "unit_value": 500.0}]
    bom = make_bom(parts=parts, lines=[("pump", "magnet"), ("pump", "case")], declarations=[chinese("magnet", 0.545)])
    dear = Alternative("magnet", "Sample Dear", 50.0, contents=holds(0.545))
    found = plan(bom, dear)
    assert (found.feasible, found.extra_cost) == (True, 10.0)
    assert not plan(
        make_bom(
            parts=[*parts, {"part_number": "pump", "unit_value": 540.0}],
            lines=[("pump", "magnet"), ("pump", "case")],
            declarations=[chinese("magnet", 0.545)],
        ),
        dear,
    ).feasible


@pytest.mark.parametrize(("amount", "feasible"), [(0.4, False), (0.39999999999999, True)])
def test_exactly_at_the_line_is_not_below(amount: float, feasible: bool) -> None:
    bom = make_bom(
        parts=[{"part_number": "fan", "unit_value": 400.0}, {"part_number": "magnet", "unit_value": 40.0}],
        lines=[("fan", "magnet")],
        declarations=[chinese("magnet", 0.6)],
    )
    found = plan(bom, Alternative("magnet", "Sample Line", 41.0, contents=holds(amount)))
    assert found.feasible == feasible


def test_a_dearer_offer_takes_over_where_the_cheaper_one_lies_on_the_line() -> None:
    bom = make_bom(
        parts=[{"part_number": "fan", "unit_value": 400.0}, {"part_number": "magnet", "unit_value": 40.0}],
        lines=[("fan", "magnet")],
        declarations=[chinese("magnet", 0.6)],
    )
    offers = [Alternative("magnet", "Sample Line", 41.0, contents=holds(0.4)), replace(LESS, unit_value=42.0)]
    found = plan(bom, *offers)
    assert (bought(found), found.extra_cost, found.proven) == ({"magnet": "Sample Less"}, 2.0, True)


def test_an_offer_that_is_not_needed_is_not_taken_though_it_costs_nothing_more() -> None:
    assert bought(plan(bill(), LESS, replace(COIL, unit_value=25.0))) == {"magnet": "Sample Less"}
    # A saving is taken.
    assert bought(plan(bill(), LESS, replace(COIL, unit_value=24.0))) == {
        "magnet": "Sample Less",
        "coil": "Sample Coils",
    }


def test_a_good_that_is_below_stays_below() -> None:
    # The cheap offer would save on the fan's magnet and bring the fan over the line.
    parts: Rows = [{"part_number": "pump", "unit_value": 900.0}, {"part_number": "fan", "unit_value": 1000.0}]
    parts += [{"part_number": "magnet", "unit_value": 40.0}, {"part_number": "coil", "unit_value": 25.0}]
    bom = make_bom(
        parts=parts,
        lines=[("pump", "coil"), ("fan", "magnet")],
        declarations=[chinese("magnet", 0.6), chinese("coil", 1.0)],
    )
    cheap = Alternative("magnet", "Sample Cheap", 30.0, contents=holds(1.5))
    assert bought(plan(bom, cheap, COIL)) == {"coil": "Sample Coils"}


def test_same_content_from_another_country() -> None:
    japan = Alternative("magnet", "Sample Japan", 44.0, material_origin="Japan")
    found = plan(bill(), japan)
    assert (found.feasible, found.changes[0].content) == (True, "as today, from Japan")
    unknown = Alternative("magnet", "Sample Unsaid", 44.0)
    assert not plan(bill(), unknown).feasible


def test_an_estimated_part_from_another_country() -> None:
    parts: Rows = [{"part_number": "pump", "unit_value": 300.0}]
    parts += [{"part_number": "m", "unit_value": 40.0, "item_class": "ndfeb_magnet", "mass": 50.0}]
    found = plan(
        make_bom(parts=parts, lines=[("pump", "m")]), Alternative("m", "Sample", 44.0, material_origin="Japan")
    )
    assert found.feasible
    assert found.goods[0].verdict_before == "undetermined"


def test_an_assembly_bought_whole_is_covered_by_what_is_said_of_it() -> None:
    parts: Rows = [{"part_number": "pump", "unit_value": 900.0}, {"part_number": "magnet", "unit_value": 40.0}]
    lines: list[Any] = [("pump", "motor"), ("motor", "magnet", 4)]
    bom = make_bom(parts=parts, lines=lines, declarations=[chinese("magnet", 0.6)])
    found = plan(bom, Alternative("motor", "Sample Motors", 190.0, contents=NONE))
    assert (found.feasible, found.extra_cost, found.changes[0].price_before) == (True, 30.0, 160.0)


def test_an_estimate_that_hangs_on_the_choice_leaves_the_bound_open() -> None:
    # The motor is estimated by its value, which the price of the shaft is part of.
    parts: Rows = [{"part_number": "pump", "unit_value": 90_000.0}, {"part_number": "shaft", "unit_value": 40.0}]
    parts += [{"part_number": "motor", "item_class": "ndfeb_magnet"}, {"part_number": "magnet", "unit_value": 9.0}]
    lines: list[Any] = [("pump", "motor"), ("motor", "shaft"), ("pump", "magnet", 2)]
    bom = make_bom(parts=parts, lines=lines, declarations=[chinese("magnet", 45.0)])
    offers = [Alternative("shaft", "Sample Shafts", 0.5, contents=NONE), replace(CLEAN, unit_value=10.0)]
    found = plan(bom, *offers)
    assert found.feasible
    assert (found.proven, found.bound, found.gap) == (False, None, None)
    dear = plan(make_bom(parts=[{**parts[0], "unit_value": 900.0}, *parts[1:]], lines=lines), *offers)
    # The declared shaft would explain the motor away: the plan does not lean on that.
    assert (dear.feasible, dear.proven, [one.part_number for one in dear.obstacles]) == (False, False, ["motor"])


# ---------------------------------------------------------------- no plan, and why


def words(found: Resourcing) -> list[tuple[str, str, str]]:
    assert not found.feasible
    return [(one.kind, one.good, one.part_number) for one in found.obstacles]


def test_the_part_that_alone_breaks_a_good_is_named() -> None:
    heavy = bill()
    found = plan(heavy, replace(LESS, contents=holds(0.5)), goods=["fan", "pump"])
    assert words(found) == [("part alone", "pump", "magnet"), ("part alone", "fan", "magnet")]
    assert "magnet alone brings 0.5 into fan, and the line is at 0.4" in found.obstacles[1].words


def test_a_part_without_alternatives_breaks_it_as_well() -> None:
    bom = make_bom(
        parts=[{"part_number": "pump", "unit_value": 900.0}, {"part_number": "magnet", "unit_value": 40.0}],
        lines=[("pump", "magnet"), ("pump", "core")],
        declarations=[chinese("magnet", 0.6), chinese("core", 1.0)],
    )
    found = plan(bom, CLEAN)
    assert words(found) == [("part alone", "pump", "core")]
    light = make_bom(
        parts=bom.parts.to_pylist(),
        lines=bom.lines.to_pylist(),
        declarations=[chinese("magnet", 0.6), chinese("core", 0.7)],
    )
    together = plan(light, replace(LESS, contents=holds(0.4)))
    assert words(together) == [("parts together", "pump", "core")]


def test_the_goods_that_can_be_below_are_named() -> None:
    found = plan(bill(), replace(LESS, contents=holds(0.36)), COIL, goods=["pump", "fan"])
    assert found.feasible
    found = plan(bill(), replace(LESS, contents=holds(0.41)), COIL, goods=["pump", "fan"])
    assert words(found) == [("part alone", "fan", "magnet")]
    assert found.can_be_below == ("pump",)


def test_a_capacity_that_is_too_small_is_named() -> None:
    small = replace(CLEAN, capacity=250.0)
    found = plan(bill(), small, demand={"pump": 100.0, "fan": 60.0})
    assert words(found) == [("capacity", "pump", "magnet"), ("capacity", "fan", "magnet")]
    assert "250 pieces a year, and 260 are needed" in found.obstacles[0].words
    assert plan(bill(), small, demand={"pump": 100.0, "fan": 50.0}).feasible


def test_goods_that_only_conflict_are_named_together() -> None:
    # Worth what is in them: the dear magnet is needed by one for its value, the other has it by weight of content.
    parts: Rows = [{"part_number": "a", "unit_value": 400.0}, {"part_number": "b", "unit_value": 400.0}]
    parts += [{"part_number": "x", "unit_value": 5.0}, {"part_number": "y", "unit_value": 5.0}]
    bom = make_bom(
        parts=[*parts, {"part_number": "steel", "unit_value": 380.0}],
        lines=[("a", "x"), ("c", "x", 2), ("c", "steel")],
        declarations=[chinese("x", 0.5)],
    )
    offers = [
        Alternative("x", "Sample Light", 1.0, contents=holds(0.3)),
        Alternative("x", "Sample Dear", 300.0, contents=holds(0.45)),
    ]
    found = plan(bom, *offers, goods=["a", "c"])
    assert [one.kind for one in found.obstacles] == ["goods together"]
    assert len(found.can_be_below) == 1


def test_what_the_data_lack_is_named() -> None:
    lines: list[Any] = [("pump", "magnet"), ("pump", "core"), ("fan", "magnet"), ("fan", "fan")]
    parts: Rows = [{"part_number": "pump", "unit_value": 900.0}, {"part_number": "magnet", "unit_value": 40.0}]
    parts += [
        {"part_number": "fan", "unit_value": 9.0, "finished_good": "yes"},
        {"part_number": "lamp", "unit_value": 5.0},
    ]
    parts += [{"part_number": "core", "item_class": "ndfeb_magnet"}]
    declared = [chinese("magnet", 0.6), chinese("lamp", 0.6)]
    parts[-2] |= {"finished_good": "yes"}
    bom = make_bom(parts=parts, lines=lines, declarations=declared)
    found = plan(bom, CLEAN, goods=["pump", "fan", "lamp"])
    assert words(found) == [("no limit", "pump", "core"), ("error", "fan", ""), ("not in it", "lamp", "")]


def test_an_offer_without_limit_cannot_be_taken() -> None:
    boundless = Alternative("magnet", "Sample", 41.0, contents=(DeclaredContent("terbium", 1.0, basis="wt_percent"),))
    found = plan(bill(), boundless, CLEAN)
    assert bought(found) == {"magnet": "Sample Clean"}


# ---------------------------------------------------------------- alternatives as tables


TABLE = {
    "part_number": ["magnet", "magnet", "coil"],
    "supplier": ["Sample Two", "Sample Two", "Sample Coils"],
    "price [EUR]": [47.0, None, 26.0],
    "material": ["dysprosium_metal", "terbium_metal", "none"],
    "amount": [0.2, 0.1, None],
    "basis": ["g_per_piece", "g_per_piece", None],
    "origin": ["Japan", "Vietnam", None],
    "capacity": [1000, None, None],
}


def test_rows_of_one_supplier_are_one_offer() -> None:
    read = read_alternatives(TABLE)
    assert [(one.part_number, one.supplier, one.unit_value, one.capacity, one.currency) for one in read.given] == [
        ("magnet", "Sample Two", 47.0, 1000.0, "EUR"),
        ("coil", "Sample Coils", 26.0, None, "EUR"),
    ]
    assert [c.material for c in read.given[0].contents] == ["dysprosium_metal", "terbium_metal"]
    assert read.given[0].words == "dysprosium metal from Japan, terbium metal from Vietnam"
    assert read.findings == ()


def changed(**columns: Any) -> dict[str, Any]:
    return {**TABLE, **columns}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"price [EUR]": [47.0, 48.0, 26.0]}, "unit_value is 47.0 and 48.0"),
        ({"material": ["dysprosium_metal", "none", "none"], "amount": [0.2, None, None]}, "what is in it"),
        ({"material": ["terbium_metal", "terbium_metal", "none"]}, "what is in it"),
        (
            {
                "material": ["terbium_metal", None, "none"],
                "amount": [0.2, None, None],
                "basis": ["g_per_piece", None, None],
            },
            "what is in it",
        ),
        ({"material": [None] * 3, "amount": [None] * 3, "basis": [None] * 3}, "two countries"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(columns: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        read_alternatives(changed(**columns))


def test_damaged_offers_are_told_and_left_out() -> None:
    table = changed(supplier=["Sample Two", "Sample Two", None], amount=[-1.0, 0.1, None])
    with pytest.raises(QuestionError, match=r"no alternative that can be used \(.*row 2\)"):
        read_alternatives(table)
    read = read_alternatives(changed(amount=[0.2, -1.0, None]))
    # One of its two materials is not known, so that the offer is not known.
    assert [one.part_number for one in read.given] == ["coil"]
    assert [(f.code, f.row) for f in read.findings] == [("NUMBER_OUT_OF_RANGE", 3)]
    read = read_alternatives(changed(**{"price [EUR]": [None, None, 26.0]}))
    assert [f.code for f in read.findings] == ["ALTERNATIVE_WITHOUT_PRICE"]


def test_an_offer_that_cannot_be_valued_is_told_and_left_out() -> None:
    wrong = Alternative("magnet", "Sample Wrong", 1.0, contents=(DeclaredContent("unobtainium"),))
    abroad = Alternative("coil", "Sample Abroad", 1.0, "CHF", contents=NONE)
    found = plan(bill(), CLEAN, wrong, abroad, replace(CLEAN, part_number="nowhere"))
    assert bought(found) == {"magnet": "Sample Clean"}
    assert [(f.code, f.value) for f in found.findings] == [
        ("ALTERNATIVE_NOT_USED", "nowhere"),
        ("ALTERNATIVE_NOT_VALUED", "coil from Sample Abroad"),
        ("ALTERNATIVE_NOT_VALUED", "magnet from Sample Wrong"),
    ]


@pytest.mark.parametrize(
    ("offers", "how", "said"),
    [
        ([], {}, "no alternative that can be used"),
        ([CLEAN, replace(CLEAN, unit_value=48.0)], {}, "contradict each other"),
        ([replace(CLEAN, supplier=" ")], {}, "needs a supplier"),
        ([replace(CLEAN, unit_value=0.0)], {}, "above zero"),
        ([replace(CLEAN, part_number="nowhere")], {}, "none of the alternatives is of a part"),
        ([replace(CLEAN, currency="CHF")], {}, "no alternative that can be used .*no rate for CHF"),
        ([CLEAN], {"goods": ["pomp"]}, "did you mean pump"),
        ([CLEAN], {"goods": []}, "no finished good was chosen"),
        ([replace(CLEAN, capacity=5.0)], {}, "give the demand"),
        ([CLEAN], {"demand": {"pump": 5.0}}, "the demand for fan"),
        ([CLEAN], {"demand": {"pump": -5.0, "fan": 1.0}}, "the demand of pump is -5.0"),
        ([CLEAN], {"reading": Reading(aggregation="per_line")}, "aggregation=per_line"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    offers: list[Alternative], how: dict[str, Any], said: str
) -> None:
    with pytest.raises(QuestionError, match=said):
        plan(bill(), *offers, **how)


def test_sums_beyond_all_numbers_are_refused() -> None:
    parts: Rows = [{"part_number": "pump", "unit_value": 900.0}, {"part_number": "magnet", "unit_value": 40.0}]
    bom = make_bom(parts=parts, lines=[("pump", "magnet", 1e308)], declarations=[chinese("magnet", 600.0)])
    with pytest.raises(QuestionError, match="multiply to more than can be calculated with"):
        plan(bom, CLEAN)


def test_goods_that_no_alternative_reaches_are_named() -> None:
    found = plan(bill(), COIL, LESS)
    assert found.left_out == ()
    parts: Rows = [{"part_number": name, "unit_value": 400.0} for name in ("fan", "valve", "lamp")]
    parts += [{"part_number": "magnet", "unit_value": 40.0}]
    lines: list[Any] = [("fan", "magnet"), ("valve", "ring"), ("lamp", "glass")]
    bom = make_bom(parts=parts, lines=lines, declarations=[chinese("magnet", 0.6), chinese("ring", 0.6)])
    found = plan(bom, CLEAN)
    assert (found.feasible, found.left_out) == (True, ("valve",))
    assert plan(bom, CLEAN, goods=["fan"]).left_out == ()
    document = found.as_dict()
    assert (document["schema"], document["left_out"]) == ("deminimis/resourcing/1", ["valve"])


def test_parts_inside_one_another_and_parts_without_price_are_refused() -> None:
    parts: Rows = [{"part_number": "pump", "unit_value": 900.0}, {"part_number": "magnet", "unit_value": 40.0}]
    lines: list[Any] = [("pump", "motor"), ("motor", "magnet", 4), ("pump", "core")]
    bom = make_bom(parts=parts, lines=lines, declarations=[chinese("magnet", 0.6), chinese("core", 0.1)])
    motor = Alternative("motor", "Sample Motors", 190.0, contents=NONE)
    with pytest.raises(QuestionError, match="magnet is inside motor"):
        plan(bom, motor, CLEAN)
    with pytest.raises(QuestionError, match="core has no value today"):
        plan(bom, CLEAN, replace(CLEAN, part_number="core"))


def test_nothing_to_bring_below_is_said() -> None:
    bom = make_bom(
        parts=[{"part_number": "pump", "unit_value": 9e5}, {"part_number": "magnet", "unit_value": 40.0}],
        lines=[("pump", "magnet")],
    )
    with pytest.raises(QuestionError, match="every finished good is below already"):
        plan(bom, CLEAN)


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(LayoutError, match="part_number, supplier, unit_value"):
        read_alternatives({"part": ["a"], "price": [1.0]})


def test_the_answer_as_plain_values() -> None:
    document = plan(bill(), LESS).as_dict()
    assert document["changes"][0]["to_supplier"] == "Sample Less"
    assert document["goods"][0]["share_after"]["high"] < 0.001
    refused = plan(bill(), replace(LESS, contents=holds(0.5))).as_dict()
    assert (refused["feasible"], refused["extra_cost"], refused["changes"]) == (False, None, [])
    assert refused["obstacles"][0]["kind"] == "part alone"
