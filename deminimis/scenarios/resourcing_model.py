"""Re-sourcing as sums: what each alternative brings to the controlled value, the value and the cost of each good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

import numpy as np
import pyarrow as pa

from deminimis.assessment import Calculation, Measures, measure
from deminimis.assessment.measures import HIGH
from deminimis.errors import QuestionError
from deminimis.model import Bom, Codes, Finding, Floats, Mask, finding
from deminimis.rollup import roll_up
from deminimis.scenarios.resourcing_alternatives import Alternative, with_alternatives
from deminimis.structure import descendants, measure_quantities

AT_ONCE = 16
"""Parts whose quantities are rolled up side by side."""


@dataclass(frozen=True)
class Option:
    """One way to buy a part: as today, or as an alternative offers it.

    Parameters
    ----------
    part : int
        Place among the parts of the model.
    offer : Alternative or None
        None for as today.
    price, controlled : float
        Value and controlled value at most of one unit [base currency].
    unlimited : bool
        Nothing limits its controlled value.
    short : bool
        Its capacity is less than what is needed.
    """

    part: int
    offer: Alternative | None
    price: float
    controlled: float
    unlimited: bool = False
    short: bool = False


@dataclass(frozen=True)
class Model:
    """Controlled value, value and cost of every finished good as sums over the options chosen.

    Parameters
    ----------
    parts : ndarray (p,)
        Codes of the parts that have alternatives.
    options : tuple of Option
        By part, each as bought today first.
    contained, paid, bought : ndarray (g, p)
        Pieces of each part in one piece of each good: that content, value and cost count.
    controlled, value : ndarray (g,)
        N_high and V_low of everything else [base currency].
    unlimited : ndarray (g,) of bool
        Nothing limits the controlled value of something else.
    demand : ndarray (g,)
        Pieces of each good.
    line : float
        The threshold.
    exact : bool
        Nothing else in the goods hangs on what is chosen.
    findings : tuple of Finding

    Notes
    -----
    Minimise the sum over goods of demand x pieces bought x (price - price today), with N_high - t V_low < 0 for each
    chosen good and for each that is below today. V follows the price only where it is summed up, not above a stated
    value; pieces bought count scrap.
    """

    parts: Codes
    options: tuple[Option, ...]
    contained: Floats
    paid: Floats
    bought: Floats
    controlled: Floats
    value: Floats
    unlimited: Mask
    demand: Floats
    line: float
    exact: bool
    findings: tuple[Finding, ...]

    def margins(self) -> Floats:
        """Return what each option adds to N_high - t V_low of each good, shape (g, o) [base currency]."""
        parts = [option.part for option in self.options]
        controlled = np.array([option.controlled for option in self.options])
        price = np.array([option.price for option in self.options])
        return np.asarray(self.contained[:, parts] * controlled - self.line * self.paid[:, parts] * price)

    def rest(self) -> Floats:
        """Return N_high - t V_low of everything else, shape (g,) [base currency]."""
        return np.asarray(self.controlled - self.line * self.value)

    def costs(self) -> Floats:
        """Return what each option costs more than today, over the demand for all goods, shape (o,) [base currency]."""
        today = {option.part: option.price for option in self.options if option.offer is None}
        needed = self.needed()
        return np.array([needed[o.part] * (o.price - today[o.part]) for o in self.options], dtype=np.float64)

    def needed(self) -> Floats:
        """Return the pieces of each part that the demand for all goods needs, shape (p,)."""
        return np.asarray(self.demand @ self.bought)


def model_of(calculation: Calculation, offers: Sequence[Alternative], demand: Floats) -> Model:
    """Return controlled value, value and cost of every finished good as sums over the options.

    Parameters
    ----------
    calculation : Calculation
    offers : sequence of Alternative
    demand : ndarray (g,)
        Pieces of each finished good.

    Returns
    -------
    Model

    Raises
    ------
    QuestionError
        No alternative is of a part of a finished good, a part with alternatives has no price today, or one with
        alternatives is inside another.

    Notes
    -----
    N_high = sum of contained x N_high(option) + rest, V_low = sum of paid x price(option) + rest: linear, for no part
    with alternatives is inside another. What an option brings is measured by the full road on the changed bill.
    """
    structure = calculation.measures.structure
    codes = structure.codes(pa.array([offer.part_number for offer in offers], pa.string()))
    parts = np.unique(codes[codes >= 0])
    bought = _pieces(calculation, measure_quantities(calculation.bom, structure).gross, parts)
    used = bought.any(axis=0)
    unused = {o.part_number for o, code in zip(offers, codes, strict=True) if code < 0 or code not in parts[used]}
    findings = [finding("ALTERNATIVE_NOT_USED", value=name, part_number="") for name in sorted(unused)]
    parts, bought = parts[used], bought[:, used]
    if not len(parts):
        raise QuestionError(
            f"none of the alternatives is of a part in a finished good, the first is of {offers[0].part_number}: part "
            "numbers are compared sign by sign."
        )
    _check_parts(calculation, parts)
    by_part = {int(code): [o for o, c in zip(offers, codes, strict=True) if c == code] for code in parts}
    needed = demand @ bought
    options, said, exact = _options(calculation, by_part, needed)
    controlled, value, unlimited = _rest(calculation, parts)
    return Model(
        parts,
        options,
        _pieces(calculation, calculation.measures.contained, parts),
        _pieces(calculation, calculation.measures.paid, parts),
        bought,
        controlled,
        value,
        unlimited,
        demand,
        float(calculation.ruling.threshold or 0),
        exact,
        (*findings, *said),
    )


def _rest(calculation: Calculation, parts: Codes) -> tuple[Floats, Floats, Mask]:
    """Return N_high, V_low and where N has no limit of each good without the parts that have alternatives."""
    measures, structure = calculation.measures, calculation.measures.structure
    own, cut = np.zeros((structure.part_count, 3)), np.isin(structure.parent_of_line(), parts)
    for content in measures.contents.contents:
        own[content.part, :2] += [float(content.high), float(content.unbounded)]
    bottom = measures.stated | (np.diff(structure.first) == 0)
    own[bottom, 2] = measures.value[bottom]
    own[parts] = 0.0
    rest = roll_up(structure, np.where(cut, 0.0, measures.contained), own[:, :2])[calculation.goods]
    value = roll_up(structure, np.where(cut, 0.0, measures.paid), own[:, 2:])[calculation.goods, 0]
    return rest[:, 0], value, np.asarray(rest[:, 1] > 0, dtype=bool)


def _pieces(calculation: Calculation, quantity: Floats, parts: Codes) -> Floats:
    """Return the pieces of each part in one piece of each finished good, shape (g, p)."""
    structure, blocks = calculation.measures.structure, []
    for begin in range(0, len(parts), AT_ONCE):
        some = parts[begin : begin + AT_ONCE]
        own = np.zeros((structure.part_count, len(some)))
        own[some, np.arange(len(some))] = 1.0
        blocks.append(roll_up(structure, quantity, own)[calculation.goods])
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((len(calculation.goods), 0))


def _check_parts(calculation: Calculation, parts: Codes) -> None:
    """Refuse parts without a price today, and parts inside one another.

    Raises
    ------
    QuestionError
    """
    measures, names = calculation.measures, calculation.part_numbers
    without = [names[code] for code in parts.tolist() if measures.value_open[code]]
    if without:
        raise QuestionError(
            f"{', '.join(without[:3])} has no value today, so that it cannot be said what another supplier costs more: "
            "give its unit_value.",
            part_number=without[0],
        )
    marked = np.zeros((measures.structure.part_count, 1))
    marked[parts] = 1.0
    inside = roll_up(measures.structure, np.ones(len(measures.structure.child)), marked)[parts, 0] > 1
    for code in parts[inside].tolist():
        beneath = descendants(measures.structure, np.array([code], dtype=np.int32))
        other = next(c for c in parts.tolist() if c != code and beneath[c])
        raise QuestionError(
            f"{names[other]} is inside {names[code]} and both have alternatives: ask for one of them at a time.",
            part_number=names[other],
        )


def _options(
    calculation: Calculation, by_part: dict[int, list[Alternative]], needed: Floats
) -> tuple[tuple[Option, ...], list[Finding], bool]:
    """Return the options of every part, what is wrong with others, and whether nothing else changes with them."""
    measures, findings, exact = calculation.measures, list[Finding](), True
    places = {code: place for place, code in enumerate(by_part)}
    code_of = {calculation.part_numbers[code]: code for code in by_part}
    found = {code: [_option(measures, code, place, None)] for code, place in places.items()}
    # Measured side by side, one of each part at a time: parts with alternatives are not inside one another.
    for some in zip_longest(*by_part.values()):
        given = [offer for offer in some if offer is not None]
        offers = [offer for offer in given if measures.money.rate(offer.currency) is not None]
        findings += [_not_valued(o, f"the bill has no rate for {o.currency}") for o in given if o not in offers]
        changed = measure(changed_bill(calculation, offers), on=calculation.on, reading=calculation.reading)
        exact = exact and _same_elsewhere(measures, changed, by_part)
        codes = changed.structure.codes(pa.array([offer.part_number for offer in offers], pa.string()))
        for offer, code in zip(offers, codes.tolist(), strict=True):
            own = code_of[offer.part_number]
            if (fault := _fault(changed, code, offer)) and not measures.blocked[own]:
                findings.append(_not_valued(offer, fault))
            else:
                found[own].append(_option(changed, code, places[own], offer, float(needed[places[own]])))
    return tuple(option for options in found.values() for option in options), findings, exact


def _option(measures: Measures, code: int, place: int, offer: Alternative | None, needed: float = 0.0) -> Option:
    price, controlled = float(measures.value[code]), float(measures.controlled[code, HIGH])
    short = offer is not None and offer.capacity is not None and needed > offer.capacity
    return Option(place, offer, price, controlled, bool(measures.controlled_open[code]), short)


def _not_valued(offer: Alternative, detail: str) -> Finding:
    about = f"{offer.part_number} from {offer.supplier}"
    return finding("ALTERNATIVE_NOT_VALUED", row=offer.row, value=about, detail=detail)


def _fault(changed: Measures, code: int, offer: Alternative) -> str:
    """Return why an offer cannot be used, in words; blank if it can."""
    if changed.blocked[code]:
        errors = [f for f in changed.findings if f.severity == "error"]
        own = next((f for f in errors if f.part_number == offer.part_number), None)
        return (own or errors[0]).message if errors else "its row has an error"
    return "its price is zero" if changed.value_open[code] else ""


def _same_elsewhere(measures: Measures, changed: Measures, by_part: Mapping[int, object]) -> bool:
    """Say whether what all other parts contain is the same as before, which estimates by value may not be."""
    names = measures.structure.part_numbers
    left_out = {names[code].as_py() for code in by_part}
    before, after = (_contents(one, left_out) for one in (measures, changed))
    return before == after


def _contents(measures: Measures, left_out: set[str]) -> dict[str, tuple[Fraction, int]]:
    own: dict[int, tuple[Fraction, int]] = {}
    for content in measures.contents.contents:
        high, unlimited = own.get(content.part, (Fraction(0), 0))
        own[content.part] = high + content.high, unlimited + content.unbounded
    names = measures.structure.part_numbers
    named = {names[code].as_py(): ends for code, ends in own.items() if any(ends)}
    return {name: ends for name, ends in named.items() if name not in left_out}


def changed_bill(calculation: Calculation, offers: Sequence[Alternative]) -> Bom:
    """Return the bill of a calculation with some parts bought as offered.

    Parameters
    ----------
    calculation : Calculation
    offers : sequence of Alternative
        At most one for each part.

    Returns
    -------
    Bom
    """
    structure = calculation.measures.structure
    codes = structure.codes(pa.array([offer.part_number for offer in offers], pa.string()))
    has_lines = np.diff(structure.first)[codes] > 0
    assemblies = frozenset(o.part_number for o, has in zip(offers, has_lines.tolist(), strict=True) if has)
    return with_alternatives(calculation.bom, offers, assemblies, calculation.measures.money.base)
