"""Which row is a header: the layout its names fit, and what its columns hold below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deminimis.model.schema import TABLES, schema
from deminimis.readers.cells.cell_words import currency_said
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.lists.outlines import is_outline
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import Roles, assign_roles, read_header, roles_of
from deminimis.readers.tables.layouts import Layout, fit, fit_headers, layouts, renamed, system_layouts
from deminimis.readers.tables.supplier_lists import SHAPE, names_suppliers

HEADER_WITHIN = 40
NAMES_WITHIN = 200
FLAG_WORDS = frozenset(("yes", "no", "true", "false", "y", "n", "x", "ja", "nein", "0", "1", "sí", "是", "否"))
STEPS = (1, 5, 10, 100)
MOSTLY = 0.8
NUMBERED = frozenset({"part_number", "child", "mfr_number", "basis", "typical"})
"""Beside one of these a column Material holds materials."""
AMOUNTS = frozenset({"quantity", "quantity_total"})
MONEY = frozenset({"unit_value", "line_value", "pack_value", "currency", "price_quantity"})


@dataclass(frozen=True, slots=True)
class HeaderFit:
    """A header row, from 0, its roles, the layout that fits, and how much of it is known."""

    row: int
    roles: Roles
    layout: Layout
    known: int


def fit_row(grid: Grid, row: int, choices: Choices) -> HeaderFit | None:
    """Return the layout that a row of names fits, the user's and the systems' own before those known by roles.

    Parameters
    ----------
    grid : Grid
        The sheet.
    row : int
        The row, from 0.
    choices : Choices
        May hold layouts.

    Returns
    -------
    HeaderFit or None
    """
    cells = grid.row(row)
    read = [read_header(cell) for cell in cells]
    names = {header.full for header in read}
    by_headers = [layout for layout in (*choices.layouts, *system_layouts()) if layout.required_names <= names]
    # Most rows hold data: two names are the least that a header of any layout known by roles has.
    if not by_headers and sum(bool(roles_of(header)[0]) for header in read) < 2:
        return None
    roles = _without_flags(grid, row, _numbered(grid, row, assign_roles(cells)))
    for layout in by_headers:
        if (fitted := fit_headers(cells, roles, layout)) is not None:
            return HeaderFit(row, fitted, layout, len(fitted.columns) + len(layout.required))
    if len(roles.columns) < 2:
        return None
    roles = _named(grid, row, cells, _material_numbers(grid, row, _bare_currency(grid, row, cells, roles)))
    for layout in layouts():
        if (fitted := fit(roles, layout)) is not None and shows(grid, row, fitted, layout):
            return HeaderFit(row, fitted, layout, len(fitted.columns))
    return None


def shows(grid: Grid, row: int, roles: Roles, layout: Layout) -> bool:
    """Return whether the rows below a header are those of the layout that its names fit.

    Parameters
    ----------
    grid : Grid
        The sheet.
    row : int
        The header row, from 0.
    roles : Roles
        As fitted.
    layout : Layout

    Returns
    -------
    bool
        False for a list of suppliers in which no part has several: it is a list of parts.
    """
    return layout.name != SHAPE or names_suppliers(grid, row, roles)


def _named(grid: Grid, row: int, cells: Sequence[str], roles: Roles) -> Roles:
    """Return the roles with the column of names that may stand for part numbers: the fullest, if most rows have it."""
    if "description" not in roles.columns or set(roles.columns) & NUMBERED:
        return roles
    named = [i for i, cell in enumerate(cells) if "description" in roles_of(read_header(cell))[0]]
    count = {i: sum(1 for _ in first_words(grid, i, row, NAMES_WITHIN)) for i in named}
    best = max(named, key=lambda index: count[index])
    rows = sum(1 for filled in grid.top(row + 1 + NAMES_WITHIN).filled()[row + 1 :] if filled > 1)
    columns = {role: index for role, index in roles.columns.items() if role != "description" or count[best] * 2 > rows}
    if "description" in columns:
        columns["description"] = best
    headers = {role: " ".join(cells[index].split()) for role, index in columns.items()}
    return replace(roles, columns=columns, headers=headers)


def _numbered(grid: Grid, row: int, roles: Roles) -> Roles:
    """Read a column of running numbers as positions when only an ambiguous name says part number."""
    index = roles.columns.get("part_number")
    if index is None or len(roles_of(read_header(roles.headers["part_number"]))[0]) == 1:
        return roles
    words = list(first_words(grid, index, row))
    if not words or not (_counts(words) or is_outline(words)):
        return roles
    columns, headers = dict(roles.columns), dict(roles.headers)
    columns.setdefault("position", columns.pop("part_number"))
    headers.setdefault("position", headers.pop("part_number"))
    return replace(roles, columns=columns, headers=headers)


def _counts(words: Sequence[str]) -> bool:
    """Return whether most words count on from the first step: 1, 2, 3 or 10, 20, 30 or 0010, 0020."""
    numbers = [int(word) if re.fullmatch(r"\d{1,6}", word) else -1 for word in words]
    return any(2 * sum(n == i * step for i, n in enumerate(numbers, 1)) >= len(words) for step in STEPS)


def _without_flags(grid: Grid, row: int, roles: Roles) -> Roles:
    """Return the roles without a parent that only says yes or no of each row: a level says where the row stands."""
    at = roles.columns.get("parent")
    if at is None or "level" not in roles.columns:
        return roles
    words = {word.casefold() for word in first_words(grid, at, row)}
    if not words or not words <= FLAG_WORDS:
        return roles
    columns = {role: index for role, index in roles.columns.items() if role != "parent"}
    headers = {role: roles.headers[role] for role in columns}
    return replace(roles, columns=columns, headers=headers, unused=(*roles.unused, roles.headers["parent"]))


def _material_numbers(grid: Grid, row: int, roles: Roles) -> Roles:
    """Return the roles with a column Material as part numbers, if nothing else is and most hold digits."""
    if "material" not in roles.columns or set(roles.columns) & NUMBERED:
        return roles
    words = list(first_words(grid, roles.columns["material"], row))
    with_digits = sum(any(letter.isdigit() for letter in word) for word in words)
    if not words or with_digits < MOSTLY * len(words):
        return roles
    return renamed(roles, {"part_number" if role == "material" else role: at for role, at in roles.columns.items()})


def _bare_currency(grid: Grid, row: int, cells: Sequence[str], roles: Roles) -> Roles:
    """Return the roles with a column of numbers whose header is a currency and nothing else as the unit price.

    Only where a list has no other price, and no second currency beside it.
    """
    if set(roles.columns) & MONEY or not set(roles.columns) & (AMOUNTS | {"level"}):
        return roles
    said = {
        at: currency_said(cell) for at, cell in enumerate(cells) if cell.strip() and at not in roles.columns.values()
    }
    named = [(at, currency) for at, currency in said.items() if currency is not None]
    if len(named) != 1:
        return roles
    at, currency = named[0]
    words = list(first_words(grid, at, row))
    if len(currency.codes) != 1 or not words or not all(re.fullmatch(r"[\d.,'\s]*\d", word) for word in words):
        return roles
    header = " ".join(cells[at].split())
    return replace(
        roles,
        columns={**roles.columns, "unit_value": at},
        headers={**roles.headers, "unit_value": header},
        constants={**roles.constants, "currency": currency.codes[0]},
        unused=tuple(name for name in roles.unused if name != header),
    )


def first_words(grid: Grid, column: int, row: int, within: int = HEADER_WITHIN) -> Iterator[str]:
    """Yield the filled cells of a column below a row, without the blanks around them.

    Parameters
    ----------
    grid : Grid
        The sheet.
    column, row : int
    within : int
        Rows that are looked at.

    Yields
    ------
    str
    """
    for word in grid.text[column].slice(row + 1, within).drop_null().to_pylist():
        if word.strip():
            yield word.strip()


def is_header(cells: Sequence[str]) -> bool:
    """Return whether most filled cells of a row are known names of columns and none is a number.

    Parameters
    ----------
    cells : sequence of str

    Returns
    -------
    bool
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    known = sum(bool(roles_of(read_header(cell))[0]) for cell in filled)
    return known >= 2 and known * 2 >= len(filled) and not any(re.fullmatch(r"[\d.,\s%-]+", cell) for cell in filled)


def found_by(one: HeaderFit) -> Found:
    """Return the table that a header begins, to the end of its sheet.

    Parameters
    ----------
    one : HeaderFit

    Returns
    -------
    Found
        Under the name of the model's own table if every column bears the model's name.
    """
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
