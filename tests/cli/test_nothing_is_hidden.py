"""Faults that once let a good pass: each must be told, and must leave the good undetermined."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deminimis.cli import main

Table = list[list[str]]
PRICE_COLUMNS = ["material", "typical", "currency", "unit", "date", "basis", "low", "high"]
PRICE = ["dysprosium_metal", "300", "USD", "kg", "2026-10-01", "ex_china", "", ""]
DECLARATION_COLUMNS = ["part_number", "material", "amount", "basis", "material_origin"]
LINE_COLUMNS = ["parent", "child", "quantity", "valid_from", "valid_to"]
RATE_COLUMNS = ["currency", "per_base", "date"]
USD = ["USD", "1", ""]
BASE: dict[str, Table] = {
    "parts": [["part_number", "unit_value"], ["G", "3000"], ["M", "5"]],
    "lines": [LINE_COLUMNS, ["G", "M", "2", "", ""]],
    "declarations": [DECLARATION_COLUMNS, ["M", "dysprosium_metal", "1", "g_per_piece", "China"]],
    "prices": [PRICE_COLUMNS, PRICE],
    "rates": [RATE_COLUMNS, USD],
}


def price(**changed: str) -> list[str]:
    return list({**dict(zip(PRICE_COLUMNS, PRICE, strict=True)), **changed}.values())


def judged(folder: Path, **changed: Table) -> tuple[dict[str, Any], dict[str, Any]]:
    """The result for G, and the first finding of each code."""
    files = []
    for name, rows in {**BASE, **changed}.items():
        files.append(folder / f"{name}.csv")
        with files[-1].open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)
    run = CliRunner().invoke(main, ["check", *map(str, files), "--on", "2026-11-22", "--json"])
    found = json.loads(run.stdout)
    goods = {good["part_number"]: good for good in found["goods"]}
    assert run.exit_code == int(any(good["verdict"] != "below" for good in goods.values()))
    return goods["G"], {f["code"]: f for f in reversed(found["findings"])}


def test_without_a_fault_the_good_is_below(tmp_path: Path) -> None:
    good, found = judged(tmp_path)
    assert good["verdict"] == "below"
    assert good["controlled_value"]["typical"] == pytest.approx(0.6)
    assert not [f for f in found.values() if f["severity"] != "info"]


CASES: list[tuple[str, dict[str, Table], str, int]] = [
    (
        "newest price without a rate",
        {"prices": [PRICE_COLUMNS, PRICE, price(typical="9000", currency="EUR", date="2026-11-01")]},
        "RATE_MISSING",
        3,
    ),
    (
        "two rates for one day",
        {
            "prices": [PRICE_COLUMNS, price(typical="2100", currency="CNY")],
            "rates": [RATE_COLUMNS, USD, ["CNY", "14", ""], ["CNY", "7", ""]],
        },
        "RATES_DISAGREE",
        4,
    ),
    ("price range out of order", {"prices": [PRICE_COLUMNS, price(low="10", high="20")]}, "RANGE_OUT_OF_ORDER", 2),
    (
        "newest price with an unreadable date",
        {"prices": [PRICE_COLUMNS, PRICE, price(typical="9000", date="01/11/2026")]},
        "DATE_NOT_READ",
        3,
    ),
    (
        "newest price in an unknown unit",
        {"prices": [PRICE_COLUMNS, PRICE, price(typical="9000", unit="pood")]},
        "UNIT_NOT_KNOWN",
        3,
    ),
    (
        "newest price with a word in it",
        {"prices": [PRICE_COLUMNS, PRICE, price(typical="9000 gross", date="2026-11-01")]},
        "NUMBER_NOT_READ",
        3,
    ),
    ("rate of two numbers", {"rates": [RATE_COLUMNS, USD, ["CNY", "0.7-0.8", ""]]}, "NUMBER_NOT_READ", 3),
    (
        "price of a misspelt material",
        {"prices": [PRICE_COLUMNS, price(material="dysprosim_metal")]},
        "MATERIAL_NOT_KNOWN",
        2,
    ),
    (
        "declaration without its part",
        {"declarations": [DECLARATION_COLUMNS, ["", *BASE["declarations"][1][1:]]]},
        "ID_MISSING",
        2,
    ),
    (
        "line without its parent",
        {"lines": [LINE_COLUMNS, ["G", "screw", "1", "", ""], ["", "M", "2", "", ""]]},
        "ID_MISSING",
        3,
    ),
    ("all lines ended", {"lines": [LINE_COLUMNS, ["G", "M", "2", "", "2026-01-01"]]}, "NO_LINE_ON_DAY", 2),
    (
        "line that ends before it begins",
        {"lines": [LINE_COLUMNS, ["G", "M", "2", "2026-12-31", "2026-01-01"]]},
        "DATES_OUT_OF_ORDER",
        2,
    ),
    ("loop through the top", {"lines": [LINE_COLUMNS, ["G", "M", "2", "", ""], ["M", "G", "2", "", ""]]}, "CYCLE", 2),
    (
        "unit that is no unit",
        {"lines": [["parent", "child", "quantity", "unit"], ["G", "M", "2", "-"]]},
        "UNIT_NOT_KNOWN",
        2,
    ),
    (
        "unit of another kind",
        {"lines": [["parent", "child", "quantity", "unit"], ["G", "M", "2", "m^2"]]},
        "UNIT_MISMATCH",
        2,
    ),
]


@pytest.mark.parametrize(("changed", "code", "row"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_fault_is_told_and_leaves_the_good_undetermined(
    tmp_path: Path, changed: dict[str, Table], code: str, row: int
) -> None:
    good, found = judged(tmp_path, **changed)
    assert good["verdict"] == "undetermined"
    assert "clear" not in good["routes"].values()
    assert found[code]["severity"] == "error"
    assert found[code]["row"] == row
    assert found[code]["file"]


def test_a_magnet_with_japanese_dysprosium_leaves_the_technology_route_open(tmp_path: Path) -> None:
    declared = [DECLARATION_COLUMNS, ["M", "dysprosium_metal", "1", "g_per_piece", "Japan"]]
    good, _ = judged(tmp_path, declarations=declared)
    assert good["verdict"] == "below"
    assert good["routes"]["technology"] == "unknown"
    assert [item["part_number"] for item in good["tested_items"]] == ["M"]


def test_a_magnet_class_counts_even_where_its_lines_explain_nothing(tmp_path: Path) -> None:
    parts = [["part_number", "unit_value", "item_class"], ["G", "10", ""], ["M", "5", "ndfeb_magnet"], ["K", "1", ""]]
    lines = [LINE_COLUMNS, ["G", "M", "2", "", ""], ["M", "K", "1", "", ""]]
    good, found = judged(tmp_path, parts=parts, lines=lines, declarations=[DECLARATION_COLUMNS])
    assert good["verdict"] == "undetermined"
    assert "CARRIER_ESTIMATED" in found


def test_two_amounts_from_one_source_are_told(tmp_path: Path) -> None:
    row = BASE["declarations"][1]
    _, found = judged(tmp_path, declarations=[DECLARATION_COLUMNS, row, [*row[:2], "3", *row[3:]]])
    assert "2 amounts of dysprosium_metal" in found["DECLARATION_CONFLICT"]["message"]


def test_namibia_is_told(tmp_path: Path) -> None:
    row = BASE["declarations"][1]
    _, found = judged(tmp_path, declarations=[DECLARATION_COLUMNS, [*row[:4], "NA"]])
    assert found["COUNTRY_NAMIBIA"]["severity"] == "warning"
