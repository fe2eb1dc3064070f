"""Which answers to ask for, and in which order: greedily on the sparse cover, exactly where it is small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from deminimis.model import Floats, Mask
from deminimis.scenarios.ask_cover import Cover, Ints
from deminimis.scenarios.binary_choice import cheapest_choice

ROUNDS = 50
"""Times a set is asked for again because the solver kept a row only within its tolerance."""
CLOSE = 1e-9
"""Relative difference of two gains that are the same but for rounding."""
MOST_LOOKED_AT = 200_000_000
"""Entries looked through for answers that settle nothing: a second of work."""


@dataclass(frozen=True)
class Selection:
    """Answers chosen.

    Parameters
    ----------
    order : tuple of int
        Answers, the one that settles most first.
    bound : float
        No set settles more weight with so many answers; without a limit, no set that settles as much has fewer answers.
    exact : bool
        The bound is that of a solver, not of counting.
    """

    order: tuple[int, ...]
    bound: float
    exact: bool


def select(cover: Cover, limit: int | None, *, exact: bool, seconds: float) -> Selection:
    """Return the fewest answers that settle every good, or those of a limited number that settle most weight.

    Parameters
    ----------
    cover : Cover
        In which all answers together settle every good that has a weight.
    limit : int, optional
    exact : bool
        Look for the optimum, or at least a bound, by mixed-integer programming.
    seconds : float
        Time for the solver.

    Returns
    -------
    Selection

    Notes
    -----
    Two greedy orders, one by goods settled and one by doubt taken (of which the gain only falls, so that it is within a
    factor of ln of the optimum), each without what it does not need; the better one starts and checks the exact search.
    """
    chosen = _better(cover, limit, [_greedy_set(cover, limit, by_doubt) for by_doubt in (False, True)])
    bound = _counted_bound(cover, limit)
    if exact and len(cover.answers):
        found, proven = _exact_set(cover, limit, seconds)
        chosen = _better(cover, limit, [chosen, *([found] if found is not None else [])])
        bound = min(bound, proven) if limit is not None else max(bound, proven)
    return Selection(greedy_order(cover, chosen, None, by_doubt=False), bound, exact)


def greedy_order(cover: Cover, allowed: Mask, limit: int | None, *, by_doubt: bool) -> tuple[int, ...]:
    """Return answers in the order in which each next one settles, or takes the doubt from, most weight.

    Parameters
    ----------
    cover : Cover
    allowed : ndarray (u,) of bool
        Answers that may be asked for.
    limit : int, optional
        Stop after so many.
    by_doubt : bool
        Doubt taken comes first, goods settled second; else the other way round.

    Returns
    -------
    tuple of int
        Ends where nothing more is settled; ties go to the answer that stands first.
    """
    state = _State(cover)
    order: list[int] = []
    free = allowed.copy()
    while free.any() and (limit is None or len(order) < limit):
        gains = (state.doubt, state.settles) if by_doubt else (state.settles, state.doubt)
        best = _first_best(np.flatnonzero(free), *gains)
        if state.settles[best] <= 0 and state.doubt[best] <= 0:
            break
        order.append(best)
        free[best] = False
        state.ask(best)
    return tuple(order)


def settled_by(cover: Cover, order: Iterable[int]) -> Iterator[tuple[int, Ints]]:
    """Yield each answer of an order with the goods that it settles after those before it."""
    asked = np.zeros(len(cover.answers), dtype=bool)
    settled = cover.below(asked)
    by_answer, starts = cover.by_answer
    for answer in order:
        asked[answer] = True
        goods = np.unique(cover.good[by_answer[starts[answer] : starts[answer + 1]]])
        entries = _spans(cover.first[goods], cover.first[goods + 1])
        place, free = np.searchsorted(goods, cover.good[entries]), ~asked[cover.answer[entries]]
        left = np.bincount(place, cover.takes[entries] * free, len(goods)) <= cover.room[goods]
        left &= np.bincount(place, cover.limits[entries] * free, len(goods)) <= 0
        gained = goods[left & ~settled[goods]]
        settled[gained] = True
        yield answer, gained


def _first_best(candidates: npt.NDArray[np.intp], *gains: Floats) -> int:
    for gain in gains:
        most = float(gain[candidates].max())
        candidates = candidates[gain[candidates] >= most - CLOSE * abs(most)]
    return int(candidates[0])


class _State:
    """What the answers so far leave open, and what each further one would settle and take."""

    def __init__(self, cover: Cover) -> None:
        self._cover = cover
        self._asked = np.zeros(len(cover.answers), dtype=bool)
        self._by_answer, self._starts = cover.by_answer
        self._need = cover.sum(cover.takes) - cover.room
        self._limits = cover.sum(cover.limits)
        self._kinds = np.maximum((self._need > 0).astype(int) + (self._limits > 0), 1)
        everything = np.arange(len(cover.good))
        self._gain = np.zeros((2, len(cover.good)))
        self.settles, self.doubt = np.zeros((2, len(cover.answers)))
        self._update(everything)

    def ask(self, answer: int) -> None:
        """Take one more answer as given."""
        self._asked[answer] = True
        own = self._by_answer[self._starts[answer] : self._starts[answer + 1]]
        goods = self._cover.good[own]
        begin, end = self._cover.first[goods], self._cover.first[goods + 1]
        self._update(_spans(begin, end))

    def _update(self, entries: npt.NDArray[np.intp]) -> None:
        """Work out the gains of all entries of some goods anew; nothing is carried on, so that nothing drifts."""
        cover = self._cover
        good, answer = cover.good[entries], cover.answer[entries]
        takes, limits = cover.takes[entries], cover.limits[entries]
        free = ~self._asked[answer]
        names, place = np.unique(good, return_inverse=True)
        short = np.bincount(place, takes * free, len(names)) - cover.room[names]
        lacks = np.bincount(place, limits * free, len(names))
        open_ = ((short > 0) | (lacks > 0))[place] & free
        rest = np.bincount(place, takes * free, len(names))[place] - takes
        settles = open_ & (rest <= cover.room[good]) & (lacks[place] - limits <= 0)
        part = np.minimum(takes, np.maximum(short[place], 0)) / np.where(self._need > 0, self._need, 1)[good]
        part = part + limits / np.where(self._limits > 0, self._limits, 1)[good]
        new = np.stack([settles, open_ * part / self._kinds[good]]) * cover.weight[good]
        change = new - self._gain[:, entries]
        self._gain[:, entries] = new
        self.settles += np.bincount(answer, change[0], len(self.settles))
        self.doubt += np.bincount(answer, change[1], len(self.doubt))


def _spans(begin: Ints, end: Ints) -> npt.NDArray[np.intp]:
    lengths = end - begin
    return np.repeat(begin - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(int(lengths.sum()))


def _greedy_set(cover: Cover, limit: int | None, by_doubt: bool) -> Mask:
    every = np.ones(len(cover.answers), dtype=bool)
    order = greedy_order(cover, every, limit if not by_doubt else None, by_doubt=by_doubt)
    chosen = _mask(cover, order)
    if by_doubt and limit is not None:
        chosen = _mask(cover, greedy_order(cover, chosen, limit, by_doubt=False))
    return _without_idle(cover, chosen, order)


def _mask(cover: Cover, order: tuple[int, ...]) -> Mask:
    mask = np.zeros(len(cover.answers), dtype=bool)
    mask[list(order)] = True
    return mask


def _without_idle(cover: Cover, chosen: Mask, order: tuple[int, ...]) -> Mask:
    """Return the set without the answers that settle nothing, those chosen last looked at first."""
    kept, settled = chosen.copy(), settled_weight(cover, chosen)
    if len(order) * len(cover.good) > MOST_LOOKED_AT:
        return kept
    for answer in reversed(order):
        if kept[answer]:
            kept[answer] = False
            kept[answer] = settled_weight(cover, kept) < settled
    return kept


def settled_weight(cover: Cover, asked: Mask) -> float:
    """Return the weight of the goods that are below if every answer asked for says that none of it counts."""
    return float(cover.weight[cover.below(asked)].sum())


def _better(cover: Cover, limit: int | None, sets: list[Mask]) -> Mask:
    """Return the set that settles most weight, of these the smallest, of these the first."""
    return max(sets, key=lambda chosen: (settled_weight(cover, chosen), -int(chosen.sum())))


def _counted_bound(cover: Cover, limit: int | None) -> float:
    """Return a bound that needs no solver: how many answers each good needs, if it had them for itself."""
    order = np.lexsort((-cover.takes, cover.good))
    taken = np.cumsum(cover.takes[order])
    before = np.concatenate([[0.0], taken])[cover.first[:-1]]
    need = cover.sum(cover.takes) - cover.room
    # Rounding may hide one answer, never add one.
    short = taken - np.repeat(before, np.diff(cover.first)) < np.repeat(need, np.diff(cover.first)) * (1 - CLOSE)
    answers = np.bincount(cover.good[order], short, len(cover.goods)) + (need > 0)
    answers = np.maximum(answers, cover.sum((cover.limits > 0).astype(float)))
    wanted = cover.weight > 0
    if limit is not None:
        return float(cover.weight[wanted & (answers <= limit)].sum())
    return float(answers[wanted].max(initial=0))


def _exact_set(cover: Cover, limit: int | None, seconds: float) -> tuple[Mask | None, float]:
    """Return the best set a solver finds, and its bound: of answers without a limit, of weight with one."""
    wanted = np.flatnonzero(cover.weight > 0)
    cuts: list[csr_array] = []
    bound = -np.inf
    for _ in range(ROUNDS):
        rows, low, cost = _program(cover, wanted, limit, cuts)
        found = cheapest_choice(cost, rows, low, np.full(len(low), np.inf), seconds=seconds)
        bound = found.bound
        if found.taken is None:
            break
        asked = found.taken[: len(cover.answers)]
        claimed = wanted if limit is None else wanted[found.taken[len(cover.answers) :]]
        missed = claimed[~cover.below(asked)[claimed]]
        if not len(missed) or not found.proven:
            return asked, (float(np.ceil(bound - CLOSE * max(abs(bound), 1))) if limit is None else -bound)
        cuts += [_one_more(cover, wanted, int(good), asked, limit) for good in missed]
    return None, (bound if limit is None else -bound)


def _program(cover: Cover, wanted: Ints, limit: int | None, cuts: list[csr_array]) -> tuple[csr_array, Floats, Floats]:
    """Return rows, low ends and cost of the program: variables are the answers and, with a limit, the goods."""
    width, count = len(cover.answers), len(wanted)
    need, limits = cover.sum(cover.takes) - cover.room, cover.sum(cover.limits)
    # A whole row is 1, and no answer takes more than is needed: the tightest form of the same choice.
    takes = np.where(need[cover.good] > 0, np.minimum(cover.takes / np.where(need > 0, need, 1)[cover.good], 1), 0)
    shares = cover.limits / np.where(limits > 0, limits, 1)[cover.good]
    shape = (len(cover.goods), width)
    blocks = [csr_array((entries, (cover.good, cover.answer)), shape=shape)[wanted] for entries in (takes, shares)]
    wants = [(need > 0)[wanted].astype(float), (limits > 0)[wanted].astype(float)]
    answers = csr_array(vstack(blocks, format="csr"))
    if limit is None:
        rows = csr_array(vstack([answers, *cuts], format="csr"))
        return rows, np.concatenate([*wants, np.ones(len(cuts))]), np.ones(width)
    goods = csr_array(
        vstack([csr_array((-want, (np.arange(count), np.arange(count))), shape=(count, count)) for want in wants])
    )
    at_most = csr_array(np.concatenate([-np.ones(width), np.zeros(count)])[None, :])
    both = csr_array(_beside(answers, goods))
    rows = csr_array(vstack([both, at_most, *cuts], format="csr"))
    low = np.concatenate([np.zeros(2 * count), [-float(limit)], np.zeros(len(cuts))])
    return rows, low, np.concatenate([np.zeros(width), -cover.weight[wanted]])


def _beside(left: csr_array, right: csr_array) -> csr_array:
    from scipy.sparse import hstack

    return csr_array(hstack([left, right], format="csr"))


def _one_more(cover: Cover, wanted: Ints, good: int, asked: Mask, limit: int | None) -> csr_array:
    """Return the row that wants one more answer for a good than those asked for, which only seem to settle it."""
    own = cover.answer[cover.first[good] : cover.first[good + 1]]
    row = np.zeros(len(asked) + (0 if limit is None else len(wanted)))
    row[own[~asked[own]]] = 1.0
    if limit is not None:
        row[len(asked) + int(np.searchsorted(wanted, good))] = -1.0
    return csr_array(row[None, :])
