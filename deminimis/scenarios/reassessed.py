"""`reassess`: the verdicts of all finished goods after one change, in milliseconds where that is possible."""

from __future__ import annotations

from functools import partial

import numpy as np

from deminimis.assessment import VERDICTS, Calculation, calculate
from deminimis.assessment.judgement import prove, prove_exactly, verdict_places
from deminimis.content import Article
from deminimis.content.formulas import value_from_money
from deminimis.model import Codes, Floats, Mask, exact_number
from deminimis.rollup.within import MOST_STEPS
from deminimis.scenarios.applied import apply_changes
from deminimis.scenarios.changes import (
    Change,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    ValueChange,
)
from deminimis.scenarios.checked import check_rates
from deminimis.scenarios.climbed import climb
from deminimis.scenarios.contents_again import origin_again, price_again, rows_again
from deminimis.scenarios.declared import Declare
from deminimis.scenarios.ready import ReadyCalculation, sum_of_ends
from deminimis.scenarios.verdicts import Amounts, Verdicts
from deminimis.scenarios.whatif import verdicts_of_goods
from deminimis.structure.levels import spans

KEPT = 0.1
"""Share of a sum up to which a part of it may be taken away; less would be left to rounding, so it is summed anew."""

Reached = tuple[Codes, Amounts]


def reassess(given: Calculation | ReadyCalculation, change: Change) -> Verdicts:
    """Return the verdicts of all finished goods after one change.

    Parameters
    ----------
    given : Calculation or ReadyCalculation
        A `ReadyCalculation` keeps what the next change needs too.
    change : Change

    Returns
    -------
    Verdicts
        Equal to those of the changed bill calculated anew; amounts within 1e-12.

    Raises
    ------
    QuestionError
        If the change cannot be made.

    Notes
    -----
    Content of one part: N of the goods that contain it moves by its column of the source matrix x the difference of its
    content. Value of one part: V is summed again for what contains it. Price of a material: N = source matrix x new
    contents. Goods near the line are judged exactly, from the changed tables. Whatever does not follow these lines
    (several tested levels, contents that hang on each other or on a value above, data in doubt, changes of lines) takes
    the full road.

    Examples
    --------
    >>> from deminimis.assessment import calculate
    >>> from deminimis.readers import bom_from_tables
    >>> motor = bom_from_tables(
    ...     parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [0.9],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> reassess(calculate(motor, "2026-11-22"), OriginChange("motor", "Australia")).flipped
    {'motor': ('at_or_above', 'below')}
    """
    ready = given if isinstance(given, ReadyCalculation) else ReadyCalculation(given)
    # Numbers beyond float64 are left to the full road, which has a finding for them.
    with np.errstate(over="ignore", invalid="ignore"):
        reached = _reached(ready, change) if ready.is_linear else None
    answer = None if reached is None else _judged(ready, change, *reached)
    return _calculated_anew(ready, change) if answer is None else answer


def _reached(ready: ReadyCalculation, change: Change) -> Reached | None:
    """Return the goods that a change reaches with their new amounts, None where the full road has to be taken."""
    if isinstance(change, PriceChange):
        check_rates(ready.calculation, [change])
        return _by_price(ready, change)
    if not isinstance(change, OriginChange | GradeChange | ValueChange | Declare | DropDeclarations):
        return None
    part = ready.code_of.get(change.part_number)
    if part is None or ready.calculation.measures.blocked[part]:
        return None
    if isinstance(change, ValueChange):
        check_rates(ready.calculation, [change])
        return _by_value(ready, part, change)
    contents = origin_again(ready, part, change) if isinstance(change, OriginChange) else None
    if contents is None:
        check_rates(ready.calculation, [change])
        contents = rows_again(ready, part, change, partial(_the_article, ready.article(part)))
    if contents is None:
        return None
    moved = _by_content(ready, part, sum_of_ends(contents))
    if moved is None:
        return None
    rows, sums = moved
    return rows, _amounts(ready.good_values[rows], ready.good_open[rows], sums)


def _the_article(article: Article, _: int) -> Article:
    return article


def _amounts(value: Floats, value_open: Mask, sums: Floats) -> Amounts:
    return Amounts(value, value_open, sums[:, :3], np.asarray(sums[:, 3] > 0, dtype=bool))


def _by_content(ready: ReadyCalculation, part: int, new: Floats) -> tuple[Codes, Floats] | None:
    """Return the goods that contain a part and their contents, low to open, once its own content is another."""
    carriers = ready.calculation.sources.carriers
    place = int(np.searchsorted(carriers, part))
    if place == len(carriers) or carriers[place] != part:
        return _with_first_content(ready, part, new)
    columns = ready.by_carrier
    column = slice(columns.indptr[place], columns.indptr[place + 1])
    rows, before = columns.indices[column], ready.good_contents[columns.indices[column]]
    sums = before + columns.data[column, None] * (new - ready.own[place])
    rounded = (sums < KEPT * before).any(axis=1)
    if rounded.any():
        sums[rounded] = _summed_anew(ready, rows[rounded], place, new)
    return rows, sums


def _summed_anew(ready: ReadyCalculation, rows: Codes, place: int, new: Floats) -> Floats:
    matrix = ready.quantity
    begin, end = matrix.indptr[rows], matrix.indptr[rows + 1]
    entries = spans(begin, end)
    carriers = matrix.indices[entries]
    own = ready.own[carriers]
    own[carriers == place] = new
    size = end - begin
    return np.asarray(np.add.reduceat(matrix.data[entries, None] * own, np.cumsum(size) - size))


def _with_first_content(ready: ReadyCalculation, part: int, new: Floats) -> tuple[Codes, Floats] | None:
    """Return the same for a part that carried nothing: how many of it the goods contain is walked up."""
    structure, contained = ready.structure, ready.calculation.measures.contained
    if len(structure.level_start) - 1 > MOST_STEPS:
        return None
    above = ready.where_used.above(part, contained)
    nothing = np.zeros((structure.part_count, 1))
    held = climb(structure, contained, nothing, np.zeros((len(above), 1)), part, np.ones(1), above)
    rows = ready.good_row[np.append(part, above)]
    amount = np.append(1.0, held[:, 0])[rows >= 0]
    rows = rows[rows >= 0]
    return rows, ready.good_contents[rows] + amount[:, None] * new


def _by_value(ready: ReadyCalculation, part: int, change: ValueChange) -> Reached | None:
    structure, measures = ready.structure, ready.calculation.measures
    if len(structure.level_start) - 1 > MOST_STEPS:
        return None
    rate = measures.money.rate(change.currency)
    assert rate is not None
    value = float(value_from_money(change.value, float(rate)))
    above = ready.where_used.above(part, measures.paid)
    if ready.grows_with_value[above].any():
        return None
    own = np.column_stack([np.zeros(len(above)), ready.without_value[above]])
    totals = climb(structure, measures.paid, ready.values, own, part, np.array([value, 0.0]), above)
    rows = ready.good_row[np.append(part, above)]
    totals = np.vstack([[value, 0.0], totals])[rows >= 0]
    rows, values, open_ = rows[rows >= 0], totals[:, 0], (totals[:, 1] > 0) | (totals[:, 0] == 0)
    if not ready.grows_with_value[part]:
        return rows, _amounts(values, open_, ready.good_contents[rows])
    worth = exact_number(value)
    article = Article(worth, worth, ready.article(part).mass)
    contents = rows_again(ready, part, change, partial(_the_article, article))
    moved = None if contents is None else _by_content(ready, part, sum_of_ends(contents))
    return None if moved is None else _joined(ready, rows, values, open_, *moved)


def _joined(ready: ReadyCalculation, rows: Codes, values: Floats, open_: Mask, moved: Codes, sums: Floats) -> Reached:
    """Return the goods of which either the value or the content is another."""
    both = np.union1d(rows, moved)
    value, value_open, contents = ready.good_values[both], ready.good_open[both], ready.good_contents[both]
    at = np.searchsorted(both, rows)
    value[at], value_open[at] = values, open_
    contents[np.searchsorted(both, moved)] = sums
    return both, _amounts(value, value_open, contents)


def _by_price(ready: ReadyCalculation, change: PriceChange) -> Reached | None:
    own = price_again(ready, change)
    if own is None:
        return None
    moved = (own != ready.own).any(axis=1)
    rows = np.flatnonzero(ready.quantity @ moved.astype(np.float64) > 0).astype(np.int32)
    sums = (ready.quantity @ own)[rows]
    return rows, _amounts(ready.good_values[rows], ready.good_open[rows], sums)


def _judged(ready: ReadyCalculation, change: Change, rows: Codes, amounts: Amounts) -> Verdicts | None:
    """Return the verdicts once some goods have new amounts; None if a number is beyond float64."""
    calculation = ready.calculation
    if not (np.isfinite(amounts.value).all() and np.isfinite(amounts.controlled).all()):
        return None
    at_or_above, below, near = prove(amounts, calculation.ruling)
    if near.any():
        bom, goods = apply_changes(calculation, change), calculation.goods[rows[near]]
        on, reading, base = calculation.on, calculation.reading, calculation.measures.money.base
        exact = prove_exactly(bom, ready.structure, goods, calculation.ruling, on=on, reading=reading, base=base)
        at_or_above[near], below[near] = exact
    after = ready.places.copy()
    after[rows] = verdict_places(at_or_above, below, ready.unreliable[rows])
    names = calculation.part_numbers
    return Verdicts(change, names, calculation.goods, ready.places, after, rows, amounts, is_incremental=True)


def _calculated_anew(ready: ReadyCalculation, change: Change) -> Verdicts:
    base = ready.calculation
    changed = calculate(apply_changes(base, change), base.on, base.reading)
    measures = changed.measures
    codes = measures.structure.codes(base.measures.structure.part_numbers.take(base.goods))
    before, after = verdicts_of_goods(base), verdicts_of_goods(changed)
    amounts = Amounts(
        measures.value[codes], measures.value_open[codes], measures.controlled[codes], measures.controlled_open[codes]
    )
    return Verdicts(
        change,
        base.part_numbers,
        base.goods,
        np.array([VERDICTS.index(before[code]) for code in base.goods.tolist()], dtype=np.int8),
        np.array([VERDICTS.index(after[code]) for code in codes.tolist()], dtype=np.int8),
        np.arange(len(codes), dtype=np.int32),
        amounts,
        is_incremental=False,
    )
