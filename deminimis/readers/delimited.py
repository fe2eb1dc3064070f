"""Delimited text (csv, tsv, txt) to a grid."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import zip_longest

import pyarrow as pa

from deminimis.readers.files import FileRead, refuse
from deminimis.readers.grid import Grid

DELIMITERS = ",;\t|"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_delimited(file: FileRead) -> tuple[Grid, ...]:
    """Read a text file as one grid; row numbers count records.

    Parameters
    ----------
    file : FileRead
        UTF-8, UTF-16 with byte-order mark, or else Windows-1252.

    Returns
    -------
    tuple of Grid
        One grid, without sheet name.

    Raises
    ------
    InputError
        A record cannot be read.
    """
    text = decode(file)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))
    except csv.Error as error:
        raise refuse(file.name, f"is no delimited text ({error})", "save the table as .xlsx or .csv") from None
    columns = zip_longest(*records)
    return (Grid(file.name, "", tuple(pa.array([cell or None for cell in c], pa.string()) for c in columns)),)


def decode(file: FileRead) -> str:
    """Return the text of a file.

    Raises
    ------
    InputError
        Its byte-order mark promises an encoding that it does not keep.
    """
    encoding = next((name for mark, name in MARKS if file.data.startswith(mark)), "")
    if not encoding:
        try:
            return file.data.decode("utf-8")
        except UnicodeDecodeError:
            return file.data.decode("cp1252", errors="replace")
    try:
        return file.data.decode(encoding)
    except UnicodeDecodeError:
        raise refuse(file.name, f"begins as {encoding} text but is not", "save it again as UTF-8") from None


def delimiter_of(text: str) -> str:
    """Return the delimiter: the one that splits most of the first lines into the same number of cells.

    Examples
    --------
    >>> delimiter_of("part;price\\nA,1;2,50\\nB;3,1\\n")
    ';'
    """
    lines = [line for line in io.StringIO(text[: 1 << 16]).read().splitlines()[:50] if line.strip()]
    scores = []
    for sign in DELIMITERS:
        widths = [len(record) for record in csv.reader(lines, delimiter=sign)]
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=1)
        scores.append(((usual > 1) * widths.count(usual), usual))
    return DELIMITERS[scores.index(max(scores))]
