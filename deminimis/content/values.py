"""Article values: what one piece of every part is stated to be worth, in the base currency."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.content.formulas import value_from_money
from deminimis.content.money import Money
from deminimis.model import Bom, Finding, Mask, Numbers, Structure, finding, schema
from deminimis.units import grams


@dataclass(frozen=True)
class StatedValues:
    """Stated values per piece, by part code.

    Parameters
    ----------
    value : ndarray (n,)
        [base currency per piece]; 0 where none is stated.
    stated : ndarray (n,) of bool
    unreadable : ndarray (n,) of bool
        A value is stated but its currency has no rate.
    findings : tuple of Finding
    """

    value: Numbers
    stated: Mask
    unreadable: Mask
    findings: tuple[Finding, ...] = ()


def read_values(bom: Bom, structure: Structure, money: Money, *, exact: bool = False) -> StatedValues:
    """Return the stated value of every part: its own, else the sourcing shares' mean of its suppliers' prices.

    Parameters
    ----------
    bom : Bom
    structure : Structure
    money : Money
    exact : bool
        Objects holding `Fraction` in place of float64.

    Returns
    -------
    StatedValues
    """
    n, zero = structure.part_count, Fraction(0) if exact else 0.0
    value = np.full(n, zero, dtype=object if exact else np.float64)
    stated, unreadable = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    codes = structure.codes(bom.parts["part_number"])
    rates, no_rate = money.rates_of(bom.parts["currency"], exact=exact)
    has = bom.known("parts", "unit_value") & (codes >= 0)
    rows = np.flatnonzero(has & ~no_rate)[::-1]
    value[codes[rows]] = value_from_money(bom.numbers("parts", "unit_value", exact=exact)[rows], rates[rows])
    stated[codes[rows]] = True
    without = np.flatnonzero(has & no_rate)
    unreadable[codes[without]] = True
    findings = _missing_rates(bom, "parts", without)
    _add_sourced_values(bom, structure, money, exact, value, stated, unreadable, findings)
    return StatedValues(value, stated, unreadable & ~stated, tuple(findings))


def _missing_rates(bom: Bom, table: str, rows: npt.NDArray[np.intp]) -> list[Finding]:
    """Return one RATE_MISSING per currency, at the first row it stands in."""
    first: dict[str, int] = {}
    for row in rows.tolist():
        first.setdefault(bom.table(table)["currency"][row].as_py(), row)
    return [
        finding(
            "RATE_MISSING",
            **bom.place(table, row),
            column="currency",
            value=currency,
            part_number=bom.table(table)["part_number"][row].as_py(),
        )
        for currency, row in first.items()
    ]


def _add_sourced_values(
    bom: Bom,
    structure: Structure,
    money: Money,
    exact: bool,
    value: Numbers,
    stated: Mask,
    unreadable: Mask,
    findings: list[Finding],
) -> None:
    """Fill parts without own value whose suppliers all give a price: sum of share x price."""
    if not len(bom.sourcing):
        return
    codes = structure.codes(bom.sourcing["part_number"])
    rates, no_rate = money.rates_of(bom.sourcing["currency"], exact=exact)
    given = bom.known("sourcing", "unit_value")
    missing = np.flatnonzero(given & no_rate & (codes >= 0))
    missing = missing[~stated[codes[missing]]]
    unreadable[codes[missing]] = True
    findings += _missing_rates(bom, "sourcing", missing)
    priced = given & ~no_rate
    price = value_from_money(bom.numbers("sourcing", "unit_value", exact=exact), rates)
    share = bom.numbers("sourcing", "share_percent", exact=exact) / 100
    complete = {int(c) for c in codes if c >= 0 and not stated[c]} - {int(c) for c in codes[~priced]}
    for row, code in enumerate(codes.tolist()):
        if code in complete:
            value[code] = value[code] + share[row] * price[row]
            stated[code] = True


def masses(bom: Bom, structure: Structure, *, exact: bool = False) -> tuple[Numbers, Mask]:
    """Return the mass of one piece of every part and where it is known.

    Parameters
    ----------
    bom : Bom
    structure : Structure
    exact : bool

    Returns
    -------
    ndarray (n,)
        [g]; 0 where unknown.
    ndarray (n,) of bool

    Notes
    -----
    A part counted in a unit of mass weighs one of that unit.
    """

    def per_unit(column: str) -> tuple[Numbers, Mask]:
        encoded = pc.dictionary_encode(bom.parts[column].combine_chunks())
        units = [*encoded.dictionary.to_pylist(), schema()["parts"][column].default]
        factors = [grams(unit) for unit in units]
        filled = np.array([f or Fraction(0) for f in factors], dtype=object)
        # a blank cell, -1, is the last unit
        index = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        numbers = filled if exact else filled.astype(np.float64)
        return numbers[index], np.array([f is not None for f in factors])[index]

    n = structure.part_count
    mass = np.full(n, Fraction(0) if exact else 0.0, dtype=object if exact else np.float64)
    known = np.zeros(n, dtype=bool)
    if _is_blank(bom.parts, "mass") and _is_blank(bom.parts, "unit"):
        return mass, known  # pieces without a mass
    codes = structure.codes(bom.parts["part_number"])
    by_mass_unit, readable = per_unit("mass_unit")
    by_unit, weighed = per_unit("unit")
    given = bom.known("parts", "mass") & readable
    row_mass = np.where(given, bom.numbers("parts", "mass", exact=exact) * by_mass_unit, by_unit)
    rows = np.flatnonzero((given | weighed) & (codes >= 0))[::-1]
    mass[codes[rows]] = row_mass[rows]
    known[codes[rows]] = True
    return mass, known


def _is_blank(table: pa.Table, column: str) -> bool:
    return bool(table[column].null_count == len(table))
