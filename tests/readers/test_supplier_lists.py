"""Lists of suppliers: one row for each supplier of a part."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from deminimis.assessment import assess
from deminimis.model import Bom
from deminimis.readers import Choices, inspect_file, read_bom
from tests.readers.sample_books import make_text

LIST = "material_id,supplier_id,base_price,currency\nM-1,S-1,331,USD\nM-1,S-2,804,USD\nM-2,S-1,5,EUR\n"


def codes(bom: Bom) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in bom.findings:
        if one.severity == "error":
            found.setdefault(one.code, []).append(one.part_number)
    return found


def sourcing(bom: Bom) -> list[tuple[str, str, float, float | None, str]]:
    columns = ("part_number", "supplier", "share_percent", "unit_value", "currency")
    return list(zip(*(bom.sourcing[name].to_pylist() for name in columns), strict=True))


def test_several_suppliers_without_share_are_an_error_of_the_part(tmp_path: Path) -> None:
    bom = read_bom(make_text(tmp_path, LIST))
    assert codes(bom) == {"SUPPLIERS_WITHOUT_SHARE": ["M-1"]}
    [told] = [f for f in bom.findings if f.severity == "error"]
    assert (told.row, told.column) == (2, "supplier_id")
    assert "S-1, S-2" in told.message
    assert bom.parts.num_rows == 0


def test_the_only_supplier_of_a_part_gives_all_of_it(tmp_path: Path) -> None:
    assert sourcing(read_bom(make_text(tmp_path, LIST))) == [("M-2", "S-1", 100.0, 5.0, "EUR")]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    [table] = inspect_file(make_text(tmp_path, LIST)).tables
    assert (table.layout, table.rows, table.used) == ("supplier_list", 3, 1)
    assert {one.reason for one in table.skipped} == {"one of several suppliers, and no share is given"}


def test_the_same_list_with_shares_is_read_whole(tmp_path: Path) -> None:
    content = "Part number,Supplier,Share percent,Unit price [USD]\nM-1,S-1,40,10\nM-1,S-2,60,20\n"
    bom = read_bom(make_text(tmp_path, content.replace("Share percent", "share_percent")))
    assert codes(bom) == {}
    assert sourcing(bom) == [("M-1", "S-1", 40.0, 10.0, "USD"), ("M-1", "S-2", 60.0, 20.0, "USD")]


def test_a_list_of_parts_with_one_supplier_each_stays_one_of_parts(tmp_path: Path) -> None:
    bom = read_bom(make_text(tmp_path, "Part number,Supplier,Unit price [USD]\nM-1,S-1,10\nM-2,S-1,20\n"))
    assert bom.parts["supplier"].to_pylist() == ["S-1", "S-1"]
    assert bom.sourcing.num_rows == 0


def test_what_a_row_says_of_the_part_is_kept_once(tmp_path: Path) -> None:
    content = "Part number,Description,Mass [g],Supplier,Unit price [USD]\n"
    content += "M-1,magnet,5,S-1,10\nM-1,magnet,5,S-2,20\nM-2,bolt,3,S-1,1\n"
    bom = read_bom(make_text(tmp_path, content))
    records = zip(*(bom.parts[name].to_pylist() for name in ("part_number", "description", "mass")), strict=True)
    assert list(records) == [("M-1", "magnet", 5.0), ("M-2", "bolt", 3.0)]
    assert bom.parts["unit_value"].null_count == 2
    assert codes(bom) == {"SUPPLIERS_WITHOUT_SHARE": ["M-1"]}


def test_prices_of_one_supplier_that_differ_are_an_error(tmp_path: Path) -> None:
    content = LIST + "M-2,S-1,4,EUR\nM-3,S-2,7,EUR\nM-3,S-2,7,EUR\n"
    bom = read_bom(make_text(tmp_path, content))
    assert codes(bom) == {"SUPPLIERS_WITHOUT_SHARE": ["M-1"], "SUPPLIER_PRICES_DIFFER": ["M-2"]}
    assert sourcing(bom) == [("M-2", "S-1", 100.0, 5.0, "EUR"), ("M-3", "S-2", 100.0, 7.0, "EUR")]


def test_a_price_for_a_hundred_is_divided(tmp_path: Path) -> None:
    content = "Part number,Supplier,Unit price [EUR/100]\nM-1,S-1,331\nM-1,S-2,804\nM-2,S-1,500\n"
    assert sourcing(read_bom(make_text(tmp_path, content))) == [("M-2", "S-1", 100.0, 5.0, "EUR")]
    shares = "Part number,Supplier,share_percent,Unit price [EUR/100]\nM-2,S-1,100,500\n"
    assert sourcing(read_bom(make_text(tmp_path, shares))) == [("M-2", "S-1", 100.0, 5.0, "EUR")]


def test_the_good_with_such_a_part_is_undetermined(tmp_path: Path) -> None:
    lines = make_text(tmp_path, "parent,child,quantity\nG,M-1,1\nG,M-2,1\nH,M-2,1\n", "lines.csv")
    bom = read_bom(lines, make_text(tmp_path, LIST, "suppliers.csv"))
    verdicts = {good.part_number: good.verdict for good in assess(bom, dt.date(2026, 11, 22)).goods}
    assert verdicts["G"] == "undetermined"
    assert "SUPPLIERS_WITHOUT_SHARE" not in {f.code for f in bom.findings if f.part_number == "M-2"}


def test_a_suppliers_name_comes_before_its_id(tmp_path: Path) -> None:
    content = "Part number,supplier_id,Supplier name,Unit price [USD]\nM-1,7,Sample Ltd,10\n"
    assert read_bom(make_text(tmp_path, content)).parts["supplier"].to_pylist() == ["Sample Ltd"]


def test_the_columns_can_be_named(tmp_path: Path) -> None:
    content = "Was,Wer,Preis\nM-1,S-1,331\nM-1,S-2,804\n"
    said = Choices(columns={"part_number": "Was", "supplier": "Wer", "unit_value": "Preis"})
    assert codes(read_bom(make_text(tmp_path, content), choices=said)) == {"SUPPLIERS_WITHOUT_SHARE": ["M-1"]}
