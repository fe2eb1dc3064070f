"""Streams of random numbers, one for each uncertain input, found by what the input is called.

A stream depends on the seed and the name alone: not on how many draws are made at once, how many threads make them,
what else is drawn, or in which order the lines of a bill stand. Two bills that share a part share its draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct

import numpy as np

from deminimis.model import Floats

HALVES = Struct("16s16s")
"""A hash in two: where a stream of PCG64 starts, and which of its streams it is, by an odd number."""


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
    key, stream = np.random.SeedSequence(seed).generate_state(8).tobytes(), np.random.PCG64(0)
    generator, state = np.random.Generator(stream), stream.state
    for name, row in zip(names, drawn, strict=True):
        hashed = blake2b(repr(name).encode(errors="backslashreplace"), digest_size=32, key=key).digest()
        start, step = HALVES.unpack(hashed)
        # One generator put at the start of each stream: making a new one for each takes five times as long.
        state["state"] = {"state": _number(start), "inc": _number(step) | 1}
        stream.state = state
        generator.random(out=row)
    return drawn


def _number(hashed: bytes) -> int:
    return int.from_bytes(hashed, "little")
