"""Contradictions: each with a hit, a near miss, and silence on data that agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import deminimis as dm
from deminimis.model import Finding
from tests.builders import make_bom

ON = "2026-11-22"
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
CODES = ("GRADE_CONTRADICTS", "MASS_BALANCE", "PRICE_BELOW_METAL", "DECLARATION_CONFLICT")
PRICES = {
    "material": ["dysprosium_metal", "terbium_metal", "neodymium_metal"],
    "typical": [250.0, 1000.0, 100.0],
    "currency": ["USD"] * 3,
    "unit": ["kg"] * 3,
}


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def found(code: str, declarations: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> list[Finding]:
    """Findings of one code on a motor of 100 g for 80 with a magnet of 10 g for 5, as changed."""
    parts = {
        "motor": {"part_number": "motor", "unit_value": 80.0, "mass": 100.0},
        "magnet": {"part_number": "magnet", "unit_value": 5.0, "mass": 10.0, "item_class": "ndfeb_magnet"},
    }
    for row in tables.get("parts", []):
        parts[row["part_number"]] = {**parts.get(row["part_number"], {}), **row}
    given = {
        "parts": columns([{"currency": "USD", **row} for row in parts.values()]),
        "lines": columns(tables.get("lines", [{"parent": "motor", "child": "magnet", "quantity": 1.0}])),
        "prices": PRICES,
        **{name: columns(tables[name]) for name in ("sourcing",) if name in tables},
    }
    if declarations:
        given["declarations"] = columns([{"part_number": "magnet", **row} for row in declarations])
    return [f for f in dm.assess(dm.bom_from_tables(**given), ON).findings if f.code == code]


def wt(material: str, amount: float, **more: Any) -> dict[str, Any]:
    return {"material": material, "amount": amount, "basis": "wt_percent", "material_origin": "Japan", **more}


def g(material: str, amount: float, **more: Any) -> dict[str, Any]:
    return wt(material, amount, **{"basis": "g_per_piece", **more})


NONE = {"material": "none"}

# ---------------------------------------------------------------- grade


def graded(grade: str, *declarations: dict[str, Any], **more: Any) -> list[Finding]:
    return found("GRADE_CONTRADICTS", list(declarations), parts=[{"part_number": "magnet", "grade": grade, **more}])


@pytest.mark.parametrize("grade", ["N38UH", "42UH", "N38EH", "N35AH", "N35VH", "N35TH", "N38UH conventional"])
def test_a_class_that_is_not_made_without_contradicts_none(grade: str) -> None:
    [said] = graded(grade, NONE)
    assert said.severity == "warning"
    assert said.part_number == "magnet"
    assert grade in said.message
    assert "no Dy and Tb" in said.message
    assert "ICP" in said.remedy


def test_terbium_stands_in_for_dysprosium_in_any_variant() -> None:
    for grade in ("N38UH", "N38UH conventional"):
        assert not graded(grade, wt("terbium_metal", 3.0))


def test_samarium_cobalt_without_samarium_is_a_contradiction() -> None:
    [said] = graded("YXG-28H", NONE, item_class="smco_magnet")
    assert "no Sm" in said.message
    assert not graded("YXG-28H", wt("samarium_metal", 25.0), item_class="smco_magnet")


@pytest.mark.parametrize("grade", ["N42", "N42M", "N42H", "N42SH", "Y30", "BNP-8"])
def test_a_class_that_may_be_made_without_does_not(grade: str) -> None:
    assert not graded(grade, NONE)


@pytest.mark.parametrize("grade", ["N38UH GBD", "N38UH diffused", "N38UH HRE-free", "N38UH Dy free", "N38UH no HRE"])
def test_a_grade_that_says_how_it_does_without_does_not(grade: str) -> None:
    assert not graded(grade, NONE)


def test_a_description_may_say_so_too() -> None:
    assert graded("N38UH", NONE, description="magnet")
    assert not graded("N38UH", NONE, description="magnet, heavy rare earth free")


@pytest.mark.parametrize(
    ("amounts", "hits"),
    [
        ([wt("dysprosium_metal", 0.5)], 1),  # of at least 1.95 % where diffusion is open
        ([wt("dysprosium_metal", 1.0)], 0),
        ([wt("dysprosium_metal", 0.5), wt("terbium_metal", 0.5)], 0),
        ([g("dysprosium_metal", 0.05)], 1),
        ([g("dysprosium_metal", 0.1)], 0),
        ([wt("dysprosium_metal", 0.2, high=1.5)], 0),
        ([wt("dysprosium_iron_alloy", 1.3)], 0),
        ([wt("neodymium_metal", 30.0)], 0),
        ([{"material": "dysprosium_metal", "amount": 0.01, "basis": "value_per_piece"}], 0),
    ],
)
def test_far_less_than_the_least_of_the_class_contradicts_it(amounts: list[dict[str, Any]], hits: int) -> None:
    assert len(graded("N38UH", *amounts)) == hits


def test_an_analysis_settles_it_and_so_does_a_lapsed_declaration() -> None:
    assert not graded("N38UH", {**NONE, "evidence": "lab"})
    assert not graded("N38UH", {**NONE, "valid_to": "2025-01-01"})
    assert graded("N38UH", NONE, wt("neodymium_metal", 30.0, evidence="lab"))


def test_grams_without_a_mass_of_the_magnet_say_nothing() -> None:
    assert not graded("N38UH", g("dysprosium_metal", 0.01), mass=None)


# ---------------------------------------------------------------- mass


@pytest.mark.parametrize(
    ("amounts", "hits"),
    [
        ([g("neodymium_metal", 10.6)], 1),
        ([g("neodymium_metal", 10.4)], 0),
        ([g("neodymium_metal", 6.0), g("dysprosium_metal", 5.0)], 1),
        ([wt("neodymium_metal", 60.0), wt("dysprosium_metal", 50.0)], 1),
        ([g("neodymium_metal", 10.6, low=3.0)], 0),
        ([g("neodymium_metal", 6.0), g("neodymium_metal", 6.0, evidence="lab")], 0),
        ([g("neodymium_metal", 6.0, supplier="Sample A"), g("neodymium_metal", 6.0, supplier="Sample B")], 0),
        ([g("neodymium_metal", 10_000.0, supplier="Sample A"), g("neodymium_metal", 6.0, supplier="Sample B")], 0),
        ([NONE], 0),
    ],
)
def test_what_is_declared_weighs_no_more_than_the_part(amounts: list[dict[str, Any]], hits: int) -> None:
    assert len(found("MASS_BALANCE", amounts)) == hits


def test_both_masses_are_named_and_per_cent_need_no_mass() -> None:
    [said] = found("MASS_BALANCE", [g("neodymium_metal", 12.0)])
    assert ("12 g" in said.message, "itself 10 g" in said.message, said.column) == (True, True, "amount")
    [said] = found(
        "MASS_BALANCE",
        [wt("neodymium_metal", 60.0), wt("dysprosium_metal", 50.0)],
        parts=[{"part_number": "magnet", "mass": None}],
    )
    assert "110 % of its mass" in said.message


@pytest.mark.parametrize(
    ("motor", "line", "hits"),
    [
        ({"mass": 100.0}, {"quantity": 10.0}, 0),
        ({"mass": 100.0}, {"quantity": 10.4}, 0),
        ({"mass": 100.0}, {"quantity": 10.6}, 1),
        ({"mass": 100.0}, {"quantity": 10.0, "scrap_percent": 50.0}, 0),
        ({"mass": 100.0}, {"quantity": 20.0, "usage_percent": 50.0}, 0),
        ({"mass": 0.1, "mass_unit": "kg"}, {"quantity": 10.0}, 0),
        ({"mass": 0.1}, {"quantity": 10.0}, 1),
        ({"mass": 100.0, "base_quantity": 10.0}, {"quantity": 100.0}, 0),
        ({"mass": None}, {"quantity": 1000.0}, 0),
        ({"mass": None, "unit": "kg"}, {"quantity": 1000.0}, 0),
    ],
)
def test_what_is_in_a_part_weighs_no_more_than_the_part(motor: dict[str, Any], line: dict[str, Any], hits: int) -> None:
    said = found(
        "MASS_BALANCE",
        [],
        parts=[{"part_number": "motor", **motor}],
        lines=[{"parent": "motor", "child": "magnet", **line}],
    )
    assert [f.part_number for f in said] == ["motor"] * hits
    assert all(" g in it, itself " in f.message for f in said)


def test_the_worst_of_many_light_parts_are_named() -> None:
    parts = [{"part_number": f"A{i}", "unit_value": 9.0, "mass": 1.0 + i} for i in range(120)]
    lines = [{"parent": f"A{i}", "child": "magnet", "quantity": 100.0} for i in range(120)]
    said = found("MASS_BALANCE", [], parts=parts, lines=lines)
    assert [f.part_number for f in said] == [f"A{i}" for i in range(100)]


# ---------------------------------------------------------------- value


@pytest.mark.parametrize(
    ("amounts", "hits"),
    [
        ([g("terbium_metal", 5.1)], 1),  # 5.10 of 5; Japanese, so that nothing of it is controlled
        ([g("terbium_metal", 5.0)], 0),
        ([wt("terbium_metal", 51.0)], 1),
        ([g("neodymium_metal", 9.0)], 0),
        ([g("terbium_metal", 4.5), g("neodymium_metal", 5.4)], 1),  # 4.50 + 0.54
        ([g("terbium_metal", 5.1, low=4.0)], 0),
        ([g("terbium_metal", 5.1, material_origin="China")], 0),  # SHARE_OVER_ONE says it
        ([{"material": "neodymium_metal", "amount": 5.1, "basis": "value_per_piece"}], 1),
        ([{"material": "neodymium_metal", "amount": 100.0, "basis": "value_percent"}], 0),
        ([g("terbium_metal", 5.1, supplier="Sample A"), g("terbium_metal", 1.0, supplier="Sample B")], 0),
    ],
)
def test_a_part_is_worth_the_rare_earths_in_it(amounts: list[dict[str, Any]], hits: int) -> None:
    assert len(found("PRICE_BELOW_METAL", amounts)) == hits


def test_value_and_metal_are_both_named() -> None:
    [said] = found("PRICE_BELOW_METAL", [g("terbium_metal", 6.0)])
    assert "magnet, 5 USD, is below that of the rare earths declared in it, 6 USD" in said.message


def test_without_a_value_nothing_is_below_it() -> None:
    parts = [{"part_number": "magnet", "unit_value": None}]
    assert not found("PRICE_BELOW_METAL", [g("terbium_metal", 6.0)], parts=parts)


def test_a_material_without_a_price_adds_no_finding_of_its_own() -> None:
    assert not found("PRICE_MISSING", [g("promethium_metal", 6.0)])


# ---------------------------------------------------------------- a part and what is in it


def whole(*amounts: dict[str, Any], magnet: list[dict[str, Any]], **tables: Any) -> list[Finding]:
    covering = [{"part_number": "motor", "scope": "whole", **row} for row in amounts]
    return found("DECLARATION_CONFLICT", [*covering, *magnet], **tables)


@pytest.mark.parametrize("origin", ["China", "Japan", None])
def test_none_for_the_whole_against_an_amount_beneath_whatever_its_origin(origin: str | None) -> None:
    [said] = whole(NONE, magnet=[g("terbium_metal", 0.5, material_origin=origin)])
    assert "declarations of motor disagree" in said.message
    assert "beneath it 0.5" in said.message


@pytest.mark.parametrize(("declared", "hits"), [(0.49, 1), (0.5, 0), (0.51, 0)])
def test_less_than_the_sum_beneath_is_a_conflict(declared: float, hits: int) -> None:
    magnet = [g("terbium_metal", 0.25, material_origin=None)]
    lines = [{"parent": "motor", "child": "magnet", "quantity": 2.0, "scrap_percent": 50.0}]
    said = whole(g("terbium_metal", declared, material_origin=None), magnet=magnet, lines=lines)
    assert len(said) == hits


def test_an_interval_that_reaches_down_is_no_conflict() -> None:
    assert not whole(g("terbium_metal", 0.4), magnet=[g("terbium_metal", 0.5, low=0.3)])
    assert not whole(g("terbium_metal", 0.4, high=0.5), magnet=[g("terbium_metal", 0.5)])


def test_a_declared_part_beneath_stands_for_what_is_in_it() -> None:
    lines = [
        {"parent": "motor", "child": "rotor", "quantity": 1.0},
        {"parent": "rotor", "child": "magnet", "quantity": 1.0},
    ]
    rotor = {**g("terbium_metal", 0.5, material_origin=None), "part_number": "rotor", "scope": "whole"}
    magnet = g("terbium_metal", 0.5, material_origin=None)
    parts = [{"part_number": "rotor", "unit_value": 20.0}]
    same = g("terbium_metal", 0.5, material_origin=None)
    assert not whole(same, magnet=[rotor, magnet], lines=lines, parts=parts)
    said = whole(NONE, magnet=[{**rotor, "amount": 0.4}, magnet], lines=lines, parts=parts)
    assert [(f.part_number, f.message.partition("beneath it ")[2][:3]) for f in said] == [
        ("rotor", "0.5"),
        ("motor", "0.4"),
    ]


def test_none_for_the_whole_against_a_grade_beneath_that_is_not_made_without() -> None:
    def with_grade(grade: str) -> list[Finding]:
        return whole(NONE, magnet=[], parts=[{"part_number": "magnet", "grade": grade}])

    [said] = with_grade("N38UH")
    assert "at least, whatever its origin" in said.message
    assert not with_grade("N42SH")
    assert not with_grade("N38UH GBD")


def test_a_silent_supplier_beneath_leaves_it_open() -> None:
    magnet = [g("terbium_metal", 0.5, material_origin=None, supplier="Sample A")]
    sourcing = [
        {"part_number": "magnet", "supplier": f"Sample {name}", "share_percent": 50.0, "origin": None} for name in "AB"
    ]
    assert not whole(NONE, magnet=magnet, sourcing=sourcing)
    assert whole(NONE, magnet=magnet, sourcing=[{**sourcing[0], "share_percent": 100.0}])


def test_only_light_rare_earths_for_the_whole_leave_an_amount_of_its_own_standing() -> None:
    declared = [
        {"part_number": "motor", "scope": "whole", **g("neodymium_metal", 3.0)},
        {"part_number": "motor", "scope": "own", **g("terbium_metal", 2.0, material_origin="China")},
    ]
    parts = {"part_number": ["motor"], "unit_value": [80.0], "currency": ["USD"], "finished_good": ["yes"]}
    bom = dm.bom_from_tables(parts=parts, declarations=columns(declared), prices=PRICES)
    assert dm.assess(bom, ON).goods[0].share.low == pytest.approx(2.0 / 80.0)


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_samples_contradict_nothing(path: Path) -> None:
    assert not {f.code for f in dm.assess(dm.read_bom(path), ON).findings} & set(CODES)


def test_a_consistent_motor_is_quiet() -> None:
    amounts = [wt("dysprosium_metal", 4.2), wt("neodymium_metal", 28.0)]
    covering = {"part_number": "motor", "scope": "whole", **g("dysprosium_metal", 0.42)}
    for code in CODES:
        assert not found(code, [*amounts, covering], parts=[{"part_number": "magnet", "grade": "N38UH"}])


def test_a_whole_declaration_of_neodymium_alone_covers_by_the_contract_and_the_conflict_is_told() -> None:
    """Scope `whole` replaces what is beneath, whatever it lists; that terbium is known beneath it is a finding."""
    motor = {
        "part_number": "M",
        "material": "neodymium_metal",
        "amount": 20.0,
        "basis": "g_per_piece",
        "scope": "whole",
    }
    magnet = {"part_number": "MAG", "material": "terbium_metal", "amount": 0.5, "basis": "value_per_piece"}
    tables = {
        "parts": [{"part_number": "M", "unit_value": 100.0}, {"part_number": "MAG", "unit_value": 5.0}],
        "lines": [{"parent": "M", "child": "MAG", "quantity": 1.0}],
        "declarations": [motor, {**magnet, "material_origin": "China"}],
    }
    result = dm.assess(make_bom(**tables), "2026-11-22")
    assert result.good("M").verdict == "below"
    assert "DECLARATION_CONFLICT" in {found.code for found in result.findings}
