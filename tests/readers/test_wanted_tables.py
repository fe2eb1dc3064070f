"""A file that is given for its declarations or prices and holds none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.errors import LayoutError
from deminimis.readers import read_bom
from tests.readers.sample_books import make_text

BOM = "Parent,Component,Qty,Unit Price\nA,B,2,3.5\n"


PART_PRICES = "Part Number,Unit Price,Currency\nB,5,EUR\n"
AMOUNTS = "Part Number,Dysprosium (g),Country of Origin\nB,5,CN\n"
MASSES = "Part Number,Material,Mass (g)\nB,Dy,5\n"


@pytest.mark.parametrize(
    ("wanted", "content"),
    [
        *(("declarations", text) for text in (AMOUNTS, MASSES, BOM, PART_PRICES)),
        ("prices", "parent,child,qty\nA,B,2\n"),
    ],
)
def test_a_file_without_what_it_is_given_for(tmp_path: Path, content: str, wanted: str) -> None:
    bom, other = make_text(tmp_path, BOM), make_text(tmp_path, content, "other.csv")
    with pytest.raises(LayoutError, match=f"other.csv is given for its {wanted} and holds none"):
        read_bom(bom, **{wanted: other})


def test_prices_of_parts_are_prices_too(tmp_path: Path) -> None:
    bom = read_bom(
        make_text(tmp_path, "Parent,Component,Qty\nA,B,2\n"), prices=make_text(tmp_path, PART_PRICES, "p.csv")
    )
    assert bom.parts.filter(bom.parts["unit_value"].is_valid())["unit_value"].to_pylist() == [5.0]


def test_a_table_of_declarations_may_be_empty(tmp_path: Path) -> None:
    empty = make_text(tmp_path, "part_number,material,amount,basis\n", "empty.csv")
    assert len(read_bom(make_text(tmp_path, BOM), declarations=empty).declarations) == 0
