"""Columns made from what systems print instead: exact to the last digit, and never from what is no number."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.assessment import assess
from deminimis.model import Bom, Finding
from deminimis.model.checks import RawTable
from deminimis.readers import read_bom
from deminimis.readers.tables.completed import complete
from tests.readers.sample_books import make_book, make_text

ON = dt.date(2026, 11, 22)


def raw(**columns: list[str | None]) -> RawTable:
    arrays = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    count = len(next(iter(columns.values())))
    headers = {name: name for name in columns}
    return RawTable("bom.csv", "", arrays, {}, pa.array(range(2, count + 2), pa.int32()).to_numpy(), (), headers)


def filled(name: str, column: str, **columns: list[str | None]) -> list[str | None]:
    return complete(name, raw(**columns)).columns[column].to_pylist()


def faults(name: str, **columns: list[str | None]) -> list[tuple[int, str]]:
    return [(fault.index, fault.code) for fault in complete(name, raw(**columns)).faults]


def read(folder: Path, content: str, name: str = "bom.csv") -> Bom:
    return read_bom(make_text(folder, content, name))


def exact(bom: Bom, table: str, column: str) -> list[Fraction]:
    return list(bom.numbers(table, column, exact=True))


def errors(bom: Bom) -> list[tuple[str, int]]:
    return [(f.code, f.row) for f in bom.findings if f.severity == "error"]


def test_other_tables_and_tables_without_such_columns_stay_as_they_are() -> None:
    prices, parts = raw(material=["x"], price_quantity=["100"]), raw(part_number=["A"], unit_value=["1"])
    assert complete("prices", prices) is prices
    assert complete("parts", parts) is parts


def test_a_price_for_many_is_divided() -> None:
    assert filled("parts", "unit_value", unit_value=["12.5", "10", "4"], price_quantity=["100", "3", "1"]) == [
        "1/8",
        "10/3",
        "4",
    ]


@pytest.mark.parametrize("bad", ["0", "-100", "x"])
def test_a_price_quantity_that_is_no_number_above_zero_is_an_error(bad: str) -> None:
    columns: dict[str, list[str | None]] = {"unit_value": ["5", "5", None], "price_quantity": [bad, "100", bad]}
    assert faults("parts", **columns) == [(0, "PRICE_QUANTITY_NOT_READ")]
    assert filled("parts", "unit_value", **columns) == ["5", "1/20", None]


def test_a_blank_price_quantity_among_others_is_told() -> None:
    assert faults("parts", unit_value=["5", "7"], price_quantity=["100", None]) == [(1, "DIVISOR_BLANK")]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Unit price (per 100)", "12.5"),
        ("Unit price [EUR/100]", "12.5"),
        ("Unit price", "12.5/100"),
        ("Unit price", "12.5 EUR/100"),
        ("Unit price", "12.5 EUR per 100"),
        ("Unit price", "12.5 € / 100 St"),
    ],
)
def test_a_price_quantity_in_the_header_or_in_the_cell(tmp_path: Path, header: str, cell: str) -> None:
    assert exact(read(tmp_path, f"PN,Qty,{header}\nA,1,{cell}\n"), "parts", "unit_value") == [Fraction(1, 8)]


@pytest.mark.parametrize("header", ["Price unit", "Preiseinheit", "PEINH"])
def test_a_price_quantity_in_a_column(tmp_path: Path, header: str) -> None:
    bom = read(tmp_path, f"PN,Qty,Unit price,{header}\nA,1,12.5,100\nB,1,10,3\n")
    assert exact(bom, "parts", "unit_value") == [Fraction(1, 8), Fraction(10, 3)]


@pytest.mark.parametrize(
    "content",
    ["PN,Qty,Unit price,Price unit\nA,1,12.5/10,100\n", "PN,Qty,Unit price (per 100)\nA,1,12.5/10\n"],
)
def test_two_price_quantities_that_disagree_are_an_error(tmp_path: Path, content: str) -> None:
    assert errors(read(tmp_path, content)) == [("PRICE_QUANTITY_DISAGREES", 2)]


def test_two_price_quantities_that_agree_are_one(tmp_path: Path) -> None:
    bom = read(tmp_path, "PN,Qty,Unit price,Price unit\nA,1,12.5/100,100.0\n")
    assert exact(bom, "parts", "unit_value") == [Fraction(1, 8)]
    assert errors(bom) == []


def test_the_price_of_a_pack_is_divided_by_what_is_in_it(tmp_path: Path) -> None:
    bom = read(tmp_path, "PN,Qty,Pack price [EUR],Qty per pack\nA,1,10,3\nB,1,9,50 cnt\n")
    assert exact(bom, "parts", "unit_value") == [Fraction(10, 3), Fraction(9, 50)]
    [told] = [f for f in bom.findings if f.code == "PRICE_OF_PACK"]
    assert told.message.startswith("2 prices are those of a pack")


@pytest.mark.parametrize(("bad", "code"), [("0", "PRICE_QUANTITY_NOT_READ"), ("-3", "PRICE_QUANTITY_NOT_READ"),
                                           ("many", "NUMBER_NOT_READ")])  # fmt: skip
def test_a_pack_of_no_number_gives_no_price_and_says_so(bad: str, code: str) -> None:
    columns: dict[str, list[str | None]] = {"pack_value": ["10"], "pack_quantity": [bad]}
    assert faults("parts", **columns) == [(0, code)]
    assert "unit_value" not in complete("parts", raw(**columns)).columns


def test_a_unit_price_goes_before_pack_and_line(tmp_path: Path) -> None:
    bom = read(
        tmp_path, "PN,Qty,Unit price,Pack price,Qty per pack,Total price\nA,2,4,10,3,8\nB,2,,10,5,90\nC,2,,,,9\n"
    )
    assert exact(bom, "parts", "unit_value") == [4, 2, Fraction(9, 2)]


def test_the_value_of_a_line_is_divided_by_its_quantity(tmp_path: Path) -> None:
    bom = read(tmp_path, "PN,Qty,Total price\nA,3,10\nB,0,10\nC,-2,10\n")
    assert exact(bom, "parts", "unit_value") == [Fraction(10, 3), 0, 0]
    assert bom.parts["unit_value"].to_pylist()[1:] == [None, None]
    assert [f.row for f in bom.findings if f.code == "PRICE_OF_LINE"] == [2]


@pytest.mark.parametrize(("unit", "grams"), [("g", Fraction(10, 3)), ("kg", Fraction(10000, 3))])
def test_the_mass_of_a_line_keeps_the_unit_of_its_header(tmp_path: Path, unit: str, grams: Fraction) -> None:
    bom = read(tmp_path, f"PN,Qty,Total weight [{unit}]\nA,3,10\n")
    factor = {"g": 1, "kg": 1000}[bom.parts["mass_unit"][0].as_py()]
    assert exact(bom, "parts", "mass")[0] * factor == grams


@pytest.mark.parametrize("column", ["Total weight [g]", "Total price", "Pack price"])
def test_words_where_a_total_is_wanted_are_errors_and_dashes_are_not(tmp_path: Path, column: str) -> None:
    bom = read(tmp_path, f"PN,Qty,{column},Qty per pack\nA,3,ten,1\nB,3,---,1\n")
    assert errors(bom) == [("NUMBER_NOT_READ", 2)]


def test_a_quantity_for_a_batch_is_divided(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,Base qty\nT,A,3,7\nT,B,1,1\nT,C,5,1000\n")
    assert exact(bom, "lines", "quantity") == [Fraction(3, 7), 1, Fraction(1, 200)]
    assert errors(bom) == []


@pytest.mark.parametrize("bad", ["0", "-2", "x"])
def test_a_batch_of_no_number_is_one_error_of_its_parent(tmp_path: Path, bad: str) -> None:
    bom = read(tmp_path, f"Parent,Child,Qty,Base qty\nT,A,3,{bad}\n")
    [told] = [f for f in bom.findings if f.severity == "error"]
    assert (told.code, told.row, told.part_number, told.value) == ("BATCH_NOT_READ", 2, "T", bad)


def test_a_blank_batch_among_others_is_told(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,Base qty\nT,A,3,7\nT,B,1,\n")
    assert [(f.row, f.severity) for f in bom.findings if f.code == "DIVISOR_BLANK"] == [(3, "warning")]


def test_a_loss_is_a_yield(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,loss_percent\nT,A,3,7\nT,B,3,0.1\nT,C,1,\n")
    assert exact(bom, "lines", "yield_percent") == [93, Fraction(999, 10), 100]


@pytest.mark.parametrize(
    ("loss", "code"), [("100", "NUMBER_OUT_OF_RANGE"), ("120", "NUMBER_OUT_OF_RANGE"), ("some", "NUMBER_NOT_READ")]
)
def test_a_loss_that_leaves_nothing_or_is_no_number_is_an_error(tmp_path: Path, loss: str, code: str) -> None:
    assert errors(read(tmp_path, f"Parent,Child,Qty,loss_percent\nT,A,3,{loss}\n")) == [(code, 2)]


def test_a_yield_goes_before_a_loss() -> None:
    assert filled("lines", "yield_percent", loss_percent=["7", "7"], yield_percent=["90", None]) == ["90", "93"]


RANKED = "Parent,Child,Qty,alternate_group,alternate_rank\n"


def test_of_ranked_alternatives_the_first_counts(tmp_path: Path) -> None:
    bom = read(tmp_path, RANKED + "T,A,3,G,2\nT,B,3,G,1\nT,C,3,,\nU,A,3,G,3\nU,B,3,G,4\n")
    assert bom.lines["usage_percent"].to_pylist() == [0, 100, None, 100, 0]
    assert [(f.row, f.severity) for f in bom.findings if f.code == "ALTERNATES_BY_RANK"] == [
        (3, "warning"),
        (5, "warning"),
    ]


@pytest.mark.parametrize("ranks", [("1", "1"), ("1", ""), ("x", "2"), ("", "")])
def test_where_ranks_say_no_first_the_alternatives_are_an_error(tmp_path: Path, ranks: tuple[str, str]) -> None:
    bom = read(tmp_path, RANKED + f"T,A,3,G,{ranks[0]}\nT,B,3,G,{ranks[1]}\n")
    assert bom.lines["usage_percent"].to_pylist() == [None, None]
    found = assess(bom, ON)
    assert "ALTERNATES_WITHOUT_SHARE" in {f.code for f in found.findings}
    assert [good.verdict for good in found.goods] == ["undetermined"]


def test_a_rank_without_a_group_is_an_error(tmp_path: Path) -> None:
    assert errors(read(tmp_path, RANKED + "T,A,3,,1\nT,B,3,,2\n")) == [("RANK_WITHOUT_GROUP", 3)]


def test_shares_go_before_ranks(tmp_path: Path) -> None:
    content = "Parent,Child,Qty,alternate_group,alternate_rank,usage_percent\nT,A,3,G,1,60\nT,B,3,G,2,40\n"
    assert read(tmp_path, content).lines["usage_percent"].to_pylist() == [60, 40]


whole = st.integers(1, 10**9)


@given(whole, whole)
def test_every_ratio_is_exact(above: int, below: int) -> None:
    for name, column, columns in (
        ("parts", "unit_value", {"unit_value": [str(above)], "price_quantity": [str(below)]}),
        ("parts", "unit_value", {"pack_value": [str(above)], "pack_quantity": [str(below)]}),
        ("parts", "mass", {"mass_total": [str(above)], "printed_quantity": [str(below)]}),
        ("lines", "quantity", {"quantity": [str(above)], "batch_quantity": [str(below)]}),
    ):
        [cell] = filled(name, column, **columns)
        assert cell is not None
        assert Fraction(cell) == Fraction(above, below)


def test_doubles_of_a_workbook_are_the_decimals_that_were_typed(tmp_path: Path) -> None:
    rows = [["PN", "Qty", "Unit price", "Price unit", "Total weight [g]"], ["A", 3, 0.1, 3, 0.2]]
    bom = read_bom(make_book(tmp_path, {"list": rows}))
    assert exact(bom, "parts", "unit_value") == [Fraction(1, 30)]
    assert exact(bom, "parts", "mass") == [Fraction(1, 15)]


def judged(folder: Path, pack: str, controlled: str = "0.001") -> tuple[str, list[Finding]]:
    """The verdict on a good of three parts, bought in packs of three at a price that no float holds."""
    lists = "Parent,Child,Qty,Pack price [USD],Qty per pack\nG,A,1," + pack + ",3\n"
    declared = "part_number,material,amount,basis,currency,material_origin\n"
    declared += f"A,dysprosium_metal,{controlled},value_per_piece,USD,CN\n"
    bom = read_bom(make_text(folder, lists), make_text(folder, declared, "declared.csv"))
    result = assess(bom, ON)
    [good] = result.goods
    return good.verdict, list(result.findings)


@pytest.mark.parametrize(
    ("pack", "controlled", "verdict"),
    [
        ("3", "0.001", "at_or_above"),
        ("10", "1/300", "at_or_above"),
        ("10", "0.00333333333333333333", "below"),
        ("10", "0.00333333333333333334", "at_or_above"),
        ("10.00000000000000001", "1/300", "below"),
        ("9.99999999999999999", "1/300", "at_or_above"),
    ],
)
def test_a_third_is_judged_at_the_line_as_a_third(tmp_path: Path, pack: str, controlled: str, verdict: str) -> None:
    assert judged(tmp_path, pack, controlled)[0] == verdict


def test_three_pieces_of_a_pack_cost_the_pack(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Parent", "Child", "Qty", "Pack price [USD]", "Qty per pack"], ["G", "A", 3, 10, 3]]
    declared = [["part_number", "material", "amount", "basis", "currency", "material_origin"]]
    declared += [["A", "dysprosium_metal", "1/300", "value_per_piece", "USD", "CN"]]
    bom = read_bom(make_book(tmp_path, {"list": rows}), make_book(tmp_path, {"d": declared}, "declared.xlsx"))
    [good] = assess(bom, ON).goods
    assert good.verdict == "at_or_above"
    assert good.article_value.typical == 10
