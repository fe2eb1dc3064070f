"""The records of an old Excel workbook (.xls), taken out of its container and checked before a library reads them.

The container (OLE2) is a small file system, and its links may run in circles; so may the records. What a table does not
need is blanked: names, drawings, charts and filters can then neither break nor delay the library.
Source: [MS-CFB] sections 2.2 to 2.6 (container), [MS-XLS] sections 2.1.7 and 2.3 (records).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import Struct

PLACES_LIMIT = 50_000_000
"""Cells of the rows up to their last one, and rows, of all sheets: the library keeps a place for each."""
FILLED_LIMIT = 5_000_000
"""Cells that say something, of all sheets."""
TEXT_LIMIT = 200_000_000
"""Characters of all cells; each may point at the same long text."""
RUN_COST = 40
"""Characters that a part of a text with a font of its own costs beside its text."""
GLOBALS_LIMIT = 1 << 17
"""Fonts, formats, styles and sheets of a workbook; a cell can name 65,536 styles."""
CHAIN_END = 0xFFFFFFFB
"""Sector numbers from it on are marks."""
HEADER_LINKS = 109
STORED, ROOT = 2, 0
BOF, EOF, CONTINUE, BLANKED = 0x809, 0x0A, 0x3C, 0xFFFF
SHEET, TEXTS, STYLE, FORMAT, PASSWORD, RECALCULATED = 0x85, 0xFC, 0xE0, 0x41E, 0x2F, 0x1C1
SHARED, FORMULA, NUMBERS, MERGED = 0xFD, 0x06, 0xBD, 0xE5
OF_BOOK = frozenset((BOF, EOF, CONTINUE, SHEET, TEXTS, STYLE, FORMAT, 0x31, 0x22, 0x42))
"""Beside the above: fonts, the count of days, the code page."""
CELLS = frozenset((SHARED, FORMULA, NUMBERS, 0x203, 0x204, 0x205, 0x27E, 0xD6))
OF_SHEET = CELLS | {BOF, EOF, CONTINUE, 0x207, 0x208, 0x225, 0x4BC, 0x221, 0x236, 0x37, 0x36, 0x21}
"""Beside cells: texts of formulas, rows, their default, and what may stand between a formula and its text."""
VERSIONS = (0x0500, 0x0600)
EMPTY_TEXT, NO_NUMBER = 3, b"\xff\xff"
"""Marks of a formula's value. Source: [MS-XLS] 2.5.133."""
HEAD, PLACE, LONG, CORNERS = Struct("<HH"), Struct("<HH"), Struct("<I"), Struct("<4H")

Range = tuple[int, int, int, int]
Record = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the records of a sheet say that the library does not tell.

    Parameters
    ----------
    hidden : bool
    merged : tuple of (first row, first column, last row, last column)
        Counted from 0, both ends included.
    not_calculated : frozenset of (row, column)
        Formulas that were saved without their value.
    """

    hidden: bool
    merged: tuple[Range, ...]
    not_calculated: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _SheetRead:
    merged: tuple[Range, ...]
    empty: tuple[tuple[int, int], ...]
    formulas: int
    places: int
    filled: int
    text: int


@dataclass(frozen=True, slots=True)
class XlsStream:
    """The records of a workbook without those a table does not need, and the facts of its worksheets in their order."""

    records: bytes
    sheets: tuple[SheetFacts, ...]


def sound_stream(data: bytes) -> XlsStream:
    """Take the records of a workbook out of its container, and check that they can be read within bounds.

    Parameters
    ----------
    data : bytes
        An .xls file.

    Returns
    -------
    XlsStream

    Raises
    ------
    ValueError
        The container or the records are damaged, need a password, are of another version, or are too many.

    Notes
    -----
    A formula is not calculated if its value is the empty text, no formula of the workbook has another value, and no
    engine has left its number: so write programs that do not calculate. Source: [MS-XLS] 2.4.127, 2.4.215, 2.5.133.
    """
    stream = bytearray(_workbook_stream(data))
    listed, costs, calculated = _read_globals(stream)
    places = [place for place, _ in listed]
    if len(set(places)) < len(places):
        raise ValueError("two sheets stand at the same place")
    ends = dict(pairwise([*sorted(places), len(stream)]))
    sheets = [_read_sheet(stream, place, ends[place], costs) for place in places]
    _check(sheets)
    never = not calculated and all(sheet.formulas == len(sheet.empty) for sheet in sheets)
    facts = (
        SheetFacts(hidden, sheet.merged, frozenset(sheet.empty if never else ()))
        for (_, hidden), sheet in zip(listed, sheets, strict=True)
    )
    return XlsStream(bytes(stream), tuple(facts))


def _workbook_stream(data: bytes) -> bytes:
    """Return the stream of the workbook: of Excel 97 and later if there is one, else of Excel 5."""
    size, small = 1 << min(data[30], 20), 1 << min(data[32], 20)
    table = _joined(data, size, _table_sectors(data, size))
    links = array("I", table[: len(table) // 4 * 4])
    folder = _joined(data, size, _chain(links, LONG.unpack_from(data, 48)[0]))
    found = _entries_of_root(folder)
    entry = found.get("workbook", found.get("book"))
    if entry is None:
        raise ValueError("holds no workbook")
    start, length = LONG.unpack_from(entry, 116)[0], LONG.unpack_from(entry, 120)[0]
    if length >= LONG.unpack_from(data, 56)[0]:
        return _joined(data, size, _chain(links, start))[:length]
    within = _joined(data, size, _chain(links, LONG.unpack_from(folder, 116)[0]))
    small_links = array("I", _joined(data, size, _chain(links, LONG.unpack_from(data, 60)[0])))
    # the small sectors count from the start of their stream, those of the file from behind a header
    return _joined(bytes(small) + within, small, _chain(small_links, start))[:length]


def _table_sectors(data: bytes, size: int) -> Iterator[int]:
    """Yield the sectors of the table of links: the first stand in the header, others in a chain of sectors."""
    yield from (s for s in array("I", data[76 : 76 + 4 * HEADER_LINKS]) if s < CHAIN_END)
    sector, left = LONG.unpack_from(data, 68)[0], len(data) // size
    while sector < CHAIN_END and left:
        *listed, sector = array("I", data[(sector + 1) * size : (sector + 2) * size])
        yield from (s for s in listed if s < CHAIN_END)
        left -= 1


def _chain(links: Sequence[int], sector: int) -> Iterator[int]:
    while sector < CHAIN_END:
        yield sector
        sector = links[sector]


def _joined(data: bytes, size: int, sectors: Iterator[int]) -> bytes:
    parts, left = [], len(data)
    for sector in sectors:
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        left -= size
        if left < 0:
            raise ValueError("the sectors of its container run in a circle")
    return b"".join(parts)


def _entries_of_root(folder: bytes) -> dict[str, bytes]:
    """Return the streams of the root folder by their names; those of objects within the workbook stand in others."""
    entries = [folder[at : at + 128] for at in range(0, len(folder) // 128 * 128, 128)]
    found, seen = {}, {ROOT}
    waiting = [LONG.unpack_from(entries[ROOT], 76)[0]]
    while waiting:
        number = waiting.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        entry = entries[number]
        if entry[66] == STORED:
            name = entry[: max(HEAD.unpack_from(entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
            found[name.casefold()] = entry
        waiting += [LONG.unpack_from(entry, 68)[0], LONG.unpack_from(entry, 72)[0]]
    return found


def _records(stream: bytearray, at: int, end: int) -> Iterator[Record]:
    """Yield kind, place and size of the records of a part of the workbook; parts within it are blanked."""
    depth = 0
    while at + 4 <= end:
        kind, size = HEAD.unpack_from(stream, at)
        at += 4
        if at + size > end or (not depth and kind != BOF):
            break
        depth += kind == BOF
        if depth == 1:
            yield kind, at, size
        else:
            _blank(stream, at)
        depth -= kind == EOF
        if not depth:
            return
        at += size
    raise ValueError("its records are cut off, or its sheets overlap")


def _blank(stream: bytearray, at: int) -> None:
    HEAD.pack_into(stream, at - 4, BLANKED, HEAD.unpack_from(stream, at - 4)[1])


def _read_globals(stream: bytearray) -> tuple[list[tuple[int, bool]], list[int], bool]:
    """Return place and hiding of the worksheets, what each shared text costs, and whether an engine has calculated."""
    if len(stream) < 8 or HEAD.unpack_from(stream, 4)[0] not in VERSIONS:
        raise ValueError("is of an older version of Excel than 5.0")
    listed: list[tuple[int, bool]] = []
    texts: list[bytes] = []
    kinds = {BOF: 0}
    last = BOF
    for kind, at, size in _records(stream, 0, len(stream)):
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind == PASSWORD:
            raise ValueError("is protected by a password")
        if (kind == FORMAT and STYLE in kinds) or kinds.get(TEXTS, 0) > 1:
            raise ValueError("its styles or texts stand in an unknown order")
        if kind == SHEET and stream[at + 5] == 0:
            listed.append((LONG.unpack_from(stream, at)[0], bool(stream[at + 4] & 3)))
        last = last if kind == CONTINUE else kind
        if last == TEXTS:
            texts.append(bytes(stream[at : at + size]))
        elif kind not in OF_BOOK:
            _blank(stream, at)
    if sum(kinds.get(kind, 0) for kind in OF_BOOK - {TEXTS, CONTINUE}) > GLOBALS_LIMIT:
        raise ValueError("has too many styles")
    return listed, _text_costs(texts), RECALCULATED in kinds


def _read_sheet(stream: bytearray, start: int, end: int, costs: Sequence[int]) -> _SheetRead:
    merged: list[Range] = []
    empty: list[tuple[int, int]] = []
    formulas = filled = text = 0
    row, last, width, places = -1, -1, 0, 0
    for kind, at, size in _records(stream, start, end):
        if kind in CELLS:
            here, column = PLACE.unpack_from(stream, at)
            filled += 1
            if kind == SHARED:
                text += costs[LONG.unpack_from(stream, at + 6)[0]]
            elif kind == NUMBERS:
                column += (size - 6) // 6 - 1
                filled += (size - 6) // 6 - 1
            elif kind == FORMULA:
                formulas += 1
                if stream[at + 6] == EMPTY_TEXT and stream[at + 12 : at + 14] == NO_NUMBER:
                    empty.append((here, column))
            if here != row:
                places, width, row, last = places + width, 0, here, max(last, here)
            if column >= width:
                width = column + 1
        elif kind == MERGED:
            merged += CORNERS.iter_unpack(stream[at + 2 : at + size - (size - 2) % 8])
        if kind not in OF_SHEET:
            _blank(stream, at)
    ranges = tuple((top, left, bottom, right) for top, bottom, left, right in merged if top <= bottom and left <= right)
    return _SheetRead(ranges, tuple(empty), formulas, places + width + last + 1, filled, text)


def _check(sheets: Sequence[_SheetRead]) -> None:
    for said, limit, what in (
        (sum(sheet.filled for sheet in sheets), FILLED_LIMIT, "cells"),
        (sum(sheet.places for sheet in sheets), PLACES_LIMIT, "empty cells"),
        (sum(sheet.text for sheet in sheets), TEXT_LIMIT, "characters"),
    ):
        if said > limit:
            raise ValueError(f"has more than {limit} {what}")


def _text_costs(parts: Sequence[bytes]) -> list[int]:
    """Return what each shared text costs in characters; it may run on in the next record ([MS-XLS] 2.5.293)."""
    costs: list[int] = []
    part, at = 0, 8
    for _ in range(LONG.unpack_from(parts[0], 4)[0] if parts else 0):
        length, flags = int.from_bytes(parts[part][at : at + 2], "little"), parts[part][at + 2]
        runs = int.from_bytes(parts[part][at + 3 : at + 5], "little") if flags & 8 else 0
        at += 3 + 2 * bool(flags & 8)
        beyond = LONG.unpack_from(parts[part], at)[0] if flags & 4 else 0
        at += 4 * bool(flags & 4)
        left = length
        while left:
            width = 1 + (flags & 1)
            held = min((len(parts[part]) - at) // width, left)
            at, left = at + held * width, left - held
            if left:
                part, at, flags = part + 1, 1, parts[part + 1][0]
        at += 4 * runs + beyond
        while part < len(parts) and at >= len(parts[part]):
            part, at = part + 1, at - len(parts[part])
        costs.append(length + runs * RUN_COST)
    return costs
