"""Several tables under each other on one sheet: the headers above and below the main one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.header_rows import HeaderFit, fit_row, is_header

EXAMINED = 2000
"""Rows without digits where a quantity should be that are looked at as headers of a further table."""


def headers_above(grid: Grid, fits: Sequence[HeaderFit], main: HeaderFit) -> list[HeaderFit]:
    """Return the headers above the one that names most, each with rows of its own beneath it.

    Parameters
    ----------
    grid : Grid
        The sheet.
    fits : sequence of HeaderFit
        Every row near the top that fits a layout.
    main : HeaderFit
        The one that names most.

    Returns
    -------
    list of HeaderFit
    """
    found: list[HeaderFit] = []
    for one, following in pairwise(fits):
        if one.row >= main.row:
            break
        far = following.row - one.row > 1 and (not found or found[-1].roles.columns != one.roles.columns)
        if far and is_header(grid.row(one.row)) and _has_rows(grid, one, following.row):
            found.append(one)
    return [one for one in found if one.roles.columns != main.roles.columns]


def _has_rows(grid: Grid, header: HeaderFit, end: int) -> bool:
    """Return whether a row between two headers has a part and an amount with a digit."""
    columns = header.roles.columns
    amount = next((columns[role] for role in ("quantity", "quantity_total", "level") if role in columns), None)
    part = columns.get("child", columns.get("part_number"))
    if amount is None or part is None:
        return False
    cells = (grid.row(row) for row in range(header.row + 1, end))
    return any(cell[part].strip() and re.search(r"\d", cell[amount]) for cell in cells)


def headers_below(grid: Grid, main: HeaderFit, choices: Choices) -> list[HeaderFit]:
    """Return the headers of further tables below one: rows that have words where it has amounts or ids.

    Parameters
    ----------
    grid : Grid
        The sheet.
    main : HeaderFit
    choices : Choices
        May hold layouts.

    Returns
    -------
    list of HeaderFit
    """
    found: list[HeaderFit] = []
    current = main
    for row in _wordy_rows(grid, main)[:EXAMINED]:
        if row <= current.row + 1 or not is_header(grid.row(row)):
            continue
        fitted = fit_row(grid, row, choices)
        if fitted is not None and fitted.roles.columns != current.roles.columns and len(fitted.roles.columns) > 1:
            found.append(fitted)
            current = fitted
    return found


def _wordy_rows(grid: Grid, main: HeaderFit) -> list[int]:
    columns = main.roles.columns
    roles = ("quantity", "quantity_total", "part_number", "child", "parent", "level")
    wordy = np.zeros(grid.height, dtype=bool)
    for role in roles[:2] if set(roles[:2]) & set(columns) else roles:
        if role in columns:
            wordy |= _without_digits(grid, columns[role])
    return [row for row in np.flatnonzero(wordy).tolist() if row > main.row]


def _without_digits(grid: Grid, column: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    text = grid.text[column]
    if grid.numbers and grid.numbers[column].null_count < len(text):
        text = pc.if_else(grid.numbers[column].is_valid(), pa.scalar(None, pa.string()), text)
    if text.null_count == len(text):
        return np.zeros(len(text), dtype=bool)
    found = pc.match_substring_regex(text, r"^[^0-9]+$")
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=bool)
