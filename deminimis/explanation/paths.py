"""The paths from a part down to what carries in it, largest first, without walking them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice
from math import inf
from typing import TypeAlias

from deminimis.assessment import Interval
from deminimis.explanation.arithmetic import Arithmetic
from deminimis.explanation.breakdowns import evidence_of
from deminimis.explanation.carried import Beneath, Carried, CarryingLine
from deminimis.explanation.records import Records
from deminimis.explanation.result import Factor, Path, Paths

MOST_COUNTED = 10**15
"""Diamonds double their number level by level: from here on paths are not counted."""


@dataclass(frozen=True, slots=True)
class _Option:
    """What a path may do next at a part: follow a line, or end in what the part itself carries."""

    most: float
    next: CarryingLine | Carried


@dataclass(frozen=True, slots=True)
class _Way:
    """A path so far; the way before it is shared with others."""

    part: int
    quantity: float
    depth: int
    before: _Way | None = None
    line: CarryingLine | None = None

    def down(self, line: CarryingLine) -> _Way:
        return _Way(line.child, self.quantity * float(line.quantity), self.depth + 1, self, line)


_Options: TypeAlias = dict[int, list[_Option]]


def find_paths(beneath: Beneath, rows: list[Carried], records: Records, arithmetic: Arithmetic, top: int) -> Paths:
    """Return the paths that bring most, how many there are besides, and what those bring.

    Parameters
    ----------
    beneath : dict
        What carries in the part explained.
    rows : list of Carried
    records : Records
    arithmetic : Arithmetic
    top : int
        Paths wanted.

    Returns
    -------
    Paths

    Notes
    -----
    A path brings the product of the quantities along it x the value in one piece at its end, so the most that any
    continuation brings is known at every part beforehand: best[p] = max(own[p], max(quantity x best[child])). Following
    always the partial path with the largest bound gives the paths in order, each after as many steps as it is long;
    among equals the longest is followed first, so that diamonds cost no more. They are ranked by their typical value,
    or by the most they bring where nothing limits some or all typically bring nothing.
    """
    by_typical = not any(row.open for row in rows) and any(row.piece[1] for row in rows)
    options = _options(beneath, rows, by_typical)
    code = next(iter(beneath))
    found = [
        _path(code, way, row, records, arithmetic)
        for way, row in islice(_largest(options, code), min(top, MOST_COUNTED))
    ]
    left_out = _count(beneath, options) - len(found)
    return Paths(tuple(found), left_out, _rest(rows, found) if left_out else Interval(0.0, 0.0, 0.0))


def _options(beneath: Beneath, rows: list[Carried], by_typical: bool) -> _Options:
    """Return what a path may do at each part, the most telling first."""
    options: _Options = {part: [] for part in beneath}
    for row in rows:
        most = inf if row.open else float(row.piece[1] if by_typical else row.piece[2])
        options[row.part].append(_Option(most, row))
    for part, lines in reversed(beneath.items()):
        below = [(line, options[line.child]) for line in lines]
        options[part] += [_Option(float(line.quantity) * of[0].most, line) for line, of in below if of]
        options[part].sort(key=lambda option: -option.most)
    return options


def _largest(options: _Options, code: int) -> Iterator[tuple[_Way, Carried]]:
    """Yield the paths, largest first."""
    order, waiting = count(), list[tuple[float, int, int, _Way, int]]()

    def offer(way: _Way, place: int) -> None:
        if place < len(options[way.part]):
            bound = way.quantity * options[way.part][place].most
            heappush(waiting, (-bound, -way.depth, next(order), way, place))

    offer(_Way(code, 1.0, 0), 0)
    while waiting:
        *_, way, place = heappop(waiting)
        offer(way, place + 1)
        following = options[way.part][place].next
        if isinstance(following, Carried):
            yield way, following
        else:
            offer(way.down(following), 0)


def _count(beneath: Beneath, options: _Options) -> int:
    """Return the number of paths, `MOST_COUNTED` for as many or more."""
    counts: dict[int, int] = {}
    for part in reversed(beneath):
        ways = (1 if isinstance(o.next, Carried) else counts[o.next.child] for o in options[part])
        counts[part] = min(sum(ways), MOST_COUNTED)
    return counts[next(iter(beneath))]


def _rest(rows: list[Carried], shown: list[Path]) -> Interval:
    """Return what the paths that are not shown bring: all that is brought less what is shown."""

    def rest(end: int, name: str) -> float | None:
        if name != "low" and any(row.open for row in rows):
            return None
        brought: float = sum(getattr(path, name) for path in shown)
        return max(0.0, sum(float(row.all[end]) for row in rows) - brought)

    return Interval(*(rest(end, name) for end, name in enumerate(("low", "typical", "high"))))


def _path(code: int, way: _Way, row: Carried, records: Records, arithmetic: Arithmetic) -> Path:
    lines = _lines_of(way)
    low, typical, high = (way.quantity * float(end) for end in row.piece)
    end, factors = arithmetic.product(row)
    claim = row.content.claim
    return Path(
        tuple(records.number(part) for part in (code, *(line.child for line in lines))),
        tuple(Factor(float(line.quantity), _unit(records, line.child)) for line in lines),
        factors,
        end,
        low,
        None if row.open else typical,
        None if row.open else high,
        claim.material,
        evidence_of(row),
        claim.origin,
        claim.supplier or records.word(row.part, "supplier"),
        claim.detail,
    )


def _lines_of(way: _Way | None) -> list[CarryingLine]:
    """Return the lines of a path from the top down."""
    lines = []
    while way is not None and way.line is not None:
        lines.append(way.line)
        way = way.before
    return lines[::-1]


def _unit(records: Records, code: int) -> str:
    """Return the unit a part is counted in, blank for pieces."""
    unit = records.word(code, "unit")
    return "" if unit == "pcs" else unit
