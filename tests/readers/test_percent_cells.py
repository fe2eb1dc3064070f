"""A cell that shows 5 % holds 0.05: what the user sees is what counts."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from deminimis.readers import read_bom


@pytest.mark.parametrize("code", ["0%", "0.00%", "0.0 %"])
def test_what_is_shown_as_per_cent_is_read_as_per_cent(tmp_path: Path, code: str) -> None:
    path = tmp_path / "bom.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, shown = book.add_worksheet("lines"), book.add_format({"num_format": code})
    sheet.write_row(0, 0, ["parent", "child", "quantity", "scrap_percent", "yield_percent"])
    sheet.write_row(1, 0, ["A", "B", 1])
    sheet.write_number(1, 3, 0.07, shown)
    sheet.write_number(1, 4, 0.9, shown)
    sheet.write_row(2, 0, ["A", "C", 1, 0.07, 90])
    book.close()
    lines = read_bom(path).lines
    assert lines["scrap_percent"].to_pylist() == [7.0, 0.07]
    assert lines["yield_percent"].to_pylist() == [90.0, 90.0]


def test_a_percent_sign_that_is_only_printed_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, shown = book.add_worksheet("lines"), book.add_format({"num_format": '0.0"%"'})
    sheet.write_row(0, 0, ["parent", "child", "quantity", "scrap_percent"])
    sheet.write_row(1, 0, ["A", "B", 1])
    sheet.write_number(1, 3, 7, shown)
    book.close()
    assert read_bom(path).lines["scrap_percent"].to_pylist() == [7.0]


def test_a_loss_that_is_shown_as_per_cent(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, shown = book.add_worksheet("BOM"), book.add_format({"num_format": "0.0%"})
    sheet.write_row(0, 0, ["Parent", "Component", "Qty", "Loss %"])
    sheet.write_row(1, 0, ["A", "B", 1])
    sheet.write_number(1, 3, 0.025, shown)
    sheet.write_row(2, 0, ["A", "C", 1, 20])
    book.close()
    assert read_bom(path).lines["yield_percent"].to_pylist() == [97.5, 80.0]


def test_per_cent_in_two_tables_on_one_sheet(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, shown = book.add_worksheet("BOM"), book.add_format({"num_format": "0%"})
    for top, parent in ((0, "A"), (5, "D")):
        sheet.write_row(top, 0, ["Parent", "Component", "Qty", "Scrap %"])
        sheet.write_row(top + 1, 0, [parent, "B", 1])
        sheet.write_number(top + 1, 3, 0.05, shown)
        sheet.write_row(top + 2, 0, [parent, "C", 2, 5])
    book.close()
    assert read_bom(path).lines["scrap_percent"].to_pylist() == [5.0] * 4
