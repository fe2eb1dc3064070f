"""What the total of a row says of its unit price and its unit: quantity x price = value of the line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import CellFault
from deminimis.model.checks import RawTable
from deminimis.units import unit_name

Exact = Sequence[Fraction | None]
Named = Sequence[tuple[str, RawTable]]
CENTS = 2
"""Decimals that a price has at least, whether it prints them or not."""
LONGEST = 12
"""Decimals beyond which a number is a ratio and not rounded."""
NEAR = Fraction(1, 200)
NAMED = 5
"""Rows that a finding names."""
SCALES = frozenset(Fraction(10**power) for power in range(1, 7))


def rounding_of(number: Fraction) -> Fraction:
    """Return how far a printed number may be from what was rounded to it.

    Examples
    --------
    >>> rounding_of(Fraction("0.125")), rounding_of(Fraction(3))
    (Fraction(1, 2000), Fraction(1, 200))
    """
    decimals = next((d for d in range(CENTS, LONGEST) if (number * 10**d).denominator == 1), LONGEST)
    return Fraction(1, 2 * 10**decimals)


def is_total(price: Fraction, quantity: Fraction, total: Fraction) -> bool:
    """Return whether a total is that of a price and a quantity but for rounding.

    Examples
    --------
    >>> is_total(Fraction("0.33"), Fraction(1000), Fraction(333)), is_total(Fraction(33), Fraction(10), Fraction("3.3"))
    (True, False)
    """
    expected = price * quantity
    free = abs(quantity) * rounding_of(price) + rounding_of(total) + abs(expected) * NEAR
    return abs(total - expected) <= free


def total_faults(raw: RawTable, prices: Exact, quantities: Exact, totals: Exact) -> list[CellFault]:
    """Return what is told of rows whose total is not that of their unit price and quantity.

    Parameters
    ----------
    raw : RawTable
        Records of parts.
    prices, quantities, totals : sequence of Fraction or None (rows,)
        Of its rows.

    Returns
    -------
    list of CellFault
        PRICE_CONTRADICTS_TOTAL once, naming the first rows. PRICE_SCALE_UNCLEAR for each row where most rows are off by
        one and the same power of ten: a price for a hundred, read as for one, makes a good look dear.
    """
    said = {
        i: (price, quantity, total)
        for i, (price, quantity, total) in enumerate(zip(prices, quantities, totals, strict=True))
        if price is not None and quantity is not None and total is not None and price and quantity and total
    }
    off = [i for i, numbers in said.items() if not is_total(*numbers)]
    if not off:
        return []
    scale = _scale([said[i] for i in off])
    if scale and 2 * len(off) > len(said):
        return [CellFault(i, "unit_value", "PRICE_SCALE_UNCLEAR", _words(said[i][0]), {"scale": scale}) for i in off]
    rows = ", ".join(str(int(raw.rows[i])) for i in off[:NAMED]) + (" ..." if len(off) > NAMED else "")
    details = {"count": str(len(off)), "detail": rows}
    return [CellFault(off[0], "unit_value", "PRICE_CONTRADICTS_TOTAL", str(len(said)), details)]


def _scale(numbers: Sequence[tuple[Fraction, Fraction, Fraction]]) -> str:
    """Return the power of ten by which every price is too high for its total, "" where there is no such one."""
    for scale in sorted(SCALES):
        if all(is_total(price / scale, quantity, total) for price, quantity, total in numbers):
            return str(scale)
    return ""


def _words(number: Fraction) -> str:
    return f"{float(number):g}"


def with_units_of_totals(raw: RawTable, before: RawTable, prices: Exact, quantities: Exact, totals: Exact) -> RawTable:
    """Give a row the unit of its quantity where all that is said of the part is for one of that unit.

    Parameters
    ----------
    raw : RawTable
        Records of parts, completed.
    before : RawTable
        As they were before their totals were divided by quantities.
    prices, quantities, totals : sequence of Fraction or None (rows,)
        Unit prices, quantities and values of lines before.

    Returns
    -------
    RawTable

    Notes
    -----
    A total divided by 200 mm is for one millimetre. A price that stands beside it is so too if it makes that total.
    """
    if "line_unit" not in raw.columns:
        return raw
    words = [(word or "").strip() for word in raw.columns["line_unit"].to_pylist()]
    measured = {word: unit_name(word) not in (None, "pcs") for word in set(words)}
    if not any(measured.values()):
        return raw
    masses, priced = filled(before, "mass"), filled(before, "unit_value")
    done, weighed = filled(raw, "unit_value"), filled(raw, "mass")
    units: dict[int, str] = {}
    for i, word in enumerate(words):
        price, quantity, total = prices[i], quantities[i], totals[i]
        proven = price is not None and quantity is not None and total is not None and is_total(price, quantity, total)
        free = not masses[i] and (not priced[i] or (proven and quantity != 1))
        if measured[word] and free and (done[i] or weighed[i]):
            units[i] = word
    return _with_units(raw, units)


def filled(raw: RawTable, column: str) -> list[bool]:
    """Return which cells of a column say something, shape (rows,)."""
    if column not in raw.columns:
        return [False] * len(raw.rows)
    return [bool(word and word.strip()) for word in raw.columns[column].to_pylist()]


def _with_units(raw: RawTable, units: Mapping[int, str]) -> RawTable:
    if not units:
        return raw
    cells = pa.array([units.get(i) for i in range(len(raw.rows))], pa.string())
    headers = {**raw.headers, "unit": raw.headers.get("line_unit", "unit")}
    return replace(raw, columns={**raw.columns, "unit": cells}, headers=headers)


def parts_of_totals(before: Named, after: Named) -> frozenset[str]:
    """Return the parts whose records got a unit by `with_units_of_totals`.

    Parameters
    ----------
    before, after : sequence of (table name, RawTable)
        Tables of one sheet before and after they were completed.

    Returns
    -------
    frozenset of str
    """
    found: set[str] = set()
    for (name, old), (_, new) in zip(before, after, strict=True):
        if name == "parts" and "unit" in new.columns and "unit" not in old.columns:
            found |= set(new.columns["part_number"].filter(new.columns["unit"].is_valid()).to_pylist())
    return frozenset(found)


def without_parents(parts: pa.Table, lines: pa.Table, of_totals: Collection[str]) -> pa.Table:
    """Return the records without the units of totals of parts with something beneath them.

    Parameters
    ----------
    parts, lines : pyarrow.Table
        Of all files.
    of_totals : collection of str
        Parts whose unit is that of a total.

    Returns
    -------
    pyarrow.Table

    Notes
    -----
    What stands beneath is for one of the part, and nobody says whether that is a piece or a millimetre.
    """
    numbers = parts["part_number"]
    doubtful = pc.and_(
        pc.is_in(numbers, value_set=pa.array(sorted(of_totals), pa.string())),
        pc.is_in(numbers, value_set=lines["parent"].combine_chunks()),
    )
    if not pc.any(doubtful).as_py():
        return parts
    units = pc.if_else(doubtful, pa.scalar(None, pa.string()), parts["unit"])
    return parts.set_column(parts.schema.get_field_index("unit"), parts.schema.field("unit"), units)
