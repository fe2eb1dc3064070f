from __future__ import annotations

from functools import partial

import pytest

from deminimis.readers import inspect_file, read_bom
from deminimis.readers.lists.row_tree import fold, grow
from deminimis.readers.tables.headers import role_names
from deminimis.readers.tables.layouts import layouts
from tests.readers.sample_books import make_book


@pytest.fixture
def book(tmp_path):
    return partial(make_book, tmp_path)


def lines_of(bom):
    return bom.lines.select(["parent", "child", "quantity"]).to_pylist()


def edge(parent, child, quantity):
    return {"parent": parent, "child": child, "quantity": float(quantity)}


def codes(bom):
    return sorted({found.code for found in bom.findings})


PARENT_CHILD = [
    ["Servo list of 2026"],
    [],
    [
        "Oberteil",
        "Komponentennummer",
        "Menge",
        "ME",
        "Bezeichnung",
        "Stückpreis [EUR]",
        "Gewicht (g)",
        "Ursprungsland",
        "Farbe",
    ],
    [None, "S1", None, None, "servo", 400, 1800, "DE", "red"],
    ["S1", "M1", 1, "ST", "motor", 90, 600, "CN", None],
    ["S1", "G1", 2, "ST", "gear", 20, 100, "DE", None],
    ["M1", "G1", 3, "ST", "gear", 20, 100, None, None],
    ["Summe", None, 6, None, None, 130, None, None, None],
]


def test_parent_child_with_attributes(book):
    path = book({"Stückliste": PARENT_CHILD})
    bom = read_bom(path)
    assert lines_of(bom) == [edge("S1", "M1", 1), edge("S1", "G1", 2), edge("M1", "G1", 3)]
    parts = bom.parts.select(["part_number", "description", "unit_value", "currency", "mass", "mass_unit", "origin"])
    assert parts.to_pylist()[0] == {
        "part_number": "S1",
        "description": "servo",
        "unit_value": 400.0,
        "currency": "EUR",
        "mass": 1800.0,
        "mass_unit": "g",
        "origin": "DE",
    }
    assert bom.parts["part_number"].to_pylist() == ["S1", "M1", "G1"]
    assert codes(bom) == ["COLUMN_NOT_USED", "ROW_SKIPPED"]
    [table] = inspect_file(path).tables
    assert (table.header_row, table.layout, table.rows, table.used) == (3, "parent_child", 5, 4)
    assert table.columns["parent"] == "Oberteil"
    assert [(s.row, s.reason) for s in table.skipped] == [(8, "total")]
    assert table.why.startswith('row 3 has "Oberteil" as parent')
    above = [f for f in bom.findings if f.code == "ROW_SKIPPED" and f.row == 1]
    assert above[0].message == "the row is skipped: it stands above the header row"


def test_repeated_attributes_that_disagree(book):
    rows = [["parent", "child", "quantity", "unit price", "grade"], ["A", "M", 1, 5, None], ["B", "M", 1, 6, "42SH"]]
    bom = read_bom(book({"bom": rows}))
    [fault] = [f for f in bom.findings if f.code == "DUPLICATE_PART"]
    assert (fault.part_number, fault.column, fault.row, fault.severity) == ("M", "unit_value", 3, "error")
    assert bom.parts.select(["part_number", "unit_value", "grade"]).to_pylist() == [
        {"part_number": "M", "unit_value": 5.0, "grade": "42SH"}
    ]


LEVELS = [
    ["Level", "Part number", "Qty", "Description"],
    [0, "TOP", None, "top"],
    [1, "SUB", 2, "sub"],
    [2, "A", 3, "a"],
    [2, "A", 1, "a"],
    [2, "B", 1, "b"],
    [1, "OTHER", 1, "other"],
    [2, "SUB", 5, "sub"],
    [3, "B", 1, "b"],
    [3, "A", 1, "a"],
    [3, "A", 3, "a"],
    [1, "SUB", 4, "sub"],
    [1, "C", 1, "c"],
]
TWIN = [
    ["parent", "child", "quantity", "description"],
    [None, "TOP", None, "top"],
    ["TOP", "SUB", 2, "sub"],
    ["SUB", "A", 3, "a"],
    ["SUB", "A", 1, "a"],
    ["SUB", "B", 1, "b"],
    ["TOP", "OTHER", 1, "other"],
    ["OTHER", "SUB", 5, "sub"],
    ["TOP", "SUB", 4, "sub"],
    ["TOP", "C", 1, "c"],
]


def test_a_level_bom_equals_its_parent_child_twin(book):
    path = book({"bom": LEVELS})
    bom, twin = read_bom(path), read_bom(book({"bom": TWIN}, "twin.xlsx"))
    assert lines_of(bom) == lines_of(twin)
    assert bom.parts.drop(["row"]).equals(twin.parts.drop(["row"]))
    [table] = inspect_file(path).tables
    assert table.layout == "level_number"
    assert [(s.row, s.reason) for s in table.skipped] == [(row, "repeats the lines under row 3") for row in (9, 10, 11)]


@pytest.mark.parametrize(
    "words",
    [
        ["0", "1", "2", "1"],
        [".", "..", "...", ".."],
        [".1", "..2", "...3", "..2"],
        ["1", "1.1", "1.1.1", "1.2"],
        [7, 8, 9, 8],
    ],
)
def test_level_texts(book, words):
    rows = [["Level", "PN", "QTY"], *([word, part, 1] for word, part in zip(words, "ABCD", strict=True))]
    assert lines_of(read_bom(book({"bom": rows}))) == [edge("A", "B", 1), edge("B", "C", 1), edge("A", "D", 1)]


def test_a_missing_level_leaves_the_branch_out_and_says_so(book):
    rows = [["Level", "PN", "QTY"], [0, "A", 1], [1, "B", 1], [3, "C", 1], [4, "D", 1], [1, "E", 1]]
    path = book({"bom": rows})
    bom = read_bom(path)
    assert lines_of(bom) == [edge("A", "B", 1), edge("A", "E", 1)]
    [jump] = [f for f in bom.findings if f.code == "LEVEL_JUMP"]
    assert (jump.row, jump.value, jump.part_number, jump.message) == (4, "3", "B", "the level goes from 1 to 3")
    [table] = inspect_file(path).tables
    assert [s.row for s in table.skipped] == [4, 5]


def test_unreadable_levels_and_nameless_rows_make_the_part_above_unreliable(book):
    rows = [["Level", "PN", "QTY"], [0, "A", 1], [1, "B", 1], ["?", "C", 1], [1, None, 1], [2, "D", 1], [1, "E", 1]]
    bom = read_bom(book({"bom": rows}))
    assert lines_of(bom) == [edge("A", "B", 1), edge("A", "E", 1)]
    found = {(f.code, f.row, f.part_number) for f in bom.findings if f.severity == "error"}
    assert found == {("NUMBER_NOT_READ", 4, "B"), ("ID_MISSING", 5, "A")}


def test_blocks_that_differ(book):
    rows = [["Level", "PN", "QTY"], [0, "A", 1], [1, "S", 1], [2, "X", 1], [1, "T", 1], [2, "S", 1], [3, "X", 2]]
    bom = read_bom(book({"bom": rows}))
    assert lines_of(bom) == [edge("A", "S", 1), edge("S", "X", 1), edge("A", "T", 1), edge("T", "S", 1)]
    [fault] = [f for f in bom.findings if f.code == "BLOCKS_DIFFER"]
    assert (fault.part_number, fault.row) == ("S", 6)


def test_blanks_beside_a_rate_make_no_difference(book):
    printed = [[["1", "S", "1", ""], ["2", "X", "1", rate]] for rate in ("5", "5  ")]
    rows = [["Level", "PN", "QTY", "Scrap %"], ["0", "A", "1", ""], *printed[0], ["1", "B", "1", ""]]
    rows += [[str(int(level) + 1), *cells] for level, *cells in printed[1]]
    bom = read_bom(book({"bom": rows}))
    assert lines_of(bom) == [edge("A", "S", 1), edge("S", "X", 1), edge("A", "B", 1), edge("B", "S", 1)]
    assert "BLOCKS_DIFFER" not in codes(bom)


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [("Valid from", "2025-01-01", None), ("Valid to", "2024-12-31", None), ("Loss %", 5, 10), ("Batch qty", 10, 100)],
)
def test_printings_that_count_differently_differ(book, header, first, second):
    rows = [["Level", "PN", "QTY", header], [0, "A", 1], [1, "S", 1], [2, "X", 1, first]]
    rows += [[1, "B", 1], [2, "S", 1], [3, "X", 1, second]]
    [fault] = [f for f in read_bom(book({"bom": rows})).findings if f.code == "BLOCKS_DIFFER"]
    assert (fault.part_number, fault.row) == ("S", 6)


def test_folding_keeps_equal_lines_of_one_printing():
    tree = grow([0, 1, 1, 0, 1])
    folded = fold(["S", "A", "A", "S", "A"], tree, [("1",)] * 5)
    assert folded.repeats == {4: 0}
    assert folded.differing == {"S": 3}


def test_a_flat_list_is_read_under_the_name_of_its_file(book):
    path = book({"Sheet": [["PN", "QTY"], ["A", 2], ["B", 1], ["Total", 3]]}, "SKA-100.xlsx")
    bom = read_bom(path)
    assert lines_of(bom) == [edge("SKA-100", "A", 2), edge("SKA-100", "B", 1)]
    assert codes(bom) == ["PARENT_ASSUMED", "ROW_SKIPPED"]


def test_running_numbers_are_no_part_numbers(book):
    rows = [["Item No.", "Order code", "Qty"], [1, "X9", 1], [2, "X7", 1]]
    assert read_bom(book({"s": rows})).lines.select(["child", "position"]).to_pylist() == [
        {"child": "X9", "position": "1"},
        {"child": "X7", "position": "2"},
    ]
    assert inspect_file(book({"s": [["Item No.", "Qty"], [1, 1], [2, 1]]})).tables[0].layout == "none"


def test_a_flat_sheet_beside_a_structure_is_no_second_good(book):
    sheets = {"bom": [["parent", "child", "quantity"], ["A", "B", 1]], "stock": [["PN", "QTY"], ["B", 70]]}
    bom = read_bom(book(sheets))
    assert lines_of(bom) == [edge("A", "B", 1)]
    assert ("TABLE_SKIPPED", "stock") in [(f.code, f.sheet) for f in bom.findings]


def test_notes_and_repeated_headers_are_skipped(book):
    rows = [["PN", "QTY", "Name"], ["A", 1, "a"], [None, None, "Section 2"], ["PN", "QTY", "Name"], ["Fan", 1, "fan"]]
    [table] = inspect_file(book({"s": rows})).tables
    reasons = ["no part number and no quantity: a note or a section title", "repeated header"]
    assert [s.reason for s in table.skipped] == reasons
    assert table.used == 2


def test_a_row_with_quantity_but_without_part_is_an_error(book):
    bom = read_bom(book({"s": [["parent", "child", "quantity"], ["A", "B", 1], ["A", None, 2]]}))
    [fault] = [f for f in bom.findings if f.code == "ID_MISSING"]
    assert (fault.row, fault.column, fault.part_number) == (3, "child", "A")
    assert len(bom.lines) == 1


def test_lines_without_a_quantity_column(book):
    bom = read_bom(book({"s": [["parent", "child"], ["A", "B"]]}))
    assert codes(bom) == ["COLUMN_MISSING", "QTY_MISSING"]


def test_every_name_of_the_dictionary_has_one_meaning_per_layout():
    known = {role for roles, _ in role_names().values() for role in roles}
    for layout in layouts():
        assert set(layout.required) | set(layout.any_of) <= known


def test_cells_that_are_broken_in_a_single_sheet_name_the_row(tmp_path):
    import xlsxwriter

    path = tmp_path / "bom.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("bom")
    sheet.write_row(0, 0, ["parent", "child", "quantity", "unit price"])
    sheet.write_row(1, 0, ["A", "B", 1])
    sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    workbook.close()
    [fault] = [f for f in read_bom(path).findings if f.code == "CELL_ERROR"]
    assert (fault.row, fault.column, fault.part_number) == (2, "unit price", "B")


def test_a_second_table_above_is_an_error_and_no_silence(tmp_path):
    path = tmp_path / "two.csv"
    upper = ["item,amount wanted,remark", "stepper,4,ordered", "magnet,12,ordered", "belt,2,ordered", ""]
    path.write_text(
        "\n".join([*upper, "Part Number,Description,Quantity", "M3,screw,12", "M4,screw,8"]), encoding="utf-8"
    )
    bom = read_bom(path)
    told = [(f.severity, f.row) for f in bom.findings if f.code == "TABLE_NOT_READ"]
    assert told == [("error", 1)]
    preamble = tmp_path / "one.csv"
    preamble.write_text(
        "Project,robot\nDate,today\n\nPart Number,Description,Quantity\nM3,screw,12\n", encoding="utf-8"
    )
    assert "TABLE_NOT_READ" not in {f.code for f in read_bom(preamble).findings}
