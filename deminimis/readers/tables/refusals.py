"""Tables that are refused by name: two side by side, or one lying on its side."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow.compute as pc

from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Refused
from deminimis.readers.tables.header_rows import AMOUNTS, HEADER_WITHIN
from deminimis.readers.tables.headers import read_header, roles_of

IDENTITY = frozenset({"part_number", "child", "parent", "mfr_number", "description"})
LISTED = AMOUNTS | {"part_number", "child"}
"""What a list has once, and two lists side by side have twice."""


def side_by_side(cells: Sequence[str]) -> str:
    """Return the names that a header row says twice, if a part and an amount are among them.

    Parameters
    ----------
    cells : sequence of str
        The header row.

    Returns
    -------
    str
        "" where it is the header of one table.
    """
    read = [read_header(cell) for cell in cells if cell.strip()]
    twice = {header.full: header for header in read if sum(other.full == header.full for other in read) > 1}
    roles = {role for header in twice.values() for role in roles_of(header)[0]}
    if not roles & AMOUNTS or not roles & IDENTITY:
        return ""
    return ", ".join(header.printed for header in twice.values())


def groups_twice(grid: Grid, row: int) -> str:
    """Return the names of two groups of columns, each with a part and an amount of its own, parted by a blank column.

    Parameters
    ----------
    grid : Grid
        The sheet.
    row : int
        The header row, from 0.

    Returns
    -------
    str
        "" where there is one group.
    """
    names = [(column, cell) for column, cell in enumerate(grid.row(row)) if cell.strip()]
    roles = [(column, (roles_of(read_header(cell))[0] or ("",))[0]) for column, cell in names]
    blank = [
        column
        for column in range(names[0][0], names[-1][0])
        if not pc.any(grid.text[column].slice(row).is_valid()).as_py()
    ]
    said = [role for _, role in roles if role in LISTED]
    groups = [([r for at, r in roles if at < gap], [r for at, r in roles if at > gap]) for gap in blank]
    if len(said) % 2 == 0 and said[: len(said) // 2] == said[len(said) // 2 :]:
        groups.append((said[: len(said) // 2], said[len(said) // 2 :]))
    if not any(all(LISTED & {*group} - AMOUNTS and AMOUNTS & {*group} for group in pair) for pair in groups):
        return ""
    twice = [cell for (_, cell), (_, role) in zip(names, roles, strict=True) if role in LISTED]
    return ", ".join(" ".join(cell.split()) for cell in twice)


def transposed(grid: Grid) -> Refused | None:
    """Return the refusal of a sheet whose first columns hold the names of columns.

    Parameters
    ----------
    grid : Grid
        The sheet.

    Returns
    -------
    Refused or None
    """
    for column in range(min(2, len(grid.text))):
        words = [word or "" for word in grid.text[column].slice(0, HEADER_WITHIN).to_pylist()]
        known = [(row, roles_of(read_header(word))[0]) for row, word in enumerate(words) if word.strip()]
        roles = {role for _, names in known for role in names[:1]}
        if len(roles) >= 2 and roles & AMOUNTS and len(grid.text) > 2:
            rows = [row for row, names in known if names]
            return Refused("TABLE_TRANSPOSED", rows[0], ", ".join(words[row].strip() for row in rows[:4]))
    return None
