"""What declared amounts are worth: by price, by mass, by the value of the part."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

from deminimis.content.claims import NOTHING, Claim
from deminimis.content.formulas import value_from_grams, value_from_percent
from deminimis.content.prices import Price, PriceList
from deminimis.model import Finding, Mask, Numbers, exact_number

Worth: TypeAlias = dict[str, Any]
"""Fields of a `Claim` that say what its amount is worth."""
MOST_BITS = sys.float_info.max_exp - 1
"""Bits before the point of a number that float64 surely holds."""


@dataclass(frozen=True)
class Article:
    """What is known of one piece of a part, exact or, where no verdict hangs on it, in float64.

    Parameters
    ----------
    value_low, value_high : number or None
        Article value [base currency]; None for a high end nothing limits.
    mass : number or None
        [g]
    """

    value_low: Numbers
    value_high: Numbers | None
    mass: Numbers | None


class Appraiser:
    """Prices asked once per material, with what there is to say about each collected.

    Parameters
    ----------
    prices : PriceList
    """

    def __init__(self, prices: PriceList) -> None:
        self._prices = prices
        self._known: dict[str, Price | None] = {}
        self.findings: list[Finding] = []
        self.unreadable: set[str] = set()

    def price(self, material: str) -> Price | None:
        """Return the price of one gram of a material, None where there is none."""
        if material not in self._known:
            price, findings = self._prices.price(material)
            self._known[material] = None if price is None else _with_one_number(price)
            self.findings.extend(findings)
            if self._known[material] is None and any(f.severity == "error" for f in findings):
                self.unreadable.add(material)
        return self._known[material]


def _with_one_number(price: Price) -> Price:
    """Return the price with one object for ends that are equal, which `worth_of_grams` need not compare."""
    low, typical, high = price.low, price.typical, price.high
    return replace(price, low=typical if low == typical else low, high=typical if high == typical else high)


def worth_of_grams(material: str, amounts: tuple[Fraction, Fraction, Fraction], appraiser: Appraiser) -> Worth:
    """Return what a mass of a material is worth; unbounded where the material has no price.

    Parameters
    ----------
    material : str
    amounts : tuple of Fraction
        Low, typical, high [g per piece].
    appraiser : Appraiser
    """
    price, grams = appraiser.price(material), amounts[1]
    if price is None:
        return {"unbounded": True, "grams": grams}
    worths = [value_from_grams(grams, price.typical)] * 3
    for at, end in ((0, price.low), (2, price.high)):
        # most amounts and prices are one number, and seeing that is many times faster than multiplying
        if amounts[at] is not grams or end is not price.typical:
            worths[at] = value_from_grams(amounts[at], end)
    low, typical, high = worths
    basis = price.basis
    return {"low": low, "typical": typical, "high": high, "grams": grams, "price_basis": basis, "price": price}


def worth_of_percent(percent: tuple[Fraction, Fraction, Fraction], article: Article) -> Worth:
    """Return what shares of a part's value are worth: low, typical, high [%]."""
    low, typical = (value_from_percent(p, article.value_low) for p in percent[:2])
    if article.value_high is None:
        return {"of_value": True, "low": low, "typical": typical, "unbounded": percent[2] > 0}
    high = value_from_percent(percent[2], article.value_high)
    return {"of_value": True, "low": low, "typical": typical, "high": high}


def anything_up_to_value(article: Article) -> Worth:
    """Return anything from nothing to the whole value of a part: unknown never counts as nothing."""
    if article.value_high is None:
        return {"unbounded": True}
    return {"typical": article.value_high, "high": article.value_high, "of_value": True}


def without_endless(claim: Claim) -> Claim:
    """Return the claim, as one that nothing limits where its numbers are beyond float64."""
    numbers = (claim.low, claim.typical, claim.high, claim.grams)
    if max(abs(n.numerator) for n in numbers).bit_length() < MOST_BITS:  # by far the most, and asked in half the time
        return claim
    if all(n.numerator.bit_length() - n.denominator.bit_length() < MOST_BITS for n in numbers):
        return claim
    return replace(claim, low=NOTHING, typical=NOTHING, high=NOTHING, grams=NOTHING, unbounded=True, price=None)


def article_reader(
    value_low: Numbers, value_known: Mask, mass: Numbers, mass_known: Mask, *, exact: bool = True
) -> Callable[[int], Article]:
    """Return a function from part code to `Article`, over arrays of float64 or `Fraction`.

    Parameters
    ----------
    value_low : ndarray (n,)
        Value known of one piece [base currency]; all of it where `value_known`.
    value_known : ndarray (n,) of bool
    mass : ndarray (n,)
        [g]
    mass_known : ndarray (n,) of bool
    exact : bool
        Give the decimals of floats as `Fraction`, in place of the floats.
    """

    written = exact and value_low.dtype != object

    def number(given: Any) -> Numbers:
        return exact_number(given) if written else given

    def article(part: int) -> Article:
        low = number(value_low.item(part))
        return Article(low, low if value_known[part] else None, number(mass.item(part)) if mass_known[part] else None)

    return article
