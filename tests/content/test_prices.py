"""Prices and rates: which row counts on a day, in which form, in which money."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from deminimis.content import read_prices, read_rates
from tests.builders import make_bom

ON = date(2026, 11, 22)
USD = {"currency": "USD", "per_base": 1.0}


def per_kg(material: str, prices: list[dict[str, Any]], basis: str = "any", **tables: Any) -> tuple[Any, set[str]]:
    """Low, typical and high per kilogram in the base currency, and the codes of what was said."""
    bom = make_bom(prices=prices, rates=tables.get("rates", [USD]))
    money, _ = read_rates(bom, ON)
    price, findings = read_prices(bom, money, ON, basis).price(material)
    ends = None if price is None else tuple(float(x * 1000) for x in (price.low, price.typical, price.high))
    return ends, {f.code for f in findings}


def row(material: str, typical: float, **more: Any) -> dict[str, Any]:
    return {"material": material, "typical": typical, "currency": "USD", "unit": "kg", **more}


def test_the_newest_price_not_after_the_day_counts() -> None:
    rows = [
        row("terbium_metal", 1000.0, date="2025-01-01"),
        row("terbium_metal", 1200.0, date="2026-11-22"),
        row("terbium_metal", 5000.0, date="2026-11-23"),
    ]
    assert per_kg("terbium_metal", rows) == ((1200, 1200, 1200), set())


def test_a_price_only_after_the_day_is_used_and_told() -> None:
    ends, said = per_kg("terbium_metal", [row("terbium_metal", 1300.0, date="2026-12-01")])
    assert ends == (1300, 1300, 1300)
    assert said == {"PRICE_AFTER_DAY"}


def test_several_bases_span_the_interval_and_the_newest_is_typical() -> None:
    rows = [
        row("terbium_metal", 1200.0, date="2026-02-01", basis="fob_china"),
        row("terbium_metal", 1000.0, date="2026-01-01", basis="china_domestic_vat", low=990.0),
        row("terbium_metal", 3500.0, date="2025-05-01", basis="ex_china", high=4000.0),
    ]
    assert per_kg("terbium_metal", rows)[0] == (990, 1200, 4000)
    assert per_kg("terbium_metal", rows, basis="ex_china")[0] == (3500, 3500, 4000)


def test_another_form_is_converted_by_the_element_it_contains() -> None:
    ends, said = per_kg("dysprosium_metal", [row("dysprosium_iron_alloy", 219.2)])
    assert ends == pytest.approx((274, 274, 274))
    assert said == {"PRICE_OTHER_FORM"}
    ends, _ = per_kg("dysprosium_oxide", [row("dysprosium_metal", 350.0)])
    assert ends == pytest.approx((350 * 0.87132,) * 3)


def test_an_own_price_counts_before_another_form() -> None:
    rows = [row("dysprosium_oxide", 200.0), row("dysprosium_metal", 300.0)]
    assert per_kg("dysprosium_oxide", rows)[0] == (200, 200, 200)


def test_an_alloy_of_two_elements_adds_up() -> None:
    rows = [row("terbium_metal", 1000.0), row("dysprosium_metal", 300.0)]
    ends, _ = per_kg("terbium_dysprosium_iron_alloy", rows)
    assert ends == pytest.approx((0.1775 * 1000 + 0.4234 * 300,) * 3, rel=1e-3)


def test_an_unsplit_pair_may_be_all_the_one_or_all_the_other() -> None:
    rows = [row("terbium_metal", 1200.0), row("dysprosium_metal", 300.0)]
    assert per_kg("dysprosium_or_terbium", rows)[0] == (300, 300, 1200)


def test_prices_come_home_through_unit_and_currency() -> None:
    rates = [USD, {"currency": "CNY", "per_base": 7.2}]
    rows = [{"material": "terbium_metal", "typical": 8.76, "currency": "CNY", "unit": "g"}]
    assert per_kg("terbium_metal", rows, rates=rates)[0] == pytest.approx((8760 / 7.2,) * 3)


def test_a_currency_without_rate_gives_no_price() -> None:
    ends, said = per_kg("terbium_metal", [row("terbium_metal", 8760.0, currency="CNY")])
    assert ends is None
    assert said == {"RATE_MISSING"}


def test_without_own_price_the_reference_is_named() -> None:
    ends, said = per_kg("terbium_metal", [])
    assert ends is not None
    assert ends[0] < ends[2]
    assert "REFERENCE_PRICE" in said


def test_a_material_nobody_prices_has_no_price() -> None:
    assert per_kg("lutetium_metal", []) == (None, {"PRICE_MISSING"})


def test_a_price_out_of_its_band_is_told() -> None:
    _, said = per_kg("dysprosium_oxide", [row("dysprosium_oxide", 0.3)])
    assert said == {"PRICE_OUT_OF_BAND"}


def test_rates_of_the_day() -> None:
    rates = [
        USD,
        {"currency": "EUR", "per_base": 0.9, "date": "2026-01-01"},
        {"currency": "EUR", "per_base": 0.8, "date": "2026-11-01"},
        {"currency": "JPY", "per_base": 150.0, "date": "2027-01-01"},
    ]
    money, findings = read_rates(make_bom(rates=rates), ON)
    assert money.base == "USD"
    assert money.rate("EUR") == Fraction(4, 5)
    assert money.rate(None) == 1
    assert money.rate("CHF") is None
    assert [f.code for f in findings] == ["RATE_AFTER_DAY"]


def test_no_rate_of_one_leaves_the_base_unclear() -> None:
    _, findings = read_rates(make_bom(rates=[{"currency": "EUR", "per_base": 0.9}]), ON)
    assert [f.code for f in findings] == ["BASE_CURRENCY_UNCLEAR"]


def test_without_rates_the_base_is_what_most_parts_are_priced_in() -> None:
    parts = [
        {"part_number": str(i), "unit_value": 1.0, "currency": c} for i, c in enumerate(["EUR", "EUR", "USD", None])
    ]
    assert read_rates(make_bom(parts=parts), ON)[0].base == "EUR"
