"""What proves a verdict: against every subset of the parts, at the line in fractions, and what is left open."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis import Reading, explain
from deminimis.explanation import Witness
from tests.builders import make_bom
from tests.oracle import Oracle
from tests.strategies import Rows, boms

ON = "2026-11-22"
TERBIUM = {"material": "terbium_metal", "basis": "value_per_piece", "material_origin": "CN"}
THRESHOLD = Fraction(1, 1000)


def witness_of(reading: Reading | None = None, **tables: Any) -> Witness:
    return explain(make_bom(**tables), "good", on=ON, reading=reading).witness


def good(value: float | None, *amounts: float, **declared: Any) -> dict[str, Any]:
    """A good of a value with one part for each amount of terbium."""
    parts = [f"M{i}" for i in range(len(amounts))]
    return {
        "parts": [{"part_number": "good", "unit_value": value}],
        "lines": [("good", part) for part in parts],
        "declarations": [
            {"part_number": part, **TERBIUM, "amount": amount, **declared}
            for part, amount in zip(parts, amounts, strict=True)
        ],
    }


def fewest_of_all(contributed: list[Fraction], line: Fraction) -> int:
    """Return by trying every subset how few contributions reach the line."""
    sizes = range(1, len(contributed) + 1)
    return next(k for k in sizes if any(sum(some) >= line for some in combinations(contributed, k)))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(1, 100))
@settings(max_examples=200, deadline=None)
def test_no_fewer_parts_reach_the_line(cents: list[int], value: int) -> None:
    amounts = [cent / 100 for cent in cents]
    contributed = [Fraction(cent, 100) for cent in cents]
    witness = witness_of(**good(float(value * 10), *amounts))
    if sum(contributed) < THRESHOLD * value * 10:
        assert witness.proves == "below"
        return
    assert witness.proves == "at_or_above"
    assert len(witness.parts) == fewest_of_all(contributed, THRESHOLD * value * 10)
    assert witness.not_needed == len(cents) - len(witness.parts)


@given(boms())
@settings(max_examples=150, deadline=None)
def test_the_proof_holds_in_exact_arithmetic(tables: dict[str, Rows]) -> None:
    oracle, witness = Oracle(**tables), explain(make_bom(**tables), "P0", on=ON).witness
    low, _, high = oracle.controlled("P0")
    assert witness.proves == oracle.verdict("P0")
    assert witness.line == pytest.approx(float(THRESHOLD * oracle.value("P0")), rel=1e-12)
    if witness.proves == "at_or_above":
        named = {held.part_number for held in witness.parts}
        proven = Oracle(**{**tables, "declarations": silenced(tables["declarations"], named)}).controlled("P0")[0]
        assert low >= proven >= THRESHOLD * oracle.value("P0")
        assert witness.sum == pytest.approx(float(proven), rel=1e-12)
    elif witness.proves == "below":
        assert witness.sum == pytest.approx(float(high), rel=1e-12)
        assert sum(held.high or 0.0 for held in witness.parts) == pytest.approx(float(high), rel=1e-12)
    else:
        assert all(held.high is None or held.low < held.high for held in witness.parts)
        assert all(held.missing for held in witness.parts)


def silenced(declarations: Rows, named: set[str]) -> Rows:
    """The declarations of the named parts; of the others what they cover stays covered, with nothing in it."""
    return [d if d["part_number"] in named else {**d, "amount": 0.0, "low": None, "high": None} for d in declarations]


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        ((0.1, 0.2, 0.3, 0.4), 4),
        ((0.7, 0.2, 0.1, 0.05), 3),  # one ulp short of 1 in floats
        ((0.999999999999, 0.000000000001, 0.3), 2),
    ],
)
def test_at_the_line_the_sum_is_compared_in_fractions(amounts: tuple[float, ...], parts: int) -> None:
    witness = witness_of(**good(1000.0, *amounts))
    assert witness.exact
    assert len(witness.parts) == parts


def test_far_from_the_line_no_fractions_are_needed() -> None:
    witness = witness_of(**good(100.0, 0.5, 0.5))
    assert not witness.exact
    assert [held.part_number for held in witness.parts] == ["M0"]


def test_just_below_the_line_the_bound_says_that_it_was_compared_exactly() -> None:
    witness = witness_of(**good(1000.0, 0.4, 0.5999999999999))
    assert (witness.proves, witness.exact) == ("below", True)


def test_each_line_of_part_1_for_itself_is_proven_by_the_parts_of_that_line_alone() -> None:
    tables = good(1000.0, 0.9, 0.2)
    tables["declarations"].append({**tables["declarations"][0], "material": "dysprosium_metal", "amount": 5.0})
    witness = witness_of(Reading(aggregation="per_line"), **tables)
    assert [(held.part_number, held.low) for held in witness.parts] == [("M0", 5.0)]
    assert witness.not_needed == 0


def test_what_is_not_proven_is_named_with_the_largest_gap_first() -> None:
    tables = good(1000.0, 0.9, 20.0, 3.0, 5.0)
    told = tables["declarations"]
    told[0] |= {"material_origin": "CN"}
    told[1] |= {"material_origin": None}
    told[2] |= {"valid_to": "2025-01-01"}
    told[3] |= {"low": 4.0, "high": 6.0, "material_origin": None, "evidence": "grade_table"}
    told[0]["amount"] = 0.1
    witness = witness_of(**{**tables, "parts": [{"part_number": "good", "unit_value": 9000.0}]})
    assert witness.proves == "undetermined"
    assert [(held.part_number, held.missing) for held in witness.parts] == [
        ("M1", ("origin not known",)),
        ("M3", ("content not declared", "origin not known")),
        ("M2", ("its declaration is out of its dates",)),
    ]
    assert witness.not_needed == 1


def test_a_range_of_amounts_is_what_is_not_proven_where_nothing_else_is() -> None:
    [held] = witness_of(**good(1000.0, 1.0, low=0.5, high=1.5)).parts
    assert held.missing == ("its amount or price is a range",)


def test_a_form_or_a_price_that_is_missing_is_named() -> None:
    tables = good(1000.0, 1.0)
    tables["declarations"][0] |= {"material": "dysprosium", "basis": "g_per_piece", "amount": 900.0}
    assert witness_of(**tables).parts[0].missing == ("form not known",)
    motor = {"parts": [{"part_number": "good", "unit_value": 9.0}, {"part_number": "M", "description": "BLDC motor"}]}
    [held] = witness_of(**motor, lines=[("good", "M")]).parts
    assert held.high is None
    assert "neither mass nor value known" in held.missing


def test_a_material_without_a_price_is_named() -> None:
    tables = good(1000.0, 1.0, basis="g_per_piece")
    witness = witness_of(Reading(price_basis="other"), **tables)
    assert witness.sum is None
    assert witness.parts[0].missing == ("no price of terbium metal",)


def test_parts_without_a_value_are_named() -> None:
    tables = good(None, 0.1, 0.2)
    tables["parts"].append({"part_number": "M0", "unit_value": 5.0})
    tables["lines"] = [*tables["lines"], ("good", "box"), ("box", "M1"), ("box", "lid")]
    witness = witness_of(**tables)
    assert witness.without_value == ("M1", "lid")
    assert witness.parts == ()


def test_errors_in_the_data_are_named_with_their_place() -> None:
    tables = good(1000.0, 5.0)
    tables["lines"] = [("good", "M0", 1), {"parent": "good", "child": "box", "quantity": 2.0, "unit": "furlong"}]
    [error] = witness_of(**tables).errors
    assert error.startswith("bom0.xlsx, lines row 3: ")
    assert "furlong" in error
    unread = {**tables, "lines": [("good", "M0", 1), {"parent": "good", "child": "box", "quantity": None}]}
    assert witness_of(**unread).errors == ("good: an error in its data",)


def test_what_nobody_declared_is_counted_where_a_part_is_below() -> None:
    tables = good(1e6, 0.5, 0.5)
    tables["lines"] += [("good", "box"), ("box", "lid"), ("box", "screw", 4), ("M0", "wire"), ("good", "screw")]
    tables["declarations"][0]["scope"] = "whole"
    tables["declarations"].append({"part_number": "lid", "material": "none"})
    assert witness_of(**tables).assumed_free == 1  # the screw; the wire lies beneath a declaration for the whole
