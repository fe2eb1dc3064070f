"""Text files (csv, tsv, txt, printed lists, HTML tables, XML spreadsheets) to grids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.readers.files.encodings import LOST, Decoded, decode
from deminimis.readers.files.files import FileRead, refuse
from deminimis.readers.files.html_tables import html_tables, stated_encoding
from deminimis.readers.files.printed_lists import printed_records
from deminimis.readers.files.records import (
    CELL_LIMIT,
    CELLS_LIMIT,
    SAVE_AGAIN,
    WIDEST,
    Record,
    delimiter_of,
    header_row,
    is_comment,
    plain_columns,
    read_records,
)
from deminimis.readers.files.spreadsheet_xml import spreadsheet_xml
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.headers import read_header, role_names

IDS = ("child", "part_number", "material", "currency")
"""Columns to which the fault of a whole row is tied, the first that the header has."""
LONGEST_LINE = 16 << 20
"""Characters within which the first line must end."""
LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True)
class TextRead:
    """A text file read.

    Parameters
    ----------
    grids : tuple of Grid
        One for each table; row numbers count records.
    findings : tuple of Finding
        What was found in reading the text, with the file.
    delimiter : str
        "" where the cells are not delimited.
    encoding : str
        As Python names it.
    """

    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...] = ()
    delimiter: str = ""
    encoding: str = ""


def read_delimited(file: FileRead) -> tuple[Grid, ...]:
    """Read a text file as one grid; row numbers count records.

    Parameters
    ----------
    file : FileRead
        Of kind "text".

    Returns
    -------
    tuple of Grid
        One grid, without sheet name.

    Raises
    ------
    InputError
        A record cannot be read.
    """
    return read_text(file).grids


def read_text(file: FileRead) -> TextRead:
    """Read any text file: an HTML page, a web archive, an XML spreadsheet, a printed list or delimited text.

    Parameters
    ----------
    file : FileRead
        Of any kind but "xlsx" and "workbook".

    Returns
    -------
    TextRead

    Raises
    ------
    InputError
        It is JSON, other XML, in no known encoding, or no table.
    """
    if file.kind == "json":
        raise refuse(file.name, "is JSON, which is not read as a table", SAVE_AGAIN)
    if file.kind == "mhtml":
        return _read_archive(file)
    decoded = decode(file.data, stated_encoding(file.data) if file.kind in ("html", "xml") else "")
    if decoded is None or "\0" in decoded.text:
        raise refuse(file.name, _undecoded(file), "save it again as UTF-8")
    said, delimiter = list(_encoding_findings(file.name, decoded)), ""
    if file.kind == "html":
        grids = html_tables(file.name, decoded.text)
    elif file.kind == "xml":
        grids = spreadsheet_xml(file.name, decoded.text)
    else:
        grid, delimiter, found = _text_grid(file.name, decoded.text)
        grids = (grid,)
        said += found
    return TextRead(_with_damage(grids, decoded), tuple(said), delimiter, decoded.encoding)


def _read_archive(file: FileRead) -> TextRead:
    from deminimis.readers.files.web_archives import (
        named,
        pages_of,
    )  # the parser of messages, which hardly anyone needs

    reads: list[TextRead] = []
    for page in pages_of(file.name, file.data):
        stated = page.encoding or stated_encoding(page.data)
        decoded = decode(page.data, stated)
        if decoded is None or "\0" in decoded.text:
            raise refuse(file.name, "is text in no encoding that is known here", SAVE_AGAIN)
        grids = named(html_tables(file.name, decoded.text), page, sum(len(read.grids) for read in reads))
        said = tuple(_encoding_findings(file.name, decoded))
        reads.append(TextRead(_with_damage(grids, decoded), said, "", decoded.encoding))
    grids = tuple(grid for read in reads for grid in read.grids)
    return TextRead(grids, tuple(one for read in reads for one in read.findings), "", reads[0].encoding)


def _undecoded(file: FileRead) -> str:
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8"}
    begins = next((name for mark, name in marks.items() if file.data.startswith(mark)), "")
    return f"begins as {begins} text but is not" if begins else "is text in no encoding that is known here"


def _encoding_findings(name: str, decoded: Decoded) -> Iterator[Finding]:
    if not decoded.certain:
        yield finding("ENCODING_GUESSED", file=name, value=decoded.encoding, example=decoded.example)
    if decoded.damaged:
        count = decoded.text.count(LOST)
        yield finding("TEXT_DAMAGED", file=name, value=decoded.encoding, count=count)


def _with_damage(grids: tuple[Grid, ...], decoded: Decoded) -> tuple[Grid, ...]:
    if not decoded.damaged:
        return grids
    return tuple(replace(grid, faults=(*grid.faults, *_damaged_cells(grid))) for grid in grids)


def _damaged_cells(grid: Grid) -> Iterator[GridFault]:
    for index, column in enumerate(grid.text):
        for row in pc.indices_nonzero(pc.fill_null(pc.match_substring(column, LOST), False)).to_pylist():
            yield GridFault(row, index, "TEXT_NOT_DECODED", column[row].as_py()[:80])


def _text_grid(name: str, text: str) -> tuple[Grid, str, list[Finding]]:
    if len(text) > LONGEST_LINE and LINE_END.search(text, 0, LONGEST_LINE) is None:
        what = f"has a first line of over {LONGEST_LINE >> 20} million characters, more than can be read"
        raise refuse(name, what, SAVE_AGAIN)
    printed = printed_records(text)
    delimiter = "" if printed else delimiter_of(text)
    _check_count(name, text.count(delimiter or "|") + text.count("\n") + 1)
    if not printed and (columns := plain_columns(text, delimiter)) is not None:
        _check_cells(name, columns)
        return Grid(name, "", columns), delimiter, []
    records, unclosed = (printed, []) if printed else read_records(name, text, delimiter)
    width = max(map(len, records), default=0)
    if width > WIDEST:
        raise refuse(name, f"has a row of {width} cells, more than the {WIDEST} of the widest sheet", SAVE_AGAIN)
    _check_count(name, len(records) * width)
    header = header_row(records)
    comments = [row for row in range(header + 1, len(records)) if is_comment(records, header, row)]
    for row in comments:
        records[row] = []
    faults = tuple(_wide_rows(records, header))
    columns = tuple(pa.array([cell or None for cell in c], pa.string()) for c in zip_longest(*records))
    said = [finding("QUOTE_NOT_CLOSED", file=name, row=row + 1, value=_shown(records[row])) for row in unclosed]
    said += [finding("ROW_SKIPPED", file=name, row=row + 1, value="a comment") for row in comments]
    return Grid(name, "", columns, faults=faults), delimiter, said


def _check_count(name: str, cells: int) -> None:
    if cells > CELLS_LIMIT:
        raise refuse(name, f"spans {cells} cells, more than can be read", "remove the empty ones, or split it")


def _check_cells(name: str, columns: tuple[pa.Array, ...]) -> None:
    longest = max((pc.max(pc.binary_length(column)).as_py() or 0 for column in columns), default=0)
    if longest > CELL_LIMIT and any((pc.max(pc.utf8_length(c)).as_py() or 0) > CELL_LIMIT for c in columns):
        raise refuse(name, f"is no delimited text (a cell is longer than {CELL_LIMIT} characters)", SAVE_AGAIN)


def _wide_rows(records: Sequence[Record], header: int) -> Iterator[GridFault]:
    """Tell rows that say something to the right of the header: their cells are likely shifted."""
    if header < 0:
        return
    width = len(records[header])
    roles = [role_names().get(read_header(cell).name, (("",), ""))[0][0] for cell in records[header]]
    column = next((roles.index(role) for role in IDS if role in roles), 0)
    for row, record in enumerate(records[header + 1 :], header + 1):
        if len(record) > width and any(cell.strip() for cell in record[width:]):
            yield GridFault(row, column, "ROW_TOO_WIDE", _shown(record[width:]))


def _shown(cells: Record) -> str:
    return " | ".join(cell.strip() for cell in cells if cell.strip())[:80]
