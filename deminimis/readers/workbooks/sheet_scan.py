"""One look through every sheet of an xlsx file while the fast reader works: what it has to be asked about later.

A sheet is searched as bytes, part by part; noted are formulas without value, levels, hidden rows, strikes, and whether
the columns hold what the header promises. What needs another look is found only when `SheetXml` is asked for it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.files.files import unpacked
from deminimis.readers.workbooks.number_formats import Styles, read_styles
from deminimis.readers.workbooks.row_facts import (
    FEW,
    ODD,
    WIDEST,
    any_of,
    column_index,
    column_letters,
    tag_prefix,
    without_value,
)
from deminimis.readers.workbooks.sheet_xml import SheetXml
from deminimis.readers.workbooks.strikes import RARE, WORD, Strikes, struck_strings
from deminimis.readers.workbooks.workbook_parts import (
    BOOK,
    STRINGS,
    STYLES,
    counts_from_1904,
    parsed_part,
    sheet_members,
)

ROW = b'<row r="'
FORMULA, PREFIXED_FORMULA = re.compile(rb"<f[ />]"), re.compile(rb":f[ />]")
LEVELLED_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\s(?:[^>]*\s)?outlineLevel\s*=\s*["'][1-9]""")
HIDDEN_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\s(?:[^>]*\s)?hidden\s*=\s*["'](?:1|true)""")
NOTED = rb"<f[ />]|<row\s[^>]*(?:outlineLevel|hidden)\s*=|" + WORD
"""Found in a sheet of the usual kind if a formula, a level, a hidden row or a strike is in it."""
LARGE = 1 << 20
"""Bytes of XML from which on the engine that has to be told a pattern anew each time is the faster one."""
SEARCHED = 32 << 20
"""Bytes of XML up to which a sheet is searched for stray cells."""
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]{1,4})(\d{1,9})"')
FAR = re.compile(rb"""r=["'](?:[A-Za-z]{2,}\d|[A-Za-z]?\d{7})""")
REFERENCE = re.compile(rb"""\br=["']([A-Za-z]*)(\d+)["']""")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the first rows of a sheet promise: its number columns, its id columns and its header row, from 0."""

    numbers: frozenset[int] = frozenset()
    ids: frozenset[int] = frozenset()
    header: int = -1


def largest_area(data: bytes) -> int:
    """Return the cells of the rectangle that the widest sheet spans, 0 if no sheet has more than 26 columns.

    Parameters
    ----------
    data : bytes
        An xlsx file.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        A cell stands in a column that no sheet has: the fast reader makes all before it, which takes minutes.

    Notes
    -----
    The fast reader allots the whole rectangle, and the process dies if it is too large: one stray cell is enough. A
    sheet of more than 32 MB is taken at its own word, for the search would take a seventh of the time of reading it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return max((_area(data, archive, member) for member in sheet_members(archive).values()), default=0)


def _area(data: bytes, archive: zipfile.ZipFile, member: str) -> int:
    if archive.getinfo(member).file_size > SEARCHED:
        with archive.open(member) as stream:
            said = DIMENSION.search(stream.read(FEW))
        if said:
            return (column_index(said[1]) + 1) * int(said[2])
    if not any(FAR.search(part) for part in sheet_parts(data, archive, member)):
        return 0
    width = height = 1
    for part in sheet_parts(data, archive, member):
        for letters, row in REFERENCE.findall(part):
            width = max(width, column_index(letters.upper()) + 1)
            height = max(height, int(row[:18]))
            if width > WIDEST:
                raise ValueError(f"a sheet spans {width} columns, and no sheet has more than {WIDEST}")
    return width * height


def sheet_parts(data: bytes, archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Unpack a sheet part by part.

    Parameters
    ----------
    data : bytes
        An xlsx file.
    archive : ZipFile
        The same, opened.
    member : str
        The sheet in it.

    Yields
    ------
    bytes
        Each begins with a row that says its number, or with another tag where there is none.
    """
    rest = b""
    for piece in unpacked(data, archive, archive.getinfo(member)):
        cut = piece.rfind(ROW)
        if cut < 0:
            piece, rest = rest + piece, b""
            cut = max(piece.rfind(ROW), 0) or max(piece.rfind(b"<"), 0)
        if part := b"".join((rest, memoryview(piece)[:cut])):
            yield part
        rest = piece[cut:]
    if rest:
        yield rest


def scan_sheets(
    data: bytes, expected: Mapping[str, Expected], takers: Mapping[str, Callable[[bytes], None]] = MappingProxyType({})
) -> dict[str, SheetXml]:
    """Look through every sheet of an xlsx file.

    Parameters
    ----------
    data : bytes
        The file.
    expected : mapping of sheet name to Expected
        Which columns hold numbers and ids.
    takers : mapping of sheet name to callable
        Take the parts of some sheets before they are looked through.

    Returns
    -------
    dict
        Sheet name to `SheetXml`.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = read_styles(parsed_part(archive, STYLES)) if STYLES in archive.namelist() else Styles()
        since_1904 = counts_from_1904(parsed_part(archive, BOOK))
        strings = _struck_strings(data, archive)
        found = {}
        for name, member in sheet_members(archive).items():
            parts = sheet_parts(data, archive, member)
            if taker := takers.get(name):
                parts = _taken(parts, taker)
            seen = _scan(parts, expected.get(name, Expected()))
            without = without_value(archive.read(member)) if seen.formulas else ()
            strikes = Strikes(styles.struck, strings, seen.strikes)
            found[name] = SheetXml(
                data, member, without, styles, seen.kept, seen.levels, seen.hidden, since_1904, strikes
            )
        return found


def _struck_strings(data: bytes, archive: zipfile.ZipFile) -> dict[int, bool]:
    """Return the shared texts that are struck out; only where one is are they unpacked as a whole."""
    if STRINGS not in archive.namelist() or not any(WORD in part for part in sheet_parts(data, archive, STRINGS)):
        return {}
    return struck_strings(archive.read(STRINGS))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one pass shows: formulas, levels, hidden rows, strikes, and whether ids are text and numbers numbers."""

    formulas: bool = False
    levels: bool = False
    hidden: bool = False
    kept: bool = True
    strikes: bool = False


def _taken(parts: Iterable[bytes], taker: Callable[[bytes], None]) -> Iterator[bytes]:
    for part in parts:
        taker(part)
        yield part


def _scan(parts: Iterable[bytes], expected: Expected) -> _Seen:
    """Look through a sheet once, part by part, so that it is never unpacked as a whole."""
    broken, hint = _broken_promise(expected), _broken_hint(expected)
    seen, prefixed = _Seen(), False
    for index, part in enumerate(parts):
        prefixed = prefixed or (index == 0 and tag_prefix(part) != b"")
        usual = not prefixed and not ODD.search(part[: part.rfind(b"<", 0, FEW)])
        if usual and seen == _Seen() and len(part) > LARGE and not _holds(part, _either(hint, NOTED)):
            continue
        kept = seen.kept
        if broken is not None and kept:
            surely = len(part) > LARGE and not _holds(part, hint)
            kept = usual and (surely or _only_above(part, broken, expected.header + 1))
        # a word is found ten times as fast as a pattern, and most sheets hold neither
        seen = _Seen(
            seen.formulas or (PREFIXED_FORMULA if prefixed else FORMULA).search(part) is not None,
            seen.levels or (b"outlineLevel=" in part and LEVELLED_ROW.search(part) is not None),
            seen.hidden or (b"hidden=" in part and HIDDEN_ROW.search(part) is not None),
            kept,
            seen.strikes or (RARE in part and WORD in part),
        )
    return seen


def _holds(part: bytes, pattern: bytes) -> bool:
    """Return whether a pattern is found; Arrow's engine is three times as fast as Python's and lets others work."""
    ends = pa.array([0, len(part)], pa.int64()).buffers()[1]
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(part)])
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())


def _only_above(part: bytes, broken: re.Pattern[bytes], row: int) -> bool:
    """Return whether nothing but rows up to one breaks what the columns promise."""
    return all(int(match[1] or match[2]) <= row for match in broken.finditer(part))


def _broken_hint(expected: Expected) -> bytes:
    """Return a pattern without looking ahead that finds whatever `_broken_promise` finds, and hardly more."""
    numbers, ids = (any_of(map(column_letters, columns)) for columns in (expected.numbers, expected.ids))
    text = numbers + rb'\d+"[^>]* t="(?:[^en]|[en][^"])'
    # No type, or one of a number: a blank begins something else than t, or t is no type, or the type is n or d.
    number = ids + rb'\d+"(?:[^>/ ]| [^t>/]| t[^=>/]| t=[^">/]| t="[nd])* ?>'
    ways = b"|".join(way for way, given in ((text, numbers), (number, ids)) if given)
    return rb'<c r="(?:' + ways + rb")" if ways else b""


def _either(*patterns: bytes) -> bytes:
    return b"|".join(filter(None, patterns))


def _broken_promise(expected: Expected) -> re.Pattern[bytes] | None:
    """Return what finds text or truth values in number columns, and numbers or dates in id columns."""
    numbers, ids = (any_of(map(column_letters, columns)) for columns in (expected.numbers, expected.ids))
    text = numbers + rb'(\d+)"[^>]* t="(?![en]")' if numbers else rb"(?!)()"
    number = ids + rb'(\d+)"(?![^>]* t="(?![nd]"))[^>/]*>' if ids else rb"(?!)()"
    return re.compile(rb'<c r="(?:' + text + rb"|" + number + rb")") if numbers or ids else None
