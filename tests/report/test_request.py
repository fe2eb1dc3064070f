"""The request workbook: asked, filled in, read back, and the verdict settled."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

import deminimis as dm
from deminimis.assessment.questions import Question, questions_of
from deminimis.errors import ReportError
from deminimis.model import Bom
from deminimis.model.checks import check_table
from deminimis.readers.answers.answer_format import VERSION, answer_columns
from deminimis.readers.answers.supplier_answer import expected_answer, is_supplier_answer, read_supplier_answer
from deminimis.readers.files.files import read_file
from deminimis.readers.workbooks.sheet_scan import Expected
from deminimis.readers.workbooks.workbook import read_workbook
from deminimis.report.request import list_words, request_words, write_request
from deminimis.report.request_checks import checker_formulas, row_formula
from tests.report.assessments import HOSTILE

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "loudspeaker.xlsx"
ON = "2026-11-22"
ASKED = (
    Question("SAMPLE-1", "Sample magnet", ("Sample A", "Sample B"), ("content", "origin"), 2, 3.5, 1),
    Question("00123", "", (), ("form",), 1, None, 2),
)
YES = {
    "contains": "yes",
    "material": "dysprosium",
    "form": "metal",
    "mass": 2.0,
    "mined_in": "Australia",
    "separated_in": "Malaysia",
    "metal_made_in": "Japan",
    "evidence": "signed",
}


def fill(path: Path, answers: dict[str, dict[str, Any]]) -> None:
    """Answer every part asked, as a person would: by part number, in the empty cells of its row."""
    book = openpyxl.load_workbook(path)
    sheet = book["Declaration"]
    titles = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for name, value in answers.get(sheet.cell(row, titles["part number"]).value, {}).items():
            sheet.cell(row, titles[name.replace("_", " ")]).value = value
    book.save(path)


def read_back(path: Path, bom: Bom) -> Bom:
    grids = read_workbook(read_file(path), lambda grid: expected_answer(grid) or Expected())
    assert is_supplier_answer(grids)
    built = read_supplier_answer(grids)
    ((name, raw),) = built.tables
    checked = check_table(name, raw, 0)
    declarations = pa.concat_tables([bom.declarations, checked.table]).combine_chunks()
    return replace(bom, declarations=declarations, findings=(*bom.findings, *built.findings, *checked.findings))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (YES, "below"),
        ({**YES, "separated_in": "中国"}, "at_or_above"),
        ({"contains": "no", "evidence": "lab"}, "below"),
        ({**YES, "mined_in": None}, "undetermined"),
        ({"contains": "unknown"}, "undetermined"),
        ({}, "undetermined"),
    ],
)
def test_asked_answered_and_settled(tmp_path: Path, answer: dict[str, Any], verdict: str) -> None:
    bom = dm.read_bom(SAMPLE)
    before = dm.assess(bom, ON)
    questions = questions_of(before, bom)
    assert [q.part_number for q in questions] == ["MAG-210", "TWT-6"]
    path = tmp_path / "request.xlsx"
    write_request(questions, path)
    fill(path, {"MAG-210": answer, "TWT-6": {"contains": "no", "evidence": "signed"}})
    after = dm.assess(read_back(path, bom), ON)
    assert before.good("LS-2").verdict == "undetermined"
    assert {good: after.good(good).verdict for good in ("LS-2", "DRV-5")} == {"LS-2": verdict, "DRV-5": verdict}
    again = questions_of(after, bom)
    assert [q.part_number for q in again] == (["MAG-210"] if verdict == "undetermined" else [])


@pytest.fixture
def request_path(tmp_path: Path) -> Path:
    path = tmp_path / "request.xlsx"
    write_request(ASKED, path, requester="Sample Buyer", due=dt.date(2027, 1, 15))
    return path


def test_the_version_stands_in_its_cell(request_path: Path) -> None:
    page = openpyxl.load_workbook(request_path)["Request"]
    assert page["B2"].value == VERSION
    assert [page[cell].value for cell in ("B3", "B4", "B5")] == ["Sample Buyer", "2027-01-15", "2"]
    said = {cell.value for (cell, *_) in page.iter_rows() if cell.value}
    steps = [line for line in request_words() if line["place"] == "step"]
    assert {f"{line['en']}\n{line['zh']}" for line in steps} <= said


def test_one_row_for_each_part_and_supplier(request_path: Path) -> None:
    sheet = openpyxl.load_workbook(request_path)["Declaration"]
    assert sheet.freeze_panes == "C2"
    rows = [[sheet.cell(row, column).value for column in (2, 3, 5)] for row in range(2, 6)]
    assert rows == [
        ["SAMPLE-1", "Sample magnet", "Sample A"],
        ["SAMPLE-1", "Sample magnet", "Sample B"],
        ["00123", None, None],
        [None, None, None],
    ]
    assert sheet["B2"].comment.text == "Not known to us: content, origin."


def test_lists_to_choose_from(request_path: Path) -> None:
    book = openpyxl.load_workbook(request_path)
    rules = book["Declaration"].data_validations.dataValidation
    for rule, name in zip(rules, list_words(), strict=True):
        letter = "ABCD"[list(list_words()).index(name)]
        assert rule.formula1 == f"Lists!${letter}$2:${letter}${len(list_words()[name]) + 1}"
        assert [cell.value for cell in book["Lists"][letter] if cell.value] == [name, *list_words()[name]]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "request.xlsx"
    hostile = tuple(Question(word, word, (word,), ("content",), 1, 1.0) for word in (*HOSTILE, "<r><t>x</t></r>"))
    write_request(hostile, path, requester="=1+1")
    book = openpyxl.load_workbook(path)
    assert book["Request"]["B3"].data_type == "s"
    for row, word in enumerate(HOSTILE, 2):
        for column in (2, 3, 5):
            cell = book["Declaration"].cell(row, column)
            assert (cell.value, cell.data_type) == (word, "s")
    assert book["Declaration"].cell(len(HOSTILE) + 2, 2).value == "<r><t>x</t></r> "


def test_a_request_nobody_filled_reads_as_open(request_path: Path) -> None:
    grids = read_workbook(read_file(request_path), lambda grid: expected_answer(grid) or Expected())
    built = read_supplier_answer(grids)
    assert [f.part_number for f in built.findings] == ["SAMPLE-1", "SAMPLE-1", "00123"]
    assert {f.code for f in built.findings} == {"ANSWER_OPEN"}


def test_the_same_questions_give_the_same_bytes(tmp_path: Path, request_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_request(iter(ASKED), again, requester="Sample Buyer", due=dt.date(2027, 1, 15))
    assert again.read_bytes() == request_path.read_bytes()


def test_nothing_to_ask_is_ready(tmp_path: Path) -> None:
    path = tmp_path / "request.xlsx"
    write_request((), path)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["Checker"]["B2"].value == "READY TO SEND"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be written"):
        write_request(ASKED, tmp_path / "missing" / "request.xlsx")


def test_checks_carry_their_value_and_look_at_every_row(request_path: Path) -> None:
    formulas = openpyxl.load_workbook(request_path)
    values = openpyxl.load_workbook(request_path, data_only=True)
    last = formulas["Declaration"].max_row
    for row, (says, formula) in enumerate(checker_formulas(last), 3):
        assert (formulas["Checker"].cell(row, 1).value, formulas["Checker"].cell(row, 2).value) == (says, formula)
    counts = [values["Checker"].cell(row, 2).value for row in range(3, 3 + len(checker_formulas(last)))]
    assert counts == [3, *[0] * (len(checker_formulas(last)) - 1)]
    assert values["Checker"]["B2"].value == values["Request"]["B6"].value == "NOT READY"
    assert formulas["Declaration"].cell(last, 1).value == row_formula(last)
    assert [values["Declaration"].cell(row, 1).value or "" for row in (2, 5)] == ["choose yes, no or unknown", ""]


def test_a_low_end_alone_is_no_mass() -> None:
    # The table of declarations needs an amount or a high end, so the supplier is told before sending.
    assert 'IF(AND($F7="yes",$I7&$K7=""),"give the mass, or mass high"' in row_formula(7)
    titles = [column.name for column in answer_columns()]
    assert [titles["BCDEFGHIJK".index(letter)] for letter in "FIK"] == ["contains", "mass", "mass_high"]


def test_formulas_name_the_columns_that_stand_there(request_path: Path) -> None:
    sheet = openpyxl.load_workbook(request_path)["Declaration"]
    titles = [str(cell.value).split("\n")[0] for cell in sheet[1]]
    assert titles == ["check", *(column.title for column in answer_columns())]
