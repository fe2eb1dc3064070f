"""What a part without a declaration may hold, as a share of its value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from deminimis.reference.tables import sourced_rows


@dataclass(frozen=True, slots=True)
class Carrier:
    """A kind of part that may hold Part 1 materials; low, typical and high [% of the part's value]."""

    id: str
    what: str
    material: str
    low: Fraction
    typical: Fraction
    high: Fraction
    note: str
    source: str
    date: str


@cache
def carriers(text: str | None = None) -> dict[str, Carrier]:
    """Return every carrier by its id.

    Parameters
    ----------
    text : str, optional
        Another table of the same columns, in place of the one in the package.

    Notes
    -----
    A carrier without a sourced typical share has typical = high: an unknown counts as all of it.

    Examples
    --------
    >>> float(carriers()["permanent_magnet_motor"].high)
    13.5
    """
    return {
        row["carrier"]: Carrier(
            row["carrier"],
            row["what"],
            row["material"],
            Fraction(row["low"]),
            Fraction(row["typical"] or row["high"]),
            Fraction(row["high"]),
            row["note"],
            row["source"],
            row["date"],
        )
        for row in sourced_rows(__package__, "carriers.csv", text)
    }
