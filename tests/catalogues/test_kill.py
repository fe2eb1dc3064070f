"""A run that is killed, whose workers die, or whose files change meanwhile: the next run ends with the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from deminimis.catalogues import bill_files, catalogue
from deminimis.catalogues.bill_files import BillRead, digest_of, read_bills, read_packed
from deminimis.catalogues.catalogue import digests_of, read_catalogue
from deminimis.catalogues.inputs import CatalogueFile, find_files
from deminimis.catalogues.processes import in_processes
from deminimis.catalogues.read_store import ReadStore
from deminimis.catalogues.run import run_catalogue
from deminimis.catalogues.table_files import Frame, load_frame
from deminimis.readers.choices import Choices
from tests.catalogues.dying_jobs import dies_of_some, dies_once, fails_of_some
from tests.catalogues.small_catalogues import PUMPS, changed, hashes, write_tables, write_workbooks

ON = "2026-11-22"
ROOT = Path(__file__).parents[2]
KILLS = 10


def start(source: Path, out: Path) -> subprocess.Popen[bytes]:
    words = ["catalogue", "run", str(source), "--out", str(out), "--on", ON, "--quiet", "--workers", "2"]
    return subprocess.Popen(
        [sys.executable, "-m", "deminimis", *words],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def in_group(group: int) -> list[int]:
    """Processes of a group that are not dead."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(its_group) == group and state != "Z":
                found.append(int(entry.name))
    return found


def wait_until(true: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not (answer := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return answer


def test_a_run_killed_ten_times_and_continued_ends_with_the_same_bytes(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 60)
    begun = time.monotonic()
    undisturbed = start(source, tmp_path / "fresh")
    assert undisturbed.communicate()[1] == b""
    lasts = time.monotonic() - begun
    wanted = hashes(tmp_path / "fresh")
    draw = np.random.default_rng(61)
    out, killed, groups = tmp_path / "out", 0, []
    while killed < KILLS:
        running = start(source, out)
        groups.append(running.pid)
        time.sleep(draw.uniform(0.2, 1) * lasts)
        over = running.poll() is not None
        running.kill()
        assert b"Traceback" not in running.communicate()[1]
        killed += not over
        if over:  # kills from before this end were all survived: begin again, so that the next one finds work
            assert hashes(out) == wanted
            shutil.rmtree(out)
    last = start(source, out)
    assert b"Traceback" not in last.communicate()[1]
    assert last.returncode in (0, 1)
    assert hashes(out) == wanted
    assert wait_until(lambda: not any(in_group(group) for group in groups)), "a worker outlived its run"


def test_what_a_killed_run_had_read_is_not_read_again(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 60)
    out = tmp_path / "out"
    running = start(source, out)
    store = out / ".reads" / "reads.sqlite"
    assert wait_until(lambda: store.exists() and kept_in(store) > 10)
    running.kill()
    running.communicate()
    told: list[bool] = []
    run_catalogue(source, out, on=ON, workers=1, told=lambda read, kept: told.append(kept))
    assert sum(told) > 10 or not told  # nothing is read where the run had ended before it was killed


def kept_in(store: Path) -> int:
    import sqlite3

    try:
        base = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        try:
            return int(base.execute("SELECT count(*) FROM read").fetchone()[0])
        finally:
            base.close()
    except sqlite3.Error:
        return 0


def test_ctrl_c_ends_every_process_and_the_next_run_goes_on(tmp_path: Path) -> None:
    source, out = write_workbooks(tmp_path / "in", 60), tmp_path / "out"
    running = start(source, out)
    store = out / ".reads" / "reads.sqlite"
    assert wait_until(lambda: kept_in(store) > 3)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=30)[1]
    assert running.returncode != 0
    assert b"Traceback" not in said
    assert wait_until(lambda: not in_group(running.pid))
    run_catalogue(source, out, on=ON, workers=1)
    assert hashes(out) == hashes(run_catalogue(source, tmp_path / "fresh", on=ON, workers=1).out)


# ---------------------------------------------------------------- workers that die


def test_a_process_that_dies_costs_its_item_alone() -> None:
    done = dict(in_processes(dies_of_some, range(30), 2))
    assert done == {n: None if n in (5, 17) else n * n for n in range(30)}


def test_a_process_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    assert list(in_processes(dies_once, [tmp_path], 2)) == [(tmp_path, "done")]


def test_an_exception_of_a_job_is_raised_and_leaves_no_process() -> None:
    import multiprocessing

    with pytest.raises(ValueError, match="a sample"):
        dict(in_processes(fails_of_some, range(30), 2))
    assert wait_until(lambda: not multiprocessing.active_children())


def dying_reader(file: CatalogueFile, choices: Choices, layouts: Path | None) -> bytes:
    if file.name == "product-003.xlsx":
        os.kill(os.getpid(), signal.SIGKILL)
    return read_packed(file, choices, layouts)


def test_a_file_that_its_reader_dies_of_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = find_files(write_workbooks(tmp_path / "in", 12))
    monkeypatch.setattr(bill_files, "read_packed", dying_reader)
    with ReadStore(tmp_path / "reads.sqlite") as store:
        reads = read_bills(files, store, digests_of(files), workers=2)
    assert [read.name for read in reads] == [file.name for file in files]
    assert [read.name for read in reads if read.refused] == ["product-003.xlsx"]
    assert "the process that read it died" in reads[3].refused
    assert all(read.rows for read in reads if not read.refused)


# ---------------------------------------------------------------- files that vanish, change or are broken


def test_a_file_that_vanishes_is_one_finding(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 3)
    files = find_files(source)
    digests = digests_of(files)
    (source / "product-001.xlsx").unlink()
    with ReadStore(tmp_path / "reads.sqlite") as store:
        bom, refused = read_catalogue(files, store, digests)
    assert [(bill.name, "does not exist" in bill.refused) for bill in refused] == [("product-001.xlsx", True)]
    assert [found.file for found in bom.findings if found.code == "FILE_NOT_READ"] == ["product-001.xlsx"]


def test_a_workbook_saved_after_it_was_looked_at_is_kept_under_what_was_read(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 1)
    files = find_files(source)
    old, body = digests_of(files), (source / "product-000.xlsx").read_bytes()
    write_workbooks(source, 1, seed=62)
    new = digests_of(files)
    with ReadStore(tmp_path / "reads.sqlite") as store:
        bom, _ = read_catalogue(files, store, old)
        assert [given.sha256 for given in bom.inputs] == list(new.values())
        told: list[bool] = []
        read_bills(files, store, new, told=lambda read, kept: told.append(kept))
        (source / "product-000.xlsx").write_bytes(body)
        read_bills(files, store, old, told=lambda read, kept: told.append(kept))
    assert told == [True, False], "the old bytes were never read"


def test_a_table_written_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    later = changed(PUMPS, "parts", 0, unit_value=100)

    def load_and_save(file: CatalogueFile) -> Frame:
        frame = load_frame(file)
        if file.table == "parts":
            write_tables(source, {"parts": later["parts"]})
        return frame

    monkeypatch.setattr(catalogue, "load_frame", load_and_save)
    done = run_catalogue(source, tmp_path / "out", on=ON)
    monkeypatch.undo()
    assert {i["name"]: i["sha256"] for i in done.summary["inputs"]}["parts.csv"] == digest_of(source / "parts.csv")
    assert run_catalogue(source, tmp_path / "out", on=ON).unchanged
    assert hashes(tmp_path / "out") == hashes(run_catalogue(source, tmp_path / "fresh", on=ON).out)


def test_a_table_that_is_never_left_alone_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    values: Iterator[int] = iter(range(1, 100))

    def load_and_save(file: CatalogueFile) -> Frame:
        frame = load_frame(file)
        if file.table == "prices":
            # this table alone: another may just be read by the other thread
            write_tables(source, {"prices": changed(PUMPS, "prices", 0, typical=next(values))["prices"]})
        return frame

    monkeypatch.setattr(catalogue, "load_frame", load_and_save)
    done = run_catalogue(source, tmp_path / "out", on=ON)
    assert [file["file"] for file in done.summary["not_read"]] == ["prices.csv"]
    assert "changes while it is read" in done.summary["not_read"][0]["why"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 torn", b"\x00" * 100, b"PAR1" + b"\x00" * 50],
    ids=["empty", "zip", "zeros", "parquet"],
)
@pytest.mark.parametrize("name", ["broken.xlsx", "lines.parquet", "parts.csv"])
def test_a_broken_file_is_one_finding_and_the_others_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    source = write_workbooks(tmp_path / "in", 2)
    (source / name).write_bytes(content)
    told: list[BillRead] = []
    done = run_catalogue(source, tmp_path / "out", on=ON, told=lambda read, kept: told.append(read))
    assert done.summary["findings"]["error"].get("FILE_NOT_READ") == 1
    assert [file["file"] for file in done.summary["not_read"]] == [name]
    assert done.summary["counts"]["goods"] == 2
    assert len(told) == 3


def test_a_file_whose_name_is_no_text_is_one_finding(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 2)
    os.rename(source / "product-001.xlsx", os.fsencode(source) + b"/product-\xff.xlsx")
    done = run_catalogue(source, tmp_path / "out", on=ON)
    assert done.summary["counts"]["files"] == 2
    assert hashes(tmp_path / "out") == hashes(run_catalogue(source, tmp_path / "fresh", on=ON).out)
