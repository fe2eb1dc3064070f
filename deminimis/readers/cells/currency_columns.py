"""The column of currencies, and the currency that a header names, as ISO codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from deminimis.model.cells import read_currency
from deminimis.model.findings import Finding, finding
from deminimis.readers.cells.cell_words import currency_said
from deminimis.readers.cells.number_outcomes import ASSUMED, currency_of
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found

MONEY = ("unit_value", "pack_value", "line_value")
"""Columns whose header may name a currency."""


def with_currency_codes(grid: Grid, found: Found, language: str) -> tuple[Grid, Found, tuple[Finding, ...]]:
    """Write currencies as ISO codes where their word or sign stands for one only.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        The table.
    language : str
        Language of the headers; says what a shared sign such as "¥" is assumed to mean.

    Returns
    -------
    grid : Grid
        Words that may mean several currencies stay, as an error of the typing of cells.
    found : Found
        With the currency that its headers name as a code.
    findings : tuple of Finding
        CURRENCY_SIGN_ASSUMED, once for each sign.
    """
    columns, constants = found.roles.columns, found.roles.constants
    told: tuple[Finding, ...] = ()
    if said := constants.get("currency", ""):
        code, assumed = _code(said, language)
        header = next((found.roles.headers[role] for role in MONEY if role in columns), "")
        place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": found.header + 1, "column": header}
        rows = found.last(grid.height) - found.header - 1
        told += (finding(ASSUMED, **place, value=said, currency=code, count=rows),) if assumed else ()
        found = replace(found, roles=replace(found.roles, constants={**constants, "currency": code or said}))
    if "currency" not in columns:
        return grid, found, told
    grid, more = _with_codes(grid, found, columns["currency"], language)
    return grid, found, told + more


def _code(word: str, language: str) -> tuple[str, bool]:
    """Return the ISO code of a word, "" where it stands for several, and whether that is assumed."""
    if known := read_currency(word.strip()):
        return known, False
    said = currency_said(word)
    code, why, _ = currency_of(said, language, None) if said else ("", "", {})
    return code, why == ASSUMED


def _with_codes(grid: Grid, found: Found, at: int, language: str) -> tuple[Grid, tuple[Finding, ...]]:
    """Return the sheet with codes in its column of currencies; each distinct word is looked at once."""
    first, rows = found.header + 1, found.last(grid.height) - found.header - 1
    column = grid.text[at]
    coded = column.slice(first, rows).dictionary_encode()
    words = [word.strip() for word in coded.dictionary.to_pylist()]
    read = {word: _code(word, language) for word in words if word and read_currency(word) is None}
    if not any(code for code, _ in read.values()):
        return grid, ()
    codes = pa.array([read.get(word, ("", False))[0] or word for word in words], pa.string()).take(coded.indices)
    new = pa.concat_arrays([column.slice(0, first), codes, column.slice(first + rows)])
    text = (*grid.text[:at], new, *grid.text[at + 1 :])
    assumed = {word: code for word, (code, is_assumed) in read.items() if is_assumed}
    return replace(grid, text=text), tuple(_told(grid, found, coded, words, assumed))


def _told(grid: Grid, found: Found, coded: pa.Array, words: list[str], assumed: Mapping[str, str]) -> list[Finding]:
    header = found.roles.headers["currency"]
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": found.header + 1, "column": header}
    if not assumed:
        return []
    counts = Counter(words[index] for index in coded.indices.drop_null().to_pylist())
    return [finding(ASSUMED, **place, value=word, currency=code, count=counts[word]) for word, code in assumed.items()]
