"""Why no choice of alternatives brings the chosen goods below: which good, and which part or capacity breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deminimis.assessment import BELOW, Calculation
from deminimis.scenarios.resourcing_model import Model
from deminimis.scenarios.resourcing_search import Ints, fewest_missed, lowest_margins, search, usable_options


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why there is no plan.

    Parameters
    ----------
    kind : {"error", "no limit", "not in it", "part alone", "parts together", "capacity", "goods together", "not found"}
    good : str
        The finished good that cannot be below; blank where it is several.
    part_number : str
        The part that breaks it, or whose supplier cannot deliver enough; blank where it is none in particular.
    words : str
        One sentence.
    """

    kind: str
    good: str
    part_number: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {"kind": self.kind, "good": self.good, "part_number": self.part_number, "words": self.words}


def obstacles_of(
    calculation: Calculation, model: Model, chosen: Ints, wanted: Ints, *, seconds: float
) -> tuple[list[Obstacle], Ints]:
    """Return why the chosen goods cannot all be below, and which of them can be, together.

    Parameters
    ----------
    calculation : Calculation
        Of the bill as it is.
    model : Model
    chosen : ndarray
        Places of the goods that shall be below, among the finished goods.
    wanted : ndarray
        These and those that must not come to the line.
    seconds : float
        Time for the solver, each time it is asked.

    Returns
    -------
    list of Obstacle
    ndarray
        Places of those that the sums let be below together.

    Notes
    -----
    A good alone cannot be below if N_high - t V_low is not below zero with the best option of every part. A part alone
    breaks it if what it brings in that choice reaches t V_low.
    """
    found, alone = [], []
    usable, roomy = usable_options(model, wanted), usable_options(model, wanted, ignore_capacity=True)
    best, best_roomy = lowest_margins(model, usable), lowest_margins(model, roomy)
    for good in chosen.tolist():
        obstacle = _of_data(calculation, model, good, roomy) or (
            _of_parts(calculation, model, good, roomy) if best_roomy[good] >= 0 else None
        )
        if obstacle is None and (best[good] >= 0 or _lacking(model, usable, good)):
            found += _of_capacity(calculation, model, good, usable)
            alone.append(good)
        elif obstacle is not None:
            found.append(obstacle)
            alone.append(good)
    left = np.setdiff1d(chosen, alone)
    if found or not len(left):
        return found, left
    return _together(calculation, model, chosen, wanted, seconds)


def _name(calculation: Calculation, good: int) -> str:
    return calculation.part_numbers[int(calculation.goods[good])]


def _of_data(calculation: Calculation, model: Model, good: int, usable: np.ndarray[Any, Any]) -> Obstacle | None:
    """Return what in the data keeps a good from being below whatever is chosen."""
    name, code = _name(calculation, good), int(calculation.goods[good])
    if calculation.judgement.unreliable[code]:
        return Obstacle("error", name, "", f"{name} stays undetermined: an error in the data feeds it.")
    touched = (model.contained[good] + model.paid[good]) > 0
    if not touched.any():
        if calculation.judgement.verdict(code) == BELOW:
            return None
        return Obstacle("not in it", name, "", f"{name} stays as it is: no part with an alternative counts in it.")
    if model.unlimited[good]:
        part = _unlimited_part(calculation, model, good)
        words = f"{name} stays undetermined: nothing limits what {part or 'another part'} in it contains."
        return Obstacle("no limit", name, part, words)
    if lacking := _lacking(model, usable, good):
        part = calculation.part_numbers[int(model.parts[lacking[0]])]
        words = (
            f"{name} stays undetermined: neither today's {part} nor any of its alternatives has a limit to its content."
        )
        return Obstacle("no limit", name, part, words)
    return None


def _lacking(model: Model, usable: np.ndarray[Any, Any], good: int) -> list[int]:
    """Return the parts in a good of which no option may be chosen."""
    having = {option.part for option, may in zip(model.options, usable, strict=True) if may}
    return [int(part) for part in np.flatnonzero(model.contained[good]) if part not in having]


def _unlimited_part(calculation: Calculation, model: Model, good: int) -> str:
    sources, row = calculation.sources, calculation.sources.quantity[[good]]
    unlimited = {c.part for c in calculation.measures.contents.contents if c.unbounded} - set(model.parts.tolist())
    held = [int(sources.carriers[column]) for column in row.indices]
    return next((calculation.part_numbers[part] for part in held if part in unlimited), "")


def _of_parts(calculation: Calculation, model: Model, good: int, usable: np.ndarray[Any, Any]) -> Obstacle:
    """Return which part breaks a good that stays at the line with every part at its best."""
    name, currency = _name(calculation, good), calculation.measures.money.base
    brought, value = _brought(calculation, model, good, usable)
    line = model.line * value
    part, most = max(brought.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
    at_line = f"the line is at {_money(line, currency)}"
    if most >= line and part:
        words = f"with every part at its best, {part} alone brings {_money(most, currency)} into {name}, and {at_line}."
        return Obstacle("part alone", name, part, f"{name} cannot be below: {words}")
    together = _money(sum(brought.values()), currency)
    words = f"with every part at its best they bring {together} together, {part} most of it, and {at_line}."
    return Obstacle("parts together", name, part, f"{name} cannot be below: {words}")


def _brought(
    calculation: Calculation, model: Model, good: int, usable: np.ndarray[Any, Any]
) -> tuple[dict[str, float], float]:
    """Return what each part brings into a good with the best option of every part, and the value of the good then."""
    names, margins = calculation.part_numbers, model.margins()[good]
    brought: dict[str, float] = {}
    value = float(model.value[good])
    for part, code in enumerate(model.parts.tolist()):
        own = [at for at, option in enumerate(model.options) if option.part == part and usable[at]]
        if own:
            best = model.options[min(own, key=lambda at: float(margins[at]))]
            brought[names[code]] = float(model.contained[good, part]) * best.controlled
            value += float(model.paid[good, part]) * best.price
    sources, row = calculation.sources, calculation.sources.quantity[[good]]
    beneath = _within(calculation, model, good)
    for column, pieces in zip(row.indices.tolist(), row.data.tolist(), strict=True):
        code = int(sources.carriers[column])
        free = pieces - beneath.get(code, 0.0)
        if code not in model.parts and free > 1e-12 * pieces:
            brought[names[code]] = free * float(sources.own[column, 2])
    return brought, value


def _within(calculation: Calculation, model: Model, good: int) -> dict[int, float]:
    """Return the pieces of each carrier that stand in a good beneath parts with alternatives."""
    from deminimis.rollup import quantities_within

    held = model.contained[good]
    inside = quantities_within(calculation.measures.structure, calculation.measures.contained, model.parts)
    total = held @ inside
    return {int(code): float(total[code]) for code in calculation.sources.carriers.tolist() if total[code]}


def _of_capacity(calculation: Calculation, model: Model, good: int, usable: np.ndarray[Any, Any]) -> list[Obstacle]:
    """Return the offers that would bring a good below if they could be delivered."""
    margins, name = model.margins()[good], _name(calculation, good)
    found = []
    for at, option in enumerate(model.options):
        own = [o for o, other in enumerate(model.options) if other.part == option.part and usable[o]]
        if option.short and (not own or margins[at] < min(margins[o] for o in own)):
            found.append(_short(calculation, model, at, name))
    return found


def _short(calculation: Calculation, model: Model, at: int, good: str) -> Obstacle:
    option = model.options[at]
    assert option.offer is not None
    part, needed = option.offer.part_number, float(model.needed()[option.part])
    words = (
        f"{good or 'The goods'} would need {part} from {option.offer.supplier}, who can deliver "
        f"{option.offer.capacity:,.6g} pieces a year, and {needed:,.6g} are needed."
    )
    return Obstacle("capacity", good, part, words)


def _together(
    calculation: Calculation, model: Model, chosen: Ints, wanted: Ints, seconds: float
) -> tuple[list[Obstacle], Ints]:
    """Return why goods that can each be below cannot be so together."""
    free = search(calculation, model, wanted, seconds=seconds, ignore_capacity=True)
    if free.chosen is not None:
        short = [at for at in free.chosen if model.options[at].short]
        if short:
            return [_short(calculation, model, at, "") for at in short], np.empty(0, dtype=np.int64)
    missed = fewest_missed(model, wanted, usable_options(model, wanted), seconds=seconds)
    names = [_name(calculation, good) for good in missed.tolist()]
    if not names:
        words = "the solver found no plan that the full calculation confirms: one may still exist."
        return [Obstacle("not found", "", "", words)], np.empty(0, dtype=np.int64)
    left_out = ", ".join(names)
    words = f"not all can be below with one choice for the parts they share: without {left_out} the others can."
    return [Obstacle("goods together", names[0], "", words)], np.setdiff1d(chosen, missed)


def _money(amount: float, currency: str) -> str:
    return f"{amount:,.5g} {currency}".rstrip()
