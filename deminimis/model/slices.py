"""Long arrays worked on slice by slice: what is between two arrays stays small, and numpy lets two threads at it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

THREADS = 2
ROWS = 1 << 18
"""Rows of one slice: a few megabytes, which stay in the cache of a processor and are not asked of the system anew."""


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
    slices = [slice(begin, min(begin + ROWS, rows)) for begin in range(0, rows, ROWS)]
    if len(slices) < THREADS:
        for part in slices:
            work(part)
        return
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(work, slices):  # a fault in one of them is raised here
            pass
