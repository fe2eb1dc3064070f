"""The table that a user describes by its header row and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from deminimis.errors import LayoutError
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.header_rows import HEADER_WITHIN, HeaderFit, found_by, shows
from deminimis.readers.tables.headers import Roles, assign_roles, read_header, role_names
from deminimis.readers.tables.layouts import fit, layouts


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a sheet has of the table that the user describes.

    Parameters
    ----------
    tables : tuple of Found
        The table, or nothing where the sheet has no row for it.
    roles : frozenset of str
        The user's roles whose columns the row has.
    why : str
        Why a row that has some of it makes no table; "" where there is none.
    """

    tables: tuple[Found, ...] = ()
    roles: frozenset[str] = frozenset()
    why: str = ""


def chosen_table(grid: Grid, choices: Choices) -> Chosen:
    """Return the table the user describes by the header row and the columns that he names.

    Parameters
    ----------
    grid : Grid
        The sheet.
    choices : Choices
        Name a header row, columns, or both.

    Returns
    -------
    Chosen

    Raises
    ------
    LayoutError
        The user names a role that does not exist, or one column for two roles that exclude each other.

    Notes
    -----
    Of several files and sheets each has the columns that are its own: the row that has the most of them counts.
    """
    row = _header_row(grid, choices)
    if row < 0:
        return Chosen()
    cells = grid.row(row)
    missing = _missing(cells, choices)
    own = {role: header for role, header in choices.columns.items() if header not in missing}
    if missing and not own:
        known = ", ".join(" ".join(cell.split()) for cell in cells if cell.strip())
        return Chosen(why=f"row {row + 1} has no column {missing[0]!r}; its columns are {known}.")
    roles = mapped(cells, assign_roles(cells), replace(choices, columns=own))
    for layout in layouts():
        if (fitted := fit(roles, layout)) is not None and shows(grid, row, fitted, layout):
            return Chosen((replace(found_by(HeaderFit(row, fitted, layout, 0)), end=grid.height),), frozenset(own))
    have = ", ".join(f"{role}={header}" for role, header in roles.headers.items()) or "none"
    why = (
        f"row {row + 1} makes no table (roles found: {have}): name its columns by --map, as in "
        "--map part_number=Teil --map quantity=Menge."
    )
    return Chosen(roles=frozenset(own), why=why)


def _header_row(grid: Grid, choices: Choices) -> int:
    """Return the row of the header, from 0: the one named, else the first that has the most of the columns; -1 none."""
    if choices.header_row is not None:
        return choices.header_row - 1 if choices.header_row <= grid.height else -1
    rows = range(min(grid.height, HEADER_WITHIN))
    have = [len(choices.columns) - len(_missing(grid.row(row), choices)) for row in rows]
    return have.index(max(have)) if any(have) else -1


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
