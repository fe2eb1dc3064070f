"""`breakeven`: the prices at which a good crosses the line, and the goods by their distance to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from deminimis.assessment import Calculation, Interval, Measures
from deminimis.assessment.calculation import calculation_of
from deminimis.errors import QuestionError
from deminimis.model import Bom, Codes, Floats, Mask, Reading
from deminimis.scenarios.breakeven_result import FLIPPING_ENDS, Breakeven, GoodBreakeven
from deminimis.scenarios.descriptions import descriptions_of
from deminimis.scenarios.material_money import ENDS, MaterialMoney, read_material_money
from deminimis.scenarios.material_prices import KgPrices, MaterialTable, material_tables, prices_per_kg
from deminimis.scenarios.value_at_line import below_from, exact_values_at_line, values_at_line

ERROR = "an error in the data feeds it: no number of it can be relied on before it is corrected"
NO_VALUE = "something in it has no value: no price of a material can be compared with it"
NO_LIMIT = "a controlled material in it has no price or no limit"
OWN_SHARE = "it holds a share of its own value that is at or above the line: no selling price brings it below"
NOTHING_IN_IT = "nothing controlled is declared or estimated in it: no price makes it cross"


def breakeven(
    given: Bom | Calculation,
    part_number: str | None = None,
    *,
    top: int | None = None,
    on: date | str | None = None,
    reading: Reading | None = None,
) -> Breakeven:
    """Return at which prices goods cross the line, and how far they are from it.

    Parameters
    ----------
    given : Bom or Calculation
    part_number : str, optional
        One part, a finished good or any other; all finished goods by default.
    top : int, optional
        Only so many goods, the nearest to the line; all by default.
    on, reading
        Of a bill of materials, as `calculate` takes them.

    Returns
    -------
    Breakeven

    Raises
    ------
    QuestionError
        If the part is not there, `top` is less than one, or a material is priced at zero or less.

    Notes
    -----
    C is the money of a material in one good, A = N - C what else is controlled, r the factor on its price:

    - value fixed: A + r C = t V, so r = (t V - A) / C; with C = B p of a mass B that is p* = (t V - A) / B;
    - cost passed through: the value grows by G (r - 1), G being the money bought, scrap included, so that
      r = 1 + (t V - N) / (C - t G). Without scrap G = C and p* = (t V0 - A) / (B (1 - t)), V0 = V - C; a share that
      grows towards C / G <= t never crosses.

    Each end (low, typical, high) is a world of its own. What is declared as value moves with the price like a mass.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1): "0.1 % or more of the value" (2025-10-09).

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [0.5],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> good = breakeven(bom, on="2026-11-22").goods[0]
    >>> good.materials[0].typical.value_fixed.factor, good.value_at_line.high, good.below_from
    (1.6, 500.0, 500.01)
    """
    if top is not None and top < 1:
        raise QuestionError(f"top must be one or more, not {top}: it is the number of goods listed.")
    calculation = calculation_of(given, on, reading)
    codes = calculation.goods if part_number is None else np.array([calculation.code(part_number)], dtype=np.int32)
    return _nearest(calculation, codes, top)


def _nearest(calculation: Calculation, codes: Codes, top: int | None) -> Breakeven:
    desk = _desk_of(calculation, codes)
    nearest = desk.take(desk.nearest_first()[:top])
    return Breakeven(
        calculation.on,
        calculation.ruling,
        calculation.reading,
        tuple(nearest.goods()),
        len(codes),
        tuple(_notes(calculation, codes)),
    )


def _notes(calculation: Calculation, codes: Codes) -> Iterator[str]:
    if not len(codes):
        yield "no finished good was found: mark one with finished_good = yes or give its lines"
    elif not calculation.measures.contents.contents:
        yield "nothing controlled is declared or estimated in any part: no price makes a good cross"
    for found in (*calculation.bom.findings, *calculation.measures.findings):
        if found.table == "prices" and found.severity == "error":
            where = f"prices, row {found.row}: " if found.row else "prices: "
            yield f"{where}{found.message}; {found.remedy}"
    if calculation.reading.level != "finished_good":
        yield f"the reading judges each {calculation.reading.level} too; these numbers are those of the part named"


def _desk_of(calculation: Calculation, codes: Codes) -> _Desk:
    measures, rule = calculation.measures, calculation.ruling
    assert rule.threshold is not None
    return _Desk(
        calculation,
        float(rule.threshold),
        codes,
        read_material_money(calculation, codes),
        _value_at_ends(measures, codes),
        calculation.judgement.unreliable[codes],
        measures.controlled_open[codes],
        np.array([calculation.judgement.verdict(code) for code in codes.tolist()], dtype=object),
    )


def _value_at_ends(measures: Measures, codes: Codes) -> Floats:
    """Return the article value that the low, typical and high share are held against, shape (g, 3).

    Where something in a good has no value, what is known of it is the least it is worth, which bounds the high end.
    """
    value = measures.value[codes]
    known = np.where(np.isfinite(value) & (value > 0), value, np.nan)
    whole = np.where(measures.value_open[codes], np.nan, known)
    return np.column_stack([whole, whole, known])


@dataclass(frozen=True)
class _Desk:
    """Some goods on the desk, and all that their prices at the line are read from; arrays are (g,) or (..., g, 3)."""

    calculation: Calculation
    line: float
    codes: Codes
    money: MaterialMoney
    value: Floats
    unreliable: Mask
    unlimited: Mask
    verdicts: Any

    @cached_property
    def flips_at(self) -> Codes:
        """The end of each good whose crossing flips its verdict, as its place in `ENDS`."""
        names = [FLIPPING_ENDS.get(verdict, "typical") for verdict in self.verdicts.tolist()]
        return np.array([ENDS.index(name) for name in names], dtype=np.int32)

    @cached_property
    def share(self) -> Floats:
        """Share at every end, nan where it is not known."""
        controlled = np.nan_to_num(self.calculation.measures.controlled[self.codes], posinf=np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            share: Floats = controlled / self.value
        share[self.unlimited, 1:] = np.nan
        return share

    @cached_property
    def distance(self) -> Floats:
        """Share / t - 1 at every end, nan where it is not known or an error feeds it."""
        return np.where(self.unreliable[:, None], np.nan, self.share / self.line - 1)

    def nearest_first(self) -> Codes:
        """Return the places of the goods, nearest to the line first; those that nothing moves to it come last."""
        distance = abs(self.distance[np.arange(len(self.codes)), self.flips_at])
        nowhere = np.isnan(distance) | ~self.money.total.any(axis=(0, 2))
        return np.argsort(np.where(nowhere, np.inf, distance), kind="stable").astype(np.int32)

    def take(self, places: Codes) -> _Desk:
        """Return the desk with some of the goods, in the order of the places."""
        tables = {f.name: getattr(self.money, f.name) for f in fields(self.money)}
        cut = {name: table[:, places] for name, table in tables.items() if np.ndim(table) > 1}
        own = ("codes", "value", "unreliable", "unlimited", "verdicts")
        return replace(self, money=replace(self.money, **cut), **{name: getattr(self, name)[places] for name in own})

    def goods(self) -> Iterator[GoodBreakeven]:
        """Yield the answer for every good."""
        margin = self.money.total - self.line * self.value
        tables = tuple(material_tables(self.money, margin, self.line))
        prices = prices_per_kg(self.calculation, self.money.materials)
        at_line = values_at_line(self.money, self.value, self.line)
        exact = exact_values_at_line(self.calculation, self.codes)
        part_numbers = self.calculation.measures.structure.part_numbers.take(self.codes)
        words = descriptions_of(self.calculation.bom, part_numbers)
        for good in range(len(self.codes)):
            yield self._answer(good, words[good], at_line[good], exact[good], tables, prices)

    def _answer(
        self,
        good: int,
        description: str,
        at_line: Floats,
        exact: Fraction | None,
        tables: tuple[MaterialTable, ...],
        prices: KgPrices,
    ) -> GoodBreakeven:
        missing, end = self._missing(good), int(self.flips_at[good])
        *materials, together = tables
        inside = sorted((table for table in materials if table.is_in(good)), key=lambda table: table.weight(good))
        ends = [_number(value) for value in at_line] if not self.unreliable[good] else [None] * 3
        if self.unlimited[good]:
            ends[1:] = None, None
        exactly = None if ends[2] is None else exact
        lowest = None if ends[2] is None else below_from(ends[2], exactly, self.calculation.ruling.inclusive)
        distance = _number(self.distance[good, end])
        return GoodBreakeven(
            self.calculation.measures.structure.part_numbers[int(self.codes[good])].as_py(),
            description,
            self.calculation.measures.money.base,
            self.verdicts[good],
            ENDS[end],
            self._article_value(good),
            self._share(good),
            distance,
            None if distance is None else _number(100 * (together.value_fixed.factor[good, end] - 1)),
            Interval(*ends),
            exactly,
            lowest,
            together.of_good(good, missing, prices),
            tuple(table.of_good(good, missing, prices) for table in inside),
            self._reasons(good, missing, at_line, bool(inside)),
        )

    def _missing(self, good: int) -> tuple[str, str, str]:
        """Return why the low, typical and high numbers of a good are missing; blank where they are not."""
        if self.unreliable[good]:
            return ERROR, ERROR, ERROR
        unlimited = ("", NO_LIMIT, NO_LIMIT) if self.unlimited[good] else ("", "", "")
        low, typical, high = (
            NO_VALUE if np.isnan(value) else limit for value, limit in zip(self.value[good], unlimited, strict=True)
        )
        return low, typical, high

    def _reasons(self, good: int, missing: tuple[str, str, str], at_line: Floats, holds: bool) -> tuple[str, ...]:
        reasons = [*dict.fromkeys(reason for reason in missing if reason)]
        if np.isinf(at_line[-1]) and not any(missing):
            reasons.append(OWN_SHARE)
        if not holds and not self.unlimited[good] and not self.unreliable[good]:
            reasons.append(NOTHING_IN_IT)
        return tuple(reasons)

    def _article_value(self, good: int) -> Interval:
        value = float(self.calculation.measures.value[self.codes[good]])
        known = None if np.isnan(self.value[good, 0]) else value
        return Interval(value if np.isfinite(value) else 0.0, known, known)

    def _share(self, good: int) -> Interval:
        """Return the share of a good as its assessment does, None where nothing limits it."""
        if not self.money.total[:, good].any() and not self.unlimited[good]:
            return Interval(0.0, 0.0, 0.0)
        low, typical, high = (_number(share) for share in self.share[good])
        return Interval(0.0 if low is None else low, typical, high)


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
