"""The rollup: own amounts carried up the structure, level by level. Knows nothing of rare earths."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

# The public product allocates and copies index slices for every level; this is the routine it calls, and it reads rows
# first[a]..first[b] of the whole arrays in place. A chain of 200,000 levels costs seconds otherwise.
from scipy.sparse._sparsetools import csc_matvecs, csr_matvecs

from deminimis.model import Floats, Mask, Numbers, Structure

WIDE_LEVEL = 100_000
"""Lines from which on a level is worth splitting between two threads."""


def roll_up(structure: Structure, quantity: Numbers, own: Numbers, settled: Mask | None = None) -> Numbers:
    """Return own amounts plus everything beneath, per piece of every part.

    Parameters
    ----------
    structure : Structure
        In rolling order: every child's code is smaller than its parent's.
    quantity : ndarray (m,)
        Child units in one parent unit; float64, or objects holding `Fraction`.
    own : ndarray (n, k)
        Amount of each part itself, k kinds at once, of the same type.
    settled : ndarray (n,) of bool, optional
        Parts whose own amount is already the whole and replaces what is beneath.

    Returns
    -------
    ndarray (n, k)

    Notes
    -----
    total[i] = own[i] + sum over lines of quantity x total[child]; total[i] = own[i] where settled.
    One pass over the lines, O(m k), no recursion at any depth.

    Examples
    --------
    >>> import numpy as np, pyarrow as pa
    >>> ends = np.array([0, 0, 1], dtype=np.int32)
    >>> pump = Structure(pa.array(["magnet", "pump"]), np.array([0, 1, 2]), ends, np.array([0], dtype=np.int32),
    ...                  np.array([0], dtype=np.int32), np.array([1], dtype=np.int32), np.zeros(2, bool))
    >>> roll_up(pump, np.array([4.0]), np.array([[0.5], [10.0]]))
    array([[ 0.5],
           [12. ]])
    """
    if settled is not None and settled.any():
        quantity = quantity.copy()
        quantity[np.repeat(settled, np.diff(structure.first))] = Fraction(0) if quantity.dtype == object else 0.0
    if quantity.dtype == object or own.dtype == object:
        return _roll_up_exactly(structure, quantity, own)
    return _roll_up_floats(structure, np.ascontiguousarray(quantity), own)


def marked_above(structure: Structure, marks: Mask) -> Mask:
    """Return which parts are marked, or contain a marked part on any level.

    Parameters
    ----------
    structure : Structure
    marks : ndarray (n,) of bool

    Returns
    -------
    ndarray (n,) of bool

    Examples
    --------
    >>> import numpy as np, pyarrow as pa
    >>> ends = np.array([0, 0, 1], dtype=np.int32)
    >>> pump = Structure(pa.array(["magnet", "pump"]), np.array([0, 1, 2]), ends, np.array([0], dtype=np.int32),
    ...                  np.array([0], dtype=np.int32), np.array([1], dtype=np.int32), np.zeros(2, bool))
    >>> marked_above(pump, np.array([True, False]))
    array([ True,  True])
    """
    if not marks.any():
        return marks
    return np.asarray(_add_levels(structure, np.ones(len(structure.child), dtype=bool), marks[:, None])[:, 0])


def _roll_up_floats(structure: Structure, quantity: Floats, own: Floats) -> Floats:
    return np.asarray(_add_levels(structure, quantity, own.astype(np.float64, copy=False)))


def _add_levels(structure: Structure, quantity: Numbers, own: Numbers) -> Numbers:
    """Add up level by level; of truth values, as the routine does, "and" is the product and "or" the sum."""
    totals = np.array(own, order="C")
    n, kinds = totals.shape
    flat, first, child = totals.reshape(-1), structure.first, structure.child

    def add_lines(begin: int, end: int) -> None:
        rows = first[begin : end + 1]
        csr_matvecs(end - begin, n, kinds, rows, child, quantity, flat, flat[begin * kinds : end * kinds])

    with ThreadPoolExecutor(1) as beside:
        for begin, end in pairwise(structure.level_start.tolist()[1:]):
            if first[end] - first[begin] < WIDE_LEVEL:
                add_lines(begin, end)
                continue
            # Parts of one level do not need each other; the routine leaves the interpreter free.
            middle = begin + int(np.searchsorted(first[begin:end], (first[begin] + first[end]) // 2))
            first_half = beside.submit(add_lines, begin, middle)
            add_lines(middle, end)
            first_half.result()
    return totals


def sum_children(structure: Structure, quantity: Numbers, amount: Numbers) -> Numbers:
    """Return what the lines of every part bring by themselves, one level deep.

    Parameters
    ----------
    structure : Structure
    quantity : ndarray (m,)
        Child units in one parent unit; float64, or objects holding `Fraction`.
    amount : ndarray (n,)
        Of one piece of every part, of the same type.

    Returns
    -------
    ndarray (n,)

    Notes
    -----
    sum[i] = sum over the lines of i of quantity x amount[child].
    """
    if quantity.dtype != object and amount.dtype != object:
        ends = (structure.part_count, structure.part_count)
        return np.asarray(csr_array((quantity, structure.child, structure.first), shape=ends) @ amount)
    total = np.full(structure.part_count, Fraction(0), dtype=object)
    np.add.at(total, structure.parent_of_line(), quantity * amount[structure.child])
    return total


def _roll_up_exactly(structure: Structure, quantity: Numbers, own: Numbers) -> Numbers:
    totals = own.tolist()
    first, child, quantities = structure.first.tolist(), structure.child.tolist(), quantity.tolist()
    kinds = range(own.shape[1])
    for part, total in enumerate(totals):
        for line in range(first[part], first[part + 1]):
            of_child = totals[child[line]]
            for kind in kinds:
                if of_child[kind]:
                    total[kind] += quantities[line] * of_child[kind]
    exact = np.empty(own.shape, dtype=object)
    exact[:] = totals
    return exact


def roll_down(structure: Structure, quantity: Floats, roots: Numbers) -> Floats:
    """Return how many of every part one piece of each root contains.

    Parameters
    ----------
    structure : Structure
    quantity : ndarray (m,)
        Child units in one parent unit; zero on lines that must not be followed.
    roots : ndarray (g,)
        Codes of the parts looked at.

    Returns
    -------
    ndarray (n, g)
        Quantity of part i in one piece of root j; 1 for the root itself.

    Notes
    -----
    The transpose of `roll_up`: count[child] += quantity x count[parent], from the top level down.
    """
    n, width = structure.part_count, len(roots)
    counts = np.zeros((n, width))
    counts[roots, np.arange(width)] = 1.0
    flat, first, child = counts.reshape(-1), structure.first, structure.child
    starts = structure.level_start.tolist()
    for begin, end in zip(starts[-2:0:-1], starts[:1:-1], strict=True):
        rows = first[begin : end + 1]
        csc_matvecs(n, end - begin, width, rows, child, quantity, flat[begin * width : end * width], flat)
    return counts
