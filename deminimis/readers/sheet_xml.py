"""What a sheet's XML tells beyond the fast reader: formulas without value, number formats, which cells are numbers.

Searched as bytes, never parsed: a sheet of 200,000 rows is 90 MB of XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

CHUNK = 1 << 22
CELL = re.compile(rb"<(?:\w+:)?c ([^>]*)>(<(?:\w+:)?f[ />].*?)</(?:\w+:)?c>", re.DOTALL)
VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]")
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
PADDED = re.compile(r"0[0\-./ ]*0")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
    """

    data: bytes = field(repr=False)
    member: str
    without_value: tuple[tuple[int, int], ...] = ()
    formats: Mapping[int, str] = field(default_factory=dict)

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


def scan_sheets(data: bytes) -> dict[str, SheetXml]:
    """Look through every sheet of an xlsx file.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    dict
        Sheet name to `SheetXml`.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        formats = _padded_formats(archive)
        members = _members(archive)
        return {
            name: SheetXml(data, member, _without_value(archive, member), formats) for name, member in members.items()
        }


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names = set(archive.namelist())
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            target = targets.get(sheet.get(RELATION), "")
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


def _without_value(archive: zipfile.ZipFile, member: str) -> tuple[tuple[int, int], ...]:
    if not _holds_formulas(archive, member):
        return ()
    found = []
    for attributes, inner in CELL.findall(archive.read(member)):
        place = PLACE.search(attributes)
        if place and b't="str"' not in attributes and not VALUE.search(inner):
            found.append((int(place[2]) - 1, column_index(place[1])))
    return tuple(found)


def _holds_formulas(archive: zipfile.ZipFile, member: str) -> bool:
    last = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if b"<f>" in chunk or b"<f " in chunk or b":f>" in chunk or b":f " in chunk or b"<f" in last + chunk[:3]:
                return True
            last = chunk[-3:]
    return False
