"""One sheet of an xlsx file beyond what the fast reader tells: rows, indents, strikes, numbers as they are shown.

A sheet is searched as bytes, never parsed: 200,000 rows are 90 MB of XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from deminimis.readers.workbooks.number_formats import Styles, date_text, shown_digits, whole_digits
from deminimis.readers.workbooks.row_facts import Range, RowFacts, cell_tags, merged_ranges, row_facts
from deminimis.readers.workbooks.strikes import Strikes, struck_cells

NUMBER = re.compile(
    rb"\s*(?:<(?:[\w.-]+:)?f(?:\s[^>]*)?/>|<(?:[\w.-]+:)?f(?:\s[^>]*[^>/])?>.*?</(?:[\w.-]+:)?f>)?"
    rb"\s*<(?:[\w.-]+:)?v[^>]*>([^<]+)<",
    re.DOTALL,
)
STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
ISO_TYPE = re.compile(rb"""\st\s*=\s*["']d["']""")

Place = tuple[int, int]


@dataclass(frozen=True)
class SheetXml:
    """One sheet of an xlsx file.

    Parameters
    ----------
    data : bytes
        The file.
    member : str
        Name of the sheet inside it.
    without_value : tuple of (row, column)
        Formulas saved without value; row and column count from 0.
    styles : Styles
        What the workbook's styles say.
    as_expected : bool
        Below the header, the id columns hold text and the number columns hold numbers.
    has_outline, has_hidden_rows : bool
        Some row has an outline level above 0, some row is hidden.
    date1904 : bool
        Days count from 1904-01-01.
    strikes : Strikes
        What strikes its cells out.

    Notes
    -----
    The methods unpack and search the sheet anew at every call, which takes a second for 200,000 rows.
    """

    data: bytes = field(repr=False)
    member: str
    without_value: tuple[Place, ...] = ()
    styles: Styles = field(default_factory=Styles)
    as_expected: bool = False
    has_outline: bool = False
    has_hidden_rows: bool = False
    date1904: bool = False
    strikes: Strikes = field(default_factory=Strikes)

    def rows(self) -> RowFacts:
        """Return outline levels and hidden rows, found in one pass."""
        return row_facts(self._read()) if self.has_outline or self.has_hidden_rows else RowFacts()

    def row_outline_levels(self) -> dict[int, int]:
        """Return the outline level of every row that has one above 0; rows count from 0."""
        return self.rows().levels if self.has_outline else {}

    def hidden_rows(self) -> frozenset[int]:
        """Return the rows that are hidden or filtered out; they count from 0."""
        return self.rows().hidden if self.has_hidden_rows else frozenset()

    def merged_ranges(self) -> tuple[Range, ...]:
        """Return the merged ranges as (first row, first column, last row, last column), from 0, ends included."""
        return merged_ranges(self._read())

    def indents(self, column: int) -> dict[int, int]:
        """Return by how many steps the cells of a column are indented, by row; only those that are."""
        steps = self.styles.indents
        if not steps:
            return {}
        cells = cell_tags(self._read(), [column])
        return {cell.row: steps[style] for cell in cells if (style := _style(cell.attributes)) in steps}

    def percents(self, columns: Iterable[int]) -> frozenset[Place]:
        """Return the numbers that are shown as per cent, by (row, column)."""
        if not self.styles.percents:
            return frozenset()
        cells = cell_tags(self._read(), columns, numbers=True)
        return frozenset((c.row, c.column) for c in cells if _style(c.attributes) in self.styles.percents)

    def words(self, columns: Iterable[int]) -> dict[Place, str]:
        """Return what is printed beside numbers by their formats, such as a currency or a unit, by (row, column)."""
        words = self.styles.words
        if not words:
            return {}
        cells = cell_tags(self._read(), columns, numbers=True)
        return {(c.row, c.column): words[style] for c in cells if (style := _style(c.attributes)) in words}

    def padded(self, columns: Iterable[int]) -> dict[Place, str]:
        """Return the text of the whole numbers that are shown with leading zeros or letters, by (row, column)."""
        return self.shown_numbers(columns)[0]

    def date_cells(self, columns: Iterable[int]) -> dict[Place, str]:
        """Return the numbers that are shown as a day or a time, as such, by (row, column)."""
        return self.shown_numbers(columns)[1]

    def shown_numbers(self, columns: Iterable[int]) -> tuple[dict[Place, str], dict[Place, str]]:
        """Return what `padded` and `date_cells` return, found in one pass."""
        padded: dict[Place, str] = {}
        dates: dict[Place, str] = {}
        wanted = frozenset(columns)
        xml = self._read() if wanted else b""
        for cell in cell_tags(xml, wanted, numbers=True):
            style = _style(cell.attributes)
            iso = ISO_TYPE.search(cell.attributes) is not None
            shown, is_day = self.styles.shown.get(style), iso or style in self.styles.dates
            number = NUMBER.match(xml, cell.end) if shown or is_day else None
            if number is None or cell.attributes.endswith(b"/"):
                continue
            value = number[1].decode(errors="replace").strip()
            if is_day:
                dates[cell.row, cell.column] = date_text(value, self.date1904)
            elif shown and (digits := whole_digits(value)) is not None:
                padded[cell.row, cell.column] = shown_digits(digits, shown)
        return padded, dates

    def numeric(self, cells: Iterable[Place]) -> set[Place]:
        """Return which cells hold a number, not a text of digits."""
        wanted = set(cells)
        if not wanted:
            return set()
        found = cell_tags(self._read(), {column for _, column in wanted}, numbers=True)
        return {place for cell in found if (place := (cell.row, cell.column)) in wanted}

    def struck(self, columns: Iterable[int]) -> dict[Place, bool]:
        """Return the cells that are struck out, by (row, column), and whether they are as a whole."""
        return struck_cells(self._read(), columns, self.strikes) if self.strikes else {}

    def _read(self) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return archive.read(self.member)


def _style(attributes: bytes) -> int:
    said = STYLE.search(attributes)
    return int(said[1]) if said else 0
