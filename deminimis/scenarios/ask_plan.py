"""Whom to ask first: the fewest answers that settle the most open verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from deminimis.assessment import Calculation
from deminimis.assessment.calculation import calculation_of
from deminimis.errors import QuestionError
from deminimis.model import Bom, Floats, Mask, Reading
from deminimis.scenarios.additive import check_additive
from deminimis.scenarios.ask_cover import Cover, cover_of, open_goods
from deminimis.scenarios.ask_order import Selection, select, settled_by
from deminimis.scenarios.checked import check_goods
from deminimis.scenarios.per_good import per_good

MOST_ENTRIES = 250_000
"""Pairs of open good and answer up to which the optimum is looked for."""
SECONDS = 20.0
ASSUMES = "settled means: below the line if each of those asked answers that none of it counts"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the plan.

    Parameters
    ----------
    rank : int
        1 is asked first.
    suppliers : tuple of str
        Several where each may deliver the whole part, so that all have to answer; empty where nobody is named.
    parts : tuple of str
        Part numbers that it is about.
    settles : int
        Further open goods that are below once this and all answers before it say that none of it counts.
    settled : int
        Goods settled so far.
    settled_weight : float
        Their weight.
    """

    rank: int
    suppliers: tuple[str, ...]
    parts: tuple[str, ...]
    settles: int
    settled: int
    settled_weight: float

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "rank": self.rank,
            "suppliers": list(self.suppliers),
            "parts": list(self.parts),
            "settles": self.settles,
            "settled": self.settled,
            "settled_weight": self.settled_weight,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask, and what that settles.

    Parameters
    ----------
    answers : tuple of Answer
        In the order in which to ask.
    open_goods : int
        Undetermined goods.
    open_weight : float
        Their weight.
    settled, settled_weight
        Goods below, if every answer says that none of it counts.
    for_sure : int
        Goods of which the verdict is proven whichever answer comes: below or at or above; at least so many.
    at_or_above : int
        Goods at or above the line, if all that is asked about counts as claimed.
    out_of_reach : tuple of (part number, reason)
        Undetermined goods that no answer brings under the line.
    unweighted : int
        Open goods without a weight, which count as nothing.
    limit : int or None
        Answers asked for at most.
    bound : float
        With a limit no plan settles more weight; without one, no plan that settles as much has fewer answers.
    gap : float
        Relative distance of the plan from the bound; 0 is proven to be best.
    method : {"exact", "greedy"}

    Notes
    -----
    settled: below if all asked say that none counts: sum of N_high over what is not asked about < t V_low.
    for sure: proven whichever is said, in any mixture: each doubted content asked about that does not reach t V alone
    stays, together with all that is not asked about, under it. All settled for sure are settled.
    Within 1e-9 of the line a good counts as not settled.
    """

    answers: tuple[Answer, ...]
    open_goods: int
    open_weight: float
    settled: int
    settled_weight: float
    for_sure: int
    at_or_above: int
    out_of_reach: tuple[tuple[str, str], ...]
    unweighted: int
    limit: int | None
    bound: float
    gap: float
    method: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "assumes": ASSUMES,
            "answers": [answer.as_dict() for answer in self.answers],
            "open_goods": self.open_goods,
            "open_weight": self.open_weight,
            "settled": self.settled,
            "settled_weight": self.settled_weight,
            "settled_for_sure": self.for_sure,
            "at_or_above_if_all_counts": self.at_or_above,
            "out_of_reach": [{"part_number": good, "reason": reason} for good, reason in self.out_of_reach],
            "unweighted": self.unweighted,
            "limit": self.limit,
            "bound": self.bound,
            "gap": self.gap,
            "method": self.method,
        }


def ask_plan(
    given: Bom | Calculation,
    *,
    weights: Mapping[str, float] | None = None,
    limit: int | None = None,
    on: date | str | None = None,
    reading: Reading | None = None,
    exact: bool | None = None,
) -> Plan:
    """Plan whom to ask: the fewest supplier answers that settle the most open verdicts.

    Parameters
    ----------
    given : Bom or Calculation
    weights : mapping of part number to float, optional
        How much the verdict of a finished good matters, such as its shipments; goods without one count as nothing.
        Without it each good counts 1.
    limit : int, optional
        Ask for so many answers at most.
    on, reading
        As for `calculate`, if a Bom is given.
    exact : bool, optional
        Look for the optimum with a solver; by default where there are at most 250,000 pairs of good and answer.

    Returns
    -------
    Plan
        Empty where no verdict is open.

    Raises
    ------
    QuestionError
        No finished good, a weight of a part that is none, a weight that is no number from 0, weights of which none is
        of an open good, a limit below 1, or a reading under which controlled values do not add up.

    Notes
    -----
    Open are the undetermined goods. An answer is what one supplier says of all its doubted parts; where nobody is named
    each part is an answer of its own. Of each doubted content it says that none of it counts (none in it, or not from
    China), or that it counts within the range claimed for it; a guess claims nothing. The choice maximises the weight
    settled, in the sense of `Plan`; of equals the smallest set is taken.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1) and Annex 1 Part 1: origin and form decide what counts, 2025-10-09.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(parts={"part_number": ["pump", "fan", "magnet"], "unit_value": [90.0, 40.0, 5.0],
    ...                              "supplier": [None, None, "Sample Magnets"]},
    ...     lines={"parent": ["pump", "fan"], "child": ["magnet", "magnet"], "quantity": [2, 1]},
    ...     declarations={"part_number": ["magnet"], "material": ["terbium_metal"], "amount": [0.4],
    ...                   "basis": ["value_per_piece"]})
    >>> plan = ask_plan(bom, on="2026-11-22")
    >>> plan.answers[0].suppliers, plan.settled, plan.open_goods
    (('Sample Magnets',), 2, 2)
    """
    _check_limit(limit)
    return _planned(calculation_of(given, on, reading), weights, limit, exact)


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise QuestionError("a plan of no answers settles nothing: let the limit be 1 or more, or leave it out.")


def _planned(
    calculation: Calculation, weights: Mapping[str, float] | None, limit: int | None, exact: bool | None
) -> Plan:
    check_goods(calculation)
    check_additive(calculation, "a plan of whom to ask")
    amounts, named = per_good(calculation, weights, "weight")
    cover = cover_of(calculation, amounts)
    if weights is not None and len(cover.goods) and not cover.weight.any():
        raise QuestionError(
            "none of the open goods that an answer could settle has a weight above 0: give their shipments, or leave "
            "the weights out."
        )
    wanted = len(cover.good) <= MOST_ENTRIES if exact is None else exact
    found = select(cover, limit, exact=wanted, seconds=SECONDS)
    return _plan(calculation, cover, found, limit, amounts, named)


def _plan(
    calculation: Calculation, cover: Cover, found: Selection, limit: int | None, weights: Floats, named: Mask
) -> Plan:
    answers, asked = [], np.zeros(len(cover.answers), dtype=bool)
    settled = cover.below(asked)
    for rank, (answer, gained) in enumerate(settled_by(cover, found.order), 1):
        settled[gained] = True
        one, weight = cover.answers[answer], float(cover.weight[settled].sum())
        parts = cover.parts[answer]
        answers.append(Answer(rank, one.suppliers, parts, len(gained), int(settled.sum()), weight))
    asked[list(found.order)] = True
    reached = float(cover.weight[settled].sum())
    open_ = open_goods(calculation)
    return Plan(
        answers=tuple(answers),
        open_goods=len(open_),
        open_weight=float(weights[open_].sum()),
        settled=int(settled.sum()),
        settled_weight=reached,
        for_sure=int(cover.for_sure(asked).sum()),
        at_or_above=int(cover.at_or_above(asked).sum()),
        out_of_reach=cover.out_of_reach,
        unweighted=int((~named[open_]).sum()),
        limit=limit,
        bound=found.bound,
        gap=_gap(found.bound, reached if limit is not None else len(answers), limit),
        method="exact" if found.exact else "greedy",
    )


def _gap(bound: float, reached: float, limit: int | None) -> float:
    """Return how far the plan is from its bound, relative to the larger of the two."""
    largest = bound if limit is not None else reached
    return abs(bound - reached) / largest if largest else 0.0
