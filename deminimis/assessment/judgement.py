"""The test at the line: controlled value against threshold x article value, without division."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from deminimis.assessment.measures import HIGH, LOW, Measures, above, measure, restrict
from deminimis.assessment.result import AT_OR_ABOVE, BELOW, UNDETERMINED
from deminimis.model import Bom, Mask, Numbers, Reading
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

    def verdict(self, part: int) -> str:
        """Return the verdict of one part; an error in it or beneath it leaves it undetermined."""
        if self.unreliable[part] or self.at_or_above[part] == self.below[part]:
            return UNDETERMINED
        return AT_OR_ABOVE if self.at_or_above[part] else BELOW


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
    at_or_above, below, near = _compare(measures, ruling)
    doubtful = near & _matters(measures)
    if doubtful.any():
        inside = descendants(measures.structure, np.flatnonzero(doubtful).astype(np.int32))
        exact = measure(restrict(bom, measures.structure, inside), on=on, reading=reading, exact=True)
        surely_at, surely_below, _ = _compare(exact, ruling)
        codes = exact.structure.codes(measures.structure.part_numbers.take(np.flatnonzero(doubtful)))
        at_or_above[doubtful], below[doubtful] = surely_at[codes], surely_below[codes]
    unreliable = above(measures.structure, measures.blocked)
    return Judgement(at_or_above, below, unreliable)


def _matters(measures: Measures) -> Mask:
    """Return the parts somebody reads a verdict of: finished goods and everything that carries controlled material."""
    matters: Mask = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool) | measures.controlled_open
    matters[measures.structure.finished_goods] = True
    return matters


def _compare(measures: Measures, ruling: Ruling) -> tuple[Mask, Mask, Mask]:
    assert ruling.threshold is not None
    over, under = ruling.threshold.numerator, ruling.threshold.denominator
    line = measures.value * over
    low, high = measures.controlled[:, LOW] * under, measures.controlled[:, HIGH] * under
    if ruling.inclusive:
        reaches, stays_below = low >= line, high < line
    else:
        reaches, stays_below = low > line, high <= line
    nothing = (high == 0) & ~measures.controlled_open
    at_or_above = _mask(reaches) & _mask(low > 0) & ~measures.value_open
    below = (_mask(stays_below) & ~measures.controlled_open) | _mask(nothing)
    near = (abs(low - line) <= NEAR_LINE * line) | (abs(high - line) <= NEAR_LINE * line)
    return at_or_above, below, _mask(near) & ~_mask(nothing)


def _mask(values: Numbers | npt.NDArray[np.bool_]) -> Mask:
    return np.asarray(values, dtype=bool)
