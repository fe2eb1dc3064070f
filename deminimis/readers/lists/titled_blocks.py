"""Lists of several assemblies one below the other, each under a title that names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model.findings import Finding, finding
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import read_header, roles_of
from deminimis.readers.tables.preamble import Preamble, label_means
from deminimis.readers.tables.raw_tables import Built, bom_rows, child_roles, raw_table, records

SUMMARY = "it adds up the lists above it"


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
    """

    titles: Mapping[int, str]
    first: str = ""
    summary: bool = False


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
    if not titles and above != "":
        return None
    return Blocks(titles, above or "", summary=above == "")


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
    parent, summary = blocks.first or stem, blocks.summary
    for row in range(found.header + 1, found.last(grid.height)):
        if row in blocks.titles:
            parent, summary = blocks.titles[row], not blocks.titles[row]
            skipped[row] = "the title of a list"
        elif summary:
            skipped.setdefault(row, SUMMARY)
        elif _names_columns(grid.row(row), found):
            skipped[row] = "repeated header"
        else:
            parents[row] = parent
    rows = rows[[row not in skipped for row in rows.tolist()]]
    given = {"parent": pa.array([parents[row] for row in rows.tolist()], pa.string())}
    raw = raw_table(grid, "lines", child_roles(found.roles), rows, given)
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
    unnamed = not blocks.first and stem in given["parent"].to_pylist()
    told: tuple[Finding, ...] = (finding("PARENT_ASSUMED", **place, value=stem),) if unnamed else ()
    told += _doubts(found, place, preamble, choices)
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
