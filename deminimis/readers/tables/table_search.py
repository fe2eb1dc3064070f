"""Where the tables of a sheet stand: header rows, the end of each table, and what is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.errors import LayoutError
from deminimis.model.schema import TABLES, schema
from deminimis.model.table_rules import KEYS
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.headers import Roles, assign_roles, read_header, role_names, roles_of
from deminimis.readers.tables.layouts import Layout, fit, fit_headers, layouts, system_layouts
from deminimis.readers.workbooks.row_facts import column_letters

HEADER_WITHIN = 40
NAMES_WITHIN = 200
EXAMINED = 2000
"""Rows without digits where a quantity should be that are looked at as headers of a further table."""
IDENTITY = frozenset({"part_number", "child", "parent", "mfr_number", "description"})
AMOUNTS = frozenset({"quantity", "quantity_total"})
PAIRED_BASES = ("per_parent", "per_batch")
"""What a quantity can count in a row that names parent and child."""
LISTED = AMOUNTS | {"part_number", "child"}
"""What a list has once, and two lists side by side have twice."""


@dataclass(frozen=True, slots=True)
class Found:
    """A table found on a sheet.

    Parameters
    ----------
    layout : str
        Its name, or "canonical:" and the table whose columns it has.
    header : int
        Header row, from 0.
    roles : Roles
    why : str
        The reason in one sentence.
    quantity_basis : str
    missing : tuple of str
        Columns without which its rows say too little.
    end : int
        The row after its last one; -1 = the last of the sheet.
    shape : str
        How its rows become lines.
    shadow : tuple of int
        Rows that are part of the header.
    left_out : mapping of row to reason
        Rows that are not in the product.
    begin : int
        The row after the header of the table above it; 0 = it is the first.
    """

    layout: str
    header: int
    roles: Roles
    why: str
    quantity_basis: str = ""
    missing: tuple[str, ...] = ()
    end: int = -1
    shape: str = ""
    shadow: tuple[int, ...] = ()
    left_out: Mapping[int, str] = field(default_factory=dict)
    begin: int = 0

    @property
    def canonical(self) -> str:
        """The table whose columns it has, or ""."""
        return self.layout.removeprefix("canonical:") if self.layout.startswith("canonical:") else ""

    def last(self, height: int) -> int:
        """Return the row after the table's last one, on a sheet of so many rows."""
        return self.end if self.end >= 0 else height


@dataclass(frozen=True, slots=True)
class Refused:
    """A sheet that holds a table which is not read: the code of the finding, its row from 0, and what was seen."""

    code: str
    row: int
    detail: str


@dataclass(frozen=True, slots=True)
class _Fit:
    row: int
    roles: Roles
    layout: Layout
    known: int


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
        In their order; none where no row within the first 40 fits a layout.

    Raises
    ------
    LayoutError
        The user names a row or a column that is not there, or a basis that the table cannot have.
    """
    if choices.header_row is not None or choices.columns:
        return _of_basis(grid, _chosen(grid, choices), choices)
    first_rows = range(min(grid.height, HEADER_WITHIN))
    fits = [found for row in first_rows if (found := _fit_row(grid, row, choices)) is not None]
    if not fits:
        return _transposed(grid) or ()
    main = max(fits, key=lambda found: (found.known, -found.row))
    if beside := _side_by_side(grid.row(main.row)) or _groups_twice(grid, main.row):
        return Refused("TABLE_SIDE_BY_SIDE", main.row, beside)
    headers = [*_above(grid, fits, main), main]
    headers += _below(grid, headers[-1], choices)
    ends = [following.row for following in headers[1:]] + [grid.height]
    tables = tuple(
        _with_unnamed(grid, replace(_found(one), end=end, shadow=_second_row(fits, one), begin=begin))
        for one, end, begin in zip(headers, ends, [0, *(one.row + 1 for one in headers)], strict=False)
    )
    return _of_basis(grid, tables, choices)


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


def _fit_row(grid: Grid, row: int, choices: Choices) -> _Fit | None:
    cells = grid.row(row)
    roles = _numbered(grid, row, assign_roles(cells))
    for layout in (*choices.layouts, *system_layouts()):
        if (fitted := fit_headers(cells, roles, layout)) is not None:
            return _Fit(row, fitted, layout, len(fitted.columns) + len(layout.required))
    if len(roles.columns) < 2:
        return None
    roles = _named(grid, row, cells, roles)
    for layout in layouts():
        if (fitted := fit(roles, layout)) is not None:
            return _Fit(row, fitted, layout, len(fitted.columns))
    return None


def _named(grid: Grid, row: int, cells: Sequence[str], roles: Roles) -> Roles:
    """Return the roles with the column of names that may stand for part numbers: the fullest, if most rows have it."""
    if "description" not in roles.columns or set(roles.columns) & {"part_number", "child", "mfr_number"}:
        return roles
    named = [i for i, cell in enumerate(cells) if "description" in roles_of(read_header(cell))[0]]
    count = {i: sum(1 for _ in _first_words(grid, i, row, NAMES_WITHIN)) for i in named}
    best = max(named, key=lambda index: count[index])
    rows = sum(1 for filled in grid.top(row + 1 + NAMES_WITHIN).filled()[row + 1 :] if filled > 1)
    columns = {role: index for role, index in roles.columns.items() if role != "description" or count[best] * 2 > rows}
    if "description" in columns:
        columns["description"] = best
    headers = {role: " ".join(cells[index].split()) for role, index in columns.items()}
    return replace(roles, columns=columns, headers=headers)


def _above(grid: Grid, fits: Sequence[_Fit], main: _Fit) -> list[_Fit]:
    """Return the headers above the one that names most, each with rows of its own beneath it."""
    found: list[_Fit] = []
    for one, following in pairwise(fits):
        if one.row >= main.row:
            break
        far = following.row - one.row > 1 and (not found or found[-1].roles.columns != one.roles.columns)
        if far and _is_header(grid.row(one.row)) and _has_rows(grid, one, following.row):
            found.append(one)
    return [one for one in found if one.roles.columns != main.roles.columns]


def _has_rows(grid: Grid, header: _Fit, end: int) -> bool:
    """Return whether a row between two headers has a part and an amount with a digit."""
    columns = header.roles.columns
    amount = next((columns[role] for role in ("quantity", "quantity_total", "level") if role in columns), None)
    part = columns.get("child", columns.get("part_number"))
    if amount is None or part is None:
        return False
    cells = (grid.row(row) for row in range(header.row + 1, end))
    return any(cell[part].strip() and re.search(r"\d", cell[amount]) for cell in cells)


def _below(grid: Grid, main: _Fit, choices: Choices) -> list[_Fit]:
    """Return the headers of further tables below one: rows that have words where it has amounts or ids."""
    found: list[_Fit] = []
    current = main
    for row in _wordy_rows(grid, main)[:EXAMINED]:
        if row <= current.row + 1 or not _is_header(grid.row(row)):
            continue
        fitted = _fit_row(grid, row, choices)
        if fitted is not None and fitted.roles.columns != current.roles.columns and len(fitted.roles.columns) > 1:
            found.append(fitted)
            current = fitted
    return found


def _wordy_rows(grid: Grid, main: _Fit) -> list[int]:
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


def _is_header(cells: Sequence[str]) -> bool:
    """Return whether most filled cells of a row are known names of columns and none is a number."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    known = sum(bool(roles_of(read_header(cell))[0]) for cell in filled)
    return known >= 2 and known * 2 >= len(filled) and not any(re.fullmatch(r"[\d.,\s%-]+", cell) for cell in filled)


def _second_row(fits: Sequence[_Fit], header: _Fit) -> tuple[int, ...]:
    """Return the rows around a header that say the same again, as the internal names under the displayed ones do."""
    return tuple(one.row for one in fits if abs(one.row - header.row) == 1 and one.row > header.row)


def _side_by_side(cells: Sequence[str]) -> str:
    """Return the names that a header row says twice, if a part and an amount are among them."""
    read = [read_header(cell) for cell in cells if cell.strip()]
    twice = {header.full: header for header in read if sum(other.full == header.full for other in read) > 1}
    roles = {role for header in twice.values() for role in roles_of(header)[0]}
    if not roles & AMOUNTS or not roles & IDENTITY:
        return ""
    return ", ".join(header.printed for header in twice.values())


def _groups_twice(grid: Grid, row: int) -> str:
    """Return the names of two groups of columns that each hold parts and amounts, whatever they are called."""
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


def _transposed(grid: Grid) -> Refused | None:
    """Return the refusal of a sheet whose first columns hold the names of columns."""
    for column in range(min(2, len(grid.text))):
        words = [word or "" for word in grid.text[column].slice(0, HEADER_WITHIN).to_pylist()]
        known = [(row, roles_of(read_header(word))[0]) for row, word in enumerate(words) if word.strip()]
        roles = {role for _, names in known for role in names[:1]}
        if len(roles) >= 2 and roles & AMOUNTS and len(grid.text) > 2:
            rows = [row for row, names in known if names]
            return Refused("TABLE_TRANSPOSED", rows[0], ", ".join(words[row].strip() for row in rows[:4]))
    return None


def _chosen(grid: Grid, choices: Choices) -> tuple[Found, ...]:
    """Return the table the user describes; nothing on a sheet that lacks the columns named."""
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
        if (fitted := fit(roles, layout)) is not None:
            return (replace(_found(_Fit(row, fitted, layout, 0)), end=grid.height),)
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


def _numbered(grid: Grid, row: int, roles: Roles) -> Roles:
    """Read a column of running numbers as positions when only an ambiguous name says part number."""
    index = roles.columns.get("part_number")
    if index is None or len(roles_of(read_header(roles.headers["part_number"]))[0]) == 1:
        return roles
    words = list(_first_words(grid, index, row))
    counting = sum(word == str(number) for number, word in enumerate(words, 1))
    outline = sum(bool(re.fullmatch(r"\d+(\.\d+)*", word)) for word in words)
    if not words or max(counting, outline) * 2 < len(words):
        return roles
    columns, headers = dict(roles.columns), dict(roles.headers)
    columns.setdefault("position", columns.pop("part_number"))
    headers.setdefault("position", headers.pop("part_number"))
    return replace(roles, columns=columns, headers=headers)


def _first_words(grid: Grid, column: int, row: int, within: int = HEADER_WITHIN) -> Iterator[str]:
    for word in grid.text[column].slice(row + 1, within).drop_null().to_pylist():
        if word.strip():
            yield word.strip()


def _found(one: _Fit) -> Found:
    layout, roles = one.layout, one.roles
    own = {role for table in TABLES for role in schema()[table]} & set(roles.columns)
    plain = all(roles.headers[role].strip("* ").casefold() == role for role in roles.columns)
    name = layout.name
    table = {"parent_child": "lines", "lines": "lines"}.get(name, name)
    if name == "lines" or (table in TABLES and plain and own <= set(schema()[table])):
        name = f"canonical:{table}" if plain and own <= set(schema()[table]) else "parent_child"
    named = ", ".join(f'"{roles.headers[role]}" as {role}' for role in layout.required)
    why = f"row {one.row + 1} has {named}: {layout.says}"
    missing = ("quantity",) if layout.name == "lines" else ()
    shape = layout.shape if name == layout.name else name.removeprefix("canonical:")
    return Found(name, one.row, roles, why, layout.quantity_basis, missing, shape=shape)
