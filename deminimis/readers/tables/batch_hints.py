"""Cells beside a list that may say for how many products its quantities are: robots 13, lot size 100."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.preamble import label_means
from deminimis.readers.workbooks.row_facts import column_letters

BESIDE = 40
"""Rows below a header whose side cells are looked at."""
FEW = 3
"""Filled cells up to which a column is no column of the list but a place for notes."""
NOTED = 200
"""Rows in which a column of the list would have more than a few cells."""
NUMBER = r"(\d{1,8})(?:[.,]0+)?"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a label beside a number reads like, and what a sentence with the number in it does."""
    words: dict[str, list[str]] = {}
    with files(__package__).joinpath("batch_words.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            words.setdefault(row["kind"], []).append(re.escape(row["word"]))
    lot, count, before, made, counted = (
        "(?:" + "|".join(sorted(set(words[kind]), key=len, reverse=True)) + ")"
        for kind in ("lot", "count", "for", "made", "counted")
    )
    some = f"(?:{made}|{counted})"
    label = f"(?:{lot}|{count} {some}|{made})"
    sentence = f"(?:{label} ?[:=：]? ?{NUMBER}|(?:{before} ?)?{NUMBER} ?{made}|{before} ?{NUMBER} ?{some})"
    return re.compile(label), re.compile(sentence)


def batch_said(cell: str, following: str = "") -> int | None:
    """Return for how many products a cell may say that quantities are, None if it says nothing of the kind.

    Parameters
    ----------
    cell : str
        The cell.
    following : str
        The next filled cell of its row.

    Returns
    -------
    int or None
        Two or more.

    Examples
    --------
    >>> batch_said("ROBOTS", "13"), batch_said("Cantidad de robots: 13"), batch_said("qty per 10 units")
    (13, 13, 10)
    >>> batch_said("Losgröße", "100.0"), batch_said("units", "12"), batch_said("for 1 robot"), batch_said("Robots")
    (100, None, None, None)
    """
    label, sentence = _patterns()
    said = " ".join(unicodedata.normalize("NFKC", cell).casefold().split()).strip(" :=.()")
    number = None
    if label.fullmatch(said):
        number = re.fullmatch(NUMBER, following.strip())
    elif found := sentence.fullmatch(said):
        number = found
    digits = next((group for group in number.groups() if group), "") if number else ""
    return int(digits) if digits and int(digits) > 1 else None


def batch_hints(grid: Grid, found: Found) -> tuple[Finding, ...]:
    """Tell a cell above or beside a list that may say for how many products its quantities are.

    Parameters
    ----------
    grid : Grid
        The sheet, as it stands in the file.
    found : Found
        The list.

    Returns
    -------
    tuple of Finding
        QUANTITY_MAY_BE_OF_BATCH with the option that reads it so, for the first such cell; the quantities are left as
        they are.
    """
    for row, at, count in _said(grid, found):
        cell = column_letters(at + grid.offset).decode() + str(row + 1)
        place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": row + 1, "column": cell}
        said = f"{grid.text[at][row].as_py().strip()}".rstrip(" :=")
        value = said if str(count) in said else f"{said} {count}"
        return (finding("QUANTITY_MAY_BE_OF_BATCH", **place, value=value, detail=f"per_batch:{count}"),)
    return ()


def _said(grid: Grid, found: Found) -> Iterator[tuple[int, int, int]]:
    """Yield row, column and number of the cells that say it."""
    beside = _columns_beside(grid, found)
    for row in range(found.begin, min(found.header + 1 + BESIDE, found.last(grid.height))):
        above = row < found.header
        columns = range(len(grid.text)) if above else beside
        words = {at: cell for at in columns if (cell := (grid.text[at][row].as_py() or "").strip())}
        for at, after in zip_longest(words, list(words)[1:]):
            if above and label_means(words[at].partition(":")[0]):
                continue  # the preamble, which is read
            if (count := batch_said(words[at], words.get(after, ""))) is not None:
                yield row, at, count


def _columns_beside(grid: Grid, found: Found) -> list[int]:
    """Return the columns without role in which hardly a row of the list has a cell."""
    rows = min(NOTED, found.last(grid.height) - found.header - 1)
    roles = set(found.roles.columns.values())
    tops = {at: text.slice(found.header + 1, rows) for at, text in enumerate(grid.text) if at not in roles}
    return [at for at, top in tops.items() if sum(bool(cell.strip()) for cell in top.drop_null().to_pylist()) <= FEW]
