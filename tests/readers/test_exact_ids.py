from __future__ import annotations

import datetime
import zipfile
from functools import partial

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from deminimis.readers import read_bom
from deminimis.readers.cells.exact_ids import mixed_zeros, with_exact_ids
from deminimis.readers.grid import Grid
from tests.readers.sample_books import make_book, make_text

HEADER = ["parent", "child", "quantity"]
DAY = datetime.date(2025, 5, 17)


@pytest.fixture
def book(tmp_path):
    return partial(make_book, tmp_path)


@pytest.fixture
def text(tmp_path):
    return partial(make_text, tmp_path)


def found(bom, *codes):
    return [(f.code, f.row, f.column, f.value, f.part_number) for f in bom.findings if f.code in codes]


def formatted(folder, cells):
    """A sheet of lines whose children are numbers with a format each."""
    path = folder / "bom.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("lines")
    sheet.write_row(0, 0, HEADER)
    for row, (number, code) in enumerate(cells, 1):
        sheet.write_string(row, 0, "A")
        sheet.write_number(row, 1, number, workbook.add_format({"num_format": code}))
        sheet.write_number(row, 2, 1)
    workbook.close()
    return path


# --- dates


def test_a_date_in_an_id_column_is_an_error_of_the_part_above(book):
    bom = read_bom(book({"lines": [HEADER, ["A", "B", 1], ["A", DAY, 1], ["A", "2025-05-17", 1]]}))
    [told] = [f for f in bom.findings if f.code == "ID_FROM_DATE"]
    assert (told.severity, told.row, told.column, told.part_number) == ("error", 3, "child", "A")
    assert "2025-05-17; a spreadsheet turned it into one" in told.message
    assert not found(bom, "ID_LOOKS_DATE")


def test_a_date_far_below_is_seen_too(book):
    rows = [["A", f"B{row}", 1] for row in range(300)]
    bom = read_bom(book({"lines": [HEADER, *rows, ["A", DAY, 1]]}))
    assert found(bom, "ID_FROM_DATE") == [("ID_FROM_DATE", 302, "child", "2025-05-17", "A")]


@pytest.mark.parametrize("code", ["d-mmm", "mmm-yy", "yyyy/mm/dd hh:mm", '[$-804]yyyy"年"m"月"', "[h]:mm"])
def test_dates_are_told_by_their_format(tmp_path, code):
    bom = read_bom(formatted(tmp_path, [(45794, code)]))
    assert found(bom, "ID_FROM_DATE") == [("ID_FROM_DATE", 2, "child", "2025-05-17", "A")]


@pytest.mark.parametrize(
    ("code", "value"), [(30, "2025-05-17"), (58, "2025-05-17"), ("Standard", "2025-05-17 00:00:00")]
)
def test_dates_are_told_where_only_one_of_both_readers_sees_them(tmp_path, code, value):
    # 30 and 58 are days in East Asia; a word with a d in it is none, but the fast reader has made a day of the number
    bom = read_bom(formatted(tmp_path, [(45794, code)]))
    assert found(bom, "ID_FROM_DATE") == [("ID_FROM_DATE", 2, "child", value, "A")]


def test_dates_in_columns_of_dates_are_none_of_this(book):
    bom = read_bom(book({"lines": [[*HEADER, "valid_from"], ["A", 7, 1, DAY]]}))
    assert bom.lines["valid_from"].to_pylist() == [DAY]
    assert not found(bom, "ID_FROM_DATE", "ID_LOOKS_DATE")


def test_dates_above_the_header_are_none_of_this(book):
    bom = read_bom(book({"lines": [["as of", DAY], HEADER, ["A", 7, 1]]}))
    assert not found(bom, "ID_FROM_DATE", "ID_LOOKS_DATE")


def test_dates_stand_where_the_table_begins_in_c5(book):
    bom = read_bom(book({"lines": [HEADER, ["A", DAY, 1]]}, row=4, column=2))
    assert found(bom, "ID_FROM_DATE") == [("ID_FROM_DATE", 6, "child", "2025-05-17", "A")]


@pytest.mark.parametrize("said", ["2025-05-17", "2025-05-17 00:00:00"])
def test_text_files_only_look_as_if(text, said):
    bom = read_bom(text(f"parent,child,quantity\nA,{said},1\nA,2025-05-171,1\n"))
    assert found(bom, "ID_LOOKS_DATE", "ID_FROM_DATE") == [("ID_LOOKS_DATE", 2, "child", said, "A")]
    assert bom.lines["child"].to_pylist() == [said, "2025-05-171"]


def ods(path, *children):
    words = [
        f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>' for word in HEADER
    ]
    rows = [f"<table:table-row>{''.join(words)}</table:table-row>"]
    for child in children:
        one = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
        above = '<table:table-cell office:value-type="string"><text:p>A</text:p></table:table-cell>'
        rows.append(f"<table:table-row>{above}{child}{one}</table:table-row>")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="lines">{"".join(rows)}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_dates_of_other_workbooks_are_told_like_those_of_xlsx(tmp_path):
    def cell(kind, value):
        said = f'office:value-type="{kind}" office:date-value="{value}"'
        return f"<table:table-cell {said}><text:p>{value}</text:p></table:table-cell>"

    cells = [cell("date", "2025-05-17"), cell("date", "2025-05-17T12:00:00"), cell("string", "2025-05-18")]
    bom = read_bom(ods(tmp_path / "bom.ods", *cells))
    assert found(bom, "ID_FROM_DATE", "ID_LOOKS_DATE") == [
        ("ID_FROM_DATE", 2, "child", "2025-05-17", "A"),
        ("ID_FROM_DATE", 3, "child", "2025-05-17 12:00:00", "A"),
    ]
    assert bom.lines["child"].to_pylist()[-1] == "2025-05-18"


# --- number formats


def test_letters_and_zeros_of_a_format_are_kept_if_they_are_certain(tmp_path):
    cells = {
        '"PN-"0000': (123, "PN-0123"),
        '0000"-A"': (123, "0123-A"),
        "00000": (545636, "545636"),
        "000-000": (123, "000-123"),
        "0.0": (545636, "545636"),
        "0.00": (123, "123"),
        "#,##0": (1234567, "1234567"),
        "# ##0": (1234568, "1234568"),
        "000/000": (77, "77"),
        "@": (78, "78"),
        "0000": (12.5, "12.5"),
    }
    bom = read_bom(formatted(tmp_path, [(number, code) for code, (number, _) in cells.items()]))
    assert bom.lines["child"].to_pylist() == [shown for _, shown in cells.values()]
    assert not [f for f in bom.findings if f.code.startswith("ID_")]


# --- E-notation


@pytest.mark.parametrize("said", ["1.5E+10", "1E+15", "1.23457E+12"])
def test_e_notation_as_spreadsheets_write_it_is_doubtful(text, book, said):
    expected = [("ID_LOOKS_EXPONENT", 2, "child", said, "A")]
    for bom in (
        read_bom(text(f"parent,child,quantity\nA,{said},1\n")),
        read_bom(book({"x": [HEADER, ["A", said, 1]]})),
    ):
        assert found(bom, "ID_LOOKS_EXPONENT") == expected
        assert bom.lines["child"].to_pylist() == [said]


@pytest.mark.parametrize("said", ["1E5", "1.5E10", "12E+3", "E+3", "1E+3A", "AE+3", "1.E+3", "1e+5"])
def test_other_ids_with_an_e_are_not(text, said):
    assert not found(read_bom(text(f"parent,child,quantity\nA,{said},1\n")), "ID_LOOKS_EXPONENT")


# --- zeros


def test_mixed_zeros_are_told_once_for_a_column(text):
    bom = read_bom(text("parent,child,quantity\nA,7,1\nA,00123,1\nA,123,1\nA,007,1\n"))
    [told] = [f for f in bom.findings if f.code == "ID_MIXED_ZEROS"]
    assert (told.severity, told.row, told.column) == ("warning", 3, "child")
    assert "child holds 00123 and 123" in told.message
    assert bom.lines["child"].to_pylist() == ["7", "00123", "123", "007"]


def test_zeros_that_a_format_adds_count_as_shown(tmp_path):
    bom = read_bom(formatted(tmp_path, [(123, "00000"), (123, "0")]))
    assert [value for _, _, _, value, _ in found(bom, "ID_MIXED_ZEROS")] == ["00123 and 123"]


@pytest.mark.parametrize(
    ("ids", "pair"),
    [
        (["00123", "123"], (0, "00123", "123")),
        (["0123", "00123"], (1, "00123", "0123")),
        (["0", "000"], (1, "000", "0")),
        (["00", "000"], (1, "000", "00")),
        (["0012", "0034", "0034"], None),
        (["012", "0034"], None),
        (["0A1", "A1"], None),
        (["0.5", ".5"], None),
        ([None, "05", ""], None),
        ([None, "05", "5"], (1, "05", "5")),
        (["0"], None),
        ([], None),
    ],
)
def test_pairs_of_zeros(ids, pair):
    assert mixed_zeros(pa.array(ids, pa.string())) == pair


@given(st.lists(st.text("0123A", max_size=4), max_size=8))
def test_zeros_are_mixed_where_two_ids_are_one_number(ids):
    numbers = {word for word in ids if word.isdigit()}
    mixed = mixed_zeros(pa.array(ids, pa.string()))
    assert (mixed is not None) == (len({int(word) for word in numbers}) < len(numbers))
    if mixed is not None:
        row, said, other = mixed
        assert ids[row] == said != other
        assert other in ids
        assert int(said) == int(other)


def test_clean_ids_leave_the_grid_as_it_is():
    grid = Grid("bom.csv", "", (pa.array(["A", "00123", "1E5", None]),))
    assert with_exact_ids(grid, [0]) is grid
