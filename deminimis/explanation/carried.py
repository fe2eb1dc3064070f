"""What counts in one part: the lines that carry, how many pieces they hold, what one piece of each part brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heappop, heappush
from math import isfinite
from typing import Any, TypeAlias

import numpy as np

from deminimis.assessment.measures import HIGH, Measures, lines_of
from deminimis.content import Content

Amount: TypeAlias = Any
"""A float, or a `Fraction` where it was measured exactly."""

Ends: TypeAlias = tuple[Amount, Amount, Amount]
"""Low, typical and high."""


@dataclass(frozen=True, slots=True)
class CarryingLine:
    """A line whose child carries controlled material.

    Parameters
    ----------
    place : int
        Where it stands among the lines of the structure.
    child : int
        Code of the child.
    quantity : float or Fraction
        Pieces contained in one piece of the parent.
    """

    place: int
    child: int
    quantity: Amount


Beneath: TypeAlias = dict[int, list[CarryingLine]]
"""The carrying lines of a part and of all that carries in it, by code, parents before children."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one material in one carrying part brings.

    Parameters
    ----------
    content : Content
    quantity : float or Fraction
        Pieces of the carrying part in one piece of the part explained.
    piece : tuple of float or Fraction
        Low, typical and high of one piece, as the reading counts it [base currency].
    open : bool
        Nothing limits it.
    """

    content: Content
    quantity: Amount
    piece: Ends
    open: bool

    @property
    def part(self) -> int:
        """Code of the carrying part."""
        return self.content.part

    @property
    def all(self) -> Ends:
        """Low, typical and high of all its pieces [base currency]."""
        low, typical, high = (self.quantity * end for end in self.piece)
        return low, typical, high


def lines_beneath(measures: Measures, code: int) -> Beneath:
    """Return the carrying lines of a part and of everything that carries in it.

    Parameters
    ----------
    measures : Measures
    code : int

    Returns
    -------
    dict of int to list of CarryingLine
        Largest code first: a part stands behind all that contain it.
    """
    beneath: Beneath = {}
    waiting, seen = [-code], {code}
    while waiting:
        part = -heappop(waiting)
        beneath[part] = _carrying_lines(measures, part)
        for line in beneath[part]:
            if line.child not in seen:
                seen.add(line.child)
                heappush(waiting, -line.child)
    return beneath


def _carrying_lines(measures: Measures, part: int) -> list[CarryingLine]:
    begin, end = measures.structure.first[part : part + 2].tolist()
    if begin == end:
        return []
    child, quantity = measures.structure.child[begin:end], measures.contained[begin:end]
    carries = np.asarray(measures.controlled[child, HIGH] > 0, dtype=bool) | measures.controlled_open[child]
    places = np.flatnonzero(carries & np.asarray(quantity != 0, dtype=bool))
    columns = (places + begin).tolist(), child[places].tolist(), quantity[places].tolist()
    return [CarryingLine(*line) for line in zip(*columns, strict=True)]


def quantities_of(beneath: Beneath) -> dict[int, Amount]:
    """Return the pieces of every carrying part in one piece of the first.

    Notes
    -----
    count[child] += quantity x count[parent], from the top down, in the arithmetic of the quantities.
    """
    counts: dict[int, Amount] = dict.fromkeys(beneath, 0)
    counts[next(iter(beneath))] = 1
    for part, lines in beneath.items():
        for line in lines:
            counts[line.child] += line.quantity * counts[part]
    return counts


def carried_in(measures: Measures, beneath: Beneath, aggregation: str) -> list[Carried]:
    """Return what each material in each carrying part brings; every end adds up to the controlled value.

    Parameters
    ----------
    measures : Measures
    beneath : dict
        What carries in the part explained, from `lines_beneath`.
    aggregation : {"sum", "per_line"}
        Of the reading: all lines of Part 1 together, or the largest alone.

    Returns
    -------
    list of Carried
    """
    number = Fraction if measures.controlled.dtype == object else float
    counts = quantities_of(beneath)
    rows = [
        _limited(Carried(c, counts[c.part], (number(c.low), number(c.typical), number(c.high)), c.unbounded))
        for c in measures.contents.contents
        if c.part in counts and (c.high or c.typical or c.unbounded)
    ]
    return rows if aggregation == "sum" else _of_deciding_lines(rows)


def _limited(row: Carried) -> Carried:
    """Return the row; a number beyond float64 says no more than that nothing limits it."""
    return row if isfinite(row.all[2]) else replace(row, quantity=0.0, piece=(0.0, 0.0, 0.0), open=True)


def _of_deciding_lines(rows: Sequence[Carried]) -> list[Carried]:
    """Return what counts where each line of Part 1 stands for itself: at each end what falls under the largest."""
    lines = dict.fromkeys(line for row in rows for line in lines_of(row.content.claim.material))
    if not lines:
        return []
    low, typical, high = (
        max(lines, key=lambda line, end=end: sum(row.quantity * _under(row, line)[end] for row in rows))  # type: ignore[misc]
        for end in range(3)
    )
    counted = [
        replace(row, piece=(_under(row, low)[0], _under(row, typical)[1], _under(row, high)[2]))
        for row in rows
        if lines_of(row.content.claim.material)
    ]
    return [row for row in counted if any(row.piece) or row.open]


def _under(row: Carried, line: str) -> Ends:
    """Return what of a material falls under a line: of one that may fall under several, typically the first."""
    lines = lines_of(row.content.claim.material)
    low, typical, high = row.piece
    if line not in lines:
        return 0, 0, 0
    return (low if len(lines) == 1 else 0), (typical if line == lines[0] else 0), high


def totals_beneath(beneath: Beneath, rows: Iterable[Carried]) -> dict[int, tuple[Ends, bool]]:
    """Return the controlled value of one piece of every carrying part, and whether nothing limits it, by code."""
    own: dict[int, list[Amount]] = {part: [0, 0, 0, False] for part in beneath}
    for row in rows:
        total = own[row.part]
        own[row.part] = [*(a + b for a, b in zip(total, row.piece, strict=False)), total[3] or row.open]
    for part, lines in reversed(beneath.items()):
        total = own[part]
        for line in lines:
            of_child = own[line.child]
            total = [
                *(a + line.quantity * b for a, b in zip(total[:3], of_child, strict=False)),
                total[3] or of_child[3],
            ]
        own[part] = total
    return {part: ((low, typical, high), is_open) for part, (low, typical, high, is_open) in own.items()}
