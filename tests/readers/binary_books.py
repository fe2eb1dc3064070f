"""Binary workbooks (.xlsb) for the tests: the few records of BIFF12 that a table needs.

No library that can be installed writes them. Source: [MS-XLSB], sections 2.1.4 (records) and 2.4 (record types).
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROW, BLANK, ERROR, BOOL, REAL, TEXT, SHARED, FORMULA_NUMBER = 0, 1, 3, 4, 5, 6, 7, 9
ITEM, BEGIN_SHEET, END_SHEET, BEGIN_BOOK, END_BOOK, BEGIN_SHEETS, END_SHEETS = 19, 129, 130, 131, 132, 143, 144
BEGIN_ROWS, END_ROWS, AREA, SHEET, BEGIN_STRINGS, END_STRINGS = 145, 146, 148, 156, 159, 160
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Formula:
    """A formula whose value the workbook keeps."""

    value: float


def record(kind: int, content: bytes = b"") -> bytes:
    size, length = len(content), bytearray()
    while True:
        size, low = size >> 7, size & 0x7F
        length.append(low | (0x80 if size else 0))
        if not size:
            break
    return (bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])) + bytes(length) + content


def wide(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<I", len(data) // 2) + data


def cell(column: int, value: Any, shared: dict[str, int]) -> bytes:
    head = struct.pack("<II", column, 0)
    if value is None:
        return record(BLANK, head)
    if isinstance(value, bool):
        return record(BOOL, head + bytes([value]))
    if isinstance(value, Formula):
        # the formula itself is the number: PtgNum
        return record(
            FORMULA_NUMBER, head + struct.pack("<dHI", value.value, 0, 9) + b"\x1f" + struct.pack("<dI", value.value, 0)
        )
    if isinstance(value, int | float):
        return record(REAL, head + struct.pack("<d", value))
    if value in ERRORS:
        return record(ERROR, head + bytes([ERRORS[value]]))
    if value.startswith("'"):
        return record(TEXT, head + wide(value[1:]))
    return record(SHARED, head + struct.pack("<I", shared.setdefault(value, len(shared))))


def sheet_part(rows: Sequence[Sequence[Any]], shared: dict[str, int], stray: tuple[int, int] | None = None) -> bytes:
    width = max(map(len, rows), default=1)
    parts = [
        record(BEGIN_SHEET),
        record(AREA, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)),
        record(BEGIN_ROWS),
    ]
    for number, cells in enumerate(rows):
        parts.append(record(ROW, struct.pack("<IIHBHI", number, 0, 300, 0, 0, 0)))
        parts += [cell(column, value, shared) for column, value in enumerate(cells)]
    if stray:
        row, column = stray
        parts += [record(ROW, struct.pack("<IIHBHI", row, 0, 300, 0, 0, 0)), cell(column, 1, shared)]
    return b"".join([*parts, record(END_ROWS), record(END_SHEET)])


def links(targets: Iterable[tuple[str, str]]) -> str:
    each = (
        f'<Relationship Id="rId{i}" Type="{LINKS}/{kind}" Target="{to}"/>' for i, (kind, to) in enumerate(targets, 1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{"".join(each)}</Relationships>'


def write_binary_book(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], stray: tuple[int, int] | None = None
) -> Path:
    """Write a workbook; a text that begins with an apostrophe stands in its cell, others among the shared texts.

    Every sheet may hold a stray cell far from the others, by row and column from 0.
    """
    shared: dict[str, int] = {}
    pages = {f"worksheets/sheet{i}.bin": sheet_part(rows, shared, stray) for i, rows in enumerate(sheets.values(), 1)}
    listed = b"".join(
        record(SHEET, struct.pack("<II", 0, i) + wide(f"rId{i}") + wide(name)) for i, name in enumerate(sheets, 1)
    )
    texts = b"".join(record(ITEM, b"\0" + wide(text)) for text in shared)
    book = record(BEGIN_BOOK) + record(BEGIN_SHEETS) + listed + record(END_SHEETS) + record(END_BOOK)
    count = struct.pack("<II", len(shared), len(shared))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"/>')
        archive.writestr("_rels/.rels", links([("officeDocument", "xl/workbook.bin")]))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            links([*(("worksheet", page) for page in pages), ("sharedStrings", "sharedStrings.bin")]),
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/sharedStrings.bin", record(BEGIN_STRINGS, count) + texts + record(END_STRINGS))
        for page, content in pages.items():
            archive.writestr(f"xl/{page}", content)
    return path
