"""Share of China in the separation of each rare earth: a prior for triage, never a fact about a part."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from deminimis.reference.tables import sourced_rows


@dataclass(frozen=True, slots=True)
class ChinaShare:
    """Share of China in one stage of one element or product [%]."""

    element_or_product: str
    stage: str
    percent: Fraction
    period: str
    others: str
    source: str
    date: str


@cache
def china_share(text: str | None = None) -> tuple[ChinaShare, ...]:
    """Return China's shares by element or product and stage; sources that disagree are both kept.

    Parameters
    ----------
    text : str, optional
        Another table of the same columns, in place of the one in the package.

    Examples
    --------
    >>> [int(row.percent) for row in china_share() if row.element_or_product == "Dy"]
    [100, 97]
    """
    return tuple(
        ChinaShare(
            row["element_or_product"],
            row["stage"],
            Fraction(row["china_share_percent"]),
            row["period"],
            row["others"],
            row["source"],
            row["date"],
        )
        for row in sourced_rows(__package__, "china_share.csv", text)
    )
