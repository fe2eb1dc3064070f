"""What a sheet's XML tells beyond the fast reader: formulas without value, number formats, which cells are numbers.

Searched as bytes, never parsed: a sheet of 200,000 rows is 90 MB of XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

CHUNK = 1 << 20
FEW = 1 << 16
"""Bytes of a chunk that show whether cells are written in the usual order of attributes."""
CELL = re.compile(rb"<(?:\w+:)?c ([^>]*)>(<(?:\w+:)?f[ />].*?)</(?:\w+:)?c>", re.DOTALL)
VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]")
FORMULA, PREFIXED_FORMULA = re.compile(rb"<f[ >]"), re.compile(rb":f[ >]")
SEARCHED = 32 << 20
"""Bytes of XML up to which a sheet is searched for stray cells."""
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]{1,4})(\d{1,9})"')
FAR = re.compile(rb"""r=["'](?:[A-Za-z]{2,}\d|[A-Za-z]?\d{7})""")
REFERENCE = re.compile(rb"""\br=["']([A-Za-z]*)(\d+)["']""")
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
PADDED = re.compile(r"0[0\-./ ]*0")


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
    formats : mapping of style number to number format
        Styles that print leading zeros.
    as_expected : bool
        Below the header, the id columns hold text and the number columns hold numbers.
    """

    data: bytes = field(repr=False)
    member: str
    without_value: tuple[tuple[int, int], ...] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    as_expected: bool = False

    def padded(self, columns: Iterable[int]) -> dict[tuple[int, int], str]:
        """Return the text of the numbers that are shown with leading zeros, by (row, column)."""
        if not self.formats:
            return {}
        wanted = set(columns)
        styles = b"|".join(str(style).encode() for style in self.formats)
        cell = re.compile(
            rb'<(?:\w+:)?c (?=[^>]*\br="([A-Z]+)(\d+)")(?![^>]*\bt="[^n])[^>]*\bs="(' + styles + rb')"[^>]*>'
            rb"(?:<(?:\w+:)?f.*?</(?:\w+:)?f>)?<(?:\w+:)?v>(\d+)</"
        )
        shown = {}
        for letters, row, style, digits in cell.findall(self._read()):
            if (column := column_index(letters)) in wanted:
                shown[int(row) - 1, column] = pad(digits.decode(), self.formats[int(style)])
        return shown

    def numeric(self, cells: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """Return which cells hold a number, not a text of digits."""
        wanted = set(cells)
        if not wanted:
            return set()
        found = re.findall(rb'<(?:\w+:)?c (?![^>]*\bt="[^n])[^>]*\br="([A-Z]+)(\d+)"', self._read())
        return {place for letters, row in found if (place := (int(row) - 1, column_index(letters))) in wanted}

    def _read(self) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return archive.read(self.member)


def column_index(letters: bytes) -> int:
    """Return the index of a column from its letters.

    Examples
    --------
    >>> column_index(b"A"), column_index(b"AB")
    (0, 27)
    """
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def pad(digits: str, number_format: str) -> str:
    """Return whole digits as a zero-padded number format prints them.

    Examples
    --------
    >>> pad("123", "00000"), pad("1234567", "000-000")
    ('00123', '1234-567')
    """
    left = list(digits.rjust(number_format.count("0"), "0"))
    shown: list[str] = []
    for sign in reversed(number_format):
        shown.append(left.pop() if sign == "0" else sign)
    return "".join(left) + "".join(reversed(shown))


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
        return max((_area(archive, member) for member in sheet_members(archive).values()), default=0)


def _area(archive: zipfile.ZipFile, member: str) -> int:
    if archive.getinfo(member).file_size > SEARCHED:
        with archive.open(member) as stream:
            said = DIMENSION.search(stream.read(FEW))
        if said:
            return (column_index(said[1]) + 1) * int(said[2])
    if not any(FAR.search(part) for part in _parts(archive, member)):
        return 0
    width = height = 1
    for part in _parts(archive, member):
        for letters, row in REFERENCE.findall(part):
            width = max(width, column_index(letters.upper()) + 1)
            height = max(height, int(row[:18]))
    return width * height


def _parts(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Yield the sheet in parts that begin with a tag."""
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            whole = rest + chunk
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
        formats = _padded_formats(archive)
        members = sheet_members(archive)
        found = {}
        for name, member in members.items():
            formulas, kept = _scan(archive, member, expected.get(name, Expected()))
            without = _without_value(archive.read(member)) if formulas else ()
            found[name] = SheetXml(data, member, without, formats, kept)
        return found


def _scan(archive: zipfile.ZipFile, member: str, expected: Expected) -> tuple[bool, bool]:
    """Return whether the sheet holds formulas, and whether below the header ids are text and numbers are numbers."""
    broken = _broken_promise(expected)
    formulas, kept = False, True
    for part in _parts(archive, member):
        prefixed = b":c r=" in part[:FEW]
        formulas = formulas or bool((PREFIXED_FORMULA if prefixed else FORMULA).search(part))
        if broken is not None and kept:
            rows = (int(match[1] or match[2]) for match in broken.finditer(part))
            few = part[: part.rfind(b"<", 0, FEW)]
            usual = not prefixed and few.count(b"<c ") == few.count(b'<c r="')
            kept = usual and all(row <= expected.header + 1 for row in rows)
    return formulas, kept


def _broken_promise(expected: Expected) -> re.Pattern[bytes] | None:
    """Return what finds text or truth values in number columns, and numbers in id columns."""
    numbers, ids = (_any_of(map(column_letters, columns)) for columns in (expected.numbers, expected.ids))
    text = numbers + rb'(\d+)"[^>]* t="(?![en]")' if numbers else rb"(?!)()"
    number = ids + rb'(\d+)"(?![^>]* t="(?!n"))[^>/]*>' if ids else rb"(?!)()"
    return re.compile(rb'<c r="(?:' + text + rb"|" + number + rb")") if numbers or ids else None


def _any_of(letters: Iterable[bytes]) -> bytes:
    """Return a pattern for one of several columns; a class of single letters is searched fastest."""
    words = sorted(letters)
    single = b"".join(word for word in words if len(word) == 1)
    ways = [b"[" + single + b"]"] * bool(single) + [word for word in words if len(word) > 1]
    return b"(?:" + b"|".join(ways) + b")" if ways else b""


def column_letters(index: int) -> bytes:
    """Return the letters of a column from its index.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    (b'A', b'AB')
    """
    letters = b""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        letters = bytes([65 + letter]) + letters
    return letters


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheets' names and where they stand in the file, in the order of the workbook."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names = set(archive.namelist())
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(link, "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if member in names:
                found[sheet.get("name", "")] = member
    return found


def _padded_formats(archive: zipfile.ZipFile) -> dict[int, str]:
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {node.get("numFmtId"): node.get("formatCode", "") for node in styles.iter() if node.tag.endswith("}numFmt")}
    padded = {key: code.replace("\\", "").replace('"', "") for key, code in codes.items()}
    cells = next((node for node in styles if node.tag.endswith("}cellXfs")), ())
    formats = [padded.get(style.get("numFmtId"), "") for style in cells]
    return {index: code for index, code in enumerate(formats) if PADDED.fullmatch(code) and code != "0.0"}


def _without_value(xml: bytes) -> tuple[tuple[int, int], ...]:
    found = []
    for attributes, inner in CELL.findall(xml):
        place = PLACE.search(attributes)
        if place and b't="str"' not in attributes and not VALUE.search(inner):
            found.append((int(place[2]) - 1, column_index(place[1])))
    return tuple(found)
