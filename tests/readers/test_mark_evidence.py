"""Quantities such as 10,000: read where the rest of the file says how, an error everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom
from deminimis.readers.tables.preamble import Preamble
from tests.readers.sample_books import make_book, make_text

ABOVE = "Material\tP-100\nReqd Qty\t{required}\n\n"
TOTALS = "Level\tComponent number\tComp. Qty (CUn)\tUn\n1\tA\t20,000\tEA\n2\tB\t40,000 EA\tEA\n1\tC\t10,500\tM\n"
GERMAN = "Stufe\tKomponentennummer\tKomponentenmenge\tMengeneinheit\n"
ENGLISH = "Level\tPart number\tQty\tUnit\n"
ROWS = "1\tA\t20,000\tST\n1\tB\t40,000\tST\n1\tC\t10,500\tM\n"


def read(folder: Path, content: str, **said: str) -> Bom:
    return read_bom(make_text(folder, content, "list.txt"), choices=Choices(**said))


def quantities(bom: Bom) -> dict[str, float | None]:
    return dict(zip(bom.lines["child"].to_pylist(), bom.lines["quantity"].to_pylist(), strict=True))


def errors(bom: Bom) -> list[str]:
    return [found.code for found in bom.findings if found.severity == "error"]


def test_totals_written_like_the_quantity_above_them_have_one_ratio(tmp_path: Path) -> None:
    bom = read(tmp_path, ABOVE.format(required="10,000") + TOTALS)
    assert errors(bom) == []
    assert quantities(bom) == {"A": 2.0, "B": 2.0, "C": 1.05}
    for decimal in (".", ","):
        assert quantities(read(tmp_path, ABOVE.format(required="10,000") + TOTALS, decimal=decimal)) == quantities(bom)


@pytest.mark.parametrize("above", ["10", "10.000", "1"])
def test_totals_written_otherwise_than_the_quantity_above_them_stay_in_doubt(tmp_path: Path, above: str) -> None:
    assert "NUMBER_AMBIGUOUS" in errors(read(tmp_path, ABOVE.format(required=above) + TOTALS))


def test_one_total_written_otherwise_leaves_all_in_doubt(tmp_path: Path) -> None:
    bom = read(tmp_path, ABOVE.format(required="10,000") + TOTALS + "1\tD\t7\tEA\n")
    assert "NUMBER_AMBIGUOUS" in errors(bom)
    assert "QUANTITY_BASIS_UNCLEAR" in errors(bom)


def test_the_value_of_a_line_needs_more_than_a_ratio(tmp_path: Path) -> None:
    table = "Level\tComponent number\tComp. Qty (CUn)\tLine value\n1\tA\t20,000\t5\n1\tC\t10,500\t5\n"
    bom = read(tmp_path, ABOVE.format(required="10,000") + table)
    assert errors(bom).count("NUMBER_AMBIGUOUS") >= 2


def test_a_summarized_list_is_divided_by_a_quantity_written_alike(tmp_path: Path) -> None:
    table = "Component number\tQuantity\tUn\nA\t20,000\tEA\nC\t10,500\tM\n"
    bom = read(tmp_path, ABOVE.format(required="10,000") + table)
    assert (errors(bom), quantities(bom)) == ([], {"A": 2.0, "C": 1.05})


def test_quantities_under_german_headers_have_three_decimals(tmp_path: Path) -> None:
    path = make_text(tmp_path, GERMAN + ROWS, "liste.txt")
    bom = read_bom(path)
    assert (errors(bom), quantities(bom)) == ([], {"A": 20.0, "B": 40.0, "C": 10.5})
    assert "where every cell has three decimals" in inspect_file(path).tables[0].why


@pytest.mark.parametrize(
    "content",
    [
        ENGLISH + ROWS,
        GERMAN + "1\tA\t20,000\tST\n1\tB\t40,000\tST\n",
        GERMAN + ROWS + "1\tD\t7\tST\n",
        "Nivel\tComponente\tCantidad\tUnidad\n" + ROWS,
    ],
    ids=["english", "two cells", "a whole number among them", "spanish is written both ways"],
)
def test_three_decimals_alone_prove_nothing(tmp_path: Path, content: str) -> None:
    bom = read(tmp_path, content)
    assert "NUMBER_AMBIGUOUS" in errors(bom)
    [remedy] = {found.remedy for found in bom.findings if found.code == "NUMBER_AMBIGUOUS"}
    assert "--decimal" in remedy


def test_cells_parted_by_semicolons_with_three_decimals_each(tmp_path: Path) -> None:
    bom = read(tmp_path, (ENGLISH + ROWS).replace("\t", ";"))
    assert (errors(bom), quantities(bom)) == ([], {"A": 20.0, "B": 40.0, "C": 10.5})


@pytest.mark.parametrize(("cells", "expected"), [(("0,00", "1.234,50"), 20.0), (("0.00", "1,234.50"), 20000.0)])
def test_a_column_that_is_not_read_shows_the_mark(tmp_path: Path, cells: tuple[str, str], expected: float) -> None:
    first, second = cells
    content = f"Part number\tQty\tSomething else\nA\t20,000\t{first}\nB\t40,000\t{second}\n"
    assert quantities(read(tmp_path, content))["A"] == expected


@pytest.mark.parametrize("cell", ["1,5", "12", "2024", "A"])
def test_a_column_that_is_not_all_money_shows_no_mark(tmp_path: Path, cell: str) -> None:
    content = f"Part number\tQty\tSomething else\nA\t20,000\t0,00\nB\t40,000\t{cell}\n"
    assert "NUMBER_AMBIGUOUS" in errors(read(tmp_path, content))


def test_a_base_quantity_above_shows_the_mark(tmp_path: Path) -> None:
    content = "Material\tP-100\nBase Qty\t1.000,000 KG\n\n" + ENGLISH + ROWS
    assert quantities(read(tmp_path, content)) == {"A": 0.02, "B": 0.04, "C": 0.0105}


def test_a_column_with_proof_settles_the_quantity_above(tmp_path: Path) -> None:
    bom = read(tmp_path, ABOVE.format(required="10,000") + TOTALS + "1\tD\t0,250\tKG\n")
    assert (errors(bom), quantities(bom)) == ([], {"A": 2.0, "B": 2.0, "C": 1.05, "D": 0.025})


def test_numbers_of_a_spreadsheet_settle_nothing_above(tmp_path: Path) -> None:
    rows = [["Material", "P-100"], ["Reqd Qty", "1.000"], [], ["Level", "Part number", "Total quantity"]]
    bom = read_bom(make_book(tmp_path, {"list": [*rows, [1, "A", 0.5], [1, "B", 2.25]]}))
    assert "QUANTITY_BASIS_UNCLEAR" in errors(bom)


def test_a_number_column_that_is_not_read_shows_no_mark(tmp_path: Path) -> None:
    rows = [["Part number", "Qty", "Something else"], ["A", "1,500", 12.75], ["B", "2,000", 2.25]]
    assert "NUMBER_AMBIGUOUS" in errors(read_bom(make_book(tmp_path, {"list": rows})))


def test_a_thousand_above_decimals_is_not_settled() -> None:
    above = Preamble(unclear="1,000", words=("1,000", ""))
    assert above.settled(".") == above
    assert above.settled(",").required_quantity == "1.000"


def test_first_rows_with_quantities_in_doubt_are_lines_and_tell_it(tmp_path: Path) -> None:
    bom = read(tmp_path, ENGLISH + ROWS)
    assert quantities(bom) == {"A": None, "B": None, "C": None}
