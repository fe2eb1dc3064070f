"""A table that cannot be read may declare or build any part: no good is called below without it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from deminimis.catalogues.run import run_catalogue
from tests.catalogues.small_catalogues import PUMPS, Tables, write_tables, write_workbooks

ON = "2026-11-22"


def verdicts(source: Path, out: Path) -> dict[str, str]:
    done = run_catalogue(source, out, on=ON)
    assert done.summary["findings"]["error"]["FILE_NOT_READ"] == 1
    assert done.exit_status == 1
    goods = pq.read_table(out / "goods.parquet")
    return dict(zip(goods["part_number"].to_pylist(), goods["verdict"].to_pylist(), strict=True))


def without(name: str) -> Tables:
    return {table: rows for table, rows in PUMPS.items() if table != name}


@pytest.mark.parametrize("name", ["declarations.parquet", "declarations.csv", "more.parquet", "declarations/2026.csv"])
def test_no_good_is_below_without_the_declarations(tmp_path: Path, name: str) -> None:
    source = write_tables(tmp_path / "in", without("declarations"))
    (source / name).parent.mkdir(exist_ok=True)
    (source / name).write_bytes(b"PAR1" + b"\x00" * 50)
    assert verdicts(source, tmp_path / "out") == {"pump": "undetermined", "mixer": "undetermined"}


def test_no_part_is_below_without_the_lines(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", without("lines"))
    renamed = {"Parent": ["pump"], "Child": ["magnet"], "Quantity": [4.0]}
    pl.DataFrame(renamed).write_parquet(source / "lines.parquet")
    assert set(verdicts(source, tmp_path / "out").values()) == {"undetermined"}


def test_without_prices_what_carries_nothing_is_judged(tmp_path: Path) -> None:
    source = write_tables(tmp_path / "in", without("prices"))
    with (source / "lines.csv").open("a", encoding="utf-8") as lines:
        lines.write("bucket,bowl,1\n")
    (source / "prices.csv").write_bytes(b"")
    found = verdicts(source, tmp_path / "out")
    assert found == {"pump": "undetermined", "mixer": "undetermined", "bucket": "below"}


def test_a_broken_bill_leaves_the_goods_of_others_judged(tmp_path: Path) -> None:
    source = write_workbooks(tmp_path / "in", 3)
    before = tmp_path / "before"
    run_catalogue(source, before, on=ON)
    (source / "broken.xlsx").write_bytes(b"PK\x03\x04 torn")
    goods = pq.read_table(before / "goods.parquet")
    judged = dict(zip(goods["part_number"].to_pylist(), goods["verdict"].to_pylist(), strict=True))
    assert verdicts(source, tmp_path / "out") == judged
