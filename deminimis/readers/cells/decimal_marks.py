"""Decimal point or decimal comma: what each cell proves, and what that decides for its column.

A number written with marks has a reading for each decimal mark under which it is well formed. "1.234,50" has one, "12"
the same one for both, "1,000" two that differ by a factor of 1000: such a cell is read by what other cells prove, or
not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

POINT, COMMA = ".", ","
NAMES = {POINT: "decimal point", COMMA: "decimal comma"}
ARABIC_DECIMAL, ARABIC_THOUSANDS = "\u066b", "\u066c"
NUMBER = rf"[.,{ARABIC_DECIMAL}]?\d+(?:[ .,'{ARABIC_DECIMAL}{ARABIC_THOUSANDS}]\d+)*(?:[eE][+-]?\d+)?"
"""A number with whatever marks, as a part of a regular expression; `readings` says whether the marks make sense."""


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    d, t = re.escape(decimal), f"[{thousands}' ]"
    by_three = rf"[1-9]\d{{0,2}}(?P<three>{t})\d{{3}}(?:(?P=three)\d{{3}})*"
    by_two = rf"[1-9]\d?(?P<two>{t})\d\d(?:(?P=two)\d\d)*(?P=two)\d{{3}}"
    grouped = rf"(?P<grouped>{by_three}|{by_two})(?:{d}(?P<grouped_fraction>\d+))?"
    return re.compile(rf"{grouped}|(?P<whole>\d*)(?:{d}(?P<fraction>\d+))?(?P<exponent>[eE][+-]?\d+)?")


PATTERNS = {POINT: _pattern(POINT, COMMA), COMMA: _pattern(COMMA, re.escape(POINT))}


def readings(number: str) -> dict[str, str]:
    """Return the plain decimal that a number is under each decimal mark.

    Parameters
    ----------
    number : str
        ASCII digits and marks, no sign: grouped by threes, or by twos as in India, with a blank, an apostrophe or the
        other mark.

    Returns
    -------
    dict of decimal mark to str
        No entry for a mark under which the number is ill formed. No groups of thousands stand behind a leading group of
        0 or of four digits, nor before an exponent.

    Examples
    --------
    >>> readings("1.234,50"), readings("1,000"), readings("12"), readings("10 000")
    ({',': '1234.50'}, {'.': '1000', ',': '1.000'}, {'.': '12', ',': '12'}, {'.': '10000', ',': '10000'})
    """
    number = number.replace(ARABIC_THOUSANDS, "'")
    if ARABIC_DECIMAL in number:
        only = _reading(number.replace(ARABIC_DECIMAL, POINT), POINT) if POINT not in number else ""
        return dict.fromkeys((POINT, COMMA), only) if only else {}
    read = {mark: _reading(number, mark) for mark in PATTERNS}
    return {mark: text for mark, text in read.items() if text}


def _reading(number: str, mark: str) -> str:
    found = PATTERNS[mark].fullmatch(number)
    if not found or not number:
        return ""
    whole = re.sub(r"\D", "", found["grouped"]) if found["grouped"] else found["whole"]
    fraction = found["grouped_fraction"] or found["fraction"]
    if not whole and not fraction:
        return ""
    return (whole or "0") + (f".{fraction}" if fraction else "") + (found["exponent"] or "")


@dataclass(frozen=True, slots=True)
class Proof:
    """How many cells of a column are well formed under one decimal mark only, and the first of them; row 0 is none."""

    count: int
    row: int
    word: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The decimal mark of a column.

    Parameters
    ----------
    mark : str
        "." or ",", or "" where nothing decides.
    evidence : str
        One sentence for the user.
    mixed : bool
        Cells of the column prove different marks: a cell with two readings is then read by neither.
    doubted : bool
        Something speaks for the comma without deciding it.
    """

    mark: str
    evidence: str
    mixed: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """What decides the mark of one column.

    Parameters
    ----------
    name : str
        Its name.
    proofs : mapping of decimal mark to Proof
    unsettled : bool
        A cell such as "1,000" stands in it, which two marks read differently.
    """

    name: str
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    unsettled: bool = False


def decide(column: Column, others: Iterable[Column], forced: str = "", comma_hint: bool = False) -> Decision:
    """Decide the decimal mark of a column from its own cells, else from the other columns of its table.

    Parameters
    ----------
    column : Column
        The column; the rows of its proofs are those printed.
    others : iterable of Column
        The other columns of the table.
    forced : str
        The mark the user named; comes before all evidence.
    comma_hint : bool
        The file looks as if made where the decimal comma is usual. This decides nothing by itself.

    Returns
    -------
    Decision

    Examples
    --------
    >>> price = Column("price", {",": Proof(3, 7, "1.234,50")})
    >>> decide(price, []).evidence
    'decimal comma: row 7 says "1.234,50"'
    >>> decide(Column("quantity"), [price]).mark
    ','
    """
    if forced:
        return Decision(forced, f"{NAMES[forced]}: as asked for")
    own = column.proofs
    if len(own) > 1:
        most = max(own, key=lambda mark: own[mark].count)
        tie = own[POINT].count == own[COMMA].count
        said = "; ".join(_sentence(mark, own[mark]) for mark in (POINT, COMMA))
        return Decision("" if tie else most, f"mixed: {said}", mixed=True)
    for mark, proof in own.items():
        return Decision(mark, _sentence(mark, proof))
    proved = {mark: (other.name, proof) for other in others for mark, proof in other.proofs.items()}
    if len(proved) == 1:
        mark, (name, proof) = next(iter(proved.items()))
        return Decision(mark, f"{_sentence(mark, proof)} in {name}")
    if proved:
        return Decision("", "nothing decides: the other columns differ", doubted=True)
    return Decision("", "", doubted=comma_hint or column.unsettled)


def _sentence(mark: str, proof: Proof) -> str:
    where = f"row {proof.row} says " if proof.row else ""
    return f'{NAMES[mark]}: {where}"{proof.word}"'
