"""What was read of each file, kept between runs under the hash of everything it depends on."""

from __future__ import annotations

import hashlib
import io
import pickle
import sqlite3
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from deminimis import __version__
from deminimis.errors import CatalogueError

ROOMS = ("model", "readers", "reference")
"""What is read of a file changes with these rooms."""
KNOWN = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("collections", "OrderedDict"),
        ("datetime", "date"),
        ("fractions", "Fraction"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
    }
)


class ReadStore:
    """A file of reads; each is written whole or not at all, whenever the run is killed.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CatalogueError
        The file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = _opened(path)
        except (OSError, sqlite3.Error) as fault:
            raise CatalogueError(f"{path.parent} cannot be written: {fault}.", path=str(path)) from fault

    def __enter__(self) -> ReadStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def known(self, keys: Iterable[str]) -> set[str]:
        """Return which keys are there."""
        wanted = set(keys)
        return {key for (key,) in self._base.execute("SELECT key FROM read") if key in wanted}

    def get(self, key: str) -> Any:
        """Return what was kept under a key; None if there is nothing, or nothing that can be used."""
        row = self._base.execute("SELECT body FROM read WHERE key = ?", (key,)).fetchone()
        try:
            return _Known(io.BytesIO(row[0])).load() if row else None
        except Exception:  # whatever a damaged body raises, the file itself is still there to be read
            return None

    def put(self, key: str, body: bytes) -> None:
        """Keep what was read under a key.

        Raises
        ------
        CatalogueError
            The disk is full, or cannot be written.
        """
        try:
            with self._base:
                self._base.execute("INSERT OR REPLACE INTO read VALUES (?, ?)", (key, body))
        except sqlite3.Error as fault:
            raise CatalogueError(
                f"{self._path} cannot be written ({fault}): make room; what was judged before is as it was.",
                path=str(self._path),
            ) from fault

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget everything but some keys."""
        stale = {key for (key,) in self._base.execute("SELECT key FROM read")} - set(keys)
        with self._base:
            self._base.executemany("DELETE FROM read WHERE key = ?", [(key,) for key in stale])


def packed(value: Any) -> bytes:
    """Return a value as the store keeps it."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpacked(body: bytes) -> Any:
    """Return the value behind bytes that `packed` made.

    Raises
    ------
    UnpicklingError
        The bytes name something that no read holds.
    """
    return _Known(io.BytesIO(body)).load()


class _Known(pickle.Unpickler):
    """Makes nothing but tables, numbers and the values of this package, whoever wrote the bytes."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class or maker that may be named."""
        ours = module.startswith("deminimis.") and name[:1].isupper()
        if ours or module in ("pyarrow.lib", "pyarrow") or (module, name) in KNOWN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is in no read")


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.DatabaseError as fault:
        if isinstance(fault, sqlite3.OperationalError):
            raise
        path.unlink()  # it is no such file any more: what it held is read again
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = NORMAL")
    base.execute("CREATE TABLE IF NOT EXISTS read (key TEXT PRIMARY KEY, body BLOB NOT NULL)")
    return base


@cache
def reader_version() -> str:
    """Return a digest of the code and data that turn a file into tables."""
    digest = hashlib.sha256(__version__.encode())
    for room in ROOMS:
        for file in sorted(Path(str(files("deminimis") / room)).rglob("*")):
            if file.suffix in (".py", ".csv"):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def read_key(*facts: object) -> str:
    """Return the key of a read from everything it depends on besides the reader itself."""
    return hashlib.sha256("\0".join([reader_version(), *map(repr, facts)]).encode()).hexdigest()
