"""Delimited text to records: which delimiter, which quotes count, which records are header and comments."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import islice

import pyarrow as pa

from deminimis.readers.files.files import refuse
from deminimis.readers.tables.headers import read_header, role_names

DELIMITERS = ",;\t|"
SEP = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
"""First line by which a spreadsheet program is told the delimiter."""
HEADER_WITHIN = 40
CELL_LIMIT = 131_072
"""Characters of the longest cell; a spreadsheet holds a quarter of it."""
WIDEST, CELLS_LIMIT = 16_384, 50_000_000
SPANNED = 20
"""Lines over which a quoted cell is followed where the quotes of the file are not in order."""
SAVE_AGAIN = "save the table as .xlsx or .csv"

Record = list[str]


def plain_columns(text: str, delimiter: str) -> tuple[pa.Array, ...] | None:
    """Return the columns of a text without quotes and comments whose rows are all of one width, else None.

    Parameters
    ----------
    text : str
        The whole file.
    delimiter : str
        One character.

    Returns
    -------
    tuple of pyarrow.StringArray (rows,), or None

    Notes
    -----
    The fast reader of Arrow, four times as fast as the csv module; every cell keeps all of its characters.

    Examples
    --------
    >>> [column.to_pylist() for column in plain_columns("a,NA\\n 1,\\n", ",")]
    [['a', ' 1'], ['NA', None]]
    """
    if '"' in text or "\n#" in text or "\r#" in text or text.startswith(("#", "\ufeff")):
        return None
    from pyarrow import csv as arrow

    first = re.match(r"[^\r\n]*", text)
    width = first[0].count(delimiter) + 1 if first else 1
    if width == 1 or width > WIDEST or width * text.count("\n") > CELLS_LIMIT or "\r\r" in text:
        return None
    names = [f"f{index}" for index in range(width)]
    try:
        table = arrow.read_csv(
            pa.BufferReader(text.encode()),
            arrow.ReadOptions(column_names=names, block_size=1 << 24),
            arrow.ParseOptions(delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None
    return tuple(column.combine_chunks() for column in table.columns)


def read_records(name: str, text: str, delimiter: str) -> tuple[list[Record], list[int]]:
    """Return the records of delimited text, and the rows where a quote opens a cell and never closes.

    Parameters
    ----------
    name : str
        File name, for the refusal.
    text : str
        The whole file.
    delimiter : str
        One character.

    Returns
    -------
    records : list of list of str
    unclosed : list of int
        From 0; the quotes of these rows are read as text, so that they swallow no other row.

    Raises
    ------
    InputError
        A cell is longer than 131072 characters.

    Examples
    --------
    >>> read_records("a.csv", 'A,"3 pipe"\\nB,"4 pipe\\nC,x\\n', ",")
    ([['A', '3 pipe'], ['B', '"4 pipe'], ['C', 'x']], [1])
    """
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)), []
    except csv.Error:
        pass  # one quote out of order: line by line, so that it can swallow no other row
    lines = list(io.StringIO(text, newline=""))
    records: list[Record] = []
    unclosed, at = [], 0
    while at < len(lines):
        record, taken = _one_record(lines, at, delimiter)
        if record is None:
            unclosed.append(len(records))
            record, taken = lines[at].rstrip("\r\n").split(delimiter), 1
        if max(map(len, record), default=0) > CELL_LIMIT:
            raise refuse(name, f"is no delimited text (a cell is longer than {CELL_LIMIT} characters)", SAVE_AGAIN)
        records.append(record)
        at += taken
    return records, unclosed


def _one_record(lines: Sequence[str], at: int, delimiter: str) -> tuple[Record | None, int]:
    for taken in range(1, SPANNED + 1):
        try:
            [record] = csv.reader(lines[at : at + taken], delimiter=delimiter, strict=True)
            return record, taken
        except csv.Error as error:
            if "unexpected end" not in str(error) or at + taken >= len(lines):
                break
    return None, 1


def delimiter_of(text: str) -> str:
    """Return the delimiter: the one that a first line ``sep=`` names or that makes known column names of the header.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    str
        One of ``, ; TAB |``. Without known names, the one that splits most of the first lines into as many cells.

    Examples
    --------
    >>> delimiter_of("part;price\\nA,1;2,50\\nB;3,1\\n")
    ';'
    """
    lines = list(islice(io.StringIO(text[: 1 << 16], newline=""), 50))
    if lines and (said := SEP.fullmatch(lines[0])) and said[1] in DELIMITERS:
        return said[1]
    told = [line for line in lines if line.strip() and not line.startswith("#")] or lines
    scores = []
    for sign in DELIMITERS:
        records = [_one_record([line], 0, sign)[0] or line.split(sign) for line in told]
        widths = [len(record) for record in records]
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=1)
        known = max((_known_names(record) for record in records[:HEADER_WITHIN]), default=0)
        scores.append((known * (known > 1), (usual > 1) * widths.count(usual), usual))
    return DELIMITERS[scores.index(max(scores))]


def _known_names(record: Record) -> int:
    return len({name for cell in record[:200] if (name := read_header(cell[:100]).name) in role_names()})


def header_row(records: Sequence[Record]) -> int:
    """Return the first record that names the most known columns, of the first 40; -1 if none names two.

    Examples
    --------
    >>> header_row([["# from the test system"], ["parent", "child", "quantity"], ["A", "B", "1"]])
    1
    """
    known = [_known_names(record) for record in records[:HEADER_WITHIN]]
    return known.index(max(known)) if max(known, default=0) > 1 else -1


def is_comment(records: Sequence[Record], header: int, row: int) -> bool:
    """Return whether a record below the header is a comment and no part whose number begins with ``#``.

    Parameters
    ----------
    records : sequence of list of str
        All of them.
    header, row : int
        Index of the header, -1 if there is none, and of the record.

    Returns
    -------
    bool
        A comment is not as wide as the header, and is set off by a blank unless the file begins with comments too.

    Examples
    --------
    >>> rows = [["parent", "child"], ["# old"], ["#7", "B"]]
    >>> is_comment(rows, 0, 1), is_comment(rows, 0, 2)
    (True, False)
    """
    record = records[row]
    if header < 0 or not record or not record[0].startswith("#"):
        return False
    if len(record) == len(records[header]) and any(cell.strip() for cell in record[1:]):
        return False
    before = any(record and record[0].startswith("#") for record in records[:header])
    return before or record[0][1:2] in ("", " ", "#", "-", "=", "\t")
