"""Lists as a system prints them: cells between upright bars, framed by dashed lines."""

from __future__ import annotations

import io
import re
from collections import Counter

FRAME = re.compile(r"[\s|+]*-{5,}[-\s|+]*")
FRAMES = 2
"""Dashed lines that a printed list has at least: one above and one below its header."""


def printed_records(text: str) -> list[list[str]] | None:
    """Return the cells of a printed list, one record for each line, or None if the text is none.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    list of list of str, or None
        Dashed lines are blank records, lines outside the frame one cell. Blanks before a cell stay, as they may say
        its level, except those that every cell of the column has; blanks behind it go.

    Examples
    --------
    >>> printed_records("Plant 1\\n---------\\n|Lv|Item|\\n---------\\n| 1|  A |\\n---------\\n")
    [['Plant 1'], [], ['Lv', 'Item'], [], [' 1', '  A'], []]
    """
    lines = [line.rstrip() for line in io.StringIO(text)]
    frames = [bool(FRAME.fullmatch(line)) for line in lines]
    barred = [line.lstrip().startswith("|") for line in lines]
    inside = [row for row, bar in enumerate(barred) if bar and not frames[row]]
    if sum(frames) < FRAMES or not inside or 2 * len(inside) < sum(map(bool, lines)) - sum(frames):
        return None
    cut = dict(zip(inside, _without_padding(_cells([lines[row] for row in inside])), strict=True))
    plain = ([] if frames[row] or not line else [line] for row, line in enumerate(lines))
    return [cut.get(row, cells) for row, cells in enumerate(plain)]


def _cells(lines: list[str]) -> list[list[str]]:
    """Cut lines at their bars; one with more bars than usual at the places of the usual ones, if it has these too."""
    bars = [tuple(at for at, sign in enumerate(line) if sign == "|") for line in lines]
    usual = Counter(bars).most_common(1)[0][0]
    records = []
    for line, places in zip(lines, bars, strict=True):
        at = usual if set(usual) < set(places) and places[-1] == usual[-1] else places
        ends = [*at[1:], len(line)]
        cells = [line[start + 1 : end].rstrip() for start, end in zip(at, ends, strict=True)]
        records.append(cells[:-1] if line.endswith("|") else cells)
    return records


def _without_padding(records: list[list[str]]) -> list[list[str]]:
    """Take from every column the blanks that all of its cells begin with."""
    padding: dict[int, int] = {}
    for record in records:
        for column, cell in enumerate(record):
            if cell:
                padding[column] = min(padding.get(column, len(cell)), len(cell) - len(cell.lstrip(" ")))
    return [[cell[padding.get(column, 0) :] for column, cell in enumerate(record)] for record in records]
