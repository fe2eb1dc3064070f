"""Which parts to ask about, in which order, and what is missing of each."""

from __future__ import annotations

from typing import Any

from deminimis.assessment import assess
from deminimis.assessment.questions import Question, questions_of
from deminimis.model import Reading
from tests.builders import make_bom

ON = "2026-11-22"
TERBIUM = {"material": "terbium_metal", "amount": 1.0, "basis": "value_per_piece", "evidence": "signed"}
MOTORS = [
    {"part_number": "motor", "unit_value": 100.0},
    {"part_number": "pump", "unit_value": 5000.0},
    {"part_number": "magnet", "description": "Sample block", "supplier": "Sample supplier A"},
]
IN_MOTOR = [("motor", "magnet")]


def asked(reading: Reading | None = None, **tables: Any) -> tuple[Question, ...]:
    bom = make_bom(**tables)
    return questions_of(assess(bom, ON, reading), bom)


def declared(**more: Any) -> list[dict[str, Any]]:
    return [{"part_number": "magnet", **TERBIUM, **more}]


def missing(reading: Reading | None = None, **tables: Any) -> tuple[str, ...]:
    tables = {"parts": MOTORS, "lines": IN_MOTOR, **tables}
    return next((q.missing for q in asked(reading, **tables)), ())


def test_a_proven_verdict_asks_nothing() -> None:
    assert missing(declarations=declared(material_origin="CN")) == ()
    assert missing(declarations=declared(material_origin="JP")) == ()


def test_what_is_missing_is_said() -> None:
    assert missing(declarations=declared()) == ("origin",)
    assert missing(declarations=declared(material="terbium", material_origin="CN")) == ("form",)
    assert missing(declarations=declared(material="terbium")) == ("form", "origin")
    undeclared = [*MOTORS[:2], {**MOTORS[2], "item_class": "ndfeb_magnet", "mass": 50.0}]
    assert missing(parts=undeclared) == ("content", "form", "origin")


def test_an_expired_declaration_is_asked_for_again() -> None:
    assert missing(declarations=declared(material_origin="CN", valid_to="2026-01-31")) == (
        "a declaration that has not expired",
    )


def test_weight_per_cent_without_mass_asks_for_the_grams() -> None:
    parts = [MOTORS[0], {**MOTORS[2], "unit_value": 2.0}]
    by_weight = declared(basis="wt_percent", material_origin="CN")
    assert "grams per piece, for its mass is not known" in missing(parts=parts, declarations=by_weight)


def test_the_supplier_who_was_silent_is_the_one_asked() -> None:
    sourcing = [{"part_number": "magnet", "supplier": name, "share_percent": 50.0} for name in ("Sample A", "Sample B")]
    found = asked(
        parts=MOTORS,
        lines=IN_MOTOR,
        sourcing=sourcing,
        declarations=declared(supplier="Sample A", material_origin="CN"),
    )
    # Half of it is proven and at or above the line already, so nobody need be asked.
    assert found == ()
    dear = [{**MOTORS[0], "unit_value": 900.0}, *MOTORS[1:]]
    found = asked(
        parts=dear, lines=IN_MOTOR, sourcing=sourcing, declarations=declared(supplier="Sample A", material_origin="CN")
    )
    assert [(q.suppliers, q.missing) for q in found] == [(("Sample B",), ("origin", "a declaration of this supplier"))]


def test_description_and_supplier_come_from_the_bom() -> None:
    bom = make_bom(parts=MOTORS, lines=IN_MOTOR, declarations=declared())
    result = assess(bom, ON)
    (with_bom,), (without,) = questions_of(result, bom), questions_of(result)
    assert (with_bom.description, with_bom.suppliers) == ("Sample block", ("Sample supplier A",))
    assert (without.description, without.suppliers) == ("", ())
    assert with_bom.as_dict() == {
        "rank": 1,
        "part_number": "magnet",
        "description": "Sample block",
        "suppliers": ["Sample supplier A"],
        "missing": ["origin"],
        "goods": 1,
        "high": 1.0,
    }


def test_most_open_goods_first_then_the_largest_value_then_the_number() -> None:
    names = ("motor", "pump", "shared", "small", "also small", "large", "boundless")
    parts = [{"part_number": name, "unit_value": 100.0 if name in ("motor", "pump") else None} for name in names]
    lines = [("motor", "shared"), ("pump", "shared"), ("motor", "small"), ("motor", "large", 3), ("motor", "boundless")]
    lines += [("motor", "also small")]
    amounts = {"shared": 0.2, "small": 0.3, "also small": 0.3, "large": 1.0}
    rows = [{**declared(amount=amount)[0], "part_number": part} for part, amount in amounts.items()]
    rows.append({**declared()[0], "part_number": "boundless", "basis": "wt_percent"})
    found = asked(parts=parts, lines=lines, declarations=rows)
    order = [("shared", 2, 0.2), ("boundless", 1, None), ("large", 1, 3.0), ("also small", 1, 0.3), ("small", 1, 0.3)]
    assert [(q.part_number, q.goods, q.high) for q in found] == order
    assert [q.rank for q in found] == [1, 2, 3, 4, 5]


def test_a_good_that_rests_on_an_assumption_is_open_though_at_or_above() -> None:
    parts = [MOTORS[0], MOTORS[2]]
    as_china = Reading(unknown_origin="china")
    tables: dict[str, Any] = {"parts": parts, "lines": IN_MOTOR, "declarations": declared()}
    assert assess(make_bom(**tables), ON, as_china).goods[0].verdict == "at_or_above"
    assert missing(as_china, **tables) == ("origin",)
    proven = [*declared(), {**declared(material_origin="CN")[0], "part_number": "other"}]
    both = {"parts": parts, "lines": [*IN_MOTOR, ("motor", "other")], "declarations": proven}
    assert missing(as_china, **both) == ()


def test_origin_is_not_asked_where_the_reading_counts_any() -> None:
    assert missing(Reading(numerator="part1_any_origin"), declarations=declared(material="terbium")) == ("form",)


def test_a_price_nobody_knows_is_no_question_to_a_supplier() -> None:
    grams = declared(material="promethium_metal", basis="g_per_piece", material_origin="CN")
    prices = [{"material": "dysprosium_metal", "typical": 1.0, "unit": "kg"}]
    assert missing(declarations=grams, prices=prices) == ()
