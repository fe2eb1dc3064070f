"""Rows that name parent and child to lines; a blank parent may be the one above it, or say that the row is a root."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.raw_tables import Built, Rows, bom_rows, raw_table, records


def build_parent_child(grid: Grid, found: Found) -> Built:
    """Build lines, and records of the children, from rows that name parent and child.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.

    Returns
    -------
    Built
        A row without parent whose child is a parent elsewhere is the record of a root, and no line.
    """
    rows, skipped = bom_rows(grid, found, "child")
    columns = found.roles.columns
    parent = grid.text[columns["parent"]].take(pa.array(rows))
    broken = {fault.row for fault in grid.faults if fault.column == columns["parent"]}
    blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(parent), ""), True).to_numpy(zero_copy_only=False)
    blank &= ~np.isin(rows, list(broken))
    root, given = blank, {}
    if blank.any():
        if not found.canonical and names_parents_once(parent, blank):
            root, given = np.zeros(len(rows), dtype=bool), {"parent": filled_down(parent, blank)}
            if "batch_quantity" in columns:
                batch = grid.text[columns["batch_quantity"]].take(pa.array(rows))
                given["batch_quantity"] = filled_down(batch, blank)
            grid = _with_currency_below(grid, found, rows, blank)
        else:
            blank, root = _between_rows_of_one(grid, found, rows, blank)
            given = {"parent": filled_down(parent, blank)} if blank.any() else {}
    given = {name: words.filter(pa.array(~root)) for name, words in given.items()}
    lines = raw_table(grid, "lines", found.roles, rows[~root], given)
    told = _filled(grid, found, int(blank.sum())) if given else ()
    return Built((("lines", lines), *records(grid, found, "child", rows)), skipped, told, record_repeats=True)


def _between_rows_of_one(
    grid: Grid, found: Found, rows: Rows, blank: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which blank parents stand between two rows of one parent, and which rows are the records of roots.

    A part with lines between the rows of another, with a quantity, may be a root or a line whose parent is missing:
    it is neither.
    """
    columns = found.roles.columns
    parent, child = (grid.text[columns[role]].take(pa.array(rows)) for role in ("parent", "child"))
    above, below = filled_down(parent, blank), filled_down(parent[::-1], blank[::-1])[::-1]
    between = blank & _true(pc.equal(above, below)) & _true(child.is_valid()) & (not found.canonical)
    root = blank & _true(pc.is_in(child, value_set=parent.drop_null()))
    counted = [columns[role] for role in ("quantity", "quantity_total") if role in columns]
    given = np.zeros(len(rows), dtype=bool)
    for at in counted:
        given |= _true(pc.not_equal(pc.utf8_trim_whitespace(grid.text[at].take(pa.array(rows))), ""))
    own = _true(pc.equal(child, above))
    return between & ~root, root & ~(between & given & ~own)


def _true(array: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False))


def names_parents_once(parent: pa.Array, blank: npt.NDArray[np.bool_]) -> bool:
    """Return whether a blank parent means the one above it: only the first row of each parent names it.

    Parameters
    ----------
    parent : pyarrow.StringArray (rows,)
        Part numbers.
    blank : ndarray (rows,) of bool
        Rows whose parent is blank.

    Returns
    -------
    bool
        The first row names its parent, each parent is named once, and most rows name none.

    Examples
    --------
    >>> names_parents_once(pa.array(["A", None, "B", None]), np.array([False, True, False, True]))
    True
    """
    named = parent.filter(pa.array(~blank))
    return bool(not blank[0] and 2 * len(named) <= len(parent) and len(pc.unique(named)) == len(named))


def filled_down(words: pa.Array, blank: npt.NDArray[np.bool_]) -> pa.Array:
    """Return a column with every blank cell filled from the nearest one above that is not."""
    above = np.maximum.accumulate(np.where(blank, 0, np.arange(len(words))))
    return words.take(pa.array(above))


def _with_currency_below(grid: Grid, found: Found, rows: Rows, blank: npt.NDArray[np.bool_]) -> Grid:
    """Return the sheet with the currency of a parent's first row for the rows under it that name none."""
    at = found.roles.columns.get("currency")
    if at is None:
        return grid
    said = grid.text[at].take(pa.array(rows))
    unsaid = blank & pc.fill_null(pc.equal(pc.utf8_trim_whitespace(said), ""), True).to_numpy(zero_copy_only=False)
    cells = grid.text[at].to_pylist()
    for row, word in zip(rows.tolist(), filled_down(said, unsaid).to_pylist(), strict=True):
        cells[row] = word
    return replace(grid, text=(*grid.text[:at], pa.array(cells, pa.string()), *grid.text[at + 1 :]))


def _filled(grid: Grid, found: Found, count: int) -> tuple[Finding, ...]:
    column = found.roles.headers["parent"]
    return (finding("PARENT_FILLED_DOWN", file=grid.file, sheet=grid.sheet, column=column, value=column, count=count),)
