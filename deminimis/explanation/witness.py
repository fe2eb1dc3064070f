"""What proves a verdict: the fewest parts that reach the line, the bound that stays under it, or what is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Calculation, Interval
from deminimis.assessment.blocked import MONEY_TABLES
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.assessment.measures import Measures, measure, restrict
from deminimis.assessment.questions import FORMS_UNKNOWN, GUESSED
from deminimis.explanation.carried import Amount, Beneath, Carried, carried_in, lines_beneath
from deminimis.explanation.records import Records
from deminimis.explanation.result import Held, Witness
from deminimis.model import Finding
from deminimis.reference import materials
from deminimis.structure import descendants

MOST_NAMED = 20
"""Errors and parts without value that are named one by one."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the materials of one carrying part bring together."""

    part_number: str
    quantity: float
    low: Amount
    high: Amount
    rows: tuple[Carried, ...]

    @property
    def open(self) -> bool:
        return any(row.open for row in self.rows)

    @property
    def unproven(self) -> bool:
        return self.open or self.low < self.high

    @property
    def spread(self) -> tuple[bool, Amount]:
        return self.open, self.high - self.low

    def held(self, missing: tuple[str, ...] = ()) -> Held:
        high = None if self.open else float(self.high)
        return Held(self.part_number, self.quantity, float(self.low), high, missing)


def prove(
    calculation: Calculation, beneath: Beneath, rows: list[Carried], records: Records, value: Interval
) -> Witness:
    """Return what proves the verdict that a part's own share gives it, or what is to be settled.

    Parameters
    ----------
    calculation : Calculation
    beneath : dict
        What carries in the part explained.
    rows : list of Carried
    records : Records
    value : Interval
        Article value of the part [base currency].

    Returns
    -------
    Witness

    Notes
    -----
    At or above, t V <= N_low: since nothing carried is negative, any parts whose least values reach t V prove it, the
    rest unseen. Taken from the largest down, the first k have the largest sum of any k parts; so where they do not
    reach the line no k do, and the first k that reach it are the fewest. Sums within 1e-9 of the line are compared
    again in exact fractions. Below: with every unknown at its worst the sum is N_high < t V. Undetermined: the parts
    whose least and most differ, the largest gap first, beside missing values and errors.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1): "0.1 % or more of the value" (2025-10-09).
    """
    code = next(iter(beneath))
    verdict = calculation.judgement.verdict(code)
    sums = _sums(rows, records.number)
    assert calculation.ruling.threshold is not None
    line = float(calculation.ruling.threshold) * (value.low or 0.0)
    if verdict == AT_OR_ABOVE:
        return _fewest(calculation, code, sums, line)
    most = None if any(one.open for one in sums) else float(sum(one.high for one in sums))
    if verdict == BELOW:
        held = sorted(sums, key=lambda one: (-one.high, one.part_number))
        near = most is not None and abs(most - line) <= NEAR_LINE * line
        assumed = _assumed_free(calculation.measures, code)
        return Witness(BELOW, line, most, tuple(one.held() for one in held), exact=near, assumed_free=assumed)
    unproven = sorted((one for one in sums if one.unproven), key=lambda one: one.spread, reverse=True)
    missing = _Missing(calculation)
    return Witness(
        UNDETERMINED,
        line,
        most,
        tuple(one.held(missing.of(one)) for one in unproven),
        len(sums) - len(unproven),
        without_value=tuple(_without_value(calculation.measures, code)),
        errors=tuple(_errors(calculation, code)),
    )


def _sums(rows: Sequence[Carried], number: Callable[[int], str]) -> list[_Sum]:
    by_part: dict[int, list[Carried]] = {}
    for row in rows:
        by_part.setdefault(row.part, []).append(row)
    return [
        _Sum(
            number(part),
            float(group[0].quantity),
            sum(row.all[0] for row in group),
            sum(row.all[2] for row in group),
            tuple(group),
        )
        for part, group in by_part.items()
    ]


# ---------------------------------------------------------------- at or above: the fewest parts


def _fewest(calculation: Calculation, code: int, sums: list[_Sum], line: float) -> Witness:
    """Return the fewest parts whose least values reach the line; near it, found in exact fractions."""
    ordered = _largest_first(sums)
    reached = np.cumsum([float(one.low) for one in ordered])
    exact = bool((abs(reached - line) <= NEAR_LINE * line).any())
    wanted: Amount = line
    if exact:
        ordered, wanted = _exactly(calculation, code)
    total: Amount = 0
    needed = []
    for one in ordered:
        needed.append(one)
        total += one.low
        if total >= wanted if calculation.ruling.inclusive else total > wanted:
            break
    held = tuple(one.held() for one in needed)
    return Witness(AT_OR_ABOVE, line, float(total), held, len(ordered) - len(needed), exact)


def _largest_first(sums: list[_Sum]) -> list[_Sum]:
    return sorted(sums, key=lambda one: (-one.low, one.part_number))


def _exactly(calculation: Calculation, code: int) -> tuple[list[_Sum], Fraction]:
    """Return what each carrying part brings, largest first, and threshold x value, from the decimals the user wrote."""
    structure = calculation.measures.structure
    inside = descendants(structure, np.array([code], dtype=np.int32))
    bom = restrict(calculation.bom, structure, inside, calculation.measures.money.base)
    exact = measure(bom, on=calculation.on, reading=calculation.reading, exact=True)
    numbers = exact.structure.part_numbers
    [top] = exact.structure.codes(pa.array([structure.part_numbers[code].as_py()], pa.string())).tolist()
    rows = carried_in(exact, lines_beneath(exact, top), calculation.reading.aggregation)
    assert calculation.ruling.threshold is not None
    return _largest_first(_sums(rows, lambda part: numbers[part].as_py())), calculation.ruling.threshold * exact.value[
        top
    ]


# ---------------------------------------------------------------- below: what the bound rests on


def _assumed_free(measures: Measures, code: int) -> int:
    """Return how many purchased parts inside are taken to hold nothing because nothing says that they do."""
    told = measures.contents.declared | {content.part for content in measures.contents.contents}
    first, child = measures.structure.first, measures.structure.child
    waiting, seen, free = [code], {code}, 0
    while waiting:
        part = waiting.pop()
        lines = slice(int(first[part]), int(first[part + 1]))
        free += lines.start == lines.stop and part not in told
        inside = child[lines][np.asarray(measures.contained[lines] != 0, dtype=bool)].tolist()
        waiting += [one for one in dict.fromkeys(inside) if one not in seen]
        seen.update(inside)
    return free


# ---------------------------------------------------------------- undetermined: what is to be settled


class _Missing:
    """What is not proven of a carrying part, in words."""

    def __init__(self, calculation: Calculation) -> None:
        self._origin_matters = calculation.reading.numerator != "part1_any_origin"

    def of(self, one: _Sum) -> tuple[str, ...]:
        words = dict.fromkeys(word for row in one.rows for word in self._of_row(row))
        return tuple(words) or ("its amount or price is a range",)

    def _of_row(self, row: Carried) -> Iterator[str]:
        claim, (low, _, high) = row.content.claim, row.piece
        if not row.open and low == high:
            return
        if claim.lapsed:
            yield "its declaration is out of its dates"
        if claim.evidence in GUESSED:
            yield "content not declared"
        if claim.evidence == "estimate" or materials()[claim.material].form in FORMS_UNKNOWN:
            yield "form not known"
        if self._origin_matters and not claim.origin:
            yield "origin not known"
        if row.open:
            yield f"no price of {claim.material.replace('_', ' ')}" if claim.grams else "neither mass nor value known"


def _without_value(measures: Measures, code: int) -> list[str]:
    """Return the parts that have no value and nothing inside to sum it from, the first few."""
    found: list[str] = []
    waiting, seen = [code] if measures.value_open[code] else [], {code}
    first, child = measures.structure.first, measures.structure.child
    while waiting and len(found) < MOST_NAMED:
        part = waiting.pop()
        lines = slice(int(first[part]), int(first[part + 1]))
        paid = np.asarray(measures.paid[lines] != 0, dtype=bool) & measures.value_open[child[lines]]
        below = child[lines][paid].tolist()
        if not below:
            found.append(measures.structure.part_numbers[part].as_py())
        waiting += [one for one in reversed(below) if one not in seen]
        seen.update(below)
    return found


def _errors(calculation: Calculation, code: int) -> Iterator[str]:
    """Yield the errors in the data that stand in a part or beneath it, the first few."""
    if not calculation.judgement.unreliable[code]:
        return
    structure, blocked = calculation.measures.structure, calculation.measures.blocked
    inside = descendants(structure, np.array([code], dtype=np.int32))
    damaged = dict.fromkeys(structure.part_numbers.take(pa.array(np.flatnonzero(inside & blocked))).to_pylist())
    said = (*calculation.bom.findings, *calculation.measures.findings)
    told = [f for f in dict.fromkeys(said) if f.severity == "error" and _concerns(f, damaged)]
    if told:
        yield from (f"{_place(found)}{found.message}" for found in told[:MOST_NAMED])
    else:
        yield from (f"{part_number}: an error in its data" for part_number in list(damaged)[:MOST_NAMED])


def _concerns(found: Finding, damaged: dict[str, None]) -> bool:
    return found.part_number in damaged or not found.part_number or found.table in MONEY_TABLES


def _place(found: Finding) -> str:
    if not found.row:
        return ""
    return f"{', '.join(word for word in (found.file, found.sheet) if word)} row {found.row}: "
