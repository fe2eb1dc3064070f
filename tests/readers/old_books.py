"""Old Excel workbooks (.xls) for the tests: the few records of BIFF8 that a table needs, in their container.

Source: [MS-XLS], sections 2.1.4 (records), 2.4 (record types) and 2.5 (structures); [MS-CFB], sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
DATE_MODE, FONT, FORMAT, XF, STYLE, SHEET, SST, RECALC_ID = 0x22, 0x31, 0x41E, 0xE0, 0x293, 0x85, 0xFC, 0x1C1
AREA, ROW, NUMBER, RK, MUL_RK, LABEL_SST = 0x200, 0x208, 0x203, 0x27E, 0xBD, 0xFD
FORMULA, STRING, BOOL_ERR, BLANK, MERGED = 0x06, 0x207, 0x205, 0x201, 0xE5
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
RECORD_LIMIT = 8224
SECTOR, SMALL, CUTOFF = 512, 64, 4096
TABLE_MARK, END_MARK, FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
FIRST_STYLE = 1
"""The style before it is the one that all others come from."""


@dataclass(frozen=True)
class Shown:
    """A cell with the code of its number format (or the number of a built-in one), its indent and whether it is struck.

    Without value it is a blank cell.
    """

    value: Any = None
    code: str | int = 0
    indent: int = 0
    struck: bool = False


@dataclass(frozen=True)
class Saved:
    """A formula with the value that was saved; empty text is also what programs save that do not calculate."""

    value: Any


@dataclass(frozen=True)
class Parts:
    """A text of parts, each with whether it is struck."""

    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class OldSheet:
    """Rows of cells and what they look like; all places count from 0. More records may stand at the end."""

    rows: Sequence[Sequence[Any]] = ()
    levels: Mapping[int, int] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: bool = False
    more: bytes = b""


@dataclass
class Shared:
    """What the cells of all sheets share; it grows while they are written."""

    texts: dict[str | Parts, int] = field(default_factory=dict)
    styles: dict[tuple[str | int, int, bool], int] = field(default_factory=dict)

    def style(self, cell: Shown) -> int:
        return self.styles.setdefault((cell.code, cell.indent, cell.struck), FIRST_STYLE + len(self.styles))

    def text(self, text: str | Parts) -> int:
        return self.texts.setdefault(text, len(self.texts))


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def wide(text: str, length: str = "<H") -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack(length, len(data) // 2) + b"\1" + data


def small_number(value: int) -> bytes:
    return struct.pack("<I", (value << 2 | 2) & 0xFFFFFFFF)


def begin(kind: int) -> bytes:
    return record(BOF, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def formula_records(head: bytes, value: Any) -> bytes:
    text = b""
    if value == "":
        saved = b"\3\0\0\0\0\0\xff\xff"
    elif isinstance(value, bool):
        saved = b"\1\0" + bytes([value]) + b"\0\0\0\xff\xff"
    elif value in ERRORS:
        saved = b"\2\0" + bytes([ERRORS[value]]) + b"\0\0\0\xff\xff"
    elif isinstance(value, str):
        saved, text = b"\0\0\0\0\0\0\xff\xff", record(STRING, wide(value))
    else:
        saved = struct.pack("<d", value)
    # the formula itself is the number 1: PtgInt
    return record(FORMULA, head + saved + struct.pack("<HIH", 0, 0, 3) + b"\x1e\1\0") + text


def cell_records(row: int, column: int, cell: Any, shared: Shared) -> bytes:
    shown = cell if isinstance(cell, Shown) else Shown(cell)
    value = shown.value
    head = struct.pack("<HHH", row, column, shared.style(shown))
    if value is None:
        return record(BLANK, head) if isinstance(cell, Shown) else b""
    if isinstance(value, Saved):
        return formula_records(head, value.value)
    if isinstance(value, bool):
        return record(BOOL_ERR, head + bytes([value, 0]))
    if isinstance(value, int) and abs(value) < 1 << 29:
        return record(RK, head + small_number(value))
    if isinstance(value, int | float):
        return record(NUMBER, head + struct.pack("<d", value))
    if value in ERRORS:
        return record(BOOL_ERR, head + bytes([ERRORS[value], 1]))
    return record(LABEL_SST, head + struct.pack("<I", shared.text(value)))


def row_records(row: int, cells: Sequence[Any], shared: Shared) -> bytes:
    if len(cells) > 1 and all(type(cell) is int for cell in cells):
        style = struct.pack("<H", shared.style(Shown()))
        numbers = b"".join(style + small_number(cell) for cell in cells)
        return record(MUL_RK, struct.pack("<HH", row, 0) + numbers + struct.pack("<H", len(cells) - 1))
    return b"".join(cell_records(row, column, cell, shared) for column, cell in enumerate(cells))


def sheet_part(sheet: OldSheet, shared: Shared) -> bytes:
    height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
    parts = [begin(0x10), record(AREA, struct.pack("<IIHHH", 0, height, 0, width, 0))]
    for row, cells in enumerate(sheet.rows):
        flags = sheet.levels.get(row, 0) | (row in sheet.hidden_rows) << 5 | 0x100
        parts.append(record(ROW, struct.pack("<HHHHHHI", row, 0, len(cells), 255, 0, 0, flags)))
        parts.append(row_records(row, cells, shared))
    if sheet.merged:
        corners = (struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in sheet.merged)
        parts.append(record(MERGED, struct.pack("<H", len(sheet.merged)) + b"".join(corners)))
    return b"".join([*parts, sheet.more, record(EOF)])


def shared_texts(texts: Sequence[str | Parts]) -> bytes:
    """Write the texts; one that does not fit in the record runs on in the next."""
    records = [bytearray(struct.pack("<II", len(texts), len(texts)))]
    for text in texts:
        parts = text.parts if isinstance(text, Parts) else ()
        data = (text if isinstance(text, str) else "".join(part for part, _ in parts)).encode("utf-16-le")
        runs, at = b"", 0
        for part, struck in parts:
            runs, at = runs + struct.pack("<HH", at, int(struck)), at + len(part.encode("utf-16-le")) // 2
        if len(records[-1]) + 8 > RECORD_LIMIT:
            records.append(bytearray())
        records[-1] += struct.pack("<HB", len(data) // 2, 9 if runs else 1)
        records[-1] += struct.pack("<H", len(parts)) if runs else b""
        while len(records[-1]) + len(data) > RECORD_LIMIT:
            room = (RECORD_LIMIT - len(records[-1])) // 2 * 2
            records[-1] += data[:room]
            data = data[room:]
            records.append(bytearray(b"\1"))
        records[-1] += data + runs
    return record(SST, bytes(records[0])) + b"".join(record(CONTINUE, bytes(each)) for each in records[1:])


def style_records(shared: Shared) -> bytes:
    fonts = [
        struct.pack("<HHHHHBBBB", 200, flags, 0x7FFF, 400, 0, 0, 0, 0, 0) + wide("Arial", "<B") for flags in (0, 8)
    ]
    own = dict.fromkeys(code for code, _, _ in shared.styles if isinstance(code, str))
    keys: dict[str | int, int] = {code: 164 + at for at, code in enumerate(own)}
    cells = [(0, 0, 0xFFF4, 0x20, 0, 0, 0, 0, 0, 0, 0)]
    for code, indent, struck in shared.styles:
        cells.append((int(struck), keys.get(code, code), 1, 0x20, 0, indent, 0, 0, 0, 0, 0))  # type: ignore[arg-type]
    return b"".join(
        [
            *(record(FONT, font) for font in fonts),
            *(record(FORMAT, struct.pack("<H", keys[code]) + wide(code)) for code in own),
            *(record(XF, struct.pack("<HHHBBBBIHHH", *cell)) for cell in cells),
            record(STYLE, b"\0\x80\0\xff"),
        ]
    )


def workbook_stream(
    sheets: Mapping[str, OldSheet], since_1904: bool = False, calculated: bool = True, more: bytes = b""
) -> bytes:
    shared = Shared()
    shared.style(Shown())
    parts = [sheet_part(sheet, shared) for sheet in sheets.values()]
    head = begin(0x05) + record(DATE_MODE, struct.pack("<H", since_1904)) + style_records(shared)
    tail = record(RECALC_ID, struct.pack("<HHI", RECALC_ID, 0, 124519)) if calculated else b""
    tail += shared_texts(list(shared.texts)) + more + record(EOF)
    at = len(head) + len(tail) + sum(4 + 6 + len(wide(name, "<B")) for name in sheets)
    listed = []
    for (name, sheet), part in zip(sheets.items(), parts, strict=True):
        listed.append(record(SHEET, struct.pack("<IBB", at, sheet.hidden, 0) + wide(name, "<B")))
        at += len(part)
    return b"".join([head, *listed, tail, *parts])


def padded(data: bytes, size: int, filling: bytes = b"\0") -> bytes:
    return data + filling * (-len(data) % size)


def chain(first: int, count: int, end: int = END_MARK) -> list[int]:
    return [*range(first + 1, first + count), end] if count else []


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    title = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(title), kind, 1, FREE, FREE, child)
    return title.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


def compound_file(stream: bytes, name: str = "Workbook", circle: bool = False) -> bytes:
    """Put a stream into a container; a short one stands among its small sectors. In a circle, its end leads back."""
    short = len(stream) < CUTOFF
    body = padded(padded(stream, SMALL), SECTOR)
    small_count = -(-len(stream) // SMALL) if short else 0
    small = struct.pack(f"<{small_count}I", *chain(0, small_count, 0 if circle else END_MARK))
    small = padded(small, SECTOR, b"\xff")
    small_sectors, sectors = len(small) // SECTOR, len(body) // SECTOR
    tables = 1
    while tables * SECTOR // 4 < tables + 1 + small_sectors + sectors:
        tables += 1
    folder, small_at, body_at = tables, tables + 1, tables + 1 + small_sectors
    links = [TABLE_MARK] * tables + [END_MARK] + chain(small_at, small_sectors)
    links += chain(body_at, sectors, body_at if circle and not short else END_MARK)
    root = (body_at, len(body)) if short else (END_MARK, 0)
    entries = entry("Root Entry", 5, 1, *root) + entry(name, 2, FREE, 0 if short else body_at, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack(
        "<IIIIIIIII", 0, tables, folder, 0, CUTOFF, small_at if short else END_MARK, small_sectors, END_MARK, 0
    )
    header += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    table = padded(struct.pack(f"<{len(links)}I", *links), SECTOR, b"\xff")
    return header + table + padded(entries, SECTOR) + small + body


def write_old_book(
    path: Path,
    sheets: Mapping[str, OldSheet | Sequence[Sequence[Any]]],
    since_1904: bool = False,
    calculated: bool = True,
) -> Path:
    """Write a workbook; rows of whole numbers alone stand in one record.

    It is calculated if the number of an engine stands in it.
    """
    whole = {name: sheet if isinstance(sheet, OldSheet) else OldSheet(sheet) for name, sheet in sheets.items()}
    path.write_bytes(compound_file(workbook_stream(whole, since_1904, calculated)))
    return path
