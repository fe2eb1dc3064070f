"""The open format of a supplier's declaration: its version, columns and words, and where they stand in a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from deminimis.readers.cells.exact_ids import with_exact_ids
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.workbooks.sheet_scan import Expected

FORMAT = "deminimis-supplier-declaration/"
VERSION = f"{FORMAT}1"
REQUEST, DECLARATION = "Request", "Declaration"
VERSION_ROW, VERSION_COLUMN = 1, 1
"""The cell Request!B2, counted from 0."""
HEADER_WITHIN = 10
MASSES = ("mass", "mass_low", "mass_high")
IDS = ("part_number", "your_part_number")
KEYS = ("part_number", "contains", "material")


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One column of the open format.

    Parameters
    ----------
    name, declares : str
        In the format, and in the table of declarations; blank where that has no such column.
    required : str
        yes, "if yes" (the part contains something), "if answered", or blank.
    width : int
        [characters]
    title, hint, zh : str
        Words of the header.
    """

    name: str
    declares: str
    required: str
    width: int
    title: str
    hint: str
    zh: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of an answer: its number, from 1, and what its cells say, by column of the format."""

    row: int
    cells: Mapping[str, str]

    def said(self, column: str) -> str:
        """Return a cell without blanks around it."""
        return self.cells.get(column, "").strip()

    def word(self, column: str) -> str:
        """Return the word of the format that a cell stands for, "" for a blank one, the cell itself for any other."""
        return answer_words(column).get(self.said(column).casefold(), self.said(column))


@cache
def answer_columns() -> tuple[AnswerColumn, ...]:
    """Return the columns of the open format, in their order.

    Examples
    --------
    >>> [column.name for column in answer_columns() if column.required == "yes"]
    ['part_number', 'contains']
    """
    with files(__package__).joinpath("answer_columns.csv").open(encoding="utf-8") as stream:
        return tuple(
            AnswerColumn(
                row["name"],
                row["declares"],
                row["required"],
                int(row["width"]),
                row["title"],
                row["hint"],
                row["zh"],
            )
            for row in csv.DictReader(stream)
        )


@cache
def answer_words(column: str) -> Mapping[str, str]:
    """Return what each accepted word of a column means.

    Examples
    --------
    >>> answer_words("contains")["否"]
    'no'
    """
    with files(__package__).joinpath("answer_words.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["column"] == column]
    return {word.casefold(): row["meaning"] for row in rows for word in row["words"].split("|")}


def is_supplier_answer(grids: Sequence[Grid]) -> bool:
    """Say whether the sheets are a supplier's answer, of whatever version.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets of a workbook.
    """
    return version_of(grids).startswith(FORMAT)


def version_of(grids: Sequence[Grid]) -> str:
    """Return what the cell Request!B2 says, "" where there is none."""
    for grid in grids:
        at = VERSION_COLUMN - grid.offset
        if is_named(grid, REQUEST) and grid.height > VERSION_ROW and 0 <= at < len(grid.text):
            return (grid.text[at][VERSION_ROW].as_py() or "").strip()
    return ""


def expected_answer(grid: Grid) -> Expected | None:
    """Return which columns of the sheet Declaration and of its copies hold numbers and ids; None for other sheets."""
    if DECLARATION.casefold() not in grid.sheet.casefold() or (header := find_header(grid)) is None:
        return None
    at = {name: index + grid.offset for name, index in header[1].items()}
    numbers = frozenset(index for name, index in at.items() if name in MASSES)
    return Expected(numbers, frozenset(index for name, index in at.items() if name in IDS), header[0])


def find_header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Return the header row of the sheet Declaration, from 0, and the index of each column; None where there is none.

    Notes
    -----
    The first line of a header cell names the column, in capitals or not.
    """
    known = {column.title: column.name for column in answer_columns()} | {c.name: c.name for c in answer_columns()}
    for row in range(min(grid.height, HEADER_WITHIN)):
        lines = [(cell.strip().splitlines() or [""])[0].strip().casefold() for cell in grid.row(row)]
        at = {known[line]: index for index, line in reversed(list(enumerate(lines))) if line in known}
        if set(KEYS) <= set(at):
            return row, at
    return None


def is_named(grid: Grid, name: str) -> bool:
    """Say whether a sheet bears a name, in capitals or not."""
    return grid.sheet.strip().casefold() == name.casefold()


def sheet_of(grids: Sequence[Grid], name: str) -> Grid | None:
    """Return the sheet of that name, None where there is none."""
    return next((grid for grid in grids if is_named(grid, name)), None)


def answer_rows(grid: Grid, header: tuple[int, Mapping[str, int]]) -> Iterator[AnswerRow]:
    """Yield the rows of the sheet Declaration that say something; a description alone is the asker's own.

    Parameters
    ----------
    grid : Grid
        Read as `expected_answer` says, so that masses keep their digits.
    header : (int, mapping of column to int)
        As `find_header` returns it.
    """
    top, at = header
    grid = with_exact_ids(grid, [at[name] for name in IDS if name in at])
    columns = {name: grid.text[index].to_pylist() for name, index in at.items()}
    for name in MASSES:
        if name in at and grid.numbers:
            doubles = grid.numbers[at[name]].to_pylist()
            # A spreadsheet holds yes and no as 1 and 0 too; they are no masses.
            columns[name] = [
                t if d is None or t in ("true", "false") else repr(d)
                for t, d in zip(columns[name], doubles, strict=True)
            ]
    broken = {fault.row for fault in faults_of(grid, at)}
    for index in range(top + 1, grid.height):
        cells = {name: cell for name, column in columns.items() if (cell := column[index]) and cell.strip()}
        if index in broken or set(cells) - {"description"}:
            yield AnswerRow(index + 1, cells)


def faults_of(grid: Grid, at: Mapping[str, int]) -> list[GridFault]:
    """Return the cells that cannot be read in columns that matter."""
    wanted = {index for name, index in at.items() if name not in ("description", "comment")}
    return [fault for fault in grid.faults if fault.column in wanted]
