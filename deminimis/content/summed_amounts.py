"""Which declared parts are worth holding against their mass and value: a sum over all rows of a catalogue at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deminimis.content.formulas import (
    grams_from_weight_percent,
    value_from_grams,
    value_from_money,
    value_from_percent,
)
from deminimis.content.money import Money
from deminimis.content.prices import PriceList
from deminimis.content.stated_amounts import Articles
from deminimis.model import Bom, Codes, Floats
from deminimis.reference import material_id


def heavy_or_dear_parts(
    bom: Bom, codes: Codes, prices: PriceList, money: Money, article: Articles, rounding: float
) -> set[int]:
    """Return the declared parts whose rows, all added up, weigh more than the part or are worth more than it.

    Parameters
    ----------
    bom : Bom
    codes : ndarray (rows,)
        Code of the part of each row of `declarations`, -1 where it is in no structure.
    prices : PriceList
    money : Money
    article : callable
        Code of a part to its value and mass, in float64.
    rounding : float
        Share of the mass by which the sum may exceed it.

    Notes
    -----
    What one supplier says by its best evidence is some of these rows, so that no other part can be contradicted.
    """
    at = np.flatnonzero(codes >= 0)
    parts, place = np.unique(codes[at], return_inverse=True)
    known = [article(part) for part in parts.tolist()]
    mass = np.array([np.nan if one.mass is None else one.mass for one in known])
    value = np.array([np.inf if one.value_high is None else one.value_high for one in known])
    value_low = np.array([one.value_low for one in known])
    with np.errstate(all="ignore"):
        amount, basis = least_amounts(bom)[at], bom.declarations["basis"].to_numpy()[at]
        per_gram = _of_each(bom, "material", lambda text: _least_price(prices, text))[at]
        rate = _of_each(bom, "currency", lambda text: float(money.rate(text) or np.inf))[at]
        grams = np.select(
            [basis == "g_per_piece", basis == "wt_percent"],
            [amount, np.nan_to_num(grams_from_weight_percent(amount, mass[place]), posinf=np.inf)],
        )
        worth = np.select(
            [basis == "value_per_piece", basis == "value_percent"],
            [value_from_money(amount, rate), value_from_percent(amount, value_low[place])],
            value_from_grams(grams, per_gram),
        )
        share = np.where(basis == "wt_percent", amount / 100, grams / mass[place])
        heavy = ~(np.bincount(place, np.nan_to_num(share, posinf=np.inf), len(parts)) <= 1 + rounding)
        dear = ~(np.bincount(place, worth, len(parts)) <= value)
    return set(parts[heavy | dear].tolist())


def least_amounts(bom: Bom) -> Floats:
    """Return the least each row of `declarations` says, in the unit of its basis, shape (rows,); 0 for nothing said."""
    low, amount = (
        np.where(bom.known("declarations", name), bom.numbers("declarations", name), np.nan)
        for name in ("low", "amount")
    )
    # "at most x" alone begins at nothing
    return np.nan_to_num(np.where(np.isnan(low), amount, low), posinf=np.inf)


def _of_each(bom: Bom, column: str, number: Callable[[str | None], float]) -> Floats:
    """Return a number for the word in each row, asked once per word, shape (rows,)."""
    encoded = bom.declarations[column].combine_chunks().dictionary_encode("encode")
    of_words = np.array([number(word) for word in encoded.dictionary.to_pylist()], dtype=np.float64)
    return np.asarray(of_words[encoded.indices.to_numpy()])


def _least_price(prices: PriceList, text: str | None) -> float:
    material = material_id(text) if text else None
    price = prices.price(material)[0] if material and material != "none" else None
    return float(price.low) if price else 0.0
