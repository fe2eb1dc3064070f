"""Splitting a change among several causes so that their order does not matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import factorial
from typing import TypeAlias

import numpy as np

from deminimis.model import Floats

Taken = Mapping[str, int]
Array: TypeAlias = Floats


def split_change(causes: tuple[str, ...], value: Callable[[Taken], Array]) -> dict[str, Array]:
    """Return what each cause contributes to the change of a value.

    Parameters
    ----------
    causes : tuple of str
        What differs between before and after.
    value : callable
        Takes 0 (as before) or 1 (as after) for each cause; any array.

    Returns
    -------
    dict
        Cause to an array like the value; they add up to value(all 1) - value(all 0).

    Notes
    -----
    The mean, over all orders in which the causes may come about one after the other, of what each then changes
    (Shapley): c_i = sum over sets S without i of |S|! (k - |S| - 1)! / k! (value(S with i) - value(S)). 2^k evaluations
    for k causes.

    Source
    ------
    L. S. Shapley, A value for n-person games, 1953.

    Examples
    --------
    >>> parts = split_change(("a", "b"), lambda taken: np.array((1.0 + taken["a"]) * (10.0 + 2 * taken["b"])))
    >>> {cause: float(part) for cause, part in parts.items()}
    {'a': 11.0, 'b': 3.0}
    """
    values = {chosen: value(dict(zip(causes, chosen, strict=True))) for chosen in product((0, 1), repeat=len(causes))}
    split = {cause: np.zeros_like(values[(0,) * len(causes)]) for cause in causes}
    for chosen, before in values.items():
        weight = factorial(sum(chosen)) * factorial(max(len(causes) - sum(chosen) - 1, 0)) / factorial(len(causes))
        for at in (at for at, taken in enumerate(chosen) if not taken):
            after = values[(*chosen[:at], 1, *chosen[at + 1 :])]
            split[causes[at]] = split[causes[at]] + weight * (after - before)
    return split
