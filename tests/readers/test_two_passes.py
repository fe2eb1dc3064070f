"""A sheet whose first rows promise clean columns is read in one pass; what breaks it far below must be seen."""

from __future__ import annotations

from functools import partial

import pytest
import xlsxwriter

from deminimis.readers import inspect_file, read_bom
from deminimis.readers.choices import Choices
from deminimis.readers.files.files import read_file
from deminimis.readers.sheets import expected_columns
from deminimis.readers.workbooks.preview import first_rows
from deminimis.readers.workbooks.workbook import read_workbook
from tests.readers.sample_books import make_book

FAR = 3000


@pytest.fixture
def book(tmp_path):
    return partial(make_book, tmp_path)


def lines(cells):
    rows = [["parent", "child", "quantity"], *(["A", f"B{row}", 0.5] for row in range(FAR))]
    return {"bom": [*rows, cells]}


def last(path):
    bom = read_bom(path)
    return bom.lines.select(["parent", "child", "quantity"]).to_pylist()[-1], bom


def promise_kept(path):
    [grid] = read_workbook(read_file(path), lambda grid: expected_columns(grid, Choices()))
    return grid.xml.as_expected


def test_clean_columns_keep_the_promise(book):
    path = book(lines(["A", "C", 0.1234567890123456]))
    assert promise_kept(path)
    row, bom = last(path)
    assert row == {"parent": "A", "child": "C", "quantity": 0.1234567890123456}
    assert bom.findings == ()


@pytest.mark.parametrize(
    ("cells", "row", "code"),
    [
        (["A", "C", "12 pcs"], {"parent": "A", "child": "C", "quantity": 12.0}, None),
        (["A", "C", "12 gizmos"], {"parent": "A", "child": "C", "quantity": None}, "QTY_WORD_NOT_KNOWN"),
        (["A", "C", True], {"parent": "A", "child": "C", "quantity": None}, "NUMBER_NOT_READ"),
        (["A", "C", " 7"], {"parent": "A", "child": "C", "quantity": 7.0}, None),
        (["A", 0.9999999999999999, 1], {"parent": "A", "child": "0.9999999999999999", "quantity": 1.0}, None),
        ([1234567890123456, "C", 1], {"parent": "1234567890123456", "child": "C", "quantity": 1.0}, "ID_FROM_NUMBER"),
    ],
)
def test_what_breaks_the_promise_is_read_again(book, cells, row, code):
    path = book(lines(cells))
    assert not promise_kept(path)
    found, bom = last(path)
    assert found == row
    assert [(f.code, f.row) for f in bom.findings] == ([(code, FAR + 2)] if code else [])


def test_decimals_longer_than_a_float_survive_as_text_cells(book):
    _, bom = last(book(lines(["A", "C", "0.10000000000000000001"])))
    assert bom.long_decimals == {("lines", "quantity", FAR): "0.10000000000000000001"}


def test_error_cells_do_not_break_the_promise(tmp_path):
    path = tmp_path / "bom.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("bom")
    sheet.write_row(0, 0, ["parent", "child", "quantity"])
    for row in range(1, FAR):
        sheet.write_row(row, 0, ["A", f"B{row}", 1])
    sheet.write_row(FAR, 0, ["A", "C"])
    sheet.write_formula(FAR, 2, "=1/0", None, "#DIV/0!")
    workbook.close()
    assert promise_kept(path)
    bom = read_bom(path)
    assert [(f.code, f.row, f.value, f.part_number) for f in bom.findings] == [("CELL_ERROR", FAR + 1, "#DIV/0!", "A")]


def test_the_cut_holds_no_more_than_the_first_rows(book):
    path = book(lines(["A", "C", 1]))
    data = path.read_bytes()
    assert len(first_rows(data)) < len(data) / 4


def test_chart_sheets_are_passed_over(tmp_path):
    path = tmp_path / "chart.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("lines")
    sheet.write_row(0, 0, ["parent", "child", "quantity"])
    sheet.write_row(1, 0, ["A", "B", 1])
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=lines!$C$2:$C$2"})
    workbook.add_chartsheet("picture").set_chart(chart)
    workbook.close()
    assert len(read_bom(path).lines) == 1
    assert [t.sheet for t in inspect_file(path).tables] == ["lines"]


def test_a_thousand_written_as_text_is_no_number_that_the_file_holds(tmp_path):
    """The fast reader makes 1.0 of the text "1.000"; beside "74.443,00" it is a thousand."""
    head = ["Level", "Part number", "Qty", "Unit price", "Price unit", "Currency"]
    rows = [
        [0, "P-1", 1, None, None, None],
        [1, "M-1", "2,5", "74.443,00", "1.000", "EUR"],
        [1, "M-2", "2,5", "448,50", "1", "EUR"],
        [1, "M-3", 1.25, 3.125, 1.5, "EUR"],
    ]
    bom = read_bom(make_book(tmp_path, {"BOM": [head, *rows]}))
    found = dict(zip(bom.parts["part_number"].to_pylist(), bom.parts["unit_value"].to_pylist(), strict=True))
    assert (found["M-1"], found["M-2"]) == (74.443, 448.5)
    assert found["M-3"] == pytest.approx(3.125 / 1.5)
    assert bom.lines["quantity"].to_pylist() == [2.5, 2.5, 1.25]
