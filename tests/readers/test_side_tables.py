"""Tables asked with a bill: alternatives, demand and shipments, from files and from memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from deminimis.errors import InputError, LayoutError
from deminimis.readers.side_tables import read_amounts, read_side_table, side_columns

HEADER = ["Part number", "Supplier", "Unit price", "Currency", "Material", "Amount", "Basis", "Origin", "Capacity"]


def book(path: Path, *rows: list[Any], above: str = "") -> Path:
    made = openpyxl.Workbook()
    page = made.active
    for row in ([[above], []] if above else []) + [HEADER, *rows]:
        page.append(row)
    made.save(path)
    return path


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_a_workbook_with_a_title_keeps_ids_and_digits(tmp_path: Path) -> None:
    path = book(
        tmp_path / "offers.xlsx",
        ["00123", "Sample A", 4.123456789012, "EUR", "none", None, None, None, 1000],
        [124, "Sample B", 3, "EUR", None, None, None, "Japan", None],
        above="Offers of the sample suppliers",
    )
    read = read_side_table(path, "alternatives")
    assert [(row["part_number"], row["unit_value"], row["capacity"], row["row"]) for row in read.rows] == [
        ("00123", 4.123456789012, 1000.0, 4),
        ("124", 3.0, None, 5),
    ]
    assert [(row["material"], row["material_origin"]) for row in read.rows] == [("none", None), (None, "Japan")]
    assert read.findings == ()


def test_decimal_commas_and_thousands_are_read_by_their_evidence(tmp_path: Path) -> None:
    content = (
        "part_number;supplier;price [EUR];material;amount;basis;capacity\na;S;4,50;terbium;0,5;g_per_piece;1.000\n"
    )
    [row] = read_side_table(text(tmp_path / "offers.csv", content), "alternatives").rows
    assert (row["unit_value"], row["amount"], row["capacity"], row["currency"]) == (4.5, 0.5, 1000.0, "EUR")


def test_a_price_for_a_hundred_is_that_of_one(tmp_path: Path) -> None:
    read = read_side_table({"part_number": ["a"], "supplier": ["S"], "price [USD/100]": [3.0]}, "alternatives")
    assert (read.rows[0]["unit_value"], read.rows[0]["currency"]) == (0.03, "USD")


@pytest.mark.parametrize("header", ["demand [k]", "demand [1000 pcs]", "demand (thousand)"])
def test_a_multiple_in_the_header_is_refused(header: str) -> None:
    with pytest.raises(LayoutError, match="names a unit that is not applied"):
        read_side_table({"part_number": ["a"], header: [3.0]}, "demand")


@pytest.mark.parametrize("header", ["demand", "Demand [pcs]", "demand [pcs/year]", "Pieces per year"])
def test_pieces_are_pieces(header: str) -> None:
    assert read_amounts({"part_number": ["a"], header: [3.0]}, "demand") == {"a": 3.0}


def damaged(**cells: Any) -> dict[str, Any]:
    row = {"part_number": "a", "supplier": "S", "unit_value": 1.0, "material": "terbium", "amount": 2.0}
    return {name: [value] for name, value in {**row, "basis": "g_per_piece", **cells}.items()}


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"unit_value": -1.0}, "NUMBER_OUT_OF_RANGE", "unit_value"),
        ({"unit_value": "dear"}, "NUMBER_NOT_READ", "unit_value"),
        ({"amount": 101.0, "basis": "wt_percent"}, "NUMBER_OUT_OF_RANGE", "amount"),
        ({"low": 3.0}, "RANGE_OUT_OF_ORDER", "low"),
        ({"basis": "by weight"}, "CHOICE_NOT_KNOWN", "basis"),
        ({"material": None}, "ID_MISSING", "material"),
        ({"capacity": -4.0}, "NUMBER_OUT_OF_RANGE", "capacity"),
        ({"capacity": "plenty"}, "NUMBER_NOT_READ", "capacity"),
        ({"currency": "Taler"}, "CURRENCY_NOT_KNOWN", "currency"),
    ],
)
def test_a_damaged_row_is_told_once_and_not_used(cells: dict[str, Any], code: str, column: str) -> None:
    read = read_side_table(damaged(**cells), "alternatives")
    assert [(found.code, found.column, found.row) for found in read.findings] == [(code, column, 2)]
    assert (read.rows, len(read.refused)) == ((), 1)


def test_a_row_without_part_number_and_a_column_nobody_reads_are_told() -> None:
    read = read_side_table({"part_number": ["a", None], "demand": [1, 2], "colour": ["red", None]}, "demand")
    assert [found.code for found in read.findings] == ["ID_MISSING", "COLUMN_NOT_USED"]
    assert [row["part_number"] for row in read.rows] == ["a"]


def test_no_table_is_a_sentence_with_the_columns(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"offers.csv: no row .* \(part_number, supplier, unit_value\)"):
        read_side_table(text(tmp_path / "offers.csv", "a,b\n1,2\n"), "alternatives")
    with pytest.raises(InputError, match="no-such-file"):
        read_side_table(tmp_path / "no-such-file.csv", "alternatives")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"part_number": ["a", "a"], "shipments": [1, 2]}, "row 3: a stands twice"),
        ({"part_number": ["a"], "shipments": [None]}, "row 2: a has no number"),
        ({"part_number": ["a"], "shipments": ["dear"]}, "row 2: shipments is not a number"),
        ({"part_number": ["a"], "shipments": [-1]}, "row 2: shipments must be 0 or more"),
        ({"part_number": [], "shipments": []}, "holds no row"),
    ],
)
def test_amounts_are_whole_or_refused(rows: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_amounts(rows, "shipments")


def test_every_column_says_what_it_is() -> None:
    for table, columns in side_columns().items():
        assert all(column.help and column.names for column in columns.values()), table
