"""Tables of millions of rows are read some rows at a time: they say what they say when they are read as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.generate import make_catalogue, make_tables
from deminimis.catalogues import catalogue as reading
from deminimis.catalogues import large_tables
from deminimis.catalogues.bill_files import digest_of
from deminimis.catalogues.inputs import CatalogueFile, find_files
from deminimis.catalogues.run import run_catalogue
from deminimis.catalogues.table_files import Frame, check_frames, load_frame
from deminimis.model.part_codes import with_text
from tests.catalogues.small_catalogues import hashes

ON = "2026-11-22"


@pytest.fixture
def catalogue_of_parquet(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, table in make_tables(make_catalogue(4_000, goods=40, parts=900, carriers=60)).items():
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=700)
    return folder


@pytest.mark.parametrize("rows", [1, 333, 4_000])
def test_a_catalogue_read_in_pieces_has_the_same_bytes(
    catalogue_of_parquet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    whole = hashes(run_catalogue(catalogue_of_parquet, tmp_path / "whole", on=ON).out)
    monkeypatch.setattr(large_tables, "LARGE", rows)
    assert hashes(run_catalogue(catalogue_of_parquet, tmp_path / "pieces", on=ON).out) == whole


CELLS = st.sampled_from(["A", "A", "A", "B", "C", "", " ", None])
LINES = st.lists(
    st.tuples(CELLS, CELLS, st.sampled_from([1.0, 2.5, float("nan"), None]), st.sampled_from(["kg", None])),
    min_size=1,
    max_size=30,
)


@settings(deadline=None)
@given(LINES, st.integers(1, 7), st.integers(1, 9), st.booleans())
def test_lines_read_in_pieces_are_those_read_whole(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str | None, str | None, float | None, str | None]],
    at_once: int,
    group: int,
    statistics: bool,
) -> None:
    path = tmp_path_factory.mktemp("lines") / "lines.parquet"
    parent, child, quantity, unit = (list(cells) for cells in zip(*rows, strict=True))
    said = {"parent": pa.array(parent, pa.string()), "child": pa.array(child, pa.string()), "unit": unit}
    table = pa.table({**said, "quantity": pa.array(quantity, pa.float64(), from_pandas=False)})
    pq.write_table(table, path, row_group_size=group, write_statistics=statistics)
    file = CatalogueFile(path, "lines.parquet", "lines")
    [whole] = check_frames([load_frame(file)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_tables, "LARGE", at_once)
        frame = load_frame(file)
    assert set(frame.ids) == ({"parent", "child"} if len(rows) >= at_once else set())
    [pieces] = check_frames([frame])
    assert with_text(pieces.checked.table).equals(with_text(whole.checked.table))
    assert (pieces.findings, pieces.checked.dropped) == (whole.findings, whole.checked.dropped)


def test_part_numbers_that_are_no_text_are_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_tables, "LARGE", 1)
    pq.write_table(pa.table({"parent": [7], "child": ["8"], "quantity": [1.0]}), tmp_path / "lines.parquet")
    frame = load_frame(CatalogueFile(tmp_path / "lines.parquet", "lines.parquet", "lines"))
    assert (frame.ids, frame.columns["parent"].to_list()) == ({}, [7])


def test_a_large_table_written_while_it_is_read_is_read_again(
    catalogue_of_parquet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_tables, "LARGE", 100)
    lines = catalogue_of_parquet / "lines.parquet"

    def load_and_save(file: CatalogueFile) -> Frame:
        frame = load_frame(file)
        if file.table == "lines":
            later = pl.read_parquet(lines).with_columns(pl.col("child") + "-2")
            later.write_parquet(lines)
        return frame

    monkeypatch.setattr(reading, "load_frame", load_and_save)
    done = run_catalogue(catalogue_of_parquet, tmp_path / "out", on=ON)
    assert [file["file"] for file in done.summary["not_read"]] == ["lines.parquet"]  # it is written each time
    saves: Iterator[int] = iter([1])

    def load_and_save_once(file: CatalogueFile) -> Frame:
        frame = load_frame(file)
        if file.table == "lines" and next(saves, None):
            pl.read_parquet(lines).with_columns(pl.col("child").str.replace("-2", "")).write_parquet(lines)
        return frame

    monkeypatch.setattr(reading, "load_frame", load_and_save_once)
    done = run_catalogue(catalogue_of_parquet, tmp_path / "out", on=ON)
    assert not done.summary["not_read"]
    assert {i["name"]: i["sha256"] for i in done.summary["inputs"]}["lines.parquet"] == digest_of(lines)
    monkeypatch.undo()
    assert hashes(done.out) == hashes(run_catalogue(catalogue_of_parquet, tmp_path / "fresh", on=ON).out)


def test_a_large_table_that_is_damaged_is_one_finding(
    catalogue_of_parquet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_tables, "LARGE", 100)
    lines = catalogue_of_parquet / "lines.parquet"
    whole = bytearray(lines.read_bytes())
    whole[100:2_000] = bytes(1_900)
    lines.write_bytes(whole)
    assert find_files([catalogue_of_parquet])
    done = run_catalogue(catalogue_of_parquet, tmp_path / "out", on=ON)
    assert [file["file"] for file in done.summary["not_read"]] == ["lines.parquet"]
    assert "cannot be read" in done.summary["not_read"][0]["why"]
