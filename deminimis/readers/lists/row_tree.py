"""Rows under rows: which row stands under which, and blocks of a sub-assembly that are printed more than once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from deminimis.units import unit_name

COMPARED = ("unit", "scrap_percent", "yield_percent", "usage_percent", "alternate_group")
"""What two printings of one line must agree in, besides its quantity; positions may count on through the file."""
PRINTED = (*COMPARED, "loss_percent", "batch_quantity", "alternate_rank", "valid_from", "valid_to")
"""What else changes what a line counts where it stands in a list with levels, in columns of the list."""
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
    jumps : tuple of (row, last row kept or -1, level of that row)
    """

    parent: tuple[int, ...]
    left_out: Mapping[int, str]
    jumps: tuple[tuple[int, int, int], ...]

    def beneath(self) -> dict[int, list[int]]:
        """Return the rows directly under each row that has some."""
        found: dict[int, list[int]] = {}
        for row, above in enumerate(self.parent):
            if above >= 0 and row not in self.left_out:
                found.setdefault(above, []).append(row)
        return found

    def without(self, rows: Iterable[int], reason: str) -> Tree:
        """Return the tree without some rows and all beneath them."""
        gone = {row: reason for row in rows if row not in self.left_out}
        for row, above in enumerate(self.parent):
            if above in gone and row not in self.left_out:
                gone.setdefault(row, "under a row that is left out")
        return replace(self, left_out={**self.left_out, **gone})

    def tops(self) -> list[int]:
        """Return the rows that stand under no row."""
        return [row for row, above in enumerate(self.parent) if above < 0 and row not in self.left_out]


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


@dataclass(frozen=True)
class LevelRows:
    """The rows of a list, which all count from 0 in what follows.

    Parameters
    ----------
    rows : ndarray (rows,) of int
        Where they stand on the sheet, from 0.
    parts : sequence of str (rows,)
        Part numbers.
    levels : sequence of str or None (rows,)
        As printed.
    tree : Tree
    amounts : sequence of Fraction or None (rows,)
        Printed quantities.
    nameless : frozenset of int
        Rows without part number.
    """

    rows: npt.NDArray[np.int64]
    parts: Sequence[str]
    levels: Sequence[str | None]
    tree: Tree
    amounts: Sequence[Fraction | None]
    nameless: frozenset[int]

    def last_kept(self, row: int) -> str:
        """Return the part of the nearest row above that is not left out, "" if there is none."""
        above = self._kept_above[row]
        return self.parts[above] if above >= 0 else ""

    @cached_property
    def _kept_above(self) -> list[int]:
        kept = [-1 if row in self.tree.left_out else row for row in range(len(self.parts))]
        return [-1, *accumulate(kept, max)]


@dataclass(frozen=True, slots=True)
class Folded:
    """Repeated blocks of lines: rows that repeat an earlier block, and parts whose blocks differ (part to row)."""

    repeats: Mapping[int, int]
    differing: Mapping[str, int]


def comparable_cell(role: str, cell: str) -> str:
    """Return a cell of a column of `PRINTED` so that two ways of writing one thing are equal.

    Parameters
    ----------
    role : str
        What the column says.
    cell : str
        As printed.

    Returns
    -------
    str

    Examples
    --------
    >>> comparable_cell("unit", "PCS "), comparable_cell("unit", "Handful"), comparable_cell("alternate_group", "a ")
    ('pcs', 'handful', 'a ')
    >>> comparable_cell("scrap_percent", "10  ")
    '10'
    """
    if role == "alternate_group":
        return cell
    return (unit_name(cell) or cell.strip().casefold()) if role == "unit" else cell.strip()


def fold(parts: Sequence[str], tree: Tree, said: Sequence[tuple[Any, ...]]) -> Folded:
    """Find sub-assemblies printed more than once.

    Parameters
    ----------
    parts : sequence of str
        Part number of each row.
    tree : Tree
        Which row stands under which.
    said : sequence of tuple
        What each row says of its line, apart from the part number.

    Returns
    -------
    Folded
        A printing without lines is none; two equal lines inside one printing stay two.
    """
    beneath = tree.beneath()
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
