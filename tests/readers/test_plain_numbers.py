"""Numbers of whole tables: decimal marks, units and currencies in cells, and what contradicts its column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deminimis.model import Bom
from deminimis.readers import Choices, read_bom
from tests.readers.sample_books import make_book, make_text


def read(folder: Path, content: str, name: str = "bom.csv", decimal: str = "") -> Bom:
    return read_bom(make_text(folder, content, name), choices=Choices(decimal=decimal))


def column(bom: Bom, table: str, name: str) -> list[Any]:
    return bom.table(table)[name].to_pylist()


def errors(bom: Bom) -> list[tuple[str, int, str]]:
    return [(f.code, f.row, f.value) for f in bom.findings if f.severity == "error"]


def test_a_semicolon_file_with_decimal_commas(tmp_path: Path) -> None:
    bom = read(tmp_path, "Teil;Menge;Preis\nA;1,5;2,50 €\nB;2;1.000,00 €\n")
    assert column(bom, "lines", "quantity") == [1.5, 2]
    assert column(bom, "parts", "unit_value") == [2.5, 1000]
    assert column(bom, "parts", "currency") == ["EUR", "EUR"]


@pytest.mark.parametrize("content", ["PN;Qty;Unit price\nA;1;1.000\n", "PN;Qty;Unit price\nA;1;1,000\n"])
def test_a_thousand_or_one_is_asked(tmp_path: Path, content: str) -> None:
    bom = read(tmp_path, content)
    assert [code for code, _, _ in errors(bom)] == ["NUMBER_AMBIGUOUS"]
    assert column(bom, "parts", "unit_value") == [None]


@pytest.mark.parametrize(("decimal", "value"), [(",", 1.0), (".", 1000.0)])
def test_the_user_answers(tmp_path: Path, decimal: str, value: float) -> None:
    bom = read(tmp_path, 'PN,Qty,Unit price\nA,1,"1,000"\n', decimal=decimal)
    assert column(bom, "parts", "unit_value") == [value]


def test_currencies_in_cells_fill_their_column_and_may_not_contradict_it(tmp_path: Path) -> None:
    content = "PN,Qty,Unit price,Currency\nA,1,$5,EUR\nB,2,€4,EUR\nC,1,3 CHF,\nD,1,4,EUR\n"
    bom = read(tmp_path, content)
    assert column(bom, "parts", "currency") == ["EUR", "EUR", "CHF", "EUR"]
    assert errors(bom) == [("CURRENCY_DISAGREES", 2, "USD")]


def test_units_in_cells_fill_their_column_and_may_not_contradict_it(tmp_path: Path) -> None:
    bom = read(tmp_path, "PN,Qty,Unit\nA,5 kg,g\nB,2 pcs,Stk\nC,3,kg\nD,5 m,\n")
    assert column(bom, "lines", "unit") == ["g", "Stk", "kg", "m"]
    assert errors(bom) == [("UNIT_DISAGREES", 2, "kg")]


def test_a_unit_in_a_cell_goes_before_that_of_the_header(tmp_path: Path) -> None:
    bom = read(tmp_path, "PN,Qty [kg],Mass [kg]\nA,5 g,146 g\nB,2,2\n")
    assert column(bom, "lines", "unit") == ["g", "kg"]
    assert list(zip(column(bom, "parts", "mass"), column(bom, "parts", "mass_unit"), strict=True)) == [
        (146.0, "g"),
        (2.0, "kg"),
    ]


@pytest.mark.parametrize(
    ("cell", "mass", "unit"),
    [("146 g", 146.0, "g"), ("0.2kg", 0.2, "kg"), ("1 oz", 1.0, "oz"), ("12", 12.0, None), ("３ kg", 3.0, "kg")],
)
def test_masses_with_units(tmp_path: Path, cell: str, mass: float, unit: str | None) -> None:
    bom = read(tmp_path, f"PN,Qty,Mass\nA,1,{cell}\n")
    assert (column(bom, "parts", "mass"), column(bom, "parts", "mass_unit")) == ([mass], [unit])


@pytest.mark.parametrize("cell", ["12个", "12 pcs", "12 Stk.", "12 x", "12", "１２", "12,0", "12.00"])
def test_twelve_is_twelve(tmp_path: Path, cell: str) -> None:
    assert column(read(tmp_path, f"PN;Qty\nA;{cell}\n"), "lines", "quantity") == [12]


@pytest.mark.parametrize("cell", ["若干", "?", "-", "as needed", "tbd", "n.B.", "n/a", "None"])
def test_an_unknown_quantity_is_neither_one_nor_zero(tmp_path: Path, cell: str) -> None:
    bom = read(tmp_path, f"PN,Qty\nA,{cell}\n")
    assert column(bom, "lines", "quantity") == [None]
    assert errors(bom) == [("QTY_UNKNOWN", 2, cell)]


@pytest.mark.parametrize("cell", ["2 End Sets", "12 blobs", "target_qty - if(a)", "1e400", "0x10", "1_000", "22-"])
def test_what_is_no_quantity_is_an_error(tmp_path: Path, cell: str) -> None:
    bom = read(tmp_path, f"PN,Qty\nA,{cell}\n")
    assert column(bom, "lines", "quantity") == [None]
    assert len(errors(bom)) == 1


PER_UNIT = [
    ("4 EUR/kg", "kg", []),
    ("4 EUR/kg", "", [("UNIT_DISAGREES", 2, "kg")]),
    ("4 EUR/kg", "pcs", [("UNIT_DISAGREES", 2, "kg")]),
    ("4 EUR/kg", "g", [("UNIT_DISAGREES", 2, "kg")]),
    ("4 EUR/pc", "", []),
    ("4 EUR/pc", "kg", [("UNIT_DISAGREES", 2, "pc")]),
]


@pytest.mark.parametrize(("cell", "unit", "expected"), PER_UNIT)
def test_a_price_per_kilogram_is_no_price_per_piece(tmp_path: Path, cell: str, unit: str, expected: list[Any]) -> None:
    assert errors(read(tmp_path, f"PN,Qty,Unit,Unit price\nA,1,{unit},{cell}\n")) == expected


@pytest.mark.parametrize(("unit", "expected"), [("kg", []), ("pcs", [("UNIT_DISAGREES", 2, "kg")])])
def test_a_header_that_prices_a_kilogram(tmp_path: Path, unit: str, expected: list[Any]) -> None:
    assert errors(read(tmp_path, f"PN,Qty,Unit,Unit price (EUR/kg)\nA,1,{unit},4\n")) == expected


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("900 USD/kg", "kg", []),
        ("900 USD/g", "kg", [("UNIT_DISAGREES", 2, "g")]),
        ("900 USD/kg", "", []),
        ("900 USD/g", "", [("UNIT_DISAGREES", 2, "g")]),
        ("900/1000", "kg", [("NUMBER_NOT_READ", 2, "900/1000")]),
        ("900 €", "kg", [("CURRENCY_DISAGREES", 2, "EUR")]),
    ],
)
def test_prices_of_materials_say_their_unit_once(tmp_path: Path, cell: str, unit: str, expected: list[Any]) -> None:
    content = f"material,typical,currency,unit\ndysprosium_metal,{cell},USD,{unit}\n"
    assert errors(read(tmp_path, content, "prices.csv")) == expected


@pytest.mark.parametrize(
    ("amount", "basis", "error"),
    [
        ("2", "g_per_piece", ""),
        ("2 g", "g_per_piece", ""),
        ('"1,5"', "g_per_piece", ""),
        ("2 mg", "g_per_piece", "UNIT_DISAGREES"),
        ("2 kg", "g_per_piece", "UNIT_DISAGREES"),
        ("2 %", "g_per_piece", "UNIT_DISAGREES"),
        ("0.5 %", "wt_percent", ""),
        ("0.5 g", "wt_percent", "UNIT_DISAGREES"),
        ("5 ‰", "wt_percent", "NUMBER_NOT_READ"),
        ("500 ppm", "wt_percent", "NUMBER_NOT_READ"),
    ],
)
def test_a_declared_amount_counts_what_its_basis_says(tmp_path: Path, amount: str, basis: str, error: str) -> None:
    content = f"part_number,material,amount,basis\nA,dysprosium_metal,{amount},{basis}\n"
    assert [code for code, _, _ in errors(read(tmp_path, content, "declarations.csv"))] == [error] * bool(error)


def test_a_header_in_kilograms_over_grams_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, "part_number,material,amount [kg],basis\nA,dysprosium_metal,2,g_per_piece\n", "d.csv")
    assert errors(bom) == [("UNIT_DISAGREES", 2, "kg")]


def test_rates_and_lines_of_the_model_are_read_the_same_way(tmp_path: Path) -> None:
    rates = read(tmp_path, 'currency,per_base\nUSD,1\nCNY,"7,2"\n', "rates.csv")
    assert column(rates, "rates", "per_base") == [1, 7.2]
    assert [c for c, _, _ in errors(read(tmp_path, 'currency,per_base\nCNY,"7,250"\n'))] == ["NUMBER_AMBIGUOUS"]
    lines = read(tmp_path, 'parent,child,quantity,unit,scrap_percent\nT,A,"1,5",kg,5 %\nT,B,2 g,kg,5 kg\n', "lines.csv")
    assert column(lines, "lines", "quantity") == [1.5, 2]
    assert column(lines, "lines", "scrap_percent") == [5, 5]
    assert sorted(errors(lines)) == [("UNIT_DISAGREES", 3, "g"), ("UNIT_DISAGREES", 3, "kg")]


def test_sheets_of_the_model_are_read_the_same_way(tmp_path: Path) -> None:
    book = {
        "lines": [["parent", "child", "quantity", "unit"], ["T", "A", "5 kg", "kg"], ["T", "B", 5, None]],
        "parts": [
            ["part_number", "unit_value", "currency", "mass"],
            ["A", "€5", "USD", None],
            ["B", "5 €", None, "2 g"],
        ],
    }
    bom = read_bom(make_book(tmp_path, book))
    assert column(bom, "lines", "quantity") == [5, 5]
    assert column(bom, "parts", "currency") == ["USD", "EUR"]
    assert column(bom, "parts", "mass") == [None, 2]
    assert errors(bom) == [("CURRENCY_DISAGREES", 2, "EUR")]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("（约）30", 30, "NUMBER_APPROXIMATE"),
        ("Auf Anfrage", None, "PRICE_UNKNOWN"),
        ("---", None, "PRICE_UNKNOWN"),
        ("None", None, "PRICE_UNKNOWN"),
        ('"$2,000.00"', 2000, "CURRENCY_SIGN_ASSUMED"),
        ('"$355,80"', 355.8, "CURRENCY_SIGN_ASSUMED"),
    ],
)
def test_prices_as_people_write_them(tmp_path: Path, cell: str, value: float | None, code: str) -> None:
    bom = read(tmp_path, f"PN,Qty,Unit price\nA,1,{cell}\n")
    assert column(bom, "parts", "unit_value") == [value]
    assert code in {f.code for f in bom.findings}
