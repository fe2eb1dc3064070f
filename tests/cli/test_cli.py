"""The command line as a person runs it: exit status, one JSON document, one sentence for a fault."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deminimis.cli import main

ON = ["--on", "2026-11-22"]
CONTRACT = {
    "part_number", "currency", "article_value", "controlled_value", "share", "verdict", "routes", "tested_items",
    "contributions", "margin", "valid_until",
}  # fmt: skip
FINDING = {"code", "severity", "file", "sheet", "row", "column", "value", "message", "remedy"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def write(path: Path, *rows: list[object]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.fixture
def motor(tmp_path: Path) -> Any:
    """Writes a motor of a given value with controlled material worth a given amount in it."""

    def make(value: object, controlled: object, origin: str = "CN") -> list[object]:
        parts = write(
            tmp_path / "parts.csv",
            ["part_number", "unit_value", "currency", "finished_good"],
            ["motor", value, "USD", "yes"],
        )
        declared = write(
            tmp_path / "declared.csv",
            ["part_number", "material", "amount", "basis", "currency", "material_origin"],
            ["motor", "dysprosium_metal", controlled, "value_per_piece", "USD", origin],
        )
        return ["check", parts, "--declarations", declared, *ON]

    return make


def document(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout)


def test_exactly_a_thousandth_is_at_or_above(motor: Any) -> None:
    result = run(*motor("800", "0.8"), "--json")
    assert result.exit_code == 1
    assert document(result)["goods"][0]["verdict"] == "at_or_above"


def test_a_cent_more_of_article_value_is_below(motor: Any) -> None:
    result = run(*motor("800.01", "0.8"), "--json")
    assert result.exit_code == 0
    assert document(result)["goods"][0]["verdict"] == "below"


def test_one_ulp_less_of_the_controlled_value_is_below(motor: Any) -> None:
    assert run(*motor("1000", "0.9999999999999999"), "--json").exit_code == 0
    assert run(*motor("1000", "1"), "--json").exit_code == 1
    # More digits than a float holds: the decimals the user wrote decide.
    assert run(*motor("1000", "0.99999999999999999999"), "--json").exit_code == 0
    assert run(*motor("1000.0000000000000000001", "1"), "--json").exit_code == 0


def test_the_document_has_the_keys_of_the_contract(motor: Any) -> None:
    found = document(run(*motor("800", "2", ""), "--json"))
    assert found["schema"] == "deminimis/assessment/1"
    assert {"id", "status", "scenario", "threshold", "inclusive", "source"} <= set(found["rule"])
    assert found["rule"]["threshold"] == "0.001"
    assert [set(i) for i in found["inputs"]] == [{"name", "sha256"}] * 2
    good = found["goods"][0]
    assert set(good) >= CONTRACT
    assert good["verdict"] == "undetermined"
    assert good["share"] == {"low": 0.0, "typical": 0.0025, "high": 0.0025}
    assert all(set(f) >= FINDING for f in found["findings"])


def test_people_read_the_verdict_and_the_rule(motor: Any) -> None:
    result = run(*motor("800", "2"))
    assert "AT OR ABOVE" in result.stdout
    assert "unconfirmed" in result.stdout
    assert "not legal advice" in result.stdout


@pytest.mark.parametrize(
    ("day", "scenario", "status"),
    [
        ("2025-10-08", "letter", "not_yet_effective"),
        ("2025-11-20", "letter", "suspended"),
        ("2026-11-10", "letter", "suspended"),
        ("2026-11-11", "letter", "in_force"),
        ("2026-11-22", "extended", "suspended"),
        ("2027-01-10", "extended", "suspended"),
        ("2027-01-11", "extended", "in_force"),
        ("2025-11-20", "assume_in_force", "in_force"),
    ],
)
def test_rules_on_a_day(day: str, scenario: str, status: str) -> None:
    result = run("rules", "--on", day, "--scenario", scenario, "--json")
    by_id = {rule["id"]: rule for rule in json.loads(result.stdout)}
    rule = by_id["cn-mofcom-61-2025:1(1)"]
    assert rule["status"] == status
    assert {"effective_from", "suspended_from", "suspended_until", "source", "note"} <= set(rule)


def test_rules_for_people() -> None:
    result = run("rules", "--on", "2026-11-22")
    assert result.exit_code == 0
    assert "mofcom.gov.cn" in result.stdout


def test_template_is_read_back_and_judged(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    assert run("template", path).exit_code == 0
    again = run("template", path)
    assert again.exit_code == 2
    assert "exists" in again.stderr
    assert run("template", path, "--force").exit_code == 0
    found = document(run("check", path, *ON, "--json"))
    assert found["goods"]
    assert not [f for f in found["findings"] if f["severity"] == "error"]


def test_inspect_accounts_for_every_row(tmp_path: Path) -> None:
    path = write(tmp_path / "bom.csv", ["parent", "child", "quantity"], ["A", "B", 1], [], ["A", "C", 2])
    table = json.loads(run("inspect", path, "--json").stdout)["tables"][0]
    assert table["rows"] == table["used"] + len(table["skipped"])
    assert "rows = " in run("inspect", path).stdout


@pytest.mark.parametrize("suffix", ["xlsx", "html", "json"])
def test_reports_are_written(motor: Any, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"report.{suffix}"
    assert run(*motor("800", "2"), "--report", path).exit_code == 1
    assert path.stat().st_size > 1000


def test_the_matrix_of_readings_says_whether_the_law_decides(motor: Any) -> None:
    found = document(run(*motor("800", "2", "Japan"), "--readings", "all", "--json"))
    assert found["readings"]["robust"] == {"motor": False}
    options = {(row["choice"], row["option"]): row["goods"][0]["verdict"] for row in found["readings"]["rows"]}
    assert options["", ""] == "below"
    assert options["numerator", "part1_any_origin"] == "at_or_above"
    assert "DEPENDS ON THE READING" in run(*motor("800", "2", "Japan"), "--readings", "all").stdout


def test_a_reading_that_does_not_exist_names_those_that_do(motor: Any) -> None:
    result = run(*motor("800", "2"), "--reading", "scrap=all")
    assert result.exit_code == 2
    assert "scrap=value_only|both|neither" in result.stderr


def test_strict_refuses_errors(motor: Any) -> None:
    arguments = motor("many", "2")
    assert run(*arguments).exit_code == 1
    strict = run(*arguments, "--strict")
    assert strict.exit_code == 2
    assert "error" in strict.stderr


@pytest.mark.parametrize(
    "content", [b"", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"PK\x03\x04broken", bytes(range(256)) * 40]
)
def test_a_file_that_is_no_table_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bom.xlsx"
    path.write_bytes(content)
    for command in (["check", path], ["inspect", path]):
        result = run(*command)
        assert result.exit_code == 2
        assert "bom.xlsx" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        assert not result.stdout


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere.xlsx")
    assert result.exit_code == 2
    assert "nowhere.xlsx" in result.stderr


@pytest.mark.parametrize("command", ["check", "inspect", "rules", "template"])
def test_every_help_has_an_example(command: str) -> None:
    assert f"deminimis {command}" in run(command, "--help").stdout


def test_help_imports_nothing_slow() -> None:
    script = (
        "import sys; sys.argv = ['deminimis', '--help']\n"
        "from deminimis.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "slow = {'numpy', 'pyarrow', 'scipy', 'networkx', 'pandas', 'rich', 'pint'} & set(sys.modules)\n"
        "sys.exit(', '.join(slow) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
