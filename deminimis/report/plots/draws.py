"""Uncertainty: the draws of a share, how likely each good crosses, and which input decides it."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from deminimis.assessment import UNDETERMINED, Interval
from deminimis.model import Floats
from deminimis.report.digits import share_text, threshold_text
from deminimis.report.plots.paper import (
    GREY,
    INK,
    MOST_SIGNS,
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
from deminimis.report.plots.shares import TOP
from deminimis.report.uncertainty_text import INPUTS_SHOWN, input_text, probability_text
from deminimis.report.words import SYMBOLS
from deminimis.uncertainty import Chance, Simulation, Tornado, UncertainInput, Variance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BARS = 40
KINDS = {"total": ("with all it multiplies", -0.19, PALE), "first": ("alone", 0.19, INK)}
"""Of each kind of variance share: its name, its place in the row of an input, its colour."""


def plot_draws(found: Simulation, part_number: str, shares: Floats, axes: Axes | None = None) -> Axes:
    """Plot the draws of the share of one finished good, with the line.

    Parameters
    ----------
    found : Simulation
    part_number : str
    shares : ndarray (draws,)
        Of `draw_shares`, with the draws and the seed of the simulation.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    KeyError
        If the simulation is not of that good.
    """
    good, threshold = found.good(part_number), found.ruling.threshold
    axes = axes_for(axes)
    line = PERCENT * float(threshold or 0)
    edges, first_above = _edges(PERCENT * shares, line)
    count, _ = np.histogram(PERCENT * shares, edges)
    above = np.arange(len(count)) >= first_above
    for side, name, colour in ((~above, "below the line", "white"), (above, "at or above", GREY)):
        axes.bar(
            edges[:-1][side], count[side], np.diff(edges)[side], align="edge", color=colour, edgecolor=INK,
            linewidth=0.6, label=name,
        )  # fmt: skip
    mark_line(axes, threshold)
    axes.set_xlabel(SHARE)
    axes.set_ylabel("draws [number]")
    axes.locator_params(axis="y", integer=True)
    axes.legend(frameon=False)
    open_right(axes)
    set_title(axes, f"{len(shares):,} draws of {row_name(part_number)}: {probability_text(good, found.draws)}")
    return axes


def _edges(shares: Floats, line: float) -> tuple[Floats, int]:
    """Return the edges of bars over some shares [%], the line among them, and its place: a bar is on one side of it."""
    least, most = min(float(shares.min()), line), max(float(shares.max()), line)
    step = (most - least) / BARS or 1.0
    # One more on either side, so that rounding leaves no share outside.
    below, above = (math.floor(width / step) + 1 for width in (line - least, most - line))
    edges = np.array([line + step * place for place in range(-below, above + 1)])
    return edges, below


def plot_probabilities(found: Simulation, axes: Axes | None = None, *, top: int = TOP) -> Axes:
    """Plot how likely each finished good is at or above the line.

    Parameters
    ----------
    found : Simulation
    axes : matplotlib.axes.Axes, optional
    top : int
        Goods shown: those whose verdict is open first, the likeliest of them on top.

    Returns
    -------
    matplotlib.axes.Axes
        What is proven has a full bar or none; a good without a probability has no bar and says why.
    """
    goods = sorted(found.goods, key=_open_first)[:top]
    axes = axes_for(axes, len(goods))
    name_rows(
        axes,
        [f"{SYMBOLS[good.verdict]} {good.part_number}" for good in goods],
        [fill(probability_text(good, found.draws), MOST_SIGNS) for good in goods],
    )
    rows = [row for row, good in enumerate(goods) if good.probability is not None]
    likely = [PERCENT * (goods[row].probability or 0.0) for row in rows]
    error = [PERCENT * (goods[row].standard_error or 0.0) for row in rows]
    colours = [INK if goods[row].proven else PALE for row in rows]
    axes.barh(rows, likely, height=0.6, color=colours, edgecolor=INK)
    axes.errorbar(likely, rows, xerr=error, fmt="none", ecolor=INK, capsize=3)
    axes.set_xlim(0, PERCENT)
    axes.set_xlabel(f"probability of a share at or above {threshold_text(found.ruling.threshold)} [%]")
    set_title(axes, f"{found.draws:,} draws, seed {found.seed}; black is proven, ± is the standard error")
    return axes


def _open_first(good: Chance) -> tuple[bool, float]:
    return good.verdict != UNDETERMINED, -1.0 if good.probability is None else -good.probability


def plot_tornado(found: Tornado, axes: Axes | None = None, *, top: int = INPUTS_SHOWN) -> Axes:
    """Plot what each uncertain input alone does to the share of one finished good, with the line.

    Parameters
    ----------
    found : Tornado
    axes : matplotlib.axes.Axes, optional
    top : int
        Inputs shown, the widest first.

    Returns
    -------
    matplotlib.axes.Axes
        The lowest row is the exact interval: all inputs at their low, and at their high end.
    """
    shown, share = found.swings[:top], found.share
    axes = axes_for(axes, len(shown) + 1)
    spans = [(swing.low, swing.high) for swing in shown] + [(share.low or 0.0, share.high or 0.0)]
    names = [_input_name(swing.input, found.currency) for swing in shown] + ["all together: the exact interval"]
    ends = [share_text(Interval(low, None, high), found.threshold) for low, high in spans]
    name_rows(axes, names, ends)
    hatches = [""] * len(shown) + ["////"]
    for row, ((low, high), hatch) in enumerate(zip(spans, hatches, strict=True)):
        axes.barh(row, PERCENT * (high - low), 0.6, PERCENT * low, facecolor=PALE, edgecolor=INK, hatch=hatch)
    if share.typical is not None:
        axes.axvline(PERCENT * share.typical, color=INK, linestyle=":", label="all typical")
        put_legend_below(axes, "all typical")
    mark_line(axes, found.threshold)
    axes.set_xlabel(SHARE)
    set_title(axes, f"What each input alone does to the share of {row_name(found.part_number)}, all else typical")
    return axes


def plot_variance(found: Variance, currency: str = "", axes: Axes | None = None, *, top: int = INPUTS_SHOWN) -> Axes:
    """Plot which part of the variance of a good's share each input explains.

    Parameters
    ----------
    found : Variance
    currency : str
        Of the prices and values in the words for an input.
    axes : matplotlib.axes.Axes, optional
    top : int
        Inputs shown, those that explain most.

    Returns
    -------
    matplotlib.axes.Axes
        Without bars where the share does not vary.
    """
    shown = found.shares[:top]
    axes = axes_for(axes, math.ceil(1.5 * len(shown)))
    name_rows(axes, [_input_name(share.input, currency) for share in shown])
    for kind, (name, offset, colour) in KINDS.items():
        parts = [PERCENT * getattr(share, kind) for share in shown]
        errors = [PERCENT * getattr(share, f"{kind}_error") for share in shown]
        rows = [row + offset for row in range(len(shown))]
        axes.barh(rows, parts, 0.36, color=colour, edgecolor=INK, label=name)
        axes.errorbar(parts, rows, xerr=errors, fmt="none", ecolor=GREY, capsize=3)
    axes.set_xlim(left=0)
    axes.set_xlabel("part of the variance of the share [%], with its 95 % interval")
    put_legend_below(axes, *(name for name, *_ in KINDS.values()))
    varies = "What explains the variance of" if shown else "Nothing varies in"
    set_title(axes, f"{varies} the share of {row_name(found.part_number)}")
    return axes


def _input_name(about: UncertainInput, currency: str) -> str:
    # The two ends of a range stay on one line.
    return fill(input_text(about, currency).replace(" … ", "\u00a0…\u00a0"), MOST_SIGNS)
