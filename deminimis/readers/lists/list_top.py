"""What the topmost rows of a list are in: themselves products, or the first lines of one that is no row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from deminimis.model.checks import RawTable
from deminimis.readers.lists.row_tree import Tree

SURE_WORDS = re.compile(r"\.+\s*\d+")
"""Levels written as .1 and ..2 begin below the product, which such lists name above."""


@dataclass(frozen=True, slots=True)
class Top:
    """What the topmost rows are in.

    Parameters
    ----------
    part : str
        Part number, "" where the topmost rows are products themselves.
    assumed : bool
        The list does not name that part.
    judged : tuple of int
        Topmost rows that may be products for all that: they are judged as well.
    """

    part: str = ""
    assumed: bool = False
    judged: tuple[int, ...] = ()


def top_of(
    parts: Sequence[str],
    levels: Sequence[str | None],
    tree: Tree,
    amounts: Sequence[Fraction | None] | None,
    *,
    named: str,
    stem: str,
    absent: bool,
) -> Top:
    """Say what the topmost rows of a list are in.

    Parameters
    ----------
    parts, levels : sequence of str (rows,)
        Part numbers, and levels as printed.
    tree : Tree
        Which row stands under which.
    amounts : sequence of Fraction or None (rows,), optional
        Printed quantities; None where every row is one piece.
    named : str
        The product that the rows above the list name, or "".
    stem : str
        Stands for the product where nothing names it.
    absent : bool
        The layout never prints the product as a row.

    Returns
    -------
    Top

    Notes
    -----
    A row with a quantity is contained in something, one with rows beneath it can be a product. Where both stand at the
    top they are lines of one product, and those with rows beneath are judged besides: products read as one would dilute
    each other. Only a list that names its product, and counts some rows other than by one, is sure to be of it alone.

    Examples
    --------
    >>> from deminimis.readers.lists.row_tree import grow
    >>> tree, one = grow([1, 2, 1]), Fraction(1)
    >>> top_of(["A", "B", "C"], ["1", "2", "1"], tree, [one, one, one], named="", stem="bom", absent=False)
    Top(part='bom', assumed=True, judged=(0,))
    >>> top_of(["A", "B", "C"], ["1", "2", "1"], tree, [one, one, 4 * one], named="P", stem="bom", absent=False)
    Top(part='P', assumed=False, judged=())
    """
    tops, beneath = tree.tops(), tree.beneath()
    if len(tops) == 1 and tops[0] not in beneath and (levels[tops[0]] or "").strip() == "0":
        return Top()
    counted = [row for row in tops if amounts is None or amounts[row] is not None]
    leaves = [row for row in counted if row not in beneath]
    many = [row for row in counted if amounts is not None and amounts[row] != 1]
    from_one = bool(levels) and all(SURE_WORDS.fullmatch((word or "").strip()) for word in levels)
    heads = tuple(row for row in tops if row in beneath)
    alone, names = len(tops) == 1 and heads and not many, bool(named) and named not in parts
    below = names and bool(many or leaves or from_one) and (from_one or not alone)
    if not tops or not (absent or below or leaves or (len(tops) > 1 and (many or from_one))):
        return Top()
    sure = absent or from_one or (names and bool(many)) or (len(tops) == 1 and not heads)
    return Top(named if names else stem, assumed=not names, judged=() if sure else heads)


def with_judged(tables: tuple[tuple[str, RawTable], ...], parts: frozenset[str]) -> tuple[tuple[str, RawTable], ...]:
    """Return the records of a list with some parts marked as finished goods, unless the list marks them itself.

    Parameters
    ----------
    tables : tuple of (table name, RawTable)
        Records of all its parts, or nothing.
    parts : frozenset of str
        Part numbers to mark.
    """
    marked = []
    for name, raw in tables:
        if name == "parts" and "finished_good" not in raw.columns:
            said = ["yes" if word in parts else None for word in raw.columns["part_number"].to_pylist()]
            raw = replace(raw, columns={**raw.columns, "finished_good": pa.array(said, pa.string())})
        marked.append((name, raw))
    return tuple(marked)


def bare_records(
    file: str, sheet: str, parts: Sequence[str], rows: npt.NDArray[np.int64]
) -> tuple[tuple[str, RawTable], ...]:
    """Return records that hold nothing but part numbers."""
    columns = {"part_number": pa.array(parts, pa.string())}
    return (("parts", RawTable(file, sheet, columns, {}, (rows + 1).astype(np.int32))),)
