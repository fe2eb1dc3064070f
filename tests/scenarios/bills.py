"""A small bill for what-ifs: two pumps share a motor with four magnets; a spare motor waits on the shelf."""

from __future__ import annotations

from typing import Any

from deminimis.assessment import Calculation, calculate
from tests.builders import make_bom

ON = "2026-11-22"

PARTS = [
    {"part_number": "PUMP", "unit_value": 950, "currency": "USD", "description": "sample pump"},
    {"part_number": "FAN", "currency": "USD"},
    {"part_number": "MOTOR"},
    {"part_number": "MOTOR-2", "unit_value": 60, "currency": "USD", "finished_good": "no"},
    {"part_number": "MAG", "unit_value": 40, "currency": "USD", "item_class": "ndfeb_magnet", "mass": 50},
    {"part_number": "CASE", "unit_value": 200, "currency": "USD"},
]
LINES = [("PUMP", "MOTOR", 1), ("FAN", "MOTOR", 2), ("FAN", "CASE", 1), ("MOTOR", "MAG", 4), ("MOTOR-2", "CASE", 1)]
DECLARED = {"part_number": "MAG", "basis": "value_per_piece", "evidence": "signed", "currency": "USD"}
DECLARATIONS = [{**DECLARED, "material": "terbium_metal", "amount": 0.25, "material_origin": "China"}]
PRICES = [{"material": "terbium_metal", "typical": 1000, "currency": "USD", "unit": "kg", "date": "2026-10-01"}]


def bill(**tables: Any) -> Calculation:
    """The bill calculated, tables replaced as given."""
    given = {"parts": PARTS, "lines": LINES, "declarations": DECLARATIONS, "prices": PRICES, **tables}
    reading = given.pop("reading", None)
    return calculate(make_bom(**given), ON, reading)
