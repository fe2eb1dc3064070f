"""What the bills of several products say alike of one part, its declarations or its suppliers, is said once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.catalogues.bill_files import BillRead
from deminimis.model import Finding, finding
from deminimis.model.checks import Checked

BLOCKS = ("declarations", "sourcing")
"""Tables whose rows of one part are one statement about it."""

Row = tuple[Any, ...]
Blocks = dict[str, Counter[Row]]


def said_once(bills: Sequence[BillRead]) -> tuple[BillRead, ...]:
    """Return bills without the declarations and suppliers of parts that an earlier one gives word for word.

    Parameters
    ----------
    bills : sequence of BillRead

    Returns
    -------
    tuple of BillRead
        The first that lost rows says so in one finding DUPLICATE_PART_SAME. All rows of a part agree, or all stay. Rows
        that one file repeats stay, and those of files without lines: two statements may be of two things in the part.
    """
    told = list(bills)
    whole = [at for at, bill in enumerate(bills) if any(name == "lines" for name, _ in _tables(bill))]
    for table in BLOCKS:
        given = {at: blocks for at in whole if (blocks := _blocks(bills[at], table))}
        first: dict[str, Counter[Row]] = {}
        repeated: dict[int, list[str]] = {}
        for at, blocks in given.items():
            new = {part: block for part, block in blocks.items() if part not in first}
            if same := [part for part, block in blocks.items() if part not in new and first[part] == block]:
                repeated[at] = same
            first |= new
        for at, parts in repeated.items():
            told[at] = _without(told[at], table, frozenset(parts))
        if repeated:
            at = next(iter(repeated))
            told[at] = _with_finding(told[at], _told(bills, table, repeated))
    return tuple(told)


def _tables(bill: BillRead) -> list[tuple[str, Checked]]:
    return [(name, checked) for read in bill.reads for name, checked in read.tables if len(checked.table)]


def _blocks(bill: BillRead, table: str) -> Blocks:
    """Return the rows of every part, in any order."""
    blocks: Blocks = defaultdict(Counter)
    for name, checked in _tables(bill):
        if name == table:
            for part, row in zip(checked.table["part_number"].to_pylist(), _rows(checked), strict=True):
                blocks[part][row] += 1
    return blocks


def _rows(checked: Checked) -> list[Row]:
    """Return what each row says, with the decimals that a float cannot hold."""
    cells = checked.table.drop_columns(["place", "row"])
    long: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for (_, column, row), text in checked.long_decimals.items():
        long[row].append((column, text))
    columns = (cells[column].to_pylist() for column in cells.column_names)
    return [(*row, *sorted(long[at])) for at, row in enumerate(zip(*columns, strict=True))]


def _without(bill: BillRead, table: str, parts: Collection[str]) -> BillRead:
    """Return a bill without the rows of some parts."""
    reads = (
        replace(read, tables=tuple((n, _other_parts(c, n, parts) if n == table else c) for n, c in read.tables))
        for read in bill.reads
    )
    return replace(bill, reads=tuple(reads))


def _with_finding(bill: BillRead, found: Finding) -> BillRead:
    first, *others = bill.reads
    return replace(bill, reads=(replace(first, findings=(*first.findings, found)), *others))


def _told(bills: Sequence[BillRead], table: str, repeated: Mapping[int, Sequence[str]]) -> Finding:
    files = [bills[at].name for at in repeated]
    parts = list(dict.fromkeys(part for given in repeated.values() for part in given))
    number = f"{parts[0]}{_and_more(parts)} ({table})"
    detail = f"{files[0]}{_and_more(files)}"
    return finding("DUPLICATE_PART_SAME", file=files[0], column="part_number", value=number, detail=detail)


def _and_more(names: Sequence[str]) -> str:
    return f" and {len(names) - 1} more" if len(names) > 1 else ""


def _other_parts(checked: Checked, table: str, parts: Collection[str]) -> Checked:
    keep = np.array([part not in parts for part in checked.table["part_number"].to_pylist()], dtype=bool)
    new = np.cumsum(keep) - 1
    longs = {(table, c, int(new[row])): t for (_, c, row), t in checked.long_decimals.items() if keep[row]}
    return replace(checked, table=checked.table.filter(pa.array(keep)), long_decimals=longs)
