"""The store of reads: what is damaged is read again, and never taken for what was read."""

from __future__ import annotations

import pickle
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from deminimis import CatalogueError
from deminimis.catalogues.read_store import ReadStore, packed, read_key, unpacked
from deminimis.catalogues.run import run_catalogue
from tests.catalogues.small_catalogues import hashes, write_workbooks

ON = "2026-11-22"
BODIES = {f"key{at}": packed(["a sample", at, "x" * 5000]) for at in range(20)}


def filled(path: Path) -> Path:
    with ReadStore(path) as store:
        for key, body in BODIES.items():
            store.put(key, body)
    return path


def kept(path: Path) -> dict[str, object]:
    with ReadStore(path) as store:
        return {key: store.get(key) for key in BODIES}


def test_what_was_put_is_there_and_the_rest_is_forgotten(tmp_path: Path) -> None:
    path = filled(tmp_path / "reads.sqlite")
    assert kept(path) == {key: unpacked(body) for key, body in BODIES.items()}
    with ReadStore(path) as store:
        store.keep_only(["key3", "another"])
        assert store.known([*BODIES, "another"]) == {"key3"}
        assert store.get("key4") is None


@pytest.mark.parametrize("size", [0, 1, 100, 4096, 5000, 40_000, 100_000])
def test_a_store_that_is_cut_off_gives_what_was_put_or_nothing_and_can_be_written(tmp_path: Path, size: int) -> None:
    path = filled(tmp_path / "reads.sqlite")
    path.write_bytes(path.read_bytes()[:size])
    for key, value in kept(path).items():
        assert value in (None, unpacked(BODIES[key]))
    assert kept(filled(path)) == {key: unpacked(body) for key, body in BODIES.items()}


def test_a_store_with_bits_turned_gives_what_was_put_or_nothing_and_can_be_written(tmp_path: Path) -> None:
    path = filled(tmp_path / "reads.sqlite")
    whole = path.read_bytes()
    draw = np.random.default_rng(61)
    lost = 0
    for _ in range(60):
        damaged = bytearray(whole)
        begin = int(draw.integers(len(whole)))
        damaged[begin : begin + 8] = draw.bytes(8)
        path.write_bytes(damaged)
        for key, value in kept(path).items():
            lost += value is None
            assert value in (None, unpacked(BODIES[key]))
        assert kept(filled(path)) == {key: unpacked(body) for key, body in BODIES.items()}
    assert lost


def test_a_file_that_is_no_store_is_begun_anew_with_its_log(tmp_path: Path) -> None:
    path = filled(tmp_path / "reads.sqlite")
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).write_bytes(b"this is no database, but a letter of a hundred bytes " * 40)
    assert set(kept(path).values()) == {None}
    assert kept(filled(path))["key7"] == unpacked(BODIES["key7"])


def test_a_store_of_another_form_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "reads.sqlite"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE read (name TEXT)")
    base.commit()
    base.close()
    assert set(kept(path).values()) == {None}
    assert kept(filled(path))["key7"] == unpacked(BODIES["key7"])


def test_a_folder_in_the_place_of_the_store_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "reads.sqlite").mkdir()
    with pytest.raises(CatalogueError, match=r"reads\.sqlite cannot be written"):
        ReadStore(tmp_path / "reads.sqlite")


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("a body may not call this",))


def test_a_body_that_calls_something_is_no_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ReadStore(tmp_path / "reads.sqlite") as store:
        store.put("key", pickle.dumps(Evil()))
        assert store.get("key") is None
    with pytest.raises(pickle.UnpicklingError, match="is in no read"):
        unpacked(pickle.dumps(Evil()))
    assert capsys.readouterr().out == ""


def test_a_key_depends_on_every_fact_and_on_where_one_ends() -> None:
    keys = {read_key("a", "b"), read_key("ab", ""), read_key("", "ab"), read_key("a", "b", ""), read_key("b", "a")}
    assert len(keys) == 5


def test_a_damaged_store_changes_no_result(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 4)
    out = run_catalogue(source, tmp_path / "out", on=ON).out
    store = out / ".reads" / "reads.sqlite"
    store.write_bytes(store.read_bytes()[:6000])
    write_workbooks(source, 5)
    told: list[tuple[str, bool]] = []
    run_catalogue(source, out, on=ON, told=lambda read, kept: told.append((read.name, kept)))
    assert len(told) == 5
    assert hashes(out) == hashes(run_catalogue(source, tmp_path / "fresh", on=ON).out)


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 4)
    out = run_catalogue(source, tmp_path / "out", on=ON).out
    [new] = write_workbooks(tmp_path / "more", 1, seed=62).iterdir()
    (source / "more").mkdir()
    new.rename(source / "more/new.xlsx")
    told: dict[str, bool] = {}
    run_catalogue(source, out, on=ON, told=lambda read, kept: told.update({read.name: kept}))
    assert told == {**{f"product-{at:03}.xlsx": True for at in range(4)}, "more/new.xlsx": False}


def test_a_file_whose_product_gets_another_name_is_read_again(tmp_path: Path) -> None:
    """Two files of one name in two folders are no longer named after their names alone."""
    source = write_workbooks(tmp_path / "in", 2)
    out = run_catalogue(source, tmp_path / "out", on=ON).out
    write_workbooks(source / "more", 1, seed=62)
    told: dict[str, bool] = {}
    run_catalogue(source, out, on=ON, told=lambda read, kept: told.update({read.name: kept}))
    assert told == {"product-000.xlsx": False, "product-001.xlsx": True, "more/product-000.xlsx": False}
