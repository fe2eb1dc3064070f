"""What a user says of a file: it is done as said, or refused in one sentence."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deminimis.errors import InputError, LayoutError
from deminimis.readers import Choices, inspect_file, read_bom, remember_layout
from deminimis.readers.choices import BESIDE, is_basis, layouts_for, shape_for
from deminimis.readers.tables.layouts import LAYOUT_COLUMNS
from tests.readers.sample_books import make_book, make_text

OWN = "Teil X;Anz;Foo\nA;26;1\nB;13;2\n"
NAMED = {"part_number": "Teil X", "quantity": "Anz"}
HEAD = ",".join(LAYOUT_COLUMNS) + "\n"
FITTING = HEAD + "L,flat_list,per_parent,part_number,Teil X,yes,\nL,flat_list,per_parent,quantity,Anz,yes,\n"


def quantities(path: Path, **said: Any) -> list[Fraction]:
    return list(read_bom(path, **said).numbers("lines", "quantity", exact=True))


def test_columns_named_by_the_user_are_read(tmp_path: Path) -> None:
    path = make_text(tmp_path, OWN)
    with pytest.raises(LayoutError):
        read_bom(path)
    bom = read_bom(path, choices=Choices(columns=NAMED))
    assert bom.lines["child"].to_pylist() == ["A", "B"]


@pytest.mark.parametrize("header", [" teil x ", "TEIL_X", "Teil\nX"])
def test_a_name_is_found_however_it_is_written(tmp_path: Path, header: str) -> None:
    path = make_text(tmp_path, OWN)
    assert len(read_bom(path, choices=Choices(columns={**NAMED, "part_number": header})).lines) == 2


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("per_parent", [26, 13]),
        ("per_top", [26, 13]),
        ("per_batch:13", [2, 1]),
        ("per_batch:3", [Fraction(26, 3), Fraction(13, 3)]),
        ("instances", [1, 1]),
    ],
)
def test_the_basis_of_a_list_without_levels(tmp_path: Path, basis: str, expected: list[Fraction]) -> None:
    path = make_text(tmp_path, OWN)
    assert quantities(path, choices=Choices(columns=NAMED, quantity_basis=basis)) == expected


@pytest.mark.parametrize(
    ("basis", "expected"), [("per_parent", [2, 6]), ("per_top", [2, 3]), ("per_batch:2", [1, 3]), ("instances", [1, 1])]
)
def test_the_basis_of_a_list_with_levels(tmp_path: Path, basis: str, expected: list[Fraction]) -> None:
    path = make_text(tmp_path, "Level,PN,Qty\n0,T,1\n1,A,2\n2,B,6\n")
    found = quantities(path, choices=Choices(quantity_basis=basis))
    assert found == expected or (basis == "per_batch:2" and found[0] == 1)


def test_a_batch_is_no_batch_of_lines_of_the_model(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"lines": [["parent", "child", "quantity"], ["T", "A", 26]]})
    with pytest.raises(LayoutError, match="count for base_quantity of the parent, not per_batch:13"):
        read_bom(path, choices=Choices(quantity_basis="per_batch:13"))
    assert quantities(path, choices=Choices(quantity_basis="per_parent")) == [26]


@pytest.mark.parametrize(
    "basis", ["per_batch", "per_batch:0", "per_batch:-3", "per_batch:x", "none", "per_parent:2", ""]
)
def test_a_basis_that_does_not_exist_is_refused(basis: str) -> None:
    assert not is_basis(basis)
    with pytest.raises(LayoutError, match=r"does not exist: choose from .*per_batch:100\.$"):
        Choices(quantity_basis=basis)


@pytest.mark.parametrize("said", [{"decimal": ";"}, {"header_row": 0}, {"header_row": -1}])
def test_other_values_that_do_not_exist_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(LayoutError):
        Choices(**said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"columns": {"part_number": "Teil Y"}}, "no row within the first 40 has the columns Teil Y"),
        ({"columns": {"nonsense": "Teil X"}}, "there is no role 'nonsense'"),
        ({"columns": {"quantity": "Foo"}}, "row 1 makes no table"),
        ({"columns": {"part_number": "Teil X", "quantity": "Teil X"}}, "one column cannot have two"),
        ({"header_row": 99}, "bom.csv has no row 99: its last one is 3"),
        ({"header_row": 2}, "row 2 makes no table"),
        ({"header_row": 2, "columns": NAMED}, "row 2 has no column 'Teil X'; its columns are A, 26, 1"),
    ],
)
def test_what_is_not_in_the_file_is_refused_in_one_sentence(tmp_path: Path, said: dict[str, Any], why: str) -> None:
    path = make_text(tmp_path, OWN)
    for read in (read_bom, inspect_file):
        with pytest.raises(LayoutError) as refused:
            read(path, choices=Choices(**said))
        assert why in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_wrong_header_row_of_a_workbook_is_no_damage_of_the_file(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"list": [["PN", "Qty"], ["A", 1]]})
    with pytest.raises(LayoutError, match="row 2 makes no table"):
        read_bom(path, choices=Choices(header_row=2))


def test_only_the_sheet_named_is_read(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"one": [["PN", "Qty"], ["A", 1]], "two": [["PN", "Qty"], ["B", 2]]})
    assert read_bom(path, choices=Choices(sheet="TWO")).lines["child"].to_pylist() == ["B"]
    assert read_bom(path, sheet="one").lines["child"].to_pylist() == ["A"]
    with pytest.raises(LayoutError, match="has no sheet three: its sheets are one, two"):
        read_bom(path, sheet="three")


def test_choices_of_the_bill_do_not_bind_the_declarations(tmp_path: Path) -> None:
    declared = make_text(tmp_path, "part_number,material,amount,basis\nA,dysprosium_metal,1,g_per_piece\n", "d.csv")
    bom = read_bom(make_text(tmp_path, OWN), choices=Choices(columns=NAMED), declarations=declared)
    assert len(bom.declarations) == 1


def test_a_saved_layout_is_found_by_its_header(tmp_path: Path) -> None:
    path = make_text(tmp_path, OWN)
    remember_layout(path, tmp_path / BESIDE, Choices(columns=NAMED))
    later = make_text(tmp_path, "Order 4711\nteil x;ANZ ;Foo\nC;7;1\n", "later.csv")
    [table] = inspect_file(later).tables
    assert table.header_row == 2
    assert "the headers are those of the layout bom" in table.why
    assert quantities(later) == [7]


def test_a_saved_layout_keeps_the_basis(tmp_path: Path) -> None:
    path = make_text(tmp_path, OWN)
    remember_layout(path, tmp_path / BESIDE, Choices(columns=NAMED, quantity_basis="per_batch:13"))
    assert quantities(path) == [2, 1]


def test_a_layout_saved_for_a_list_with_levels_keeps_the_basis(tmp_path: Path) -> None:
    path = make_text(tmp_path, "Level,PN,Qty\n0,T,1\n1,A,2\n2,B,6\n")
    remember_layout(path, tmp_path / BESIDE, Choices(quantity_basis="per_top"))
    assert quantities(path) == [2, 3]


@pytest.mark.parametrize("header", ["Anz;Teil X;Foo", "Teil X;Anz", "Teil X;Anz;Foo;Bar", "Teil X;Anz;Fou"])
def test_another_header_is_another_layout(tmp_path: Path, header: str) -> None:
    remember_layout(make_text(tmp_path, OWN), tmp_path / BESIDE, Choices(columns=NAMED))
    with pytest.raises(LayoutError, match="holds no table"):
        read_bom(make_text(tmp_path, f"{header}\n3;4\n", "other.csv"))


def test_a_file_of_layouts_may_stand_elsewhere_and_is_an_input(tmp_path: Path) -> None:
    layouts = make_text(tmp_path, FITTING, "mine.csv")
    bom = read_bom(make_text(tmp_path, OWN), layouts=layouts)
    assert [given.name for given in bom.inputs] == ["bom.csv", "mine.csv"]
    found, source = layouts_for(tmp_path / "bom.csv", layouts)
    assert ([layout.name for layout in found], source) == (["L"], layouts)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("x,y\n1,2\n", "is no file of layouts"),
        (FITTING.replace("flat_list", "pyramid"), "names the shape 'pyramid'"),
        (FITTING.replace("per_parent", "per_dozen"), "the quantity basis 'per_dozen'"),
        (FITTING.replace("per_parent", "per_batch"), "a batch needs its size"),
        (FITTING.replace("quantity,Anz", "number,Anz"), "lacks quantity or quantity_total"),
        (FITTING.replace("part_number,Teil X,yes", "part_number,Teil X,"), "lacks part_number"),
        (FITTING.replace("part_number,Teil X,yes,", "part_number,Teil X"), "lacks part_number"),
        (b"\xff\xfe\x00\xd8", "cannot be read as a file of layouts"),
    ],
)
def test_a_file_that_holds_no_layouts_is_refused_in_one_sentence(
    tmp_path: Path, content: str | bytes, why: str
) -> None:
    layouts = make_text(tmp_path, content, "mine.csv")
    with pytest.raises(InputError) as refused:
        read_bom(make_text(tmp_path, OWN), layouts=layouts)
    assert why in str(refused.value)
    assert str(refused.value).startswith("mine.csv")


def test_a_missing_file_of_layouts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv cannot be read as a file of layouts"):
        read_bom(make_text(tmp_path, OWN), layouts=tmp_path / "none.csv")


def test_a_layout_cannot_be_saved_of_no_table_or_into_no_folder(tmp_path: Path) -> None:
    path = make_text(tmp_path, OWN)
    with pytest.raises(LayoutError, match="holds no table whose layout could be saved"):
        remember_layout(path, tmp_path / "x.csv", Choices())
    with pytest.raises(InputError, match="cannot be written"):
        remember_layout(path, tmp_path / "none" / "x.csv", Choices(columns=NAMED))


def test_the_shape_that_columns_make() -> None:
    assert shape_for({"level": "", "part_number": "", "quantity": ""}) == "level_number"
    assert shape_for({"part_number": ""}) == ""
