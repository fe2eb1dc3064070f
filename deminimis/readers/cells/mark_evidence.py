"""What speaks for a decimal mark where the cells of a table leave it open: other columns, the rows above, the headers.

A quantity such as "10,000" is ten or ten thousand. A person is sure where the rest of the file is written in one way
only; where it is not, the cell stays an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.cells.decimal_marks import COMMA, POINT, Column, Proof
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import languages_of
from deminimis.readers.tables.preamble import Preamble

THREE = {
    mark: rf"^\s*[1-9][0-9]{{0,2}}{re.escape(mark)}[0-9]{{3}}(\s*[^0-9.,\s][^0-9.,]*)?$" for mark in (POINT, COMMA)
}
"""A whole number grouped by threes under one mark, three decimals under the other; a unit may stand behind it."""
TWO = {
    mark: rf"^\s*[+-]?([0-9]+|[1-9][0-9]{{0,2}}({re.escape(other)}[0-9]{{3}})+){re.escape(mark)}[0-9]{{2}}\s*%?\s*$"
    for mark, other in ((POINT, COMMA), (COMMA, POINT))
}
"""A number of two decimals, as money and percentages are printed."""
WITH_COMMA = frozenset({"de", "fr", "it", "pt", "nl", "pl", "cs", "ro", "tr", "sv", "ru", "vi"})
"""Languages of `columns.csv` written with a decimal comma wherever they are spoken; Spanish is not one of them."""
ENOUGH = 3
"""Cells of three decimals from which on the language of the headers is believed."""
NO_RATIO = frozenset({"line_value", "mass_total", "batch_quantity", "base_quantity"})
"""What is divided by the printed quantity or divides it: not only its ratio to the one above the list counts."""


def further_evidence(grid: Grid, found: Found, preamble: Preamble, basis: str | None) -> tuple[Column, ...]:
    """Return what bears on the decimal mark of a table besides its own cells.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        The table.
    preamble : Preamble
        What stands above it.
    basis : str or None
        Quantity basis that the user names.

    Returns
    -------
    tuple of Column
        Empty where nothing does.
    """
    known = (*_unread_columns(grid, found), *_above(preamble))
    if known:
        return known
    return (*_locale(grid, found), *_same_ratio(grid, found, preamble, basis))[:1]


def _unread_columns(grid: Grid, found: Found) -> Iterator[Column]:
    """Yield the columns without role whose cells are all numbers of two decimals under one mark."""
    for at in sorted(set(range(len(grid.text))) - set(found.roles.columns.values())):
        said = _said(grid, found, at)
        name = (grid.text[at][found.header].as_py() or "").strip()
        for mark, pattern in TWO.items():
            if name and len(said) > 1 and _all_like(said, pattern) and _is_text(grid, found, at):
                yield Column(name, {mark: Proof(len(said), 0, said[0].as_py().strip())})


def _above(preamble: Preamble) -> Iterator[Column]:
    if preamble.mark:
        word = next(word for word in preamble.words if preamble.mark in word)
        yield Column("the rows above the list", {preamble.mark: Proof(1, 0, word)})


def _locale(grid: Grid, found: Found) -> Iterator[Column]:
    """Yield the comma where every quantity has three decimals and the file is of a language written with it.

    No such language groups thousands by a comma, and no list holds a thousand or more of everything.
    """
    spoken = languages_of(found.roles.headers.values())
    with_comma = sum(spoken.get(language, 0) for language in WITH_COMMA)
    if not grid.comma_hint and (with_comma < 2 or 2 * with_comma < sum(spoken.values())):
        return
    for role, said in _quantities(grid, found).items():
        if len(said) >= ENOUGH and _all_like(said, THREE[COMMA]):
            how = "cells are parted by semicolons" if grid.comma_hint else "headers are of a language with the comma"
            name = f"{found.roles.headers[role]}, where every cell has three decimals and the {how}"
            yield Column(name, {COMMA: Proof(len(said), 0, said[0].as_py().strip())})


def _same_ratio(grid: Grid, found: Found, preamble: Preamble, basis: str | None) -> Iterator[Column]:
    """Yield the mark of totals whose quantity above the list is written alike: their ratio is the same either way.

    Notes
    -----
    20,000 for 10,000 products is 2 for one, whether the comma groups thousands or parts decimals.
    """
    columns = found.roles.columns
    required, base = preamble.words
    flat = found.shape == "flat_list"
    word = (required or base) if flat else required
    totals = flat or (basis in (None, "per_top") and "quantity" not in columns and found.shape == "level_number")
    if not word or not totals or (flat and basis) or NO_RATIO & set(columns):
        return
    for mark, pattern in THREE.items():
        said = _quantities(grid, found).values()
        if re.search(pattern, word) and said and all(_all_like(cells, pattern) for cells in said):
            yield Column("the rows above the list, written like every quantity", {mark: Proof(1, 0, word)})


def _all_like(said: pa.Array, pattern: str) -> bool:
    return bool(len(said) and pc.all(pc.match_substring_regex(said, pattern)).as_py())


def _quantities(grid: Grid, found: Found) -> Mapping[str, pa.Array]:
    """Return the filled cells of each column of quantities."""
    columns = found.roles.columns
    return {role: _said(grid, found, columns[role]) for role in ("quantity", "quantity_total") if role in columns}


def _said(grid: Grid, found: Found, at: int) -> pa.Array:
    """Return the filled cells of a column below the header."""
    first, rows = found.header + 1, found.last(grid.height) - found.header - 1
    cells = grid.text[at].slice(first, rows)
    return cells.filter(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(cells), ""), False))


def proven_mark(grid: Grid, found: Found, preamble: Preamble, basis: str | None, decimal: str) -> str:
    """Return the decimal mark by which a quantity above a table is read, "" where nothing shows it.

    Parameters
    ----------
    grid : Grid
        The sheet as printed, before its numbers are read.
    found : Found
        The table.
    preamble : Preamble
        What stands above it.
    basis : str or None
        Quantity basis that the user names.
    decimal : str
        What the reading of the numbers decided; "" where all are plain decimals.

    Returns
    -------
    str
    """
    if decimal:
        return decimal
    plain = r"^\s*(\d+\.(\d{1,2}|\d{4,})|0\.\d+)\s*$"
    shown = any(pc.any(pc.match_substring_regex(said, plain)).as_py() for said in _printed(grid, found))
    alike = any(POINT in column.proofs for column in _same_ratio(grid, found, preamble, basis))
    return POINT if shown or alike else ""


def _printed(grid: Grid, found: Found) -> Iterator[pa.Array]:
    """Yield the columns of quantities that are text: a number of a spreadsheet shows no mark."""
    columns = found.roles.columns
    for role in ("quantity", "quantity_total"):
        if role in columns and _is_text(grid, found, columns[role]):
            yield _said(grid, found, columns[role])


def _is_text(grid: Grid, found: Found, at: int) -> bool:
    """Return whether a column is text, as a text file or a person wrote it, and no number of a spreadsheet."""
    if not grid.numbers:
        return True
    if grid.xml is None or grid.numbers[at].null_count < grid.height:
        return False
    return not grid.xml.numeric((row, at + grid.offset) for row in range(found.header + 1, found.last(grid.height)))
