"""Units: counts, masses and whatever else a line is measured in, converted exactly.

A table of the spellings ERPs print, not a unit library: to a library "pcs" is parsecs, "bag" a bag of coffee and "NA" a
nanoyear, and each would be converted without a word.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib.resources import files


def _rows() -> list[dict[str, str]]:
    return list(csv.DictReader(files(__package__).joinpath("units.csv").read_text(encoding="utf-8").splitlines()))


@cache
def unit_factors() -> dict[str, tuple[str, Fraction]]:
    """Return kind and factor to the kind's own unit (piece, gram, metre ...) of every unit.

    Examples
    --------
    >>> unit_factors()["kg"]
    ('mass', Fraction(1000, 1))
    """
    return {row["name"]: (row["kind"], Fraction(row["factor"])) for row in _rows()}


@cache
def _names() -> dict[str, str]:
    return {word: row["name"] for row in _rows() for word in (row["name"], *row["also"].split("|"))}


@cache
def unit_name(text: str) -> str | None:
    """Return the name of a unit however it is written, or None where it is none.

    Parameters
    ----------
    text : str
        As the user wrote it, in any case, with or without a closing dot.

    Examples
    --------
    >>> unit_name("EA"), unit_name("Stk."), unit_name("Kg"), unit_name("metre"), unit_name("handful")
    ('pcs', 'pcs', 'kg', 'm', None)
    """
    word = text.strip().casefold().rstrip(".")
    return _names().get(word)


@cache
def conversion(from_unit: str, to_unit: str) -> Fraction | None:
    """Return how many of one unit make one of another, exactly; None where the kinds differ or a unit is not known.

    Parameters
    ----------
    from_unit, to_unit : str
        As the user wrote them.

    Returns
    -------
    Fraction or None
        x such that 1 from_unit = x to_unit.

    Examples
    --------
    >>> conversion("g", "kg")
    Fraction(1, 1000)
    >>> conversion("mm", "m")
    Fraction(1, 1000)
    >>> conversion("kg", "pcs") is None
    True
    """
    source, target = unit_name(from_unit), unit_name(to_unit)
    if source is None or target is None:
        return None
    if source == target:
        return Fraction(1)
    (kind, factor), (other_kind, other_factor) = unit_factors()[source], unit_factors()[target]
    return factor / other_factor if kind == other_kind else None


@cache
def grams(unit: str) -> Fraction | None:
    """Return the grams of one unit of mass; None where the unit is no unit of mass.

    Examples
    --------
    >>> grams("kg"), grams("pcs")
    (Fraction(1000, 1), None)
    """
    return conversion(unit, "g")
