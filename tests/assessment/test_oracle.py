"""The engine against the naive oracle, and the laws every rollup must keep."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.assessment import assess
from deminimis.model import Reading
from tests.builders import make_bom
from tests.oracle import Oracle
from tests.strategies import boms

ON = "2026-11-22"
Rows = dict[str, list[dict[str, Any]]]


def judged(rows: Rows, reading: Reading | None = None) -> Any:
    return assess(make_bom(**rows), ON, reading)


def close(a: Iterable[float], b: Iterable[Fraction]) -> None:
    for x, y in zip(a, b, strict=True):
        assert x == pytest.approx(float(y), rel=1e-12, abs=1e-300)


@settings(max_examples=400, deadline=None)
@given(boms())
def test_values_shares_and_verdicts_equal_the_oracle(rows: Rows) -> None:
    oracle = Oracle(**rows)
    result = judged(rows)
    assert result.goods
    for good in result.goods:
        controlled, value = oracle.controlled(good.part_number), oracle.value(good.part_number)
        close([good.article_value.typical], [value])
        close([good.controlled_value.low, good.controlled_value.typical, good.controlled_value.high], controlled)
        if value:
            close([good.share.low, good.share.typical, good.share.high], [c / value for c in controlled])
        assert good.verdict == oracle.verdict(good.part_number)
        for item in good.tested_items:
            assert item.verdict == oracle.verdict(item.part_number)


@settings(max_examples=150, deadline=None)
@given(boms())
def test_contributions_add_up_to_the_controlled_value(rows: Rows) -> None:
    for good in judged(rows).goods:
        assert sum(c.value for c in good.contributions) == pytest.approx(good.controlled_value.typical, rel=1e-12)
        assert sum(c.low for c in good.contributions) == pytest.approx(good.controlled_value.low, rel=1e-12)
        assert sum(c.high for c in good.contributions) == pytest.approx(good.controlled_value.high, rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(boms(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(rows: Rows, shuffler: Any) -> None:
    before = {g.part_number: (g.verdict, g.share.low, g.share.high) for g in judged(rows).goods}
    mixed = {name: shuffler.sample(table, len(table)) for name, table in rows.items()}
    for good in judged(mixed).goods:
        verdict, low, high = before[good.part_number]
        assert good.verdict == verdict
        assert good.share.low == pytest.approx(low, rel=1e-12)
        assert good.share.high == pytest.approx(high, rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(boms(), st.integers(0, 50), st.sampled_from([0.25, 0.5]))
def test_splitting_a_line_changes_nothing(rows: Rows, which: int, at: float) -> None:
    lines = list(rows["lines"])
    line = lines.pop(which % len(lines))
    halves = [{**line, "quantity": line["quantity"] * at}, {**line, "quantity": line["quantity"] * (1 - at)}]
    split = judged({**rows, "lines": [*lines, *halves]})
    for good, other in zip(judged(rows).goods, sorted(split.goods, key=lambda g: g.part_number), strict=True):
        assert other.share.high == pytest.approx(good.share.high, rel=1e-9)
        assert other.controlled_value.low == pytest.approx(good.controlled_value.low, rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(boms(), st.sampled_from([2.0, 1000.0, 0.125]))
def test_scaling_all_prices_changes_no_share(rows: Rows, factor: float) -> None:
    scaled = {
        **rows,
        "parts": [{**p, "unit_value": p["unit_value"] and p["unit_value"] * factor} for p in rows["parts"]],
        "prices": [{**p, "typical": p["typical"] * factor} for p in rows["prices"]],
        "declarations": [
            {**d, **{k: d[k] and d[k] * factor for k in ("low", "amount", "high")}}
            if d["basis"] == "value_per_piece"
            else d
            for d in rows["declarations"]
        ],
    }
    for good, other in zip(judged(rows).goods, judged(scaled).goods, strict=True):
        assert other.share.low == pytest.approx(good.share.low, rel=1e-9)
        assert other.share.high == pytest.approx(good.share.high, rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(boms(), st.integers(0, 50), st.sampled_from(["China", "Japan"]))
def test_learning_an_origin_never_widens_an_interval(rows: Rows, which: int, origin: str) -> None:
    unknown = [i for i, d in enumerate(rows["declarations"]) if not d["material_origin"]]
    if not unknown:
        return
    told = [dict(d) for d in rows["declarations"]]
    told[unknown[which % len(unknown)]]["material_origin"] = origin
    for good, other in zip(judged(rows).goods, judged({**rows, "declarations": told}).goods, strict=True):
        assert other.share.low >= good.share.low * (1 - 1e-12)
        assert other.share.high <= good.share.high * (1 + 1e-12)


@settings(max_examples=60, deadline=None)
@given(boms())
def test_unknown_origin_read_as_china_is_the_high_end_and_excluded_is_the_low_end(rows: Rows) -> None:
    base = judged(rows).goods
    strict = judged(rows, Reading(unknown_origin="china")).goods
    lenient = judged(rows, Reading(unknown_origin="excluded")).goods
    for good, high, low in zip(base, strict, lenient, strict=True):
        assert high.share.high == pytest.approx(good.share.high, rel=1e-12)
        assert low.share.low == pytest.approx(good.share.low, rel=1e-12)


def tree_of(rows: Rows, part: str, name: str, lines: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
    """Unfold a structure: every use of a part becomes a part of its own."""
    record = next(p for p in rows["parts"] if p["part_number"] == part)
    parts.append({**record, "part_number": name})
    for i, line in enumerate(r for r in rows["lines"] if r["parent"] == part):
        child = f"{name}.{i}"
        lines.append({**line, "parent": name, "child": child})
        tree_of(rows, line["child"], child, lines, parts)


@settings(max_examples=60, deadline=None)
@given(boms(most=5))
def test_a_diamond_equals_its_tree(rows: Rows) -> None:
    lines: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    tree_of(rows, "P0", "P0", lines, parts)
    names = {p["part_number"]: "P0" for p in parts}
    for name in names:
        origin = "P0"
        for step in name.split(".")[1:]:
            origin = [r for r in rows["lines"] if r["parent"] == origin][int(step)]["child"]
        names[name] = origin
    told = [{**d, "part_number": n} for n, of in names.items() for d in rows["declarations"] if d["part_number"] == of]
    shared = judged(rows).good("P0")
    tree = judged({**rows, "parts": parts, "lines": lines, "declarations": told}).good("P0")
    assert tree.article_value.typical == pytest.approx(shared.article_value.typical, rel=1e-9)
    assert tree.controlled_value.high == pytest.approx(shared.controlled_value.high, rel=1e-9)


@settings(max_examples=200, deadline=None)
@given(boms(), st.sampled_from([-1, 0, 1]))
def test_at_the_line_the_judgement_is_exact(rows: Rows, cents: int) -> None:
    """The good's value is set to 1000 x N where that is a short decimal, or a cent beside it."""
    oracle = Oracle(**{**rows, "declarations": [d for d in rows["declarations"] if d["material_origin"] == "China"]})
    low = oracle.controlled("P0")[0]
    value = low * 1000 + Fraction(cents, 100)
    if low == 0 or value <= 0 or Fraction(repr(float(value))) != value:
        return
    parts = [
        {**p, "unit_value": float(value), "currency": None} if p["part_number"] == "P0" else p for p in rows["parts"]
    ]
    declarations = [d for d in oracle.declarations if not (d["scope"] == "whole" and d["part_number"] == "P0")]
    exact = Oracle(**{**rows, "parts": parts, "declarations": declarations})
    assert judged({**rows, "parts": parts, "declarations": declarations}).good("P0").verdict == exact.verdict("P0")
