"""Draws of own content, carried up to the goods by the source matrix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from deminimis.errors import QuestionError
from deminimis.model import Codes, Floats, Mask
from deminimis.uncertainty.distributions import Distribution
from deminimis.uncertainty.inputs import Uncertainty
from deminimis.uncertainty.result import QUANTILES
from deminimis.uncertainty.streams import uniforms

DRAWS_AT_ONCE = 64
NUMBERS_AT_ONCE = 2**19
"""Draws of goods held at once by one thread, 4 MB: they stay in the cache while they are compared and sorted."""
MOST_NUMBERS = 2**27
"""Draws of inputs and parts held together, 1 GB."""

Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class Lines:
    """What each drawn good is held against, one row a good.

    Parameters
    ----------
    low, high : ndarray (g,)
        The exact interval of the controlled value [base currency].
    line : ndarray (g,)
        Controlled value at which the good is at the line [base currency].
    inclusive : bool
        At the line is at or above.
    """

    low: Floats
    high: Floats
    line: Floats
    inclusive: bool

    def reached(self, rows: slice, controlled: Floats) -> Mask:
        """Return which draws of some goods are at or above the line, shape (rows, draws)."""
        line = self.line[rows, None]
        return np.asarray(controlled >= line if self.inclusive else controlled > line)


@dataclass(frozen=True)
class Held:
    """How many pieces of each carrying part the drawn goods hold.

    Parameters
    ----------
    quantity : scipy.sparse.csr_array (goods of the bill, carriers of the bill)
    goods : ndarray (g,)
        Rows of the goods drawn.
    place : ndarray (carriers of the bill,)
        Column of each carrier among the parts drawn, by part number; -1 for one that brings nothing.
    width : int
        Parts drawn.
    """

    quantity: csr_array
    goods: Codes
    place: Codes
    width: int

    def rows(self, some: slice) -> csr_array:
        """Return the quantities in some of the goods drawn, their columns in the order of the part numbers.

        Sums are so made in an order that the lines of the bill do not change.
        """
        rows = self.quantity[self.goods[some]]
        columns = self.place[rows.indices]
        counts = columns >= 0
        ends = np.concatenate([[0], np.cumsum(counts, dtype=rows.indptr.dtype)])[rows.indptr]
        ordered = csr_array((rows.data[counts], columns[counts], ends), shape=(rows.shape[0], self.width))
        ordered.sort_indices()
        return ordered


@dataclass(frozen=True)
class Tally:
    """What was counted over the draws.

    Parameters
    ----------
    crossings : ndarray (g,)
        Draws in which each good is at or above the line.
    quantiles : ndarray (g, 3)
        Of the controlled value [base currency].
    together : ndarray (draws,)
        Weight of all goods at or above the line in each draw.
    """

    crossings: Codes
    quantiles: Floats
    together: Floats


def draw_own(uncertainty: Uncertainty, draws: int, seed: int, distribution: Distribution) -> Floats:
    """Return draws of the own controlled value of the carrying parts.

    Parameters
    ----------
    uncertainty : Uncertainty
    draws, seed : int
    distribution : {"triangular", "pert"}

    Returns
    -------
    ndarray (k, draws)
        [base currency per piece]

    Raises
    ------
    QuestionError
        If more draws are asked than can be held.
    """
    rows = max(1, len(uncertainty.inputs) + len(uncertainty.carriers))
    if rows * draws > MOST_NUMBERS:
        most = f"{MOST_NUMBERS // rows:,}"
        raise QuestionError(f"{draws:,} draws are more than can be held: make {most} at most, or name some goods.")
    uncertain = np.flatnonzero(uncertainty.uncertain)
    uniform = np.zeros((len(uncertainty.inputs), draws))
    uniform[uncertain] = uniforms([uncertainty.inputs[i].name for i in uncertain.tolist()], draws, seed)
    own = np.empty((len(uncertainty.carriers), draws))

    def fill(begin: int) -> None:
        some = slice(begin, begin + DRAWS_AT_ONCE)
        own[:, some] = uncertainty.drawn(np.ascontiguousarray(uniform[:, some]), distribution)

    for _ in _on_all_cores(fill, range(0, draws, DRAWS_AT_ONCE)):
        pass
    return own


def controlled_draws(quantity: csr_array, own: Floats, low: Floats, high: Floats) -> Floats:
    """Return draws of the controlled value of goods, each inside its exact interval.

    Parameters
    ----------
    quantity : scipy.sparse.csr_array (g, k)
    own : ndarray (k, draws)
    low, high : ndarray (g,)

    Returns
    -------
    ndarray (g, draws)
        [base currency]

    Notes
    -----
    N = quantity @ own. Every factor of every product lies between its ends, so N does too; what is clipped is the
    rounding of sums made in another order.
    """
    controlled: Floats = quantity @ own
    return np.clip(controlled, low[:, None], high[:, None], out=controlled)


def tally(held: Held, own: Floats, lines: Lines, weights: Floats) -> Tally:
    """Return what the draws of all goods say, a few goods at once.

    Parameters
    ----------
    held : Held
    own : ndarray (k, draws)
    lines : Lines
    weights : ndarray (g,)
        What each good counts for where it is at or above the line.

    Returns
    -------
    Tally
    """
    goods, draws = len(held.goods), own.shape[1]
    places = quantile_places(draws)
    step = max(1, NUMBERS_AT_ONCE // draws)
    crossings, quantiles = np.zeros(goods, dtype=np.int32), np.zeros((goods, len(places)))

    def count(begin: int) -> Floats:
        rows = slice(begin, min(begin + step, goods))
        # The line lies between the ends, so that no side depends on the rounding that is clipped.
        controlled: Floats = held.rows(rows) @ own
        reached = lines.reached(rows, controlled)
        crossings[rows] = np.count_nonzero(reached, axis=1)
        controlled.sort(axis=1)
        quantiles[rows] = np.clip(controlled[:, places], lines.low[rows, None], lines.high[rows, None])
        together: Floats = np.einsum("ij,i->j", reached, weights[rows])
        return together

    together = np.zeros(draws)
    for of_some in _on_all_cores(count, range(0, goods, step)):
        together += of_some
    return Tally(crossings, quantiles, together)


def quantile_places(draws: int) -> list[int]:
    """Return which of the draws, in order of size, are the quantiles reported: a number drawn, never one between two.

    Examples
    --------
    >>> quantile_places(1000)
    [49, 499, 949]
    """
    return [max(0, int(np.ceil(part * draws)) - 1) for part in QUANTILES]


def _on_all_cores(job: Callable[[int], Drawn], begins: Iterable[int]) -> Iterator[Drawn]:
    """Yield the results in order; products, square roots and sorting leave the interpreter free."""
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        yield from cores.map(job, begins)
