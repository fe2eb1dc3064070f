"""Numbers, countries and currencies of a change: accepted, or refused in one sentence."""

from __future__ import annotations

import math
import sys

from deminimis.errors import QuestionError
from deminimis.model.cells import currency_codes
from deminimis.reference import country_code

UNKNOWN_ORIGIN = ("", "unknown", "unbekannt", "未知")


def positive(number: float, what: str) -> float:
    """Return a number as float.

    Raises
    ------
    QuestionError
        If it is no number, not finite, zero or negative.
    """
    if type(number) is int and abs(number) > sys.float_info.max:
        raise QuestionError(f"{what} has more digits than can be calculated with: give what it shall be.")
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number) or number <= 0:
        raise QuestionError(f"{what} must be a number above zero, not {number}: give what it shall be.")
    return float(number)


def origin_code(text: str) -> str:
    """Return the ISO code of a country as written, blank for an origin nobody knows.

    Raises
    ------
    QuestionError
        If the text is no country.
    """
    code = "" if text.strip().lower() in UNKNOWN_ORIGIN else country_code(text)
    if code is None:
        raise QuestionError(f"{text} is no country: write its name or its ISO code, or unknown.")
    return code


def number_words(number: float) -> str:
    """Return a number as it was written, whole numbers whole."""
    return f"{number:.15g}"


def known_currency(code: str) -> str:
    """Return a currency code in capitals, blank for the base currency.

    Raises
    ------
    QuestionError
        If there is no such currency.
    """
    code = code.strip().upper()
    if code and code not in currency_codes():
        raise QuestionError(f"{code} is no currency: write its three-letter ISO code, or leave it out.")
    return code
