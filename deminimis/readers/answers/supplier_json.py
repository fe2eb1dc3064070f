"""The JSON form of a supplier's declaration: the same rows as the workbook, read by the same rules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deminimis.model import finding
from deminimis.model.cells import NUMBER
from deminimis.readers.answers.answer_format import (
    DECLARATION,
    MASSES,
    VERSION,
    AnswerRow,
    answer_columns,
    answer_rows,
    find_header,
    sheet_of,
)
from deminimis.readers.answers.supplier_answer import build_answer, refused
from deminimis.readers.files.files import refuse
from deminimis.readers.grid import Grid
from deminimis.readers.tables.raw_tables import Built

CODED = ("contains", "form", "evidence")
"""Columns that the JSON form fills with the words of the format only."""


def answer_document(grids: Sequence[Grid]) -> dict[str, Any]:
    """Return the JSON form of a filled workbook.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets, read as `expected_answer` says.

    Returns
    -------
    dict
        As `report/supplier-declaration.schema.json` describes it; rows without an answer keep their part number alone.
    """
    grid = sheet_of(grids, DECLARATION)
    header = find_header(grid) if grid is not None else None
    rows = answer_rows(grid, header) if grid is not None and header is not None else ()
    return {"format": VERSION, "declarations": [_members(row) for row in rows]}


def _members(row: AnswerRow) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for column in answer_columns():
        text = row.cells.get(column.name, "")
        if not text:
            continue
        if column.name in MASSES and re.match(NUMBER, text.strip(), re.ASCII):
            members[column.name] = float(text)
        elif column.name in ("valid_from", "valid_to"):
            members[column.name] = text.strip().removesuffix(" 00:00:00")
        else:
            members[column.name] = row.word(column.name) if column.name in CODED else text
    return members


def read_supplier_json(data: bytes, name: str) -> Built:
    """Read the JSON form of a supplier's declaration.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for the findings.

    Returns
    -------
    Built
        As `read_supplier_answer` returns it for the workbook; rows are counted from 1 in the list of declarations.

    Raises
    ------
    InputError
        It is no JSON document with a list of declarations.

    Examples
    --------
    >>> built = read_supplier_json(b'{"format": "deminimis-supplier-declaration/1", "declarations": ['
    ...     b'{"part_number": "M-1", "contains": "no", "evidence": "signed"}]}', "answer.json")
    >>> built.tables[0][1].columns["material"].to_pylist()
    ['none']
    """
    document = _document(data, name)
    rows = document["declarations"]
    if document.get("format") != VERSION:
        return refused(Grid(name, "", ()), str(document.get("format") or "no version"))
    known = {column.name for column in answer_columns()}
    unused = dict.fromkeys(key for row in rows for key in row if key not in known)
    told = tuple(finding("COLUMN_NOT_USED", file=name, column=key, value=key) for key in unused)
    built = build_answer(name, "", [AnswerRow(number, _cells(row)) for number, row in enumerate(rows, 1)])
    return replace(built, findings=(*told, *built.findings))


def _document(data: bytes, name: str) -> dict[str, Any]:
    try:
        # Numbers stay as they are written, so that no digit of a mass is lost.
        document = json.loads(data, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise refuse(name, f"is no JSON ({error})", "save it again as JSON in UTF-8") from None
    rows = document.get("declarations") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise refuse(name, "holds no list of declarations", "write it as the page on the format shows") from None
    return dict(document)


def _cells(row: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in row.items() if value is not None and str(value).strip()}
