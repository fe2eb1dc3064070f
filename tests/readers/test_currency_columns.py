"""Currencies as words and signs, in a column of their own and in headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.model import Bom
from deminimis.readers import read_bom
from deminimis.readers.cells.cell_words import currency_said
from tests.readers.sample_books import make_text


def read(folder: Path, content: str) -> Bom:
    return read_bom(make_text(folder, content))


def told(bom: Bom, code: str) -> list[str]:
    return [found.message for found in bom.findings if found.code == code]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("RMB", "CNY"),
        ("CNY¥", "CNY"),
        ("CN¥", "CNY"),
        ("人民币", "CNY"),
        ("euro", "EUR"),
        ("Euros", "EUR"),
        ("EUR €", "EUR"),
        ("US Dollar", "USD"),
        ("US$", "USD"),
        ("$ USD", "USD"),
        ("HK$", "HKD"),
        ("NT$", "TWD"),
        ("Yen", "JPY"),
        ("円", "JPY"),
        ("원", "KRW"),
        ("Kč", "CZK"),
        ("zł", "PLN"),
        ("₽", "RUB"),
        ("SFr.", "CHF"),
        ("eur", "EUR"),
    ],
)
def test_a_word_of_one_currency_is_its_code(tmp_path: Path, word: str, code: str) -> None:
    bom = read(tmp_path, f"Part number,Qty,Price,Currency\nA,1,3,{word}\nB,1,3,\n")
    assert bom.parts["currency"].to_pylist() == [code, None]
    assert [found.code for found in bom.findings if found.severity == "error"] == []
    assert told(bom, "CURRENCY_SIGN_ASSUMED") == []


@pytest.mark.parametrize("word", ["Rs", "¥", "kr", "圆", "dollar of ours", "net", "$ EUR"])
def test_a_word_of_several_currencies_or_none_stays_an_error(tmp_path: Path, word: str) -> None:
    bom = read(tmp_path, f"Part number,Qty,Price,Currency\nA,1,3,{word}\n")
    assert bom.parts["currency"].to_pylist() == [None]
    assert len(told(bom, "CURRENCY_NOT_KNOWN")) == 1


def test_a_shared_sign_is_read_by_the_language_and_told_once(tmp_path: Path) -> None:
    bom = read(tmp_path, "零件号,数量,单价,币种\nA,1,3,¥\nB,1,3,¥\nC,1,3,USD\n")
    assert bom.parts["currency"].to_pylist() == ["CNY", "CNY", "USD"]
    [message] = told(bom, "CURRENCY_SIGN_ASSUMED")
    assert "read as CNY (2 cells)" in message


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Unit price (RMB)", "CNY"),
        ("Price RMB", "CNY"),
        ("Price (EUR/kg)", "EUR"),
        ("Price [€]", "EUR"),
        ("Price (US$)", "USD"),
        ("Unit price (CN¥)", "CNY"),
        ("Preis (Euro)", "EUR"),
        ("Unit price (net)", None),
        ("Price (EXW)", None),
    ],
)
def test_the_currency_of_a_header(tmp_path: Path, header: str, code: str | None) -> None:
    bom = read(tmp_path, f"Part number,Qty,Unit,{header}\nA,1,kg,3\n")
    assert bom.parts["currency"].to_pylist() == [code]
    assert told(bom, "CURRENCY_NOT_KNOWN") == []


def test_a_dollar_in_a_header_is_told(tmp_path: Path) -> None:
    bom = read(tmp_path, "Part number,Qty,Price ($)\nA,1,3\n")
    assert bom.parts["currency"].to_pylist() == ["USD"]
    assert len(told(bom, "CURRENCY_SIGN_ASSUMED")) == 1


def test_a_peso_in_a_spanish_header_is_no_dollar(tmp_path: Path) -> None:
    bom = read(tmp_path, "Código de pieza,Cantidad,Precio unitario ($)\nA,1,3\n")
    assert bom.parts["currency"].to_pylist() == [None]
    assert len(told(bom, "CURRENCY_NOT_KNOWN")) == 1


def test_yuan_or_yen_in_a_header_is_an_error_under_english_names(tmp_path: Path) -> None:
    bom = read(tmp_path, "Part number,Qty,Price (¥)\nA,1,3\n")
    assert told(bom, "CURRENCY_NOT_KNOWN")


@pytest.mark.parametrize("cell", ["", "  ", "12", "EUR USD", "price"])
def test_what_names_no_currency(cell: str) -> None:
    assert currency_said(cell) is None


@pytest.mark.parametrize(("header", "code"), [("EUR", "EUR"), ("€", "EUR"), ("RMB", "CNY"), ("USD ", "USD")])
def test_a_column_named_by_a_currency_holds_prices(tmp_path: Path, header: str, code: str) -> None:
    bom = read(tmp_path, f"Part number,Qty,{header}\nA,1,3\nB,1,4.50\n")
    assert bom.parts.select(["unit_value", "currency"]).to_pylist() == [
        {"unit_value": 3.0, "currency": code},
        {"unit_value": 4.5, "currency": code},
    ]
    assert len(told(bom, "PRICE_BY_CURRENCY")) == 1


@pytest.mark.parametrize(
    "content",
    [
        "Part number,Qty,EUR,USD\nA,1,3,4\n",
        "Part number,Qty,EUR,Unit price\nA,1,3,4\n",
        "Part number,Qty,EUR\nA,1,yes\n",
        "Part number,Qty,$\nA,1,3\n",
    ],
    ids=["two currencies", "another price", "words", "a shared sign"],
)
def test_a_column_named_by_a_currency_that_may_be_something_else(tmp_path: Path, content: str) -> None:
    bom = read(tmp_path, content)
    assert told(bom, "PRICE_BY_CURRENCY") == []
    assert 3.0 not in bom.parts["unit_value"].to_pylist()


@pytest.mark.parametrize(
    "header",
    [
        "EK",
        "EK netto",
        "EK-Preis",
        "Prix achat",
        "Prix d'achat",
        "Prix d’achat",
        "PA HT",
        "成本",
        "採購價",
        "仕入値",
        "매입가",
        "Cena nabycia",
        "Pořizovací cena",
        "Себестоимость",
        "Preço de custo",
        "Son Alış Fiyatı",
        "Giá gốc",
        "Precio de coste",
        "Prezzo acquisto",
    ],
)
def test_prices_under_the_names_of_purchasing(tmp_path: Path, header: str) -> None:
    assert read(tmp_path, f"Part number,Qty,{header}\nA,1,3\n").parts["unit_value"].to_pylist() == [3.0]
