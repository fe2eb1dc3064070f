"""A catalogue calculated on Dask workers says what this machine says, and what the exact oracle says, whoever dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from distributed import LocalCluster
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deminimis import CatalogueError, Reading
from deminimis.assessment.calculation import as_day
from deminimis.catalogues.bill_files import read_bills
from deminimis.catalogues.catalogue import Catalogue, catalogue, digests_of
from deminimis.catalogues.cluster import Cluster, open_cluster
from deminimis.catalogues.distributed_reads import DistributedReader
from deminimis.catalogues.distributed_rollup import judge_shared
from deminimis.catalogues.engines import Engine, Question
from deminimis.catalogues.inputs import find_files
from deminimis.catalogues.line_shares import gather_numbers
from deminimis.catalogues.read_store import ReadStore
from deminimis.catalogues.run import run_catalogue
from deminimis.catalogues.shared_lines import Plan
from deminimis.cli import main
from deminimis.model import arrow_schema
from tests.oracle import Oracle
from tests.strategies import PRICES, RATES, Rows, boms

ON = "2026-11-22"
ALL_APART = Plan(rows=3, rest=0)
"""Pieces of three lines, and nothing settled by the one who asks."""
TABLES_OF_RESULT = ("goods", "tested_items", "contributions", "findings")
TERBIUM = {"material": "terbium_metal", "basis": "value_per_piece", "material_origin": "China"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with open_cluster(workers=2, memory="1GB") as opened:
        yield opened


def write(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]], row_group: int = 3) -> Path:
    """Write each table as Parquet with small row groups; a name may carry a number: lines-2."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        model = arrow_schema(name.split("-")[0])
        filled = [f for f in model if f.name not in ("place", "row") and any(r.get(f.name) is not None for r in rows)]
        columns = {f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in filled}
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", row_group_size=row_group)
    return folder


def shared(
    cluster: Cluster, folder: Path, reading: Reading | None = None, plan: Plan = ALL_APART, **how: Any
) -> Catalogue:
    files = find_files(folder)
    asked = Question(as_day(ON), reading or Reading())
    return judge_shared(cluster, files, digests_of(files), asked, plan=plan, **how)


def agree(found: Catalogue, local: Catalogue) -> None:
    assert found.goods.equals(local.goods)
    assert found.tested_items.equals(local.tested_items)
    assert found.contributions.equals(local.contributions)
    said, told = (sorted(map(repr, table.to_pylist())) for table in (found.findings, local.findings))
    assert said == told
    assert len(found.calculation.bom.lines) + found.summed_elsewhere == len(local.calculation.bom.lines)


def chain(levels: int) -> Rows:
    return [{"parent": f"L{i:03}", "child": f"L{i + 1:03}", "quantity": 2.0} for i in range(levels)]


# ---------------------------------------------------------------- one table of lines


def together(bills: Sequence[dict[str, Rows]]) -> dict[str, Rows]:
    """Several bills as one catalogue, the part numbers of each its own, but for the last part, which they share."""
    joined: dict[str, Rows] = {"parts": [], "lines": [], "declarations": [], "prices": PRICES, "rates": RATES}
    for number, rows in enumerate(bills):
        for table in ("parts", "lines", "declarations"):
            for row in rows[table]:
                named: dict[str, Any] = {
                    c: f"{number}-{row[c]}" for c in ("part_number", "parent", "child") if c in row
                }
                if row.get("yield_percent") == 1:  # taken for a fraction, which is an error
                    named["yield_percent"] = 2.0
                joined[table].append({**row, **named})
        joined["lines"].append({"parent": f"{number}-P0", "child": "screw", "quantity": number + 1.5})
    joined["parts"].append({"part_number": "screw", "unit_value": 0.07, "currency": "CNY"})
    return {name: table for name, table in joined.items() if table}


@given(bills=st.lists(boms(), min_size=8, max_size=8))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_dask_this_machine_and_the_oracle_agree(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, bills: list[dict[str, Rows]]
) -> None:
    rows = together(bills)
    folder = write(tmp_path_factory.mktemp("drawn"), rows, row_group=40)
    found = shared(cluster, folder, plan=Plan(rows=40, rest=0))
    agree(found, catalogue(folder, on=ON))
    oracle = Oracle(**{n: rows.get(n, []) for n in ("parts", "lines", "declarations", "prices", "rates")})
    assert "error" not in found.findings["severity"].to_pylist()
    for good in found.goods.to_pylist():
        assert good["verdict"] == oracle.verdict(good["part_number"])
        assert good["article_value_low"] == pytest.approx(float(oracle.value(good["part_number"])), rel=1e-12)


def assembly() -> dict[str, Rows]:
    """A sample catalogue: diamonds, scrap, currencies, units, dates, alternates, unknowns, a covering declaration."""
    lines: Rows = [
        {"parent": "robot", "child": "axis", "quantity": 6.0, "scrap_percent": 0.4},
        {"parent": "robot", "child": "control", "quantity": 1.0},
        {"parent": "axis", "child": "motor", "quantity": 1.0, "scrap_percent": 0.2},
        {"parent": "axis", "child": "brake", "quantity": 1.0},
        {"parent": "brake", "child": "magnet", "quantity": 2.0},
        {"parent": "motor", "child": "magnet", "quantity": 8.0, "scrap_percent": 0.5},
        {"parent": "motor", "child": "wire", "quantity": 250.0, "unit": "g"},
        {"parent": "control", "child": "board", "quantity": 1.0},
        {"parent": "control", "child": "case A", "quantity": 1.0, "alternate_group": "case", "usage_percent": 60.0},
        {"parent": "control", "child": "case B", "quantity": 1.0, "alternate_group": "case", "usage_percent": 30.0},
        {"parent": "drill", "child": "motor", "quantity": 1.0, "valid_to": as_day("2027-03-31")},
        {"parent": "drill", "child": "old motor", "quantity": 1.0, "valid_to": as_day("2026-01-31")},
        {"parent": "shelf", "child": "screw", "quantity": 24.0},
        {"parent": "fan", "child": "sealed unit", "quantity": 1.0},
        {"parent": "sealed unit", "child": "magnet", "quantity": 4.0},
        {"parent": "lamp", "child": "unpriced", "quantity": 1.0},
        {"parent": "gauge", "child": "wire", "quantity": 2.0, "unit": "m"},
        {"parent": "clock", "child": "gear", "quantity": 3.0},
        {"parent": "cabinet", "child": "shelf", "quantity": 4.0},
    ]
    parts: Rows = [
        {"part_number": "magnet", "unit_value": 40.0, "currency": "CNY", "mass": 30.0},
        {"part_number": "wire", "unit_value": 9.0, "currency": "EUR", "unit": "kg"},
        {"part_number": "board", "unit_value": 80.0, "cn_technology": "yes"},
        {"part_number": "case A", "unit_value": 12.0},
        {"part_number": "case B", "unit_value": 11.0},
        {"part_number": "old motor", "unit_value": 500.0},
        {"part_number": "screw", "unit_value": 0.1, "mass": 5.0},
        {"part_number": "sealed unit", "unit_value": 90.0},
        {"part_number": "gear", "unit_value": 2.0, "currency": "XTS"},
        {"part_number": "shelf", "mass": 60.0},
        {"part_number": "fan", "description": "fan with neodymium magnet", "finished_good": "yes"},
    ]
    declarations: Rows = [
        {"part_number": "magnet", **TERBIUM, "amount": 0.05, "currency": "CNY"},
        {"part_number": "sealed unit", "material": "none", "scope": "whole", "evidence": "lab"},
        {"part_number": "board", "material": "dysprosium", "amount": 0.2, "basis": "g_per_piece"},
    ]
    return {"lines": lines, "parts": parts, "declarations": declarations, "prices": PRICES, "rates": RATES}


@pytest.mark.parametrize("plan", [ALL_APART, Plan(rows=5, rest=6), Plan()], ids=["all apart", "a rest", "few lines"])
def test_every_table_of_the_result_is_that_of_this_machine(cluster: Cluster, tmp_path: Path, plan: Plan) -> None:
    folder = write(tmp_path, assembly())
    local = catalogue(folder, on=ON)
    assert set(local.goods["verdict"].to_pylist()) == {"at_or_above", "undetermined", "below"}
    agree(shared(cluster, folder, plan=plan), local)


@pytest.mark.parametrize(
    "choice", [{"scrap": "both"}, {"scrap": "neither"}, {"level": "every_node", "aggregation": "per_line"}]
)
def test_a_reading_means_the_same_on_workers(cluster: Cluster, tmp_path: Path, choice: dict[str, str]) -> None:
    folder, reading = write(tmp_path, assembly()), Reading(**choice)
    agree(shared(cluster, folder, reading), catalogue(folder, on=ON, reading=reading))


def test_a_part_exactly_at_the_line_is_measured_exactly_with_everything_in_it(cluster: Cluster, tmp_path: Path) -> None:
    lines = [{"parent": "good", "child": f"part {i}", "quantity": 1.0} for i in range(10)]
    lines += [{"parent": "other", "child": "part 3", "quantity": 3.0}]
    parts = [{"part_number": f"part {i}", "unit_value": 0.1} for i in range(10)]
    declared = [{"part_number": "part 0", **TERBIUM, "amount": 0.001}]
    folder = write(tmp_path, {"lines": lines, "parts": parts, "declarations": declared})
    found = shared(cluster, folder)
    assert sum([0.1] * 10) < 1 == sum([Fraction(1, 10)] * 10)
    assert found.goods["verdict"].to_pylist() == ["at_or_above", "below"]
    agree(found, catalogue(folder, on=ON))


def test_a_loop_across_files_is_named_with_its_path(cluster: Cluster, tmp_path: Path) -> None:
    first = [{"parent": "A", "child": "B", "quantity": 1.0}, {"parent": "B", "child": "C", "quantity": 1.0}]
    second = [{"parent": "C", "child": "A", "quantity": 1.0}, {"parent": "C", "child": "screw", "quantity": 4.0}]
    itself = [{"parent": "ring", "child": "ring", "quantity": 1.0}, {"parent": "top", "child": "ring", "quantity": 1.0}]
    folder = write(tmp_path, {"lines-1": first, "lines-2": second + itself, "lines-3": chain(4)})
    found = shared(cluster, folder)
    loops = [row["value"] for row in found.findings.to_pylist() if row["code"] in ("CYCLE", "SELF_LOOP")]
    assert sorted(loops) == ["A > B > C > A (rows 1, 2, 1)", "ring"]
    agree(found, catalogue(folder, on=ON))


def test_a_part_that_two_files_give_otherwise_is_told(cluster: Cluster, tmp_path: Path) -> None:
    first = [{"parent": "A", "child": "B", "quantity": 1.0}, {"parent": "A", "child": "C", "quantity": 1.0}]
    second = [{"parent": "A", "child": "B", "quantity": 2.0}, {"parent": "D", "child": "C", "quantity": 1.0}]
    folder = write(tmp_path, {"lines-1": first, "lines-2": second, "parts": [{"part_number": "B", "unit_value": 3.0}]})
    found = shared(cluster, folder)
    assert "BLOCKS_DIFFER" in found.findings["code"].to_pylist()
    agree(found, catalogue(folder, on=ON))


def test_a_parent_split_over_the_files_of_one_table_has_all_its_lines(cluster: Cluster, tmp_path: Path) -> None:
    rows = [{"parent": "A", "child": "B", "quantity": 1.0, "position": str(place)} for place in range(3)]
    tables = {f"lines-{at}": [row] for at, row in enumerate(rows)}
    declared = [{"part_number": "B", **TERBIUM, "amount": 0.4}]
    parts = [{"part_number": "A", "unit_value": 1000.0}]
    found = shared(cluster, write(tmp_path, {**tables, "parts": parts, "declarations": declared}))
    assert found.goods["controlled_value_low"].to_pylist() == pytest.approx([1.2])
    assert found.goods["verdict"].to_pylist() == ["at_or_above"]
    agree(found, catalogue(tmp_path, on=ON))


def test_a_faulty_line_and_a_unit_of_lines_are_found(cluster: Cluster, tmp_path: Path) -> None:
    lines = [
        {"parent": "A", "child": "rod", "quantity": 300.0, "unit": "mm"},
        {"parent": "A", "child": "x", "quantity": -4.0},
        {"parent": "B", "child": "rod", "quantity": 20.0, "unit": "cm"},
        {"parent": "C", "child": "A", "quantity": 1.0},
        {"parent": "C", "child": " A", "quantity": 1.0},
    ]
    folder = write(
        tmp_path, {"lines": lines, "parts": [{"part_number": "rod"}, {"part_number": "x", "unit_value": 2.0}]}
    )
    found = shared(cluster, folder)
    assert {"QTY_NOT_POSITIVE", "UNIT_OF_LINES", "ID_DIFFERS_IN_BLANKS"} <= set(found.findings["code"].to_pylist())
    agree(found, catalogue(folder, on=ON))


def test_a_deep_structure_is_no_step_for_each_level(cluster: Cluster, tmp_path: Path) -> None:
    lines = chain(400)
    parts = [{"part_number": "L400", "unit_value": 1e-100}]
    folder = write(
        tmp_path,
        {"lines": lines, "parts": parts, "declarations": [{"part_number": "L400", **TERBIUM, "amount": 1e-104}]},
        100,
    )
    agree(shared(cluster, folder, plan=Plan(rows=100, rest=1000)), catalogue(folder, on=ON))


def test_a_damaged_file_is_told_and_the_others_are_judged(cluster: Cluster, tmp_path: Path) -> None:
    folder = write(tmp_path, assembly() | {"lines-9": chain(20)})
    body = bytearray((folder / "lines-9.parquet").read_bytes())
    body[8:200] = bytes(192)
    (folder / "lines-9.parquet").write_bytes(body)
    found, local = shared(cluster, folder), catalogue(folder, on=ON)
    assert [bill.name for bill in found.refused] == [bill.name for bill in local.refused] == ["lines-9.parquet"]
    assert found.goods.equals(local.goods)


def test_without_readable_lines_the_rest_is_judged_as_here(cluster: Cluster, tmp_path: Path) -> None:
    folder = write(tmp_path, assembly())
    (folder / "lines.parquet").write_bytes(b"PAR1" + bytes(40))
    found, local = shared(cluster, folder), catalogue(folder, on=ON)
    assert [bill.name for bill in found.refused] == [bill.name for bill in local.refused] == ["lines.parquet"]
    assert set(found.goods["verdict"].to_pylist()) == {"undetermined"}
    agree(found, local)


def test_two_numbers_of_one_key_are_noticed() -> None:
    def numbers(proof: int) -> pa.Table:
        return pa.table(
            {
                "key": pa.array([5], pa.uint64()),
                "proof": pa.array([proof], pa.uint64()),
                "number": ["A"],
                "unit": pa.array([None], pa.string()),
                "as_child": pa.array([1], pa.int64()),
                "as_parent": pa.array([None], pa.int64()),
            }
        )

    assert gather_numbers(numbers(1), numbers(2)) is None
    one = gather_numbers(numbers(1), numbers(1))
    assert one is not None
    assert len(one) == 1


# ---------------------------------------------------------------- workers that die, or never begin


def processes(cluster: Cluster) -> list[int]:
    return sorted(cluster._client.run(os.getpid).values())


def test_a_worker_killed_in_the_middle_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    folder, killed = write(tmp_path, assembly()), []

    def kill(words: str) -> None:
        if words in ("finding the levels", "rolling up"):
            killed.append(processes(cluster)[0])
            os.kill(killed[-1], signal.SIGKILL)

    agree(shared(cluster, folder, say=kill), catalogue(folder, on=ON))
    assert len(killed) == 2
    assert not set(killed) & set(processes(cluster))


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_die_again_and_again_are_one_sentence(cluster: Cluster) -> None:
    with pytest.raises(CatalogueError, match="want of memory: give each more"):
        cluster.results([cluster.submit(die, 1)])


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"memory": "90MB"}, "a worker cannot begin with 90MB of memory: give each at least 512 MiB"),
        ({"memory": "plenty"}, "plenty is no amount of memory"),
        ({"scheduler": "tcp://127.0.0.1:9"}, "no Dask scheduler answers at tcp://127.0.0.1:9"),
    ],
)
def test_a_cluster_that_cannot_begin_is_one_sentence(
    how: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deminimis.catalogues.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(CatalogueError, match=words), open_cluster(**how):
        pass


def test_workers_of_another_version_are_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deminimis.__version__", "0.0.other")
    address = cluster._client.scheduler.address
    with pytest.raises(CatalogueError, match="is not like this machine"), open_cluster(address):
        pass


def test_a_scheduler_without_workers_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deminimis.catalogues.cluster.CONNECT_SECONDS", 1)
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=50) as empty,
        pytest.raises(CatalogueError, match="has no workers: start some"),
        open_cluster(empty.scheduler_address),
    ):
        pass


def test_without_dask_the_command_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(CatalogueError, match=r"pip install 'deminimis\[distributed\]'"), open_cluster():
        pass


# ---------------------------------------------------------------- many files


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    for number in range(6):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["parent", "child", "quantity"])
        for child in range(5):
            sheet.append([f"sample {number}", f"part {child + number}", child + 1])
        book.save(folder / f"sample-{number}.xlsx")
    return folder


def test_files_read_by_workers_are_the_same_bytes(cluster: Cluster, books: Path, tmp_path: Path) -> None:
    files = find_files(books)
    bodies = {}
    for name, how in (("here", {}), ("there", {"anew": DistributedReader(cluster)})):
        with ReadStore(tmp_path / name / "reads.sqlite") as store:
            read_bills(files, store, digests_of(files), **how)
            bodies[name] = dict(store._base.execute("SELECT key, body FROM read").fetchall())
    assert bodies["here"] == bodies["there"]


def test_a_worker_killed_while_files_are_read_changes_no_byte_of_the_result(
    cluster: Cluster, books: Path, tmp_path: Path
) -> None:
    address, killed = cluster._client.scheduler.address, []

    def kill(read: Any, kept: bool) -> None:
        if not killed:
            killed.append(processes(cluster)[0])
            os.kill(killed[0], signal.SIGKILL)

    there = run_catalogue(books, tmp_path / "there", on=ON, engine=Engine("dask", address), told=kill)
    here = run_catalogue(books, tmp_path / "here", on=ON)
    assert killed
    assert there.summary == here.summary
    for name in TABLES_OF_RESULT:
        assert (there.out / f"{name}.parquet").read_bytes() == (here.out / f"{name}.parquet").read_bytes()


def test_a_run_on_dask_writes_what_a_run_here_writes(cluster: Cluster, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", assembly())
    arguments = ["catalogue", "run", str(folder), "--on", ON, "--quiet"]
    address = cluster._client.scheduler.address
    here = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "here")])
    there = CliRunner().invoke(
        main, [*arguments, "--out", str(tmp_path / "there"), "--engine", "dask", "--scheduler", address]
    )
    assert (here.exit_code, there.exit_code) == (1, 1)
    assert (tmp_path / "here" / "goods.parquet").read_bytes() == (tmp_path / "there" / "goods.parquet").read_bytes()


def test_a_scheduler_for_the_local_engine_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["catalogue", "run", str(tmp_path), "--out", "x", "--scheduler", "tcp://h:1"])
    assert done.exit_code == 2
    assert "add --engine dask" in done.output


def test_an_engine_that_is_not_there_is_refused(books: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no engine spark: choose local or dask"):
        run_catalogue(books, tmp_path, on=ON, engine=Engine("spark"))


def test_numbers_beyond_floats_come_back_as_they_are(cluster: Cluster, tmp_path: Path) -> None:
    lines = [{"parent": f"N{i}", "child": f"N{i + 1}", "quantity": 1e300} for i in range(3)]
    parts = [{"part_number": "N3", "unit_value": 1e300}, {"part_number": "N0", "unit_value": 5.0}]
    folder = write(tmp_path, {"lines": lines, "parts": parts})
    with np.errstate(over="ignore"):
        agree(shared(cluster, folder), catalogue(folder, on=ON))
