from __future__ import annotations

import openpyxl
import pytest

from deminimis.errors import ReportError
from deminimis.model import TABLES, schema
from deminimis.readers import inspect_file, read_bom
from deminimis.reference import NO_MATERIAL, materials
from deminimis.report.template import checker_formulas, sample_rows, write_template


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("template") / "template.xlsx")


@pytest.fixture(scope="module")
def workbook(template):
    return openpyxl.load_workbook(template)


def test_it_reads_back_without_any_finding(template):
    bom = read_bom(template)
    assert bom.findings == ()
    for table in TABLES:
        assert len(bom.table(table)) == len(sample_rows()[table]) > 0
    assert bom.lines["quantity"].to_pylist() == [1.0, 1.0, 1.0, 10.0, 1.0]


def test_every_part_of_the_sample_says_so(template):
    bom = read_bom(template)
    assert all(number.startswith("SAMPLE-") for number in bom.parts["part_number"].to_pylist())


def test_the_sample_is_three_levels_deep(template):
    parent = dict(zip(*(read_bom(template).lines[c].to_pylist() for c in ("child", "parent")), strict=True))
    path = ["SAMPLE-MAGNET"]
    while path[-1] in parent:
        path.append(parent[path[-1]])
    assert path == ["SAMPLE-MAGNET", "SAMPLE-ROTOR", "SAMPLE-MOTOR", "SAMPLE-SERVO"]


def test_headers_comments_and_lists_follow_the_schema(workbook):
    for table in TABLES:
        sheet = workbook[table]
        assert sheet.freeze_panes == "B2"
        assert [cell.value for cell in sheet[1]] == list(schema()[table])
        for cell, column in zip(sheet[1], schema()[table].values(), strict=True):
            assert column.help in cell.comment.text
        lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
        for cell, column in zip(sheet[1], schema()[table].values(), strict=True):
            given = lists.get(f"{cell.column_letter}2")
            assert (given is not None) == (column.type in ("choice", "material"))
            if column.choices:
                assert given == f'"{",".join(column.choices)}"'


def test_lists_of_materials_end_where_the_materials_end(workbook):
    names = [cell.value for cell in workbook["lists"]["A"]]
    assert names == ["material", NO_MATERIAL, *materials()]
    rules = {table: workbook[table].data_validations.dataValidation for table in ("declarations", "prices")}
    formulas = {table: [r.formula1 for r in found if "lists" in r.formula1] for table, found in rules.items()}
    assert formulas == {
        "declarations": [f"lists!$A$2:$A${len(names)}"],
        "prices": [f"lists!$A$3:$A${len(names)}"],
    }


def test_the_help_sheet_lists_every_column(workbook):
    rows = [[cell or "" for cell in row] for row in workbook["help"].iter_rows(min_row=2, values_only=True)]
    columns = [column for table in TABLES for column in schema()[table].values()]
    assert [row[:2] for row in rows] == [[column.table, column.name] for column in columns]
    assert [row[6] for row in rows] == [column.help for column in columns]


def test_the_checker_has_formulas_with_values(workbook, template):
    formulas = [cell.value for cell in workbook["checker"]["B"][1:]]
    assert formulas == [formula for _, formula in checker_formulas()]
    values = openpyxl.load_workbook(template, data_only=True)["checker"]["B"][1:]
    assert [cell.value for cell in values] == [0] * len(formulas)
    assert workbook["checker"].conditional_formatting


def test_sheets_without_data_are_accounted_for(template):
    tables = {t.sheet: t for t in inspect_file(template).tables}
    for sheet in ("help", "checker", "lists"):
        assert tables[sheet].used == 0
        assert tables[sheet].rows == len(tables[sheet].skipped) > 0
    for table in TABLES:
        assert tables[table].layout == f"canonical:{table}"


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(ReportError, match="cannot be written") as error:
        write_template(tmp_path / "missing" / "template.xlsx")
    assert error.value.path.endswith("template.xlsx")
