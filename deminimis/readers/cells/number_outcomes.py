"""What becomes of a cell once the decimal mark of its column is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from deminimis.model.cells import CellFault, read_currency
from deminimis.readers.cells.cell_patterns import Currency
from deminimis.readers.cells.cell_words import CellWords, usual_signs
from deminimis.readers.cells.decimal_marks import COMMA, POINT, Decision

ASSUMED = "CURRENCY_SIGN_ASSUMED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Plain decimal, price quantity, and the code and details of what is to be told."""

    text: str | None
    per: str = ""
    code: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def outcome(word: str, read: CellWords, kind: str, decision: Decision) -> Outcome:
    """Return what becomes of a word, its currency left aside.

    Parameters
    ----------
    word : str
        As printed.
    read : CellWords
        What it says.
    kind : str
        "quantity", "money" or "number".
    decision : Decision
        The decimal mark of its column.

    Returns
    -------
    Outcome
        Without text where an error is told; the word itself where it is no number, as the typing of cells then tells.

    Examples
    --------
    >>> from deminimis.readers.cells.cell_words import read_cell
    >>> outcome("1,000", read_cell("1,000", "quantity"), "quantity", Decision("", "")).details
    {'point': '1000', 'comma': '1.000'}
    """
    if read.unknown:
        return Outcome(None, code="QTY_UNKNOWN" if kind == "quantity" else "PRICE_UNKNOWN")
    if not read.readings:
        return Outcome(word if usual_signs(word).strip() else None)
    if read.strange:
        return Outcome(None, code="QTY_WORD_NOT_KNOWN", details={"word": read.strange})
    mark = _mark_of(read, decision)
    if not mark and read.is_open:
        return Outcome(None, code="NUMBER_AMBIGUOUS", details=_both_ways(read))
    if not mark:
        return Outcome(None, code="DECIMAL_MIXED", details={"evidence": decision.evidence})
    number, per = read.readings[mark]
    if read.approximate:
        return Outcome(number, per, "NUMBER_APPROXIMATE", {"number": number})
    return Outcome(number, per)


def _mark_of(read: CellWords, decision: Decision) -> str:
    """Return the mark by which a cell is read, "" where none is certain."""
    if len(read.readings) == 1:
        return decision.mark if decision.mark in read.readings else ""
    if not read.is_open:
        return POINT
    if decision.mixed or decision.doubted:
        return ""
    return decision.mark or (POINT if read.plain else "")


def _both_ways(read: CellWords) -> dict[str, str]:
    ways = (("point", POINT), ("comma", COMMA))
    return {name: " per ".join(part for part in read.readings[mark] if part) for name, mark in ways}


def currency_of(said: Currency, language: str, beside: str | None) -> tuple[str, str, dict[str, str]]:
    """Return which currency a sign stands for.

    Parameters
    ----------
    said : Currency
        What it can stand for.
    language : str
        Language of the headers.
    beside : str or None
        What the row's own cell of currency says.

    Returns
    -------
    tuple of (ISO code, finding code, details)
        No ISO code where it is unclear; no finding code where it is certain.

    Examples
    --------
    >>> currency_of(Currency(("CNY", "JPY"), {"zh": "CNY"}), "zh", None)
    ('CNY', 'CURRENCY_SIGN_ASSUMED', {'currency': 'CNY'})
    >>> currency_of(Currency(("CNY", "JPY")), "de", "JPY")
    ('JPY', '', {})
    """
    named = read_currency(beside.strip()) if beside else None
    certain = said.codes[0] if len(said.codes) == 1 else named if named in said.codes else None
    if certain:
        return certain, "", {}
    assumed = said.assumed.get(language[:2].casefold(), said.assumed.get("*", ""))
    if assumed:
        return assumed, ASSUMED, {"currency": assumed}
    return "", "CURRENCY_SIGN_UNCLEAR", {"currencies": " or ".join(said.codes)}


def assumed_once(faults: Iterable[CellFault]) -> Iterator[CellFault]:
    """Return the faults of a column in the order of rows, one assumption for all cells of a currency."""
    ordered = sorted(faults, key=lambda fault: fault.index)
    counts: dict[str, int] = {}
    for fault in ordered:
        if fault.code == ASSUMED:
            counts[fault.details["currency"]] = counts.get(fault.details["currency"], 0) + 1
    for fault in ordered:
        if fault.code != ASSUMED:
            yield fault
        elif count := counts.pop(fault.details["currency"], 0):
            yield replace(fault, details={**fault.details, "count": str(count)})
