"""A price that is shown as 3.50 € is one in euros, whatever its cell holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from deminimis.model import Bom
from deminimis.readers import read_bom

HEADS = ["Parent", "Component", "Qty", "Unit Price", "Weight"]


def read_shown(folder: Path, role: str, code: str, heads: list[str] = HEADS, last: Any = None) -> Bom:
    book = xlsxwriter.Workbook(str(folder / "bom.xlsx"))
    sheet, shown = book.add_worksheet("BOM"), book.add_format({"num_format": code})
    sheet.write_row(0, 0, heads)
    sheet.write_row(1, 0, ["A", "B", 2, 3.5, 7])
    at = heads.index(role)
    sheet.write_number(1, at, 2 if role == "Qty" else 3.5, shown)
    if last is not None:
        sheet.write(1, len(heads) - 1, last)
    book.close()
    return read_bom(folder / "bom.xlsx")


def record(bom: Bom) -> dict[str, Any]:
    return next(row for row in bom.parts.to_pylist() if row["part_number"] == "B")


@pytest.mark.parametrize(
    ("code", "currency"),
    [
        ("#,##0.00 [$€-407]", "EUR"),
        ('#,##0.00\\ "€"', "EUR"),
        ("[$¥-804]#,##0.00", "CNY"),
        ("[$¥-411]#,##0", "JPY"),
        ("_-[$£-809]* #,##0.00", "GBP"),
        ("[$CNY] #,##0.00", "CNY"),
        ("#,##0.00", None),
        ('0.00" net"', None),
    ],
)
def test_the_currency_of_a_format(tmp_path: Path, code: str, currency: str | None) -> None:
    found = record(read_shown(tmp_path, "Unit Price", code))
    assert (found["unit_value"], found["currency"]) == (3.5, currency)


def test_a_sign_of_several_countries(tmp_path: Path) -> None:
    assert "CURRENCY_SIGN_UNCLEAR" in [f.code for f in read_shown(tmp_path, "Unit Price", '"¥"0.00').findings]
    told = read_shown(tmp_path, "Unit Price", '"$"0.00')
    assert record(told)["currency"] == "USD"
    assert "CURRENCY_SIGN_ASSUMED" in [f.code for f in told.findings]


def test_a_format_and_a_column_of_currencies_that_disagree(tmp_path: Path) -> None:
    bom = read_shown(tmp_path, "Unit Price", "0.00 [$€-407]", [*HEADS[:4], "Currency"], "USD")
    assert "CURRENCY_DISAGREES" in [f.code for f in bom.findings]
    bom = read_shown(tmp_path, "Unit Price", "0.00 [$€-407]", [*HEADS[:4], "Currency"], "EUR")
    assert "CURRENCY_DISAGREES" not in [f.code for f in bom.findings]


@pytest.mark.parametrize(("code", "unit"), [('0.000" kg"', "kg"), ("0.0\\ \\m\\g", "mg"), ("0.0", None)])
def test_the_unit_of_a_mass(tmp_path: Path, code: str, unit: str | None) -> None:
    assert record(read_shown(tmp_path, "Weight", code))["mass_unit"] == unit


def test_the_unit_of_a_quantity(tmp_path: Path) -> None:
    assert read_shown(tmp_path, "Qty", '0.0" m"').lines["unit"].to_pylist() == ["m"]
