"""Bills of materials read by the workers of a cluster: the same bytes as this machine would read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deminimis.catalogues.bill_files import read_packed
from deminimis.catalogues.cluster import Cluster
from deminimis.catalogues.inputs import CatalogueFile
from deminimis.errors import CatalogueError
from deminimis.readers.choices import Choices


@dataclass(frozen=True)
class DistributedReader:
    """Reads files on the workers of a cluster, each file a task.

    Parameters
    ----------
    cluster : Cluster
    """

    cluster: Cluster

    def __call__(self, files: Sequence[CatalogueFile], choices: Choices, layouts: Path | None) -> Iterator[bytes]:
        """Yield what was read of each file as the store keeps it, in the order in which they are done."""
        there = None if layouts is None else layouts.absolute()
        tasks = [self.cluster.submit(read_there, seen_from_anywhere(file), choices, there) for file in files]
        yield from self.cluster.in_any_order(tasks)


def seen_from_anywhere(file: CatalogueFile) -> CatalogueFile:
    """Return a file under its whole path."""
    return replace(file, path=file.path.absolute())


def read_there(file: CatalogueFile, choices: Choices, layouts: Path | None) -> bytes:
    """Read one file on a worker and return it as the store keeps it.

    Raises
    ------
    CatalogueError
        The worker does not see the file.
    """
    must_be_seen(file.path)
    return read_packed(file, choices, layouts)


def must_be_seen(path: Path) -> None:
    """Raise CatalogueError for a file that this machine found and this worker does not."""
    if not path.exists():
        raise CatalogueError(
            f"a worker does not see {path}: put the files where every worker has them under the same path.",
            path=str(path),
        )
