"""Tables of the contract as Parquet or text: typed columns taken as they are, part numbers as codes into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.catalogues.column_types import fit_columns, refused
from deminimis.catalogues.inputs import CatalogueFile
from deminimis.catalogues.large_tables import read_large
from deminimis.catalogues.part_hashes import encode_hashed
from deminimis.catalogues.part_pieces import HashedPiece, hash_pieces
from deminimis.errors import InputError
from deminimis.model import Finding, Mask, Source, finding, schema
from deminimis.model.cells import TypedColumn
from deminimis.model.checks import Checked, RawTable, check_table, type_columns
from deminimis.model.part_codes import all_visible
from deminimis.model.slices import work_ahead

ID_TABLES = ("parts", "lines", "declarations", "sourcing")
"""Tables with part numbers, in the order in which numbers are counted."""


@dataclass(frozen=True)
class TableRead:
    """One table read and checked: where it came from, its rows and what was found."""

    source: Source
    name: str
    checked: Checked
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Frame:
    """One table as its file holds it.

    Parameters
    ----------
    source : Source
        File and table.
    name : str
        One of the six tables.
    columns : polars.DataFrame
        The columns the table knows, in types that can be checked.
    findings : tuple of Finding
        Columns that are not used, or that lack.
    doubts : tuple of Finding
        What the types of columns make doubtful; of a piece of a table what is so in its rows.
    ids : mapping of str to list of HashedPiece
        Columns of part numbers whose text was hashed while it was read; the others are in `columns`.
    """

    source: Source
    name: str
    columns: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()
    ids: Mapping[str, Sequence[HashedPiece]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Rows of the table."""
        return self.columns.height or max((sum(p.height for p in pieces) for pieces in self.ids.values()), default=0)


def load_frame(file: CatalogueFile) -> Frame:
    """Load the columns of a table from its file.

    Parameters
    ----------
    file : CatalogueFile

    Returns
    -------
    Frame

    Raises
    ------
    InputError
        The file is damaged, has the columns of no table, two columns of one name that disagree, or a column of a type
        that cannot be what it should say.
    """
    if not file.table:
        raise InputError(
            f"{file.name} has the columns of no table: name them as in the contract (lines: parent, child, quantity; "
            "parts: part_number; declarations: part_number, material ...).",
            file=file.name,
        )
    ids: Mapping[str, Sequence[HashedPiece]] = {}
    try:
        if file.path.suffix.lower() == ".parquet":
            names, frame, ids = _parquet_columns(file)
        else:
            names, frame = _text_columns(file)
    except pl.exceptions.DuplicateError as fault:
        raise InputError(f"{file.name}: {fault}: delete one or give it another name.", file=file.name) from None
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as fault:
        words = (str(fault).strip().splitlines() or [type(fault).__name__])[0][:200]
        raise unreadable(file, words) from None
    return frame_of(Source(file.name, file.table), file.table, frame, names, ids)


def _parquet_columns(file: CatalogueFile) -> tuple[list[str], pl.DataFrame, Mapping[str, Sequence[HashedPiece]]]:
    """Return the names of all columns of a Parquet file, and the columns the table knows."""
    names = list(pl.read_parquet_schema(file.path))
    known = [schema()[file.table][name] for name in names if name in schema()[file.table]]
    if (large := read_large(file.path, known)) is not None:
        return names, large.columns, large.ids
    return names, pl.read_parquet(file.path, columns=[column.name for column in known], hive_partitioning=False), {}


def _text_columns(file: CatalogueFile) -> tuple[list[str], pl.DataFrame]:
    """Return the names of all columns of a text file, and the columns the table knows.

    Polars gives the second of two columns of one name another one.
    """
    sign = "\t" if file.path.suffix.lower() == ".tsv" else ","
    whole = pl.read_csv(file.path, separator=sign, infer_schema=False)
    names = whole.columns
    if any("_duplicated_" in name for name in names):
        header = pl.read_csv(file.path, separator=sign, infer_schema=False, has_header=False, n_rows=1)
        names = [name or "" for name in header.row(0)]
        _check_twins(file, whole, names)
    known = [name for name in dict.fromkeys(names) if name in schema()[file.table]]
    return list(dict.fromkeys(names)), whole.select(known)


def _check_twins(file: CatalogueFile, whole: pl.DataFrame, header: Sequence[str]) -> None:
    """Refuse columns of one name that say different things, for it is not known which one counts."""
    for at, name in enumerate(header):
        first, again = whole.to_series(header.index(name)), whole.to_series(at)
        differ = first.ne_missing(again)
        if name in schema()[file.table] and differ.any():
            row = int(differ.arg_max() or 0)
            said = " and ".join("nothing" if word is None else repr(word) for word in (first[row], again[row]))
            why = f"is there twice and says {said} in row {row + 2}"
            raise refused(file.name, name, why, "delete the one that does not count or give it another name")


def unreadable(file: CatalogueFile, why: object) -> InputError:
    """Return what is said of a table whose file is damaged."""
    return InputError(f"{file.name} cannot be read ({why}): write it again.", file=file.name)


def frame_of(
    source: Source,
    name: str,
    columns: pl.DataFrame,
    given: Sequence[str],
    ids: Mapping[str, Sequence[HashedPiece]] | None = None,
) -> Frame:
    """Return a frame with its columns in types that can be checked, and the findings about them.

    Parameters
    ----------
    source : Source
    name : str
        One of the six tables.
    columns : polars.DataFrame
        Those of `given` that the table knows.
    given : sequence of str
        All columns there are.
    ids : mapping of str to list of HashedPiece, optional
        Columns of part numbers that are hashed and not among `columns`.

    Raises
    ------
    InputError
        A column of part numbers lacks, or a column is of a type that cannot be what it should say.
    """
    known, hashed = schema()[name], ids or {}
    missing = [c.name for c in known.values() if c.type == "id" and c.name not in (*columns.columns, *hashed)]
    if missing:
        raise InputError(f"{source.file or f'the table {name}'} has no column {missing[0]}: add it.", file=source.file)
    place: dict[str, Any] = {"file": source.file, "sheet": source.sheet}
    needed = [c.name for c in known.values() if c.required and not c.default and c.type not in ("currency", "id")]
    told = [finding("COLUMN_NOT_USED", **place, column=c, value=c) for c in given if c not in known]
    told += [finding("COLUMN_MISSING", **place, column=c, value=c) for c in needed if c not in columns.columns]
    fitted, doubts = fit_columns(source, name, columns)
    return Frame(source, name, fitted, tuple(told), doubts, hashed)


def check_frames(frames: Sequence[Frame], first_place: int = 0) -> tuple[TableRead, ...]:
    """Check tables, their part numbers turned into codes of one table of numbers.

    Parameters
    ----------
    frames : sequence of Frame
    first_place : int
        Index of the first in `Bom.sources`.

    Returns
    -------
    tuple of TableRead
        In the order of `frames`.
    """
    with ThreadPoolExecutor(1) as beside:
        # while numbers of parts are coded, mostly by one thread
        plain = [beside.submit(_plain_columns, frame) for frame in frames]
        coded = _coded(frames)
        reads = []
        for at, frame in enumerate(frames):
            raw, typed = plain[at].result()
            raw = replace(raw, columns=dict(raw.columns) | coded[at])
            named = {name: TypedColumn(column) for name, column in coded[at].items()}
            checked = check_table(frame.name, raw, first_place + at, typed | named)
            checked = replace(checked, findings=(*frame.doubts, *checked.findings))
            reads.append(TableRead(frame.source, frame.name, checked, (*frame.findings, *checked.findings)))
    return tuple(reads)


def _coded(frames: Sequence[Frame]) -> list[dict[str, pa.Array]]:
    """Return the columns of part numbers of every frame, as codes into one table of numbers; blanks are null."""
    ids = [
        (at, column.name)
        for name in ID_TABLES
        for column in schema()[name].values()
        if column.type == "id"
        for at, frame in enumerate(frames)
        if frame.name == name
    ]
    numbers, codes = encode_hashed(list(work_ahead(lambda place: _pieces(frames[place[0]], place[1]), ids)))
    nameless = _blank_numbers(numbers)
    coded: list[dict[str, pa.Array]] = [{} for _ in frames]
    for (at, column), of_rows in zip(ids, codes, strict=True):
        blank = of_rows < 0
        if nameless is not None:
            blank |= nameless[of_rows]
        coded[at][column] = pa.DictionaryArray.from_arrays(
            pa.array(of_rows, mask=blank if blank.any() else None), numbers
        )
    return coded


def _blank_numbers(numbers: pa.Array) -> Mask | None:
    """Return which numbers are nothing but blanks; None where none is."""
    if all_visible(numbers) and pc.min(pc.binary_length(numbers)).as_py():
        return None
    blank = np.asarray(pc.equal(pc.utf8_trim_whitespace(numbers), "").to_numpy(zero_copy_only=False), dtype=bool)
    return blank if blank.any() else None


def _pieces(frame: Frame, column: str) -> Sequence[HashedPiece]:
    return frame.ids[column] if column in frame.ids else hash_pieces(frame.columns[column].cast(pl.String))


def _plain_columns(frame: Frame) -> tuple[RawTable, dict[str, TypedColumn]]:
    """Return the columns that hold no part numbers, raw and typed."""
    known = schema()[frame.name]
    numbers: dict[str, pa.Array] = {}
    columns: dict[str, Any] = {}
    for name in frame.columns.columns:
        column = frame.columns[name]
        if known[name].type == "id":
            continue
        if known[name].type == "number" and column.dtype.is_numeric():
            columns[name] = numbers[name] = _arrow(column.cast(pl.Float64))
        elif known[name].type == "date" and column.dtype.is_temporal():
            columns[name] = _arrow(column.cast(pl.Date))
        else:
            columns[name] = _arrow(column.cast(pl.String))
    rows = np.arange(1, frame.height + 1, dtype=np.int32) + int(frame.source.file.endswith((".csv", ".tsv")))
    raw = RawTable(frame.source.file, frame.source.sheet, columns, numbers, rows)
    return raw, type_columns(frame.name, raw, list(columns))


def _arrow(column: pl.Series) -> pa.Array:
    array = column.to_arrow()
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return flat.cast(pa.string()) if column.dtype == pl.String else flat
