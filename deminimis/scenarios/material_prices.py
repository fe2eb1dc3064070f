"""The prices at which each material brings each good to the line, for many goods at once and then for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deminimis.assessment import Calculation
from deminimis.content import read_prices
from deminimis.errors import QuestionError
from deminimis.model import Floats, Mask
from deminimis.scenarios.breakeven_result import TOGETHER, MaterialBreakeven, MaterialEnd, PricePoint
from deminimis.scenarios.crossings import Crossing, crossing
from deminimis.scenarios.material_money import ENDS, MaterialMoney

NOT_COUNTED = "at this end none of it counts: its origin or its form is open"
AT_BOUND = "it is counted with the whole value of a part, which no price of a material moves"
NO_LIMIT = "nothing limits what it is worth: it has no price, or its part no mass and no value"
REST = "what else is in it is at or above the line by itself"
FALLING = "a higher price lowers the share: more of it is paid for than is contained"
GRAMS_PER_KG = 1000

KgPrices = Mapping[str, tuple[float, float, float]]


def prices_per_kg(calculation: Calculation, materials: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """Return today's price of each material that has one, low, typical and high [base currency per kg].

    Parameters
    ----------
    calculation : Calculation
    materials : sequence of str

    Raises
    ------
    QuestionError
        If one of them is priced at zero or less.
    """
    listed = read_prices(calculation.bom, calculation.measures.money, calculation.on, calculation.reading.price_basis)
    prices = {}
    for material in materials:
        price, _ = listed.price(material)
        if price is None:
            continue
        if price.low <= 0:
            about = f"the price of {material} is {float(price.low):g}"
            raise QuestionError(f"{about}: no price can be compared with it; give one above zero in prices.")
        low, typical, high = (float(end * GRAMS_PER_KG) for end in (price.low, price.typical, price.high))
        prices[material] = low, typical, high
    return prices


@dataclass(frozen=True)
class MaterialTable:
    """One material, or all together, in all goods; every array is (g, 3) but the marks, which are (g,).

    Parameters
    ----------
    name : str
    money : ndarray
        Of it in one good, what its price moves [base currency].
    ceiling : ndarray
        Share that the material alone comes near to as its price grows without end and is passed through.
    value_fixed, cost_passed : Crossing
    headroom : ndarray
        Money of it that may be added before the good crosses, negative if some must go [base currency].
    by_mass, estimated, at_bound, unbounded : ndarray of bool
    """

    name: str
    money: Floats
    ceiling: Floats
    value_fixed: Crossing
    cost_passed: Crossing
    headroom: Floats
    by_mass: Mask
    estimated: Mask
    at_bound: Mask
    unbounded: Mask

    def is_in(self, good: int) -> bool:
        """Say whether the material is in a good."""
        return bool(self.money[good].any() or self.at_bound[good] or self.unbounded[good])

    def weight(self, good: int) -> tuple[float, ...]:
        """Return what materials of a good are ordered by: most money first, typical before high."""
        low, typical, high = self.money[good].tolist()
        return -typical, -high, -low

    def of_good(self, good: int, missing: Sequence[str], prices: KgPrices) -> MaterialBreakeven:
        """Return the answer for one good.

        Parameters
        ----------
        good : int
            Its place.
        missing : sequence of str
            Why there is no number at the low, typical and high end; blank where there is one.
        prices : mapping of str to tuple of float
            Today's, by material [base currency per kg].
        """
        return MaterialBreakeven(self.name, *(self._end(good, end, missing[end], prices) for end in range(len(ENDS))))

    def _end(self, good: int, end: int, missing: str, prices: KgPrices) -> MaterialEnd:
        # The range of an estimate may be that of another material than the likeliest, so only the middle has a price.
        priced = self.by_mass[good] and (ENDS[end] == "typical" or not self.estimated[good])
        today = prices[self.name][end] if priced and self.name in prices else None
        fixed, passed = (
            self._point(good, end, missing, today, found) for found in (self.value_fixed, self.cost_passed)
        )
        return MaterialEnd(today, fixed, passed, None if missing or today is None else self._grams(good, end, today))

    def _grams(self, good: int, end: int, price: float) -> float | None:
        """Return the mass that may be added, or must go; None where none of it counts or all of it is not enough."""
        room, inside = float(self.headroom[good, end]), float(self.money[good, end])
        return room / price * GRAMS_PER_KG if inside and room > -inside else None

    def _point(self, good: int, end: int, missing: str, today: float | None, found: Crossing) -> PricePoint:
        reason = missing or self._reason(good, end, found)
        factor = float(found.factor[good, end])
        if missing or not np.isfinite(factor) or not self.money[good, end]:
            return PricePoint(reason=reason)
        return PricePoint(factor, None if today is None else factor * today, reason)

    def _reason(self, good: int, end: int, found: Crossing) -> str:
        if not self.money[good, end]:
            return NO_LIMIT if self.unbounded[good] else AT_BOUND if self.at_bound[good] else NOT_COUNTED
        if found.always[good, end]:
            return REST
        if np.isnan(found.factor[good, end]):
            share = f"{100 * self.ceiling[good, end]:.3g} %"
            return f"passed through, its price never brings more than {share} of the value into the good"
        return "" if found.rising[good, end] else FALLING


def material_tables(money: MaterialMoney, margin: Floats, line: float) -> Iterator[MaterialTable]:
    """Yield the table of every material, and at last that of all together.

    Parameters
    ----------
    money : MaterialMoney
    margin : ndarray (l, g, 3)
        N - t V by line of Part 1 [base currency].
    line : float
        The threshold.
    """
    for m, name in enumerate(money.materials):
        rows = money.material_of == m
        marks = (money.by_mass[m], money.estimated[m], money.at_bound[m], money.unbounded[m])
        yield _table(name, money, rows, money.bought[m], margin, line, marks)
    every = np.ones(len(money.material_of), dtype=bool)
    nothing = np.zeros(margin.shape[1], dtype=bool)
    at_bound, unbounded = (np.asarray(marks.any(axis=0)) for marks in (money.at_bound, money.unbounded))
    bought = money.bought.sum(axis=0)
    yield _table(TOGETHER, money, every, bought, margin, line, (nothing, nothing, at_bound, unbounded))


def _table(
    name: str,
    money: MaterialMoney,
    rows: Mask,
    bought: Floats,
    margin: Floats,
    line: float,
    marks: tuple[Mask, Mask, Mask, Mask],
) -> MaterialTable:
    contained = np.zeros_like(margin)
    np.add.at(contained, money.line_of[rows], money.contained[rows])
    concerned = np.where(contained > 0, margin, -np.inf).max(axis=0)
    largest = contained.max(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ceiling = largest / bought
        passed = crossing(margin, contained - line * bought)
    return MaterialTable(name, largest, ceiling, crossing(margin, contained), passed, -concerned, *marks)
