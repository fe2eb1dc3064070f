"""Content whose value is beyond float64: an error that names the part, and no fault."""

from __future__ import annotations

import pytest

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import bom_from_tables

PARTS = {"part_number": ["G", "A"], "unit_value": [100.0, 1.0], "mass": [None, 1e300], "mass_unit": [None, "kg"]}
LINES = {"parent": ["G"], "child": ["A"], "quantity": [1.0]}
PRICES = {"material": ["dysprosium_metal"], "typical": [1e12], "unit": ["kg"]}


def declared(basis: str, amount: float) -> Bom:
    said = {"part_number": ["A"], "material": ["dysprosium_metal"], "amount": [amount], "basis": [basis]}
    return bom_from_tables(parts=PARTS, lines=LINES, prices=PRICES, declarations=said)


@pytest.mark.parametrize(("basis", "amount"), [("g_per_piece", 1e300), ("wt_percent", 50.0)])
def test_a_declared_amount_worth_more_than_float64_holds_is_an_error_of_its_part(basis: str, amount: float) -> None:
    found = assess(declared(basis, amount), "2026-11-22")
    assert [f.part_number for f in found.findings if f.code == "NUMBER_TOO_LARGE"] == ["A"]
    assert [good.verdict for good in found.goods] == ["undetermined"]


def test_an_estimate_beyond_float64_limits_nothing() -> None:
    prices = {"material": ["dysprosium_metal"], "typical": [1e30], "unit": ["g"]}
    parts = {**PARTS, "grade": [None, "42SH"]}
    found = assess(bom_from_tables(parts=parts, lines=LINES, prices=prices), "2026-11-22")
    assert [good.verdict for good in found.goods] == ["undetermined"]
    assert found.goods[0].controlled_value.high is None
