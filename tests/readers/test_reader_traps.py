"""The traps of real files, one small test each: typed readers, cells, and dirt seen in published lists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from deminimis.assessment import assess
from deminimis.errors import LayoutError
from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom
from tests.readers.sample_books import make_book, make_text


def book(folder: Path, *rows: list[Any]) -> Bom:
    return read_bom(make_book(folder, {"list": rows}))


def text(folder: Path, content: str, name: str = "bom.csv") -> Bom:
    return read_bom(make_text(folder, content, name))


def children(bom: Bom) -> list[str]:
    return bom.lines["child"].to_pylist()


def quantities(bom: Bom) -> list[float | None]:
    return bom.lines["quantity"].to_pylist()


def errors(bom: Bom) -> list[tuple[str, int]]:
    return [(f.code, f.row) for f in bom.findings if f.severity == "error"]


def codes(bom: Bom) -> set[str]:
    return {f.code for f in bom.findings}


# section 6: what fast readers do in silence


def test_text_numbers_below_two_thousand_rows_of_numbers_survive(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["PN", "Qty", "Unit price"]]
    rows += [[545640 + i, 1, 2.5] for i in range(2000)]
    rows += [[f"AB-{i}", 1, f"{i},5 €"] for i in range(1000)]
    bom = book(tmp_path, *rows)
    assert children(bom)[-1000:] == [f"AB-{i}" for i in range(1000)]
    assert bom.parts["unit_value"].to_pylist()[-1000:] == [i + 0.5 for i in range(1000)]
    assert errors(bom) == []


def test_whole_numbers_as_part_numbers_get_no_point_zero(tmp_path: Path) -> None:
    assert children(book(tmp_path, ["PN", "Qty"], [545636, 1], [9392000008, 1])) == ["545636", "9392000008"]


@pytest.mark.parametrize("word", ["NA", "N/A", "None", "nan", "NaN", "null", "TRUE", "-", "#N", "inf", "1E5", "MAR1"])
def test_words_that_readers_take_for_blank_are_part_numbers(tmp_path: Path, word: str) -> None:
    assert children(book(tmp_path, ["PN", "Qty"], [word, 1])) == [word]
    assert children(text(tmp_path, f"PN,Qty\n{word},1\n")) == [word]


def with_error(folder: Path, place: str, error: str) -> Bom:
    path = make_book(folder, {"list": [["Parent", "Child", "Qty", "Unit price"], ["T", "A", 1, 2], ["T", "B", 1, 2]]})
    workbook = openpyxl.load_workbook(path)
    workbook["list"][place] = error
    workbook["list"][place].data_type = "e"
    workbook.save(path)
    return read_bom(path)


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?"])
@pytest.mark.parametrize("place", ["A2", "B2", "C2", "D2"])
def test_an_error_cell_is_an_error_and_not_blank(tmp_path: Path, place: str, error: str) -> None:
    bom = with_error(tmp_path, place, error)
    told = [f for f in bom.findings if f.code == "CELL_ERROR"]
    assert [(f.row, f.value) for f in told] == [(2, error)]


def test_error_words_in_text_files_are_no_numbers(tmp_path: Path) -> None:
    bom = text(tmp_path, "PN,Qty\nA,#DIV/0!\n")
    assert quantities(bom) == [None]
    assert [row for _, row in errors(bom)] == [2]


def test_a_formula_without_value_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    workbook = openpyxl.Workbook()
    for row in (["PN", "Qty"], ["A", "=1+1"], ["B", 1]):
        workbook.active.append(row)
    workbook.save(path)
    bom = read_bom(path)
    assert errors(bom) == [("FORMULA_WITHOUT_VALUE", 2)]


def test_the_height_of_a_sheet_counts_its_rows(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"list": [["PN", "Qty"], ["A", 1], ["B", 2]]}, row=4, column=2)
    [table] = inspect_file(path).tables
    assert (table.header_row, table.rows, table.used) == (5, 2, 2)


def test_a_mixed_column_loses_nothing(tmp_path: Path) -> None:
    bom = book(tmp_path, ["PN", "Qty"], ["A", 1], [2, "3"], ["C", 4.0], [5.5, "6,5"])
    assert children(bom) == ["A", "2", "C", "5.5"]
    assert quantities(bom) == [1, 3, 4, 6.5]


def test_outline_levels_of_rows_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet("list")
        rows = [["PN", "Qty"], ["T", 1], ["A", 2], ["B", 3], ["C", 4]]
        for row, (cells, level) in enumerate(zip(rows, [0, 0, 1, 2, 1], strict=True)):
            page.write_row(row, 0, cells)
            if level:
                page.set_row(row, None, None, {"level": level})
    bom = read_bom(path)
    assert list(zip(bom.lines["parent"].to_pylist(), children(bom), strict=True)) == [
        ("T", "A"),
        ("A", "B"),
        ("T", "C"),
    ]


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet("list")
        for row, cells in enumerate([["PN", "Qty"], ["A", 1], ["B", 2]]):
            page.write_row(row, 0, cells)
        page.set_row(2, None, None, {"hidden": True})
    bom = read_bom(path)
    assert children(bom) == ["A", "B"]
    assert "ROWS_HIDDEN" in codes(bom)


# section 4.4: cells


def test_leading_zeros_stay(tmp_path: Path) -> None:
    assert children(text(tmp_path, "PN,Qty\n00123,1\n000,2\n")) == ["00123", "000"]
    assert children(book(tmp_path, ["PN", "Qty"], ["00123", 1])) == ["00123"]


def test_zeros_in_some_numbers_and_not_in_others_are_told(tmp_path: Path) -> None:
    assert "ID_MIXED_ZEROS" in codes(text(tmp_path, "PN,Qty\n00123,1\n123,2\n"))


def test_case_stays(tmp_path: Path) -> None:
    assert children(text(tmp_path, "PN,Qty\nabC,1\nABC,2\n")) == ["abC", "ABC"]


def test_more_digits_than_a_spreadsheet_keeps_are_told(tmp_path: Path) -> None:
    assert "ID_FROM_NUMBER" in codes(book(tmp_path, ["PN", "Qty"], [12345678901234567890, 1]))


def test_e_notation_in_a_part_number_is_told(tmp_path: Path) -> None:
    bom = text(tmp_path, "PN,Qty\n1.23E+11,1\n")
    assert children(bom) == ["1.23E+11"]
    assert "ID_LOOKS_EXPONENT" in codes(bom)


def test_invisible_blanks_around_a_part_number_are_told_or_taken_off(tmp_path: Path) -> None:
    bom = text(tmp_path, "Parent,Child,Qty\nT,\u00a0A\u200b,1\nA,B,1\n")
    told = {f.code for f in assess(bom, dt.date(2026, 11, 22)).findings}
    assert "A" in children(bom) or told & {"ID_LOOKS_ALIKE", "ID_DIFFERS_IN_BLANKS", "NUMBER_MATCHED_LOOSELY"}


def test_one_thousand_or_one_is_asked(tmp_path: Path) -> None:
    assert errors(text(tmp_path, 'PN,Qty\nA,"1,000"\n')) == [("NUMBER_AMBIGUOUS", 2)]


def test_a_column_decides_for_its_cells(tmp_path: Path) -> None:
    assert quantities(text(tmp_path, 'PN,Qty\nA,"1,000"\nB,"2,5"\n')) == [1, 2.5]
    assert quantities(text(tmp_path, 'PN,Qty\nA,"1,000"\nB,2.5\n')) == [1000, 2.5]


def test_a_trailing_minus_is_a_minus(tmp_path: Path) -> None:
    assert ("QTY_NOT_POSITIVE", 2) in errors(text(tmp_path, "PN,Qty\nA,22-\n"))


@pytest.mark.parametrize("cell", ["1'000", "1’000", "1 000", "1\u00a0000", "1\u202f000"])
def test_groups_of_thousands(tmp_path: Path, cell: str) -> None:
    assert quantities(text(tmp_path, f"PN;Qty\nA;{cell}\n")) == [1000]


def test_a_date_where_a_part_number_was_typed_is_an_error(tmp_path: Path) -> None:
    bom = book(tmp_path, ["Parent", "Child", "Qty"], ["T", dt.date(2025, 5, 17), 1], ["T", "B", 1])
    assert errors(bom) == [("ID_FROM_DATE", 2)]


# section 5.1: dirt, by its number there


def test_dirt_01_preamble(tmp_path: Path) -> None:
    assert children(book(tmp_path, ["Sample list"], [], ["of", "2026"], [], ["PN", "Qty"], ["A", 1])) == ["A"]


def test_dirt_02_two_header_rows(tmp_path: Path) -> None:
    rows = [["Number", "Quantity", "Level"], ["number", "quantity", "level"], ["T", "", "0"], ["A", "2", "1"]]
    assert children(book(tmp_path, *rows)) == ["A"]


def test_dirt_03_header_missing(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="--map"):
        book(tmp_path, ["A", 1, "screw"], ["B", 2, "nut"])


def test_dirt_04_side_by_side(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="side by side"):
        book(tmp_path, ["Name", "PN", "Qty", None, "Name", "PN", "Qty"], ["a", "A", 1, None, "b", "B", 2])


def test_dirt_05_stacked(tmp_path: Path) -> None:
    bom = book(tmp_path, ["PN", "Qty"], ["A", 1], [], ["Electronics"], ["PN", "Value", "Qty"], ["B", "10k", 2])
    assert (children(bom), quantities(bom)) == (["A", "B"], [1, 2])


def test_dirt_06_transposed(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="on its side"):
        book(tmp_path, ["Part number", "A", "B"], ["Quantity", 1, 2])


def test_dirt_07_first_column_of_a_group_only(tmp_path: Path) -> None:
    bom = text(tmp_path, "Parent,Child,Qty\nT,A,1\n,B,2\n,C,3\nU,D,1\n,E,1\n")
    assert bom.lines["parent"].to_pylist() == ["T", "T", "T", "U", "U"]
    assert "PARENT_FILLED_DOWN" in codes(bom)


def test_dirt_08_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet("list")
        page.merge_range("A1:C1", "Sample list")
        page.write_row("A2", ["Description", "PN", "Qty"])
        page.merge_range("A3:A4", "screws")
        page.write_row("B3", ["A", 1])
        page.write_row("B4", ["B", 2])
    assert children(read_bom(path)) == ["A", "B"]


def test_dirt_09_totals_below_and_beside(tmp_path: Path) -> None:
    rows = [["PN", "Qty", "Price", "Total:", 196.9], ["A", 1, 2, None, None], ["Total", None, 2, "sum", 4]]
    assert children(book(tmp_path, *rows)) == ["A"]


def test_dirt_10_numbers_and_text_as_part_numbers(tmp_path: Path) -> None:
    assert children(book(tmp_path, ["PN", "Qty"], [370103009.0, 1], ["0402WGF", 1])) == ["370103009", "0402WGF"]


@pytest.mark.parametrize("cell", ["若干", "?", " 2 End Sets", "-"])
def test_dirt_11_words_for_a_quantity(tmp_path: Path, cell: str) -> None:
    bom = book(tmp_path, ["PN", "Qty"], ["A", cell], ["B", "12个"])
    assert quantities(bom) == [None, 12]
    assert [row for _, row in errors(bom)] == [2]


def test_dirt_12_words_for_a_price(tmp_path: Path) -> None:
    cells = ["$2,000.00", "（约）30", "---", "Auf Anfrage", "None"]
    bom = book(tmp_path, ["PN", "Qty", "Unit price"], *([f"P{i}", 1, cell] for i, cell in enumerate(cells)))
    assert bom.parts["unit_value"].to_pylist() == [2000, 30, None, None, None]


def test_dirt_13_pack_prices(tmp_path: Path) -> None:
    bom = book(tmp_path, ["PN", "Qty", "Pack price", "Qty per pack"], ["A", 2, 9, "50 cnt"])
    assert bom.parts["unit_value"].to_pylist() == [0.18]


def test_dirt_14_ranked_alternatives_are_never_added_up(tmp_path: Path) -> None:
    assert errors(book(tmp_path, ["PN", "Qty", "Ranking"], ["A", 1, 1], ["B", 1, 2])) == [("RANK_WITHOUT_GROUP", 3)]


def test_dirt_15_zero_blank_and_negative(tmp_path: Path) -> None:
    bom = book(tmp_path, ["Parent", "Child", "Qty"], ["T", "A", 0], ["T", "B", None], ["T", "C", -1])
    assert {"QTY_ZERO", "QTY_MISSING", "QTY_NOT_POSITIVE"} <= codes(bom)
    assert quantities(bom) == [0, None, None]


def test_dirt_16_dates_for_numbers(tmp_path: Path) -> None:
    bom = book(tmp_path, ["PN", "Qty"], ["A", dt.date(2025, 5, 17)])
    assert quantities(bom) == [None]
    assert [row for _, row in errors(bom)] == [2]


def test_dirt_17_wrong_ending_and_encoding(tmp_path: Path) -> None:
    path = make_text(tmp_path, "PN\tQty\tDescription\n0402WGF\t2\t품명\n", "bom.csv", "utf-16")
    bom = read_bom(path)
    assert children(bom) == ["0402WGF"]
    path = make_text(tmp_path, "품번,수량,품명\nA,2,회전자석 모터\n", "bom.csv", "cp949")
    assert read_bom(path).parts["description"].to_pylist() == ["회전자석 모터"]


def test_dirt_18_a_comma_without_quotes_shifts_no_cell_in_silence(tmp_path: Path) -> None:
    bom = text(tmp_path, "PN,Description,Qty\nA,screw, long,2\nB,nut,3\n")
    assert [row for _, row in errors(bom)][:1] == [2]


def test_dirt_19_an_example_row_of_a_form_is_told(tmp_path: Path) -> None:
    bom = book(tmp_path, ["品番", "品名", "数量"], ["例）ABC-1", "モーター", 2], ["A", "ねじ", 1])
    assert children(bom) == ["A"] or any(f.row == 2 for f in bom.findings)


def test_dirt_20_a_quantity_written_as_a_formula_in_words(tmp_path: Path) -> None:
    bom = book(tmp_path, ["PN", "Qty"], ["A", "target_qty - if(x)"])
    assert (quantities(bom), [row for _, row in errors(bom)]) == ([None], [2])


def test_dirt_21_the_parent_is_the_name_of_the_file_and_told(tmp_path: Path) -> None:
    bom = text(tmp_path, "PN,Qty\nA,1\n", "pump.csv")
    assert bom.lines["parent"].to_pylist() == ["pump"]
    assert "PARENT_ASSUMED" in codes(bom)


def test_dirt_22_names_that_stand_twice(tmp_path: Path) -> None:
    bom = text(tmp_path, "PN,Qty,SKU,SKU,lead_time_days,lead_time_days\nA,1,s,t,3,4\n")
    assert (children(bom), quantities(bom)) == (["A"], [1])


def test_dirt_23_level_jump_loop_and_self_loop(tmp_path: Path) -> None:
    assert "LEVEL_JUMP" in codes(text(tmp_path, "Level,PN,Qty\n0,T,1\n2,A,1\n5,B,1\n"))
    loops = {"SELF_LOOP": "Parent,Child,Qty\nG,T,1\nT,T,1\n", "CYCLE": "Parent,Child,Qty\nG,T,1\nT,A,1\nA,T,1\n"}
    for code, content in loops.items():
        result = assess(text(tmp_path, content), dt.date(2026, 11, 22))
        assert code in {f.code for f in result.findings}
        assert {good.verdict for good in result.goods} == {"undetermined"}


def test_dirt_24_percentages_of_materials_are_no_pieces(tmp_path: Path) -> None:
    bom = text(tmp_path, "PN,Qty\ndoor,1\nglass,95 %\n")
    assert quantities(bom) == [1, None]
    assert [row for _, row in errors(bom)] == [3]


def test_dirt_25_a_list_for_many_robots_is_divided_when_the_user_says_so(tmp_path: Path) -> None:
    path = make_text(tmp_path, "PN,Qty\nA,26\n")
    assert quantities(read_bom(path, choices=Choices(quantity_basis="per_batch:13"))) == [2]


def test_dirt_26_names_as_keys(tmp_path: Path) -> None:
    bom = text(tmp_path, "Name,Quantity,Unit price\nmotor,2,3\ngear,1,4\n")
    assert children(bom) == ["motor", "gear"]
    assert "NAME_AS_NUMBER" in codes(bom)
