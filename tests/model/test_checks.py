from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from deminimis.model import TABLES, Bom, Source, arrow_schema, finding_codes, schema
from deminimis.model.bom_checks import check_bom, merge_part_records
from deminimis.model.cells import read_currency, read_date, typed_column
from deminimis.model.checks import RawTable, check_table
from deminimis.model.table_rules import RANGES

ROW = {
    "parts": {"part_number": "P"},
    "lines": {"parent": "P", "child": "C", "quantity": "1"},
    "declarations": {"part_number": "P", "material": "dysprosium_metal"},
    "sourcing": {"part_number": "P", "supplier": "S", "share_percent": "50"},
    "prices": {"material": "dysprosium_metal", "typical": "5", "currency": "USD"},
    "rates": {"currency": "USD", "per_base": "1"},
}


def check(name, *rows, numbers=None):
    columns = {column for row in rows for column in row}
    raw = RawTable(
        "file.csv",
        "sheet",
        {column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns},
        {column: pa.array(values, pa.float64()) for column, values in (numbers or {}).items()},
        np.arange(11, 11 + len(rows), dtype=np.int32),
    )
    return check_table(name, raw, 4)


def fault(name, **cells):
    checked = check(name, {**ROW[name], **cells})
    [found] = checked.findings
    assert (found.file, found.sheet, found.row) == ("file.csv", "sheet", 11)
    assert found.remedy
    assert found.part_number == ("P" if name in ("parts", "lines", "declarations", "sourcing") else "")
    return found, checked


@pytest.mark.parametrize("name", TABLES)
def test_a_plain_row_has_the_schema_and_no_finding(name):
    checked = check(name, ROW[name])
    assert checked.table.schema == arrow_schema(name)
    assert checked.findings == ()
    assert checked.table["place"].to_pylist() == [4]
    assert checked.table["row"].to_pylist() == [11]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        (" 7 ", 7.0),
        ("+5", 5.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1E5", 1e5),
        ("-0", 0.0),
        ("1e-3", 1e-3),
        ("", None),
    ],
)
def test_numbers_read(text, value):
    assert typed_column(schema()["lines"]["quantity"], pa.array([text])).values.to_pylist() == [value]


@pytest.mark.parametrize(
    "text", ["1,5", "some", "inf", "nan", "-Infinity", "1e999", "0x10", "1 2", "$5", "12个", "true", "１"]
)
def test_numbers_not_read(text):
    found, checked = fault("lines", scrap_percent=text)
    assert (found.code, found.column, found.value) == ("NUMBER_NOT_READ", "scrap_percent", text)
    assert checked.table["scrap_percent"].to_pylist() == [None]


def test_given_doubles_come_first_but_not_for_truth_values_and_infinities():
    rows = [{**ROW["lines"], "quantity": text} for text in ("1", "true", "inf", " 7")]
    checked = check("lines", *rows, numbers={"quantity": [0.9999999999999999, 1.0, float("inf"), None]})
    assert checked.table["quantity"].to_pylist() == [0.9999999999999999, None, None, 7.0]
    assert [(f.code, f.row) for f in checked.findings] == [("NUMBER_NOT_READ", 12), ("NUMBER_NOT_READ", 13)]


def test_long_decimals():
    texts = ["0.1", "0.1000000000000000055511151231257827", "9007199254740993", "1e-400000000", "0.500000000000000000"]
    checked = check("lines", *({**ROW["lines"], "quantity": text} for text in texts))
    assert checked.long_decimals == {
        ("lines", "quantity", 1): "0.1000000000000000055511151231257827",
        ("lines", "quantity", 2): "9007199254740993",
    }


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("2026-11-10", (2026, 11, 10)),
        ("2026-11-10 00:00:00", (2026, 11, 10)),
        ("2026-11-10T12:30Z", (2026, 11, 10)),
        ("1.2.2026", (2026, 2, 1)),
        ("9999-12-31", (9999, 12, 31)),
        ("20261110", (2026, 11, 10)),
        ("99991231", (9999, 12, 31)),
        ("20261110.0", (2026, 11, 10)),
        ("2026/1/5", (2026, 1, 5)),
        ("2026年1月5日", (2026, 1, 5)),
        ("10-NOV-2026", (2026, 11, 10)),
        ("10112026", None),
        ("20261310", None),
        ("10-NOV-26", None),
        ("2026-02-30", None),
        ("11/10/2026", None),
        ("46024", None),
        ("soon", None),
    ],
)
def test_dates(word, day):
    assert read_date(word) == (day and datetime.date(*day))


@pytest.mark.parametrize("word", ["00000000", "0", "0000-00-00", "00.00.0000", "0000-00-00 00:00:00"])
def test_a_day_of_zeros_is_none(word):
    read = typed_column(schema()["lines"]["valid_to"], pa.array([word, "20261110"]))
    assert (read.values.to_pylist(), read.faults) == ([None, datetime.date(2026, 11, 10)], ())


def test_a_date_not_read():
    found, checked = fault("lines", valid_from="11/10/2026")
    assert (found.code, found.column, found.value) == ("DATE_NOT_READ", "valid_from", "11/10/2026")
    assert checked.table["valid_from"].to_pylist() == [None]


def test_choices():
    checked = check("parts", {"part_number": "P", "item_class": "NdFeB-Magnet", "cn_technology": " YES "})
    assert checked.table["item_class"].to_pylist() == ["ndfeb_magnet"]
    assert checked.table["cn_technology"].to_pylist() == ["yes"]
    found, _ = fault("parts", item_class="magnet")
    assert found.code == "CHOICE_NOT_KNOWN"
    assert "ndfeb_magnet, smco_magnet" in found.message


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("usd", "USD"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("US$", "USD"),
        ("$", None),
        ("¥", None),
        ("XYZ", None),
        ("RMB", None),
    ],
)
def test_currencies(word, code):
    assert read_currency(word) == code


def test_a_currency_not_known():
    found, _ = fault("parts", currency="$")
    assert (found.code, found.value) == ("CURRENCY_NOT_KNOWN", "$")


RANGE_CASES = [
    *((r.table, r.column, "-1") for r in RANGES),
    *((r.table, r.column, "0") for r in RANGES if r.open_low),
    *((r.table, r.column, "100.5") for r in RANGES if not np.isinf(r.high)),
]


@pytest.mark.parametrize(("name", "column", "text"), RANGE_CASES)
def test_numbers_out_of_range(name, column, text):
    checked = check(name, {**ROW[name], column: text})
    found = next(f for f in checked.findings if f.code == "NUMBER_OUT_OF_RANGE")
    assert (found.column, found.value, found.row) == (column, text, 11)
    assert checked.table[column].to_pylist() == [None]


@pytest.mark.parametrize("basis", ["wt_percent", "value_percent"])
def test_declared_percentages(basis):
    found, _ = fault("declarations", basis=basis, amount="101")
    assert (found.code, found.message) == ("NUMBER_OUT_OF_RANGE", "amount must be at most 100: 101")
    assert check("declarations", {**ROW["declarations"], "basis": "g_per_piece", "amount": "101"}).findings == ()


@pytest.mark.parametrize(
    ("quantity", "code", "kept"),
    [
        ("", "QTY_MISSING", None),
        ("-2", "QTY_NOT_POSITIVE", None),
        ("0", "QTY_ZERO", 0.0),
        ("x", "NUMBER_NOT_READ", None),
    ],
)
def test_quantities(quantity, code, kept):
    found, checked = fault("lines", quantity=quantity)
    assert found.code == code
    assert checked.table["quantity"].to_pylist() == [kept]


def test_a_mass_of_zero_is_unknown():
    found, checked = fault("parts", mass="0")
    assert found.code == "MASS_ZERO"
    assert checked.table["mass"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("name", "column"), [("sourcing", "share_percent"), ("prices", "typical"), ("rates", "per_base")]
)
def test_required_numbers(name, column):
    found, _ = fault(name, **{column: ""})
    assert (found.code, found.message) == ("NUMBER_OUT_OF_RANGE", f"{column} must be given: ")


@pytest.mark.parametrize(("name", "middle"), [("declarations", "amount"), ("prices", "typical")])
def test_amounts_out_of_order(name, middle):
    found, _ = fault(name, low="2", **{middle: "1"}, high="3")
    assert (found.code, found.value) == ("RANGE_OUT_OF_ORDER", "2, 1, 3")
    found, _ = fault("declarations", low="2", high="1")
    assert found.value == "2, blank, 1"
    assert check(name, {**ROW[name], "low": "1", middle: "1", "high": "1"}).findings == ()


def test_dates_out_of_order():
    found, _ = fault("lines", valid_from="2026-02-01", valid_to="2026-01-01")
    assert (found.code, found.value) == ("DATES_OUT_OF_ORDER", "2026-02-01")


@pytest.mark.parametrize(
    ("name", "column"), [("parts", "part_number"), ("lines", "child"), ("declarations", "material")]
)
def test_rows_without_id_are_left_out_and_named(name, column):
    checked = check(name, {**ROW[name], column: "", "supplier": "S", "position": "1"}, ROW[name])
    [found] = checked.findings
    assert (found.code, found.column, found.row) == ("ID_MISSING", column, 11)
    assert checked.table["row"].to_pylist() == [12]
    assert checked.dropped == ((11, f"{column} is blank"),)


def test_blank_rows_are_left_out_without_a_finding_and_long_decimals_move_up():
    checked = check(
        "lines", {"parent": " " * 0, "quantity": " "}, {**ROW["lines"], "quantity": "0.10000000000000000001"}
    )
    assert checked.findings == ()
    assert checked.dropped == ((11, "nothing in the columns that are read"),)
    assert checked.long_decimals == {("lines", "quantity", 0): "0.10000000000000000001"}


def test_ids_are_not_trimmed_but_text_is():
    checked = check("parts", {"part_number": " 7", "description": "\u00a0motor ", "supplier": "  "})
    assert checked.table.select(["part_number", "description", "supplier"]).to_pylist() == [
        {"part_number": " 7", "description": "motor", "supplier": None}
    ]


def bom_of(**rows):
    tables = {name: check(name, *table) for name, table in rows.items()}
    longs = {key: text for checked in tables.values() for key, text in checked.long_decimals.items()}
    sources = tuple(Source("f", str(i)) for i in range(5))
    return Bom(**{name: checked.table for name, checked in tables.items()}, sources=sources, long_decimals=longs)


def test_records_without_repeats_are_not_touched():
    bom = bom_of(parts=[{"part_number": "A"}, {"part_number": "B"}])
    assert merge_part_records(bom) is bom


def test_repeated_records_are_merged():
    bom = bom_of(
        parts=[
            {"part_number": "A", "mass": "5"},
            {"part_number": "B"},
            {"part_number": "A", "mass": "5", "unit_value": "0.10000000000000000001"},
            {"part_number": "B", "grade": "42SH"},
        ]
    )
    merged = merge_part_records(bom)
    assert merged.parts.select(["part_number", "mass", "unit_value", "grade", "row"]).to_pylist() == [
        {"part_number": "A", "mass": 5.0, "unit_value": 0.1, "grade": None, "row": 11},
        {"part_number": "B", "mass": None, "unit_value": None, "grade": "42SH", "row": 12},
    ]
    assert merged.long_decimals == {("parts", "unit_value", 0): "0.10000000000000000001"}
    assert [(f.code, f.row, f.value) for f in merged.findings] == [("DUPLICATE_PART_SAME", 13, "A and 1 more")]
    assert "is repeated in 2 more rows and agrees" in merged.findings[0].message
    assert merge_part_records(bom, repeats_expected=True).findings == ()


def test_records_that_disagree():
    bom = bom_of(
        parts=[{"part_number": "A", "mass": "5", "origin": "DE"}, {"part_number": "A", "mass": "6", "origin": "CN"}]
    )
    merged = merge_part_records(bom)
    [found] = merged.findings
    assert (found.code, found.part_number, found.column, found.row) == ("DUPLICATE_PART", "A", "mass, origin", 12)
    assert merged.parts["mass"].to_pylist() == [5.0]


@pytest.mark.parametrize("other", ["a1", "\u00a0a1"])
def test_ids_that_look_alike(other):
    bom = check_bom(bom_of(lines=[{"parent": "P", "child": "A1", "quantity": "1"}], parts=[{"part_number": other}]))
    [found] = [f for f in bom.findings if f.code == "ID_LOOKS_ALIKE"]
    assert {found.value, eval(found.message.split(" differs from ")[1].split(" only ")[0])} == {"A1", other}
    assert found.file == "f"
    assert found.row == 11


@pytest.mark.parametrize("other", ["A1 ", "A1\u00a0", "\u200bA1"])
def test_ids_that_look_the_same_are_an_error_of_both(other):
    bom = check_bom(bom_of(lines=[{"parent": "P", "child": "A1", "quantity": "1"}], parts=[{"part_number": other}]))
    found = [f for f in bom.findings if f.code == "ID_DIFFERS_IN_BLANKS"]
    assert {f.part_number for f in found} == {"A1", other}
    assert {f.severity for f in found} == {"error"}


def test_a_declaration_in_other_capitals_is_an_error_of_the_part_in_use():
    lines = [{"parent": "P", "child": "a1", "quantity": "1"}, {"parent": "P", "child": "b1", "quantity": "1"}]
    declared = [{"part_number": number, "material": "terbium_metal"} for number in ("A1", "b1")]
    bom = check_bom(bom_of(lines=lines, declarations=declared, parts=[{"part_number": "B1"}]))
    [found] = [f for f in bom.findings if f.code == "ID_DECLARED_OTHERWISE"]
    assert (found.part_number, found.severity, "'A1' is declared" in found.message) == ("a1", "error", True)


def test_declarations_and_sourcing_of_unknown_parts():
    bom = check_bom(
        bom_of(
            lines=[ROW["lines"]],
            declarations=[{"part_number": "C", "material": "none"}, {"part_number": "X", "material": "none"}],
            sourcing=[{**ROW["sourcing"], "part_number": "Y"}],
        )
    )
    assert [(f.code, f.value, f.row) for f in bom.findings] == [
        ("DECLARED_PART_UNKNOWN", "X", 12),
        ("DECLARED_PART_UNKNOWN", "Y", 11),
    ]


def test_every_code_used_here_is_in_the_table_of_codes():
    used = {"MASS_ZERO", "PARENT_ASSUMED", "QTY_MISSING", "ID_MISSING", "LEVEL_JUMP"}
    assert used <= set(finding_codes())


def test_long_tables_are_checked_fast_enough_to_be_vectorised():
    import time

    count = 200_000
    raw = RawTable(
        "f",
        "s",
        {
            "parent": pa.array([f"P{i // 5}" for i in range(count)]),
            "child": pa.array([f"C{i}" for i in range(count)]),
            "quantity": pa.array(["2"] * count),
        },
        {"quantity": pa.array(np.full(count, 2.0))},
        np.arange(count, dtype=np.int32),
    )
    began = time.perf_counter()
    check_table("lines", raw, 0)
    # a Python loop over the cells takes about a second; the arrays take some hundredths
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("other", ["A1\x00", "A\x7f1", "\x1bA1", "A1\x85", "A1\t"])
def test_controls_in_part_numbers_are_signs_that_cannot_be_seen(other):
    bom = check_bom(bom_of(lines=[{"parent": "P", "child": "A1", "quantity": "1"}], parts=[{"part_number": other}]))
    found = [f for f in bom.findings if f.code == "ID_DIFFERS_IN_BLANKS"]
    assert {f.part_number for f in found} == {"A1", other}


def test_a_tab_within_a_part_number_is_seen_as_a_blank():
    for other, alike in (("A 1", True), ("A1", False)):
        line = {"parent": "P", "child": "A\t1", "quantity": "1"}
        codes = {f.code for f in check_bom(bom_of(lines=[line], parts=[{"part_number": other}])).findings}
        assert ("ID_DIFFERS_IN_BLANKS" in codes) == alike
