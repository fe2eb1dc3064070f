"""Bills of materials under numbers through time: heads, batches, items and alternatives that hold on some days only."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom, read_file
from deminimis.readers.roads import read_tables
from tests.readers.sample_books import make_book

Rows = list[list[Any]]
MAST: Rows = [["MATNR", "WERKS", "STLAN", "STLNR", "STLAL"], ["P-100", "1000", "1", "00000001", "01"]]
STKO: Rows = [["STLNR", "STLAL", "DATUV", "BMENG", "BMEIN", "LKENZ"], ["00000001", "01", "01.01.2020", 1, "ST", None]]
STPO: Rows = [
    ["STLNR", "STLKN", "DATUV", "IDNRK", "POSTP", "MENGE", "MEINS", "LKENZ"],
    ["00000001", "1", "01.01.2020", "A-1", "L", 2, "ST", None],
    ["00000001", "2", "01.01.2020", "B-2", "L", 3, "ST", None],
]
STAS: Rows = [
    ["STLNR", "STLAL", "STLKN", "DATUV", "LKENZ"],
    ["00000001", "01", "1", "01.01.2020", None],
    ["00000001", "01", "2", "01.01.2020", None],
]
OLD, NEW = dt.date(2022, 6, 1), dt.date(2026, 6, 1)


def tables(folder: Path, **more: Rows) -> Path:
    """A workbook of the tables, with rows added to them."""
    sheets = {"MAST": MAST, "STKO": STKO, "STPO": STPO}
    sheets = {name: [*rows, *more.pop(name, [])] for name, rows in sheets.items()}
    return make_book(folder, sheets | more)


def on(bom: Bom, day: dt.date) -> list[tuple[str, str, float]]:
    """The lines that hold on a day."""
    columns = ("parent", "child", "quantity", "valid_from", "valid_to")
    rows = zip(*(bom.lines[name].to_pylist() for name in columns), strict=True)
    held = [row for row in rows if (row[3] or dt.date.min) <= day <= (row[4] or dt.date.max)]
    return sorted((parent, child, quantity) for parent, child, quantity, *_ in held)


def errors(bom: Bom) -> list[tuple[str, str]]:
    return [(f.code, f.part_number) for f in bom.findings if f.severity == "error"]


@pytest.mark.parametrize("day", ["01.01.2024", "20240101", dt.date(2024, 1, 1)])
def test_lines_hold_from_the_day_of_their_head_on_and_it_is_said(tmp_path: Path, day: Any) -> None:
    rows = [STKO[0], ["00000001", "01", day, 1, "ST", None]]
    bom = read_bom(make_book(tmp_path, {"MAST": MAST, "STKO": rows, "STPO": STPO}))
    assert (on(bom, OLD), len(on(bom, NEW))) == ([], 2)
    [told] = [f for f in bom.findings if f.code == "BOM_DAYS"]
    assert told.message.endswith("first A-1 from 2024-01-01")
    assert [f.code for f in assess(bom, OLD).findings if f.severity == "error"] == ["NO_LINE_ON_DAY"]


def test_a_head_that_says_the_same_again_changes_nothing(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STKO=[["00000001", "01", "01.01.2024", 1, "ST", None]]))
    assert on(bom, OLD) == on(bom, NEW) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 3.0)]
    assert bom.lines.num_rows == 2


def test_a_batch_that_changes_divides_the_lines_of_its_days(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STKO=[["00000001", "01", "01.01.2024", 100, "ST", None]]))
    assert errors(bom) == []
    assert on(bom, OLD) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 3.0)]
    assert on(bom, NEW) == [("P-100", "A-1", 0.02), ("P-100", "B-2", 0.03)]
    amounts = bom.numbers("lines", "quantity", exact=True).tolist()
    assert sorted(set(amounts)) == [Fraction(2, 100), Fraction(3, 100), 2, 3]


def test_two_batches_of_one_day_are_unknown(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STKO=[["00000001", "01", "01.01.2020", 100, "ST", None]]))
    assert errors(bom) == [("BOM_BATCH_UNKNOWN", "P-100")]


def test_a_later_row_of_an_item_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    later = [["00000001", "2", "01.01.2025", "B-2", "L", 5, "ST", None]]
    bom = read_bom(tables(tmp_path, STPO=later))
    assert errors(bom) == []
    assert on(bom, OLD) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 3.0)]
    assert on(bom, NEW) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 5.0)]
    assert on(bom, dt.date(2024, 12, 31))[1] == ("P-100", "B-2", 3.0)
    assert on(bom, dt.date(2025, 1, 1))[1] == ("P-100", "B-2", 5.0)


def test_an_item_deleted_on_a_day_ends_the_day_before(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STPO=[["00000001", "2", "01.01.2025", "B-2", "L", 3, "ST", "X"]]))
    assert (len(on(bom, OLD)), on(bom, NEW)) == (2, [("P-100", "A-1", 2.0)])


def test_two_rows_of_an_item_without_days_are_an_error(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STPO=[["00000001", "2", "01.01.2020", "B-2", "L", 5, "ST", None]]))
    assert errors(bom) == [("BOM_ITEM_TWICE", "P-100")]


def second_alternative(folder: Path, quantity: float = 7, **more: Rows) -> Path:
    """P-100 with a second alternative, in which an item of its own stands for B-2."""
    rows = {
        "MAST": [["P-100", "1000", "1", "00000001", "02"]],
        "STKO": [["00000001", "02", "01.01.2020", 1, "ST", None]],
        "STPO": [["00000001", "3", "01.01.2020", "B-2", "L", quantity, "ST", None]],
    }
    own: Rows = [["00000001", "02", "1", "01.01.2020", None], ["00000001", "02", "3", "01.01.2020", None]]
    return tables(folder, **(rows | {"STAS": [*STAS, *own]} | more))


def test_of_alternatives_on_one_day_the_first_is_read_and_that_they_differ_is_an_error(tmp_path: Path) -> None:
    path = second_alternative(tmp_path)
    bom = read_bom(path)
    assert errors(bom) == [("BOM_NUMBERS_DIFFER", "P-100")]
    assert on(bom, NEW) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 3.0)]
    [stpo] = [table for table in inspect_file(path).tables if table.sheet == "STPO"]
    assert [(one.row, one.reason) for one in stpo.skipped] == [(4, "its part has another bill of materials")]
    for table in inspect_file(path).tables:
        assert table.rows == table.used + len(table.skipped)


def test_alternatives_with_the_same_contents_are_one(tmp_path: Path) -> None:
    bom = read_bom(second_alternative(tmp_path, quantity=3))
    assert errors(bom) == []
    assert on(bom, NEW) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 3.0)]


def test_alternatives_that_follow_each_other_hold_each_in_its_days(tmp_path: Path) -> None:
    heads = [["STLNR", "STLAL", "DATUV", "DATUB", "BMENG"], ["00000001", "01", "01.01.2020", "31.12.2024", 1]]
    heads += [["00000001", "02", "01.01.2025", "31.12.9999", 1]]
    path = second_alternative(tmp_path)
    rows = {**{name: [*r] for name, r in {"MAST": MAST, "STPO": STPO}.items()}, "STKO": heads, "STAS": [*STAS]}
    rows["MAST"].append(["P-100", "1000", "1", "00000001", "02"])
    rows["STPO"].append(["00000001", "3", "01.01.2020", "B-2", "L", 7, "ST", None])
    rows["STAS"] += [["00000001", "02", "1", "01.01.2020", None], ["00000001", "02", "3", "01.01.2020", None]]
    bom = read_bom(make_book(path.parent, rows))
    assert errors(bom) == []
    assert on(bom, OLD) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 3.0)]
    assert on(bom, NEW) == [("P-100", "A-1", 2.0), ("P-100", "B-2", 7.0)]


def test_an_item_taken_out_of_an_alternative_ends_the_day_before(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STAS=[*STAS, ["00000001", "01", "2", "01.01.2025", "X"]]))
    assert errors(bom) == []
    assert (len(on(bom, OLD)), on(bom, NEW)) == (2, [("P-100", "A-1", 2.0)])


def test_an_item_that_no_alternative_has_is_skipped_and_said(tmp_path: Path) -> None:
    path = tables(tmp_path, STAS=STAS[:2])
    assert on(read_bom(path), NEW) == [("P-100", "A-1", 2.0)]
    [stpo] = [table for table in inspect_file(path).tables if table.sheet == "STPO"]
    assert [one.reason for one in stpo.skipped] == ["no bill of materials that is read has it on any day"]


def test_two_parts_with_an_alternative_each_have_their_own_items(tmp_path: Path) -> None:
    bom = read_bom(second_alternative(tmp_path, MAST=[["Q-200", "1000", "1", "00000001", "02"]]))
    assert errors(bom) == []
    assert on(bom, NEW)[2:] == [("Q-200", "A-1", 2.0), ("Q-200", "B-2", 7.0)]


@pytest.mark.parametrize("missing", ["STAS", "STLKN"])
def test_alternatives_whose_items_are_not_known_are_an_error_of_every_part(tmp_path: Path, missing: str) -> None:
    more: dict[str, Rows] = {"MAST": [["Q-200", "1000", "1", "00000001", "02"]]}
    path = second_alternative(tmp_path, **more)
    sheets = {"MAST": [*MAST, *more["MAST"]], "STKO": [*STKO, ["00000001", "02", "01.01.2020", 1, "ST", None]]}
    sheets["STPO"] = STPO if missing == "STAS" else [[cells[0], *cells[2:]] for cells in STPO]
    bom = read_bom(make_book(path.parent, sheets if missing == "STAS" else sheets | {"STAS": STAS}))
    assert sorted(errors(bom)) == [("BOM_NUMBERS_DIFFER", "P-100"), ("BOM_NUMBERS_DIFFER", "Q-200")]


def test_an_alternative_that_the_material_does_not_name_is_an_error_too(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STKO=[["00000001", "02", "01.01.2020", 1, "ST", None]]))
    assert errors(bom) == [("BOM_NUMBERS_DIFFER", "P-100")]


def test_lines_that_name_their_alternative_are_in_that_one(tmp_path: Path) -> None:
    stpo = [["STLNR", "STLAL", "IDNRK", "MENGE", "MEINS"], ["00000001", "01", "A-1", 2, "ST"]]
    stpo += [["00000001", "02", "A-1", 9, "ST"]]
    bom = read_bom(make_book(tmp_path, {"MAST": MAST, "STKO": STKO, "STPO": stpo}))
    assert (errors(bom), on(bom, NEW)) == ([], [("P-100", "A-1", 2.0)])
    mast = [[*cells[:4]] for cells in MAST]
    bom = read_bom(
        make_book(tmp_path, {"MAST": mast, "STKO": [[*STKO[0][3:], "STLNR"], [1, "ST", None, 1]], "STPO": stpo})
    )
    assert (errors(bom), on(bom, NEW)) == ([("BOM_NUMBERS_DIFFER", "P-100")], [("P-100", "A-1", 2.0)])


def test_a_day_of_a_head_that_is_none_is_an_error(tmp_path: Path) -> None:
    bom = read_bom(tables(tmp_path, STKO=[["00000001", "01", "some day", 1, "ST", None]]))
    assert [f.code for f in bom.findings if f.severity == "error"] == ["DATE_NOT_READ"]


def test_what_is_said_of_bills_of_materials_knows_where_it_stands(tmp_path: Path) -> None:
    reads = read_tables(read_file(tables(tmp_path, STAS=STAS)), Choices(), 4).reads
    heads = [table for read in reads for table in read.heads]
    assert [table["place"].unique().to_pylist() for table in heads] == [[4], [5], [7]]
    assert [table["row"].to_pylist() for table in heads] == [[2], [2], [2, 3]]
