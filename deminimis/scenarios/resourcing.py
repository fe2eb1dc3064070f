"""The cheapest re-sourcing: which parts to buy elsewhere so that the chosen goods are below the line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from deminimis.assessment import BELOW, Calculation
from deminimis.assessment.calculation import calculation_of
from deminimis.assessment.figures import read_figures
from deminimis.errors import QuestionError
from deminimis.model import Bom, Mask, Reading
from deminimis.scenarios.additive import check_additive
from deminimis.scenarios.per_good import per_good
from deminimis.scenarios.resourcing_alternatives import Alternative, Alternatives, none_usable, read_alternatives
from deminimis.scenarios.resourcing_model import Model, model_of
from deminimis.scenarios.resourcing_obstacles import obstacles_of
from deminimis.scenarios.resourcing_result import PartChange, ResourcedGood, Resourcing
from deminimis.scenarios.resourcing_search import Found, Ints, guarded, places_after, search

SECONDS = 60.0
AGREES = 1e-9
"""Relative difference within which the sums and the full calculation say the same."""


def resource(
    given: Bom | Calculation,
    alternatives: str | Path | Iterable[Alternative] | Any,
    goods: Iterable[str] | None = None,
    *,
    demand: Mapping[str, float] | None = None,
    on: date | str | None = None,
    reading: Reading | None = None,
) -> Resourcing:
    """Find the cheapest re-sourcing that brings chosen goods below the line.

    Parameters
    ----------
    given : Bom or Calculation
    alternatives : str, Path, iterable of Alternative, or whatever `pyarrow.table` accepts
        Offers for parts; the columns of the table are those of `side_columns()["alternatives"]`.
    goods : iterable of str, optional
        Part numbers of the finished goods that shall be below; by default all that are not and hold a part with an
        alternative.
    demand : mapping of part number to float, optional
        Pieces of every finished good in a year, by which costs are added up and capacities are used; 1 of each without.
    on, reading
        As for `calculate`, if a Bom is given.

    Returns
    -------
    Resourcing
        With the reasons in place of a plan where there is none.

    Raises
    ------
    QuestionError
        No alternative that can be used, contradictory ones, a part or good that is not there, a part inside another
        that has alternatives too, a part without a price today, a capacity or a partial table without demand, or a
        reading under which controlled values do not add up.
    InputError
        The file cannot be used at all.

    Notes
    -----
    Each part is bought in one way for the whole catalogue: as today or as one alternative offers it. No good that is
    below today may leave it. A mixed-integer program over the sums of `Model` finds the plan; `calculate` on the
    changed bill confirms it, near the line in exact fractions, before it is returned.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1): "0.1 % or more of the value", 2025-10-09.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(parts={"part_number": ["pump", "magnet"], "unit_value": [900.0, 40.0]},
    ...     lines={"parent": ["pump"], "child": ["magnet"], "quantity": [2]},
    ...     declarations={"part_number": ["magnet"], "material": ["terbium_metal"], "amount": [0.6],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> plan = resource(bom, [Alternative("magnet", "Sample Magnets", 46.5, material_origin="Japan")], on="2026-11-22")
    >>> plan.feasible, plan.extra_cost, [change.to_supplier for change in plan.changes]
    (True, 13.0, ['Sample Magnets'])
    """
    return _resourced(calculation_of(given, on, reading), alternatives, goods, demand)


def _resourced(
    calculation: Calculation, alternatives: Any, goods: Iterable[str] | None, demand: Mapping[str, float] | None
) -> Resourcing:
    check_additive(calculation, "a re-sourcing plan")
    offers = read_alternatives(alternatives)
    # One name is a word, not its letters.
    goods = [goods] if isinstance(goods, str) else goods
    named = None if goods is None else np.array([calculation.good_row(name) for name in goods], dtype=np.int64)
    if named is not None and not len(named):
        raise QuestionError("no finished good was chosen: name one, or leave them out for all that are not below.")
    _check_capacities(offers, demand)
    pieces, named_in = per_good(calculation, demand, "demand")
    model = model_of(calculation, offers.given, pieces)
    _check_offers(offers, model)
    _check_numbers(model)
    _check_demand(calculation, model, named_in)
    chosen = _default(calculation, model) if named is None else np.unique(named)
    wanted = np.union1d(chosen, guarded(calculation, model)).astype(np.int64)
    found = search(calculation, model, wanted, seconds=SECONDS)
    answer = _result(calculation, model, offers, chosen, wanted, found)
    return answer if goods is not None else replace(answer, left_out=_left_out(calculation, chosen))


def _check_capacities(offers: Alternatives, demand: Mapping[str, float] | None) -> None:
    limited = next((offer for offer in offers.given if offer.capacity is not None), None)
    if limited is not None and demand is None:
        raise QuestionError(
            f"{limited.supplier} has a capacity for {limited.part_number}, but how many goods are made is not known: "
            "give the demand for each, or leave the capacities out.",
            part_number=limited.part_number,
        )


def _check_offers(offers: Alternatives, model: Model) -> None:
    """Refuse alternatives none of which can be used: that they are not enough would be said of nothing.

    Raises
    ------
    QuestionError
    """
    if all(option.offer is None for option in model.options):
        raise none_usable((*offers.findings, *model.findings))


def _check_numbers(model: Model) -> None:
    """Refuse sums that float64 cannot hold, of which nothing can be proven.

    Raises
    ------
    QuestionError
    """
    with np.errstate(all="ignore"):
        sums = (model.margins(), model.rest(), model.costs())
    if not all(np.isfinite(one).all() for one in sums):
        raise QuestionError(
            "quantities, contents and prices multiply to more than can be calculated with: check them and their units."
        )


def _check_demand(calculation: Calculation, model: Model, named: Mask) -> None:
    """Refuse a table of demand without a good whose parts have alternatives: unknown is not none.

    Raises
    ------
    QuestionError
    """
    for row in np.flatnonzero(model.bought.any(axis=1) & ~named).tolist():
        name = calculation.part_numbers[int(calculation.goods[row])]
        raise QuestionError(
            f"the demand for {name}, which holds parts with alternatives, is not given: add a row, or 0 pieces.",
            part_number=name,
        )


def _default(calculation: Calculation, model: Model) -> Ints:
    """Return the goods that are not below and hold a part with an alternative.

    Raises
    ------
    QuestionError
    """
    verdicts = calculation.judgement.verdicts
    not_below = np.array([verdicts[code] != BELOW for code in calculation.goods.tolist()], dtype=bool)
    touched = np.asarray((model.contained + model.paid) > 0).any(axis=1)
    if not (not_below & touched).any():
        why = (
            "every finished good is below already"
            if not not_below.any()
            else "the goods that are not hold none of them"
        )
        raise QuestionError(f"no finished good has to be brought below by these alternatives: {why}.")
    return np.flatnonzero(not_below & touched)


def _left_out(calculation: Calculation, chosen: Ints) -> tuple[str, ...]:
    """Return the goods that are not below and that no alternative reaches."""
    verdicts, taken = calculation.judgement.verdicts, set(chosen.tolist())
    codes = [code for row, code in enumerate(calculation.goods.tolist()) if row not in taken]
    return tuple(calculation.part_numbers[code] for code in codes if verdicts[code] != BELOW)


def _result(
    calculation: Calculation, model: Model, offers: Alternatives, chosen: Ints, wanted: Ints, found: Found
) -> Resourcing:
    findings = (*offers.findings, *model.findings)
    currency = calculation.measures.money.base
    if found.chosen is None or found.after is None:
        reasons, can = obstacles_of(calculation, model, chosen, wanted, seconds=SECONDS)
        names = tuple(calculation.part_numbers[int(calculation.goods[row])] for row in can.tolist())
        proven = found.proven and model.exact
        return Resourcing(
            False, currency, proven=proven, obstacles=tuple(reasons), can_be_below=names, findings=findings
        )
    cost = float(model.costs()[list(found.chosen)].sum())
    exact = model.exact and _agrees(calculation, model, found, wanted)
    bound = cost if found.proven else min(found.bound, cost)
    return Resourcing(
        True,
        currency,
        _changes(calculation, model, found.chosen),
        _goods(calculation, model, chosen, found),
        cost,
        bound if exact else None,
        _gap(cost, bound) if exact else None,
        exact and found.proven,
        findings=findings,
    )


def _gap(cost: float, bound: float) -> float:
    return (cost - bound) / max(abs(cost), abs(bound)) if cost != bound else 0.0


def _agrees(calculation: Calculation, model: Model, found: Found, wanted: Ints) -> bool:
    """Say whether the full calculation of the plan gives the numbers that the sums promised."""
    assert found.chosen is not None
    assert found.after is not None
    codes = places_after(found.after, calculation)[wanted]
    options = [model.options[at] for at in found.chosen]
    parts = [option.part for option in options]
    controlled = (
        model.contained[wanted][:, parts] @ np.array([o.controlled for o in options]) + model.controlled[wanted]
    )
    value = model.paid[wanted][:, parts] @ np.array([o.price for o in options]) + model.value[wanted]
    measures = found.after.measures
    same = np.allclose(measures.controlled[codes, 2], controlled, rtol=AGREES, atol=0)
    return bool(same and np.allclose(measures.value[codes], value, rtol=AGREES, atol=0))


def _changes(calculation: Calculation, model: Model, chosen: tuple[int, ...]) -> tuple[PartChange, ...]:
    today = {option.part: option for option in model.options if option.offer is None}
    costs, needed = model.costs(), model.needed()
    suppliers = _suppliers_today(calculation, model)
    found = []
    for at in chosen:
        option = model.options[at]
        if option.offer is not None:
            number = option.offer.part_number
            found.append(
                PartChange(
                    number,
                    suppliers.get(number, ()),
                    option.offer.supplier,
                    today[option.part].price,
                    option.price,
                    option.offer.words,
                    float(needed[option.part]),
                    float(costs[at]),
                    int((model.bought[:, option.part] > 0).sum()),
                )
            )
    return tuple(sorted(found, key=lambda change: (-abs(change.extra_cost), change.part_number)))


def _suppliers_today(calculation: Calculation, model: Model) -> dict[str, tuple[str, ...]]:
    from deminimis.assessment.questions import part_records

    numbers = [calculation.part_numbers[code] for code in model.parts.tolist()]
    return {number: suppliers for number, (_, suppliers) in part_records(calculation.bom, numbers).items()}


def _goods(calculation: Calculation, model: Model, chosen: Ints, found: Found) -> tuple[ResourcedGood, ...]:
    """Return the chosen goods, and all others that the plan changes, as they were and as they are then."""
    assert found.chosen is not None
    assert found.after is not None
    before, after = read_figures(calculation.measures), read_figures(found.after.measures)
    codes, then = calculation.goods.tolist(), places_after(found.after, calculation).tolist()
    options = [model.options[at] for at in found.chosen]
    today = {option.part: option.price for option in model.options if option.offer is None}
    rises = np.zeros(len(model.parts))
    for option in options:
        rises[option.part] = option.price - today[option.part]
    changed = [option.part for option in options if option.offer is not None]
    touched = np.asarray((model.contained + model.bought)[:, changed] > 0).any(axis=1)
    rows = np.union1d(chosen, np.flatnonzero(touched)).tolist()
    costs = model.bought @ rises
    return tuple(
        ResourcedGood(
            calculation.part_numbers[codes[row]],
            row in chosen,
            float(model.demand[row]),
            float(costs[row]),
            before.share(codes[row]),
            after.share(then[row]),
            calculation.judgement.verdict(codes[row]),
            found.after.judgement.verdict(then[row]),
        )
        for row in rows
    )
