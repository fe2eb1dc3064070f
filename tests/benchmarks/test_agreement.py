"""This machine, Dask and the exact oracle agree on a small catalogue, and where they would not, it is told."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from benchmarks.agreement import (
    Good,
    Judged,
    agrees,
    conclude,
    differing,
    farthest,
    judge_exactly,
    main,
    pieces_of,
    read_tables,
)
from benchmarks.generate import make_catalogue, make_mixed_tables
from deminimis.catalogues.catalogue import catalogue

ON = "2026-11-22"
MAGNET = {"part_number": "magnet", "material": "terbium_metal", "basis": "g_per_piece", "material_origin": "China"}
PRICES = [{"material": "terbium_metal", "typical": 1.1, "currency": "EUR", "unit": "g"}]
RATES = [{"currency": "USD", "per_base": 1.0}, {"currency": "EUR", "per_base": 0.5}]
LINE = {"quantity": 1.0, "scrap_percent": None}
PART = {"unit_value": None, "currency": "USD", "mass": None, "mass_unit": None}


def write(folder: Path, lines: list[Any], parts: list[Any], declarations: list[Any]) -> Path:
    """Write a catalogue of pairs of parent and child, or of whole lines; of records; and of declarations."""
    given = {
        "lines": [LINE | (line if isinstance(line, dict) else {"parent": line[0], "child": line[1]}) for line in lines],
        "parts": [PART | part for part in parts],
        "declarations": [{"amount": 1.0, "currency": None} | MAGNET | row for row in declarations],
        "prices": PRICES,
        "rates": RATES,
    }
    for name, rows in given.items():
        columns = {
            column: pa.array([row[column] for row in rows], pa.float64() if _is_number(column) else pa.string())
            for column in rows[0]
        }
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def _is_number(column: str) -> bool:
    return column in ("quantity", "scrap_percent", "unit_value", "mass", "amount", "typical", "per_base")


def test_local_dask_and_the_oracle_agree_and_a_killed_worker_changes_nothing() -> None:
    done = CliRunner().invoke(main, ["--lines", "4000", "--quiet"])
    assert done.exit_code == 0, done.output
    lines = [line for line in done.output.splitlines() if " goods: " in line]
    assert [line[:16].strip() for line in lines] == ["oracle", "local", "dask", "dask, one killed"]
    assert all("| 0 differ from the oracle" in line for line in lines[1:])
    assert done.output.count("the same bytes as local's") == 2
    assert done.output.endswith("all agree\n")


# ---------------------------------------------------------------- the oracle, by hand


def test_a_diamond_with_scrap_and_currencies_is_added_up_by_hand(tmp_path: Path) -> None:
    lines = [("robot", "axis"), ("robot", "control"), ("axis", "magnet"), ("control", "magnet"), ("robot", "case")]
    lines[2:3] = [{"parent": "axis", "child": "magnet", "quantity": 3.0, "scrap_percent": 2.0}]
    parts = [
        {"part_number": "magnet", "unit_value": 0.1},
        {"part_number": "case", "unit_value": 0.7, "currency": "EUR"},
    ]
    robot = pieces_of(read_tables(write(tmp_path, lines, parts, [{"amount": 0.001}])))["robot"]
    assert robot.value == Fraction("0.1") * (3 * Fraction("1.02") + 1) + Fraction("1.4")
    assert robot.low == robot.high == 4 * Fraction("0.001") * Fraction("2.2")
    assert not robot.open
    assert not robot.unlimited


DECLARED = [
    ({"basis": "value_per_piece", "amount": 3.0, "currency": "EUR"}, (6, 6, False)),
    ({"basis": "value_percent", "amount": 5.0}, (2, 2, False)),
    ({"basis": "wt_percent", "amount": 0.5}, (22, 22, False)),
    ({"basis": "g_per_piece", "material_origin": None}, (0, Fraction("2.2"), False)),
    ({"basis": "g_per_piece", "material_origin": "Japan"}, (0, 0, False)),
    ({"part_number": "bare", "basis": "wt_percent"}, (0, 5, False)),
    ({"part_number": "bare", "basis": "wt_percent", "material_origin": "Japan"}, (0, 0, False)),
    ({"part_number": "nameless", "basis": "wt_percent"}, (0, 0, True)),
    ({"part_number": "nameless", "basis": "value_percent", "material_origin": None}, (0, 0, True)),
    ({"part_number": "pump", "basis": "value_percent", "amount": 2.0}, (Fraction("0.9"), 0, True)),
]


@pytest.mark.parametrize(("declaration", "expected"), DECLARED)
def test_every_basis_and_unknown_is_worth_what_it_says(declaration: Any, expected: Any, tmp_path: Path) -> None:
    parts = [
        {"part_number": "magnet", "unit_value": 40.0, "mass": 2.0, "mass_unit": "kg"},
        {"part_number": "bare", "unit_value": 5.0},
    ]
    lines = [("pump", part) for part in ("magnet", "bare", "nameless")]
    pump = pieces_of(read_tables(write(tmp_path, lines, parts, [declaration])))["pump"]
    assert pump.open
    assert (pump.low, pump.high, pump.unlimited) == expected


def test_a_stated_value_replaces_the_sum_and_an_unknown_one_proves_nothing(tmp_path: Path) -> None:
    lines = [("stated", "magnet"), ("stated", "nameless"), ("open", "magnet"), ("open", "nameless"), ("clean", "screw")]
    parts = [
        {"part_number": "stated", "unit_value": 9.0},
        {"part_number": "magnet", "unit_value": 40.0},
        {"part_number": "screw", "unit_value": 0.01},
    ]
    goods = judge_exactly(write(tmp_path, lines, parts, [{}]))
    assert {part: good.verdict for part, good in goods.items()} == {
        "stated": "at_or_above",
        "open": "undetermined",
        "clean": "below",
    }


@pytest.mark.parametrize(
    ("pieces", "verdict"), [(9.0, "at_or_above"), (9.000000000001, "below"), (8.999999999999, "at_or_above")]
)
def test_the_line_itself_is_at_or_above(pieces: float, verdict: str, tmp_path: Path) -> None:
    lines = [("good", "magnet"), {"parent": "good", "child": "case", "quantity": pieces}]
    parts = [{"part_number": part, "unit_value": 0.07} for part in ("magnet", "case")]
    folder = write(tmp_path, lines, parts, [{"basis": "value_percent"}])
    assert judge_exactly(folder)["good"].verdict == verdict
    assert catalogue(folder, on=ON).goods["verdict"].to_pylist() == [verdict]


# ---------------------------------------------------------------- what is told

SAID = {"A": Good("below", (100.0, None, 0.0, 0.05)), "B": Good("at_or_above", (100.0, 100.0, 0.2, None))}
TRUTH = Judged("oracle", 1.0, SAID)
LOCAL = Judged("local", 1.0, SAID, ("1", "2", "3"))
OTHER_BYTES = Judged("dask", 1.0, SAID, ("x", "2", "3"))


@pytest.mark.parametrize(
    ("verdicts", "count"),
    [
        ({"A": "below", "B": "at_or_above"}, 0),
        ({"A": "below", "B": "below"}, 1),
        ({"A": "below"}, 1),
        ({"A": "below", "B": "undetermined", "C": "below"}, 2),
    ],
)
def test_verdicts_and_goods_that_differ_are_counted(verdicts: dict[str, str], count: int) -> None:
    found = dask({part: Good(verdict, SAID.get(part, Good("")).numbers) for part, verdict in verdicts.items()})
    assert differing(found, TRUTH) == count
    assert agrees(found, TRUTH, LOCAL) == (count == 0)
    assert conclude([TRUTH, LOCAL, found]) == (count > 0)


@pytest.mark.parametrize(
    ("numbers", "far"),
    [
        ((100.0, None, 0.0, 0.05), 0.0),
        ((101.0, None, 0.0, 0.05), 0.01),
        ((100.0, 100.0, 0.0, 0.05), math.inf),
        ((100.0, None, 0.0, None), math.inf),
        ((100.0, None, 1e-9, 0.05), math.inf),
    ],
)
def test_a_number_that_is_far_from_the_exact_one_is_no_agreement(numbers: Any, far: float) -> None:
    found = dask(SAID | {"A": Good("below", numbers)})
    assert farthest(found, TRUTH) == pytest.approx(far)
    assert agrees(found, TRUTH, LOCAL) == (far == 0)


def test_a_file_that_differs_is_named_and_exit_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude([TRUTH, LOCAL, OTHER_BYTES]) == 1
    assert "goods.parquet OTHER THAN local's" in capsys.readouterr().out


def dask(goods: dict[str, Good]) -> Judged:
    return Judged("dask", 1.0, goods, LOCAL.digests)


# ---------------------------------------------------------------- the catalogue


def test_a_mixed_catalogue_has_what_makes_exports_hard() -> None:
    drawn = make_catalogue(4000, goods=25, parts=600, carriers=20)
    tables = make_mixed_tables(drawn)
    lines, parts, declared = (tables[name].to_pydict() for name in ("lines", "parts", "declarations"))
    assert set(declared["basis"]) == {"g_per_piece", "wt_percent", "value_per_piece", "value_percent"}
    assert {None, "China", "Japan"} <= set(declared["material_origin"])
    assert None in parts["unit_value"]
    assert len(set(parts["currency"])) == 3
    assert len(set(declared["part_number"])) < len(declared["part_number"])
    made = set(lines["parent"])
    assert made & set(parts["part_number"])
    assert made & set(declared["part_number"])
    pairs = set(zip(lines["parent"], lines["child"], strict=True))
    used = [child for _, child in pairs if child in made]
    assert len(used) > len(set(used))
    assert None in parts["mass"]
