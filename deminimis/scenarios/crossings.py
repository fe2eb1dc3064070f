"""Where a line is crossed: margins that are linear in one factor, many goods at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deminimis.model import Floats, Mask

NO_PRICE = 1e-9
"""A factor this small is no price any more: what remains is at or above the line by itself."""


@dataclass(frozen=True)
class Crossing:
    """Where margins change their sign.

    Parameters
    ----------
    factor : ndarray
        What today's price is multiplied by; nan where no price crosses.
    rising : ndarray of bool
        From the factor upwards the margin is not negative; False where a higher price lowers the share.
    always : ndarray of bool
        No price makes the margin negative.
    """

    factor: Floats
    rising: Mask
    always: Mask


def crossing(margin: Floats, slope: Floats) -> Crossing:
    """Return the factor nearest to today's at which the largest of some margins is zero.

    Parameters
    ----------
    margin : ndarray (l, ...)
        N - t V at today's price, one row per sum that is held against the line [money].
    slope : ndarray (l, ...)
        What the margin grows by when the price doubles [money].

    Returns
    -------
    Crossing
        Of shape (...).

    Notes
    -----
    margin_l(r) = margin_l + slope_l (r - 1), zero at r_l = 1 - margin_l / slope_l. The largest of them is convex in r,
    so it is negative on one interval at most: above every r_l with a falling slope and below every one with a rising
    slope. Its ends are the crossings; only r > 0 is a price.

    Examples
    --------
    >>> import numpy as np
    >>> found = crossing(np.array([[-1.0, 1.0, 0.5]]), np.array([[2.0, 2.0, 0.2]]))
    >>> found.factor.tolist(), found.always.tolist()
    ([1.5, 0.5, nan], [False, False, True])
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        root = 1 - margin / slope
    below_it = np.where(slope > 0, root, np.inf).min(axis=0)
    above_it = np.where(slope < 0, root, -np.inf).max(axis=0)
    stuck = ((slope == 0) & (margin >= 0)).any(axis=0)
    always = stuck | (below_it <= np.maximum(above_it, NO_PRICE))
    falling = (above_it > NO_PRICE) & ((above_it >= 1) | np.isinf(below_it))
    factor = np.where(falling, above_it, below_it)
    return Crossing(np.where(always | np.isinf(factor), np.nan, factor), ~falling, always)
