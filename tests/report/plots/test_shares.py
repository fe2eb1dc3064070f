"""Shares on paper: every number is the result's, the line is the rule's, nothing unknown is left out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from deminimis import Assessment, calculate, explain
from deminimis.assessment import Interval, tabulate_goods
from deminimis.report.plots import plot_contributions, plot_dilution, plot_distribution, plot_shares
from deminimis.report.plots.paper import share_scale
from tests.builders import make_bom
from tests.report.assessments import make_assessment, make_good, point
from tests.report.plots.marks import bars, line_at, places, remarks, rows, signs
from tests.uncertainty.bills import ON, price
from tests.uncertainty.bills import pumps as pumps_bill


def box() -> Any:
    """A magnet in a rotor in a pump: 40, 10 and 0.05 %."""
    return calculate(
        make_bom(
            parts=[
                {"part_number": "magnet", "unit_value": 2.5, "currency": "USD"},
                {"part_number": "rotor", "unit_value": 10.0},
                {"part_number": "pump", "unit_value": 2000.0},
            ],
            lines=[("pump", "rotor", 1), ("rotor", "magnet", 1)],
            declarations=[
                {
                    "part_number": "magnet",
                    "material": "terbium_metal",
                    "amount": 1.0,
                    "basis": "g_per_piece",
                    "material_origin": "China",
                }
            ],
            prices=[price(1000.0, 1000.0, 1000.0)],
        ),
        ON,
    )


def test_shares_are_those_of_the_assessment(axes: Any, pumps: Assessment) -> None:
    assert plot_shares(pumps, axes) is axes
    assert rows(axes) == ["PUMP-100", "=1+1", "PUMP-300"]
    assert signs(axes) == [(pytest.approx(0.36923), 0), (pytest.approx(0.0944), 2)]
    assert remarks(axes) == ["● at or above", "◐ undetermined", "○ below"]
    assert axes.get_xlabel() == "share of the article's value [%]"
    assert axes.get_xscale() == "log"
    assert "3 finished goods" in axes.get_title(loc="left")


def test_the_line_is_that_of_the_rule_and_no_other(axes: Any, pumps: Assessment) -> None:
    plot_shares(replace(pumps, ruling=replace(pumps.ruling, threshold=Fraction(1, 200))), axes)
    assert line_at(axes, "0.5 % line") == 0.5


def test_an_unlimited_share_reaches_from_nothing_to_no_limit(axes: Any, pumps: Assessment) -> None:
    plot_shares(pumps, axes)
    ticks = dict(zip((label.get_text() for label in axes.get_xticklabels()), axes.get_xticks(), strict=True))
    (span,) = [line for line in axes.get_lines() if list(line.get_ydata()) == [1, 1]]
    assert list(span.get_xdata()) == [ticks["0"], ticks["no\nlimit"]]
    assert ticks["0"] < 0.0944 < line_at(axes) < ticks["no\nlimit"]


def test_of_many_goods_the_worst_are_shown_and_the_others_counted(axes: Any) -> None:
    goods = [make_good(f"P{i}") for i in range(40)] + [make_good("X", "at_or_above", share=point(0.5))]
    plot_shares(make_assessment(*goods), axes, top=5)
    assert rows(axes) == ["X", "P0", "P1", "P2", "P3"]
    assert "the worst 5 of 41" in axes.get_title(loc="left")


def test_hostile_names_are_written_and_not_obeyed(axes: Any, hostile: Assessment) -> None:
    cost = make_good("$\\frac{$", share=point(0.5))
    plot_shares(replace(hostile, goods=(*hostile.goods, cost)), axes)
    assert "$\\frac{$" in rows(axes)
    assert max(map(len, rows(axes))) < 40


def test_dilution_falls_with_each_level(axes: Any) -> None:
    plot_dilution(explain(box(), "pump"), axes)
    assert rows(axes) == ["magnet", "rotor", "pump"]
    assert [x for x, _ in signs(axes)] == pytest.approx([40.0, 10.0, 0.05])
    assert places(axes, "dilution")[0] == pytest.approx([40.0, 10.0, 0.05])
    assert remarks(axes) == ["● at or above", "● at or above", "○ below"]
    assert line_at(axes) == 0.1


def test_contributions_stand_beside_the_amount_at_the_line(axes: Any) -> None:
    why = explain(box(), "pump")
    plot_contributions(why, "material", axes)
    assert rows(axes) == ["terbium metal"]
    assert [bar.get_width() for bar in bars(axes)] == [1.0]
    assert axes.get_xlabel() == "controlled value in one piece of pump [USD]"
    assert places(axes, "0.1 % line")[0] == [2.0, 2.0]
    assert remarks(axes) == ["1.00 USD", "0.1 % of its value"]
    with pytest.raises(KeyError):
        plot_contributions(why, "colour", axes)


def test_a_distribution_holds_every_good_once(axes: Any) -> None:
    calculation = pumps_of(0.1, 0.5, 0.9, 1.0, 3.0, 40.0)
    goods = tabulate_goods(calculation).goods
    plot_distribution(goods, calculation.ruling, axes)
    drawn = [sum(bar.get_height() for bar in group) for group in axes.containers]
    assert drawn == [3, 0, 3]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "● at or above: 3",
        "◐ undetermined: 0",
        "○ below: 3",
        "0.1 % line",
    ]
    assert axes.get_ylabel() == "finished goods [number]"
    assert axes.get_xlabel() == "typical share of the article's value [%]"


def pumps_of(*quantities: float) -> Any:
    known = {"low": 1.0, "high": 1.0, "material_origin": "China"}
    calculation = pumps_bill(*quantities, **known)
    exact = make_bom(prices=[price(1000.0, 1000.0, 1000.0)]).prices
    return calculate(replace(calculation.bom, prices=exact), ON)


def test_no_bar_of_a_distribution_is_on_both_sides_of_the_line(axes: Any) -> None:
    calculation = pumps_of(0.9, 0.999, 1.0, 1.001)
    plot_distribution(tabulate_goods(calculation).goods, calculation.ruling, axes)
    below, _, above = axes.containers
    line = line_at(axes)
    assert all(bar.get_x() >= line for bar in above if bar.get_height())
    assert all(bar.get_x() + bar.get_width() <= line * (1 + 1e-12) for bar in below if bar.get_height())
    assert sum(bar.get_height() for bar in above) == 2


def test_goods_without_a_place_on_the_axis_are_counted(axes: Any) -> None:
    calculation = calculate(
        make_bom(
            parts=[
                {"part_number": "free", "unit_value": 5.0, "finished_good": "yes"},
                {"part_number": "open", "finished_good": "yes"},
            ],
            declarations=[{"part_number": "open", "material": "terbium_metal", "amount": 1.0, "basis": "g_per_piece"}],
        ),
        ON,
    )
    plot_distribution(tabulate_goods(calculation).goods, calculation.ruling, axes)
    title = axes.get_legend().get_title().get_text()
    assert title.splitlines() == ["not on the axis:", "1 hold nothing", "1 share not known"]
    assert not any(bar.get_height() for bar in bars(axes))


def test_a_scale_has_a_place_for_everything_between_its_ends() -> None:
    shares = [Interval(0.0, 1e-7, 0.5), Interval(None, None, None), point(2.0)]
    scale = share_scale(shares, Fraction(1, 1000))
    seen = [scale.place(end) for end in (0.0, 1e-7, 0.001, 2.0, None)]
    assert seen == sorted(seen)
    assert scale.least < seen[0]
    assert seen[-1] < scale.most
