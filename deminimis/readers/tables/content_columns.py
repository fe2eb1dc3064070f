"""Columns that nobody reads but whose names say that they hold content: rare earths, by name, symbol or formula."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files

SYMBOLS = "Dy|Tb|Sm|Gd|Lu|Sc|Y|Nd|Pr|La|Ce|Eu|Ho|Er|Tm|Yb"
FORMULA = re.compile(rf"(?<![a-z])({SYMBOLS})\d{{0,2}}o\d{{1,2}}(?![a-z0-9])", re.IGNORECASE)
"""An oxide, such as Dy2O3."""
SYMBOL = re.compile(
    rf"(?:Dy|Tb|Sm|Gd|Nd)|(?:{SYMBOLS})"
    r"(?:[\W_]*(?:wt|mass|w)?[\W_]*%|[\W_]+(?:mass[\W_]+)?(?:ppm|[mµμk]?g|content|gehalt)|[\W_]*含量)\W*"
)
"""A symbol by itself, or with the unit of a mass or share; Y and Pr alone mean something else."""


@cache
def _words() -> re.Pattern[str]:
    """Return the pattern of all names: at the beginning of a word, or anywhere where words are not parted."""
    with files(__package__).joinpath("content_words.csv").open(encoding="utf-8") as stream:
        words = [row["word"] for row in csv.DictReader(stream)]
    short = [re.escape(word) for word in words if len(word) <= 4 and word.isascii()]
    parted = [re.escape(word) for word in words if _is_parted(word) and re.escape(word) not in short]
    rest = [re.escape(word) for word in words if not _is_parted(word)]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parted)}|(?:{'|'.join(short)})(?![^\W_]))|{'|'.join(rest)}")


def _is_parted(word: str) -> bool:
    """Return whether a word is of a script that parts words: Latin, Cyrillic."""
    return ord(word[0]) < 0x2000


def names_content(header: str) -> bool:
    """Return whether a header names a rare earth element, an oxide of one, or rare earths as such.

    Examples
    --------
    >>> [names_content(header) for header in ("Dy [g]", "Terbium content", "稀土含量", "Tb4O7 %", "REE")]
    [True, True, True, True, True]
    >>> [names_content(header) for header in ("Y", "Pr.", "Colour", "Free", "Scandinavia", "Date")]
    [False, False, False, False, False, False]
    """
    text = " ".join(unicodedata.normalize("NFKC", header).split())
    folded = re.sub(r"[_\s]+", " ", text.casefold())
    return bool(_words().search(folded) or FORMULA.search(folded) or SYMBOL.fullmatch(text))
