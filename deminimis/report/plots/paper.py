"""What every plot is drawn on: the axes, the names of its rows, the line of the law, and a scale for shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from textwrap import fill
from typing import TYPE_CHECKING, Any

from deminimis.assessment import Interval
from deminimis.errors import ReportError
from deminimis.report.digits import threshold_text
from deminimis.report.words import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, GREY, PALE = "black", "0.55", "0.85"
SHARE = "share of the article's value [%]"
PERCENT = 100
MOST_SIGNS = 36
"""Signs in a line of the name of a row; longer words are shortened."""
TITLE_WIDE = 80
"""Signs in a line of a title."""

WIDTH, HEAD, ROW = 8.0, 1.6, 0.42
"""Inches: of a figure, of what stands above and below its rows, of one row."""
LEGEND_BELOW = 0.45
"""Inches from the axis down to its legend."""


def axes_for(axes: Axes | None, rows: int = 6) -> Axes:
    """Return the axes given, or those of a new figure high enough for its rows.

    Raises
    ------
    ReportError
        If matplotlib is not installed.
    """
    if axes is not None:
        return axes
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ReportError("plots need the library matplotlib: pip install 'deminimis[notebook]'.") from None
    _, new = pyplot.subplots(figsize=(WIDTH, HEAD + ROW * max(rows, 2)), layout="constrained")
    return new


def set_title(axes: Axes, text: str) -> None:
    """Write what the plot shows above it, on the left."""
    # A dollar sign in a part number is no formula.
    axes.set_title(fill(text, TITLE_WIDE), loc="left", fontsize="medium", pad=20, parse_math=False)


def name_rows(axes: Axes, names: Sequence[str], remarks: Sequence[str] = ()) -> None:
    """Name the rows from above downwards on the left, and what is to be said of each on the right.

    Parameters
    ----------
    axes : Axes
    names, remarks : sequence of str
    """
    axes.set_yticks(range(len(names)), [row_name(name) for name in names], parse_math=False)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    for row, remark in enumerate(remarks):
        beside = axes.get_yaxis_transform()
        axes.text(1.01, row, remark, transform=beside, va="center", fontsize="small", parse_math=False)
    open_right(axes)


def open_right(axes: Axes) -> None:
    """Leave the plot open where it has no axis."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def put_legend_below(axes: Axes, *names: str) -> None:
    """Say beneath the axis what the signs of these names mean, each once."""
    from matplotlib.transforms import ScaledTranslation

    signs = {name: sign for sign, name in zip(*axes.get_legend_handles_labels(), strict=True) if name in names}
    figure = axes.get_figure(root=True)
    if not signs or figure is None:
        return
    beneath = axes.transAxes + ScaledTranslation(0, -LEGEND_BELOW, figure.dpi_scale_trans)
    place: dict[str, Any] = {"loc": "upper right", "bbox_to_anchor": (1, 0), "bbox_transform": beneath}
    axes.legend(list(signs.values()), list(signs), ncols=len(signs), frameon=False, **place)


def row_name(text: str) -> str:
    """Return the name of a row, every line of it short enough to stand beside a plot.

    Examples
    --------
    >>> row_name("MAGNET-ASSEMBLY-WITH-A-PART-NUMBER-THAT-NO-COLUMN-HOLDS")
    'MAGNET-ASSEMBLY-WIT…T-NO-COLUMN-HOLDS'
    """
    return "\n".join(_shortened(plain(line)) for line in text.split("\n"))


def _shortened(line: str) -> str:
    half = MOST_SIGNS // 2
    return line if len(line) <= MOST_SIGNS else f"{line[: half + 1]}…{line[1 - half :]}"


def mark_line(axes: Axes, threshold: Fraction | None, *, across: bool = False) -> None:
    """Mark the line of the law with a broken line and its name.

    Parameters
    ----------
    axes : Axes
        The share stands on its x axis [%].
    threshold : Fraction or None
    across : bool
        The share stands on the y axis.
    """
    if threshold is None:
        return
    at, name = PERCENT * float(threshold), f"{threshold_text(threshold)} line"
    if across:
        axes.axhline(at, color=INK, linestyle="--", linewidth=1.2, label=name, zorder=2.5)
        beside = axes.get_yaxis_transform()
        axes.text(1.01, at, name, transform=beside, va="center", fontsize="small")
    else:
        axes.axvline(at, color=INK, linestyle="--", linewidth=1.2, label=name, zorder=2.5)
        above = axes.get_xaxis_transform()
        axes.text(at, 1.01, name, transform=above, ha="center", va="bottom", fontsize="small")


@dataclass(frozen=True)
class ShareScale:
    """A logarithmic axis of shares in per cent; what has no logarithm has a place of its own at its end.

    Parameters
    ----------
    nothing : float
        Where a share of zero stands [%].
    no_limit : float
        Where a share without limit stands [%].
    least, most : float
        The ends of the axis [%].
    has_nothing, has_no_limit : bool
    """

    nothing: float
    no_limit: float
    least: float
    most: float
    has_nothing: bool
    has_no_limit: bool

    def place(self, share: float | None) -> float:
        """Return where a share stands; None has no limit."""
        if share is None:
            return self.no_limit
        return PERCENT * share if share > 0 else self.nothing

    def apply(self, axes: Axes) -> None:
        """Give the x axis this scale, with ticks in plain numbers."""
        axes.set(xscale="log", xlim=(self.least, self.most), xlabel=SHARE)
        ticks = [(at, f"{at:.12g}") for at in self._numbers()]
        ticks += [(self.nothing, "0")] if self.has_nothing else []
        ticks += [(self.no_limit, "no\nlimit")] if self.has_no_limit else []
        axes.set_xticks([at for at, _ in ticks], [name for _, name in ticks])
        axes.set_xticks([], minor=True)

    def _numbers(self) -> list[float]:
        begin = self.nothing * 2 if self.has_nothing else self.least
        end = self.no_limit / 2 if self.has_no_limit else self.most
        decades = range(math.floor(math.log10(begin)), math.ceil(math.log10(end)) + 1)
        steps = (1.0, 2.0, 5.0) if len(decades) <= 4 else (1.0,)
        every = math.ceil(len(decades) / 12)
        found = (float(f"{step}e{decade}") for decade in decades[::every] for step in steps)
        return [at for at in found if begin <= at <= end]


def share_scale(shares: Iterable[Interval], threshold: Fraction | None) -> ShareScale:
    """Return the scale on which all ends of some shares have a place, and the line too.

    Examples
    --------
    >>> scale = share_scale([Interval(0.0, 0.02, None)], Fraction(1, 1000))
    >>> scale.place(0.02), scale.place(0.0) < 0.1 < 2.0 < scale.place(None)
    (2.0, True)
    """
    ends = [end for share in shares for end in (share.low or 0.0, share.typical, share.high)]
    typical_or_more = [end for end in ends if end is not None]
    seen = [PERCENT * end for end in typical_or_more if end > 0]
    seen += [PERCENT * float(threshold)] if threshold else []
    least, most = min(seen, default=1.0), max(seen, default=1.0)
    nothing, no_limit = any(end == 0 for end in typical_or_more), any(end is None for end in ends)
    left, right = least / 2, most * 2
    return ShareScale(
        left / 2 if nothing else left,
        right * 2 if no_limit else right,
        left / 3 if nothing else left,
        right * 3 if no_limit else right,
        nothing,
        no_limit,
    )


def draw_interval(axes: Axes, scale: ShareScale, row: float, share: Interval, **style: Any) -> None:
    """Draw a share from its low to its high end, with a sign at the typical one.

    Parameters
    ----------
    axes : Axes
    scale : ShareScale
    row : float
        Its place on the y axis.
    share : Interval
    **style
        Of the sign: marker, markerfacecolor, color, label.
    """
    low, high = scale.place(share.low or 0.0), scale.place(share.high)
    colour = style.get("color", INK)
    axes.plot([low, high], [row, row], color=colour, linewidth=2.5, solid_capstyle="butt", zorder=2)
    if share.typical is not None:
        given = {"marker": "o", "color": INK, "markersize": 7, "linestyle": "none", "zorder": 3, **style}
        axes.plot([scale.place(share.typical)], [row], **given)
