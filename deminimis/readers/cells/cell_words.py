"""One cell that is more than a plain decimal: its number, and the words and signs around it.

Taken apart, not judged: which decimal mark holds and what a shared sign means is for the whole column to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from deminimis.model import cells
from deminimis.readers.cells.cell_patterns import (
    NOTHING_SAID,
    Currency,
    currency_words,
    money_pattern,
    money_silence,
    quantity_pattern,
    word_key,
    words_of,
)
from deminimis.readers.cells.decimal_marks import readings
from deminimis.units import unit_name

PLAIN = re.compile(cells.NUMBER)
DASHES = "-‐‑‒–—―−﹣－"
APOSTROPHES = "'’‘`´ʼ′"
LONGEST = 100
"""Characters of the longest cell looked at: a longer one is prose."""
PRICED_BY = re.compile(r"10+")
"""What "12.50/100" can be divided by without a unit; 10/25 may as well be two prices."""


@dataclass(frozen=True, slots=True)
class CellWords:
    """What a cell says.

    Parameters
    ----------
    readings : mapping of decimal mark to (number, price quantity)
        Plain decimals, with sign; the price quantity is "" where the cell names none. Empty: no number was recognised.
    plain : bool
        The cell is a plain decimal once digits and blanks are the usual ones.
    unit : str
        Unit named behind the number.
    strange : str
        Word behind a quantity that is no unit.
    currency : Currency or None
        What the sign or code says.
    approximate, unknown : bool
        It says "about"; it says in words that nothing is known.
    """

    readings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    plain: bool = False
    unit: str = ""
    strange: str = ""
    currency: Currency | None = None
    approximate: bool = False
    unknown: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the number differs with the decimal mark."""
        return len(set(self.readings.values())) > 1


NOT_READ = CellWords()


def read_cell(word: str, kind: str) -> CellWords:
    """Take one cell apart.

    Parameters
    ----------
    word : str
        As printed.
    kind : str
        "quantity", "money" or "number".

    Returns
    -------
    CellWords

    Examples
    --------
    >>> read_cell("EUR 3,20 / 1000 St", "money").readings, read_cell("12个", "quantity").unit
    ({',': ('3.20', '1000')}, '个')
    """
    # A long run of blanks would cost the patterns seconds; two blanks group no thousands either.
    text = re.sub(r"\s{2,}", "  ", usual_signs(word).strip())
    if not text or len(text) > LONGEST:
        return NOT_READ
    if PLAIN.fullmatch(text):
        sign, number = ("-" if text[0] == "-" else ""), text.lstrip("+-")
        read = readings(number) or dict.fromkeys(".,", number)
        return CellWords({mark: (sign + value, "") for mark, value in read.items()}, plain=True)
    if _says_unknown(text, kind):
        return CellWords(unknown=True)
    return _money(text) if kind == "money" else _quantity(text, kind)


def usual_signs(word: str) -> str:
    """Return a text in ASCII digits, blanks, dashes and apostrophes, full width narrowed, invisible signs dropped.

    Notes
    -----
    Not NFKC as a whole: that turns "10²" into 102 and "1½" into 11⁄2.

    Examples
    --------
    >>> usual_signs("１２\u00a0٣−")
    '12 3-'
    """
    return word if word.isascii() else "".join(_usual(sign) for sign in word)


@lru_cache(maxsize=4096)
def _usual(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Nd", "Zs", "Cf"):
        return str(unicodedata.decimal(sign)) if category == "Nd" else " " if category == "Zs" else ""
    if sign in DASHES or sign in APOSTROPHES:
        return "-" if sign in DASHES else "'"
    narrowed = unicodedata.decomposition(sign).startswith(("<wide>", "<narrow>", "<small>"))
    return unicodedata.normalize("NFKC", sign) if narrowed else sign


def _quantity(text: str, kind: str) -> CellWords:
    found = quantity_pattern().fullmatch(text)
    if not found:
        return NOT_READ
    read = _signed(found["number"], [found["before"], found["behind"]])
    word = (found["unit"] or "").strip()
    approximate = bool(found["about"] or found["thereabouts"])
    if not read or not word or (kind == "number" and word == "%"):
        return CellWords(read, approximate=approximate)
    unit = unit_word(word)
    if kind == "number" and unit_name(unit) == "pcs":
        return NOT_READ  # a mass or a share is not counted in pieces
    says_letters = any(map(str.isalpha, word)) and not any(map(str.isnumeric, word))
    if unit or (kind == "quantity" and says_letters):
        return CellWords(read, unit=unit, strange="" if unit else word, approximate=approximate)
    return NOT_READ


def _money(text: str) -> CellWords:
    bracket = re.fullmatch(r"([^\d()]*)\(([^\d()]*\d[^()]*)\)([^\d()]*)", text)
    found = money_pattern().fullmatch("".join(bracket.groups()) if bracket else text)
    if not found:
        return NOT_READ
    about = bool(found["about"] or found["thereabouts"])
    signs = [found[name] for name in ("first", "second", "third", "fourth")] + ["-" if bracket else ""]
    currency = _one_currency(found["left"], found["right"])
    unit = "pcs" if found["each"] else unit_word(found["unit"] or "")
    refused = (
        (found["unit"] and not unit) or (bracket and about) or ((found["left"] or found["right"]) and not currency)
    )
    bare = found["per"] == "/" and not unit and not PRICED_BY.fullmatch(re.sub(r"\D", "", found["amount"] or ""))
    if refused or bare or (found["per"] and not (found["amount"] or found["unit"])):
        return NOT_READ
    read = _signed(found["number"], signs, found["amount"] or "")
    if found["cents"] and len(set(read.values())) > 1:
        read = {found["cents"]: read[found["cents"]]}
    return CellWords(read, unit=unit, currency=currency, approximate=about)


def _signed(number: str, signs: Iterable[str | None], amount: str = "") -> dict[str, tuple[str, str]]:
    """Return the readings of a number and its price quantity under one decimal mark each."""
    said = [sign for sign in signs if sign]
    if len(said) > 1:
        return {}
    minus = "-" if said == ["-"] else ""
    amounts = readings(amount) if amount else {".": "", ",": ""}
    # "1.000" behind a slash counts pieces: read as 1 it would be a price a thousand times too high.
    if len(set(amounts.values())) > 1:
        amounts = {mark: text for mark, text in amounts.items() if "." not in text}
    if amount:
        amounts = {mark: text for mark, text in amounts.items() if re.search("[1-9]", text)}
    return {mark: (minus + text, amounts[mark]) for mark, text in readings(number).items() if mark in amounts}


def _one_currency(left: str | None, right: str | None) -> Currency | None:
    """Return what the signs before and behind a number stand for together; None where they exclude each other."""
    said = [currency_words().get(sign.casefold()) for sign in (left, right) if sign]
    if len(said) < 2 or not said[0] or not said[1]:
        return said[0] if len(said) == 1 else None
    both = tuple(code for code in said[0].codes if code in said[1].codes)
    return Currency(both, said[0].assumed if len(both) > 1 else {}) if both else None


def unit_word(word: str) -> str:
    """Return the unit that a word behind a number names.

    Parameters
    ----------
    word : str
        As printed, in brackets or not.

    Returns
    -------
    str
        The word itself where `deminimis.units` knows it, "pcs" for other words that count pieces, "" else.

    Examples
    --------
    >>> unit_word("Stk."), unit_word("(off)"), unit_word("End Sets")
    ('Stk.', 'pcs', '')
    """
    inner = re.sub(r"^[(\[](.*)[)\]]$", r"\1", word.strip()).strip()
    for said in (inner, unicodedata.normalize("NFKC", inner)):
        if unit_name(said):
            return said
    return "pcs" if word_key(inner) in words_of("count") else ""


def _says_unknown(text: str, kind: str) -> bool:
    if kind == "number" or re.search(r"\d", text):
        return False
    silent = money_silence() if kind == "money" else re.compile(NOTHING_SAID)
    return bool(silent.fullmatch(text.replace(" ", ""))) or word_key(text) in words_of(f"unknown_{kind}")


def currency_said(cell: str) -> Currency | None:
    """Return what a cell or a header's bracket that names a currency stands for; None where it names none.

    Parameters
    ----------
    cell : str
        A code, a sign, a name, or a code beside a sign.

    Returns
    -------
    Currency or None

    Examples
    --------
    >>> [currency_said(cell).codes for cell in ("RMB", "US Dollar", "CNY¥", "EUR €")], currency_said("net")
    ([('CNY',), ('USD',), ('CNY',), ('EUR',)], None)
    """
    words = currency_words(names=True)
    said = " ".join(usual_signs(cell).casefold().split())
    for word in (said, said.rstrip(". ")):
        if word in words:
            return words[word]
    both = re.fullmatch(r"([a-z]{3})[\s/]*([^\s/a-z]+)|([^\s/a-z]+)[\s/]*([a-z]{3})", said)
    return _one_currency(*[word for word in both.groups() if word]) if both else None
