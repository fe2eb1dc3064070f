"""Units: counts, masses and whatever else a line is measured in, converted exactly."""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib.resources import files


def _rows() -> list[dict[str, str]]:
    return list(csv.DictReader(files(__package__).joinpath("units.csv").read_text(encoding="utf-8").splitlines()))


@cache
def unit_factors() -> dict[str, tuple[str, Fraction]]:
    """Return kind and factor to the kind's own unit (piece, gram) of the common units.

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
    ('pcs', 'pcs', 'kg', 'meter', None)
    """
    word = text.strip().casefold().rstrip(".")
    return _names().get(word) or _physical_unit(text.strip())


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
    known = unit_factors()
    if source in known and target in known:
        (kind, factor), (other_kind, other_factor) = known[source], known[target]
        return factor / other_factor if kind == other_kind else None
    if any(known[name][0] == "count" for name in (source, target) if name in known):
        # To a unit library "pcs" is parsecs.
        return None
    return _physical_conversion(source, target)


@cache
def grams(unit: str) -> Fraction | None:
    """Return the grams of one unit of mass; None where the unit is no unit of mass.

    Examples
    --------
    >>> grams("kg"), grams("pcs")
    (Fraction(1000, 1), None)
    """
    return conversion(unit, "g")


@cache
def _registry() -> object:
    # Slow import, needed only for units that are neither pieces nor the common masses.
    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


def _physical_unit(text: str) -> str | None:
    import pint

    # Small letters first: an ERP's "M" is a metre, to pint it is moles per litre.
    for spelling in dict.fromkeys((text.lower(), text)):
        try:
            unit = _registry().Unit(spelling)  # type: ignore[attr-defined]
        except (pint.errors.PintError, ValueError, TypeError, AttributeError, SyntaxError):
            continue
        return None if unit.dimensionless else str(unit)
    return None


def _physical_conversion(source: str, target: str) -> Fraction | None:
    import pint

    try:
        quantity = _registry().Quantity(Fraction(1), source).to(target)  # type: ignore[attr-defined]
    except (pint.errors.PintError, ValueError, TypeError):
        return None
    return Fraction(quantity.magnitude)
