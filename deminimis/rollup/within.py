"""How many of every part one piece of each root contains, as one sparse matrix."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, vstack

from deminimis.model import Codes, Floats, Structure
from deminimis.rollup.kernel import roll_down

MOST_STEPS = 64
"""Deeper structures are walked densely: each step down costs a sparse product, whatever little it reaches."""

ROOTS_AT_ONCE = 64


def quantities_within(structure: Structure, quantity: Floats, roots: Codes) -> csr_array:
    """Return the quantity of every part in one piece of each root.

    Parameters
    ----------
    structure : Structure
    quantity : ndarray (m,)
        Child units in one parent unit.
    roots : ndarray (g,)
        Codes of the parts looked into.

    Returns
    -------
    scipy.sparse.csr_array (g, n)
        The root itself counts 1; codes in each row are sorted.

    Notes
    -----
    Q = R + R A + R A^2 + ... with one row of R per root; A^k is zero beyond the number of levels.

    Examples
    --------
    >>> import pyarrow as pa
    >>> ends = np.array([0, 0, 1], dtype=np.int32)
    >>> pump = Structure(pa.array(["magnet", "pump"]), np.array([0, 1, 2]), ends, np.array([0], dtype=np.int32),
    ...                  np.array([0], dtype=np.int32), np.array([1], dtype=np.int32), np.zeros(2, bool))
    >>> quantities_within(pump, np.array([4.0]), pump.finished_goods).toarray()
    array([[4., 1.]])
    """
    if len(structure.level_start) - 1 > MOST_STEPS:
        blocks = [roots[i : i + ROOTS_AT_ONCE] for i in range(0, len(roots), ROOTS_AT_ONCE)]
        return csr_array(vstack([csr_array(roll_down(structure, quantity, block).T) for block in blocks], format="csr"))
    n, lines = (
        structure.part_count,
        csr_array((quantity, structure.child, structure.first), shape=(structure.part_count,) * 2),
    )
    ones, ends = np.ones(len(roots)), np.arange(len(roots) + 1)
    reached = csr_array((ones, roots, ends), shape=(len(roots), n))
    total = reached
    while reached.nnz:
        reached = reached @ lines
        total = total + reached
    total.sort_indices()
    return total
