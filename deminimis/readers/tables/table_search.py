"""Where the tables of a sheet stand: header rows, the end of each table, and what is refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deminimis.errors import LayoutError
from deminimis.model.schema import TABLES, schema
from deminimis.model.table_rules import KEYS
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.chosen_table import chosen_table
from deminimis.readers.tables.found import Found, Refused
from deminimis.readers.tables.header_rows import AMOUNTS, HEADER_WITHIN, HeaderFit, fit_row, found_by
from deminimis.readers.tables.headers import assign_roles
from deminimis.readers.tables.refusals import groups_twice, side_by_side, transposed
from deminimis.readers.tables.running_numbers import without_running_numbers
from deminimis.readers.tables.stacked import headers_above, headers_below
from deminimis.readers.workbooks.row_facts import column_letters

PAIRED_BASES = ("per_parent", "per_batch")
"""What a quantity can count in a row that names parent and child."""


def find_canonical(grid: Grid, table: str) -> Found | None:
    """Find the header row of a sheet that bears the name of a table.

    Parameters
    ----------
    grid : Grid
        The sheet.
    table : str
        One of the six tables.

    Returns
    -------
    Found or None
        None where no row within the first 40 names a column without which the table says nothing.
    """
    wanted = tuple(schema()[table])
    read = [(row, assign_roles(grid.row(row), wanted)) for row in range(min(grid.height, HEADER_WITHIN))]
    fitting = [(len(roles.columns), -row, roles) for row, roles in read if set(KEYS[table]) <= set(roles.columns)]
    if not fitting:
        return None
    _, row, roles = max(fitting, key=lambda candidate: candidate[:2])
    missing = tuple(
        c.name
        for c in schema()[table].values()
        if c.required and not c.default and c.type != "currency" and c.name not in roles.columns
    )
    why = f"the sheet is named {grid.sheet} and row {1 - row} names columns of the table {table}"
    basis = "per_parent" if table == "lines" else ""
    return Found(f"canonical:{table}", -row, roles, why, basis, missing, shape=table)


def find_tables(grid: Grid, choices: Choices) -> tuple[Found, ...] | Refused:
    """Find the tables of a sheet by the names of their columns.

    Parameters
    ----------
    grid : Grid
        The sheet.
    choices : Choices
        What the user says of it.

    Returns
    -------
    tuple of Found, or Refused
        In their order; none where no row within the first 40 fits a layout. A sheet that has nothing of the row or the
        columns that the user names is read as if he had not named them.

    Raises
    ------
    LayoutError
        The user names a role that does not exist, or a basis that the table cannot have.
    """
    if choices.header_row is not None or choices.columns:
        chosen = chosen_table(grid, choices).tables
        return _of_basis(grid, chosen, choices) if chosen else _as_usual(grid, choices)
    first_rows = range(min(grid.height, HEADER_WITHIN))
    fits = [found for row in first_rows if (found := fit_row(grid, row, choices)) is not None]
    if not fits:
        return transposed(grid) or ()
    main = max(fits, key=lambda found: (found.known, -found.row))
    if beside := side_by_side(grid.row(main.row)) or groups_twice(grid, main.row):
        return Refused("TABLE_SIDE_BY_SIDE", main.row, beside)
    headers = [*headers_above(grid, fits, main), main]
    headers += headers_below(grid, headers[-1], choices)
    ends = [following.row for following in headers[1:]] + [grid.height]
    tables = tuple(
        _with_unnamed(grid, replace(found_by(one), end=end, shadow=_second_row(fits, one), begin=begin))
        for one, end, begin in zip(headers, ends, [0, *(one.row + 1 for one in headers)], strict=False)
    )
    return _of_basis(grid, without_running_numbers(grid, tables), choices)


def _as_usual(grid: Grid, choices: Choices) -> tuple[Found, ...] | Refused:
    """Find the tables of a sheet that has nothing of what the user names: by its name or its columns."""
    tables = find_tables(grid, replace(choices, columns={}, header_row=None))
    name = grid.sheet.strip().casefold()
    own = find_canonical(grid, name) if name in TABLES else None
    # Many systems call the sheet of a whole bill of materials "Parts".
    bill = name == "parts" and isinstance(tables, tuple) and any(AMOUNTS & set(one.roles.columns) for one in tables)
    return tables if own is None or bill else (own,)


def _of_basis(grid: Grid, tables: tuple[Found, ...], choices: Choices) -> tuple[Found, ...]:
    """Return the tables if their quantities can count what the user says.

    Raises
    ------
    LayoutError
        Rows that name parent and child print no whole list that a quantity could be for.
    """
    basis = (choices.quantity_basis or "per_parent").partition(":")[0]
    if basis in PAIRED_BASES or not any(table.shape in ("parent_child", "lines") for table in tables):
        return tables
    raise LayoutError(
        f"{grid.file} names parent and child in each row, so its quantities cannot count {basis}: "
        "say per_parent or per_batch:N.",
        file=grid.file,
    )


def _with_unnamed(grid: Grid, found: Found) -> Found:
    """Count columns that hold cells under no name among those that are not used."""
    cells = grid.row(found.header)
    first, rows = found.header + 1, found.last(grid.height) - found.header - 1
    filled = [i for i, text in enumerate(grid.text) if text.slice(first, rows).null_count < rows]
    unnamed = [i for i in filled if not cells[i].strip() and i not in found.roles.columns.values()]
    if not unnamed:
        return found
    names = tuple(f"without name ({column_letters(i + grid.offset).decode()})" for i in unnamed)
    return replace(found, roles=replace(found.roles, unused=(*found.roles.unused, *names)))


def _second_row(fits: Sequence[HeaderFit], header: HeaderFit) -> tuple[int, ...]:
    """Return the rows around a header that say the same again, as the internal names under the displayed ones do."""
    return tuple(one.row for one in fits if abs(one.row - header.row) == 1 and one.row > header.row)
