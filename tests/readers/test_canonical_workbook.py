from __future__ import annotations

import datetime
import hashlib
from functools import partial

import pytest
import xlsxwriter

from deminimis.errors import InputError, LayoutError
from deminimis.readers import inspect_file, read_bom
from tests.readers.sample_books import make_book


@pytest.fixture
def book(tmp_path):
    return partial(make_book, tmp_path)


IDS = ["00123", "1E5", "MAR1", "7", "NA", " 7", "TRUE", "12345678901234567890", "1.50", "x\u00a0", "#REF!", "None"]


def codes(bom):
    return [found.code for found in bom.findings]


def test_ids_survive_to_the_byte(book):
    path = book({"parts": [["part_number"], *([number] for number in IDS)]})
    bom = read_bom(path)
    assert bom.parts["part_number"].to_pylist() == IDS
    assert set(codes(bom)) == {"ID_DIFFERS_IN_BLANKS"}  # "7" and " 7"


def test_numbers_in_id_columns_keep_all_their_digits(book):
    path = book({"parts": [["part_number"], [545636.0], [0.9999999999999999], [1e5], [12.5], [True]]})
    numbers = read_bom(path).parts["part_number"].to_pylist()
    assert numbers == ["545636", "0.9999999999999999", "100000", "12.5", "true"]


def test_a_number_of_more_than_15_digits_is_reported_but_the_same_text_is_not(book):
    path = book({"parts": [["part_number"], [1234567890123456.0], ["1234567890123457"], ["12345678901234567890"]]})
    found = [f for f in read_bom(path).findings if f.code == "ID_FROM_NUMBER"]
    assert [(f.row, f.column, f.part_number) for f in found] == [(2, "part_number", "1234567890123456")]


def test_leading_zeros_of_a_number_format_are_kept(tmp_path):
    path = tmp_path / "padded.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("lines")
    five, dashed = workbook.add_format({"num_format": "00000"}), workbook.add_format({"num_format": "000-000"})
    sheet.write_row("C5", ["parent", "child", "quantity"])
    for row, style in ((5, five), (6, dashed)):
        sheet.write_string(row, 2, "good")
        sheet.write_number(row, 3, 123, style)
        sheet.write_number(row, 4, 7, five)
    workbook.close()
    bom = read_bom(path)
    assert bom.lines["child"].to_pylist() == ["00123", "000-123"]
    assert bom.lines["quantity"].to_pylist() == [7.0, 7.0]


def test_rows_are_those_of_the_spreadsheet_when_the_table_begins_in_c5(book):
    rows = [["parent", "child", "quantity"], ["A", "B", 2], [], ["A", "C", "some"]]
    path = book({"lines": rows}, row=4, column=2)
    bom = read_bom(path)
    assert bom.lines["row"].to_pylist() == [6, 8]
    [fault] = [f for f in bom.findings if f.severity == "error"]
    assert (fault.file, fault.sheet, fault.row, fault.column, fault.value) == (
        "bom.xlsx",
        "lines",
        8,
        "quantity",
        "some",
    )
    assert fault.part_number == "A"
    assert bom.lines["quantity"].to_pylist() == [2.0, None]
    [table] = inspect_file(path).tables
    assert (table.header_row, table.rows, table.used) == (5, 3, 2)
    assert [(s.row, s.reason) for s in table.skipped] == [(7, "blank row")]


def test_doubles_keep_their_bits(book):
    values = [0.9999999999999999, 0.1, 1e-10, 12345678.123456789, 4.94e-300]
    path = book({"lines": [["parent", "child", "quantity"], *(["A", f"B{i}", v] for i, v in enumerate(values))]})
    bom = read_bom(path)
    assert bom.lines["quantity"].to_pylist() == values
    assert not bom.long_decimals


def test_error_cells_are_errors_of_the_part_above(tmp_path):
    path = tmp_path / "broken.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("lines")
    sheet.write_row("B3", ["parent", "child", "quantity"])
    sheet.write_row("B4", ["A", "B"])
    sheet.write_formula("D4", "=1/0", None, "#DIV/0!")
    sheet.write_string("B5", "A")
    sheet.write_formula("C5", "=NA()", None, "#N/A")
    sheet.write_number("D5", 1)
    sheet.write_formula("B6", "=NA()", None, "#REF!")
    sheet.write_row("C6", ["C", 1])
    workbook.close()
    faults = [(f.row, f.column, f.value, f.part_number) for f in read_bom(path).findings if f.code == "CELL_ERROR"]
    expected = [(4, "quantity", "#DIV/0!", "A"), (5, "child", "#N/A", "A"), (6, "parent", "#REF!", "")]
    assert sorted(faults) == expected


def test_a_formula_without_value_is_an_error_and_one_with_value_is_not(tmp_path):
    import openpyxl

    path = tmp_path / "formulas.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "lines"
    sheet["C2"], sheet["D2"], sheet["E2"] = "parent", "child", "quantity"
    sheet["C3"], sheet["D3"], sheet["E3"] = "A", "B", "=1+1"
    sheet["C4"], sheet["D4"], sheet["E4"] = "A", '="C"&"1"', 1
    workbook.save(path)
    faults = [f for f in read_bom(path).findings if f.code == "FORMULA_WITHOUT_VALUE"]
    assert [(f.row, f.column, f.part_number) for f in faults] == [(3, "quantity", "A"), (4, "child", "A")]


def test_cached_formula_values_are_read(tmp_path):
    path = tmp_path / "cached.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("lines")
    sheet.write_row(0, 0, ["parent", "child", "quantity", "unit"])
    sheet.write_row(1, 0, ["A", "B"])
    sheet.write_formula(1, 2, "=1+1", None, 2)
    sheet.write_formula(1, 3, '="p"&"cs"', None, "pcs")
    workbook.close()
    bom = read_bom(path)
    assert bom.lines["quantity"].to_pylist() == [2.0]
    assert bom.lines["unit"].to_pylist() == ["pcs"]
    assert bom.findings == ()


def test_headers_may_carry_stars_units_and_capitals(book):
    path = book({"PARTS": [["Part Number*", "Mass [kg]", "Unit value (EUR)"], ["A", 2, 3], ["B", None, None]]})
    bom = read_bom(path)
    assert bom.parts.select(["part_number", "mass", "mass_unit", "unit_value", "currency"]).to_pylist() == [
        {"part_number": "A", "mass": 2.0, "mass_unit": "kg", "unit_value": 3.0, "currency": "EUR"},
        {"part_number": "B", "mass": None, "mass_unit": None, "unit_value": None, "currency": None},
    ]


def test_all_six_tables_and_dates(book):
    day = datetime.date(2026, 11, 2)
    sheets = {
        "parts": [["part_number", "unit_value", "price_date"], ["A", 5, day], ["B", 1, "02.11.2026"]],
        "lines": [["parent", "child", "quantity"], ["A", "B", 1]],
        "declarations": [["part_number", "material", "amount", "basis"], ["B", "dysprosium_metal", 2, "wt percent"]],
        "sourcing": [["part_number", "supplier", "share_percent"], ["B", "S", 100]],
        "prices": [["material", "typical", "currency"], ["dysprosium_metal", 300, "usd"]],
        "rates": [["currency", "per_base"], ["USD", 1], [None, 1]],
    }
    path = book(sheets)
    bom = read_bom(path)
    assert codes(bom) == []
    assert bom.parts["price_date"].to_pylist() == [day, day]
    assert bom.declarations["basis"].to_pylist() == ["wt_percent"]
    assert bom.rates["currency"].to_pylist() == ["USD", None]
    assert [s.sheet for s in bom.sources] == list(sheets)
    assert bom.rates["place"].to_pylist() == [5, 5]
    assert bom.inputs[0].name == "bom.xlsx"
    assert bom.inputs[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_unknown_and_missing_columns_and_foreign_sheets(book):
    sheets = {
        "lines": [["parent", "child", "quantity", "colour"], ["A", "B", 1, "red"]],
        "prices": [["material"], ["dysprosium_metal"]],
        "notes": [["hello"], ["you"]],
        "help": [["anything"]],
        "empty": [],
    }
    path = book(sheets)
    bom = read_bom(path)
    found = [(f.code, f.sheet, f.value) for f in bom.findings]
    assert ("COLUMN_NOT_USED", "lines", "colour") in found
    assert ("COLUMN_MISSING", "prices", "typical") in found
    assert ("TABLE_SKIPPED", "notes", "notes") in found
    assert not [f for f in bom.findings if f.sheet == "help"]
    tables = {t.sheet: t for t in inspect_file(path).tables}
    assert (tables["help"].rows, tables["help"].used) == (1, 0)
    assert (tables["notes"].rows, tables["notes"].used) == (2, 0)
    assert tables["lines"].layout == "canonical:lines"
    assert tables["lines"].quantity_basis == "per_parent"


def test_a_table_without_its_ids_is_refused(book):
    with pytest.raises(LayoutError, match="sheet lines: no header row with the columns parent, child, quantity"):
        read_bom(book({"lines": [["parent", "quantity"], ["A", 1]]}))


def test_only_one_sheet(book):
    path = book(
        {"one": [["parent", "child", "quantity"], ["A", "B", 1]], "two": [["parent", "child", "qty"], ["A", "C", 1]]}
    )
    assert read_bom(path, sheet="Two").lines["child"].to_pylist() == ["C"]
    assert read_bom(path).lines["child"].to_pylist() == ["B", "C"]
    with pytest.raises(LayoutError, match="has no sheet three: its sheets are one, two"):
        read_bom(path, sheet="three")


def test_files_are_put_together_with_their_places(book):
    first = book({"lines": [["parent", "child", "quantity"], ["A", "B", 1]]}, "first.xlsx")
    declared = book({"declarations": [["part_number", "material"], ["B", "none"]]}, "declared.xlsx")
    priced = book({"prices": [["material", "typical", "currency"], ["dysprosium_metal", 1, "USD"]]}, "priced.xlsx")
    bom = read_bom(first, declarations=declared, prices=[priced])
    assert [i.name for i in bom.inputs] == ["first.xlsx", "declared.xlsx", "priced.xlsx"]
    assert bom.place("declarations", 0) == {"file": "declared.xlsx", "sheet": "declarations", "row": 2}
    assert bom.place("prices", 0)["file"] == "priced.xlsx"


def test_no_file_is_a_wrong_use():
    with pytest.raises(InputError, match="no file was named"):
        read_bom()
