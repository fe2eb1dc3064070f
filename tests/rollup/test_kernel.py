"""The kernel against dense linear algebra, and at a depth where recursion ends."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from deminimis.model import Structure
from deminimis.rollup import least_beneath, quantities_within, roll_down, roll_up, sources_within
from deminimis.rollup.kernel import WIDE_LEVEL

DEPTH = 200_000


def layered(counts: list[int], degree: int, seed: int) -> Structure:
    """A structure of `counts` parts per level, each part above the lowest with `degree` lines."""
    draw = np.random.default_rng(seed)
    level_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    degrees = np.where(np.arange(sum(counts)) < counts[0], 0, degree)
    first = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int32)
    owner_level = np.searchsorted(level_start, np.arange(counts[0], sum(counts)), side="right") - 1
    child = (draw.random((len(owner_level), degree)) * level_start[owner_level][:, None]).astype(np.int32).reshape(-1)
    # A part of a level has a child in the level just below, or it would stand lower.
    if degree:
        child[::degree] = level_start[owner_level] - 1
    names = pa.array([f"P{i}" for i in range(sum(counts))])
    nobody = np.empty(0, dtype=np.int32)
    return Structure(
        names, level_start, first, child, np.arange(len(child), dtype=np.int32), nobody, np.zeros(sum(counts), bool)
    )


def chain(depth: int) -> Structure:
    return layered([1] * depth, 1, 0)


def dense(structure: Structure, quantity: np.ndarray) -> np.ndarray:
    matrix = np.zeros((structure.part_count, structure.part_count))
    np.add.at(matrix, (structure.parent_of_line(), structure.child), quantity)
    return np.linalg.inv(np.eye(structure.part_count) - matrix)


structures = st.builds(
    layered, st.lists(st.integers(1, 6), min_size=2, max_size=6), st.integers(1, 4), st.integers(0, 99)
)


@given(structures, st.integers(0, 99))
def test_roll_up_and_down_are_the_two_sides_of_one_inverse(structure: Structure, seed: int) -> None:
    draw = np.random.default_rng(seed)
    quantity, own = draw.random(len(structure.child)), draw.random((structure.part_count, 3))
    inverse = dense(structure, quantity)
    np.testing.assert_allclose(roll_up(structure, quantity, own), inverse @ own, rtol=1e-10)
    roots = np.arange(structure.part_count, dtype=np.int32)
    np.testing.assert_allclose(roll_down(structure, quantity, roots), inverse.T, rtol=1e-10, atol=1e-12)
    within = quantities_within(structure, quantity, roots).toarray()
    np.testing.assert_allclose(within, inverse, rtol=1e-10, atol=1e-12)


@given(structures, st.integers(0, 99))
def test_sources_within_are_the_columns_asked_for(structure: Structure, seed: int) -> None:
    draw = np.random.default_rng(seed)
    quantity, parts = draw.random(len(structure.child)), np.arange(structure.part_count, dtype=np.int32)
    sources = parts[draw.random(len(parts)) < 0.4]
    roots = draw.permutation(parts)[:4]
    within = sources_within(structure, quantity, sources, roots)
    np.testing.assert_allclose(
        within.toarray(), dense(structure, quantity)[np.ix_(roots, sources)], rtol=1e-10, atol=1e-12
    )
    assert within.has_sorted_indices


@given(structures, st.integers(0, 99))
def test_fractions_give_the_same_as_floats(structure: Structure, seed: int) -> None:
    draw = np.random.default_rng(seed)
    quantity, own = draw.integers(1, 9, len(structure.child)), draw.integers(0, 9, (structure.part_count, 2))
    exact = roll_up(
        structure,
        np.array([Fraction(int(q), 8) for q in quantity], dtype=object),
        np.array([[Fraction(int(x)) for x in row] for row in own], dtype=object),
    )
    floats = roll_up(structure, quantity / 8, own.astype(float))
    np.testing.assert_allclose(exact.astype(float), floats, rtol=1e-12)
    assert all(isinstance(x, Fraction) for x in exact.ravel())


def test_a_wide_level_split_between_threads_gives_the_same() -> None:
    wide = layered([1000, 40_000, 40_000], 5, 7)
    draw = np.random.default_rng(7)
    quantity, own = draw.random(len(wide.child)), draw.random((wide.part_count, 4))
    lines = csr_array((quantity, wide.child, wide.first), shape=(wide.part_count,) * 2)
    expected = own + lines @ (own + lines @ own)
    assert np.diff(wide.first[wide.level_start]).max() > WIDE_LEVEL
    np.testing.assert_allclose(roll_up(wide, quantity, own), expected, rtol=1e-12)


@given(structures, st.integers(0, 99))
def test_a_settled_part_keeps_its_own(structure: Structure, seed: int) -> None:
    draw = np.random.default_rng(seed)
    quantity, own = draw.random(len(structure.child)), draw.random((structure.part_count, 1))
    settled = draw.random(structure.part_count) < 0.5
    before = quantity.copy()
    totals = roll_up(structure, quantity, own, settled)
    np.testing.assert_array_equal(totals[settled], own[settled])
    np.testing.assert_array_equal(quantity, before)


@given(structures, st.integers(0, 99))
def test_least_beneath_is_the_minimum_over_what_is_reached(structure: Structure, seed: int) -> None:
    own = np.random.default_rng(seed).integers(0, 1000, structure.part_count)
    reached = dense(structure, np.ones(len(structure.child))) > 0.5
    expected = [own[reached[i]].min() for i in range(structure.part_count)]
    np.testing.assert_array_equal(least_beneath(structure, own), expected)


def test_a_chain_of_two_hundred_thousand_levels() -> None:
    deep = chain(DEPTH)
    quantity = np.ones(DEPTH - 1)
    totals = roll_up(deep, quantity, np.ones((DEPTH, 2)))
    assert totals[-1].tolist() == [DEPTH, DEPTH]
    assert roll_down(deep, quantity, np.array([DEPTH - 1])).sum() == DEPTH
    within = quantities_within(deep, quantity, np.array([DEPTH - 1, DEPTH // 2]))
    assert within.sum(axis=1).tolist() == [DEPTH, DEPTH // 2 + 1]
    below = np.array([0, 7], dtype=np.int32)
    assert sources_within(deep, quantity, below, np.array([DEPTH - 1])).toarray().tolist() == [[1.0, 1.0]]
    assert least_beneath(deep, np.arange(DEPTH)[::-1].copy())[-1] == 0


def test_the_own_amounts_are_not_changed() -> None:
    deep, own = chain(3), np.ones((3, 1))
    roll_up(deep, np.ones(2), own)
    assert own.tolist() == [[1.0]] * 3
    assert roll_up(deep, np.array([2.0, 3.0]), own)[-1, 0] == pytest.approx(1 + 3 * (1 + 2 * 1))
