"""Every row of content as a product: amount x price, counted or not by its origin, its form and its alternative."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

import pyarrow as pa

from deminimis.assessment import Calculation
from deminimis.content import Choice, Content, counted_origin
from deminimis.content.prices import Price
from deminimis.model import Reading
from deminimis.reference import materials

Ends = tuple[float, float, float]
NONE, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives of one part of which one is real, or the worst counts.

    Parameters
    ----------
    mode : {"worst", "envelope", "variants"}
    count : int
        Alternatives, those without any content among them.
    part_number, suppliers : str
    """

    mode: str
    count: int
    part_number: str
    suppliers: str


@dataclass(frozen=True, slots=True)
class Product:
    """One material in one piece of a part.

    Parameters
    ----------
    part : int
        Code of the part.
    part_number, supplier, material, origin, detail : str
    amount : tuple of float
        Low, typical and high [g] where it has a price, else [base currency].
    price : tuple of float or None
        Low, typical and high of one gram [base currency]; None where the amount is a value.
    origin_open, form_open : bool
        Not known whether it is Chinese; whether its form is listed.
    group : Group or None
    alternative : int
        Its place among the alternatives of its group.
    ordinal : int
        Its place among the products of one part, supplier and material.
    """

    part: int
    part_number: str
    supplier: str
    material: str
    origin: str
    detail: str
    amount: Ends
    price: Ends | None
    origin_open: bool
    form_open: bool
    group: Group | None = None
    alternative: int = 0
    ordinal: int = 0


def read_products(calculation: Calculation, parts: Collection[int]) -> list[Product]:
    """Return the products that make up the own content of some parts, in an order the bill's lines do not change.

    Parameters
    ----------
    calculation : Calculation
    parts : collection of int
        Codes.

    Returns
    -------
    list of Product
        What counts for nothing is left out, and so is what nothing limits: no number is drawn of that.
    """
    contents = [c for c in calculation.measures.contents.contents if c.part in parts]
    codes = list(dict.fromkeys(content.part for content in contents))
    numbers = calculation.measures.structure.part_numbers.take(pa.array(codes, pa.int32())).to_pylist()
    reader = _Reader(calculation.reading, dict(zip(codes, numbers, strict=True)))
    found: list[Product] = []
    seen: set[int] = set()
    for content in contents:
        if content.choice is None:
            found += reader.product(content)
        elif id(content.choice) not in seen:
            seen.add(id(content.choice))
            found += reader.alternatives(content.part, content.choice)
    return list(_numbered(sorted(found, key=_order)))


class _Reader:
    """Turns contents into products; each price is turned to floats once."""

    def __init__(self, reading: Reading, part_numbers: dict[int, str]) -> None:
        self._reading, self._part_numbers = reading, part_numbers
        self._per_gram: dict[int, Ends | None] = {}

    def product(self, content: Content, share: Fraction = ALL) -> Iterator[Product]:
        """Yield the product of a content, or nothing where it counts for nothing."""
        claim = content.claim
        if not content.high:
            return
        supplied = share if content.high == claim.high else content.high / claim.high * share
        price = self._price(claim.price)
        per_gram, part = price or (1.0, 1.0, 1.0), float(supplied)
        ends = (NONE if claim.lapsed else claim.low, claim.typical, claim.high)
        low, typical, high = sorted(float(end) * part / per for end, per in zip(ends, per_gram, strict=True))
        least, _, most = counted_origin(claim.origin, self._reading)
        yield Product(
            claim.part,
            self._part_numbers[claim.part],
            claim.supplier,
            claim.material,
            claim.origin,
            claim.detail,
            (low, typical, high),
            price,
            least < most,
            materials()[claim.material].form_unknown,
        )

    def alternatives(self, part: int, choice: Choice) -> Iterator[Product]:
        """Yield the products of every alternative."""
        alternatives = [[p for c in row for p in self.product(c, choice.share)] for row in choice.alternatives]
        if choice.mode != "variants":
            # Which supplier is named first says nothing; of the variants the first is the likeliest.
            alternatives.sort(key=lambda products: [_order(p) for p in products])
        suppliers = sorted({p.supplier for products in alternatives for p in products})
        group = Group(choice.mode, len(alternatives), self._part_numbers[part], ", ".join(suppliers))
        for place, products in enumerate(alternatives):
            yield from (replace(product, group=group, alternative=place) for product in products)

    def _price(self, price: Price | None) -> Ends | None:
        """Return low, typical and high of one gram; none for a price from zero on, which no amount can be told from."""
        if id(price) not in self._per_gram:
            self._per_gram[id(price)] = _per_gram(price) if price is not None and price.low > 0 else None
        return self._per_gram[id(price)]


def _per_gram(price: Price) -> Ends:
    low, typical, high = sorted((float(price.low), float(price.typical), float(price.high)))
    return low, typical, high


def _order(product: Product) -> tuple[object, ...]:
    return (*_kind(product), product.amount, product.origin, product.detail, product.alternative)


def _kind(product: Product) -> tuple[str, str, str]:
    return product.part_number, product.supplier, product.material


def _numbered(products: list[Product]) -> Iterator[Product]:
    for _, alike in groupby(products, key=_kind):
        for ordinal, product in enumerate(alike):
            yield replace(product, ordinal=ordinal) if ordinal else product
