"""Number formats of OpenDocument workbooks in the codes that Excel writes for them.

Source: OASIS Open Document Format 1.3, part 3, section 16.29 (data styles), 2021-04-27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from deminimis.readers.workbooks.number_formats import SILENT, is_date, word_shown
from deminimis.readers.workbooks.ods_xml import Attributes

NUMBER = "number:"
COUNTRIES = {"CN": ("804", "CNY"), "JP": ("411", "JPY"), "US": ("409", "USD")}
"""Language codes and currencies of the countries whose signs others share."""
CLEAR = re.compile(r"[€£₩₹]|[A-Z]{3}")
"""Signs that one currency only has."""
SIGN = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
DAY, MOMENT, TIME, PERCENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "[h]:mm:ss", "0.00%"
BARE = re.compile(r"[-+() ]*")
"""Characters that Excel prints as they stand."""
CONDITION = re.compile(r"\s*value\(\)\s*(<=|>=|!=|<>|<|>|=)\s*([-+]?[\d.]{1,400}(?:[eE][-+]?\d{1,4})?)\s*")
MOST_DIGITS = 30


def literal(text: str) -> str:
    r"""Return the code that prints a text.

    Examples
    --------
    >>> literal(" kg"), literal('3"'), literal(" - ")
    ('" kg"', '"3"\\"', ' - ')
    """
    if BARE.fullmatch(text):
        return text
    return r"\"".join(f'"{part}"' if part else "" for part in text.split('"'))


def count(said: Attributes, name: str, usual: int) -> int:
    """Return a number of digits that a data style says.

    Examples
    --------
    >>> count({NUMBER + "decimal-places": "2"}, "decimal-places", 0), count({}, "decimal-places", 0)
    (2, 0)
    """
    number = said.get(NUMBER + name, "")
    return min(int(number), MOST_DIGITS) if re.fullmatch(r"[0-9]{1,9}", number) else usual


def digits(said: Attributes, embedded: Iterable[tuple[int, str]] = (), general: bool = True) -> str:
    """Return the code of the digits of a number.

    Parameters
    ----------
    said : mapping of str to str
        Attributes of ``number:number``.
    embedded : iterable of (int, str)
        Texts among the digits, and how many digits of the whole part stand right of each.
    general : bool
        Without any order, as many digits are shown as the number has.

    Examples
    --------
    >>> digits({NUMBER + "min-integer-digits": "6"}, [(2, "-"), (4, "-")])
    '00-00-00'
    >>> digits({NUMBER + "min-integer-digits": "1", NUMBER + "grouping": "true", NUMBER + "decimal-places": "2"})
    '#,##0.00'
    """
    whole = count(said, "min-integer-digits", 1)
    places = count(said, "decimal-places", 0)
    is_grouped = said.get(f"{NUMBER}grouping") == "true"
    if general and f"{NUMBER}decimal-places" not in said and whole < 2 and not is_grouped and not embedded:
        return "General"
    shown = "0" * whole or "#"
    if is_grouped:
        embedded = [(at, ",") for at in range(3, max(whole, 4), 3)]
        shown = shown.rjust(4, "#")
    firm = count(said, "min-decimal-places", 0 if said.get(f"{NUMBER}decimal-replacement") == "" else places)
    decimals = ("0" * min(firm, places)).ljust(places, "#")
    factor = re.fullmatch(r"1((?:000){1,4})(?:\.0*)?", said.get(f"{NUMBER}display-factor", ""))
    return (
        _with_texts(shown, embedded) + (f".{decimals}" if places else "") + "," * (len(factor[1]) // 3 if factor else 0)
    )


def _with_texts(shown: str, embedded: Iterable[tuple[int, str]]) -> str:
    parts: list[str] = []
    end = len(shown)
    for right, text in sorted(embedded):
        start = max(len(shown) - right, 0)
        parts += [shown[start:end], "," if text == "," else literal(text)]
        end = start
    return "".join(reversed([*parts, shown[:end]]))


def _scientific(said: Attributes) -> str:
    places, power = count(said, "decimal-places", 0), count(said, "min-exponent-digits", 2)
    return "0" * max(count(said, "min-integer-digits", 1), 1) + "." * bool(places) + "0" * places + "E+" + "0" * power


def _long(usual: str, long: str) -> Callable[[Attributes], str]:
    return lambda said: long if said.get(f"{NUMBER}style") == "long" else usual


def _month(said: Attributes) -> str:
    return _long("m", "mm")(said) + ("mm" if said.get(f"{NUMBER}textual") == "true" else "")


def _seconds(said: Attributes) -> str:
    places = count(said, "decimal-places", 0)
    return _long("s", "ss")(said) + "." * bool(places) + "0" * places


PARTS: Mapping[str, Callable[[Attributes], str]] = {
    "scientific-number": _scientific,
    "fraction": lambda said: "# ?/?",
    "text-content": lambda said: "@",
    "boolean": lambda said: "General",
    "day": _long("d", "dd"),
    "month": _month,
    "year": _long("yy", "yyyy"),
    "day-of-week": _long("ddd", "dddd"),
    "hours": _long("h", "hh"),
    "minutes": _long("m", "mm"),
    "seconds": _seconds,
    "am-pm": lambda said: "AM/PM",
}
"""Codes of the parts of a data style that hold no text."""


def currency_sign(sign: str, country: str) -> str:
    """Return the code of a currency's sign.

    Parameters
    ----------
    sign : str
        Empty for the sign that is usual in the country, or in that of the author: then the cell itself has to tell.
    country : str
        Its code of two letters, empty where the style names none.

    Examples
    --------
    >>> currency_sign("¥", "CN"), currency_sign("", "CN"), currency_sign("€", "DE"), currency_sign("", "")
    ('[$¥-804]', '[$CNY]', '[$€]', '[$]')
    """
    language, code = COUNTRIES.get(country, ("", ""))
    sign = sign.strip()
    if not sign:
        return f"[${code}]"
    if set(sign) & set("[]-"):
        return literal(sign)
    return f"[${sign}-{language}]" if language else f"[${sign}]"


def joined_sections(mapped: Sequence[tuple[str, str]], base: str) -> str:
    """Return one code of several sections; that of positive numbers comes first.

    Parameters
    ----------
    mapped : sequence of (str, str)
        Conditions and the codes of numbers that meet them.
    base : str
        Code of all others.

    Examples
    --------
    >>> joined_sections([("value()>=0", "0.0")], "-0"), joined_sections([("value()<0", "(0)")], "0")
    ('0.0;-0', '0;(0)')
    """
    codes = [*(code for _, code in mapped), base]
    first = next((at for at, (when, _) in enumerate(mapped) if _holds(when)), len(mapped))
    return ";".join([codes.pop(first), *codes])


def _holds(condition: str) -> bool:
    """Return whether a condition holds for some positive number."""
    said = CONDITION.fullmatch(condition)
    if said is None:
        return False
    try:
        bound = float(said[2])
    except ValueError:
        return False
    return said[1] in (">", ">=", "!=", "<>") or bound > 0


def fitted(code: str, kind: str, currency: str = "", is_whole: bool = True) -> str:
    """Return a code that shows a value as what its type says, if need be another one.

    Parameters
    ----------
    code : str
        That of the cell's style.
    kind : str
        Type of the value, such as ``percentage``.
    currency : str
        What the cell says of itself, such as ``CNY``.
    is_whole : bool
        The day has no time.

    Examples
    --------
    >>> fitted("0.0%", "percentage"), fitted("General", "percentage"), fitted("General", "date", is_whole=False)
    ('0.0%', '0.00%', 'yyyy-mm-dd hh:mm:ss')
    >>> fitted("0.00", "currency", "CNY"), fitted("[$¥-804]0", "currency", "CNY"), fitted("[$$]0", "currency", "AUD")
    ('[$CNY] #,##0.00', '[$¥-804]0', '[$AUD]0')
    """
    if kind == "percentage":
        return code if "%" in SILENT.sub("", code) else PERCENT
    if kind == "date":
        return code if is_date(0, code) else DAY if is_whole else MOMENT
    if kind == "time":
        return code if is_date(0, code) else TIME
    return _with_currency(code, currency.strip()) if kind == "currency" else code


def _with_currency(code: str, currency: str) -> str:
    """Return a code that names the cell's currency, if its own sign is none or may stand for several."""
    said = word_shown(code)
    own = SIGN.search(code)
    if not currency or set(currency) & set("[]-;") or CLEAR.fullmatch(said):
        return code
    if own and (not said or CLEAR.fullmatch(currency.upper())):
        return code.replace(own[0], f"[${currency}]")
    return f"[${currency}] #,##0.00" if said in ("", "$", "¥", "￥") else code
