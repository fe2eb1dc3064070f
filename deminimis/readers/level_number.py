"""Level numbers to lines: each row stands under the nearest row above it that is one level up."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.layouts import Found
from deminimis.readers.raw_tables import Built, Rows, bom_rows, child_roles, raw_table, records

COMPARED = ("quantity", "unit", "scrap_percent", "yield_percent", "usage_percent", "alternate_group")
"""What two printings of one line must agree in; positions may count on through the file."""
UNREADABLE = -1
NAMELESS = "it has no part number"


@dataclass(frozen=True, slots=True)
class Tree:
    """Rows under rows, all counting from 0 within the table.

    Parameters
    ----------
    parent : tuple of int
        Row above, -1 for a root; meaningless for the rows in `left_out`.
    left_out : mapping of row to reason
        Rows that stand under nothing.
    jumps : tuple of (row, last row kept, level of that row)
    """

    parent: tuple[int, ...]
    left_out: Mapping[int, str]
    jumps: tuple[tuple[int, int, int], ...]


def read_level(word: str) -> int:
    """Return the level a word says: a number, dots in front or not; an outline number; or as many dots or arrows.

    Examples
    --------
    >>> [read_level(word) for word in ("2", "..2", "...", "> >", "1.2.1", "2.0", "top")]
    [2, 2, 3, 2, 3, 2, -1]
    """
    word = word.strip()
    if found := re.fullmatch(r"[.>\-+\s]*(\d{1,4})(\.0+)?", word):
        return int(found[1])
    if re.fullmatch(r"\d+(\.\d+)+\.?", word):
        return word.strip(".").count(".") + 1
    return len(re.findall(r"[.>]", word)) if re.fullmatch(r"[.>\s]+", word) else UNREADABLE


def grow(levels: Sequence[int], nameless: Collection[int] = ()) -> Tree:
    """Find the row above each row.

    Parameters
    ----------
    levels : sequence of int
        One per row; -1 = the level cannot be read, and the row is left out.
    nameless : collection of int
        Rows without part number: left out with all beneath them, but their parent is known.

    Returns
    -------
    Tree

    Examples
    --------
    >>> grow([0, 1, 2, 1, 3]).parent
    (-1, 0, 1, 0, -1)
    """
    lowest = min((level for level in levels if level >= 0), default=0)
    above: list[int] = []
    parent, jumps = [], []
    left_out: dict[int, str] = {}
    blocked = -1
    for row, level in enumerate(levels):
        depth = level - lowest
        parent.append(-1)
        if level < 0:
            left_out[row] = "its level cannot be read"
            blocked = len(above)
        elif blocked >= 0 and depth > blocked:
            left_out[row] = "under a row that is left out"
        elif depth > len(above):
            left_out[row] = "a level is missing above it"
            jumps.append((row, above[-1] if above else -1, lowest + len(above) - 1))
            blocked = depth
        else:
            parent[-1] = above[depth - 1] if depth else -1
            above[depth:] = [] if row in nameless else [row]
            blocked = depth if row in nameless else -1
            left_out |= {row: NAMELESS} if row in nameless else {}
    return Tree(tuple(parent), left_out, tuple(jumps))


@dataclass(frozen=True, slots=True)
class Folded:
    """Repeated blocks of lines: rows that repeat an earlier block, and parts whose blocks differ (part to row)."""

    repeats: Mapping[int, int]
    differing: Mapping[str, int]


def fold(parts: Sequence[str], tree: Tree, said: Sequence[tuple[str, ...]]) -> Folded:
    """Find sub-assemblies printed more than once.

    Parameters
    ----------
    parts : sequence of str
        Part number of each row.
    tree : Tree
        Which row stands under which.
    said : sequence of tuple of str
        What each row says of its line, apart from the part number.

    Returns
    -------
    Folded
        A printing without lines is none; two equal lines inside one printing stay two.
    """
    beneath: dict[int, list[int]] = {}
    for row, above in enumerate(tree.parent):
        if above >= 0 and row not in tree.left_out:
            beneath.setdefault(above, []).append(row)
    first: dict[str, int] = {}
    repeats: dict[int, int] = {}
    differing: dict[str, int] = {}
    for instance, rows in sorted(beneath.items()):
        original = first.setdefault(parts[instance], instance)
        if original == instance:
            continue
        blocks = [sorted((parts[row], said[row]) for row in block) for block in (beneath[original], rows)]
        if blocks[0] != blocks[1]:
            differing.setdefault(parts[instance], instance)
        repeats |= dict.fromkeys(rows, original)
    return Folded(repeats, differing)


def build_level_number(grid: Grid, found: Found) -> Built:
    """Build lines and records from rows that bear a level number.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.

    Returns
    -------
    Built
        Blocks of a sub-assembly that repeat are folded into one; differing ones are a finding BLOCKS_DIFFER.
    """
    rows, skipped = bom_rows(grid, found, "part_number")
    cells = {role: grid.text[index].take(pa.array(rows)).to_pylist() for role, index in found.roles.columns.items()}
    parts = [part or "" for part in cells["part_number"]]
    nameless = {row for row, part in enumerate(parts) if not part.strip()}
    tree = grow([read_level(word or "") for word in cells["level"]], nameless)
    folded = fold(parts, tree, list(zip(*(cells[role] for role in COMPARED if role in cells), strict=True)))
    kept = {
        r for r, above in enumerate(tree.parent) if above >= 0 and r not in folded.repeats and r not in tree.left_out
    }
    lines = np.array(sorted(kept | nameless), dtype=np.int64)
    parent = pa.array([_parent_of(row, tree, parts) for row in lines.tolist()], pa.string())
    raw = raw_table(grid, "lines", child_roles(found.roles), rows[lines], {"parent": parent})
    reasons = {row: reason for row, reason in tree.left_out.items() if row not in nameless}
    reasons |= {row: f"repeats the lines under row {rows[of] + 1}" for row, of in folded.repeats.items()}
    skipped |= {int(rows[row]): reason for row, reason in reasons.items()}
    present = np.array([row for row in range(len(rows)) if row not in tree.left_out], dtype=np.int64)
    findings = (*_level_findings(grid, found, rows, cells["level"], parts, tree), *_differing(grid, rows, folded))
    tables = (("lines", raw), *records(grid, found, "part_number", rows[present]))
    return Built(tables, skipped, findings, record_repeats=True)


def _parent_of(row: int, tree: Tree, parts: Sequence[str]) -> str:
    """Return the part a row stands under; for a row left out, the part it would make unreliable."""
    if tree.parent[row] >= 0:
        return parts[tree.parent[row]]
    return _last_kept(row, tree, parts)


def _last_kept(row: int, tree: Tree, parts: Sequence[str]) -> str:
    return next((parts[above] for above in range(row - 1, -1, -1) if above not in tree.left_out), "")


def _level_findings(
    grid: Grid, found: Found, rows: Rows, words: Sequence[str | None], parts: Sequence[str], tree: Tree
) -> list[Finding]:
    place = {"file": grid.file, "sheet": grid.sheet, "column": found.roles.headers["level"]}
    told = [
        finding("LEVEL_JUMP", **place, row=int(rows[r]) + 1, value=words[r], before=before, part_number=parts[last])
        for r, last, before in tree.jumps
    ]
    unread = [r for r, why in tree.left_out.items() if why.startswith("its level") and parts[r].strip()]
    return told + [
        finding(
            "NUMBER_NOT_READ",
            **place,
            row=int(rows[r]) + 1,
            value=words[r] or "",
            part_number=_last_kept(r, tree, parts),
        )
        for r in unread
    ]


def _differing(grid: Grid, rows: Rows, folded: Folded) -> list[Finding]:
    return [
        finding("BLOCKS_DIFFER", file=grid.file, sheet=grid.sheet, row=int(rows[row]) + 1, value=part, part_number=part)
        for part, row in folded.differing.items()
    ]
