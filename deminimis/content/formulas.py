"""The value of the controlled material in one piece, each formula once.

Plain operators only: float64 arrays in the kernel and `Fraction` objects at the line go through the same words.
"""

from __future__ import annotations

from deminimis.model import Numbers


def value_from_grams(grams_per_piece: Numbers, price_per_gram: Numbers) -> Numbers:
    """Return grams per piece x price per gram [base currency per piece].

    Examples
    --------
    >>> value_from_grams(42.0, 0.25)
    10.5
    """
    return grams_per_piece * price_per_gram


def grams_from_weight_percent(weight_percent: Numbers, mass_g: Numbers) -> Numbers:
    """Return wt% / 100 x mass of one piece [g per piece].

    Examples
    --------
    >>> grams_from_weight_percent(4.2, 1000.0)
    42.0
    """
    return weight_percent * mass_g / 100


def value_from_money(amount: Numbers, per_base: Numbers) -> Numbers:
    """Return an amount of another currency in the base currency: amount / units per base unit.

    Examples
    --------
    >>> value_from_money(72.0, 7.2)
    10.0
    """
    return amount / per_base


def value_from_percent(value_percent: Numbers, article_value: Numbers) -> Numbers:
    """Return value% / 100 x article value [base currency per piece].

    Examples
    --------
    >>> value_from_percent(5.0, 200.0)
    10.0
    """
    return value_percent * article_value / 100
