from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deminimis.errors import InputError
from deminimis.model import finding, finding_codes
from deminimis.model.cells import currency_codes
from deminimis.readers.cells.cell_patterns import currency_words
from deminimis.readers.cells.cell_words import LONGEST, read_cell, unit_word
from deminimis.readers.cells.decimal_marks import NAMES, readings
from deminimis.readers.cells.number_words import NumberColumn, read_number_words


def read(cells, kind="number", **options) -> NumberColumn:
    return read_number_words({"cells": pa.array(cells, pa.string())}, {"cells": kind}, **options)["cells"]


def text(cells, kind="number", **options):
    return read(cells, kind, **options).text.to_pylist()


def told(column):
    return [(fault.code, fault.index, fault.value) for fault in column.faults]


# the decimal mark


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12,34,567", "1234567"),
        ("1,5", "1.5"),
        ("1,2345", "1.2345"),
        ("1234,567", "1234.567"),
        ("0,125", "0.125"),
        (",125", "0.125"),
        ("1'234.567", "1234.567"),
        ("1’234,567", "1234.567"),
        ("1 234,567", "1234.567"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u2009234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("10 000", "10000"),
        ("1,500E3", "1.500E3"),
        ("１２", "12"),
        ("１，５", "1.5"),
        ("١٢٫٥", "12.5"),
        ("१२", "12"),
        ("22-", "-22"),
        ("−22", "-22"),
        ("- 22", "-22"),
        ("1.234,50-", "-1234.50"),
        ("\u200b12", "12"),
        ("0,12345678901234567890123", "0.12345678901234567890123"),
    ],
)
def test_a_cell_that_decides_itself(cell, number):
    column = read([cell])
    assert column.text.to_pylist() == [number]
    assert column.faults == ()


@pytest.mark.parametrize("cell", ["1E-3", "2.50", " 7 ", "+5", ".5", "5.", "1.000", "2.500", "00012"])
def test_plain_decimals_stay(cell):
    cells = pa.array([cell, None, ""])
    column = read_number_words({"a": cells}, {"a": "number"})["a"]
    assert column.text is cells
    assert (column.faults, column.decimal) == ((), "")


@pytest.mark.parametrize(
    "cell",
    [
        "1,2,3",
        "1.2.3",
        "10/11/2026",
        "12.34,56",
        "1½",
        "10²",
        "①",
        "1\n234",
        "10-12",
        "10~12",
        "2x4",
        "2 x 4",
        "<5",
        "12万",
    ],
)
@pytest.mark.parametrize("kind", ["quantity", "money", "number"])
def test_what_is_no_number_is_left_to_the_typing_of_cells(cell, kind):
    column = read([cell], kind)
    assert (column.text.to_pylist(), column.faults, dict(column.units)) == ([cell], (), {})


def test_the_column_decides_and_says_by_which_row():
    column = read(["1,000", "12", "2,50", None, "3.000"], rows=[7, 8, 9, 10, 11])
    assert column.text.to_pylist() == ["1.000", "12", "2.50", None, "3000"]
    assert (column.decimal, column.evidence) == (",", 'decimal comma: row 9 says "2,50"')
    assert text(["1,000", "2.50"]) == ["1000", "2.50"]


def test_one_comma_and_three_digits_alone_are_not_read():
    column = read(["1,000", "1.500", "7"])
    assert column.text.to_pylist() == [None, None, "7"]
    assert told(column) == [("NUMBER_AMBIGUOUS", 0, "1,000"), ("NUMBER_AMBIGUOUS", 1, "1.500")]
    assert column.faults[0].details == {"point": "1000", "comma": "1.000"}
    assert column.faults[1].details == {"point": "1.500", "comma": "1500"}
    assert column.decimal == ""


@pytest.mark.parametrize("cell", ["1.000 kg", "1.000 €"])
def test_a_point_and_three_digits_beside_words_are_not_read(cell):
    assert told(read([cell], "money" if "€" in cell else "quantity")) == [("NUMBER_AMBIGUOUS", 0, cell)]


def test_the_other_columns_decide_for_a_column_without_evidence():
    columns = {"quantity": pa.array(["1,000", "2.000"]), "price": pa.array(["12,50", "1"])}
    found = read_number_words(columns, {"quantity": "quantity", "price": "money"})
    assert found["quantity"].text.to_pylist() == ["1.000", "2000"]
    assert found["quantity"].evidence == 'decimal comma: row 1 says "12,50" in price'
    columns["mass"] = pa.array(["1.5", "2"])
    found = read_number_words(columns, {"quantity": "quantity", "price": "money", "mass": "number"})
    assert found["quantity"].text.to_pylist() == [None, None]
    assert found["mass"].text.to_pylist() == ["1.5", "2"]


def test_plain_thousand_like_cells_follow_a_comma_elsewhere():
    columns = {"a": pa.array(["1.000", "-2.500"]), "b": pa.array(["0,5", "1"])}
    assert read_number_words(columns, {"a": "number", "b": "number"})["a"].text.to_pylist() == ["1000", "-2500"]
    columns["b"] = pa.array(["0.5 kg", "1"])
    assert read_number_words(columns, {"a": "number", "b": "number"})["a"].text is columns["a"]


def test_a_hint_of_the_comma_only_doubts():
    assert told(read(["1.000", "12"], comma_hint=True)) == [("NUMBER_AMBIGUOUS", 0, "1.000")]
    assert told(read(["1,000"], comma_hint=True)) == [("NUMBER_AMBIGUOUS", 0, "1,000")]
    assert text(["1.000", "2.5"], comma_hint=True) == ["1.000", "2.5"]


def test_cells_that_do_not_fit_the_majority_are_errors():
    column = read(["1,5", "2,5", "3.5", "1,000", "4.000", "12"])
    assert column.text.to_pylist() == ["1.5", "2.5", None, None, None, "12"]
    assert told(column) == [
        ("DECIMAL_MIXED", 2, "3.5"),
        ("NUMBER_AMBIGUOUS", 3, "1,000"),
        ("NUMBER_AMBIGUOUS", 4, "4.000"),
    ]
    assert column.faults[0].details["evidence"] == (
        'mixed: decimal point: row 3 says "3.5"; decimal comma: row 1 says "1,5"'
    )
    assert told(read(["1.5", "2.5", "3,5"])) == [("DECIMAL_MIXED", 2, "3,5")]


def test_a_tie_reads_neither():
    column = read(["1,5", "2.5", "1,000", "12"])
    assert column.text.to_pylist() == [None, None, None, "12"]
    assert [code for code, *_ in told(column)] == ["DECIMAL_MIXED", "DECIMAL_MIXED", "NUMBER_AMBIGUOUS"]


def test_the_user_decides():
    assert text(["1,000", "1.000"], decimal=".") == ["1000", "1.000"]
    assert text(["1,000", "1.000"], decimal=",") == ["1.000", "1000"]
    assert text(["1.000"], decimal=",") == ["1000"]
    assert told(read(["1.5"], decimal=",")) == [("DECIMAL_MIXED", 0, "1.5")]
    assert told(read(["1,5"], decimal=".")) == [("DECIMAL_MIXED", 0, "1,5")]


def test_doubles_are_left_alone_and_prove_nothing():
    cells = pa.array(["1.125", "2.5", "3,5", "x"])
    doubles = pa.array([1.125, 2.5, None, 4.0])
    column = read_number_words({"a": cells}, {"a": "number"}, {"a": doubles})["a"]
    assert column.text.to_pylist() == ["1.125", "2.5", "3.5", "x"]
    assert (column.decimal, column.faults) == (",", ())
    all_given = read_number_words({"a": cells}, {"a": "number"}, {"a": pa.array([1.0, 2.0, 3.0, 4.0])})["a"]
    assert all_given.text is cells


def test_bad_use_is_refused():
    with pytest.raises(InputError, match="no decimal mark"):
        read(["1"], decimal=";")
    with pytest.raises(InputError, match="no kind of number"):
        read(["1"], "length")


# money


@pytest.mark.parametrize(
    ("cell", "number", "code"),
    [
        ("12,50 €", "12.50", "EUR"),
        ("€12.50", "12.50", "EUR"),
        ("£ 3.20", "3.20", "GBP"),
        ("US$ 2,000.00", "2000.00", "USD"),
        ("CHF 1’234.50", "1234.50", "CHF"),
        ("1 234,50 zł", "1234.50", "PLN"),
        ("₩12,000,000", "12000000", "KRW"),
        ("R$ 1,50", "1.50", "BRL"),
        ("NT$30", "30", "TWD"),
        ("HK$30", "30", "HKD"),
        ("CA$30", "30", "CAD"),
        ("S$30", "30", "SGD"),
        ("30 RMB", "30", "CNY"),
        ("500円", "500", "JPY"),
        ("30 usd", "30", "USD"),
        ("SEK 30", "30", "SEK"),
        ("$30 CAD", "30", "CAD"),
        ("-5 €", "-5", "EUR"),
        ("5,00 €-", "-5.00", "EUR"),
        ("(€22)", "-22", "EUR"),
        ("12,- €", "12", "EUR"),
        ("CHF 12.–", "12", "CHF"),
        ("1.000,- €", "1000", "EUR"),
    ],
)
def test_currency_signs_and_codes(cell, number, code):
    column = read([cell], "money")
    assert (column.text.to_pylist(), dict(column.currencies), column.faults) == ([number], {0: code}, ())


def test_a_dollar_alone_is_assumed_to_be_american_once():
    column = read(["$2,000.00", "$5", "€7"], "money")
    assert column.text.to_pylist() == ["2000.00", "5", "7"]
    assert dict(column.currencies) == {0: "USD", 1: "USD", 2: "EUR"}
    assert [(f.code, f.index, f.details) for f in column.faults] == [
        ("CURRENCY_SIGN_ASSUMED", 0, {"currency": "USD", "count": "2"})
    ]
    assert text(["$355,80"], "money") == ["355.80"]


@pytest.mark.parametrize(
    ("sign", "language", "code"),
    [("¥", "zh", "CNY"), ("￥", "ja", "JPY"), ("kr", "sv", "SEK"), ("元", "zh", "CNY"), ("$", "de", "USD")],
)
def test_shared_signs_by_language(sign, language, code):
    column = read([f"{sign}12"], "money", language=language)
    assert dict(column.currencies) == {0: code}
    assert [fault.code for fault in column.faults] == ["CURRENCY_SIGN_ASSUMED"]


@pytest.mark.parametrize(("sign", "language"), [("¥", ""), ("¥", "de"), ("kr", "en"), ("Rs.", "en"), ("$", "es")])
def test_shared_signs_that_nothing_settles(sign, language):
    column = read([f"{sign} 12"], "money", language=language)
    assert (column.text.to_pylist(), dict(column.currencies)) == ([None], {})
    assert told(column) == [("CURRENCY_SIGN_UNCLEAR", 0, f"{sign} 12")]


def test_the_currency_column_settles_a_shared_sign():
    column = read(["¥12", "$5", "¥7"], "money", currencies={"cells": pa.array(["JPY", "cad", None])})
    assert dict(column.currencies) == {0: "JPY", 1: "CAD"}
    assert column.text.to_pylist() == ["12", "5", None]
    assert told(column) == [("CURRENCY_SIGN_UNCLEAR", 2, "¥7")]


@pytest.mark.parametrize(
    "cell",
    [
        "12 T€",
        "12万元",
        "5k",
        "€5 USD",
        "$5M",
        "5%",
        "all 5",
        "(5)-",
        "+-5",
        "(约30)",
        "5 foo",
        "5 €/foo",
        "5 le\u0130",
    ],
)
def test_money_that_is_not_read(cell):
    column = read([cell], "money")
    assert (column.text.to_pylist(), dict(column.currencies), column.faults) == ([cell], {}, ())


@pytest.mark.parametrize(
    ("cell", "number", "per", "unit"),
    [
        ("12.5/100", "12.5", "100", None),
        ("9.80 per 50", "9.80", "50", None),
        ("EUR 3,20 / 1000 St", "3.20", "1000", "St"),
        ("EUR 3,20 / 1.000 St", "3.20", "1000", "St"),
        ("1.234,50 €/100 Stk.", "1234.50", "100", "Stk."),
        ("274 USD/kg", "274", None, "kg"),
        ("12.50 €/0.5 kg", "12.50", "0.5", "kg"),
        ("120元/个", "120", None, "个"),
        ("3.50 each", "3.50", None, "pcs"),
        ("2,50 € pro Stück", "2.50", None, "pcs"),
    ],
)
def test_price_quantities_and_units(cell, number, per, unit):
    column = read([cell], "money")
    assert (column.text.to_pylist(), column.per.get(0), column.units.get(0)) == ([number], per, unit)


@pytest.mark.parametrize("cell", ["9.80 / 1.000 St", "3,20 / 1,000 St", "10/25", "5/0", "5/", "€10/11"])
def test_price_quantities_that_may_be_something_else(cell):
    column = read([cell], "money")
    assert (column.text.to_pylist(), dict(column.per)) == ([cell], {})


@pytest.mark.parametrize(
    "cell", ["---", "-", "Auf Anfrage", "on request", "POA", "None", "n/a", "tbd", "询价", "要問合せ", "€ -", "$", "?"]
)
def test_words_for_an_unknown_price(cell):
    column = read([cell, "5"], "money")
    assert (column.text.to_pylist(), told(column)) == ([None, "5"], [("PRICE_UNKNOWN", 0, cell)])


# quantities


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        ("12个", "12", "个"),
        ("2 pcs", "2", "pcs"),
        ("4 Stk.", "4", "Stk."),
        ("3 шт", "3", "шт"),
        ("3 ШТ.", "3", "ШТ."),
        ("0,5 kg", "0.5", "kg"),
        ("0.5kg", "0.5", "kg"),
        ("5 m²", "5", "m²"),
        ("5㎏", "5", "kg"),
        ("50 cnt", "50", "cnt"),
        ("7 Teile", "7", "Teile"),
        ("2 pairs", "2", "pairs"),
        ("2x", "2", "pcs"),
        ("2 off", "2", "pcs"),
        ("12 (pcs)", "12", "pcs"),
        ("10 000 pcs", "10000", "pcs"),
        ("-2 pcs", "-2", "pcs"),
    ],
)
def test_units_behind_quantities(cell, number, unit):
    column = read([cell], "quantity")
    assert (column.text.to_pylist(), dict(column.units), column.faults) == ([number], {0: unit}, ())


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        (" 2 End Sets", "End Sets"),
        ("2 boxes", "boxes"),
        ("3卷", "卷"),
        ("2 per axis", "per axis"),
    ],
)
def test_unknown_words_behind_quantities(cell, word):
    column = read([cell], "quantity")
    assert (column.text.to_pylist(), dict(column.units)) == ([None], {})
    assert [(f.code, f.details) for f in column.faults] == [("QTY_WORD_NOT_KNOWN", {"word": word})]


@pytest.mark.parametrize(
    "cell",
    [
        "as needed",
        "as_needed",
        "AR",
        "A/R",
        "若干",
        "?",
        "-",
        "—",
        "适量",
        "n. B.",
        "nach Bedarf",
        "TBD",
        "ref",
        "N/A",
        "Ref.",
    ],
)
def test_words_for_an_unknown_quantity(cell):
    column = read([cell, "2"], "quantity")
    assert (column.text.to_pylist(), told(column)) == ([None, "2"], [("QTY_UNKNOWN", 0, cell)])


@pytest.mark.parametrize("cell", ["-", "n/a", "tbd", "pcs", "2 pcs", "5 foo", "true", "(22)"])
def test_other_numbers_know_no_such_words(cell):
    column = read([cell])
    assert (column.text.to_pylist(), column.faults, dict(column.units)) == ([cell], (), {})


def test_percents_and_masses():
    column = read(["5%", "2,5 %", "0,5kg"])
    assert (column.text.to_pylist(), dict(column.units)) == (["5", "2.5", "0.5"], {2: "kg"})


@pytest.mark.parametrize(
    "cell", ["（约）30", "~30", "～30", "ca. 30", "ca 30", "approx 30", "约30", "30左右", "30 (approx.)"]
)
@pytest.mark.parametrize("kind", ["quantity", "money"])
def test_approximate_numbers(cell, kind):
    column = read([cell], kind)
    assert (column.text.to_pylist(), told(column)) == (["30"], [("NUMBER_APPROXIMATE", 0, cell)])
    assert column.faults[0].details == {"number": "30"}


def test_invisible_blanks_are_blank_cells():
    column = read(["\u00a0", "\u200b", "5"], "money")
    assert (column.text.to_pylist(), column.faults) == ([None, None, "5"], ())


def test_runs_of_blanks_group_nothing():
    assert text(["1  234", f"5{' ' * 90}kg", "1\t234"], "quantity") == ["1  234", "5", "1\t234"]


def test_prose_is_not_read():
    assert not read_cell("1" + " 000" * LONGEST, "quantity").readings


# laws

KINDS = ("quantity", "money", "number")
STYLES = {
    "en": (",", "."),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "blank": (" ", "."),
    "ch": ("’", "."),
    "ch_comma": ("'", ","),
}
numbers = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**20), 10**20), st.integers(0, 8)
)


def printed(number: Decimal, style: str, trailing: bool) -> str:
    thousands, mark = STYLES[style]
    plain = f"{abs(number):,f}".replace(",", "T").replace(".", mark).replace("T", thousands)
    return plain if number >= 0 else f"{plain}-" if trailing else f"-{plain}"


@given(st.lists(numbers, min_size=1), st.sampled_from(sorted(STYLES)), st.booleans(), st.sampled_from(KINDS))
@example([Decimal(1000)], "de", False, "money")
def test_every_number_comes_back_in_a_column_that_decides(values, style, trailing, kind):
    values = [*values, Decimal("1234567.25")]
    column = read([printed(value, style, trailing) for value in values], kind)
    assert [Fraction(cell) for cell in column.text.to_pylist()] == [Fraction(value) for value in values]
    assert column.faults == ()
    assert column.decimal == STYLES[style][1]


@given(st.lists(numbers), st.sampled_from(KINDS))
def test_a_column_of_plain_decimals_comes_back_identical(values, kind):
    cells = pa.array([f"{value:f}" for value in values], pa.string())
    assert read_number_words({"a": cells}, {"a": kind})["a"].text is cells


@given(numbers, st.sampled_from(sorted(STYLES)))
def test_no_number_alone_is_read_wrongly(value, style):
    cell = printed(value, style, False)
    said = text([cell])[0]
    plain = cell.count(".") == 1 and not any(
        sign in cell for sign in ",'’ \u202f"
    )  # the canonical rule: a decimal point
    assert said is None or plain or Fraction(said) == Fraction(value)


SIGNS = "0123456789.,'- +()%/~¥$€kgEUR约个½²٣\u00a0"


@given(
    st.lists(st.text() | st.text(SIGNS, max_size=12)),
    st.sampled_from(KINDS),
    st.sampled_from(["", ".", ","]),
    st.booleans(),
)
def test_no_text_raises_and_every_fault_fills_its_message(cells, kind, decimal, hint):
    column = read(cells, kind, decimal=decimal, comma_hint=hint)
    assert len(column.text) == len(cells)
    for fault in column.faults:
        made = finding(fault.code, column=fault.column, value=fault.value, **fault.details)
        assert made.severity != "error" or column.text[fault.index].as_py() is None
    errors = {fault.index for fault in column.faults if finding_codes()[fault.code]["severity"] == "error"}
    assert not errors & {*column.units, *column.currencies, *column.per}


@given(st.text("0123456789.,' ", max_size=14))
def test_readings_keep_every_digit(number):
    for said in readings(number).values():
        assert Fraction(said) >= 0
        assert said.replace(".", "").lstrip("0") == "".join(filter(str.isdigit, number)).lstrip("0")


BARE = "0123456789.,"


@given(st.text(BARE, min_size=1, max_size=12), st.sampled_from(["", "-", "+"]), st.sampled_from(["", ".", ","]))
@example("1.234,5", "-", "")
@example("1,234.5", "+", "")
@example("0,125", "", "")
def test_arrow_reads_bare_numbers_as_python_does(number, sign, decimal):
    column = read([sign + number, "x"], decimal=decimal)
    said = {mark: Fraction(value) for mark, (value, _) in read_cell(sign + number, "number").readings.items()}
    mark = decimal or (next(iter(said)) if len(said) == 1 else ".")
    cell = column.text[0].as_py()
    if not said:
        assert (cell, column.faults) == (sign + number, ())
    elif column.faults:
        assert (cell, len(said) == 1 or not decimal) == (None, True)
    else:
        assert Fraction(cell) == said[mark]


# the table of words


def test_the_words_are_well_formed():
    with files("deminimis.readers.cells").joinpath("number_words.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    kinds = {"currency", "currency_name", "count", "each", "per", "approximate", "unknown_quantity", "unknown_money"}
    assert {row["kind"] for row in rows} == kinds
    money = [row for row in rows if row["kind"] in ("currency", "currency_name")]
    signs = [word.casefold() for row in money for word in row["words"].split("|")]
    assert len(signs) == len(set(signs))
    assert all(word for row in rows for word in row["words"].split("|"))
    for currency in currency_words(names=True).values():
        assert set(currency.codes) <= currency_codes()
        assert set(currency.assumed.values()) <= {*currency.codes, ""}
    assert set(NAMES) == {".", ","}
    assert not unit_word("End Sets")
