"""Reference prices of materials, the band in which a price is plausible, and a rate to read them with."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction
from functools import cache

import pyarrow as pa

from deminimis.model import arrow_schema
from deminimis.reference.tables import sourced_rows

NO_PLACE = -1


@cache
def reference_prices(text: str | None = None) -> pa.Table:
    """Return the quotations of the reference table in the columns of `prices`.

    Parameters
    ----------
    text : str, optional
        Another table of the same columns, in place of the one in the package.

    Returns
    -------
    pyarrow.Table
        Money per kg of the material as quoted (not of the contained element); `place` is -1, `row` is 0.

    Notes
    -----
    typical = (low + high) / 2 where both are known. A quotation dated by its month is dated on the last day of it, so
    that it is never used before it was known. Left out: asking prices known only as "more than" (dysprosium oxide above
    1,100 and yttrium oxide above 350 USD/kg, December 2025), list prices before 2024 (Eu, Yb, Lu), magnets, and a
    quotation whose source shifted its columns (dysprosium oxide at 6,245 CNY/kg is the price of terbium oxide).

    Source
    ------
    Per row; mostly SMM market reports, 2024-12-31 to 2026-02-26. Chinese domestic prices include 13 % VAT.
    """
    rows = sourced_rows(__package__, "prices.csv", text)
    schema = arrow_schema("prices")
    number = {name: [float(row[name]) if row[name] else None for row in rows] for name in ("low", "typical", "high")}
    words = {name: [row[name] for row in rows] for name in ("material", "currency", "unit", "basis", "source")}
    place = {"date": [last_day(row["date"]) for row in rows], "place": [NO_PLACE] * len(rows), "row": [0] * len(rows)}
    columns = {**number, **words, **place}
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def last_day(text: str) -> date:
    """Return an ISO day, or the last day of a year-month.

    Examples
    --------
    >>> last_day("2024-02"), last_day("2024-02-05")
    (datetime.date(2024, 2, 29), datetime.date(2024, 2, 5))
    """
    year, month, *day = (int(part) for part in text.split("-"))
    return date(year, month, day[0] if day else calendar.monthrange(year, month)[1])


def price_band(element: str, basis: str = "any") -> tuple[Fraction, Fraction] | None:
    """Return the plausible prices of an element, low and high [USD per kg contained], or None where none are known.

    Parameters
    ----------
    element : str
        Symbol, such as ``Dy``.
    basis : str
        A basis of prices narrows the band; ``any``, or a basis without quotations, gives the band over all.

    Notes
    -----
    low = half of the lowest, high = twice the highest quotation per kg of contained metal, rounded outwards to two
    digits. The Chinese band catches 6,245 CNY/kg for dysprosium oxide; the band over all bases is too wide for that.

    Examples
    --------
    >>> price_band("Dy")
    (Fraction(100, 1), Fraction(2300, 1))
    >>> price_band("La") is None
    True
    """
    return price_bands().get((element, basis)) or price_bands().get((element, "any"))


@cache
def price_bands() -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    """Return the plausible prices, low and high [USD per kg contained], by element and basis."""
    rows = sourced_rows(__package__, "price_bands.csv")
    return {(row["element"], row["basis"]): (Fraction(row["low"]), Fraction(row["high"])) for row in rows}


@cache
def reference_rates(text: str | None = None) -> pa.Table:
    """Return the rates of the reference table in the columns of `rates`; the base currency is USD.

    Notes
    -----
    7.2 CNY per USD is an assumption, not a quotation; it holds for no day, so its date is null.
    """
    rows = sourced_rows(__package__, "rates.csv", text)
    blank = [None] * len(rows)
    columns = {
        "currency": [row["currency"] for row in rows],
        "per_base": [float(row["per_base"]) for row in rows],
        "date": blank,
        "place": [NO_PLACE] * len(rows),
        "row": [0] * len(rows),
    }
    return pa.table(columns, schema=arrow_schema("rates"))
