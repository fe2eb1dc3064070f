"""The grams of every declared substance in one product, exactly, and whether they add up to its mass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from deminimis.readers.declared.composition import Amount, Material, Piece, Substance
from deminimis.readers.declared.substances import Identity, alloy_texts, clean_cas, identify, is_cas, is_magnet_alloy

CLOSING = Fraction(1, 1000)
"""Share of a product's mass its substances may leave open and still be all of it: no format promises more, because
0.1 % is what IMDS and IEC 62474 let a supplier leave out (IMDS recommendation for critical raw materials, 2022-02)."""
EXCESS = Fraction(5, 100)
"""Share by which substances may outweigh their product: rounding and the tolerance of weighing, never a wrong unit."""
AGREEING = 2
"""Factor within which mass and share of one substance agree: shares are rounded, a wrong unit is 10 or 1000."""
LARGEST = Fraction(10) ** 300
"""What a float64 still holds."""
Fault = tuple[str, str, str]
"""Code of a finding, its value, and what else it says."""


def short(grams: Fraction | None) -> str:
    """Return a mass in a few digits, for people.

    Examples
    --------
    >>> short(Fraction(1, 3)), short(None)
    ('0.333333 g', 'an unknown mass')
    """
    if grams is None:
        return "an unknown mass"
    return f"{float(grams):g} g" if grams < LARGEST else "more than any mass"


@dataclass(frozen=True, slots=True)
class Entry:
    """One substance where it stands.

    Parameters
    ----------
    substance : Substance
    material : Material
    identity : Identity
    in_magnet : bool
        Its material is a magnet alloy.
    times : Fraction
        How many of the part it is in are in the product.
    grams : Fraction or None
        Mass in one such part; None where `fault` says why.
    fault : tuple, optional
    """

    substance: Substance
    material: Material
    identity: Identity
    in_magnet: bool
    times: Fraction
    grams: Fraction | None
    fault: Fault | None = None

    @property
    def is_named(self) -> bool:
        """Whether it says what it is: by a CAS number, or as a rare earth; "not to declare" may be anything."""
        return bool(self.identity.materials) or is_cas(clean_cas(self.substance.cas))

    def mass(self, counted: bool) -> Fraction:
        """Return its grams in one product, counted once or once for every part it is in."""
        return (self.grams or Fraction(0)) * (self.times if counted else 1)


def entries(product: Piece) -> Iterator[Entry]:
    """Yield every substance of a product and its parts, identified and weighed.

    Parameters
    ----------
    product : Piece
    """
    materials = [material for piece in product.every() for material in piece.materials]
    names = (substance.name for material in materials for substance in material.substances)
    yield from _entries(product, Fraction(1), alloy_texts([*(m.label for m in materials), *names]))


def _entries(piece: Piece, times: Fraction, alloys: frozenset[str]) -> Iterator[Entry]:
    for material in piece.materials:
        mass = material_mass(material, piece.mass)
        magnet = material.label in alloys or is_magnet_alloy(s.cas for s in material.substances)
        for substance in material.substances:
            grams, fault = substance_mass(substance, mass)
            identity = identify(substance.name, substance.cas, magnet, substance.name in alloys)
            yield Entry(substance, material, identity, magnet, times, grams, fault)
    for part in piece.pieces:
        yield from _entries(part, times * (part.count or 1), alloys)


def material_mass(material: Material, piece_mass: Fraction | None) -> Fraction | None:
    """Return the grams of a homogeneous material: its own, or its share of the part it is in; None where not known."""
    if material.loose:
        return piece_mass
    mass = next((a.mass for a in material.amounts if a.mass is not None), None)
    share = next((a.share for a in material.amounts if a.share is not None), None)
    return mass if mass is not None or share is None or piece_mass is None else share * piece_mass


def substance_mass(substance: Substance, mass: Fraction | None) -> tuple[Fraction | None, Fault | None]:
    """Return the grams of a substance, or what is wrong with its amount.

    Parameters
    ----------
    substance : Substance
    mass : Fraction or None
        Of the homogeneous material [g].

    Notes
    -----
    grams = mass stated, else share x mass of the homogeneous material.
    """
    if not substance.amounts:
        return None, ("AMOUNT_MISSING", "", "")
    for amount in substance.amounts:
        if fault := _amount_fault(amount):
            return None, fault
    own = next((a.mass for a in substance.amounts if a.mass is not None), None)
    share = next((a.share for a in substance.amounts if a.share is not None), None)
    by_share = None if share is None or mass is None else share * mass
    if own is None:
        return (by_share, None) if by_share is not None else (None, ("MATERIAL_MASS_MISSING", substance.name, ""))
    if by_share is not None and not own / AGREEING <= by_share <= own * AGREEING and not _rounded(own, share, mass):
        return None, ("AMOUNTS_DISAGREE", substance.name, f"{short(own)} and {short(by_share)}")
    return own, None


def _amount_fault(amount: Amount) -> Fault | None:
    if amount.value is None:
        return "NUMBER_NOT_READ", amount.text, ""
    if amount.mass is None and amount.share is None:
        return "UNIT_NOT_KNOWN", amount.unit or "blank", ""
    if amount.share is not None and amount.share > 1:
        return "NUMBER_OUT_OF_RANGE", amount.text, "at most 100 %"
    return None


def _rounded(own: Fraction, share: Fraction | None, mass: Fraction | None) -> bool:
    """Say whether mass and share differ by no more than a share of two decimals of a per cent is rounded."""
    return bool(share is not None and mass and abs(own / mass - share) <= Fraction(1, 10_000))


@dataclass(frozen=True, slots=True)
class Closing:
    """How the substances of a product add up.

    Parameters
    ----------
    readings : tuple of bool
        Whether masses are for one part (True) or for all of its kind (False); both where it cannot be told.
    complete : bool
        They are all of the product, and all but `CLOSING` of it says what it is.
    total : Fraction
        Their mass [g], in the first reading.
    excess : tuple of (str, Fraction, Fraction)
        What weighs less than its substances: name, its own mass and theirs [g].
    """

    readings: tuple[bool, ...]
    complete: bool
    total: Fraction
    excess: tuple[tuple[str, Fraction, Fraction], ...]


def close(piece: Piece, found: list[Entry]) -> Closing:
    """Return how the substances of a product add up to its mass.

    Parameters
    ----------
    piece : Piece
        The product.
    found : list of Entry
        All its substances.

    Notes
    -----
    The formats do not say whether the masses beneath a part that is used several times are those of one or of all. The
    product's own mass decides: that reading is taken whose sum meets it. Where neither does, both stay open.
    """
    totals = {counted: sum((e.mass(counted) for e in found), Fraction(0)) for counted in (True, False)}
    known = all(e.grams is not None for e in found) and bool(found)
    readings: tuple[bool, ...] = (True,) if all(e.times == 1 for e in found) else (False, True)
    meets = [c for c in (True, False) if piece.mass and abs(totals[c] - piece.mass) <= CLOSING * piece.mass]
    if len(readings) > 1 and known and meets:
        readings = (meets[0],)
    counted = readings[-1]
    named = sum((e.mass(counted) for e in found if e.is_named), Fraction(0))
    covered = bool(piece.mass) and named >= (1 - CLOSING) * (piece.mass or 0)
    complete = known and len(readings) == 1 and counted in meets and covered
    least = min(totals[counted] for counted in readings)
    excess = [("the product", piece.mass, least)] if piece.mass and least > piece.mass * (1 + EXCESS) else []
    return Closing(readings, complete, least, (*excess, *_overfull(piece)))


def _overfull(piece: Piece) -> Iterator[tuple[str, Fraction, Fraction]]:
    for part in piece.every():
        for material in part.materials:
            mass = material_mass(material, part.mass)
            inside = sum((substance_mass(s, mass)[0] or Fraction(0) for s in material.substances), Fraction(0))
            if mass is not None and inside > mass * (1 + EXCESS):
                yield material.label or "the product", mass, inside


def sums(found: list[Entry], counted: bool) -> dict[str, Fraction]:
    """Return grams in one product by material of the reference table.

    Notes
    -----
    Substances outside of any homogeneous material repeat what stands in one; they count only where none holds the same.
    """
    inside = {m for e in found if not e.material.loose for m in e.identity.materials}
    total: dict[str, Fraction] = defaultdict(Fraction)
    for entry in found:
        for material in entry.identity.materials:
            if entry.grams is not None and not (entry.material.loose and material in inside):
                total[material] += entry.mass(counted)
    return dict(total)
