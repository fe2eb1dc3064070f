"""What a cell's style says: which numbers are shown with leading zeros or letters, which are dates, which are indented.

Format codes are those of the file, which are the same in every language of the spreadsheet program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Formats without a code of their own that show a day or a time; 27 to 36 and 50 to 58 are those of East Asia."""
TOKENS = re.compile(r'"([^"]*)"|\\(.)|([- ])|(0)')
"""Literal in quotes, escaped character, separator, digit: what a format may consist of for its result to be certain."""
SILENT = re.compile(r'"[^"]*"|\\.|[_*].')
"""Parts of a format code that are no orders: literals, escaped characters, blanks of a character's width, filling."""
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
BRACKETS = re.compile(r"\[[^\]]*\]")
DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
WHOLE_LIMIT = 10**15
"""Whole numbers below it keep all their digits in a spreadsheet."""

Pattern = tuple[str | None, ...]


WORDS = re.compile(r'\[\$([^\]-]*)-?([^\]]*)\]|"([^"]*)"|\\(.)|([€$£¥￥₩₹])|(;)|\[[^\]]*\]|[_*].|.', re.DOTALL)
"""A currency in brackets and its country, a literal in quotes, an escaped or bare sign, the end of the section."""
CURRENCY_OF = {"804": "CNY", "411": "JPY", "409": "USD"}
"""Currencies of the signs that several countries share, by the language code in the brackets of a format."""
SHARED = frozenset("$¥￥")
PERCENTS = frozenset({9, 10})
"""Built-in formats 0% and 0.00%."""
NOT_SET = frozenset({"0", "false", "off"})


@dataclass(frozen=True, slots=True)
class Styles:
    """What the styles of a workbook say, by style number.

    Parameters
    ----------
    shown : mapping of style number to pattern
        Styles that add zeros or letters to whole numbers; see `digit_pattern`.
    dates : frozenset of int
        Styles that show a number as a day or a time.
    indents : mapping of style number to int
        Styles that indent, in steps.
    percents : frozenset of int
        Styles that show a number as a hundred times as many per cent.
    struck : frozenset of int
        Styles whose font is struck out.
    words : mapping of style number to str
        What styles print beside a number, such as a currency or a unit.
    """

    shown: Mapping[int, Pattern] = field(default_factory=dict)
    dates: frozenset[int] = frozenset()
    indents: Mapping[int, int] = field(default_factory=dict)
    percents: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    words: Mapping[int, str] = field(default_factory=dict)


def read_styles(root: Element) -> Styles:
    """Read the styles that cells refer to.

    Parameters
    ----------
    root : Element
        Root of styles.xml.

    Returns
    -------
    Styles

    Examples
    --------
    >>> from xml.etree import ElementTree
    >>> book = '<s xmlns="x"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></s>'
    >>> read_styles(ElementTree.fromstring(book)).dates
    frozenset({1})
    """
    codes = {_number(node, "numFmtId"): node.get("formatCode", "") for node in root.iter() if _is(node, "numFmt")}
    cells = next((node for node in root if _is(node, "cellXfs")), ())
    formats = [_number(style, "numFmtId") for style in cells]
    dates = {key for key in set(formats) if is_date(key, codes.get(key))}
    words = {key: word for key in set(formats) - dates if (word := word_shown(codes.get(key, "")))}
    patterns = {key: pattern for key in set(formats) - dates if (pattern := digit_pattern(codes.get(key, "")))}
    return Styles(
        {style: patterns[key] for style, key in enumerate(formats) if key in patterns},
        frozenset(style for style, key in enumerate(formats) if key in dates),
        {style: steps for style, node in enumerate(cells) if (steps := _indent(node)) > 0},
        frozenset(style for style, key in enumerate(formats) if key in PERCENTS or "%" in _bare(codes.get(key, ""))),
        _struck(root, cells),
        {style: words[key] for style, key in enumerate(formats) if key in words},
    )


def _struck(root: Element, cells: Iterable[Element]) -> frozenset[int]:
    """Return the styles whose font is struck out."""
    fonts = next((node for node in root if _is(node, "fonts")), ())
    marks = [next((mark for mark in font if _is(mark, "strike")), None) for font in fonts]
    struck = {font for font, mark in enumerate(marks) if mark is not None and mark.get("val", "1") not in NOT_SET}
    return frozenset(style for style, node in enumerate(cells) if struck and _number(node, "fontId") in struck)


def _bare(code: str) -> str:
    """Return a format's code without what it prints as it stands."""
    return re.sub(r'"[^"]*"|\\.', "", code)


def _is(node: Element, name: str) -> bool:
    return node.tag.rpartition("}")[2] == name


def _number(node: Element, attribute: str) -> int:
    said = node.get(attribute, "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _indent(style: Element) -> int:
    return max((_number(node, "indent") for node in style if _is(node, "alignment")), default=0)


def is_date(number: int, code: str | None) -> bool:
    """Return whether a number format shows a number as a day or a time.

    Parameters
    ----------
    number : int
        Number of the format (numFmtId).
    code : str or None
        Its code, None where the file gives none and the number alone tells.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_date(14, None), is_date(164, "d-mmm"), is_date(165, '0.0" days"'), is_date(166, "[h]")
    (True, True, False, True)
    """
    if code is None:
        return number in BUILT_IN_DATES
    orders = SILENT.sub("", code)
    if orders.casefold() in ("general", "standard"):
        return False
    return bool(ELAPSED.search(orders) or DATE_LETTERS.search(BRACKETS.sub("", orders)))


def word_shown(code: str) -> str:
    """Return what a number format prints beside a positive number.

    Parameters
    ----------
    code : str
        Code of the format.

    Examples
    --------
    >>> word_shown("#,##0.00 [$€-407]"), word_shown('0.0" kg"'), word_shown("[$¥-804]#,##0"), word_shown("[Red]0.0%")
    ('€', 'kg', 'CNY', '')
    """
    said = []
    for token in WORDS.finditer(code):
        sign, country, *others, end = token.groups()
        if end:
            break
        said.append(CURRENCY_OF.get(country or "", sign) if sign in SHARED else sign or "")
        said += [literal for literal in others if literal]
    return "".join(said).strip()


def digit_pattern(code: str) -> Pattern | None:
    """Return what a number format adds to the digits of a whole number, None where that is nothing or not certain.

    Parameters
    ----------
    code : str
        Code of the format.

    Returns
    -------
    tuple of str or None
        Literals in their order, and None for each digit.

    Notes
    -----
    Certain are only codes of 0, literals in quotes, escaped characters, hyphens and blanks. A bare point is the decimal
    point and a bare slash a fraction bar: neither stands between the digits of an id. Codes with #, ?, thousands marks,
    conditions or several sections are left alone too.

    Examples
    --------
    >>> digit_pattern('"PN-"000')
    ('PN-', None, None, None)
    >>> digit_pattern("0"), digit_pattern("0.00"), digit_pattern("#,##0")
    (None, None, None)
    """
    pattern: list[str | None] = []
    at = 0
    while at < len(code):
        token = TOKENS.match(code, at)
        if token is None:
            return None
        pattern.append(None if token[4] else token[1] or token[2] or token[3] or "")
        at = token.end()
    return tuple(pattern) if None in pattern and pattern != [None] else None


def shown_digits(digits: str, pattern: Pattern) -> str:
    """Return whole digits as a number format shows them.

    Parameters
    ----------
    digits : str
        The whole number.
    pattern : tuple of str or None
        From `digit_pattern`.

    Returns
    -------
    str
        Digits beyond those of the format stand before its first digit.

    Examples
    --------
    >>> shown_digits("123", digit_pattern("00000")), shown_digits("1234567", digit_pattern("000-000"))
    ('00123', '1234-567')
    >>> shown_digits("12345", digit_pattern('"PN-"0000'))
    'PN-12345'
    """
    places = pattern.count(None)
    padded = digits.rjust(places, "0")
    beyond = len(padded) - places
    left = iter([padded[: beyond + 1], *padded[beyond + 1 :]])
    return "".join(next(left) if sign is None else sign for sign in pattern)


def whole_digits(number: str) -> str | None:
    """Return the digits of a whole number as a cell stores it, None where it is none or a spreadsheet may round it.

    Examples
    --------
    >>> whole_digits("545636.0"), whole_digits("1.5E3"), whole_digits("12.5"), whole_digits("-3")
    ('545636', '1500', None, None)
    """
    try:
        value = float(number)
    except ValueError:
        return None
    return str(int(value)) if 0 <= value < WHOLE_LIMIT and value == int(value) else None


def date_text(serial: str, since_1904: bool) -> str:
    """Return the day or time that a serial number of a spreadsheet stands for.

    Parameters
    ----------
    serial : str
        Days as the cell stores them, or a day in ISO form already.
    since_1904 : bool
        The workbook counts from 1904-01-01.

    Returns
    -------
    str
        Day, day and time, or time alone in ISO form; the serial itself where it is no day of the calendar.

    Notes
    -----
    Spreadsheets hold 1900 for a leap year: up to its 28 February the count is one day less.

    Examples
    --------
    >>> date_text("45794", False), date_text("45794.5", False), date_text("44332", True), date_text("0.5", False)
    ('2025-05-17', '2025-05-17 12:00:00', '2025-05-17', '12:00:00')
    """
    try:
        days = float(serial)
        start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if days >= 60 else 31)
        moment = start + timedelta(seconds=round(days * 86400))
    except (ValueError, OverflowError):
        return serial
    if 0 <= days < 1:
        return moment.strftime("%H:%M:%S")
    return moment.date().isoformat() if days == int(days) else moment.isoformat(" ")
