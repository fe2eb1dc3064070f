"""From raw text tables to the typed tables of a Bom, with a finding for every fault.

`check_table` types one table and applies every rule of `table_rules.RULES`; a fault that makes a value meaningless also
blanks it. `bom_checks` looks across tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import CellFault, TypedColumn, typed_column
from deminimis.model.findings import Finding, finding, finding_codes
from deminimis.model.schema import schema
from deminimis.model.table_rules import BLANKING, KEYS, RULES
from deminimis.model.tables import Mask, arrow_schema, blank_column, blank_rows

OWNER = {
    "parts": ("part_number",),
    "lines": ("parent", "child"),
    "declarations": ("part_number",),
    "sourcing": ("part_number",),
}
"""The part a faulty row makes unreliable: the first of these columns that is not blank."""


THREADS, FEW = 2, 10_000
"""Columns typed side by side, and the rows up to which that is not worth a thread."""


@dataclass(frozen=True)
class RawTable:
    """One table as its file says it: text, and the doubles behind the text.

    Parameters
    ----------
    file, sheet : str
        Where it stands.
    columns : mapping of column name to pyarrow.StringArray (rows,)
        Null or "" is a blank cell. A table of typed columns may hold doubles and days, and ids as dictionary arrays.
    numbers : mapping of column name to pyarrow.DoubleArray (rows,)
        Doubles of number columns where the file holds doubles.
    rows : ndarray (rows,) of int32
        Row numbers of the spreadsheet, from 1.
    faults : tuple of CellFault
        Cells the reader itself could not read.
    headers : mapping of column name to str
        What the file calls the columns, where it differs.
    """

    file: str
    sheet: str
    columns: Mapping[str, pa.Array]
    numbers: Mapping[str, pa.Array]
    rows: npt.NDArray[np.int32]
    faults: tuple[CellFault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A typed table, what was found, the decimals a float cannot hold, and the rows left out with the reason."""

    table: pa.Table
    findings: tuple[Finding, ...]
    long_decimals: Mapping[tuple[str, str, int], str]
    dropped: tuple[tuple[int, str], ...] = ()


def check_table(name: str, raw: RawTable, place: int, typed: Mapping[str, TypedColumn] | None = None) -> Checked:
    """Type a raw table and check it by every rule.

    Parameters
    ----------
    name : str
        One of the six tables.
    raw : RawTable
        Its text.
    place : int
        Index of its file and sheet in `Bom.sources`.
    typed : mapping of column name to TypedColumn, optional
        Columns that `type_columns` typed before.

    Returns
    -------
    Checked
        Rows whose id is blank are left out of the table, each with a finding unless it is blank altogether.
    """
    table, faults, longs = _typed(name, raw, place, typed or {})
    said = {(fault.index, fault.column) for fault in faults}
    for rule in RULES:
        broken = [fault for fault in rule(name, table) if (fault.index, fault.column) not in said]
        table = _blanked(table, broken)
        faults += broken
    empty = _empty_rows(name, table) & ~_mask(len(table), (f.index for f in raw.faults))
    findings = tuple(_finding(name, raw, table, fault) for fault in faults if not empty[fault.index])
    dropped = {
        **_nameless(name, raw, table),
        **dict.fromkeys(np.flatnonzero(empty).tolist(), "nothing in the columns that are read"),
    }
    return _without(name, Checked(table, findings, longs), dropped)


def _typed(
    name: str, raw: RawTable, place: int, before: Mapping[str, TypedColumn]
) -> tuple[pa.Table, list[CellFault], dict[tuple[str, str, int], str]]:
    count = len(raw.rows)
    faults: list[CellFault] = list(raw.faults)
    longs: dict[tuple[str, str, int], str] = {}
    arrays: list[pa.Array] = []
    columns = schema()[name]
    left = [column for column in columns if column in raw.columns and column not in before]
    reads = {**before, **type_columns(name, raw, left)}
    for column in columns.values():
        if column.name not in reads:
            arrays.append(blank_column(column.name, name, count))
            continue
        read = reads[column.name]
        arrays.append(read.values)
        faults += read.faults
        longs |= {(name, column.name, index): text for index, text in read.long_decimals.items()}
    arrays += [pa.array(np.full(count, place, dtype=np.int32)), pa.array(raw.rows, pa.int32())]
    model = arrow_schema(name)
    kinds = [pa.field(field.name, array.type) for field, array in zip(model, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(kinds)), faults, longs


def type_columns(name: str, raw: RawTable, columns: Sequence[str]) -> dict[str, TypedColumn]:
    """Type columns of a raw table.

    Parameters
    ----------
    name : str
        One of the six tables.
    raw : RawTable
    columns : sequence of str
        Names of some of its columns.
    """

    def typed(column: str) -> TypedColumn:
        return typed_column(schema()[name][column], raw.columns[column], raw.numbers.get(column))

    if len(raw.rows) <= FEW:
        return {column: typed(column) for column in columns}
    # Arrow leaves the interpreter free while it works on a column, so the columns are read side by side.
    with ThreadPoolExecutor(THREADS) as threads:
        return dict(zip(columns, threads.map(typed, columns), strict=True))


def _finding(name: str, raw: RawTable, table: pa.Table, fault: CellFault) -> Finding:
    owners = (table[column][fault.index].as_py() for column in OWNER.get(name, ()))
    owner = next((number for number in owners if number), "")
    if fault.column == "parent" and finding_codes()[fault.code]["severity"] == "error":
        # Whose line it is cannot be said, so no good may be taken as complete.
        owner = ""
    return finding(
        fault.code,
        file=raw.file,
        sheet=raw.sheet,
        row=int(raw.rows[fault.index]),
        column=raw.headers.get(fault.column, fault.column),
        value=fault.value,
        part_number=owner,
        table=name,
        **fault.details,
    )


def _blanked(table: pa.Table, faults: Iterable[CellFault]) -> pa.Table:
    """Return the table with null where an error made a value meaningless."""
    rows: dict[str, list[int]] = {}
    for fault in faults:
        if fault.code in BLANKING:
            rows.setdefault(fault.column, []).append(fault.index)
    for column, indices in rows.items():
        values = table[column].combine_chunks()
        at = table.schema.get_field_index(column)
        cleared = pc.if_else(pa.array(_mask(len(table), indices)), pa.scalar(None, values.type), values)
        table = table.set_column(at, table.schema.field(at), cleared)
    return table


def _mask(count: int, indices: Iterable[int]) -> Mask:
    mask = np.zeros(count, dtype=bool)
    mask[list(indices)] = True
    return mask


def _empty_rows(name: str, table: pa.Table) -> Mask:
    empty = np.ones(len(table), dtype=bool)
    for column in (*KEYS[name], *schema()[name]):
        empty &= blank_rows(table[column])
        if not empty.any():
            break
    return empty


def _nameless(name: str, raw: RawTable, table: pa.Table) -> dict[int, str]:
    """Return the rows without one of their ids, which cannot be used."""
    named = [column for column in KEYS[name] if schema()[name][column].type in ("id", "material")]
    blank = {column: np.flatnonzero(blank_rows(table[column])).tolist() for column in named}
    return {
        index: f"{raw.headers.get(column, column)} is blank" for column, indices in blank.items() for index in indices
    }


def _without(name: str, checked: Checked, dropped: Mapping[int, str]) -> Checked:
    if not dropped:
        return checked
    keep = np.flatnonzero(~_mask(len(checked.table), dropped))
    new = dict(zip(keep.tolist(), range(len(keep)), strict=True))
    longs = {(name, column, new[row]): text for (_, column, row), text in checked.long_decimals.items() if row in new}
    rows = checked.table["row"].to_numpy()
    reasons = tuple((int(rows[index]), dropped[index]) for index in sorted(dropped))
    return replace(checked, table=checked.table.take(pa.array(keep)), long_decimals=longs, dropped=reasons)
