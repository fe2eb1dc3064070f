"""Tables of HTML pages, which many systems save under the name .xls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

import pyarrow as pa

from deminimis.readers.files.files import refuse
from deminimis.readers.grid import Grid, GridFault

DEEPEST = 50
"""Tables in tables beyond which a page is refused."""
TABLES_LIMIT = 2000
"""Tables of one page; each takes some milliseconds, however little it holds."""
WIDEST, CELLS_LIMIT = 16_384, 50_000_000
WIDEST_SPAN, HIGHEST_SPAN = 1000, 65_534
"""What a browser makes of larger spans."""
UNCLOSED = re.compile(r"<[^<>]*(?:<[^<>]*){200}")
"""So many tags that never end: the parser would look for the end of each through the whole page."""
SAVE_AGAIN = "open it and save the table as .xlsx or .csv"
STATED = re.compile(
    rb"""<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)|\bcharset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)

Cells = dict[int, str]


def stated_encoding(data: bytes) -> str:
    """Return the encoding that an HTML page or an XML file names in its first 4 KiB, or "".

    Examples
    --------
    >>> stated_encoding(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb2312'
    """
    found = STATED.search(data[:4096])
    return (found[1] or found[2]).decode("ascii", "ignore") if found else ""


def html_tables(name: str, text: str) -> tuple[Grid, ...]:
    """Return every table of an HTML page, in the order in which they begin.

    Parameters
    ----------
    name : str
        File name.
    text : str
        The page.

    Returns
    -------
    tuple of Grid
        Sheets "table 1", "table 2" ... Of a cell that spans others the first place holds the text. Blanks before the
        text stay, as they may say the level, unless every cell of the column has them.

    Raises
    ------
    InputError
        The page is damaged or holds no table or too many, a table is wider than any sheet, or tables stand too deep in
        each other.

    Examples
    --------
    >>> [grid] = html_tables("a.xls", "<table><tr><td rowspan=2>A<td>B<tr><td>&nbsp;C</table>")
    >>> grid.sheet, grid.row(0), grid.row(1)
    ('table 1', ['A', 'B'], ['', '\\xa0C'])
    """
    page = _Page(name)
    if UNCLOSED.search(text):
        raise refuse(name, "is a damaged HTML page", SAVE_AGAIN)
    try:
        page.feed(text)
        page.close()
    except AssertionError:
        raise refuse(name, "is a damaged HTML page", SAVE_AGAIN) from None
    if not page.tables:
        raise refuse(name, "is an HTML page without a table", "save the table in it as .xlsx or .csv")
    return tuple(grid_of(name, f"table {number}", table.cells()) for number, table in enumerate(page.tables, 1))


class _Table:
    """One table while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[Cells] = []
        self._spanned: dict[int, int] = {}
        self._next = 0
        self.cell: list[str] | None = None
        self._number = ""

    def start_row(self) -> None:
        self.end_cell()
        self._spanned = {column: rows - 1 for column, rows in self._spanned.items() if rows > 1}
        self.rows.append({})
        self._next = 0

    def start_cell(self, attributes: Mapping[str, str | None]) -> None:
        self.end_cell()
        if not self.rows:
            self.start_row()
        while self._next in self._spanned:
            self._next += 1
        self._place = self._next
        self._next += _span(attributes.get("colspan"), WIDEST_SPAN)
        if self._next > WIDEST:
            raise refuse(self.name, f"has a row of more than {WIDEST} cells", SAVE_AGAIN)
        rows = _span(attributes.get("rowspan"), HIGHEST_SPAN)
        if rows > 1:
            self._spanned |= dict.fromkeys(range(self._place, self._next), rows)
        self.cell, self._number = [], attributes.get("x:num") or ""

    def end_cell(self) -> None:
        if self.cell is not None and (text := self._number or _shown("".join(self.cell))):
            self.rows[-1][self._place] = text
        self.cell = None

    def cells(self) -> list[Cells]:
        """Return the rows without the blanks that all cells of a column below the first row begin with."""
        least: dict[int, int] = {}
        for row in self.rows[1:]:
            for column, cell in row.items():
                least[column] = min(least.get(column, len(cell)), len(cell) - len(cell.lstrip(" ")))
        return [
            {column: cell.removeprefix(" " * least.get(column, 0)) for column, cell in row.items()} for row in self.rows
        ]


class _Page(HTMLParser):
    """Collects the tables of a page; text outside of cells is not kept."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self.tables: list[_Table] = []
        self._open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table" or (tag in ("tr", "td", "th", "caption") and not self._open):
            self._start_table()
        table = self._open[-1] if self._open else None
        if table is None:
            return
        if tag in ("tr", "caption"):
            table.start_row()
        if tag in ("td", "th", "caption"):
            table.start_cell(dict(attrs))
        elif tag in ("br", "p", "div", "li") and table.cell is not None:
            table.cell.append("\0")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag in ("td", "th", "caption", "tr"):
            self._open[-1].end_cell()
        elif tag == "table":
            self._open.pop().end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].cell is not None and self.cdata_elem is None:
            self._open[-1].cell.append(data)

    def close(self) -> None:
        super().close()
        for table in self._open:
            table.end_cell()

    def _start_table(self) -> None:
        if len(self._open) == DEEPEST:
            raise refuse(self._name, f"holds tables more than {DEEPEST} deep in each other", SAVE_AGAIN)
        if len(self.tables) == TABLES_LIMIT:
            raise refuse(self._name, f"holds more than {TABLES_LIMIT} tables", SAVE_AGAIN)
        table = _Table(self._name)
        self.tables.append(table)
        self._open.append(table)


def _span(said: str | None, most: int) -> int:
    digits = (said or "").strip()
    return min(max(int(digits[:9]), 1), most) if digits.isascii() and digits.isdigit() else 1


def _shown(text: str) -> str:
    """Return the text of a cell as it is shown: line ends of the source are blanks, NULs stand for line breaks."""
    text = re.sub(r"[ \t\f]*[\r\n][ \t\r\n\f]*", "\n", text).strip("\n").replace("\n", " ")
    lines = [line.rstrip() for line in text.split("\0")]
    return "\n".join(lines).strip("\n").rstrip()


def grid_of(
    file: str,
    sheet: str,
    rows: Sequence[Cells],
    numbers: Mapping[tuple[int, int], float] | None = None,
    faults: Sequence[GridFault] = (),
) -> Grid:
    """Return a sheet from its filled cells.

    Parameters
    ----------
    file, sheet : str
        Where it stands.
    rows : sequence of mapping of column to str
        One for each row.
    numbers : mapping of (row, column) to float, optional
        The doubles behind the text, where the file holds doubles.
    faults : sequence of GridFault
        Cells that cannot be read.

    Returns
    -------
    Grid

    Raises
    ------
    InputError
        Its rectangle is too large.
    """
    places = [max(row, default=-1) for row in rows]
    width = max([*places, *(fault.column for fault in faults)], default=-1) + 1
    if width * len(rows) > CELLS_LIMIT:
        raise refuse(file, f"spans {len(rows)} rows by {width} columns, most of them empty", "remove the stray cells")
    text = tuple(pa.array([row.get(column) for row in rows], pa.string()) for column in range(width))
    if numbers is None:
        return Grid(file, sheet, text, faults=tuple(faults))
    doubles = tuple(
        pa.array([numbers.get((row, column)) for row in range(len(rows))], pa.float64()) for column in range(width)
    )
    return Grid(file, sheet, text, doubles, tuple(faults))
