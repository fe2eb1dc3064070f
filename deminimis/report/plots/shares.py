"""Shares as they are: of every good, on the way up to a good, by what brings them, and over a whole catalogue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment, Interval
from deminimis.explanation import Explanation, Share
from deminimis.model import Floats
from deminimis.report.digits import NO_LIMIT, money_interval_text, threshold_text
from deminimis.report.explanation_text import share_names
from deminimis.report.plots.paper import (
    GREY,
    INK,
    PALE,
    PERCENT,
    SHARE,
    ShareScale,
    axes_for,
    draw_interval,
    mark_line,
    name_rows,
    open_right,
    row_name,
    set_title,
    share_scale,
)
from deminimis.report.selection import worst_first
from deminimis.report.words import SYMBOLS, VERDICT_NAMES, counted
from deminimis.rules import Ruling

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOP = 30
BINS = 60
FILLS: dict[str, dict[str, Any]] = {
    BELOW: {"facecolor": "white", "hatch": ""},
    UNDETERMINED: {"facecolor": PALE, "hatch": "////"},
    AT_OR_ABOVE: {"facecolor": INK, "hatch": ""},
}
"""Of the bars of each verdict, from the bottom of a pile upwards."""


def verdict_name(verdict: str) -> str:
    """Return a verdict as its sign and its name."""
    return f"{SYMBOLS[verdict]} {VERDICT_NAMES[verdict]}"


def plot_shares(assessment: Assessment, axes: Axes | None = None, *, top: int = TOP) -> Axes:
    """Plot the share of every finished good as an interval, with the line and the verdict.

    Parameters
    ----------
    assessment : Assessment
    axes : matplotlib.axes.Axes, optional
        Drawn on; those of a new figure otherwise.
    top : int
        Goods shown; where there are more, those of the worst verdicts.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ReportError
        If matplotlib is not installed.
    """
    goods, rule = worst_first(assessment, top), assessment.ruling
    axes = axes_for(axes, len(goods))
    left = len(assessment.goods) - len(goods)
    more = f", the worst {len(goods)} of {len(assessment.goods):,}" if left else ""
    _plot_rows(
        axes,
        [good.part_number for good in goods],
        [good.share for good in goods],
        [good.verdict for good in goods],
        rule,
    )
    set_title(axes, f"Controlled rare earths in {counted(len(goods), 'finished good')}{more}, on {assessment.on}")
    return axes


def plot_dilution(why: Explanation, axes: Axes | None = None) -> Axes:
    """Plot how the share falls from the main carrier up to the part explained.

    Parameters
    ----------
    why : Explanation
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    stages, rule = why.dilution.stages, why.ruling
    axes = axes_for(axes, len(stages))
    numbers = [stage.part_number for stage in stages]
    scale = _plot_rows(axes, numbers, [s.share for s in stages], [s.verdict for s in stages], rule)
    known = [(scale.place(s.share.typical), row) for row, s in enumerate(stages) if s.share.typical is not None]
    axes.plot([x for x, _ in known], [y for _, y in known], color=GREY, linewidth=1, zorder=1, label="dilution")
    axes.set_ylabel("from the carrier up to the good")
    set_title(axes, f"Dilution on the way to {row_name(why.part_number)}")
    return axes


def _plot_rows(
    axes: Axes, numbers: Sequence[str], shares: Sequence[Interval], verdicts: Sequence[str], rule: Ruling
) -> ShareScale:
    """Plot one row for each part, and return the scale they stand on."""
    scale = share_scale(shares, rule.threshold)
    name_rows(axes, numbers, [verdict_name(verdict) for verdict in verdicts])
    scale.apply(axes)
    mark_line(axes, rule.threshold)
    for row, share in enumerate(shares):
        draw_interval(axes, scale, row, share)
    return scale


def plot_contributions(why: Explanation, by: str = "part", axes: Axes | None = None, *, top: int = TOP) -> Axes:
    """Plot what brings the controlled value of a part, beside the amount at which it reaches the line.

    Parameters
    ----------
    why : Explanation
    by : {"line", "part", "material", "supplier", "evidence"}
    axes : matplotlib.axes.Axes, optional
    top : int
        Bars shown, the largest.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    KeyError
        If there is no such breakdown.
    """
    breakdown = why.by(by)
    shown = breakdown.shares[:top]
    axes = axes_for(axes, len(shown))
    money = f" [{why.currency}]" if why.currency else ""
    name_rows(axes, [share_names(breakdown, share) for share in shown], [_amount(share, why) for share in shown])
    axes.set_xlabel(f"controlled value in one piece of {row_name(why.part_number)}{money}", parse_math=False)
    axes.barh(range(len(shown)), [s.typical or 0.0 for s in shown], height=0.6, color=PALE, edgecolor=INK)
    line, name = why.witness.line, threshold_text(why.ruling.threshold)
    ends = [line, *(s.high for s in shown if s.high is not None)]
    axes.set_xlim(0, 1.1 * max(ends))
    for row, share in enumerate(shown):
        high = axes.get_xlim()[1] if share.high is None else share.high
        axes.plot([share.low, high], [row, row], color=INK, linewidth=2.5, solid_capstyle="butt")
    axes.axvline(line, color=INK, linestyle="--", linewidth=1.2, label=f"{name} line")
    above = axes.get_xaxis_transform()
    axes.text(line, 1.01, f"{name} of its value", transform=above, ha="right", va="bottom", fontsize="small")
    set_title(axes, f"What brings the controlled value of {row_name(why.part_number)}, by {by}")
    return axes


def _amount(share: Share, why: Explanation) -> str:
    if share.high is None:
        return NO_LIMIT
    return money_interval_text(Interval(share.low, share.typical, share.high), why.currency)


def plot_distribution(goods: pa.Table, rule: Ruling, axes: Axes | None = None) -> Axes:
    """Plot how the typical shares of a catalogue are spread, on a logarithmic axis, by verdict.

    Parameters
    ----------
    goods : pyarrow.Table
        Of `catalogue(...)` or `tabulate_goods(...)`: one row per finished good.
    rule : Ruling
        The rule they were judged by.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Goods that hold nothing, or whose share is not known, have no place on the axis and are counted beside it.
    """
    axes = axes_for(axes, rows=7)
    shares = {v: _typical(goods.filter(pc.equal(goods["verdict"], v))) for v in FILLS}
    drawn = {verdict: PERCENT * found[found > 0] for verdict, found in shares.items()}
    every = np.concatenate(list(drawn.values()))
    edges = _edges(every, None if rule.threshold is None else PERCENT * float(rule.threshold))
    foot = np.zeros(len(edges) - 1)
    for verdict, found in drawn.items():
        height, _ = np.histogram(found, edges)
        name = f"{verdict_name(verdict)}: {len(shares[verdict]):,}"
        axes.bar(
            edges[:-1], height, np.diff(edges), foot, align="edge", edgecolor=INK, linewidth=0.6, label=name,
            **FILLS[verdict],
        )  # fmt: skip
        foot += height
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05 * max(1.0, float(foot.max())))
    open_right(axes)
    axes.xaxis.set_major_formatter(lambda at, _: f"{at:.12g}")
    axes.set_xlabel(f"typical {SHARE}")
    axes.set_ylabel("finished goods [number]")
    axes.locator_params(axis="y", integer=True)
    mark_line(axes, rule.threshold)
    unknown = sum(int(np.isnan(found).sum()) for found in shares.values())
    nothing = sum(int((found == 0).sum()) for found in shares.values())
    beside = f"not on the axis:\n{nothing:,} hold nothing\n{unknown:,} share not known"
    axes.legend(title=beside, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, reverse=True)
    set_title(axes, f"Shares of {len(goods):,} finished goods")
    return axes


def _typical(goods: pa.Table) -> Floats:
    found: Floats = goods["share_typical"].to_numpy().astype(np.float64)
    return found


def _edges(shares: Floats, line: float | None) -> Floats:
    """Return the edges of bars over some shares [%], the line among them: a bar is on one side of it."""
    if not len(shares):
        return np.array([0.01, 1.0]) if line is None else np.array([line / 10, line, line * 10])
    least, most = float(shares.min()) / 1.01, float(shares.max()) * 1.01
    if line is None:
        return np.geomspace(least, most, BINS + 1)
    step = math.log(max(most / min(least, line), 2)) / BINS
    below, above = (max(0, math.ceil(math.log(ratio) / step)) for ratio in (line / least, most / line))
    edges: Floats = line * np.exp(step * np.arange(-below, max(above, 1) + 1))
    return edges
