"""Structure that was once lost without a word: ids of digits, flags called assembly, parents under unknown names."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import inspect_file, read_bom
from tests.readers.sample_books import make_book


def read(folder: Path, *rows: str) -> Bom:
    path = folder / "bom.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_bom(path)


def lines(bom: Bom) -> list[tuple[str, str, float]]:
    return [tuple(row.values()) for row in bom.lines.select(["parent", "child", "quantity"]).to_pylist()]


def errors(bom: Bom) -> set[str]:
    return {found.code for found in bom.findings if found.severity == "error"}


@pytest.mark.parametrize("header", ["Item Number", "Item", "Item No.", "Material", "Part"])
def test_part_numbers_of_digits_are_no_positions(tmp_path: Path, header: str) -> None:
    rows = [f"Level,{header},Description,Qty", "0,7100001,pump,1", "1,7100021,frame,2", "2,7100023,pin,3"]
    bom = read(tmp_path, *rows, "1,7100024,cover,1")
    assert lines(bom) == [("7100001", "7100021", 2), ("7100021", "7100023", 3), ("7100001", "7100024", 1)]


@pytest.mark.parametrize(
    "positions", [["1", "2", "3"], ["10", "20", "30"], ["0010", "0020", "0030"], ["1", "1.1", "1.2"]]
)
def test_positions_are_no_part_numbers(tmp_path: Path, positions: list[str]) -> None:
    bom = read(tmp_path, "Item,Description,Qty", *(f"{p},part {i},1" for i, p in enumerate(positions)))
    assert set(bom.lines["child"].to_pylist()) <= {"part 0", "part 1", "part 2"}


def test_a_flag_called_assembly_is_no_parent_beside_a_level(tmp_path: Path) -> None:
    bom = read(tmp_path, "Level,Assembly,Part Number,Qty", "0,Yes,TOP,1", "1,Yes,A,2", "2,No,M1,3", "1,No,X1,1")
    assert lines(bom) == [("TOP", "A", 2), ("A", "M1", 3), ("TOP", "X1", 1)]


def test_parents_under_an_unknown_header_stop_the_list(tmp_path: Path) -> None:
    bom = read(tmp_path, "Zzz;Component;Name;Qty", "1;2;f;2", "2;3;pin;3", "1;4;c;1")
    assert errors(bom) == {"PARENT_NOT_NAMED"}
    assert {good.verdict for good in assess(bom, "2026-11-22").goods} == {"undetermined"}


@pytest.mark.parametrize(
    "names", [["L0", "L1", "L2"], ["Level 0", "Level 1", "Level 2"], ["Ebene 1", "Ebene 2", "Ebene 3"]]
)
def test_columns_for_levels_of_which_a_row_fills_several_stop_the_list(tmp_path: Path, names: list[str]) -> None:
    bom = read(tmp_path, ",".join([*names, "Part number", "Qty"]), "x,,,pump,1", "x,x,,frame,2", "x,x,x,pin,3")
    assert "LEVELS_IN_COLUMNS" in errors(bom)


def test_a_currency_holds_for_the_rows_under_its_parent(tmp_path: Path) -> None:
    bom = read(tmp_path, "Parent No,Component,Qty,Price,Currency", "TOP,X1,1,1000,JPY", ",X2,1,50000,", ",M1,1,500,EUR")
    assert bom.parts["currency"].to_pylist() == ["JPY", "JPY", "EUR"]
    assert inspect_file(tmp_path / "bom.csv").tables[0].layout == "parent_child"


def test_a_product_without_lines_is_a_record(tmp_path: Path) -> None:
    bom = read(tmp_path, "level,part_number,quantity", "0,P0-A,1")
    assert (lines(bom), bom.parts["part_number"].to_pylist()) == ([], ["P0-A"])


def test_the_part_number_comes_before_the_key_of_a_database(tmp_path: Path) -> None:
    rows = ["BOM Level,Part ID,Part IPN,Quantity", "1,107,A-1,2", "2,108,B-1,3"]
    assert ("A-1", "B-1", 3) in lines(read(tmp_path, *rows))


def test_a_sheet_called_parts_may_hold_the_whole_bill(tmp_path: Path) -> None:
    rows = [["Level", "Part number", "Qty"], [0, "TOP", 1], [1, "A", 2], [2, "B", 3]]
    bom = read_bom(make_book(tmp_path, {"Parts": rows}))
    assert lines(bom) == [("TOP", "A", 2), ("A", "B", 3)]


def test_of_a_part_and_its_component_beside_a_level_the_component_stands_there(tmp_path: Path) -> None:
    rows = ["P-100,,0,1", "P-100,A-200,1,2", "A-200,M-300,2,4", "P-100,B-600,1,5"]
    bom = read(tmp_path, "Part number,Component number,Level,Qty", rows[0].replace(",,", ",P-100,"), *rows[1:])
    assert lines(bom) == [("P-100", "A-200", 2), ("A-200", "M-300", 4), ("P-100", "B-600", 5)]
    assert "COLUMN_NOT_USED" in {found.code for found in bom.findings}
