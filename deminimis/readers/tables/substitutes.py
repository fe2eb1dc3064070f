"""Rows that replace other rows: a column names the part that a row stands in for, or its alternatives."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from deminimis.model.cells import CellFault
from deminimis.model.checks import RawTable

RowsOf = Mapping[tuple[str, str], Sequence[int]]
"""Rows by parent and child."""
SEVERAL = re.compile(r"\s*[,;|\n、，；]\s*")
"""Between several part numbers in one cell."""
SAYS_NO = frozenset(
    {"", "-", "--", "no", "n", "none", "n/a", "na", "nein", "non", "false", "0", "否", "无", "нет", "nie"}
)
SAYS_YES = frozenset(
    {"x", "yes", "y", "true", "ja", "oui", "sí", "si", "да", "tak", "是", "√", "alt", "alternate", "sub"}
)
GROUP = re.compile(r"[A-Za-z]\d{0,2}")
"""A short code that marks rows which replace each other."""
FIRST, SECOND = "1", "2"


@dataclass
class _Found:
    """What the columns say: the groups that rows name themselves, those found, ranks of rows, and what is told."""

    own: Sequence[str]
    groups: dict[int, str] = field(default_factory=dict)
    ranks: dict[int, str] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


def with_substitutes(raw: RawTable) -> RawTable:
    """Put rows that replace each other into groups of alternatives.

    Parameters
    ----------
    raw : RawTable
        Lines, with a column substitute_for or alternate_part or neither.

    Returns
    -------
    RawTable
        A row that stands in for another one of the same parent is the second in rank, the other the first. Rows that
        only name each other have no rank, so that nobody knows which is used. A row that replaces what is not there,
        or is only marked, is a fault ROW_MEMBERSHIP_UNCLEAR.
    """
    if not {"substitute_for", "alternate_part"} & set(raw.columns) or not {"parent", "child"} <= set(raw.columns):
        return raw
    parents, children = (_cells(raw, column) for column in ("parent", "child"))
    rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(parents, children, strict=True)):
        rows_of[key].append(row)
    found = _Found(_cells(raw, "alternate_group") or [""] * len(raw.rows))
    _replacing(raw, parents, children, rows_of, found)
    _naming(raw, parents, children, rows_of, found)
    ranked = _with_cells(raw, "alternate_rank", found.ranks)
    return replace(_with_cells(ranked, "alternate_group", found.groups), faults=(*raw.faults, *found.faults))


def _cells(raw: RawTable, column: str) -> list[str]:
    return [(word or "").strip() for word in raw.columns[column].to_pylist()] if column in raw.columns else []


def _replacing(raw: RawTable, parents: Sequence[str], children: Sequence[str], rows_of: RowsOf, found: _Found) -> None:
    """Read the column of parts that rows stand in for."""
    mains: dict[int, int] = {}
    for row, word in enumerate(_cells(raw, "substitute_for")):
        if word.casefold() in SAYS_NO or found.own[row]:
            continue
        main = next((at for at in _named(word, parents[row], rows_of) if at != row), None)
        if main is None:
            found.faults.append(CellFault(row, "substitute_for", "ROW_MEMBERSHIP_UNCLEAR", word))
        else:
            mains[row] = main
    for row in mains:
        first = _first(row, mains)
        group = found.own[first] or f"for {children[first]}"
        found.groups |= dict.fromkeys((row, first), group)
        if first not in mains:
            found.ranks |= {first: FIRST, row: SECOND}


def _first(row: int, mains: Mapping[int, int]) -> int:
    """Return the row that a row stands in for, through all it does; the lowest of them where they go round."""
    seen = {row}
    while row in mains and mains[row] not in seen:
        row = mains[row]
        seen.add(row)
    return min(seen) if row in mains else row


def _named(word: str, parent: str, rows_of: RowsOf) -> Iterator[int]:
    """Yield the rows of the parts that a cell names, under the same parent."""
    for number in dict.fromkeys((word, *SEVERAL.split(word))):
        yield from rows_of.get((parent, number), ())


def _naming(
    raw: RawTable,
    parents: Sequence[str],
    children: Sequence[str],
    rows_of: Mapping[tuple[str, str], list[int]],
    found: _Found,
) -> None:
    """Read the column of alternatives, which names parts, marks rows or bears the code of a group."""
    words = _cells(raw, "alternate_part")
    said = [row for row, word in enumerate(words) if word.casefold() not in SAYS_NO]
    codes = Counter((parents[row], words[row]) for row in said)
    for row in said:
        word = words[row]
        others = [at for at in _named(word, parents[row], rows_of) if at != row]
        if others:
            given = (found.own[at] or found.groups.get(at, "") for at in (row, *others))
            group = next((name for name in given if name), f"for {children[row]}")
            found.groups |= dict.fromkeys((row, *others), group)
        elif 2 * len(said) <= len(words) and GROUP.fullmatch(word) and codes[parents[row], word] > 1:
            found.groups[row] = word
        elif word.casefold() in SAYS_YES or (2 * len(said) <= len(words) and len(word) <= 2):
            found.faults.append(CellFault(row, "alternate_part", "ROW_MEMBERSHIP_UNCLEAR", word))


def _with_cells(raw: RawTable, column: str, new: Mapping[int, str]) -> RawTable:
    """Return the table with the blank cells of a column filled."""
    if not new:
        return raw
    cells = _cells(raw, column) or [""] * len(raw.rows)
    filled = pa.array([word or new.get(row) for row, word in enumerate(cells)], pa.string())
    source = next(header for header in ("substitute_for", "alternate_part") if header in raw.columns)
    headers = {**raw.headers, column: raw.headers.get(column, raw.headers.get(source, source))}
    return replace(raw, columns={**raw.columns, column: filled}, headers=headers)
