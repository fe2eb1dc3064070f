"""What stands on axes, for tests to look at."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle


def places(axes: Axes, label: str) -> list[list[float]]:
    """The x and y of every line of a name: of the only one, or of the last."""
    (*_, line) = [line for line in axes.get_lines() if line.get_label() == label]
    return [np.asarray(line.get_xdata(), float).tolist(), np.asarray(line.get_ydata(), float).tolist()]


def line_at(axes: Axes, name: str = "0.1 % line") -> float:
    """Where the line of the law stands on the x axis, after a look that it is named in the plot."""
    assert name in [text.get_text() for text in axes.texts]
    (left, right), _ = places(axes, name)
    assert left == right
    return left


def rows(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def remarks(axes: Axes) -> list[str]:
    """What is said beside the rows, without the name of the line above them."""
    return [text.get_text() for text in axes.texts if "line" not in text.get_text()]


def signs(axes: Axes, marker: str = "o") -> list[tuple[float, float]]:
    """Where a sign stands, from above downwards."""
    found = [line.get_xydata() for line in axes.get_lines() if line.get_marker() == marker]
    return sorted(((float(x), float(y)) for points in found for x, y in np.asarray(points)), key=lambda at: at[1])


def bars(axes: Axes) -> list[Rectangle]:
    return [bar for bars in axes.containers for bar in bars if isinstance(bar, Rectangle)]
