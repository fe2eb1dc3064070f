"""The sample workbooks: made again they are the same, they say they are samples, and they show what they promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import deminimis as dm

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
NAMES = ("ev", "hard_disk", "loudspeaker", "robot", "servo_actuator")
ON = "2026-11-22"
EXPECTED = {
    ("ev", "EV-1"): ("0.09444", "below"),
    ("ev", "EM-100"): ("3.99", "at_or_above"),
    ("ev", "EPS-411"): ("1.44", "at_or_above"),
    ("hard_disk", "HDD-35"): ("0.04814", "below"),
    ("hard_disk", "ENC-12"): ("0.01699", "below"),
    ("hard_disk", "MGP-42"): ("3.209", "at_or_above"),
    ("loudspeaker", "LS-2"): ("0.1963", "undetermined"),
    ("loudspeaker", "DRV-5"): ("0.7681", "undetermined"),
    ("loudspeaker", "SUB-8"): ("0", "below"),
    ("loudspeaker", "HP-1"): ("0.01536", "below"),
    ("robot", "HR-1"): ("0.1004", "at_or_above"),
    ("robot", "ACL-400"): ("0.3195", "at_or_above"),
    ("robot", "ACM-401"): ("0.2412", "at_or_above"),
    ("servo_actuator", "SA-1000"): ("0.1134", "at_or_above"),
    ("servo_actuator", "SA-1000-F"): ("0.0001525", "below"),
    ("servo_actuator", "MAG-KG-C"): ("33.86", "undetermined"),
    ("servo_actuator", "MAG-KG-D"): ("13.54", "undetermined"),
}
"""Typical share in per cent to four digits, and verdict.

Whole products and spare parts as in the worked examples, S1; the rest by hand: 12 x 0.048141 / 3,400; (2 x 0.076806 +
0.77 % of 3) / 90; 20 x 0.045 g and 20 x 0.0275 g of each metal at 1.490972 USD/g for both, over 420 and 340;
(24 x 11 g x 4.2 % x 60 % x 0.274306 + 0.002) / 1,611.11; 0.002 / 1,311.11.
"""


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def make(folder: Path) -> list[Path]:
    subprocess.run([sys.executable, SAMPLES / "make_samples.py", folder], check=True, capture_output=True)
    return sorted(folder.glob("*.xlsx"))


def test_a_fresh_run_gives_the_tables_that_are_kept(tmp_path):
    fresh = make(tmp_path)
    assert [p.name for p in fresh] == sorted(p.name for p in SAMPLES.glob("*.xlsx"))
    for path in fresh:
        assert sheets(path) == sheets(SAMPLES / path.name)


def test_two_runs_give_the_same_bytes(tmp_path):
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_first_sheet_says_sample_and_what_is_invented(path):
    title, rows = next(iter(sheets(path).items()))
    assert (title, rows[0][0]) == ("about", "SAMPLE")
    assert {row[0] for row in rows} >= {"what", "sourced", "invented"}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_without_error_and_names_only_invented_companies(name):
    bom = dm.read_bom(SAMPLES / f"{name}.xlsx")
    assert not [f for f in bom.findings if f.severity != "info"]
    assert 20 <= len(bom.parts) <= 80
    for table in (bom.parts, bom.declarations, bom.sourcing):
        assert all(s is None or s.endswith("(invented)") for s in table["supplier"].to_pylist())


@pytest.mark.parametrize("name", NAMES)
def test_every_part_of_a_sample_has_a_record(name):
    result = dm.assess(dm.read_bom(SAMPLES / f"{name}.xlsx"), ON)
    told = {f.code for f in result.findings}
    assert not told & {"PART_WITHOUT_RECORD", "VALUE_BELOW_CONTENTS", "VALUE_MISSING"}
    assert not [f for f in result.findings if f.severity == "error"]


@pytest.mark.parametrize(("name", "part_number"), EXPECTED, ids=lambda text: text)
def test_share_and_verdict_of_a_good(name, part_number):
    share, verdict = EXPECTED[name, part_number]
    good = dm.assess(dm.read_bom(SAMPLES / f"{name}.xlsx"), ON).good(part_number)
    assert float(f"{100 * good.share.typical:.4g}") == float(share)
    assert good.verdict == verdict


def test_no_good_of_the_samples_is_left_out():
    goods = {(n, g.part_number) for n in NAMES for g in dm.assess(dm.read_bom(SAMPLES / f"{n}.xlsx"), ON).goods}
    assert goods == set(EXPECTED)
    assert {verdict for _, verdict in EXPECTED.values()} == {"at_or_above", "below", "undetermined"}


def test_the_suppliers_of_the_servo_decide_its_share():
    bom = dm.read_bom(SAMPLES / "servo_actuator.xlsx")
    prorated, worst = (
        dm.assess(bom, ON, dm.Reading(sourcing=choice)).good("SA-1000").share for choice in ("prorate", "worst")
    )
    sensor = 0.002 / (1450 / 0.9)
    assert (worst.typical - sensor) * 0.6 == pytest.approx(prorated.typical - sensor, rel=1e-12)
