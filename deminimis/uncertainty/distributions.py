"""How a number with a low, a typical and a high end is spread: draws between 0 and 1 turned into draws of it."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from deminimis.errors import QuestionError
from deminimis.model import Floats

Distribution = Literal["triangular", "pert"]
PEAK = 4.0
"""Weight of the typical value against one end, in a PERT distribution."""


def spread(uniform: Floats, ends: Floats, distribution: Distribution = "triangular") -> Floats:
    """Return the numbers below which the given shares of a distribution lie: its inverse.

    Parameters
    ----------
    uniform : ndarray (i, w)
        In [0, 1).
    ends : ndarray (i, 3)
        Low, typical and high of each row, in order.
    distribution : {"triangular", "pert"}

    Returns
    -------
    ndarray (i, w)
        Never below low, never above high.

    Raises
    ------
    QuestionError
        If there is no such distribution.

    Notes
    -----
    Triangular, with c = (m - l) / (h - l): l + sqrt(u (h - l)(m - l)) for u < c, else h - sqrt((1 - u)(h - l)(h - m)).
    PERT: l + (h - l) B, with B of the beta distribution (1 + 4 c, 5 - 4 c). Both rise with u: equal draws keep their
    order when the ends move.

    Source
    ------
    S. Kotz and J. R. van Dorp, Beyond Beta (2004), ch. 1; D. G. Malcolm et al., Operations Research 7 (1959), p. 651.

    Examples
    --------
    >>> spread(np.array([[0.0, 0.5, 0.98]]), np.array([[0.0, 1.0, 2.0]]))
    array([[0. , 1. , 1.8]])
    """
    low, typical, high = (ends[:, [end]] for end in range(3))
    width = high - low
    if distribution == "triangular":
        drawn = _triangular(uniform, low, typical, high)
    elif distribution == "pert":
        from scipy.special import betaincinv

        place = np.divide(typical - low, width, out=np.full_like(width, 0.5), where=width > 0)
        drawn = low + width * betaincinv(1 + PEAK * place, 1 + PEAK * (1 - place), uniform)
    else:
        known = " or ".join(get_args(Distribution))
        raise QuestionError(f"there is no distribution {distribution}: choose {known}.")
    return np.clip(drawn, low, high, out=drawn)


def _triangular(uniform: Floats, low: Floats, typical: Floats, high: Floats) -> Floats:
    width = high - low
    rising, falling = width * (typical - low), width * (high - typical)
    drawn = low + np.sqrt(uniform * rising)
    over = uniform * width >= typical - low
    np.copyto(drawn, high - np.sqrt((1 - uniform) * falling), where=over)
    return drawn
