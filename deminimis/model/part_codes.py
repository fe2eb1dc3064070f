"""Part numbers as integers: one code for each number, whatever columns it stands in.

A column of part numbers is text, or, in a large catalogue, an Arrow dictionary array: codes into one table of numbers
that all id columns share. Both mean the same everywhere; the second is read without looking at the text again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.slices import work_in_slices

Column: TypeAlias = Any
"""A pyarrow array, chunked or not."""


def encode_numbers(columns: Sequence[Column]) -> tuple[pa.Array, list[Any]]:
    """Return the distinct part numbers of columns in the order of their first appearance, and a code for every row.

    Parameters
    ----------
    columns : sequence of pyarrow array
        Text, or dictionary arrays.

    Returns
    -------
    pyarrow.StringArray (n,)
    list of ndarray (rows,) of int32
        -1 for null, one array for each column.

    Examples
    --------
    >>> numbers, codes = encode_numbers([pa.array(["B", "A"]), pa.array(["A", None])])
    >>> numbers.to_pylist(), [c.tolist() for c in codes]
    (['B', 'A'], [[0, 1], [1, -1]])
    """
    shared = shared_numbers(columns)
    if shared is None:
        return _encode_text(columns)
    codes = [codes_of(column) for column in columns]
    marks = np.zeros(len(shared) + 1, dtype=bool)
    used = marks[:-1]
    for of_column in codes:
        marks[of_column] = True  # null, -1, marks the place behind the last number
        if used.all():
            return shared, codes
    new = np.cumsum(used, dtype=np.int32) - 1
    return shared.filter(pa.array(used)), [np.where(c >= 0, new[c], np.int32(-1)) for c in codes]


def distinct_numbers(columns: Sequence[Column]) -> pa.Array:
    """Return the part numbers that columns hold, each once; a shared table may hold some that no row names any more."""
    shared = shared_numbers(columns)
    return _encode_text(columns)[0] if shared is None else shared


def _encode_text(columns: Sequence[Column]) -> tuple[pa.Array, list[Any]]:
    chunks = [chunk for column in columns for chunk in _chunks(as_text(column))]
    encoded = pa.chunked_array(chunks, pa.string()).dictionary_encode().chunks
    numbers = encoded[-1].dictionary if encoded else pa.array([], pa.string())
    codes = [chunk.indices.fill_null(-1).to_numpy() for chunk in encoded]
    joined = np.concatenate([np.empty(0, dtype=np.int32), *codes])
    return numbers, np.split(joined, np.cumsum([len(column) for column in columns])[:-1])


def shared_numbers(columns: Sequence[Column]) -> pa.Array | None:
    """Return the table of numbers that all columns are codes into; None if one is text or has a table of its own."""
    tables = [_table(chunk) for column in columns for chunk in _chunks(column) if len(chunk)]
    if not tables or any(table is None for table in tables):
        return None
    first = tables[0]
    return first if all(is_one_table(first, table) for table in tables[1:]) else None


def codes_of(column: Column) -> Any:
    """Return the codes of a dictionary array, -1 for null, shape (rows,) of int32."""
    parts = [chunk.indices for chunk in _chunks(column) if len(chunk)]
    whole = [p.to_numpy() if not p.null_count else p.fill_null(-1).to_numpy() for p in parts]
    return whole[0] if len(whole) == 1 else np.concatenate([np.empty(0, dtype=np.int32), *whole])


def as_text(column: Column) -> Column:
    """Return a column of part numbers as text."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def with_text(table: pa.Table) -> pa.Table:
    """Return a table whose columns of part numbers are text."""
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, as_text(table[field.name]))
    return table


def rows_with(column: Column, wanted: Column) -> Any:
    """Return the rows of a column that hold one of some part numbers, ascending.

    Parameters
    ----------
    column : pyarrow array
        Text, or a dictionary array, of which only the table is compared.
    wanted : pyarrow array
        The same; of one table with the column it is not compared at all.
    """
    shared = shared_numbers([column])
    if shared is None:
        return pc.indices_nonzero(pc.is_in(as_text(column), value_set=_distinct(wanted))).to_numpy()
    is_wanted, codes = np.zeros(len(shared) + 1, dtype=bool), codes_of(column)
    found: dict[int, Any] = {}

    def compare(part: slice) -> None:
        is_wanted[part] = pc.is_in(shared[part], value_set=numbers).to_numpy(zero_copy_only=False)

    def look(part: slice) -> None:
        found[part.start] = np.flatnonzero(is_wanted[codes[part]]) + part.start

    if shared_numbers([column, wanted]) is not None:
        is_wanted[codes_of(wanted)] = True
        is_wanted[-1] = False  # null
    else:
        numbers = _distinct(wanted)
        work_in_slices(len(shared), compare)
    work_in_slices(len(codes), look)
    return np.concatenate([np.empty(0, dtype=np.int64), *(found[begin] for begin in sorted(found))])


def letters_of(numbers: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the bytes of all part numbers, one number after the other."""
    if not len(numbers) or (text := numbers.buffers()[2]) is None:
        return np.empty(0, dtype=np.uint8)
    ends = np.frombuffer(numbers.buffers()[1], dtype=np.int32)
    return np.frombuffer(text, dtype=np.uint8)[ends[numbers.offset] : ends[numbers.offset + len(numbers)]]


def all_visible(numbers: pa.Array) -> bool:
    """Return whether all part numbers are made of signs of ASCII that can be seen: none has a blank, or is one.

    Parameters
    ----------
    numbers : pyarrow.StringArray (n,)

    Examples
    --------
    >>> all_visible(pa.array(["PN-1", "PN-2"])), all_visible(pa.array(["PN 1"]))
    (True, False)
    """
    signs = letters_of(numbers)
    return bool(len(signs) and signs.min() >= ord("!") and signs.max() <= ord("~"))


def _distinct(column: Column) -> pa.Array:
    return pc.unique(as_text(column)).drop_null()


def _chunks(column: Column) -> list[Any]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def _table(chunk: Any) -> Any:
    return chunk.dictionary if pa.types.is_dictionary(chunk.type) else None


def is_one_table(one: pa.Array, other: pa.Array) -> bool:
    """Return whether two tables of numbers are one in memory; equal ones need not be looked at for that."""
    mine, theirs = one.buffers(), other.buffers()
    return len(one) == len(other) and mine[-1].address == theirs[-1].address and mine[1].address == theirs[1].address
