"""Header cells to roles, through a dictionary of names in many languages."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from deminimis.model.schema import TABLES, schema

BRACKET = re.compile(r"[\[(]([^\])]*)[\])]\W*$")
COMPANIONS = {"mass": "mass_unit", "unit_value": "currency", "quantity": "unit", "amount": "basis"}
"""The column that a unit in brackets behind a header fills."""


@dataclass(frozen=True, slots=True)
class Header:
    """One header cell: as printed, as looked up, and the unit in its brackets."""

    printed: str
    name: str
    unit: str = ""


def read_header(cell: str) -> Header:
    """Return a header cell in the form in which names are looked up.

    Examples
    --------
    >>> read_header("Mass [g]*"), read_header("Part-Number :").name
    (Header(printed='Mass [g]*', name='mass', unit='g'), 'part_number')
    """
    text = unicodedata.normalize("NFKC", cell).casefold().replace("\u00ad", "")
    unit = ""
    if (found := BRACKET.search(text)) and text[: found.start()].strip():
        unit = unicodedata.normalize("NFKC", cell)[found.start(1) : found.end(1)].strip()
        text = text[: found.start()]
    text = re.sub(r"[\s*:.]+$|^[\s*]+", "", text)
    return Header(" ".join(cell.split()), re.sub(r"[\s_\-/]+", "_", text), unit)


@cache
def role_names() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Return every known header name with its roles, the likeliest first, and the unit the name implies."""
    names = {column: ((column,), "") for table in TABLES for column in schema()[table]}
    with files(__package__).joinpath("columns.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            names[read_header(row["name"]).name] = (tuple(row["role"].split("|")), row["unit"])
    return names


@dataclass(frozen=True, slots=True)
class Roles:
    """What a header row says: role to column index, and units that the headers themselves name."""

    columns: Mapping[str, int]
    headers: Mapping[str, str]
    constants: Mapping[str, str]
    unused: tuple[str, ...]


def assign_roles(cells: Sequence[str], wanted: Sequence[str] | None = None) -> Roles:
    """Give each header cell its role.

    Parameters
    ----------
    cells : sequence of str
        The header row.
    wanted : sequence of str, optional
        Only these roles; a cell that says one of them literally comes before synonyms.

    Returns
    -------
    Roles

    Examples
    --------
    >>> assign_roles(["Stufe", "Item", "Artikelnummer", "Menge [kg]"]).columns
    {'level': 0, 'part_number': 2, 'quantity': 3, 'position': 1}
    >>> assign_roles(["Menge [kg]"]).constants
    {'unit': 'kg'}
    """
    headers = [read_header(cell) for cell in cells]
    known = role_names()
    taken: dict[str, int] = {}
    units: dict[str, str] = {}
    for rank in ("itself", "one", "several"):
        for index, header in enumerate(headers):
            roles, unit = known.get(header.name, ((), ""))
            kind = "itself" if roles == (header.name,) else "one" if len(roles) == 1 else "several"
            if kind != rank or index in taken.values():
                continue
            free = [role for role in roles if role not in taken and (wanted is None or role in wanted)]
            if free:
                taken[free[0]] = index
                units[free[0]] = header.unit or unit
    constants = {COMPANIONS[r]: unit for r, unit in units.items() if unit and r in COMPANIONS}
    constants = {role: unit for role, unit in constants.items() if role not in taken and _fits(role, unit)}
    unused = tuple(h.printed for i, h in enumerate(headers) if h.printed and i not in taken.values())
    return Roles(taken, {role: headers[i].printed for role, i in taken.items()}, constants, unused)


def _fits(role: str, unit: str) -> bool:
    """Return whether the words in brackets can be a value of the companion column."""
    if role == "basis":
        return unit in schema()["declarations"]["basis"].choices
    if role == "currency":
        return bool(re.fullmatch(r"[A-Za-z]{3}|€|£|US\$", unit))
    return bool(re.fullmatch(r"[a-zA-Zµ]{1,3}\d?", unit))
