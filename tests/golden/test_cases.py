"""Cases a lawyer can read: one TOML each under cases/, with the arithmetic in words, all run by one test.

A share is written in per cent as [low, typical, high]; it must agree to half of its last written digit, so "33.86"
means 33.855 to 33.865. "open" says that nothing limits this end. `findings` names every warning and error of the case,
no more and no fewer; `notes` names remarks that must be among the rest.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import deminimis as dm

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
NEEDED = {"title", "clause", "question", "arithmetic", "on", "findings", "tables", "good"}
OPTIONAL = {"reading", "notes"}


def load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def columns(table: str) -> dict[str, list[str | None]]:
    """Read a table drawn with bars; the first line names the columns, a blank cell is a blank cell."""
    header, *rows = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    assert all(len(row) == len(header) for row in rows), table
    return {name: [row[i] or None for row in rows] for i, name in enumerate(header)}


def assess_case(case: dict[str, Any]) -> dm.Assessment:
    bom = dm.bom_from_tables(**{name: columns(text) for name, text in case["tables"].items()})
    return dm.assess(bom, case["on"], dm.Reading(**case.get("reading", {})))


def agrees(found: float | None, written: str) -> bool:
    if written == "open" or found is None:
        return (written == "open") == (found is None)
    number = Decimal(written)
    last_digit = Decimal(1).scaleb(int(number.as_tuple().exponent))
    return abs(Decimal(found) - number) <= last_digit / 2


def percent(interval: dm.Interval) -> list[float | None]:
    return [None if end is None else 100 * end for end in (interval.low, interval.typical, interval.high)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    case = load(path)
    result = assess_case(case)
    assert [good.part_number for good in result.goods] == [good["part_number"] for good in case["good"]]
    for good, expected in zip(result.goods, case["good"], strict=True):
        shares, break_even = percent(good.share), expected.get("break_even")
        if "share_percent" in expected:
            assert all(map(agrees, shares, expected["share_percent"])), (shares, expected["share_percent"])
        if break_even:
            assert agrees(good.break_even_value.typical, break_even), good.break_even_value
        assert good.verdict == expected["verdict"], (good.verdict, good.reasons)
        assert expected.get("routes", {}).items() <= good.routes.items(), good.routes
    said = {f.code for f in result.findings if f.severity != "info"}
    assert said == set(case["findings"])
    assert set(case.get("notes", [])) <= {f.code for f in result.findings}


def test_every_case_says_what_it_asks_and_how_it_is_calculated():
    for path in CASES:
        case = load(path)
        assert set(case) >= NEEDED, path.name
        assert not set(case) - NEEDED - OPTIONAL, path.name
        assert case["question"].endswith("?"), path.name
        assert len(case["arithmetic"].split()) >= 10, path.name


def test_the_cases_reach_every_verdict():
    verdicts = {good["verdict"] for path in CASES for good in load(path)["good"]}
    assert len(CASES) >= 25
    assert verdicts == {"at_or_above", "below", "undetermined"}


@pytest.mark.parametrize(
    ("found", "written", "expected"),
    [(33.8545, "33.86", False), (0.1, "0.10", True), (None, "0", False), (1.0, "open", False)],
)
def test_a_share_must_agree_to_half_of_its_last_digit(found, written, expected):
    assert agrees(found, written) is expected
