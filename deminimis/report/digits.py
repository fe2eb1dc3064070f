"""Numbers as people read them: shares, money, quantities. Rounding never moves a share onto or over the line."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cache

from deminimis.assessment import AT_OR_ABOVE, BELOW, Interval
from deminimis.assessment.judgement import NEAR_LINE

NO_LIMIT = "no limit"
NOT_KNOWN = "not known"
ROOM = Context(prec=400)
"""Quantising to the unit raises on a number of 300 digits without it."""

NOISE = 1e-14
"""Relative distance within which digits of a share are those of float64 and not of the share."""

MOST_DECIMALS = 15
"""Digits a spreadsheet keeps."""


def percent(value: float, threshold: Fraction | None) -> Decimal:
    """Return a share in per cent, with as many digits as show on which side of the line it lies.

    Parameters
    ----------
    value : float
        Share, 1 is the whole.
    threshold : Fraction or None

    Returns
    -------
    Decimal
        Four significant digits, or more near the line [%].

    Examples
    --------
    >>> percent(0.00094412, Fraction(1, 1000)), percent(0.000999999999, Fraction(1, 1000))
    (Decimal('0.09441'), Decimal('0.0999999999'))
    """
    exact, line = Decimal(repr(float(value))) * 100, _line(threshold)
    side = exact.compare(line)
    for digits in range(4, 18):
        rounded = _significant(exact, digits)
        if threshold is None or rounded.compare(line) == side:
            return rounded
    return exact


@cache
def _line(threshold: Fraction | None) -> Decimal:
    """Return the line in per cent; zero, which no rounding crosses, where there is none."""
    return Decimal(0) if threshold is None else Decimal(threshold.numerator * 100) / threshold.denominator


def share_decimals(value: float, threshold: Fraction | None) -> int:
    """Return how many decimals of a per cent a cell needs to show the side of the line, four at least.

    Examples
    --------
    >>> [share_decimals(value, Fraction(1, 1000)) for value in (0.000944, 0.00099999999, 0.001, 1e-9)]
    [4, 9, 4, 7]
    """
    exact, line, zero = Decimal(repr(float(value))) * 100, _line(threshold), Decimal(0)
    sides = exact.compare(line), exact.compare(zero)
    for decimals in range(4, MOST_DECIMALS):
        rounded = round(exact, decimals)
        if (rounded.compare(line), rounded.compare(zero)) == sides:
            return decimals
    return MOST_DECIMALS


def _significant(number: Decimal, digits: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    exponent = min(number.adjusted() - digits + 1, 0) if number else 0
    return number.quantize(Decimal((0, (1,), exponent)), rounding, ROOM)


def threshold_text(threshold: Fraction | None) -> str:
    """Return the line in per cent.

    Examples
    --------
    >>> threshold_text(Fraction(1, 1000))
    '0.1 %'
    """
    return "the line" if threshold is None else f"{float(threshold * 100):.15g} %"


def share_text(share: Interval, threshold: Fraction | None, verdict: str = "") -> str:
    """Return a share or its interval; rounding never moves it onto or over the line.

    Parameters
    ----------
    share : Interval
    threshold : Fraction or None
    verdict : str, optional
        Decides the side where float64 cannot: the judgement near the line is exact, the share is not.

    Returns
    -------
    str

    Examples
    --------
    >>> share_text(Interval(0.000944, 0.000944, 0.000944), Fraction(1, 1000))
    '0.0944 %'
    >>> share_text(Interval(0.0, 0.0051, 0.0057), Fraction(1, 1000))
    '0 … 0.57 %'
    >>> share_text(Interval(0.0, None, None), Fraction(1, 1000))
    '0 % … no limit'
    """
    low = None if share.low is None else _share_end(share.low, threshold, verdict)
    high = None if share.high is None else _share_end(share.high, threshold, verdict)
    if high is None:
        return NOT_KNOWN if low is None else f"{low} % … {NO_LIMIT}"
    return f"{high} %" if low in (None, high) else f"{low} … {high} %"


def _share_end(value: float, threshold: Fraction | None, verdict: str) -> str:
    if threshold is not None and math.isclose(value, float(threshold), rel_tol=NEAR_LINE):
        side = percent(value, threshold).compare(_line(threshold))
        line = threshold_text(threshold).removesuffix(" %")
        noise = math.isclose(value, float(threshold), rel_tol=NOISE) and side
        if verdict == AT_OR_ABOVE and (side < 0 or noise):
            return f"≥ {line}"
        if verdict == BELOW and (side >= 0 or noise):
            return f"< {line}"
    if 0 < value < 1e-8:
        return "< 0.000001"
    return "> 1,000,000" if value > 1e4 else _trimmed(percent(value, threshold))


def _trimmed(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(value: float | None, currency: str = "", rounding: str = ROUND_HALF_EVEN) -> str:
    """Return an amount: two decimals, none from 10,000 on, four significant digits below 1.

    Examples
    --------
    >>> money_text(11520.5, "USD"), money_text(3.5, "EUR"), money_text(0.0042317), money_text(None)
    ('11,520 USD', '3.50 EUR', '0.004232', 'not known')
    """
    if value is None:
        return NOT_KNOWN
    exact = Decimal(repr(float(value)))
    if abs(value) >= 1e15:
        text = f"{value:.4g}"
    elif 0 < abs(value) < 1:
        text = "< 0.000001" if 0 < value < 1e-6 else _trimmed(_significant(exact, 4, rounding))
    else:
        whole = value == 0 or abs(value) >= 10_000
        text = f"{exact.quantize(Decimal(1) if whole else Decimal('0.01'), rounding=rounding):,f}"
    return f"{text} {currency}".rstrip()


def money_interval_text(amount: Interval, currency: str = "") -> str:
    """Return an amount or its interval.

    Examples
    --------
    >>> money_interval_text(Interval(0.0, 4.0, 4.5), "USD"), money_interval_text(Interval(12.0, None, None), "USD")
    ('0 … 4.50 USD', '12.00 USD or more')
    """
    if amount.high is None:
        return f"{money_text(amount.low, currency)} or more" if amount.low else NOT_KNOWN
    low, high = money_text(amount.low), money_text(amount.high)
    return f"{high} {currency}".rstrip() if low in (high, NOT_KNOWN) else f"{low} … {high} {currency}".rstrip()


def number_text(value: float) -> str:
    """Return a quantity or a mass with four significant digits, whole numbers whole.

    Examples
    --------
    >>> number_text(12.0), number_text(0.123456), number_text(123456.7)
    ('12', '0.1235', '123,457')
    """
    return (
        f"{value:.4g}" if value and not 1e-4 <= abs(value) < 1e15 else _trimmed(_significant(Decimal(repr(value)), 4))
    )
