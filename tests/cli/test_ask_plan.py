"""`deminimis ask --plan`: whom to ask first, beside the list of parts and the workbook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deminimis.cli import main
from tests.readers.sample_books import make_text

ON = ["--on", "2026-11-22"]
LIST = """Parent,Child,Qty,Description,Unit price [USD],Supplier
,PUMP,,sample pump,900,
PUMP,A,1,core,40,Sample A
,FAN,,sample fan,900,
FAN,A,1,core,40,Sample A
,VALVE,,sample valve,900,
VALVE,B,1,ring,30,
"""
DECLARED = """part_number,material,amount,basis,currency
A,terbium_metal,2,value_per_piece,USD
B,terbium_metal,2,value_per_piece,USD
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["ask", *(str(a) for a in arguments), *ON], env={"COLUMNS": "140"})


@pytest.fixture
def given(tmp_path: Path) -> list[object]:
    declared = make_text(tmp_path, DECLARED, "declared.csv")
    return [make_text(tmp_path, LIST, "goods.csv"), "--declarations", declared]


def test_a_person_sees_the_list_and_then_whom_to_ask_first(given: list[object]) -> None:
    result = run(*given, "--plan")
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert said.index("2 parts to ask about") < said.index("Ask for 2 answers: 3 of 3 open finished goods settled.")
    assert "Whatever they answer, at least 3 of these verdicts are proven, one way or the other." in said
    assert "1 Sample A A +2 2 ############# 67%" in said
    assert "2 (no supplier named) B +1 3 #################### 100%" in said
    assert "Proven: nothing better is possible with fewer answers." in said


def test_shipments_and_a_limit_change_the_plan(given: list[object], tmp_path: Path) -> None:
    shipments = make_text(tmp_path, "part_number;shipments\nVALVE;1000\nPUMP;5\n", "shipments.csv")
    said = " ".join(run(*given, "--plan", "--weights", shipments, "--limit", 1).stdout.split())
    assert "Ask for 1 answer: 1 of 3 open finished goods settled, 1,000 of 1,005 shipments." in said
    assert "1 open good without shipments in the table count as nothing" in said
    document = json.loads(run(*given, "--plan", "--weights", shipments, "--limit", 1, "--json").stdout)
    assert [answer["parts"] for answer in document["plan"]["answers"]] == [["B"]]
    assert document["plan"]["bound"] == 1000.0


def test_only_suppliers_are_called_suppliers(given: list[object]) -> None:
    said = " ".join(run(*given, "--plan", "--limit", 1).stdout.split())
    assert "Ask 1 supplier: 2 of 3 open finished goods settled." in said
    assert "Proven: nothing better is possible with 1 answers or fewer." in said


def test_the_list_stands_alone_without_the_plan(given: list[object]) -> None:
    assert "settled" not in run(*given).stdout
    assert "plan" not in json.loads(run(*given, "--json").stdout)


def test_goods_out_of_reach_are_named(given: list[object], tmp_path: Path) -> None:
    row = "A,terbium_metal,0.1,2,value_per_piece,USD,China"
    header = "part_number,material,low,high,basis,currency,material_origin"
    declared = make_text(tmp_path, f"{header}\n{row}\n", "spread.csv")
    said = " ".join(run(given[0], "--declarations", declared, "--plan").stdout.split())
    assert "No answer settles any of the 2 open finished goods." in said
    assert "Out of reach of any answer: 2 goods (PUMP, FAN): what is declared" in said


def test_nothing_open_is_said(given: list[object]) -> None:
    assert "No verdict is open: nobody has to be asked." in run(given[0], "--plan").stdout


def test_the_document_is_strict_json_and_says_what_it_is(given: list[object], tmp_path: Path) -> None:
    huge = make_text(tmp_path, LIST.replace("PUMP,A,1", "PUMP,A,1e308"), "huge.csv")

    def refuse(word: str) -> None:
        raise ValueError(word)

    document = json.loads(run(huge, *given[1:], "--plan", "--json").stdout, parse_constant=refuse)
    assert document["schema"] == "deminimis/questions/1"


def test_of_a_bill_without_goods_nobody_is_told_that_all_is_well(tmp_path: Path) -> None:
    parts = make_text(tmp_path, "part_number,unit_value,currency,finished_good\nA,1,USD,no\n", "parts.csv")
    for more in ([], ["--plan"], ["--json"]):
        result = run(parts, *more)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "no finished good was found: mark one with finished_good = yes" in result.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--limit", 3], "add --plan"),
        (["--plan", "--limit", 0], "range"),
        (["--plan", "--weights", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_a_bad_question_is_told(given: list[object], more: list[object], words: str) -> None:
    result = run(*given, *more)
    assert result.exit_code == 2
    assert words in result.stderr
