from __future__ import annotations

import csv
import io
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deminimis.readers import inspect_file, read_bom
from tests.readers.sample_books import make_text, write_book


@pytest.fixture
def text(tmp_path):
    return partial(make_text, tmp_path)


LINES = "parent,child,quantity\nA,B,2\nA,Größe,1.5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(text, encoding, delimiter):
    bom = read_bom(text(LINES.replace(",", delimiter), encoding=encoding))
    assert bom.lines["child"].to_pylist() == ["B", "Größe"]
    assert bom.lines["quantity"].to_pylist() == [2.0, 1.5]
    assert bom.findings == ()


def test_decimal_commas_in_a_semicolon_file_are_no_delimiters(text):
    bom = read_bom(text("parent;child;quantity\nA;B;1,5\nA;C;2,5\n"))
    assert bom.lines["quantity"].to_pylist() == [1.5, 2.5]
    assert bom.findings == ()


@pytest.mark.parametrize(
    ("header", "row", "table", "layout"),
    [
        ("parent,child,quantity", "A,B,1", "lines", "canonical:lines"),
        ("part_number,material,amount,basis", "A,none,,", "declarations", "canonical:declarations"),
        ("material,typical,currency,unit", "dysprosium_metal,1,USD,kg", "prices", "canonical:prices"),
        ("part_number,supplier,share_percent", "A,S,100", "sourcing", "canonical:sourcing"),
        ("currency,per_base", "USD,1", "rates", "canonical:rates"),
        ("part_number,unit_value", "A,1", "parts", "canonical:parts"),
        ("part_number,description,supplier", "A,b,c", "parts", "canonical:parts"),
        ("Stufe,Artikelnummer,Menge", "0,A,1", "lines", "level_number"),
        ("Parent Number,PN,Qty,Unit Cost", "A,B,1,2", "lines", "parent_child"),
    ],
)
def test_columns_decide_the_table(text, header, row, table, layout):
    path = text(f"{header}\n{row}\n")
    assert inspect_file(path).tables[0].layout == layout
    assert len(read_bom(path).table(table)) == (layout != "level_number")


def test_long_decimals_are_kept_beside_the_float(text):
    bom = read_bom(text("parent,child,quantity\nA,B,0.1\nA,C,0.10000000000000000001\nA,D,123456789012345678\n"))
    assert bom.long_decimals == {
        ("lines", "quantity", 1): "0.10000000000000000001",
        ("lines", "quantity", 2): "123456789012345678",
    }
    assert bom.lines["quantity"].to_pylist() == [0.1, 0.1, 123456789012345678.0]


def test_rows_are_records_and_blank_records_count(text):
    bom = read_bom(text('parent,child,quantity,position\nA,B,1,"two\nlines"\n\nA,C,x,\n'))
    assert [(f.code, f.row) for f in bom.findings] == [("NUMBER_NOT_READ", 4)]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8).filter(
    lambda word: word.strip() and "_x" not in word.lower()
)
rows = st.lists(
    st.tuples(words, words, st.floats(0.001, 1e6).map(lambda value: float(f"{value:.15g}")), words),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
def test_csv_and_xlsx_say_the_same(tmp_path, rows):
    table = [["parent", "child", "quantity", "position"], *map(list, rows)]
    stream = io.StringIO()
    csv.writer(stream).writerows([[repr(cell) if isinstance(cell, float) else cell for cell in row] for row in table])
    (tmp_path / "a.csv").write_text(stream.getvalue(), encoding="utf-8-sig", newline="")
    write_book(tmp_path / "a.xlsx", {"lines": table})
    one, other = read_bom(tmp_path / "a.csv"), read_bom(tmp_path / "a.xlsx")
    assert one.lines.equals(other.lines)
    assert one.lines["parent"].to_pylist() == [row[0] for row in rows]
    assert one.lines["quantity"].to_pylist() == [row[2] for row in rows]
    assert [f.code for f in one.findings] == [f.code for f in other.findings]
