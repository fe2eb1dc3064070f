"""What stands above a table: the material it is for, the quantity it is written for, and whether it is upside down."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise, zip_longest
from typing import Any

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.tables.headers import read_header, roles_of

COUNTED = re.compile(r"\s*(\D+?)[\s:：]+(\d[\d.,]*(?:\s*\w{1,3})?)\s*")
"""A label and a number in one cell."""
QUANTITIES = ("required_quantity", "base_quantity")


ABOVE = 60
"""Rows above a header that are looked at."""


@dataclass(frozen=True, slots=True)
class Preamble:
    """What the rows above a header say.

    Parameters
    ----------
    material : str
        Part number the list is for, or "".
    required_quantity, base_quantity : str
        How many of it the quantities are printed or kept for, or "".
    where_used : int
        The row, from 0, that names the list a where-used list; -1 = none does.
    unclear : str
        The first of the two quantities that can be read in two ways, as printed, or "".
    words : tuple of (str, str)
        The two quantities as printed.
    """

    material: str = ""
    required_quantity: str = ""
    base_quantity: str = ""
    where_used: int = -1
    unclear: str = ""
    words: tuple[str, str] = ("", "")

    @property
    def names_quantity(self) -> bool:
        """Whether a quantity of the material stands above the list."""
        return any(self.words)

    @property
    def mark(self) -> str:
        """The decimal mark that one of the two quantities shows, "" where none does or they differ."""
        shown = {mark for word in self.words for mark in _marks(word) if mark in word}
        return shown.pop() if len(shown) == 1 and not self.unclear else ""

    def settled(self, mark: str) -> Preamble:
        """Return what stands above with its quantities read under the decimal mark of the table.

        Only a decimal fraction is: a thousand is written without decimals where the numbers below have some.
        """
        if not self.unclear or not mark:
            return self
        read = [
            read_quantity(w) or (read_quantity(w, mark) if set(w) & set(".,") == {mark} else "") for w in self.words
        ]
        unclear = next((word for word, number in zip(self.words, read, strict=True) if word and not number), "")
        return replace(self, required_quantity=read[0], base_quantity=read[1], unclear=unclear)


NOTHING_ABOVE = Preamble()


@cache
def _labels() -> Mapping[str, str]:
    with files(__package__).joinpath("preamble.csv").open(encoding="utf-8") as stream:
        return {read_header(row["label"]).full: row["means"] for row in csv.DictReader(stream)}


def read_preamble(grid: Grid, header: int, decimal: str = "", first: int = 0) -> Preamble:
    """Read what stands above a header row: labels with a value behind a colon or in the next filled cell.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : int
        The header row, from 0.
    decimal : str
        The decimal mark, where the user says it.
    first : int
        First row that does not belong to another table.

    Returns
    -------
    Preamble
    """
    found: dict[str, str] = {}
    where_used = -1
    for row in range(max(first, header - ABOVE), header):
        for label, value in _pairs([cell for cell in grid.row(row) if cell.strip()]):
            means = label_means(label)
            if means == "where_used":
                where_used = row
            elif means and value:
                found.setdefault("material" if means == "list_title" else means, value)
    words = [found.get(means, "") for means in QUANTITIES]
    required, base = (read_quantity(word, decimal) for word in words)
    return Preamble(
        "" if _is_label(found.get("material", "")) else found.get("material", ""),
        required,
        base,
        where_used,
        next((word for word, read in zip(words, (required, base), strict=True) if word and not read), ""),
        (words[0], words[1]),
    )


def _pairs(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield labels with their values: behind a colon, behind a gap, or in the next cell; a number behind any blank."""
    for cell, following in zip_longest(cells, cells[1:], fillvalue=""):
        label, colon, behind = cell.replace("：", ":").partition(":")
        yield label, behind.strip() if colon and behind.strip() else following.strip()
        yield cell, following.strip()
        words = re.split(r"\s{2,}", cell.strip())
        yield from ((one.rstrip(" :："), value) for one, value in pairwise(words))
        if counted := COUNTED.fullmatch(cell):
            yield counted[1], counted[2]


def label_means(label: str) -> str:
    """Return what a label above a list means.

    Parameters
    ----------
    label : str
        Without its colon.

    Returns
    -------
    str
        material, list_title (it names the material too), required_quantity, base_quantity, where_used, summary or "".
    """
    read = read_header(label)
    return _labels().get(read.full) or _labels().get(read.name) or ""


def _is_label(word: str) -> bool:
    return bool(label_means(word.partition(":")[0]) or roles_of(read_header(word))[0])


def quantity_doubts(grid: Grid, preamble: Preamble, header: str) -> tuple[Finding, ...]:
    """Tell a quantity above a list that can be read in two ways.

    Parameters
    ----------
    grid : Grid
        The sheet.
    preamble : Preamble
        What stands above the list.
    header : str
        Of the column whose numbers are for that quantity.

    Returns
    -------
    tuple of Finding
    """
    if not preamble.unclear:
        return ()
    doubt = f'"{preamble.unclear}" above the list can be read in two ways'
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "column": header}
    return (finding("QUANTITY_BASIS_UNCLEAR", **place, value="per_parent", detail=doubt),)


def read_quantity(word: str, decimal: str = "") -> str:
    """Return the number of a quantity whose unit may stand behind it, "" if it can be read in two ways.

    Parameters
    ----------
    word : str
        As printed.
    decimal : str
        "," or "." where the decimal mark is known.

    Returns
    -------
    str
        With a decimal point.

    Notes
    -----
    Systems print three decimals as a rule, so that 1,000 is one or a thousand.

    Examples
    --------
    >>> [read_quantity(word) for word in ("10 EA", "2,5", "1.000,000 KG", "1,000", "0")]
    ['10', '2.5', '1000.000', '', '']
    >>> read_quantity("1,000", ","), read_quantity("1,000", ".")
    ('1.000', '1000')
    """
    digits = _digits(word)
    marks = [decimal] if decimal else _marks(word)
    read = {Fraction(plain): plain for mark in marks if (plain := _reads(digits, mark))}
    return next(iter(read.values())) if len(read) == 1 and all(read) else ""


def _digits(word: str) -> str:
    found = re.fullmatch(r"([\d.,]*\d)\s*[^\d.,]*", word.strip())
    return found[1] if found else ""


def _marks(word: str) -> list[str]:
    """Return the decimal marks under which a quantity is well formed."""
    return [mark for mark in ".," if _reads(_digits(word), mark)]


def _reads(digits: str, mark: str) -> str:
    """Return digits with a decimal point if they are a number whose decimal mark is the given one, else ""."""
    other = re.escape("," if mark == "." else ".")
    fits = re.fullmatch(rf"(\d+|\d{{1,3}}({other}\d{{3}})+)({re.escape(mark)}\d+)?", digits)
    return re.sub(other, "", digits).replace(mark, ".") if fits else ""
