from __future__ import annotations

import io
import re
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Alignment
from openpyxl.worksheet.formula import ArrayFormula

from deminimis.errors import InputError
from deminimis.readers import read_bom
from deminimis.readers.workbooks.sheet_scan import Expected, _broken_hint, _broken_promise, _holds, scan_sheets
from deminimis.readers.workbooks.workbook_parts import (
    PART_LIMIT,
    WorkbookFacts,
    parsed_part,
    sheet_members,
    workbook_facts,
)

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = f"""<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="d-mmm"/>
<numFmt numFmtId="165" formatCode="&quot;PN-&quot;0000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>
<xf numFmtId="165"/><xf numFmtId="0"><alignment indent="1"/></xf><xf numFmtId="0"><alignment indent="3"/></xf></cellXfs>
</styleSheet>"""
DAY, PADDED, ONE_STEP, THREE_STEPS = 1, 2, 3, 4


def book(rows, root="worksheet", styles=STYLES, properties="", after="", state="", **members):
    """A workbook of one sheet named lines; the rows are its XML."""
    prefix = root.removesuffix("worksheet")
    declared = MAIN if not prefix else MAIN.replace("xmlns", f"xmlns:{prefix[:-1]}")
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": leads_to("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": leads_to("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINK}">{properties}'
        f'<sheets><sheet name="lines" sheetId="1" {state} r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml": styles,
        "xl/worksheets/sheet1.xml": f"<{root} {declared}><{prefix}sheetData>{rows}</{prefix}sheetData>{after}</{root}>",
    }
    return zipped(parts | members)


def leads_to(kind, target):
    link = f'<Relationship Id="rId1" Type="{LINK}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}">{link}</Relationships>'


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def sheet(data, **expected):
    return scan_sheets(data, {name: Expected(*promise) for name, promise in expected.items()})["lines"]


def saved(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def written(fill):
    """A workbook of one sheet named lines, written by xlsxwriter."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    fill(workbook, workbook.add_worksheet("lines"))
    workbook.close()
    return stream.getvalue()


def opened():
    workbook = openpyxl.Workbook()
    workbook.active.title = "lines"
    return workbook, workbook.active


# --- rows


def by_xlsxwriter():
    def fill(workbook, page):
        for row in range(5):
            page.write_string(row, 0, "x")
        page.set_row(1, None, None, {"level": 1})
        page.set_row(2, 30, None, {"level": 2, "hidden": True})
        page.set_row(3, None, None, {"hidden": True})
        page.set_column(1, 1, None, None, {"level": 3, "hidden": True})

    return written(fill)


def by_openpyxl():
    workbook, page = opened()
    for row in range(1, 6):
        page.cell(row, 1, "x")
    page.row_dimensions[2].outline_level = 1
    page.row_dimensions[3].outline_level = 2
    page.row_dimensions[3].height = 30
    page.row_dimensions[3].hidden = page.row_dimensions[4].hidden = True
    page.column_dimensions["B"].outline_level = 3
    page.column_dimensions["B"].hidden = True
    return saved(workbook)


PLAIN = (
    '<row r="1" hidden="false" outlineLevel="0"/><row outlineLevel="1" r="2"><c r="A2"/></row>'
    '<row ht="30" hidden="true" spans="1:2" outlineLevel="2" r="3"/><row hidden="1" r="4" collapsed="1"/><row r="5"/>'
)
SHAPES = {
    "xlsxwriter": by_xlsxwriter(),
    "openpyxl": by_openpyxl(),
    "other orders": book(PLAIN),
    "single quotes": book(PLAIN.replace('"', "'")),
    "lines between": book(PLAIN.replace(" outline", "\n  outline").replace("><", ">\n<")),
    "prefix": book(PLAIN.replace("<row", "<x:row").replace("</row", "</x:row").replace("<c", "<x:c"), "x:worksheet"),
    "no numbers": book(PLAIN.replace(' r="2"', "").replace(' r="3"', "").replace(' r="4"', "")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_outline_levels_and_hidden_rows_of_every_writer(shape):
    found = sheet(SHAPES[shape])
    assert found.has_outline
    assert found.has_hidden_rows
    assert found.row_outline_levels() == {1: 1, 2: 2}
    assert found.hidden_rows() == {2, 3}
    assert (found.rows().levels, found.rows().hidden) == ({1: 1, 2: 2}, {2, 3})


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1" hidden="0" outlineLevel="0"/>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>hidden="1" outlineLevel="1"</t></is></c></row>',
    ],
)
def test_rows_that_are_shown_and_flat_raise_no_flag(rows):
    found = sheet(book(rows, after='<cols><col min="1" hidden="1" outlineLevel="2"/></cols>'))
    assert (found.has_outline, found.has_hidden_rows) == (False, False)
    assert found.row_outline_levels() == {}
    assert found.hidden_rows() == frozenset()


def test_flags_are_found_far_below_the_first_rows():
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 60_000))
    found = sheet(book(rows + '<row r="60000" outlineLevel="7"/><row r="60001" hidden="1"/>'))
    assert (found.row_outline_levels(), found.hidden_rows()) == ({59_999: 7}, {60_000})


# --- merged ranges and indents


def test_merged_ranges_of_every_writer():
    workbook, page = opened()
    page.merge_cells("B2:AA4")
    page.merge_cells("A7:A9")
    assert sorted(sheet(saved(workbook)).merged_ranges()) == [(1, 1, 3, 26), (6, 0, 8, 0)]
    data = written(lambda workbook, page: page.merge_range("B2:AA4", "x"))
    assert sheet(data).merged_ranges() == ((1, 1, 3, 26),)
    prefixed = book("", "x:worksheet", after="<x:mergeCells><x:mergeCell ref='A1:B1'/></x:mergeCells>")
    assert sheet(prefixed).merged_ranges() == ((0, 0, 0, 1),)
    assert sheet(book('<row r="1"/>')).merged_ranges() == ()


def test_indents_of_every_writer():
    workbook, page = opened()
    for row, steps in enumerate([0, 1, 2, 0], 1):
        page.cell(row, 2, f"P{row}").alignment = Alignment(indent=steps)
        page.cell(row, 3, "x").alignment = Alignment(indent=5)
    assert sheet(saved(workbook)).indents(1) == {1: 1, 2: 2}

    def fill(workbook, page):
        page.write_string(0, 0, "P1", workbook.add_format({"indent": 4}))
        page.write_string(1, 0, "P2", workbook.add_format({"bold": True}))

    assert sheet(written(fill)).indents(0) == {0: 4}


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A2" s="3" t="s"/><c r="B2" s="4"/>',
        "<c s='3' r='A2'/><c s='4' r='B2'/>",
        '<c s="3"/><c s="4"/>',
    ],
)
def test_indents_in_other_shapes(cells):
    found = sheet(book(f'<row r="2">{cells}</row>'))
    assert (found.indents(0), found.indents(1), found.indents(2)) == ({1: 1}, {1: 3}, {})


def test_without_indented_styles_there_are_no_indents():
    assert sheet(book('<row r="1"><c r="A1" s="1"/></row>', styles=f"<styleSheet {MAIN}/>")).indents(0) == {}


# --- numbers shown as dates or with letters


CELLS = {
    "usual": '<c r="A1" s="1"><v>45794</v></c><c r="B1" s="2"><v>123</v></c>',
    "type said": '<c r="A1" s="1" t="n"><v>45794</v></c><c r="B1" s="2" t="n"><v>123.0</v></c>',
    "other order": '<c t="n" s="1" r="A1"><v>45794</v></c><c s="2" r="B1"><v>1.23E2</v></c>',
    "formulas": '<c r="A1" s="1"><f>B9</f><v>45794</v></c><c r="B1" s="2"><f t="shared" si="0"/><v>123</v></c>',
    "no places": '<c s="1"><v>45794</v></c><c s="2"><v>123</v></c>',
    "lines between": '<c r="A1" s="1">\n <v>45794</v>\n</c>\n<c r="B1"\n s="2">\n<v>123</v></c>',
}


@pytest.mark.parametrize("shape", CELLS)
def test_numbers_are_read_as_they_are_shown(shape):
    found = sheet(book(f'<row r="1">{CELLS[shape]}</row>'))
    assert found.date_cells([0, 1]) == {(0, 0): "2025-05-17"}
    assert found.padded([0, 1]) == {(0, 1): "PN-0123"}
    assert found.date_cells([1]) == found.padded([0]) == found.padded([]) == {}


def test_a_shared_formula_without_value_does_not_take_that_of_another_cell():
    rows = '<c r="A1" s="2"><f t="shared" si="0"/></c><c r="A2" s="2"><f>1+1</f><v>5</v></c>'
    assert sheet(book(f"<row>{rows}</row>")).padded([0]) == {(1, 0): "PN-0005"}


def test_texts_truth_values_and_blank_cells_are_no_dates():
    cells = (
        '<c r="A1" s="1" t="s"><v>0</v></c><c r="A2" s="1" t="b"><v>1</v></c><c r="A3" s="1"/><c r="A4"><v>5</v></c>'
    )
    assert sheet(book(f"<row>{cells}</row>")).shown_numbers([0]) == ({}, {})


def test_days_count_from_1904_where_the_workbook_says_so():
    rows = '<row r="1"><c r="A1" s="1"><v>44332</v></c></row>'
    assert sheet(book(rows, properties='<workbookPr date1904="1"/>')).date_cells([0]) == {(0, 0): "2025-05-17"}


def test_a_day_in_iso_form_breaks_the_promise_of_an_id_column():
    rows = '<row r="1"><c r="A1" t="d"><v>2025-05-17</v></c></row>'
    found = sheet(book(rows), lines=(frozenset(), frozenset({0})))
    assert not found.as_expected
    assert found.date_cells([0]) == {(0, 0): "2025-05-17"}


def test_only_numbers_are_numeric():
    rows = '<c r="A1"><v>5</v></c><c r="A2" t="s"><v>0</v></c><c r="A3" t="str"><v>5</v></c>'
    found = sheet(book(f"<row>{rows}</row>"))
    assert found.numeric([(0, 0), (1, 0), (2, 0)]) == {(0, 0)}
    assert found.numeric([]) == set()


# --- formulas without value


FORMULAS = {
    "<f>1+1</f><v>2</v>": False,
    "<f>1+1</f>": True,
    "<f>1+1</f><v></v>": True,
    "<f>1+1</f><v/>": True,
    "<f>1+1</f><v />": True,
    "<f>1+1</f>\n<v>\n</v>\n": True,
    "\n<f>1+1</f>\n": True,
    "<f>1+1</f><v/>\n": True,
    '<f t="shared" si="0"/>': True,
    '<f t="shared" si="0"/><v>2</v>': False,
    '<f t="shared" ref="A1:A2" si="0">B1</f><v/>': True,
    '<f xml:space="preserve"> 1 </f><v xml:space="preserve">2</v>': False,
    "<f/>": True,
}


@pytest.mark.parametrize("inner", FORMULAS)
@pytest.mark.parametrize("tag", ['<c r="C7" s="1">', "<c s='1' r='C7'>", '<c s="1" r="C7" t="n">', '<c r="C7" t="e">'])
def test_formulas_without_value(inner, tag):
    found = sheet(book(f'<row r="7"><c r="B7"><v>5</v></c>{tag}{inner}</c><c r="D7"><v>6</v></c></row>'))
    assert found.without_value == (((6, 2),) if FORMULAS[inner] else ())


@pytest.mark.parametrize(("inner", "found"), [("<v></v>", ()), ("<v/>", ()), ("<v>x</v>", ()), ("", ((0, 0),))])
def test_the_empty_text_is_a_value_of_a_formula_of_text(inner, found):
    assert sheet(book(f'<row r="1"><c r="A1" t="str"><f>""</f>{inner}</c></row>')).without_value == found


def test_formulas_behind_a_prefix_and_without_place():
    cells = '<x:c s="1" r="B3"><x:f>1+1</x:f></x:c><x:c><x:f>A1</x:f><x:v>3</x:v></x:c><x:c><x:f/></x:c>'
    assert sheet(book(f'<x:row r="3">{cells}</x:row>', "x:worksheet")).without_value == ((2, 1), (2, 3))


def test_an_array_formula_without_value_leaves_all_its_cells_without():
    workbook, page = opened()
    page["B2"] = ArrayFormula("B2:C3", "=A1:A2*2")
    page["E2"] = "=1+1"
    assert sorted(sheet(saved(workbook)).without_value) == [(1, 1), (1, 2), (1, 4), (2, 1), (2, 2)]
    data = written(lambda workbook, page: page.write_array_formula("B2:C3", "{=A1:A2*2}", None, 4))
    assert sheet(data).without_value == ()


def test_an_array_formula_over_the_whole_sheet_ends_somewhere():
    rows = '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">B1</f></c></row>'
    assert len(sheet(book(rows)).without_value) <= (1 << 20) + 16384


# --- the workbook


def test_facts_of_a_plain_workbook():
    assert workbook_facts(book("")) == WorkbookFacts()


def test_facts_of_a_workbook_with_everything():
    data = book(
        "",
        properties='<workbookPr date1904="true"/>',
        state='state="veryHidden"',
        **{
            "xl/vbaProject.bin": b"x",
            "xl/externalLinks/externalLink1.xml": "<x/>",
            "xl/externalLinks/externalLink2.xml": "<x/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": "<x/>",
        },
    )
    assert workbook_facts(data) == WorkbookFacts(("lines",), True, 2, True)


def test_hidden_sheets_of_other_writers():
    workbook, _ = opened()
    workbook.create_sheet("old").sheet_state = "hidden"
    workbook.create_sheet("secret").sheet_state = "veryHidden"
    assert workbook_facts(saved(workbook)).hidden_sheets == ("old", "secret")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_document_types_are_refused_in_every_encoding(part, encoding):
    bomb = f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}<x {MAIN}>&b;</x>'.encode(encoding)
    with pytest.raises(ValueError, match="document type"):
        scan_sheets(book("", **{part: bomb}), {})


def test_document_types_are_refused_when_only_the_facts_or_the_sheets_are_asked_for():
    data = book("", **{"xl/workbook.xml": f"{BOMB}<x {MAIN}>&b;</x>"})
    with pytest.raises(ValueError, match="document type"):
        workbook_facts(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive, pytest.raises(ValueError, match="document type"):
        sheet_members(archive)


def test_parts_in_utf_16_are_read():
    text = f'<?xml version="1.0" encoding="utf-16"?><styleSheet {MAIN}/>'.encode("utf-16")
    assert sheet(book("", styles=text)).without_value == ()


def test_a_part_larger_than_sane_is_refused_whatever_the_file_says_of_it():
    data = book("", styles=b" " * (PART_LIMIT + 1))
    with zipfile.ZipFile(io.BytesIO(data)) as archive, pytest.raises(ValueError, match="larger than"):
        parsed_part(archive, "xl/styles.xml")
    size = struct.pack("<L", PART_LIMIT + 1)
    assert data.count(size) == 2
    lying = data.replace(size, struct.pack("<L", 100))
    with zipfile.ZipFile(io.BytesIO(lying)) as archive, pytest.raises((ValueError, SyntaxError, zipfile.BadZipFile)):
        parsed_part(archive, "xl/styles.xml")


# --- through the reader


def text_cell(place, word):
    return f'<c r="{place}" t="inlineStr"><is><t>{word}</t></is></c>'


HEADER_ROW = "".join(map(text_cell, ("A1", "B1", "C1"), ("parent", "child", "quantity")))
TWO_ROWS = (
    f'<row r="1">{HEADER_ROW}</row><row r="2">{text_cell("A2", "A")}<c r="B2" s="1"><v>45794</v></c>'
    f'<c r="C2"><f>1+1</f></c></row><row r="3">{text_cell("A3", "A")}<c r="B3" s="2"><v>7</v></c>'
    '<c r="C3"><f>1+1</f><v>2</v></c></row>'
)
WRITTEN = {
    "usual": book(TWO_ROWS),
    "no places": book(re.sub(r' r="\w+"', "", TWO_ROWS)),
    "single quotes": book(TWO_ROWS.replace('"', "'")),
    "prefix": book(re.sub(r"<(/?)(\w)", r"<\1x:\2", TWO_ROWS), "x:worksheet"),
}


@pytest.mark.parametrize("shape", WRITTEN)
def test_however_a_sheet_is_written_it_is_read_the_same(tmp_path, shape):
    path = tmp_path / "bom.xlsx"
    path.write_bytes(WRITTEN[shape])
    bom = read_bom(path)
    assert sorted((f.code, f.row, f.column) for f in bom.findings) == [
        ("FORMULA_WITHOUT_VALUE", 2, "quantity"),
        ("ID_FROM_DATE", 2, "child"),
    ]
    assert bom.lines["child"].to_pylist()[1] == "PN-0007"
    assert bom.lines["quantity"].to_pylist() == [None, 2.0]


def test_a_document_type_makes_a_workbook_unusable(tmp_path):
    path = tmp_path / "bom.xlsx"
    path.write_bytes(book(TWO_ROWS, **{"xl/workbook.xml": f"{BOMB}<x {MAIN}>&b;</x>"}))
    with pytest.raises(InputError, match="declares"):
        read_bom(path)


TYPES = [f' t="{kind}"' for kind in ("s", "n", "e", "d", "b", "str", "inlineStr")]
ATTRIBUTE = st.sampled_from([*TYPES, ' s="3"', '  t="s"', " t='n'", ' ph="1"'])
CELL = st.builds(
    lambda column, row, attributes, end: f'<c r="{column}{row}"{"".join(attributes)}{end}',
    st.sampled_from("ABCDZ"),
    st.integers(1, 9),
    st.lists(ATTRIBUTE, max_size=3),
    st.sampled_from([">", " >", "/>", " />"]),
)


@given(st.lists(CELL, max_size=6), st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))
def test_the_quick_look_misses_nothing_that_the_pattern_finds(
    cells: list[str], numbers: set[int], ids: set[int]
) -> None:
    expected = Expected(frozenset(numbers), frozenset(ids - numbers))
    pattern, part = _broken_promise(expected), "<v>1</v></c>".join(cells).encode()
    if pattern is not None and pattern.search(part):
        assert _holds(part, _broken_hint(expected))


def test_the_quick_look_passes_over_what_keeps_the_promise() -> None:
    part = b'<c r="A2" s="1" t="s"><v>0</v></c><c r="B2"><v>2</v></c><c r="C2" t="s"><v>1</v></c><c r="A3" t="s"/>'
    expected = Expected(frozenset({1}), frozenset({0}))
    assert not _holds(part, _broken_hint(expected))
    assert _holds(part.replace(b'"B2"', b'"B2" t="s"'), _broken_hint(expected))
    assert _holds(part.replace(b' t="s"><v>0', b"><v>0"), _broken_hint(expected))
