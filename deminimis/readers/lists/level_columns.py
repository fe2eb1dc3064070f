"""Levels side by side: columns L0, L1, L2 ... of which every row fills one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.readers.cells.exact_ids import with_exact_ids
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.header_rows import AMOUNTS, HEADER_WITHIN
from deminimis.readers.tables.headers import assign_roles
from deminimis.readers.tables.layouts import fit_headers

LEVEL_COLUMN = re.compile(
    r"(?:level|lvl|lev|l|ebene|stufe|niveau|nivel|livello|poziom|úroveň|уровень|seviye|层|层级|階層|レベル|레벨|cấp)"
    r"[\s_.-]?(?P<level>\d{1,2})|[\s_.-]?(?P<bare>\d)",
    re.IGNORECASE,
)
"""Headers of columns that each stand for one level."""
NUMBERS = frozenset({"part_number", "child"})
NEW_HEADERS = ("Level", "Part number")
KEPT = frozenset({"ID_FROM_NUMBER", "ID_FROM_DATE", "CELL_ERROR", "FORMULA_WITHOUT_VALUE"})
"""Faults of cells that the reading of ids does not find again in a column that is put together."""

Mask = npt.NDArray[np.bool_]


def with_level_columns(grid: Grid, choices: Choices) -> tuple[Grid, tuple[Finding, ...]]:
    """Put columns that each stand for one level into one column of levels, and one of the part numbers they hold.

    Parameters
    ----------
    grid : Grid
        A sheet.
    choices : Choices
        Where the user names columns, or a layout of his own has those of the row, the sheet is left as it is.

    Returns
    -------
    grid : Grid
        As it was unless every row fills one of the columns at most, and the first one the highest level.
    findings : tuple of Finding
        LEVELS_FROM_COLUMNS.
    """
    if choices.columns:
        return grid, ()
    for row in range(min(grid.height, HEADER_WITHIN)):
        cells = grid.row(row)
        levels = level_columns(cells)
        if not levels:
            continue
        roles = assign_roles(["" if at in levels.values() else cell for at, cell in enumerate(cells)]).columns
        if "level" in roles or not AMOUNTS & set(roles):
            continue
        filled = {level: _filled(grid, at, row) for level, at in levels.items()}
        if not _one_each(filled):  # said of whole columns at once, and of most tables: the words need not be looked at
            continue
        holds_numbers = not NUMBERS & set(roles)
        if _are_numbers(grid, levels, row) if holds_numbers else _are_marks(grid, levels, row):
            known = assign_roles(cells)
            if any(fit_headers(cells, known, layout) is not None for layout in choices.layouts):
                return grid, ()
            return _put_together(grid, row, levels, filled, holds_numbers)
    return grid, ()


def level_columns(cells: Sequence[str]) -> Mapping[int, int]:
    """Return which column stands for which level; nothing unless they are two or more and count on from left to right.

    Examples
    --------
    >>> level_columns(["L0", "L1", "L2", "Qty"]), level_columns(["Level", "Part", "Qty"]), level_columns(["L2", "L1"])
    ({0: 0, 1: 1, 2: 2}, {}, {})
    """
    named = [(LEVEL_COLUMN.fullmatch(cell.strip()), at) for at, cell in enumerate(cells)]
    found = [(int(name["level"] or name["bare"]), at) for name, at in named if name]
    numbers = [level for level, _ in found]
    counts_on = len(found) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1
    return dict(found) if counts_on else {}


def _filled(grid: Grid, at: int, header: int) -> Mask:
    """Return which cells of a column below the header say something, shape (rows,)."""
    said = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(grid.text[at]), ""), False)
    mask = np.array(said.to_numpy(zero_copy_only=False))
    mask[[fault.row for fault in grid.faults if fault.column == at]] = True
    mask[: header + 1] = False
    return mask


def _one_each(filled: Mapping[int, Mask]) -> bool:
    """Return whether no row fills two levels, the first the highest, and several levels are used."""
    masks = np.array(list(filled.values()))
    rows = np.flatnonzero(masks.any(axis=0))
    return bool(
        len(rows) and (masks.sum(axis=0) <= 1).all() and masks[0, rows[0]] and (masks.sum(axis=1) > 0).sum() > 1
    )


def _are_numbers(grid: Grid, levels: Mapping[int, int], header: int) -> bool:
    """Return whether the cells are part numbers and no marks, which repeat and are short."""
    words = [word.strip() for at in levels.values() for word in grid.text[at].slice(header + 1).drop_null().to_pylist()]
    words = [word for word in words if word]
    return 2 * len(set(words)) >= len(words) and any(len(word) > 2 for word in words)


def _are_marks(grid: Grid, levels: Mapping[int, int], header: int) -> bool:
    """Return whether no cell is a number but that of its own level, for other numbers may be quantities."""
    for level, at in levels.items():
        words = {word.strip() for word in grid.text[at].slice(header + 1).drop_null().to_pylist()}
        if any(re.fullmatch(r"[\d.,]+", word) and word != str(level) for word in words):
            return False
    return True


def _put_together(
    grid: Grid, header: int, levels: Mapping[int, int], filled: Mapping[int, Mask], holds_numbers: bool
) -> tuple[Grid, tuple[Finding, ...]]:
    exact = with_exact_ids(grid, levels.values()) if holds_numbers else grid
    level = np.full(grid.height, None, dtype=object)
    part = pa.nulls(grid.height, pa.string())
    for number, at in levels.items():
        level[filled[number]] = str(number)
        part = pc.if_else(pa.array(filled[number]), exact.text[at], part)
    level[header] = NEW_HEADERS[0]
    named = pa.array([NEW_HEADERS[1] if row == header else None for row in range(grid.height)], pa.string())
    new = [pa.array(level, pa.string()), *([pc.coalesce(named, part)] if holds_numbers else [])]
    text = [_above(cells, header) if at in levels.values() else cells for at, cells in enumerate(grid.text)]
    blank = (pa.nulls(grid.height, pa.float64()),)
    target = len(grid.text) + len(new) - 1
    kept = [fault for fault in exact.faults if fault.column not in levels.values() or fault.code in KEPT]
    wider = replace(
        grid,
        text=(*text, *new),
        numbers=(*grid.numbers, *blank * len(new)) if grid.numbers else (),
        faults=tuple(_moved(fault, levels, target) for fault in kept),
        joined=dict.fromkeys(range(len(grid.text), target + 1), tuple(levels.values())),
    )
    names = [" ".join((grid.text[at][header].as_py() or "").split()) for at in levels.values()]
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": header + 1, "column": names[0]}
    holds = "level and holds its part number" if holds_numbers else "level"
    return wider, (finding("LEVELS_FROM_COLUMNS", **place, value=", ".join(names), detail=holds),)


def _above(cells: pa.Array, header: int) -> pa.Array:
    """Return a column with nothing left from the header on."""
    return pa.concat_arrays([cells.slice(0, header), pa.nulls(len(cells) - header, pa.string())])


def _moved(fault: GridFault, levels: Mapping[int, int], target: int) -> GridFault:
    return replace(fault, column=target) if fault.column in levels.values() else fault
