"""Rows and cells that somebody struck out: deleted as a whole, open where only a part is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from deminimis.model import Bom
from deminimis.readers import inspect_file, read_bom
from deminimis.readers.side_tables import read_side_table
from deminimis.readers.workbooks.sheet_scan import scan_sheets

STRUCK = ("ROW_STRUCK_OUT", "STRUCK_IN_PART")


def struck_book(folder: Path, rows: list[list[Any]], struck: set[tuple[int, int]], sheet: str = "list") -> Path:
    """A workbook in which some cells, by row and column from 0, are struck out."""
    path = folder / "bom.xlsx"
    book = xlsxwriter.Workbook(str(path))
    line = book.add_format({"font_strikeout": True})
    page = book.add_worksheet(sheet)
    for r, cells in enumerate(rows):
        for c, cell in enumerate(cells):
            page.write(r, c, cell, line if (r, c) in struck else None)
    book.close()
    return path


def in_row(row: int, width: int) -> set[tuple[int, int]]:
    return {(row, column) for column in range(width)}


def children(bom: Bom) -> list[str]:
    return bom.lines["child"].to_pylist()


def told(bom: Bom) -> list[tuple[str, int, str, str]]:
    return [(f.code, f.row, f.column, f.value) for f in bom.findings if f.code in STRUCK]


def test_a_row_struck_out_is_left_out_and_named(tmp_path: Path) -> None:
    rows = [
        ["Part number", "Qty", "Unit price [USD]", "Remark"],
        ["A", 1, 2, None],
        ["B", 3, 4, "use C"],
        ["C", 3, 5, None],
    ]
    path = struck_book(tmp_path, rows, in_row(2, 3))
    bom = read_bom(path)
    assert children(bom) == ["A", "C"]
    assert bom.parts["part_number"].to_pylist() == ["A", "C"]
    assert told(bom) == [("ROW_STRUCK_OUT", 3, "", "B")]
    [table] = inspect_file(path).tables
    assert [(one.row, one.reason) for one in table.skipped] == [(3, "struck out")]
    assert table.rows == table.used + len(table.skipped)


@pytest.mark.parametrize(
    ("column", "header", "value"), [(0, "Part number", "B"), (1, "Qty", "3"), (2, "Unit price [USD]", "4")]
)
def test_a_row_struck_out_in_part_is_an_error(tmp_path: Path, column: int, header: str, value: str) -> None:
    rows = [["Part number", "Qty", "Unit price [USD]"], ["A", 1, 2], ["B", 3, 4]]
    bom = read_bom(struck_book(tmp_path, rows, {(2, column)}))
    assert children(bom) == ["A", "B"]
    assert told(bom) == [("STRUCK_IN_PART", 3, header, value)]
    assert [f.part_number for f in bom.findings if f.severity == "error"] == ["B"]


def test_a_remark_or_a_header_struck_out_says_nothing(tmp_path: Path) -> None:
    rows = [["Part number", "Qty", "Remark"], ["A", 1, "old"], ["B", 3, None]]
    bom = read_bom(struck_book(tmp_path, rows, {(0, 0), (1, 2)}))
    assert children(bom) == ["A", "B"]
    assert told(bom) == []


def text_with_strike(folder: Path, number: str, rest: str) -> Path:
    """A workbook whose second part number is two runs of which the first is struck out."""
    path = folder / "runs.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("list")
    for row, cells in enumerate([["Part number", "Qty"], ["A", 1], ["", 2]]):
        page.write_row(row, 0, cells)
    page.write_rich_string(
        2, 0, book.add_format({"font_strikeout": True}), number, book.add_format({"bold": True}), rest
    )
    book.close()
    return path


def test_a_part_of_a_text_struck_out_is_an_error(tmp_path: Path) -> None:
    bom = read_bom(text_with_strike(tmp_path, "B-1", "C-2"))
    assert told(bom) == [("STRUCK_IN_PART", 3, "Part number", "B-1C-2")]


def test_runs_in_the_sheet_itself_are_seen_too(tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    book = Workbook()
    page = book.active
    page.title = "list"
    page.append(["Part number", "Description"])
    page.append(["A", "bolt"])
    page.append(["B", "nut"])
    for cell in page[3]:
        cell.value = CellRichText(TextBlock(InlineFont(strike=True), cell.value))
    page["C1"], page["C2"] = "Qty", 2
    path = tmp_path / "inline.xlsx"
    book.save(path)
    assert told(read_bom(path)) == [("ROW_STRUCK_OUT", 3, "", "B")]


def test_an_assembly_struck_out_with_all_beneath_it(tmp_path: Path) -> None:
    rows = [["Level", "Part number", "Qty"], [0, "TOP", 1], [1, "A", 1], [2, "A1", 4], [2, "A2", 4], [1, "B", 1]]
    bom = read_bom(struck_book(tmp_path, rows, in_row(2, 3) | in_row(3, 3) | in_row(4, 3)))
    assert children(bom) == ["B"]
    assert [row for _, row, _, _ in told(bom)] == [3, 4, 5]


def test_an_assembly_struck_out_without_what_is_beneath_it_is_an_error(tmp_path: Path) -> None:
    rows = [["Level", "Part number", "Qty"], [0, "TOP", 1], [1, "A", 1], [2, "A1", 4], [1, "B", 1]]
    bom = read_bom(struck_book(tmp_path, rows, in_row(2, 3)))
    assert children(bom) == ["A", "A1", "B"]
    assert [code for code, *_ in told(bom)] == ["STRUCK_IN_PART"]


def test_levels_in_columns_of_their_own(tmp_path: Path) -> None:
    rows = [
        ["L0", "L1", "L2", "Qty"],
        ["TOP", None, None, 1],
        [None, "AAA", None, 1],
        [None, None, "BBB", 2],
        [None, "CCC", None, 1],
    ]
    bom = read_bom(struck_book(tmp_path, rows, {(3, 2), (3, 3)}))
    assert children(bom) == ["AAA", "CCC"]
    assert told(bom) == [("ROW_STRUCK_OUT", 4, "", "BBB")]


def test_a_record_or_a_declaration_struck_out_does_not_count(tmp_path: Path) -> None:
    rows = [["part_number", "unit_value", "currency"], ["A", 1, "USD"], ["B", 2, "USD"]]
    bom = read_bom(struck_book(tmp_path, rows, in_row(2, 3), sheet="parts"))
    assert bom.parts["part_number"].to_pylist() == ["A"]
    assert told(bom) == [("ROW_STRUCK_OUT", 3, "", "B")]


def test_a_row_of_a_side_table_struck_out_does_not_count(tmp_path: Path) -> None:
    path = struck_book(tmp_path, [["part_number", "demand"], ["A", 1], ["B", 2]], in_row(2, 2))
    table = read_side_table(path, "demand")
    assert [row["part_number"] for row in table.rows] == ["A"]
    assert [f.code for f in table.findings] == ["ROW_STRUCK_OUT"]


def test_a_sheet_without_strikes_is_not_searched_for_them(tmp_path: Path) -> None:
    path = struck_book(tmp_path, [["Part number", "Qty"], ["A", 1]], set())
    assert not scan_sheets(path.read_bytes(), {})["list"].strikes
    path = struck_book(tmp_path, [["Part number", "Qty"], ["A", 1]], {(1, 0)})
    assert scan_sheets(path.read_bytes(), {})["list"].strikes
