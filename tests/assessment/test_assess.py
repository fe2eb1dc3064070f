"""`assess` where tables meet: units, alternates, routes, calendar, readings, refusals."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pytest

from deminimis.assessment import Good, assess, assess_readings
from deminimis.errors import TableError
from deminimis.model import Reading
from tests.builders import make_bom

ON = "2026-11-22"
TERBIUM = {"material": "terbium_metal", "amount": 1.0, "basis": "value_per_piece", "material_origin": "CN"}


def magnet(**more: Any) -> list[dict[str, Any]]:
    return [{"part_number": "magnet", **TERBIUM, **more}]


def judged(reading: Reading | None = None, on: str = ON, **tables: Any) -> Good:
    return assess(make_bom(**tables), on, reading).goods[0]


def codes(**tables: Any) -> set[str]:
    return {f.code for f in assess(make_bom(**tables), ON).findings}


def test_a_line_by_weight_of_a_part_counted_in_pieces_goes_through_its_mass() -> None:
    parts = [{"part_number": "motor", "unit_value": 10.0}, {"part_number": "magnet", "mass": 50.0, "mass_unit": "g"}]
    lines = [{"parent": "motor", "child": "magnet", "quantity": 0.2, "unit": "kg"}]
    good = judged(parts=parts, lines=lines, declarations=magnet(amount=0.5))
    assert good.controlled_value.typical == pytest.approx(4 * 0.5)


def test_a_unit_that_does_not_fit_leaves_the_good_undetermined() -> None:
    parts = [{"part_number": "motor", "unit_value": 10.0}]
    lines = [{"parent": "motor", "child": "magnet", "quantity": 2.0, "unit": "m"}]
    assert judged(parts=parts, lines=lines, declarations=magnet()).verdict == "undetermined"
    assert "UNIT_MISMATCH" in codes(parts=parts, lines=lines)
    assert "UNIT_NOT_KNOWN" in codes(parts=parts, lines=[{**lines[0], "unit": "handful"}])


@pytest.mark.parametrize(
    ("shares", "verdict", "code"),
    [((None, None), "undetermined", "ALTERNATES_WITHOUT_SHARE"), ((60.0, 40.0), "at_or_above", None),
     ((60.0, 60.0), "at_or_above", "ALTERNATES_SHARE_SUM")],
)  # fmt: skip
def test_alternatives_need_their_share(shares: tuple[Any, Any], verdict: str, code: str | None) -> None:
    lines = [
        {"parent": "motor", "child": child, "quantity": 1.0, "alternate_group": "A", "usage_percent": share}
        for child, share in zip(("magnet", "ferrite"), shares, strict=True)
    ]
    tables = {"parts": [{"part_number": "motor", "unit_value": 100.0}], "lines": lines, "declarations": magnet()}
    assert judged(**tables).verdict == verdict
    alternates = {c for c in codes(**tables) if c.startswith("ALTERNATES")}
    assert alternates == ({code} if code else set())


def test_the_calendar_names_the_first_day_something_ends() -> None:
    tables = {
        "parts": [{"part_number": "motor", "unit_value": 100.0}],
        "lines": [
            {"parent": "motor", "child": "magnet", "quantity": 1.0, "valid_to": date(2027, 5, 1)},
            {"parent": "motor", "child": "shaft", "quantity": 1.0, "valid_from": date(2027, 4, 1)},
        ],
    }
    assert judged(**tables, declarations=magnet()).valid_until == date(2027, 3, 31)
    assert judged(**tables, declarations=magnet(valid_to=date(2026, 12, 31))).valid_until == date(2026, 12, 31)
    assert judged(on="2026-11-01", **tables).valid_until == date(2026, 11, 10)


def test_routes_without_a_threshold() -> None:
    tables = {"lines": [("motor", "magnet")], "declarations": magnet(amount=0.001)}

    def routes(motor: dict[str, Any], inside: dict[str, Any]) -> dict[str, str]:
        parts = [{"part_number": "motor", "unit_value": 100.0, **motor}, {"part_number": "magnet", **inside}]
        return judged(parts=parts, **tables).routes

    assert routes({}, {}) == {"value": "clear", "technology": "unknown", "origin": "unknown"}
    assert routes({"origin": "PRC"}, {"cn_technology": "yes"})["origin"] == "caught"
    assert routes({}, {"cn_technology": "yes"})["technology"] == "caught"
    assert routes({"origin": "Germany"}, {"cn_technology": "no"}) == {
        "value": "clear", "technology": "clear", "origin": "clear",
    }  # fmt: skip


def test_the_level_tested_is_a_choice() -> None:
    tables = {
        "parts": [{"part_number": "car", "unit_value": 40_000.0}, {"part_number": "magnet", "unit_value": 5.0}],
        "lines": [("car", "magnet")],
        "declarations": magnet(),
    }
    assert judged(**tables).verdict == "below"
    good = judged(Reading(level="tested_item"), **tables)
    assert good.verdict == "at_or_above"
    assert good.reasons == ("magnet inside it is at_or_above",)
    assert [(item.part_number, item.verdict) for item in good.tested_items] == [("magnet", "at_or_above")]


def test_a_chinese_magnet_counts_whole_under_the_broad_reading() -> None:
    tables = {
        "parts": [
            {"part_number": "motor", "unit_value": 800.0},
            {"part_number": "magnet", "unit_value": 20.0, "origin": "China", "item_class": "ndfeb_magnet"},
        ],
        "lines": [("motor", "magnet")],
        "declarations": magnet(amount=0.1),
    }
    assert judged(**tables).controlled_value.typical == pytest.approx(0.1)
    assert judged(Reading(numerator="annex1_china"), **tables).controlled_value.typical == pytest.approx(20.0)


@pytest.mark.parametrize(("origin", "low", "high"), [("China", 30.0, 30.0), ("Malaysia", 0.0, 0.0), (None, 0.0, 30.0)])
def test_a_part_that_is_the_material_counts_with_its_own_origin(origin: str | None, low: float, high: float) -> None:
    parts = [{"part_number": "Dy ingot", "unit_value": 30.0, "item_class": "part1_material", "origin": origin}]
    good = judged(parts=parts, lines=[("alloy", "Dy ingot")])
    assert (good.controlled_value.low, good.controlled_value.high) == (low, high)


def test_margin_headroom_and_break_even_agree() -> None:
    declared = [{**magnet()[0], "basis": "g_per_piece", "amount": 2.0}]
    prices = [{"material": "terbium_metal", "typical": 1000.0, "currency": "USD", "unit": "kg"}]
    parts = [{"part_number": "magnet", "unit_value": 5000.0, "finished_good": "yes", "currency": "USD"}]
    good = judged(parts=parts, declarations=declared, prices=prices)
    assert good.margin == pytest.approx(2.0 - 5.0)
    assert good.break_even_value.typical == pytest.approx(2000.0)
    assert good.headroom_grams == pytest.approx(3.0)
    assert good.headroom_material == "terbium_metal"


def test_an_article_without_value_has_a_break_even_and_no_verdict() -> None:
    good = judged(lines=[("motor", "magnet")], declarations=magnet())
    assert good.verdict == "undetermined"
    assert good.article_value.high is None
    assert good.break_even_value.typical == pytest.approx(1000.0)
    assert good.reasons == ("something in it has no value",)


def test_numbers_beyond_float_are_an_error_and_not_a_verdict() -> None:
    lines = [(f"P{i}", f"P{i + 1}", 1e300) for i in range(3)] + [("P3", "magnet", 1.0)]
    parts = [{"part_number": "magnet", "unit_value": 5.0}]
    result = assess(make_bom(parts=parts, lines=lines, declarations=magnet()), ON)
    assert result.goods[0].verdict == "undetermined"
    assert "NUMBER_TOO_LARGE" in {f.code for f in result.findings}
    assert result.goods[0].as_dict()["article_value"]["high"] is None


def test_the_readings_differ_only_where_the_law_is_open() -> None:
    parts = [{"part_number": "motor", "unit_value": 100.0}]
    matrix = assess_readings(make_bom(parts=parts, lines=[("motor", "magnet")], declarations=magnet()), ON)
    assert matrix.rows[0].choice == ""
    assert matrix.is_robust("motor")
    assert len({(row.choice, row.option) for row in matrix.rows}) == len(matrix.rows)
    assert {row.status for row in matrix.rows if row.option == "extended"} == {"suspended"}


def test_strict_mode_raises_with_the_findings() -> None:
    bom = make_bom(lines=[("A", "A")])
    with pytest.raises(TableError) as caught:
        assess(bom, ON, strict=True)
    assert "SELF_LOOP" in {f.code for f in caught.value.findings}  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(caught.value)).findings == caught.value.findings  # type: ignore[attr-defined]


def test_a_reading_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="scrap must be one of value_only, both, neither"):
        Reading(scrap="all")  # type: ignore[arg-type]


def test_a_good_is_found_by_its_number() -> None:
    result = assess(make_bom(lines=[("motor", "magnet")]), ON)
    assert result.good("motor").part_number == "motor"
    with pytest.raises(KeyError):
        result.good("pump")


def test_the_dilution_names_the_first_part_below_the_line() -> None:
    parts = [
        {"part_number": "car", "unit_value": 40_000.0},
        {"part_number": "motor", "unit_value": 500.0},
        {"part_number": "magnet", "unit_value": 5.0},
    ]
    lines = [("car", "seat"), ("car", "motor"), ("motor", "shaft"), ("motor", "magnet")]
    good = judged(parts=parts, lines=lines, declarations=magnet())
    assert good.dilution == ("magnet", "motor", "car")
    assert good.first_below == "car"
    assert good.as_dict()["dilution"] == {"path": ["magnet", "motor", "car"], "first_below": "car"}


def test_a_part_that_only_a_declaration_names_is_judged_again_at_the_line() -> None:
    parts = [{"part_number": "motor", "unit_value": 100.0}]
    declared = magnet(amount=1.0, basis="g_per_piece", material_origin=None)
    lines = [{"parent": "motor", "child": "magnet", "quantity": 1.0}]
    good = judged(parts=parts, lines=lines, declarations=declared)
    assert good.verdict == "undetermined"
    assert good.share.low == 0.0


@pytest.mark.parametrize(("evidence", "verdict"), [("lab", "at_or_above"), ("datasheet", "below")])
def test_none_at_all_does_not_hide_a_better_amount_of_the_part_itself(evidence: str, verdict: str) -> None:
    parts = [{"part_number": "motor", "unit_value": 100.0}]
    lines = [{"parent": "motor", "child": "magnet", "quantity": 1.0}]
    declared = [
        {"part_number": "magnet", "material": "none", "scope": "whole", "evidence": "signed"},
        *magnet(evidence=evidence),
    ]
    assert judged(parts=parts, lines=lines, declarations=declared).verdict == verdict
    assert "DECLARATION_CONFLICT" in codes(parts=parts, lines=lines, declarations=declared)


def test_near_the_line_a_blank_currency_still_means_that_of_the_whole_bill() -> None:
    """The part at the line names no currency; what the rest of the bill is priced in says what its number is."""

    def judged_at(value: float) -> Good:
        motor = {"part_number": "M", "unit_value": value, "finished_good": "yes"}
        bolts = [{"part_number": f"P{i}", "unit_value": 1.0, "currency": "CNY"} for i in range(3)]
        content = {"part_number": "M", "material": "dysprosium_metal", "amount": 1.0, "basis": "g_per_piece"}
        tables = {"parts": [motor, *bolts], "declarations": [{**content, "material_origin": "China"}]}
        return assess(make_bom(**tables), "2026-11-22").good("M")

    low = judged_at(1e9).controlled_value.low
    assert low is not None
    good = judged_at(low * 1000 * (1 - 1e-11))
    assert (good.currency, good.verdict) == ("CNY", "at_or_above")
