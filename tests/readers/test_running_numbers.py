"""A column called part number that counts the rows of every table of a sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom
from tests.readers.sample_books import make_text

FIRST = ["P/N,Desc,Count,Unit", "1,motor,2,pcs", "2,hub,1,pcs", "3,shaft,1,pcs", "4,gyro,1,pcs"]
SECOND = ["P/N,Desc,Count", "1,sheet,1", "2,bar,1", "3,tube,2"]


def read(folder: Path, *tables: list[str]) -> Bom:
    return read_bom(make_text(folder, "\n,,\n".join("\n".join(table) for table in tables) + "\n"))


def children(bom: Bom) -> list[str]:
    return bom.lines["child"].to_pylist()


def test_numbers_that_begin_again_are_positions_and_the_names_stand_in(tmp_path: Path) -> None:
    bom = read(tmp_path, FIRST, SECOND)
    assert children(bom) == ["motor", "hub", "shaft", "gyro", "sheet", "bar", "tube"]
    assert {f.code for f in bom.findings if f.severity == "error"} == set()
    assert [f.row for f in bom.findings if f.code == "NAME_AS_NUMBER"] == [1, 7]
    first, second = inspect_file(tmp_path / "bom.csv").tables
    assert '"P/N" counts the rows of every table from one' in first.why
    assert (first.used, second.used) == (4, 3)


def test_one_table_alone_keeps_its_numbers(tmp_path: Path) -> None:
    assert children(read(tmp_path, FIRST)) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "second",
    [
        ["P/N,Desc,Count", "1,motor,1", "2,bar,1", "3,tube,2"],
        ["P/N,Desc,Count", "1,sheet,1", "2,,1", "3,tube,2"],
        ["P/N,Desc,Count", "1,sheet,1", "3,bar,1", "2,tube,2"],
        ["P/N,Desc,Count", "5,sheet,1", "6,bar,1", "7,tube,2"],
        ["P/N,Desc,Count", "1,sheet,1", "2,bar,1"],
        ["P/N,Desc,Count", "01,sheet,1", "02,bar,1", "03,tube,2"],
    ],
)
def test_numbers_that_may_name_parts_are_kept(tmp_path: Path, second: list[str]) -> None:
    bom = read(tmp_path, FIRST, second)
    assert children(bom)[:4] == ["1", "2", "3", "4"]


def test_the_user_may_say_that_they_are_part_numbers(tmp_path: Path) -> None:
    read(tmp_path, FIRST, SECOND)
    said = Choices(columns={"part_number": "P/N"})
    assert children(read_bom(tmp_path / "bom.csv", choices=said))[:4] == ["1", "2", "3", "4"]
