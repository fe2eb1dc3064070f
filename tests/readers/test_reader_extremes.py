"""Numbers nobody means: told, bounded, and never zero."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.assessment import assess
from deminimis.readers import inspect_file, read_bom


@pytest.mark.parametrize(
    "number", ["1e999999999", "1e999", "1e-400", "1e-999999999", "1." + "0" * 5000 + "1", "9" * 5000]
)
@pytest.mark.parametrize(
    "table",
    [
        "level,part_number,quantity\n0,A,1\n1,B,{}\n",
        "parent,child,quantity\nA,B,{}\n",
        "parent,child,quantity,total weight\nA,B,1,{}\n",
        "part_number,quantity,ext price\nB,{},5\n",
    ],
)
def test_a_number_out_of_all_measure_is_an_error_and_no_hang(tmp_path: Path, number: str, table: str) -> None:
    path = tmp_path / "bom.csv"
    path.write_text(table.format(number), encoding="utf-8")
    bom = read_bom(path)
    assert [found for found in bom.findings if found.severity == "error"]
    assert {good.verdict for good in assess(bom, "2026-11-22").goods} <= {"undetermined"}


def test_a_header_repeated_in_a_table_of_the_model_is_no_part(tmp_path: Path) -> None:
    path = tmp_path / "parts.csv"
    path.write_text("part_number,unit_value\nA,1\npart_number,unit_value\nB,2\n", encoding="utf-8")
    assert read_bom(path).parts["part_number"].to_pylist() == ["A", "B"]
    [table] = inspect_file(path).tables
    assert [(s.row, s.reason) for s in table.skipped] == [(3, "repeated header")]


def test_a_row_with_cells_in_other_columns_only_is_not_called_blank(tmp_path: Path) -> None:
    path = tmp_path / "sourcing.csv"
    path.write_text("part_number,supplier,share_percent,colour\nA,S,100,red\n,,,blue\n", encoding="utf-8")
    [table] = inspect_file(path).tables
    assert [(s.row, s.reason) for s in table.skipped] == [(3, "nothing in the columns that are read")]
