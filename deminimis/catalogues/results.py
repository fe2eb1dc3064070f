"""The result of a run on the disk: written aside, moved into place together, the same bytes for the same input."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.catalogues.bom_files import BOM, write_bom
from deminimis.catalogues.inputs import MARK
from deminimis.errors import CatalogueError, ReportError
from deminimis.model import Bom

SUMMARY = "summary.json"
ASIDE = ".aside"
"""Folder in which a result is written before it takes its place."""
READY = "ready.json"
"""Written last: a folder aside that has it is whole, and is moved into place by whoever finds it."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def write_results(
    out: Path,
    tables: Mapping[str, pa.Table],
    files: Mapping[str, bytes],
    summary: Mapping[str, Any],
    bom: Bom | None = None,
) -> dict[str, Any]:
    """Write the result of a run in place of the last one.

    Parameters
    ----------
    out : Path
        The folder.
    tables : mapping of name to pyarrow.Table
        Each becomes NAME.parquet.
    files : mapping of name to bytes
        Further files.
    summary : mapping
        What `summary.json` says; the hash of every other file is added.
    bom : Bom, optional
        What was judged, kept in the folder ``bom``.

    Returns
    -------
    dict
        What `summary.json` says now.

    Raises
    ------
    CatalogueError
        The folder cannot be written, or the disk is full; the last result is as it was.
    """
    aside = out / ASIDE
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for name, table in tables.items():
            # doubles hardly repeat: a dictionary of them takes twice the time and more room
            texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
            pq.write_table(table, aside / f"{name}.parquet", compression="zstd", use_dictionary=texts)
        for name, content in files.items():
            (aside / name).write_bytes(content)
        if bom is not None:
            write_bom(bom, aside / BOM)
        written = {path.relative_to(aside).as_posix(): path for path in sorted(aside.rglob("*")) if path.is_file()}
        told = {**summary, "files": {name: _hash(path) for name, path in written.items()}}
        (aside / SUMMARY).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for path in (*written.values(), aside / SUMMARY):
            _flush(path)
        _declare_ready(aside, [*written, SUMMARY])
    except (OSError, pa.ArrowException, ReportError) as fault:
        shutil.rmtree(aside, ignore_errors=True)
        raise CatalogueError(
            f"{out} cannot be written: {reason_of(fault)}; the last result is as it was.", path=str(out)
        ) from fault
    finish_moving(out)
    return told


def _declare_ready(aside: Path, names: list[str]) -> None:
    """Say that a folder is whole: the word is there with all of its letters, or not at all."""
    draft = aside / f"{READY}.draft"
    draft.write_text(json.dumps(sorted(names)), encoding="utf-8")
    _flush(draft)
    os.replace(draft, aside / READY)
    _flush(aside)


def finish_moving(out: Path) -> None:
    """Move a result that is whole, but not yet in its place, there; sweep away one that is not whole.

    Parameters
    ----------
    out : Path
        The folder of the result.

    Raises
    ------
    CatalogueError
        The folder cannot be written; the next run goes on with it.
    """
    aside = out / ASIDE
    try:
        if (aside / READY).exists():
            _move(aside, out)
        if aside.exists():
            shutil.rmtree(aside)
    except OSError as fault:
        raise CatalogueError(
            f"{out} cannot be written: {reason_of(fault)}; a new result waits there whole, and the next run moves it "
            "into its place.",
            path=str(out),
        ) from fault


def _move(aside: Path, out: Path) -> None:
    """Move every file of a result into its place: whenever that ends, beginning again ends it."""
    names: list[str] = json.loads((aside / READY).read_text(encoding="utf-8"))
    (out / MARK).write_text('{"schema": "deminimis/catalogue/1"}\n', encoding="utf-8")
    for name in _names_of(out) - set(names):  # of the result before, which this one does not have
        (out / name).unlink(missing_ok=True)
    for name in sorted(names, key=lambda n: n == SUMMARY):  # the summary says that the others are in place
        if (aside / name).exists():
            (out / name).parent.mkdir(exist_ok=True)
            os.replace(aside / name, out / name)
    if (out / BOM).is_dir() and not any((out / BOM).iterdir()):
        (out / BOM).rmdir()
    _flush(out)
    (aside / READY).unlink()


def _names_of(out: Path) -> set[str]:
    """Return the files that the summary in a folder names, of those a result may have."""
    try:
        names = json.loads((out / SUMMARY).read_text(encoding="utf-8"))["files"]
        return {name for name in names if PurePosixPath(name).parent.as_posix() in (".", BOM)}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def last_summary(out: Path) -> dict[str, Any] | None:
    """Return the summary of the last result if all of its files are as it says.

    Parameters
    ----------
    out : Path
    """
    try:
        summary: dict[str, Any] = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
        whole = all(_hash(out / name) == digest for name, digest in summary["files"].items())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return summary if whole else None


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and sys.platform == "win32":  # a folder cannot be opened there, and needs not be
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason_of(fault: BaseException) -> str:
    """Return why something cannot be written, and what to do about it.

    Examples
    --------
    >>> reason_of(OSError(28, "No space left on device"))
    'the disk is full, make room'
    """
    number = getattr(fault, "errno", None)
    if number in FULL:
        return "the disk is full, make room"
    if number in FORBIDDEN:
        return "it may not be written, give another --out"
    if number in (errno.ENOTDIR, errno.EEXIST):
        return "a file stands where a folder is needed, give another --out"
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
