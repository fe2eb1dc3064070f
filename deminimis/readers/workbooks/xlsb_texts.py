"""Texts of a binary workbook (.xlsb), with the parts that are struck out.

Source: [MS-XLSB] 2.5, XLWideString, RichStr (2.5.122) and StrRun.
"""

from __future__ import annotations

import struct
from collections.abc import Collection

from deminimis.readers.workbooks.book import Run

Said = tuple[float | str | bool | None, str, tuple[Run, ...]]
"""What a cell says: its value, the error in its place, the parts of a text of which some are struck out."""


def wide_text(piece: bytes, at: int, end: int) -> tuple[str, int]:
    """Return a text and where it ends; letters that are none in Unicode are replaced.

    Raises
    ------
    ValueError
        The text does not end within its record.

    Examples
    --------
    >>> wide_text(bytes([1, 0, 0, 0, 65, 0]), 0, 6)
    ('A', 6)
    """
    after = _end_of_text(piece, at, end)
    return piece[at + 4 : after].decode("utf-16-le", "replace"), after


def _end_of_text(piece: bytes, at: int, end: int) -> int:
    after: int = at + 4 + 2 * int.from_bytes(piece[at : at + 4], "little")
    if at + 4 > end or after > end:
        raise ValueError("a text is cut off")
    return after


def rich_text(piece: bytes, at: int, end: int, struck: Collection[int]) -> Said:
    """Return a text and, where fonts strike out some of it, its parts.

    Parameters
    ----------
    piece : bytes
    at, end : int
        Where the text stands.
    struck : collection of int
        Fonts that are struck out.

    Returns
    -------
    Said

    Raises
    ------
    ValueError
        The text or its parts do not end within the record, or the parts do not follow each other.

    Notes
    -----
    Letters before the first part have the font of the cell.
    """
    if at >= end:
        raise ValueError("a text is cut off")
    text, after = wide_text(piece, at + 1, end)
    if not (piece[at] & 1 and struck):
        return text, "", ()
    count = int.from_bytes(piece[after : after + 4], "little")
    if after + 4 + 4 * count > end:
        raise ValueError("the parts of a text are cut off")
    runs = list(struct.iter_unpack("<HH", piece[after + 4 : after + 4 + 4 * count]))
    return text, "", _runs(piece[at + 5 : after], runs, struck)


def _runs(letters: bytes, runs: list[tuple[int, int]], struck: Collection[int]) -> tuple[Run, ...]:
    if not any(font in struck for _, font in runs):
        return ()
    bounds = [0, *(2 * start for start, _ in runs), len(letters)]
    if bounds != sorted(bounds):
        raise ValueError("the parts of a text do not follow each other")
    strikes = [False, *(font in struck for _, font in runs)]
    spans = zip(bounds, bounds[1:], strikes, strict=False)
    parts = [(letters[a:b].decode("utf-16-le", "replace"), strike) for a, b, strike in spans if a < b]
    if "".join(part for part, _ in parts) != letters.decode("utf-16-le", "replace"):
        raise ValueError("the parts of a text begin within a letter")
    return tuple(parts)
