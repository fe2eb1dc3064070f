"""Part numbers of a large catalogue to codes: hashed to 64 bits, the integers counted through, and no number compared.

Two numbers of one hash would be taken for one part. A second hash, drawn from another seed, tells: if it differs within
a code, the numbers are coded as text, which takes several times as long and is always right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from deminimis.model import Codes, Mask
from deminimis.model.part_codes import encode_numbers
from deminimis.model.slices import ROWS, THREADS, look_up, work_in_slices

SEEDS = (61, 2025)
FEW_REPEATED = 4
"""Rows of which one at most repeats the one above, up to which leaving those out is not worth it."""
FEWEST_BITS, MOST_BITS = 8, 24
"""Size of the table of places, as a power of two: 64 MB at most."""
NAMING = 4
"""One row in so many names places at first."""
SPREAD = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio: what a key is multiplied by to have other highest bits."""
Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]


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
    with ThreadPoolExecutor(THREADS) as threads:
        runs = list(threads.map(lambda column: _runs(column, hashed(column, SEEDS[0])), columns))
    first = first_rows(np.concatenate([np.empty(0, dtype=np.uint64), *(run.hashes for run in runs)]))
    code, new_rows = _counted(first)
    bounds = list(pairwise(np.cumsum([0, *(len(run.hashes) for run in runs)]).tolist()))
    new = [
        run.rows_of(new_rows[slice(*np.searchsorted(new_rows, bound))] - bound[0])
        for run, bound in zip(runs, bounds, strict=True)
    ]
    numbers = pa.concat_arrays([pa.array([], pa.string()), *map(_texts, columns, new)])
    codes = [run.spread(code[begin:end]) for run, (begin, end) in zip(runs, bounds, strict=True)]
    of_numbers = hashed(pl.Series(numbers), SEEDS[1])
    if all(_agree(column, found, of_numbers, hashed) for column, found in zip(columns, codes, strict=True)):
        return numbers, codes
    return encode_numbers([_arrow(column) for column in columns])


def first_rows(keys: Hashes) -> Codes:
    """Return for every key the first row that holds it.

    Parameters
    ----------
    keys : ndarray (m,) of uint64

    Returns
    -------
    ndarray (m,) of int32

    Notes
    -----
    The highest bits of a key are its place in a table, and the first row that names a place keeps it. Rows whose place
    another key keeps are few; they try again with other bits. Nothing is sorted, and the lookups are split between
    threads. As most keys stand among the first rows, where records come before lines, only some rows name places at
    first: naming takes longer than looking up.

    Examples
    --------
    >>> first_rows(np.array([7, 9, 7], dtype=np.uint64)).tolist()
    [0, 1, 0]
    """
    first, won = _winners(keys, -(-len(keys) // NAMING))
    rows = np.arange(len(keys), dtype=np.int32)
    while not won.all():
        rows, keys = rows[~won], keys[~won] * np.uint64(SPREAD)
        winner, won = _winners(keys, len(keys))
        first[rows[won]] = rows[winner[won]]
    return first


def _winners(keys: Hashes, naming: int) -> tuple[Codes, Mask]:
    """Return the row that keeps the place of each key, of so many that name one, and whether it holds the same key."""
    bits = min(max(len(keys).bit_length(), FEWEST_BITS), MOST_BITS)
    table = np.zeros(1 << bits, dtype=np.int32)

    def place(part: slice) -> Rows:
        return (keys[part] >> np.uint64(64 - bits)).view(np.int64)

    # From the last row to the first: of several assignments to one place the last one stays.
    for begin in range(naming - 1 & -ROWS, -1, -ROWS):
        end = min(begin + ROWS, naming)
        table[place(slice(begin, end))[::-1]] = np.arange(end - 1, begin - 1, -1, dtype=np.int32)
    winner, won = np.empty(len(keys), dtype=np.int32), np.empty(len(keys), dtype=bool)

    def look(part: slice) -> None:
        look_up(table, place(part), out=winner[part])
        np.equal(look_up(keys, winner[part]), keys[part], out=won[part])

    work_in_slices(len(keys), look)
    return winner, won


def _counted(first: Codes) -> tuple[Codes, Rows]:
    """Return a code for every row by its first row, counted through, and the rows where a code appears first."""
    new: dict[int, Rows] = {}
    rank, code = np.empty_like(first), np.empty_like(first)

    def look(part: slice) -> None:
        rows = np.arange(part.start, part.stop, dtype=np.int32)
        new[part.start] = np.flatnonzero(first[part] == rows) + part.start

    def name(part: slice) -> None:
        look_up(rank, first[part], out=code[part])

    work_in_slices(len(first), look)
    new_rows = np.concatenate([np.empty(0, dtype=np.int64), *(new[begin] for begin in sorted(new))])
    rank[new_rows] = np.arange(len(new_rows), dtype=np.int32)
    work_in_slices(len(first), name)
    return code, new_rows


@dataclass(frozen=True)
class _Runs:
    """A column without the rows that repeat the one above.

    Hashes of the runs, those of nulls left out; the rows where they begin, None where every row is a run of its own;
    the rows where runs of nulls begin; and the height of the column.
    """

    hashes: Hashes
    begins: Rows | None
    blank: Rows
    height: int

    def rows_of(self, runs: Rows) -> Rows:
        """Return the row where each of some runs begins."""
        return runs if self.begins is None else self.begins[runs]

    def spread(self, codes: Codes) -> Codes:
        """Return the code of every row from that of its run."""
        if self.begins is None:
            return codes
        begins = self.begins
        if len(self.blank):
            begins = np.append(begins, self.blank)
            codes = np.append(codes, np.full(len(self.blank), -1, dtype=np.int32))
            order = np.argsort(begins)
            begins, codes = begins[order], codes[order]
        return np.repeat(codes, np.diff(np.append(begins, self.height)))


def _runs(column: pl.Series, hashes: Hashes) -> _Runs:
    changes = np.concatenate([np.ones(min(len(hashes), 1), dtype=bool), hashes[1:] != hashes[:-1]])
    if not column.null_count():
        if len(hashes) - np.count_nonzero(changes) <= len(hashes) // FEW_REPEATED:
            return _Runs(hashes, None, np.empty(0, dtype=np.int64), len(hashes))
        begins = np.flatnonzero(changes)
        return _Runs(hashes[begins], begins, begins[:0], len(hashes))
    # A null and a text of its hash are no run.
    null = column.is_null().to_numpy()
    changes[1:] |= null[1:] != null[:-1]
    begins = np.flatnonzero(changes)
    named = begins[~null[begins]]
    return _Runs(hashes[named], named, begins[null[begins]], len(hashes))


def _texts(column: pl.Series, rows: Rows) -> pa.Array:
    """Return the text of some rows."""
    return _arrow(column if len(rows) == len(column) else column[rows])


def _agree(column: pl.Series, codes: Codes, of_numbers: Hashes, hashed: Callable[[pl.Series, int], Hashes]) -> bool:
    """Return whether the second hash of every row is that of its code's number."""
    differ: list[int] = []

    def compare(part: slice) -> None:
        mine, found = hashed(column[part], SEEDS[1]), codes[part]
        theirs = of_numbers[found] if len(of_numbers) else mine
        if not ((mine == theirs) | (found < 0)).all():
            differ.append(part.start)

    work_in_slices(len(column), compare)
    return not differ


def _arrow(column: pl.Series) -> pa.Array:
    array = column.to_arrow()
    return (array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array).cast(pa.string())
