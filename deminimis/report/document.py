"""The contract document as JSON, and the way every report reaches the disk: in one piece or not at all."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from deminimis.assessment import Assessment
from deminimis.errors import ReportError


def to_json(assessment: Assessment, indent: int | None = None) -> str:
    """Return the document `deminimis/assessment/1`.

    Parameters
    ----------
    assessment : Assessment
    indent : int, optional
        Spaces for each level; one line without.

    Returns
    -------
    str
        Strict JSON in ASCII: no NaN, no Infinity, readable whatever the encoding of the stream it goes to.
    """
    return json.dumps(assessment.as_dict(), indent=indent, allow_nan=False)


def write_document(assessment: Assessment, path: Path | str) -> None:
    """Write the contract document to a file.

    Raises
    ------
    ReportError
        The file cannot be written.
    """
    write_whole(path, f"{to_json(assessment)}\n".encode())


def write_whole(path: Path | str, content: bytes) -> None:
    """Write a file beside its place and move it there, so that a reader never sees half of it.

    Parameters
    ----------
    path : Path or str
    content : bytes

    Raises
    ------
    ReportError
        The file cannot be written; an older file of that name is left as it was.
    """
    path = Path(path)
    beside = path.with_name(f".report-{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        try:
            beside.write_bytes(content)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise ReportError(f"the report cannot be written to {path}: {reason}", path=str(path)) from fault
