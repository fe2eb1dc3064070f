"""`ask`: the workbook goes out, is filled, comes back, and settles the verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from deminimis.cli import main
from tests.readers.sample_books import make_text

ON = ["--on", "2026-11-22"]
LIST = """Parent,Child,Qty,Description,Unit price [USD]
,G,,pump,1000
G,M-1,2,NdFeB magnet N42SH,40
G,S-1,1,steel plate,3
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def fill(path: Path, answers: dict[str, Any]) -> Path:
    """Fill every row of the sheet Declaration that names a part, as a supplier would."""
    book = openpyxl.load_workbook(path)
    page = book["Declaration"]
    for header in range(1, 10):
        titles = {str(cell.value).split("\n")[0].strip(): cell.column for cell in page[header] if cell.value}
        if "part number" in titles:
            break
    for row in range(header + 1, page.max_row + 1):
        if page.cell(row, titles["part number"]).value:
            for title, answer in answers.items():
                page.cell(row, titles[title]).value = answer
    filled = path.with_name("filled.xlsx")
    book.save(filled)
    return filled


def verdict(path: Path, *arguments: object) -> str:
    document = json.loads(run("check", path, *arguments, *ON, "--json").stdout)
    [good] = [one for one in document["goods"] if one["part_number"] == "G"]
    return str(good["verdict"])


def asked(folder: Path) -> tuple[Path, Path]:
    path, out = make_text(folder, LIST, "pump.csv"), folder / "request.xlsx"
    result = run("ask", path, "--out", out, "--requester", "Sample Pumps", "--due", "2026-12-15", *ON)
    assert result.exit_code == 0, result.stderr
    assert "Request written to" in result.stdout
    return path, out


def test_the_part_that_may_carry_is_asked_about(tmp_path: Path) -> None:
    path = make_text(tmp_path, LIST, "pump.csv")
    document = json.loads(run("ask", path, *ON, "--json").stdout)
    assert "M-1" in [question["part_number"] for question in document["questions"]]
    assert document["written"] is None


def test_a_request_that_is_sent_back_unanswered_settles_nothing(tmp_path: Path) -> None:
    path, out = asked(tmp_path)
    assert verdict(path) == verdict(path, "--declarations", out) == "undetermined"


NO = {"contains": "no", "evidence": "signed"}
CHINESE = {
    "contains": "yes", "material": "dysprosium", "form": "metal", "mass": 50, "mined in": "China",
    "separated in": "China", "metal made in": "China", "evidence": "lab",
}  # fmt: skip
FOREIGN = {**CHINESE, "mined in": "Australia", "separated in": "Malaysia", "metal made in": "Vietnam"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [(NO, "below"), (CHINESE, "at_or_above"), (FOREIGN, "below"), ({"contains": "unknown"}, "undetermined")],
)
def test_a_filled_request_settles_the_verdict(tmp_path: Path, answers: dict[str, Any], expected: str) -> None:
    path, out = asked(tmp_path)
    assert verdict(path, "--declarations", fill(out, answers)) == expected


def test_an_answered_part_is_not_asked_again(tmp_path: Path) -> None:
    path, out = asked(tmp_path)
    document = json.loads(run("ask", path, "--declarations", fill(out, NO), *ON, "--json").stdout)
    assert "M-1" not in [question["part_number"] for question in document["questions"]]


def test_a_request_replaces_no_file_unless_forced(tmp_path: Path) -> None:
    path, out = asked(tmp_path)
    refused = run("ask", path, "--out", out, *ON)
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    assert run("ask", path, "--out", out, "--force", *ON).exit_code == 0


def test_an_answer_beside_the_list_is_read_like_one(tmp_path: Path) -> None:
    path, out = asked(tmp_path)
    assert verdict(path, fill(out, NO)) == "below"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--out", "r.csv"], "let its name end with .xlsx"),
        (["--out", "r.json"], "let its name end with .xlsx"),
        (["--out", "r"], "let its name end with .xlsx"),
        (["--requester", "Sample Pumps"], "--requester is of the workbook that suppliers fill: add --out"),
        (["--due", "2026-12-15", "--force"], "--due and --force are of the workbook that suppliers fill: add --out"),
    ],
)
def test_what_nothing_would_come_of_is_bad_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("ask", make_text(tmp_path, LIST, "pump.csv"), *options, *ON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in " ".join(result.stderr.split())
    assert [path.name for path in tmp_path.iterdir()] == ["pump.csv"]


@pytest.mark.parametrize(("due", "late"), [("2026-11-21", True), ("2026-11-22", False), ("2027-01-01", False)])
def test_a_day_that_has_passed_is_told(tmp_path: Path, due: str, late: bool) -> None:
    path = make_text(tmp_path, LIST, "pump.csv")
    result = run("ask", path, "--out", tmp_path / "r.XLSX", "--due", due, *ON, "--json")
    assert (result.exit_code, json.loads(result.stdout)["written"]) == (0, str(tmp_path / "r.XLSX"))
    assert (f"--due {due} is before 2026-11-22" in result.stderr) is late
