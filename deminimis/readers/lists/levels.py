"""How deep a row stands: by a level number, dots or arrows, an outline number, blanks, cell indent or row outline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import gcd

import pyarrow as pa

from deminimis.readers.grid import Grid
from deminimis.readers.lists.outlines import is_outline
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.layouts import of_component, renamed

UNREADABLE = -1
MARKED = re.compile(r"^([\s\u00a0\u3000]*(?:(?:[.>»·•–-]+|\|)[\s\u00a0\u3000]*)*)(?=\S)")
OUTLINE = re.compile(r"[A-Za-z0-9]{1,6}([.\-][A-Za-z0-9]{1,6})*\.?")
STEP = 10
"""What some systems count levels in."""
DEEP_ENOUGH = 2
"""Blanks of one step of indentation; a single blank before an id is a slip of the pen."""


def read_level(word: str) -> int:
    """Return the level a word says: a number, dots in front or not; an outline number; or as many dots or arrows.

    Examples
    --------
    >>> [read_level(word) for word in ("2", "..2", "...", "> >", "1.2.1", "2.0", "Level 3", "top")]
    [2, 2, 3, 2, 3, 2, 3, -1]
    """
    word = word.strip()
    if found := re.fullmatch(r"(?:level|lvl|l|stufe|ebene)?[.>\-+\s]*(\d{1,4})(\.0+)?", word, re.IGNORECASE):
        return int(found[1])
    if re.fullmatch(r"\d+(\.\d+)+\.?", word):
        return word.strip(".").count(".") + 1
    return len(re.findall(r"[.>]", word)) if re.fullmatch(r"[.>\s]+", word) else UNREADABLE


def without_steps(levels: Sequence[int]) -> list[int]:
    """Return levels that count in steps of ten as levels that count in ones; others as they are.

    Parameters
    ----------
    levels : sequence of int (rows,)
        -1 where none can be read.

    Returns
    -------
    list of int (rows,)

    Notes
    -----
    Positions count 10, 20, 30 as well, but do not come back to a number: some level must.

    Examples
    --------
    >>> without_steps([10, 20, 30, 20]), without_steps([10, 20, 30, 40]), without_steps([0, 10, 20, 10])
    ([1, 2, 3, 2], [10, 20, 30, 40], [0, 1, 2, 1])
    """
    said = [level for level in levels if level >= 0]
    rises = any(after - before > STEP for before, after in pairwise(said))
    if not said or rises or gcd(*said) != STEP or len(set(said)) in (1, len(said)):
        return list(levels)
    return [level // STEP if level >= 0 else level for level in levels]


def outline_codes(words: Sequence[str | None]) -> list[str] | None:
    """Return outline numbers without what does not tell them apart, or None if the words are none.

    Examples
    --------
    >>> outline_codes(["1.0", "1.1", "1.1.1."]), outline_codes(["1", "2", None]), outline_codes(["..1", "1.1"])
    (['1', '1.1', '1.1.1'], None, None)
    """
    if not any("." in (word or "") for word in words):
        return None
    codes = [re.sub(r"(\.0+)+$", "", (word or "").strip().rstrip(".")) for word in words]
    if not any("." in code for code in codes) or not all(re.fullmatch(r"\d+(\.\d+)*|", code) for code in codes):
        return None
    return codes


def broken_outline(codes: Sequence[str], parent: Sequence[int]) -> tuple[list[int], list[int]]:
    """Find outline numbers that contradict the order of the rows, as 1.10 does when it has become 1.1.

    Parameters
    ----------
    codes : sequence of str (rows,)
        Outline numbers, "" where there is none.
    parent : sequence of int (rows,)
        The row above each, as the order of the rows says; -1 for none.

    Returns
    -------
    misplaced : list of int
        Rows whose number says that they stand under another row.
    repeated : list of int
        Rows whose number is not above that of the row before them under the same row.

    Examples
    --------
    >>> broken_outline(["1", "1.1", "1.2", "1.1"], [-1, 0, 0, 0]), broken_outline(["1", "1.1", "1.2.1"], [-1, 0, 1])
    (([], [3]), ([2], []))
    """
    misplaced, repeated = [], []
    last: dict[int, tuple[tuple[int, str], ...]] = {}
    for row, code in enumerate(codes):
        if not code:
            continue
        numbers, above = _numbers(code), parent[row]
        if above >= 0 and _numbers(codes[above]) != numbers[:-1]:
            misplaced.append(row)
            continue
        restarted = above < 0 and numbers == _numbers("1")
        if numbers <= last.get(above, ()) and not restarted:
            repeated.append(row)
        last[above] = numbers
    return misplaced, repeated


def _numbers(code: str) -> tuple[tuple[int, str], ...]:
    """Return the numbers of an outline number so that they are in order, however many digits they have."""
    digits = [step.lstrip("0") for step in code.split(".")] if code else []
    return tuple((len(step), step) for step in digits)


def with_levels(grid: Grid, found: Found, rows: Sequence[int]) -> tuple[Grid, Found]:
    """Turn a list whose structure is in outline numbers or indentation into one with a level column.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        A flat list.
    rows : sequence of int
        Its rows.

    Returns
    -------
    grid : Grid
        With a column of levels, and ids without the marks of indentation; as it was if there is no structure in it.
    found : Found
    """
    for role in ("outline", "position"):
        if role in found.roles.columns:
            words = _words(grid, found.roles.columns[role], rows)
            if is_outline([word for word in words if word.strip()]):
                depth = [word.strip().rstrip(".").count(".") + 1 if word.strip() else None for word in words]
                where = f"the outline numbers in its column {role}"
                return _leveled(grid, _by_component(found), rows, depth, "outline_number", where)
    for role in ("part_number", "description"):
        if role in found.roles.columns:
            column = found.roles.columns[role]
            marked = indentation(_words(grid, column, rows))
            if marked is not None:
                clean = _stripped(grid, column, rows)
                return _leveled(clean, found, rows, marked, "indented", f"the marks or blanks before {role}")
            if (by_cell := _cell_indents(grid, column, rows)) is not None:
                return _leveled(grid, found, rows, by_cell, "indented", f"the indent of the cells of {role}")
    if (grouped := _outline_levels(grid, rows)) is not None:
        return _leveled(grid, found, rows, grouped, "indented", "the outline levels of the rows")
    return grid, found


def _by_component(found: Found) -> Found:
    """Return a list with the column of components as its part numbers, where it has both, as lists with levels have."""
    if not {"part_number", "child"} <= set(found.roles.columns):
        return found
    roles = of_component(found.roles)
    columns = {"part_number" if role == "child" else role: at for role, at in roles.columns.items()}
    return replace(found, roles=renamed(roles, columns))


def indentation(words: Sequence[str]) -> list[int | None] | None:
    """Return the level that the blanks, dots or arrows before each word say.

    Parameters
    ----------
    words : sequence of str
        Cells of one column.

    Returns
    -------
    list of int or None
        None where nothing is indented, or blanks stand before some words by accident.

    Examples
    --------
    >>> indentation(["A", ".B", "..D", ".C"]), indentation(["A", "    B", "        C"])
    ([0, 1, 2, 1], [0, 1, 2])
    >>> indentation(["A", " B", "C"]) is None
    True
    """
    marks = [found[1] if word.strip() and (found := MARKED.match(word)) else "" for word in words]
    signs = [re.sub(r"[\s\u00a0\u3000]", "", mark) for mark in marks]
    by_sign = any(signs)
    widths = [len(sign) if by_sign else len(mark.expandtabs(4)) for sign, mark in zip(signs, marks, strict=True)]
    said = [width for width, word in zip(widths, words, strict=True) if word.strip()]
    step = gcd(*said) if said else 0
    if not step or said[0] != min(said) or min(said) > step:
        return None
    deepest = max(said) // step
    if deepest < DEEP_ENOUGH and (by_sign or step < DEEP_ENOUGH) and not _dotted(signs):
        return None
    return [width // step if word.strip() else None for width, word in zip(widths, words, strict=True)]


def _dotted(signs: Sequence[str]) -> bool:
    """Return whether some words bear one and the same single mark with a dot, which no slip of the pen makes."""
    kinds = set(signs) - {""}
    return len(kinds) == 1 and len(min(kinds)) == 1 and "." in kinds


def _cell_indents(grid: Grid, column: int, rows: Sequence[int]) -> list[int | None] | None:
    if grid.xml is None:
        return None
    indents = grid.xml.indents(column + grid.offset)
    return _stepped([indents.get(row, 0) for row in rows])


def _outline_levels(grid: Grid, rows: Sequence[int]) -> list[int | None] | None:
    if grid.xml is None or not grid.xml.has_outline:
        return None
    levels = grid.xml.row_outline_levels()
    return _stepped([levels.get(row, 0) for row in rows])


def _stepped(widths: Sequence[int]) -> list[int | None] | None:
    step = gcd(*widths) if widths else 0
    return [width // step for width in widths] if step and widths[0] == min(widths) else None


def _words(grid: Grid, column: int, rows: Sequence[int]) -> list[str]:
    return [word or "" for word in grid.text[column].take(pa.array(rows, pa.int64())).to_pylist()]


def _stripped(grid: Grid, column: int, rows: Sequence[int]) -> Grid:
    cells = grid.text[column].to_pylist()
    for row in rows:
        if cells[row]:
            cells[row] = MARKED.sub("", cells[row], count=1)
    text = list(grid.text)
    text[column] = pa.array(cells, pa.string())
    return replace(grid, text=tuple(text))


def _leveled(
    grid: Grid, found: Found, rows: Sequence[int], depth: Sequence[int | None], layout: str, where: str
) -> tuple[Grid, Found]:
    cells: list[str | None] = [None] * grid.height
    for row, level in zip(rows, depth, strict=True):
        cells[row] = None if level is None else str(level)
    roles = found.roles
    at = len(grid.text)
    roles = replace(roles, headers={**roles.headers, "level": where}, columns={**roles.columns, "level": at})
    numbers = (*grid.numbers, pa.nulls(grid.height, pa.float64())) if grid.numbers else ()
    wider = replace(grid, text=(*grid.text, pa.array(cells, pa.string())), numbers=numbers)
    why = f"{found.why.partition(':')[0]}: {where} say under which row above each row stands"
    return wider, replace(found, layout=layout, shape="level_number", roles=renamed(roles, roles.columns), why=why)
