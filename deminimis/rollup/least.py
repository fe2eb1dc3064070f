"""The least of anything beneath: the earliest day on which a part changes by itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from deminimis.model import Structure


def least_beneath(structure: Structure, own: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the least own number of each part and everything beneath it.

    Parameters
    ----------
    structure : Structure
    own : ndarray (n,)

    Returns
    -------
    ndarray (n,)

    Notes
    -----
    least[i] = min(own[i], min over lines of least[child]).
    """
    least = own.copy()
    starts = structure.level_start.tolist()
    for begin, end in pairwise(starts[1:]):
        first, last = structure.first[begin], structure.first[end]
        beneath = least[structure.child[first:last]]
        if len(beneath):
            lowest = np.minimum.reduceat(beneath, structure.first[begin:end] - first)
            np.minimum(least[begin:end], lowest, out=least[begin:end])
    return least
