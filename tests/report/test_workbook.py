"""The workbook, read back by another library."""

from __future__ import annotations

import io
import math
import zipfile

import openpyxl
import pytest
import xlsxwriter

from deminimis.assessment import Interval
from deminimis.report.sheets import TEXT, Sheet
from deminimis.report.workbook import CUT, LONGEST_TEXT, Formats, _write_sheet, write_workbook
from tests.report.assessments import HOSTILE, make_assessment, make_good, point

NAMES = ["summary", "goods", "tested items", "contributions", "findings", "assumptions", "rule", "inputs"]


@pytest.fixture
def written(tmp_path):
    def write(assessment):
        write_workbook(assessment, tmp_path / "report.xlsx")
        return openpyxl.load_workbook(tmp_path / "report.xlsx")

    return write


def column(sheet, header):
    position = [cell.value for cell in sheet[1]].index(header)
    return [row[position] for row in sheet.iter_rows(min_row=2)]


def values(sheet, header):
    return [cell.value for cell in column(sheet, header)]


def test_every_sheet_has_its_header_in_view_a_filter_and_a_page(pumps, written):
    book = written(pumps)
    assert book.sheetnames == NAMES
    for sheet in book:
        assert sheet.freeze_panes in ("B2", "C2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.page_setup.orientation == "landscape"
        # One page wide is what a workbook means that names no width.
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.oddFooter.left.text == "deminimis 0.1.0, 2026-11-22"


def test_goods_carry_verdict_figures_and_units(pumps, written):
    goods = written(pumps)["goods"]
    assert values(goods, "finished good") == ["PUMP-100", "=1+1", "PUMP-300"]
    assert values(goods, "verdict") == ["● AT OR ABOVE", "◐ undetermined", "○ below 0.1 % (value route only)"]
    assert values(goods, "article value typical [USD]") == [3120.0, "not known", 800.0]
    assert values(goods, "controlled value high [USD]") == [11.5204, "no limit", 0.7552]
    assert values(goods, "share high [%]") == [0.0036924, "no limit", 0.000944]
    assert values(goods, "technology route") == ["caught", "open", "open"]
    assert values(goods, "origin route") == ["not caught", "open", "not caught"]
    assert column(goods, "share typical [%]")[0].number_format == "0.0000 %"
    assert column(goods, "article value typical [USD]")[0].number_format == "#,##0.00"
    assert column(goods, "valid until")[0].value.date().isoformat() == "2027-03-31"


def test_colours_follow_the_word(pumps, written):
    (rules,) = (found.rules for found in written(pumps)["goods"].conditional_formatting)
    assert {rule.text for rule in rules} == {"●", "◐", "○"}


@pytest.mark.parametrize("share", [0.00099999999, 0.0009999999999, math.nextafter(0.001, 1) * (1 + 1e-12)])
def test_a_share_near_the_line_gets_more_digits(share, written):
    cell = column(written(make_assessment(make_good("P", share=point(share))))["goods"], "share low [%]")[0]
    decimals = cell.number_format.count("0") - 1
    assert decimals > 4
    assert round(share * 100, decimals) != 0.1


def test_text_is_text_whatever_it_begins_with(hostile, written):
    book = written(hostile)
    written_words = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {word for word in HOSTILE if word.isprintable()} <= written_words
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    assert values(book["goods"], "finished good")[-3:-1] == ["007", "1E5"]


def test_no_formula_stands_in_the_file_itself(hostile, tmp_path):
    write_workbook(hostile, tmp_path / "report.xlsx")
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(NAMES)
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)


def test_a_text_longer_than_a_cell_is_cut_and_says_so(hostile, written):
    last = values(written(hostile)["goods"], "finished good")[-1]
    assert len(last) == LONGEST_TEXT
    assert last.endswith(CUT)


def test_marks_of_the_writing_library_are_text_too(written):
    goods = written(make_assessment(make_good("<r>&broken</r>")))["goods"]
    assert values(goods, "finished good") == ["<r>&broken</r> "]


def test_assumptions_list_reading_estimates_and_notes(pumps, written):
    rows = list(written(pumps)["assumptions"].iter_rows(min_row=2, values_only=True))
    assert ("reading", "sourcing", "prorate", "one of prorate, worst; default") in rows
    assert [row[3] for row in rows if row[0] == "estimate"] == ["0.8 to 2 % of mass"]
    assert [row[2] for row in rows if row[0] == "note"] == ["NO_SIGN_OF_CARRIER", "VALUE_ROLLED_UP", "VALUE_ROLLED_UP"]


def test_the_rest_of_the_sheets(pumps, written):
    book = written(pumps)
    assert values(book["contributions"], "controlled value high [USD]") == [10.1004, 1.42, "no limit"]
    assert values(book["contributions"], "material origin") == ["CN", "unknown", "unknown"]
    assert values(book["findings"], "row")[:3] == [7, 8, 9]
    assert values(book["findings"], "severity") == ["error"] * 2 + ["warning"] * 4 + ["info"] * 3
    assert values(book["tested items"], "level (0 is purchased)") == [2, 0, 0, 3, 0]
    assert values(book["inputs"], "sha256")[0] == "a" * 64
    assert "unconfirmed" in dict(book["rule"].iter_rows(min_row=2, values_only=True))["Note"]


def test_nothing_to_judge(written):
    book = written(make_assessment())
    assert book.sheetnames == NAMES
    assert book["summary"]["B2"].value == "No finished good was found: nothing is judged."
    assert book["goods"].max_row == 1


def test_rows_that_do_not_fit_are_said():
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    rows = ((str(number),) for number in range(10))
    _write_sheet(book, Formats(book, None), Sheet("many", (("id", TEXT, 10),), rows), "", last_row=4)
    book.close()
    cells = [cell.value for cell in openpyxl.load_workbook(memory)["many"]["A"]]
    assert cells == ["id", "0", "1", "2", "further rows do not fit on this sheet: see the JSON report"]


def test_an_open_low_end_is_not_written_as_zero(written):
    goods = written(make_assessment(make_good("P", share=Interval(None, None, None))))["goods"]
    assert values(goods, "share low [%]") == ["not known"]
