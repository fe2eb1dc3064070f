"""The result on the disk: whole whenever writing it ends, the last good one kept where it cannot be written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from deminimis import CatalogueError
from deminimis.catalogues.bom_files import load_bom, share_numbers, write_bom
from deminimis.catalogues.catalogue import catalogue, digests_of, read_catalogue
from deminimis.catalogues.inputs import find_files
from deminimis.catalogues.lock import only_run
from deminimis.catalogues.read_store import ReadStore
from deminimis.catalogues.results import ASIDE, READY, finish_moving, last_summary, write_results
from deminimis.catalogues.run import run_catalogue
from deminimis.cli import main
from deminimis.model import TABLES
from deminimis.model.part_codes import as_text, shared_numbers
from tests.catalogues.small_catalogues import PUMPS, changed, hashes, write_tables, write_workbooks

ON = "2026-11-22"
ROOT = Path(__file__).parents[2]


def in_process(program: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, words)], capture_output=True, text=True, cwd=ROOT, timeout=120
    )


# ---------------------------------------------------------------- the bill of a run


def test_a_bill_is_loaded_as_it_was_written(tmp_path: Path) -> None:
    write_tables(tmp_path / "in", {**PUMPS, "lines": [*PUMPS["lines"], {"parent": "", "child": "x", "quantity": "?"}]})
    write_workbooks(tmp_path / "in", 2)
    files = find_files(tmp_path / "in")
    with ReadStore(tmp_path / "reads.sqlite") as store:
        bom, _ = read_catalogue(files, store, digests_of(files))
    write_bom(bom, tmp_path / "bom")
    loaded = load_bom(tmp_path / "bom")
    for name in TABLES:
        for column in bom.table(name).column_names:
            old, new = bom.table(name)[column], loaded.table(name)[column]
            assert as_text(new).to_pylist() == as_text(old).to_pylist(), (name, column)
    assert bom.findings
    for field in ("sources", "inputs", "findings", "long_decimals", "bills"):
        assert getattr(loaded, field) == getattr(bom, field)
    judged, again = catalogue(bom, on=ON), catalogue(loaded, on=ON)
    assert again.goods.equals(judged.goods)
    assert again.findings.equals(judged.findings)


def test_a_bill_keeps_digits_that_no_float_holds(tmp_path: Path) -> None:
    tables = changed(PUMPS, "parts", 0, unit_value="900.000000000000000000001")
    out = run_catalogue(write_tables(tmp_path / "in", tables), tmp_path / "out", on=ON).out
    loaded = load_bom(out / "bom")
    assert "900.000000000000000000001" in loaded.long_decimals.values()


def test_the_numbers_of_a_loaded_bill_are_codes_into_one_table(tmp_path: Path) -> None:
    out = run_catalogue(write_tables(tmp_path / "in", PUMPS), tmp_path / "out", on=ON).out
    bom = load_bom(out / "bom")
    columns = [bom.parts["part_number"], bom.lines["parent"], bom.lines["child"], bom.declarations["part_number"]]
    assert shared_numbers(columns) is not None


def test_a_large_table_of_numbers_is_not_written_beside_a_few_rows(tmp_path: Path) -> None:
    many = pa.table({"part_number": pa.array([f"P{i}" for i in range(5000)])})
    few = pa.table({"part_number": pa.array(["P7"])})
    parts, declarations = share_numbers([many, few])
    empty = catalogue(on=ON, lines={"parent": ["a"], "child": ["b"], "quantity": [1]}).calculation.bom
    from dataclasses import replace

    from deminimis.model.tables import arrow_schema, blank_column

    def whole(name: str, table: pa.Table) -> pa.Table:
        cells = {c: blank_column(c, name, len(table)) for c in arrow_schema(name).names}
        return pa.table({**cells, "part_number": table["part_number"]})

    bom = replace(empty, parts=whole("parts", parts), declarations=whole("declarations", declarations))
    write_bom(bom, tmp_path / "bom")
    assert (tmp_path / "bom" / "declarations.parquet").stat().st_size < 1500
    assert as_text(load_bom(tmp_path / "bom").declarations["part_number"]).to_pylist() == ["P7"]


def test_a_bill_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_bom(tmp_path)


def test_a_run_without_the_bill_takes_that_of_the_last_run_away(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    out = run_catalogue(source, tmp_path / "out", on=ON).out
    assert (out / "bom" / "lines.parquet").exists()
    run_catalogue(source, out, on=ON, details=False)
    assert not (out / "bom").exists()
    assert not (out / "tested_items.parquet").exists()
    fresh = run_catalogue(source, tmp_path / "fresh", on=ON, details=False).out
    assert hashes(out) == hashes(fresh)


# ---------------------------------------------------------------- killed at every step of writing

KILLED_AT_EVERY_STEP = """
import os, sys
from pathlib import Path
import pyarrow as pa
pa.set_cpu_count(1)
import pyarrow.parquet, hashlib, json, shutil
from deminimis.catalogues.results import finish_moving, last_summary, write_results
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
def write(out, word):
    names = ("goods", "findings") if word == "new" else ("goods", "findings", "contributions")
    tables = {name: pa.table({"word": [word, name]}) for name in names}
    write_results(out, tables, {"summary.xlsx": word.encode()}, {"word": word})
def shown(out):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir() if p.is_file()}
root = Path(sys.argv[1])
write(root / "new", "new")
wanted = shown(root / "new")
step, ended, whole = 0, False, []
while not ended:
    step += 1
    out = root / f"out{step}"
    write(out, "old")
    before = shown(out)
    child = os.fork()
    if child == 0:
        left = [step]
        def count(event, args):
            if event in STEPS and (event != "open" or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR)):
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)
        sys.addaudithook(count)
        write(out, "new")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended = status == 0
    assert status in (0, 9), status
    summary = last_summary(out)
    whole.append(summary and summary["word"])
    finish_moving(out)
    assert shown(out) in (before, wanted), (step, shown(out))
    write(out, "new")
    assert shown(out) == wanted, step
    assert not (out / ".aside").exists()
print(json.dumps(whole))
"""


def test_a_write_killed_at_any_step_leaves_the_old_or_the_new_result_and_is_continued(tmp_path: Path) -> None:
    done = in_process(KILLED_AT_EVERY_STEP, tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) > 12, "fewer steps than files were interrupted"
    assert found[0] == "old"
    assert found[-1] == "new"
    # between the two, while files move, the summary says of no mixture that it is whole
    assert set(found) <= {"old", "new", None}


def test_a_word_of_readiness_without_its_letters_is_none(tmp_path: Path) -> None:
    write_results(tmp_path, {"goods": pa.table({"a": [1]})}, {}, {"word": "old"})
    before = hashes(tmp_path)
    (tmp_path / ASIDE).mkdir()
    (tmp_path / ASIDE / f"{READY}.draft").write_text("")
    finish_moving(tmp_path)
    assert hashes(tmp_path) == before
    assert not (tmp_path / ASIDE).exists()


def test_a_result_with_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    out = run_catalogue(source, tmp_path / "out", on=ON).out
    before = hashes(out)
    (out / "goods.parquet").write_bytes(b"PAR1")
    assert last_summary(out) is None
    assert not run_catalogue(source, out, on=ON).unchanged
    assert hashes(out) == before
    assert run_catalogue(source, out, on=ON).unchanged


# ---------------------------------------------------------------- a disk that is full, a folder that cannot be written

FULL_DISK = """
import os, resource, sys
from deminimis.__main__ import run
from deminimis.catalogues import run as _
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
run()
"""


@pytest.mark.parametrize("limit", [100, 3000, 20_000])
def test_a_full_disk_is_one_sentence_and_leaves_the_last_result(tmp_path: Path, limit: int) -> None:
    source = write_workbooks(tmp_path / "in", 12)
    out = run_catalogue(source, tmp_path / "out", on=ON, workers=1).out
    before = hashes(out)
    write_workbooks(source, 14, seed=62)
    words = ("catalogue", "run", str(source), "--out", str(out), "--on", ON, "--quiet", "--workers", "1")
    done = in_process(FULL_DISK, str(limit), *words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert hashes(out) == before
    fresh = run_catalogue(source, tmp_path / "fresh", on=ON, workers=1).out
    assert run_catalogue(source, out, on=ON, workers=1).exit_status == 1
    assert hashes(out) == hashes(fresh)


def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    (tmp_path / "taken").write_text("a sample")
    for out in (tmp_path / "taken", tmp_path / "taken" / "deeper"):
        with pytest.raises(CatalogueError, match="a file stands where a folder is needed"):
            run_catalogue(source, out, on=ON)
    done = CliRunner().invoke(main, ["catalogue", "run", str(source), "--out", str(tmp_path / "taken")])
    assert done.exit_code == 2
    assert (tmp_path / "taken").read_text() == "a sample"


def test_a_folder_in_the_place_of_a_file_of_the_result_is_one_sentence_and_is_continued(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    out = tmp_path / "out"
    (out / "goods.parquet" / "inside").mkdir(parents=True)
    with pytest.raises(CatalogueError, match="waits there whole"):
        run_catalogue(source, out, on=ON)
    shutil.rmtree(out / "goods.parquet")
    assert run_catalogue(source, out, on=ON).unchanged
    assert hashes(out) == hashes(run_catalogue(source, tmp_path / "fresh", on=ON).out)


# ---------------------------------------------------------------- one run at a time, and where the result lies

HOLDS_THE_LOCK = """
import sys, time
from pathlib import Path
from deminimis.catalogues.lock import only_run
with only_run(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_run_into_a_folder_is_refused_until_the_first_is_dead(tmp_path: Path) -> None:
    source, out = write_tables(tmp_path / "in", PUMPS), tmp_path / "out"
    holder = subprocess.Popen([sys.executable, "-c", HOLDS_THE_LOCK, str(out)], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(CatalogueError, match="another run is writing to"):
            run_catalogue(source, out, on=ON)
    finally:
        holder.kill()
        holder.communicate()
    assert run_catalogue(source, out, on=ON).summary["counts"]["goods"] == 2


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with only_run(tmp_path / "out"):
            assert (tmp_path / "out").is_dir()


def test_a_result_inside_the_input_is_not_read_as_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    first = run_catalogue(source, source / "judged", on=ON)
    assert run_catalogue(source, source / "judged", on=ON).unchanged
    monkeypatch.chdir(tmp_path)  # the one named relative, the other whole
    again = run_catalogue("in", source / "judged", on=ON)
    assert again.unchanged
    assert len(first.summary["inputs"]) == 5
    assert run_catalogue("in/**/*.*", "in/judged", on=ON).summary["counts"]["goods"] == 2


def test_a_result_that_would_lie_among_its_inputs_is_refused(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    before = hashes(tmp_path)
    with pytest.raises(CatalogueError, match=r"declarations\.csv is to be read and lies in"):
        run_catalogue(source, source, on=ON)
    assert hashes(tmp_path) == before
    out = run_catalogue(source, tmp_path / "out", on=ON).out
    with pytest.raises(CatalogueError, match="holds only the result of an earlier run"):
        run_catalogue(out / "goods.parquet", out, on=ON)


def test_a_folder_given_twice_is_refused(tmp_path: Path) -> None:
    words = ["catalogue", "run", str(tmp_path), "--out", str(tmp_path / "a"), "--out", str(tmp_path / "b")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "was given 2 times" in done.output


def test_another_layout_beside_the_files_is_another_result(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 1)
    run_catalogue(source, tmp_path / "out", on=ON)
    header = "layout,shape,quantity_basis,role,header,required,source\n"
    (source / "deminimis-layouts.csv").write_text(header)
    assert not run_catalogue(source, tmp_path / "out", on=ON).unchanged


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", PUMPS)
    os.utime(source / "lines.csv", (1, 1))
    one, other = (run_catalogue(source, tmp_path / name, on=ON).out for name in ("a", "b"))
    assert hashes(one) == hashes(other)
    assert pq.read_table(one / "goods.parquet").num_rows == 2
