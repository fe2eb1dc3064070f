"""A sheet that bears the name of a table of the model, and holds another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.errors import LayoutError
from deminimis.readers import read_bom
from tests.readers.sample_books import make_book

BOM = [["Parent", "Component", "Qty"], ["A", "B", 2]]


def test_prices_of_parts_on_a_sheet_of_that_name(tmp_path: Path) -> None:
    prices = [["Part Number", "Unit Price", "Currency"], ["B", 3.5, "EUR"]]
    bom = read_bom(make_book(tmp_path, {"BOM": BOM, "Prices": prices}))
    assert bom.parts.select(["part_number", "unit_value", "currency"]).to_pylist() == [
        {"part_number": "B", "unit_value": 3.5, "currency": "EUR"}
    ]


def test_lines_with_headers_of_another_language(tmp_path: Path) -> None:
    assert (
        len(read_bom(make_book(tmp_path, {"Lines": [["Oberteil", "Komponente", "Menge"], ["A", "B", 2]]})).lines) == 1
    )


@pytest.mark.parametrize("name", ["declarations", "rates"])
def test_other_tables_are_never_read_as_parts(tmp_path: Path, name: str) -> None:
    with pytest.raises(LayoutError, match=f"sheet {name}: no header row"):
        read_bom(make_book(tmp_path, {"BOM": BOM, name: [["Part Number", "Description"], ["B", "sample"]]}))
