"""Which cells of an xlsx file are struck out: by their style, or by the runs of a text that has several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deminimis.readers.workbooks.row_facts import cell_tags

WORD = b"strike"
"""Without it no part of a workbook strikes anything out."""
RARE = b"k"
"""Its letter that hardly stands in the XML of a sheet: one byte is found ten times as fast as a word."""
STRIKE = re.compile(rb"""<(?:[\w.-]+:)?strike(?:\s+val\s*=\s*["'](?:1|true|on)["'])?\s*/?>""")
STRING = re.compile(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.DOTALL)
INLINE = re.compile(rb"\s*<(?:[\w.-]+:)?is(?:\s[^>]*)?>(.*?)</(?:[\w.-]+:)?is>", re.DOTALL)
RUN = re.compile(rb"<(?:[\w.-]+:)?r(?:\s[^>]*)?>(.*?)</(?:[\w.-]+:)?r>", re.DOTALL)
TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)<")
STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
SHARED_INDEX = re.compile(rb"\s*<(?:[\w.-]+:)?v(?:\s[^>]*)?>\s*(\d+)")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Strikes:
    """What strikes cells out.

    Parameters
    ----------
    styles : frozenset of int
        Styles whose font is struck out.
    strings : mapping of int to bool
        Shared texts with a struck run: whether all of the text is.
    inline : bool
        The sheet itself may hold such texts.
    """

    styles: frozenset[int] = frozenset()
    strings: Mapping[int, bool] = field(default_factory=dict)
    inline: bool = False

    def __bool__(self) -> bool:
        """Return whether any cell may be struck out."""
        return bool(self.styles or self.strings or self.inline)


def struck_strings(xml: bytes) -> dict[int, bool]:
    """Find the shared texts of a workbook that are struck out, and say whether all of their text is.

    Parameters
    ----------
    xml : bytes
        The shared texts.

    Returns
    -------
    dict of index to bool

    Examples
    --------
    >>> run = b"<si><r><rPr><strike/></rPr><t>4</t></r><r><t>6</t></r></si>"
    >>> struck_strings(b"<sst><si><t>a strike</t></si>" + run + b"</sst>")
    {1: False}
    """
    if WORD not in xml:
        return {}
    texts = enumerate(found[1] or b"" for found in STRING.finditer(xml))
    return {index: _is_whole(text) for index, text in texts if STRIKE.search(text)}


def _is_whole(text: bytes) -> bool:
    """Return whether all runs of a text that say something are struck out."""
    runs = [run for run in RUN.findall(text) if any(said.strip() for said in TEXT.findall(run))]
    return all(STRIKE.search(run) for run in runs)


def struck_cells(xml: bytes, columns: Iterable[int], strikes: Strikes) -> dict[Place, bool]:
    """Find the cells of some columns that are struck out, and say whether they are as a whole.

    Parameters
    ----------
    xml : bytes
        The sheet.
    columns : iterable of int
        The columns, from 0.
    strikes : Strikes
        What strikes cells out.

    Returns
    -------
    dict of (row, column) to bool
        Counted from 0.

    Examples
    --------
    >>> struck_cells(b'<row r="2"><c r="A2" s="3"/><c r="B2"/></row>', [0, 1], Strikes(frozenset({3})))
    {(1, 0): True}
    """
    found: dict[Place, bool] = {}
    for cell in cell_tags(xml, columns):
        style = STYLE.search(cell.attributes)
        if style and int(style[1]) in strikes.styles:
            found[cell.row, cell.column] = True
        elif strikes.strings and SHARED.search(cell.attributes):
            index = SHARED_INDEX.match(xml, cell.end)
            whole = strikes.strings.get(int(index[1])) if index else None
            if whole is not None:
                found[cell.row, cell.column] = whole
        elif strikes.inline and (text := INLINE.match(xml, cell.end)) and STRIKE.search(text[1]):
            found[cell.row, cell.column] = _is_whole(text[1])
    return found
