"""Streams of random numbers, one for each uncertain input, found by what the input is called.

A stream depends on the seed and the name alone: not on how many draws are made at once, how many threads make them,
what else is drawn, or in which order the lines of a bill stand. Two bills that share a part share its draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from deminimis.model import Floats

WORDS = 4
"""Words of 32 bits that a name is hashed to."""


def uniforms(names: Sequence[tuple[str, ...]], draws: int, seed: int) -> Floats:
    """Return evenly spread draws for every name.

    Parameters
    ----------
    names : sequence of tuple of str
        What each stream is for.
    draws : int
    seed : int

    Returns
    -------
    ndarray (len(names), draws)
        In [0, 1); the first draws stay the same when more are made.

    Examples
    --------
    >>> few, many = (uniforms([("price", "terbium_metal")], draws, seed=61) for draws in (2, 3))
    >>> bool((few == many[:, :2]).all())
    True
    """
    drawn = np.empty((len(names), draws))
    for name, row in zip(names, drawn, strict=True):
        _stream(name, seed).random(out=row)
    return drawn


def _stream(name: tuple[str, ...], seed: int) -> np.random.Generator:
    digest = blake2b(repr(name).encode(errors="backslashreplace"), digest_size=WORDS * 4).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, len(digest), 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=words)))
