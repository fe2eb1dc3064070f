"""Dask workers that a catalogue is read and summed on: those of a scheduler, or processes of this machine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import deminimis
from deminimis.errors import CatalogueError

WORKERS = 2
"""Processes of the workers where no scheduler is named."""
LEAST_MEMORY = 512 * 2**20
"""Bytes: a worker that has loaded what it calculates with holds half of it."""
CONNECT_SECONDS = 20
SETTINGS = {
    # what goods, parts and levels are is sent once for each step, and sent again where a worker died with it
    "distributed.admin.large-graph-warning-threshold": "64GiB",
    # a worker that waits for memory which nobody frees would wait for ever: it spills, else it is ended and told
    "distributed.worker.memory.target": 0.5,
    "distributed.worker.memory.spill": 0.6,
    "distributed.worker.memory.pause": False,
}


class Cluster:
    """Workers that calculate; what a worker held when it died is calculated again by another.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    @property
    def workers(self) -> int:
        """Number of workers there are now."""
        return max(len(self._client.nthreads()), 1)

    def submit(self, function: Callable[..., Any], *given: Any) -> Any:
        """Return the future of one call; futures among what is given stand for their results."""
        return self._client.submit(function, *given, pure=False)

    def hold(self, value: Any) -> Any:
        """Return the future of a value that many calls are given.

        Notes
        -----
        It goes through the scheduler, which can give it again when the worker that held it has died; a value scattered
        to workers would be lost with them.
        """
        return self.submit(_same, value)

    def results(self, futures: Iterable[Any]) -> list[Any]:
        """Return the results of some calls, in their order.

        Raises
        ------
        CatalogueError
            Workers died of one of the calls, as often as Dask tries it.
        """
        with _as_our_own():
            return list(self._client.gather(list(futures)))

    def in_any_order(self, futures: Iterable[Any]) -> Iterator[Any]:
        """Yield the results of some calls as soon as they are there, and let go of them.

        Raises
        ------
        CatalogueError
            Workers died of one of the calls, as often as Dask tries it.
        """
        from distributed import as_completed

        with _as_our_own():
            for future in as_completed(list(futures), loop=self._client.loop):
                yield future.result()
                future.release()


def _same(value: Any) -> Any:
    return value


@contextmanager
def _as_our_own() -> Iterator[None]:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        yield
    except KilledWorker as fault:
        raise CatalogueError(
            "the workers died again and again, most likely for want of memory: give each more (--worker-memory, or the "
            "memory of your scheduler's workers), or write the tables in smaller row groups.",
            path="",
        ) from fault
    except FutureCancelledError as fault:
        raise CatalogueError(
            "the scheduler stopped while it was calculating: start it again; what was read is kept.", path=""
        ) from fault


@contextmanager
def open_cluster(scheduler: str = "", *, workers: int | None = None, memory: str = "") -> Iterator[Cluster]:
    """Open the workers a catalogue is calculated on, and close those that were started for it.

    Parameters
    ----------
    scheduler : str
        Address of a Dask scheduler, such as tcp://host:8786; "" starts processes of this machine.
    workers : int, optional
        How many to start, two by default.
    memory : str
        What one of them may take, such as 4GB; "" shares out the memory there is.

    Yields
    ------
    Cluster

    Raises
    ------
    CatalogueError
        Dask is not installed, nothing answers at the address, the scheduler has no workers or workers of another
        version, or the memory cannot hold a worker.
    """
    try:
        import dask
        import distributed
    except ImportError as fault:
        raise CatalogueError(
            "the engine dask needs Dask, which is not installed: pip install 'deminimis[distributed]'.", path=""
        ) from fault
    with ExitStack() as opened:
        opened.enter_context(dask.config.set(SETTINGS))
        address: Any = scheduler or opened.enter_context(_processes(workers or WORKERS, _checked(memory)))
        try:
            client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as fault:
            raise CatalogueError(
                f"no Dask scheduler answers at {scheduler}: start one (dask scheduler) or leave --scheduler out.",
                path="",
            ) from fault
        opened.enter_context(client)
        _must_be_alike(client, scheduler)
        yield Cluster(client)


def _must_be_alike(client: Any, scheduler: str) -> None:
    """Raise CatalogueError where there is no worker, or one that would read or hash otherwise than this machine."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as fault:
        raise CatalogueError(
            f"the scheduler {scheduler} has no workers: start some (dask worker {scheduler}).", path=""
        ) from fault
    told = client.run(versions, on_error="return")
    if other := [f"{address} ({said})" for address, said in told.items() if said != versions()]:
        raise CatalogueError(
            f"the worker {other[0]} is not like this machine ({versions()}): install the same versions on both.",
            path="",
        )


def versions() -> str:
    """Return the versions that what is read and how it is hashed depend on."""
    import polars

    return f"deminimis {deminimis.__version__}, polars {polars.__version__}"


@contextmanager
def _processes(workers: int, memory: int | str) -> Iterator[Any]:
    from distributed import LocalCluster

    with (
        TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=memory,
            local_directory=folder,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


def _checked(memory: str) -> int | str:
    """Return the bytes a worker may take; "auto" where nothing is said."""
    from dask.utils import parse_bytes

    if not memory:
        return "auto"
    try:
        size = int(parse_bytes(memory))
    except ValueError as fault:
        raise CatalogueError(f"{memory} is no amount of memory: write it as 4GB or 512MiB.", path="") from fault
    if size < LEAST_MEMORY:
        raise CatalogueError(
            f"a worker cannot begin with {memory} of memory: give each at least {LEAST_MEMORY // 2**20} MiB.", path=""
        )
    return size
