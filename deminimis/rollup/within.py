"""How many of every part one piece of each root contains, as one sparse matrix."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from deminimis.model import Codes, Floats, Structure
from deminimis.rollup.kernel import roll_down

MOST_STEPS = 64
"""Deeper structures are walked densely: each step down costs a sparse product, whatever little it reaches."""

ROOTS_AT_ONCE = 64
MOST_IN_32_BITS = int(np.iinfo(np.int32).max)


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


def sources_within(structure: Structure, quantity: Floats, sources: Codes, roots: Codes) -> csr_array:
    """Return the quantity of some parts, and of no others, in one piece of each root.

    Parameters
    ----------
    structure : Structure
    quantity : ndarray (m,)
        Child units in one parent unit.
    sources : ndarray (k,)
        Codes of the parts counted, ascending.
    roots : ndarray (g,)
        Codes of the parts looked into.

    Returns
    -------
    scipy.sparse.csr_array (g, k)
        A root that is a source itself counts 1; columns in each row are sorted.

    Notes
    -----
    S[i] = e[i] + sum over lines of quantity x S[child], from the lowest level up: what a part contains is worked out
    once, however many others contain it.

    Examples
    --------
    >>> import pyarrow as pa
    >>> ends = np.array([0, 0, 1], dtype=np.int32)
    >>> pump = Structure(pa.array(["magnet", "pump"]), np.array([0, 1, 2]), ends, np.array([0], dtype=np.int32),
    ...                  np.array([0], dtype=np.int32), np.array([1], dtype=np.int32), np.zeros(2, bool))
    >>> sources_within(pump, np.array([4.0]), np.array([0], dtype=np.int32), pump.finished_goods).toarray()
    array([[4.]])
    """
    if len(structure.level_start) - 1 > MOST_STEPS:
        return csr_array(quantities_within(structure, quantity, roots)[:, sources])
    first, starts = structure.first, structure.level_start.tolist()
    itself = np.zeros(structure.part_count, dtype=bool)
    itself[sources] = True
    ends = np.concatenate([[0], np.cumsum(itself)]).astype(np.int32)
    units = csr_array(
        (np.ones(len(sources)), np.arange(len(sources), dtype=np.int32), ends),
        shape=(structure.part_count, len(sources)),
    )
    rows = _GrowingRows(units[: starts[1]] if len(starts) > 1 else units)
    for begin, end in pairwise(starts[1:]):
        within = slice(int(first[begin]), int(first[end]))
        lines = (quantity[within], structure.child[within], first[begin : end + 1] - first[begin])
        beneath = csr_array(lines, shape=(end - begin, begin)) @ rows.matrix()
        rows.add(beneath + units[begin:end] if itself[begin:end].any() else beneath)
    held = csr_array(rows.matrix()[roots])
    held.sort_indices()
    return held


class _GrowingRows:
    """Sparse rows that more are added to, in arrays that double: stacking would copy them at every level."""

    def __init__(self, rows: csr_array) -> None:
        self._data, self._indices, self._width = rows.data, rows.indices, rows.shape[1]
        self._ends: npt.NDArray[Any] = rows.indptr

    def matrix(self) -> csr_array:
        used = int(self._ends[-1])
        # Ends in 64 bits would have the indices copied into 64 bits by every product.
        ends = self._ends.astype(np.int32 if used < MOST_IN_32_BITS else np.int64)
        return csr_array((self._data[:used], self._indices[:used], ends), shape=(len(self._ends) - 1, self._width))

    def add(self, rows: csr_array) -> None:
        used = int(self._ends[-1])
        room = used + rows.nnz
        if room > len(self._data):
            self._data, self._indices = (_with_room(old, used, 2 * room) for old in (self._data, self._indices))
        self._data[used:room], self._indices[used:room] = rows.data, rows.indices
        self._ends = np.concatenate([self._ends, used + rows.indptr[1:].astype(np.int64)])


def _with_room(old: npt.NDArray[Any], used: int, room: int) -> npt.NDArray[Any]:
    roomy = np.empty(room, dtype=old.dtype)
    roomy[:used] = old[:used]
    return roomy
