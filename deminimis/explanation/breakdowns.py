"""The controlled value of one part in shares: by line, by part, by material, by supplier, by evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from deminimis.assessment import Calculation
from deminimis.explanation.carried import Beneath, Carried, Ends, totals_beneath
from deminimis.explanation.records import Records
from deminimis.explanation.result import LAPSED, Breakdown, Share

Name = TypeVar("Name", int, str)
Open = tuple[float, float | None, float | None]
"""Low, typical and high; the last two None where nothing limits them."""


def break_down(
    calculation: Calculation, beneath: Beneath, rows: list[Carried], records: Records
) -> tuple[Breakdown, ...]:
    """Return the controlled value in shares by line, part, material, supplier and evidence.

    Parameters
    ----------
    calculation : Calculation
    beneath : dict
        What carries in the part explained.
    rows : list of Carried
    records : Records

    Returns
    -------
    tuple of Breakdown
        Each adds up to the controlled value at every end.
    """
    named: dict[str, Callable[[Carried], str]] = {
        "material": lambda row: row.content.claim.material,
        "supplier": lambda row: row.content.claim.supplier or records.word(row.part, "supplier"),
        "evidence": evidence_of,
    }
    grouped = [Breakdown(by, _shares([Share(n, *e) for n, e in _groups(rows, key)])) for by, key in named.items()]
    quantities = {row.part: float(row.quantity) for row in rows}
    parts = [
        Share(records.number(code), *ends, quantity=quantities[code], description=records.word(code, "description"))
        for code, ends in _groups(rows, lambda row: row.part)
    ]
    by_line = Breakdown("line", _shares(_of_lines(calculation, beneath, rows, records)))
    return (by_line, Breakdown("part", _shares(parts)), *grouped)


def evidence_of(row: Carried) -> str:
    """Return the grade of evidence of a content; a declaration out of its dates is none."""
    claim = row.content.claim
    return LAPSED if claim.lapsed else claim.evidence


def _open(ends: Ends, is_open: bool) -> Open:
    """Return the ends as plain numbers, None where nothing limits them."""
    low, typical, high = (float(end) for end in ends)
    return (low, None, None) if is_open else (low, typical, high)


def _groups(rows: list[Carried], key: Callable[[Carried], Name]) -> list[tuple[Name, Open]]:
    """Return the sum of each group at every end."""
    sums: dict[Name, tuple[Ends, bool]] = {}
    for row in rows:
        before, was_open = sums.get(key(row), ((0, 0, 0), False))
        low, typical, high = (a + b for a, b in zip(before, row.all, strict=True))
        sums[key(row)] = (low, typical, high), was_open or row.open
    return [(name, _open(*ends)) for name, ends in sums.items()]


def _of_lines(calculation: Calculation, beneath: Beneath, rows: list[Carried], records: Records) -> list[Share]:
    """Return what each line of the part brings, and what the part holds of its own."""
    code, lines = next(iter(beneath.items()))
    own = [(records.number(code), ends) for part, ends in _groups(rows, lambda row: row.part) if part == code]
    shares = [Share(name, *ends, quantity=1.0, description="its own content") for name, ends in own]
    totals, structure = totals_beneath(beneath, rows), calculation.measures.structure
    for line in lines:
        ends, is_open = totals[line.child]
        low, typical, high = (line.quantity * end for end in ends)
        place = calculation.bom.place("lines", int(structure.line[line.place]))
        brought = Share(records.number(line.child), *_open((low, typical, high), is_open), **place)
        description = records.word(line.child, "description")
        shares.append(replace(brought, quantity=float(line.quantity), description=description))
    return shares


def _shares(shares: list[Share]) -> tuple[Share, ...]:
    """Return the shares with their part of the whole, largest first."""
    whole = Breakdown("", tuple(shares)).total
    end = "typical" if whole.typical else "high"
    all_of_it = getattr(whole, end)
    if all_of_it:
        shares = [replace(share, of_all=getattr(share, end) / all_of_it) for share in shares]
    return tuple(sorted(shares, key=lambda s: (s.high is not None, -(s.typical or 0.0), -(s.high or 0.0), s.name)))
