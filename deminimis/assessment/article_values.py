"""The wing of value: what lines consume, and what one piece of every part is worth and weighs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from deminimis.content import Article, Money, StatedValues, article_reader, masses, read_values
from deminimis.model import Bom, Mask, Numbers, Reading, Structure
from deminimis.rollup import roll_up, sum_children
from deminimis.structure import Quantities, measure_quantities


@dataclass(frozen=True)
class Summed:
    """What lines add up to where only some of them are in the Bom.

    Parameters
    ----------
    part_numbers : pyarrow.StringArray (k,)
        Parts with lines.
    value : ndarray (k,)
        Article value known [base currency].
    value_open : ndarray (k,) of bool
        Something in it has no value.
    contents_value : ndarray (k,)
        Value of what is in it [base currency].
    """

    part_numbers: pa.Array
    value: Numbers
    value_open: Mask
    contents_value: Numbers


@dataclass(frozen=True)
class ArticleValues:
    """Quantities of lines, and the value of every part.

    Parameters
    ----------
    quantities : Quantities
    contained : ndarray (m,)
        Child units in one parent unit that content is counted on.
    paid : ndarray (m,)
        Child units that one parent unit's value is summed over; zero where the parent's value is stated.
    stated : StatedValues
    value : ndarray (n,)
        Article value known [base currency]; all of it unless `value_open`.
    value_open : ndarray (n,) of bool
        Something in it has no value, so that nothing limits the value.
    contents_value : ndarray (n,)
        Value of what is in it [base currency], stated or not.
    masses : tuple of ndarray (n,) and ndarray (n,) of bool
        Mass of one piece [g], and where it is known.
    """

    quantities: Quantities
    contained: Numbers
    paid: Numbers
    stated: StatedValues
    value: Numbers
    value_open: Mask
    contents_value: Numbers
    masses: tuple[Numbers, Mask]

    def articles(self, *, exact: bool = True) -> Callable[[int], Article]:
        """Return a function from part code to `Article`, in `Fraction` or in float64."""
        return article_reader(self.value, ~self.value_open, *self.masses, exact=exact)


def read_article_values(
    bom: Bom, structure: Structure, money: Money, reading: Reading, *, exact: bool = False, summed: Summed | None = None
) -> ArticleValues:
    """Return what the lines consume and what the parts are worth.

    Parameters
    ----------
    bom, structure, money, reading
    exact : bool
        Calculate in `Fraction`.
    summed : Summed, optional
        Sums over lines that are not in the Bom.

    Notes
    -----
    V = stated value, else sum of gross quantity x V of what is in it.
    """
    quantities = measure_quantities(bom, structure, exact=exact)
    contained, consumed = contained_and_paid(quantities, reading)
    stated = read_values(bom, structure, money, exact=exact)
    paid = without_settled(structure, consumed, stated.stated)
    totals = roll_up(structure, paid, own_values(structure, stated))
    value, value_open = totals[:, 0], np.asarray(totals[:, 1] > 0, dtype=bool)
    inside = sum_children(structure, consumed, value)
    if summed is not None:
        codes = structure.codes(summed.part_numbers)
        value[codes], value_open[codes], inside[codes] = summed.value, summed.value_open, summed.contents_value
    # Nothing is worthless: a zero is a value nobody gave.
    value_open |= np.asarray(value == 0, dtype=bool)
    return ArticleValues(
        quantities, contained, paid, stated, value, value_open, inside, masses(bom, structure, exact=exact)
    )


def contained_and_paid(quantities: Quantities, reading: Reading) -> tuple[Numbers, Numbers]:
    """Return the quantities that content and value roll up on, by the reading's choice of scrap."""
    return {
        "value_only": (quantities.net, quantities.gross),
        "both": (quantities.gross, quantities.gross),
        "neither": (quantities.net, quantities.net),
    }[reading.scrap]


def without_settled(structure: Structure, quantity: Numbers, settled: Mask) -> Numbers:
    """Return quantities that are zero beneath the parts whose own amount is already the whole."""
    beneath = structure.lines_of(settled)
    if not len(beneath):
        return quantity
    left = quantity.copy()
    left[beneath] = Fraction(0) if quantity.dtype == object else 0.0
    return left


def own_values(structure: Structure, stated: StatedValues) -> Numbers:
    """Return what rolls up to the value of every part: its stated value, and 1 where it is bought and has none.

    Parameters
    ----------
    structure : Structure
    stated : StatedValues

    Returns
    -------
    ndarray (n, 2)
    """
    purchased = np.diff(structure.first) == 0
    without = (purchased | structure.looped) & ~stated.stated
    return np.column_stack([stated.value, _as_numbers(without, stated.value)])


def _as_numbers(mask: Mask, like: Numbers) -> Numbers:
    if like.dtype != object:
        return mask.astype(np.float64)
    return np.array([Fraction(int(m)) for m in mask], dtype=object)
