"""Blank parents between rows of one parent, notes in one cell, and columns that may name the parents."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.model import Bom
from deminimis.readers import inspect_file, read_bom
from tests.readers.sample_books import make_text

HEAD = "Parent,Child,Qty\n"


def read(folder: Path, content: str) -> Bom:
    return read_bom(make_text(folder, content))


def pairs(bom: Bom) -> list[tuple[str, str]]:
    return list(zip(bom.lines["parent"].to_pylist(), bom.lines["child"].to_pylist(), strict=True))


def errors(bom: Bom) -> list[str]:
    return [found.code for found in bom.findings if found.severity == "error"]


def test_a_blank_between_rows_of_one_parent_is_that_parent(tmp_path: Path) -> None:
    bom = read(tmp_path, HEAD + "P,A,1\n,B,2\n,C,2\nP,D,1\nQ,E,1\n")
    assert pairs(bom) == [("P", "A"), ("P", "B"), ("P", "C"), ("P", "D"), ("Q", "E")]
    [told] = [found for found in bom.findings if found.code == "PARENT_FILLED_DOWN"]
    assert told.message.startswith("2 rows")
    assert errors(bom) == []


def test_a_blank_between_two_parents_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, HEAD + "P,A,1\n,B,2\nQ,C,1\nQ,D,1\n")
    assert errors(bom) == ["ID_MISSING"]


def test_a_blank_at_the_end_is_an_error(tmp_path: Path) -> None:
    assert errors(read(tmp_path, HEAD + "P,A,1\nP,C,1\n,B,2\n")) == ["ID_MISSING"]


def test_the_record_of_a_root_between_its_own_rows_is_no_line(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent,Child,Qty,Description\nP,A,1,a\n,P,1,the product\nP,B,2,b\n")
    assert (pairs(bom), errors(bom)) == ([("P", "A"), ("P", "B")], [])


def test_an_assembly_without_parent_between_rows_of_another_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, HEAD + "P,A,1\n,Q,3\nP,B,2\nQ,C,1\n")
    assert errors(bom) == ["ID_MISSING"]


def test_an_assembly_without_parent_and_quantity_is_a_root(tmp_path: Path) -> None:
    bom = read(tmp_path, HEAD + "P,A,1\n,Q,\nP,B,2\nQ,C,1\n")
    assert errors(bom) == []


@pytest.mark.parametrize(
    "row",
    [
        "Note: all parts per drawing,,",
        ",Remark: all parts per drawing 7,",
        ",,Hinweis: siehe 12",
        "备注：样品,,",
        "lengths are in mm,,",
    ],
)
def test_a_note_in_one_cell_is_skipped(tmp_path: Path, row: str) -> None:
    path = make_text(tmp_path, f"{HEAD}P,A,1\nP,B,2\n{row}\n")
    assert (pairs(read_bom(path)), errors(read_bom(path))) == ([("P", "A"), ("P", "B")], [])
    [table] = inspect_file(path).tables
    assert [(skipped.row, skipped.reason) for skipped in table.skipped] == [(4, "a note")]


@pytest.mark.parametrize("row", ["P-200,,", ",C,", "Note: a,C,", "Notebook,,", ",Noteworthy part,"])
def test_a_part_without_the_rest_of_its_row_is_no_note(tmp_path: Path, row: str) -> None:
    bom = read(tmp_path, f"{HEAD}P,A,1\nP,B,2\n{row}\n")
    assert set(errors(bom)) & {"ID_MISSING", "QTY_MISSING"}


@pytest.mark.parametrize("head", ["Part number,Qty\nA,1\n", "Level,Part number,Qty\n0,P,1\n1,A,1\n"])
def test_a_note_below_other_lists_is_skipped(tmp_path: Path, head: str) -> None:
    bom = read(tmp_path, f"{head}Note 1: drawing 12 counts\n")
    assert errors(bom) == []
    assert "a note" in [found.value for found in bom.findings if found.code == "ROW_SKIPPED"]


def test_the_one_column_that_may_name_the_parents_is_proposed(tmp_path: Path) -> None:
    bom = read(tmp_path, "Foo,Child,Qty\nP,A,1\nP,B,2\nB,C,2\n")
    [told] = [found for found in bom.findings if found.code == "PARENT_NOT_NAMED"]
    assert '--map "parent=Foo"' in told.message


def test_of_two_columns_that_may_name_the_parents_none_is_proposed(tmp_path: Path) -> None:
    bom = read(tmp_path, "Foo,Bar,Child,Qty\nP,P,A,1\nP,P,B,2\nB,B,C,2\n")
    [told] = [found for found in bom.findings if found.code == "PARENT_NOT_NAMED"]
    assert "so may Bar" in told.message
    assert "--map" not in told.message
