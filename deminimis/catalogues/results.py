"""The result of a run on the disk: written aside, moved into place together, the same bytes for the same input."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.catalogues.inputs import MARK
from deminimis.errors import CatalogueError, ReportError

SUMMARY = "summary.json"
ASIDE = ".aside"
"""Folder in which a result is written before it takes its place."""
READY = "ready.json"
"""Written last: a folder aside that has it is whole, and is moved into place by whoever finds it."""


def write_results(
    out: Path, tables: Mapping[str, pa.Table], files: Mapping[str, bytes], summary: dict[str, Any]
) -> None:
    """Write the result of a run in place of the last one.

    Parameters
    ----------
    out : Path
        The folder.
    tables : mapping of name to pyarrow.Table
        Each becomes NAME.parquet.
    files : mapping of name to bytes
        Further files.
    summary : dict
        What `summary.json` says; the hash of every other file is added.

    Raises
    ------
    CatalogueError
        The folder cannot be written, or the disk is full; the last result is as it was.
    """
    aside = out / ASIDE
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        for name, table in tables.items():
            pq.write_table(table, aside / f"{name}.parquet", compression="zstd")
        for name, content in files.items():
            (aside / name).write_bytes(content)
        hashes = {file.name: _hash(file) for file in sorted(aside.iterdir())}
        (aside / SUMMARY).write_text(json.dumps({**summary, "files": hashes}, indent=1, ensure_ascii=False) + "\n")
        for file in aside.iterdir():
            _flush(file)
        (aside / READY).write_text(json.dumps(sorted([*hashes, SUMMARY])))
        _flush(aside / READY)
        finish_moving(out)
    except (OSError, pa.ArrowException, ReportError) as fault:
        if not (aside / READY).exists():
            shutil.rmtree(aside, ignore_errors=True)
        raise CatalogueError(
            f"{out} cannot be written: {_reason(fault)}; the last result is as it was.", path=str(out)
        ) from fault


def finish_moving(out: Path) -> None:
    """Move a result that is whole, but not yet in its place, there.

    Parameters
    ----------
    out : Path
        The folder of the result.
    """
    aside = out / ASIDE
    if not (aside / READY).exists():
        return
    (out / MARK).write_text('{"schema": "deminimis/catalogue/1"}\n')
    names = json.loads((aside / READY).read_text())
    for name in sorted(names, key=lambda n: n == SUMMARY):  # the summary says that the others are in place
        if (aside / name).exists():
            os.replace(aside / name, out / name)
    shutil.rmtree(aside)


def last_summary(out: Path) -> dict[str, Any] | None:
    """Return the summary of the last result if all of its files are as it says.

    Parameters
    ----------
    out : Path
    """
    try:
        summary: dict[str, Any] = json.loads((out / SUMMARY).read_text())
        whole = all(_hash(out / name) == digest for name, digest in summary["files"].items())
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return summary if whole else None


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _reason(fault: BaseException) -> str:
    number = getattr(fault, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full, make room"
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "it may not be written, give another --out"
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
