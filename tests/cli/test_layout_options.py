"""The options that say how a file is read, as a person types them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deminimis.cli import main
from deminimis.readers.tables.layouts import BASES
from tests.readers.sample_books import make_book, make_text

OWN = "Teil X;Anz;Foo\nA;26;1\nB;13;2\n"
MAP = ["--map", "part_number=Teil X", "--map", "quantity=Anz"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def tables(*arguments: object) -> list[dict[str, Any]]:
    result = run("inspect", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["tables"]


def test_columns_by_name(tmp_path: Path) -> None:
    [table] = tables(make_text(tmp_path, OWN), *MAP)
    assert table["columns"] == {"part_number": "Teil X", "quantity": "Anz"}


@pytest.mark.parametrize("command", ["check", "ask"])
def test_other_commands_take_the_same_options(tmp_path: Path, command: str) -> None:
    result = run(command, make_text(tmp_path, OWN), *MAP, "--quantity-basis", "per_batch:13", "--json")
    assert result.exit_code in (0, 1)
    assert json.loads(result.stdout)


def test_sheet_and_header_row(tmp_path: Path) -> None:
    rows = [["PN", "Qty"], ["OLD", 9], ["PN", "Qty"], ["A", 1]]
    path = make_book(tmp_path, {"one": rows, "two": [["PN", "Qty"], ["B", 2]]})
    [table] = tables(path, "--sheet", "one", "--header-row", "3")
    assert (table["sheet"], table["header_row"], table["rows"]) == ("one", 3, 1)


def test_the_decimal_mark(tmp_path: Path) -> None:
    path = make_text(tmp_path, 'PN,Qty\nA,"1,000"\n')
    asked = json.loads(run("inspect", path, "--json").stdout)["findings"]
    assert "NUMBER_AMBIGUOUS" in {f["code"] for f in asked}
    said = json.loads(run("inspect", path, "--decimal", "comma", "--json").stdout)["findings"]
    assert "NUMBER_AMBIGUOUS" not in {f["code"] for f in said}


def test_a_layout_is_saved_and_found_again(tmp_path: Path) -> None:
    path, layouts = make_text(tmp_path, OWN), tmp_path / "deminimis-layouts.csv"
    assert "Layout saved in" in run("inspect", path, *MAP, "--save-layout", layouts).stdout
    [table] = tables(path)
    assert table["columns"] == {"part_number": "Teil X", "quantity": "Anz"}
    swapped = make_text(tmp_path, "Anz;Teil X;Foo\n26;A;1\n", "swapped.csv")
    assert run("check", swapped).exit_code == 2
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run("check", make_text(elsewhere, OWN)).exit_code == 2
    assert run("check", make_text(elsewhere, OWN), "--layouts", layouts).exit_code in (0, 1)


def test_a_layout_beside_the_file_is_named_among_the_inputs(tmp_path: Path) -> None:
    path, layouts = make_text(tmp_path, OWN), tmp_path / "deminimis-layouts.csv"
    run("inspect", path, *MAP, "--save-layout", layouts)
    document = json.loads(run("check", path, "--json").stdout)
    assert [given["name"] for given in document["inputs"]] == ["bom.csv", "deminimis-layouts.csv"]


BAD = [
    (["--map", "part_number=Teil Y"], "has the columns Teil Y"),
    (["--map", "nonsense=Teil X"], "there is no role 'nonsense'"),
    (["--map", "part_number"], "write ROLE=HEADER"),
    (["--map", "part_number="], "write ROLE=HEADER"),
    (["--map", "=Teil X"], "write ROLE=HEADER"),
    (["--map", "part_number=Teil X", "--map", "quantity=Teil X"], "one column cannot have two"),
    ([*MAP, "--header-row", "0"], "rows count from 1"),
    ([*MAP, "--header-row", "99"], "has no row 99"),
    ([*MAP, "--header-row", "2"], "row 2 has no column"),
    ([*MAP, "--header-row", "x"], "not a valid integer"),
    ([*MAP, "--quantity-basis", "per_batch"], "a batch needs its size"),
    ([*MAP, "--quantity-basis", "per_batch:0"], "a batch needs its size"),
    ([*MAP, "--quantity-basis", "dozen"], "the quantity basis 'dozen' does not exist"),
    ([*MAP, "--decimal", "semicolon"], "is not one of 'comma', 'point'"),
    ([*MAP, "--layouts", "none.csv"], "cannot be read as a file of layouts"),
]


@pytest.mark.parametrize("command", ["check", "inspect", "ask"])
@pytest.mark.parametrize(("options", "why"), BAD)
def test_a_bad_value_is_one_sentence_and_exit_2(tmp_path: Path, command: str, options: list[str], why: str) -> None:
    result = run(command, make_text(tmp_path, OWN), *options, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert "Traceback" not in result.stderr
    assert "internal fault" not in result.stderr


def test_a_sheet_or_variant_that_does_not_exist(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"one": [["PN", "Qty", "Variant"], ["A", 1, "red"]]})
    assert "has no sheet three: its sheets are one" in run("check", book, "--sheet", "three").stderr
    refused = run("check", book, "--variant", "green")
    assert (refused.exit_code, "has no variant green: choose from red" in refused.stderr) == (2, True)
    assert run("check", book, "--variant", "red").exit_code in (0, 1)


def test_a_variant_of_a_file_without_variants_is_told(tmp_path: Path) -> None:
    result = run("check", make_text(tmp_path, "PN,Qty\nA,1\n"), "--variant", "green")
    assert (result.exit_code, "variant" in result.stderr) == (2, True)


def test_a_role_named_twice_is_refused(tmp_path: Path) -> None:
    result = run("check", make_text(tmp_path, OWN), *MAP, "--map", "quantity=Foo")
    assert (result.exit_code, "quantity" in result.stderr) == (2, True)


def test_the_help_names_every_basis_that_is_offered() -> None:
    said = " ".join(run("check", "--help").stdout.split())
    assert [basis for basis in BASES if f"{basis}," not in said and f"{basis}:N" not in said] == ["instances"]
    assert "instances. [default" in said


def test_the_options_hold_for_the_file_that_has_what_they_name(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"one": [["Teil X", "Anz"], ["A", 26]], "two": [["Teil X", "Anz"], ["B", 2]]})
    rates = make_text(tmp_path, "currency,per_base\nUSD,1\n", "rates.csv")
    result = run("check", book, rates, *MAP, "--sheet", "one", "--decimal", "comma", "--json")
    assert result.exit_code in (0, 1), result.stderr
    assert "two" not in result.stdout


EXAMPLES = {
    "pump.xlsx": [["Level", "Part number", "Qty", "Unit price [USD]"], [0, "G", 1, 90], [1, "M", 2, 4]],
    "catalogue.xlsx": [["Level", "Part number", "Qty", "Unit price [USD]"], [0, "G", 1, 90], [1, "M", 2, 4]],
    "bom.xlsx": [["Teil", "Menge"], ["A", 1]],
    "bom.csv": "part_number,quantity,unit_value,currency\nA,1,5,USD\n",
    "export.csv": "Teil,Menge\nA,1\n",
    "suppliers.csv": "part_number,material,evidence\nA,none,signed\n",
    "prices.csv": "material,typical,currency,unit\nterbium_metal,900,USD,kg\n",
    "shipments.csv": "part_number,shipments\nG,3\n",
}


@pytest.mark.parametrize("command", ["ask", "check", "inspect"])
def test_every_example_of_the_help_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in EXAMPLES.items():
        if isinstance(content, str):
            make_text(tmp_path, content, name)
        else:
            make_book(tmp_path, {"list": content}, name)
    lines = [line.strip() for line in str(main.commands[command].help).splitlines()]
    examples = [shlex.split(line)[1:] for line in lines if line.startswith("deminimis ")]
    assert len(examples) > 1
    for example in examples:
        if "request-filled.xlsx" in example and not Path("request-filled.xlsx").exists():
            Path("request.xlsx").rename("request-filled.xlsx")
        result = run(*example)
        assert result.exit_code in (0, 1), (example, result.stderr)
