"""Axes without a window: drawn in memory, by the class and not through the state of pyplot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure


@pytest.fixture
def axes() -> Iterator[Axes]:
    """Axes that are drawn after the test, so that what cannot be drawn, or only with a warning, fails it."""
    figure = Figure(layout="constrained")
    given = figure.subplots()
    yield given
    figure.draw_without_rendering()
