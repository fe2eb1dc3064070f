"""`explain` from the command line: words for people, one JSON document, one sentence for a wrong question."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    return make_text(tmp_path, LIST)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["explain", *(str(a) for a in arguments)], env={"COLUMNS": "100"})


def test_the_only_good_is_explained_in_words(bill: Path) -> None:
    ran = run(bill, *ON)
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith("G  pump  ◐ undetermined")
    assert "content not declared" in ran.output
    assert "G → M-1" in ran.output


def test_any_part_may_be_named_and_json_is_one_document(bill: Path) -> None:
    ran = run(bill, *ON, "--part", "M-1", "--top", 1, "--json")
    assert ran.exit_code == 0, ran.output
    document = json.loads(ran.stdout)
    assert (document["part_number"], document["schema"]) == ("M-1", "deminimis/explanation/1")
    assert document["inputs"][0]["sha256"]
    assert document["sentence"].startswith("Part M-1 is ")


def test_options_of_the_reading_count(bill: Path) -> None:
    ran = run(bill, *ON, "--reading", "unknown_origin=excluded", "--json")
    assert json.loads(ran.stdout)["verdict"] == "below"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--part", "M-2"], "M-2 is no part of this bill of materials: did you mean"),
        (["--top", "0"], "0 paths cannot be shown: ask for one at least."),
    ],
)
def test_a_wrong_question_is_one_sentence_and_exit_2(bill: Path, arguments: list[str], sentence: str) -> None:
    ran = run(bill, *ON, *arguments)
    assert ran.exit_code == 2
    assert ran.stderr.startswith(f"deminimis: {sentence}")
    assert len(ran.stderr.splitlines()) == 1


def test_as_many_paths_as_anybody_likes(bill: Path) -> None:
    assert run(bill, *ON, "--top", "9" * 30).exit_code == 0


def test_a_part_number_like_markup_is_no_markup(tmp_path: Path) -> None:
    marked = make_text(tmp_path, LIST.replace(",G,", ",[/]G,").replace("\nG,", "\n[/]G,").replace("M-1", "[b]M[/b]"))
    for arguments in (["explain"], ["explain", "--part", "[b]M[/b]"], ["check", "--readings", "all"]):
        ran = CliRunner().invoke(main, [arguments[0], str(marked), *arguments[1:], *ON])
        assert "internal fault" not in ran.stderr
        assert "[b]M[/b]" in ran.stdout


def test_of_several_goods_one_is_to_be_named(tmp_path: Path) -> None:
    several = make_text(tmp_path, LIST + ",H,,fan,10\nH,M-1,1,,\n")
    ran = run(several, *ON)
    assert ran.exit_code == 2
    assert "2 finished goods, the worst first H, G: name one of them (--part)." in ran.stderr
    assert run(several, *ON, "--part", "H").exit_code == 0


def test_from_a_process_of_its_own(bill: Path) -> None:
    command = [sys.executable, "-m", "deminimis", "explain", str(bill), *ON, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["part_number"] == "G"
    assert ran.stderr == ""
