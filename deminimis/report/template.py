"""The workbook to fill in: the six tables with their help, a sample, lists to choose from, and a checker."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from deminimis.errors import ReportError
from deminimis.model import TABLES, Column, schema
from deminimis.reference import NO_MATERIAL, materials

LAST_ROW = 5000
"""Rows the lists to choose from reach down to."""
HELP = ("table", "column", "unit", "required", "default", "choices", "help")


def write_template(path: str | Path) -> Path:
    """Write the template with its sample.

    Parameters
    ----------
    path : str or Path
        Where to; the name should end in .xlsx.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ReportError
        The file cannot be written there.

    Notes
    -----
    The sample says SAMPLE in every part number, so that it cannot be taken for data.
    """
    import xlsxwriter  # slow import, needed only when a workbook is written

    path = Path(path)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    styles = _styles(book)
    for table in TABLES:
        _write_table(book.add_worksheet(table), styles, table)
    _write_help(book.add_worksheet("help"), styles)
    _write_checker(book.add_worksheet("checker"), styles)
    _write_lists(book.add_worksheet("lists"), styles)
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise ReportError(f"{path.name} cannot be written: {error}.", path=str(path)) from None
    return path


def _styles(book: Any) -> dict[str, Any]:
    header = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "border": 1}
    return {
        "header": book.add_format(header),
        "required": book.add_format({**header, "bg_color": "#7F3F00"}),
        "id": book.add_format({"num_format": "@"}),
        "good": book.add_format({"bg_color": "#C6EFCE", "font_color": "#006100"}),
        "bad": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


@cache
def sample_rows() -> dict[str, list[dict[str, str]]]:
    """Return the sample: rows by table, each with the columns it fills.

    Examples
    --------
    >>> sample_rows()["lines"][0]["child"]
    'SAMPLE-MOTOR'
    """
    rows: dict[str, list[dict[str, str]]] = {table: [] for table in TABLES}
    with files(__package__).joinpath("template_sample.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            rows[row["table"]].append({c: row[c] for c in schema()[row["table"]] if row.get(c)})
    return rows


def _write_table(sheet: Any, styles: dict[str, Any], table: str) -> None:
    sheet.freeze_panes(1, 1)
    sample = sample_rows()[table]
    for at, column in enumerate(schema()[table].values()):
        sheet.write_string(0, at, column.name, styles["required" if column.required else "header"])
        sheet.write_comment(0, at, _comment(column), {"x_scale": 2})
        sheet.set_column(at, at, max(12, len(column.name) + 3), styles["id"] if column.type == "id" else None)
        if source := _list_of(column):
            choice = {"validate": "list", "source": source, "error_type": "warning", "error_title": column.name}
            sheet.data_validation(1, at, LAST_ROW, at, choice)
        for row, values in enumerate(sample, 1):
            _write_cell(sheet, row, at, column, values.get(column.name, ""), styles)


def _write_cell(sheet: Any, row: int, at: int, column: Column, text: str, styles: dict[str, Any]) -> None:
    if column.type == "number" and text:
        sheet.write_number(row, at, float(text))
    elif text:
        sheet.write_string(row, at, text, styles["id"] if column.type == "id" else None)


def _comment(column: Column) -> str:
    words = [column.help]
    words += ["Required."] if column.required else []
    words += [f"Unit: {column.unit}."] if column.unit else []
    words += [f"Blank = {column.default}."] if column.default else []
    words += [f"One of: {', '.join(column.choices)}."] if column.choices else []
    return "\n".join(words)


def _list_of(column: Column) -> Any:
    """Return what a data validation list takes: short choices themselves, materials from the sheet of lists."""
    if column.type == "material":
        return f"=lists!$A${2 if column.table == 'declarations' else 3}:$A${len(materials()) + 2}"
    return list(column.choices) if column.choices else None


def _write_help(sheet: Any, styles: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for at, (name, width) in enumerate(zip(HELP, (14, 18, 16, 10, 10, 44, 80), strict=True)):
        sheet.write_string(0, at, name, styles["header"])
        sheet.set_column(at, at, width, styles["wrap"])
    columns = [column for table in TABLES for column in schema()[table].values()]
    for row, c in enumerate(columns, 1):
        cells = (c.table, c.name, c.unit, "yes" if c.required else "", c.default, ", ".join(c.choices), c.help)
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell)


def _write_lists(sheet: Any, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, "material", styles["header"])
    sheet.write_string(0, 1, "name", styles["header"])
    sheet.set_column(0, 1, 34)
    for row, name in enumerate([NO_MATERIAL, *materials()], 1):
        sheet.write_string(row, 0, name)
        known = materials().get(name)
        sheet.write_string(row, 1, known.name if known else "contains none")


def _write_checker(sheet: Any, styles: dict[str, Any]) -> None:
    """Write formulas that count faults; each carries its value, so readers that do not calculate see it too."""
    sheet.set_column(0, 0, 70)
    for at, name in enumerate(("check", "faults")):
        sheet.write_string(0, at, name, styles["header"])
    for row, (says, formula) in enumerate(checker_formulas(), 1):
        sheet.write_string(row, 0, says)
        sheet.write_formula(row, 1, formula, None, 0)
    faults = (1, 1, len(checker_formulas()), 1)
    sheet.conditional_format(*faults, {"type": "cell", "criteria": "==", "value": 0, "format": styles["good"]})
    sheet.conditional_format(*faults, {"type": "cell", "criteria": "!=", "value": 0, "format": styles["bad"]})


def checker_formulas() -> list[tuple[str, str]]:
    """Return what the checker sheet checks: words, and the formula that counts the faults.

    Examples
    --------
    >>> checker_formulas()[0][0]
    'parts: rows without part_number'
    """
    found = []
    for table, columns in schema().items():
        for at, column in enumerate(columns.values()):
            if column.required and not column.default and column.type != "currency":
                cells = _area(table, at, at)
                others = "+".join(f'({_area(table, other, other)}<>"")' for other in range(len(columns)) if other != at)
                found.append((f"{table}: rows without {column.name}", f'=SUMPRODUCT(({cells}="")*(({others})>0))'))
    parts, lines = list(schema()["parts"]), list(schema()["lines"])
    numbers, children = (_area("parts", parts.index("part_number"), 0), _area("lines", lines.index("child"), 1))
    unknown = f'=SUMPRODUCT(({children}<>"")*ISNA(MATCH({children},{numbers},0)))'
    quantities = _area("lines", lines.index("quantity"), lines.index("quantity"))
    below = f'=SUMPRODUCT(({quantities}<>"")*ISNUMBER({quantities})*({quantities}<=0))'
    texts = f"=SUMPRODUCT(--ISTEXT({quantities}))"
    return [
        *found,
        ("lines: children without a record in parts", unknown),
        ("lines: quantities of zero or less", below),
        ("lines: quantities that are text, not numbers", texts),
    ]


def _area(table: str, first: int, last: int) -> str:
    letters = [chr(ord("A") + at) for at in (first, last)]
    return f"{table}!${letters[0]}$2:${letters[1]}${LAST_ROW}"
