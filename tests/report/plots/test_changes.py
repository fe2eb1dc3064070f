"""Before and after, and prices: the numbers of the result, in their units, with the line."""

from __future__ import annotations

from typing import Any

import pytest

import deminimis as dm
from deminimis.report.plots import plot_breakeven, plot_comparison, plot_price_sweep, plot_resourcing
from tests.report.plots.marks import line_at, places, remarks, rows, signs
from tests.uncertainty.bills import motor

FLIP = dm.OriginChange("motor", "Japan")


def sweep(*prices: float, calculation: Any = None) -> list[dm.Comparison]:
    given = calculation or motor()
    return [dm.whatif(given, dm.PriceChange("terbium_metal", price)) for price in prices]


def test_a_comparison_shows_both_shares_and_what_became_of_the_verdict(axes: Any) -> None:
    compared = dm.whatif(motor(100.0), FLIP)
    assert plot_comparison(compared, axes) is axes
    assert rows(axes) == ["motor"]
    ((before, above),) = signs(axes, "s")
    ((after, beneath),) = signs(axes)
    nothing = dict(zip((t.get_text() for t in axes.get_xticklabels()), axes.get_xticks(), strict=True))["0"]
    assert (before, after) == (pytest.approx(100 * compared.goods[0].before.share.typical), nothing)
    assert above < 0 < beneath
    assert remarks(axes) == ["● → ○ below"]
    assert line_at(axes) == 0.1
    assert axes.get_xlabel() == "share of the article's value [%]"
    assert axes.get_title(loc="left") == "What if: origin of the material in motor: JP"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["as it is", "changed"]


def test_goods_that_flip_come_first(axes: Any) -> None:
    bom = dm.bom_from_tables(
        parts={"part_number": ["a", "b"], "unit_value": [100.0, 100.0], "finished_good": ["yes", "yes"]},
        declarations={
            "part_number": ["a", "b"],
            "material": ["terbium_metal"] * 2,
            "amount": [1.0, 1.0],
            "basis": ["value_per_piece"] * 2,
            "material_origin": ["China"] * 2,
        },
    )
    plot_comparison(dm.whatif(bom, dm.OriginChange("b", "Japan"), on="2026-11-22"), axes, top=1)
    assert rows(axes) == ["b"]


def test_a_resourcing_shows_its_goods_and_its_cost(axes: Any) -> None:
    calculation = motor(100.0)
    plan = dm.resource(calculation, [dm.Alternative("motor", "Sample Motors", 110.0, material_origin="Japan")])
    plot_resourcing(plan, calculation.ruling, axes)
    assert rows(axes) == ["motor"]
    assert signs(axes, "s")[0][0] == pytest.approx(100 * plan.goods[0].share_before.typical)
    assert remarks(axes) == ["● → ○ below"]
    assert axes.get_title(loc="left") == "Cheapest re-sourcing: costs 10.00 USD"


def test_a_resourcing_that_cannot_be_says_so(axes: Any) -> None:
    calculation = motor(100.0)
    offers = [dm.Alternative("motor", "Sample Motors", 110.0, material_origin="China")]
    plot_resourcing(dm.resource(calculation, offers), calculation.ruling, axes)
    assert axes.get_title(loc="left").startswith("No choice of these alternatives")


def test_a_sweep_is_what_each_comparison_says_in_the_order_of_the_prices(axes: Any) -> None:
    compared = sweep(2000.0, 500.0, 1000.0, calculation=motor(low=0.5, high=2.0))
    plot_price_sweep(compared, "motor", axes)
    prices, shares = places(axes, "typical")
    assert prices == [500.0, 1000.0, 2000.0]
    assert shares == pytest.approx([0.05, 0.1, 0.2])
    (band,) = axes.collections
    assert band.get_datalim(axes.transData).extents == pytest.approx([500.0, 0.025, 2000.0, 0.4])
    assert places(axes, "typical, as it is")[1] == pytest.approx([0.1, 0.1])
    assert places(axes, "0.1 % line")[1] == [0.1, 0.1]
    assert axes.get_xlabel() == "price of terbium metal [USD/kg]"
    assert axes.get_ylabel() == "share of the article's value [%]"


@pytest.mark.parametrize(
    ("compared", "says"),
    [
        ([], "needs comparisons of one material"),
        ([dm.whatif(motor(), FLIP)], "the price of a material"),
        ([*sweep(1.0), dm.whatif(motor(), dm.PriceChange("terbium_oxide", 1.0))], "needs comparisons of one material"),
    ],
)
def test_a_sweep_of_anything_else_is_refused(axes: Any, compared: list[dm.Comparison], says: str) -> None:
    with pytest.raises(dm.QuestionError, match=says):
        plot_price_sweep(compared, "motor", axes)


def test_a_sweep_of_another_good_is_a_key_error(axes: Any) -> None:
    with pytest.raises(KeyError):
        plot_price_sweep(sweep(1.0), "pump", axes)


def test_break_even_prices_are_those_of_the_answer(axes: Any) -> None:
    answer = dm.breakeven(motor(2000.0))
    plot_breakeven(answer, "motor", axes)
    typical = answer.goods[0].materials[0].typical
    assert rows(axes) == ["terbium metal\ntoday 1,000.00 USD/kg"]
    assert signs(axes) == [(typical.value_fixed.factor, 0)]
    assert signs(axes, "s") == [(typical.cost_passed.factor, 0)]
    assert places(axes, "today")[0] == [1, 1]
    assert remarks(axes) == ["2,000.00 USD/kg", "0.1 % at,\nits value as it is"]
    assert axes.get_xlabel() == "price as a multiple of today's [1 = today]"
    with pytest.raises(KeyError):
        plot_breakeven(answer, "pump", axes)


def test_a_material_that_never_crosses_has_no_sign_and_is_said_to_have_none(axes: Any) -> None:
    plot_breakeven(dm.breakeven(motor(2000.0, material_origin="Japan")), "motor", axes)
    assert signs(axes) == []
    assert "never" in remarks(axes)
