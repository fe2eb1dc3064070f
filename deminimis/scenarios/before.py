"""What a change replaces, in words: whoever mistakes a currency or a unit shall see it."""

from __future__ import annotations

import pyarrow as pa

from deminimis.assessment import Calculation
from deminimis.content import read_prices
from deminimis.scenarios.changes import (
    Change,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    SupplierChange,
    ValueChange,
)
from deminimis.scenarios.declared import Declare
from deminimis.scenarios.edited import rows_where
from deminimis.units import grams

UNKNOWN = "not known"
SHOWN = 5


def before(change: Change, calculation: Calculation) -> str:
    """Return what stands in the bill where a change is made; blank where there is no such thing.

    Parameters
    ----------
    change : Change
    calculation : Calculation
        Of the bill as it is.

    Examples
    --------
    >>> from deminimis.assessment import calculate
    >>> from deminimis.readers import bom_from_tables
    >>> pump = bom_from_tables(parts={"part_number": ["pump"], "unit_value": [950.0], "currency": ["EUR"]})
    >>> before(ValueChange("pump", 20), calculate(pump))
    '950 EUR'
    """
    if isinstance(change, ValueChange):
        return _value(change.part_number, calculation)
    if isinstance(change, PriceChange):
        return _price(change, calculation)
    if isinstance(change, OriginChange):
        return _origin(change.part_number, calculation)
    if isinstance(change, QuantityChange):
        position = {"position": change.position} if change.position else {}
        return _cells(calculation, "lines", "quantity", parent=change.parent, child=change.child, **position)
    if isinstance(change, GradeChange):
        return _cells(calculation, "parts", "grade", part_number=change.part_number)
    if isinstance(change, SupplierChange):
        named = _cells(calculation, "sourcing", "supplier", part_number=change.part_number)
        return _cells(calculation, "parts", "supplier", part_number=change.part_number) if named == UNKNOWN else named
    if isinstance(change, Declare):
        return _cells(calculation, "declarations", "material", part_number=change.part_number)
    return ""


def _cells(calculation: Calculation, table: str, column: str, **where: str) -> str:
    rows = rows_where(calculation.bom, table, **where)[:SHOWN]
    found = calculation.bom.table(table)[column].take(rows).to_pylist() if len(rows) else []
    texts = [f"{cell:.15g}" if isinstance(cell, float) else str(cell) for cell in found if cell is not None]
    return ", ".join(dict.fromkeys(texts)) or UNKNOWN


def _value(part_number: str, calculation: Calculation) -> str:
    measures = calculation.measures
    code = int(measures.structure.codes(pa.array([part_number], pa.string()))[0])
    if code < 0 or measures.value_open[code]:
        return UNKNOWN
    how = "" if measures.stated[code] else ", summed up"
    return f"{measures.value[code]:.6g} {measures.money.base}".rstrip() + how


def _price(change: PriceChange, calculation: Calculation) -> str:
    measures, basis = calculation.measures, calculation.reading.price_basis
    price, _ = read_prices(calculation.bom, measures.money, calculation.on, basis).price(change.material)
    per_unit = grams(change.unit)
    if price is None or per_unit is None:
        return UNKNOWN
    ends = [f"{float(end * per_unit):.6g}" for end in (price.low, price.typical, price.high)]
    spread = "" if ends[0] == ends[2] else f" ({ends[0]} to {ends[2]})"
    return f"{ends[1]}{spread} {measures.money.base or 'USD'} per {change.unit}"


def _origin(part_number: str, calculation: Calculation) -> str:
    code = int(calculation.measures.structure.codes(pa.array([part_number], pa.string()))[0])
    contents = [c for c in calculation.measures.contents.contents if c.part == code]
    return ", ".join(dict.fromkeys(c.claim.origin or "unknown" for c in contents))
