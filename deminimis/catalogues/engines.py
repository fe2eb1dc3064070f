"""Where a catalogue is calculated: on this machine, or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from deminimis.catalogues.bill_files import Told
from deminimis.catalogues.catalogue import Catalogue, conclude_catalogue, read_catalogue
from deminimis.catalogues.inputs import CatalogueFile
from deminimis.catalogues.read_store import ReadStore
from deminimis.errors import CatalogueError
from deminimis.model import Reading
from deminimis.readers.choices import Choices

ENGINES = ("local", "dask")


@dataclass(frozen=True)
class Engine:
    """Where a catalogue is calculated.

    Parameters
    ----------
    name : {"local", "dask"}
    scheduler : str
        Address of a Dask scheduler; "" starts processes of this machine.
    worker_memory : str
        What a worker started here may take, such as 4GB; "" shares out the memory there is.
    """

    name: str = "local"
    scheduler: str = ""
    worker_memory: str = ""

    def shares_lines(self, files: Sequence[CatalogueFile]) -> bool:
        """Return whether the lines of a catalogue stay with the workers: of tables alone they do."""
        tables = [file.table for file in files]
        return self.name == "dask" and "lines" in tables and all(tables)


@dataclass(frozen=True)
class Question:
    """What is asked of a catalogue: the day, the reading, and whether tested items are wanted."""

    on: date
    reading: Reading
    details: bool = True


def judge_files(
    files: Sequence[CatalogueFile],
    store: ReadStore,
    digests: Mapping[str, str],
    asked: Question,
    engine: Engine,
    *,
    choices: Choices | None = None,
    layouts: Path | None = None,
    workers: int | None = None,
    told: Told = lambda read, kept: None,
    say: Callable[[str], object] = lambda words: None,
) -> Catalogue:
    """Read the files of a catalogue and judge every finished good in them, wherever the engine calculates.

    Parameters
    ----------
    files : sequence of CatalogueFile
    store : ReadStore
    digests : mapping of name to str
        Hash of every file.
    asked : Question
    engine : Engine
    choices : Choices, optional
    layouts : Path, optional
    workers : int, optional
        Processes of this machine.
    told, say : callable
        Are told every file that was read, and what is being done.

    Returns
    -------
    Catalogue
        The same goods on every engine.

    Raises
    ------
    CatalogueError
        There is no such engine, or it cannot begin or go on; nothing could be read.
    """
    if engine.name not in ENGINES:
        raise CatalogueError(f"there is no engine {engine.name}: choose {' or '.join(ENGINES)}.", path="")
    read = partial(read_catalogue, files, store, digests, choices=choices, layouts=layouts, told=told)
    if engine.name == "local":
        bom, refused = read(workers=workers)
    else:
        # Dask is an extra, and takes half a second to import
        from deminimis.catalogues.cluster import open_cluster
        from deminimis.catalogues.distributed_reads import DistributedReader
        from deminimis.catalogues.distributed_rollup import judge_shared

        say("starting the workers")
        with open_cluster(engine.scheduler, workers=workers, memory=engine.worker_memory) as cluster:
            if engine.shares_lines(files):
                return judge_shared(cluster, files, digests, asked, told=told, say=say)
            bom, refused = read(anew=DistributedReader(cluster))
    say("rolling up")
    return conclude_catalogue(bom, on=asked.on, reading=asked.reading, details=asked.details, refused=refused)
