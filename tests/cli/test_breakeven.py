"""`breakeven` on the command line: the list, one part, the document, and what is wrong in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deminimis.cli import main
from tests.readers.sample_books import make_text

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
SERVO = SAMPLES / "servo_actuator.xlsx"
ON = ["--on", "2026-11-22"]


def run(*arguments: object, columns: int = 120) -> Result:
    return CliRunner().invoke(main, ["breakeven", *(str(a) for a in arguments), *ON], env={"COLUMNS": str(columns)})


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_goods_are_listed_nearest_to_the_line_first() -> None:
    printed = run(SERVO).stdout
    assert "4 finished goods, nearest to the 0.1 % line first" in printed
    places = [printed.index(good) for good in ("SA-1000 ", "SA-1000-F", "MAG-KG-D", "MAG-KG-C")]
    assert places == sorted(places)
    assert "5.303 % above (low end)" in printed
    assert "1,957.26 USD" in printed


@pytest.mark.parametrize("columns", [80, 120])
def test_one_part_is_told_in_full(columns: int) -> None:
    printed = squeezed(run(SERVO, "--part", "SA-1000", columns=columns).stdout)
    assert "nearest to" not in printed
    assert "no longer at or above for certain once all its controlled materials cost 5.036 % less" in printed
    assert "below from 1,957.26 USD on (the line itself, 1,957.25 USD, counts as crossed)" in printed
    assert "what else is in it is at or above the line by itself" in printed
    assert "Below the line is no clearance" in printed


def test_a_good_on_the_line_crosses_it_with_any_change(tmp_path: Path) -> None:
    parts = make_text(tmp_path, "part_number,unit_value,currency\nG,300,USD\nM,1,USD\n", "parts.csv")
    lines = make_text(tmp_path, "parent,child,quantity\nG,M,3\n", "lines.csv")
    row = "M,terbium_metal,0.1,value_per_piece,USD,China"
    header = "part_number,material,amount,basis,currency,material_origin"
    declared = make_text(tmp_path, f"{header}\n{row}\n", "declarations.csv")
    printed = squeezed(run(parts, lines, declared).stdout)
    assert "no longer at or above for certain once all its controlled materials cost any less" in printed
    assert "G ● AT OR ABOVE ≥ 0.1 %" in printed


def test_without_a_currency_the_unit_of_a_price_is_money(tmp_path: Path) -> None:
    parts = make_text(tmp_path, "part_number,unit_value\nG,300\nM,1\n", "parts.csv")
    lines = make_text(tmp_path, "parent,child,quantity\nG,M,3\n", "lines.csv")
    header = "part_number,material,amount,basis,material_origin"
    declared = make_text(tmp_path, f"{header}\nM,terbium_metal,0.1,value_per_piece,China\n", "declarations.csv")
    assert run(parts, lines, declared).stdout.count("[money/kg]") == 3


def test_top_shortens_the_list_and_says_so() -> None:
    printed = run(SERVO, "--top", "1").stdout
    assert "MAG-KG-C" not in printed
    assert "and 3 more finished goods farther from it" in printed


def test_the_document_holds_every_good_unless_told_otherwise() -> None:
    document = json.loads(run(SERVO, "--json").stdout)
    assert (document["schema"], document["count"], len(document["goods"])) == ("deminimis/breakeven/1", 4, 4)
    assert len(json.loads(run(SERVO, "--json", "--top", "2").stdout)["goods"]) == 2
    [dysprosium, *_] = document["goods"][0]["materials"]
    assert dysprosium["material"] == "dysprosium_metal"
    assert dysprosium["low"]["value_fixed"]["price_per_kg"] == pytest.approx(260.48, abs=0.005)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--part", "SA-1001"], "SA-1001 is no part of this bill of materials: did you mean SA-1000"),
        (["--top", "0"], "top must be one or more"),
    ],
)
def test_a_bad_question_is_one_sentence(arguments: list[str], sentence: str) -> None:
    result = run(SERVO, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_price_of_zero_is_told(tmp_path: Path) -> None:
    prices = make_text(tmp_path, "material,typical,currency,unit\ndysprosium_metal,0,USD,kg\n", "prices.csv")
    printed = squeezed(run(SERVO, "--prices", prices).stdout)
    assert "typical must be above 0: 0" in printed
    assert "an error in the data feeds it" in printed


def test_a_bill_without_rare_earths_is_an_answer(tmp_path: Path) -> None:
    path = make_text(
        tmp_path, "Parent,Child,Qty,Description,Unit price [USD]\n,G,,box,10\nG,S,1,steel plate,3\n", "box.csv"
    )
    result = run(path)
    assert result.exit_code == 0
    assert "no price makes it cross" in squeezed(result.stdout)


def test_the_program_itself_prints_the_document_and_nothing_else() -> None:
    program = [sys.executable, "-m", "deminimis", "breakeven", str(SERVO), "--part", "SA-1000", "--json", *ON]
    ran = subprocess.run(program, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["goods"][0]["part_number"] == "SA-1000"
    assert ran.stderr == ""
