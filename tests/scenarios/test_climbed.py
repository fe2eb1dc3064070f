"""What stands above a part is summed again as the whole rollup would sum it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.assessment import calculate
from deminimis.rollup import roll_up
from deminimis.scenarios.climbed import WhereUsed, climb
from deminimis.structure import ancestors
from tests.builders import make_bom
from tests.scenarios.bills import ON
from tests.strategies import Rows, boms


@settings(max_examples=150, deadline=None)
@given(boms(most=12), st.integers(0, 11), st.floats(0, 1000), st.integers(0, 5))
def test_climbing_equals_rolling_everything_up(rows: dict[str, Rows], which: int, new: float, cut: int) -> None:
    measures = calculate(make_bom(**rows), ON).measures
    structure = measures.structure
    part = which % structure.part_count
    quantity = measures.contained.copy()
    quantity[:: cut + 2] = 0.0
    own = np.random.default_rng(which).random((structure.part_count, 2))
    totals = roll_up(structure, quantity, own)
    changed = own.copy()
    # The part's own amount is such that its total, with all beneath it, is the new one.
    changed[part] += new - totals[part]
    expected = roll_up(structure, quantity, changed)
    above = WhereUsed.of(structure).above(part, quantity)
    assert (np.diff(above) > 0).all()
    got = climb(structure, quantity, totals, own[above], part, np.full(2, float(new)), above)
    assert np.allclose(got, expected[above], rtol=1e-9, atol=1e-6)
    untouched = np.setdiff1d(np.arange(structure.part_count), [part, *above])
    assert np.allclose(expected[untouched], totals[untouched], rtol=1e-12)


@given(boms(most=9), st.integers(0, 8))
@settings(max_examples=50, deadline=None)
def test_without_a_zero_quantity_everything_above_is_found(rows: dict[str, Rows], which: int) -> None:
    structure = calculate(make_bom(**rows), ON).measures.structure
    part = which % structure.part_count
    found = WhereUsed.of(structure).above(part, np.ones(len(structure.child)))
    every = np.flatnonzero(ancestors(structure, np.array([part], dtype=np.int32)))
    assert found.tolist() == [code for code in every.tolist() if code != part]


def test_a_part_that_nothing_contains() -> None:
    structure = calculate(make_bom(lines=[("A", "B", 2)]), ON).measures.structure
    top = structure.codes(structure.part_numbers)[-1]
    above = WhereUsed.of(structure).above(int(top), np.ones(1))
    assert len(above) == 0
    assert climb(structure, np.ones(1), np.zeros((2, 1)), np.zeros((0, 1)), int(top), np.ones(1), above).shape == (0, 1)
