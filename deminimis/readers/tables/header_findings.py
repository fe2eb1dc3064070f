"""What the header row of a table leaves open: columns that are not used, missing, doubtful or of unknown meaning."""

from __future__ import annotations

from collections.abc import Iterator

from deminimis.model.findings import Finding, finding
from deminimis.readers.cells.cell_words import currency_said
from deminimis.readers.grid import Grid
from deminimis.readers.lists.level_columns import LEVEL_COLUMN
from deminimis.readers.tables.content_columns import names_content
from deminimis.readers.tables.found import Found

NUMBERED = frozenset({"part_number", "child", "mfr_number", "supplier_number", "customer_number"})
"""Columns that say which part the row is about."""


def header_findings(grid: Grid, found: Found) -> Iterator[Finding]:
    """Tell what of the names of a table's columns is not used, not clear or not known.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        The table.

    Yields
    ------
    Finding
    """
    place = {"file": grid.file, "sheet": grid.sheet}
    header = found.header + 1
    numbered = any(role in NUMBERED for role in found.roles.columns)
    for column in found.roles.unused:
        code = "CONTENT_COLUMN_NOT_USED" if numbered and names_content(column) else "COLUMN_NOT_USED"
        yield finding(code, **place, row=header, column=column, value=column)
    for column in found.missing:
        yield finding("COLUMN_MISSING", **place, row=header, column=column, value=column)
    for name in found.roles.unclear.values():
        yield finding("COLUMN_MULTIPLE", **place, row=header, column=name, value=name)
    price = found.roles.headers.get("unit_value", "")
    if price and currency_said(price) is not None:
        yield finding("PRICE_BY_CURRENCY", **place, row=header, column=price, value=price)
    levels = [name for name in found.roles.unused if LEVEL_COLUMN.fullmatch(name.strip())]
    if len(levels) > 1:
        yield finding("LEVELS_IN_COLUMNS", **place, row=header, column=levels[0], value=", ".join(levels))
    columns = found.roles.columns
    part = columns.get("child", columns.get("part_number"))
    if found.shape == "flat_list" and part is not None and (names := _parents_unnamed(grid, found, part)):
        said = f'--map "parent={names[0]}" reads it so' if len(names) == 1 else f"so may {', '.join(names[1:])}"
        yield finding("PARENT_NOT_NAMED", **place, row=header, column=names[0], value=names[0], detail=said)
    if part is not None and part == columns.get("description"):
        name = found.roles.headers["description"]
        yield finding("NAME_AS_NUMBER", **place, row=header, column=name, value=name)


def _parents_unnamed(grid: Grid, found: Found, part: int) -> list[str]:
    """Return the headers of columns that are not used and hold part numbers of other rows, as one of parents does."""
    names = []
    rows = slice(found.header + 1, found.last(grid.height))
    parts = {(word or "").strip() for word in grid.text[part].to_pylist()[rows]} - {""}
    for at, column in enumerate(grid.text):
        name = column[found.header].as_py()
        if at in found.roles.columns.values() or not (name or "").strip():
            continue
        words = {(word or "").strip() for word in column.to_pylist()[rows]} - {""}
        if words & parts and 2 * len(words & parts) >= len(words) and len(words) < len(parts):
            names.append(" ".join(name.split()))
    return names
