"""Amounts that a person gives for finished goods: shipments, demand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from deminimis.assessment import Calculation
from deminimis.errors import QuestionError
from deminimis.model import Floats, Mask


def per_good(calculation: Calculation, amounts: Mapping[str, float] | None, what: str) -> tuple[Floats, Mask]:
    """Return the amount of every finished good, and which have one.

    Parameters
    ----------
    calculation : Calculation
    amounts : mapping of part number to float, or None
        None gives each good 1.
    what : str
        What the amount is, in words.

    Returns
    -------
    ndarray (g,)
        0 where none is given.
    ndarray (g,) of bool

    Raises
    ------
    QuestionError
        A part is no finished good, or an amount no number from 0.
    """
    count = len(calculation.goods)
    if amounts is None:
        return np.ones(count), np.ones(count, dtype=np.bool_)
    for part_number, amount in amounts.items():
        if not (amount >= 0 and np.isfinite(amount)):
            raise QuestionError(
                f"the {what} of {part_number} is {amount}: give the pieces in a year, 0 or more.",
                part_number=part_number,
            )
    structure = calculation.measures.structure
    place = np.full(structure.part_count + 1, -1)
    place[calculation.goods] = np.arange(count)
    rows = place[structure.codes(pa.array(list(amounts), pa.string()))]
    for part_number in (name for name, row in zip(amounts, rows.tolist(), strict=True) if row < 0):
        calculation.good_row(part_number)
    found, named = np.zeros(count), np.zeros(count, dtype=np.bool_)
    found[rows], named[rows] = list(amounts.values()), True
    return found, named
