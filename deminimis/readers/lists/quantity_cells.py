"""The quantities of a list: exact numbers out of its cells, and calculated ones in a column of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pyarrow as pa

from deminimis.model.cells import read_decimal
from deminimis.model.tables import exact_number
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.raw_tables import Rows


def exact_cells(grid: Grid, column: int, rows: Rows) -> list[Fraction | None]:
    """Return the numbers of some cells of a column as they are written, None where they are none.

    Parameters
    ----------
    grid : Grid
        The sheet.
    column : int
    rows : ndarray (n,)

    Returns
    -------
    list of Fraction or None (n,)
    """
    words = grid.text[column].take(pa.array(rows)).to_pylist()
    doubles = grid.numbers[column].take(pa.array(rows)).to_pylist() if grid.numbers else [None] * len(words)
    known: dict[tuple[str | None, float | None], Fraction | None] = {}
    for key in zip(words, doubles, strict=True):
        if key not in known:
            known[key] = _exact(*key)
    return [known[key] for key in zip(words, doubles, strict=True)]


def _exact(word: str | None, double: float | None) -> Fraction | None:
    if double is not None and double == double:
        return exact_number(double)
    return read_decimal(word) if word else None


def with_quantities(grid: Grid, found: Found, rows: Rows, own: Sequence[Fraction | None]) -> Grid:
    """Return the grid with quantities that were calculated, as exact ratios, in a column behind the last one.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        Its layout.
    rows : ndarray (n,)
        Rows the quantities belong to.
    own : sequence of Fraction or None (n,)
        Quantities per parent.

    Returns
    -------
    Grid
    """
    cells: list[str | None] = [None] * grid.height
    for row, amount in zip(rows.tolist(), own, strict=True):
        cells[row] = None if amount is None else str(amount)
    numbers = (*grid.numbers, pa.nulls(grid.height, pa.float64())) if grid.numbers else ()
    moved = tuple(_moved(fault, found, len(grid.text)) for fault in grid.faults)
    return replace(grid, text=(*grid.text, pa.array(cells, pa.string())), numbers=numbers, faults=moved)


def _moved(fault: GridFault, found: Found, column: int) -> GridFault:
    roles = found.roles.columns
    at = roles.get("quantity", roles.get("quantity_total", -1))
    return replace(fault, column=column) if fault.column == at else fault


def with_quantity_role(found: Found, grid: Grid) -> Found:
    """Return the layout with the column that `with_quantities` puts behind those of a grid as that of the quantities.

    Parameters
    ----------
    found : Found
        The layout of the grid as it is.
    grid : Grid
        The sheet as it is.

    Returns
    -------
    Found
    """
    roles = found.roles
    header = roles.headers.get("quantity", roles.headers.get("quantity_total", "quantity"))
    columns = {**roles.columns, "quantity": len(grid.text)}
    return replace(found, roles=replace(roles, columns=columns, headers={**roles.headers, "quantity": header}))
