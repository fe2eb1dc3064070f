"""Read a table of this package and refuse it when a row has no source, no date, or low above high."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from importlib.resources import files

from deminimis.errors import ReferenceFault

ROWS = tuple[dict[str, str], ...]
DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
DECIMAL = re.compile(r"-?\d+(\.\d+)?")


def table_text(package: str, file: str) -> str:
    """Return the text of a CSV that stands beside a package's modules."""
    return files(package).joinpath(file).read_text(encoding="utf-8")


def sourced_rows(package: str, file: str, text: str | None = None) -> ROWS:
    """Return the rows of a table, every cell as the text written, after checking that each is sourced and in order.

    Parameters
    ----------
    package, file : str
        Where the CSV stands, such as ``deminimis.reference`` and ``prices.csv``.
    text : str, optional
        The table itself, in place of the file.

    Returns
    -------
    tuple of dict
        Column name to text; numbers stay decimal text, so that callers choose float or `Fraction`.

    Raises
    ------
    ReferenceFault
        A row has no source, no ISO day or year-month as `date`, a number that is none, or not low <= typical <= high.

    Examples
    --------
    >>> sourced_rows("", "x.csv", "low,high,source,date\\n1,2,a page,2026-11\\n")
    ({'low': '1', 'high': '2', 'source': 'a page', 'date': '2026-11'},)
    """
    rows = tuple(csv.DictReader((table_text(package, file) if text is None else text).splitlines()))
    for number, row in enumerate(rows, start=2):
        for fault in row_faults(row):
            raise ReferenceFault(f"{file}, line {number}: {fault}; correct the table", file=file, row=number)
    return rows


def row_faults(row: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with a row."""
    if None in row or None in row.values():
        yield "the row has not as many cells as the header"
        return
    if not row.get("source", "").strip():
        yield "no source"
    if not is_day(row.get("date", "")):
        yield f"date is no ISO day or year-month: {row.get('date', '')!r}"
    bounds = [row[name] for name in ("low", "typical", "high") if row.get(name)]
    if not all(DECIMAL.fullmatch(value) for value in bounds):
        yield f"low, typical or high is not a decimal: {bounds}"
    elif [Fraction(value) for value in bounds] != sorted(Fraction(value) for value in bounds):
        yield f"low, typical and high are not in order: {bounds}"


def is_day(text: str) -> bool:
    """Say whether a text is an ISO day or year-month of the calendar.

    Examples
    --------
    >>> [is_day(text) for text in ("2026-11-22", "2026-11", "2026", "2026-02-30")]
    [True, True, False, False]
    """
    match = DAY.fullmatch(text)
    try:
        return bool(match and date(int(match[1]), int(match[2]), int(match[3] or 1)))
    except ValueError:
        return False


def tables_hash(package: str) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 over every CSV of a package, in the order of names."""
    names = sorted(entry.name for entry in files(package).iterdir() if entry.name.endswith(".csv"))
    whole = "\0".join(name + "\0" + table_text(package, name) for name in names)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]
