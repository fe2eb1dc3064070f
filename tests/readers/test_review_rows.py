"""Rows and part numbers that must not lead to a wrong verdict: seen alike, marked, repeated, printed for several."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import read_bom
from deminimis.readers.in_memory import bom_from_tables
from tests.readers.sample_books import make_text

ON = dt.date(2026, 11, 22)
HEAD = "part_number,material,amount,basis,currency,material_origin\n"


def read(folder: Path, content: str, declared: str = "") -> Bom:
    declarations = [make_text(folder, HEAD + declared, "declared.csv")] if declared else None
    return read_bom(make_text(folder, content), declarations=declarations)


def told(bom: Bom, code: str) -> list[tuple[int, str]]:
    return [(found.row, found.part_number) for found in bom.findings if found.code == code]


def errors(bom: Bom) -> list[str]:
    return [found.code for found in bom.findings if found.severity == "error"]


def verdicts(bom: Bom) -> set[str]:
    return {good.verdict for good in assess(bom, ON).goods}


def dysprosium(part: str) -> str:
    return f"{part},dysprosium_metal,1,value_per_piece,USD,CN\n"


def priced(child: str, mark: str = "", header: str = "Note") -> str:
    return f"Parent,Child,Qty,Unit price [USD],{header}\n,G,,1000,\nG,STEEL,1,5,\nG,{child},1,5,{mark}\n"


@pytest.mark.parametrize(
    "spelling", ["M1 ", " M1", "M1\u00a0", "M1\u200b", "\ufeffM1", "M1\u00ad", "\u2060M1", "M\u200b1", "M1\u3000"]
)
def test_a_declaration_under_a_number_that_looks_the_same_never_gives_below(spelling: str) -> None:
    parts = {"part_number": ["G", spelling], "unit_value": [1000.0, 5.0], "currency": ["USD", "USD"]}
    rows = {"parent": ["G"], "child": [spelling], "quantity": [1.0]}
    declared = {"part_number": ["M1"], "material": ["dysprosium_metal"], "amount": [1.0]}
    declared |= {"basis": ["value_per_piece"], "currency": ["USD"], "material_origin": ["CN"]}
    bom = bom_from_tables(parts=parts, lines=rows, declarations=declared)
    assert [part for _, part in told(bom, "ID_DIFFERS_IN_BLANKS")] == [spelling]
    assert bom.lines["child"].to_pylist() == [spelling]
    assert verdicts(bom) == {"undetermined"}


def test_both_spellings_in_lines_are_told(tmp_path: Path) -> None:
    bom = read(tmp_path, 'Parent,Child,Qty\nG,"M1 ",1\nH,M1,1\n')
    assert {part for _, part in told(bom, "ID_DIFFERS_IN_BLANKS")} == {"M1", "M1 "}
    assert told(bom, "ID_LOOKS_ALIKE") == []


def test_capitals_and_spellings_of_declarations_alone_stay_a_warning(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty\nG,m1,1\nG,M1,1\n", dysprosium("X") + dysprosium("X\u200b"))
    assert len(told(bom, "ID_LOOKS_ALIKE")) == 2
    assert errors(bom) == []


def test_names_as_numbers_that_no_declaration_matches_are_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, "Description,Qty,Unit price [USD]\nMotor,1,5\nPlate,1,5\n", dysprosium("M-77"))
    assert told(bom, "DECLARATIONS_MATCH_NOTHING") == [(2, "")]
    assert verdicts(bom) == {"undetermined"}


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ("Description,Qty\nMotor,1\nPlate,1\n", dysprosium("M-77") + dysprosium("Motor")),
        ("Description,Qty\nMotor,1\nPlate,1\n", "M-77,none,,,,\n"),
        ("Parent,Child,Qty\nG,A,1\n", dysprosium("M-77")),
    ],
)
def test_declarations_of_a_catalogue_are_no_error(tmp_path: Path, content: str, declared: str) -> None:
    assert errors(read(tmp_path, content, declared)) == []


@pytest.mark.parametrize(
    ("header", "mark"),
    [
        ("Optional", "yes"),
        ("Optional", "customer's choice"),
        ("Status", "DNP"),
        ("Status", " Obsolete "),
        ("Status", "Alternative"),
        ("Status", "deleted"),
        ("Remark", "DNP"),
        ("Remark", "Do not populate"),
        ("Comment of the plant", "Deleted"),
    ],
)
def test_a_row_that_may_not_be_in_the_product_is_an_error(tmp_path: Path, header: str, mark: str) -> None:
    bom = read(tmp_path, priced("MAGNET", mark, header), dysprosium("MAGNET"))
    [found] = [f for f in bom.findings if f.code == "ROW_MEMBERSHIP_UNCLEAR"]
    assert (found.row, found.part_number, found.column, found.value) == (4, "MAGNET", header, mark.strip())
    assert "G" in {good.part_number for good in assess(bom, ON).goods if good.verdict == "undetermined"}


@pytest.mark.parametrize(
    ("header", "mark"),
    [
        ("Optional", "no"),
        ("Optional", "Standard"),
        ("Status", "Released"),
        ("Status", "In Work"),
        ("Status", "Approved"),
        ("Remark", "see note on DNP parts"),
        ("Remark", "x"),
    ],
)
def test_harmless_words_are_none(tmp_path: Path, header: str, mark: str) -> None:
    assert errors(read(tmp_path, priced("MAGNET", mark, header))) == []


def test_a_row_left_out_is_told_no_doubt(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,DNP,Status\nG,A,1,x,obsolete\nG,B,1,,\n")
    assert (bom.lines["child"].to_pylist(), errors(bom)) == (["B"], [])


def test_bulk_material_is_told_once(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,Bulk material\nG,A,1,X\nG,B,1,X\nG,C,1,\n")
    [found] = [f for f in bom.findings if f.code == "BULK_COUNTED"]
    assert (found.severity, found.row, found.value, found.message[:6]) == ("warning", 2, "A", "2 rows")
    assert bom.lines.num_rows == 3


@pytest.mark.parametrize("unit", ["pcs ", "PCS", "pcs\u00a0", "EA"])
def test_a_block_repeated_in_another_spelling_of_its_unit_is_folded(tmp_path: Path, unit: str) -> None:
    rows = f"0,G,1,pcs\n1,A,1,pcs\n2,B,3,pcs\n1,C,1,pcs\n2,A,1,pcs\n3,B,3,{unit}\n"
    bom = read(tmp_path, f"Level,Part number,Qty,Unit\n{rows}")
    assert "BLOCKS_DIFFER" not in errors(bom)
    assert bom.lines["child"].to_pylist() == ["A", "B", "C", "A"]


def test_a_block_repeated_in_another_unit_differs(tmp_path: Path) -> None:
    rows = "0,G,1,pcs\n1,A,1,pcs\n2,B,3,g\n1,C,1,pcs\n2,A,1,pcs\n3,B,3,kg\n"
    assert "BLOCKS_DIFFER" in errors(read(tmp_path, f"Level,Part number,Qty,Unit\n{rows}"))


LISTED = "Explosion level,Component number,{column},Unit\n1,A,2,PC\n2,B,3,PC\n1,C,1,PC\n"


@pytest.mark.parametrize(
    ("above", "column", "unclear"),
    [
        ('Reqd Qty,"10,000"', "Component quantity", False),
        ('Reqd Qty,"1,000"', "Component quantity", False),
        ('Base Qty,"1,000"', "Component quantity", True),
        ('"Base Qty (PC): 1,000"', "Component quantity", True),
        ('Reqd Qty,"1,000"\nBase Qty,"1,000"', "Component quantity", True),
        ('Reqd Qty,"10,000"', "Total quantity", True),
    ],
)
def test_a_required_quantity_in_doubt_matters_to_totals_only(
    tmp_path: Path, above: str, column: str, unclear: bool
) -> None:
    bom = read(tmp_path, f"Material,P-100\n{above}\n\n{LISTED.format(column=column)}")
    assert ("QUANTITY_BASIS_UNCLEAR" in errors(bom)) == unclear


def test_a_blank_quantity_beside_a_whole_line_in_a_cell_is_one(tmp_path: Path) -> None:
    rows = "0,000123/A;1-Frame,\n1,000124/A;1-Plate,\n1,000125/A;1-Bolt x 4,\n1,000126/A;1-Nut,3\n"
    bom = read(tmp_path, f"Level,BOM Line,Quantity\n{rows}")
    lines = dict(zip(bom.lines["child"].to_pylist(), bom.lines["quantity"].to_pylist(), strict=True))
    assert (lines, errors(bom)) == ({"000124": 1.0, "000125": 4.0, "000126": 3.0}, [])


def test_a_blank_quantity_of_another_list_stays_unknown(tmp_path: Path) -> None:
    assert "QTY_MISSING" in errors(read(tmp_path, "Level,Part number,Quantity\n0,G,1\n1,A,\n1,B,1\n"))


@pytest.mark.parametrize(
    ("scraps", "count"), [(("0.05", "0", ""), 1), (("0.05", "0.1", ""), 2), (("0.5", "2", ""), 0), (("", "0", "1"), 0)]
)
def test_scrap_that_looks_like_a_fraction(tmp_path: Path, scraps: tuple[str, ...], count: int) -> None:
    rows = "".join(f"G,P{place},1,{scrap}\n" for place, scrap in enumerate(scraps))
    bom = read(tmp_path, f"Parent,Child,Qty,Scrap %\n{rows}")
    found = [f.message.split()[1] for f in bom.findings if f.code == "SCRAP_LOOKS_FRACTION"]
    assert found == ([str(count)] if count else [])
