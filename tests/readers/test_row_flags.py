"""Rows that are in the file and not in the product, down to the verdict on the good."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.errors import LayoutError
from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom
from tests.readers.sample_books import make_book, make_text

ON = dt.date(2026, 11, 22)
DECLARED = (
    "part_number,material,amount,basis,currency,material_origin\nMAGNET,dysprosium_metal,1,value_per_piece,USD,CN\n"
)


def read(folder: Path, content: str, variant: str | None = None) -> Bom:
    return read_bom(make_text(folder, content), choices=Choices(variant=variant))


def pairs(bom: Bom) -> list[tuple[str, str]]:
    return list(zip(bom.lines["parent"].to_pylist(), bom.lines["child"].to_pylist(), strict=True))


def children(bom: Bom) -> list[str]:
    return [child for _, child in pairs(bom)]


def reasons(path: Path, variant: str | None = None) -> dict[int, str]:
    [table] = inspect_file(path, choices=Choices(variant=variant)).tables
    assert table.rows == table.used + len(table.skipped)
    return {one.row: one.reason for one in table.skipped}


def verdict(folder: Path, column: str, flag: str, variant: str | None = None) -> str:
    """The verdict on a good worth 1000 with 1 of controlled value in a magnet whose row bears a flag."""
    lists = f"Parent,Child,Qty,Unit price [USD],{column}\n,G,,1000,\nG,STEEL,1,5,\nG,MAGNET,1,5,{flag}\n"
    declared = make_text(folder, DECLARED, "declared.csv")
    bom = read_bom(make_text(folder, lists), choices=Choices(variant=variant), declarations=declared)
    goods = {good.part_number: good.verdict for good in assess(bom, ON).goods}
    return goods["G"]


def test_rows_that_are_not_fitted(tmp_path: Path) -> None:
    words = ["DNP", "x", None, "no", True, 1, 0, "Do not populate", "nicht bestückt", "-", False]
    rows = [["Part number", "Qty", "DNP"], *([f"P{i}", 1, word] for i, word in enumerate(words))]
    path = make_book(tmp_path, {"list": rows})
    assert children(read_bom(path)) == ["P2", "P3", "P6", "P9", "P10"]
    assert set(reasons(path).values()) == {"not fitted"}


def test_a_flag_that_says_neither_yes_nor_no_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, "PN,Qty,DNP\nA,1,maybe\n")
    assert children(bom) == ["A"]
    [told] = [f for f in bom.findings if f.severity == "error"]
    assert (told.code, told.row, told.part_number) == ("FLAG_NOT_READ", 2, "A")


@pytest.mark.parametrize("word", ["X", "deleted", "gelöscht", "yes"])
def test_deleted_rows(tmp_path: Path, word: str) -> None:
    assert children(read(tmp_path, f"Parent,Child,Qty,Deletion indicator\nT,A,1,{word}\nT,B,1,\n")) == ["B"]


def test_text_items_and_documents(tmp_path: Path) -> None:
    rows = "T,A,1,L\nT,B,1,T\nT,C,,T\nT,,,T\nT,D,1,D\nT,E,1,N\nT,F,1,R\n"
    path = make_text(tmp_path, "Parent,Child,Qty,Item category\n" + rows)
    bom = read_bom(path)
    assert children(bom) == ["A", "E", "F"]
    assert [f for f in bom.findings if f.severity == "error"] == []
    assert set(reasons(path)) == {3, 4, 5, 6}


def test_co_products_are_made_and_not_contained(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,co_product\nT,A,1,X\nT,B,-1,X\nT,C,1,\n")
    assert children(bom) == ["C"]


def test_a_negative_row_that_is_no_co_product_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,co_product\nT,B,-1,\nT,C,1,\n")
    assert [(f.code, f.part_number) for f in bom.findings if f.severity == "error"] == [("QTY_NOT_POSITIVE", "T")]


@pytest.mark.parametrize("column", ["DNP", "variant"])
def test_what_stands_under_a_row_that_is_left_out_is_left_out(tmp_path: Path, column: str) -> None:
    flag, variant = ("X", None) if column == "DNP" else ("red", "blue")
    rows = f"0,T,1,\n1,A,1,{flag}\n2,B,1,\n3,C,1,\n1,D,1,blue\n"
    rows = rows if column == "variant" else rows.replace("blue", "")
    path = make_text(tmp_path, f"Level,PN,Qty,{column}\n{rows}")
    bom = read_bom(path, choices=Choices(variant=variant))
    assert pairs(bom) == [("T", "D")]
    assert [f for f in bom.findings if f.severity == "error"] == []
    assert list(reasons(path, variant)) == [3, 4, 5]


VARIANTS = 'Parent,Child,Qty,variant\nT,A,1,Red\nT,B,1,Blue\nT,C,1,\nT,D,1,Red / Blue\nT,E,1,"Blue, Green"\nT,F,1,all\n'


@pytest.mark.parametrize(
    ("variant", "kept"), [("red", "ACDF"), ("Blue", "BCDEF"), (" GREEN ", "CEF"), ("Red / Blue", "CDF")]
)
def test_a_variant_keeps_its_rows_and_those_of_all(tmp_path: Path, variant: str, kept: str) -> None:
    bom = read(tmp_path, VARIANTS, variant)
    assert "".join(children(bom)) == kept
    assert [f for f in bom.findings if f.severity == "error"] == []


def test_without_a_choice_every_row_of_a_variant_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, VARIANTS)
    assert "".join(children(bom)) == "ABCDEF"
    told = [f for f in bom.findings if f.severity == "error"]
    assert {f.code for f in told} == {"VARIANT_NOT_CHOSEN"}
    assert [f.part_number for f in told] == ["A", "B", "D", "E"]


def test_a_variant_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"has no variant Violet: choose from Blue, Blue, Green, Red"):
        read(tmp_path, VARIANTS, "Violet")


def test_a_quantity_that_is_fixed_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,Fixed qty\nT,A,1,X\nT,B,1,\nT,C,1,no\n")
    assert children(bom) == ["A", "B", "C"]
    assert [(f.code, f.row) for f in bom.findings if f.severity == "error"] == [("QTY_FIXED", 2)]


def test_without_a_flag_the_good_is_at_the_line(tmp_path: Path) -> None:
    assert verdict(tmp_path, "DNP", "") == "at_or_above"


@pytest.mark.parametrize(
    ("column", "flag", "variant", "expected"),
    [
        ("DNP", "X", None, "below"),
        ("DNP", "no", None, "at_or_above"),
        ("DNP", "maybe", None, "undetermined"),
        ("Deletion indicator", "X", None, "below"),
        ("Item category", "T", None, "below"),
        ("co_product", "X", None, "below"),
        ("variant", "Red", None, "undetermined"),
        ("variant", "Red", "Red", "at_or_above"),
        ("variant", "Red/Blue", "Blue", "at_or_above"),
        ("Fixed qty", "X", None, "undetermined"),
    ],
)
def test_the_verdict_follows_the_flag(
    tmp_path: Path, column: str, flag: str, variant: str | None, expected: str
) -> None:
    assert verdict(tmp_path, column, flag, variant) == expected
