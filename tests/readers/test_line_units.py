"""Units that only lines name, and what totals of rows say of prices: down to the verdict where money is involved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import bom_from_tables, read_bom
from tests.readers.sample_books import make_book, make_text

ON = dt.date(2026, 11, 22)


def read(folder: Path, content: str) -> Bom:
    return read_bom(make_text(folder, content))


def units(bom: Bom) -> dict[str, str | None]:
    return dict(zip(bom.parts["part_number"].to_pylist(), bom.parts["unit"].to_pylist(), strict=True))


def verdict(bom: Bom) -> str:
    return {good.part_number: good.verdict for good in assess(bom, ON).goods}["P"]


def codes(bom: Bom) -> set[str]:
    return {found.code for found in (*bom.findings, *assess(bom, ON).findings)}


HEAD = "Parent,Child,Qty,Unit,Unit price [USD],Weight [g]\n,P,,,1000,\n"


def test_a_part_of_which_nothing_is_said_counts_in_the_unit_of_its_lines(tmp_path: Path) -> None:
    bom = read(tmp_path, HEAD + "P,TAPE,200,mm,,\nP,TAPE,2,m,,\nP,BOLT,2,pcs,4,\n")
    assert units(bom) == {"P": None, "TAPE": "mm", "BOLT": None}
    [told] = [found for found in bom.findings if found.code == "UNIT_OF_LINES"]
    assert (told.row, told.value, told.severity) == (3, "TAPE", "info")
    assert verdict(bom) == "below"


@pytest.mark.parametrize(
    "row",
    [
        "P,TAPE,200,mm,3,\n",
        "P,TAPE,200,mm,,5\n",
        "P,TAPE,200,mm,,\nP,TAPE,1,,,\n",
        "P,TAPE,200,mm,,\nP,TAPE,1,kg,,\n",
        "P,TAPE,200,mm,,\nP,TAPE,1,roll,,\n",
        "P,TAPE,200,mm,,\nTAPE,GLUE,1,,,\n",
        "P,TAPE,200,mm,,\nP,TAPE,3,pcs,,\n",
    ],
    ids=["price", "mass", "a line without unit", "another kind", "no unit", "a line beneath", "pieces"],
)
def test_a_part_of_which_more_is_said_keeps_the_error(tmp_path: Path, row: str) -> None:
    bom = read(tmp_path, HEAD + row)
    assert units(bom)["TAPE"] is None
    assert codes(bom) & {"UNIT_MISMATCH", "UNIT_NOT_KNOWN"}
    assert verdict(bom) == "undetermined"


@pytest.mark.parametrize("basis", ["g_per_piece", "value_per_piece"])
def test_what_is_declared_per_piece_keeps_the_error(basis: str) -> None:
    declared = {"part_number": ["TAPE"], "material": ["dysprosium_metal"], "amount": [1.0], "basis": [basis]}
    lines = {"parent": ["P"], "child": ["TAPE"], "quantity": [200.0], "unit": ["mm"]}
    bom = bom_from_tables(lines=lines, declarations=declared)
    assert bom.parts["unit"].to_pylist() == []
    assert "UNIT_MISMATCH" in codes(bom)


def test_a_supplier_s_price_keeps_the_error() -> None:
    lines = {"parent": ["P"], "child": ["TAPE"], "quantity": [200.0], "unit": ["mm"]}
    bought = {"part_number": ["TAPE"], "supplier": ["S"], "share_percent": [100.0], "unit_value": [3.0]}
    assert "UNIT_MISMATCH" in codes(bom_from_tables(lines=lines, sourcing=bought))


def test_a_part_without_record_gets_one_at_its_line() -> None:
    bom = bom_from_tables(lines={"parent": ["P", "P"], "child": ["B", "GLUE"], "quantity": [1, 5], "unit": [None, "g"]})
    assert bom.parts.select(["part_number", "unit", "row"]).to_pylist() == [
        {"part_number": "GLUE", "unit": "g", "row": 2}
    ]


def test_magnet_of_a_mass_only_in_its_line_weighs_that_mass() -> None:
    lines = {"parent": ["P"], "child": ["POWDER"], "quantity": [0.5], "unit": ["kg"]}
    declared = {"part_number": ["POWDER"], "material": ["dysprosium_metal"], "amount": [10.0], "basis": ["wt_percent"]}
    parts = {"part_number": ["P"], "unit_value": [1000.0], "currency": ["USD"]}
    prices = {"material": ["dysprosium_metal"], "typical": [100.0], "currency": ["USD"], "unit": ["kg"]}
    bom = bom_from_tables(lines=lines, declarations=declared, parts=parts, prices=prices)
    [good] = assess(bom, ON).goods
    assert "MASS_MISSING" not in codes(bom)
    assert good.part_number == "P"


def test_a_price_beside_a_dozen_may_be_for_one_or_for_twelve(tmp_path: Path) -> None:
    bom = read(tmp_path, HEAD + "P,BOLT,2,dozen,4,\n")
    assert "UNIT_MISMATCH" in codes(bom)
    assert verdict(bom) == "undetermined"


def test_a_given_unit_says_what_the_price_is_for() -> None:
    lines = {"parent": ["P"], "child": ["BOLT"], "quantity": [2.0], "unit": ["dozen"]}
    parts = {"part_number": ["BOLT"], "unit": ["pcs"], "unit_value": [4.0], "currency": ["USD"]}
    [good] = assess(bom_from_tables(lines=lines, parts=parts), ON).goods
    assert "UNIT_MISMATCH" not in codes(bom_from_tables(lines=lines, parts=parts))
    assert good.verdict


TOTALS = "Parent,Child,Qty,Unit,Unit price [USD],Line value [USD]\n"


def test_the_value_of_a_line_is_for_its_unit(tmp_path: Path) -> None:
    bom = read(tmp_path, TOTALS + "P,TAPE,200,mm,,6\nP,WIRE,100,mm,0.02,2\nP,BOLT,2,pcs,,4\n")
    assert units(bom) == {"TAPE": "mm", "WIRE": "mm", "BOLT": None}
    assert bom.parts["unit_value"].to_pylist() == [0.03, 0.02, 2.0]
    assert "UNIT_MISMATCH" not in codes(bom)


@pytest.mark.parametrize("more", ["TAPE,GLUE,1,pcs,,1\n", "P,ROPE,200,mm,3,6\n", "P,ROPE,1,mm,3,3\n"])
def test_a_value_that_may_be_for_something_else_keeps_the_error(tmp_path: Path, more: str) -> None:
    bom = read(tmp_path, TOTALS + "P,TAPE,200,mm,,6\n" + more)
    assert "UNIT_MISMATCH" in codes(bom)


def test_a_value_of_a_line_keeps_the_error_if_another_sheet_holds_lines_beneath(tmp_path: Path) -> None:
    head = ["Parent", "Child", "Qty", "Unit", "Line value"]
    sheets = {"one": [head, ["P", "TAPE", 200, "mm", 6]], "two": [head, ["TAPE", "GLUE", 1, "pcs", 1]]}
    assert "UNIT_MISMATCH" in codes(read_bom(make_book(tmp_path, sheets)))


def told(bom: Bom, code: str) -> list[str]:
    return [found.message for found in bom.findings if found.code == code]


def test_a_price_that_contradicts_its_total_is_told(tmp_path: Path) -> None:
    bom = read(tmp_path, TOTALS + "P,A,1,,2,2\nP,B,2,,3,60\nP,C,2,,3,6.01\nP,D,1000,,0.33,333\nP,E,3,,3,\nP,F,2,,3,0\n")
    [message] = told(bom, "PRICE_CONTRADICTS_TOTAL")
    assert message == "in 1 of 4 rows the unit price times the quantity is not the value of the line: rows 3"


def test_prices_for_a_hundred_pieces_are_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, TOTALS + "P,A,1,,200,2\nP,B,2,,300,6\nP,C,1,,2,2\n")
    assert [found.part_number for found in bom.findings if found.code == "PRICE_SCALE_UNCLEAR"] == ["A", "B"]
    assert "for 100 pieces" in told(bom, "PRICE_SCALE_UNCLEAR")[0]
    assert verdict(bom) == "undetermined"


def test_totals_of_a_batch_are_a_warning(tmp_path: Path) -> None:
    bom = read(tmp_path, TOTALS + "P,A,1,,2,20\nP,B,2,,3,60\n")
    assert told(bom, "PRICE_SCALE_UNCLEAR") == []
    assert "rows 2, 3" in told(bom, "PRICE_CONTRADICTS_TOTAL")[0]
