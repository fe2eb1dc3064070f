"""Tables of several files: what one is keyed by need not be what the other is keyed by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.model import TABLES, Bom, Finding, Source
from deminimis.readers import read_bom
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.joining.number_matches import Candidates, Step, Target, decide
from deminimis.readers.joining.number_matching import NUMBERS, match_numbers, other_numbers
from deminimis.readers.joining.number_spellings import as_written, loosely, telling
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import Roles
from tests.builders import make_table
from tests.readers.sample_books import make_book, make_text

SOURCES = (Source("bom.xlsx", "bom"), Source("parts.csv"), Source("answer.xlsx", "sheet"))
BOM, MASTER, ANSWER = range(3)
Other = tuple[int, int, str, str]


def numbers(*others: Other) -> pa.Table:
    """Place, row, kind and number of each."""
    columns = [list(column) for column in zip(*others, strict=True)] or [[], [], [], []]
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, NUMBERS, strict=True)], schema=NUMBERS)


def bom_of(
    children: Iterable[str], place: int = MASTER, parts: Iterable[Any] = (), longs: Any = None, **tables: Iterable[Any]
) -> Bom:
    """One good TOP with the children in rows 2, 3, ... of the first sheet; all else stands in another."""
    given = {"parts": parts, **tables}
    placed = {
        name: make_table(name, [{"place": place, "row": row, **record} for row, record in enumerate(rows, 2)])
        for name, rows in given.items()
    }
    lines = make_table("lines", [("TOP", child) for child in children])
    return Bom(lines=lines, sources=SOURCES, long_decimals=longs or {}, **placed)


def part_numbers(bom: Bom, table: str) -> list[str]:
    return bom.table(table)["part_number"].to_pylist()


def told(bom: Bom) -> list[tuple[str, str]]:
    return [(found.code, found.value) for found in bom.findings]


def only(bom: Bom) -> Finding:
    [found] = bom.findings
    return found


def declared(*rows: tuple[str, str] | tuple[str, str, str]) -> list[dict[str, Any]]:
    """Part number, material and supplier of declarations."""
    return [dict(zip(("part_number", "material", "supplier"), row, strict=False)) for row in rows]


CARRIED = numbers((BOM, 2, "mfr_number", "MX-100.5"), (BOM, 3, "mfr_number", "MX-200"))
"""What the rows of children A and B name beside them."""


def test_the_other_numbers_of_rows_are_those_of_cells_that_no_spreadsheet_changed() -> None:
    text = (["MPN", "M-1", None, "1.2E+15", " M-4 "], ["Kunde", "C-1", "C-2", " ", "C-4"], ["x", "1", "2", "3", "4"])
    faults = (GridFault(3, 0, "ID_LOOKS_EXPONENT"), GridFault(1, 1, "ID_MIXED_ZEROS"), GridFault(2, 2, "CELL_ERROR"))
    grid = Grid("f", "s", tuple(pa.array(column, pa.string()) for column in text), faults=faults)
    found = Found("parts", 0, Roles({"mfr_number": 0, "customer_number": 1, "quantity": 2}, {}, {}, ()), "")
    table = other_numbers(grid, found, np.array([1, 2, 3, 4]), 7)
    assert table.schema == NUMBERS
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (7, 2, "mfr_number", "M-1"),
        (7, 5, "mfr_number", " M-4 "),
        (7, 2, "customer_number", "C-1"),
        (7, 3, "customer_number", "C-2"),
        (7, 5, "customer_number", "C-4"),
    ]


def test_a_bom_without_lines_and_one_that_matches_stay_the_very_same() -> None:
    nothing = Bom(parts=make_table("parts", [{"part_number": "X"}]))
    assert match_numbers(nothing, numbers()) is nothing
    bom = bom_of("AB", parts=[{"part_number": "A"}])
    assert match_numbers(bom, numbers((MASTER, 2, "mfr_number", "MX-9"))) is bom


def test_our_number_in_the_column_of_customer_numbers() -> None:
    bom = bom_of(["A-1", "B-1"], ANSWER, declarations=declared(("S-77", "none"), ("S-78", "none")))
    matched = match_numbers(bom, numbers((ANSWER, 2, "customer_number", "B-1"), (ANSWER, 3, "customer_number", "A-1")))
    assert part_numbers(matched, "declarations") == ["B-1", "A-1"]
    found = only(matched)
    assert (found.code, found.severity, found.file, found.row) == ("NUMBER_MATCHED", "info", "answer.xlsx", 2)
    assert found.message == "S-77 is B-1 by customer number; 2 rows are matched like that"


@pytest.mark.parametrize("table", ["parts", "sourcing", "declarations"])
def test_the_manufacturers_number_that_the_bom_names(table: str) -> None:
    bom = bom_of("AB", **{table: [{"part_number": "MX-200"}, {"part_number": "A"}, {"part_number": "MX-100.5"}]})
    matched = match_numbers(bom, CARRIED)
    assert part_numbers(matched, table) == ["B", "A", "A"]
    assert only(matched).message == "MX-200 is B by manufacturer number; 2 rows are matched like that"


def test_a_record_with_our_number_says_whose_number_it_is_too() -> None:
    bom = bom_of("AB", parts=[{"part_number": "B"}], declarations=[{"part_number": "MX-9", "place": ANSWER}])
    assert part_numbers(match_numbers(bom, numbers((MASTER, 2, "mfr_number", "MX-9"))), "declarations") == ["B"]


def test_kinds_of_numbers_are_not_mixed_up() -> None:
    bom = bom_of("AB", declarations=declared(("S-1", "none"), ("S-2", "none"), ("S-3", "none")))
    rows = [(MASTER, 2, "customer_number", "MX-200"), (MASTER, 3, "supplier_number", "MX-200")]
    matched = match_numbers(bom, pa.concat_tables([CARRIED, numbers(*rows)]))
    # a customer's number is no manufacturer's; what one calls the supplier's is the maker's in another table
    assert part_numbers(matched, "declarations") == ["S-1", "B", "S-3"]


def test_a_part_number_for_which_the_makers_stood_in_is_no_own_number_without_zeros() -> None:
    bom = bom_of(["00123", "B"], parts=[{"part_number": "123"}])
    matched = match_numbers(bom, numbers((MASTER, 2, "mfr_number", "123")))
    assert part_numbers(matched, "parts") == ["123"]
    assert told(matched) == [("RECORD_NOT_MATCHED", "123")]


@pytest.mark.parametrize("word", ["N/A", "n.a.", "none", "TBD", "-", "0", "0000", "999999", "R2"])
def test_a_word_that_stands_for_no_number_matches_nothing(word: str) -> None:
    bom = bom_of("AB", declarations=declared((word, "none")))
    assert match_numbers(bom, numbers((BOM, 2, "mfr_number", word))) == bom


def test_several_parts_of_one_number_all_get_the_row() -> None:
    longs = {
        ("declarations", "amount", 1): "0.1234567890123456789",
        ("declarations", "low", 2): "0.05",
        ("lines", "quantity", 1): "2",
    }
    rows = [{"part_number": n, "material": "none", "amount": a} for n, a in (("A", 1), ("MX-5", 2), ("B", 3))]
    bom = bom_of("ABC", declarations=rows, longs=longs)
    matched = match_numbers(bom, numbers((BOM, 3, "mfr_number", "MX-5"), (BOM, 4, "mfr_number", "MX-5")))
    assert part_numbers(matched, "declarations") == ["A", "B", "C", "B"]
    assert matched.declarations["amount"].to_pylist() == [1, 2, 2, 3]
    assert matched.long_decimals == {
        ("declarations", "amount", 1): "0.1234567890123456789",
        ("declarations", "amount", 2): "0.1234567890123456789",
        ("declarations", "low", 3): "0.05",
        ("lines", "quantity", 1): "2",
    }
    shared = only(matched)
    beside = numbers((BOM, 3, "mfr_number", "MX-6"), (BOM, 4, "mfr_number", "MX-6"), (MASTER, 3, "mfr_number", "MX-6"))
    assert told(match_numbers(bom, beside)) == [("NUMBER_SHARED", "MX-6")]
    assert (shared.code, shared.severity, shared.row) == ("NUMBER_SHARED", "warning", 3)
    assert shared.message == "MX-5 is the manufacturer number of several parts and counts for each of them: B, C"


def suppliers_of(*names: str | None) -> list[dict[str, Any]]:
    return [{"part_number": part, "supplier": name} for part, name in zip("AB", names, strict=False)]


@pytest.mark.parametrize(
    ("ours", "theirs", "parts"),
    [
        (["Sample One GmbH"], "SAMPLE ONE GMBH", ["A"]),
        (["Sample One GmbH"], "Sample Two GmbH", ["MX-1"]),
        (["Sample One GmbH"], None, ["A"]),
        ([None], "Sample Two GmbH", ["A"]),
    ],
)
def test_another_supplier_is_no_match(ours: list[str | None], theirs: str | None, parts: list[str]) -> None:
    rows = [{"part_number": "MX-1", "material": "none", "supplier": theirs}]
    bom = bom_of("AB", parts=suppliers_of(*ours), declarations=rows)
    matched = match_numbers(bom, numbers((BOM, 2, "mfr_number", "MX-1")))
    assert part_numbers(matched, "declarations") == parts
    assert [found.severity for found in matched.findings] == ["info" if parts == ["A"] else "warning"]


def test_a_second_source_is_a_supplier_of_the_part() -> None:
    bom = bom_of(
        "AB",
        parts=suppliers_of("Sample One"),
        sourcing=suppliers_of("Sample Two"),
        declarations=declared(("MX-1", "none", "Sample Two")),
    )
    matched = match_numbers(bom, numbers((BOM, 2, "mfr_number", "MX-1")))
    assert part_numbers(matched, "declarations") == ["A"]


@pytest.mark.parametrize(
    ("material", "codes"),
    [("none", []), ("dysprosium_metal", ["A", "B"]), (None, ["A", "B"]), ("no such material", ["A", "B"])],
)
def test_content_that_may_be_in_several_parts_is_in_none_for_certain(material: str | None, codes: list[str]) -> None:
    bom = bom_of(
        "AB",
        parts=suppliers_of("Sample One", "Sample Two"),
        declarations=[{"part_number": "1001", "material": material}],
    )
    numbered = numbers((BOM, 2, "supplier_number", "1001"), (BOM, 3, "supplier_number", "1001"))
    matched = match_numbers(bom, numbered)
    assert part_numbers(matched, "declarations") == ["1001"]
    assert (
        matched.findings[0].message
        == "1001 is matched to no part, though it may be A, B: the parts come from different suppliers"
    )
    errors = [found for found in matched.findings if found.severity == "error"]
    assert [(found.code, found.part_number) for found in errors] == [("CONTENT_UNCLEAR", part) for part in codes]
    named = declared(("1001", "none", "sample two"))
    settled = match_numbers(bom_of("AB", parts=suppliers_of("Sample One", "Sample Two"), declarations=named), numbered)
    assert part_numbers(settled, "declarations") == ["B"]


def test_numbers_of_different_parts_in_one_row_match_none() -> None:
    bom = bom_of("AB", parts=[{"part_number": "MX-200", "row": 5}])
    matched = match_numbers(bom, pa.concat_tables([CARRIED, numbers((MASTER, 5, "supplier_number", "MX-100.5"))]))
    assert part_numbers(matched, "parts") == ["MX-200"]
    assert only(matched).message.endswith("though it may be A, B: its numbers are those of different parts")


def test_a_row_of_several_parts_says_of_none_whose_number_it_bears() -> None:
    lines = make_table("lines", [{"parent": "TOP", "child": c, "quantity": 1, "place": BOM, "row": 2} for c in "AB"])
    bom = Bom(lines=lines, sources=SOURCES, declarations=make_table("declarations", declared(("MX-1", "none"))))
    assert part_numbers(match_numbers(bom, numbers((BOM, 2, "mfr_number", "MX-1"))), "declarations") == ["MX-1"]


@pytest.mark.parametrize(
    ("written", "part"),
    [("mx 200", "B"), ("MX\u2013200", "B"), ("ＭＸ_200", "B"), ("MX100.5", "A"), ("MX-1005", None), ("MX-20/0", None)],
)
def test_spellings(written: str, part: str | None) -> None:
    matched = match_numbers(bom_of("AB", declarations=declared((written, "none"))), CARRIED)
    assert part_numbers(matched, "declarations") == [part or written]
    if part:
        spelling = {"A": "MX-100.5", "B": "MX-200"}[part]
        assert only(matched).message == f"{written} is read as {spelling}, the manufacturer number of {part}"
        assert only(matched).severity == "warning"


def test_a_spelling_is_only_read_where_one_part_bears_it_and_its_file_spells_it_once() -> None:
    two = numbers((BOM, 2, "mfr_number", "MX-200"), (BOM, 3, "mfr_number", "MX 200"))
    matched = match_numbers(bom_of("AB", declarations=declared(("MX200", "none"))), two)
    assert part_numbers(matched, "declarations") == ["MX200"]
    assert only(matched).message.endswith("may be A, B: several numbers are spelt like it")
    both = match_numbers(bom_of("AB", declarations=declared(("MX-200", "none"), ("MX2-00", "none"))), CARRIED)
    assert part_numbers(both, "declarations") == ["B", "MX2-00"]
    assert told(both) == [("NUMBER_MATCHED", "MX-200"), ("NUMBER_UNCLEAR", "MX2-00")]


SAP = "000000000000123456"


def test_zeros_that_a_spreadsheet_dropped() -> None:
    matched = match_numbers(bom_of([SAP, "B"], parts=[{"part_number": "123456"}]), numbers())
    assert part_numbers(matched, "parts") == [SAP]
    assert (only(matched).code, only(matched).severity) == ("NUMBER_WITHOUT_ZEROS", "warning")
    theirs = bom_of([SAP, "B"], declarations=declared(("S-1", "none")))
    assert part_numbers(match_numbers(theirs, numbers((MASTER, 2, "customer_number", "123456"))), "declarations") == [
        SAP
    ]


@pytest.mark.parametrize(
    ("children", "written"),
    [
        ([SAP, "0123456"], ["123456"]),
        ([SAP], [SAP, "123456"]),
        ([SAP], ["123456", "0123456"]),
        (["0A123"], ["A123"]),
        (["00"], ["000"]),
    ],
)
def test_zeros_that_may_be_meant(children: list[str], written: list[str]) -> None:
    matched = match_numbers(bom_of(children, parts=[{"part_number": number} for number in written]), numbers())
    assert part_numbers(matched, "parts") == written
    assert matched.findings


def test_a_number_that_is_one_parts_and_without_zeros_anothers() -> None:
    bom = bom_of([SAP, "B"], declarations=declared(("123456", "terbium_metal")))
    matched = match_numbers(bom, numbers((BOM, 3, "supplier_number", "123456")))
    assert part_numbers(matched, "declarations") == ["123456"]
    assert [found.part_number for found in matched.findings if found.severity == "error"] == [SAP, "B"]
    # beside our own number in its column, what the supplier calls the part does not count
    theirs = numbers((MASTER, 2, "customer_number", "B"))
    assert part_numbers(match_numbers(bom, theirs), "declarations") == ["B"]


def test_a_row_that_is_about_two_parts_makes_both_uncertain() -> None:
    theirs = bom_of("AB", ANSWER, declarations=declared(("A", "none")))
    matched = match_numbers(theirs, numbers((ANSWER, 2, "customer_number", "B")))
    assert part_numbers(matched, "declarations") == ["A"]
    assert [(f.code, f.severity, f.part_number) for f in matched.findings] == [
        ("NUMBER_CONTRADICTS", "error", "A"),
        ("NUMBER_CONTRADICTS", "error", "B"),
    ]
    makers = bom_of(["1001", "B"], declarations=declared(("1001", "none")))
    rows = numbers((BOM, 3, "mfr_number", "1001"), (MASTER, 2, "mfr_number", "1001"))
    assert [f.part_number for f in match_numbers(makers, rows).findings] == ["1001", "B"]
    itself = pa.concat_tables([rows, numbers((BOM, 2, "mfr_number", "1001"))])
    assert match_numbers(makers, itself).findings == ()


def test_records_that_no_line_needs_are_counted() -> None:
    rows = [{"part_number": "X", "finished_good": "yes"}, {"part_number": "Y"}, {"part_number": "Z"}]
    found = only(match_numbers(bom_of("AB", parts=rows), CARRIED))
    assert (found.code, found.severity, found.row) == ("RECORD_NOT_MATCHED", "info", 3)
    assert found.message == "2 records are of parts in no line, first Y"


def test_the_first_fitting_number_is_told() -> None:
    step = Step("NUMBER_MATCHED", as_written, {})
    found = [Candidates("X", "mfr_number", (Target("mfr_number", "X", "A"), Target("mfr_number", "X", "B")))]
    found.append(Candidates("Y", "supplier_number", (Target("supplier_number", "Y", "B"),)))
    match = decide(step, found, "", {})
    assert (match.number, match.own, match.unclear) == ("X", ("B",), "")


PARTS = st.lists(st.text("0123456789ABC-. ", min_size=1, max_size=6), min_size=1, max_size=6, unique=True)
CELLS = st.fixed_dictionaries({"material": st.sampled_from(["none", "terbium_metal"]), "amount": st.floats(0, 100)})


@given(PARTS, st.lists(st.tuples(st.integers(0, 5), CELLS), max_size=8), st.randoms(use_true_random=False))
def test_makers_numbers_for_own_ones_and_back(children: list[str], rows: list[Any], random: Any) -> None:
    """Declarations keyed by unique manufacturer numbers are those keyed by own numbers."""
    makers = [f"maker {index}-{random.randrange(10**6)}" for index in range(len(children))]
    carried = numbers(*((BOM, row, "mfr_number", maker) for row, maker in enumerate(makers, 2)))
    longs = {("declarations", "amount", row): f"0.{row}" for row in range(0, len(rows), 2)}
    own = [{"part_number": children[i % len(children)], **cells} for i, cells in rows]
    renamed = [{**row, "part_number": makers[children.index(row["part_number"])]} for row in own]
    bom = bom_of(children, declarations=own, longs=longs)
    back = match_numbers(bom_of(children, declarations=renamed, longs=longs), carried)
    assert all(back.table(name) == bom.table(name) for name in TABLES)
    assert back.long_decimals == bom.long_decimals
    assert {found.code for found in back.findings} == ({"NUMBER_MATCHED"} if rows else set())


@given(st.lists(st.text("019aA-/. \u00a0", max_size=6), max_size=6))
def test_a_spelling_spelt_again_stays(words: list[str]) -> None:
    once = loosely(pa.array(words, pa.string()))
    assert loosely(once) == once
    assert telling(once) == telling(pa.array(words, pa.string()))


LEVELS = [
    ["Level", "Part number", "Manufacturer part number", "Qty"],
    [0, "SAMPLE-MOTOR", None, 1],
    [1, "000000000000004711", "MAG-42 SH", 8],
    [1, "000000000000004712", "RS 6204-2Z", 2],
    [1, "000000000000004713", "ENC.5", 1],
]
MASTER_TEXT = """Part number;Description;Mass [g];Unit price [EUR]
4711;magnet;12,5;
4712;bearing;80,25;
SAMPLE-MOTOR;motor;;200,50
"""
PRICE_TEXT = """MPN,Unit price [EUR]
MAG-42SH,3.25
RS 6204-2Z,1.75
ENC.5,20.00
UNUSED-9,7.00
"""
ANSWER_ROWS = [
    ["Part number", "Customer part number", "Material", "Amount", "Basis"],
    ["SUPPLIER-1", "000000000000004711", "dysprosium_metal", 0.25, "g_per_piece"],
    ["SUPPLIER-2", 4713, "none", None, None],
]


def test_files_keyed_by_own_makers_and_customers_numbers(tmp_path: Path) -> None:
    bom = read_bom(
        make_book(tmp_path, {"Stückliste": LEVELS}, "sample_bom.xlsx"),
        make_text(tmp_path, MASTER_TEXT, "sample_parts.csv"),
        make_text(tmp_path, PRICE_TEXT, "sample_prices.csv"),
        make_book(tmp_path, {"Answer": ANSWER_ROWS}, "sample_answer.xlsx"),
    )
    magnet, bearing, encoder = (f"00000000000000471{last}" for last in (1, 2, 3))
    records = {row["part_number"]: (row["mass"], row["unit_value"]) for row in bom.parts.to_pylist()}
    assert records == {
        magnet: (12.5, 3.25),
        bearing: (80.25, 1.75),
        encoder: (None, 20.0),
        "SAMPLE-MOTOR": (None, 200.5),
        "UNUSED-9": (None, 7.0),
    }
    declarations = bom.declarations.select(["part_number", "material", "amount"]).to_pylist()
    assert [tuple(row.values()) for row in declarations] == [
        (magnet, "dysprosium_metal", 0.25),
        (encoder, "none", None),
    ]
    assert {code for code, _ in told(bom)} == {
        "DUPLICATE_PART_SAME",
        "NUMBER_MATCHED",
        "NUMBER_MATCHED_LOOSELY",
        "NUMBER_WITHOUT_ZEROS",
        "RECORD_NOT_MATCHED",
    }
    assert [f.value for f in bom.findings if f.severity == "warning"] == ["4711", "MAG-42SH", "4713"]


SHORT = "parent,child,quantity,MPN\nT,A,1,{0}\nT,{0},1,ZZ-9\n"


@pytest.mark.parametrize("number", ["R2", "7", "00"])
def test_a_short_number_that_is_ours_and_another_parts_makes_both_uncertain(tmp_path: Path, number: str) -> None:
    bom = make_text(tmp_path, SHORT.format(number))
    declared = make_text(tmp_path, f"MPN,material,evidence\n{number},none,signed\n", "answer.csv")
    found = [f for f in read_bom(bom, declarations=declared).findings if f.code == "NUMBER_CONTRADICTS"]
    assert [(f.severity, f.part_number) for f in found] == [("error", number), ("error", "A")]


def test_a_short_number_under_our_own_column_is_ours(tmp_path: Path) -> None:
    declared = make_text(tmp_path, "part_number,material,evidence\nR2,none,signed\n", "answer.csv")
    bom = read_bom(make_text(tmp_path, SHORT.format("R2")), declarations=declared)
    assert (part_numbers(bom, "declarations"), [f for f in bom.findings if f.severity == "error"]) == (["R2"], [])


def made(tmp_path: Path, makers: Iterable[str], declared_by: str, number: str = "MX-1234") -> Bom:
    rows = "".join(f"T,{part},1,{maker},{number}\n" for part, maker in zip("AB", makers, strict=False))
    bom = make_text(tmp_path, f"parent,child,quantity,Manufacturer,MPN\n{rows}")
    said = f"MPN,Manufacturer,material,evidence\nMX-1234,{declared_by},none,signed\n"
    return read_bom(bom, declarations=make_text(tmp_path, said, "answer.csv"))


@pytest.mark.parametrize(
    ("makers", "declared_by", "parts", "code"),
    [
        (("Sample X", "Sample Y"), "Sample X", ["A"], ""),
        (("Sample X", "Sample Y"), "sample-y", ["B"], ""),
        (("Sample X", "Sample Y"), "Sample Y Works Ltd", ["B"], ""),
        (("Sample", "Sample Y"), "Sample Y", ["B"], ""),
        (("Sample X", "Sample Y"), "Sample Z", ["MX-1234"], "NUMBER_UNCLEAR"),
        (("Sample X", "Sample Y"), "", ["MX-1234"], "NUMBER_UNCLEAR"),
        (("Sample X", "Sample X"), "", ["A", "B"], "NUMBER_SHARED"),
        (("Sample X", "Sample X"), "Sample X", ["A", "B"], "NUMBER_SHARED"),
        (("", ""), "Sample X", ["A", "B"], "NUMBER_SHARED"),
        (("Sample X",), "Sample Y", ["MX-1234"], "NUMBER_UNCLEAR"),
        (("Sample X",), "Sample X", ["A"], ""),
    ],
)
def test_makers_tell_parts_of_one_number_apart(
    tmp_path: Path, makers: tuple[str, ...], declared_by: str, parts: list[str], code: str
) -> None:
    bom = made(tmp_path, makers, declared_by)
    assert part_numbers(bom, "declarations") == parts
    assert {f.code for f in bom.findings if f.code in ("NUMBER_UNCLEAR", "NUMBER_SHARED")} == ({code} - {""})


def test_a_record_of_the_only_part_of_its_number_may_name_its_maker_otherwise(tmp_path: Path) -> None:
    bom = make_text(tmp_path, "parent,child,quantity,Manufacturer,MPN\nT,A,1,Sample X,MX-1234\n")
    prices = make_text(tmp_path, "MPN,Manufacturer,unit_value,currency\nMX-1234,SX,5,USD\n", "prices.csv")
    assert "A" in part_numbers(read_bom(bom, prices), "parts")
