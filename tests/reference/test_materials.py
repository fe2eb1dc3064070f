"""The materials: which are on Part 1, how much element they hold, and what names they answer to."""

from fractions import Fraction

import pytest

from deminimis.errors import ReferenceFault
from deminimis.reference import material_id, materials
from deminimis.reference.materials import material_names, material_rows
from deminimis.rules import part1_lines

RARE_EARTHS = ["Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"]
ON_PART_1 = {"Sm", "Dy", "Gd", "Tb", "Lu", "Sc", "Y"}


def of(form):
    return {row.elements[0]: row for row in materials().values() if row.form == form and len(row.elements) == 1}


@pytest.mark.parametrize("form", ["metal", "oxide", "unknown"])
def test_every_rare_earth_stands_in_every_form(form):
    assert set(of(form)) == set(RARE_EARTHS)
    assert all(f"{materials()[row.id.split('_')[0]].id}_compound" in materials() for row in of("metal").values())


def test_part_1_has_thirteen_lines_each_with_one_material():
    lines = {row.part1_line for row in materials().values() if row.listed and row.form != "unsplit"}
    assert lines == {f"{line.line} {line.item}" for line in part1_lines()}
    assert len(lines) == 13


def test_metals_count_and_of_the_oxides_only_two():
    assert {e for e, row in of("metal").items() if row.listed} == ON_PART_1
    assert {e for e, row in of("oxide").items() if row.listed} == {"Dy", "Tb"}
    assert not any(row.listed for row in materials().values() if row.form == "compound")


def test_a_bare_element_counts_only_once_its_form_is_known():
    for element, row in of("unknown").items():
        assert row.form_unknown == (element in ON_PART_1)
        assert not row.listed
        assert row.part1_line is None


@pytest.mark.parametrize(
    ("material", "element", "fraction"),
    [
        ("dysprosium_oxide", "Dy", "0.87132"),
        ("terbium_oxide", "Tb", "0.85022"),
        ("dysprosium_iron_alloy", "Dy", "0.8"),
        ("terbium_dysprosium_iron_alloy", "Dy", "0.4234"),
        ("dysprosium_fluoride", "Dy", "0.74034"),
        ("gadolinium_compound", "Gd", "1"),
    ],
)
def test_fractions_are_exact_decimals(material, element, fraction):
    assert materials()[material].fractions[element] == Fraction(fraction)


def test_fractions_agree_with_atomic_weights():
    weights = {"Dy": 162.500, "Tb": 158.925, "Y": 88.906, "Nd": 144.242, "Gd": 157.25, "Sm": 150.36, "Lu": 174.967}
    for element, weight in weights.items():
        atoms, oxygens = (4, 7) if element == "Tb" else (2, 3)
        expected = atoms * weight / (atoms * weight + oxygens * 15.999)
        assert float(of("oxide")[element].fractions[element]) == pytest.approx(expected, abs=2e-5)


def test_no_material_holds_more_than_itself():
    for row in materials().values():
        assert row.form == "unsplit" or 0 < sum(row.fractions.values()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dysprosium_metal", "dysprosium_metal"),
        (" DYSPROSIUM-METAL ", "dysprosium_metal"),
        ("Dy", "dysprosium"),
        ("Dysprosium", "dysprosium"),
        ("Dy₂O₃", "dysprosium_oxide"),
        ("7429-91-6", "dysprosium_metal"),
        ("7429‑91‑6", "dysprosium_metal"),
        ("金属镝", "dysprosium_metal"),
        ("氧化鋱", "terbium_oxide"),
        ("Tb2O3", "terbium_oxide"),
        ("SmCo5", "samarium_cobalt_alloy"),
        ("Terfenol-D", "terbium_dysprosium_iron_alloy"),
        ("Neodym", "neodymium"),
        ("Dy/Tb", "dysprosium_or_terbium"),
        ("None", "none"),
        ("无", "none"),
        ("keine", "none"),
        ("n/a", None),
        ("", None),
        ("-", None),
        ("iron", None),
    ],
)
def test_names_of_materials(text, expected):
    assert material_id(text) == expected


def test_every_id_and_alias_finds_its_own_row():
    for row in material_rows():
        for name in (row["id"], row["name"], row["name_zh"], *row["aliases"].split("|")):
            assert not name or material_id(name) == row["id"]


def test_cas_numbers_have_the_right_check_digit():
    numbers = [a for row in material_rows() for a in row["aliases"].split("|") if a[:1].isdigit() and a.count("-") == 2]
    assert len(numbers) > 34
    for number in numbers:
        digits = number.replace("-", "")
        assert sum(int(d) * k for k, d in enumerate(reversed(digits[:-1]), 1)) % 10 == int(digits[-1]), number


def test_a_name_of_two_materials_is_refused():
    header = "id,name,name_zh,elements,form,fractions,part1_line,aliases,note,source,date\n"
    rows = "".join(f"{i},{i},,Dy,metal,Dy:1,not listed,same name,,page,2026-11\n" for i in ("a", "b"))
    with pytest.raises(ReferenceFault, match="stands for a and b"):
        material_names(header + rows)
