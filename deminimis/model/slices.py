"""Long arrays worked on slice by slice: what is between two arrays stays small, and numpy lets two threads at it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Piece = TypeVar("Piece")
Made = TypeVar("Made")
THREADS = 2
AHEAD = 3
"""Pieces that are worked on before the first of them is asked for."""
ROWS = 1 << 18
"""Rows of one slice: a few megabytes, which stay in the cache of a processor and are not asked of the system anew."""


def look_up(table: npt.NDArray[Any], places: npt.NDArray[Any], out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
    """Return what stands at places of a table, as indexing does, but so that two threads can do it side by side.

    Parameters
    ----------
    table : ndarray (n,)
    places : ndarray (k,)
        From 0 to n - 1.
    out : ndarray (k,), optional
        Is filled and returned.

    Examples
    --------
    >>> import numpy as np
    >>> look_up(np.array([7, 9]), np.array([1, 1, 0]))
    array([9, 9, 7])
    """
    # in this mode numpy neither copies what it fills nor holds the interpreter
    return np.take(table, places, out=out, mode="clip")


def work_by_part(first: npt.NDArray[np.int32], work: Callable[[slice], None]) -> None:
    """Do a piece of work for all parts, on slices of parts side by side that have about as many lines as each other.

    Parameters
    ----------
    first : ndarray (n + 1,)
        Lines of part i stand at first[i] to first[i + 1] - 1.
    work : callable
        Is given slices that follow each other and end at n; must touch nothing outside of its own.

    Examples
    --------
    >>> import numpy as np
    >>> first, lines = np.array([0, 2, 3], dtype=np.int32), np.zeros(2, dtype=np.int32)
    >>> def count(part):
    ...     lines[part] = np.diff(first[part.start : part.stop + 1])
    >>> work_by_part(first, count)
    >>> lines.tolist()
    [2, 1]
    """
    bounds = np.searchsorted(first, np.arange(0, int(first[-1]), ROWS))
    work_on_each(
        [slice(*bound) for bound in pairwise(np.unique(np.append(bounds, [0, len(first) - 1])).tolist())], work
    )


def work_in_slices(rows: int, work: Callable[[slice], None]) -> None:
    """Do a piece of work for all rows, on slices side by side.

    Parameters
    ----------
    rows : int
    work : callable
        Is given slices that follow each other and end at `rows`; must touch nothing outside of its own.

    Examples
    --------
    >>> import numpy as np
    >>> squares = np.empty(4)
    >>> def square(part):
    ...     squares[part] = np.arange(4)[part] ** 2
    >>> work_in_slices(4, square)
    >>> squares
    array([0., 1., 4., 9.])
    """
    work_on_each([slice(begin, min(begin + ROWS, rows)) for begin in range(0, rows, ROWS)], work)


def work_on_each(pieces: Sequence[Piece], work: Callable[[Piece], None]) -> None:
    """Do a piece of work for each of some pieces, side by side.

    Parameters
    ----------
    pieces : sequence
    work : callable
        Must touch nothing outside of its own piece.

    Examples
    --------
    >>> doubled = [0, 0]
    >>> work_on_each(range(2), lambda at: doubled.__setitem__(at, 2 * at))
    >>> doubled
    [0, 2]
    """
    if len(pieces) < THREADS:
        for piece in pieces:
            work(piece)
        return
    left = iter(pieces)

    def take() -> None:
        for piece in left:
            work(piece)

    # the caller works too: one thread less to start, which small tables notice
    with ThreadPoolExecutor(THREADS - 1) as threads:
        beside = [threads.submit(take) for _ in range(THREADS - 1)]
        take()
        for one in beside:
            one.result()  # a fault in one of them is raised here


def work_ahead(work: Callable[[Piece], Made], pieces: Sequence[Piece]) -> Iterator[Made]:
    """Yield what is made of each piece, in their order, while a few of the next are worked on.

    Parameters
    ----------
    work : callable
    pieces : sequence

    Examples
    --------
    >>> list(work_ahead(lambda at: 2 * at, [1, 2, 3]))
    [2, 4, 6]
    """
    if len(pieces) < THREADS:
        yield from map(work, pieces)
        return
    left = iter(pieces)
    with ThreadPoolExecutor(THREADS) as threads:
        begun = deque(threads.submit(work, piece) for piece in islice(left, AHEAD))
        while begun:
            yield begun.popleft().result()
            begun.extend(threads.submit(work, piece) for piece in islice(left, 1))
