"""Rows that replace other rows do not add up on top of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import read_bom
from tests.readers.sample_books import make_text

ON = dt.date(2026, 11, 22)


def read(folder: Path, column: str, *rows: str) -> Bom:
    return read_bom(make_text(folder, "\n".join([f"Parent,Child,Qty,{column}", *rows])))


def shares(bom: Bom) -> dict[str, float | None]:
    return dict(zip(bom.lines["child"].to_pylist(), bom.lines["usage_percent"].to_pylist(), strict=True))


def groups(bom: Bom) -> list[str | None]:
    return bom.lines["alternate_group"].to_pylist()


def told(bom: Bom) -> list[tuple[str, int]]:
    found = (*bom.findings, *assess(bom, ON).findings)
    wanted = {"ALTERNATES_BY_RANK", "ALTERNATES_WITHOUT_SHARE", "ROW_MEMBERSHIP_UNCLEAR"}
    return sorted({(one.code, one.row) for one in found if one.code in wanted})


@pytest.mark.parametrize("header", ["Substitute for", "Alternative to", "Ersatz für", "被替代料", "Zamiennik dla"])
def test_a_substitute_is_second_to_what_it_replaces(tmp_path: Path, header: str) -> None:
    bom = read(tmp_path, header, "P,A,1,", "P,B,2,A", "P,C,3,A", "P,D,1,", "Q,A,1,")
    assert shares(bom) | {"A": 100.0} == {"A": 100.0, "B": 0.0, "C": 0.0, "D": None}
    assert bom.lines["usage_percent"].to_pylist()[-1] is None
    assert told(bom) == [("ALTERNATES_BY_RANK", 2)]


def test_a_chain_of_substitutes_has_one_first(tmp_path: Path) -> None:
    bom = read(tmp_path, "Substitute for", "P,C,1,B", "P,B,2,A", "P,A,1,")
    assert shares(bom) == {"A": 100.0, "B": 0.0, "C": 0.0}
    assert len(set(groups(bom))) == 1


def test_substitutes_for_each_other_have_no_first(tmp_path: Path) -> None:
    bom = read(tmp_path, "Substitute for", "P,A,1,B", "P,B,2,A", "P,C,1,")
    assert set(shares(bom).values()) == {None}
    assert told(bom) == [("ALTERNATES_WITHOUT_SHARE", 2)]


def test_a_substitute_for_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    bom = read(tmp_path, "Substitute for", "P,A,1,", "P,B,2,Z", "Q,Z,1,")
    assert told(bom) == [("ROW_MEMBERSHIP_UNCLEAR", 3)]
    [fault] = [found for found in bom.findings if found.code == "ROW_MEMBERSHIP_UNCLEAR"]
    assert fault.part_number == "P"


def test_a_group_of_its_own_counts_before_the_column(tmp_path: Path) -> None:
    bom = read(tmp_path, "Substitute for,Alternative group,Rank", "P,A,1,,G,2", "P,B,2,A,G,1", "P,C,1,A,,3")
    assert groups(bom) == ["G", "G", "G"]
    assert shares(bom) == {"A": 0.0, "B": 100.0, "C": 0.0}


def test_rows_that_name_each_other_as_alternatives_have_no_first(tmp_path: Path) -> None:
    bom = read(tmp_path, "Alternate part", "P,A,1,B", "P,B,2,", "P,C,1,", "P,D,1,X-100")
    assert groups(bom)[0] == groups(bom)[1] is not None
    assert groups(bom)[2:] == [None, None]
    assert told(bom) == [("ALTERNATES_WITHOUT_SHARE", 2)]


def test_one_of_several_alternatives_in_a_cell_is_found(tmp_path: Path) -> None:
    bom = read(tmp_path, "Alternate part", 'P,A,1,"X-1, B"', "P,B,2,", "P,C,1,")
    assert groups(bom)[0] == groups(bom)[1] is not None


def test_codes_of_groups_in_a_column_of_alternatives(tmp_path: Path) -> None:
    bom = read(tmp_path, "Alt", "P,A,1,A1", "P,B,2,A1", "P,C,1,", "P,D,1,")
    assert groups(bom) == ["A1", "A1", None, None]
    assert told(bom) == [("ALTERNATES_WITHOUT_SHARE", 2)]


@pytest.mark.parametrize("mark", ["x", "yes", "2", "ALT"])
def test_a_row_that_is_only_marked_as_an_alternative_is_an_error(tmp_path: Path, mark: str) -> None:
    bom = read(tmp_path, "Alt", "P,A,1,", f"P,B,2,{mark}", "P,C,1,")
    assert told(bom) == [("ROW_MEMBERSHIP_UNCLEAR", 3)]


@pytest.mark.parametrize("word", ["1", "no", "-", "X-100"])
def test_what_every_row_says_makes_no_group(tmp_path: Path, word: str) -> None:
    bom = read(tmp_path, "Alt", f"P,A,1,{word}", f"P,B,2,{word}", f"P,C,1,{word}")
    assert (groups(bom), told(bom)) == ([None] * 3, [])


def test_an_alternate_number_before_the_part_number_is_not_taken_for_it(tmp_path: Path) -> None:
    bom = read_bom(make_text(tmp_path, "Alternate Part Number,Part Number,Qty\nX-1,A,1\n,B,2\n"))
    assert bom.lines["child"].to_pylist() == ["A", "B"]
