"""What a spreadsheet says of a supplier's answer beside the values of its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from deminimis.model.checks import check_table
from deminimis.readers.answers.answer_format import VERSION, answer_columns
from deminimis.readers.answers.supplier_answer import expected_answer, read_supplier_answer
from deminimis.readers.files.files import read_file
from deminimis.readers.tables.raw_tables import Built
from deminimis.readers.workbooks.sheet_scan import Expected
from deminimis.readers.workbooks.workbook import read_workbook

NAMES = [column.name for column in answer_columns()]
YES = {"part_number": "SAMPLE-1", "contains": "yes", "material": "dysprosium", "mass": 0.25, "evidence": "signed"}
NO = {"part_number": "SAMPLE-2", "contains": "no", "evidence": "signed", "comment": "sample"}


def answered(folder: Path, struck: Any = (), percent: bool = False, **headers: str) -> Built:
    """Write an answer of two rows, with cells struck out by row and name, and read it."""
    book = openpyxl.Workbook()
    request, sheet = book.active, book.create_sheet("Declaration")
    request.title, request["B2"] = "Request", VERSION
    sheet.append([headers.get(column.name, f"{column.title}\n{column.hint}") for column in answer_columns()])
    for row in (YES, NO):
        sheet.append([row.get(name) for name in NAMES])
    for row, name in struck:
        sheet.cell(row, NAMES.index(name) + 1).font = Font(strike=True)
    if percent:
        sheet.cell(2, NAMES.index("mass") + 1).number_format = "0.00%"
    book.save(folder / "answer.xlsx")
    grids = read_workbook(read_file(folder / "answer.xlsx"), lambda grid: expected_answer(grid) or Expected())
    return read_supplier_answer(grids)


def told(built: Built) -> list[tuple[str, int, str, str]]:
    ((name, raw),) = built.tables
    findings = (*built.findings, *check_table(name, raw, 0).findings)
    return [(f.code, f.row, f.column, f.part_number) for f in findings if f.severity != "info"]


def test_a_row_struck_out_leaves_its_part_open(tmp_path: Path) -> None:
    built = answered(tmp_path, struck=[(3, name) for name in NAMES])
    assert told(built)[0][:2] == ("ROW_STRUCK_OUT", 3)
    assert built.skipped == {2: "struck out"}
    assert built.tables[0][1].columns["part_number"].to_pylist() == ["SAMPLE-1"]


@pytest.mark.parametrize(("name", "code"), [("contains", "STRUCK_IN_PART"), ("evidence", "STRUCK_IN_PART")])
def test_a_row_struck_out_in_part_is_an_error(tmp_path: Path, name: str, code: str) -> None:
    assert (code, 3, dict(zip(NAMES, [c.title for c in answer_columns()], strict=True))[name], "SAMPLE-2") in told(
        answered(tmp_path, struck=[(3, name)])
    )


def test_a_comment_struck_out_says_nothing(tmp_path: Path) -> None:
    assert "STRUCK_IN_PART" not in [code for code, *_ in told(answered(tmp_path, struck=[(3, "comment")]))]


@pytest.mark.parametrize(
    ("header", "wrong"),
    [("mass\nmg of the element", True), ("Mass\n每件元素质量(毫克)", True), ("mass\ng of it\n每件元素质量(克)", False)],
)
def test_a_header_that_names_another_unit_than_the_gram(tmp_path: Path, header: str, wrong: bool) -> None:
    assert (("COLUMN_MULTIPLE", 1, "mass", "") in told(answered(tmp_path, mass=header))) == wrong


def test_a_mass_shown_as_per_cent_is_no_mass(tmp_path: Path) -> None:
    assert ("NUMBER_NOT_READ", 2, "mass", "SAMPLE-1") in told(answered(tmp_path, percent=True))
    assert "NUMBER_NOT_READ" not in [code for code, *_ in told(answered(tmp_path))]
