"""A table of lines on a cluster: read in pieces, shared out by parent, its part numbers known to the one who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from deminimis.catalogues.cluster import Cluster
from deminimis.catalogues.distributed_reads import seen_from_anywhere
from deminimis.catalogues.inputs import CatalogueFile
from deminimis.catalogues.line_pieces import (
    FILE_BITS,
    SEEDS,
    LinePiece,
    PieceRead,
    Rows,
    columns_of,
    cut_pieces,
    hash_collision,
    read_piece,
)
from deminimis.catalogues.line_shares import (
    as_lines,
    gather_lines,
    gather_numbers,
    one_share,
    take_lines,
    telling_rows,
)
from deminimis.errors import InputError
from deminimis.model import Codes, Finding

MOST_PIECES = 200
"""Every piece has lines for every share: the scheduler keeps their product in mind."""
TRIES = 3
"""Pairs of seeds tried before two part numbers of one hash are told."""


@dataclass(frozen=True)
class Plan:
    """How the work is cut.

    Parameters
    ----------
    rows : int
        Lines of a piece, and of a share, at most.
    rest : int
        Lines from which down what is left is settled where the question was asked.
    """

    rows: int = 1_000_000
    rest: int = 100_000


@dataclass(frozen=True)
class SharedLines:
    """Lines on the workers of a cluster.

    Parameters
    ----------
    cluster : Cluster
    shares : tuple of future
        All lines of some parents each.
    keys : ndarray (n,)
        Keys of the part numbers, ascending: the place of a key is the code of its number.
    numbers : pyarrow.StringArray (n,)
    telling : ndarray (k,)
        Rows that name a part, a unit of a part or a parent first, or say what no sum says.
    findings : tuple of Finding
    long_decimals : mapping of (column, row) to str
    count : int
        Lines.
    scrapped : mapping of str to int
        Lines with scrap of each file.
    named : tuple of pyarrow.StringArray (t,) and ndarray (n,), optional
        The table of numbers that all columns of part numbers are codes into, and the place of each number in it.
    """

    cluster: Cluster
    shares: tuple[Any, ...]
    keys: npt.NDArray[np.uint64]
    numbers: pa.Array
    telling: Rows
    findings: tuple[Finding, ...]
    long_decimals: Mapping[tuple[str, int], str] = field(repr=False)
    count: int
    scrapped: Mapping[str, int] = field(default_factory=dict)
    named: tuple[pa.Array, Codes] | None = field(default=None, repr=False)

    def take(self, wanted: Rows, whole: Codes) -> tuple[pa.Table, Rows]:
        """Return some lines in the columns of the model, and their rows.

        Parameters
        ----------
        wanted : ndarray (k,)
            Rows.
        whole : ndarray (p,)
            Codes of parents of which all lines are wanted.
        """
        rows, parents = self.cluster.hold(np.unique(wanted)), self.cluster.hold(self.keys[whole])
        taken = self.cluster.results(self.cluster.submit(take_lines, share, rows, parents) for share in self.shares)
        table = pa.concat_tables(taken)
        table = table.take(pa.array(np.argsort(table["order"].to_numpy(), kind="stable")))
        ends = [self._named(np.searchsorted(self.keys, table[end]).astype(np.int32)) for end in ("parent", "child")]
        return as_lines(table, *ends), table["order"].to_numpy()

    def _named(self, codes: Codes) -> pa.Array:
        if self.named is None:
            return self.numbers.take(pa.array(codes))
        names, place = self.named
        return pa.DictionaryArray.from_arrays(pa.array(place[codes]), names)

    def long_decimals_of(self, rows: Rows) -> dict[tuple[str, str, int], str]:
        """Return the decimals a float cannot hold of some lines, by their place among them."""
        if not self.long_decimals:
            return {}
        place = {row: at for at, row in enumerate(rows.tolist())}
        known = self.long_decimals.items()
        return {("lines", column, place[row]): text for (column, row), text in known if row in place}


def share_lines(
    cluster: Cluster, files: Sequence[tuple[int, CatalogueFile]], plan: Plan
) -> SharedLines | dict[str, str]:
    """Read tables of lines on the workers and share the lines out by parent.

    Parameters
    ----------
    cluster : Cluster
    files : sequence of (int, CatalogueFile)
        Each with its index in `Bom.sources`.
    plan : Plan

    Returns
    -------
    SharedLines, or dict of str to str
        Why files cannot be read, by their names, if any cannot.

    Raises
    ------
    CatalogueError
        A worker does not see a file.
    """
    try:
        columns = dict.fromkeys(chain.from_iterable(columns_of(file) for _, file in files))
        pieces = _pieces(files, plan.rows)
    except InputError as fault:
        return {str(fault.fields["file"]): str(fault)}
    for attempt in range(TRIES):
        seeds = (SEEDS[0] + attempt, SEEDS[1] + attempt)
        shares = min(max(cluster.workers, len(pieces)), MOST_PIECES)
        read = [cluster.submit(read_piece, piece, tuple(columns), shares, seeds) for piece in pieces]
        told = cluster.results(cluster.submit(_without_tables, task) for task in read)
        if refused := {p.file.name: t for p, t in zip(pieces, told, strict=True) if isinstance(t, str)}:
            return refused
        if (shared := _shared_out(cluster, read, shares, told)) is not None:
            scrapped = Counter[str]()
            for piece, of_piece in zip(pieces, told, strict=True):
                scrapped[piece.file.name] += of_piece.scrapped
            return replace(shared, scrapped=scrapped)
    raise hash_collision()


def _pieces(files: Sequence[tuple[int, CatalogueFile]], rows: int) -> list[LinePiece]:
    pieces = [piece for place, file in files for piece in cut_pieces(seen_from_anywhere(file), place, rows)]
    if len(pieces) <= max(MOST_PIECES, len(files)):
        return pieces
    return _pieces(files, rows * -(-len(pieces) // MOST_PIECES) + 1)


def _without_tables(read: PieceRead | str) -> PieceRead | str:
    """Return what is to be told of a piece; its tables stay where they are."""
    return read if isinstance(read, str) else replace(read, lines=(), numbers=())


def _shared_out(cluster: Cluster, read: Sequence[Any], shares: int, told: Sequence[Any]) -> SharedLines | None:
    """Return the lines shared out by parent; None if two numbers have one key."""

    def gathered(function: Any, what: str) -> list[Any]:
        return [
            cluster.submit(function, *(cluster.submit(one_share, piece, what, share) for piece in read))
            for share in range(shares)
        ]

    numbers = cluster.results(gathered(gather_numbers, "numbers"))
    if any(table is None for table in numbers):
        return None
    known = pl.DataFrame(pa.concat_tables(numbers))
    each = known.unique("key").sort("key")
    lines = gathered(gather_lines, "lines")
    telling = cluster.results(cluster.submit(telling_rows, share) for share in lines)
    first = [known[column].drop_nulls().to_numpy() for column in ("as_child", "as_parent")]
    return SharedLines(
        cluster,
        tuple(lines),
        each["key"].to_numpy(),
        each["number"].to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.string()),
        np.unique(np.concatenate([*first, *telling])),
        tuple(chain.from_iterable(piece.findings for piece in told)),
        dict(chain.from_iterable(piece.long_decimals.items() for piece in told)),
        sum(piece.count for piece in told),
    )


def place_of(rows: Rows) -> npt.NDArray[np.int64]:
    """Return the index in `Bom.sources` of the file of each row."""
    return rows >> FILE_BITS
