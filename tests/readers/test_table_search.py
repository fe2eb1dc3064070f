"""Where a table stands on a sheet: what is above, between, beside and below it is told and never read as parts."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from deminimis.errors import LayoutError
from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom
from deminimis.readers.inspection import TableInspection
from tests.readers.sample_books import make_book, make_text

HEADER = ["Part number", "Qty", "Description"]
Cells = Sequence[Sequence[Any]]


@pytest.fixture
def sheet(tmp_path: Path) -> Any:
    """Writes the rows of one sheet."""
    return lambda *rows: make_book(tmp_path, {"list": rows})


def children(bom: Bom) -> list[tuple[str, float | None]]:
    return list(zip(bom.lines["child"].to_pylist(), bom.lines["quantity"].to_pylist(), strict=True))


def codes(bom: Bom) -> set[str]:
    return {found.code for found in bom.findings}


def only(path: Path) -> TableInspection:
    [table] = inspect_file(path).tables
    return table


def skipped(table: TableInspection) -> dict[int, str]:
    return {one.row: one.reason for one in table.skipped}


def test_rows_above_the_header_are_told_and_not_read(sheet: Any) -> None:
    path = sheet(["Customer: Sample"], ["Date", "2026-01-01"], [], HEADER, ["A", 1, "a"], ["B", 2, "b"])
    bom = read_bom(path)
    assert only(path).header_row == 4
    assert children(bom) == [("A", 1), ("B", 2)]
    assert [f.row for f in bom.findings if f.code == "ROW_SKIPPED"] == [1, 2]


def test_displayed_and_internal_names_are_one_header(sheet: Any) -> None:
    path = sheet(
        ["ImportSheetType=BOM"],
        [],
        ["Number", "Quantity", "Level", "Name"],
        ["number", "quantity", "level", "name"],
        ["T", None, "0", "t"],
        ["A", "2", "1", "a"],
    )
    assert skipped(only(path)) == {4: "second row of the header"}
    assert children(read_bom(path)) == [("A", 2)]


def test_a_row_of_distributors_under_the_header_is_no_part(sheet: Any) -> None:
    path = sheet(["Part number", "Qty", "Supplier", "Supplier"], [None, None, "one", "two"], ["A", 1, "x", "y"])
    assert children(read_bom(path)) == [("A", 1)]
    assert list(skipped(only(path))) == [2]


def test_a_header_repeated_between_the_rows_is_no_part(sheet: Any) -> None:
    path = sheet(HEADER, ["A", 1, "a"], HEADER, ["B", 2, "b"])
    assert children(read_bom(path)) == [("A", 1), ("B", 2)]
    assert skipped(only(path)) == {3: "repeated header"}


def test_a_header_split_over_two_rows_never_gives_a_good_without_error(sheet: Any) -> None:
    path = sheet(["Part", "Quantity", None], ["number", "per unit", "unit"], ["A", 1, "pcs"])
    bom = read_bom(path)
    assert ("A", 1) in children(bom)
    read_as_part = "number" in bom.lines["child"].to_pylist()
    assert not read_as_part or any(f.severity == "error" and f.row == 2 for f in bom.findings)


def test_a_header_merged_over_two_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("list")
        for column, name in enumerate(HEADER):
            page.merge_range(0, column, 1, column, name)
        page.write_row(2, 0, ["A", 3, "a"])
    assert children(read_bom(path)) == [("A", 3)]
    assert skipped(only(path)) == {2: "blank row"}


TOTALS = [
    "Total", "Total:", "TOTAL", "Grand Total", "Subtotal", "Sub-Total", "Overall total", "Total cost", "Total price",
    "Sum", "Spent so far:", "Summe", "Summe:", "Gesamt", "Gesamtsumme", "Zwischensumme", "Insgesamt", "Somme",
    "Total général", "Total general", "Suma", "Totale", "Razem", "合计", "总计", "总金额", "小计", "合計", "小計",
    "総計", "합계", "소계", "총계", "Итого", "Итого:", "Всего", "Tổng", "Tổng cộng", "合计：",
]  # fmt: skip


@pytest.mark.parametrize("word", TOTALS)
@pytest.mark.parametrize("column", [0, 2])
def test_totals_in_every_language_are_no_parts(sheet: Any, word: str, column: int) -> None:
    total: list[Any] = [None, 3 if column == 0 else None, None]
    total[column] = word
    path = sheet(HEADER, ["A", 1, "a"], ["B", 2, "b"], total)
    assert children(read_bom(path)) == [("A", 1), ("B", 2)]
    assert list(skipped(only(path))) == [4]


@pytest.mark.parametrize("name", ["Total station", "SUM-1", "Total-22", "Summit"])
def test_a_part_whose_name_begins_like_a_total_is_a_part(sheet: Any, name: str) -> None:
    assert children(read_bom(sheet(HEADER, [name, 1, "a"]))) == [(name, 1)]


def test_a_total_in_the_header_row_hides_nothing(sheet: Any) -> None:
    assert children(read_bom(sheet([*HEADER, "Total:", 196.9], ["A", 1, "a"]))) == [("A", 1)]


def test_a_section_title_beside_the_part_column_is_told(sheet: Any) -> None:
    path = sheet(HEADER, [None, None, "Mechanics"], ["A", 1, "a"], [None, None, "Electronics"], ["B", 2, "b"])
    assert children(read_bom(path)) == [("A", 1), ("B", 2)]
    assert list(skipped(only(path))) == [2, 4]


def test_a_word_alone_in_the_part_column_may_be_a_part_and_is_an_error(sheet: Any) -> None:
    bom = read_bom(sheet(HEADER, ["Mechanics"], ["A", 1, "a"]))
    assert [(f.row, f.severity) for f in bom.findings if f.code == "QTY_MISSING"] == [(2, "error")]


def test_two_tables_with_different_columns_are_two_tables(sheet: Any) -> None:
    path = sheet(HEADER, ["A", 1, "a"], ["B", 2, "b"], [], ["Item code", "Unit price", "Currency"], ["A", 5, "EUR"])
    upper, lower = inspect_file(path).tables
    assert (upper.header_row, upper.layout, upper.rows, upper.used) == (1, "flat_list", 3, 2)
    assert (lower.header_row, lower.layout, lower.rows, lower.used) == (5, "parts", 1, 1)
    bom = read_bom(path)
    assert children(bom) == [("A", 1), ("B", 2)]
    assert bom.parts["unit_value"].to_pylist() == [5.0, None]


STACKED: Cells = [
    HEADER,
    ["A", 1, "a"],
    [],
    ["Artikelnummer", "Bezeichnung", "Menge"],
    ["C", "c", 7],
    ["Summe", None, 7],
    [],
    ["PN", "Material", "Description", "Qty"],
    ["D", "steel", "d", 8],
]


def test_three_stacked_tables_end_where_the_next_begins(sheet: Any) -> None:
    path = sheet(*STACKED)
    tables = inspect_file(path).tables
    assert [(t.header_row, t.rows, t.used, len(t.skipped)) for t in tables] == [
        (1, 2, 1, 1),
        (4, 3, 1, 2),
        (8, 1, 1, 0),
    ]
    assert children(read_bom(path)) == [("A", 1), ("C", 7), ("D", 8)]


def test_stacked_lists_that_name_no_product_are_all_in_the_one_of_the_file(sheet: Any) -> None:
    assert set(read_bom(sheet(*STACKED)).lines["parent"].to_pylist()) == {"bom"}


def test_a_small_table_above_a_large_one_is_read_too(sheet: Any) -> None:
    path = sheet(["PN", "Qty"], ["A", 1], ["B", 2], [], [*HEADER, "Unit price", "Currency"], ["C", 3, "c", 5, "EUR"])
    assert [t.header_row for t in inspect_file(path).tables] == [1, 5]
    assert children(read_bom(path)) == [("A", 1), ("B", 2), ("C", 3)]


def test_a_note_that_looks_like_a_header_begins_no_table(sheet: Any) -> None:
    note = ["Note: quantity", "see drawing", "description"]
    path = sheet(HEADER, ["A", 1, "a"], note, ["B", 2, "b"])
    assert only(path).header_row == 1
    bom = read_bom(path)
    assert {("A", 1), ("B", 2)} <= set(children(bom))
    assert [f.row for f in bom.findings if f.severity == "error"] == [3]


@pytest.mark.parametrize(
    "rows",
    [
        [["PN", "Qty", "PN", "Qty"], ["A", 1, "C", 2]],
        [["PN", "Qty", None, "PN", "Qty"], ["A", 1, None, "C", 2]],
        [["PN", "Qty", None, "Part number", "Quantity"], ["A", 1, None, "C", 2]],
        [["PN", "Qty", "Part number", "Quantity"], ["A", 1, "C", 2]],
        [["PN", "Qty", "Cost", None, "Description", "Part number", "Quantity"], ["A", 1, 2, None, "c", "C", 2]],
    ],
)
def test_tables_side_by_side_are_refused_by_name(sheet: Any, rows: Cells) -> None:
    path = sheet(*rows)
    with pytest.raises(LayoutError, match="two tables stand side by side") as refused:
        read_bom(path)
    assert str(refused.value).count("\n") == 0
    inspection = inspect_file(path)
    assert [f.code for f in inspection.findings] == ["TABLE_SIDE_BY_SIDE"]
    assert inspection.tables[0].used == 0


@pytest.mark.parametrize(
    "header",
    [
        ["PN", "Qty", None, "Description"],
        ["PN", "Qty", "Total qty", "Mfr part number"],
        ["Parent", "Child", "Qty", None, "Unit price"],
        ["Level", "Part number", "Qty", "Supplier", "Supplier", "Price", "Price"],
    ],
)
def test_one_table_with_a_gap_or_with_names_twice_is_read(sheet: Any, header: list[Any]) -> None:
    cells = {"Parent": "T", "Child": "A", "PN": "A", "Part number": "A", "Level": 1, "Qty": 2, "Total qty": 2}
    bom = read_bom(sheet(header, [cells.get(name) for name in header]))
    assert children(bom) == [("A", 2)]


@pytest.mark.parametrize("lead", [[], [None]])
def test_a_table_on_its_side_is_refused_by_name(sheet: Any, lead: list[None]) -> None:
    rows = [["Part number", "A", "B"], ["Qty", 1, 2], ["Description", "a", "b"]]
    path = sheet(*([*lead, *row] for row in rows))
    with pytest.raises(LayoutError, match=r"lies on its side.*transpose"):
        read_bom(path)
    assert [f.code for f in inspect_file(path).findings] == ["TABLE_TRANSPOSED"]


def test_no_header_at_all_is_refused_with_the_remedy(sheet: Any) -> None:
    path = sheet(["A", 1], ["B", 2])
    with pytest.raises(LayoutError, match=r"holds no table this reads: .*name them by --map\.$"):
        read_bom(path)
    assert only(path).used == 0
    assert len(only(path).skipped) == 2


def test_a_header_below_row_40_is_not_guessed(sheet: Any) -> None:
    with pytest.raises(LayoutError, match="within the first 40"):
        read_bom(sheet(*[["x"]] * 40, HEADER, ["A", 1, "a"]))


@pytest.mark.parametrize(
    "header",
    [
        ["Part\nnumber ", "QTY *", "Ｄｅｓｃｒｉｐｔｉｏｎ"],
        ["  PART   NUMBER", "Ｑｔｙ．", "description:"],
        ["*Part-Number*", "quantity\n", "Description "],
        ["Part_number:", "Qty.", "DESCRIPTION*"],
    ],
)
def test_names_are_known_however_they_are_written(sheet: Any, header: list[str]) -> None:
    bom = read_bom(sheet(header, ["A", 1, "magnet"]))
    assert children(bom) == [("A", 1)]
    assert bom.parts["description"].to_pylist() == ["magnet"]


def test_a_column_without_name_that_holds_cells_is_told(sheet: Any) -> None:
    told = read_bom(sheet(["PN", "Qty", None, "Colour"], ["A", 1, "x", "red"])).findings
    assert [(f.code, f.value) for f in told if f.code == "COLUMN_NOT_USED"] == [
        ("COLUMN_NOT_USED", "Colour"),
        ("COLUMN_NOT_USED", "without name (C)"),
    ]


def test_an_empty_column_without_name_is_not_told(sheet: Any) -> None:
    assert "COLUMN_NOT_USED" not in codes(read_bom(sheet(["PN", "Qty", None, "Unit"], ["A", 1, None, "pcs"])))


def test_a_name_that_stands_twice_is_used_once_and_told(sheet: Any) -> None:
    bom = read_bom(sheet(["PN", "Qty", "Lead time", "Lead time"], ["A", 1, 3, 5]))
    assert [f.column for f in bom.findings if f.code == "COLUMN_NOT_USED"] == ["Lead time", "Lead time"]


def test_a_second_column_of_quantities_is_never_dropped_as_if_it_were_nothing(sheet: Any) -> None:
    bom = read_bom(sheet(["PN", "Qty", "Qty"], ["A", 1, 3], ["B", 2, 2], ["C", 3, None]))
    [told] = [f for f in bom.findings if f.severity == "error"]
    assert (told.code, told.row, told.value, told.column) == ("NUMBER_TWICE", 2, "3", "Qty")


@pytest.mark.parametrize("name", ["Help", "Lists", "README", "Checker"])
def test_sheets_of_the_template_hold_no_data(tmp_path: Path, name: str) -> None:
    path = make_book(tmp_path, {"bom": [["PN", "Qty"], ["A", 1]], name: [["PN", "Qty"], ["Z", 1]]})
    assert children(read_bom(path)) == [("A", 1)]
    assert inspect_file(path).tables[1].why == "a sheet of the template without data"


def test_hidden_rows_and_sheets_are_read_and_told(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"bom": [["Parent", "Child", "Qty"], ["T", "A", 1], ["T", "B", 2]], "x": [["a"]]})
    book = openpyxl.load_workbook(path)
    book["bom"].row_dimensions[3].hidden = True
    book["x"].sheet_state = "hidden"
    book.save(path)
    bom = read_bom(path)
    assert children(bom) == [("A", 1), ("B", 2)]
    told = {f.code: f for f in bom.findings}
    assert (told["ROWS_HIDDEN"].row, told["ROWS_HIDDEN"].severity) == (3, "warning")
    assert told["SHEET_HIDDEN"].value == "x"


def test_macros_and_links_are_told(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"bom": [["PN", "Qty"], ["A", 1]]}, "bom.xlsm")
    relations = "xl/_rels/workbook.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        f'<Relationship Id="rX" Type="{kind}/externalLink" Target="externalLinks/externalLink1.xml"/>'
        '<Relationship Id="rV" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/></Relationships>'
    )
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[relations] = members[relations].replace(b"</Relationships>", links.encode())
    members["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0sample"
    members["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    bom = read_bom(path)
    assert children(bom) == [("A", 1)]
    assert {"MACROS_IGNORED", "EXTERNAL_LINKS"} <= codes(bom)


def test_every_row_below_every_header_is_used_or_skipped(sheet: Any) -> None:
    path = sheet(["title"], *STACKED, [], ["note", None, None], HEADER, ["E", 1, "e"])
    tables = inspect_file(path).tables
    assert all(t.rows == t.used + len(t.skipped) for t in tables)
    ends = [t.header_row for t in tables[1:]] + [len(STACKED) + 1 + 4 + 1]
    assert [t.header_row + t.rows for t in tables] == [end - 1 for end in ends]


def test_a_chosen_header_row_reads_what_is_below_it(tmp_path: Path) -> None:
    path = make_text(tmp_path, "PN,Qty\nOLD,9\nPN,Qty\nA,1\n")
    assert children(read_bom(path, choices=Choices(header_row=3))) == [("A", 1)]


def test_a_basis_that_rows_of_parents_and_children_cannot_have_is_refused(tmp_path: Path) -> None:
    path = make_text(tmp_path, "Parent,Child,Qty\nT,A,6\n")
    with pytest.raises(LayoutError, match="cannot count per_top"):
        read_bom(path, choices=Choices(quantity_basis="per_top"))
    assert children(read_bom(path, choices=Choices(quantity_basis="per_batch:3"))) == [("A", 2)]


def test_one_column_cannot_be_part_and_quantity(tmp_path: Path) -> None:
    path = make_text(tmp_path, "Teil X,Anz\nA,1\n")
    with pytest.raises(LayoutError, match="one column cannot have two of these roles"):
        read_bom(path, choices=Choices(columns={"part_number": "Teil X", "quantity": "Teil X"}))
