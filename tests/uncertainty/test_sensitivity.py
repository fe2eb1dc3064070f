"""Which input moves a good most: against formulas of a product of independent factors."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from deminimis import QuestionError, assess, calculate
from deminimis.uncertainty import sobol, tornado
from tests.builders import make_bom
from tests.uncertainty.bills import ON, motor, price
from tests.uncertainty.test_simulation import mean, variance

AMOUNT, PER_GRAM = (0.5, 1.0, 3.0), (0.5, 1.0, 2.0)


def test_each_input_alone_moves_the_share_from_its_low_to_its_high_end_widest_first() -> None:
    found = tornado(motor(low=0.5, high=3.0, material_origin=None), "motor")
    assert [(s.input.kind, s.low, s.high) for s in found.swings] == [
        ("amount", pytest.approx(0.0005), pytest.approx(0.003)),
        ("price", pytest.approx(0.0005), pytest.approx(0.002)),
        ("origin", 0.0, pytest.approx(0.001)),
    ]
    assert (found.share.low, found.share.high) == (0.0, pytest.approx(0.006))
    assert (float(found.threshold), found.verdict, found.currency) == (0.001, "undetermined", "USD")


def test_alternatives_are_tried_one_by_one() -> None:
    rows = [
        {"part_number": "motor", "material": "terbium_metal", "amount": amount, "basis": "value_per_piece",
         "supplier": supplier, "material_origin": "China"}
        for supplier, amount in (("Sample East", 1.0), ("Sample North", 2.0), ("Sample West", 6.0))
    ]  # fmt: skip
    parts = [{"part_number": "motor", "unit_value": 1000.0, "finished_good": "yes"}]
    (swing,) = tornado(make_bom(parts=parts, declarations=rows), "motor", on=ON).swings
    assert (swing.input.kind, swing.low, swing.high) == ("alternative", pytest.approx(0.001), pytest.approx(0.006))


def test_an_unknown_form_moves_from_nothing_to_all() -> None:
    (swing,) = tornado(motor(material="terbium", amount=2.0, basis="value_per_piece"), "motor").swings
    assert (swing.input.kind, swing.low, swing.high) == ("form", 0.0, pytest.approx(0.002))


def test_many_inputs_are_moved_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    calculation = motor(low=0.5, high=3.0, material_origin=None)
    whole = tornado(calculation, "motor")
    monkeypatch.setattr("deminimis.uncertainty.swings.PLACES_AT_ONCE", 1)
    assert tornado(calculation, "motor") == whole


def test_no_swing_leaves_the_exact_interval() -> None:
    calculation = motor(low=0.5, high=3.0, material_origin=None)
    exact = assess(calculation.bom, ON).good("motor").share
    for swing in tornado(calculation, "motor").swings:
        assert exact.low <= swing.low <= swing.high <= exact.high  # type: ignore[operator]


def test_what_is_certain_swings_nothing() -> None:
    certain = motor(amount=1.0, basis="value_per_piece")
    assert tornado(certain, "motor").swings == ()
    assert (sobol(certain, "motor").shares, sobol(certain, "motor").standard_deviation) == ((), 0.0)


def test_shares_of_variance_of_two_factors_are_those_of_the_formula() -> None:
    found = sobol(motor(low=0.5, high=3.0), "motor", samples=4096)
    of_amount = variance(*AMOUNT) * mean(*PER_GRAM) ** 2
    of_price = variance(*PER_GRAM) * mean(*AMOUNT) ** 2
    of_both = variance(*AMOUNT) * variance(*PER_GRAM)
    whole = of_amount + of_price + of_both
    by_kind = {share.input.kind: share for share in found.shares}
    assert [share.input.kind for share in found.shares] == ["amount", "price"]
    assert by_kind["amount"].first == pytest.approx(of_amount / whole, abs=0.02)
    assert by_kind["amount"].total == pytest.approx((of_amount + of_both) / whole, abs=0.02)
    assert by_kind["price"].first == pytest.approx(of_price / whole, abs=0.02)
    assert by_kind["price"].total == pytest.approx((of_price + of_both) / whole, abs=0.02)
    assert found.mean == pytest.approx(mean(*AMOUNT) * mean(*PER_GRAM) / 1000, rel=0.01)
    assert found.standard_deviation == pytest.approx(whole**0.5 / 1000, rel=0.02)


def test_an_unknown_origin_explains_its_part_too() -> None:
    calculation = motor(amount=2.0, low=1.0, high=3.0, basis="value_per_piece", material_origin=None)
    found = sobol(calculation, "motor", samples=4096, china=0.5)
    amount, odds = (1.0, 2.0, 3.0), 0.25
    whole = (variance(*amount) + mean(*amount) ** 2) * 0.5 - (mean(*amount) * 0.5) ** 2
    by_kind = {share.input.kind: share for share in found.shares}
    assert by_kind["origin"].first == pytest.approx(odds * mean(*amount) ** 2 / whole, abs=0.03)
    assert by_kind["amount"].first == pytest.approx(variance(*amount) * 0.25 / whole, abs=0.03)


def test_shares_of_variance_are_the_same_for_the_same_seed_and_zero_is_a_seed() -> None:
    calculation = motor(low=0.5, high=3.0)
    first, again, other = (sobol(calculation, "motor", samples=64, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_the_answers_are_plain_values() -> None:
    calculation = motor(low=0.5, high=3.0, material_origin=None)
    swing = json.loads(json.dumps(tornado(calculation, "motor").as_dict()))["swings"][0]
    assert swing["input"]["kind"] == "amount"
    shares = json.loads(json.dumps(sobol(calculation, "motor", samples=64).as_dict()))["shares"]
    assert {share["input"]["kind"] for share in shares} == {"amount", "price", "origin"}


@pytest.mark.parametrize(
    ("samples", "words"), [(1000, "1000 samples are no power of two: take 1024"), (2**26, "more than can be held")]
)
def test_samples_that_cannot_be_taken_are_refused(samples: int, words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        sobol(motor(low=0.5, high=3.0, material_origin=None), "motor", samples=samples)


def test_a_good_without_value_has_no_swings() -> None:
    bom = make_bom(
        parts=[{"part_number": "motor", "finished_good": "yes"}],
        declarations=[{"part_number": "motor", "material": "terbium_metal", "amount": 1.0, "basis": "g_per_piece"}],
        prices=[price()],
    )
    for question in (tornado, sobol):
        with pytest.raises(QuestionError, match="something in it has no value"):
            question(calculate(bom, ON), "motor")


def test_without_the_library_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    with pytest.raises(QuestionError, match=r"need the library SALib: pip install 'deminimis\[notebook\]'"):
        sobol(motor(low=0.5, high=3.0), "motor")


def test_draws_and_swings_need_neither_the_library_nor_what_it_brings() -> None:
    program = (
        "import sys\n"
        "from tests.uncertainty.bills import motor\n"
        "from deminimis.uncertainty import simulate, tornado\n"
        "simulate(motor(low=0.5, high=3.0)), tornado(motor(low=0.5, high=3.0), 'motor')\n"
        "print([m for m in ('SALib', 'matplotlib', 'multiprocess') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
