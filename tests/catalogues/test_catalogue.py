"""A catalogue says of every good what `assess` says of its bill, whatever holds the tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from deminimis import CatalogueError, InputError, Reading
from deminimis.assessment import assess, calculate
from deminimis.catalogues.catalogue import Catalogue, catalogue
from deminimis.model import TABLES, arrow_schema
from deminimis.readers import bom_from_tables
from tests.strategies import Rows, boms

ON = "2026-11-22"


def arrow_tables(tables: Mapping[str, Rows]) -> dict[str, pa.Table]:
    """Rows as tables that name only the columns that are filled somewhere."""
    made = {}
    for name, rows in tables.items():
        if not rows:
            continue
        model = arrow_schema(name)
        filled = [c for c in model.names[:-2] if any(row.get(c) is not None for row in rows)]
        made[name] = pa.table({c: pa.array([row.get(c) for row in rows], model.field(c).type) for c in filled})
    return made


def judged(found: Catalogue) -> list[tuple[str, str, float | None, float | None]]:
    columns = ("part_number", "verdict", "share_low", "share_high")
    return [tuple(row[c] for c in columns) for row in found.goods.to_pylist()]  # type: ignore[misc]


def by_assess(tables: Mapping[str, pa.Table], reading: Reading | None = None) -> list[Any]:
    result = assess(bom_from_tables(**tables), ON, reading)
    return [(g.part_number, g.verdict, g.share.low, g.share.high) for g in result.goods]


@given(boms())
@settings(max_examples=100, deadline=None)
def test_tables_in_memory_are_judged_as_assess_does(rows: dict[str, Rows]) -> None:
    tables = arrow_tables(rows)
    assert judged(catalogue(on=ON, **tables)) == by_assess(tables)


@given(boms())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parquet_and_text_files_are_judged_as_assess_does(tmp_path: Path, rows: dict[str, Rows]) -> None:
    tables = arrow_tables(rows)
    for suffix in ("parquet", "csv"):
        folder = tmp_path / suffix
        folder.mkdir(exist_ok=True)
        for file in folder.iterdir():
            file.unlink()
        for name, table in tables.items():
            if suffix == "csv":
                pc.write_csv(table, folder / f"{name}.csv")
            else:
                half = len(table) // 2
                pq.write_table(table.slice(0, half), folder / f"{name}-1.parquet")
                pq.write_table(table.slice(half), folder / f"{name}-2.parquet")
        if suffix == "csv" or all(len(table) > 1 for table in tables.values()):
            found = catalogue(folder, on=ON)
            expected = by_assess(tables)
            if suffix == "csv" or not any(f == "BLOCKS_DIFFER" for f in found.findings["code"].to_pylist()):
                assert judged(found) == expected


def pump() -> dict[str, dict[str, list[Any]]]:
    return {
        "parts": {"part_number": ["PUMP", "MAG"], "unit_value": [900.0, 40.0], "currency": ["EUR", "USD"]},
        "lines": {"parent": ["PUMP"], "child": ["MAG"], "quantity": [4]},
        "declarations": {
            "part_number": ["MAG"],
            "material": ["terbium_metal"],
            "amount": [0.3],
            "basis": ["value_per_piece"],
            "material_origin": ["China"],
        },
        "rates": {"currency": ["USD", "EUR"], "per_base": [1.0, 0.9]},
    }


@pytest.mark.parametrize("made", [dict, pa.table, pl.DataFrame])
def test_every_kind_of_table_is_taken(made: Any) -> None:
    found = catalogue(on=ON, **{name: made(columns) for name, columns in pump().items()})
    assert judged(found) == by_assess({name: pa.table(columns) for name, columns in pump().items()})
    assert found.goods["verdict"].to_pylist() == ["at_or_above"]
    assert found.contributions.select(["good", "part_number", "value"]).to_pylist() == [
        {"good": "PUMP", "part_number": "MAG", "value": 1.2}
    ]


def test_part_numbers_stay_as_they_are() -> None:
    numbers = ["00123", "1E5", "MAR1", "7", "NA", " 7", "545636.0"]
    found = catalogue(on=ON, lines={"parent": numbers, "child": ["X"] * 7, "quantity": [1] * 7})
    assert found.goods["part_number"].to_pylist() == numbers
    assert "ID_DIFFERS_IN_BLANKS" in found.findings["code"].to_pylist()


def test_rows_without_number_infinite_and_missing_quantities_are_findings() -> None:
    lines = {
        "parent": ["A", None, "  ", "B", "C"],
        "child": ["X", "X", "X", "X", "X"],
        "quantity": [1.0, 1.0, 1.0, float("inf"), float("nan")],
        "colour": ["red"] * 5,
    }
    found = catalogue(on=ON, lines=lines, parts={"part_number": ["X"], "unit_value": [1.0]})
    said = {(row["code"], row["row"]) for row in found.findings.to_pylist()}
    assert {("ID_MISSING", 2), ("ID_MISSING", 3), ("NUMBER_NOT_READ", 4), ("COLUMN_NOT_USED", 0)} <= said
    assert ("QTY_MISSING", 5) in said
    assert set(found.goods["verdict"].to_pylist()) == {"undetermined"}


def test_a_structure_coded_once_equals_one_coded_from_text() -> None:
    tables = {name: pa.table(columns) for name, columns in pump().items()}
    coded = catalogue(on=ON, **tables).calculation
    plain = calculate(bom_from_tables(**tables), ON)
    assert coded.part_numbers == plain.part_numbers
    assert coded.measures.structure.codes(pa.array(["MAG", "no"])).tolist() == [coded.code("MAG"), -1]


def test_bad_use_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=rf"no table part: the tables are {', '.join(TABLES)}"):
        catalogue(part={"part_number": ["A"]})
    with pytest.raises(CatalogueError, match="no table was given"):
        catalogue()
    with pytest.raises(CatalogueError, match="not both"):
        catalogue(tmp_path, lines=pump()["lines"])
    with pytest.raises(InputError, match="has no column child"):
        catalogue(lines={"parent": ["A"]})
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(CatalogueError, match="none of 1 files could be read"):
        catalogue(tmp_path)


def test_a_bom_that_was_read_is_judged_as_it_is() -> None:
    bom = bom_from_tables(**{name: pa.table(columns) for name, columns in pump().items()})
    assert judged(catalogue(bom, on=ON)) == by_assess({name: pa.table(columns) for name, columns in pump().items()})
