"""Workbooks that are no xlsx are read as they are shown: currencies, per cent, leading zeros, strikes, hidden rows."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from deminimis.errors import InputError
from deminimis.readers import read_bom
from deminimis.readers.files.files import read_file
from deminimis.readers.workbooks.rewriting import as_xlsx
from tests.readers import binary_books, old_books

HEADERS = ["Parent", "Child", "Quantity", "Unit price", "Scrap %"]
FORMATS = ("00000", "[$CNY] #,##0.00", "0%")


def old(path: Path) -> Path:
    id_, price, percent = ((lambda value, code=code: old_books.Shown(value, code)) for code in FORMATS)
    struck = [old_books.Shown(text, struck=True) for text in ("PUMP", "OLD", 1.0, 1.0, 0.0)]
    rows = [HEADERS, ["PUMP", id_(7.0), 2.0, price(3.5), percent(0.05)], ["PUMP", "NEW", 1.0, 1.0, 0.0], struck]
    return old_books.write_old_book(
        path.with_suffix(".xls"), {"Liste": old_books.OldSheet(rows, hidden_rows=frozenset({2}))}
    )


def binary(path: Path) -> Path:
    styles = [binary_books.Format(), *(binary_books.Format(code) for code in FORMATS), binary_books.Format(font=1)]
    id_, price, percent, crossed = (
        (lambda value, style=style: binary_books.Shown(value, style)) for style in range(1, len(styles))
    )
    struck = [crossed(value) for value in ("PUMP", "OLD", 1.0, 1.0, 0.0)]
    rows = [HEADERS, ["PUMP", id_(7.0), 2.0, price(3.5), percent(0.05)], ["PUMP", "NEW", 1.0, 1.0, 0.0], struck]
    sheet = binary_books.BinarySheet(rows, hidden=frozenset({2}))
    return binary_books.write_binary_book(path.with_suffix(".xlsb"), {"Liste": sheet}, formats=styles)


@pytest.mark.parametrize("write", [old, binary])
def test_what_only_the_formats_say_is_read(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    bom = read_bom(write(tmp_path / "bom"))
    assert bom.lines.select(["parent", "child", "quantity", "scrap_percent"]).to_pylist() == [
        {"parent": "PUMP", "child": "00007", "quantity": 2.0, "scrap_percent": 5.0},
        {"parent": "PUMP", "child": "NEW", "quantity": 1.0, "scrap_percent": 0.0},
    ]
    prices = {row["part_number"]: (row["unit_value"], row["currency"]) for row in bom.parts.to_pylist()}
    assert prices["00007"] == (3.5, "CNY")
    assert {"ROW_STRUCK_OUT", "ROWS_HIDDEN"} <= {found.code for found in bom.findings}


def test_other_files_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_text("parent,child,quantity\nA,B,1\n")
    file = read_file(path)
    assert as_xlsx(file) == (file, ())


def test_an_old_workbook_whose_formats_cannot_be_read_is_read_by_its_values_and_says_so(tmp_path: Path) -> None:
    rows = [["Parent", "Child", "Quantity"], ["PUMP", "MOTOR", 2.0]]
    late_format = old_books.record(0x41E, struct.pack("<H", 170) + old_books.wide("0.0"))
    stream = old_books.workbook_stream({"S": old_books.OldSheet(rows)}, more=late_format)
    path = tmp_path / "bom.xls"
    path.write_bytes(old_books.compound_file(stream))
    bom = read_bom(path)
    assert [found.code for found in bom.findings if found.severity == "warning"] == ["CELL_FORMATS_NOT_READ"]
    assert bom.lines.select(["parent", "child", "quantity"]).to_pylist() == [
        {"parent": "PUMP", "child": "MOTOR", "quantity": 2.0}
    ]


def test_a_binary_workbook_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    rows = [["Parent", "Child", "Quantity"], ["PUMP", "MOTOR", binary_books.Shown(2.0, 77)]]
    path = binary_books.write_binary_book(tmp_path / "bom.xlsb", {"Liste": rows})
    with pytest.raises(InputError, match="is damaged"):
        read_bom(path)


def test_a_price_list_is_in_the_currency_it_is_shown_in(tmp_path: Path) -> None:
    rows = [
        ["material", "typical", "unit", "date"],
        ["terbium_metal", old_books.Shown(9000.0, FORMATS[1]), "kg", "2026-01-01"],
    ]
    path = old_books.write_old_book(tmp_path / "prices.xls", {"prices": rows})
    bom = read_bom(old(tmp_path / "bom"), prices=path)
    assert bom.prices.select(["material", "typical", "currency"]).to_pylist() == [
        {"material": "terbium_metal", "typical": 9000.0, "currency": "CNY"}
    ]
