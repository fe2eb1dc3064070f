from __future__ import annotations

from fractions import Fraction

import pytest
import xlsxwriter

from deminimis.readers import inspect_file, read_bom
from tests.readers import system_files as files
from tests.readers.sample_books import make_book, make_text


def lines_of(bom):
    quantities = bom.numbers("lines", "quantity", exact=True)
    return list(zip(bom.lines["parent"].to_pylist(), bom.lines["child"].to_pylist(), quantities, strict=True))


def errors(bom):
    return sorted({found.code for found in bom.findings if found.severity == "error"})


def codes(bom):
    return {found.code for found in bom.findings}


def check(path, layout, basis="per_parent", expected=files.LINES, faults=()):
    """Read a file and compare lines, layout, basis, errors and the account of its rows."""
    bom = read_bom(path)
    assert errors(bom) == sorted(faults)
    assert sorted(lines_of(bom)) == sorted(expected)
    tables = [table for table in inspect_file(path).tables if table.layout != "none"]
    assert {table.layout for table in tables} == {layout}
    assert {table.quantity_basis for table in tables} == {basis}
    for table in inspect_file(path).tables:
        assert table.rows == table.used + len(table.skipped)
    return bom


@pytest.mark.parametrize("per", [1, 10])
def test_sap_cs12_counts_the_required_quantity(tmp_path, per):
    bom = check(make_book(tmp_path, {"CS12": files.sap_cs12(per)}), "level_number", "per_top")
    assert "QUANTITY_CONVERTED" in codes(bom)
    assert "PARENT_ASSUMED" not in codes(bom)


def test_sap_cs12_with_both_quantities_uses_the_stored_one(tmp_path):
    check(make_book(tmp_path, {"CS12": files.sap_cs12(10, both=True)}), "level_number")


def test_sap_cs12_whose_stored_quantity_is_for_a_batch_is_an_error(tmp_path):
    rows = files.sap_cs12(10, both=True)
    at = next(row for row in rows if row[:1] == ["..2"])
    at[-1] = "400.000"
    bom = read_bom(make_book(tmp_path, {"CS12": rows}))
    [fault] = [found for found in bom.findings if found.code == "TOTALS_DISAGREE"]
    assert fault.part_number == "A-200"


def test_a_required_quantity_with_groups_above_decimals_is_an_error(tmp_path):
    rows = files.sap_cs12()
    rows[4][1] = "1,000"
    assert "QUANTITY_BASIS_UNCLEAR" in errors(read_bom(make_book(tmp_path, {"CS12": rows})))


def test_a_required_quantity_is_read_by_the_mark_that_the_totals_show(tmp_path):
    rows = files.sap_cs12(10)
    rows[4][1] = "10.000"
    check(make_book(tmp_path, {"CS12": rows}), "level_number", "per_top")


def test_sap_cs12_in_german_as_tab_text(tmp_path):
    text = files.tsv(files.sap_cs12_german())
    check(make_text(tmp_path, text, "stueckliste.xls", encoding="utf-16"), "level_number")


def test_sap_co_product_with_trailing_minus_is_an_error(tmp_path):
    rows = files.sap_cs12_german()
    rows[-1][4] = "22,000-"
    bom = read_bom(make_text(tmp_path, files.tsv(rows), "bom.txt"))
    [fault] = [found for found in bom.findings if found.code == "QTY_NOT_POSITIVE"]
    assert (fault.part_number, fault.value) == ("P-100", "-22")


def test_sap_cs13_is_flat_and_counts_the_required_quantity(tmp_path):
    expected = {
        ("P-100", "A-200", Fraction(5)),
        ("P-100", "M-300", Fraction(20)),
        ("P-100", "G-400", Fraction(5, 4)),
        ("P-100", "A-500", Fraction(1)),
        ("P-100", "B-600", Fraction(12)),
    }
    check(make_text(tmp_path, files.sap_cs13(), "cs13.txt"), "flat_list", "per_batch", expected)


def test_sap_cs15_where_used_is_refused(tmp_path):
    rows = [["Material Where-Used List"], *files.sap_cs12()]
    assert "WHERE_USED_LIST" in errors(read_bom(make_book(tmp_path, {"CS15": rows})))


def test_sap_tables_in_one_workbook(tmp_path):
    bom = read_bom(make_book(tmp_path, files.se16()))
    assert errors(bom) == []
    assert sorted(lines_of(bom)) == sorted(files.LINES)
    stpo = inspect_file(make_book(tmp_path, files.se16())).tables[2]
    assert (stpo.layout, stpo.quantity_basis) == ("sap_se16_stpo", "per_batch")
    assert [skipped.reason for skipped in stpo.skipped] == ["a text item, no part", "a document, no part", "deleted"]


def test_sap_tables_in_three_files(tmp_path):
    paths = [make_text(tmp_path, files.csv_text(rows, ";"), f"{name}.csv") for name, rows in files.se16().items()]
    for some in (paths, paths[::-1]):
        bom = read_bom(*some)
        assert errors(bom) == []
        assert sorted(lines_of(bom)) == sorted(files.LINES)


def test_sap_items_without_mast_row(tmp_path):
    tables = files.se16()
    tables["MAST"] = [row for row in tables["MAST"] if row[0] != "A-500"]
    bom = read_bom(make_book(tmp_path, tables))
    assert errors(bom) == ["BOM_NUMBER_UNKNOWN"]
    assert ("00000003", "B-600", Fraction(7)) in lines_of(bom)


def test_sap_items_without_batch(tmp_path):
    tables = files.se16()
    del tables["STKO"]
    bom = read_bom(make_book(tmp_path, tables))
    assert {found.part_number for found in bom.findings if found.code == "BOM_BATCH_UNKNOWN"} == set(files.SE16_NUMBERS)


def test_sap_second_usage_of_the_same_contents_is_dropped_and_of_others_is_an_error(tmp_path):
    tables = files.se16()
    tables["MAST"].append(["A-500", "1000", "3", "00000009", "01"])
    tables["STKO"].append(["M", "00000009", "01", "01.01.2026", "2", "ST", None])
    again = [[*row] for row in tables["STPO"] if row[0] == "00000003"]
    for row in again:
        row[0], row[5] = "00000009", row[5] * 2
    same = {**tables, "STPO": [*tables["STPO"], *again]}
    assert sorted(lines_of(read_bom(make_book(tmp_path, same)))) == sorted(files.LINES)
    again[0][5] += 1
    bom = read_bom(make_book(tmp_path, same))
    assert sorted(lines_of(bom)) == sorted(files.LINES)
    [fault] = [found for found in bom.findings if found.severity == "error"]
    assert (fault.code, fault.part_number) == ("BOM_NUMBERS_DIFFER", "A-500")
    for table in inspect_file(make_book(tmp_path, same)).tables:
        assert table.rows == table.used + len(table.skipped)


def test_sap_alternatives_are_never_added_up(tmp_path):
    tables = files.se16()
    tables["MAST"].append(["A-500", "1000", "1", "00000003", "02"])
    tables["STKO"].append(["M", "00000003", "02", "01.01.2026", "1", "ST", None])
    bom = read_bom(make_book(tmp_path, tables))
    assert [(f.code, f.part_number) for f in bom.findings if f.severity == "error"] == [("BOM_NUMBERS_DIFFER", "A-500")]


def test_sap_item_without_quantity_blames_the_part_and_not_the_number(tmp_path):
    tables = files.se16()
    tables["STPO"][1][5] = None
    bom = read_bom(make_book(tmp_path, tables))
    [fault] = [found for found in bom.findings if found.severity == "error"]
    assert (fault.code, fault.part_number) == ("QTY_MISSING", "A-200")


SIMPLE = [
    ("oracle", files.oracle, "indented"),
    ("agile", files.agile, "level_number"),
    ("windchill", files.windchill, "level_number"),
    ("teamcenter", files.teamcenter, "teamcenter_bom_lines"),
    ("3dexperience", files.threedexperience, "level_number"),
    ("arena", files.arena, "level_number"),
    ("autocad", files.autocad_mechanical, "parent_child"),
    ("odoo", files.odoo, "odoo_bom_export"),
    ("erpnext", files.erpnext_export, "erpnext_data_export"),
    ("dynamics", files.dynamics_ax, "parent_child"),
    ("netsuite", files.netsuite, "parent_child"),
    ("frepple", files.frepple, "frepple_operationmaterial"),
]
ROOTLESS = [
    ("openbom", files.openbom, "level_number", "per_parent"),
    ("solidworks", files.solidworks, "outline_number", "per_parent"),
    ("inventor", files.inventor, "outline_number", "per_parent"),
    ("inventree", files.inventree, "inventree_bom", "per_parent"),
    ("erpnext_explorer", files.erpnext_explorer, "erpnext_bom_explorer", "per_parent_line"),
]


@pytest.mark.parametrize(("name", "rows", "layout"), SIMPLE, ids=[case[0] for case in SIMPLE])
def test_systems_that_print_the_product(tmp_path, name, rows, layout):
    check(make_book(tmp_path, {"Sheet1": rows()}, f"{name}.xlsx"), layout)


@pytest.mark.parametrize(("name", "rows", "layout", "basis"), ROOTLESS, ids=[case[0] for case in ROOTLESS])
def test_systems_that_do_not_print_the_product(tmp_path, name, rows, layout, basis):
    bom = check(make_book(tmp_path, {"Sheet1": rows()}, "P-100.xlsx"), layout, basis)
    assert "PARENT_ASSUMED" in codes(bom)


def test_assemblies_that_may_be_products_are_judged_besides(tmp_path):
    bom = read_bom(make_book(tmp_path, {"Sheet1": files.solidworks()}, "P-100.xlsx"))
    marked = bom.parts.filter(pc_equal(bom.parts["finished_good"], "yes"))["part_number"].to_pylist()
    assert marked == ["A-200", "A-500"]
    assert "FIRST_ROWS_JUDGED" in codes(bom)


def pc_equal(column, word):
    return [cell == word for cell in column.to_pylist()]


def test_windchill_unit_as_needed_is_unknown(tmp_path):
    rows = files.windchill()
    at = next(row for row in rows if row[2:3] == ["G-400"])
    at[5], at[6] = None, "as_needed"
    bom = read_bom(make_book(tmp_path, {"BOMSheet1": rows}))
    assert "QTY_MISSING" in errors(bom)
    assert {found.part_number for found in bom.findings if found.code == "QTY_MISSING"} == {"A-200"}


def test_windchill_one_sheet_for_each_parent(tmp_path):
    check(make_book(tmp_path, files.windchill_sheets()), "flat_list")


def test_solidworks_numbers_that_a_spreadsheet_shortened(tmp_path):
    rows = [["ITEM NO.", "PART NUMBER", "DESCRIPTION", "QTY."], ["1", "A-1", "sample", 1]]
    rows += [[float(f"1.{at}"), f"B-{at}", "sample", 1] for at in range(1, 12)]
    bom = read_bom(make_book(tmp_path, {"Sheet1": rows}, "P-100.xlsx"))
    faults = [(found.row, found.value, found.part_number) for found in bom.findings if found.code == "OUTLINE_BROKEN"]
    assert faults == [(12, "1.1", "A-1")]


@pytest.mark.parametrize("kind", ["cells", "rows"])
def test_indents_of_cells_and_outline_levels_of_rows(tmp_path, kind):
    path = tmp_path / "bom.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("BOM")
    for column, word in enumerate(("PART NUMBER", "DESCRIPTION", "QTY.")):
        sheet.write_string(0, column, word)
    for at, row in enumerate(files.printed(), 1):
        indent = book.add_format({"indent": row.level}) if kind == "cells" else None
        sheet.write_string(at, 0, row.part, indent)
        sheet.write_string(at, 1, row.name)
        if row.level:
            sheet.write_number(at, 2, float(row.own))
        if kind == "rows":
            sheet.set_row(at, None, None, {"level": row.level})
    book.close()
    check(path, "indented")


def test_catia_rows_are_instances(tmp_path):
    path = make_book(tmp_path, {"Sheet1": files.catia_instances()})
    bom = read_bom(path)
    summed = {}
    for parent, child, quantity in lines_of(bom):
        summed[parent, child] = summed.get((parent, child), 0) + quantity
    assert {(*pair, quantity) for pair, quantity in summed.items()} == files.CATIA_LINES
    [table] = inspect_file(path).tables
    assert (table.layout, table.quantity_basis) == ("level_instances", "instances")
    assert table.rows == table.used + len(table.skipped)


def test_catia_listing_is_a_block_for_each_assembly_and_a_recapitulation(tmp_path):
    path = make_text(tmp_path, files.tsv(files.catia_listing()), "drive.txt")
    bom = check(path, "flat_list")
    assert "PARENT_ASSUMED" not in codes(bom)
    blocks, recapitulation = inspect_file(path).tables
    assert (blocks.used, recapitulation.used) == (len(files.LINES), 0)


def test_rows_above_the_first_title_are_in_the_part_of_the_file(tmp_path):
    rows = [["Quantity", "Part Number"], ["2", "A-200"], ["Bill of Material: A-200"], ["4", "M-300"]]
    expected = {("P-100", "A-200", Fraction(2)), ("A-200", "M-300", Fraction(4))}
    assert "PARENT_ASSUMED" in codes(
        check(make_book(tmp_path, {"1": rows}, "P-100.xlsx"), "flat_list", "per_parent", expected)
    )


def test_a_section_of_a_list_is_no_list_of_its_own(tmp_path):
    rows = [["Part Number", "Quantity"], ["M-300", 2], ["Assembly: left arm"], ["B-600", 4]]
    bom = read_bom(make_book(tmp_path, {"1": rows}, "P-100.xlsx"))
    assert {("P-100", "M-300", Fraction(2)), ("P-100", "B-600", Fraction(4))} <= set(lines_of(bom))


def test_titled_lists_for_an_unknown_number_of_products_are_unclear(tmp_path):
    rows = [["Required quantity: 10"], *files.catia_listing()]
    assert errors(read_bom(make_text(tmp_path, files.tsv(rows), "drive.txt"))) == ["QUANTITY_BASIS_UNCLEAR"]


@pytest.mark.parametrize(("word", "faults"), [("1,000", ["QUANTITY_BASIS_UNCLEAR"]), ("10 PC", [])])
def test_a_flat_list_for_a_quantity_that_can_be_read_in_two_ways(tmp_path, word, faults):
    rows = [["Required quantity:", word], ["Part Number", "Quantity"], ["M-300", 20]]
    assert errors(read_bom(make_book(tmp_path, {"1": rows}))) == faults


def test_kicad_leaves_out_what_is_not_fitted(tmp_path):
    check(make_text(tmp_path, files.csv_text(files.kicad(), ";"), "P-100.csv"), "flat_list", expected=files.FLAT_LINES)


def test_altium_without_part_numbers_is_read_by_names(tmp_path):
    expected = {("P-100", "sample capacitor", Fraction(2)), ("P-100", "sample driver", Fraction(1))}
    path = make_text(tmp_path, files.csv_text(files.altium()), "P-100.csv")
    assert "NAME_AS_NUMBER" in codes(check(path, "flat_list", expected=expected))


def test_easyeda_is_utf_16_with_tabs(tmp_path):
    path = make_text(tmp_path, files.tsv(files.easyeda()), "P-100.csv", encoding="utf-16")
    check(path, "flat_list", expected=files.FLAT_LINES)


def test_oca_structure_stacks_several_products(tmp_path):
    expected = {*files.LINES, ("P-900", "B-600", Fraction(9))}
    check(make_book(tmp_path, {"BOM Structure": files.oca()}), "oca_bom_structure", expected=expected)


@pytest.mark.parametrize("language", sorted(files.ASIAN_HEADS))
def test_lists_in_other_languages(tmp_path, language):
    check(make_book(tmp_path, {"Sheet1": files.in_language(language)}), "level_number")


def test_a_folder_of_one_file_for_each_assembly(tmp_path):
    paths = [
        make_book(tmp_path, {"Sheet1": files.flat_rows(parent)}, f"{parent}.xlsx")
        for parent in ("P-100", "A-200", "A-500")
    ]
    bom = read_bom(*paths)
    assert errors(bom) == []
    assert sorted(lines_of(bom)) == sorted(files.LINES)


def test_frepple_alternates_are_ranked(tmp_path):
    rows = files.frepple()
    next(row for row in rows if row[1] == "G-400")[4:] = ["glue", 2]
    rows.append(["make A-200", "G-401", -0.6, "start", "glue", 1])
    path = make_book(tmp_path, {"operationmaterial": rows})
    expected = {*files.LINES, ("A-200", "G-401", Fraction(1, 5))}
    bom = check(path, "frepple_operationmaterial", expected=expected)
    assert "ALTERNATES_BY_RANK" in codes(bom)
    used = dict(zip(bom.lines["child"].to_pylist(), bom.lines["usage_percent"].to_pylist(), strict=True))
    assert (used["G-400"], used["G-401"]) == (0, 100)


def test_frepple_operation_without_product(tmp_path):
    rows = [*files.frepple(), ["varnish", "B-600", -1, "start", None, None]]
    path = make_book(tmp_path, {"operationmaterial": rows})
    bom = read_bom(path)
    [fault] = [found for found in bom.findings if found.severity == "error"]
    assert (fault.code, fault.value, fault.part_number) == ("OPERATION_WITHOUT_PRODUCT", "varnish", "")
    assert sorted(lines_of(bom)) == sorted(files.LINES)
    [table] = inspect_file(path).tables
    assert table.skipped[-1].reason == "its operation makes nothing"


def test_frepple_operation_with_two_products(tmp_path):
    rows = [*files.frepple(), ["make A-200", "A-201", 1, "end", None, None]]
    bom = read_bom(make_book(tmp_path, {"operationmaterial": rows}))
    faults = [(found.code, found.part_number) for found in bom.findings if found.severity == "error"]
    assert faults == [("OPERATION_WITH_PRODUCTS", "A-200"), ("OPERATION_WITH_PRODUCTS", "A-201")]
    assert not any(parent == "A-200" for parent, _, _ in lines_of(bom))


def test_frepple_operation_that_makes_an_unknown_amount(tmp_path):
    rows = files.frepple()
    next(row for row in rows if row[1] == "A-200" and row[3] == "end")[2] = None
    bom = read_bom(make_book(tmp_path, {"operationmaterial": rows}))
    assert {found.part_number for found in bom.findings if found.code == "QTY_NOT_DIVIDED"} == {"A-200"}


@pytest.mark.parametrize(("more", "faults"), [(0, []), (1, ["BLOCKS_DIFFER"])])
def test_frepple_second_operation_of_the_same_product(tmp_path, more, faults):
    rows = files.frepple()
    rows += [["other A-500", "A-500", 1, "end", None, None], ["other A-500", "A-200", -3, "start", None, None]]
    rows.append(["other A-500", "B-600", -7 - more, "start", None, None])
    check(make_book(tmp_path, {"Sheet1": rows}), "frepple_operationmaterial", faults=faults)


def test_a_list_with_operations_and_no_signs_is_flat(tmp_path):
    rows = [["Operation", "Item Code", "Quantity", "Type"], ["10", "B-600", 2, "Item"], ["20", "M-300", 4, "Item"]]
    expected = {("P-100", "B-600", Fraction(2)), ("P-100", "M-300", Fraction(4))}
    bom = read_bom(make_book(tmp_path, {"Sheet1": rows}, "P-100.xlsx"))
    assert errors(bom) == []
    assert set(lines_of(bom)) == expected


def test_a_line_above_the_title_of_the_next_list_is_no_title(tmp_path):
    """CATIA says "Assembly" in lines too; the last one before a title was taken for a part of the title."""
    head = ["Quantity", "Part Number", "Type", "Nomenclature"]
    rows = [["Bill of Material: P-1"], head, [6, "A-1", "Assembly", "module"], [12, "A-1", "Assembly", "module"], []]
    rows += [["Bill of Material: A-1"], head, [4, "M-1", "Part", "crate"]]
    bom = read_bom(make_book(tmp_path, {"BOM": rows}))
    lines = bom.lines.select(["parent", "child", "quantity"]).to_pylist()
    assert [tuple(line.values()) for line in lines] == [("P-1", "A-1", 6.0), ("P-1", "A-1", 12.0), ("A-1", "M-1", 4.0)]


def test_the_item_quantity_counts_where_inventor_gives_the_total_too(tmp_path):
    rows = [
        ["Item", "Part Number", "Unit QTY", "Item QTY", "QTY"],
        ["1", "A-1", "Each", 3, 3],
        ["1.1", "M-1", "Each", 2, 6],
    ]
    bom = read_bom(make_book(tmp_path, {"BOM": rows}))
    assert bom.lines["quantity"].to_pylist() == [2.0]


def test_outline_numbers_say_where_the_component_stands_not_the_part_above_it(tmp_path):
    rows = [["Item", "Part Number", "Component number", "Quantity"], ["1", "P-1", "A-1", 1], ["1.1", "A-1", "M-1", 4]]
    rows += [["1.2", "A-1", "M-2", 2], ["1.2.1", "M-2", "M-3", 5]]
    bom = read_bom(make_book(tmp_path, {"BOM": rows}))
    assert [(parent, child, int(quantity)) for parent, child, quantity in lines_of(bom)] == [
        ("A-1", "M-1", 4),
        ("A-1", "M-2", 2),
        ("M-2", "M-3", 5),
    ]
