"""Binary workbooks (.xlsb) are read like the others."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.errors import InputError
from deminimis.readers import inspect_file, read_bom
from tests.readers.binary_books import Formula, write_binary_book
from tests.readers.sample_books import make_book

ROWS = [
    ["Stufe", "Teilenummer", "Menge", "Preis [EUR]"],
    [0, "P-100", 1, None],
    [1, "'00123", 2.5, 4],
    [1, 545636, Formula(3), 0.125],
    [2, "Ü-7 Größe", 4, None],
]


def test_a_binary_workbook_is_read_as_the_same_table_in_xlsx(tmp_path: Path) -> None:
    plain = [[cell.value if isinstance(cell, Formula) else cell for cell in row] for row in ROWS]
    plain[2][1] = "00123"
    other = read_bom(make_book(tmp_path, {"Liste": plain}, name="bom.xlsx"))
    bom = read_bom(write_binary_book(tmp_path / "bom.xlsb", {"Liste": ROWS}))
    assert bom.lines["child"].to_pylist() == ["00123", "545636", "Ü-7 Größe"]
    assert bom.lines["quantity"].to_pylist() == [2.5, 3.0, 4.0]
    for name in ("lines", "parts"):
        assert bom.table(name).to_pylist() == other.table(name).to_pylist()
    assert [f.code for f in bom.findings] == [f.code for f in other.findings]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    [table] = inspect_file(write_binary_book(tmp_path / "bom.xlsb", {"Liste": ROWS})).tables
    assert (table.sheet, table.layout, table.rows, table.used) == ("Liste", "level_number", 4, 4)


def test_a_cell_with_an_error_stops_its_row(tmp_path: Path) -> None:
    rows = [*ROWS[:2], [1, "A", "#DIV/0!", 1], [1, "B", 2, 1]]
    bom = read_bom(write_binary_book(tmp_path / "bom.xlsb", {"Liste": rows}))
    assert [(f.code, f.row, f.value) for f in bom.findings if f.code == "CELL_ERROR"] == [("CELL_ERROR", 3, "#DIV/0!")]
    assert bom.lines["quantity"].to_pylist() == [None, 2.0]


def test_the_tables_of_the_model_stand_on_several_sheets(tmp_path: Path) -> None:
    sheets = {
        "lines": [["parent", "child", "quantity"], ["G", "MAGNET", 2]],
        "parts": [["part_number", "unit_value", "currency"], ["G", 1000, "USD"], ["MAGNET", 5, "USD"]],
    }
    bom = read_bom(write_binary_book(tmp_path / "bom.xlsb", sheets))
    assert bom.parts["unit_value"].to_pylist() == [1000.0, 5.0]
    assert [good.part_number for good in assess(bom, dt.date(2026, 11, 22)).goods] == ["G"]


def test_a_binary_workbook_under_another_name(tmp_path: Path) -> None:
    bom = read_bom(write_binary_book(tmp_path / "bom.xlsx", {"Liste": ROWS}))
    assert bom.lines.num_rows == 3
    assert "NAME_SAYS_OTHERWISE" in {f.code for f in bom.findings}


def test_a_binary_workbook_cut_off_is_refused(tmp_path: Path) -> None:
    path = write_binary_book(tmp_path / "bom.xlsb", {"Liste": ROWS})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="is damaged"):
        read_bom(path)


def test_a_stray_cell_in_the_last_corner_is_refused_before_memory_ends(tmp_path: Path) -> None:
    path = write_binary_book(tmp_path / "bom.xlsb", {"Liste": ROWS}, stray=(1_048_575, 16_383))
    with pytest.raises(InputError, match="most of them empty"):
        read_bom(path)


def test_a_list_of_sheets_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
        archive.writestr("xl/_rels/workbook.bin.rels", "<!DOCTYPE x><Relationships/>")
    with pytest.raises(InputError, match="XML entities"):
        read_bom(path)
