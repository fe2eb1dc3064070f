"""Values of the cells of OpenDocument workbooks: numbers, days, times and errors, as a spreadsheet stores them.

Source: OASIS Open Document Format 1.3, part 3, section 19 (attributes), 2021-04-27; W3C XML Schema part 2, 2004-10-28.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime

ERROR = re.compile(r"#(?:REF|VALUE|NUM|NULL)!|#DIV/0!|#NAME\?|#N/A|Err:[0-9]{3}")
ERRORS = {"503": "#NUM!", "521": "#NULL!", "523": "#NUM!", "524": "#REF!", "525": "#NAME?", "532": "#DIV/0!"}
"""Errors that LibreOffice tells by a number, save those of a wrong value."""
DURATION = re.compile(
    r"(-?)P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12}(?:\.[0-9]{1,20})?)S)?)?"
)
DAY_SECONDS = 86400
FIRST, FIRST_OF_1904 = date(1899, 12, 30).toordinal(), date(1904, 1, 1).toordinal()
LEAP = 61
"""Days from the first to 1900-03-01."""
SIGN = re.compile(r"[^\d\s.,()'’−-]+")


def number(said: str) -> float | str:
    """Return a number, or the text as it stands where it is none or beyond the largest double.

    Examples
    --------
    >>> number("0.05"), number("1E999"), number("1_000")
    (0.05, '1E999', '1_000')
    """
    try:
        value = float(said)
    except ValueError:
        return said
    return value if math.isfinite(value) and "_" not in said else said


def serial(said: str, since_1904: bool) -> float | str:
    """Return a day as the number that Excel gives it, or the text as it stands where it is none.

    Parameters
    ----------
    said : str
        Day, or day and time, in ISO form.
    since_1904 : bool
        Days count from 1904-01-01.

    Notes
    -----
    Excel holds 1900 for a leap year: before its 1 March the number is one less than the days since 1899-12-30.

    Examples
    --------
    >>> serial("2025-05-17T12:00:00", False), serial("2025-05-17", True), serial("1900-02-28", False)
    (45794.5, 44332.0, 59.0)
    >>> serial("2025-13-01", False)
    '2025-13-01'
    """
    try:
        day = datetime.fromisoformat(said)
    except ValueError:
        return said
    days = day.toordinal() - (FIRST_OF_1904 if since_1904 else FIRST)
    if not since_1904 and 1 <= days < LEAP:
        days -= 1
    return days + (day.hour * 3600 + day.minute * 60 + day.second + day.microsecond / 1e6) / DAY_SECONDS


def duration(said: str) -> float | str:
    """Return a time in days, or the text as it stands where it is none.

    Examples
    --------
    >>> duration("PT36H00M00S"), duration("PT00H00M08.64S"), duration("noon")
    (1.5, 0.0001, 'noon')
    """
    parts = DURATION.fullmatch(said)
    if parts is None:
        return said
    days, hours, minutes, seconds = (float(part or 0) for part in parts.groups()[1:])
    total = days + (hours * 3600 + minutes * 60 + seconds) / DAY_SECONDS
    return -total if parts[1] else total


def error_name(said: str) -> str:
    """Return the name that Excel has for an error, ``#VALUE!`` if it has none.

    Examples
    --------
    >>> error_name("#REF!"), error_name("Err:503"), error_name("Err:502")
    ('#REF!', '#NUM!', '#VALUE!')
    """
    return ERRORS.get(said[4:], "#VALUE!") if said.startswith("Err:") or not ERROR.fullmatch(said) else said


def shown_sign(said: str) -> str:
    """Return the sign of a currency that stands beside a number as it is shown.

    Examples
    --------
    >>> shown_sign(" $123.00 "), shown_sign("-1.234,50 zł"), shown_sign("12")
    ('$', 'zł', '')
    """
    sign = SIGN.search(said)
    return sign[0] if sign else ""
