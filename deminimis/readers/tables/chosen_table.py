"""The table that a user describes by its header row and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deminimis.errors import LayoutError
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.header_rows import HEADER_WITHIN, HeaderFit, found_by, shows
from deminimis.readers.tables.headers import Roles, assign_roles, read_header, role_names
from deminimis.readers.tables.layouts import fit, layouts


def chosen_table(grid: Grid, choices: Choices) -> tuple[Found, ...]:
    """Return the table the user describes; nothing on a sheet that lacks the columns named.

    Parameters
    ----------
    grid : Grid
        The sheet.
    choices : Choices
        Name a header row, columns, or both.

    Returns
    -------
    tuple of Found

    Raises
    ------
    LayoutError
        The row has no such column, or makes no table.
    """
    if choices.header_row is not None:
        if choices.header_row > grid.height:
            return ()
        row = choices.header_row - 1
    else:
        row = next((r for r in range(min(grid.height, HEADER_WITHIN)) if _missing(grid.row(r), choices) == ()), -1)
        if row < 0:
            return ()
    cells = grid.row(row)
    if missing := _missing(cells, choices):
        known = ", ".join(" ".join(cell.split()) for cell in cells if cell.strip())
        raise LayoutError(
            f"{grid.file}: row {row + 1} has no column {missing[0]!r}; its columns are {known}.", file=grid.file
        )
    roles = mapped(cells, assign_roles(cells), choices)
    for layout in layouts():
        if (fitted := fit(roles, layout)) is not None and shows(grid, row, fitted, layout):
            return (replace(found_by(HeaderFit(row, fitted, layout, 0)), end=grid.height),)
    have = ", ".join(f"{role}={header}" for role, header in roles.headers.items()) or "none"
    raise LayoutError(
        f"{grid.file}: row {row + 1} makes no table (roles found: {have}): name its columns by --map, as in "
        "--map part_number=Teil --map quantity=Menge.",
        file=grid.file,
    )


def _missing(cells: Sequence[str], choices: Choices) -> tuple[str, ...]:
    have = {read_header(cell).full for cell in cells if cell.strip()}
    return tuple(header for header in choices.columns.values() if read_header(header).full not in have)


def mapped(cells: Sequence[str], roles: Roles, choices: Choices) -> Roles:
    """Return the roles of a header row with the user's own put in.

    Raises
    ------
    LayoutError
        The user names a role that does not exist, or one column for two roles that exclude each other.
    """
    known = {role for names, _ in role_names().values() for role in names}
    if unknown := sorted(set(choices.columns) - known):
        raise LayoutError(f"there is no role {unknown[0]!r}: the roles are {', '.join(sorted(known))}.", file="")
    keys = [read_header(cell).full for cell in cells]
    own = {role: keys.index(read_header(header).full) for role, header in choices.columns.items()}
    held = {at for role, at in own.items() if role not in ("description", "grade")}
    if len(held) < len(own.keys() - {"description", "grade"}):
        named = ", ".join(f"{role}={header}" for role, header in choices.columns.items())
        raise LayoutError(f"one column cannot have two of these roles: {named}: name a column for each.", file="")
    columns = {role: at for role, at in roles.columns.items() if role not in own and at not in own.values()} | own
    headers = {role: " ".join(cells[at].split()) for role, at in columns.items()}
    unused = tuple(" ".join(c.split()) for i, c in enumerate(cells) if c.strip() and i not in columns.values())
    constants = {role: unit for role, unit in roles.constants.items() if role not in columns}
    return Roles(columns, headers, constants, unused)
