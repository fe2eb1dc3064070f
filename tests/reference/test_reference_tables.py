"""Every row is sourced, dated and in order; a broken table is refused."""

import datetime as dt
from fractions import Fraction
from importlib.resources import files

import pytest

from deminimis.errors import ReferenceFault
from deminimis.model import arrow_schema, schema
from deminimis.reference import (
    carriers,
    china_share,
    item_class_carriers,
    materials,
    price_band,
    reference_prices,
    reference_rates,
    reference_version,
    sourced_rows,
)
from deminimis.reference.tables import table_text

PACKAGE = "deminimis.reference"
TABLES = sorted(entry.name for entry in files(PACKAGE).iterdir() if entry.name.endswith(".csv"))


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_and_a_date(table):
    rows = sourced_rows(PACKAGE, table)
    assert rows
    assert all(row["source"].strip() and row["date"] for row in rows)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("column", ["source", "date"])
def test_a_row_without_source_or_date_is_refused(table, column):
    header, first = table_text(PACKAGE, table).splitlines()[0], sourced_rows(PACKAGE, table)[0]
    broken = ",".join("" if name == column else f'"{first[name]}"' for name in header.split(","))
    with pytest.raises(ReferenceFault, match=column):
        sourced_rows(PACKAGE, table, f"{header}\n{broken}\n")


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("3,2,4,page,2026-11", "order"),
        ("1,5,4,page,2026-11", "order"),
        ("1,,0.9,page,2026-11", "order"),
        ("1e3,,2000,page,2026-11", "decimal"),
        ("1,2,3,page,2026", "ISO day"),
        ("1,2,3,page,2026-02-30", "ISO day"),
        ("1,2,3,page", "cells"),
        ("1,2,3,page,2026-11,more", "cells"),
    ],
)
def test_a_row_that_breaks_the_rules_is_refused(cells, fault):
    with pytest.raises(ReferenceFault, match=fault) as raised:
        sourced_rows(PACKAGE, "x.csv", f"low,typical,high,source,date\n{cells}\n")
    assert raised.value.row == 2


def test_the_loaders_refuse_a_broken_copy():
    broken = table_text(PACKAGE, "prices.csv").replace(",1570,1580,1590,", ",1590,1580,1570,")
    with pytest.raises(ReferenceFault, match=r"prices\.csv, line \d+: low, typical and high are not in order"):
        reference_prices(broken)
    with pytest.raises(ReferenceFault, match="no source"):
        carriers("carrier,what,material,low,typical,high,note,source,date\nx,x,none,0,0,0,, ,2026-11\n")


def test_numbers_stay_text_on_load():
    assert sourced_rows(PACKAGE, "grades.csv")[0]["high"] == "1.2"


def test_prices_stand_in_the_columns_of_the_model():
    prices = reference_prices()
    assert prices.schema.equals(arrow_schema("prices"))
    assert set(prices["material"].to_pylist()) <= set(materials())
    assert set(prices["basis"].to_pylist()) <= set(schema()["prices"]["basis"].choices)
    assert set(prices["place"].to_pylist()) == {-1}
    assert prices["typical"].null_count == prices["date"].null_count == 0


def price(material, day):
    rows = reference_prices().to_pylist()
    return next(row for row in rows if row["material"] == material and row["date"] == day)


def test_the_price_of_ferro_dysprosium_in_may_2025():
    row = price("dysprosium_iron_alloy", dt.date(2025, 5, 9))
    assert (row["low"], row["typical"], row["high"], row["currency"]) == (1570, 1580, 1590, "CNY")
    assert row["basis"] == "china_domestic_vat"
    # 1,580 / 0.80 / 7.2 = 274.31 USD per kg contained, the figure of the worked examples
    contained = Fraction(1580) / materials()["dysprosium_iron_alloy"].fractions["Dy"] / Fraction("7.2")
    assert round(float(contained), 2) == 274.31


def test_prices_known_to_be_wrong_or_one_sided_are_left_out():
    rows = [row for row in reference_prices().to_pylist() if row["material"] == "dysprosium_oxide"]
    assert not [row for row in rows if row["high"] in (6305.0, 1100.0)]
    assert min(row["date"] for row in reference_prices().to_pylist()) >= dt.date(2024, 1, 1)


def test_a_month_is_dated_on_its_last_day():
    assert price("samarium_metal", dt.date(2024, 10, 31))["typical"] == 12.63


def test_every_reference_price_lies_in_the_band_of_its_element_and_basis():
    rate = {"USD": Fraction(1), "CNY": Fraction("7.2")}
    for row in reference_prices().to_pylist():
        material = materials()[row["material"]]
        contained = Fraction(row["typical"]) / rate[row["currency"]] / sum(material.fractions.values())
        for element in material.elements:
            low, high = price_band(element, row["basis"])
            assert low <= contained <= high, row


def test_the_chinese_band_catches_the_shifted_column():
    # 6,245 CNY/kg printed as dysprosium oxide was the price of terbium oxide
    contained = Fraction(6245) / Fraction("7.2") / materials()["dysprosium_oxide"].fractions["Dy"]
    low, high = price_band("Dy", "china_domestic_vat")
    assert not low <= contained <= high
    assert price_band("Dy")[0] <= contained <= price_band("Dy")[1]


def test_a_band_of_an_unquoted_basis_is_the_band_over_all():
    assert price_band("Tb", "purchase") == price_band("Tb")
    assert price_band("Eu") is None


def test_the_rate_is_an_assumption_without_a_day():
    rates = reference_rates()
    assert rates.schema.equals(arrow_schema("rates"))
    assert dict(zip(rates["currency"].to_pylist(), rates["per_base"].to_pylist(), strict=True)) == {
        "USD": 1,
        "CNY": 7.2,
    }
    assert rates["date"].null_count == 2
    assert "ASSUMPTION" in table_text(PACKAGE, "rates.csv")


def test_every_carrier_names_a_material_and_says_how_it_was_got():
    for carrier in carriers().values():
        assert carrier.material in materials()
        assert carrier.note
        assert 0 <= carrier.low <= carrier.typical <= carrier.high <= 100
    assert carriers()["smco_magnet"].typical == 100
    assert carriers()["hard_disk"].typical == Fraction("0.048")


def test_the_bound_of_a_motor_is_thirty_per_cent_of_that_of_a_magnet():
    motor, magnet = carriers()["permanent_magnet_motor"], carriers()["magnet"]
    assert motor.high == Fraction(30, 100) * magnet.high
    assert abs(motor.typical - Fraction(25, 100) * magnet.typical) < Fraction("0.05")


def test_item_classes_of_the_schema_have_a_carrier():
    classes = set(schema()["parts"]["item_class"].choices) - {"other"}
    assert set(item_class_carriers()) == classes
    assert set(item_class_carriers().values()) <= set(carriers())


def test_shares_of_china_that_disagree_are_both_kept():
    assert len(china_share()) == 35
    samarium = [float(row.percent) for row in china_share() if row.element_or_product == "Sm"]
    assert samarium == [84.85, 97]


def test_the_version_names_the_day_and_the_content():
    day, digest = reference_version().split("+")
    assert (day, len(digest)) == ("2026-11-22", 12)
