"""The words and signs around a number, and the patterns that a cell is taken apart with.

The words are in `number_words.csv`, by kind.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from deminimis.model import cells
from deminimis.readers.cells.decimal_marks import NUMBER

NOTHING_SAID = r"[-?_.…*/~=]+"


@dataclass(frozen=True, slots=True)
class Currency:
    """Currencies that a sign can stand for, and the one assumed by the language of the headers ("*" for any)."""

    codes: tuple[str, ...]
    assumed: Mapping[str, str] = field(default_factory=dict)


def word_key(text: str) -> str:
    """Return a word as words are compared: in lower case, without dots, blanks single."""
    return re.sub(r"[\s_.]+", " ", text).strip().casefold()


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files(__package__).joinpath("number_words.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def words_of(kind: str) -> frozenset[str]:
    """Return the words of one kind in lower case, as `number_words.csv` lists them."""
    return frozenset(word_key(word) for row in _rows() if row["kind"] == kind for word in row["words"].split("|"))


@cache
def currency_words(*, names: bool = False) -> Mapping[str, Currency]:
    """Return every currency sign and ISO code, in lower case; on demand the names that stand alone in a cell too."""
    words = {code.casefold(): Currency((code,)) for code in cells.currency_codes()}
    kinds = ("currency", "currency_name") if names else ("currency",)
    for row in (row for row in _rows() if row["kind"] in kinds):
        assumed = dict(pair.split(":") for pair in row["assumed"].split("|") if pair)
        words |= {
            word.casefold(): Currency(tuple(row["means"].split("|")), assumed) for word in row["words"].split("|")
        }
    return words


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _listed(kind: str) -> str:
    return _any(word for row in _rows() if row["kind"] == kind for word in row["words"].split("|"))


def _currency() -> str:
    # Codes in capitals only: "all" and "try" are words.
    return f"{_listed('currency')}|(?-i:{_any(cells.currency_codes())})"


def _about() -> tuple[str, str]:
    """Return the words for "about" before and behind a number; a Latin one is not the beginning of "CA$"."""
    words = _listed("approximate")
    before = rf"(?:[(\[]?\s*(?P<about>{words})(?:(?<![a-z])|(?![a-z$]))\s*[)\]]?\s*)?"
    return before, rf"(?:(?<![a-z])[(\[]?\s*(?P<thereabouts>{words})\s*[)\]]?)?"


@cache
def quantity_pattern() -> re.Pattern[str]:
    """Return the pattern of a number with a unit or another word behind it."""
    before, behind = _about()
    number = rf"(?P<before>[+-])?\s*(?P<number>{NUMBER})(?P<behind>-(?=\s|$))?"
    return re.compile(rf"{before}{number}\s*(?P<unit>\S.*?)??\s*{behind}", re.IGNORECASE)


@cache
def money_pattern() -> re.Pattern[str]:
    """Return the pattern of an amount of money, with currency, price quantity and unit."""
    before, behind = _about()
    left = rf"(?P<first>[+-])?\s*(?P<left>{_currency()})?\s*(?P<second>[+-])?\s*"
    # 12,- and 12.-- are whole amounts: the dash stands for the cents
    number = rf"(?P<number>{NUMBER})(?:(?P<cents>[.,])--?(?!-))?(?P<third>-)?"
    right = rf"\s*(?P<right>{_currency()})?(?P<fourth>-)?\s*"
    amount = rf"(?P<per>{_listed('per')})\s*(?P<amount>{NUMBER})?\s*(?P<unit>\S.*?)??"
    return re.compile(
        rf"{before}{left}{number}{right}(?:(?P<each>{_listed('each')})|{amount})?\s*{behind}", re.IGNORECASE
    )


@cache
def money_silence() -> re.Pattern[str]:
    """Return the pattern of a price of which only the currency stands there, or a dash."""
    return re.compile(rf"(?:{_currency()})?(?:{NOTHING_SAID})?(?:{_currency()})?", re.IGNORECASE)
