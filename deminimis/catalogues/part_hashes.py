"""Part numbers of a large catalogue to codes: hashed to 64 bits, the integers counted through, and no number compared.

Two numbers of one hash would be taken for one part. A second hash, drawn from another seed, tells: if it differs within
a code, the numbers are coded as text, which takes several times as long and is always right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from deminimis.model import Codes
from deminimis.model.part_codes import encode_numbers

SEEDS = (61, 2025)
Hashes = npt.NDArray[np.uint64]


def hash_column(column: pl.Series, seed: int) -> Hashes:
    """Return a 64-bit hash of every text, shape (rows,)."""
    return column.hash(seed).to_numpy()


def encode_hashed(
    columns: Sequence[pl.Series], hashed: Callable[[pl.Series, int], Hashes] = hash_column
) -> tuple[pa.Array, list[Codes]]:
    """Return the distinct part numbers of columns in the order of their first appearance, and a code for every row.

    Parameters
    ----------
    columns : sequence of polars.Series of str
    hashed : callable
        Column and seed to hashes.

    Returns
    -------
    pyarrow.StringArray (n,)
    list of ndarray (rows,) of int32
        -1 for null, one array for each column.

    Notes
    -----
    Rows that repeat the one above are counted once: lines grouped by parent have one parent for many rows.
    With n distinct numbers, one hash fails with a probability of n^2 / 2^65, both together with n^2 / 2^129.

    Examples
    --------
    >>> numbers, codes = encode_hashed([pl.Series(["B", "A"]), pl.Series(["A", None])])
    >>> numbers.to_pylist(), [c.tolist() for c in codes]
    (['B', 'A'], [[0, 1], [1, -1]])
    """
    runs = [_runs(hashed(column, SEEDS[0])) for column in columns]
    heads = [_heads(column, *run) for column, run in zip(columns, runs, strict=True)]
    coded = pa.chunked_array(heads, pa.uint64()).dictionary_encode()
    counted = [chunk.indices.fill_null(-1).to_numpy() for chunk in coded.chunks]
    ends = np.cumsum([0, *map(len, heads)])
    joined = np.concatenate([np.empty(0, dtype=np.int32), *counted])
    of_heads = [joined[begin:end] for begin, end in pairwise(ends.tolist())]
    codes = [_spread(h, begin, len(hashes)) for h, (hashes, begin) in zip(of_heads, runs, strict=True)]
    numbers = _first_numbers(columns, runs, of_heads)
    return (numbers, codes) if _agree(columns, codes, numbers, hashed) else encode_numbers([_arrow(c) for c in columns])


def _runs(hashes: Hashes) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Return the hashes and where a run of equal ones begins."""
    begins = np.flatnonzero(np.concatenate([np.ones(min(len(hashes), 1), dtype=bool), hashes[1:] != hashes[:-1]]))
    return hashes, begins


def _heads(column: pl.Series, hashes: Hashes, begins: npt.NDArray[np.int64]) -> pa.Array:
    """Return the hash of the first row of every run, null where it holds no number."""
    if not column.null_count():
        return pa.array(hashes[begins])
    return pa.array(hashes[begins], mask=column.is_null().to_numpy()[begins])


def _spread(of_heads: Codes, begins: npt.NDArray[np.int64], rows: int) -> Codes:
    if len(begins) == rows:
        return of_heads
    return np.repeat(of_heads, np.diff(np.append(begins, rows)))


def _first_numbers(columns: Sequence[pl.Series], runs: Sequence[Any], of_heads: Sequence[Codes]) -> pa.Array:
    """Return the text of every code, from the row where it appears first."""
    texts, seen = [], -1
    for column, (_, begins), codes in zip(columns, runs, of_heads, strict=True):
        highest = np.maximum.accumulate(np.concatenate([[seen], codes]))
        new = np.flatnonzero(highest[1:] > highest[:-1])
        texts.append(_arrow(column.gather(begins[new])))
        seen = int(highest[-1])
    return pa.concat_arrays([pa.array([], pa.string()), *texts])


def _agree(
    columns: Sequence[pl.Series], codes: Sequence[Codes], numbers: pa.Array, hashed: Callable[[pl.Series, int], Hashes]
) -> bool:
    """Return whether the second hash of every row is that of its code's number."""
    of_numbers = hashed(pl.Series(numbers), SEEDS[1])
    for column, of_column in zip(columns, codes, strict=True):
        same = hashed(column, SEEDS[1]) == of_numbers[of_column] if len(of_numbers) else of_column < 0
        if not (same | (of_column < 0)).all():
            return False
    return True


def _arrow(column: pl.Series) -> pa.Array:
    array = column.to_arrow()
    return (array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array).cast(pa.string())
