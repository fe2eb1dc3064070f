"""Rows and cells of a sheet by their tags: outline levels, hidden rows, merged ranges, formulas saved without value.

The XML is searched as bytes. Sheets written the usual way (`<c r="B7" ...>`, no prefix) are searched fast; in all
others every tag of a row or cell is looked at, for there the place may have to be counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

FEW = 1 << 16
"""Bytes of a sheet within which its root stands."""
WIDEST = 16_384
"""Columns of the widest sheet."""
ROOT = re.compile(rb"<((?:[\w.-]+:)?)worksheet[\s>]")
ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)(\d+)["']""")
OUTLINE = re.compile(rb"""\soutlineLevel\s*=\s*["'](\d)["']""")
HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
RANGE = re.compile(rb"""\sref\s*=\s*["']([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?["']""")
ODD = re.compile(rb'<c(?! r="|[a-zA-Z])')
"""The start of a cell that is not written the usual way."""
USUAL_FORMULA = re.compile(rb'<c( r="[^>]*[^/])>(\s*<f[\s/>].*?</c>)', re.DOTALL)
ANY_FORMULA = re.compile(rb"\s*<(?:[\w.-]+:)?f[\s/>].*?</(?:[\w.-]+:)?c>", re.DOTALL)
VALUE = re.compile(rb"<(?:[\w.-]+:)?[vt](?:\s[^>/]*)?>\s*[^\s<]")
VALUE_TAG = re.compile(rb"<(?:[\w.-]+:)?[vt][\s/>]")
TEXT_TYPE = re.compile(rb"""\st\s*=\s*["']str["']""")
FORMULA_TAG = re.compile(rb"<(?:[\w.-]+:)?f(\s[^>]*)>")
SPREAD = re.compile(rb"""\st\s*=\s*["'](?:array|dataTable)["']""")
SPREAD_LIMIT = 1 << 20
"""Cells up to which a formula that fills a range is followed; a sheet has no more rows."""

Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class RowFacts:
    """Outline levels other than 0 by row, and the hidden rows; rows count from 0."""

    levels: dict[int, int] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CellTag:
    """The opening tag of a cell: its place from 0, its attributes, and where in the XML its content begins."""

    row: int
    column: int
    attributes: bytes
    end: int


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


def any_of(letters: Iterable[bytes]) -> bytes:
    """Return a pattern for one of several columns; a class of single letters is searched fastest.

    Examples
    --------
    >>> any_of([b"B", b"AA", b"A"])
    b'(?:[AB]|AA)'
    """
    words = sorted(letters)
    single = b"".join(word for word in words if len(word) == 1)
    ways = [b"[" + single + b"]"] * bool(single) + [word for word in words if len(word) > 1]
    return b"(?:" + b"|".join(ways) + b")" if ways else b""


def tag_prefix(xml: bytes) -> bytes:
    """Return the prefix of a sheet's tags with its colon, as a pattern: a literal start is searched fastest.

    Examples
    --------
    >>> tag_prefix(b"<x:worksheet>"), tag_prefix(b"<worksheet>")
    (b'x:', b'')
    """
    root = ROOT.search(xml[:FEW])
    return re.escape(root[1]) if root else b""


def row_facts(xml: bytes) -> RowFacts:
    """Find the outline levels and the hidden rows of a sheet.

    Parameters
    ----------
    xml : bytes
        The sheet.

    Returns
    -------
    RowFacts

    Notes
    -----
    Rows that a filter hides are written as hidden. Rows that are hidden by default (`zeroHeight`) stand in no tag and
    hold no cells.

    Examples
    --------
    >>> row_facts(b'<row r="2" outlineLevel="1"/><row r="3" hidden="1"/>')
    RowFacts(levels={1: 1}, hidden=frozenset({2}))
    """
    levels, hidden = {}, []
    row = -1
    for tag in re.finditer(rb"<" + tag_prefix(xml) + rb"row(\s[^>]*|/?)>", xml):
        number = ROW_NUMBER.search(tag[1])
        row = int(number[1]) - 1 if number else row + 1
        if (level := OUTLINE.search(tag[1])) and level[1] != b"0":
            levels[row] = int(level[1])
        if HIDDEN.search(tag[1]):
            hidden.append(row)
    return RowFacts(levels, frozenset(hidden))


def merged_ranges(xml: bytes) -> tuple[Range, ...]:
    """Find the merged ranges of a sheet.

    Parameters
    ----------
    xml : bytes
        The sheet.

    Returns
    -------
    tuple of (first row, first column, last row, last column)
        Counted from 0, both ends included.

    Examples
    --------
    >>> merged_ranges(b'<mergeCells><mergeCell ref="A2:C3"/></mergeCells>')
    ((1, 0, 2, 2),)
    """
    found = []
    for tag in re.finditer(rb"<" + tag_prefix(xml) + rb"mergeCell(\s[^>]*)>", xml):
        if place := RANGE.search(tag[1]):
            found.append(_corners(place))
    return tuple(found)


def _corners(place: re.Match[bytes]) -> Range:
    first, last = (
        (int(place[2]), column_index(place[1])),
        (int(place[4] or place[2]), column_index(place[3] or place[1])),
    )
    return first[0] - 1, first[1], last[0] - 1, last[1]


def is_usual(xml: bytes) -> bool:
    """Return whether every cell begins with its place, in double quotes and without prefix.

    Examples
    --------
    >>> is_usual(b'<row r="1"><c r="A1" s="2"/></row>'), is_usual(b'<row r="1"><c s="2" r="A1"/></row>')
    (True, False)
    """
    return not tag_prefix(xml) and not ODD.search(xml)


def cell_tags(xml: bytes, columns: Iterable[int], numbers: bool = False) -> Iterator[CellTag]:
    """Find the cells of some columns.

    Parameters
    ----------
    xml : bytes
        The sheet.
    columns : iterable of int
        The columns, from 0.
    numbers : bool
        Only cells of numbers and dates.

    Yields
    ------
    CellTag

    Examples
    --------
    >>> [(cell.row, cell.column) for cell in cell_tags(b"<row><c/><c r='D1'/><c/></row><row><c/></row>", [0, 4])]
    [(0, 0), (0, 4), (1, 0)]
    """
    wanted = frozenset(columns)
    if not wanted:
        return
    unlike = rb"""(?![^>]*\st\s*=\s*["'][^nd])""" if numbers else b""
    if is_usual(xml):
        letters = any_of(map(column_letters, wanted))
        for tag in re.finditer(rb'<c r="(' + letters + rb')(\d+)"' + unlike + rb"([^>]*)>", xml):
            yield CellTag(int(tag[2]) - 1, column_index(tag[1]), tag[3], tag.end())
        return
    kept = re.compile(unlike)
    for cell in _every_cell(xml):
        if cell.column in wanted and kept.match(cell.attributes):
            yield cell


def _every_cell(xml: bytes) -> Iterator[CellTag]:
    """Yield every cell; one that does not say its place stands right of the one before."""
    row = column = -1
    for tag in re.finditer(rb"<" + tag_prefix(xml) + rb"(row|c)(\s[^>]*|/?)>", xml):
        if tag[1] == b"row":
            number = ROW_NUMBER.search(tag[2])
            row, column = int(number[1]) - 1 if number else row + 1, -1
        else:
            place = REFERENCE.search(tag[2])
            column = column_index(place[1].upper()) if place else column + 1
            row = int(place[2]) - 1 if place else row
            yield CellTag(row, column, tag[2], tag.end())


def without_value(xml: bytes) -> tuple[tuple[int, int], ...]:
    """Find the formulas that were saved without their value.

    Parameters
    ----------
    xml : bytes
        The sheet.

    Returns
    -------
    tuple of (row, column)
        Counted from 0. A formula that fills a range stands for all its cells.

    Notes
    -----
    An empty value is none, save that of a formula whose result is text: there it is the empty text.

    Examples
    --------
    >>> without_value(b'<c r="A1"><f>1+1</f><v></v></c><c r="A2" t="str"><f>B1</f><v></v></c>')
    ((0, 0),)
    """
    found: dict[tuple[int, int], None] = {}
    for row, column, attributes, inner in _formulas(xml):
        valued = VALUE_TAG if TEXT_TYPE.search(attributes) else VALUE
        if not valued.search(inner):
            found |= dict.fromkeys([(row, column), *_filled(inner)])
    return tuple(found)


def _formulas(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Yield place, attributes and content of the cells that hold a formula."""
    if is_usual(xml):
        for cell in USUAL_FORMULA.finditer(xml):
            if place := REFERENCE.search(cell[1]):
                yield int(place[2]) - 1, column_index(place[1].upper()), cell[1], cell[2]
        return
    for tag in _every_cell(xml):
        inner = None if tag.attributes.endswith(b"/") else ANY_FORMULA.match(xml, tag.end)
        if inner:
            yield tag.row, tag.column, tag.attributes, inner[0]


def _filled(inner: bytes) -> list[tuple[int, int]]:
    """Return the cells that an array formula or a data table fills."""
    formula = FORMULA_TAG.search(inner)
    place = RANGE.search(formula[1]) if formula and SPREAD.search(formula[1]) else None
    if place is None:
        return []
    top, left, bottom, right = _corners(place)
    rows = range(top, min(bottom, top + SPREAD_LIMIT // max(right - left + 1, 1)) + 1)
    return [(row, column) for row in rows for column in range(left, right + 1)]
