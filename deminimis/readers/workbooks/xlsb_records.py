"""The records that the parts of a binary workbook (.xlsb) consist of: [MS-XLSB] 2.1.4."""

from __future__ import annotations

from collections.abc import Iterator

LINKS = "xl/_rels/workbook.bin.rels"
"""A part that only binary workbooks have."""


def records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of the records of a binary part.

    Parameters
    ----------
    part : bytes

    Yields
    ------
    kind, start, size : int
        The content begins at `start`.

    Examples
    --------
    >>> list(records(bytes([0x81, 0x01, 0, 7, 2, 65, 66])))
    [(129, 3, 0), (7, 5, 2)]
    """
    at, end = 0, len(part)
    while at < end - 1:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield kind, at, size
        at += size
