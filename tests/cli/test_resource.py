"""`deminimis resource`: a plan, no plan and why, and bad questions, as a person and a program see them."""

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
LIST = """Parent,Child,Qty,Description,Unit price [USD],Supplier,Mass [g]
,PUMP,,sample pump,900,,
PUMP,M-1,2,NdFeB magnet N42SH,40,Sample Magnets,30
PUMP,S-1,1,steel plate,3,,
,FAN,,sample fan,150,,
FAN,M-1,1,NdFeB magnet N42SH,40,Sample Magnets,30
FAN,S-1,2,steel plate,3,,
"""
OFFERS = """part_number,supplier,unit_value,currency,material,amount,basis,material_origin
M-1,Sample Clean,47.5,USD,none,,,
M-1,Sample Japan,44,USD,,,,Japan
X-9,Sample Odd,3,USD,none,,,
S-1,Sample Bad,dear,USD,none,,,
"""
WIDE = {"COLUMNS": "140"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["resource", *(str(a) for a in arguments), *ON], env=WIDE)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return make_text(tmp_path, LIST, "goods.csv"), make_text(tmp_path, OFFERS, "offers.csv")


def test_a_person_sees_what_to_buy_and_what_it_does(files: tuple[Path, Path]) -> None:
    result = run(files[0], "--alternatives", files[1])
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert "Buy 1 part elsewhere: 2 chosen goods below the line; it costs more by 12.00 USD for one piece" in said
    assert "Proven: no plan costs less." in said
    assert "M-1 Sample Magnets Sample Japan 40.00 44.00 as today, from Japan 3 12.00" in said
    assert "FAN 0 … 2.525 % ◐ undetermined 0 % ○ below 0.1 % +4.00" in said
    assert "X-9 is in no finished good" in said
    assert "offers.csv, row 5, column unit_value): unit_value is not a number: dear" in said
    assert "Below the line is no clearance" in said


def test_a_program_reads_one_document(files: tuple[Path, Path], tmp_path: Path) -> None:
    demand = make_text(tmp_path, "part_number,demand\nPUMP,100\nFAN,10\n", "demand.csv")
    result = run(files[0], "--alternatives", files[1], "--demand", demand, "--good", "FAN", "--json")
    document = json.loads(result.stdout)
    assert (document["feasible"], document["extra_cost"], document["gap"]) == (True, 840.0, 0.0)
    assert [(good["part_number"], good["chosen"]) for good in document["goods"]] == [("PUMP", False), ("FAN", True)]
    assert document["changes"][0]["pieces"] == 210.0


def test_no_plan_says_which_part_breaks_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    row = "M-1,Sample Weak,41,dysprosium_metal,0.3,g_per_piece,China"
    header = "part_number,supplier,price,material,amount,basis,origin"
    offers = make_text(tmp_path, f"{header}\n{row}\n", "weak.csv")
    result = run(files[0], "--alternatives", offers)
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "FAN cannot be below: with every part at its best, M-1 alone brings" in said
    assert "ask for them alone: --good PUMP" in said
    document = json.loads(run(files[0], "--alternatives", offers, "--json").stdout)
    assert [one["kind"] for one in document["obstacles"]] == ["part alone"]


def test_goods_that_stay_as_they_are_are_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    valve = ",VALVE,,sample valve,150,,\nVALVE,M-2,1,NdFeB magnet N42SH,40,Sample Magnets,30\n"
    goods = make_text(tmp_path, LIST + valve, "more.csv")
    said = " ".join(run(goods, "--alternatives", files[1]).stdout.split())
    assert "Not below either, and without a part that has an alternative: 1 more finished good (VALVE)." in said


def test_nothing_to_change_is_said(files: tuple[Path, Path], tmp_path: Path) -> None:
    none = make_text(tmp_path, "part_number,material,evidence\nM-1,none,signed\n", "none.csv")
    result = run(files[0], "--alternatives", files[1], "--declarations", none, "--good", "PUMP")
    assert result.exit_code == 0
    assert "Nothing has to change: 1 chosen good below the line already." in result.stdout


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--good", "PUMPE"], "did you mean PUMP"),
        (["--demand", "{demand}"], "the demand for FAN"),
        (["--reading", "level=every_node"], "level=every_node"),
    ],
)
def test_a_bad_question_is_one_sentence(files: tuple[Path, Path], tmp_path: Path, more: list[str], words: str) -> None:
    demand = make_text(tmp_path, "part_number,demand\nPUMP,100\n", "demand.csv")
    result = run(files[0], "--alternatives", files[1], *(word.format(demand=demand) for word in more))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr


def test_the_installed_command_answers_with_its_status(files: tuple[Path, Path]) -> None:
    command = [
        sys.executable,
        "-m",
        "deminimis",
        "resource",
        str(files[0]),
        "--alternatives",
        str(files[1]),
        *ON,
        "--json",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["feasible"]


def test_help_has_an_example_and_every_column() -> None:
    said = " ".join(CliRunner().invoke(main, ["resource", "-h"]).stdout.split())
    assert "deminimis resource pump.xlsx --alternatives offers.csv" in said
    for column in ("part_number", "unit_value", "material_origin", "capacity", "basis", "evidence"):
        assert column in said
