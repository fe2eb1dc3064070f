"""Cells beside a list that may say for how many products its quantities are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deminimis.model import Finding
from deminimis.readers import Choices, inspect_file, read_bom, remember_layout
from deminimis.readers.choices import BESIDE
from deminimis.readers.tables.batch_hints import batch_said
from tests.readers.sample_books import make_book, make_text

HEADER = ["Part number", "Qty", None, None, None]


def hints(path: Path, **said: Any) -> list[Finding]:
    bom = read_bom(path, choices=Choices(**said))
    return [f for f in bom.findings if f.code == "QUANTITY_MAY_BE_OF_BATCH"]


def beside(folder: Path, *cells: Any) -> Path:
    """A list with cells in the fourth and fifth column of its first row."""
    rows = [HEADER, ["A", 52, None, *cells], ["B", 26, None, None, None], ["C", 13, None, None, None]]
    return make_book(folder, {"list": rows})


@pytest.mark.parametrize(
    ("cell", "following", "count"),
    [
        ("ROBOTS", "13", 13),
        ("Robots:", "13.0", 13),
        ("Cantidad de robots", "13", 13),
        ("Cantidad de robots: 13", "", 13),
        ("qty per 13 units", "", 13),
        ("Quantities for 100 pieces", "", 100),
        ("(for 10 kits)", "", 10),
        ("10 kits", "", 10),
        ("Losgröße 100", "", 100),
        ("Losgröße", "100", 100),
        ("Mengen für 100 Stück", "", 100),
        ("Anzahl Geräte", "25", 25),
        ("pour 10 appareils", "", 10),
        ("套数：１００", "", 100),
        ("10台", "", 10),
        ("共20套", "", 20),
    ],
)
def test_words_for_a_batch(cell: str, following: str, count: int) -> None:
    assert batch_said(cell, following) == count


@pytest.mark.parametrize(
    ("cell", "following"),
    [
        ("Units", "12"),
        ("Robots", "1"),
        ("Robots", "2.5"),
        ("Robots", ""),
        ("DOLAR", "4100"),
        ("for robots", "13"),
        ("robot arm", "3"),
        ("per 100", ""),
        ("2 pcs", ""),
        ("boards 2024-01-01", ""),
        ("Robots", "999999999"),
    ],
)
def test_words_for_nothing_of_the_kind(cell: str, following: str) -> None:
    assert batch_said(cell, following) is None


def test_a_side_cell_is_told_with_the_option_and_changes_nothing(tmp_path: Path) -> None:
    path = beside(tmp_path, "ROBOTS", 13)
    [told] = hints(path)
    assert (told.severity, told.row, told.column) == ("warning", 2, "D2")
    assert "ROBOTS 13" in told.message
    assert "--quantity-basis per_batch:13" in told.message
    assert read_bom(path).lines["quantity"].to_pylist() == [52.0, 26.0, 13.0]


def test_the_option_that_is_proposed_reads_it_so(tmp_path: Path) -> None:
    path = beside(tmp_path, "ROBOTS", 13)
    bom = read_bom(path, choices=Choices(quantity_basis="per_batch:13"))
    assert bom.lines["quantity"].to_pylist() == [4.0, 2.0, 1.0]
    assert hints(path, quantity_basis="per_batch:13") == []


@pytest.mark.parametrize("basis", ["per_parent", "per_batch:13"])
def test_who_has_said_it_is_not_told_again(tmp_path: Path, basis: str) -> None:
    path = beside(tmp_path, "ROBOTS", 13)
    remember_layout(path, tmp_path / BESIDE, Choices(quantity_basis=basis))
    assert hints(path, quantity_basis=basis) == []
    assert [f.code for f in read_bom(path).findings if f.code == "QUANTITY_MAY_BE_OF_BATCH"] == []


def test_a_row_above_the_list_is_told_too(tmp_path: Path) -> None:
    path = make_text(tmp_path, "Quantities for 13 robots,,\n,,\nPart number,Qty,Remark\nA,52,\nB,26,\n")
    [told] = hints(path)
    assert (told.row, told.column) == (1, "A1")


def test_remarks_on_rows_are_no_batch(tmp_path: Path) -> None:
    rows = "".join(f"P{i},2,for 2 robots\n" for i in range(9))
    assert hints(make_text(tmp_path, f"Part number,Qty,Remark\n{rows}")) == []


def test_what_the_rows_above_say_and_is_read_is_not_told_again(tmp_path: Path) -> None:
    path = make_text(tmp_path, "Base quantity,100,\nPart number,Qty,Unit\nA,50,pcs\n")
    assert hints(path) == []
    [table] = inspect_file(path).tables
    assert table.quantity_basis == "per_batch"
