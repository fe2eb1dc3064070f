"""Small bills whose answer is known in a formula; every name in them is a sample."""

from __future__ import annotations

from datetime import date
from typing import Any

from deminimis import Calculation, Reading, calculate
from tests.builders import make_bom

ON = date(2026, 11, 22)


def motor(value: float = 1000.0, *, reading: Reading | None = None, **declared: Any) -> Calculation:
    """Return a motor with one declaration in grams of terbium at 0.5, 1 or 2 USD a gram."""
    row = {
        "part_number": "motor",
        "material": "terbium_metal",
        "amount": 1.0,
        "basis": "g_per_piece",
        "material_origin": "China",
        **declared,
    }
    return calculate(
        make_bom(
            parts=[{"part_number": "motor", "unit_value": value, "finished_good": "yes", "currency": "USD"}],
            declarations=[row],
            prices=[price()],
        ),
        ON,
        reading,
    )


def price(low: float = 500.0, typical: float = 1000.0, high: float = 2000.0, **others: Any) -> dict[str, Any]:
    return {"material": "terbium_metal", "low": low, "typical": typical, "high": high, "currency": "USD"} | others


def pumps(*quantities: float, value: float = 1000.0, **declared: Any) -> Calculation:
    """Return finished goods, pump-0, pump-1 ..., that hold so many of one and the same magnet."""
    goods = [f"pump-{i}" for i in range(len(quantities))]
    row = {"part_number": "magnet", "material": "terbium_metal", "amount": 1.0, "basis": "g_per_piece", **declared}
    return calculate(
        make_bom(
            parts=[
                {"part_number": "magnet", "unit_value": 5.0, "currency": "USD"},
                *({"part_number": good, "unit_value": value, "finished_good": "yes"} for good in goods),
            ],
            lines=[(good, "magnet", quantity) for good, quantity in zip(goods, quantities, strict=True)],
            declarations=[row],
            prices=[price()],
        ),
        ON,
    )
