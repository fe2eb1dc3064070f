"""Shares before and after: what a change of the bill does, and what a re-sourcing does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deminimis.assessment import Interval
from deminimis.report.digits import money_text
from deminimis.report.plots.paper import (
    GREY,
    INK,
    axes_for,
    draw_interval,
    mark_line,
    name_rows,
    put_legend_below,
    set_title,
    share_scale,
)
from deminimis.report.plots.shares import TOP, verdict_name
from deminimis.report.words import SYMBOLS, plain
from deminimis.rules import Ruling
from deminimis.scenarios import Comparison, Resourcing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

APART = 0.16
"""Rows from the middle of a good to each of its two intervals."""
AS_IT_IS = {"color": GREY, "marker": "s", "markerfacecolor": "white", "label": "as it is"}
CHANGED = {"color": INK, "label": "changed"}

Standing = tuple[Interval, str]
"""A share and its verdict."""


def plot_comparison(compared: Comparison, axes: Axes | None = None, *, top: int = TOP) -> Axes:
    """Plot the share of finished goods as they are and with the changes made, with the line.

    Parameters
    ----------
    compared : Comparison
    axes : matplotlib.axes.Axes, optional
    top : int
        Goods shown: those whose verdict changes, then those that move, then the others.

    Returns
    -------
    matplotlib.axes.Axes
    """
    goods = sorted(compared.goods, key=lambda good: (not good.flipped, not good.moved))[:top]
    axes = axes_for(axes, len(goods))
    befores = [(good.before.share, good.before.verdict) for good in goods]
    afters = [(good.after.share, good.after.verdict) for good in goods]
    _plot_pairs(axes, [good.part_number for good in goods], befores, afters, compared.ruling)
    changes = [change.words for change in compared.scenario.changes]
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    set_title(axes, f"What if: {plain(compared.scenario.name or changes[0] + more)}")
    return axes


def plot_resourcing(found: Resourcing, rule: Ruling, axes: Axes | None = None, *, top: int = TOP) -> Axes:
    """Plot the share of finished goods before and after a re-sourcing, with the line.

    Parameters
    ----------
    found : Resourcing
    rule : Ruling
        The rule it was asked under.
    axes : matplotlib.axes.Axes, optional
    top : int
        Goods shown, those chosen first.

    Returns
    -------
    matplotlib.axes.Axes
        Without rows where there is no plan.
    """
    goods = sorted(found.goods, key=lambda good: not good.chosen)[:top]
    axes = axes_for(axes, len(goods))
    befores = [(good.share_before, good.verdict_before) for good in goods]
    afters = [(good.share_after, good.verdict_after) for good in goods]
    _plot_pairs(axes, [good.part_number for good in goods], befores, afters, rule)
    if not found.feasible:
        set_title(axes, "No choice of these alternatives brings all chosen goods below the line")
    else:
        cost = money_text(abs(found.extra_cost), found.currency)
        set_title(axes, f"Cheapest re-sourcing: {'costs' if found.extra_cost >= 0 else 'saves'} {cost}")
    return axes


def _plot_pairs(
    axes: Axes, numbers: Sequence[str], befores: Sequence[Standing], afters: Sequence[Standing], rule: Ruling
) -> None:
    """Plot two intervals for each good, and say what became of its verdict."""
    scale = share_scale([share for share, _ in (*befores, *afters)], rule.threshold)
    pairs = list(zip(befores, afters, strict=True))
    name_rows(axes, numbers, [_outcome(before, after) for (_, before), (_, after) in pairs])
    scale.apply(axes)
    mark_line(axes, rule.threshold)
    for row, ((before, _), (after, _)) in enumerate(pairs):
        draw_interval(axes, scale, row - APART, before, **AS_IT_IS)
        draw_interval(axes, scale, row + APART, after, **CHANGED)
    put_legend_below(axes, AS_IT_IS["label"], CHANGED["label"])


def _outcome(before: str, after: str) -> str:
    return verdict_name(after) if before == after else f"{SYMBOLS[before]} → {verdict_name(after)}"
