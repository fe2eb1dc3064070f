"""Whose the bill of materials of a number is: its parts, their alternatives, the batches and days of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pyarrow as pa

from deminimis.model.cells import read_decimal
from deminimis.readers.lists.bom_days import ALWAYS, Days, Said, Version, both, grouped, key_of, versions

Told = tuple[str, Mapping[str, Any]]
"""Code of a finding, and its details."""
Span = tuple[Days, Fraction | None]
"""Days, and for how many parents the quantities are within them; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Use:
    """One alternative of a number as the bill of materials of one part: within which days, and for which batch."""

    part: str | None
    alternative: str
    spans: tuple[Span, ...]

    def meets(self, other: Use) -> bool:
        """Return whether there is a day on which both hold."""
        return any(both(one, days) for one, _ in self.spans for days, _ in other.spans)


@dataclass(frozen=True, slots=True)
class Bill:
    """What stands under one number.

    Parameters
    ----------
    uses : tuple of Use
        In the order of the parts and alternatives; one without part where nobody has the number.
    stays : mapping of (alternative, item) to tuple of Days, optional
        Which item is in which alternative, None where no table says so.
    told : tuple of Told
        What is wrong with it.
    """

    uses: tuple[Use, ...]
    stays: Mapping[tuple[str, str], tuple[Days, ...]] | None = None
    told: tuple[Told, ...] = ()

    @property
    def owners(self) -> tuple[str, ...]:
        """The parts that have it."""
        return tuple(dict.fromkeys(use.part for use in self.uses if use.part is not None))

    def with_error(self, code: str, **details: object) -> Bill:
        """Return the bill with an error for each of its parts."""
        told = tuple((code, {**details, "part_number": part}) for part in self.owners)
        return replace(self, told=(*self.told, *told))


@dataclass(frozen=True)
class Heads:
    """By number: the rows that name parts, those that name batches, and those that put items into alternatives."""

    owners: Mapping[str, list[Said]] = field(default_factory=dict)
    batches: Mapping[str, list[Said]] = field(default_factory=dict)
    stays: Mapping[str, list[Said]] = field(default_factory=dict)


def known_heads(tables: Iterable[pa.Table]) -> Heads:
    """Sort what the tables of all files say of bills of materials.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
        In the columns of `HEADS`.

    Returns
    -------
    Heads
    """
    rows: list[Said] = [said for table in tables for said in table.to_pylist() if key_of(said["bom_number"])]
    wanted = ("part_number", "batch_quantity", "item")
    by_kind = ([said for said in rows if (said[name] or "").strip()] for name in wanted)
    return Heads(*({key: of_one for (key,), of_one in grouped(kind, "bom_number").items()} for kind in by_kind))


def bill_of(key: str, heads: Heads, of_lines: Sequence[str], parted: bool) -> Bill:
    """Return what stands under a number.

    Parameters
    ----------
    key : str
        From `key_of`.
    heads : Heads
    of_lines : sequence of str
        Alternatives that its lines name themselves.
    parted : bool
        It is known of every line in which alternatives it is.

    Returns
    -------
    Bill
        With BOM_NUMBER_UNKNOWN where nobody has it, BOM_BATCH_UNKNOWN where its batch is not known, BOM_NUMBERS_DIFFER
        where it has several alternatives and nothing says which line is in which.
    """
    if key not in heads.owners:
        nobody: Told = ("BOM_NUMBER_UNKNOWN", {"value": key, "part_number": ""})
        return Bill((Use(None, "", ((ALWAYS, None),)),), None, (nobody,))
    batches = {
        alternative: versions(rows) for (alternative,), rows in _by_alternative(heads.batches.get(key, ())).items()
    }
    stays = _stays(heads.stays.get(key, ()))
    named = [alternative for alternative in batches if alternative] or [*dict.fromkeys(of for of, _ in stays or ())]
    named = named or list(of_lines)
    uses: list[Use] = []
    told: list[Told] = []
    for (part, alternative), rows in _owners(heads.owners[key]).items():
        for one in [alternative] if alternative or not named else named:
            spans, fault = _spans(key, part, versions(rows), batches.get(one) or _of_any(batches))
            uses.append(Use(part, one, spans))
            told += fault
    several = list(dict.fromkeys([*named, *(use.alternative for use in uses), *of_lines]))
    bill = Bill(tuple(uses), stays, tuple(told))
    if len(several) < 2 or parted:
        return bill
    firsts = {use.part: use for use in reversed(uses)}
    bill = replace(bill, uses=tuple(use for use in uses if firsts[use.part] is use), stays=None)
    differ: list[Told] = [("BOM_NUMBERS_DIFFER", _several(part, several, key)) for part in bill.owners]
    return replace(bill, told=(*bill.told, *differ))


def _several(part: str, alternatives: Sequence[str], key: str) -> dict[str, str]:
    detail = f"alternatives {', '.join(alternatives)} of {key}"
    return {"value": part, "detail": detail, "part_number": part}


def _by_alternative(rows: Iterable[Said]) -> dict[tuple[str, ...], list[Said]]:
    return grouped(rows, "alternative")


def _owners(rows: Iterable[Said]) -> dict[tuple[str, str], list[Said]]:
    found: dict[tuple[str, str], list[Said]] = {}
    for said in rows:
        found.setdefault((said["part_number"].strip(), key_of(said["alternative"])), []).append(
            {**said, "batch_quantity": ""}
        )
    return found


def _stays(rows: Sequence[Said]) -> dict[tuple[str, str], tuple[Days, ...]] | None:
    if not rows:
        return None
    of_item = grouped(({**said, "batch_quantity": ""} for said in rows), "alternative", "item")
    return {(of, item): tuple(one.days for one in versions(several)) for (of, item), several in of_item.items()}


def _of_any(batches: Mapping[str, tuple[Version, ...]]) -> tuple[Version, ...]:
    """Return the batches of a number whose alternatives none is the part's: they hold if they agree."""
    return tuple(dict.fromkeys(Version(ALWAYS, one.batch) for several in batches.values() for one in several))


def _spans(
    key: str, part: str, owned: Sequence[Version], batches: Sequence[Version]
) -> tuple[tuple[Span, ...], list[Told]]:
    """Return the days of an alternative with its batch in them, and what is told where that is not known."""
    words: dict[Days, list[str]] = {}
    for own in owned:
        for one in batches or (Version(ALWAYS),):
            if days := both(own.days, one.days):
                words.setdefault(days, []).append(one.batch)
    words = words or {own.days: [] for own in owned}
    sizes = {days: {_number(word) for word in said} for days, said in words.items()}
    spans = tuple((days, next(iter(size)) if len(size) == 1 else None) for days, size in sizes.items())
    if all(batch is not None for _, batch in spans):
        return spans, []
    named = sorted({word for said in words.values() for word in said if word})
    detail = {"value": key, "detail": ", ".join(named) or "nothing", "part_number": part}
    return spans, [("BOM_BATCH_UNKNOWN", detail)]


def _number(word: str) -> Fraction | None:
    size = read_decimal(word)
    return size if size is not None and size > 0 else None
