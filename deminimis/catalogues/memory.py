"""How the C library keeps memory while a catalogue is calculated."""

from __future__ import annotations

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Settings of mallopt, as malloc.h numbers them."""
LARGEST_KEPT = 1 << 30
"""Arrays up to which memory that was freed is used again [bytes]."""


def keep_freed_memory() -> None:
    """Use the memory of freed arrays for the next ones, in place of returning it to the system each time.

    Notes
    -----
    A large array is by default memory of its own, which the system must empty page by page before the next one has it;
    in a run over millions of lines that takes a tenth of the time. It changes no number. Only glibc has the settings;
    elsewhere nothing happens.

    Source
    ------
    mallopt(3), Linux man-pages 6.9, 2024-05-02.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting, value in ((MMAP_THRESHOLD, LARGEST_KEPT), (TRIM_THRESHOLD, 2**31 - 1), (ARENA_MAX, 1)):
            mallopt(setting, value)
