"""What is not fitted takes along what stands under it, and nothing under it finds another parent."""

from __future__ import annotations

from pathlib import Path

from deminimis.readers import inspect_file, read_bom


def test_an_assembly_that_is_not_fitted_takes_its_lines_along(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    rows = ["Level,Part number,Qty,DNP", "0,TOP,,", "1,Z,1,", "1,A,2,DNP", "2,B,3,", "1,C,4,"]
    path.write_text("\n".join(rows), encoding="utf-8")
    lines = read_bom(path).lines.select(["parent", "child"]).to_pylist()
    assert [tuple(line.values()) for line in lines] == [("TOP", "Z"), ("TOP", "C")]
    [table] = inspect_file(path).tables
    assert [(s.row, s.reason) for s in table.skipped] == [(4, "not fitted"), (5, "under a row that is left out")]
