"""Shares as they are: of every good, on the way up to a good, by what brings them, and over a whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment, Interval
from deminimis.explanation import Explanation
from deminimis.report.explanation_text import share_names
from deminimis.report.digits import money_text, threshold_text
from deminimis.report.plots.paper import (
    GREY,
    INK,
    PALE,
    PERCENT,
    SHARE,
    axes_for,
    draw_interval,
    mark_line,
    name_rows,
    set_title,
    share_scale,
)
from deminimis.report.selection import worst_first
from deminimis.report.words import SYMBOLS, VERDICT_NAMES, counted, plain
from deminimis.rules import Ruling

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOP = 30
BINS = 60
FILLS = {
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
    set_title(axes, f"Dilution on the way to {plain(why.part_number)}")
    return axes
