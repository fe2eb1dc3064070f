"""Rates under a header that does not say which way they are written: only where known currencies show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.readers import Choices, read_bom
from tests.readers.sample_books import make_book, make_text


def codes(path: Path, **said: object) -> set[str]:
    bom = read_bom(path, **said)  # type: ignore[arg-type]
    assert len(bom.rates) > 1
    return {found.code for found in bom.findings if found.severity == "error"}


@pytest.mark.parametrize("header", ["Kurs", "Rate", "Exchange rate", "汇率"])
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("USD,1\nEUR,0.8\nCNY,7.25", set()),
        ("EUR,1\nJPY,160", set()),
        ("CNY,1\nUSD,0.14", set()),
        ("USD,1\nEUR,1.25\nCNY,0.138", {"RATE_DIRECTION"}),
        ("CNY,1\nUSD,7.25", {"RATE_DIRECTION"}),
        ("USD,1\nEUR,0.8", {"RATE_DIRECTION"}),
        ("CNY,1\nJPY,20", {"RATE_DIRECTION"}),
        ("USD,1\nCNY,7.25\nJPY,0.0067", {"RATE_DIRECTION"}),
    ],
)
def test_the_numbers_show_the_direction_or_it_is_an_error(
    tmp_path: Path, header: str, rows: str, told: set[str]
) -> None:
    assert codes(make_text(tmp_path, f"Currency,{header}\n{rows}\n")) == told


def test_what_the_user_or_the_header_says_needs_no_proof(tmp_path: Path) -> None:
    rows = "USD,1\nEUR,0.8\n"
    assert codes(make_text(tmp_path, f"currency,per_base\n{rows}")) == set()
    assert codes(make_text(tmp_path, f"Currency,Kurs\n{rows}"), choices=Choices(columns={"per_base": "Kurs"})) == set()


def test_a_sheet_named_rates_is_no_proof(tmp_path: Path) -> None:
    book = make_book(tmp_path, {"rates": [["Währung", "Kurs"], ["USD", 1], ["EUR", 0.8]]})
    assert codes(book) == {"RATE_DIRECTION"}
