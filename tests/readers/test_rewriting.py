"""Workbooks that are no xlsx are read as they are shown: currencies, per cent, leading zeros, strikes, hidden rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deminimis.errors import InputError
from deminimis.readers import read_bom
from deminimis.readers.files.files import read_file
from deminimis.readers.workbooks.rewriting import as_xlsx
from tests.readers import binary_books, old_books
from tests.readers import test_ods_book as ods

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
    smile = old_books.Shown(old_books.Saved("\U0001f600"))  # beyond what the library reads of a formula
    rows = [["Parent", "Child", "Quantity", "Description"], ["PUMP", "MOTOR", 2.0, smile]]
    bom = read_bom(old_books.write_old_book(tmp_path / "bom.xls", {"S": rows}))
    assert [found.code for found in bom.findings if found.severity == "warning"] == ["CELL_FORMATS_NOT_READ"]
    assert bom.lines.select(["parent", "child", "quantity"]).to_pylist() == [
        {"parent": "PUMP", "child": "MOTOR", "quantity": 2.0}
    ]


def test_an_old_workbook_in_a_broken_container_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.xls"
    stream = old_books.workbook_stream({"S": old_books.OldSheet([["Parent", "Child", "Quantity"]])})
    path.write_bytes(old_books.compound_file(stream, circle=True))
    with pytest.raises(InputError, match="run in a circle"):
        read_bom(path)


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


def open_document(path: Path, *rows: str) -> Path:
    head = "".join(ods.words(word) for word in ("Parent", "Child", "Quantity"))
    path.write_bytes(ods.spreadsheet(ods.table(head, *rows)))
    return path


def test_an_open_document_that_is_written_oddly_is_read_by_its_values_and_says_so(tmp_path: Path) -> None:
    odd = ods.cell('office:value-type="float"', "<text:p>2</text:p>")
    row = "".join([ods.words("PUMP"), ods.words("MOTOR"), ods.of_type("float", 2), odd])
    bom = read_bom(open_document(tmp_path / "bom.ods", row))
    assert "CELL_FORMATS_NOT_READ" in {found.code for found in bom.findings}
    assert bom.lines["child"].to_pylist() == ["MOTOR"]


def test_an_open_document_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    bomb = ods.cell('office:value-type="float" office:value="1" table:number-columns-repeated="16384"')
    rows = f'<table:table-row table:number-rows-repeated="1000000">{bomb}</table:table-row>'
    path = tmp_path / "bom.ods"
    path.write_bytes(ods.spreadsheet(f'<table:table table:name="list">{rows}</table:table>'))
    with pytest.raises(InputError, match="cells"):
        read_bom(path)


@pytest.mark.parametrize("length", [600, 1024, 1500])
def test_an_old_workbook_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    path = old(tmp_path / "bom")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InputError, match=r"is damaged|protected"):
        read_bom(path)
