"""A large sheet is read in pieces of rows: wherever it is cut, the columns are those of the sheet read as a whole."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import Future

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deminimis.readers import read_bom
from deminimis.readers.files.files import read_file
from deminimis.readers.workbooks.loading import load_sheets
from deminimis.readers.workbooks.pieces import MARK, Frame, SheetInPieces, frames, join_pieces
from deminimis.readers.workbooks.sheet_scan import Expected
from deminimis.readers.workbooks.workbook_parts import STRINGS
from tests.readers.test_sheet_xml import MAIN, book, zipped

SHEET = "xl/worksheets/sheet1.xml"
NUMBERS = Expected(numbers=frozenset({1, 2}), ids=frozenset({0}))
CELLS = {
    "text": '<c r="{}" t="inlineStr"><is><t>4712 R</t></is></c>',
    "shared": '<c r="{}" t="s"><v>1</v></c>',
    "number": '<c r="{}"><v>0.1234567890123</v></c>',
    "marked": f'<c r="{{}}"><v>{MARK}</v></c>',
    "error": '<c r="{}" t="e"><v>#REF!</v></c>',
    "truth": '<c r="{}" t="b"><v>1</v></c>',
    "empty": '<c r="{}" s="1"/>',
}
STRINGS_XML = f'<sst {MAIN} count="2" uniqueCount="2"><si><t>unused</t></si><si><t>shared</t></si></sst>'
rows_of_cells = st.lists(
    st.tuples(st.integers(1, 3), st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(sorted(CELLS)))), min_size=1
)


def row(number, cells):
    written = "".join(CELLS[kind].format(f"{letter}{number}") for letter, kind in sorted(cells.items()))
    return f'<row r="{number}">{written}</row>'


def rows(steps):
    """The rows of a sheet; each stands some rows below the one before."""
    numbers = np.cumsum([step for step, _ in steps]).tolist()
    return [row(number, cells) for number, (_, cells) in zip(numbers, steps, strict=True)]


def made(written, **how):
    return book("".join(written), **{STRINGS: STRINGS_XML}, **how)


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def do_now(job, *given):
    done = Future()
    try:
        done.set_result(job(*given))
    except BaseException as error:
        done.set_exception(error)
    return done


def in_pieces(data, written, cuts, expected=NUMBERS, swapped=False, after=b"</sheetData></worksheet>"):
    """Read the sheet cut before some of its rows."""
    parts = {name: content for name, content in parts_of(data).items() if name != SHEET}
    sheet = SheetInPieces(Frame("lines", SHEET, parts, piece=1), do_now, expected, swapped)
    parts = [f"<worksheet {MAIN}><sheetData>".encode()]
    for at, text in enumerate(written):
        if at in cuts and at:
            parts.append(b"")
        parts[-1] += text.encode()
    parts[-1] += after
    for part in parts:
        sheet.take(part)
    return sheet.joined()


def as_read(columns):
    """The cells and faults by their places; which empty columns stand beside them does not matter."""
    faults = {(fault.row, columns.offset + fault.column): fault.value for fault in columns.faults}
    cells = {columns.offset + at: column.to_pylist() for at, column in enumerate(columns.columns)}
    return len(columns.columns[0]) if cells else 0, {at: c for at, c in cells.items() if any(c)}, faults


@given(rows_of_cells, st.sets(st.integers(1, 9)), st.booleans())
@example([(1, {"B": "number"}), (2, {}), (1, {"A": "marked", "C": "error"}), (1, {"D": "text"})], {1, 2, 3}, False)
def test_pieces_are_the_sheet(steps, cuts, swapped):
    written = rows(steps)
    data = made(written)
    [whole] = load_sheets(data, {"lines": NUMBERS}, swapped)
    assert as_read(in_pieces(data, written, cuts, swapped=swapped)) == as_read(whole)


def test_rows_out_of_order_are_not_read_in_pieces():
    written = [row(n, {"A": "text"}) for n in (1, 4, 2, 5)]
    assert in_pieces(made(written), written, {2}) is None, "the second piece begins above the end of the first"
    written = [row(n, {"A": "text"}) for n in (1, 4, 3, 5)]
    assert in_pieces(made(written), written, {1}) is None, "a row of the second piece stands above its first"
    written = [row(n, {"A": "text"}) for n in (1, 2, 5, 4)]
    assert in_pieces(made(written), written, {1}) is not None, "within a piece the reader puts them in order"


@pytest.mark.parametrize(
    "written",
    [
        ["<row>" + CELLS["text"].format("A1") + "</row>", "<row>" + CELLS["text"].format("A2") + "</row>"],
        [row(1, {"A": "text"}), "<!-- ", row(2, {"A": "text"}), "-->", row(3, {"A": "text"})],
        [row(1, {"A": "text"}), '<row r="2"><c r="A2" t="str"><v><![CDATA[', row(3, {}), "]]></v></c></row>"],
        [row(1, {"A": "text"}), row(10_000_000, {"A": "text"})],
    ],
)
def test_a_cut_that_is_none_leaves_the_sheet_whole(written):
    assert in_pieces(made(written), written, set(range(len(written)))) is None


def test_a_sheet_that_does_not_end_is_not_read_in_pieces():
    written = rows([(1, {"A": "text"}), (1, {"A": "text"})])
    assert in_pieces(made(written), written, {1}, after=b"") is None
    assert in_pieces(made(written), written, {1}, after=b"</sheetData><mergeCells/></worksheet>") is not None


def test_a_head_without_rows_leaves_the_sheet_whole():
    sheet = SheetInPieces(Frame("lines", SHEET, {}, piece=1), do_now, NUMBERS)
    sheet.take(f"<x:worksheet {MAIN}><x:sheetData>".encode())
    assert sheet.joined() is None


def test_no_rows_are_no_columns():
    [whole] = load_sheets(made([]), {"lines": NUMBERS})
    assert as_read(join_pieces([(None, whole)])) == (0, {}, {})


def test_only_large_sheets_are_cut_and_pieces_outweigh_the_shared_texts():
    written = rows([(1, {"A": "text"})] * 2000)
    data = made(written)
    size = len("".join(written))
    assert frames(data) == {}
    frame = frames(data, large=size)["lines"]
    assert (frame.member, frame.piece) == (SHEET, size // 2)
    assert frame.parts.keys() == parts_of(data).keys() - {SHEET}
    long_texts = zipped({**parts_of(data), STRINGS: STRINGS_XML.replace("unused", "x" * size)})
    assert frames(long_texts, large=size) == {}


@pytest.fixture
def large_book(tmp_path):
    """More than 32 MB of XML: 60,000 lines, one of whose quantities is text."""
    head = '<row r="1">' + "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABCD", ("parent", "child", "quantity", "description"), strict=True)
    )
    line = (
        '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>P-1</t></is></c>'
        '<c r="B{0}" t="inlineStr"><is><t>C-{0}</t></is></c>{1}'
        '<c r="D{0}" t="inlineStr"><is><t>' + "sample " * 70 + "</t></is></c></row>"
    )
    number, text = '<c r="C{0}"><v>{0}.5</v></c>', '<c r="C{0}" t="inlineStr"><is><t>2 pcs</t></is></c>'

    def write(texts):
        lines = (line.format(n, (text if n in texts else number).format(n)) for n in range(2, 60_002))
        path = tmp_path / "large.xlsx"
        path.write_bytes(book(head + "</row>" + "".join(lines)))
        return path

    return write


def test_a_large_sheet_is_read_line_by_line(large_book):
    path = large_book(texts=())
    assert frames(read_file(path).data).keys() == {"lines"}
    lines = read_bom(path).lines
    assert lines["child"].to_pylist() == [f"C-{n}" for n in range(2, 60_002)]
    assert lines["quantity"].to_pylist() == [n + 0.5 for n in range(2, 60_002)]


def test_a_text_far_below_in_a_large_sheet_is_read(large_book):
    bom = read_bom(large_book(texts={59_000}))
    assert bom.lines["quantity"].to_pylist()[58_996:58_999] == [58_998.5, 58_999.5, 2.0]
    assert bom.lines["child"].to_pylist() == [f"C-{n}" for n in range(2, 60_002)]


def test_a_large_sheet_in_a_small_file_that_cannot_be_cut_is_read_as_a_whole(tmp_path):
    head = row(1, {}).replace("></row>", ">") + "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABC", ("parent", "child", "quantity"), strict=True)
    )
    line = '<row r="{0}"><c r="A{0}" t="str"><v>P</v></c><c r="B{0}" t="str"><v>C</v></c><c r="C{0}"><v>1</v></c></row>'
    # what looks like rows within a text: every cut through it breaks a piece
    text = "<![CDATA[" + '<row r="4">' * 3_200_000 + "]]>"
    path = tmp_path / "large.xlsx"
    path.write_bytes(
        book(f'{head}</row>{line.format(2)}<row r="3"><c r="D3" t="str"><v>{text}</v></c></row>{line.format(4)}')
    )
    assert path.stat().st_size < 1 << 20
    assert frames(path.read_bytes()).keys() == {"lines"}
    assert read_bom(path).lines["child"].to_pylist() == ["C", "C"]
