"""Own content of carrying parts as a function of what is uncertain: prices, amounts, origins, forms, alternatives."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_array

from deminimis.assessment import Calculation
from deminimis.model import Codes, Floats, Mask
from deminimis.uncertainty.distributions import Distribution, spread
from deminimis.uncertainty.odds import FORM_LISTED, china_odds
from deminimis.uncertainty.products import Ends, Product, read_products

Kind = Literal["price", "amount", "origin", "form", "alternative"]
EITHER: tuple[Kind, ...] = ("origin", "form", "alternative")
"""Kinds of input that are either so or not; the others lie between a low and a high end."""


@dataclass(frozen=True, slots=True)
class UncertainInput:
    """One thing that is not known for certain; it is drawn once, for all goods it reaches.

    Parameters
    ----------
    kind : {"price", "amount", "origin", "form", "alternative"}
    low, typical, high : float
        Price of one gram, or amount; else what counts, 0 to 1; of alternatives their places.
    material, part_number, supplier : str
        What it is about; blank where it is about all.
    ordinal : int
        Tells several amounts of one material in one part apart.
    unit : {"g", "value", "value_per_g", ""}
        Of low, typical and high; a value is in the base currency.
    """

    kind: Kind
    low: float
    typical: float
    high: float
    material: str = ""
    part_number: str = ""
    supplier: str = ""
    ordinal: int = 0
    unit: str = ""

    @property
    def name(self) -> tuple[str, ...]:
        """What its draws are found by."""
        return self.kind, self.material, self.part_number, self.supplier, str(self.ordinal)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "kind": self.kind,
            "material": self.material,
            "part_number": self.part_number,
            "supplier": self.supplier,
            "low": self.low,
            "typical": self.typical,
            "high": self.high,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Gate:
    """The products that count only where the draw of an input lies in [begin, end).

    Parameters
    ----------
    products, inputs : ndarray (x,)
        Places of the products, and of the input of each.
    begin, end : ndarray (x, 1)
    typical : ndarray (x, 1)
        What part of each product typically counts.
    """

    products: Codes
    inputs: Codes
    begin: Floats
    end: Floats
    typical: Floats


@dataclass(frozen=True)
class Worst:
    """Alternatives of which the largest counts.

    Parameters
    ----------
    sums : scipy.sparse.csr_array (a, r)
        Adds up the products of each alternative.
    first : ndarray (w,)
        First alternative of each group.
    add : scipy.sparse.csr_array (k, w)
        Adds each group to its part.
    """

    sums: csr_array
    first: Codes
    add: csr_array


@dataclass(frozen=True)
class Uncertainty:
    """Own controlled value of the carrying parts as a function of uncertain inputs.

    Parameters
    ----------
    inputs : tuple of UncertainInput
        The amount of every product, then prices, then what is either so or not.
    bands : ndarray (b, 3)
        Low, typical and high of the amounts and prices.
    price : ndarray (r,)
        Place of the price of every product among the bands; b where it has none.
    gates : tuple of Gate
    carriers : ndarray (k,)
        Codes of the parts, in the order of their numbers.
    add : scipy.sparse.csr_array (k, r)
        Adds the products up to their parts.
    worst : Worst or None
    """

    inputs: tuple[UncertainInput, ...]
    bands: Floats
    price: Codes
    gates: tuple[Gate, ...]
    carriers: Codes
    add: csr_array
    worst: Worst | None

    @property
    def uncertain(self) -> Mask:
        """Which inputs are not one number, shape (i,)."""
        either = np.ones(len(self.inputs) - len(self.bands), dtype=bool)
        return np.concatenate([self.bands[:, 0] < self.bands[:, 2], either])

    def at(self, bands: Floats, counts: Sequence[Floats]) -> Floats:
        """Return own controlled value at given amounts and prices, and given what counts.

        Parameters
        ----------
        bands : ndarray (b, w)
        counts : sequence of ndarray (x, w)
            By gate: what part of each of its products counts.

        Returns
        -------
        ndarray (k, w)
            [base currency per piece]
        """
        products = len(self.price)
        per_unit = np.concatenate([bands[products:], np.ones((1, bands.shape[1]))])
        worth = bands[:products] * per_unit[self.price - products]
        for gate, count in zip(self.gates, counts, strict=True):
            worth[gate.products] *= count
        own: Floats = self.add @ worth
        if self.worst is not None:
            own += self.worst.add @ np.maximum.reduceat(self.worst.sums @ worth, self.worst.first, axis=0)
        return own

    def drawn(self, uniform: Floats, distribution: Distribution) -> Floats:
        """Return own controlled value at evenly spread draws of every input, shape (i, w), as (k, w)."""
        counts = []
        for gate in self.gates:
            draws = uniform[gate.inputs]
            counts.append(((gate.begin <= draws) & (draws < gate.end)).astype(np.float64))
        return self.at(spread(uniform[: len(self.bands)], self.bands, distribution), counts)


def read_uncertainty(calculation: Calculation, parts: Collection[int], china: float | None = None) -> Uncertainty:
    """Return the own content of some parts as a function of what is uncertain in it.

    Parameters
    ----------
    calculation : Calculation
    parts : collection of int
        Codes of carrying parts.
    china : float, optional
        Odds that an unknown origin is China; by default those of the material's separation.

    Returns
    -------
    Uncertainty
    """
    products = read_products(calculation, parts)
    openings = [(i, *opening) for i, product in enumerate(products) for opening in _openings(product, china)]
    prices = {product.material: product.price for product in products if product.price is not None}
    bands = [*map(_amount, products), *(_price(material, price) for material, price in prices.items())]
    either = dict.fromkeys(about for _, about, *_ in openings)
    price_place = {material: i for i, material in enumerate(prices, len(products))}
    either_place = {about: i for i, about in enumerate(either, len(bands))}
    row = {part: i for i, part in enumerate(dict.fromkeys(product.part for product in products))}
    certain = [i for i, product in enumerate(products) if not _is_worst(product)]
    return Uncertainty(
        (*bands, *either),
        np.array([(band.low, band.typical, band.high) for band in bands], dtype=np.float64).reshape(-1, 3),
        np.array([price_place[p.material] if p.price else len(bands) for p in products], dtype=np.int32),
        tuple(_gate([o for o in openings if o[1].kind == kind], either_place) for kind in EITHER),
        np.array(list(row), dtype=np.int32),
        _sums([row[products[i].part] for i in certain], certain, (len(row), len(products))),
        _worst(products, row),
    )


def _amount(product: Product) -> UncertainInput:
    unit = "value" if product.price is None else "g"
    whose = product.part_number, product.supplier, product.ordinal
    return UncertainInput("amount", *product.amount, product.material, *whose, unit)


def _price(material: str, price: Ends) -> UncertainInput:
    return UncertainInput("price", *price, material, unit="value_per_g")


def _openings(product: Product, china: float | None) -> Iterator[tuple[UncertainInput, float, float, float]]:
    """Yield what decides whether a product counts: the input, from which draw to which it does, how much typically."""
    if product.origin_open:
        odds = china_odds(product.material) if china is None else china
        about = UncertainInput("origin", 0.0, 1.0, 1.0, "", product.part_number, product.supplier)
        yield about, 0.0, odds, 1.0
    if product.form_open:
        about = UncertainInput("form", 0.0, 0.0, 1.0, product.material, product.part_number, product.supplier)
        yield about, 0.0, FORM_LISTED, 0.0
    group = product.group
    if group is not None and not _is_worst(product):
        about = UncertainInput("alternative", 0.0, 0.0, group.count - 1, "", group.part_number, group.suppliers)
        typical = float(product.alternative == 0) if group.mode == "variants" else 1 / group.count
        yield about, product.alternative / group.count, (product.alternative + 1) / group.count, typical


def _is_worst(product: Product) -> bool:
    return product.group is not None and product.group.mode == "worst"


def _gate(
    openings: Sequence[tuple[int, UncertainInput, float, float, float]], place: Mapping[UncertainInput, int]
) -> Gate:
    begin, end, typical = np.array([o[2:] for o in openings], dtype=np.float64).reshape(-1, 3, 1).swapaxes(0, 1)
    products, inputs = np.array([(o[0], place[o[1]]) for o in openings], dtype=np.int32).reshape(-1, 2).T
    return Gate(products, inputs, begin, end, typical)


def _sums(into: Sequence[int], places: Sequence[int], shape: tuple[int, int]) -> csr_array:
    return csr_array((np.ones(len(into)), (into, places)), shape=shape)


def _worst(products: Sequence[Product], row: Mapping[int, int]) -> Worst | None:
    within = [i for i, product in enumerate(products) if _is_worst(product)]
    if not within:
        return None
    named = {i: (products[i].part, products[i].alternative) for i in within}
    # Alternatives of one part must stand side by side for the largest to be found.
    alternatives = {name: a for a, name in enumerate(sorted(set(named.values())))}
    parts = [part for part, _ in alternatives]
    groups = {part: w for w, part in enumerate(dict.fromkeys(parts))}
    return Worst(
        _sums([alternatives[named[i]] for i in within], within, (len(alternatives), len(products))),
        np.searchsorted(parts, list(groups)).astype(np.int32),
        _sums([row[part] for part in groups], list(groups.values()), (len(row), len(groups))),
    )
