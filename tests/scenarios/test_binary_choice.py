"""Yes-or-no choices by mixed-integer programming: against all choices, and where there is none."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from deminimis.scenarios.binary_choice import cheapest_choice

numbers = st.integers(-5, 5).map(float)


@given(st.lists(numbers, min_size=1, max_size=5), st.data())
def test_it_is_the_cheapest_of_all(cost: list[float], data: st.DataObject) -> None:
    rows = np.array([[data.draw(numbers) for _ in cost] for _ in range(2)])
    low = np.array([data.draw(numbers), -np.inf])
    high = np.array([np.inf, data.draw(numbers)])
    every = [np.array(bits, dtype=float) for bits in product((0, 1), repeat=len(cost))]
    kept = [float(cost @ one) for one in every if ((low <= rows @ one) & (rows @ one <= high)).all()]
    found = cheapest_choice(np.array(cost), csr_array(rows), low, high, seconds=10.0)
    assert found.proven
    if not kept:
        assert found.taken is None
        assert found.bound == np.inf
        return
    assert found.taken is not None
    assert float(cost @ found.taken) == pytest.approx(min(kept)) == pytest.approx(found.bound)


@pytest.mark.parametrize(("low", "there_is_one"), [(0.0, True), (1.0, False)])
def test_nothing_to_choose(low: float, there_is_one: bool) -> None:
    nothing = np.zeros(0)
    found = cheapest_choice(nothing, csr_array((1, 0)), np.array([low]), np.array([np.inf]), seconds=1.0)
    assert (found.taken is not None, found.proven) == (there_is_one, True)


def test_costs_of_nothing_and_costs_without_rows() -> None:
    free = cheapest_choice(np.zeros(2), csr_array(np.ones((1, 2))), np.array([1.0]), np.array([1.0]), seconds=1.0)
    assert free.taken is not None
    assert (int(free.taken.sum()), free.bound) == (1, 0.0)
    bare = cheapest_choice(np.array([-2.0, 3.0]), csr_array((0, 2)), np.zeros(0), np.zeros(0), seconds=1.0)
    assert bare.taken is not None
    assert (bare.taken.tolist(), bare.bound) == ([True, False], -2.0)
