"""What a user names of one file, a sheet, a row or columns, does not bind the others; what no file has is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from deminimis.errors import LayoutError
from deminimis.readers import Choices, inspect_file, read_bom, remember_layout
from tests.readers.sample_books import make_book, make_text

NAMES = {"parent": "Gruppe X", "child": "Ding", "quantity": "Stk X"}
LINES = [["Gruppe X", "Ding", "Stk X"], ["T", "B", 2], ["T", "C", 1]]
RATES = [["currency", "per_base"], ["USD", 1], ["EUR", 0.8]]
RATES_TEXT = "currency,per_base\nUSD,1\nEUR,0.8\n"


def mapped(**said: object) -> Choices:
    return Choices(columns=NAMES, **said)  # type: ignore[arg-type]


def test_columns_of_the_bill_do_not_bind_the_rates_beside_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"list": LINES})
    for rates in (make_text(tmp_path, RATES_TEXT, "rates.csv"), make_book(tmp_path, {"x": RATES}, "rates.xlsx")):
        for order in ((book, rates), (rates, book)):
            bom = read_bom(*order, choices=mapped())
            assert (bom.lines["child"].to_pylist(), len(bom.rates)) == (["B", "C"], 2)


@pytest.mark.parametrize("name", ["rates", "Kurse"])
def test_columns_of_the_bill_do_not_bind_another_sheet(tmp_path: Path, name: str) -> None:
    bom = read_bom(make_book(tmp_path, {"list": LINES, name: RATES}), choices=mapped())
    assert (len(bom.lines), len(bom.rates)) == (2, 2)


def test_each_column_holds_where_it_stands(tmp_path: Path) -> None:
    lines = make_text(tmp_path, "Gruppe X,Ding,Stk X\nT,B,2\n", "lines.csv")
    parts = make_text(tmp_path, "part_number,Wert X,currency\nB,5,USD\n", "parts.csv")
    bom = read_bom(lines, parts, choices=Choices(columns={**NAMES, "unit_value": "Wert X"}))
    assert (len(bom.lines), bom.parts["unit_value"].to_pylist()) == (1, [5.0])


def test_columns_that_no_file_has_are_refused_with_what_was_looked_through(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"list": LINES, "rates": RATES})
    rates = make_text(tmp_path, RATES_TEXT, "more.csv")
    with pytest.raises(LayoutError) as refused:
        read_bom(book, rates, choices=Choices(columns={**NAMES, "mass": "Gewichd"}))
    assert str(refused.value) == (
        "bom.xlsx, more.csv (their sheets are list, rates): no row within the first 40 has the columns Gewichd: "
        "check their spelling."
    )


def test_columns_whose_row_makes_no_table_are_refused_beside_a_table(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"list": [["Ding", "Foo"], ["B", 2]], "rates": RATES})
    with pytest.raises(LayoutError, match="row 1 makes no table"):
        read_bom(book, choices=Choices(columns={"child": "Ding"}))


def test_a_list_without_structure_is_not_left_out_for_another_sheet(tmp_path: Path) -> None:
    lines = [["Level", "Part number", "Qty"], [0, "T", 1], [1, "B", 2]]
    book = make_book(tmp_path, {"mine": [["Teil X", "Anz"], ["A", 3]], "other": lines})
    own = Choices(columns={"part_number": "Teil X", "quantity": "Anz"})
    with pytest.raises(LayoutError, match="say --sheet 'mine'"):
        read_bom(book, choices=own)
    assert read_bom(book, choices=own, sheet="mine").lines["child"].to_pylist() == ["A"]


def test_the_layout_of_the_table_described_is_saved(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"rates": RATES, "list": LINES})
    remember_layout(book, tmp_path / "own.csv", mapped())
    assert "Gruppe X" in (tmp_path / "own.csv").read_text(encoding="utf-8")


def test_a_header_row_holds_where_it_makes_a_table(tmp_path: Path) -> None:
    old = [["PN", "Qty"], ["OLD", 9], ["PN", "Qty"], ["A", 1]]
    book = make_book(tmp_path, {"list": old, "rates": RATES})
    rates = make_text(tmp_path, RATES_TEXT, "rates.csv")
    bom = read_bom(book, rates, choices=Choices(header_row=3))
    assert (bom.lines["child"].to_pylist(), len(bom.rates)) == (["A"], 4)
    with pytest.raises(LayoutError, match=r"bom\.xlsx, rates\.csv have no row 9: the longest ends at row 4"):
        read_bom(book, rates, choices=Choices(header_row=9))
    with pytest.raises(LayoutError, match="row 2 makes no table"):
        read_bom(book, rates, choices=Choices(header_row=2))


def test_a_sheet_is_of_the_files_that_have_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"one": [["PN", "Qty"], ["A", 1]], "two": [["PN", "Qty"], ["B", 2]]})
    rates, text = make_book(tmp_path, {"x": RATES}, "rates.xlsx"), make_text(tmp_path, RATES_TEXT, "rates.csv")
    bom = read_bom(book, rates, text, sheet="two")
    assert (bom.lines["child"].to_pylist(), len(bom.rates)) == (["B"], 4)
    assert [(f.file, f.value) for f in bom.findings if f.code == "SHEET_ELSEWHERE"] == [("rates.xlsx", "two")]
    with pytest.raises(
        LayoutError, match=r"bom\.xlsx, rates\.xlsx have no sheet three: their sheets are one, two, x\."
    ):
        read_bom(book, rates, sheet="three")
    with pytest.raises(LayoutError, match=r"rates\.csv has no sheet one: a file of text has none"):
        read_bom(text, sheet="one")
    assert inspect_file(text, sheet="one").tables[0].used == 2


@pytest.mark.parametrize("road", ["file", "declarations"])
def test_the_mark_of_the_bill_is_not_that_of_declarations_which_prove_another(tmp_path: Path, road: str) -> None:
    lines = make_text(tmp_path, 'PN;Qty\nA;"1,500"\n', "lines.csv")
    declared = make_text(tmp_path, "part_number,material,amount,basis\nA,Dy,0.25,g_per_piece\nB,Dy,1.125,g_per_piece\n")
    mark = Choices(decimal=",")
    bom = (
        read_bom(lines, declared, choices=mark)
        if road == "file"
        else read_bom(lines, declarations=declared, choices=mark)
    )
    assert list(bom.numbers("lines", "quantity", exact=True)) == [Fraction(3, 2)]
    assert bom.declarations["amount"].to_pylist() == [0.25, 1.125]
    assert not [f.code for f in bom.findings if f.severity == "error" and f.column == "amount"]


def test_declarations_that_prove_nothing_have_the_mark_that_is_named(tmp_path: Path) -> None:
    lines = make_text(tmp_path, "PN;Qty\nA;2\n", "lines.csv")
    declared = make_text(tmp_path, 'part_number;material;amount;basis\nA;Dy;"1,125";g_per_piece\n')
    bom = read_bom(lines, declared, choices=Choices(decimal=","))
    assert bom.declarations["amount"].to_pylist() == [1.125]


def test_declarations_whose_numbers_differ_in_their_mark_stay_errors(tmp_path: Path) -> None:
    lines = make_text(tmp_path, "PN;Qty\nA;2\n", "lines.csv")
    declared = make_text(tmp_path, "part_number;material;amount;basis\nA;Dy;0.25;g_per_piece\nB;Dy;0,5;g_per_piece\n")
    bom = read_bom(lines, declared, choices=Choices(decimal=","))
    assert "DECIMAL_MIXED" in {f.code for f in bom.findings}
