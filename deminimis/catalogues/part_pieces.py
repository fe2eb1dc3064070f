"""Columns of part numbers as hashes, piece by piece: the text of a large column is never in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from deminimis.errors import InputError
from deminimis.model import Codes
from deminimis.model.slices import ROWS, work_ahead

SEEDS = (61, 2025)
FEW_REPEATED = 4
"""Rows of which one at most repeats the one above, up to which leaving those out is not worth it."""
Hashes: TypeAlias = npt.NDArray[np.uint64]
Checks: TypeAlias = npt.NDArray[np.uint32]
Rows: TypeAlias = npt.NDArray[np.int64]
Hashed: TypeAlias = Callable[[pl.Series, int], Hashes]
"""Column and seed to hashes."""


class ChangedMeanwhile(InputError):
    """What is read once more is not what was hashed: somebody writes the file."""


def changed_meanwhile() -> ChangedMeanwhile:
    """Return what is said of a table that changes while it is read."""
    return ChangedMeanwhile("a table changes while it is read: run again when it is written.", file="")


def hash_column(column: pl.Series, seed: int) -> Hashes:
    """Return a 64-bit hash of every text, shape (rows,)."""
    return column.hash(seed).to_numpy()


@dataclass(frozen=True)
class HashedPiece:
    """Some rows of a column without those that repeat the one above, and without nulls.

    Parameters
    ----------
    keys : ndarray (k,) of uint64
        Hash of every run of one number.
    checks : ndarray (k,) of uint32
        Half of a second hash.
    begins : ndarray (k,) or None
        The rows where they begin, None where every row is a run of its own.
    blank : ndarray
        The rows where runs of nulls begin.
    height : int
    text : callable
        Returns the column of the piece as text.
    texts : callable
        Returns the text of some runs.
    """

    keys: Hashes
    checks: Checks
    begins: Rows | None
    blank: Rows
    height: int
    text: Callable[[], pl.Series]
    texts: Callable[[Rows], pl.Series]

    @property
    def count(self) -> int:
        """How many runs have a number."""
        return len(self.keys)

    def spread(self, codes: Codes, out: Codes) -> None:
        """Fill in the code of every row from that of its run, -1 for nulls."""
        if self.begins is None:
            out[:] = codes
            return
        begins = self.begins
        if len(self.blank):
            begins = np.append(begins, self.blank)
            codes = np.append(codes, np.full(len(self.blank), -1, dtype=np.int32))
            order = np.argsort(begins)
            begins, codes = begins[order], codes[order]
        out[:] = np.repeat(codes, np.diff(begins, append=self.height))


def hash_pieces(column: pl.Series, hashed: Hashed = hash_column) -> list[HashedPiece]:
    """Return the pieces of a column in memory.

    Parameters
    ----------
    column : polars.Series of str
    hashed : callable

    Examples
    --------
    >>> [piece] = hash_pieces(pl.Series(["A", "A", "A", None, "B"]))
    >>> piece.count, piece.begins.tolist(), piece.blank.tolist()
    (2, [0, 4], [3])
    """
    pieces = [column[begin : begin + ROWS] for begin in range(0, len(column), ROWS)]
    return list(work_ahead(lambda piece: hash_piece(piece, hashed=hashed), pieces))


def hash_piece(
    column: pl.Series, again: Callable[[], pl.Series] | None = None, hashed: Hashed = hash_column
) -> HashedPiece:
    """Return a piece of a column hashed.

    Parameters
    ----------
    column : polars.Series of str
    again : callable, optional
        Reads it once more, in place of keeping it in memory; where runs are long their text is kept.
    hashed : callable

    Notes
    -----
    What is read once more raises `ChangedMeanwhile` if it is not what was hashed.
    """
    keys, checks = hashed(column, SEEDS[0]), hashed(column, SEEDS[1]).astype(np.uint32)
    height, blank = len(column), np.empty(0, dtype=np.int64)
    changes = np.ones(height, dtype=bool)
    # Two texts of one hash, and a null and a text of its hash, are no run.
    np.not_equal(keys[1:], keys[:-1], out=changes[1:])
    changes[1:] |= checks[1:] != checks[:-1]
    if column.null_count():
        null = column.is_null().to_numpy()
        changes[1:] |= null[1:] != null[:-1]
        every = np.flatnonzero(changes)
        begins, blank = every[~null[every]], every[null[every]]
    elif height - np.count_nonzero(changes) <= height // FEW_REPEATED:
        if again is None:
            return HashedPiece(keys, checks, None, blank, height, lambda: column, lambda runs: column[runs])
        return HashedPiece(keys, checks, None, blank, height, again, partial(_same_texts, again, keys, hashed))
    else:
        begins = np.flatnonzero(changes)
    keys, checks = keys[begins], checks[begins]
    if again is None:
        return HashedPiece(keys, checks, begins, blank, height, lambda: column, lambda runs: column[begins[runs]])
    named = column[begins]
    return HashedPiece(keys, checks, begins, blank, height, again, lambda runs: named[runs])


def _same_texts(again: Callable[[], pl.Series], keys: Hashes, hashed: Hashed, runs: Rows) -> pl.Series:
    texts = again()[runs]
    if not np.array_equal(hashed(texts, SEEDS[0]), keys[runs]):
        raise changed_meanwhile()
    return texts


def whole_text(pieces: Sequence[HashedPiece]) -> pa.Array:
    """Return a column as text."""
    return pa.concat_arrays([pa.array([], pa.string()), *(arrow_text(piece.text()) for piece in pieces)])


def arrow_text(column: pl.Series) -> pa.Array:
    """Return a column as Arrow's plain text."""
    array = column.to_arrow()
    return (array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array).cast(pa.string())
