"""The bill of materials as six frozen Arrow tables, and the arrays the rollup runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding
from deminimis.model.part_codes import as_text, codes_of, is_one_table, shared_numbers
from deminimis.model.schema import Column, schema

ARROW_TYPES = {"number": pa.float64(), "date": pa.date32()}
PLACE = (pa.field("place", pa.int32()), pa.field("row", pa.int32()))

FEW = 8
"""Parts there are for each number asked for, from which on the numbers asked for are looked for among the parts."""
BLANK_CHUNK = 1 << 16
"""Rows of a blank column that take memory; the others are the same ones again."""

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Numbers: TypeAlias = Any
"""Arrays of either kind of number: float64 in the kernel, objects holding `Fraction` at the line."""


@dataclass(frozen=True, slots=True)
class Source:
    """One table of one file: where rows came from, and the table it is a part of where several files make one."""

    file: str
    sheet: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One file read, and the hash of its bytes."""

    name: str
    sha256: str


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table: its columns, then `place` and `row`.

    Examples
    --------
    >>> arrow_schema("rates").names
    ['currency', 'per_base', 'date', 'place', 'row']
    """
    fields = [pa.field(c.name, ARROW_TYPES.get(c.type, pa.string())) for c in schema()[table].values()]
    return pa.schema([*fields, *PLACE])


def blank_column(column: str, table: str, rows: int) -> pa.ChunkedArray:
    """Return a column without a single value; however many rows it has, it takes the memory of a few thousand.

    Parameters
    ----------
    column, table : str
    rows : int
    """
    chunk = pa.nulls(min(rows, BLANK_CHUNK), arrow_schema(table).field(column).type)
    whole, rest = divmod(rows, BLANK_CHUNK)
    return pa.chunked_array([*([chunk] * whole if rows >= BLANK_CHUNK else []), chunk.slice(0, rest)], chunk.type)


@cache
def empty_table(table: str) -> pa.Table:
    """Return a table of the model without rows."""
    return arrow_schema(table).empty_table()


@dataclass(frozen=True)
class Bom:
    """A bill of materials: parts, lines, declarations, sourcing, prices and rates.

    Parameters
    ----------
    parts, lines, declarations, sourcing, prices, rates : pyarrow.Table
        In the columns of `schema`; a blank cell is null; `place` is an index into `sources`, `row` counts from 1.
    sources : tuple of Source
        Where rows came from.
    inputs : tuple of Input
        The files, with hashes.
    findings : tuple of Finding
        What reading and checking found.
    long_decimals : mapping of (table, column, row) to str
        Numbers written with more digits than a float holds; `row` is the index in the table.
    bills : frozenset of str
        Files that are bills of their own: an error in one of them that names no part concerns its parts alone.
    base_currency : str
        What a blank currency means, where this is part of a larger bill that says so; "" to find it here.
    """

    parts: pa.Table = field(default_factory=lambda: empty_table("parts"))
    lines: pa.Table = field(default_factory=lambda: empty_table("lines"))
    declarations: pa.Table = field(default_factory=lambda: empty_table("declarations"))
    sourcing: pa.Table = field(default_factory=lambda: empty_table("sourcing"))
    prices: pa.Table = field(default_factory=lambda: empty_table("prices"))
    rates: pa.Table = field(default_factory=lambda: empty_table("rates"))
    sources: tuple[Source, ...] = ()
    inputs: tuple[Input, ...] = ()
    findings: tuple[Finding, ...] = ()
    long_decimals: Mapping[tuple[str, str, int], str] = field(default_factory=dict)
    bills: frozenset[str] = frozenset()
    base_currency: str = ""

    def table(self, name: str) -> pa.Table:
        """Return one of the six tables by name."""
        return getattr(self, name)

    def take(self, name: str, rows: npt.NDArray[Any]) -> Bom:
        """Return a Bom in which one table holds only the given rows, in that order."""
        new_row = {int(old): new for new, old in enumerate(rows)} if self.long_decimals else {}
        decimals = {
            (table, column, new_row[row] if table == name else row): text
            for (table, column, row), text in self.long_decimals.items()
            if table != name or row in new_row
        }
        taken = [_taken(column, rows) for column in self.table(name).columns]
        table = pa.Table.from_arrays(taken, schema=self.table(name).schema)
        changed: dict[str, Any] = {name: table, "long_decimals": decimals}
        return replace(self, **changed)

    def place(self, name: str, row: int) -> dict[str, Any]:
        """Return file, sheet and row of a table's row, as `finding` takes them."""
        table = self.table(name)
        index = table["place"][row].as_py()
        source = self.sources[index] if index is not None and 0 <= index < len(self.sources) else Source("")
        return {"file": source.file, "sheet": source.sheet, "row": table["row"][row].as_py() or 0}

    def numbers(self, name: str, column: str, *, exact: bool = False, blank: str | None = None) -> Numbers:
        """Return a number column as an array, blanks replaced.

        Parameters
        ----------
        name, column : str
            Table and column.
        exact : bool
            Objects holding `Fraction`, made from the decimals the user wrote, in place of float64.
        blank : str, optional
            The number for a blank cell; by default the schema's default, else 0.

        Returns
        -------
        ndarray (rows,)
        """
        definition: Column = schema()[name][column]
        default = Fraction(blank if blank is not None else definition.default or "0")
        values = self.table(name)[column]
        if not exact:
            if values.null_count == len(values):
                return np.full(len(values), float(default))
            filled = values.fill_null(float(default)) if values.null_count else values
            return np.asarray(filled.to_numpy(), dtype=np.float64)
        fractions = np.empty(len(values), dtype=object)
        for row, value in enumerate(values.to_pylist()):
            text = self.long_decimals.get((name, column, row))
            fractions[row] = Fraction(text) if text else default if value is None else exact_number(value)
        return fractions

    def known(self, name: str, column: str) -> Mask:
        """Return which rows have a value in the column, shape (rows,)."""
        return ~blank_rows(self.table(name)[column])


def _taken(column: pa.ChunkedArray, rows: npt.NDArray[Any]) -> pa.Array:
    # of a blank column in many chunks one chunk is as good as another
    return pa.nulls(len(rows), column.type) if column.null_count == len(column) else column.take(pa.array(rows))


def blank_rows(column: pa.ChunkedArray) -> Mask:
    """Return which rows of a column are blank, shape (rows,)."""
    if column.null_count in (0, len(column)):
        return np.full(len(column), bool(column.null_count))
    return np.asarray(column.is_null().to_numpy(), dtype=bool)


@lru_cache(1 << 16)
def exact_number(value: float) -> Fraction:
    """Return the decimal a float was written as: the shortest one that reads back to the same bits.

    Examples
    --------
    >>> exact_number(0.1)
    Fraction(1, 10)
    """
    return Fraction(Decimal(repr(float(value))))  # twice as fast as from the text itself


def _places(found: pa.ChunkedArray | pa.Array) -> Codes:
    flat = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return np.asarray(flat.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int32)


@dataclass(frozen=True)
class Structure:
    """Who contains whom, as arrays in rolling order: every child's code is smaller than its parent's.

    Parameters
    ----------
    part_numbers : pyarrow.StringArray (n,)
        Code to part number.
    level_start : ndarray (levels + 1,)
        Parts of level k have the codes level_start[k] to level_start[k + 1] - 1; level 0 has no lines.
    first : ndarray (n + 1,)
        Lines of part i stand at first[i] to first[i + 1] - 1 of `child` and `line`.
    child : ndarray (m,)
        Code of the child of each line.
    line : ndarray (m,)
        Row of `Bom.lines` behind each line.
    finished_goods : ndarray (g,)
        Codes of the finished goods, in the order of the input.
    looped : ndarray (n,) of bool
        Parts that contain themselves; the lines that close the loop are left out of the arrays.
    cycles : tuple of tuple of str
        One full path of part numbers per loop, first = last.
    findings : tuple of Finding
    loop_lines : ndarray (k,)
        Rows of `Bom.lines` left out because they lie in a loop, ascending.
    table : pyarrow.StringArray (t,), optional
        The numbers that the id columns of the Bom are codes into, where they are not text.
    of_table : ndarray (t,)
        Code of each of them, -1 for none.
    """

    part_numbers: pa.Array
    level_start: npt.NDArray[np.int64]
    first: npt.NDArray[np.int32]
    child: Codes
    line: Codes
    finished_goods: Codes
    looped: Mask
    cycles: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    loop_lines: Codes = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    table: pa.Array | None = None
    of_table: Codes = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    @property
    def part_count(self) -> int:
        """Number of parts."""
        return len(self.part_numbers)

    def parent_of_line(self) -> Codes:
        """Return the parent's code of each line, shape (m,)."""
        return self._parents

    def parents_of(self, lines: npt.NDArray[Any]) -> Codes:
        """Return the parent's code of some lines, shape (k,)."""
        return (np.searchsorted(self.first, lines, side="right") - 1).astype(np.int32)

    def lines_of(self, parts: Mask) -> npt.NDArray[np.int64]:
        """Return the lines of some parts, ascending, shape (k,)."""
        chosen = np.flatnonzero(parts)
        begin, size = self.first[chosen].astype(np.int64), np.diff(self.first)[chosen]
        ends = np.cumsum(size)
        return np.repeat(begin - (ends - size), size) + np.arange(ends[-1] if len(ends) else 0)

    @cached_property
    def _parents(self) -> Codes:
        parents = np.repeat(np.arange(self.part_count, dtype=np.int32), np.diff(self.first))
        parents.flags.writeable = False
        return parents

    def codes(self, numbers: pa.ChunkedArray | pa.Array) -> Codes:
        """Return the codes of part numbers, -1 where a number is not in the structure."""
        if not len(numbers):
            return np.empty(0, dtype=np.int32)
        shared = shared_numbers([numbers])
        if shared is not None and self.table is not None and is_one_table(shared, self.table):
            given = codes_of(numbers)
            return np.where(given >= 0, self.of_table[given], np.int32(-1))
        text = as_text(numbers)
        if len(text) * FEW < self.part_count:
            return self._codes_of_few(text)
        return _places(pc.index_in(text, value_set=self.part_numbers))

    def _codes_of_few(self, text: pa.ChunkedArray | pa.Array) -> Codes:
        """Return codes by a table of the numbers asked for: one of all parts would take longer to make."""
        wanted = pc.unique(text).drop_null()
        asked = _places(pc.index_in(self.part_numbers, value_set=wanted))
        there = np.flatnonzero(asked >= 0)
        code = np.full(len(wanted) + 1, -1, dtype=np.int32)
        code[asked[there]] = there
        return code[_places(pc.index_in(text, value_set=wanted))]
