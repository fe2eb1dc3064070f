"""Streams of random numbers: evenly spread, independent of each other, found by seed and name alone."""

from __future__ import annotations

import numpy as np

from deminimis.uncertainty.streams import uniforms

NAMES = [("amount", "terbium_metal", f"MAG-{i}", "", "0") for i in range(40)]
DRAWS = 4000


def test_draws_are_evenly_spread_over_0_to_1() -> None:
    drawn = uniforms(NAMES, DRAWS, 61)
    assert (drawn.min() >= 0, drawn.max() < 1) == (True, True)
    counts = np.histogram(drawn, bins=20, range=(0, 1))[0]
    expected = drawn.size / 20
    # The 0.999 quantile of chi squared with 19 degrees of freedom is 43.8.
    assert ((counts - expected) ** 2 / expected).sum() < 43.8


def test_no_two_streams_go_together() -> None:
    together = np.corrcoef(uniforms(NAMES, DRAWS, 61)) - np.eye(len(NAMES))
    assert abs(together).max() < 5 / DRAWS**0.5


def test_a_stream_is_that_of_its_name_whatever_else_is_drawn() -> None:
    alone, among = uniforms(NAMES[7:8], 10, 61), uniforms(NAMES[::-1], 10, 61)
    assert alone[0].tolist() == among[len(NAMES) - 1 - 7].tolist()


def test_names_that_read_alike_when_joined_have_streams_of_their_own() -> None:
    drawn = uniforms([("amount", "ab", "c"), ("amount", "a", "bc"), ("amount", "a,b", "c"), ("\ud800",)], 3, 61)
    assert len({tuple(row) for row in drawn.tolist()}) == 4


def test_another_seed_gives_other_draws() -> None:
    assert len({tuple(uniforms(NAMES[:1], 3, seed)[0]) for seed in (0, 1, 61, 2**80)}) == 4
