"""Several declarations of one part: expired ones beside valid ones, and what several files say."""

from __future__ import annotations

from typing import Any

import pytest

import deminimis as dm
from deminimis.model import Source
from tests.builders import make_bom

ON = "2026-11-22"
TERBIUM = {"part_number": "magnet", "material": "terbium_metal", "basis": "value_per_piece", "material_origin": "China"}
DYSPROSIUM = {**TERBIUM, "material": "dysprosium_metal"}
PAST = "2026-11-21"


def controlled(*declarations: dict[str, Any], sources: tuple[Source, ...] | None = None) -> tuple[float, float, float]:
    """Return what a motor of 1,000 with one magnet holds: low, typical, high."""
    bom = make_bom(
        lines=[("motor", "magnet", 1)],
        parts=[{"part_number": "motor", "unit_value": 1000}, {"part_number": "magnet", "unit_value": 100}],
        declarations=declarations,
        sources=sources,
    )
    [good] = dm.assess(bom, ON).goods
    ends = good.controlled_value
    assert None not in (ends.typical, ends.high)
    return ends.low, ends.typical, ends.high  # type: ignore[return-value]


def test_what_an_expired_row_says_of_another_element_is_still_expected() -> None:
    expired, valid = {**TERBIUM, "amount": 2, "valid_to": PAST}, {**DYSPROSIUM, "amount": 0.1}
    assert controlled(expired, valid) == pytest.approx((0.1, 2.1, 2.1))


@pytest.mark.parametrize(
    "valid",
    [
        {**TERBIUM, "amount": 0.5},
        {**TERBIUM, "amount": 0.5, "evidence": "datasheet"},
        {**TERBIUM, "amount": 0.5, "scope": "whole"},
    ],
)
def test_a_valid_row_takes_the_place_of_an_expired_one_of_its_element(valid: dict[str, Any]) -> None:
    expired = {**TERBIUM, "amount": 2, "valid_to": PAST, "evidence": "lab"}
    assert controlled(expired, valid) == pytest.approx((0.5, 0.5, 0.5))


def test_a_metal_does_not_take_the_place_of_an_expired_oxide() -> None:
    expired = {**TERBIUM, "material": "terbium_oxide", "amount": 2, "valid_to": PAST}
    assert controlled(expired, {**TERBIUM, "amount": 0.1}) == pytest.approx((0.1, 2.1, 2.1))


def test_an_element_of_unknown_form_takes_the_place_of_an_expired_form() -> None:
    expired = {**TERBIUM, "amount": 2, "valid_to": PAST}
    assert controlled(expired, {**TERBIUM, "material": "terbium", "amount": 0.1}) == pytest.approx((0, 0, 0.1))


def test_none_takes_the_place_of_all_that_expired() -> None:
    none = {"part_number": "magnet", "material": "none"}
    assert controlled({**TERBIUM, "amount": 2, "valid_to": PAST}, none) == (0, 0, 0)
    expired_none = {**none, "valid_to": PAST}
    assert controlled(expired_none, {**TERBIUM, "amount": 2}) == (2, 2, 2)


TWO_FILES = (Source("one.csv", "declarations"), Source("two.csv", "declarations"))


def test_of_what_two_files_declare_only_the_least_is_certain() -> None:
    rows = [{**TERBIUM, "amount": 0.3, "place": 0}, {**TERBIUM, "amount": 0.1, "place": 1}]
    assert controlled(*rows, sources=TWO_FILES) == pytest.approx((0.1, 0.4, 0.4))
    assert controlled(*rows[::-1], sources=TWO_FILES) == pytest.approx((0.1, 0.4, 0.4))


def test_rows_of_one_file_or_of_one_table_add_up() -> None:
    rows = [{**TERBIUM, "amount": 0.3, "place": 0}, {**TERBIUM, "amount": 0.1, "place": 1}]
    parts_of_one = tuple(Source(source.file, source.sheet, "declarations") for source in TWO_FILES)
    assert controlled(*rows, sources=parts_of_one) == pytest.approx((0.4, 0.4, 0.4))
    assert controlled(*({**row, "place": 0} for row in rows)) == pytest.approx((0.4, 0.4, 0.4))


def test_two_files_of_two_elements_or_of_two_kinds_of_evidence_are_weighed_as_one() -> None:
    rows = [{**TERBIUM, "amount": 0.3, "place": 0}, {**DYSPROSIUM, "amount": 0.1, "place": 1}]
    assert controlled(*rows, sources=TWO_FILES) == pytest.approx((0.4, 0.4, 0.4))
    rows = [{**TERBIUM, "amount": 0.3, "evidence": "lab", "place": 0}, {**TERBIUM, "amount": 0.1, "place": 1}]
    assert controlled(*rows, sources=TWO_FILES) == pytest.approx((0.3, 0.3, 0.3))
