"""Rows that add up what stands above them."""

from __future__ import annotations

import re
from collections.abc import Sequence

TOTAL = re.compile(
    r"(grand |sub-?|overall )?total( cost| price| quantity| sum)?|(gesamt|zwischen)?summe|gesamt|insgesamt|somme|"
    r"total (général|general)|suma|totale|razem|sum|spent so far|合计|总计|总金额|小计|合計|小計|総計|합계|"
    r"소계|총계|итого|всего|tổng( cộng)?",
    re.IGNORECASE,
)


def is_total(cells: Sequence[str]) -> bool:
    """Return whether a row is a total: its first word is one of the words for it.

    Parameters
    ----------
    cells : sequence of str
        The row.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_total(["", "Summe:", "12.50"]), is_total(["Total station", "2"])
    (True, False)
    """
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return bool(TOTAL.fullmatch(first.strip(" :.=：")))
