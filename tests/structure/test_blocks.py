"""Lines of one parent in several files: of one table, of several tables, of bills of materials."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.model import Source
from deminimis.structure import build_structure
from tests.builders import make_bom

DAY = dt.date(2026, 11, 22)
ONE_TABLE = tuple(Source(f"lines-{number}.parquet", "lines", "lines") for number in range(4))


def line(place, child, position=None, **cells):
    return {"parent": "S", "child": child, "place": place, "position": position, **cells}


def read(lines, sources=ONE_TABLE):
    structure = build_structure(make_bom(lines=lines, sources=sources), DAY)
    found = [(one.code, one.file) for one in structure.findings]
    return sorted(structure.line.tolist()), found


def test_files_of_one_table_share_the_lines_of_a_parent():
    assert read([line(0, "X"), line(1, "Y"), line(2, "Z")]) == ([0, 1, 2], [])


def test_one_child_at_two_positions_is_two_lines():
    assert read([line(0, "X", "10"), line(1, "X", "20")]) == ([0, 1], [])


@pytest.mark.parametrize("position", [None, "10"])
def test_the_same_lines_in_two_files_of_one_table_count_once_and_are_told(position):
    lines = [line(0, "X", position), line(0, "Y"), line(1, "Y"), line(1, "X", position)]
    assert read(lines) == ([0, 1], [("BLOCK_REPEATED", "lines-1.parquet")])


@pytest.mark.parametrize(
    "second",
    [
        [line(1, "X", "10", quantity=2), line(1, "Y")],
        [line(1, "X", "20"), line(1, "Y")],
        [line(1, "X", "10"), line(1, "Z")],
        [line(1, "X", "10")],
    ],
)
def test_a_parent_that_two_files_of_one_table_give_otherwise_is_found(second):
    lines = [line(0, "X", "10", quantity=1), line(0, "Y"), *second]
    assert read(lines) == ([0, 1], [("BLOCKS_DIFFER", "lines-1.parquet")])


def test_other_tables_never_share_a_parent():
    sources = (Source("a/lines.parquet", "lines", "a/lines"), Source("b/lines.parquet", "lines", "b/lines"))
    assert read([line(0, "X"), line(1, "Y")], sources) == ([0], [("BLOCKS_DIFFER", "b/lines.parquet")])
    assert read([line(0, "X", "10"), line(1, "X", "20")], sources) == ([0], [])
    bills = (Source("a.xlsx", "BOM"), Source("b.xlsx", "BOM"))
    assert read([line(0, "X"), line(1, "Y")], bills) == ([0], [("BLOCKS_DIFFER", "b.xlsx")])


def test_a_third_file_is_held_against_both():
    lines = [line(0, "X"), line(1, "Y"), line(2, "Y")]
    assert read(lines) == ([0], [("BLOCKS_DIFFER", "lines-1.parquet"), ("BLOCKS_DIFFER", "lines-2.parquet")])


@given(st.lists(st.tuples(st.sampled_from("PQR"), st.sampled_from("XYZ"), st.integers(0, 3)), unique=True))
@settings(max_examples=60)
def test_a_table_cut_into_files_anyhow_is_the_table(rows):
    lines = [
        {"parent": parent, "child": child, "position": str(at), "place": at % 4, "quantity": 1}
        for at, (parent, child, _) in enumerate(rows)
    ]
    structure = build_structure(make_bom(lines=lines, sources=ONE_TABLE), DAY)
    assert sorted(structure.line.tolist()) == list(range(len(rows)))
    assert not structure.findings
