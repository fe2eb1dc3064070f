"""Part numbers hashed to codes: what text coding gives, also where hashes collide."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.catalogues.part_hashes import encode_hashed
from deminimis.catalogues.part_pieces import ChangedMeanwhile, HashedPiece, hash_column, hash_piece, hash_pieces
from deminimis.model.part_codes import as_text, codes_of, encode_numbers, shared_numbers
from deminimis.model.slices import ROWS

NUMBERS = st.lists(st.sampled_from(["A", "B", "a", "00123", "123", "", " ", "Ä", "x" * 40, None]) | st.text(max_size=3))
COLUMNS = st.lists(NUMBERS, min_size=1, max_size=4)


def series(columns: list[list[str | None]]) -> list[pl.Series]:
    return [pl.Series(values, dtype=pl.String) for values in columns]


def in_memory(columns: list[pl.Series]) -> list[list[HashedPiece]]:
    return [hash_pieces(column) for column in columns]


def read_again(column: pl.Series, rows: int) -> list[HashedPiece]:
    """Pieces of so many rows of which no text is kept, as of a file."""
    parts = [column[begin : begin + rows] for begin in range(0, len(column), rows)]
    return [hash_piece(part, lambda part=part: part) for part in parts]


@settings(deadline=None)
@given(COLUMNS)
def test_hashing_codes_as_text_does(columns: list[list[str | None]]) -> None:
    numbers, codes = encode_hashed(in_memory(series(columns)))
    by_text, expected = encode_numbers([s.to_arrow().cast("string") for s in series(columns)])
    assert numbers.to_pylist() == by_text.to_pylist()
    assert [c.tolist() for c in codes] == [c.tolist() for c in expected]


@settings(deadline=None)
@given(COLUMNS, st.integers(1, 4))
def test_pieces_whose_text_is_read_again_are_coded_alike(columns: list[list[str | None]], rows: int) -> None:
    numbers, codes = encode_hashed([read_again(column, rows) for column in series(columns)])
    whole, expected = encode_hashed(in_memory(series(columns)))
    assert numbers.to_pylist() == whole.to_pylist()
    assert [c.tolist() for c in codes] == [c.tolist() for c in expected]


def test_a_piece_that_is_another_when_it_is_read_again_is_noticed() -> None:
    said = iter([pl.Series(["A", "X", "C"])])
    piece = hash_piece(pl.Series(["A", "B", "C"]), lambda: next(said))
    with pytest.raises(ChangedMeanwhile):
        encode_hashed([[piece]])


@pytest.mark.parametrize("collides", [lambda h: h * 0, lambda h: h % 3])
def test_numbers_of_one_hash_are_told_apart(collides: object) -> None:
    def weak(column: pl.Series, seed: int) -> np.ndarray:
        hashes = hash_column(column, seed)
        return collides(hashes) if seed == 61 else hashes  # type: ignore[operator]

    columns = series([["P1", "P2", "P3", "P2"], ["P9", None, "P1", "P1"]])
    numbers, codes = encode_hashed([hash_pieces(column, weak) for column in columns])
    assert numbers.to_pylist() == ["P1", "P2", "P3", "P9"]
    assert [c.tolist() for c in codes] == [[0, 1, 2, 1], [3, -1, 0, 0]]


def test_columns_of_many_slices_are_coded_as_text_does() -> None:
    draw = np.random.default_rng(3)
    rows = 3 * ROWS + 7
    numbers = np.array([f"P{n}" for n in range(40_000)], dtype=object)
    children, parents = numbers[draw.integers(0, 40_000, rows)], np.repeat(numbers[::-1], 25)[:rows]
    columns = [pl.Series(parents), pl.Series(children), pl.Series([None, "P1", None, None, "P2"])]
    found, codes = encode_hashed(in_memory(columns))
    by_text, expected = encode_numbers([s.to_arrow().cast("string") for s in columns])
    assert found.equals(by_text)
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(codes, expected, strict=True))


def test_the_second_hash_is_needed() -> None:
    """With both hashes as weak as each other two numbers would be one part: the check of the check."""

    def none(column: pl.Series, seed: int) -> np.ndarray:
        return hash_column(column, seed) * 0

    numbers, codes = encode_hashed([hash_pieces(column, none) for column in series([["P1", "P2"]])])
    assert (numbers.to_pylist(), codes[0].tolist()) == (["P1"], [0, 0])


def test_a_table_of_numbers_is_shared_by_identity_and_read_back_as_text() -> None:
    import pyarrow as pa

    table = pa.array(["A", "B", "C"])
    one = pa.DictionaryArray.from_arrays(pa.array([0, None, 2], pa.int32()), table)
    two = pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array([2, 2], pa.int32()), table)])
    other = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), pa.array(["A", "B", "C"]))
    assert shared_numbers([one, two]) is not None
    assert shared_numbers([one, other]) is None
    assert shared_numbers([one, pa.array(["A"])]) is None
    assert codes_of(one).tolist() == [0, -1, 2]
    assert as_text(two).to_pylist() == ["C", "C"]
    numbers, codes = encode_numbers([one, two])
    assert (numbers.to_pylist(), [c.tolist() for c in codes]) == (["A", "C"], [[0, -1, 1], [1, 1]])
