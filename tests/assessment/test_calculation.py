"""A calculation is asked more than once: its source matrix gives the controlled value back, its names are looked up."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from deminimis import Reading, bom_from_tables
from deminimis.assessment import Calculation, assess, calculate, conclude
from deminimis.assessment.calculation import calculation_of
from deminimis.errors import QuestionError
from tests.builders import make_bom
from tests.strategies import Rows, boms

ON = date(2026, 11, 22)
LOW_TYPICAL_HIGH = slice(0, 3)


def pump() -> Calculation:
    return calculate(
        bom_from_tables(
            parts={"part_number": ["pump", "magnet"], "unit_value": [950.0, 40.0]},
            lines={"parent": ["pump"], "child": ["magnet"], "quantity": [4.0]},
            declarations={
                "part_number": ["magnet"],
                "material": ["terbium_metal"],
                "amount": [0.25],
                "basis": ["value_per_piece"],
            },
        ),
        ON,
    )


@given(boms())
@settings(max_examples=150, deadline=None)
def test_the_source_matrix_times_own_content_is_the_controlled_value_of_every_good(tables: dict[str, Rows]) -> None:
    calculation = calculate(make_bom(**tables), ON)
    rolled = calculation.measures.controlled[calculation.goods, LOW_TYPICAL_HIGH]
    assert np.allclose(calculation.sources.quantity @ calculation.sources.own, rolled, rtol=1e-12, atol=0)


def test_a_good_without_content_keeps_its_empty_row() -> None:
    tables = {
        "parts": {"part_number": ["A", "B", "C"], "unit_value": [1.0, 2.0, 3.0], "finished_good": ["yes", "yes", "no"]},
        "lines": {"parent": ["A", "B"], "child": ["C", "C"], "quantity": [1.0, 5.0]},
        "declarations": {
            "part_number": ["C", "A"],
            "material": ["terbium_metal", "none"],
            "amount": [0.5, None],
            "basis": ["value_per_piece", None],
            "scope": ["own", "whole"],
        },
    }
    calculation = calculate(bom_from_tables(**tables), ON)
    assert calculation.sources.quantity.toarray().tolist() == [[0.0], [5.0]]


def test_concluding_a_calculation_is_assessing_its_bill() -> None:
    calculation = pump()
    assert conclude(calculation) == assess(calculation.bom, ON)


def test_a_part_is_found_by_its_number_and_a_good_by_its_place() -> None:
    calculation = pump()
    assert calculation.part_numbers[calculation.code("magnet")] == "magnet"
    assert calculation.good_row("pump") == 0


def test_a_part_that_is_not_there_is_named_with_one_like_it() -> None:
    with pytest.raises(QuestionError, match=r"^magnt is no part of this bill of materials: did you mean magnet\?$"):
        pump().code("magnt")
    with pytest.raises(QuestionError, match="look it up"):
        pump().code("0815")


def test_a_purchased_part_is_no_finished_good() -> None:
    with pytest.raises(QuestionError, match="magnet is no finished good"):
        pump().good_row("magnet")


def test_a_calculation_keeps_its_own_day_and_reading() -> None:
    calculation = pump()
    assert calculation_of(calculation, ON, Reading()) is calculation
    assert calculation_of(calculation.bom, ON).on == ON
    for other in ({"on": "2026-11-10"}, {"reading": Reading(scenario="extended")}):
        with pytest.raises(QuestionError, match="own day and reading"):
            calculation_of(calculation, **other)
