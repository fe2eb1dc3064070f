"""The contract document as JSON, and the way every report reaches the disk: in one piece or not at all."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import orjson

from deminimis.assessment import Assessment
from deminimis.errors import ReportError


def to_json(assessment: Assessment, *, indent: bool = False, **more: object) -> bytes:
    """Return the document `deminimis/assessment/1`.

    Parameters
    ----------
    assessment : Assessment
    indent : bool
        Two spaces for each level; one line without.
    **more
        Further keys of the document.

    Returns
    -------
    bytes
        Strict JSON in UTF-8: what is no number is null.
    """
    document = {**assessment.as_dict(), **more}
    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 if indent else None)
    except orjson.JSONEncodeError:
        # Text from Python's memory may hold half a surrogate pair, which has no UTF-8; escapes keep it.
        return json.dumps(document, indent=2 if indent else None, allow_nan=False).encode()


def write_document(assessment: Assessment, path: Path | str) -> None:
    """Write the contract document to a file.

    Raises
    ------
    ReportError
        The file cannot be written.
    """
    write_whole(path, to_json(assessment) + b"\n")


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
