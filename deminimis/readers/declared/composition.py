"""A declared composition: product, parts, homogeneous materials, substances, as the XML formats all nest them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from deminimis.readers.declared.names import attribute, child, names
from deminimis.readers.declared.xml_tree import Element
from deminimis.units import grams

NUMBER = re.compile(r"\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,2})?|\.\d{1,30}", re.ASCII)
"""Longer exponents are no masses, and would cost memory to hold exactly."""
SHARES = {"percent_unit": Fraction(1, 100), "ppm_unit": Fraction(1, 1_000_000)}


@dataclass(frozen=True, slots=True)
class Amount:
    """A mass or a share as declared; `value` is None where the text is no number of zero or more."""

    text: str
    unit: str
    value: Fraction | None

    @property
    def mass(self) -> Fraction | None:
        """Grams, None where it is a share or cannot be read."""
        factor = grams(self.unit)
        return None if factor is None or self.value is None else self.value * factor

    @property
    def share(self) -> Fraction | None:
        """Mass per mass of the material, None where it is a mass or cannot be read."""
        unit = self.unit.casefold().replace(" ", "")
        factor = next((f for role, f in SHARES.items() if unit in names("*")[role]), None)
        return None if factor is None or self.value is None else self.value * factor


@dataclass(frozen=True, slots=True)
class Substance:
    """One substance of a material, with every amount it states."""

    name: str
    cas: str
    amounts: tuple[Amount, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Material:
    """One homogeneous material; `label` is its name and its group's, `loose` a list that stands outside of any."""

    label: str
    amounts: tuple[Amount, ...]
    substances: tuple[Substance, ...]
    line: int
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A product or one of its parts; `count` says how many of it are in what is above, None where it is no number."""

    number: str
    count: Fraction | None
    mass: Fraction | None
    materials: tuple[Material, ...]
    pieces: tuple[Piece, ...]
    line: int

    def every(self) -> Iterator[Piece]:
        """Yield this piece and everything in it."""
        yield self
        for piece in self.pieces:
            yield from piece.every()


@dataclass(frozen=True, slots=True)
class Product:
    """A declared product and who declares it.

    Parameters
    ----------
    piece : Piece
    numbers : tuple of str
        The maker's part number, and the requester's if it differs.
    unit_type : str
        What the amounts are for one of.
    supplier, reference, valid_from, valid_to : str
        As the file says, "" where it does not.
    signed : bool
        A person who answers for it is named, or a signature is in the file.
    """

    piece: Piece
    numbers: tuple[str, ...]
    unit_type: str
    supplier: str
    reference: str
    valid_from: str
    valid_to: str
    signed: bool


def read_products(root: Element, form: str) -> tuple[Product, ...]:
    """Return the products of a declaration.

    Parameters
    ----------
    root : Element
    form : str
        Format of `names`.

    Returns
    -------
    tuple of Product
        One per product element that is in no other product.
    """
    known = names(form)
    supplier = next((e.attributes.get("name", "") for e in root.every(*known["supplier"])), "")
    signer = any(attribute(e, ("name",)) for e in root.every(*known["signer"]))
    signed = signer or any(True for _ in root.every(*known["signature"]))
    heads = [root, *(e for e in root.every("BusinessInfo", "Response"))]
    said = {
        role: next((t for e in heads if (t := attribute(e, known[role]))), "")
        for role in ("reference", "valid_from", "valid_to")
    }
    return tuple(_product(e, form, supplier, said, signed) for e in _outermost(root, known["product"]))


def _outermost(element: Element, wanted: tuple[str, ...]) -> Iterator[Element]:
    if element.name in wanted:
        yield element
        return
    for below in element.children:
        yield from _outermost(below, wanted)


def _product(element: Element, form: str, supplier: str, said: dict[str, str], signed: bool) -> Product:
    known = names(form)
    product_id = child(element, known["product_id"])
    ids = [*(below for below in element.children if below.name in known["product_id"]), element]
    own = (attribute(one, known[role]) for one in ids for role in ("number", "requester_number"))
    dates = {role: attribute(product_id, known[role]) or said[role] for role in ("valid_from", "valid_to")}
    numbers = tuple(dict.fromkeys(number for number in own if number))
    unit = attribute(element, known["unit_type"])
    return Product(
        _piece(element, form),
        numbers,
        unit,
        supplier,
        said["reference"],
        dates["valid_from"],
        dates["valid_to"],
        signed,
    )


def _piece(element: Element, form: str) -> Piece:
    known = names(form)
    own_id = child(element, known["product_id"])
    amounts = _amounts(own_id, form) if own_id else ()
    mass = next((a.mass for a in (*amounts, *_amounts(element, form)) if a.mass is not None), None)
    count = attribute(element, known["count"]) or attribute(own_id, known["count"]) or "1"
    materials, pieces, loose = _contents(element, form)
    if loose:
        materials = (*materials, Material("", (), loose, element.line, loose=True))
    return Piece(attribute(own_id, known["number"]), read_number(count), mass, materials, pieces, element.line)


def _contents(element: Element, form: str) -> tuple[tuple[Material, ...], tuple[Piece, ...], tuple[Substance, ...]]:
    """Return what stands in an element, through every wrapper that is none of these itself."""
    known = names(form)
    materials: list[Material] = []
    pieces: list[Piece] = []
    loose: list[Substance] = []
    for below in element.children:
        if below.name in known["substance"]:
            loose.append(_substance(below, form))
        elif below.name in known["part"] or child(below, known["product_id"]):
            pieces.append(_piece(below, form))
        elif below.name in known["material"]:
            inside = _contents(below, form)
            materials += [_material(below, inside[2], form), *inside[0]]
            pieces += inside[1]
        elif below.name not in known["outside"]:
            inside = _contents(below, form)
            materials += inside[0]
            pieces += inside[1]
            loose += inside[2]
    return tuple(materials), tuple(pieces), tuple(loose)


def _material(element: Element, substances: tuple[Substance, ...], form: str) -> Material:
    label = " ".join(filter(None, (element.attributes.get("name", ""), attribute(element, names(form)["group"]))))
    return Material(label, _amounts(element, form), substances, element.line)


def _substance(element: Element, form: str) -> Substance:
    return Substance(element.attributes.get("name", ""), _cas(element, form), _amounts(element, form), element.line)


def _cas(element: Element, form: str) -> str:
    """Return the CAS number a substance states; a number of another authority is none."""
    known = names(form)
    ids = [element, *(below for below in element.children if below.name in known["substance_id"])]
    for one in ids:
        authority = attribute(one, known["authority"]).casefold()
        own = "" if one is element or authority not in ("", "cas") else attribute(one, known["identity"]) or one.text
        if found := own or attribute(one, known["cas"]):
            return found
    return ""


def _amounts(element: Element, form: str) -> tuple[Amount, ...]:
    """Return the amounts an element states: in its children, and in its own attributes."""
    known = names(form)
    stated = [(below, "") for below in element.children if below.name in known["mass"]]
    stated += [(below, "%") for below in element.children if below.name in known["percent"]]
    if attribute(element, known["unit"]):
        stated.append((element, ""))
    read = ((attribute(e, known["value"]) or e.text, attribute(e, known["unit"]) or unit) for e, unit in stated)
    return tuple(Amount(text, unit, read_number(text)) for text, unit in read if text)


def read_number(text: str) -> Fraction | None:
    """Return a decimal of zero or more exactly, None for another text.

    Examples
    --------
    >>> read_number("0.25"), read_number("0,25"), read_number("-1"), read_number("1e999999999")
    (Fraction(1, 4), None, None, None)
    """
    return Fraction(text) if NUMBER.fullmatch(text) else None
