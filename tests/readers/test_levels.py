from __future__ import annotations

import random
import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deminimis.readers import inspect_file, read_bom
from deminimis.readers.choices import Choices
from deminimis.readers.lists.levels import broken_outline, outline_codes
from deminimis.readers.lists.list_top import Top, top_of
from deminimis.readers.lists.row_tree import grow
from tests.readers.sample_books import make_book, make_text

QUANTITIES = [Decimal(word) for word in ("1", "2", "3", "0.5", "0.25", "1.5", "12")]
ROWS = 150
Structure = dict[str, list[tuple[str, Decimal]]]


@st.composite
def structures(draw) -> Structure:
    """Draw what each part contains: parts of a higher number only, the product P0 also a bolt Z that stands alone."""
    count = draw(st.integers(2, 6))
    line = st.sampled_from(QUANTITIES)
    contents: Structure = {}
    for at in range(count - 1):
        children = draw(st.lists(st.integers(at + 1, count - 1), min_size=at == 0, max_size=3))
        contents[f"P{at}"] = [(f"P{child}", draw(line)) for child in children]
    contents["P0"].append(("Z", Decimal(2)))
    return contents


def exploded(
    contents: Structure, shuffled: random.Random | None = None
) -> list[tuple[int, str, Decimal, Decimal, str]]:
    """Return level, part, quantity per parent, total and outline number of every row."""
    rows = [(0, "P0", Decimal(1), Decimal(1), "")]

    def add(part: str, level: int, total: Decimal, outline: str) -> None:
        lines = list(contents.get(part, ()))
        if shuffled:
            shuffled.shuffle(lines)
        for at, (child, own) in enumerate(lines, 1):
            code = f"{outline}.{at}".strip(".")
            rows.append((level, child, own, total * own, code))
            if len(rows) <= ROWS:
                add(child, level + 1, total * own, code)

    add("P0", 1, Decimal(1), "")
    return rows


def lines_in(contents: Structure) -> list[tuple[str, str, Fraction]]:
    """Return the lines of the parts that the product contains."""
    reached, waiting = set(), ["P0"]
    while waiting:
        part = waiting.pop()
        if part not in reached:
            reached.add(part)
            waiting += [child for child, _ in contents.get(part, ())]
    return sorted((part, c, Fraction(q)) for part in reached for c, q in contents.get(part, ()))


def number(quantity: Decimal) -> str:
    return format(quantity, "f")


def as_levels(rows, first=0, quantity=2):
    """Return a list with level numbers; without the product where the first level is above zero and it is absent."""
    return [["Level", "PN", "QTY"], *([str(r[0] + first), r[1], number(r[quantity])] for r in rows)]


PRINTERS = {
    "root 0": as_levels,
    "root 1": lambda rows: as_levels(rows, 1),
    "root blank": lambda rows: [["Level", "PN", "QTY"], ["", "P0", ""], *as_levels(rows[1:])[1:]],
    "root absent": lambda rows: as_levels(rows[1:]),
    "sap": lambda rows: [
        ["Explosion level", "PN", "QTY"],
        *(["." * r[0] + str(r[0]), r[1], number(r[2])] for r in rows[1:]),
    ],
    "arrows": lambda rows: [["Level", "PN", "QTY"], *(["> " * r[0], r[1], number(r[2])] for r in rows)],
    "dots": lambda rows: [["PN", "QTY"], *(["." * r[0] + r[1], number(r[2])] for r in rows)],
    "blanks": lambda rows: [["PN", "QTY"], *([" " * 4 * r[0] + r[1], number(r[2])] for r in rows)],
    "outline": lambda rows: [["ITEM NO.", "PN", "QTY"], *([r[4], r[1], number(r[2])] for r in rows[1:])],
    "outline levels": lambda rows: [["Level", "PN", "QTY"], *([r[4], r[1], number(r[2])] for r in rows[1:])],
    "total": lambda rows: [["Level", "PN", "Total quantity"], *([str(r[0]), r[1], number(r[3])] for r in rows)],
    "both": lambda rows: [
        ["Level", "PN", "QTY", "Total quantity"],
        *([str(r[0]), r[1], number(r[2]), number(r[3])] for r in rows),
    ],
}


def read(rows, name="P0.csv", basis=None):
    with tempfile.TemporaryDirectory() as folder:
        path = make_text(Path(folder), "\n".join(";".join(cells) for cells in rows) + "\n", name)
        choices = Choices(decimal=".", quantity_basis=basis)
        for table in inspect_file(path, choices=choices).tables:
            assert table.rows == table.used + len(table.skipped)
        return read_bom(path, choices=choices)


def lines_of(bom):
    quantities = bom.numbers("lines", "quantity", exact=True)
    return sorted(zip(bom.lines["parent"].to_pylist(), bom.lines["child"].to_pylist(), quantities, strict=True))


def errors(bom):
    return [found for found in bom.findings if found.severity == "error"]


def codes_of(bom):
    return {found.code for found in errors(bom)}


@pytest.mark.parametrize("printer", sorted(PRINTERS))
@settings(max_examples=25, deadline=None)
@given(contents=structures(), seed=st.integers(0, 9))
def test_every_way_to_print_a_structure_gives_its_lines(printer, contents, seed):
    rows = exploded(contents, random.Random(seed))
    assume(len(rows) <= ROWS)
    assume(printer not in ("outline", "outline levels", "blanks", "dots") or max(row[0] for row in rows) > 1)
    bom = read(PRINTERS[printer](rows))
    assert errors(bom) == []
    assert lines_of(bom) == lines_in(contents)


@settings(max_examples=25, deadline=None)
@given(contents=structures())
def test_parents_and_children_give_the_same_lines(contents):
    lines = lines_in(contents)
    rows = [
        ["parent", "child", "quantity"],
        *([p, c, number(Decimal(q.numerator) / q.denominator)] for p, c, q in lines),
    ]
    assert lines_of(read(rows)) == lines


@settings(max_examples=60, deadline=None)
@given(contents=structures(), seed=st.integers(0, 9))
def test_totals_under_the_header_of_quantities_are_found_out_or_an_error_wherever_it_shows(contents, seed):
    rows = exploded(contents, random.Random(seed))
    assume(len(rows) <= ROWS)
    bom = read(as_levels(rows, quantity=3))
    with_contents = [row for row in rows[1:] if contents.get(row[1])]
    shows = len({(row[1], row[3]) for row in with_contents}) > len({row[1] for row in with_contents})
    if shows:
        assert lines_of(bom) == lines_in(contents)
        assert errors(bom) == []
    told = read(as_levels(rows, quantity=3), basis="per_top")
    assert lines_of(told) == lines_in(contents)


def test_a_missing_level_leaves_out_what_is_beneath_it(tmp_path):
    rows = [["Level", "PN", "QTY"], [0, "A", 1], [1, "B", 2], [3, "C", 3], [4, "D", 1], [1, "E", 1]]
    path = make_book(tmp_path, {"bom": rows})
    bom = read_bom(path)
    assert [(found.code, found.row, found.part_number) for found in errors(bom)] == [("LEVEL_JUMP", 4, "B")]
    assert lines_of(bom) == [("A", "B", 2), ("A", "E", 1)]
    assert [skipped.row for skipped in inspect_file(path).tables[0].skipped] == [4, 5]


def test_a_first_row_below_the_first_level_blames_no_part_by_mistake(tmp_path):
    rows = [["Level", "PN", "QTY"], [2, "C", 3], [1, "A", 1], [2, "B", 2]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}))
    assert [(found.code, found.row, found.part_number) for found in errors(bom)] == [("LEVEL_JUMP", 2, "")]


def test_a_blank_level_in_the_middle_is_an_error(tmp_path):
    rows = [["Level", "PN", "QTY"], [0, "A", 1], [1, "B", 2], [None, "C", 3], [1, "E", 1]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}))
    assert [(found.code, found.row, found.part_number) for found in errors(bom)] == [("NUMBER_NOT_READ", 4, "B")]


def test_several_products_stay_products(tmp_path):
    rows = [["Level", "PN", "QTY"], [0, "A", None], [1, "X", 2], [0, "B", 1], [1, "Y", 3]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}))
    assert lines_of(bom) == [("A", "X", 2), ("B", "Y", 3)]


def test_a_product_among_loose_rows_is_judged_and_not_swallowed(tmp_path):
    rows = [["Level", "PN", "QTY"], [1, "A", 1], [2, "X", 2], [1, "B", 1], [2, "Y", 3], [1, "Z", 4]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}, "list.xlsx"))
    assert ("list", "Z", 4) in lines_of(bom)
    marks = dict(zip(bom.parts["part_number"].to_pylist(), bom.parts["finished_good"].to_pylist(), strict=True))
    assert {part for part, mark in marks.items() if mark == "yes"} == {"A", "B"}
    assert {"PARENT_ASSUMED", "FIRST_ROWS_JUDGED"} <= {found.code for found in bom.findings}


def test_the_lists_own_marks_stay(tmp_path):
    rows = [["Level", "PN", "QTY", "finished good"], [1, "A", 1, "no"], [2, "X", 2, None], [1, "Z", 4, None]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}, "list.xlsx"))
    assert "yes" not in bom.parts["finished_good"].to_pylist()


def test_a_product_named_above_the_list(tmp_path):
    rows = [["Material:", "P-9"], ["Level", "PN", "QTY"], [1, "A", 1], [2, "X", 2], [1, "B", 3]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}))
    assert lines_of(bom) == [("A", "X", 2), ("P-9", "A", 1), ("P-9", "B", 3)]
    assert "finished_good" not in bom.parts.column_names or bom.parts["finished_good"].null_count == len(bom.parts)


def test_a_base_quantity_above_the_list_divides_the_first_lines(tmp_path):
    rows = [["Material:", "P-9"], ["Base quantity", "100"], ["Level", "PN", "QTY"], [1, "A", 25], [1, "B", 300]]
    bom = read_bom(make_book(tmp_path, {"bom": rows}))
    assert lines_of(bom) == [("P-9", "A", Fraction(1, 4)), ("P-9", "B", 3)]
    assert errors(bom) == []
    rows.append([2, "C", 7])
    assert codes_of(read_bom(make_book(tmp_path, {"bom": rows}))) == {"QUANTITY_BASIS_UNCLEAR"}


def test_a_required_quantity_that_the_first_row_contradicts(tmp_path):
    rows = [["Required quantity", "10"], ["Level", "PN", "Total quantity"], [0, "A", 1], [1, "B", 20]]
    assert codes_of(read_bom(make_book(tmp_path, {"bom": rows}))) == {"QUANTITY_BASIS_UNCLEAR"}
    rows[2][2] = None
    assert lines_of(read_bom(make_book(tmp_path, {"bom": rows}))) == [("A", "B", 2)]


def test_a_title_swallows_no_products(tmp_path):
    rows = [["Product:", "spring list"], ["Level", "PN", "QTY"], [0, "A", 1], [1, "X", 2], [0, "B", 1], [1, "Y", 3]]
    assert lines_of(read_bom(make_book(tmp_path, {"bom": rows}))) == [("A", "X", 2), ("B", "Y", 3)]


def test_an_outline_number_under_another_row_than_its_own(tmp_path):
    rows = [["ITEM NO.", "PN", "QTY"], ["1", "A", 1], ["1.1", "B", 2], ["1.1.1", "X", 1], ["1.2.1", "C", 3]]
    rows += [["1.3", "D", 1], ["2", "Z", 1]]
    path = make_book(tmp_path, {"bom": rows}, "P.xlsx")
    bom = read_bom(path)
    assert [(found.code, found.row, found.part_number) for found in errors(bom)] == [
        ("OUTLINE_BROKEN", 5, "A"),
        ("OUTLINE_BROKEN", 5, "B"),
    ]
    assert all(child != "C" for _, child, _ in lines_of(bom))
    assert [skipped.row for skipped in inspect_file(path).tables[0].skipped] == [5]


def test_outline_numbers_that_start_again_with_one_are_no_fault():
    codes = ["1", "1.1", "2", "1", "1.1"]
    assert broken_outline(codes, grow([code.count(".") for code in codes]).parent) == ([], [])


@given(st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_zeros_before_a_number_do_not_break_an_outline(numbers):
    code = [".".join(f"{n:03}" for n in numbers[:depth]) for depth in range(1, len(numbers) + 1)]
    assert broken_outline(code, list(range(-1, len(code) - 1))) == ([], [])


def test_levels_with_a_decimal_zero_are_no_outline():
    assert outline_codes(["1.0", "2.0", "2.0"]) is None


@pytest.mark.parametrize(
    ("levels", "amounts", "named", "expected"),
    [
        ("0 1 1", "1 2 3", "", Top()),
        ("1 1 1", "1 2 3", "", Top("stem", assumed=True)),
        ("1 2 1", "1 2 3", "", Top("stem", assumed=True, judged=(0,))),
        ("1 2 1", "1 2 3", "N", Top("N")),
        ("1 2 1", "1 2 1", "N", Top("N", judged=(0,))),
        ("1 2 1 2", "1 2 1 3", "N", Top()),
        ("1 2 1 2", "2 2 1 3", "N", Top("N")),
        ("1 2 1", "1 2 3", "p0", Top("stem", assumed=True, judged=(0,))),
        ("1 2 2", "1 2 3", "N", Top()),
        ("1 2 2", "5 2 3", "N", Top("N")),
        (".1 ..2 ..2", "1 2 3", "N", Top("N")),
        ("1", "4", "", Top("stem", assumed=True)),
    ],
)
def test_what_the_topmost_rows_are_in(levels, amounts, named, expected):
    words = levels.split()
    tree = grow([int(word.strip(".")) for word in words])
    parts = [f"p{row}" for row in range(len(words))]
    numbers = [Fraction(word) for word in amounts.split()]
    assert top_of(parts, words, tree, numbers[: len(words)], named=named, stem="stem", absent=False) == expected


def test_outline_numbers_of_thousands_of_digits_are_in_order():
    high, higher = "1." + "0" * 5000 + "1", "1." + "9" * 5000
    assert broken_outline(["1", high, higher], [-1, 0, 0]) == ([], [])
    assert broken_outline(["1", higher, high], [-1, 0, 0]) == ([], [2])
