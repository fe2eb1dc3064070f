"""Lists of several assemblies one below the other, each under a title that names it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import read_header, roles_of
from deminimis.readers.tables.preamble import Preamble, label_means, read_preamble
from deminimis.readers.tables.raw_tables import Built, bom_rows, child_roles, raw_table, records
from deminimis.readers.tables.totals import is_total

SUMMARY = "it adds up the lists above it"
PAGE = re.compile(
    r"\b(page|seite|blatt|sheet|página|pagina|strona|стр|лист)\b|[页頁]|\d\s*(/|of|von|de|из)\s*\d|^[\d\s.:/-]*$",
    re.IGNORECASE,
)
"""What printers put above a header that is repeated on every page."""


TITLE_CELLS, LABEL_CELLS = 4, 2
"""Filled cells up to which a row is two labels with their values, and no line without quantity; or one label."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a table: title rows to the part they name ("" for a summary), and the part above the header.

    Parameters
    ----------
    titles : mapping of row to str
        Rows inside the table, from 0.
    first : str
        Part of the rows before the first of them.
    summary : bool
        The rows before the first of them add up what stands above.
    between : frozenset of int
        Rows between a list and the repeated header of the next one.
    unread : mapping of row to str
        What stands above a repeated header and names no part that is understood.
    doubt : str
        A quantity above one of the lists inside that its numbers may be for, or "".
    """

    titles: Mapping[int, str]
    first: str = ""
    summary: bool = False
    between: frozenset[int] = frozenset()
    unread: Mapping[int, str] = field(default_factory=dict)
    doubt: str = ""


def title_of(cells: list[str]) -> str | None:
    """Return the part that a row names as the title of a list, "" for the title of a summary, None for other rows.

    Examples
    --------
    >>> title_of(["Bill of Material: P-1", ""]), title_of(["Recapitulation of: P-1"]), title_of(["P-1", "2"])
    ('P-1', '', None)
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    label, colon, behind = filled[0].replace("：", ":").partition(":") if len(filled) == 1 else ("", "", "")
    means = label_means(label) if colon and behind.strip() else ""
    return {"list_title": behind.strip(), "summary": ""}.get(means)


def blocks_of(grid: Grid, found: Found) -> Blocks | None:
    """Find the titles in and above a list that names no parents.

    Parameters
    ----------
    grid : Grid
        The sheet, as it was read.
    found : Found
        A table of the shape flat_list.

    Returns
    -------
    Blocks or None
        None where the table is one list.
    """
    inside = range(found.header + 1, found.last(grid.height))
    narrow = np.flatnonzero(grid.filled() == 1).tolist()
    titles = {row: title for row in narrow if row in inside and (title := title_of(grid.row(row))) is not None}
    above = next((title for row in _just_above(grid, found) if (title := title_of(grid.row(row))) is not None), None)
    stacked = _stacked(grid, found)
    titles = {**stacked.titles, **titles}
    if not titles and not stacked.unread and above != "":
        return None
    return replace(stacked, titles=titles, first=above or "", summary=above == "")


def _stacked(grid: Grid, found: Found) -> Blocks:
    """Find the lists below repetitions of the header, and the parts that the rows above each of these name."""
    titles: dict[int, str] = {}
    unread: dict[int, str] = {}
    between: set[int] = set()
    doubt = ""
    known = {" ".join(grid.row(row)).strip() for row in _just_above(grid, found)}
    for header in _repetitions(grid, found):
        rows = _gap(grid, found, header)
        words = {row: " ".join(grid.row(row)).strip() for row in rows}
        if not rows:
            continue
        said = read_preamble(grid, header, first=rows[0])
        printed_for = said.unclear or said.required_quantity or said.base_quantity
        if said.material:
            titles[rows[0]] = said.material
            between |= set(rows)
            doubt = doubt or ("" if printed_for == "1" else printed_for)
        else:
            strange = {row: text for row, text in words.items() if text not in known and not PAGE.search(text)}
            unread |= {row: text for row, text in strange.items() if title_of(grid.row(row)) is None}
    return Blocks(titles, between=frozenset(between), unread=unread, doubt=doubt)


def _repetitions(grid: Grid, found: Found) -> list[int]:
    """Return the rows inside a table that say its header again."""
    ids = grid.text[found.roles.columns["part_number"]]
    same = pc.fill_null(pc.equal(ids, ids[found.header]), False)
    rows = np.flatnonzero(same.to_numpy(zero_copy_only=False)).tolist()
    inside = range(found.header + 1, found.last(grid.height))
    return [row for row in rows if row in inside and _names_columns(grid.row(row), found)]


def _gap(grid: Grid, found: Found, header: int) -> list[int]:
    """Return the rows with a few words directly above a repeated header, downwards."""
    columns = found.roles.columns
    amount = next((columns[role] for role in ("quantity", "quantity_total") if role in columns), None)
    rows: list[int] = []
    for row in range(header - 1, found.header, -1):
        cells = grid.row(row)
        labelled = any(label_means(cell.partition(":")[0]) for cell in cells)
        said = [cell.strip() for cell in cells if cell.strip()]
        counted = cells[amount].strip() if amount is not None else ""
        line = cells[columns["part_number"]].strip() and counted
        # "Assembly" may be the label of a title, and the kind of a part in a line of the list above.
        surely = line and counted[:1].isdigit() and len(said) > LABEL_CELLS and not any(":" in word for word in said)
        if surely or (not labelled and (line or is_total(cells) or len(said) > TITLE_CELLS)):
            break
        if any(cell.strip() for cell in cells):
            rows.append(row)
    return rows[::-1]


def _just_above(grid: Grid, found: Found) -> list[int]:
    """Return the rows above the header, upwards, to the next table."""
    filled = grid.filled()[: found.header]
    wide = np.flatnonzero(filled > 1)
    return list(range(found.header - 1, int(wide[-1]) if len(wide) else -1, -1))


def build_blocks(grid: Grid, found: Found, blocks: Blocks, stem: str, preamble: Preamble, choices: Choices) -> Built:
    """Build lines from blocks, each in the part that its title names.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape flat_list.
    blocks : Blocks
        Of `blocks_of`.
    stem : str
        Part of rows without title.
    preamble : Preamble
        What stands above the first of them.
    choices : Choices
        What the user says.

    Returns
    -------
    Built
        A summary is left out: it lists again what the blocks list.
    """
    rows, skipped = bom_rows(grid, found, "part_number")
    parents: dict[int, str] = {}
    first = blocks.first or preamble.material
    parent, summary = first or stem, blocks.summary
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
    told: tuple[Finding, ...] = ()
    for row in range(found.header + 1, found.last(grid.height)):
        if row in blocks.titles:
            parent, summary = blocks.titles[row], not blocks.titles[row]
            skipped[row] = "the title of a list"
        elif row in blocks.between:
            skipped[row] = "it stands above a repeated header"
        elif row in blocks.unread:
            text = blocks.unread[row]
            parents[row] = parent
            told += (finding("LIST_TITLE_NOT_READ", **place, row=row + 1, value=text, detail=parent),)
        elif summary:
            skipped.setdefault(row, SUMMARY)
        elif _names_columns(grid.row(row), found):
            skipped[row] = "repeated header"
        else:
            parents[row] = parent
    rows = rows[[row not in skipped for row in rows.tolist()]]
    given = {"parent": pa.array([parents[row] for row in rows.tolist()], pa.string())}
    raw = raw_table(grid, "lines", child_roles(found.roles), rows, given)
    if not first and stem in given["parent"].to_pylist():
        told += (finding("PARENT_ASSUMED", **place, value=stem),)
    told += _doubts(found, place, replace(preamble, unclear=preamble.unclear or blocks.doubt), choices)
    return Built((("lines", raw), *records(grid, found, "part_number", rows)), skipped, told, record_repeats=True)


def _doubts(found: Found, place: dict[str, Any], preamble: Preamble, choices: Choices) -> tuple[Finding, ...]:
    """Tell that quantities may not be those of one parent, of which nobody says for which of the lists that holds."""
    printed_for = preamble.unclear or preamble.required_quantity or preamble.base_quantity
    if choices.quantity_basis == "per_parent" or (not choices.quantity_basis and printed_for in ("", "1")):
        return ()
    doubt = f"several lists are for {printed_for or choices.quantity_basis}"
    column = found.roles.headers.get("quantity", "")
    return (finding("QUANTITY_BASIS_UNCLEAR", **place, column=column, value="per_parent", detail=doubt),)


def _names_columns(cells: list[str], found: Found) -> bool:
    """Return whether a row says the part number's header again, and another one."""
    again = read_header(cells[found.roles.columns["part_number"]]).full == _key(found, "part_number")
    known = sum(bool(roles_of(read_header(cell))[0]) for cell in cells if cell.strip())
    return again and known > 1


def _key(found: Found, role: str) -> str:
    return read_header(found.roles.headers[role]).full
