"""Prices for many pieces, in parts of a currency or of two kinds, and lists stacked under titles of their own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from deminimis.model import Bom
from deminimis.readers import read_bom
from tests.readers.sample_books import make_book

Rows = list[list[object]]


def read(folder: Path, rows: Rows) -> Bom:
    return read_bom(make_book(folder, {"1": rows}, "P-100.xlsx"))


def errors(bom: Bom) -> list[str]:
    return [f.code for f in bom.findings if f.severity == "error"]


def prices(bom: Bom) -> list[Fraction | None]:
    return list(bom.numbers("parts", "unit_value", exact=True))


def lines_of(bom: Bom) -> set[tuple[str, str]]:
    return set(zip(bom.lines["parent"].to_pylist(), bom.lines["child"].to_pylist(), strict=True))


PRICE_UNITS = (
    "PE/per/Price per/Preis pro/Preis je/Pricing unit/Price basis/Price UoM/计价单位/Цена за/Cena za/Cost lot size/"
    "Costing Lot Size"
)


@pytest.mark.parametrize("header", PRICE_UNITS.split("/"))
def test_the_number_of_pieces_beside_a_price_divides_it(tmp_path: Path, header: str) -> None:
    rows: Rows = [["Part Number", "Quantity", "Unit price", header], ["M-1", 2, 50, 100], ["M-2", 1, 3, 1]]
    assert prices(read(tmp_path, rows)) == [Fraction(1, 2), 3]


@pytest.mark.parametrize(("cell", "price"), [("EA", 50), ("100 PC", Fraction(1, 2))])
def test_a_unit_of_pieces_is_a_number_of_them(tmp_path: Path, cell: str, price: Fraction) -> None:
    bom = read(tmp_path, [["Part Number", "Quantity", "Unit price", "Price UoM"], ["M-1", 2, 50, cell]])
    assert (prices(bom), errors(bom)) == ([price], [])


def test_another_unit_of_the_price_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, [["Part Number", "Quantity", "Unit price", "Price UoM"], ["M-1", 2, 50, "kg"]])
    assert errors(bom)


@pytest.mark.parametrize(
    "header",
    ["Price per 100", "Price/100", "Preis je 100", "Price/100 pcs", "Price per 100 [EUR]", "Price (EUR) / 100 pcs"],
)
def test_a_header_that_says_the_number_of_pieces(tmp_path: Path, header: str) -> None:
    bom = read(tmp_path, [["Part Number", "Quantity", header], ["M-1", 2, 50]])
    assert (prices(bom), errors(bom)) == ([Fraction(1, 2)], [])
    assert bom.parts["currency"].to_pylist() == (["EUR"] if "EUR" in header else [None])


def test_a_quantity_for_a_hundred_is_no_quantity_per_parent(tmp_path: Path) -> None:
    bom = read(tmp_path, [["Part Number", "Description", "Qty per 100"], ["M-1", "Sample", 200]])
    assert 200 not in list(bom.numbers("lines", "quantity", exact=True))


@pytest.mark.parametrize("unit", ["[ct]", "(cents)", "(分)", "(коп)", "[Rp]", "(ct/pc)", "(US cents)", "[pence]"])
def test_parts_of_a_currency_are_an_error(tmp_path: Path, unit: str) -> None:
    bom = read(tmp_path, [["Part Number", "Quantity", f"Unit Price {unit}"], ["M-1", 2, 50]])
    assert "COLUMN_MULTIPLE" in errors(bom)


@pytest.mark.parametrize("header", ["Unit Price [EUR]", "Mass [g]", "Price (CNY)"])
def test_other_units_are_none(tmp_path: Path, header: str) -> None:
    assert "COLUMN_MULTIPLE" not in errors(read(tmp_path, [["Part Number", "Quantity", header], ["M-1", 2, 50]]))


@pytest.mark.parametrize("order", [("STPRS", "VERPR"), ("VERPR", "STPRS")])
def test_the_price_control_says_which_price_is_valid(tmp_path: Path, order: tuple[str, str]) -> None:
    values = {"STPRS": (10, 20), "VERPR": (3, 4)}
    rows: Rows = [["Part Number", "Quantity", *order, "VPRSV"]]
    for i, letter in enumerate("SV"):
        rows.append([f"M-{i}", 1, *(values[name][i] for name in order), letter])
    bom = read(tmp_path, rows)
    assert (prices(bom), errors(bom)) == ([10, 4], [])


def test_two_prices_without_price_control_are_an_error(tmp_path: Path) -> None:
    rows: Rows = [["Part Number", "Quantity", "STPRS", "VERPR"], ["M-1", 1, 10, 3], ["M-2", 1, 5, 5]]
    assert errors(read(tmp_path, rows)) == ["PRICE_NOT_CHOSEN"]


@pytest.mark.parametrize("title", [["Assembly: {}"], ["Assembly", "{}"], ["BOM for: {}"]])
def test_each_title_above_a_repeated_header_begins_the_list_of_its_part(tmp_path: Path, title: list[str]) -> None:
    rows: Rows = []
    for part, child in (("TOP", "SUB"), ("SUB", "M-1")):
        rows += [[word.format(part) for word in title], ["Part Number", "Quantity", "Description"]]
        rows += [[child, 2, "sample"], []]
    bom = read(tmp_path, rows)
    assert (lines_of(bom), errors(bom)) == ({("TOP", "SUB"), ("SUB", "M-1")}, [])


@pytest.mark.parametrize(("title", "faults"), [("Sub frame 7", ["LIST_TITLE_NOT_READ"]), ("Page 2 of 3", [])])
def test_a_title_that_is_not_understood_is_an_error(tmp_path: Path, title: str, faults: list[str]) -> None:
    head: list[object] = ["Description", "Part Number", "Quantity"]
    rows: Rows = [["Assembly: TOP"], head, ["sample", "M-1", 2], [], [title], head, ["sample", "M-2", 1]]
    assert errors(read(tmp_path, rows)) == faults
