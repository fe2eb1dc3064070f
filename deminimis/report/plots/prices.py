"""Prices of materials: what they do to a share, and at which the line is crossed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deminimis.errors import QuestionError
from deminimis.report.breakeven_text import change_text
from deminimis.report.digits import money_text, threshold_text
from deminimis.report.plots.paper import (
    GREY,
    INK,
    PALE,
    PERCENT,
    SHARE,
    axes_for,
    mark_line,
    name_rows,
    open_right,
    put_legend_below,
    row_name,
    set_title,
)
from deminimis.report.words import spaced
from deminimis.scenarios import Breakeven, Comparison, GoodBreakeven, MaterialBreakeven, PriceChange

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIGNS = {
    "cost_passed": ("the cost passed on", "s", "white", 12),
    "value_fixed": ("its value as it is", "o", INK, 7),
}
"""Of each way to cross: its name, sign, fill and size; the larger is drawn first, for both are often at one place."""


def plot_price_sweep(compared: Sequence[Comparison], part_number: str, axes: Axes | None = None) -> Axes:
    """Plot the share of one finished good over the price of one material, with the line.

    Parameters
    ----------
    compared : sequence of Comparison
        Each of one change, the price of the same material in the same currency and unit.
    part_number : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    QuestionError
        If the comparisons are of anything else, or there is none.
    KeyError
        If they are not of that good.
    """
    prices = [_price_change(one) for one in compared]
    kinds = {(change.material, change.currency, change.unit) for change in prices}
    if len(kinds) != 1:
        raise QuestionError("a price sweep needs comparisons of one material, in one currency and unit of mass.")
    at = sorted((change.price, one.good(part_number).after.share) for change, one in zip(prices, compared, strict=True))
    axes = axes_for(axes)
    low, typical, high = (
        [float("nan") if end is None else PERCENT * end for end in ends]
        for ends in zip(*((share.low, share.typical, share.high) for _, share in at), strict=True)
    )
    over = [price for price, _ in at]
    axes.fill_between(over, low, high, color=PALE, label="low to high")
    axes.plot(over, typical, color=INK, marker="o", markersize=4, label="typical")
    first, change = compared[0], prices[0]
    as_it_is = first.good(part_number).before.share.typical
    if as_it_is is not None:
        axes.axhline(PERCENT * as_it_is, color=GREY, linestyle=":", label="typical, as it is")
    mark_line(axes, first.ruling.threshold, across=True)
    money = change.currency or first.currency or "money"
    axes.set_xlabel(f"price of {spaced(change.material)} [{money}/{change.unit}]")
    axes.set_ylabel(SHARE)
    axes.legend(frameon=False)
    open_right(axes)
    set_title(axes, f"{row_name(part_number)} over the price of {spaced(change.material)}")
    return axes


def _price_change(compared: Comparison) -> PriceChange:
    """Return the only change of a comparison.

    Raises
    ------
    QuestionError
    """
    changes = compared.scenario.changes
    if len(changes) != 1 or not isinstance(changes[0], PriceChange):
        raise QuestionError("a price sweep needs comparisons of one change each: the price of a material.")
    return changes[0]


def plot_breakeven(answer: Breakeven, part_number: str, axes: Axes | None = None) -> Axes:
    """Plot at which price of each material the typical share of one good is exactly at the line.

    Parameters
    ----------
    answer : Breakeven
    part_number : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Prices as multiples of today's. A material whose price never brings the good to the line has no sign, and is
        said to have none.

    Raises
    ------
    KeyError
        If the answer is not about that good.
    """
    good = {good.part_number: good for good in answer.goods}[part_number]
    rows = [*good.materials, *([good.together] if len(good.materials) != 1 else [])]
    axes = axes_for(axes, len(rows))
    line = threshold_text(answer.ruling.threshold)
    name_rows(axes, [_row_name(good, row) for row in rows], [_crossing(good, row) for row in rows])
    axes.set_xscale("log")
    axes.text(1.01, 1.01, f"{line} at,\nits value as it is", transform=axes.transAxes, fontsize="small")
    axes.axvline(1, color=GREY, linewidth=1.2, label="today")
    names = [f"{line}, {name}" for name, *_ in SIGNS.values()]
    for name, (kind, (_, marker, face, size)) in zip(names, SIGNS.items(), strict=True):
        points = [(getattr(row.typical, kind).factor, place) for place, row in enumerate(rows)]
        found = [(factor, place) for factor, place in points if factor]
        (signs,) = axes.plot([factor for factor, _ in found], [place for _, place in found], label=name)
        signs.set(linestyle="none", marker=marker, markersize=size, markeredgecolor=INK, markerfacecolor=face)
    _set_factors(axes, [f for row in rows for f in (row.typical.value_fixed.factor, row.typical.cost_passed.factor)])
    axes.set_xlabel("price as a multiple of today's [1 = today]")
    put_legend_below(axes, "today", *names)
    set_title(axes, f"Prices at which the typical share of {row_name(part_number)} is exactly {line}")
    return axes


def _set_factors(axes: Axes, factors: Sequence[float | None]) -> None:
    known = [1.0, *(factor for factor in factors if factor)]
    axes.set_xlim(min(known) / 1.6, max(known) * 1.6)
    axes.xaxis.set_major_formatter(lambda at, _: f"{at:.12g}")
    axes.xaxis.set_minor_formatter(lambda at, _: f"{at:.3g}" if max(known) / min(known) < 5 else "")


def _row_name(good: GoodBreakeven, row: MaterialBreakeven) -> str:
    if row is good.together:
        return "all together"
    today = row.typical.price_today
    return spaced(row.material) + (f"\ntoday {money_text(today, good.currency)}/kg" if today is not None else "")


def _crossing(good: GoodBreakeven, row: MaterialBreakeven) -> str:
    point = row.typical.value_fixed
    if point.factor is None:
        return "never"
    return change_text(point.factor) if point.price is None else f"{money_text(point.price, good.currency)}/kg"
