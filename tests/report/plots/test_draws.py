"""Draws on paper: every draw is in a bar on its side of the line, and proven is told from likely."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import deminimis as dm
from deminimis.report.plots import plot_draws, plot_probabilities, plot_tornado, plot_variance
from deminimis.report.uncertainty_text import input_text
from tests.report.plots.marks import bars, line_at, places, remarks, rows
from tests.uncertainty.bills import motor, pumps


def open_motor() -> Any:
    return motor(low=0.2, high=2.0)


def test_every_draw_is_in_one_bar_on_its_side_of_the_line(axes: Any) -> None:
    calculation = open_motor()
    found, shares = dm.simulate(calculation, draws=500), dm.draw_shares(calculation, "motor", draws=500)
    plot_draws(found, "motor", shares, axes)
    below, above = ([(bar.get_x(), bar.get_height()) for bar in group] for group in axes.containers)
    line = line_at(axes)
    assert line == 0.1
    assert sum(height for _, height in above) == 500 * found.good("motor").probability
    assert sum(height for _, height in below + above) == 500
    assert max(x for x, _ in below) < line <= min(x for x, _ in above)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("share of the article's value [%]", "draws [number]")
    with pytest.raises(KeyError):
        plot_draws(found, "pump", shares, axes)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3])
def test_draws_that_are_all_alike_are_one_bar(axes: Any, share: float) -> None:
    plot_draws(dm.simulate(open_motor(), draws=5), "motor", np.full(5, share), axes)
    assert sorted(bar.get_height() for bar in bars(axes))[-2:] == [0, 5]


def test_probabilities_are_those_of_the_simulation_the_open_ones_first(axes: Any) -> None:
    found = dm.simulate(pumps(0.01, 1.0, 1000.0, low=0.2, high=2.0, material_origin="China"))
    plot_probabilities(found, axes)
    assert rows(axes) == ["◐ pump-1", "● pump-2", "○ pump-0"]
    assert [bar.get_width() for bar in bars(axes)] == [100 * found.goods[i].probability for i in (1, 2, 0)]
    assert remarks(axes)[1:] == ["yes: proven", "no: proven"]
    assert axes.get_xlabel() == "probability of a share at or above 0.1 % [%]"


def test_a_good_without_a_probability_says_why(axes: Any) -> None:
    found = dm.simulate(open_motor(), draws=5)
    lost = replace(found.goods[0], probability=None, standard_error=None, reason="it has no value")
    plot_probabilities(replace(found, goods=(lost,)), axes)
    assert bars(axes) == []
    assert remarks(axes) == ["no probability: it has no value"]


def test_a_tornado_is_the_swings_and_the_exact_interval(axes: Any) -> None:
    found = dm.tornado(open_motor(), "motor")
    plot_tornado(found, axes)
    assert [row.replace("\n", " ").replace("\u00a0", " ") for row in rows(axes)] == [
        *(input_text(swing.input, "USD") for swing in found.swings),
        "all together: the exact interval",
    ]
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars(axes)]
    ends = [(100 * s.low, 100 * s.high) for s in found.swings] + [(100 * found.share.low, 100 * found.share.high)]
    assert np.allclose(spans, ends)
    assert places(axes, "all typical")[0] == pytest.approx([0.1, 0.1])
    assert line_at(axes) == 0.1
    assert axes.get_xlabel() == "share of the article's value [%]"


def test_variance_shares_are_those_found(axes: Any) -> None:
    found = dm.sobol(open_motor(), "motor", samples=64)
    plot_variance(found, "USD", axes)
    assert len(rows(axes)) == len(found.shares) == 2
    assert "USD/kg" in " ".join(rows(axes))
    parts = [100 * share.total for share in found.shares] + [100 * share.first for share in found.shares]
    assert [bar.get_width() for bar in bars(axes)] == pytest.approx(parts)
    assert axes.get_xlabel().startswith("part of the variance of the share [%]")


def test_a_share_that_does_not_vary_says_so(axes: Any) -> None:
    found = replace(dm.sobol(open_motor(), "motor", samples=64), shares=())
    plot_variance(found, "USD", axes)
    assert axes.get_title(loc="left") == "Nothing varies in the share of motor"
