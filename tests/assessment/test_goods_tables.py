"""The tables of a catalogue say what `conclude` says good by good."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.assessment import Assessment, GoodsTables, calculate, conclude, tabulate_goods
from deminimis.assessment.result import CONTRIBUTION_FIELDS
from deminimis.model import Reading
from tests.builders import make_bom
from tests.strategies import Rows, boms

ON = "2026-11-22"
READINGS = (Reading(), Reading(level="tested_item"), Reading(level="every_node", numerator="part1_any_origin"))


def interval(row: dict[str, Any], name: str) -> dict[str, float | None]:
    return {end: row[f"{name}_{end}"] for end in ("low", "typical", "high")}


def check_goods(result: Assessment, tables: GoodsTables) -> None:
    for good, row in zip(result.goods, tables.goods.to_pylist(), strict=True):
        assert (row["part_number"], row["verdict"]) == (good.part_number, good.verdict)
        for name in ("article_value", "controlled_value", "share", "break_even_value"):
            assert interval(row, name) == getattr(good, name).as_dict()
        assert {name: row[f"route_{name}"] for name in good.routes} == good.routes
        assert row["margin"] == good.margin
        assert (row["first_below"], row["valid_until"]) == (good.first_below, good.valid_until)
        assert (row["currency"], row["description"]) == (good.currency, good.description)
        assert bool(row["reasons"]) == (good.verdict == "undetermined")


def check_details(result: Assessment, tables: GoodsTables) -> None:
    items = [(g.part_number, i.part_number, i.share.as_dict(), i.verdict) for g in result.goods for i in g.tested_items]
    rows = tables.tested_items.to_pylist()
    assert [(r["good"], r["part_number"], interval(r, "share"), r["verdict"]) for r in rows] == items
    brought = [
        {"good": g.part_number, **{name: getattr(c, name) for name in CONTRIBUTION_FIELDS}}
        for g in result.goods
        for c in g.contributions
    ]
    assert tables.contributions.to_pylist() == brought


@given(boms(), st.sampled_from(READINGS))
@settings(max_examples=300, deadline=None)
def test_tables_say_what_the_assessment_says(rows: dict[str, Rows], reading: Reading) -> None:
    calculation = calculate(make_bom(**rows), ON, reading)
    result, tables = conclude(calculation), tabulate_goods(calculation)
    check_goods(result, tables)
    check_details(result, tables)
    assert tables.findings.to_pylist() == [f.as_dict() for f in result.findings]


def motors() -> dict[str, Rows]:
    """An estimate without value, an open value, an error, a good without anything, and a plain one."""
    return {
        "parts": [
            {"part_number": "PLAIN", "unit_value": 900.0, "description": "Pump"},
            {"part_number": "M", "description": "Servo motor"},
            {"part_number": "MAGNET", "unit_value": 4.0},
            {"part_number": "SCREW", "unit_value": 0.1},
        ],
        "lines": [
            {"parent": "PLAIN", "child": "MAGNET", "quantity": 4.0},
            {"parent": "OPEN", "child": "M", "quantity": 1.0},
            {"parent": "BARE", "child": "SCREW", "quantity": 8.0},
            {"parent": "ERROR", "child": "MAGNET", "quantity": None},
        ],
        "declarations": [
            {"part_number": "MAGNET", "material": "terbium_metal", "amount": 0.5, "basis": "value_per_piece",
             "material_origin": "China", "valid_to": "2026-12-31"},
        ],
    }  # fmt: skip


@pytest.mark.parametrize("reading", READINGS)
def test_open_values_errors_and_empty_goods_are_the_same_in_both(reading: Reading) -> None:
    calculation = calculate(make_bom(**motors()), ON, reading)
    result, tables = conclude(calculation), tabulate_goods(calculation)
    check_goods(result, tables)
    check_details(result, tables)
    assert {good.verdict for good in result.goods} == {"at_or_above", "below", "undetermined"}


def test_details_can_be_left_out_and_the_verdicts_stay() -> None:
    for reading in READINGS:
        calculation = calculate(make_bom(**motors()), ON, reading)
        short, whole = tabulate_goods(calculation, details=False), tabulate_goods(calculation)
        assert short.goods.equals(whole.goods)
        assert (len(short.tested_items), len(short.contributions)) == (0, 0)
        assert short.contributions.schema == whole.contributions.schema
