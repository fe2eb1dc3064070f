"""Within which days a bill of materials, its batch and its items hold, as systems with change numbers keep them.

A row holds from its day on until a later row of the same thing takes its place, or marks it as deleted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Days = tuple[int, int]
"""First and last day, as ordinals."""
ALWAYS: Days = (dt.date.min.toordinal(), dt.date.max.toordinal())
Said = Mapping[str, Any]
"""A row of a table in the columns of `HEADS`."""


@dataclass(frozen=True, slots=True)
class Version:
    """What holds within some days: a batch of a bill of materials ("" = not named), or that an item is in it."""

    days: Days
    batch: str = ""


def key_of(number: str | None) -> str:
    """Return a number as it is compared: one program keeps the zeros before it, the other drops them.

    Examples
    --------
    >>> key_of("00000012"), key_of(" A01 "), key_of("000"), key_of(None)
    ('12', 'A01', '000', '')
    """
    word = (number or "").strip()
    return word.lstrip("0") or word if word.isdigit() else word


def both(one: Days, other: Days) -> Days | None:
    """Return the days that two spans share, or None.

    Examples
    --------
    >>> both((1, 5), (4, 9)), both((1, 5), (6, 9))
    ((4, 5), None)
    """
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def days_of(said: Said) -> Days:
    """Return the days that a row names, open where it names none."""
    begins, ends = said["valid_from"], said["valid_to"]
    return (begins.toordinal() if begins else ALWAYS[0], ends.toordinal() if ends else ALWAYS[1])


def versions(rows: Iterable[Said]) -> tuple[Version, ...]:
    """Return what holds when, from the rows that say it of one thing.

    Parameters
    ----------
    rows : iterable of Said
        In the columns of `HEADS`.

    Returns
    -------
    tuple of Version
        In the order of their days. Rows of one day and batch are one; rows of one day and other batches stand for the
        same days.

    Examples
    --------
    >>> day = dt.date(2026, 1, 1)
    >>> rows = [{"valid_from": None, "batch_quantity": "1"}, {"valid_from": day, "batch_quantity": "100"}]
    >>> old, new = versions([{**row, "valid_to": None, "deleted": False} for row in rows])
    >>> old.batch, old.days[1] + 1 == new.days[0] == day.toordinal()
    ('1', True)
    """
    ordered = sorted(rows, key=lambda said: days_of(said)[0])
    begins = sorted({days_of(said)[0] for said in ordered})
    after = dict(zip(begins, [*(day - 1 for day in begins[1:]), ALWAYS[1]], strict=True))
    found: dict[Version, None] = {}
    for said in ordered:
        first, last = days_of(said)
        if not said["deleted"] and (days := both((first, last), (first, after[first]))):
            found[Version(days, (said["batch_quantity"] or "").strip())] = None
    return tuple(_joined(list(found)))


def _joined(found: Sequence[Version]) -> Iterator[Version]:
    """Yield versions with those that follow each other and say the same as one."""
    before: Version | None = None
    for one in found:
        if before and one.batch == before.batch and one.days[0] == before.days[1] + 1:
            before = Version((before.days[0], one.days[1]), one.batch)
            continue
        if before:
            yield before
        before = one
    if before:
        yield before


def grouped(rows: Iterable[Said], *names: str) -> dict[tuple[str, ...], list[Said]]:
    """Return rows by the keys of some of their columns, in their order."""
    groups: dict[tuple[str, ...], list[Said]] = {}
    for said in rows:
        groups.setdefault(tuple(key_of(said[name]) for name in names), []).append(said)
    return groups


def item_days(rows: Sequence[Said]) -> tuple[dict[int, Days | None], list[Said]]:
    """Return within which days each row of a list of items holds, where later rows take the place of earlier ones.

    Parameters
    ----------
    rows : sequence of Said
        Of one sheet, deleted ones among them.

    Returns
    -------
    days : dict of row to Days
        None for a row that another one of the same day replaces.
    unclear : list of Said
        Rows of one item and one day that are not deleted: nobody says which of them holds.
    """
    days: dict[int, Days | None] = {}
    unclear: list[Said] = []
    for (_, _, item), several in grouped(rows, "bom_number", "alternative", "item").items():
        starts = sorted({days_of(said)[0] for said in several})
        after = dict(zip(starts, [*(day - 1 for day in starts[1:]), ALWAYS[1]], strict=True))
        held = [said for said in several if not said["deleted"]]
        for said in held:
            first, last = days_of(said)
            days[said["row"]] = both((first, last), (first, after[first])) if item else (first, last)
        begun = [days_of(said)[0] for said in held]
        if item and len(set(begun)) < len(begun):
            unclear.append(held[-1])
    return days, unclear


def without(days: Days, others: Iterable[Days]) -> list[Days]:
    """Return the days of a span that are in none of some others.

    Examples
    --------
    >>> without((1, 9), [(3, 4), (8, 12)]), without((1, 9), [(0, 9)])
    ([(1, 2), (5, 7)], [])
    """
    left = [days]
    for other in others:
        before = [(first, min(last, other[0] - 1)) for first, last in left]
        behind = [(max(first, other[1] + 1), last) for first, last in left]
        left = [span for span in (*before, *behind) if span[0] <= span[1]]
    return sorted(left)
