"""Part numbers of a large catalogue to codes: hashed to 64 bits, the integers counted through, and no number compared.

Two numbers of one hash would be taken for one part. A second hash, drawn from another seed, tells: if it differs within
a code, the numbers are coded as text, which takes several times as long and is always right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from deminimis.catalogues.part_pieces import HashedPiece, Hashes, Rows, arrow_text, whole_text
from deminimis.model import Codes, Mask
from deminimis.model.part_codes import encode_numbers
from deminimis.model.slices import ROWS, look_up, work_ahead, work_in_slices, work_on_each

FEWEST_BITS, MOST_BITS = 8, 24
"""Size of the table of places, as a power of two: 64 MB at most."""
NAMING = 4
"""One row in so many names places at first."""
SPREAD = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio: what a key is multiplied by to have other highest bits."""


def encode_hashed(columns: Sequence[Sequence[HashedPiece]]) -> tuple[pa.Array, list[Codes]]:
    """Return the distinct part numbers of columns in the order of their first appearance, and a code for every row.

    Parameters
    ----------
    columns : sequence of sequences of HashedPiece

    Returns
    -------
    pyarrow.StringArray (n,)
    list of ndarray (rows,) of int32
        -1 for null, one array for each column.

    Raises
    ------
    ChangedMeanwhile
        The text of a number, read once more, is not what was hashed.

    Notes
    -----
    Rows that repeat the one above are counted once: lines grouped by parent have one parent for many rows. Of the
    second hash half of the bits are kept. With n distinct numbers, one hash fails with a probability of n^2 / 2^65,
    both together with n^2 / 2^97.

    Examples
    --------
    >>> import polars as pl
    >>> from deminimis.catalogues.part_pieces import hash_pieces
    >>> numbers, codes = encode_hashed([hash_pieces(pl.Series(["B", "A"])), hash_pieces(pl.Series(["A", None]))])
    >>> numbers.to_pylist(), [c.tolist() for c in codes]
    (['B', 'A'], [[0, 1], [1, -1]])
    """
    pieces = [piece for column in columns for piece in column]
    spans = [slice(*span) for span in pairwise(np.cumsum([0, *(piece.count for piece in pieces)]).tolist())]
    keys = np.empty(spans[-1].stop if spans else 0, dtype=np.uint64)
    work_on_each(range(len(pieces)), lambda at: keys.__setitem__(spans[at], pieces[at].keys))
    code, new_runs = _counted(first_rows(keys))
    new = [new_runs[slice(*np.searchsorted(new_runs, (span.start, span.stop)))] - span.start for span in spans]
    if not _agree(pieces, [code[span] for span in spans], new):
        return encode_numbers([whole_text(column) for column in columns])
    bringing = [at for at, runs in enumerate(new) if len(runs)]
    texts = work_ahead(lambda at: arrow_text(pieces[at].texts(new[at])), bringing)
    codes = [np.empty(sum(piece.height for piece in column), dtype=np.int32) for column in columns]
    outs = [out for column, of_column in zip(columns, codes, strict=True) for out in _split(of_column, column)]
    work_on_each(range(len(pieces)), lambda at: pieces[at].spread(code[spans[at]], out=outs[at]))
    return pa.concat_arrays([pa.array([], pa.string()), *texts]), codes


def _split(codes: Codes, pieces: Sequence[HashedPiece]) -> list[Codes]:
    return np.split(codes, np.cumsum([piece.height for piece in pieces])[:-1]) if pieces else []


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
    table = np.full(1 << bits, 0, dtype=np.int32)

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


def _agree(pieces: Sequence[HashedPiece], codes: Sequence[Codes], new: Sequence[Rows]) -> bool:
    """Return whether the second hash of every run is that of its code's number, which stands in the new runs."""
    none = np.empty(0, dtype=np.uint32)
    of_numbers = np.concatenate([none, *(piece.checks[runs] for piece, runs in zip(pieces, new, strict=True))])
    differ: list[int] = []

    def compare(at: int) -> None:
        if not (look_up(of_numbers, codes[at]) == pieces[at].checks).all():
            differ.append(at)

    work_on_each(range(len(pieces)), compare)
    return not differ
