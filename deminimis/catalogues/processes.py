"""Work spread over processes that may die: what a dead one was at is tried alone, and named if it dies of it again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
Done = TypeVar("Done")

WAITING = 4
"""Items handed out for each process at once."""


def in_processes(
    job: Callable[[Item], Done], items: Sequence[Item], workers: int
) -> Iterator[tuple[Item, Done | None]]:
    """Do a job with every item, side by side.

    Parameters
    ----------
    job : callable
        Can be sent to another process, as its items and results can.
    items : sequence
        Can be hashed, each of them once.
    workers : int
        Processes.

    Yields
    ------
    item
    result or None
        None where the process died of this item. In the order in which they are done.

    Notes
    -----
    A process that dies, by a fault in a library or for want of memory, takes the other processes of its pool along, and
    what they were at. These items are tried again one by one. Where no process can be started, the job is done in this
    one. No process outlives this one, however it ends.
    """
    left = dict.fromkeys(items)
    while left:
        suspects: list[Item] = []
        with _pool(workers) as pool:
            if not _works(pool):  # as in a script that starts the run anew in every process, for want of a main guard
                yield from ((item, job(item)) for item in left)
                return
            for item, future in _until_one_dies(pool, job, list(left), workers * WAITING):
                del left[item]
                if future is None:
                    suspects.append(item)
                else:
                    yield item, future.result()
        yield from _one_by_one(job, suspects)


def _until_one_dies(
    pool: ProcessPoolExecutor, job: Callable[[Item], Done], items: Sequence[Item], most: int
) -> Iterator[tuple[Item, Future[Done] | None]]:
    """Yield every item with its future; when a process dies, None for those handed out, and no more items."""
    waiting, running = iter(items), dict[Item, Future[Done]]()
    alive = True
    while True:
        while alive and len(running) < most and (following := next(waiting, None)) is not None:
            try:
                running[following] = pool.submit(job, following)
            except BrokenProcessPool:
                alive = False
                yield following, None
        if not running:
            return
        for future in wait(running.values(), return_when=FIRST_COMPLETED).done:
            item = next(item for item, its in running.items() if its is future)
            del running[item]
            died = isinstance(future.exception(), BrokenProcessPool)
            alive = alive and not died
            yield item, None if died else future


def _one_by_one(job: Callable[[Item], Done], items: Sequence[Item]) -> Iterator[tuple[Item, Done | None]]:
    """Do a job with items that a process may die of, so that it is known of which."""
    left = list(reversed(items))
    while left:
        with _pool(1) as pool:
            while left:
                item = left.pop()
                try:
                    yield item, pool.submit(job, item).result()
                except BrokenProcessPool:
                    yield item, None
                    break


def _works(pool: ProcessPoolExecutor) -> bool:
    try:
        pool.submit(os.getpid).result()
    except BrokenProcessPool:
        return False
    return True


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool that is gone afterwards, at once where something went wrong."""
    others = set(multiprocessing.active_children())
    # a fresh process holds no lock of another thread, as one that is split off may
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the process that waits, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
