"""Binary workbooks (.xlsb) are read with how their cells are shown."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.readers.workbooks.book import Book, Cell, Row, Style
from deminimis.readers.workbooks.number_formats import BUILT_IN_DATES, PERCENTS, digit_pattern, is_date, word_shown
from deminimis.readers.workbooks.xlsb_book import ERRORS, read_xlsb
from deminimis.readers.workbooks.xlsb_parts import (
    BOOK,
    Allowance,
    at_most,
    built_in_codes,
    contains,
    linked_parts,
    part_records,
    read_list,
    read_styles,
    read_texts,
)
from deminimis.readers.workbooks.xlsb_texts import rich_text, wide_text
from tests.readers.binary_books import (
    BEGIN_ROWS,
    BEGIN_SHEET,
    END_ROWS,
    ITEM,
    REAL,
    SHEET,
    BinarySheet,
    Format,
    Formula,
    Rich,
    Rk,
    Short,
    Shown,
    cell,
    links,
    record,
    rich,
    row_record,
    wide,
    write_binary_book,
)

PAGE = "xl/worksheets/sheet1.bin"


def book_of(tmp_path: Path, rows: Sequence[Sequence[Any]], **more: Any) -> Book:
    return read_xlsb(write_binary_book(tmp_path / "book.xlsb", {"list": rows}, **more).read_bytes())


def rows_of(book: Book, sheet: int = 0) -> list[Row]:
    return list(book.sheets[sheet].rows)


def cells_of(tmp_path: Path, *values: Any, **more: Any) -> list[Cell]:
    return list(rows_of(book_of(tmp_path, [values], **more))[0].cells)


def refused(tmp_path: Path, page: bytes, match: str, **more: Any) -> None:
    path = write_binary_book(tmp_path / "book.xlsb", {"list": [[1]]}, replaced={PAGE: page}, **more)
    with pytest.raises(ValueError, match=match):
        rows_of(read_xlsb(path.read_bytes()))


def page_of(*records: bytes) -> bytes:
    return b"".join([record(BEGIN_SHEET), record(BEGIN_ROWS), *records, record(END_ROWS)])


def test_values_are_read_as_they_stand(tmp_path: Path) -> None:
    values = [
        2.5,
        -1e-300,
        0.1,
        True,
        False,
        " lead & <\n>\U0001f600 ",
        "'in its cell ",
        Rich("rich", (), shared=False),
    ]
    found = [cell.value for cell in cells_of(tmp_path, *values)]
    assert found == [2.5, -1e-300, 0.1, True, False, " lead & <\n>\U0001f600 ", "in its cell ", "rich"]
    assert [type(value) for value in found[3:5]] == [bool, bool]


def test_errors_are_read_by_name(tmp_path: Path) -> None:
    assert [cell.error for cell in cells_of(tmp_path, "#NULL!", "#REF!", "#N/A", Formula("#DIV/0!"))] == [
        "#NULL!",
        "#REF!",
        "#N/A",
        "#DIV/0!",
    ]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_an_error(tmp_path: Path, number: float) -> None:
    [found, formula] = cells_of(tmp_path, number, Formula(number))
    assert (found.value, found.error, formula.error) == (None, "#NUM!", "#NUM!")


def test_formulas_are_read_by_the_value_they_were_saved_with(tmp_path: Path) -> None:
    found = cells_of(tmp_path, Formula(3.5), Formula("PN-7"), Formula(True), Formula(""))
    assert [cell.value for cell in found] == [3.5, "PN-7", True, ""]


@pytest.mark.parametrize(
    ("bits", "number"),
    [
        (0x3FF00000, 1.0),
        (0x3FF00001, 0.01),
        (1234 << 2 | 2, 1234.0),
        (1234 << 2 | 3, 12.34),
        ((-7 << 2) & 0xFFFFFFFF | 2, -7.0),
        (0xC01C0000, -7.0),
        ((-(1 << 29) << 2) & 0xFFFFFFFF | 3, -5368709.12),
    ],
)
def test_the_four_kinds_of_short_numbers(tmp_path: Path, bits: int, number: float) -> None:
    assert [cell.value for cell in cells_of(tmp_path, Rk(bits), Short(Rk(bits)))] == [number, number]


def test_short_cells_stand_right_of_the_one_before(tmp_path: Path) -> None:
    values = [None, Short(Shown(2, 1)), Short(None), Short("a"), Short("'b"), Short(False), Short("#REF!")]
    found = cells_of(tmp_path, *values, formats=[Format(), Format("00000")])
    assert found == [
        Cell(1, 2.0, 1),
        Cell(3, "a"),
        Cell(4, "b"),
        Cell(5, False),
        Cell(6, None, error="#REF!"),
    ]


def test_a_short_cell_may_be_the_first(tmp_path: Path) -> None:
    assert cells_of(tmp_path, Short(7)) == [Cell(0, 7.0)]


def test_styles_say_how_cells_are_shown(tmp_path: Path) -> None:
    formats = [
        Format(),
        Format("[$¥-804]#,##0.00"),
        Format('0.0" kg"', indent=2),
        Format(9, font=1),
        Format(14),
        Format(30),
        Format(44),
        Format("[$¥-804]#,##0.00", font=2),
    ]
    book = book_of(tmp_path, [[Shown(1, 3)]], formats=formats)
    assert book.styles == [
        Style(),
        Style("[$¥-804]#,##0.00"),
        Style('0.0" kg"', 2),
        Style("0%", 0, True),
        Style("mm-dd-yy"),
        Style("yyyy-mm-dd"),
        Style("#,##0.00_);(#,##0.00)"),
        Style("[$¥-804]#,##0.00"),
    ]
    assert [cell.style for cell in rows_of(book)[0].cells] == [3]


def test_formats_named_by_number_show_what_they_show_in_other_workbooks() -> None:
    codes = built_in_codes()
    assert set(codes) == {*range(23), *range(27, 59)}
    assert {number for number, code in codes.items() if is_date(number, code)} == BUILT_IN_DATES
    assert {number for number, code in codes.items() if "%" in code} == PERCENTS
    assert not any(word_shown(code) for code in codes.values())
    assert not any(digit_pattern(code) for number, code in codes.items() if number not in BUILT_IN_DATES)


def test_the_parts_of_a_text_that_are_struck(tmp_path: Path) -> None:
    texts = [
        Rich("keep gone keep", ((5, 1), (9, 2))),
        Rich("all", ((0, 1),)),
        Rich("plain", ((2, 2),)),
        Rich("\U0001f600 gone", ((2, 1),), shared=False),
        Rich("to the end", ((4, 1), (10, 0))),
    ]
    found = cells_of(tmp_path, *texts, formats=[Format()])
    assert [cell.value for cell in found] == [text.text for text in texts]
    assert [cell.runs for cell in found] == [
        (("keep ", False), ("gone", True), (" keep", False)),
        (("all", True),),
        (),
        (("\U0001f600", False), (" gone", True)),
        (("to t", False), ("he end", True)),
    ]


def test_rows_stand_at_their_places_with_level_and_hidden(tmp_path: Path) -> None:
    sheet = BinarySheet([["a"], [], ["b"]], levels={5: 7}, hidden=frozenset({4, 5}), first=3)
    path = write_binary_book(tmp_path / "book.xlsb", {"list": sheet}, stray=(99, 30))
    rows = rows_of(read_xlsb(path.read_bytes()))
    assert [(row.index, row.level, row.hidden) for row in rows] == [
        (3, 0, False),
        (4, 0, True),
        (5, 7, True),
        (99, 0, False),
    ]
    assert [cell.column for row in rows for cell in row.cells] == [0, 0, 30]


def test_sheets_are_read_by_name_state_and_merged_ranges(tmp_path: Path) -> None:
    sheets = {
        "Teile & Größen": BinarySheet([["a"]], merged=[(0, 1, 2, 3), (5, 0, 5, 16_383)]),
        "hidden": BinarySheet([["b"]], state=1),
        "very hidden": BinarySheet([["c"]], state=2),
    }
    book = read_xlsb(write_binary_book(tmp_path / "book.xlsb", sheets).read_bytes())
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [
        ("Teile & Größen", False),
        ("hidden", True),
        ("very hidden", True),
    ]
    assert [sheet.merged for sheet in book.sheets] == [((0, 1, 2, 3), (5, 0, 5, 16_383)), (), ()]
    assert [rows_of(book, at)[0].cells for at in range(3)] == [[Cell(0, "a")], [Cell(0, "b")], [Cell(0, "c")]]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    assert book_of(tmp_path, [[1]], since_1904=True).since_1904
    assert not book_of(tmp_path, [[1]]).since_1904


def test_sheets_of_charts_and_macros_are_left_out(tmp_path: Path) -> None:
    sheets = {
        "chart": BinarySheet([[1]], kind="chartsheet"),
        "list": BinarySheet([[2]]),
        "macro": BinarySheet([[3]], kind="xlMacrosheet"),
    }
    book = read_xlsb(write_binary_book(tmp_path / "book.xlsb", sheets).read_bytes())
    assert [sheet.name for sheet in book.sheets] == ["list"]


def test_a_sheet_that_names_no_part_is_left_out(tmp_path: Path) -> None:
    listed = record(SHEET, struct.pack("<III", 0, 1, 0xFFFFFFFF) + wide("module"))
    assert book_of(tmp_path, [[1]], replaced={BOOK: listed}).sheets == []


def test_a_workbook_without_styles_and_shared_texts(tmp_path: Path) -> None:
    links_alone = links([("worksheet", "/xl/worksheets/sheet1.bin")])
    left_out = {"xl/_rels/workbook.bin.rels": links_alone.encode(), "xl/sharedStrings.bin": None}
    book = book_of(tmp_path, [[1, "'a"]], replaced=left_out)
    assert book.styles == [Style()]
    assert rows_of(book) == [Row(0, [Cell(0, 1.0), Cell(1, "a")])]


def test_letters_that_are_none_are_replaced(tmp_path: Path) -> None:
    assert [cell.value for cell in cells_of(tmp_path, "'a\ud83d", "b\ude00c")] == ["a\ufffd", "b\ufffdc"]


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.booleans(),
                st.floats(allow_nan=False, allow_infinity=False),
                st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
                    lambda text: not text.startswith(("'", "\ufeff")) and text not in ERRORS.values()
                ),
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=50, deadline=None)
def test_values_are_those_of_the_fast_reader(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]) -> None:
    path = write_binary_book(tmp_path_factory.mktemp("books") / "book.xlsb", {"list": rows})
    values = [[cell.value for cell in row.cells] for row in rows_of(read_xlsb(path.read_bytes()))]
    assert values == rows
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_arrow()
    fast = [list(row.values()) for row in sheet.to_pylist()]
    for ours, theirs in zip(values, fast, strict=True):
        assert [value for value in ours if isinstance(value, str)] == [
            other for value, other in zip(ours, theirs, strict=True) if isinstance(value, str)
        ]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_sheet_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("books") / "book.xlsb"
    sheet = BinarySheet(
        [["a", 1, Rk(7), Formula("x")], [True, "#REF!", Rich("ab", ((1, 1),)), Short(2)]], merged=[(0, 0, 1, 1)]
    )
    write_binary_book(path, {"list": sheet}, formats=[Format(), Format("00")])
    with zipfile.ZipFile(path) as archive:
        name = data.draw(st.sampled_from([member for member in archive.namelist() if member.endswith(".bin")]))
        part = bytearray(archive.read(name))
    for at in data.draw(st.lists(st.integers(0, len(part) - 1), min_size=1, max_size=4)):
        part[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(part)))
    write_binary_book(path, {"list": sheet}, formats=[Format(), Format("00")], replaced={name: bytes(part[:end])})
    try:
        for each in read_xlsb(path.read_bytes()).sheets:
            list(each.rows)
    except ValueError:
        pass


@pytest.mark.parametrize(
    ("records", "match"),
    [
        ([row_record(2), row_record(2)], "row 3 does not follow row 3"),
        ([row_record(2), row_record(1)], "row 2 does not follow row 3"),
        ([row_record(1 << 20)], "does not follow"),
        ([record(0, b"\0" * 4)], "a row is cut off"),
        ([row_record(0), cell(1, 2, {}), cell(1, 3, {})], "column 2 does not follow column 2"),
        ([row_record(0), cell(16_384, 2, {})], "does not follow"),
        ([row_record(0), record(REAL, bytes(12))], "a cell is cut off"),
        ([row_record(0), record(3, bytes(8) + b"\x63")], "unknown error 99"),
        ([row_record(0), record(6, bytes(8) + struct.pack("<I", 9) + b"a\0")], "a text is cut off"),
        ([row_record(0), record(7, bytes(8) + struct.pack("<I", 5))], "shared text 5"),
        ([row_record(0), cell(0, Shown(1, 4), {})], "style 4"),
        ([cell(0, 1, {})], "before any row"),
    ],
)
def test_rows_that_cannot_be_understood_are_refused(tmp_path: Path, records: list[bytes], match: str) -> None:
    refused(tmp_path, page_of(*records), match)


@pytest.mark.parametrize(
    ("page", "match"),
    [
        (b"", "holds no rows"),
        (record(BEGIN_SHEET) + record(BEGIN_ROWS) + row_record(0), "do not end"),
        (page_of(row_record(0))[:-4], "ends within a record"),
        (page_of(record(500, bytes(17 << 20))), "larger than any cell"),
        (page_of() + record(177, b"\0\0\0\0") + record(176, bytes(8)), "merged range is cut off"),
        (page_of() + record(177, b"\0\0\0\0") + record(176, struct.pack("<IIII", 5, 4, 0, 0)), "outside the sheet"),
        (None, "cannot be read"),
    ],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, page: bytes, match: str) -> None:
    refused(tmp_path, page, match)


def test_a_stray_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    book = book_of(tmp_path, [[1]], stray=(1_048_575, 16_383))
    with pytest.raises(ValueError, match="most of them empty"):
        rows_of(book)


def test_more_cells_than_sane_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_binary_book(tmp_path / "book.xlsb", {"a": [[1, 2]], "b": [[3]]}).read_bytes()
    monkeypatch.setattr("deminimis.readers.workbooks.xlsb_book.Allowance", lambda: Allowance(cells=2))
    book = read_xlsb(data)
    assert len(rows_of(book)) == 1
    with pytest.raises(ValueError, match="cells"):
        rows_of(book, 1)


def test_the_records_of_a_part(tmp_path: Path) -> None:
    path = write_binary_book(tmp_path / "book.xlsb", {"list": [["a" * 5000, "b"] * 300 for _ in range(3)]})
    with zipfile.ZipFile(path) as archive:
        allowance = Allowance()
        found = list(part_records(archive, "xl/sharedStrings.bin", allowance))
        assert [kind for kind, *_ in found] == [159, ITEM, ITEM, 160]
        assert allowance.records == Allowance().records - 4
        with pytest.raises(ValueError, match="more than"):
            list(part_records(archive, PAGE, Allowance(records=10)))
        with pytest.raises(ValueError, match="cannot be read"):
            list(part_records(archive, "xl/none.bin", allowance))


def test_records_are_read_across_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["a", 1.5, Formula("text"), Rk(7 << 2 | 2), "b" * 200], ["c", True]]
    data = write_binary_book(tmp_path / "book.xlsb", {"list": BinarySheet(rows, merged=[(4, 0, 4, 1)])}).read_bytes()
    whole = read_xlsb(data)
    expected = (rows_of(whole), whole.sheets[0].merged)
    for size in range(1, 70):
        monkeypatch.setattr("deminimis.readers.workbooks.xlsb_parts.PIECE", size)
        book = read_xlsb(data)
        assert (rows_of(book), book.sheets[0].merged) == expected


def test_whether_a_part_contains_some_bytes(tmp_path: Path) -> None:
    path = write_binary_book(tmp_path / "book.xlsb", {"list": [["'abcdef"]]})
    with zipfile.ZipFile(path) as archive:
        assert contains(archive, PAGE, b"d\0e")
        assert not contains(archive, PAGE, b"d\0f")
        with pytest.raises(ValueError, match="cannot be read"):
            contains(archive, "xl/none.bin", b"d")


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no zip file"):
        read_xlsb(b"PK\3\4 cut off")
    path = write_binary_book(tmp_path / "book.xlsb", {"list": [[1]]}, replaced={BOOK: None})
    with pytest.raises(ValueError, match="cannot be read"):
        read_xlsb(path.read_bytes())


@pytest.mark.parametrize("listed", [b"<Relationships", b"<!DOCTYPE x><Relationships/>", None])
def test_links_that_cannot_be_read_are_refused(tmp_path: Path, listed: bytes | None) -> None:
    path = write_binary_book(tmp_path / "book.xlsb", {"list": [[1]]}, replaced={"xl/_rels/workbook.bin.rels": listed})
    with zipfile.ZipFile(path) as archive, pytest.raises(ValueError, match=r"cannot be read|document type"):
        linked_parts(archive)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"\0" * 8, "damaged"),
        (struct.pack("<II", 0, 1) + wide("rId9") + wide("list"), "no part"),
        (struct.pack("<II", 0, 1) + wide("rId1") + b"\x09\0\0\0", "cut off"),
    ],
)
def test_a_damaged_list_of_sheets_is_refused(content: bytes, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        read_list([(SHEET, content, 0, len(content))], {"rId1": ("worksheet", PAGE)})


def test_two_sheets_of_one_part_are_refused() -> None:
    content = struct.pack("<II", 0, 1) + wide("rId1") + wide("list")
    with pytest.raises(ValueError, match="one part"):
        read_list([(SHEET, content, 0, len(content))] * 2, {"rId1": ("worksheet", PAGE)})


def test_damaged_styles_are_refused() -> None:
    with pytest.raises(ValueError, match="style is damaged"):
        read_styles([(617, b"", 0, 0), (47, bytes(8), 0, 8)])
    with pytest.raises(ValueError, match="cut off"):
        read_styles([(44, b"\xa4\0\x05\0\0\0", 0, 6)])


def test_more_texts_than_sane_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deminimis.readers.workbooks.xlsb_parts.CELLS_LIMIT", 2)
    item = rich("a")
    with pytest.raises(ValueError, match="more than 2"):
        read_texts([(ITEM, item, 0, len(item))] * 3, ())
    with pytest.raises(ValueError, match="more than 1"):
        list(at_most(1, "ab"))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (b"", "cut off"),
        (b"\1" + wide("ab"), "parts of a text are cut off"),
        (b"\1" + wide("ab") + struct.pack("<IHH", 2, 0, 1), "parts of a text are cut off"),
        (rich(Rich("abc", ((2, 1), (1, 0)))), "do not follow"),
        (rich(Rich("abc", ((4, 1),))), "do not follow"),
        (rich(Rich("\U0001f600", ((1, 1),))), "within a letter"),
    ],
)
def test_damaged_texts_are_refused(text: bytes, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        rich_text(text, 0, len(text), {1})


def test_a_text_that_does_not_end_is_refused() -> None:
    with pytest.raises(ValueError, match="cut off"):
        wide_text(b"\x02\0\0\0a\0", 0, 6)
