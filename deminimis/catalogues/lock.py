"""One run at a time in one folder: a lock that the system takes back when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deminimis.catalogues.results import reason_of
from deminimis.errors import CatalogueError

LOCK = ".lock"


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold a folder for one run, and make it if it is not there.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    CatalogueError
        Another run holds it, or it cannot be written.

    Notes
    -----
    The file stays: one that is removed while another run waits to open it would be two locks.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as fault:
        raise CatalogueError(f"{folder} cannot be written: {reason_of(fault)}.", path=str(folder)) from fault
    try:
        if not _taken(handle):
            raise CatalogueError(
                f"another run is writing to {folder}: wait until it has ended, or give another --out.", path=str(folder)
            )
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _taken(handle: int) -> bool:
        """Return whether the lock could be had; the system gives it back with the handle."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(handle: int) -> bool:
        """Return whether the lock could be had; the system gives it back with the handle."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network folder without locks: what cannot be locked is not refused
            return True
        return True
