"""The test at the line: controlled value against threshold x article value, without division."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from deminimis.assessment.measures import HIGH, LOW, Measures, measure, restrict
from deminimis.assessment.result import AT_OR_ABOVE, BELOW, UNDETERMINED, VERDICTS
from deminimis.model import Bom, Codes, Mask, Numbers, Reading, Structure
from deminimis.rollup import marked_above
from deminimis.rules import Ruling
from deminimis.structure import descendants

NEAR_LINE = 1e-9
"""Relative distance from the line within which float64 is not trusted and the judgement is made again exactly."""


@dataclass(frozen=True)
class Judgement:
    """Proven ends of every part.

    Parameters
    ----------
    at_or_above : ndarray (n,) of bool
        The lowest share is at or above the threshold.
    below : ndarray (n,) of bool
        The highest share is below it.
    unreliable : ndarray (n,) of bool
        An error stands in the part or beneath it.
    """

    at_or_above: Mask
    below: Mask
    unreliable: Mask

    @cached_property
    def verdicts(self) -> list[str]:
        """The verdict of every part, by code; an error in it or beneath it leaves it undetermined."""
        return list(np.array(VERDICTS)[verdict_places(self.at_or_above, self.below, self.unreliable)].tolist())

    def verdict(self, part: int) -> str:
        """Return the verdict of one part."""
        return self.verdicts[part]


def judge(bom: Bom, measures: Measures, ruling: Ruling, *, on: date, reading: Reading) -> Judgement:
    """Return what is proven of every part; those near the line are measured again in exact arithmetic.

    Parameters
    ----------
    bom : Bom
        What was measured.
    measures : Measures
    ruling : Ruling
        Carries the threshold and whether it is inclusive.
    on : date
    reading : Reading

    Returns
    -------
    Judgement

    Notes
    -----
    With t = p/q: at or above if N_low q >= p V_high, below if N_high q < p V_low; nothing controlled is below.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1): "0.1 % or more of the value" (2025-10-09).
    """
    at_or_above, below, near = prove(measures, ruling)
    doubtful = np.flatnonzero(near).astype(np.int32)
    if len(doubtful):
        structure, base = measures.structure, measures.money.base
        exact = prove_exactly(bom, structure, doubtful, ruling, on=on, reading=reading, base=base)
        at_or_above[doubtful], below[doubtful] = exact
    unreliable = marked_above(measures.structure, measures.blocked)
    return Judgement(at_or_above, below, unreliable)


def verdict_places(at_or_above: Mask, below: Mask, unreliable: Mask) -> npt.NDArray[np.int8]:
    """Return the place in `VERDICTS` of each verdict, shape (k,), from what is proven and what an error feeds."""
    unsettled = unreliable | (at_or_above == below)
    places = np.where(at_or_above, VERDICTS.index(AT_OR_ABOVE), VERDICTS.index(BELOW)).astype(np.int8)
    places[unsettled] = VERDICTS.index(UNDETERMINED)
    return places


class Amounts(Protocol):
    """Article and controlled value of some parts, as `Measures` holds them of all."""

    @property
    def value(self) -> Numbers:
        """Article value, shape (k,)."""

    @property
    def value_open(self) -> Mask:
        """Where nothing limits it, shape (k,)."""

    @property
    def controlled(self) -> Numbers:
        """Controlled value low, typical, high, shape (k, 3)."""

    @property
    def controlled_open(self) -> Mask:
        """Where nothing limits it, shape (k,)."""


def prove(amounts: Amounts, ruling: Ruling) -> tuple[Mask, Mask, Mask]:
    """Return which amounts in float64 are proven at or above, which below, and which are too near to be trusted.

    Parameters
    ----------
    amounts : Amounts
        Of k parts.
    ruling : Ruling

    Returns
    -------
    ndarray (k,) of bool, three times
    """
    # What carries nothing is below whatever it is worth.
    carrying = _mask(amounts.controlled[:, HIGH] != 0) | amounts.controlled_open
    at_or_above, below, near = np.zeros_like(carrying), ~carrying, np.zeros_like(carrying)
    some = np.flatnonzero(carrying)
    # Numbers beyond float64 are a finding of their own; here they need only not get in the way.
    with np.errstate(over="ignore", invalid="ignore"):
        line, low, high = _sides(amounts, ruling, some)
        at_or_above[some], below[some] = _proven(amounts, ruling, some)
        near[some] = (abs(low - line) <= NEAR_LINE * line) | (abs(high - line) <= NEAR_LINE * line)
    return at_or_above, below, near


def prove_exactly(
    bom: Bom, structure: Structure, parts: Codes, ruling: Ruling, *, on: date, reading: Reading, base: str
) -> tuple[Mask, Mask]:
    """Return which parts are proven at or above and which below, measured in exact arithmetic.

    Parameters
    ----------
    bom : Bom
    structure : Structure
        Of this Bom, or of one with the same lines.
    parts : ndarray (k,)
        Their codes.
    ruling : Ruling
    on : date
    reading : Reading
    base : str
        Base currency of the whole.

    Returns
    -------
    ndarray (k,) of bool, twice
    """
    smaller = restrict(bom, structure, descendants(structure, parts), base)
    exact = measure(smaller, on=on, reading=reading, exact=True)
    return _proven(exact, ruling, exact.structure.codes(structure.part_numbers.take(parts)))


def _sides(measures: Amounts, ruling: Ruling, parts: npt.NDArray[Any]) -> tuple[Numbers, Numbers, Numbers]:
    """Return p V, q N_low and q N_high of the threshold p / q: the two sides of the test, without division."""
    assert ruling.threshold is not None
    over, under = ruling.threshold.numerator, ruling.threshold.denominator
    controlled = measures.controlled[parts]
    return measures.value[parts] * over, controlled[:, LOW] * under, controlled[:, HIGH] * under


def _proven(measures: Amounts, ruling: Ruling, parts: npt.NDArray[Any]) -> tuple[Mask, Mask]:
    """Return which parts are proven at or above, and which below."""
    line, low, high = _sides(measures, ruling, parts)
    value_open, controlled_open = measures.value_open[parts], measures.controlled_open[parts]
    reaches, stays_below = (low >= line, high < line) if ruling.inclusive else (low > line, high <= line)
    at_or_above = _mask(reaches) & _mask(low > 0) & ~value_open
    below = (_mask(stays_below) | _mask(high == 0)) & ~controlled_open
    return at_or_above, below


def _mask(values: Numbers) -> Mask:
    return np.asarray(values, dtype=bool)
