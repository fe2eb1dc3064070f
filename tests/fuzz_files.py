"""Random files for the reader: tables with dirt in every kind of file, and files whose bytes are broken."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from deminimis.model import TABLES
from deminimis.readers.answers.answer_format import VERSION, answer_columns
from tests.fuzz_writers import (
    Formula,
    Rows,
    Sheets,
    book_xml,
    cell_text,
    html,
    ods,
    openpyxl_xlsx,
    xls,
    xlsb,
    xlsx,
    zipped,
)
from tests.readers.declared.sample_declarations import amount, ipc, magnet, product
from tests.readers.declared.test_iec62474 import PART, STEEL, iec
from tests.readers.declared.test_iec62474 import product as iec_product

Plain = Mapping[str, Mapping[int, str]]
"""Rows of each sheet, from 1, that stand below a header and hold a plain quantity, with their plain part number."""


@dataclass(frozen=True)
class Case:
    """A file to be read, and what its maker knows of it."""

    name: str
    data: bytes = field(repr=False)
    plain: Plain = field(default_factory=dict)


@cache
def column_names() -> dict[str, list[str]]:
    """Return the names of columns by the role they have in the dictionary of the reader."""
    text = files("deminimis.readers.tables").joinpath("columns.csv").read_text(encoding="utf-8")
    named: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        named.setdefault(row["role"].partition("|")[0], []).append(row["name"].replace("_", " "))
    return named


IDS = frozenset({"part_number", "child", "parent", "material"})
TOP = (("parent", "child"), ("level", "part_number"), ("part_number",), ("outline", "part_number"))
FURTHER = ("unit_value", "unit", "mass", "mass_unit", "currency", "description", "origin", "supplier", "designators")
WORDS = [
    word for words in json.loads(Path(__file__).with_name("fuzz_dirt.json").read_text()).values() for word in words
]
WORDS += ["9" * 5000, "1." + "0" * 5000 + "1", "x" * 300]
NUMERIC = [1, 2, 3.5, 0, -1, 1e15, 123456789012345678, 1e308, 5e-324, 0.1 + 0.2, True, False]
DATES = [dt.date(2026, 11, 22), dt.date(1900, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]
text = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
DIRT = [None, "", " ", *WORDS, *NUMERIC, *DATES, Formula(), Formula("=A1&B2")]
dirt = st.integers(0, len(DIRT) - 1).map(DIRT.__getitem__) | text
dirt = dirt | st.floats(allow_nan=False, allow_infinity=False)
seldom = st.sampled_from([True, *[False] * 11])
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "quantity": st.sampled_from([1, 2, 4, "1", "2", 0.5, "3"]),
    "quantity_total": st.sampled_from([1, 2, 4, "8"]),
    "level": st.sampled_from([0, 1, 1, 2, 2, 3, 5, "1", "2", ".1", "..2", "+3"]),
    "outline": st.sampled_from(["1", "1.1", "1.1.1", "1.2", "2", "2.1", "3.10"]),
    "unit": st.sampled_from(["pcs", "kg", "St", "EA", "m", "個", None]),
    "unit_value": st.sampled_from([1, 2.5, "3,50", "4.20", 100]),
    "currency": st.sampled_from(["USD", "EUR", "CNY"]),
    "mass": st.sampled_from([0.1, 5, "7,5", None]),
    "mass_unit": st.sampled_from(["g", "kg"]),
    "description": st.sampled_from(["screw M3", "NdFeB magnet", "motor", "housing", "bearing"]),
    "origin": st.sampled_from(["China", "Deutschland", "日本", "US", ""]),
    "valid_from": st.sampled_from([dt.date(2025, 1, 1), "2025-01-01", "01.02.2025", None]),
    "amount": st.sampled_from([0.5, 1, "2"]),
    "basis": st.sampled_from(["g_per_piece", "wt_percent"]),
    "material": st.sampled_from(["dysprosium_metal", "terbium", "none", "steel"]),
    "typical": st.sampled_from([10, 250.5]),
    "per_base": st.sampled_from([1, 7.2]),
}
part_numbers = st.integers(0, 12).map(lambda number: f"P{number}-A")


@st.composite
def tables(draw: st.DrawFn, start: int) -> tuple[Rows, dict[int, str]]:
    """One table with its header; `start` is the row, from 1, on which it will stand."""
    roles = [*draw(st.sampled_from(TOP)), draw(st.sampled_from(["quantity"] * 9 + ["quantity_total"]))]
    names = column_names()
    roles += draw(st.lists(st.sampled_from([*FURTHER, *names]), max_size=4, unique=True))
    roles = draw(st.permutations(list(dict.fromkeys(roles))))
    header = [draw(st.sampled_from([role] * 5 + names.get(role, [role]))) for role in roles]
    if draw(seldom):
        header[draw(st.integers(0, len(header) - 1))] = draw(text)
    rows: Rows = [header]
    plain: dict[int, str] = {}
    part = roles.index("child" if "child" in roles else "part_number")
    amount_at = next(at for at, role in enumerate(roles) if role in ("quantity", "quantity_total"))
    for _ in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(["row"] * 12 + ["blank", "section", "header", "total", "short"]))
        cells = [draw(part_numbers if role in IDS else CELLS.get(role, dirt)) for role in roles]
        clean = kind == "row"
        if clean and draw(st.booleans()):
            at = draw(st.integers(0, len(cells) - 1))
            cells[at] = draw(dirt)
            clean = at not in (part, amount_at)
        marked = {"blank": [], "section": [draw(text)], "header": header, "total": ["Total", None, 12]}
        rows.append(marked.get(kind, cells[: len(cells) // 2] if kind == "short" else cells))
        if clean and str(cells[amount_at]).isdigit():
            plain[start + len(rows) - 1] = cells[part]
    return rows, plain


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Sheets, dict[str, dict[int, str]]]:
    """Sheets with a preamble, one table or two, and rows between and after them."""
    names = draw(st.lists(st.sampled_from(["Sheet1", "BOM", "P1-A", "lines", *TABLES, "Ä &<"]), min_size=1, max_size=2))
    loose = st.lists(st.lists(dirt, max_size=3), max_size=2)
    found: Sheets = {}
    plain: dict[str, dict[int, str]] = {}
    for name in dict.fromkeys(names):
        rows, listed = draw(loose), {}
        for _ in range(draw(st.sampled_from([1, 1, 1, 2, 0]))):
            table, those = draw(tables(len(rows) + 1))
            rows += [*table, *draw(loose)]
            listed |= those
        found[name], plain[name] = rows, listed
    return found, plain


ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "cp1252",
    "cp1251",
    "gb18030",
    "cp932",
    "cp949",
    "big5",
)
ENDINGS = {xlsx: "xlsx", openpyxl_xlsx: "xlsx", html: "xls", book_xml: "xml", ods: "ods", xls: "xls", xlsb: "xlsb"}


@st.composite
def delimited(draw: st.DrawFn, rows: Rows) -> bytes:
    """A table as delimited text: any delimiter, quotes, ends of lines and encoding."""
    stream = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    form = {"delimiter": draw(st.sampled_from(",;\t|")), "lineterminator": draw(st.sampled_from(["\n", "\r\n"]))}
    csv.writer(stream, quoting=quoting, **form).writerows(
        [[cell_text(cell).replace("\r", " ") for cell in row] for row in rows]
    )
    return stream.getvalue().encode(draw(st.sampled_from(ENCODINGS)), "replace")


@st.composite
def table_files(draw: st.DrawFn) -> Case:
    """A file of tables, of any kind."""
    found, plain = draw(sheets())
    writer = draw(st.sampled_from([*ENDINGS, None, None, None]))
    if writer is None:
        [rows, *_], [listed, *_] = found.values(), plain.values()
        return Case("sample.csv", draw(delimited(rows)), {"": listed})
    data = writer(found, draw(st.booleans())) if writer is xlsx else writer(found)
    if writer is html:
        plain = {f"table {number}": listed for number, listed in enumerate(plain.values(), 1)}
    return Case(f"sample.{ENDINGS[writer]}", data, plain)


@cache
def seeds() -> tuple[Case, ...]:
    """Return one sound file of each kind, from which broken ones are made."""
    rows: Rows = [["Sample list"], [], ["Level", "Part number", "Quantity", "Unit price", "Currency"]]
    rows += [[0, "P0-A", 1, 100, "USD"], [1, "P1-A", 2, 2.5, "USD"], [2, "P2-A", "3", "1,5", "USD"], [1, "P3-A", 4]]
    found = {"BOM": rows, "parts": [["part_number", "unit_value"], ["P0-A", 100], ["P1-A", dt.date(2026, 1, 1)]]}
    lines = "\n".join(";".join(map(cell_text, row)) for row in rows)
    printed = "\n".join(["-" * 20, *("|" + "|".join(map(cell_text, row)) + "|" for row in rows[2:]), "-" * 20])
    printed = printed.replace("Currency|", "Currency|\n" + "-" * 20)
    titles = [f"{column.title}\n{column.hint}" for column in answer_columns()]
    answers = [{"part_number": "P1-A", "contains": "no", "evidence": "lab"}]
    answers += [{"part_number": "P2-A", "contains": "yes", "material": "dysprosium", "form": "metal", "mass": 0.25}]
    form = {
        "Request": [["Sample request"], ["format", VERSION]],
        "Declaration": [titles, *([answer.get(c.name) for c in answer_columns()] for answer in answers)],
    }
    listed = str({"format": VERSION, "declarations": answers}).replace("'", '"')
    declared = {"ipc.xml": ipc(product(amount("100"), magnet())), "iec.xml": iec(iec_product(PART, STEEL))}
    texts = {"sample.csv": lines, "printed.txt": printed, "answer.json": listed, **declared}
    return (
        *(Case(f"sample.{ending}", writer(found)) for writer, ending in ENDINGS.items()),
        Case("answer.xlsx", xlsx(form)),
        *(Case(name, said.encode()) for name, said in texts.items()),
    )


def real_files(folder: Path) -> tuple[Case, ...]:
    """Return the files of a folder that are small enough to be broken many times."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 200_000)
    return tuple(Case(path.name, path.read_bytes()) for path in paths)


NASTY = [
    b"",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"1e400",
    b"NaN",
    b"'",
    b'"',
    b"<",
    b">",
    b"&",
    b"\0",
    b"\xff\xfe",
    b"\n",
]
NASTY += [
    b"&#0;",
    b"&#xD800;",
    b"<!--",
    b"]]>",
    b"<!DOCTYPE x>",
    "é".encode(),
    b"\xe2\x82",
    b"{",
    b"}",
    b";",
    b",",
    b"null",
]
NASTY += [b"\r", b"\x1a", b"\x85", b"true", b"1.5", b"XFD1048576", b"A0", b"[[" * 50, b"<a>" * 50]


@st.composite
def broken_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes flipped, cut, inserted, moved, and whole words and numbers replaced."""
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["word", "word", "number", "flip", "insert", "cut", "copy"]))
        at = draw(st.integers(0, 1 << 16)) * len(data) >> 16
        size = draw(st.integers(1, 64))
        if kind in ("word", "number"):
            # replacing a whole word keeps most files well formed, so that what it feeds is reached
            found = re.compile(rb"[\w.-]+" if kind == "word" else rb"\d+").search(data, at)
            start, end = found.span() if found else (at, at)
            data = data[:start] + draw(st.sampled_from(NASTY)) + data[end:]
        elif kind == "flip":
            data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        elif kind == "insert":
            data = data[:at] + draw(st.sampled_from(NASTY) | st.binary(max_size=8)) + data[at:]
        elif kind == "cut":
            data = data[:at] + data[at + size * size :]
        else:
            to = draw(st.integers(0, 1 << 16)) * len(data) >> 16
            data = data[:to] + data[at : at + size] * draw(st.sampled_from([1, 1, 2, 30])) + data[to:]
    return data


@st.composite
def broken_files(draw: st.DrawFn, more: Sequence[Case] = ()) -> Case:
    """A sound file, broken: its bytes, or those of one of the files zipped in it."""
    case = draw(st.sampled_from([*seeds(), *more]))
    if case.data.startswith(b"PK") and draw(st.sampled_from([True, True, True, False])):
        with zipfile.ZipFile(io.BytesIO(case.data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        parts = [name for name in members if re.search(r"sheet\d+\.xml|workbook|content|sharedStr|styles|rels", name)]
        name = draw(st.sampled_from(parts or sorted(members)))
        if draw(seldom):
            del members[name]
        else:
            members[name] = draw(broken_bytes(members[name]))
        return Case(case.name, zipped(members))
    return Case(case.name, draw(broken_bytes(case.data)))


@st.composite
def worded_files(draw: st.DrawFn) -> Case:
    """A table whose header is of random words, some of them names of columns."""
    names = [name for listed in column_names().values() for name in listed]
    words = draw(st.lists(st.sampled_from(names) | text, min_size=1, max_size=8))
    rows = draw(st.lists(st.lists(dirt | part_numbers, max_size=8), max_size=6))
    if draw(st.booleans()):
        return Case("words.csv", draw(delimited([words, *rows])))
    return Case("words.xlsx", xlsx({"Sheet1": [words, *rows]}))


def any_files(more: Sequence[Case] = ()) -> st.SearchStrategy[Case]:
    """Return files of every sort; `more` are sound files that are broken besides those made here."""
    return st.one_of(table_files(), table_files(), broken_files(more), broken_files(more), worded_files())
