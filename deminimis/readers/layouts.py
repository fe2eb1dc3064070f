"""Which layout a sheet has, and why: the layouts are data."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from deminimis.model.schema import TABLES, schema
from deminimis.model.table_rules import KEYS
from deminimis.readers.grid import Grid
from deminimis.readers.headers import Roles, assign_roles, read_header, role_names

HEADER_WITHIN = 40
TOTAL = re.compile(
    r"(grand |sub-?|overall )?total( cost| price| quantity| sum)?|(gesamt|zwischen)?summe|gesamt|insgesamt|somme|"
    r"total (général|general)|suma|totale|razem|sum|合计|总计|小计|合計|小計|総計|합계|"
    r"소계|총계|итого|всего|tổng( cộng)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One shape of table: the roles it must have, those of which it must have one, and what a row says."""

    name: str
    required: tuple[str, ...]
    any_of: tuple[str, ...]
    quantity_basis: str
    says: str


@dataclass(frozen=True, slots=True)
class Found:
    """A table found on a sheet: its layout, header row (from 0), roles, and the reason in one sentence."""

    layout: str
    header: int
    roles: Roles
    why: str
    quantity_basis: str = ""
    missing: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        """The table whose name the sheet bears, or ""."""
        return self.layout.removeprefix("canonical:") if self.layout.startswith("canonical:") else ""


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every layout, the most telling first."""
    with files(__package__).joinpath("layouts.csv").open(encoding="utf-8") as stream:
        return tuple(
            Layout(
                row["layout"],
                tuple(row["required"].split("|")),
                tuple(role for role in row["any_of"].split("|") if role),
                row["quantity_basis"],
                row["says"],
            )
            for row in csv.DictReader(stream)
        )


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
    return Found(f"canonical:{table}", -row, roles, why, "per_parent" if table == "lines" else "", missing)


def find_layout(grid: Grid) -> Found | None:
    """Find the header row and the layout of a sheet by the names of its columns.

    Parameters
    ----------
    grid : Grid
        The sheet.

    Returns
    -------
    Found or None
        None where no row within the first 40 fits a layout.
    """
    best: tuple[int, int, Layout, Roles] | None = None
    for row in range(min(grid.height, HEADER_WITHIN)):
        roles = _numbered(grid, row, assign_roles(grid.row(row)))
        for layout in layouts():
            if (fitted := fit(roles, layout)) is not None:
                if best is None or len(fitted.columns) > best[0]:
                    best = len(fitted.columns), row, layout, fitted
                break
    if best is None:
        return None
    _, row, layout, roles = best
    return _found(row, layout, roles)


def _numbered(grid: Grid, row: int, roles: Roles) -> Roles:
    """Read a column of running numbers as positions when only an ambiguous name says part number."""
    index = roles.columns.get("part_number")
    if index is None or len(role_names()[read_header(roles.headers["part_number"]).name][0]) == 1:
        return roles
    words = [
        word.strip()
        for word in grid.text[index].slice(row + 1, HEADER_WITHIN - row).drop_null().to_pylist()
        if word.strip()
    ]
    counting = sum(word == str(number) for number, word in enumerate(words, 1))
    if not words or counting * 2 < len(words):
        return roles
    columns, headers = dict(roles.columns), dict(roles.headers)
    columns.setdefault("position", columns.pop("part_number"))
    headers.setdefault("position", headers.pop("part_number"))
    return replace(roles, columns=columns, headers=headers)


def fit(roles: Roles, layout: Layout) -> Roles | None:
    """Return the roles with part number and child told apart as the layout needs them, or None if it does not fit."""
    columns = dict(roles.columns)
    for need, other in (("child", "part_number"), ("part_number", "child")):
        if need in layout.required and need not in columns and other in columns:
            columns[need] = columns.pop(other)
    if not set(layout.required) <= set(columns) or (layout.any_of and not set(layout.any_of) & set(columns)):
        return None
    printed = {index: text for role, text in roles.headers.items() for index in [roles.columns[role]]}
    return replace(roles, columns=columns, headers={role: printed[index] for role, index in columns.items()})


def _found(row: int, layout: Layout, roles: Roles) -> Found:
    own = {role for table in TABLES for role in schema()[table]} & set(roles.columns)
    plain = all(roles.headers[role].strip("* ").casefold() == role for role in roles.columns)
    name = layout.name
    table = {"parent_child": "lines", "lines": "lines"}.get(name, name)
    if name == "lines" or (table in TABLES and plain and own <= set(schema()[table])):
        name = f"canonical:{table}" if plain and own <= set(schema()[table]) else "parent_child"
    named = ", ".join(f'"{roles.headers[role]}" as {role}' for role in layout.required)
    why = f"row {row + 1} has {named}: {layout.says}"
    missing = ("quantity",) if layout.name == "lines" else ()
    return Found(name, row, roles, why, layout.quantity_basis, missing)


def is_total(cells: Sequence[str]) -> bool:
    """Return whether a row is a total: its first word is one of the words for it.

    Examples
    --------
    >>> is_total(["", "Summe:", "12.50"]), is_total(["Total station", "2"])
    (True, False)
    """
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return bool(TOTAL.fullmatch(first.strip(" :.=")))
