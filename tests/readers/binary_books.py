"""Binary workbooks (.xlsb) for the tests: the records of BIFF12 that a table needs, and those that say how it is shown.

Libraries write few of them. Source: [MS-XLSB], sections 2.1.4 (records), 2.4 (record types), 2.5 (their fields).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROW, BLANK, RK, ERROR, BOOL, REAL, TEXT, SHARED = range(8)
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR, RICH = 8, 9, 10, 11, 62
ITEM, BEGIN_SHEET, END_SHEET, BEGIN_BOOK, END_BOOK, BEGIN_SHEETS, END_SHEETS = 19, 129, 130, 131, 132, 143, 144
BEGIN_ROWS, END_ROWS, AREA, SHEET, BEGIN_STRINGS, END_STRINGS = 145, 146, 148, 156, 159, 160
BOOK_PROPERTIES, MERGED, BEGIN_MERGED, END_MERGED = 153, 176, 177, 178
FONT, FORMAT, FILL, BORDER, STYLE, NAMED_STYLE = 43, 44, 45, 46, 47, 48
BEGIN_STYLES, END_STYLES, BEGIN_FILLS, BEGIN_FONTS, BEGIN_BORDERS, BEGIN_FORMATS = 278, 279, 603, 611, 613, 615
BEGIN_CELL_STYLES, BEGIN_NAMED_STYLES, BEGIN_PARENT_STYLES = 617, 619, 626
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OWN_FORMATS = 164
COLOUR, BORDER_LINE = struct.pack("<BBhI", 1, 0, 0, 0xFF000000), bytes(10)


@dataclass(frozen=True)
class Formula:
    """A formula whose value the workbook keeps: a number, a text, a truth value, or the name of an error."""

    value: Any


@dataclass(frozen=True)
class Shown:
    """A value with the number of its style."""

    value: Any
    style: int


@dataclass(frozen=True)
class Short:
    """A value that stands right of the one before and does not say its column."""

    value: Any


@dataclass(frozen=True)
class Rk:
    """A number in the four bytes of an RK number."""

    bits: int


@dataclass(frozen=True)
class Rich:
    """A text with the letter from which each font holds, in the cell or among the shared texts."""

    text: str
    fonts: tuple[tuple[int, int], ...]
    shared: bool = True


@dataclass(frozen=True)
class Format:
    """A style: the code of its number format, or the number of one that is built in; steps of indent; font."""

    code: str | int = 0
    indent: int = 0
    font: int = 0


@dataclass(frozen=True)
class BinarySheet:
    """A sheet: its rows, levels and hidden rows by number, merged ranges (top, left, bottom, right), and its state."""

    rows: Sequence[Sequence[Any]]
    levels: Mapping[int, int] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    merged: Sequence[tuple[int, int, int, int]] = ()
    state: int = 0
    kind: str = "worksheet"
    first: int = 0
    """Number of its first row."""


def record(kind: int, content: bytes = b"") -> bytes:
    size, length = len(content), bytearray()
    while True:
        size, low = size >> 7, size & 0x7F
        length.append(low | (0x80 if size else 0))
        if not size:
            break
    return (bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])) + bytes(length) + content


def wide(text: str) -> bytes:
    data = text.encode("utf-16-le", "surrogatepass")
    return struct.pack("<I", len(data) // 2) + data


def rich(text: Rich | str) -> bytes:
    if isinstance(text, str):
        return b"\0" + wide(text)
    runs = b"".join(struct.pack("<HH", *run) for run in text.fonts)
    return b"\1" + wide(text.text) + struct.pack("<I", len(text.fonts)) + runs


def cell(column: int, value: Any, shared: dict[Any, int]) -> bytes:
    """Return the record of one cell."""
    short = isinstance(value, Short)
    value = value.value if short else value
    style = value.style if isinstance(value, Shown) else 0
    value = value.value if isinstance(value, Shown) else value
    kind, content = said(value, shared)
    if short:
        return record(kind + 11, struct.pack("<I", style) + content)
    return record(kind, struct.pack("<II", column, style) + content)


def said(value: Any, shared: dict[Any, int]) -> tuple[int, bytes]:
    """Return the type of a cell's record and what follows its place."""
    if value is None:
        return BLANK, b""
    if isinstance(value, bool):
        return BOOL, bytes([value])
    if isinstance(value, Formula):
        return formula(value.value)
    if isinstance(value, Rk):
        return RK, struct.pack("<I", value.bits)
    if isinstance(value, int | float):
        return REAL, struct.pack("<d", value)
    if isinstance(value, Rich) and not value.shared:
        return RICH, rich(value)
    if isinstance(value, str) and value in ERRORS:
        return ERROR, bytes([ERRORS[value]])
    if isinstance(value, str) and value.startswith("'"):
        return TEXT, wide(value[1:])
    return SHARED, struct.pack("<I", shared.setdefault(value, len(shared)))


def formula(value: Any) -> tuple[int, bytes]:
    # the formula itself is the number nought: PtgNum
    after = struct.pack("<HIBdI", 0, 9, 0x1F, 0.0, 0)
    if isinstance(value, bool):
        return FORMULA_BOOL, bytes([value]) + after
    if isinstance(value, int | float):
        return FORMULA_NUMBER, struct.pack("<d", value) + after
    if value in ERRORS:
        return FORMULA_ERROR, bytes([ERRORS[value]]) + after
    return FORMULA_TEXT, wide(value) + after


def row_record(number: int, level: int = 0, hidden: bool = False) -> bytes:
    return record(ROW, struct.pack("<IIHBBBI", number, 0, 300, 0, level | hidden << 4, 0, 0))


def sheet_part(sheet: BinarySheet, shared: dict[Any, int], stray: tuple[int, int] | None = None) -> bytes:
    width, last = max([1, *map(len, sheet.rows)]), sheet.first + max(len(sheet.rows), 1) - 1
    parts = [record(BEGIN_SHEET), record(AREA, struct.pack("<IIII", sheet.first, last, 0, width - 1))]
    parts.append(record(BEGIN_ROWS))
    for number, cells in enumerate(sheet.rows, sheet.first):
        parts.append(row_record(number, sheet.levels.get(number, 0), number in sheet.hidden))
        parts += [cell(column, value, shared) for column, value in enumerate(cells)]
    if stray:
        row, column = stray
        parts += [row_record(row), cell(column, 1, shared)]
    parts.append(record(END_ROWS))
    if sheet.merged:
        parts.append(record(BEGIN_MERGED, struct.pack("<I", len(sheet.merged))))
        parts += [record(MERGED, struct.pack("<IIII", a, c, b, d)) for a, b, c, d in sheet.merged]
        parts.append(record(END_MERGED))
    return b"".join([*parts, record(END_SHEET)])


def styles_part(formats: Sequence[Format]) -> bytes:
    """Return the part of styles; font 0 is plain, font 1 is struck out, font 2 is italic."""
    own = list(dict.fromkeys(style.code for style in formats if isinstance(style.code, str)))
    numbers = {code: OWN_FORMATS + at for at, code in enumerate(own)}
    codes = [record(FORMAT, struct.pack("<H", number) + wide(code)) for code, number in numbers.items()]
    fonts = [
        record(FONT, struct.pack("<HHHHBBBB", 220, flags, 400, 0, 0, 2, 0, 0) + COLOUR + b"\0" + wide("Calibri"))
        for flags in (0, 8, 2)
    ]
    fills = [record(FILL, struct.pack("<I", at) + COLOUR * 2 + bytes(48)) for at in (0, 17)]
    borders = [record(BORDER, b"\0" + BORDER_LINE * 5)]
    cells = [_style(0, numbers.get(style.code, style.code), style) for style in formats]
    named = [record(NAMED_STYLE, struct.pack("<IHBB", 0, 1, 0, 0) + wide("Normal"))]
    lists = [
        (BEGIN_FORMATS, BEGIN_FORMATS + 1, codes),
        (BEGIN_FONTS, BEGIN_FONTS + 1, fonts),
        (BEGIN_FILLS, BEGIN_FILLS + 1, fills),
        (BEGIN_BORDERS, BEGIN_BORDERS + 1, borders),
        (BEGIN_PARENT_STYLES, BEGIN_PARENT_STYLES + 1, [_style(0xFFFF, 0, Format(font=2))]),
        (BEGIN_CELL_STYLES, BEGIN_CELL_STYLES + 1, cells),
        (BEGIN_NAMED_STYLES, BEGIN_NAMED_STYLES + 1, named),
    ]
    parts = [
        record(begin, struct.pack("<I", len(each))) + b"".join(each) + record(end) for begin, end, each in lists if each
    ]
    return record(BEGIN_STYLES) + b"".join(parts) + record(END_STYLES)


def _style(parent: int, number: Any, style: Format) -> bytes:
    aligned = 1 if style.indent else 0
    head = struct.pack("<HHHHHBB", parent, number, style.font, 0, 0, 0, style.indent)
    return record(STYLE, head + struct.pack("<HH", aligned | 0x1000 | 2 << 3, 0))


def links(targets: Iterable[tuple[str, str]]) -> str:
    each = (
        f'<Relationship Id="rId{i}" Type="{LINKS}/{kind}" Target="{to}"/>' for i, (kind, to) in enumerate(targets, 1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{"".join(each)}</Relationships>'


def write_binary_book(path: Path, sheets: Mapping[str, BinarySheet | Sequence[Sequence[Any]]], **how: Any) -> Path:
    """Write a workbook to a file; see `binary_book`."""
    path.write_bytes(binary_book(sheets, **how))
    return path


def binary_book(
    sheets: Mapping[str, BinarySheet | Sequence[Sequence[Any]]],
    stray: tuple[int, int] | None = None,
    formats: Sequence[Format] = (),
    since_1904: bool = False,
    replaced: Mapping[str, bytes | None] | None = None,
) -> bytes:
    """Make a workbook; a text that begins with an apostrophe stands in its cell, others among the shared texts.

    Every sheet may hold a stray cell far from the others, by row and column from 0. Parts may be replaced or left out.
    """
    shared: dict[Any, int] = {}
    whole = [sheet if isinstance(sheet, BinarySheet) else BinarySheet(sheet) for sheet in sheets.values()]
    pages = {f"{sheet.kind}s/sheet{i}.bin": sheet_part(sheet, shared, stray) for i, sheet in enumerate(whole, 1)}
    listed = b"".join(
        record(SHEET, struct.pack("<II", sheet.state, i) + wide(f"rId{i}") + wide(name))
        for i, (name, sheet) in enumerate(zip(sheets, whole, strict=True), 1)
    )
    texts = b"".join(record(ITEM, rich(text)) for text in shared)
    properties = record(BOOK_PROPERTIES, struct.pack("<III", since_1904, 0, 0)) if since_1904 else b""
    count = struct.pack("<II", len(shared), len(shared))
    targets = [*((sheet.kind, page) for sheet, page in zip(whole, pages, strict=True))]
    targets.append(("sharedStrings", "sharedStrings.bin"))
    parts: dict[str, Any] = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": links([("officeDocument", "xl/workbook.bin")]),
        "xl/_rels/workbook.bin.rels": links([*targets, ("styles", "styles.bin")] if formats else targets),
        "xl/workbook.bin": b"".join(
            [record(BEGIN_BOOK), properties, record(BEGIN_SHEETS), listed, record(END_SHEETS), record(END_BOOK)]
        ),
        "xl/sharedStrings.bin": record(BEGIN_STRINGS, count) + texts + record(END_STRINGS),
        **{f"xl/{page}": content for page, content in pages.items()},
    }
    parts |= {"xl/styles.bin": styles_part(formats)} if formats else {}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | dict(replaced or {})).items():
            if content is not None:
                archive.writestr(name, content)
    return stream.getvalue()
