from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from deminimis.errors import LayoutError
from deminimis.readers import bom_from_tables

LINES = {"parent": ["A", "A"], "child": ["B", "C"], "quantity": [1, 0.9999999999999999]}


class Capsule:
    """A foreign data frame: all it has is the Arrow stream."""

    def __init__(self, columns):
        self.table = pa.table(columns)

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("make", [dict, pa.table, Capsule])
def test_tables_of_any_kind(make):
    bom = bom_from_tables(lines=make(LINES), parts=None)
    assert bom.lines.select(list(LINES)).to_pydict() == LINES
    assert bom.lines["row"].to_pylist() == [1, 2]
    assert bom.findings == ()


def test_not_a_number_and_null_are_blank():
    columns = {
        "part_number": ["A", "B"],
        "unit_value": [1.5, float("nan")],
        "grade": [None, "42SH"],
        "mass": [None, None],
    }
    bom = bom_from_tables(parts=columns)
    assert bom.parts["unit_value"].to_pylist() == [1.5, None]
    assert bom.parts["grade"].to_pylist() == [None, "42SH"]
    assert bom.findings == ()


def test_numbers_as_ids_dates_and_categories():
    days = pa.array([datetime.datetime(2026, 11, 2), None], pa.timestamp("ns"))
    origin = pa.array(["DE", "CN"]).dictionary_encode()
    bom = bom_from_tables(parts={"part_number": [545636.0, 7.0], "price_date": days, "origin": origin})
    assert bom.parts["part_number"].to_pylist() == ["545636", "7"]
    assert bom.parts["price_date"].to_pylist() == [datetime.date(2026, 11, 2), None]
    assert bom.parts["origin"].to_pylist() == ["DE", "CN"]


def test_the_same_checks_hold():
    lines = {"parent": ["A", "A"], "child": ["B", ""], "quantity": ["-1", True], "colour": ["red", ""]}
    lines["quantity"] = ["-1", "x"]
    bom = bom_from_tables(lines=lines)
    found = {(f.code, f.sheet, f.row) for f in bom.findings}
    expected = {("COLUMN_NOT_USED", 0), ("QTY_NOT_POSITIVE", 1), ("ID_MISSING", 2), ("NUMBER_NOT_READ", 2)}
    assert found == {(code, "lines", row) for code, row in expected}


def test_missing_columns():
    assert [f.code for f in bom_from_tables(lines={"parent": ["A"], "child": ["B"]}).findings] == [
        "COLUMN_MISSING",
        "QTY_MISSING",
    ]
    with pytest.raises(LayoutError, match="the table lines has no column child"):
        bom_from_tables(lines={"parent": ["A"]})
    with pytest.raises(LayoutError, match="there is no table line"):
        bom_from_tables(line={})
    with pytest.raises(LayoutError, match="no table was given"):
        bom_from_tables()
