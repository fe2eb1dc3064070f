"""The cheapest of all yes-or-no choices that keep some sums within limits, by mixed-integer programming (HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from deminimis.model import Floats, Mask

DEAREST = 1e4
"""Largest cost shown to the solver, which stops at an absolute gap of 1e-6: ten digits of the dearest choice."""
OPTIMAL, INFEASIBLE = 0, 2


@dataclass(frozen=True)
class Choice:
    """What the solver found.

    Parameters
    ----------
    taken : ndarray (v,) of bool, or None
        None where it found no choice at all.
    bound : float
        No choice costs less; minus infinity where nothing is proven.
    proven : bool
        The choice is the cheapest, or it is proven that there is none.
    """

    taken: Mask | None
    bound: float
    proven: bool


def cheapest_choice(cost: Floats, rows: csr_array, low: Floats, high: Floats, *, seconds: float) -> Choice:
    """Return the cheapest choice of yes or no for every variable that keeps each row within its limits.

    Parameters
    ----------
    cost : ndarray (v,)
        Of saying yes; may be negative.
    rows : scipy.sparse.csr_array (r, v)
        low <= rows @ choice <= high.
    low, high : ndarray (r,)
        Minus or plus infinity for no limit.
    seconds : float
        After which the best found so far is returned.

    Returns
    -------
    Choice

    Notes
    -----
    HiGHS keeps rows within 1e-6 only: whoever needs them kept exactly looks at the choice again.

    Examples
    --------
    >>> either = csr_array(np.array([[1.0, 1.0]]))
    >>> found = cheapest_choice(np.array([3.0, 2.0]), either, np.array([1.0]), np.array([np.inf]), seconds=10.0)
    >>> found.taken.tolist(), found.bound, found.proven
    ([False, True], 2.0, True)
    """
    # Imported here: half a second that only a plan needs.
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not len(cost):
        kept = bool(np.all(low <= 0) and np.all(high >= 0))
        return Choice(np.zeros(0, dtype=bool) if kept else None, 0.0 if kept else np.inf, True)
    dearest = float(np.abs(cost).max())
    scale = DEAREST / dearest if dearest else 1.0
    found = milp(
        cost * scale,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, low, high) if rows.shape[0] else None,
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    taken = None if found.x is None else np.asarray(found.x > 0.5, dtype=bool)
    bound = getattr(found, "mip_dual_bound", None)
    if found.status == INFEASIBLE:
        return Choice(None, np.inf, True)
    return Choice(taken, -np.inf if bound is None else float(bound) / scale, found.status == OPTIMAL)
