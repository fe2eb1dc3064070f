"""Currencies and units that the formats of numbers print beside them: what the user sees is what counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from deminimis.model.cells import CellFault
from deminimis.readers.cells.cell_words import currency_said
from deminimis.readers.cells.number_outcomes import assumed_once, currency_of
from deminimis.readers.cells.number_words import NumberColumn
from deminimis.readers.grid import Grid
from deminimis.units import unit_name


def with_shown_words(
    grid: Grid,
    places: Mapping[str, int],
    money: frozenset[str],
    read: dict[str, NumberColumn],
    first: int,
    language: str,
) -> dict[str, NumberColumn]:
    """Return columns of numbers with the currencies and units that their formats print.

    Parameters
    ----------
    grid : Grid
        The sheet; only a workbook says how its cells are shown.
    places : mapping of role to int
        Columns of the sheet.
    money : frozenset of str
        Roles that hold money.
    read : dict of role to NumberColumn
        What the cells themselves say, which comes first.
    first : int
        The first row of the table, from 0.
    language : str
        Of the headers; says what a shared sign such as "$" is assumed to mean.

    Returns
    -------
    dict of role to NumberColumn
        A word that is neither a currency nor a unit says nothing.
    """
    if grid.xml is None or not grid.xml.styles.words:
        return read
    words: dict[str, dict[int, str]] = {}
    role_at = {index + grid.offset: role for role, index in places.items()}
    for (row, column), word in grid.xml.words(role_at).items():
        words.setdefault(role_at[column], {})[row - first] = word
    return read | {role: _worded(read[role], role, said, role in money, language) for role, said in words.items()}


def _worded(column: NumberColumn, role: str, words: Mapping[int, str], is_money: bool, language: str) -> NumberColumn:
    filled = column.text.is_valid().to_numpy(zero_copy_only=False)
    rows = {row: word for row, word in words.items() if 0 <= row < len(filled) and filled[row]}
    if not is_money:
        units = {word for word in set(rows.values()) if unit_name(word) is not None}
        return replace(column, units={**{row: word for row, word in rows.items() if word in units}, **column.units})
    said = {word: currency for word in set(rows.values()) if (currency := currency_said(word)) is not None}
    read = {word: currency_of(currency, language, None) for word, currency in said.items()}
    left = {row: word for row, word in rows.items() if word in read and row not in column.currencies}
    faults = [CellFault(row, role, read[word][1], word, read[word][2]) for row, word in left.items() if read[word][1]]
    currencies = {row: read[word][0] for row, word in left.items() if read[word][0]}
    return replace(
        column, currencies={**currencies, **column.currencies}, faults=(*column.faults, *assumed_once(faults))
    )
