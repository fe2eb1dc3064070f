"""Uncertainty: the draws of a share, how likely each good crosses, and which input decides it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from deminimis.assessment import UNDETERMINED, Interval
from deminimis.model import Floats
from deminimis.report.digits import share_text, threshold_text
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
    set_title,
)
from deminimis.report.plots.shares import TOP
from deminimis.report.uncertainty_text import INPUTS_SHOWN, input_text, probability_text
from deminimis.report.words import SYMBOLS, plain
from deminimis.uncertainty import Chance, Simulation, Tornado, UncertainInput, Variance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BARS = 40
WORDS_WIDE = 44
"""Signs in a line of the words for an input."""


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
    edges = PERCENT * np.linspace(0.0, float(shares.max()) or 1.0, BARS + 1)
    if threshold is not None:
        # A bar is on one side of the line.
        edges = np.union1d(edges, [PERCENT * float(threshold)])
    count, _ = np.histogram(PERCENT * shares, edges)
    above = np.zeros(len(count), dtype=bool) if threshold is None else edges[:-1] >= PERCENT * float(threshold)
    for side, name, colour in ((~above, "below the line", "white"), (above, "at or above", GREY)):
        axes.bar(
            edges[:-1][side], count[side], np.diff(edges)[side], align="edge", color=colour, edgecolor=INK,
            linewidth=0.6, label=name,
        )  # fmt: skip
    mark_line(axes, threshold)
    axes.set_xlabel(SHARE)
    axes.set_ylabel("draws [number]")
    axes.legend(frameon=False)
    open_right(axes)
    set_title(axes, f"{len(shares):,} draws of {plain(part_number)}: {probability_text(good, found.draws)}")
    return axes


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
        [fill(probability_text(good, found.draws), WORDS_WIDE) for good in goods],
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
    colours = [PALE] * len(shown) + [INK]
    for row, ((low, high), colour) in enumerate(zip(spans, colours, strict=True)):
        axes.barh(row, PERCENT * (high - low), 0.6, PERCENT * low, color=colour, edgecolor=INK)
    if share.typical is not None:
        axes.axvline(PERCENT * share.typical, color=GREY, linestyle=":", label="all typical")
        axes.legend(loc="lower right", frameon=False, handles=axes.get_lines()[-1:])
    mark_line(axes, found.threshold)
    axes.set_xlabel(SHARE)
    set_title(axes, f"What each input alone does to the share of {plain(found.part_number)}, all else typical")
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
    axes = axes_for(axes, 2 * len(shown))
    name_rows(axes, [_input_name(share.input, currency) for share in shown])
    for offset, kind, name, colour in ((-0.19, "total", "with all it multiplies", PALE), (0.19, "first", "alone", INK)):
        parts = [PERCENT * getattr(share, kind) for share in shown]
        errors = [PERCENT * getattr(share, f"{kind}_error") for share in shown]
        rows = [row + offset for row in range(len(shown))]
        axes.barh(rows, parts, 0.36, color=colour, edgecolor=INK, label=name)
        axes.errorbar(parts, rows, xerr=errors, fmt="none", ecolor=GREY, capsize=3)
    axes.set_xlim(left=0)
    axes.set_xlabel("part of the variance of the share [%], with its 95 % interval")
    axes.figure.legend(loc="outside lower right", ncols=2, frameon=False)
    varies = "What explains the variance of" if shown else "Nothing varies in"
    set_title(axes, f"{varies} the share of {plain(found.part_number)}")
    return axes


def _input_name(about: UncertainInput, currency: str) -> str:
    return fill(input_text(about, currency), WORDS_WIDE)
