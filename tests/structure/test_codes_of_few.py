"""Part numbers looked up in a structure: few of them and many, blanks and strangers among them."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from deminimis.structure import build_structure
from tests.builders import make_bom


@pytest.mark.parametrize("asked", [["P3", None, "no", "P3", "P0"], ["no"], [None], [], [f"P{i}" for i in range(60)]])
@pytest.mark.parametrize("chunked", [False, True])
def test_codes_are_places_in_the_part_numbers(asked: list[str | None], chunked: bool) -> None:
    lines = [{"parent": f"P{i}", "child": f"P{i + 1}", "quantity": 1.0} for i in range(63)]
    structure = build_structure(make_bom(lines=lines), dt.date(2026, 11, 22))
    numbers = structure.part_numbers.to_pylist()
    column = pa.chunked_array([pa.array(asked, pa.string())]) if chunked else pa.array(asked, pa.string())
    expected = [numbers.index(number) if number in numbers else -1 for number in asked]
    assert structure.codes(column).tolist() == expected
