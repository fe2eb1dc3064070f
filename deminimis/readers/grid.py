"""A sheet as columns of text, before anyone knows what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import blank_to_null
from deminimis.readers.workbooks.sheet_xml import SheetXml

FIRST_ROWS = 48
"""Rows among which headers are looked for: they are asked for again and again, and kept as text."""


@dataclass(frozen=True, slots=True)
class GridFault:
    """A cell that cannot be read: row and column count from 0."""

    row: int
    column: int
    code: str
    value: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """One sheet.

    Parameters
    ----------
    file, sheet : str
        Where it stands; the sheet of a text file is "".
    text : tuple of pyarrow.StringArray (rows,)
        Cells by column; null is a blank cell.
    numbers : tuple of pyarrow.DoubleArray (rows,)
        The doubles behind the text; empty for text files, which hold none.
    faults : tuple of GridFault
        Cells that hold a spreadsheet error or a formula without value.
    offset : int
        Columns of the spreadsheet to the left of the first array.
    xml : SheetXml, optional
        How the cells are written, for workbooks.
    comma_hint : bool
        The file is written as where the decimal mark is a comma: its cells are parted by semicolons.
    joined : mapping of column to tuple of int
        Columns put together from others, and the columns their cells are from.

    Notes
    -----
    Row 0 of the arrays is row 1 of the spreadsheet.
    """

    file: str
    sheet: str
    text: tuple[pa.Array, ...]
    numbers: tuple[pa.Array, ...] = ()
    faults: tuple[GridFault, ...] = ()
    offset: int = 0
    xml: SheetXml | None = None
    comma_hint: bool = False
    joined: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.text[0]) if self.text else 0

    def row(self, index: int) -> list[str]:
        """Return the cells of one row, blank ones as ""."""
        if 0 <= index < FIRST_ROWS and index < self.height:
            return list(self._first_rows[index])
        return [column[index].as_py() or "" for column in self.text]

    @cached_property
    def _first_rows(self) -> list[tuple[str, ...]]:
        columns = [[text or "" for text in column.slice(0, FIRST_ROWS).to_pylist()] for column in self.text]
        return list(zip(*columns, strict=True))

    def top(self, rows: int) -> Grid:
        """Return the first rows only."""
        text = tuple(column.slice(0, rows) for column in self.text)
        numbers = tuple(column.slice(0, rows) for column in self.numbers)
        return replace(self, text=text, numbers=numbers, faults=tuple(f for f in self.faults if f.row < rows))

    def filled(self) -> npt.NDArray[np.int64]:
        """Return how many cells of each row say something, shape (rows,)."""
        count = np.zeros(self.height, dtype=np.int64)
        for column in self.text:
            said = blank_to_null(pc.utf8_trim_whitespace(column))
            count += said.is_valid().to_numpy(zero_copy_only=False)
        for fault in self.faults:
            count[fault.row] += 1
        return count
