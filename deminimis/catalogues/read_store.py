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
DIGEST = 16
"""Bytes of the hash before every body."""
DAMAGE = (["SQLITE", "CORRUPT"], ["SQLITE", "NOTADB"], ["SQLITE", "ERROR"], ["SQLITE", "MISMATCH"])
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
        The file cannot be read or written.

    Notes
    -----
    A file that is damaged is begun anew: what it held is read again. Every body carries its hash, as the database does
    not notice a bit that has turned.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = _opened(path)
        except (OSError, sqlite3.Error) as fault:
            raise self._refusal(fault) from fault

    def __enter__(self) -> ReadStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def known(self, keys: Iterable[str]) -> set[str]:
        """Return which keys are there."""
        wanted = set(keys)
        return {key for (key,) in self._asked("SELECT key FROM read") if key in wanted}

    def get(self, key: str) -> Any:
        """Return what was kept under a key; None if there is nothing, or nothing that can be used."""
        for (kept,) in self._asked("SELECT body FROM read WHERE key = ?", key):
            if isinstance(kept, bytes) and _digest(kept[DIGEST:]) == kept[:DIGEST]:
                return _unpacked_or_none(kept[DIGEST:])
        return None

    def put(self, key: str, body: bytes) -> None:
        """Keep what was read under a key.

        Raises
        ------
        CatalogueError
            The disk is full, or cannot be written.
        """
        self._written("INSERT OR REPLACE INTO read VALUES (?, ?)", [(key, _digest(body) + body)])

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget everything but some keys.

        Raises
        ------
        CatalogueError
            The disk is full, or cannot be written.
        """
        stale = {key for (key,) in self._asked("SELECT key FROM read")} - set(keys)
        self._written("DELETE FROM read WHERE key = ?", [(key,) for key in sorted(stale)])

    def _asked(self, question: str, *words: str) -> list[Any]:
        try:
            return self._base.execute(question, words).fetchall()
        except sqlite3.Error as fault:
            self._begin_anew(fault)
            return []

    def _written(self, order: str, rows: list[tuple[Any, ...]]) -> None:
        try:
            self._write(order, rows)
        except sqlite3.Error as fault:
            self._begin_anew(fault)
            try:
                self._write(order, rows)
            except sqlite3.Error as again:
                raise self._refusal(again) from again

    def _write(self, order: str, rows: list[tuple[Any, ...]]) -> None:
        with self._base:
            self._base.executemany(order, rows)

    def _begin_anew(self, fault: sqlite3.Error) -> None:
        """Put an empty file in the place of a damaged one; a disk that is full or fails is no damage."""
        if not _is_damage(fault):
            raise self._refusal(fault) from fault
        self._base.close()
        try:
            self._base = _anew(self._path)
        except (OSError, sqlite3.Error) as other:
            raise self._refusal(other) from other

    def _refusal(self, fault: Exception) -> CatalogueError:
        words = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
        return CatalogueError(
            f"{self._path} cannot be written ({words}): make room or give another --out; the last result is as it was.",
            path=str(self._path),
        )


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=DIGEST).digest()


def _unpacked_or_none(body: bytes) -> Any:
    try:
        return unpacked(body)
    except Exception:  # whatever an unknown body raises, the file itself is still there to be read
        return None


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
        if not _is_damage(fault):
            raise
        return _anew(path)


def _anew(path: Path) -> sqlite3.Connection:
    """Return the connection to a new file in the place of a damaged one."""
    for ending in ("", "-wal", "-shm"):  # a log left behind would be played into the new file
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return _prepared(path)


def _is_damage(fault: sqlite3.Error) -> bool:
    """Return whether an error says that the file is no such file any more, or has another form."""
    return getattr(fault, "sqlite_errorname", "").split("_")[:2] in DAMAGE


def _prepared(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("CREATE TABLE IF NOT EXISTS read (key TEXT PRIMARY KEY, body BLOB NOT NULL)")
    except sqlite3.Error:
        base.close()
        raise
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
