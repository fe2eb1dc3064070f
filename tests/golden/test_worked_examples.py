"""The 23 worked examples under three price sets, through the files a user has, to four significant digits.

Expected shares are retyped from the reference data of 2026-11-22 into worked_examples.csv beside this test.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

import deminimis as dm

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
ON = "2026-11-22"
with (Path(__file__).parent / "worked_examples.csv").open(encoding="utf-8", newline="") as _file:
    EXAMPLES = list(csv.DictReader(_file))
SETS = ("S1", "S2", "S3")


@cache
def assessed(price_set: str) -> dm.Assessment:
    prices = SAMPLES / f"prices_{price_set.lower()}.csv"
    return dm.assess(dm.read_bom(SAMPLES / "worked_examples.xlsx", prices=prices), ON)


def to_four_digits(number: float) -> float:
    return float(f"{number:.4g}")


@pytest.mark.parametrize("price_set", SETS)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["part_number"])
def test_share_of_a_worked_example(example, price_set):
    expected = float(example[f"{price_set}_share_percent"])
    good = assessed(price_set).good(example["part_number"])
    assert good.description == example["example"]
    for end in (good.share.low, good.share.typical, good.share.high):
        assert to_four_digits(100 * end) == expected
    assert good.verdict == ("at_or_above" if expected >= 0.1 else "below")


def test_every_example_is_there_once():
    assert len(EXAMPLES) == 23
    for price_set in SETS:
        assert [g.part_number for g in assessed(price_set).goods] == [e["part_number"] for e in EXAMPLES]


def test_european_prices_over_chinese_magnet_prices_are_told():
    told = {f.value for f in assessed("S3").findings if f.code == "SHARE_OVER_ONE"}
    assert told == {"WE-01", "WE-06"}
    assert not [f for f in assessed("S1").findings if f.code == "SHARE_OVER_ONE"]


def test_no_errors_and_no_reference_price_in_any_set():
    for price_set in SETS:
        found = assessed(price_set).findings
        assert not [f for f in found if f.severity == "error"]
        assert not [f for f in found if f.code in ("REFERENCE_PRICE", "PRICE_MISSING", "CARRIER_ESTIMATED")]
