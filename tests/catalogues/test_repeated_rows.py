"""Bills that are whole by themselves say of a shared part what each says alone, and not the sum of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from deminimis import assess, read_bom
from deminimis.catalogues.run import run_catalogue
from tests.readers.sample_books import write_book

ON = "2026-11-22"
DECLARED = ["part_number", "material", "amount", "basis", "currency", "material_origin"]
SUPPLIED = ["part_number", "supplier", "share_percent", "origin"]


def declared(amount: float = 0.6, origin: str = "China") -> list[Any]:
    return ["motor", "terbium_metal", amount, "value_per_piece", "USD", origin]


def write_bill(
    folder: Path, good: str, declarations: list[list[Any]], suppliers: list[list[Any]] | None = None
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    parts = [["part_number", "unit_value", "currency"], [good, 1000.0, "USD"], ["motor", 50.0, "USD"]]
    sheets = {"lines": [["parent", "child", "quantity"], [good, "motor", 1]], "parts": parts}
    sheets |= {"declarations": [DECLARED, *declarations]} if declarations else {}
    sheets |= {"sourcing": [SUPPLIED, *suppliers]} if suppliers else {}
    write_book(folder / f"{good}.xlsx", sheets)


def run(source: Path, out: Path) -> tuple[dict[str, tuple[str, float, float]], list[str]]:
    run_catalogue(source, out, on=ON)
    goods = pq.read_table(out / "goods.parquet").to_pylist()
    found = pq.read_table(out / "findings.parquet").to_pylist()
    ends = {g["part_number"]: (g["verdict"], g["controlled_value_low"], g["controlled_value_high"]) for g in goods}
    return ends, [f"{f['code']}: {f['value']}" for f in found]


def test_a_declaration_in_every_bill_counts_once_in_each(tmp_path: Path) -> None:
    for good in ("pump", "mixer", "fan"):
        write_bill(tmp_path / "in", good, [declared()])
    goods, found = run(tmp_path / "in", tmp_path / "out")
    assert goods == dict.fromkeys(("pump", "mixer", "fan"), ("below", 0.6, 0.6))
    alone = assess(read_bom(tmp_path / "in" / "pump.xlsx"), ON).goods[0]
    assert (alone.verdict, alone.controlled_value.low, alone.controlled_value.high) == goods["pump"]
    assert [said for said in found if "declarations" in said] == ["DUPLICATE_PART_SAME: motor (declarations)"]


def test_suppliers_in_every_bill_have_their_shares_once(tmp_path: Path) -> None:
    shares = [["motor", "S1", 60.0, "China"], ["motor", "S2", 40.0, "Japan"]]
    for good in ("pump", "mixer"):
        write_bill(tmp_path / "in", good, [declared(origin="")], shares)
    goods, found = run(tmp_path / "in", tmp_path / "out")
    assert not [said for said in found if said.startswith("SOURCING_SHARE_SUM")]
    write_bill(tmp_path / "alone", "pump", [declared(origin="")], shares)
    assert run(tmp_path / "alone", tmp_path / "other")[0]["pump"] == goods["pump"]


@pytest.mark.parametrize(
    "rows", [[declared(0.7)], [declared(), declared()], [declared(), declared(0.1)]], ids=["other", "twice", "more"]
)
def test_what_differs_is_not_folded(tmp_path: Path, rows: list[list[Any]]) -> None:
    write_bill(tmp_path / "in", "mixer", [declared()])
    write_bill(tmp_path / "in", "pump", rows)
    goods, found = run(tmp_path / "in", tmp_path / "out")
    assert not [said for said in found if "(declarations)" in said]
    assert all(verdict != "below" for verdict, _, _ in goods.values())


def test_two_files_of_declarations_alone_may_be_of_two_things(tmp_path: Path) -> None:
    write_bill(tmp_path / "in", "pump", [])
    for name in ("one", "other"):
        write_book(tmp_path / "in" / f"{name}.xlsx", {"declarations": [DECLARED, declared()]})
    goods, found = run(tmp_path / "in", tmp_path / "out")
    assert goods["pump"] == ("undetermined", 0.6, 1.2)
    assert "DECLARATION_REPEATED: motor" in found
