"""What a spreadsheet says of an answer beside the values of its cells: rows struck out, and units of the masses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deminimis.model import Finding, finding
from deminimis.readers.answers.answer_format import MASSES, answer_columns
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import Roles
from deminimis.readers.tables.struck_rows import struck_rows
from deminimis.units import grams

WORDS_BETWEEN = re.compile(r"[^\w%]+")


def struck_answers(grid: Grid, header: tuple[int, Mapping[str, int]]) -> tuple[dict[int, str], tuple[Finding, ...]]:
    """Return the rows that are struck out, from 0, with the reason; and what is told of them.

    Parameters
    ----------
    grid : Grid
        The sheet Declaration.
    header : (int, mapping of column to int)
        As `find_header` returns it.

    Notes
    -----
    A row that is struck out in part is an error: whether what stands there still holds is not said.
    """
    top, at = header
    read = {name: index for name, index in at.items() if name not in ("description", "comment")}
    titles = {column.name: column.title for column in answer_columns()}
    return struck_rows(grid, Found("supplier_answer", top, Roles(read, titles, {}, ()), ""))


def mass_unit_findings(grid: Grid, header: tuple[int, Mapping[str, int]]) -> Iterator[Finding]:
    """Yield an error for each column of masses whose header names another unit than the gram.

    Parameters
    ----------
    grid : Grid
        The sheet Declaration.
    header : (int, mapping of column to int)
        As `find_header` returns it.

    Yields
    ------
    Finding
    """
    top, at = header
    cells = grid.row(top)
    for name in MASSES:
        said = cells[at[name]] if name in at else ""
        if any(grams(word) not in (None, 1) for word in WORDS_BETWEEN.split(said) if word):
            place = {"file": grid.file, "sheet": grid.sheet, "table": "declarations"}
            yield finding("COLUMN_MULTIPLE", **place, row=top + 1, column=name, value=" ".join(said.split()))


def percent_faults(grid: Grid, at: Mapping[str, int]) -> list[GridFault]:
    """Return the masses that the spreadsheet shows as per cent: they are no grams.

    Parameters
    ----------
    grid : Grid
        The sheet Declaration.
    at : mapping of column to int
    """
    if grid.xml is None:
        return []
    shown = grid.xml.percents(at[name] + grid.offset for name in MASSES if name in at)
    return [GridFault(row, place - grid.offset, "NUMBER_NOT_READ", "a per cent") for row, place in sorted(shown)]
