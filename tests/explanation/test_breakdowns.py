"""Every breakdown adds up to the controlled value, and says the same as the assessment."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis import Explanation, Reading, assess, calculate, conclude, explain
from deminimis.errors import QuestionError
from tests.builders import make_bom
from tests.strategies import Rows, boms

ON = "2026-11-22"
ENDS = ("low", "typical", "high")
TERBIUM = {"material": "terbium_metal", "basis": "value_per_piece", "material_origin": "CN"}
readings = st.sampled_from(
    [
        Reading(),
        Reading(aggregation="per_line"),
        Reading(aggregation="per_line", numerator="part1_any_origin"),
        Reading(scrap="both", unknown_origin="china"),
        Reading(level="every_node", sourcing="worst"),
    ]
)


def pump(**more: Any) -> dict[str, Any]:
    return {
        "parts": [{"part_number": "pump", "unit_value": 950.0}],
        "lines": [("pump", "rotor", 2), ("rotor", "magnet", 4), ("pump", "sensor", 1)],
        "declarations": [
            {"part_number": "magnet", **TERBIUM, "amount": 0.25, "supplier": "Sample A", "evidence": "lab"},
            {"part_number": "sensor", **TERBIUM, "amount": 0.5, "evidence": "datasheet"},
        ],
        **more,
    }


def explained(part_number: str | None = None, reading: Reading | None = None, **tables: Any) -> Explanation:
    return explain(make_bom(**tables), part_number, on=ON, reading=reading)


@given(boms(), readings)
@settings(max_examples=150, deadline=None)
def test_every_breakdown_and_the_paths_add_up_to_the_controlled_value_of_every_part(
    tables: dict[str, Rows], reading: Reading
) -> None:
    calculation = calculate(make_bom(**tables), ON, reading)
    for part_number in calculation.part_numbers:
        why = explain(calculation, part_number, top=3)
        for end in ENDS:
            whole = getattr(why.controlled_value, end)
            for breakdown in why.breakdowns:
                assert getattr(breakdown.total, end) == pytest.approx(whole, rel=1e-12, abs=1e-300)
            shown = sum(getattr(path, end) for path in why.paths.largest)
            assert shown + getattr(why.paths.rest, end) == pytest.approx(whole, rel=1e-12, abs=1e-300)
        for breakdown in why.breakdowns:
            parts = [share.of_all for share in breakdown.shares if share.of_all is not None]
            assert not parts or sum(parts) == pytest.approx(1, rel=1e-12)


@given(boms())
@settings(max_examples=60, deadline=None)
def test_a_part_brings_in_an_explanation_what_it_contributes_in_an_assessment(tables: dict[str, Rows]) -> None:
    calculation = calculate(make_bom(**tables), ON)
    for good in conclude(calculation).goods:
        contributed: dict[str, float] = defaultdict(float)
        for line in good.contributions:
            contributed[line.part_number] += line.high or 0.0
        shares = explain(calculation, good.part_number).by("part").shares
        assert {share.name: share.high for share in shares} == pytest.approx(contributed, rel=1e-12)


def test_lines_parts_suppliers_and_evidence_are_named() -> None:
    why = explained(**pump())
    assert [(share.name, share.typical, share.quantity, share.row) for share in why.by("line").shares] == [
        ("rotor", 2.0, 2.0, 2),
        ("sensor", 0.5, 1.0, 4),
    ]
    assert [(share.name, share.quantity) for share in why.by("part").shares] == [("magnet", 8.0), ("sensor", 1.0)]
    assert [(share.name, share.of_all) for share in why.by("evidence").shares] == [("lab", 0.8), ("datasheet", 0.2)]
    assert [share.name for share in why.by("supplier").shares] == ["Sample A", ""]
    with pytest.raises(KeyError):
        why.by("colour")


def test_a_part_explains_its_own_content_beside_its_lines_and_its_record_names_the_supplier() -> None:
    tables = pump(lines=[("pump", "magnet", 4)])
    tables["parts"].append({"part_number": "sensor", "supplier": "Sample B", "description": "encoder"})
    tables["declarations"].append({"part_number": "pump", **TERBIUM, "amount": 3.0})
    own, line = explained("pump", **tables).by("line").shares
    assert (own.name, own.typical, own.description, own.row) == ("pump", 3.0, "its own content", 0)
    assert (line.name, line.typical) == ("magnet", 1.0)
    [supplier] = explained("sensor", **tables).by("supplier").shares
    assert supplier.name == "Sample B"


def test_two_lines_of_one_child_stay_two_lines() -> None:
    shares = explained(**pump(lines=[("pump", "magnet", 1), ("pump", "magnet", 3)])).by("line").shares
    assert [(share.name, share.quantity, share.row) for share in shares] == [("magnet", 3.0, 3), ("magnet", 1.0, 2)]


def test_what_lies_beneath_a_covering_declaration_is_not_counted() -> None:
    tables = pump()
    tables["declarations"].append({"part_number": "rotor", **TERBIUM, "amount": 7.0, "scope": "whole"})
    assert [(share.name, share.typical) for share in explained(**tables).by("part").shares] == [
        ("rotor", 14.0),
        ("sensor", 0.5),
    ]


def test_a_declaration_out_of_its_dates_is_no_evidence() -> None:
    tables = pump()
    tables["declarations"][0]["valid_to"] = "2025-01-01"
    assert {share.name for share in explained(**tables).by("evidence").shares} == {"lapsed", "datasheet"}


def test_without_a_limit_there_is_no_typical_value_and_no_part_of_the_whole() -> None:
    tables = pump()
    tables["parts"].append({"part_number": "motor", "description": "BLDC motor"})
    tables["lines"].append(("pump", "motor", 1))
    first, *others = explained(**tables).by("part").shares
    assert (first.name, first.low, first.typical, first.high) == ("motor", 0.0, None, None)
    assert all(share.of_all is None for share in (first, *others))
    assert explained(**tables).by("part").total.high is None


def test_numbers_beyond_all_measure_have_no_limit_and_do_not_stop_the_explanation() -> None:
    lines = [(f"P{level}", f"P{level + 1}", 1e200) for level in range(3)]
    why = explained(lines=lines, declarations=[{"part_number": "P3", **TERBIUM, "amount": 1.0}])
    assert why.verdict == "undetermined"
    assert why.by("material").shares[0].high is None
    assert "more than can be calculated" in why.witness.errors[0]


@pytest.mark.parametrize("level", ["finished_good", "tested_item", "every_node"])
def test_the_verdict_is_that_of_the_assessment_at_every_level(level: Any) -> None:
    tables = pump(parts=[{"part_number": "pump", "unit_value": 1e6}, {"part_number": "magnet", "unit_value": 5.0}])
    reading = Reading(level=level)
    why, good = explained("pump", reading, **tables), assess(make_bom(**tables), ON, reading).good("pump")
    assert (why.verdict, why.share) == (good.verdict, good.share)
    assert why.decided_by == ("" if level == "finished_good" else "rotor")
    assert not why.decided_by or good.reasons[0].startswith(f"{why.decided_by} inside it")
    assert why.witness.proves == "below"


def test_the_only_good_needs_no_name() -> None:
    assert explained(**pump()).part_number == "pump"


def test_of_several_goods_one_is_to_be_named_and_the_worst_are_listed() -> None:
    goods = [{"part_number": f"G{i}", "unit_value": 100.0 * (i + 1), "finished_good": "yes"} for i in range(8)]
    lines = [(f"G{i}", "magnet", 1) for i in range(8)]
    declared = [{"part_number": "magnet", **TERBIUM, "amount": 0.25}]
    with pytest.raises(QuestionError, match=r"8 finished goods, the worst first G0, G1, G2, .* and 3 more: name one"):
        explained(parts=goods, lines=lines, declarations=declared)


def test_questions_that_cannot_be_answered_as_they_are_put() -> None:
    none = {"part_number": "pump", "finished_good": "no"}
    with pytest.raises(QuestionError, match="no finished good: name the part"):
        explained(**pump(parts=[none]))
    with pytest.raises(QuestionError, match="magnt is no part of this bill of materials: did you mean magnet"):
        explained("magnt", **pump())
    with pytest.raises(QuestionError, match="0 paths cannot be shown"):
        explain(make_bom(**pump()), top=0)


def test_the_dictionary_is_plain_and_whole() -> None:
    document = json.loads(json.dumps(explained(**pump()).as_dict()))
    assert document["schema"] == "deminimis/explanation/1"
    assert document["rule"]["threshold"] == "0.001"
    assert document["on"] == ON
    assert set(document) >= {"version", "reading", "inputs", "reference", "paths", "witness", "dilution"}
    assert set(document["breakdowns"]) == {"line", "part", "material", "supplier", "evidence"}


def test_a_part_without_controlled_content_has_nothing_to_break_down() -> None:
    tables = pump(lines=[("pump", "screw", 4)], declarations=[])
    why = explained(**tables)
    assert (why.verdict, why.witness.sum, why.paths.largest, why.by("line").shares) == ("below", 0, (), ())
    assert why.dilution.stages[0].part_number == "pump"
