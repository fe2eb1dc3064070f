"""The parts of a binary workbook (.xlsb) beside its sheets: list of sheets, styles, shared texts; and how each is read.

Source: [MS-XLSB] 2.1.4 (records), 2.4 (their types), 2.5 (their fields).
"""

from __future__ import annotations

import csv
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TypeVar
from xml.etree.ElementTree import ParseError

from deminimis.readers.workbooks.book import Style
from deminimis.readers.workbooks.workbook_parts import parsed_part
from deminimis.readers.workbooks.xlsb_records import LINKS, records
from deminimis.readers.workbooks.xlsb_texts import Said, rich_text, wide_text

BOOK = "xl/workbook.bin"
ITEM, FONT, FORMAT, STYLE = 19, 43, 44, 47
BOOK_PROPERTIES, SHEET, BEGIN_STYLES, END_STYLES = 153, 156, 617, 618
"""Types of records: BrtSSTItem, BrtFont, BrtFmt, BrtXF, BrtWbProp, BrtBundleSh, BrtBeginCellXFs, BrtEndCellXFs."""
STRUCK = 8
"""Bit of the flags of a font: [MS-XLSB] 2.5.53, fStrikeout."""
NO_TEXT = 0xFFFFFFFF
PIECE = 1 << 20
RECORD_LIMIT = 16 << 20
"""Bytes of one record; a text of 32,767 letters with a format for each has fifty times less."""
RECORDS_LIMIT, CELLS_LIMIT = 60_000_000, 20_000_000
STYLES_LIMIT = 1_000_000
"""Records of the styles; a workbook has 65,430 formats at most."""

Item = TypeVar("Item")
Record = tuple[int, bytes, int, int]


@dataclass(slots=True)
class Allowance:
    """What a workbook may still hold: records of all its parts, and filled cells of all its sheets."""

    records: int = RECORDS_LIMIT
    cells: int = CELLS_LIMIT


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A sheet as the list of sheets names it, and the part that holds its rows."""

    name: str
    member: str
    hidden: bool


def part_records(archive: zipfile.ZipFile, member: str, allowance: Allowance) -> Iterator[Record]:
    """Yield the records of a part.

    Parameters
    ----------
    archive : ZipFile
    member : str
        Name of the part.
    allowance : Allowance
        The records are taken off.

    Yields
    ------
    kind : int
    piece : bytes
        Some records of the part.
    start, end : int
        Where the content of the record stands in the piece.

    Raises
    ------
    ValueError
        The part is missing or damaged, ends within a record, or holds too many or too large ones.
    """
    piece, done = b"", 0
    for more in chain(_pieces(archive, member), [b""]):
        piece, done, found = piece[done:] + more, 0, 0
        if len(piece) > RECORD_LIMIT:
            raise ValueError(f"{member} has a record larger than any cell")
        for kind, start, size in records(piece):
            end = start + size
            # at the end of a piece the size itself may be cut off
            if end > len(piece) or (more and end == len(piece)):
                break
            yield kind, piece, start, end
            found += 1
            done = end
        allowance.records -= found
        if allowance.records < 0:
            raise ValueError(f"the workbook holds more than {RECORDS_LIMIT} records")
    if done != len(piece):
        raise ValueError(f"{member} ends within a record")


def _pieces(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    try:
        with archive.open(member) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (KeyError, EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{member} cannot be read ({error})") from None


def contains(archive: zipfile.ZipFile, member: str, sought: bytes) -> bool:
    """Return whether some bytes stand in a part.

    Raises
    ------
    ValueError
        The part is missing or damaged.
    """
    before = b""
    for piece in _pieces(archive, member):
        if sought in piece or sought in before + piece[: len(sought)]:
            return True
        before = (before + piece[-len(sought) :])[-len(sought) :]
    return False


def linked_parts(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Return the parts that the workbook links to.

    Parameters
    ----------
    archive : ZipFile

    Returns
    -------
    dict of link to (kind, part)
        The kind is the last word of the link's type, such as worksheet or styles.

    Raises
    ------
    ValueError
        The list of links cannot be read.
    """
    try:
        links = parsed_part(archive, LINKS)
    except (KeyError, OSError, RuntimeError, ParseError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{LINKS} cannot be read ({error})") from None
    found = {}
    for link in links:
        target = link.get("Target", "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], member)
    return found


def read_list(parts: Iterable[Record], links: Mapping[str, tuple[str, str]]) -> tuple[list[ListedSheet], bool]:
    """Read the list of sheets and whether days count from 1904-01-01.

    Parameters
    ----------
    parts : iterable of records
        Of the workbook part.
    links : mapping of link to (kind, part)

    Returns
    -------
    list of ListedSheet
        Sheets of charts, dialogs and macros, and those without a part, are left out.
    bool

    Raises
    ------
    ValueError
        The list is damaged, links to nothing, or to one part twice.

    Notes
    -----
    Source: [MS-XLSB] 2.4, BrtBundleSh and BrtWbProp.
    """
    sheets, since_1904 = [], False
    for kind, piece, start, end in parts:
        if kind == BOOK_PROPERTIES and end > start:
            since_1904 = bool(piece[start] & 1)
        elif kind == SHEET:
            if end - start < 12:
                raise ValueError("the list of sheets is damaged")
            if struct.unpack_from("<I", piece, start + 8)[0] == NO_TEXT:
                continue
            link, after = wide_text(piece, start + 8, end)
            if link not in links:
                raise ValueError("a sheet has no part")
            what, member = links[link]
            if what == "worksheet":
                name = wide_text(piece, after, end)[0]
                sheets.append(ListedSheet(name, member, piece[start] != 0))
    if len({sheet.member for sheet in sheets}) < len(sheets):
        raise ValueError("two sheets have one part")
    return sheets, since_1904


def read_styles(parts: Iterable[Record]) -> tuple[list[Style], frozenset[int]]:
    """Read the styles of cells, and which fonts are struck out.

    Parameters
    ----------
    parts : iterable of records
        Of the part of styles.

    Returns
    -------
    list of Style
    frozenset of int
        Fonts, by number.

    Raises
    ------
    ValueError
        The part is damaged.

    Notes
    -----
    Source: [MS-XLSB] 2.4.681 (BrtFmt), 2.4.683 (BrtFont), 2.4.862 (BrtXF).
    """
    codes, struck, styles = dict(built_in_codes()), set(), []
    fonts, cells = 0, False
    for kind, piece, start, end in at_most(STYLES_LIMIT, parts):
        if kind in (BEGIN_STYLES, END_STYLES):
            cells = kind == BEGIN_STYLES
        elif kind not in (FONT, FORMAT, STYLE):
            continue
        elif end - start < 4 + 8 * (kind == STYLE):
            raise ValueError("a style is damaged")
        elif kind == FORMAT:
            codes[int.from_bytes(piece[start : start + 2], "little")] = wide_text(piece, start + 2, end)[0]
        elif kind == FONT:
            if piece[start + 2] & STRUCK:
                struck.add(fonts)
            fonts += 1
        elif cells:
            styles.append((*struct.unpack_from("<2xHH", piece, start), piece[start + 11]))
    return [Style(codes.get(code, "General"), steps, font in struck) for code, font, steps in styles], frozenset(struck)


def read_texts(parts: Iterable[Record], struck: Collection[int]) -> list[Said]:
    """Read the shared texts.

    Parameters
    ----------
    parts : iterable of records
        Of the part of shared texts.
    struck : collection of int
        Fonts that are struck out.

    Returns
    -------
    list of Said

    Raises
    ------
    ValueError
        The part is damaged, or holds more texts than a workbook may hold cells.
    """
    items = (rich_text(piece, start, end, struck) for kind, piece, start, end in parts if kind == ITEM)
    return list(at_most(CELLS_LIMIT, items))


@cache
def built_in_codes() -> dict[int, str]:
    """Return the codes of the number formats that a file names by number alone.

    Examples
    --------
    >>> built_in_codes()[9], built_in_codes()[27]
    ('0%', 'yyyy-mm-dd')

    Notes
    -----
    The formats of the local currency stand without its sign: the file does not say which it is.
    """
    with files(__package__).joinpath("built_in_formats.csv").open(encoding="utf-8") as stream:
        return {int(row["number"]): row["code"] for row in csv.DictReader(stream)}


def at_most(limit: int, items: Iterable[Item]) -> Iterator[Item]:
    """Yield some items.

    Raises
    ------
    ValueError
        There are more than the limit.

    Examples
    --------
    >>> list(at_most(2, "ab"))
    ['a', 'b']
    """
    for number, item in enumerate(items):
        if number >= limit:
            raise ValueError(f"the workbook holds more than {limit} texts, styles or merged cells")
        yield item
