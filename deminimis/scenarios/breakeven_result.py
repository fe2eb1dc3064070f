"""The answer to "at which price": frozen values that the command prints and nobody computes again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from deminimis.assessment import AT_OR_ABOVE, BELOW, Interval
from deminimis.model import Reading
from deminimis.rules import Ruling

SCHEMA = "deminimis/breakeven/1"
TOGETHER = "all"
"""In the place of a material: all of them, their prices rising by one factor."""

FLIPPING_ENDS = {AT_OR_ABOVE: "low", BELOW: "high"}
"""The end of the share that proves a verdict, so that the verdict falls where this end crosses the line."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """Where the share is exactly the threshold.

    Parameters
    ----------
    factor : float or None
        Ratio to today's price; None where no price crosses.
    price : float or None
        [base currency per kg]; None where the material is not known by mass, too.
    reason : str
        Why there is none, or what is odd about it; blank otherwise.
    """

    factor: float | None = None
    price: float | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {"factor": self.factor, "price_per_kg": self.price, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class MaterialEnd:
    """One material in one good, all numbers at one end of what is known.

    Parameters
    ----------
    price_today : float or None
        [base currency per kg]
    value_fixed : PricePoint
        The article's value stays what it is.
    cost_passed : PricePoint
        The article's value grows by what the material costs more, scrap included.
    headroom_grams : float or None
        Mass that may still be added before the good crosses; negative: that must go [g per piece].
    """

    price_today: float | None
    value_fixed: PricePoint
    cost_passed: PricePoint
    headroom_grams: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {
            "price_per_kg_today": self.price_today,
            "value_fixed": self.value_fixed.as_dict(),
            "cost_passed": self.cost_passed.as_dict(),
            "headroom_grams": self.headroom_grams,
        }


@dataclass(frozen=True, slots=True)
class MaterialBreakeven:
    """One material in one good: the prices at which its low, typical and high share cross the line."""

    material: str
    low: MaterialEnd
    typical: MaterialEnd
    high: MaterialEnd

    def end(self, name: str) -> MaterialEnd:
        """Return the numbers of one end: low, typical or high."""
        return {"low": self.low, "typical": self.typical, "high": self.high}[name]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        ends = {"low": self.low, "typical": self.typical, "high": self.high}
        return {"material": self.material, **{name: end.as_dict() for name, end in ends.items()}}


@dataclass(frozen=True, slots=True)
class GoodBreakeven:
    """How far one good is from the line, and what moves it there.

    Parameters
    ----------
    part_number, description, currency, verdict : str
    flips_at : {"low", "typical", "high"}
        The end whose crossing flips the verdict: low for at or above, high for below; typical where nothing is settled.
    article_value, share : Interval
    distance : float or None
        share / threshold - 1 at that end; 0 is the line, negative is below it.
    rise_percent : float or None
        By how much all materials together must rise, or fall if negative, for that end to cross [%].
    value_at_line : Interval
        Article value at which the share is exactly the threshold [base currency].
    value_at_line_exact : Fraction or None
        Its high end without rounding, where the bill is small enough to be measured in fractions.
    below_from : float or None
        Lowest value in whole hundredths at which the good is below; 0 where any value will do, None where none will.
    together : MaterialBreakeven
        All materials at once, their prices rising by one factor.
    materials : tuple of MaterialBreakeven
        Most money first; the first is the main material.
    reasons : tuple of str
        What keeps numbers out.
    """

    part_number: str
    description: str
    currency: str
    verdict: str
    flips_at: str
    article_value: Interval
    share: Interval
    distance: float | None
    rise_percent: float | None
    value_at_line: Interval
    value_at_line_exact: Fraction | None
    below_from: float | None
    together: MaterialBreakeven
    materials: tuple[MaterialBreakeven, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def main_material(self) -> str:
        """The material with most money in it; blank for none."""
        return self.materials[0].material if self.materials else ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        exact = self.value_at_line_exact
        return {
            "part_number": self.part_number,
            "description": self.description,
            "currency": self.currency,
            "verdict": self.verdict,
            "flips_at": self.flips_at,
            "article_value": self.article_value.as_dict(),
            "share": self.share.as_dict(),
            "distance": self.distance,
            "price_rise_percent": self.rise_percent,
            "value_at_line": {**self.value_at_line.as_dict(), "exact": None if exact is None else str(exact)},
            "below_from": self.below_from,
            "main_material": self.main_material,
            "together": self.together.as_dict(),
            "materials": [material.as_dict() for material in self.materials],
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class Breakeven:
    """The goods by their distance to the line, nearest first.

    Parameters
    ----------
    on : date
    ruling : Ruling
    reading : Reading
    goods : tuple of GoodBreakeven
        Those whose distance is not known come last.
    count : int
        Goods asked about; more than `goods` where only the nearest were wanted.
    notes : tuple of str
        What concerns all of them.
    """

    on: date
    ruling: Ruling
    reading: Reading
    goods: tuple[GoodBreakeven, ...]
    count: int
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the document that `deminimis breakeven --json` prints."""
        rule = self.ruling
        return {
            "schema": SCHEMA,
            "on": self.on.isoformat(),
            "rule": {
                "id": rule.id,
                "status": rule.status,
                "threshold": None if rule.threshold is None else float(rule.threshold),
                "inclusive": rule.inclusive,
            },
            "reading": self.reading.as_dict(),
            "count": self.count,
            "goods": [good.as_dict() for good in self.goods],
            "notes": list(self.notes),
        }
