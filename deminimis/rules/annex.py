"""The items of Annex 1 of Announcement 61: Part 1, what is contained, and Part 2, what is tested."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from deminimis.reference import sourced_rows


@dataclass(frozen=True, slots=True)
class AnnexItem:
    """One item of Annex 1.

    Parameters
    ----------
    part, line : str
        ``1`` or ``2``; the number in the order of the sources, since the official numbering was not read.
    elements : tuple of str
        Symbols named by the item.
    item, item_zh : str
        Text of the item in English and Chinese.
    control_code : str
        Code of the same item in Announcement 18; inferred, blank where none matches.
    mark, confidence, source, date : str
        How sure the row is, and where and when it was read.
    """

    part: str
    line: str
    elements: tuple[str, ...]
    item: str
    item_zh: str
    control_code: str
    mark: str
    confidence: str
    source: str
    date: str


@cache
def annex_items(text: str | None = None) -> tuple[AnnexItem, ...]:
    """Return both parts of Annex 1; `text` is another table in place of the package's."""
    return tuple(
        AnnexItem(**{**row, "elements": tuple(row["elements"].split("|"))})  # type: ignore[arg-type]
        for row in sourced_rows(__package__, "annex1.csv", text)
    )


def part1_lines() -> tuple[AnnexItem, ...]:
    """Return the 13 items of Part 1: seven metals, four alloys, two oxides.

    Source
    ------
    MOFCOM Announcement 61 of 2025, Annex 1 Part 1, 2025-10-09, as listed by UDN and HK01.

    Examples
    --------
    >>> [line.item for line in part1_lines()][-2:]
    ['Dysprosium oxide', 'Terbium oxide']
    """
    return tuple(item for item in annex_items() if item.part == "1")


def part2_items() -> tuple[AnnexItem, ...]:
    """Return the items of Part 2 that were found: magnets, what contains them, and targets.

    Notes
    -----
    The list of targets beyond samarium and gadolinium was not retrieved; its row is marked inferred.
    """
    return tuple(item for item in annex_items() if item.part == "2")
