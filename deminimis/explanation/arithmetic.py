"""The value of a material in one piece of a part as the product people print: grams x price, per cent x value."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from deminimis.assessment import Calculation
from deminimis.content import Claim, read_prices
from deminimis.content.money import with_reference_rates
from deminimis.content.prices import Price, Quotation
from deminimis.explanation.carried import Carried
from deminimis.explanation.result import Factor
from deminimis.model import exact_number

GRAMS_PER_KG = 1000
SUPPLIED = "% of supply"
"""Unit of the share of one supplier among several."""


class Arithmetic:
    """Products of one calculation: its prices are read once.

    Parameters
    ----------
    calculation : Calculation
    """

    def __init__(self, calculation: Calculation) -> None:
        self._calculation, self._money = calculation, calculation.measures.money
        basis = calculation.reading.price_basis
        self._prices = read_prices(calculation.bom, self._money, calculation.on, basis)
        self._base = self._money.base

    def product(self, row: Carried) -> tuple[str, tuple[Factor, ...]]:
        """Return which end is printed and the factors that give it; none where there is nothing to print but no limit.

        Parameters
        ----------
        row : Carried

        Returns
        -------
        str
            typical, or high where it typically brings nothing; low where nothing limits the others.
        tuple of Factor
            Their product is that end of one piece [base currency].

        Notes
        -----
        By mass: kg per piece x price per kg (x share of the supplier). By value: per cent x article value. In another
        currency: amount / units per unit of the base currency. Where none of these is all of it: the value alone.
        """
        low, typical, high = (float(end) for end in row.piece)
        end, value = ("typical", typical) if typical else ("high", high)
        if row.open and not low:
            return "high", ()
        if row.open:
            end, value = "low", low
        claim = row.content.claim
        amount, counted = getattr(claim, end), getattr(row.content, end)
        if not amount or float(counted) != value or not _is_share(claim, end, counted / amount):
            return end, (Factor(value, self._base),)
        supplied = [] if counted == amount else [Factor(float(counted / amount * 100), SUPPLIED)]
        return end, (*self._factors(claim, end, amount), *supplied)

    def _factors(self, claim: Claim, end: str, amount: Fraction) -> Iterator[Factor]:
        price = self._price(claim)
        if price is not None:
            per_gram: Fraction = getattr(price, end)
            yield Factor(float(amount / per_gram / GRAMS_PER_KG), "kg")
            yield from self._per_kg(claim.material, end, per_gram)
        elif (currency := self._declared_currency(claim)) is not None:
            yield from self._converted(amount, currency, "", self._money.rate(currency))
        elif (value := self._article_value(claim)) is not None:
            yield Factor(float(amount / value * 100), "%")
            yield Factor(float(value), self._base)
        else:
            yield Factor(float(amount), self._base)

    def _price(self, claim: Claim) -> Price | None:
        """Return the price behind a claim valued by its mass."""
        if not claim.grams:
            return None
        price, _ = self._prices.price(claim.material)
        # A whole item counted by its value keeps the grams of the material in it.
        return price if price is not None and claim.typical == claim.grams * price.typical else None

    def _declared_currency(self, claim: Claim) -> str | None:
        """Return the currency of a claim declared as a value per piece; None for other bases."""
        if claim.row < 0 or self._calculation.bom.declarations["basis"][claim.row].as_py() != "value_per_piece":
            return None
        return self._calculation.bom.declarations["currency"][claim.row].as_py() or self._base

    def _article_value(self, claim: Claim) -> Fraction | None:
        measures = self._calculation.measures
        if measures.value_open[claim.part] or not measures.value[claim.part]:
            return None
        return exact_number(float(measures.value[claim.part]))

    def _per_kg(self, material: str, end: str, per_gram: Fraction) -> Iterator[Factor]:
        """Yield the price per kilogram, as it was quoted if that was in another currency."""
        completed = with_reference_rates(self._money)
        for quotations, money in ((self._prices.own, self._money), (self._prices.reference, completed)):
            for quotation in quotations:
                rate = money.rate(quotation.currency)
                if quotation.material == material and rate and _quoted(quotation, end) == per_gram * rate:
                    yield from self._converted(per_gram * GRAMS_PER_KG, quotation.currency or "", "/kg", rate)
                    return
        yield Factor(float(per_gram * GRAMS_PER_KG), f"{self._base}/kg")

    def _converted(self, amount: Fraction, currency: str, per: str, rate: Fraction | None) -> Iterator[Factor]:
        """Yield an amount of the base currency as one of another currency and the rate it is divided by."""
        if not rate or rate == 1:
            yield Factor(float(amount), f"{self._base}{per}")
        else:
            yield Factor(float(amount * rate), f"{currency}{per}")
            yield Factor(float(rate), f"{currency}/{self._base}" if self._base else "", divides=True)


def _is_share(claim: Claim, end: str, part: Fraction) -> bool:
    """Say whether what counts is the claim or a supplier's share of it, and not the range over several guesses."""
    guessed = claim.lapsed or claim.evidence == "estimate"
    return part == 1 or (part < 1 and not (guessed and end == "high"))


def _quoted(quotation: Quotation, end: str) -> Fraction:
    """Return what was quoted for one gram, in the currency of the quotation."""
    quoted: Fraction = getattr(quotation, end)
    return quoted / quotation.gram_per_unit
