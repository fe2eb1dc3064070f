"""Which answers take how much doubt from which open goods: the source matrix seen from those who can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from deminimis.assessment import UNDETERMINED, Calculation
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.model import Floats, Mask
from deminimis.scenarios.ask_doubts import Asked, Doubt, doubts_of

Ints = npt.NDArray[np.int64]
ERROR = "an error in the data feeds it"
NO_LIMIT = "a controlled material in it has no price or no limit, and no supplier can give one"
NO_VALUE = "something in it has no value"
REACHED = "what is declared, or what nobody can be asked about, may reach the line by itself"


@dataclass(frozen=True)
class Cover:
    """What each answer takes from each open good: entries of a sparse matrix of goods x answers, sorted by good.

    Parameters
    ----------
    goods : ndarray (g,)
        Places of the goods among the finished goods: undetermined, and within the reach of answers.
    weight : ndarray (g,)
    room : ndarray (g,)
        What may be left of N_high in parts that are not asked about, for the good to be below [base currency].
    wants : ndarray (g,)
        What must be added to N_low to bring it to the line; infinite without a known value [base currency].
    good, answer : ndarray (e,)
        Good and answer of each entry.
    takes : ndarray (e,)
        Taken from N_high of the good if the answer says that none of it counts [base currency].
    limits : ndarray (e,)
        Above 0 where nothing limits N_high without the answer.
    safe, safe_limits : ndarray (e,)
        The same, but only of content that alone brings the good to the line if it counts.
    adds : ndarray (e,)
        Added to N_low of the good if all of it counts as claimed [base currency].
    answers : tuple of Asked
        Sorted.
    parts : tuple of tuple of str
        Part numbers in open goods that each answer is about.
    out_of_reach : tuple of (part number, reason)
        Undetermined goods that no answer brings under the line.
    """

    goods: Ints
    weight: Floats
    room: Floats
    wants: Floats
    good: Ints
    answer: Ints
    takes: Floats
    limits: Floats
    safe: Floats
    safe_limits: Floats
    adds: Floats
    answers: tuple[Asked, ...]
    parts: tuple[tuple[str, ...], ...]
    out_of_reach: tuple[tuple[str, str], ...] = ()

    @cached_property
    def first(self) -> Ints:
        """Entries of good i stand at first[i] to first[i + 1] - 1."""
        counts = np.bincount(self.good, minlength=len(self.goods))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def by_answer(self) -> tuple[Ints, Ints]:
        """Entries by answer, and where those of each answer begin; (e,) and (u + 1,)."""
        counts = np.bincount(self.answer, minlength=len(self.answers))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return np.argsort(self.answer, kind="stable").astype(np.int64), starts

    def below(self, asked: Mask) -> Mask:
        """Return which goods are below if every answer asked for says that none of it counts, shape (g,)."""
        return self._within(asked, self.takes, self.limits)

    def for_sure(self, asked: Mask) -> Mask:
        """Return which goods are proven whichever of its two answers each of those asked gives, shape (g,)."""
        return self._within(asked, self.safe, self.safe_limits)

    def at_or_above(self, asked: Mask) -> Mask:
        """Return which goods are at or above the line if everything asked about counts as claimed, shape (g,)."""
        return np.asarray(self.sum(self.adds * asked[self.answer]) >= self.wants, dtype=bool)

    def _within(self, asked: Mask, taken: Floats, limited: Floats) -> Mask:
        given = asked[self.answer]
        # What is left is summed, not what is taken subtracted: where all is taken, nothing at all may be left.
        left, without_limit = self.sum(self.takes - taken * given), self.sum(self.limits - limited * given)
        return np.asarray((left <= self.room) & (without_limit <= 0), dtype=bool)

    def sum(self, entries: Floats) -> Floats:
        """Return the sum of the entries of each good, shape (g,)."""
        return np.bincount(self.good, entries, len(self.goods)).astype(np.float64)


def cover_of(calculation: Calculation, weights: Floats) -> Cover:
    """Return what each answer takes from each open good.

    Parameters
    ----------
    calculation : Calculation
    weights : ndarray (g,)
        Of all finished goods.

    Returns
    -------
    Cover

    Notes
    -----
    Of every doubted content of its parts an answer says either that none of it counts, or that it counts within the
    range claimed for it. room = t V_low - N_high of what is not in doubt; wants = t V - N_low. Whatever is answered, a
    good is proven if each doubted content alone brings it to the line, or is small enough to stay in the room with all
    others of its kind: then one that counts is enough, and none that counts leaves too little.
    """
    doubts, fixed = doubts_of(calculation)
    open_ = open_goods(calculation)
    fixed_low, fixed_high, fixed_open = (calculation.sources.quantity[open_] @ fixed).T
    codes = calculation.goods[open_]
    line = float(calculation.ruling.threshold or 0) * calculation.measures.value[codes]
    room, value_open = line * (1 - NEAR_LINE) - fixed_high, calculation.measures.value_open[codes]
    unreliable = calculation.judgement.unreliable[codes]
    cases = [unreliable, fixed_open > 0, (room < 0) & value_open, room < 0]
    reasons = np.select(cases, [ERROR, NO_LIMIT, NO_VALUE, REACHED], "")
    reached = reasons == ""
    names, goods = calculation.part_numbers, open_[reached]
    wants = np.where(value_open, np.inf, line * (1 + NEAR_LINE) - fixed_low)[reached]
    answers = sorted({doubt.asked for doubt in doubts})
    entries = _entries(calculation, goods, wants, doubts, answers)
    return Cover(
        goods,
        weights[goods],
        room[reached],
        # Of what is in doubt the low end counts until it is answered.
        wants - np.bincount(entries["good"], entries.pop("low"), len(goods)),
        **entries,
        answers=tuple(answers),
        parts=_parts(calculation, open_, doubts, answers),
        out_of_reach=tuple((names[code], str(reason)) for code, reason in zip(codes, reasons, strict=True) if reason),
    )


def open_goods(calculation: Calculation) -> Ints:
    """Return the places of the undetermined goods among the finished goods."""
    verdicts = calculation.judgement.verdicts
    return np.flatnonzero([verdicts[code] == UNDETERMINED for code in calculation.goods.tolist()])


def _entries(
    calculation: Calculation, goods: Ints, wants: Floats, doubts: Sequence[Doubt], answers: Sequence[Asked]
) -> dict[str, Any]:
    """Return the entries of the matrix, those of one good and one answer added up."""
    held = calculation.sources.quantity[goods][:, [doubt.carrier for doubt in doubts]].tocoo()
    good, doubt_of, pieces = held.row.astype(np.int64), held.col.astype(np.int64), held.data
    place = {asked: index for index, asked in enumerate(answers)}
    answer = np.array([place[doubt.asked] for doubt in doubts], dtype=np.int64)[doubt_of]
    low, high, claimed, unlimited = (
        np.array([getattr(doubt, name) for doubt in doubts], dtype=np.float64)[doubt_of]
        for name in ("low", "high", "claimed", "unlimited")
    )
    alone = pieces * claimed >= wants[good]
    width = max(len(answers), 1)
    keys, inverse = np.unique(good * width + answer, return_inverse=True)
    values = {
        "takes": pieces * high,
        "limits": unlimited,
        "safe": pieces * high * alone,
        "safe_limits": unlimited * alone,
        "adds": pieces * (claimed - low),
        "low": pieces * low,
    }
    summed = {name: np.bincount(inverse, entry, len(keys)) for name, entry in values.items()}
    return {"good": keys // width, "answer": keys % width, **summed}


def _parts(
    calculation: Calculation, open_: Ints, doubts: Sequence[Doubt], answers: Sequence[Asked]
) -> tuple[tuple[str, ...], ...]:
    held = np.asarray(calculation.sources.quantity[open_].sum(axis=0)).ravel() > 0
    parts: dict[Asked, dict[str, None]] = {asked: {} for asked in answers}
    for doubt in (doubt for doubt in doubts if held[doubt.carrier]):
        parts[doubt.asked][calculation.part_numbers[int(calculation.sources.carriers[doubt.carrier])]] = None
    return tuple(tuple(sorted(parts[asked])) for asked in answers)
