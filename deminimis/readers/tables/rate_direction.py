"""Which way a table of exchange rates is written where its header does not say it: 7 CNY a dollar, or 0.14 dollars."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from deminimis.model.cells import read_currency, read_decimal
from deminimis.model.findings import Finding, finding
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import read_header

TIMES = 2
"""How many units of a currency of low worth a unit of one of high worth buys at least."""


@cache
def _worths() -> Mapping[str, str]:
    with files(__package__).joinpath("currency_worth.csv").open(encoding="utf-8") as stream:
        return {row["currency"]: row["worth"] for row in csv.DictReader(stream)}


def direction_findings(grid: Grid, found: Found, choices: Choices) -> Iterator[Finding]:
    """Tell if a table of rates may be written the other way round: price of a currency instead of units for the base.

    Parameters
    ----------
    grid : Grid
        The sheet with plain numbers.
    found : Found
        Any table of it.
    choices : Choices
        A column that the user names for per_base is what he says.

    Yields
    ------
    Finding
        RATE_DIRECTION, unless the header is per_base or the rates of known currencies show it.

    Notes
    -----
    Whatever the base is, units for one of it are more of a currency of low worth than of one of high worth:
    ``rate(low) >= 2 rate(high)``; prices of a currency are the other way round.
    """
    columns, header = found.roles.columns, found.roles.headers.get("per_base", "")
    if "rates" not in (found.shape, found.canonical) or "per_base" in choices.columns or "currency" not in columns:
        return
    if not header or read_header(header).name == "per_base":
        return
    rates = _rates(grid, found)
    least, most = min(rates["low"], default=0.0), max(rates["high"], default=0.0)
    if most and least >= TIMES * most:
        return
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": found.header + 1, "table": "rates"}
    yield finding("RATE_DIRECTION", **place, column=header, value=header)


def _rates(grid: Grid, found: Found) -> dict[str, list[float]]:
    """Return the rates above zero of currencies of high and of low worth."""
    rates: dict[str, list[float]] = {"high": [], "low": []}
    first, rows = found.header + 1, found.last(grid.height) - found.header - 1
    names, numbers = (grid.text[found.roles.columns[role]].slice(first, rows) for role in ("currency", "per_base"))
    for name, number in zip(names.to_pylist(), numbers.to_pylist(), strict=True):
        worth = _worths().get(read_currency((name or "").strip()) or "")
        rate = read_decimal(number or "")
        if worth and rate and rate > 0:
            rates[worth].append(float(rate))
    return rates
