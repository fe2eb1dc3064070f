"""What the draws are made for: the goods asked about, what is settled of them without, and the line of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from deminimis.assessment import UNDETERMINED, Calculation, Interval, Judgement
from deminimis.assessment.figures import Figures, read_figures
from deminimis.assessment.measures import Measures
from deminimis.errors import QuestionError
from deminimis.model import Codes, Floats, Mask
from deminimis.uncertainty.drawing import Held, Lines
from deminimis.uncertainty.inputs import Uncertainty, read_uncertainty
from deminimis.uncertainty.result import FED_BY_ERROR

LOW, HIGH = 0, 2
ROUNDING = 1e-12
"""Relative distance within which a draw counts as at the line: sums of float64 made in another order differ by less."""


@dataclass(frozen=True)
class Asked:
    """The finished goods asked about, one row a good.

    Parameters
    ----------
    rows : ndarray (g,)
        Places among the finished goods.
    codes : ndarray (g,)
    part_numbers, verdicts : list of str
    limited : ndarray (g,) of bool
        Share has a low and a high end, and no error feeds it.
    unreliable : ndarray (g,) of bool
        An error feeds it.
    figures : Figures
        Of these goods alone, in their order.
    """

    rows: Codes
    codes: Codes
    part_numbers: list[str]
    verdicts: list[str]
    limited: Mask
    unreliable: Mask
    figures: Figures

    @property
    def open(self) -> Mask:
        """Which goods have the line inside a limited interval: only draws say how likely they are on which side."""
        return np.array([v == UNDETERMINED for v in self.verdicts], dtype=bool) & self.limited

    @property
    def shares(self) -> list[Interval]:
        """The exact interval of the share of every good."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = self.figures.controlled.T / self.figures.value
        intervals = list(map(Interval, *ends.tolist()))
        for good in np.flatnonzero(~self.limited).tolist():
            intervals[good] = self.figures.share(good)
        return intervals

    def reason(self, good: int) -> str:
        """Return why a good has no probability."""
        if self.unreliable[good]:
            return FED_BY_ERROR
        if self.figures.value_open[good] or not self.figures.value[good]:
            return "something in it has no value"
        return "a controlled material in it has no price or no limit"


def check_question(calculation: Calculation, *, draws: int = 1, seed: int = 0, china: float | None = None) -> None:
    """Refuse what cannot be drawn.

    Raises
    ------
    QuestionError
        If there are no draws, the seed is negative, odds are none, there is no finished good, or the reading judges
        something else than the sum in each finished good.
    """
    if draws < 1:
        raise QuestionError(f"{draws} draws say nothing: make one at least, a thousand for a first look.")
    if seed < 0:
        raise QuestionError(f"{seed} is no seed: give a whole number from 0 on.")
    if china is not None and not 0 <= china <= 1:
        raise QuestionError(f"{china:g} are no odds that an unknown origin is China: give a number from 0 to 1.")
    for choice, option in (("level", "finished_good"), ("aggregation", "sum")):
        chosen = getattr(calculation.reading, choice)
        if chosen != option:
            raise QuestionError(f"no draws are made under the reading {choice}={chosen}: ask under {choice}={option}.")
    if not len(calculation.goods):
        raise QuestionError("there is no finished good to draw for: mark one with finished_good yes.")


def read_asked(calculation: Calculation, goods: Sequence[str] | None) -> Asked:
    """Return the goods asked about; all of them where none is named.

    Raises
    ------
    QuestionError
        If one of them is no finished good.
    """
    if goods is None:
        rows = np.arange(len(calculation.goods), dtype=np.int32)
    else:
        rows = np.array([calculation.good_row(number) for number in dict.fromkeys(goods)], dtype=np.int32)
    codes = calculation.goods[rows]
    found, figures = calculation.judgement, _figures_of(calculation.measures, codes)
    unreliable = found.unreliable[codes]
    endless = figures.value_open | figures.controlled_open | (figures.value <= 0)
    verdicts = Judgement(found.at_or_above[codes], found.below[codes], unreliable).verdicts
    names = calculation.measures.structure.part_numbers.take(pa.array(codes)).to_pylist()
    return Asked(rows, codes, names, verdicts, ~(endless | unreliable), unreliable, figures)


def _figures_of(measures: Measures, codes: Codes) -> Figures:
    return read_figures(
        replace(
            measures,
            value=measures.value[codes],
            value_open=measures.value_open[codes],
            controlled=measures.controlled[codes],
            controlled_open=measures.controlled_open[codes],
        )
    )


def check_limited(asked: Asked, part_number: str) -> None:
    """Refuse a single good whose share has no limit.

    Raises
    ------
    QuestionError
        If an error feeds it, or something in it has no value or no price.
    """
    if not asked.limited[0]:
        reason = asked.reason(0)
        remedy = "look at the findings of a check first."
        raise QuestionError(f"the share of {part_number} cannot be drawn: {reason}; {remedy}", part_number=part_number)


def weights_of(asked: Asked, calculation: Calculation, shipments: Mapping[str, float] | None) -> Floats:
    """Return what each good asked about counts for, shape (g,); one where no shipments are given.

    Raises
    ------
    QuestionError
        If a good has no shipments, or fewer than none, or shipments name something else.
    """
    if shipments is None:
        return np.ones(len(asked.codes))
    for number in shipments:
        calculation.good_row(number)
    for number in asked.part_numbers:
        if number not in shipments:
            raise QuestionError(f"no shipments are given for {number}: say how many, 0 for none.", part_number=number)
        if not 0 <= shipments[number] < np.inf:
            raise QuestionError(f"{shipments[number]:g} shipments of {number}: give 0 or more.", part_number=number)
    return np.array([shipments[number] for number in asked.part_numbers], dtype=np.float64)


def reach(calculation: Calculation, rows: Codes, china: float | None) -> tuple[Uncertainty, Held]:
    """Return the uncertain content that some goods hold, and how many pieces of each part that carries it they hold.

    Parameters
    ----------
    calculation : Calculation
    rows : ndarray (g,)
        Places among the finished goods.
    china : float or None

    Returns
    -------
    Uncertainty
    Held
    """
    sources = calculation.sources
    quantity, wanted = sources.quantity, np.zeros(len(calculation.goods), dtype=bool)
    wanted[rows] = True
    inside = np.zeros(len(sources.carriers), dtype=bool)
    inside[quantity.indices[np.repeat(wanted, np.diff(quantity.indptr))]] = True
    uncertainty = read_uncertainty(calculation, frozenset(sources.carriers[inside].tolist()), china)
    place = np.full(len(sources.carriers), -1, dtype=np.int32)
    place[np.searchsorted(sources.carriers, uncertainty.carriers)] = np.arange(len(uncertainty.carriers))
    return uncertainty, Held(quantity, rows, place, len(uncertainty.carriers))


def lines_of(calculation: Calculation, asked: Asked, drawn: Codes) -> Lines:
    """Return the line and the exact interval of the goods drawn.

    Parameters
    ----------
    calculation : Calculation
    asked : Asked
    drawn : ndarray (d,)
        Places among those asked about.

    Notes
    -----
    The line is t V less the rounding of float64, so that no draw falls below it by rounding; it is kept between the
    ends, which were judged exactly: the low one is below it and the high one is not.
    """
    codes = asked.codes[drawn]
    low, high = calculation.measures.controlled[codes, LOW], calculation.measures.controlled[codes, HIGH]
    threshold = calculation.ruling.threshold
    assert threshold is not None
    line = asked.figures.value[drawn] * float(threshold) * (1 - ROUNDING)
    line = np.minimum(np.maximum(line, low * (1 + ROUNDING)), high * (1 - ROUNDING))
    return Lines(low, high, line, calculation.ruling.inclusive)
