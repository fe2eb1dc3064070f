"""The sheets of a supplier's answer: what is missing of them, and what stands on further ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deminimis.model import Finding, finding
from deminimis.readers.answers.answer_format import (
    DECLARATION,
    FORMAT,
    HEADER_WITHIN,
    REQUEST,
    AnswerRow,
    answer_rows,
    find_header,
    is_supplier_answer,
    sheet_of,
)
from deminimis.readers.answers.declared_material import STAGES
from deminimis.readers.grid import Grid
from deminimis.readers.workbooks.row_facts import column_letters

OWN = frozenset({"request", "declaration", "lists", "checker"})
"""Sheets of the workbook that is sent out."""
SIGNS = frozenset({"form", *STAGES})
"""Columns that no other table has beside those of every answer."""
SEND_AGAIN = "ask for an answer in the request workbook as it was sent, or send that again"


def lost_answer(grids: Sequence[Grid]) -> str:
    """Return what a supplier's answer lacks to be read, with the remedy.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets of a workbook, or the table of a file of text.

    Returns
    -------
    str
        "" where nothing is missing, and where the file is no answer.
    """
    answering = [grid for grid in grids if _answers(grid)]
    declaration = sheet_of(grids, DECLARATION)
    if is_supplier_answer(grids):
        if declaration is None:
            other = "".join(f"name the sheet {grid.sheet} so, or " for grid in answering[:1])
            return f"is a supplier's answer without the sheet {DECLARATION}: {other}{SEND_AGAIN}"
        lacks = f"is a supplier's answer whose sheet {DECLARATION} has no row with the columns part number, contains"
        return "" if find_header(declaration) else f"{lacks} and material: {SEND_AGAIN}"
    where = _version_elsewhere(grids)
    if not answering and not where:
        return ""
    if not any(grid.sheet for grid in grids):
        return f"is the sheet {DECLARATION} of a supplier's answer by itself: give the whole workbook"
    if sheet_of(grids, REQUEST) is None:
        return f"is a supplier's answer without the sheet {REQUEST}, which names its version: {SEND_AGAIN}"
    moved = f" but {where}" if where else ""
    return f"is a supplier's answer whose version does not stand in the cell {REQUEST}!B2{moved}: {SEND_AGAIN}"


def _answers(grid: Grid) -> bool:
    header = find_header(grid)
    return header is not None and bool(SIGNS & set(header[1]))


def _version_elsewhere(grids: Sequence[Grid]) -> str:
    """Return the first cell that says the version, as the spreadsheet names it; "" where none does."""
    for grid in grids:
        for row in range(min(grid.height, HEADER_WITHIN)):
            for at, cell in enumerate(grid.row(row)):
                if cell.strip().startswith(FORMAT):
                    return f"in {grid.sheet}!{column_letters(at + grid.offset).decode()}{row + 1}"
    return ""


def further_answers(grids: Sequence[Grid]) -> Iterator[Finding]:
    """Tell what stands on sheets beside the four of an answer, of which only Declaration is read.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets of an answer, read as `expected_answer` says.

    Yields
    ------
    Finding
        An error for each row that answers otherwise than the sheet Declaration does, for it must not count as nothing;
        a warning for any other sheet.
    """
    declaration = sheet_of(grids, DECLARATION)
    read = {_said(row) for row in _rows(declaration)} if declaration is not None else set()
    for grid in grids:
        if grid.sheet.strip().casefold() in OWN or not grid.height:
            continue
        place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
        if find_header(grid) is None:
            yield finding("ANSWER_SHEET_NOT_READ", **place, value=grid.sheet)
        for row in _rows(grid):
            if _said(row) not in read and set(row.cells) - {"part_number", "description", "supplier"}:
                part = row.cells.get("part_number", "")
                about = {"part_number": part, "table": "declarations", "value": part or f"row {row.row}"}
                yield finding("ANSWER_ELSEWHERE", **place, **about, row=row.row, detail=grid.sheet)


def _rows(grid: Grid) -> Iterator[AnswerRow]:
    if (header := find_header(grid)) is not None:
        yield from answer_rows(grid, header)


def _said(row: AnswerRow) -> frozenset[tuple[str, str]]:
    return frozenset((name, cell.strip()) for name, cell in row.cells.items() if name not in ("description", "comment"))
