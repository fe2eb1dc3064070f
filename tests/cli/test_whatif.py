"""`deminimis whatif`: the options say what is different; saved changes are made again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deminimis.cli import main
from deminimis.scenarios import read_scenario

ON = ("--on", "2026-11-22")
PARTS = """part_number,description,unit_value,currency,unit,finished_good
PUMP,sample pump,950,USD,pcs,
MOTOR,sample motor,,,pcs,
MAG,sample part,40,USD,pcs,
A/B,odd number,10,USD,pcs,no
A,odder number,10,USD,pcs,no
A=B@C,oddest number,10,USD,pcs,no
"""
LINES = "parent,child,quantity,position\nPUMP,MOTOR,1,10\nMOTOR,MAG,3,10\nMOTOR,MAG,1,20\nMOTOR,A/B,1,30\n"
DECLARED = (
    "part_number,material,amount,basis,material_origin,evidence\nMAG,terbium_metal,0.25,value_per_piece,China,signed\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("parts", PARTS), ("lines", LINES), ("declarations", DECLARED)):
        (tmp_path / f"{name}.csv").write_text(text)
    return [str(tmp_path / name) for name in ("parts.csv", "lines.csv", "declarations.csv")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["whatif", *arguments, *ON], env={"COLUMNS": "120"})


def document(*arguments: str) -> dict[str, Any]:
    ran = run(*arguments, "--json")
    assert ran.exit_code == 0, ran.output
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def test_a_person_sees_what_flips(files: list[str]) -> None:
    ran = run(*files, "--origin", "MAG=Japan", "--value", "MAG=44")
    assert ran.exit_code == 0
    assert "1 of 1 finished good flips." in ran.stdout
    assert "value of one MAG: 44 USD  (as it is: 40 USD)" in ran.stdout


def test_the_document_is_alone_on_stdout(files: list[str]) -> None:
    command = [sys.executable, "-m", "deminimis", "whatif", *files, "--origin", "MAG=Japan", *ON, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(ran.stdout)
    assert (answer["schema"], answer["flipped"]) == ("deminimis/comparison/1", ["PUMP"])


@pytest.mark.parametrize(
    ("option", "text", "change"),
    [
        ("--origin", "MAG=Japan", {"change": "origin", "part_number": "MAG", "origin": "JP"}),
        ("--supplier", "MAG=Sample = Co", {"change": "supplier", "part_number": "MAG", "supplier": "Sample = Co"}),
        ("--grade", "MAG=N42SH", {"change": "grade", "part_number": "MAG", "grade": "N42SH"}),
        ("--value", "MAG=12.5", {"change": "value", "part_number": "MAG", "value": 12.5}),
        ("--value", "A=B@C=12.5 USD", {"change": "value", "part_number": "A=B@C", "value": 12.5, "currency": "USD"}),
        (
            "--price",
            "Tb=2 USD/g",
            {"change": "price", "material": "terbium", "price": 2, "currency": "USD", "unit": "g"},
        ),
        ("--quantity", "MOTOR/A/B=3", {"change": "quantity", "parent": "MOTOR", "child": "A/B", "quantity": 3}),
        (
            "--quantity",
            "MOTOR/MAG:20=2",
            {"change": "quantity", "parent": "MOTOR", "child": "MAG", "quantity": 2, "position": "20"},
        ),
        ("--swap", "MAG=A/B", {"change": "swap", "old": "MAG", "new": "A/B"}),
        ("--swap", "MAG=A/B@MOTOR", {"change": "swap", "old": "MAG", "new": "A/B", "parent": "MOTOR"}),
        ("--swap", "MAG=A=B@C", {"change": "swap", "old": "MAG", "new": "A=B@C"}),
        ("--drop-declarations", "MAG", {"change": "drop", "part_number": "MAG"}),
        ("--declare", "MAG=none", {"change": "declare", "part_number": "MAG", "material": "none"}),
        (
            "--declare",
            "MAG=Dy 0.1 g_per_piece South Korea, lab whole",
            {"change": "declare", "part_number": "MAG", "material": "dysprosium", "amount": 0.1, "basis": "g_per_piece"}
            | {"material_origin": "KR", "evidence": "lab", "scope": "whole"},
        ),
    ],
)
def test_every_kind_of_change_has_an_option(files: list[str], option: str, text: str, change: dict[str, Any]) -> None:
    said = document(*files, option, text)["scenario"]["changes"]
    assert len(said) == 1
    assert said[0] | change == said[0]


def test_changes_are_saved_named_and_made_again(files: list[str], tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.json")
    ran = run(*files, "--origin", "MAG=Japan", "--name", "Japanese magnets", "--save", plan)
    assert f"Changes saved in {plan}" in ran.stdout
    assert read_scenario(plan).name == "Japanese magnets"
    again = document(*files, "--changes", plan)
    assert (again["scenario"]["name"], again["flipped"]) == ("Japanese magnets", ["PUMP"])
    more = document(*files, "--changes", plan, "--value", "MAG=44")
    assert len(more["scenario"]["changes"]) == 2
    refused = run(*files, "--origin", "MAG=Japan", "--save", plan)
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    assert run(*files, "--origin", "MAG=unknown", "--save", plan, "--force").exit_code == 0
    assert "contradict" in run(*files, "--changes", plan, "--origin", "MAG=China").stderr


def test_one_good(files: list[str]) -> None:
    assert [good["part_number"] for good in document(*files, "--origin", "MAG=Japan", "--good", "PUMP")["goods"]] == [
        "PUMP"
    ]
    refused = run(*files, "--origin", "MAG=Japan", "--good", "MAG")
    assert (refused.exit_code, "MAG is no finished good" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "no change is given"),
        (("--origin", "MAG"), "write PART=COUNTRY"),
        (("--origin", "=Japan"), "write PART=COUNTRY"),
        (("--origin", "MAG=Atlantis"), "Atlantis is no country"),
        (("--origin", "MAGG=Japan"), "did you mean MAG?"),
        (("--value", "MAG=2,000"), "2,000 is no number; write digits, with a decimal point"),
        (("--value", "MAG=0"), "must be a number above zero"),
        (("--price", "terbium_metal=-1"), "must be a number above zero"),
        (("--quantity", "MOTOR=3"), "write PARENT/CHILD=N"),
        (("--quantity", "MOTOR/MAG=3"), "name one position"),
        (("--swap", "MAG=PUMP"), "PUMP > MOTOR > PUMP"),
        (("--swap", "MAG=X@Y"), "X is no part"),
        (("--declare", "MAG=Tb much"), "much is no number"),
        (("--declare", "MAG= "), "write PART=DECLARATION"),
        (("--origin", "MAG\udcff=Japan"), "'MAG\\udcff' holds bytes that are no text"),
        (("--changes", "nowhere.json"), "cannot be read"),
    ],
)
def test_a_bad_question_is_one_sentence(files: list[str], arguments: tuple[str, ...], sentence: str) -> None:
    ran = run(*files, *arguments)
    assert ran.exit_code == 2
    assert sentence in ran.stderr.replace("MOTOR > PUMP > MOTOR", "PUMP > MOTOR > PUMP")
    assert "Traceback" not in ran.stderr


def test_a_text_that_can_be_read_in_two_ways_is_not_guessed(files: list[str]) -> None:
    ran = run(*files, "--supplier", "A=B@C=Sample")
    assert (ran.exit_code, "this can be read in 2 ways" in ran.stderr) == (2, True)


def test_help_has_examples() -> None:
    assert "deminimis whatif pump.xlsx --origin MAG-1=Japan" in run("--help").stdout
