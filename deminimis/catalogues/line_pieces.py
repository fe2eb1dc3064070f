"""A table of lines too large for one machine, cut into pieces that are read apart and sorted by parent into shares.

Part numbers become integers without anybody seeing all of them: the key of a number is its hash of 64 bits. Whoever
gathers the numbers of a share of the keys sees every number that has one of them, and a second hash tells if there are
two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.catalogues.distributed_reads import must_be_seen
from deminimis.catalogues.inputs import CatalogueFile
from deminimis.catalogues.table_files import check_frames, frame_of, load_frame, unreadable
from deminimis.errors import CatalogueError, InputError
from deminimis.model import Finding, Source, schema
from deminimis.model.part_codes import encode_numbers

SEEDS = (7, 61)
"""Of the hash that is the key of a number, and of the one that proves it."""
FILE_BITS = 40
"""Bits of a row within its file; the bits above count the file."""
Rows = npt.NDArray[np.int64]
"""Lines by the order in which they were read: file and row."""


@dataclass(frozen=True)
class LinePiece:
    """Some rows of a table of lines.

    Parameters
    ----------
    file : CatalogueFile
    place : int
        Index of the file in `Bom.sources`.
    groups : tuple of int
        Row groups of a Parquet file; none for the whole of a file.
    before : int
        Rows of the file before these.
    """

    file: CatalogueFile
    place: int
    groups: tuple[int, ...] = ()
    before: int = 0


@dataclass(frozen=True)
class PieceRead:
    """A piece read and checked.

    Parameters
    ----------
    lines : tuple of pyarrow.Table
        By share of the parents: keys of both ends, the order of the row, and the columns.
    numbers : tuple of pyarrow.Table
        By share of the numbers: key, second hash, number, unit of the line, first row as parent and as child.
    findings : tuple of Finding
    long_decimals : mapping of (column, row) to str
    count : int
        Lines.
    scrapped : int
        Lines with scrap.
    """

    lines: tuple[pa.Table, ...]
    numbers: tuple[pa.Table, ...]
    findings: tuple[Finding, ...]
    long_decimals: dict[tuple[str, int], str]
    count: int
    scrapped: int


def cut_pieces(file: CatalogueFile, place: int, rows: int) -> Iterator[LinePiece]:
    """Yield the pieces of a table of lines.

    Parameters
    ----------
    file : CatalogueFile
    place : int
        Index of the file in `Bom.sources`.
    rows : int
        How many a piece has at most, where the row groups of the file allow it.

    Notes
    -----
    What a column of text says of numbers and days is decided for the whole of it, so that such a file is one piece.

    Raises
    ------
    InputError
        The file is damaged.
    """
    if file.path.suffix.lower() != ".parquet":
        yield LinePiece(file, place)
        return
    try:
        parquet = pq.ParquetFile(file.path)
    except (pa.ArrowException, OSError) as fault:
        raise unreadable(file, fault) from None
    if not _is_typed(parquet.schema_arrow):
        yield LinePiece(file, place)
        return
    groups: list[int] = []
    before = held = 0
    for group in range(parquet.num_row_groups):
        size = parquet.metadata.row_group(group).num_rows
        if groups and held + size > rows:
            yield LinePiece(file, place, tuple(groups), before)
            groups, before, held = [], before + held, 0
        groups.append(group)
        held += size
    yield LinePiece(file, place, tuple(groups), before)


def _is_typed(columns: pa.Schema) -> bool:
    kinds = {"number": pa.types.is_floating, "date": pa.types.is_temporal}
    for column in schema()["lines"].values():
        kind = columns.field(column.name).type if column.name in columns.names else pa.null()
        known = kinds.get(column.type, lambda _: True)(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)
        if not known:
            return False
    return True


def read_piece(piece: LinePiece, columns: Sequence[str], shares: int, seeds: tuple[int, int]) -> PieceRead | str:
    """Read a piece, check it, and sort its lines by parent.

    Parameters
    ----------
    piece : LinePiece
    columns : sequence of str
        Which there are in any of the files.
    shares : int
        Into how many parents are shared out.
    seeds : tuple of int
        Of the key and of its proof.

    Returns
    -------
    PieceRead or str
        Why the file cannot be read, in one sentence.

    Raises
    ------
    CatalogueError
        The worker does not see the file.
    """
    must_be_seen(piece.file.path)
    try:
        checked = check_frames([_frame(piece)], piece.place)[0].checked
    except InputError as fault:
        return str(fault)
    table = checked.table
    row = table["row"].to_numpy() + piece.before
    order = (np.int64(piece.place) << FILE_BITS) | row.astype(np.int64)
    numbers, (parent, child) = encode_numbers([table["parent"], table["child"]])
    key, proof = (pl.Series(numbers, dtype=pl.String).hash(seed).to_numpy() for seed in seeds)
    named = _numbers(numbers, key, proof, parent, child, order, table["unit"])
    said = table.select([*columns, "place"]).append_column("row", pa.array(row.astype(np.int32)))
    ends = {"parent": pa.array(key[parent]), "child": pa.array(key[child]), "order": pa.array(order)}
    lines = pa.table({**ends, **{name: said[name] for name in said.column_names}})
    return PieceRead(
        _shared(lines, key[parent], shares),
        _shared(named, named["key"].to_numpy(), shares),
        tuple(replace(f, row=f.row + piece.before) if f.row else f for f in checked.findings),
        {(column, int(order[at])): text for (_, column, at), text in checked.long_decimals.items()},
        len(lines),
        int((table["scrap_percent"].fill_null(0.0).to_numpy() > 0).sum()),
    )


def _frame(piece: LinePiece) -> Any:
    if not piece.groups:
        return load_frame(piece.file)
    known = schema()["lines"]
    try:
        parquet = pq.ParquetFile(piece.file.path)
        names = parquet.schema_arrow.names
        table = parquet.read_row_groups(list(piece.groups), [name for name in names if name in known])
    except (pa.ArrowException, OSError) as fault:
        raise unreadable(piece.file, fault) from None
    return frame_of(Source(piece.file.name, "lines"), "lines", pl.DataFrame(table), names)


def _numbers(
    numbers: pa.Array, key: Any, proof: Any, parent: Any, child: Any, order: Rows, unit: pa.ChunkedArray
) -> pa.Table:
    """Return every number with the first row it stands in, as a child once for each unit it is given in."""
    number = pl.DataFrame({"key": key, "proof": proof, "number": pl.Series(numbers, dtype=pl.String)})
    number = number.with_row_index("at").cast({"at": pl.Int32})
    another = pl.Series(child != parent)
    as_child = pl.DataFrame({"at": child, "unit": pl.Series(unit.combine_chunks(), dtype=pl.String), "as_child": order})
    as_child = as_child.filter(another).group_by("at", "unit").agg(pl.col("as_child").min())
    as_parent = pl.DataFrame({"at": parent, "as_parent": order}).group_by("at").agg(pl.col("as_parent").min())
    whole = number.join(as_child, on="at", how="left").join(as_parent, on="at", how="left")
    return plain_table(whole.drop("at"))


def plain_table(frame: pl.DataFrame) -> pa.Table:
    """Return numbers of shares as Arrow has them, text in its plain type."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    text = {name: pa.string() for name in ("number", "unit")}
    return table.cast(pa.schema([pa.field(f.name, text.get(f.name, f.type)) for f in table.schema]))


def _shared(table: pa.Table, keys: npt.NDArray[np.uint64], shares: int) -> tuple[pa.Table, ...]:
    share = keys % np.uint64(shares)
    return tuple(table.filter(pa.array(share == at)).combine_chunks() for at in range(shares))


def columns_of(file: CatalogueFile) -> list[str]:
    """Return the columns of a table of lines that are used, without those of part numbers.

    Raises
    ------
    InputError
        The file is damaged.
    """
    known = schema()["lines"]
    if file.path.suffix.lower() != ".parquet":
        return [name for name in known if known[name].type != "id"]
    try:
        names = pq.read_schema(file.path).names
    except (pa.ArrowException, OSError) as fault:
        raise unreadable(file, fault) from None
    return [name for name in names if name in known and known[name].type != "id"]


def hash_collision() -> CatalogueError:
    """Return what is said when every pair of seeds gave two part numbers one key."""
    return CatalogueError("two part numbers have one hash under every seed: use --engine local.", path="")
