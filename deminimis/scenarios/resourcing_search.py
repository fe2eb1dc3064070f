"""The cheapest choice of one option per part that keeps every wanted good below the line, checked on the full road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from deminimis.assessment import BELOW, Calculation, calculate
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.model import Floats, Mask
from deminimis.scenarios.binary_choice import cheapest_choice
from deminimis.scenarios.resourcing_model import Model, changed_bill

Ints = npt.NDArray[np.int64]
ROUNDS = 40
"""Plans looked at again because the full road found a good of theirs not below."""


@dataclass(frozen=True)
class Found:
    """What the search found.

    Parameters
    ----------
    chosen : tuple of int, or None
        One option of each part; None where there is no such choice.
    after : Calculation or None
        Of the bill with the chosen options.
    bound : float
        No choice costs less [base currency].
    proven : bool
        The choice is the cheapest, or it is proven that there is none.
    """

    chosen: tuple[int, ...] | None
    after: Calculation | None
    bound: float
    proven: bool


def search(
    calculation: Calculation, model: Model, wanted: Ints, *, seconds: float, ignore_capacity: bool = False
) -> Found:
    """Return the cheapest options with which all wanted goods are below.

    Parameters
    ----------
    calculation : Calculation
        Of the bill as it is.
    model : Model
    wanted : ndarray (w,)
        Places of goods among the finished goods.
    seconds : float
        Time for the solver, each time it is asked.
    ignore_capacity : bool
        Take options, too, that cannot deliver as much as is needed.

    Returns
    -------
    Found

    Notes
    -----
    Minimise the sum of costs over options, with one option of each part and N_high - t V_low <= 0 for each good. A plan
    counts once `calculate` on the changed bill calls every wanted good below, which near the line it judges in exact
    fractions; else the goods that are not forbid their combination of options, and the solver is asked again.
    """
    usable = usable_options(model, wanted, ignore_capacity)
    cuts: list[tuple[Ints, int]] = []
    found = Found(None, None, np.inf, True)
    for _ in range(ROUNDS):
        taken, bound, proven = _cheapest(model, wanted, usable, cuts, seconds)
        found = Found(None, None, bound, proven)
        if taken is None:
            return found
        for chosen in dict.fromkeys((_without_idle(model, wanted, taken), taken)):
            after = _after(calculation, model, chosen)
            missed = _missed(after, calculation, wanted)
            if not len(missed):
                return Found(chosen, after, bound, proven)
        cuts += [_forbidden(model, chosen, int(good)) for good in missed]
    return Found(None, None, found.bound, False)


def usable_options(model: Model, wanted: Ints, ignore_capacity: bool = False) -> Mask:
    """Return which options may be chosen: those that can deliver, and that limit what the wanted goods contain."""
    held = np.flatnonzero((model.contained[wanted] > 0).sum(axis=0)).tolist()
    return np.array(
        [(ignore_capacity or not o.short) and not (o.unlimited and o.part in held) for o in model.options],
        dtype=np.bool_,
    )


def guarded(calculation: Calculation, model: Model) -> Ints:
    """Return the goods that are below today and that some choice of options might lift to the line."""
    verdicts, codes = calculation.judgement.verdicts, calculation.goods.tolist()
    below = np.array([verdicts[code] == BELOW for code in codes], dtype=bool)
    highest = model.rest() + _ends(model, model.margins(), np.ones(len(model.options), dtype=bool), largest=True)
    spread = np.abs(model.rest()) + np.abs(model.margins()).sum(axis=1)
    open_ = model.contained[:, sorted({o.part for o in model.options if o.unlimited})].any(axis=1)
    touched = (model.contained + model.paid).any(axis=1)
    return np.flatnonzero(below & touched & ((highest >= -NEAR_LINE * spread) | open_))


def lowest_margins(model: Model, usable: Mask) -> Floats:
    """Return N_high - t V_low of each good with the best usable option of every part, shape (g,) [base currency]."""
    return np.asarray(model.rest() + _ends(model, model.margins(), usable, largest=False))


def _ends(model: Model, margins: Floats, usable: Mask, *, largest: bool) -> Floats:
    parts = np.array([option.part for option in model.options])
    total = np.zeros(len(margins))
    for part in range(len(model.parts)):
        own = margins[:, (parts == part) & usable]
        if own.shape[1]:
            total += own.max(axis=1) if largest else own.min(axis=1)
    return total


def _cheapest(
    model: Model, wanted: Ints, usable: Mask, cuts: list[tuple[Ints, int]], seconds: float
) -> tuple[tuple[int, ...] | None, float, bool]:
    columns = np.flatnonzero(usable)
    parts = np.array([model.options[o].part for o in columns], dtype=np.int64)
    if len(set(parts.tolist())) < len(model.parts):
        return None, np.inf, True
    each = csr_array((np.ones(len(columns)), (parts, np.arange(len(columns)))), shape=(len(model.parts), len(columns)))
    margins, rest = model.margins()[wanted][:, columns], model.rest()[wanted]
    scale = np.maximum(np.abs(margins).max(axis=1, initial=0), np.abs(rest))
    scale[scale == 0] = 1.0
    forbid = np.zeros((len(cuts), len(columns)))
    for row, (options, _) in enumerate(cuts):
        forbid[row, np.isin(columns, options)] = 1.0
    rows = csr_array(vstack([each, csr_array(margins / scale[:, None]), csr_array(forbid)], format="csr"))
    low = np.concatenate([np.ones(len(model.parts)), np.full(len(wanted) + len(cuts), -np.inf)])
    most = np.array([count for _, count in cuts], dtype=np.float64)
    found = cheapest_choice(
        model.costs()[columns],
        rows,
        low,
        np.concatenate([np.ones(len(model.parts)), -rest / scale, most]),
        seconds=seconds,
    )
    chosen = None if found.taken is None else tuple(int(o) for o in columns[found.taken])
    return chosen, found.bound, found.proven


def _without_idle(model: Model, wanted: Ints, taken: tuple[int, ...]) -> tuple[int, ...]:
    """Return the choice with parts bought as today where that costs no more and lifts no wanted good."""
    costs, margins, rest = model.costs(), model.margins()[wanted], model.rest()[wanted]
    today = {option.part: at for at, option in enumerate(model.options) if option.offer is None}
    allowed = usable_options(model, wanted)
    chosen = list(taken)
    for place, option in enumerate(taken):
        back = today[model.options[option].part]
        tried = [*chosen[:place], back, *chosen[place + 1 :]]
        if costs[back] <= costs[option] and allowed[back] and (rest + margins[:, tried].sum(axis=1) < 0).all():
            chosen = tried
    return tuple(chosen)


def _after(calculation: Calculation, model: Model, chosen: tuple[int, ...]) -> Calculation:
    offers = [offer for o in chosen if (offer := model.options[o].offer) is not None]
    return calculate(changed_bill(calculation, offers), calculation.on, calculation.reading) if offers else calculation


def _missed(after: Calculation, before: Calculation, wanted: Ints) -> Ints:
    """Return which of the wanted goods are not below, by the verdict of the changed bill."""
    codes = places_after(after, before)[wanted]
    verdicts = after.judgement.verdicts
    return wanted[[verdicts[code] != BELOW for code in codes.tolist()]]


def places_after(after: Calculation, before: Calculation) -> Ints:
    """Return the codes that the finished goods have in another calculation, shape (g,)."""
    numbers = before.measures.structure.part_numbers.take(before.goods)
    return np.asarray(after.measures.structure.codes(numbers), dtype=np.int64)


def _forbidden(model: Model, chosen: tuple[int, ...], good: int) -> tuple[Ints, int]:
    """Return options of which a good bears all but one: those chosen for the parts in it."""
    held = (model.contained + model.paid)[good] > 0
    options = np.array([o for o in chosen if held[model.options[o].part]], dtype=np.int64)
    return options, len(options) - 1


def fewest_missed(model: Model, wanted: Ints, usable: Mask, *, seconds: float) -> Ints:
    """Return the fewest of the wanted goods without which the others can all be below, by the sums alone.

    Parameters
    ----------
    model : Model
    wanted : ndarray (w,)
        Each of which can be below for itself.
    usable : ndarray (o,) of bool
    seconds : float

    Returns
    -------
    ndarray
        Places among the finished goods.
    """
    columns, count = np.flatnonzero(usable), len(wanted)
    parts = np.array([model.options[o].part for o in columns], dtype=np.int64)
    margins, rest = model.margins()[wanted][:, columns], model.rest()[wanted]
    most = np.maximum(rest + _ends(model, model.margins(), usable, largest=True)[wanted], 1e-300)
    each = csr_array(
        (np.ones(len(columns)), (parts, np.arange(len(columns)))), shape=(len(model.parts), len(columns) + count)
    )
    rows = np.concatenate([margins, -np.diag(most)], axis=1) / np.maximum(most, np.abs(rest))[:, None]
    cost = np.concatenate([np.zeros(len(columns)), np.ones(count)])
    low = np.concatenate([np.ones(len(model.parts)), np.full(count, -np.inf)])
    high = np.concatenate([np.ones(len(model.parts)), -rest / np.maximum(most, np.abs(rest))])
    both = csr_array(vstack([each, csr_array(rows)], format="csr"))
    found = cheapest_choice(cost, both, low, high, seconds=seconds)
    return wanted if found.taken is None else wanted[found.taken[len(columns) :]]
