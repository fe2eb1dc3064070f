"""The paths against a walk over all of them; their arithmetic; the dilution along the heaviest."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings

from deminimis import Interval, Reading, bom_from_tables, calculate, conclude, explain
from deminimis.explanation import Path
from deminimis.explanation.paths import MOST_COUNTED
from tests.builders import make_bom
from tests.oracle import Oracle
from tests.strategies import PRICES, RATES, Rows, boms

ON = "2026-11-22"
TERBIUM = {"material": "terbium_metal", "basis": "value_per_piece", "material_origin": "CN"}


def product(path: Path) -> float:
    factors = (*path.quantities, *path.factors)
    percent = [0.01 for factor in factors if factor.unit.startswith("%")]
    return prod(1 / factor.value if factor.divides else factor.value for factor in factors) * prod(percent)


def walk(oracle: Oracle, part: str, so_far: Fraction) -> Iterator[list[Fraction]]:
    """Yield low, typical and high of every path by plain recursion."""
    declared = [d for d in oracle.declarations if d["part_number"] == part]
    for row in declared:
        if oracle.is_best(row, declared):
            ends = [so_far * end for end in oracle.amounts(row, part)]
            if ends[2]:
                yield ends
    if not any(row.get("scope") == "whole" for row in declared):
        for line in oracle.lines:
            if line["parent"] == part and (net := oracle.quantities(line)[0]):
                yield from walk(oracle, line["child"], so_far * net)


@given(boms())
@settings(max_examples=200, deadline=None)
def test_the_paths_are_the_largest_of_all_paths_and_the_others_are_counted(tables: dict[str, Rows]) -> None:
    brute = sorted(walk(Oracle(**tables), "P0", Fraction(1)), key=lambda ends: ends[1], reverse=True)
    end = 1 if any(ends[1] for ends in brute) else 2
    values = sorted((float(ends[end]) for ends in brute), reverse=True)
    for top in (1, 4, 1000):
        paths = explain(make_bom(**tables), "P0", on=ON, top=top).paths
        found = [path.high if end == 2 else path.typical for path in paths.largest]
        assert found == pytest.approx(values[:top], rel=1e-9)
        assert paths.left_out == max(0, len(values) - top)


@given(boms())
@settings(max_examples=200, deadline=None)
def test_the_printed_factors_give_the_value_of_the_path(tables: dict[str, Rows]) -> None:
    calculation = calculate(make_bom(**tables), ON)
    for path in explain(calculation, "P0", top=50).paths.largest:
        assert product(path) == pytest.approx(path.value, rel=1e-9)
        assert len(path.quantities) == len(path.part_numbers) - 1


def explained(top: int = 10, reading: Reading | None = None, **tables: Any) -> list[list[tuple[float, str, bool]]]:
    why = explain(make_bom(**tables), on=ON, top=top, reading=reading)
    return [[(f.value, f.unit, f.divides) for f in path.factors] for path in why.paths.largest]


def magnet(**declared: Any) -> dict[str, Any]:
    return {
        "parts": [
            {"part_number": "pump", "unit_value": 900.0, "currency": "USD"},
            {"part_number": "magnet", "mass": 1.0, "mass_unit": "kg", "unit_value": 40.0, "currency": "USD"},
        ],
        "lines": [("pump", "magnet", 2)],
        "declarations": [{"part_number": "magnet", "material_origin": "CN", **declared}],
        "prices": PRICES,
        "rates": RATES,
    }


def test_by_mass_it_is_kilograms_times_the_price_as_it_was_quoted() -> None:
    by_weight = magnet(material="dysprosium_metal", amount=4.2, basis="wt_percent")
    assert explained(**by_weight) == [[(0.042, "kg", False), (274.3, "USD/kg", False)]]
    in_yuan = magnet(material="terbium_metal", amount=42.0, basis="g_per_piece")
    assert explained(**in_yuan) == [[(0.042, "kg", False), (8760.0, "CNY/kg", False), (7.2, "CNY/USD", True)]]


def test_by_value_it_is_per_cent_of_the_article_or_the_amount_in_its_currency() -> None:
    by_percent = magnet(material="terbium_metal", amount=5.0, basis="value_percent")
    assert explained(**by_percent) == [[(5.0, "%", False), (40.0, "USD", False)]]
    in_yuan = magnet(material="terbium_metal", amount=72.0, basis="value_per_piece", currency="CNY")
    assert explained(**in_yuan) == [[(72.0, "CNY", False), (7.2, "CNY/USD", True)]]


def test_a_supplier_counts_with_its_share_of_supply() -> None:
    tables = magnet(material="dysprosium_metal", amount=42.0, basis="g_per_piece")
    tables["declarations"][0]["material_origin"] = None
    tables["sourcing"] = [
        {"part_number": "magnet", "supplier": "Sample A", "share_percent": 60.0, "origin": "CN"},
        {"part_number": "magnet", "supplier": "Sample B", "share_percent": 40.0, "origin": "JP"},
    ]
    assert explained(**tables)[0][-1] == (60.0, "% of supply", False)


def test_a_form_nobody_named_is_printed_at_its_most() -> None:
    tables = magnet(material="dysprosium", amount=42.0, basis="g_per_piece")
    [path] = explain(make_bom(**tables), on=ON).paths.largest
    assert (path.end, path.typical) == ("high", 0.0)
    assert [factor.unit for factor in path.factors] == ["kg", "USD/kg"]
    assert product(path) == pytest.approx(path.high)


def test_a_whole_item_is_counted_by_its_value_and_not_by_the_grams_in_it() -> None:
    tables = magnet(material="dysprosium_metal", amount=42.0, basis="g_per_piece")
    tables["parts"][1] |= {"item_class": "ndfeb_magnet", "origin": "CN"}
    assert explained(reading=Reading(numerator="annex1_china"), **tables) == [
        [(100.0, "%", False), (40.0, "USD", False)]
    ]


def test_a_line_that_stands_for_itself_leaves_the_others_out() -> None:
    tables = magnet(material="dysprosium_metal", amount=42.0, basis="g_per_piece")
    tables["declarations"].append(
        {"part_number": "magnet", "material": "terbium_metal", "amount": 1.0, "basis": "g_per_piece"}
    )
    why = explain(make_bom(**tables), on=ON, reading=Reading(aggregation="per_line"))
    assert [share.name for share in why.by("material").shares] == ["dysprosium_metal"]


def test_what_nothing_limits_comes_first_and_has_no_product() -> None:
    tables = magnet(material="dysprosium_metal", amount=42.0, basis="g_per_piece")
    tables["parts"].append({"part_number": "motor", "description": "BLDC motor"})
    tables["lines"].append(("pump", "motor", 3))
    why = explain(make_bom(**tables), on=ON, top=1)
    [path] = why.paths.largest
    assert (path.part_numbers, path.factors, path.value) == (("pump", "motor"), (), None)
    assert (why.paths.left_out, why.paths.rest.high) == (1, None)


def test_of_what_nothing_limits_the_least_is_printed() -> None:
    tables = magnet(material="terbium_metal", amount=2.0, basis="value_percent", scope="whole")
    tables["parts"][1]["unit_value"] = None
    tables["parts"].append({"part_number": "steel", "unit_value": 5.0, "currency": "USD"})
    tables["lines"] += [("magnet", "steel", 1), ("magnet", "coating", 1)]
    [path] = explain(make_bom(**tables), on=ON).paths.largest
    assert (path.end, path.value, path.typical, path.high) == ("low", pytest.approx(0.2), None, None)
    assert product(path) == pytest.approx(path.low)


def test_more_paths_than_can_be_counted_may_be_asked_for() -> None:
    tables = magnet(material="terbium_metal", amount=42.0, basis="g_per_piece")
    assert len(explain(make_bom(**tables), on=ON, top=10**30).paths.largest) == 1


def diamonds(levels: int, limited: bool = True) -> dict[str, Any]:
    """A ladder on which the number of paths doubles at every level."""
    lines = [(f"P{level}", f"P{level + 1}{side}", 1 + (side == "b")) for level in range(levels) for side in ("a", "b")]
    lines += [(f"P{level + 1}{side}", f"P{level + 1}", 1) for level in range(levels) for side in ("a", "b")]
    part = {"part_number": f"P{levels}", "description": "" if limited else "BLDC motor"}
    declared = [{"part_number": f"P{levels}", **TERBIUM, "amount": 0.5}] if limited else []
    return {"lines": lines, "parts": [part], "declarations": declared}


@pytest.mark.parametrize("limited", [True, False])
def test_two_to_the_power_of_sixty_paths_are_not_walked(limited: bool) -> None:
    why = explain(make_bom(**diamonds(60, limited)), on=ON, top=5)
    assert len(why.paths.largest) == 5
    assert why.paths.left_out >= MOST_COUNTED - 5
    if limited:
        assert [path.value for path in why.paths.largest] == [2.0**59] + 4 * [2.0**58]
        assert why.paths.rest.high == pytest.approx(0.5 * 3.0**60 - 6 * 2.0**58, rel=1e-12)
    else:
        assert why.paths.largest[0].factors == ()


def test_a_deep_chain_is_no_recursion() -> None:
    lines = [(f"P{level}", f"P{level + 1}", 1) for level in range(5_000)]
    why = explain(make_bom(lines=lines, declarations=[{"part_number": "P5000", **TERBIUM, "amount": 0.5}]), on=ON)
    assert len(why.paths.largest[0].part_numbers) == len(why.dilution.stages) == 5_001


@given(boms())
@settings(max_examples=100, deadline=None)
def test_the_dilution_is_that_of_the_assessment(tables: dict[str, Rows]) -> None:
    calculation = calculate(make_bom(**tables), ON)
    items = {item.part_number: item for good in conclude(calculation).goods for item in good.tested_items}
    for good in conclude(calculation).goods:
        found = explain(calculation, good.part_number).dilution
        way = tuple(stage.part_number for stage in found.stages)
        assert way == (good.dilution or (good.part_number,))
        assert found.first_below == (good.first_below if good.dilution else found.first_below)
        for stage in found.stages[:-1]:
            assert (stage.share, stage.verdict) == (items[stage.part_number].share, items[stage.part_number].verdict)
        assert found.stages[-1].quantity == 1.0


def test_the_share_falls_along_the_way_until_it_is_below() -> None:
    bom = bom_from_tables(
        parts={"part_number": ["car", "motor", "magnet"], "unit_value": [40_000.0, 800.0, 10.0]},
        lines={"parent": ["car", "motor"], "child": ["motor", "magnet"], "quantity": [1.0, 8.0]},
        declarations={
            "part_number": ["magnet"],
            "material": ["terbium_metal"],
            "amount": [0.5],
            "basis": ["value_per_piece"],
            "material_origin": ["CN"],
        },
    )
    found = explain(bom, "car", on=ON, reading=Reading(scrap="neither")).dilution
    assert [(s.part_number, s.quantity, s.verdict) for s in found.stages] == [
        ("magnet", 8.0, "at_or_above"),
        ("motor", 1.0, "at_or_above"),
        ("car", 1.0, "below"),
    ]
    assert found.stages[0].share == Interval(0.05, 0.05, 0.05)
    assert found.first_below == "car"
    assert all(a.share.high > b.share.high for a, b in pairwise(found.stages))
