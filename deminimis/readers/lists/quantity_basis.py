"""What a printed quantity counts, found by test where the list allows it, and brought to one parent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deminimis.readers.grid import Grid
from deminimis.readers.lists.row_tree import Tree
from deminimis.readers.tables.preamble import COUNTED, label_means

Amounts = Sequence[Fraction | None]
ROUNDED = Fraction(1, 1000)
"""Systems print totals with three decimals."""
FAR = 5
"""Factor between two totals that no loss explains."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis of a list's quantities: its name, the size of a batch, what shows it, and whose batch it is.

    Parameters
    ----------
    name : str
        One of `BASES`.
    size : Fraction
        For how many parents.
    evidence : str
    unclear : bool
        Something contradicts it.
    of : str
        "top" where only the first lines are for several, else "".
    """

    name: str
    size: Fraction = Fraction(1)
    evidence: str = ""
    unclear: bool = False
    of: str = ""


def named_basis(word: str, evidence: str) -> Basis:
    """Return the basis that a word names.

    Examples
    --------
    >>> named_basis("per_batch:100", "").size
    Fraction(100, 1)
    """
    name, _, size = word.partition(":")
    return Basis(name, Fraction(size) if size else Fraction(1), evidence)


def names_base(grid: Grid, header: int) -> bool:
    """Return whether the rows above a list may say for how many of its product it is kept.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : int
        The header row, from 0.

    Returns
    -------
    bool
    """
    cells = [cell for row in range(header) for cell in grid.row(row) if cell.strip()]
    labels = {label.strip() for cell in cells for label in (cell, *re.split(r"[:：]|\s{2,}", cell))}
    labels |= {counted[1] for cell in cells if (counted := COUNTED.fullmatch(cell))}
    return any(label_means(label) == "base_quantity" for label in labels)


def basis_by_test(parts: Sequence[str], tree: Tree, amounts: Amounts, assumed: str) -> Basis:
    """Test what the quantities count, on the sub-assemblies that are printed under parents of different quantity.

    Parameters
    ----------
    parts : sequence of str (rows,)
        Part numbers.
    tree : Tree
        Which row stands under which.
    amounts : sequence of Fraction or None (rows,)
        Printed quantities.
    assumed : str
        The basis that the header names, or the usual one.

    Returns
    -------
    Basis
        Where the sub-assembly's own quantity differs between two printings and those of its parts are equal, they are
        per parent; where they are in proportion, per top. Unclear where the header or another block says otherwise.
    """
    equal, proportional = _evidence(parts, tree, amounts)
    if equal < 0 and proportional < 0:
        return Basis(assumed)
    if equal >= 0 and proportional >= 0:
        opposite = f"those under {parts[equal]} and those under {parts[proportional]} say opposite things"
        return Basis(assumed, evidence=opposite, unclear=True)
    row, shown = (equal, "per_parent") if equal >= 0 else (proportional, "per_top")
    how = "do not change" if equal >= 0 else "change in proportion"
    evidence = f"the quantities under {parts[row]} {how} with its own quantity"
    return Basis(shown, evidence=evidence, unclear=assumed == "per_top" and shown != assumed)


def _evidence(parts: Sequence[str], tree: Tree, amounts: Amounts) -> tuple[int, int]:
    """Return a row whose parts' quantities equal those of an earlier printing, and one where they are in proportion."""
    beneath = tree.beneath()
    first: dict[str, int] = {}
    equal = proportional = -1
    for row, children in sorted(beneath.items()):
        original = first.setdefault(parts[row], row)
        mine, theirs = amounts[row], amounts[original]
        if original == row or not mine or not theirs or mine == theirs:
            continue
        here = sorted((parts[child], amounts[child] or 0) for child in children)
        there = sorted((parts[child], amounts[child] or 0) for child in beneath[original])
        if not any(amount for _, amount in there):
            continue
        if here == there:
            equal = row if equal < 0 else equal
        elif here == [(part, amount * mine / theirs) for part, amount in there]:
            proportional = row if proportional < 0 else proportional
    return equal, proportional


def per_parent(basis: Basis, tree: Tree, amounts: Amounts, top: Fraction = Fraction(1)) -> list[Fraction | None]:
    """Bring the quantities of a list to one parent.

    Parameters
    ----------
    basis : Basis
        What they count.
    tree : Tree
        Which row stands under which.
    amounts : sequence of Fraction or None (rows,)
        As printed.
    top : Fraction
        How many of the top assembly a list "per top" is printed for, where no row says it.

    Returns
    -------
    list of Fraction or None (rows,)
        None where it cannot be said: the quantity itself or the one it is divided by is not known, or zero.

    Notes
    -----
    per_top: quantity / quantity of the row above; per_batch: quantity / size; instances: 1; per_parent_line: quantity /
    the own quantity of the row above, so found from the top downwards.
    """
    if basis.name == "instances":
        return [Fraction(1)] * len(amounts)
    if basis.name == "per_batch":
        return [None if amount is None else amount / basis.size for amount in amounts]
    found: list[Fraction | None] = []
    for row, amount in enumerate(amounts):
        above = tree.parent[row]
        if basis.name == "per_parent":
            divisor: Fraction | None = Fraction(1)
        elif above < 0:
            divisor = top
        elif basis.name == "per_top":
            divisor = amounts[above] if tree.parent[above] >= 0 or amounts[above] is not None else top
        else:
            divisor = found[above] if tree.parent[above] >= 0 or found[above] is not None else Fraction(1)
        found.append(amount / divisor if amount is not None and divisor else None)
    return found


def kept_for_base(own: Amounts, tree: Tree, base: Fraction, absent: bool) -> list[Fraction | None]:
    """Bring the first lines of a list that is kept for several of its product to one of it.

    Parameters
    ----------
    own : sequence of Fraction or None (rows,)
        Quantities, those of the first lines per `base` products.
    tree : Tree
        Which row stands under which.
    base : Fraction
        How many products they are for.
    absent : bool
        The product is no row, so that the topmost rows are the first lines.

    Returns
    -------
    list of Fraction or None (rows,)
    """
    first = {row for row, above in enumerate(tree.parent) if (above < 0 if absent else above >= 0 > tree.parent[above])}
    return [None if amount is None else amount / (base if row in first else 1) for row, amount in enumerate(own)]


def off_totals(tree: Tree, amounts: Amounts, totals: Amounts, absent: bool) -> list[int]:
    """Return the rows whose quantity, times the total of the row above, is far from their own total.

    Parameters
    ----------
    tree : Tree
        Which row stands under which.
    amounts, totals : sequence of Fraction or None (rows,)
        Quantities per parent and in the whole list, as printed.
    absent : bool
        The product is no row.

    Returns
    -------
    list of int

    Notes
    -----
    Losses and rounding make totals differ a little; a batch makes them differ by its size. The list may be printed for
    several products, which its first lines show.
    """
    ratios = {
        totals[row] / amounts[row]  # type: ignore[operator]
        for row, above in enumerate(tree.parent)
        if (above < 0) == absent and (absent or tree.parent[above] < 0) and amounts[row] and totals[row]
    }
    top = ratios.pop() if len(ratios) == 1 else Fraction(1)
    found = []
    for row, (amount, total) in enumerate(zip(amounts, totals, strict=True)):
        above = tree.parent[row]
        whole = top if above < 0 or (tree.parent[above] < 0 and not absent) else totals[above]
        if amount is None or total is None or whole is None or (above < 0 and not absent) or row in tree.left_out:
            continue
        expected = amount * whole
        if abs(total - expected) > ROUNDED and not abs(expected) / FAR < abs(total) < abs(expected) * FAR:
            found.append(row)
    return found
