"""Levels of a structure, and what stands above and below its parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deminimis.model import Codes, Mask, Structure
from deminimis.model.slices import look_up, work_by_part

NARROW = 48
"""Parts in one step up to which plain Python is faster than a dozen calls of numpy."""

FEW_RUNS = 2
"""Codes in a run, on average, from which on runs are sorted in place of codes."""

STEPS = 64
"""Levels up to which what is beneath some parts is looked for level by level."""

SHARE = 32
"""A step that settles less than one line in this many is not worth looking through all lines again."""


def grouped(codes: Codes, count: int) -> tuple[Codes, Codes]:
    """Return where each code stands in an array, the positions of one code in their own order.

    Parameters
    ----------
    codes : ndarray (m,)
        Codes from 0 to count - 1.
    count : int
        How many codes there are.

    Returns
    -------
    first : ndarray (count + 1,)
    position : ndarray (m,)
        Code i stands at position[first[i]:first[i + 1]].

    Examples
    --------
    >>> first, position = grouped(np.array([1, 0, 1], dtype=np.int32), 2)
    >>> first.tolist(), position.tolist()
    ([0, 1, 3], [1, 0, 2])
    """
    first = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(codes, minlength=count), out=first[1:])
    return first, _sorted_positions(codes)


def _sorted_positions(codes: Codes) -> Codes:
    """Return the stable order of codes; where they stand in runs, only the runs are sorted."""
    if (codes[1:] >= codes[:-1]).all():
        return np.arange(len(codes), dtype=np.int32)
    begin = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    if len(begin) * FEW_RUNS < len(codes):
        order = _sorted_positions(codes[begin])
        return spans(begin[order], np.append(begin[1:], len(codes))[order], np.int32)
    # code and position in one integer: numpy sorts those three times as fast as it sorts codes stably
    keys = (codes.astype(np.int64) << 32) | np.arange(len(codes), dtype=np.int64)
    keys.sort()
    return (keys & 0xFFFFFFFF).astype(np.int32)


def spans(begin: npt.NDArray[Any], end: npt.NDArray[Any], kind: Any = np.int64) -> npt.NDArray[Any]:
    """Return the integers of all half-open spans, one span after the other.

    Parameters
    ----------
    begin, end : ndarray (k,)
    kind : dtype
        Of the integers.

    Examples
    --------
    >>> spans(np.array([4, 0]), np.array([6, 1])).tolist()
    [4, 5, 0]
    """
    length = (end - begin).astype(np.int64)
    shift = np.repeat((begin - np.concatenate([[0], np.cumsum(length)[:-1]])).astype(kind), length)
    shift += np.arange(len(shift), dtype=kind)
    return shift


def part_levels(begin: Codes, size: Codes, child: Codes) -> Codes:
    """Return the level of every part: 0 without lines, else one more than its highest child.

    Parameters
    ----------
    begin, size : ndarray (n,)
        Lines of part i stand at begin[i] to begin[i] + size[i] - 1; every line is one of a part.
    child : ndarray (m,)
        Code of the child of each line.

    Returns
    -------
    ndarray (n,)
        -1 for parts in a loop or above one.

    Notes
    -----
    level(p) = 1 + max(level(c) for c in children of p). In one step all parts are settled whose children are, and lines
    to settled children are not looked at again. While a step leaves out a good share of the lines, the rest is looked
    through once more; in a deep structure that would take levels x lines, so there the steps follow the lines upwards
    from the parts just settled.

    Examples
    --------
    >>> begin, size, child = (np.array(x, dtype=np.int32) for x in ([0, 2, 3], [2, 1, 0], [1, 2, 2]))
    >>> part_levels(begin, size, child).tolist()
    [2, 1, 0]
    """
    settled = size == 0
    level = np.where(settled, 0, -1).astype(np.int32)
    parts = np.flatnonzero(~settled)
    if (np.diff(begin[parts]) < 0).any():
        parts = parts[np.argsort(begin[parts])]
    size, below, step, worth_it = size[parts], child, 0, True
    while len(parts) and worth_it:
        step += 1
        left, rest = _open_lines(size, below, settled)
        ready = parts[left == 0]
        level[ready] = step
        settled[ready] = True
        worth_it = len(below) - len(rest) > len(below) // SHARE
        parts, size, below = parts[left > 0], left[left > 0], rest
    _climb(np.repeat(parts, size).astype(np.int32), below, step, level)
    return level


def _open_lines(size: Codes, below: Codes, settled: Mask) -> tuple[Codes, Codes]:
    """Return how many lines of each part lead to a child that is not settled, shape (k,), and these children."""
    first = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
    left, rest = np.empty_like(size), dict[int, Codes]()

    def look(parts: slice) -> None:
        children = below[first[parts.start] : first[parts.stop]]
        is_open = ~look_up(settled, children)
        ends = np.cumsum(is_open, dtype=np.int32)[first[parts.start + 1 : parts.stop + 1] - first[parts.start] - 1]
        left[parts] = np.diff(ends, prepend=np.int32(0))
        rest[parts.start] = children[is_open]

    work_by_part(first, look)
    return left, np.concatenate([rest[begin] for begin in sorted(rest)])


def _climb(parent: Codes, child: Codes, step: int, level: Codes) -> None:
    """Fill the levels above `step`, following lines upwards from the parts settled in it."""
    live = (level[child] < 0) | (level[child] == step)
    first, position = grouped(child[live], len(level))
    above = parent[live][position]
    undone = np.bincount(above, minlength=len(level)).astype(np.int32)
    done = np.flatnonzero(level == step) if len(above) else above
    while len(done):
        step += 1
        if len(done) > NARROW:
            done = _wide_step(done, first, above, undone)
            level[done] = step
        else:
            step, done = _narrow_steps(done, step, first, above, undone, level)


def _wide_step(done: npt.NDArray[Any], first: Codes, above: Codes, undone: Codes) -> npt.NDArray[Any]:
    parents = above[spans(first[done], first[done + 1])]
    np.subtract.at(undone, parents, 1)
    return np.unique(parents[undone[parents] == 0])


def _narrow_steps(
    done: npt.NDArray[Any], step: int, first: Codes, above: Codes, undone: Codes, level: Codes
) -> tuple[int, npt.NDArray[Any]]:
    # memory views share the arrays and hand out plain integers, several times faster than indexing the arrays
    begin, parents, left, levels = first.data, above.data, undone.data, level.data
    frontier = done.tolist()
    while True:
        ready = []
        for part in frontier:
            for parent in parents[begin[part] : begin[part + 1]]:
                left[parent] -= 1
                if not left[parent]:
                    levels[parent] = step
                    ready.append(parent)
        if not 0 < len(ready) <= NARROW:
            return step, np.array(ready, dtype=np.int64)
        frontier, step = ready, step + 1


def descendants(structure: Structure, codes: Codes) -> Mask:
    """Return the parts contained in the given parts on any level, and the given parts themselves.

    Parameters
    ----------
    structure : Structure
    codes : ndarray (k,)
        Codes of parts.

    Returns
    -------
    ndarray (n,) of bool
    """
    return _reached(structure.first, structure.child, codes)


def ancestors(structure: Structure, codes: Codes) -> Mask:
    """Return the parts that contain the given parts on any level, and the given parts themselves.

    Parameters
    ----------
    structure : Structure
    codes : ndarray (k,)
        Codes of parts.

    Returns
    -------
    ndarray (n,) of bool
    """
    first, position = grouped(structure.child, structure.part_count)
    return _reached(first, structure.parent_of_line()[position], codes)


def _reached(first: Codes, other: Codes, codes: Codes) -> Mask:
    reached = np.zeros(len(first) - 1, dtype=bool)
    reached[codes] = True
    ahead = np.unique(codes)
    for _ in range(STEPS):
        if not len(ahead):
            return reached
        found = other[spans(first[ahead], first[ahead + 1])]
        ahead = np.unique(found[~reached[found]])
        reached[ahead] = True
    reached[_searched(first, other, ahead)] = True
    return reached


def _searched(first: Codes, other: Codes, codes: Codes) -> Codes:
    """Return what is reached from some parts, one part after the other: where a structure is deep there is no end."""
    # slow import, needed only in the depth
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    count = len(first) - 1
    # the search starts from one part more, which has a line to each of the given parts
    begin = np.append(first, len(other) + len(codes)).astype(np.int32)
    ends = np.concatenate([other, np.asarray(codes, dtype=np.int32)])
    graph = csr_array((np.ones(len(ends)), ends, begin), shape=(count + 1, count + 1))
    found: Codes = breadth_first_order(graph, count, return_predecessors=False)
    return found[found < count]
