"""Currencies: every amount brought to one base currency with the rate of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model import Bom, Finding, Numbers, exact_number, finding
from deminimis.reference import reference_rates

MONEY_COLUMNS = (("parts", "unit_value"), ("declarations", "amount"), ("sourcing", "unit_value"), ("prices", "typical"))


@dataclass(frozen=True)
class Money:
    """The base currency and what one unit of each other currency is worth in it.

    Parameters
    ----------
    base : str
        ISO code of the base currency; empty when no currency is named anywhere.
    per_base : mapping of str to Fraction
        Units of a currency for one unit of the base currency.
    """

    base: str
    per_base: Mapping[str, Fraction]

    def rate(self, currency: str | None) -> Fraction | None:
        """Return the units of `currency` for one of the base; None without a rate; blank is the base itself."""
        return Fraction(1) if not currency or currency == self.base else self.per_base.get(currency)

    def rates_of(self, currencies: pa.ChunkedArray, *, exact: bool) -> tuple[Numbers, np.ndarray[Any, Any]]:
        """Return the rate of every row and which rows have none (their rate is given as 1)."""
        encoded = pc.dictionary_encode(currencies.combine_chunks().fill_null(""))
        rates = [self.rate(code) for code in encoded.dictionary.to_pylist()]
        values = np.array([r or Fraction(1) for r in rates] or [Fraction(1)], dtype=object)
        missing = np.array([r is None for r in rates] or [False], dtype=bool)
        index = encoded.indices.to_numpy(zero_copy_only=False)
        return (values if exact else values.astype(np.float64))[index], missing[index]


def read_rates(bom: Bom, on: date) -> tuple[Money, list[Finding]]:
    """Return the base currency and the rates that hold on a day.

    Parameters
    ----------
    bom : Bom
    on : date
        Of several rates of one currency the newest not after this day counts.

    Returns
    -------
    Money
    list of Finding
        BASE_CURRENCY_UNCLEAR, RATE_AFTER_DAY.

    Notes
    -----
    Without a `rates` table the base is the currency most parts are priced in.
    """
    findings: list[Finding] = []
    chosen: dict[str, tuple[date, int]] = {}
    rates = bom.rates
    known = bom.known("rates", "per_base")
    days = rates["date"].to_pylist()
    for row, code in enumerate(rates["currency"].to_pylist()):
        if code is None or not known[row]:
            continue
        day = days[row] or date.min
        best = chosen.get(code)
        if best is None or _preferred(day, best[0], on):
            chosen[code] = (day, row)
    for code, (day, row) in chosen.items():
        if day > on:
            findings.append(finding("RATE_AFTER_DAY", **bom.place("rates", row), column="date", value=code))
    exact = bom.numbers("rates", "per_base", exact=True)
    findings += _disagreements(bom, chosen, exact)
    per_base = {code: exact[row] for code, (_, row) in chosen.items()}
    if chosen and 1 not in per_base.values():
        place = bom.place("rates", next(iter(chosen.values()))[1])
        findings.append(finding("BASE_CURRENCY_UNCLEAR", **place, column="per_base"))
    ones = [code for code, rate in per_base.items() if rate == 1]
    return Money(_base(bom, ones), per_base), findings


def _disagreements(bom: Bom, chosen: Mapping[str, tuple[date, int]], exact: Numbers) -> list[Finding]:
    """Return RATES_DISAGREE where another rate of the same currency and day says something else."""
    found = []
    rows = bom.rates.select(["currency", "date"]).to_pylist()
    for row, record in enumerate(rows):
        code, day = record["currency"], record["date"] or date.min
        if code in chosen and bom.known("rates", "per_base")[row]:
            best_day, best = chosen[code]
            if day == best_day and exact[row] != exact[best]:
                about = {**bom.place("rates", row), "column": "per_base", "table": "rates"}
                found.append(finding("RATES_DISAGREE", **about, value=code))
    return found


def _preferred(day: date, best: date, on: date) -> bool:
    """Say whether a day beats the best so far: the newest not after `on`, else the earliest after it."""
    if day > on:
        return best > on and day < best
    return best > on or day > best


def _base(bom: Bom, ones: list[str]) -> str:
    if bom.base_currency and not ones:
        return bom.base_currency
    if len(ones) == 1:
        return ones[0]
    used: Counter[str] = Counter()
    for table, column in MONEY_COLUMNS:
        counts = pc.value_counts(bom.table(table)["currency"].filter(bom.table(table)[column].is_valid()))
        used.update({c["values"].as_py(): c["counts"].as_py() for c in counts if c["values"].as_py()})
        candidates = [code for code, _ in used.most_common() if not ones or code in ones]
        if candidates:
            return candidates[0]
    return ones[0] if ones else ""


def with_reference_rates(money: Money) -> Money:
    """Return the rates completed from the reference table, where the base is one of its currencies.

    Notes
    -----
    Used only to bring reference prices home; amounts of the user's need the user's own rate.
    An unnamed base currency is read as USD for this purpose, which the caller reports.
    """
    rows = reference_rates().select(["currency", "per_base"]).to_pylist()
    table = {row["currency"]: exact_number(row["per_base"]) for row in rows}
    base = money.base or "USD"
    if base not in table:
        return money
    completed = {code: rate / table[base] for code, rate in table.items()}
    return Money(money.base or "USD", {**completed, **money.per_base})
