"""Text of cells to typed columns: numbers, dates, choices, currencies, ids.

Every function takes a whole column and gives a whole column; what could not be read comes back as `CellFault`, with its
value null. Words of dates, choices and currencies repeat, so they are read once per distinct word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.schema import Column
from deminimis.model.tables import exact_number

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
RATIO = re.compile(r"([+-]?\d+(?:\.\d+)?) ?/ ?(\d+(?:\.\d+)?)", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE](?P<exponent>[+-]?\d+))?", re.ASCII)
LONGEST, LONGEST_RATIO = 1000, 400
"""Characters beyond which a number is nobody's quantity or price."""
_TINIEST, _HUGEST = Fraction(1, 10**300), Fraction(10**300)
ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
POINT_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
DIGITS_DATE = re.compile(r"((?:19|20|21)\d\d|9999)(\d\d)(\d\d)(\.0+)?", re.ASCII)
"""Year first: read day first, its last four digits would be a year before 1300."""
YEAR_FIRST = re.compile(r"(\d{4})\s?[/.年-]\s?(\d{1,2})\s?[/.月-]\s?(\d{1,2})[.日]?", re.ASCII)
MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
MONTH_NAMED = re.compile(r"(\d{1,2})[- ]((?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[- ](\d{4})", re.ASCII)
NO_DATE = r"^(0+(\.0+)?|0{4}[-/.]00[-/.]00|00[-/.]00[-/.]0{4})( 00:00(:00)?)?$"
SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD"}
LONG = 15
"""Significant digits a float64 always keeps."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """One cell that says something wrong; `index` counts the rows of the table from 0."""

    index: int
    column: str
    code: str
    value: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A column read: its values, its faults, and the numbers too long for a float (index to text)."""

    values: pa.Array
    faults: tuple[CellFault, ...] = ()
    long_decimals: Mapping[int, str] = field(default_factory=dict)


def typed_column(column: Column, text: pa.Array, given: pa.Array | None = None) -> TypedColumn:
    """Read a column of text as the type its schema names.

    Parameters
    ----------
    column : Column
        Its definition.
    text : pyarrow.StringArray (rows,)
        What the cells say.
    given : pyarrow.DoubleArray (rows,), optional
        The doubles behind the text, where the source holds doubles.

    Returns
    -------
    TypedColumn

    Examples
    --------
    >>> from deminimis.model import schema
    >>> typed_column(schema()["lines"]["quantity"], pa.array([" 2.50", "some"])).values.to_pylist()
    [2.5, None]
    """
    if column.type == "number":
        return read_numbers(column, text, given)
    if column.type == "id":
        return TypedColumn(_named(text))
    if column.type == "date" and pa.types.is_date32(text.type):
        return TypedColumn(text)
    trimmed = blank_to_null(pc.utf8_trim_whitespace(text))
    if column.type == "date":
        return _by_word(column, _without_no_dates(trimmed), read_date, "DATE_NOT_READ", pa.date32())
    if column.type == "choice":
        words = {"choices": ", ".join(column.choices)}
        return _by_word(column, trimmed, lambda word: _choice(column, word), "CHOICE_NOT_KNOWN", pa.string(), words)
    if column.type == "currency":
        return _by_word(column, trimmed, read_currency, "CURRENCY_NOT_KNOWN", pa.string())
    return TypedColumn(trimmed)


def _named(numbers: pa.Array) -> pa.Array:
    """Return part numbers with null where there is none but blanks; of a dictionary array only the table is read."""
    if pa.types.is_dictionary(numbers.type):
        table = numbers.dictionary
        blank = pc.equal(pc.utf8_trim_whitespace(table), "").to_numpy(zero_copy_only=False)
        if not blank.any():
            return numbers
        codes = numbers.indices.fill_null(-1).to_numpy()
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=(codes < 0) | blank[codes]), table)
    named = blank_to_null(pc.utf8_trim_whitespace(numbers)).is_valid()
    return pc.if_else(named, numbers, pa.scalar(None, pa.string()))


def blank_to_null(text: pa.Array) -> pa.Array:
    """Return the text with null for every empty string."""
    shortest = pc.min(pc.binary_length(text)).as_py()
    if shortest is None or shortest > 0:
        return text
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def read_numbers(column: Column, text: pa.Array, given: pa.Array | None = None) -> TypedColumn:
    """Read numbers: the double where the source holds one, else the decimal its text writes.

    Parameters
    ----------
    column : Column
        Names the column in the faults.
    text : pyarrow.StringArray (rows,)
        What the cells say; doubles of a table that holds nothing else.
    given : pyarrow.DoubleArray (rows,), optional
        The doubles behind the text.

    Returns
    -------
    TypedColumn
        Null and a fault NUMBER_NOT_READ where the text is no finite decimal; true and false are no numbers either.
    """
    if pa.types.is_floating(text.type):
        return _given_numbers(column, text)
    said = blank_to_null(pc.utf8_trim_whitespace(text))
    values = _decimals(said, given)
    floats = values.to_numpy(zero_copy_only=False)
    refused = pc.fill_null(pc.is_in(pc.utf8_lower(said), value_set=pa.array(["true", "false"])), False)
    good = np.isfinite(floats) & ~refused.to_numpy(zero_copy_only=False)
    present = said.is_valid().to_numpy(zero_copy_only=False)
    good &= ~_vanished(said, floats)
    bad = np.flatnonzero(present & ~good)
    ratios = {int(i): ratio for i in bad if (ratio := read_ratio(said[int(i)].as_py())) is not None}
    floats = floats.copy() if ratios else floats
    for index, ratio in ratios.items():
        floats[index], good[index] = float(ratio), True
    bad = bad[~good[bad]]
    faults = tuple(CellFault(int(i), column.name, "NUMBER_NOT_READ", said[int(i)].as_py()) for i in bad)
    kept = pa.array(floats, pa.float64(), mask=~(present & good))
    inexact = {index: str(ratio) for index, ratio in ratios.items() if ratio != exact_number(floats[index])}
    return TypedColumn(kept, faults, _long_decimals(said, kept, given) | inexact)


def _given_numbers(column: Column, numbers: pa.Array) -> TypedColumn:
    """Return doubles as they are; nan is a blank, infinity is no number."""
    floats = numbers.to_numpy(zero_copy_only=False)
    finite = np.isfinite(floats)
    if finite.all():
        return TypedColumn(numbers)
    infinite = np.flatnonzero(np.isinf(floats)).tolist()
    faults = tuple(CellFault(i, column.name, "NUMBER_NOT_READ", str(floats[i])) for i in infinite)
    return TypedColumn(pa.array(floats, pa.float64(), mask=~finite), faults)


def _vanished(said: pa.Array, floats: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which cells write a number so small that float64 makes it zero."""
    zeros = np.flatnonzero(floats == 0)
    vanished = np.zeros(len(floats), dtype=bool)
    if len(zeros):
        words = said.take(pa.array(zeros))
        digits = pc.fill_null(pc.match_substring_regex(words, r"^[^eE]*[1-9]"), False)
        vanished[zeros] = digits.to_numpy(zero_copy_only=False)
    return vanished


def read_decimal(word: str) -> Fraction | None:
    """Read a decimal, or a ratio of two, exactly.

    Returns
    -------
    Fraction or None
        None for other words, and for numbers that float64 cannot hold or that nobody wrote by hand.

    Examples
    --------
    >>> read_decimal(" 2.50 "), read_decimal("1/3"), read_decimal("1e999"), read_decimal("some")
    (Fraction(5, 2), Fraction(1, 3), None, None)
    """
    word = word.strip()
    if "/" in word:
        return read_ratio(word)
    if len(word) > LONGEST or (found := DECIMAL.fullmatch(word)) is None or len(found["exponent"] or "") > 4:
        return None
    if not -300 <= int(found["exponent"] or 0) <= 300:
        return None
    number = Fraction(word)
    return number if number == 0 or _TINIEST < abs(number) < _HUGEST else None


def read_ratio(word: str) -> Fraction | None:
    """Read a ratio of two decimals, as readers write quantities they divided.

    Returns
    -------
    Fraction or None
        None for other words, and for a ratio to zero.

    Examples
    --------
    >>> read_ratio("12.5/100"), read_ratio("1/0"), read_ratio("12.5")
    (Fraction(1, 8), None, None)
    """
    if len(word) > LONGEST_RATIO or (found := RATIO.fullmatch(word)) is None:
        return None
    above, below = Fraction(found[1]), Fraction(found[2])
    return above / below if below and (above == 0 or _TINIEST < above / below < _HUGEST) else None


def _decimals(said: pa.Array, given: pa.Array | None) -> pa.Array:
    if given is not None and pc.all(pc.or_(given.is_valid(), said.is_null())).as_py() in (True, None):
        return given
    short = pc.and_(pc.match_substring_regex(said, NUMBER), pc.less_equal(pc.binary_length(said), LONGEST))
    readable = pc.if_else(short, said, pa.scalar(None, pa.string()))
    parsed = pc.replace_substring_regex(readable, r"^\+", "").cast(pa.float64())
    return parsed if given is None else pc.coalesce(given, parsed)


def _long_decimals(said: pa.Array, values: pa.Array, given: pa.Array | None) -> dict[int, str]:
    """Return the texts that a float does not hold; a float rounds them, so exact arithmetic needs the text."""
    candidates = pc.indices_nonzero(pc.fill_null(pc.greater(pc.binary_length(said), LONG), False)).to_pylist()
    found: dict[int, str] = {}
    for index in candidates:
        value, text = values[index].as_py(), said[index].as_py()
        # a number cell may be written with thousands of digits, of which its program keeps no more than the double
        if (
            not value
            or "/" in text
            or len(text) > LONGEST
            or (given is not None and given[index].is_valid and text == _nine_decimals(value))
        ):
            continue
        digits = re.sub(r"[eE].*|\D", "", text).lstrip("0")
        if len(digits) > LONG and Fraction(text) != exact_number(value):
            found[index] = text
    return found


def _nine_decimals(value: float) -> str:
    """Return a double as the spreadsheet reader prints it: a number cell, not a text cell, if the text is this."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _by_word(
    column: Column,
    text: pa.Array,
    read: Callable[[str], Any],
    code: str,
    kind: pa.DataType,
    details: Mapping[str, str] | None = None,
) -> TypedColumn:
    """Read each distinct word once."""
    if text.null_count == len(text):
        return TypedColumn(pa.nulls(len(text), kind))
    coded = text.dictionary_encode()
    words = coded.dictionary.to_pylist()
    values = pa.array([read(word) for word in words], kind).take(coded.indices)
    bad = pc.indices_nonzero(pc.and_(values.is_null(), text.is_valid())).to_pylist()
    faults = tuple(CellFault(i, column.name, code, text[i].as_py(), details or {}) for i in bad)
    return TypedColumn(values, faults)


def _without_no_dates(text: pa.Array) -> pa.Array:
    """Return the words of dates with null for a day of zeros, as systems print it where there is none."""
    none = pc.fill_null(pc.match_substring_regex(text, NO_DATE), False)
    return pc.if_else(none, pa.scalar(None, pa.string()), text) if pc.any(none).as_py() else text


def read_date(word: str) -> date | None:
    """Read a day: ISO date, ISO date and time, eight digits of year, month and day, yyyy/m/d, or dd.mm.yyyy.

    Returns
    -------
    date or None
        None where the word is no day of the calendar.

    Examples
    --------
    >>> read_date("31.12.9999"), read_date("2026-11-10 00:00:00"), read_date("10/11/2026")
    (datetime.date(9999, 12, 31), datetime.date(2026, 11, 10), None)
    >>> read_date("20261110"), read_date("2026/1/5"), read_date("10112026"), read_date("10-NOV-2026")
    (datetime.date(2026, 11, 10), datetime.date(2026, 1, 5), None, datetime.date(2026, 11, 10))
    """
    if found := ISO_DATE.fullmatch(word) or DIGITS_DATE.fullmatch(word) or YEAR_FIRST.fullmatch(word):
        year, month, day = found.group(1, 2, 3)
    elif found := POINT_DATE.fullmatch(word):
        day, month, year = found.group(1, 2, 3)
    elif found := MONTH_NAMED.fullmatch(word):
        day, month, year = found[1], str(MONTHS.index(found[2].upper()) // 3 + 1), found[3]
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _choice(column: Column, word: str) -> str | None:
    said = re.sub(r"[\s-]+", "_", word.casefold())
    return said if said in column.choices else None


def read_currency(word: str) -> str | None:
    """Read a currency: its ISO 4217 code in any case, or a sign that belongs to one currency only.

    Returns
    -------
    str or None
        None for other words, "$" and "¥" among them, which several currencies share.

    Examples
    --------
    >>> read_currency("usd"), read_currency("€"), read_currency("$")
    ('USD', 'EUR', None)
    """
    said = SIGNS.get(word.upper(), word.upper())
    return said if said in currency_codes() else None


@cache
def currency_codes() -> frozenset[str]:
    """Return the codes of ISO 4217."""
    import pycountry  # needed only when a table names a currency

    return frozenset(currency.alpha_3 for currency in pycountry.currencies)
