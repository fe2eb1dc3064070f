"""What the documents say is what the package does: figures, commands, columns, codes, pictures."""

from __future__ import annotations

import doctest
import re
import runpy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import deminimis as dm
from deminimis.assessment import VERDICTS
from deminimis.cli import main
from deminimis.model import finding_codes, reading_choices, schema
from deminimis.readers.tables.layouts import layouts
from deminimis.reference import sourced_rows

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/reference.md", "docs/check.svg")
SAMPLE = ["check", "data/samples/ev.xlsx", "--on", "2026-11-22"]
RUN = {"COLUMNS": "200"}


def script(name: str) -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / name), run_name=name)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def section(title: str) -> str:
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##+ |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no section {title}"
    return found[1]


@cache
def printed() -> str:
    """What the commands print that the README names for its figures, and the page it names for the tables."""
    folder = Path.cwd()
    commands = (SAMPLE, [*SAMPLE, "--readings", "all"], ["rules", "--on", "2026-11-22"])
    assert folder == ROOT
    outputs = [CliRunner().invoke(main, command, env=RUN).output for command in commands]
    return squeezed("\n".join([*outputs, REFERENCE]))


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


# ---- pages that are made, not written ----


def test_the_reference_page_is_what_the_script_makes() -> None:
    assert script("docs")["reference"]().rstrip("\n") + "\n" == REFERENCE, "run .venv/bin/python scripts/docs"


def words_of(svg: str) -> list[str]:
    # The words and not the bytes: another release of rich may place or name them differently.
    return [squeezed(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", svg.replace("&#160;", " "), re.DOTALL)]


def test_the_picture_is_what_the_script_makes() -> None:
    make = script("picture")["picture"]
    first = make()
    assert first == make()
    committed = (ROOT / "docs" / "check.svg").read_text(encoding="utf-8")
    assert words_of(first) == words_of(committed), "run .venv/bin/python scripts/picture"
    assert "EM-100" in " ".join(words_of(committed))


def test_the_picture_asks_no_server_for_anything() -> None:
    svg = (ROOT / "docs" / "check.svg").read_text(encoding="utf-8")
    assert not re.search(r"url\(['\"]?https?:|href|@font-face|@import", svg)


# ---- figures ----


@pytest.mark.usefixtures("at_root")
def test_the_python_of_the_readme_runs() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried > 5
    assert failed == 0


def console_blocks() -> list[list[str]]:
    return [block.splitlines() for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)]


@pytest.mark.parametrize("block", console_blocks(), ids=lambda block: block[0])
def test_the_console_of_the_readme_prints_what_is_shown(
    block: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    output, status = "", 0
    for line in block:
        if line == "$ echo $?":
            output = str(status)
        elif line.startswith("$ deminimis "):
            # As wide as the picture and the README.
            ran = CliRunner().invoke(main, line.split()[2:], env={"COLUMNS": "100"})
            output, status = ran.output, ran.exit_code
        else:
            assert squeezed(line) in map(squeezed, output.splitlines())


FIGURE = re.compile(r"(?:\d[\d.,]* … )?\d[\d.,]* %|\b20\d\d-\d\d-\d\d\b")


def figures() -> list[str]:
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    return sorted(set(FIGURE.findall(prose)))


def test_the_readme_has_figures_to_check() -> None:
    assert {"0.1 %", "0.09444 %", "0.11 … 0.1254 %", "2026-11-10", "2026-02-26"} <= set(figures())


# The first day after a suspension is printed by the status of the rule on it, not as a date.
@pytest.mark.usefixtures("at_root")
@pytest.mark.parametrize("figure", [f for f in figures() if f != "2026-11-11"])
def test_every_figure_is_printed_by_a_command(figure: str) -> None:
    assert figure in printed()


def test_the_letter_ends_and_the_extension_goes_on() -> None:
    days = ("2026-11-10", "2026-11-11", "2027-01-10", "2027-01-11")
    status = {
        day: [dm.ruling(on=date.fromisoformat(day), scenario=s).status for s in ("letter", "extended")] for day in days
    }
    assert status == {
        "2026-11-10": ["suspended", "suspended"],
        "2026-11-11": ["in_force", "suspended"],
        "2027-01-10": ["in_force", "suspended"],
        "2027-01-11": ["in_force", "in_force"],
    }


@pytest.mark.usefixtures("at_root")
@pytest.mark.parametrize(
    ("choice", "share", "verdict"),
    [
        ({}, (0.0009444, 0.0009444), "below"),
        ({"level": "tested_item"}, (0.0009444, 0.0009444), "at_or_above"),
        ({"price_basis": "fob_china"}, (0.0011, 0.001254), "at_or_above"),
    ],
)
def test_the_sample_shows_why_the_reading_matters(
    choice: dict[str, Any], share: tuple[float, float], verdict: str
) -> None:
    car = dm.assess(dm.read_bom("data/samples/ev.xlsx"), "2026-11-22", dm.Reading(**choice)).good("EV-1")
    assert (car.share.low, car.share.high) == pytest.approx(share, rel=5e-4)
    assert car.verdict == verdict


def test_the_newest_reference_price_is_the_one_named() -> None:
    newest = max(row["date"] for row in sourced_rows("deminimis.reference", "prices.csv"))
    assert f"newest reference price is of {newest}" in squeezed(README)


# ---- completeness ----


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"deminimis {name}" in README
    for parameter in main.commands[name].params:
        assert parameter.opts[0].lstrip("-").lower() in REFERENCE.lower()


def test_no_command_is_called_unbuilt_that_is_there() -> None:
    unbuilt = re.search(r"Not built yet: (.*?)\.", README)
    assert unbuilt
    assert not set(re.findall(r"`(\w+)`", unbuilt[1])) & set(main.commands)


@pytest.mark.parametrize("code", sorted(finding_codes()))
def test_every_finding_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in REFERENCE


@pytest.mark.parametrize("table", sorted(schema()))
def test_every_column_is_documented(table: str) -> None:
    page = REFERENCE.split(f"### `{table}`:")[1].split("\n#")[0]
    assert re.findall(r"^\| `(\w+)`", page, re.MULTILINE) == list(schema()[table])


def test_the_readme_names_every_table_and_what_it_must_have() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", section("Input"), re.MULTILINE)
    required = {t: [c.name for c in columns.values() if c.required] for t, columns in schema().items()}
    assert {table: re.findall(r"`(\w+)`", cells) for table, cells in rows} == required


def test_the_readme_names_every_choice_of_a_reading_default_first() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", section("What a reading chooses"), re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", cells)) for name, cells in rows} == reading_choices()
    assert dm.Reading().as_dict() == {name: options[0] for name, options in reading_choices().items()}


def test_the_readme_names_the_verdicts_and_exit_statuses() -> None:
    page = section("Verdicts and exit status")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)[:3] == [VERDICTS[0], VERDICTS[1], VERDICTS[2]]
    assert re.findall(r"^\| (\d) \|", page, re.MULTILINE) == ["0", "1", "2"]


@pytest.mark.parametrize("layout", [layout.name for layout in layouts()])
def test_every_layout_is_documented(layout: str) -> None:
    assert f"| `{layout}` |" in REFERENCE


# ---- the papers themselves ----


def test_the_changelog_begins_with_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    top = re.search(r"^## (\S+) \(\d{4}-\d\d-\d\d\)$", changelog, re.MULTILINE)
    assert top
    assert top[1] == dm.__version__


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_holds_a_path_of_some_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.:/])/(?:home|work|root|Users|tmp|mnt|opt|usr)/", text)


@pytest.mark.parametrize("name", [n for n in DOCUMENTS if n.endswith(".md")])
def test_every_link_leads_to_a_file(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_script_and_folder_the_papers_name_exists() -> None:
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"\b(?:scripts|deminimis|tests|data|docs)/[\w/.]*\w", text)):
        assert (ROOT / name).exists(), name


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200
