"""Laws of the draws: inside the exact interval, certain where it is proven, the same for the same parts and seed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis import Calculation, Reading, assess, calculate
from deminimis.assessment import UNDETERMINED
from deminimis.uncertainty import draw_shares, simulate
from deminimis.uncertainty.drawing import draw_own
from deminimis.uncertainty.inputs import read_uncertainty
from tests.builders import make_bom
from tests.strategies import RATES, Rows, boms
from tests.uncertainty.bills import ON, pumps

LOW, TYPICAL, HIGH = range(3)
MATERIALS = ("dysprosium_metal", "terbium_metal", "dysprosium_oxide", "yttrium_oxide", "dysprosium")
SUPPLIERS = ("", "Sample East", "Sample West")


@st.composite
def banded_boms(draw: st.DrawFn) -> dict[str, Rows]:
    """Bills with bands of prices, declarations of several suppliers, magnets of known grade, and sourcing."""
    tables = draw(boms())
    bands = st.tuples(st.integers(1, 400), st.integers(0, 400), st.integers(0, 400))
    tables["prices"] = [
        {"material": material, "low": a, "typical": a + b, "high": a + b + c, "currency": "USD", "unit": "kg"}
        for material, (a, b, c) in ((material, draw(bands)) for material in MATERIALS)
    ]
    for row in tables["declarations"]:
        row["supplier"] = draw(st.sampled_from(SUPPLIERS))
        row["valid_to"] = draw(st.sampled_from([None, None, "2026-01-01"]))
    for row in tables["parts"]:
        if draw(st.booleans()):
            row["item_class"], row["grade"] = "ndfeb_magnet", draw(st.sampled_from([None, "N42SH", "N35"]))
    numbers = [row["part_number"] for row in tables["parts"]]
    split = draw(st.sampled_from([(100,), (60, 40), (50, 25, 25)]))
    tables["sourcing"] = [
        {
            "part_number": number,
            "supplier": f"Sample {place}",
            "share_percent": share,
            "origin": draw(st.sampled_from([None, "China", "Japan"])),
        }
        for number in draw(st.lists(st.sampled_from(numbers), max_size=2, unique=True))
        for place, share in zip(("East", "West", "North"), split, strict=False)
    ]
    tables["rates"] = RATES
    return tables


READINGS = st.builds(
    Reading,
    sourcing=st.sampled_from(["prorate", "worst"]),
    unknown_origin=st.sampled_from(["interval", "china", "excluded"]),
    numerator=st.sampled_from(["part1_china", "part1_any_origin", "annex1_china"]),
)


@given(banded_boms(), READINGS)
@settings(max_examples=200, deadline=None)
def test_every_draw_of_own_content_lies_inside_its_interval_and_typical_is_typical(
    tables: dict[str, Rows], reading: Reading
) -> None:
    calculation = calculate(make_bom(**tables), ON, reading)
    sources = calculation.sources
    uncertainty = read_uncertainty(calculation, frozenset(sources.carriers.tolist()))
    limited = np.ones(len(sources.carriers), dtype=bool)
    for content in calculation.measures.contents.contents:
        limited[np.searchsorted(sources.carriers, content.part)] &= not content.unbounded
    ends = sources.own
    places = np.searchsorted(sources.carriers, uncertainty.carriers)
    own = np.zeros((len(ends), 100))
    own[places] = draw_own(uncertainty, 100, 61, "triangular")
    assert (own >= ends[:, [LOW]] * (1 - 1e-12))[limited].all()
    assert (own <= ends[:, [HIGH]] * (1 + 1e-12))[limited].all()
    typical = np.zeros(len(ends))
    counts = [gate.typical for gate in uncertainty.gates]
    typical[places] = uncertainty.at(uncertainty.bands[:, [TYPICAL]], counts)[:, 0]
    assert np.allclose(typical[limited], ends[limited, TYPICAL], rtol=1e-12, atol=0)


@given(banded_boms(), st.sampled_from(["triangular", "pert"]))
@settings(max_examples=100, deadline=None)
def test_every_draw_of_a_share_lies_inside_the_interval_of_the_assessment(
    tables: dict[str, Rows], distribution: Any
) -> None:
    calculation = calculate(make_bom(**tables), ON)
    found = simulate(calculation, goods=["P0"], draws=50, distribution=distribution).good("P0")
    exact = assess(calculation.bom, ON).good("P0")
    assert (found.share, found.verdict) == (exact.share, exact.verdict)
    if found.quantiles is None:
        assert exact.share.high is None or exact.share.typical is None or found.reason or found.proven
        return
    shares = draw_shares(calculation, "P0", draws=50, distribution=distribution)
    assert exact.share.low is not None
    assert exact.share.high is not None
    assert exact.share.low <= shares.min()
    assert shares.max() <= exact.share.high
    assert found.quantiles == tuple(np.sort(shares)[[2, 24, 47]])


@given(banded_boms())
@settings(max_examples=100, deadline=None)
def test_what_is_proven_has_the_probability_0_or_1_and_nothing_else_has_no_error(tables: dict[str, Rows]) -> None:
    calculation = calculate(make_bom(**tables), ON)
    found, good = simulate(calculation, draws=20).good("P0"), assess(calculation.bom, ON).good("P0")
    if good.verdict != UNDETERMINED:
        assert (found.probability, found.standard_error) == (float(good.verdict == "at_or_above"), 0.0)
    elif found.probability is None:
        assert found.standard_error is None
        assert found.reason
    else:
        assert found.standard_error is not None
        assert found.standard_error > 0


@given(banded_boms(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_changes_no_draw(tables: dict[str, Rows], shuffle: Any) -> None:
    calculation = calculate(make_bom(**tables), ON)
    mixed = {name: list(rows) for name, rows in tables.items()}
    for name in ("lines", "parts", "prices"):
        shuffle.shuffle(mixed[name])
    other = calculate(make_bom(**mixed), ON)
    drawn = [_own(either) for either in (calculation, other)]
    assert drawn[0][0] == drawn[1][0]
    assert drawn[0][1].tobytes() == drawn[1][1].tobytes()


def _own(calculation: Calculation) -> tuple[list[str], Any]:
    uncertainty = read_uncertainty(calculation, frozenset(calculation.sources.carriers.tolist()))
    names = [calculation.part_numbers[code] for code in uncertainty.carriers.tolist()]
    return names, draw_own(uncertainty, 70, 61, "triangular")


def test_the_order_of_lines_changes_no_byte_of_the_result() -> None:
    # Numbers that float64 holds exactly: the exact interval itself is summed in the order of the lines.
    amounts = {"low": 1 / 64, "amount": 1 / 8, "high": 1 / 2}
    tables: dict[str, Rows] = {
        "parts": [
            *({"part_number": f"M{i}", "unit_value": 1.0} for i in range(6)),
            *({"part_number": f"G{i}", "unit_value": 2048.0, "finished_good": "yes"} for i in range(4)),
        ],
        "declarations": [
            {"part_number": f"M{i}", "material": "terbium_metal", "basis": "value_per_piece", **amounts}
            for i in range(6)
        ],
        "lines": [{"parent": f"G{i}", "child": f"M{j}", "quantity": (i + j) % 3} for i in range(4) for j in range(6)],
    }
    backwards = tables | {"lines": tables["lines"][::-1], "parts": tables["parts"][5::-1] + tables["parts"][6:]}
    results = [simulate(make_bom(**rows), on=ON, draws=300).as_dict() for rows in (tables, backwards)]
    assert json.dumps(results[0]) == json.dumps(results[1])
    assert 0 < results[0]["licences"]["expected"] < 4


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    calculation = pumps(1.0, 2.0, low=0.2, high=2.0)
    first, again, other = (json.dumps(simulate(calculation, seed=seed).as_dict()["goods"]) for seed in (7, 7, 8))
    assert first == again != other


def test_more_draws_begin_with_the_same() -> None:
    calculation = pumps(1.0, low=0.2, high=2.0)
    few, many = (draw_shares(calculation, "pump-0", draws=draws) for draws in (100, 333))
    assert few.tobytes() == many[:100].tobytes()


def test_a_good_drawn_for_itself_is_drawn_as_in_the_catalogue() -> None:
    calculation = pumps(1.0, 0.7, 0.4, low=0.2, high=2.0)
    alone = simulate(calculation, goods=["pump-1"]).good("pump-1")
    assert alone == simulate(calculation).good("pump-1")


def test_draws_made_in_blocks_of_another_size_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    calculation = pumps(1.0, 0.7, 0.4, low=0.2, high=2.0)
    whole = simulate(calculation, draws=200)
    monkeypatch.setattr("deminimis.uncertainty.drawing.DRAWS_AT_ONCE", 7)
    monkeypatch.setattr("deminimis.uncertainty.drawing.NUMBERS_AT_ONCE", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    assert simulate(calculation, draws=200) == whole


def test_two_goods_with_the_same_single_carrier_cross_together() -> None:
    calculation = pumps(1.0, 1.0, low=0.2, high=2.0)
    shares = [draw_shares(calculation, f"pump-{i}") for i in range(2)]
    assert shares[0].tobytes() == shares[1].tobytes()
    found = simulate(calculation)
    likely = found.probability["pump-0"]
    assert likely is not None
    assert 0.1 < likely < 0.9
    # Both or none: the number of goods is 0 or 2, and its deviation twice that of one.
    assert found.licences.expected == pytest.approx(2 * likely)
    assert found.licences.standard_deviation == pytest.approx(2 * (likely * (1 - likely)) ** 0.5, rel=1e-3)
    assert found.licences.if_independent == pytest.approx((2 * likely * (1 - likely)) ** 0.5)


def test_of_two_goods_that_share_a_carrier_the_one_with_more_crosses_whenever_the_other_does() -> None:
    calculation = pumps(1.0, 0.7, low=0.2, high=2.0)
    more, less = (draw_shares(calculation, f"pump-{i}") for i in range(2))
    assert (more >= less).all()
    assert ((more >= 0.001) | (less < 0.001)).all()


ends = st.lists(st.floats(0, 1000), min_size=5, max_size=5).map(sorted)


@given(ends)
@settings(max_examples=100, deadline=None)
def test_narrowing_the_interval_of_an_input_never_widens_the_range_of_its_draws(five: list[float]) -> None:
    widest, low, typical, high, beyond = five
    wide = {"low": widest, "amount": typical, "high": beyond}
    narrow = {"low": low, "amount": typical, "high": high}
    spans = []
    for declared in (wide, narrow):
        shares = draw_shares(
            pumps(1.0, basis="value_per_piece", material_origin="China", **declared), "pump-0", draws=200
        )
        spans.append(shares.max() - shares.min())
    assert spans[1] <= spans[0] * (1 + 1e-9) + 1e-15


@given(banded_boms())
@settings(max_examples=60, deadline=None)
def test_knowing_more_keeps_every_draw_inside_the_wider_interval(tables: dict[str, Rows]) -> None:
    before = assess(make_bom(**tables), ON).good("P0").share
    known = [row | {"low": row["amount"], "high": row["amount"]} for row in tables["declarations"]]
    calculation = calculate(make_bom(**(tables | {"declarations": known})), ON)
    found = simulate(calculation, goods=["P0"], draws=30).good("P0")
    if found.quantiles is not None and before.low is not None and before.high is not None:
        assert before.low * (1 - 1e-12) <= found.quantiles[0]
        assert found.quantiles[-1] <= before.high * (1 + 1e-12)
