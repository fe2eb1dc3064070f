"""Levels side by side, and levels that count in tens."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom, remember_layout
from deminimis.readers.choices import BESIDE
from tests.readers.sample_books import make_book, make_text

EXPECTED = [("P-100", "A-200", 2.0), ("A-200", "M-300", 4.0), ("P-100", "B-600", 5.0)]


def lines(bom: Bom) -> list[tuple[str, str, float | None]]:
    columns = (bom.lines[name].to_pylist() for name in ("parent", "child", "quantity"))
    return list(zip(*columns, strict=True))


def errors(bom: Bom) -> set[str]:
    return {found.code for found in bom.findings if found.severity == "error"}


@pytest.mark.parametrize(
    "header", ["L0,L1,L2", "Level 1,Level 2,Level 3", "Stufe 1,Stufe 2,Stufe 3", "层级1,层级2,层级3", "1,2,3"]
)
def test_the_filled_column_is_the_level_and_holds_the_part(tmp_path: Path, header: str) -> None:
    path = make_text(tmp_path, f"{header},Qty,Unit\nP-100,,,1,pcs\n,A-200,,2,pcs\n,,M-300,4,pcs\n,B-600,,5,pcs\n")
    bom = read_bom(path)
    assert (errors(bom), lines(bom)) == (set(), EXPECTED)
    [told] = [found for found in bom.findings if found.code == "LEVELS_FROM_COLUMNS"]
    assert "holds its part number" in told.message
    [table] = inspect_file(path).tables
    assert table.rows == table.used + len(table.skipped)


@pytest.mark.parametrize("marks", ["xxxx", "●●●●", "1232"])
def test_marks_beside_part_numbers_say_the_level(tmp_path: Path, marks: str) -> None:
    a, b, c, d = marks
    content = f"1,2,3,Part number,Qty\n{a},,,P-100,1\n,{b},,A-200,2\n,,{c},M-300,4\n,{d},,B-600,5\n"
    bom = read_bom(make_text(tmp_path, content))
    assert (errors(bom), lines(bom)) == (set(), EXPECTED)


def test_quantities_in_numbered_columns_are_no_marks(tmp_path: Path) -> None:
    content = "1,2,3,Part number,Qty\n4,,,P-100,1\n,7,,A-200,2\n"
    assert "LEVELS_IN_COLUMNS" in errors(read_bom(make_text(tmp_path, content)))


def test_part_numbers_of_a_spreadsheet_stay_exact(tmp_path: Path) -> None:
    rows = [["L0", "L1", "L2", "Qty"], [545640, None, None, 1], [None, "00123", None, 2], [None, None, 545641, 4]]
    bom = read_bom(make_book(tmp_path, {"list": [*rows, ["Note: a sample", None, None, None]]}))
    assert (errors(bom), lines(bom)) == (set(), [("545640", "00123", 2.0), ("00123", "545641", 4.0)])


def test_a_date_among_the_parts_is_still_an_error(tmp_path: Path) -> None:
    import datetime as dt

    rows = [["L0", "L1", "Qty"], ["P-100", None, 1], [None, dt.date(2025, 5, 17), 2], [None, "B-600", 2]]
    assert "ID_FROM_DATE" in errors(read_bom(make_book(tmp_path, {"list": rows})))


@pytest.mark.parametrize(
    "rows",
    ["P-100,,,1\nP-100,A-200,,2\n", ",A-200,,2\nP-100,,,1\n", "x,,,1\n,x,,2\n,,x,4\n"],
    ids=["paths", "the first row is not the highest", "marks without part numbers"],
)
def test_what_is_not_one_column_per_row_stays_refused(tmp_path: Path, rows: str) -> None:
    bom = read_bom(make_text(tmp_path, f"L0,L1,L2,Qty,Description\n{rows.replace(chr(10), ',sample' + chr(10))}"))
    assert "LEVELS_IN_COLUMNS" in errors(bom)


def test_columns_that_the_user_names_are_left_alone(tmp_path: Path) -> None:
    path = make_text(tmp_path, "L0,L1,Qty\nP-100,,1\n,A-200,2\n,B-600,3\n")
    bom = read_bom(path, choices=Choices(columns={"part_number": "L1", "quantity": "Qty"}))
    assert "LEVELS_FROM_COLUMNS" not in {found.code for found in bom.findings}


def test_levels_in_tens(tmp_path: Path) -> None:
    content = "Level,Part number,Qty\n0,P-100,1\n10,A-200,2\n20,M-300,4\n10,B-600,5\n"
    bom = read_bom(make_text(tmp_path, content))
    assert (errors(bom), lines(bom)) == (set(), EXPECTED)
    [told] = [found for found in bom.findings if found.code == "LEVELS_IN_STEPS"]
    assert "0, 10, 20" in told.message


@pytest.mark.parametrize("levels", ["10,20,30,40", "0,10,30,10", "0,5,10,5"])
def test_numbers_that_are_no_levels_in_tens_are_jumps(tmp_path: Path, levels: str) -> None:
    rows = "".join(f"{level},P-{at},1\n" for at, level in enumerate(levels.split(",")))
    bom = read_bom(make_text(tmp_path, f"Level,Part number,Qty\n{rows}"))
    assert "LEVEL_JUMP" in errors(bom)
    assert "LEVELS_IN_STEPS" not in {found.code for found in bom.findings}


SPREAD = "L0,L1,L2,Qty,Unit\nP-100,,,1,pcs\n,A-200,,2,pcs\n,,M-300,4,pcs\n,B-600,,5,pcs\n"


def test_a_layout_with_level_columns_is_saved_and_found_again(tmp_path: Path) -> None:
    path = make_text(tmp_path, SPREAD)
    remember_layout(path, tmp_path / BESIDE, Choices(quantity_basis="per_top"))
    [table] = inspect_file(path).tables
    assert table.layout.startswith("bom ")
    assert (table.quantity_basis, table.used) == ("per_top", 4)
    assert lines(read_bom(path)) == [("P-100", "A-200", 2.0), ("A-200", "M-300", 2.0), ("P-100", "B-600", 5.0)]


def test_a_saved_layout_with_level_columns_holds_for_another_file_of_these_columns(tmp_path: Path) -> None:
    remember_layout(make_text(tmp_path, SPREAD), tmp_path / BESIDE, Choices(quantity_basis="per_top"))
    other = make_text(tmp_path, SPREAD.replace("M-300", "M-999"), "next.csv")
    [table] = inspect_file(other).tables
    assert table.quantity_basis == "per_top"


def test_level_columns_are_saved_from_a_workbook_too(tmp_path: Path) -> None:
    rows = [["L0", "L1", "Qty"], ["P-100", None, 1], [None, 545636, 2], [None, "B-600", 5]]
    path = make_book(tmp_path, {"list": rows})
    remember_layout(path, tmp_path / BESIDE, Choices())
    [table] = inspect_file(path).tables
    assert table.layout.startswith("bom ")
    assert lines(read_bom(path)) == [("P-100", "545636", 2.0), ("P-100", "B-600", 5.0)]


def test_a_layout_of_another_list_leaves_level_columns_to_be_read(tmp_path: Path) -> None:
    other = make_text(tmp_path, "Teil,Menge\nA,1\n", "other.csv")
    remember_layout(other, tmp_path / BESIDE, Choices(columns={"part_number": "Teil", "quantity": "Menge"}))
    assert lines(read_bom(make_text(tmp_path, SPREAD))) == EXPECTED


def test_a_layout_that_names_the_level_columns_itself_is_kept(tmp_path: Path) -> None:
    said = Choices(columns={"part_number": "L1", "quantity": "Qty"})
    remember_layout(make_text(tmp_path, SPREAD), tmp_path / BESIDE, said)
    [table] = inspect_file(make_text(tmp_path, SPREAD)).tables
    assert table.columns["part_number"] == "L1"
