"""Which files of a folder are read, and as what."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deminimis.catalogues.catalogue import catalogue
from deminimis.catalogues.inputs import MARK, find_files
from deminimis.errors import CatalogueError

LINES = pa.table({"parent": ["A"], "child": ["B"], "quantity": [1.0]})


def write(path: Path, text: str = "level,part_number,quantity\n0,A,1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def found(folder: Path) -> dict[str, str]:
    return {file.name: file.table for file in find_files(folder)}


def test_bills_and_tables_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "pump.csv")
    write(tmp_path / "deep/er/mixer.tsv")
    write(tmp_path / "lines.csv", "parent,child,quantity\nA,B,1\n")
    write(tmp_path / "lines-of-pumps.csv", "Parent,Child,Qty\nA,B,1\n")
    write(tmp_path / "parts_2026.tsv", "part_number\tunit_value\nA\t1\n")
    pq.write_table(LINES, tmp_path / "anything.parquet")
    (tmp_path / "lines").mkdir()
    pq.write_table(LINES, tmp_path / "lines/plant=7.parquet")
    assert found(tmp_path) == {
        "pump.csv": "",
        "deep/er/mixer.tsv": "",
        "lines.csv": "lines",
        "lines-of-pumps.csv": "",
        "parts_2026.tsv": "parts",
        "anything.parquet": "lines",
        "lines/plant=7.parquet": "lines",
    }


def test_what_is_no_input_is_left_out(tmp_path: Path) -> None:
    for name in ("~$pump.xlsx", ".hidden.csv", "notes.pdf", ".git/a.csv", "deminimis-layouts.csv", "old/goods.csv"):
        write(tmp_path / name)
    write(tmp_path / "old" / MARK, "{}")
    write(tmp_path / "old/below/more.csv")
    write(tmp_path / "pump.csv")
    assert list(found(tmp_path)) == ["pump.csv"]


def test_patterns_and_files_are_taken_and_none_twice(tmp_path: Path) -> None:
    one, two = write(tmp_path / "a/one.csv"), write(tmp_path / "b/two.csv")
    files = find_files([str(tmp_path / "*/*.csv"), one])
    assert [file.path for file in files] == [one, two]


@pytest.mark.parametrize("source", ["nowhere", "nowhere/*.csv", "empty", "empty/pump.pdf"])
def test_nothing_to_read_is_one_sentence(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogueError, match=r"does not exist|holds no file to read"):
        find_files(tmp_path / source)


def test_a_damaged_parquet_file_is_left_to_the_reading(tmp_path: Path) -> None:
    (tmp_path / "lines.parquet").write_bytes(b"PAR1 and then nothing")
    assert found(tmp_path) == {"lines.parquet": ""}


def test_lists_of_one_name_in_several_folders_are_products_of_their_own(tmp_path: Path) -> None:
    """A plant gives every product a folder, and every folder a BOM.csv that names no product."""
    for plant, screws in (("left", 2), ("right", 3)):
        write(tmp_path / plant / "BOM.csv", f"Part number,Description,Qty,Unit price\nS-1,screw,{screws},0.1\n")
    write(tmp_path / "pump.csv", "Part number,Description,Qty,Unit price\nS-1,screw,1,0.1\n")
    judged = catalogue(tmp_path, on="2026-11-22", workers=1)
    assert judged.goods["part_number"].to_pylist() == ["left/BOM", "pump", "right/BOM"]
    assert "BLOCKS_DIFFER" not in judged.findings["code"].to_pylist()
    assert [round(value, 9) for value in judged.goods["article_value_low"].to_pylist()] == [0.2, 0.1, 0.3]


def test_linked_folders_are_read_once_and_a_lost_link_is_a_file(tmp_path: Path) -> None:
    write(tmp_path / "store/fan.csv")
    write(tmp_path / "in/pump.csv")
    write(tmp_path / "in/year/mixer.csv")
    write(tmp_path / "beside.csv")
    for name, target in (
        ("linked", tmp_path / "store"),
        ("again", tmp_path / "store"),
        ("latest", tmp_path / "in/year"),
        ("year/up", Path("..")),
        ("out", tmp_path),
        ("lost.xlsx", tmp_path / "nowhere.xlsx"),
    ):
        (tmp_path / "in" / name).symlink_to(target)
    assert list(found(tmp_path / "in")) == ["again/fan.csv", "lost.xlsx", "pump.csv", "year/mixer.csv"]
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert list(found(tmp_path / "link")) == ["again/fan.csv", "lost.xlsx", "pump.csv", "year/mixer.csv"]


def test_a_lost_link_is_told(tmp_path: Path) -> None:
    write(tmp_path / "pump.csv")
    (tmp_path / "mixer.csv").symlink_to(tmp_path / "nowhere.csv")
    judged = catalogue(tmp_path, on="2026-11-22", workers=1)
    assert [bill.name for bill in judged.refused] == ["mixer.csv"]


@pytest.mark.parametrize("name", ["declarations.csv.gz", "declarations-2026.feather", "declarations/0.jsonl"])
def test_a_table_that_is_not_read_is_not_passed_over(tmp_path: Path, name: str) -> None:
    pq.write_table(LINES, tmp_path / "lines.parquet")
    write(tmp_path / name, "\x1f\x8b\x00")
    write(tmp_path / "notes.gz")
    judged = catalogue(tmp_path, on="2026-11-22", workers=1)
    assert [bill.name for bill in judged.refused] == [name]
    assert judged.verdicts == {"at_or_above": 0, "undetermined": 1, "below": 0}


def test_a_file_that_is_named_is_not_passed_over(tmp_path: Path) -> None:
    pq.write_table(LINES, tmp_path / "lines.parquet")
    answer = tmp_path / "answer.dat"
    answer.write_bytes(bytes(range(256)))
    assert [file.name for file in find_files([tmp_path, answer])] == ["answer.dat", "lines.parquet"]
    judged = catalogue([tmp_path, answer], on="2026-11-22", workers=1)
    assert [bill.name for bill in judged.refused] == ["answer.dat"]


@pytest.mark.parametrize("named", ["folders", "files"])
def test_files_of_one_name_in_two_sources_are_two(tmp_path: Path, named: str) -> None:
    for plant, screws in (("left", 2), ("right", 3)):
        write(tmp_path / plant / "list.csv", f"parent,child,quantity\n{plant},screw,{screws}\n")
        pq.write_table(LINES.set_column(0, "parent", [[f"{plant} pump"]]), tmp_path / plant / "lines.parquet")
    sources = [tmp_path / "left", tmp_path / "right"]
    if named == "files":
        sources = [file for folder in sources for file in sorted(folder.iterdir())]
    assert [(file.name, file.table) for file in find_files(sources)] == [
        ("left/lines.parquet", "lines"),
        ("left/list.csv", ""),
        ("right/lines.parquet", "lines"),
        ("right/list.csv", ""),
    ]
    judged = catalogue(sources, on="2026-11-22", workers=1)
    assert judged.goods["part_number"].to_pylist() == ["left pump", "right pump", "left", "right"]


def test_a_folder_named_in_two_ways_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "in/pump.csv")
    monkeypatch.chdir(tmp_path)
    assert len(find_files(["in", tmp_path / "in", "in/../in/pump.csv"])) == 1
