"""Rows that are in the file and not in the product: not fitted, deleted, text items, other variants."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.errors import LayoutError
from deminimis.model.findings import Finding, finding
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.lists.levels import read_level
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.struck_rows import struck_rows

PERCENT = frozenset({"%", "wt%", "wt.%", "% w/w", "mass%", "mass %"})
NAMES = ("part_number", "child", "description")
FLAGS = {"not_fitted": "not fitted", "deleted": "deleted", "co_product": "a co-product: made, not contained"}
"""Columns that say yes, and the reason why a row that does is left out."""
REMARK = "remark"
"""Any column without a role."""
BETWEEN_VARIANTS = re.compile(r"\s*(?:[,;/|+&\n、，；]|\b(?:and|or|und|oder|et|ou)\b)\s*", re.IGNORECASE)


@cache
def _words() -> Mapping[tuple[str, str], str]:
    with files(__package__).joinpath("row_flags.csv").open(encoding="utf-8") as stream:
        return {(row["role"], row["word"]): row["leaves_out"] for row in csv.DictReader(stream)}


def left_out(role: str, word: str) -> str:
    """Return why a row is left out whose column of a role says a word, "" if it is not.

    Parameters
    ----------
    role : str
        not_fitted, deleted, co_product or line_type.
    word : str
        The cell.

    Returns
    -------
    str

    Examples
    --------
    >>> left_out("not_fitted", "DNP"), left_out("not_fitted", "no"), left_out("line_type", "T")
    ('not fitted', '', 'a text item, no part')
    """
    said = word.strip().casefold()
    if (role, said) in _words():
        return _words()[role, said]
    return FLAGS[role] if role in FLAGS and ("*", said) in _words() else ""


def flagged_rows(grid: Grid, found: Found, choices: Choices) -> tuple[dict[int, str], tuple[Finding, ...]]:
    """Find the rows of a table that are not in the product.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        The table.
    choices : Choices
        May name the variant.

    Returns
    -------
    reasons : dict of row to reason
        Rows count from 0.
    findings : tuple of Finding
        Errors of the rows' parts: fixed quantities, variants nobody chose, flags that say neither yes nor no, marks
        that leave it open whether the row is in the product, strikes. A warning for bulk material and deleted rows.

    Raises
    ------
    LayoutError
        The table has variants, but not the one chosen.
    """
    reasons: dict[int, str] = {}
    for role in (*FLAGS, "line_type"):
        for row, word in _said(grid, found, role):
            if why := left_out(role, word):
                reasons.setdefault(row, why)
    materials = [row for row in _in_percent(grid, found) if row not in reasons]
    reasons |= dict.fromkeys(materials, "a material of the part above, in per cent of its mass")
    variants = list(_said(grid, found, "variant"))
    reasons |= {row: why for row, why in _of_others(grid, variants, choices).items() if row not in reasons}
    struck, told_of_strikes = struck_rows(grid, replace(found, left_out=reasons))
    reasons |= struck
    reasons |= _beneath(grid, found, reasons)
    told = (
        *_unread(grid, found),
        *_unclear(grid, found),
        *_unchosen(grid, found, variants, choices),
        *_fixed(grid, found),
    )
    kept = [one for one in told if one.row - 1 not in reasons]
    return reasons, (*told_of_strikes, *kept, *_bulk(grid, found, reasons))


def _of_others(grid: Grid, variants: list[tuple[int, str]], choices: Choices) -> dict[int, str]:
    """Return the rows that belong to other variants than the chosen one.

    Raises
    ------
    LayoutError
        There is no such variant: without its rows every good would look smaller than it is.
    """
    if choices.variant is None or not variants:
        return {}
    chosen = choices.variant.strip().casefold()
    named = {row: _variants(word) for row, word in variants}
    if not any(chosen in names for names in named.values()):
        known = ", ".join(sorted({word.strip() for _, word in variants}))
        raise LayoutError(f"{grid.file} has no variant {choices.variant}: choose from {known}.", file=grid.file)
    every = {word for role, word in _words() if role == "variant"}
    return {row: f"of the variant {word}" for row, word in variants if not named[row] & {chosen, *every}}


def _variants(word: str) -> frozenset[str]:
    """Return the variants that a cell names: the whole of it, or each of several."""
    said = word.strip().casefold()
    return frozenset({said, *BETWEEN_VARIANTS.split(said)} - {""})


def _beneath(grid: Grid, found: Found, reasons: Mapping[int, str]) -> dict[int, str]:
    """Return the rows of a list with levels that stand under one that is left out."""
    at = found.roles.columns.get("level")
    if at is None or not reasons:
        return {}
    gone: dict[int, str] = {}
    above: tuple[int, str] | None = None
    for row, word in _said(grid, found, "level"):
        level = read_level(word)
        if above and level > above[0]:
            gone[row] = f"under a row that is left out ({above[1]})"
        else:
            above = (level, reasons[row]) if row in reasons and level >= 0 else None
    return {row: why for row, why in gone.items() if row not in reasons}


def _unread(grid: Grid, found: Found) -> list[Finding]:
    """Return the words that neither say yes nor no, so that it is not known whether the row is in the product."""
    told = []
    for role in FLAGS:
        for row, word in _said(grid, found, role):
            if not left_out(role, word) and ("no", word.strip().casefold()) not in _words():
                told.append(finding("FLAG_NOT_READ", **_place(grid, found, role, row), value=word.strip()))
    return told


def _unclear(grid: Grid, found: Found) -> list[Finding]:
    """Return the rows marked so that it is not known whether they are in the product, one finding per row."""
    marked: dict[int, tuple[str, str]] = {}
    for row, word in _said(grid, found, "optional"):
        said = word.strip().casefold()
        if not {("no", said), ("needed", said)} & _words().keys():
            marked.setdefault(row, (found.roles.headers["optional"], word.strip()))
    for row, word in _said(grid, found, "status"):
        if ("status", word.strip().casefold()) in _words():
            marked.setdefault(row, (found.roles.headers["status"], word.strip()))
    for at in sorted(set(range(len(grid.text))) - set(found.roles.columns.values())):
        for row, word in _marks(grid, found, at):
            marked.setdefault(row, (grid.text[at][found.header].as_py() or "", word.strip()))
    return [
        finding("ROW_MEMBERSHIP_UNCLEAR", **{**_place(grid, found, "", row), "column": header}, value=word)
        for row, (header, word) in sorted(marked.items())
    ]


def _marks(grid: Grid, found: Found, at: int) -> list[tuple[int, str]]:
    """Return the cells of a column without role that say nothing but a mark, such as DNP, by row."""
    words = [word for role, word in _words() if role == REMARK]
    column = pc.utf8_lower(pc.utf8_trim_whitespace(_below(grid, found, at)))
    rows = pc.indices_nonzero(pc.is_in(column, value_set=pa.array(words, pa.string()))).to_pylist()
    return [(row + found.header + 1, grid.text[at][row + found.header + 1].as_py()) for row in rows]


def _bulk(grid: Grid, found: Found, reasons: Mapping[int, str]) -> list[Finding]:
    """Return a warning that bulk material counts: its quantity may be for something else than one parent."""
    said = [row for row, word in _said(grid, found, "bulk") if ("*", word.strip().casefold()) in _words()]
    rows = [row for row in said if row not in reasons]
    if not rows:
        return []
    place = _place(grid, found, "bulk", rows[0])
    named = {**place, "value": place["part_number"], "part_number": ""}
    return [finding("BULK_COUNTED", **named, count=len(rows))]


def _below(grid: Grid, found: Found, at: int) -> pa.Array:
    return grid.text[at].slice(found.header + 1, found.last(grid.height) - found.header - 1)


def _said(grid: Grid, found: Found, role: str) -> list[tuple[int, str]]:
    """Return the filled cells of a role's column below the header, by row."""
    at = found.roles.columns.get(role)
    if at is None:
        return []
    column = _below(grid, found, at)
    filled = pc.indices_nonzero(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False))
    words = column.take(filled).to_pylist()
    return [(int(row) + found.header + 1, word) for row, word in zip(filled.to_pylist(), words, strict=True)]


def _in_percent(grid: Grid, found: Found) -> list[int]:
    """Return the rows whose unit is per cent."""
    at = found.roles.columns.get("unit")
    if at is None:
        return []
    column = _below(grid, found, at)
    rows = pc.indices_nonzero(pc.is_in(column, value_set=pa.array(sorted(PERCENT)))).to_pylist()
    return [int(row) + found.header + 1 for row in rows]


def _place(grid: Grid, found: Found, role: str, row: int) -> dict[str, Any]:
    header = found.roles.headers.get(role, "")
    part = found.roles.columns.get("child", found.roles.columns.get("part_number"))
    number = "" if part is None else grid.text[part][row].as_py() or ""
    return {"file": grid.file, "sheet": grid.sheet, "row": row + 1, "column": header, "part_number": number}


def _rare_earths(grid: Grid, found: Found, rows: list[int]) -> list[Finding]:
    """Return an error for every material given in per cent whose name may be that of a rare earth."""
    if not rows:
        return []
    from deminimis.readers.declared.substances import identify

    told = []
    for row in rows:
        cells = [grid.text[at][row].as_py() or "" for role, at in found.roles.columns.items() if role in NAMES]
        named = next(
            (cell for cell in cells if (known := identify(cell, "", in_magnet=False)).materials or known.code), ""
        )
        if named:
            place = {**_place(grid, found, "unit", row), "part_number": ""}
            told.append(finding("MATERIAL_IN_PERCENT", **place, value=named))
    return told


def _unchosen(grid: Grid, found: Found, variants: list[tuple[int, str]], choices: Choices) -> list[Finding]:
    every = {word for role, word in _words() if role == "variant"}
    variants = [(row, word) for row, word in variants if word.strip().casefold() not in every]
    names = sorted({word.strip() for _, word in variants})
    if choices.variant is not None or not names:
        return []
    said = ", ".join(names[:5])
    return [finding("VARIANT_NOT_CHOSEN", **_place(grid, found, "variant", row), value=said) for row, _ in variants]


def _fixed(grid: Grid, found: Found) -> list[Finding]:
    rows = [row for row, word in _said(grid, found, "fixed_quantity") if ("*", word.strip().casefold()) in _words()]
    return [finding("QTY_FIXED", **_place(grid, found, "fixed_quantity", row), value="fixed") for row in rows]
