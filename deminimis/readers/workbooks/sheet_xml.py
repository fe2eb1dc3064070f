"""What an xlsx file tells beyond the fast reader: formulas without value, number formats, rows, hidden sheets.

A sheet is searched as bytes, never parsed: 200,000 rows are 90 MB of XML. Every sheet is looked through once while the
fast reader works; what needs another look at it is found only when asked for.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.files.files import unpacked
from deminimis.readers.workbooks.number_formats import Styles, date_text, read_styles, shown_digits, whole_digits
from deminimis.readers.workbooks.row_facts import (
    FEW,
    ODD,
    Range,
    RowFacts,
    any_of,
    cell_tags,
    column_index,
    column_letters,
    merged_ranges,
    row_facts,
    tag_prefix,
    without_value,
)
from deminimis.readers.workbooks.strikes import RARE, WORD, Strikes, struck_cells, struck_strings
from deminimis.readers.workbooks.workbook_parts import (
    BOOK,
    STRINGS,
    STYLES,
    counts_from_1904,
    parsed_part,
    sheet_members,
)

FORMULA, PREFIXED_FORMULA = re.compile(rb"<f[ />]"), re.compile(rb":f[ />]")
LEVELLED_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\s(?:[^>]*\s)?outlineLevel\s*=\s*["'][1-9]""")
HIDDEN_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\s(?:[^>]*\s)?hidden\s*=\s*["'](?:1|true)""")
LARGE = 1 << 20
"""Bytes of XML from which on the engine that has to be told a pattern anew each time is the faster one."""
SEARCHED = 32 << 20
"""Bytes of XML up to which a sheet is searched for stray cells."""
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]{1,4})(\d{1,9})"')
FAR = re.compile(rb"""r=["'](?:[A-Za-z]{2,}\d|[A-Za-z]?\d{7})""")
REFERENCE = re.compile(rb"""\br=["']([A-Za-z]*)(\d+)["']""")
NUMBER = re.compile(
    rb"\s*(?:<(?:[\w.-]+:)?f(?:\s[^>]*)?/>|<(?:[\w.-]+:)?f(?:\s[^>]*[^>/])?>.*?</(?:[\w.-]+:)?f>)?"
    rb"\s*<(?:[\w.-]+:)?v[^>]*>([^<]+)<",
    re.DOTALL,
)
STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
ISO_TYPE = re.compile(rb"""\st\s*=\s*["']d["']""")

Place = tuple[int, int]


@dataclass(frozen=True)
class SheetXml:
    """One sheet of an xlsx file.

    Parameters
    ----------
    data : bytes
        The file.
    member : str
        Name of the sheet inside it.
    without_value : tuple of (row, column)
        Formulas saved without value; row and column count from 0.
    styles : Styles
        What the workbook's styles say.
    as_expected : bool
        Below the header, the id columns hold text and the number columns hold numbers.
    has_outline, has_hidden_rows : bool
        Some row has an outline level above 0, some row is hidden.
    date1904 : bool
        Days count from 1904-01-01.
    strikes : Strikes
        What strikes its cells out.

    Notes
    -----
    The methods unpack and search the sheet anew at every call, which takes a second for 200,000 rows.
    """

    data: bytes = field(repr=False)
    member: str
    without_value: tuple[Place, ...] = ()
    styles: Styles = field(default_factory=Styles)
    as_expected: bool = False
    has_outline: bool = False
    has_hidden_rows: bool = False
    date1904: bool = False
    strikes: Strikes = field(default_factory=Strikes)

    def rows(self) -> RowFacts:
        """Return outline levels and hidden rows, found in one pass."""
        return row_facts(self._read()) if self.has_outline or self.has_hidden_rows else RowFacts()

    def row_outline_levels(self) -> dict[int, int]:
        """Return the outline level of every row that has one above 0; rows count from 0."""
        return self.rows().levels if self.has_outline else {}

    def hidden_rows(self) -> frozenset[int]:
        """Return the rows that are hidden or filtered out; they count from 0."""
        return self.rows().hidden if self.has_hidden_rows else frozenset()

    def merged_ranges(self) -> tuple[Range, ...]:
        """Return the merged ranges as (first row, first column, last row, last column), from 0, ends included."""
        return merged_ranges(self._read())

    def indents(self, column: int) -> dict[int, int]:
        """Return by how many steps the cells of a column are indented, by row; only those that are."""
        steps = self.styles.indents
        if not steps:
            return {}
        cells = cell_tags(self._read(), [column])
        return {cell.row: steps[style] for cell in cells if (style := _style(cell.attributes)) in steps}

    def percents(self, columns: Iterable[int]) -> frozenset[Place]:
        """Return the numbers that are shown as per cent, by (row, column)."""
        if not self.styles.percents:
            return frozenset()
        cells = cell_tags(self._read(), columns, numbers=True)
        return frozenset((c.row, c.column) for c in cells if _style(c.attributes) in self.styles.percents)

    def padded(self, columns: Iterable[int]) -> dict[Place, str]:
        """Return the text of the whole numbers that are shown with leading zeros or letters, by (row, column)."""
        return self.shown_numbers(columns)[0]

    def date_cells(self, columns: Iterable[int]) -> dict[Place, str]:
        """Return the numbers that are shown as a day or a time, as such, by (row, column)."""
        return self.shown_numbers(columns)[1]

    def shown_numbers(self, columns: Iterable[int]) -> tuple[dict[Place, str], dict[Place, str]]:
        """Return what `padded` and `date_cells` return, found in one pass."""
        padded: dict[Place, str] = {}
        dates: dict[Place, str] = {}
        wanted = frozenset(columns)
        xml = self._read() if wanted else b""
        for cell in cell_tags(xml, wanted, numbers=True):
            style = _style(cell.attributes)
            iso = ISO_TYPE.search(cell.attributes) is not None
            shown, is_day = self.styles.shown.get(style), iso or style in self.styles.dates
            number = NUMBER.match(xml, cell.end) if shown or is_day else None
            if number is None or cell.attributes.endswith(b"/"):
                continue
            value = number[1].decode(errors="replace").strip()
            if is_day:
                dates[cell.row, cell.column] = date_text(value, self.date1904)
            elif shown and (digits := whole_digits(value)) is not None:
                padded[cell.row, cell.column] = shown_digits(digits, shown)
        return padded, dates

    def numeric(self, cells: Iterable[Place]) -> set[Place]:
        """Return which cells hold a number, not a text of digits."""
        wanted = set(cells)
        if not wanted:
            return set()
        found = cell_tags(self._read(), {column for _, column in wanted}, numbers=True)
        return {place for cell in found if (place := (cell.row, cell.column)) in wanted}

    def struck(self, columns: Iterable[int]) -> dict[Place, bool]:
        """Return the cells that are struck out, by (row, column), and whether they are as a whole."""
        return struck_cells(self._read(), columns, self.strikes) if self.strikes else {}

    def _read(self) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return archive.read(self.member)


def _style(attributes: bytes) -> int:
    said = STYLE.search(attributes)
    return int(said[1]) if said else 0


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
    if not any(FAR.search(part) for part in _parts(data, archive, member)):
        return 0
    width = height = 1
    for part in _parts(data, archive, member):
        for letters, row in REFERENCE.findall(part):
            width = max(width, column_index(letters.upper()) + 1)
            height = max(height, int(row[:18]))
    return width * height


def _parts(data: bytes, archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Yield the sheet in parts that begin with a tag."""
    rest = b""
    for piece in unpacked(data, archive, archive.getinfo(member)):
        whole = rest + piece
        cut = max(whole.rfind(b"<"), 0)
        yield whole[:cut]
        rest = whole[cut:]
    yield rest


def scan_sheets(data: bytes, expected: Mapping[str, Expected]) -> dict[str, SheetXml]:
    """Look through every sheet of an xlsx file.

    Parameters
    ----------
    data : bytes
        The file.
    expected : mapping of sheet name to Expected
        Which columns hold numbers and ids.

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
            seen = _scan(data, archive, member, expected.get(name, Expected()))
            without = without_value(archive.read(member)) if seen.formulas else ()
            strikes = Strikes(styles.struck, strings, seen.strikes)
            found[name] = SheetXml(
                data, member, without, styles, seen.kept, seen.levels, seen.hidden, since_1904, strikes
            )
        return found


def _struck_strings(data: bytes, archive: zipfile.ZipFile) -> dict[int, bool]:
    """Return the shared texts that are struck out; only where one is are they unpacked as a whole."""
    if STRINGS not in archive.namelist() or not any(WORD in part for part in _parts(data, archive, STRINGS)):
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


def _scan(data: bytes, archive: zipfile.ZipFile, member: str, expected: Expected) -> _Seen:
    """Look through a sheet once, part by part, so that it is never unpacked as a whole."""
    broken, hint = _broken_promise(expected), _broken_hint(expected)
    seen, prefixed = _Seen(), False
    for index, part in enumerate(_parts(data, archive, member)):
        prefixed = prefixed or (index == 0 and tag_prefix(part) != b"")
        kept = seen.kept
        if broken is not None and kept:
            usual = not prefixed and not ODD.search(part[: part.rfind(b"<", 0, FEW)])
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
    return rb'<c r="(?:' + b"|".join(way for way, given in ((text, numbers), (number, ids)) if given) + rb")"


def _broken_promise(expected: Expected) -> re.Pattern[bytes] | None:
    """Return what finds text or truth values in number columns, and numbers or dates in id columns."""
    numbers, ids = (any_of(map(column_letters, columns)) for columns in (expected.numbers, expected.ids))
    text = numbers + rb'(\d+)"[^>]* t="(?![en]")' if numbers else rb"(?!)()"
    number = ids + rb'(\d+)"(?![^>]* t="(?![nd]"))[^>/]*>' if ids else rb"(?!)()"
    return re.compile(rb'<c r="(?:' + text + rb"|" + number + rb")") if numbers or ids else None
