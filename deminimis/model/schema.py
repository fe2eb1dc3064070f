"""The columns of the six tables: one CSV, read by checks, template, docs and page."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TABLES = ("parts", "lines", "declarations", "sourcing", "prices", "rates")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table.

    Notes
    -----
    `type` is one of id, text, number, date, choice, currency, country, material; `choices` is empty unless the type is
    choice; `default` is the text used for a blank cell, empty for none.
    """

    table: str
    name: str
    type: str
    required: bool
    default: str
    unit: str
    choices: tuple[str, ...]
    help: str


@cache
def schema() -> dict[str, dict[str, Column]]:
    """Return every column by table and name, in the order of the CSV.

    Returns
    -------
    dict
        Table name to (column name to `Column`).

    Examples
    --------
    >>> schema()["lines"]["scrap_percent"].default
    '0'
    >>> [c.name for c in schema()["rates"].values()]
    ['currency', 'per_base', 'date']
    """
    tables: dict[str, dict[str, Column]] = {name: {} for name in TABLES}
    text = files(__package__).joinpath("schema.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        tables[row["table"]][row["column"]] = Column(
            row["table"],
            row["column"],
            row["type"],
            row["required"] == "yes",
            row["default"],
            row["unit"],
            tuple(c for c in row["choices"].split("|") if c),
            row["help"],
        )
    return tables
