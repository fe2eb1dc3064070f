"""`uncertainty` on the command line: the table, one good, the document, and what is wrong in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deminimis import read_bom, simulate, tornado
from deminimis.cli import main
from tests.readers.sample_books import make_text

SERVO = Path(__file__).resolve().parents[2] / "data" / "samples" / "servo_actuator.xlsx"
DAY = "2026-11-22"
ON = ["--on", DAY]
WITHOUT_VALUE = "parent,child,quantity,description\nPUMP,MOT-1,1,Servo motor with magnets\n"


def run(*arguments: object, columns: int = 120) -> Result:
    return CliRunner().invoke(main, ["uncertainty", *map(str, arguments), *ON], env={"COLUMNS": str(columns)})


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("columns", [80, 120])
def test_open_goods_come_first_with_words_figures_and_a_bar(columns: int) -> None:
    printed = run(SERVO, columns=columns).stdout
    assert "Expected at or above 0.1 %: 2.9" in squeezed(printed)
    first, second, *proven = (printed.index(f"\n{good} ") for good in ("MAG-KG-D", "MAG-KG-C", "SA-1000", "SA-1000-F"))
    assert [max(first, second), *proven] == sorted([max(first, second), *proven])
    assert "very likely: 97." in printed
    assert "███████████████████·" in printed
    assert "yes: proven" in printed
    assert "no: proven" in printed
    assert "An unknown origin is China with odds of 97 %" in squeezed(printed)
    assert "no clearance" in printed


def test_one_good_is_told_with_what_each_input_does_to_it() -> None:
    printed = squeezed(run(SERVO, "--part", "MAG-KG-D", "--draws", "50").stdout)
    assert "SA-1000" not in printed
    assert "What each input alone does to the share of MAG-KG-D" in printed
    places = [
        printed.index(words) for words in ("price of dysprosium or terbium, 274.31", "origin of what", "amount of")
    ]
    assert places == sorted(places)
    assert "Which input explains" not in printed


def test_the_variance_is_explained_where_it_is_asked_for() -> None:
    printed = squeezed(run(SERVO, "--part", "MAG-KG-D", "--variance").stdout)
    assert "Which input explains the variance of the share of MAG-KG-D" in printed


def test_a_good_in_which_nothing_is_uncertain_says_so() -> None:
    printed = squeezed(run(SERVO, "--part", "SA-1000-F", "--variance").stdout)
    assert "Nothing in it is uncertain." in printed
    assert "Its share does not vary." in printed


def test_the_document_is_that_of_the_library() -> None:
    document = json.loads(run(SERVO, "--json", "--draws", "100", "--seed", "7", "--distribution", "pert").stdout)
    answer = simulate(read_bom(SERVO), on=DAY, draws=100, seed=7, distribution="pert")
    assert document == json.loads(json.dumps(answer.as_dict()))
    assert "tornado" not in document
    one = json.loads(run(SERVO, "--json", "--part", "MAG-KG-D", "--variance", "--china", "0.5").stdout)
    assert one["tornado"] == json.loads(json.dumps(tornado(read_bom(SERVO), "MAG-KG-D", on=DAY).as_dict()))
    assert one["variance"]["shares"][0]["total"] > 0.3
    assert 0.4 < one["goods"][0]["probability"] < 0.6


def test_top_shortens_the_table_and_says_so() -> None:
    printed = run(SERVO, "--top", "1").stdout
    assert "SA-1000" not in printed
    assert "and 3 more finished goods: --top shows them" in printed


def test_a_good_without_value_has_a_reason_and_no_probability(tmp_path: Path) -> None:
    file = make_text(tmp_path, WITHOUT_VALUE)
    ran = run(file, "--part", "PUMP")
    assert ran.exit_code == 0
    assert "no probability: something in it has no value" in squeezed(ran.stdout)
    assert "deminimis check says what to correct" in ran.stdout
    assert "What each input alone" not in ran.stdout
    assert json.loads(run(file, "--json").stdout)["goods"][0]["probability"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--draws", "0"], "deminimis: 0 draws say nothing: make one at least, a thousand for a first look."),
        (["--part", "MAG-KG-X"], "MAG-KG-X is no part of this bill of materials: did you mean"),
        (["--distribution", "normal"], "there is no distribution normal: choose triangular or pert."),
        (["--china", "97"], "97 are no odds that an unknown origin is China: give a number from 0 to 1."),
        (["--top", "0"], "0 goods cannot be shown: ask for one at least."),
        (["--variance"], "shares of variance are those of one good: name it with --part."),
        (["--reading", "aggregation=per_line"], "ask under aggregation=sum."),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence_and_exit_2(arguments: list[str], sentence: str) -> None:
    ran = run(SERVO, *arguments)
    assert ran.exit_code == 2
    assert sentence in squeezed(ran.stderr)
    assert not ran.stdout


def test_two_processes_print_the_same_bytes() -> None:
    command = [sys.executable, "-m", "deminimis", "uncertainty", str(SERVO), *ON, "--json"]
    first, again = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))
    assert first == again
    assert json.loads(first)["schema"] == "deminimis/uncertainty/1"


def test_help_has_an_example() -> None:
    ran = CliRunner().invoke(main, ["uncertainty", "--help"])
    assert "deminimis uncertainty pump.xlsx" in ran.stdout
