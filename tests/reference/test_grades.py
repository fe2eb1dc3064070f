"""Magnet grades are read, and other grades are left alone."""

from fractions import Fraction

import pytest

from deminimis.reference import grade_content, grade_contents, materials, parse_grade

MAGNETS = [
    ("N35", "ndfeb", "N", None),
    ("N52", "ndfeb", "N", None),
    ("n42", "ndfeb", "N", None),
    ("N42 NiCuNi", "ndfeb", "N", None),
    ("N42SH", "ndfeb", "SH", None),
    ("42SH", "ndfeb", "SH", None),
    ("N 42 SH", "ndfeb", "SH", None),
    ("N42-SH", "ndfeb", "SH", None),
    ("38EH", "ndfeb", "EH", None),
    ("45 UH", "ndfeb", "UH", None),
    ("N48M", "ndfeb", "M", None),
    ("N33H", "ndfeb", "H", None),
    ("40M", "ndfeb", "M", None),
    ("40H", "ndfeb", "H", None),
    ("N35AH", "ndfeb", "AH", None),
    ("N30VH", "ndfeb", "AH", None),
    ("N35TH", "ndfeb", "AH", None),
    ("45SH(Ce)", "ndfeb", "SH", None),
    ("N42SH GBD", "ndfeb", "SH", True),
    ("N48SH diffused", "ndfeb", "SH", True),
    ("52UH-DGBD", "ndfeb", "UH", True),
    ("N42SH conventional", "ndfeb", "SH", False),
    ("N42SH non-GBD", "ndfeb", "SH", False),
    ("N42SH Dy-free", "ndfeb", "SH", None),
    ("NdFeB", "ndfeb", "any", None),
    ("sintered NdFeB N45UH", "ndfeb", "UH", None),
    ("VACODYM 677 HR", "ndfeb", "any", None),
    ("钕铁硼 45SH", "ndfeb", "SH", None),
    ("Ｎ４２ＳＨ", "ndfeb", "SH", None),
    ("YXG-28H", "smco", "2:17", None),
    ("YXG30", "smco", "2:17", None),
    ("YX-20", "smco", "1:5", None),
    ("XGS200", "smco", "any", None),
    ("SmCo28", "smco", "2:17", None),
    ("SmCo 2:17", "smco", "2:17", None),
    ("Sm2Co17", "smco", "2:17", None),
    ("SmCo5", "smco", "1:5", None),
    ("SmCo24", "smco", "any", None),
    ("Recoma 28", "smco", "any", None),
    ("Y30", "ferrite", "any", None),
    ("Y35", "ferrite", "any", None),
    ("Y30H-1", "ferrite", "any", None),
    ("Y30BH", "ferrite", "any", None),
    ("C5", "ferrite", "any", None),
    ("C8", "ferrite", "any", None),
    ("ferrite", "ferrite", "any", None),
    ("Sr-Ferrit", "ferrite", "any", None),
    ("HF 26/18", "ferrite", "any", None),
    ("AlNiCo 5", "alnico", "any", None),
    ("LNG40", "alnico", "any", None),
    ("BNP-10", "bonded_ndfeb", "any", None),
    ("MQP-B", "bonded_ndfeb", "any", None),
    ("bonded", "bonded_ndfeb", "any", None),
    ("bonded NdFeB", "bonded_ndfeb", "any", None),
    ("N42SH bonded to core", "ndfeb", "SH", None),
]
OTHERS_TEXT = (
    "316L|A4-70|8.8|10.9|AISI 304|FR4|PA66|PA66-GF30|H13|C45|S45C|45#|M42|42CrMo4|S355J2|6061-T6|1.4301|"
    "SUS304|EN AW-6082|N80|N27|N30|N87|UNS N06625|N4|40m|45 H7|50H7|X5CrNi18-10|Ti6Al4V|100Cr6|GG25|POM|"
    "Class 12.9|A2|G10|Q235B|20#|35CrMo|CuZn39Pb3|IP54|F7|3.3 V|IE3|Y2-100L|C|Y|Grade 5|DX51D|W1.2344|"
    "SAE 1045|glued|carbide|65Mn|T6|M8|40Cr|S45|N"
)
OTHERS = OTHERS_TEXT.split("|")


@pytest.mark.parametrize(("text", "family", "grade_class", "diffused"), MAGNETS)
def test_magnet_grades_are_read(text, family, grade_class, diffused):
    grade = parse_grade(text)
    assert grade is not None
    assert (grade.family, grade.grade_class, grade.diffused, grade.text) == (family, grade_class, diffused, text)


@pytest.mark.parametrize("text", [*OTHERS, "", " "])
def test_other_grades_are_no_magnets(text):
    assert parse_grade(text) is None


@pytest.mark.parametrize("number", range(35, 57))
def test_all_plain_grades(number):
    assert parse_grade(f"N{number}").grade_class == "N"


@pytest.mark.parametrize(
    ("grade_class", "variant", "expected"),
    [
        ("N", "conventional", ("0", "0", "1.2")),
        ("SH", "conventional", ("0", "4.2", "6.5")),
        ("AH", "conventional", ("8.5", "11", "11")),
        ("any", "conventional", ("0", "2", "11")),
        ("SH", "diffused", ("1.26", "1.68", "2.1")),
        ("XX", "conventional", ("0", "2", "11")),
    ],
)
def test_content_of_ndfeb(grade_class, variant, expected):
    found = grade_content("ndfeb", grade_class, variant)
    assert (found.low, found.typical, found.high) == tuple(map(Fraction, expected))


def test_diffused_magnets_may_hold_terbium():
    assert grade_content("ndfeb", "UH").material == "dysprosium_metal"
    assert grade_content("ndfeb", "UH", "diffused").material == "dysprosium_or_terbium"


def test_samarium_cobalt_is_never_free_of_samarium():
    assert all(row.low > 20 for key, row in grade_contents().items() if key[0] == "smco")
    assert grade_content("smco", "any", "diffused").material == "samarium_metal"


def test_families_without_heavy_rare_earth_hold_none():
    for family in ("ferrite", "alnico", "bonded_ndfeb"):
        assert (grade_content(family).high, grade_content(family).material) == (0, "none")
    assert grade_content("cheese") is None


def test_every_class_has_both_variants_and_known_materials():
    for grade_class in ("N", "M", "H", "SH", "UH", "EH", "AH", "any"):
        for variant in ("conventional", "diffused"):
            assert ("ndfeb", grade_class, variant) in grade_contents()
    assert {row.material for row in grade_contents().values()} <= {*materials(), "none"}
