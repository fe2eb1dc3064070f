"""Tables in memory that cannot be read are refused in one sentence with table, column and remedy."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from deminimis.catalogues.catalogue import catalogue
from deminimis.catalogues.column_types import refused, twice_named
from deminimis.catalogues.tables_in_memory import frame_in_memory
from deminimis.errors import InputError

LINES: dict[str, Any] = {"parent": ["pump", "motor"], "child": ["motor", "magnet"], "quantity": [1.0, 4.0]}


class OtherFrame:
    """A data frame of another library that names its columns and may fail to convert them."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = list(columns)
        self._columns = columns

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return pa.table(self._columns).__arrow_c_stream__(requested_schema)


TWICE = pa.table([*LINES.values(), [9.0, 9.0]], names=[*LINES, "quantity"])
REFUSED = {
    "lazy": (pl.DataFrame(LINES).lazy(), r"query that has not run: call its collect\(\)"),
    "path": ("lines.csv", "is a str: give a data frame"),
    "rows": ([{"parent": "pump"}], "is a list: give a data frame"),
    "ragged": ({**LINES, "quantity": [1.0]}, "column quantity has 1 rows and the column parent has 2: give"),
    "twice": (TWICE, "column quantity is there twice: delete one"),
    "mixed": ({**LINES, "child": ["motor", 2]}, "column child cannot be used .*: give values of one type"),
    "other": (OtherFrame({**LINES, "child": ["motor", 2]}), "column child cannot be used .*: give values of one type"),
    "fraction": ({**LINES, "quantity": [Fraction(1), Fraction(4)]}, "column quantity cannot be used"),
    "huge": ({**LINES, "quantity": [1, 10**30]}, "column quantity cannot be used"),
    "complex": ({**LINES, "quantity": np.array([1 + 0j, 4])}, "column quantity cannot be used"),
    "scalar": ({**LINES, "quantity": 4}, "column quantity cannot be used"),
    "run-end": (
        pa.table({**LINES, "parent": pa.RunEndEncodedArray.from_arrays([1, 2], ["pump", "motor"])}),
        "column parent cannot be used",
    ),
    "run-end by name": (
        {**LINES, "parent": pa.RunEndEncodedArray.from_arrays([1, 2], ["pump", "motor"])},
        "column parent cannot be used",
    ),
    "duration": ({**LINES, "quantity": [timedelta(1)] * 2}, "column quantity holds values of type duration: write"),
    "list": (pl.DataFrame({**LINES, "quantity": [[1.0], [2.0]]}), "column quantity holds values of type list: write"),
    "object": (
        pl.DataFrame({**LINES, "quantity": pl.Series([Fraction(1), Fraction(4)], dtype=pl.Object)}),
        "column quantity holds values of type object: write",
    ),
    "no column": ({}, "has no column parent: add it"),
    "stream": (pa.table(TWICE.columns, TWICE.column_names).to_reader(), "cannot be read: give"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence(kind: str) -> None:
    table, said = REFUSED[kind]
    with pytest.raises(InputError, match=f"^the table lines.*{said}") as raised:
        catalogue(on="2026-11-22", lines=table)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("kind", [pa.table, pl.DataFrame, OtherFrame, dict])
def test_frames_of_several_libraries_are_one_table(kind: Any) -> None:
    assert frame_in_memory("lines", kind(LINES)).columns.equals(pl.DataFrame(LINES))


def test_floats_as_part_numbers_meet_text() -> None:
    found = catalogue(
        on="2026-11-22",
        lines=pl.DataFrame({"parent": ["1", "2"], "child": [2.0, 3.0], "quantity": [1, 4]}),
        parts={"part_number": ["1", "3"], "unit_value": [1000, 5]},
        declarations={
            "part_number": ["3"],
            "material": ["terbium_metal"],
            "amount": [0.3],
            "basis": ["value_per_piece"],
            "material_origin": ["China"],
        },
    )
    assert found.goods.select(["part_number", "verdict"]).to_pylist() == [
        {"part_number": "1", "verdict": "at_or_above"}
    ]
    assert "ID_FROM_NUMBER" in found.findings["code"].to_pylist()


def test_what_is_refused_names_place_column_and_remedy() -> None:
    assert str(refused("a.parquet", "child", "is odd", "mend it")) == "a.parquet: the column child is odd: mend it."
    assert twice_named("a.parquet", ["b", "c"]) is None
    assert "the column b is there twice" in str(twice_named("a.parquet", ["b", "c", "b"]))
