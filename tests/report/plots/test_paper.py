"""The paper itself: made if none is given, and a sentence where the library is missing."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from matplotlib import pyplot

from deminimis import Assessment
from deminimis.errors import ReportError
from deminimis.report.plots import plot_shares


def test_without_axes_a_figure_is_made_that_is_high_enough(pumps: Assessment) -> None:
    pyplot.switch_backend("agg")
    try:
        axes = plot_shares(pumps)
        assert axes.get_figure() is pyplot.gcf()
        axes.figure.draw_without_rendering()
    finally:
        pyplot.close("all")


def test_without_the_library_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch, pumps: Assessment) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ReportError, match=r"pip install 'deminimis\[notebook\]'"):
        plot_shares(pumps)


def test_the_room_is_imported_without_the_library() -> None:
    seen: Any = subprocess.run(
        [sys.executable, "-c", "import sys, deminimis.report.plots; print('matplotlib' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert seen.stdout.strip() == "False"
