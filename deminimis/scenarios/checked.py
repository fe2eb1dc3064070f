"""What must be there for changes to make sense: the parts they name, rates for their money, no part in itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deminimis.assessment import Calculation
from deminimis.errors import QuestionError
from deminimis.model import Structure
from deminimis.scenarios.changes import Change, PriceChange, QuantityChange, Swap, ValueChange
from deminimis.scenarios.declared import Declare


def check_goods(calculation: Calculation) -> None:
    """Refuse a bill without finished goods: that none of its verdicts is open, or flips, would be said of nothing.

    Parameters
    ----------
    calculation : Calculation

    Raises
    ------
    QuestionError
    """
    if not len(calculation.goods):
        raise QuestionError("no finished good was found: mark one with finished_good = yes or give its lines.")


def check_named(calculation: Calculation, changes: Sequence[Change]) -> None:
    """Refuse changes that name parts which are not there.

    Parameters
    ----------
    calculation : Calculation
    changes : sequence of Change

    Raises
    ------
    QuestionError
        With part numbers like the one that is missing.

    Notes
    -----
    A part may be swapped in that the bill does not know, if the same scenario declares what is in it: without that it
    would count as one that contains nothing.
    """
    brought = {c.part_number for c in changes if isinstance(c, Declare)} & {
        c.new for c in changes if isinstance(c, Swap)
    }
    for change in changes:
        for number in _named(change):
            if number in brought:
                continue
            try:
                calculation.code(number)
            except QuestionError as fault:
                if not (isinstance(change, Swap) and number == change.new):
                    raise
                told = f"{fault.message.rstrip('.?')}; or declare in the same scenario what is in {number}."
                raise QuestionError(told, part_number=number) from fault


def _named(change: Change) -> Iterator[str]:
    if isinstance(change, Swap):
        yield from (change.old, change.new, *([change.parent] if change.parent else ()))
    elif isinstance(change, QuantityChange):
        yield from (change.parent, change.child)
    elif not isinstance(change, PriceChange):
        yield change.subject[1]


def check_rates(calculation: Calculation, changes: Sequence[Change]) -> None:
    """Refuse amounts of money in currencies that the bill has no rate for.

    Parameters
    ----------
    calculation : Calculation
    changes : sequence of Change

    Raises
    ------
    QuestionError
    """
    money = calculation.measures.money
    for change in changes:
        if isinstance(change, ValueChange | PriceChange | Declare) and money.rate(change.currency) is None:
            raise QuestionError(
                f"the bill has no rate for {change.currency} ({change.words}): "
                f"give the amount in {money.base or 'the base currency'}, or add a row to rates."
            )


def check_circles(calculation: Calculation, changed: Structure) -> None:
    """Refuse a structure in which a part came to contain itself.

    Parameters
    ----------
    calculation : Calculation
        Of the bill as it was; loops it has already are its own findings.
    changed : Structure

    Raises
    ------
    QuestionError
        With the full path of the loop.
    """
    before = {frozenset(path) for path in calculation.measures.structure.cycles}
    for path in changed.cycles:
        if frozenset(path) not in before:
            raise QuestionError(
                f"the swap closes a circle, {' > '.join(path)}: a part cannot contain itself; "
                "name the one parent in which the part is replaced, or another part.",
                part_number=path[0],
            )
