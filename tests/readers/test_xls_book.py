"""Old Excel workbooks (.xls) as books: what cells hold and how they are shown."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from deminimis.readers import read_bom
from deminimis.readers.workbooks import xls_stream
from deminimis.readers.workbooks.book import Book, Cell, Style, write_book
from deminimis.readers.workbooks.xls_book import read_xls
from tests.readers.old_books import (
    BOF,
    EOF,
    FONT,
    FORMAT,
    LABEL_SST,
    MERGED,
    MUL_RK,
    NUMBER,
    SHEET,
    SST,
    XF,
    OldSheet,
    Parts,
    Saved,
    Shown,
    begin,
    compound_file,
    record,
    wide,
    workbook_stream,
    write_old_book,
)

CODE_PAGE, LABEL, RICH_LABEL, PASSWORD, NAME, DEFAULT_ROW = 0x42, 0x204, 0xD6, 0x2F, 0x18, 0x225
TEXTS = ["a", "  b \n", "<&> \"'", "Ü 磁石 Ω", "😀 is two units", " ", "_x000D_ & a\rb"]


def book_of(*sheets: OldSheet, **said: Any) -> Book:
    named = {f"S{at}": sheet for at, sheet in enumerate(sheets)}
    return read_xls(compound_file(workbook_stream(named, **said)))


def cells_of(book: Book, sheet: int = 0) -> dict[tuple[int, int], Cell]:
    return {(row.index, cell.column): cell for row in book.sheets[sheet].rows for cell in row.cells}


def styles_of(*cells: Shown) -> list[Style]:
    book = book_of(OldSheet([cells]))
    return [book.styles[cell.style] for cell in cells_of(book).values()]


def test_values_are_those_of_the_file() -> None:
    row = [*TEXTS, 0.1 + 0.2, 1e300, 5e-324, -7, True, False]
    found = cells_of(book_of(OldSheet([[], row, [1, 2, 536_870_911]])))
    assert [found[1, column].value for column in range(len(row))] == row
    assert [found[2, column].value for column in range(3)] == [1.0, 2.0, 536_870_911.0]
    assert isinstance(found[1, len(row) - 1].value, bool)
    assert (0, 0) not in found


def test_the_fast_reader_sees_the_same_values(tmp_path: Path) -> None:
    rows = [["part", "number"], *([f"P-{at}", at * 0.25] for at in range(600))]
    path = write_old_book(tmp_path / "a.xls", {"list": rows})
    fast = fastexcel.read_excel(path.read_bytes()).load_sheet("list").to_arrow().to_pydict()
    found = cells_of(read_xls(path.read_bytes()))
    assert fast["part"] == [found[at, 0].value for at in range(1, 601)]
    assert fast["number"] == [found[at, 1].value for at in range(1, 601)]


@given(st.lists(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.text(min_size=1), st.booleans())))
def test_any_row_comes_back(row: list[Any]) -> None:
    texts = [cell.encode("utf-16-le", "replace").decode("utf-16-le") if isinstance(cell, str) else cell for cell in row]
    found = cells_of(book_of(OldSheet([texts])))
    assert [found[0, column].value for column in range(len(row))] == texts


def test_a_long_text_runs_on_in_the_next_record() -> None:
    long = "".join(chr(65 + at % 50) for at in range(20_000))
    found = cells_of(book_of(OldSheet([["a", long, "b"]])))
    assert [found[0, column].value for column in range(3)] == ["a", long, "b"]


def test_errors_have_their_names() -> None:
    row = ["#REF!", "#DIV/0!", Saved("#N/A"), float("inf")]
    found = cells_of(book_of(OldSheet([row])))
    assert [found[0, column].error for column in range(4)] == ["#REF!", "#DIV/0!", "#N/A", "#NUM!"]
    assert all(cell.value is None for cell in found.values())


def test_cells_without_content_are_left_out() -> None:
    assert list(cells_of(book_of(OldSheet([[Shown(code="0%"), "", None, 1]])))) == [(0, 3)]


def test_formulas_have_their_saved_value() -> None:
    row = [Saved(2.5), Saved("text"), Saved(True), Saved("")]
    found = cells_of(book_of(OldSheet([row]), calculated=False))
    assert {place: cell.value for place, cell in found.items()} == {(0, 0): 2.5, (0, 1): "text", (0, 2): True}


def test_formulas_are_without_value_if_no_program_has_calculated_any() -> None:
    sheets = (OldSheet([["a", Saved("")]]), OldSheet([[Saved("")]]))
    book = book_of(*sheets, calculated=False)
    assert cells_of(book, 0)[0, 1] == Cell(1, None)
    assert cells_of(book, 1)[0, 0] == Cell(0, None)
    assert (0, 1) not in cells_of(book_of(*sheets, calculated=True))


def test_a_cell_is_shown_by_its_own_format() -> None:
    codes = ["[$¥-804]#,##0.00", '0.0" kg"', "00000", '"PN-"0000', "#,##0.00 [$€-407]", "0.0%"]
    assert [style.code for style in styles_of(*(Shown(1.5, code) for code in codes))] == codes


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "General"),
        (9, "0%"),
        (10, "0.00%"),
        (14, "m/d/yy"),
        (30, "yyyy-mm-dd"),
        (46, "[h]:mm:ss"),
        (67, "0%"),
        (60, "General"),
        (7, "#,##0.00_);(#,##0.00)"),
    ],
)
def test_built_in_formats_have_their_code(number: int, code: str) -> None:
    assert [style.code for style in styles_of(Shown(1.5, number))] == [code]


@pytest.mark.parametrize("number", [5, 6, 7, 8, 42, 44, 63, 64])
def test_built_in_currency_formats_name_no_currency(number: int) -> None:
    [style] = styles_of(Shown(1.5, number))
    assert not set(style.code) & set("$€£¥")


def test_a_built_in_number_with_a_code_of_its_own_has_that() -> None:
    own = record(FORMAT, struct.pack("<H", 8) + wide("#,##0 [$€-407]"))
    stream = workbook_stream({"S": OldSheet([[Shown(1.5, 8)]])})
    at = stream.index(record(XF)[:2] + struct.pack("<H", 20))
    book = read_xls(compound_file(_moved(stream[:at] + own + stream[at:], len(own))))
    assert book.styles[cells_of(book)[0, 0].style].code == "#,##0 [$€-407]"


def _moved(stream: bytes, by: int) -> bytes:
    """Let the list of sheets point further on."""
    at = stream.index(struct.pack("<H", SHEET) + struct.pack("<H", 10)[:1]) + 4
    return stream[:at] + struct.pack("<I", struct.unpack_from("<I", stream, at)[0] + by) + stream[at + 4 :]


def test_indents_and_strikes_are_told() -> None:
    shown = (Shown("a", indent=3), Shown(1, struck=True), Shown("b", indent=15, struck=True), Shown("c"))
    assert styles_of(*shown) == [Style("General", 3), Style("General", 0, True), Style("General", 15, True), Style()]


def test_texts_struck_in_part_have_their_parts() -> None:
    parts = Parts((("😀4", True), ("6", False)))
    [cell] = cells_of(book_of(OldSheet([[parts]]))).values()
    assert (cell.value, cell.runs) == ("😀46", parts.parts)


def test_parts_count_more_than_the_font_of_the_cell() -> None:
    half, none, whole = (Parts((("a", True), ("b", no))) for no in (False, False, True))
    row = [
        Shown(half, struck=True),
        Shown(replace(none, parts=(("ab", False),)), struck=True),
        whole,
        Shown("x", struck=True),
    ]
    book = book_of(OldSheet([row]))
    found = [(cell.runs, book.styles[cell.style].struck) for cell in cells_of(book).values()]
    assert found == [
        ((("a", True), ("b", False)), False),
        ((("ab", False),), False),
        ((("a", True), ("b", True)), False),
        ((), True),
    ]


def test_rows_have_their_level_and_may_be_hidden() -> None:
    sheet = OldSheet([["a"], ["b"], ["c"], []], levels={1: 2, 3: 7}, hidden_rows=frozenset({2}))
    rows = [(row.index, row.level, row.hidden) for row in book_of(sheet).sheets[0].rows]
    assert rows == [(0, 0, False), (1, 2, False), (2, 0, True), (3, 7, False)]


def test_rows_may_be_hidden_by_default() -> None:
    cell = record(NUMBER, struct.pack("<HHHd", 5, 0, 1, 1.0))
    sheet = OldSheet([["a"]], more=record(DEFAULT_ROW, struct.pack("<HH", 2, 0)) + cell)
    assert [(row.index, row.hidden) for row in book_of(sheet).sheets[0].rows] == [(0, False), (5, True)]


def test_sheets_may_be_hidden_and_have_merged_ranges() -> None:
    book = book_of(OldSheet([["a"]], merged=[(0, 0, 2, 1), (4, 3, 4, 5)]), OldSheet([["b"]], hidden=True))
    assert [(sheet.name, sheet.hidden, sheet.merged) for sheet in book.sheets] == [
        ("S0", False, ((0, 0, 2, 1), (4, 3, 4, 5))),
        ("S1", True, ()),
    ]


def test_merged_ranges_that_a_record_only_claims_are_none() -> None:
    upside_down = struct.pack("<HHHHH", 9, 5, 1, 0, 0)
    more = record(MERGED, b"\xff\xff") + record(MERGED, upside_down + bytes(5)) + record(MERGED)
    assert book_of(OldSheet([["a"]], more=more)).sheets[0].merged == ()


def test_days_count_from_where_the_workbook_says() -> None:
    day = OldSheet([[Shown(44332, "yyyy-mm-dd")]])
    assert [book_of(day, since_1904=said).since_1904 for said in (False, True)] == [False, True]
    assert cells_of(book_of(day, since_1904=True))[0, 0].value == 44332.0


def test_charts_and_names_are_passed_over() -> None:
    chart = begin(0x20) + record(NUMBER, struct.pack("<HHHd", 0, 0, 1, 9.0)) + record(EOF)
    more = record(NAME, b"\xff" * 20) + record(SHEET, struct.pack("<IBB", 0, 0, 2) + wide("Chart", "<B"))
    behind = record(NUMBER, struct.pack("<HHHd", 1, 0, 1, 3.0))
    book = book_of(OldSheet([["a"]], more=begin(0x20) + chart + record(EOF) + behind), more=more)
    assert [sheet.name for sheet in book.sheets] == ["S0"]
    assert {place: cell.value for place, cell in cells_of(book).items()} == {(0, 0): "a", (1, 0): 3.0}


def excel_5_stream() -> bytes:
    def narrow(text: str, length: str) -> bytes:
        data = text.encode("cp1252")
        return struct.pack(length, len(data)) + data

    def begin_5(kind: int) -> bytes:
        return record(BOF, struct.pack("<HHHH", 0x0500, kind, 0x0DBB, 0x07CC))

    fonts = [
        record(FONT, struct.pack("<HHHHHBBBB", 200, flag, 0, 400, 0, 0, 0, 0, 0) + narrow("A", "<B")) for flag in (0, 8)
    ]
    code = record(FORMAT, struct.pack("<H", 164) + narrow('0.0 "€"', "<B"))
    style = record(XF, struct.pack("<HHHBBIi", 0, 164, 1, 0, 0, 0, 0))
    head = begin_5(5) + record(CODE_PAGE, struct.pack("<H", 1252)) + b"".join(fonts) + code + style
    at = len(head) + 4 + 6 + 5 + 4
    rich = record(RICH_LABEL, struct.pack("<HHH", 1, 0, 0) + narrow("äöü", "<H") + bytes([1, 1, 1]))
    sheet = begin_5(0x10) + record(LABEL, struct.pack("<HHH", 0, 0, 0) + narrow("Größe", "<H")) + rich
    sheet += record(NUMBER, struct.pack("<HHHd", 0, 1, 0, 2.5)) + record(EOF)
    return head + record(SHEET, struct.pack("<IBB", at, 0, 0) + narrow("Maße", "<B")) + record(EOF) + sheet


def test_books_of_excel_5_are_read() -> None:
    book = read_xls(compound_file(excel_5_stream(), "Book"))
    found = cells_of(book)
    assert [sheet.name for sheet in book.sheets] == ["Maße"]
    assert [cell.value for cell in found.values()] == ["Größe", 2.5, "äöü"]
    assert book.styles[found[0, 1].style].code == '0.0 "€"'
    assert found[1, 0].runs == (("ä", False), ("öü", True))


def test_a_price_in_yuan_is_read_like_that_of_an_xlsx(tmp_path: Path) -> None:
    codes = {0: "00000", 3: "[$¥-804]#,##0.00", 4: "0%"}
    rows = [
        ["Part number", "Description", "Quantity", "Unit price", "Loss"],
        [123, "magnet", 2, 10.5, 0.05],
        [7, "x", 1, 3, 0.1],
    ]
    shown = [[Shown(cell, codes.get(at, 0)) for at, cell in enumerate(row)] for row in rows]
    old = write_old_book(tmp_path / "old.xls", {"BOM": shown})
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "bom.xlsx").write_bytes(write_book(read_xls(old.read_bytes())))
    with xlsxwriter.Workbook(str(tmp_path / "bom.xlsx")) as book:
        formats = {at: book.add_format({"num_format": code}) for at, code in codes.items()}
        sheet = book.add_worksheet("BOM")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell, formats.get(column))
    new, other = read_bom(tmp_path / "new" / "bom.xlsx"), read_bom(tmp_path / "bom.xlsx")
    assert new.parts["part_number"].to_pylist()[:2] == ["00123", "00007"]
    assert new.parts["currency"].to_pylist()[:2] == ["CNY", "CNY"]
    for name in ("lines", "parts"):
        assert new.table(name).to_pylist() == other.table(name).to_pylist()
    assert [finding.code for finding in new.findings] == [finding.code for finding in other.findings]


def test_texts_stay_what_they_are_in_the_xlsx() -> None:
    xlsx = write_book(book_of(OldSheet([TEXTS])))
    [row] = fastexcel.read_excel(xlsx).load_sheet(0, header_row=None).to_arrow().to_pylist()
    assert list(row.values()) == TEXTS


def refuse(why: str, stream: bytes, name: str = "Workbook", circle: bool = False) -> None:
    with pytest.raises(ValueError, match=why):
        read_xls(compound_file(stream, name, circle))


def test_what_holds_no_old_workbook_is_refused() -> None:
    stream = workbook_stream({"S": OldSheet([["a"]])})
    refuse("holds no workbook", stream, "WordDocument")
    refuse("older version", stream[:4] + b"\0\4" + stream[6:])
    refuse("password", workbook_stream({"S": OldSheet()}, more=record(PASSWORD, bytes(6))))


@pytest.mark.parametrize("rows", [1, 1000])
def test_containers_that_run_in_circles_are_refused(rows: int) -> None:
    stream = workbook_stream({"S": OldSheet([[1.5]] * rows)})
    refuse("circle", stream, circle=True)


def test_folders_that_run_in_circles_are_searched_once() -> None:
    data = bytearray(compound_file(workbook_stream({"S": OldSheet([["a"]])})))
    folder = data.index("Workbook".encode("utf-16-le"))
    data[folder + 68 : folder + 76] = struct.pack("<II", 1, 1)
    assert cells_of(read_xls(bytes(data)))[0, 0].value == "a"


def test_records_that_are_cut_off_are_refused() -> None:
    stream = workbook_stream({"S": OldSheet([["a", 1.5]])})
    refuse("cut off", stream[:-4])
    refuse("cut off", stream[:-30])


def test_sheets_that_share_their_records_are_refused() -> None:
    stream = workbook_stream({"S": OldSheet([["a"]]), "T": OldSheet([["a"]])})
    first, second = (stream.index(wide(name, "<B")) - 6 for name in "ST")
    refuse("same place", stream[:second] + stream[first : first + 4] + stream[second + 4 :])


def test_formats_behind_their_styles_are_refused() -> None:
    own = record(FORMAT, struct.pack("<H", 164) + wide("0.0"))
    refuse("unknown order", workbook_stream({"S": OldSheet([["a"]])}, more=own))


def test_a_text_that_leads_back_is_refused() -> None:
    text = struct.pack("<HBi", 4, 4, -11) + b"back"
    more = record(SST, struct.pack("<II", 1 << 30, 1 << 30) + text * 2)
    stream = workbook_stream({"S": OldSheet([[1.5]])}, more=more)
    empty = stream.index(struct.pack("<HHII", SST, 8, 0, 0))
    with pytest.raises(IndexError):
        read_xls(compound_file(_moved(stream[:empty] + stream[empty + 12 :], -12)))


def test_a_long_text_in_very_many_cells_is_refused() -> None:
    cells = b"".join(record(LABEL_SST, struct.pack("<HHHI", row, 0, 1, 0)) for row in range(10_000))
    refuse("characters", workbook_stream({"S": OldSheet([["x" * 30_000]], more=cells)}))


def test_very_many_empty_cells_are_refused() -> None:
    cells = b"".join(record(NUMBER, struct.pack("<HHHd", row, 255, 1, 1.0)) for row in range(65_536))
    sheets = {name: OldSheet(more=cells) for name in "ABC"}
    refuse("empty cells", workbook_stream(sheets))


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls_stream, "FILLED_LIMIT", 511)
    many = record(MUL_RK, struct.pack("<HH", 0, 0) + bytes(6 * 256) + struct.pack("<H", 255))
    assert len(cells_of(book_of(OldSheet(more=many)))) == 256
    refuse("511 cells", workbook_stream({"S": OldSheet(more=many * 2)}))


def test_too_many_styles_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls_stream, "GLOBALS_LIMIT", 20)
    refuse("styles", workbook_stream({"S": OldSheet([["a"]])}, more=record(XF, bytes(20)) * 20))


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    cells_of(book_of(OldSheet([["a"]], more=record(DEFAULT_ROW, b"\0\0"))))
    assert capsys.readouterr() == ("", "")
