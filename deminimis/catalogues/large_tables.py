"""A Parquet table of millions of rows, read some at a time: part numbers are hashed, numbers put in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.catalogues.memory import keep_freed_memory
from deminimis.catalogues.part_pieces import HashedPiece, changed_meanwhile, hash_piece
from deminimis.model import Floats
from deminimis.model.schema import Column
from deminimis.model.slices import work_ahead

LARGE = 1 << 19
"""Rows from which on a table is read in pieces of as many."""


@dataclass(frozen=True)
class LargeTable:
    """A table read in pieces.

    Parameters
    ----------
    columns : polars.DataFrame
        Those that hold no part numbers.
    ids : dict of str to list of HashedPiece
        Those that do.
    """

    columns: pl.DataFrame
    ids: dict[str, list[HashedPiece]]


def read_large(path: Path, columns: Sequence[Column]) -> LargeTable | None:
    """Return a table of many rows; None where it has few, where part numbers are no text, or nobody knows its rows.

    Parameters
    ----------
    path : Path
    columns : sequence of Column
        Those of the file that are wanted.

    Raises
    ------
    polars.exceptions.PolarsError, OSError
        The file is damaged.
    """
    try:
        known = pq.read_metadata(path)
    except pa.ArrowException:
        return None
    kinds = pl.read_parquet_schema(path)
    ids = [column.name for column in columns if column.type == "id"]
    if known.num_rows < LARGE or not ids or any(kinds[name] != pl.String for name in ids):
        return None
    keep_freed_memory()
    filled = _columns_without_nulls(known)
    floats = {
        column.name: np.empty(known.num_rows)
        for column in columns
        if column.type == "number" and kinds[column.name] == pl.Float64 and column.name in filled
    }
    reader = _Reader(path, tuple(ids), floats, tuple(column.name for column in columns))
    parts = [slice(begin, min(begin + LARGE, known.num_rows)) for begin in range(0, known.num_rows, LARGE)]
    pieces = list(work_ahead(reader.read, parts))
    others = pl.concat([piece.columns for piece in pieces])
    placed = [pl.Series(name, pa.array(values)) for name, values in floats.items()]
    hashed = {name: [piece.ids[name] for piece in pieces] for name in ids}
    return LargeTable(others.with_columns(placed) if others.width else pl.DataFrame(placed), hashed)


@dataclass(frozen=True)
class _Piece:
    columns: pl.DataFrame
    ids: dict[str, HashedPiece]


@dataclass(frozen=True)
class _Reader:
    """Reads some rows of a file: part numbers hashed, numbers put into whole columns, all others as they are."""

    path: Path
    ids: tuple[str, ...]
    floats: dict[str, Floats]
    wanted: tuple[str, ...]

    def read(self, part: slice) -> _Piece:
        frame = self._rows(self.wanted, part)
        for name, whole in self.floats.items():
            whole[part] = frame[name].to_numpy()
        hashed = {name: hash_piece(frame[name], partial(self._text, name, part)) for name in self.ids}
        return _Piece(frame.drop([*self.ids, *self.floats]), hashed)

    def _text(self, name: str, part: slice) -> pl.Series:
        try:
            return self._rows((name,), part)[name]
        except (pl.exceptions.PolarsError, OSError):
            raise changed_meanwhile() from None

    def _rows(self, columns: Sequence[str], part: slice) -> pl.DataFrame:
        table = pl.scan_parquet(self.path, hive_partitioning=False).select(columns)
        frame = table.slice(part.start, part.stop - part.start).collect()
        if frame.height != part.stop - part.start:
            raise pl.exceptions.ComputeError("it holds fewer rows than it says")
        return frame


def _columns_without_nulls(known: pq.FileMetaData) -> set[str]:
    """Return the columns of which the file itself says that no cell is blank."""
    names = [known.schema.column(at).path for at in range(known.num_columns)]
    groups = [known.row_group(at) for at in range(known.num_row_groups)]

    def is_full(at: int) -> bool:
        said = [group.column(at).statistics for group in groups]
        return all(one is not None and one.has_null_count and one.null_count == 0 for one in said)

    return {name for at, name in enumerate(names) if is_full(at)}
