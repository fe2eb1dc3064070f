"""The united bill of a run as files of its result: loaded again, it gives the same numbers without the originals."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.errors import CatalogueError
from deminimis.model import TABLES, Bom, Finding, Input, Source, arrow_schema, schema
from deminimis.model.part_codes import as_text
from deminimis.model.tables import blank_column

BOM = "bom"
"""Folder of a result that holds the bill."""
ORIGIN = "origin.json"
"""Where the rows came from, and what reading them found."""
FEW_ROWS = 8
"""A table with fewer rows than this part of all numbers is written as text: it would carry numbers it does not name."""
WHOLE_DICTIONARY = 1 << 30
"""Bytes of part numbers up to which a column stays codes into one dictionary."""


def write_bom(bom: Bom, folder: Path) -> None:
    """Write a bill of materials as one Parquet file for each table, in the columns of the contract.

    Parameters
    ----------
    bom : Bom
    folder : Path
        Is made. Columns without a value are left out.
    """
    folder.mkdir(parents=True)
    for name in TABLES:
        table = _slim(name, bom.table(name))
        codes = [field.name for field in table.schema if _is_id(name, field.name)]
        pq.write_table(
            table,
            folder / f"{name}.parquet",
            compression="zstd",
            use_dictionary=[*codes, *(f.name for f in table.schema if pa.types.is_string(f.type))],
            column_encoding={"row": "DELTA_BINARY_PACKED"},
            dictionary_pagesize_limit=WHOLE_DICTIONARY,
            row_group_size=max(len(table), 1),
            write_statistics=False,
        )
    (folder / ORIGIN).write_text(json.dumps(_origin(bom), ensure_ascii=False), encoding="utf-8")


def _slim(name: str, table: pa.Table) -> pa.Table:
    given = [c for c in table.column_names if _is_id(name, c) or c == "row" or table[c].null_count < len(table)]
    slim = table.select(given)
    for at, field in enumerate(slim.schema):
        column = slim[field.name]
        if pa.types.is_dictionary(field.type) and _names_few(column):
            slim = slim.set_column(at, field.name, as_text(column))
    return slim


def _names_few(column: pa.ChunkedArray) -> bool:
    numbers = max((len(chunk.dictionary) for chunk in column.chunks), default=0)
    return len(column) * FEW_ROWS < numbers


def _is_id(table: str, column: str) -> bool:
    known = schema()[table].get(column)
    return known is not None and known.type == "id"


def _origin(bom: Bom) -> dict[str, Any]:
    return {
        "sources": [[source.file, source.sheet, source.table] for source in bom.sources],
        "inputs": [[given.name, given.sha256] for given in bom.inputs],
        "findings": [asdict(found) for found in bom.findings],
        "long_decimals": [[*place, text] for place, text in bom.long_decimals.items()],
        "bills": sorted(bom.bills),
    }


def load_bom(folder: Path) -> Bom:
    """Return the bill of materials that `write_bom` wrote.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Bom
        Its columns of part numbers are codes into one table of numbers.

    Raises
    ------
    CatalogueError
        It is not there, or damaged.
    """
    try:
        origin = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
        read = {name: _load(name, folder / f"{name}.parquet") for name in TABLES}
    except (OSError, ValueError, pa.ArrowException) as fault:
        raise CatalogueError(f"{folder} cannot be read ({fault}): run the catalogue again.", path=str(folder)) from None
    return Bom(
        **dict(zip(TABLES, share_numbers(list(read.values())), strict=True)),
        sources=tuple(Source(*source) for source in origin["sources"]),
        inputs=tuple(Input(*given) for given in origin["inputs"]),
        findings=tuple(Finding(**found) for found in origin["findings"]),
        long_decimals={(table, column, row): text for table, column, row, text in origin["long_decimals"]},
        bills=frozenset(origin["bills"]),
    )


def _load(name: str, path: Path) -> pa.Table:
    codes = [column.name for column in schema()[name].values() if column.type == "id"]
    table = pq.read_table(path, read_dictionary=codes)
    columns = {
        column: table[column] if column in table.column_names else blank_column(column, name, len(table))
        for column in arrow_schema(name).names
    }
    return pa.table(columns)


def share_numbers(tables: Iterable[pa.Table]) -> list[pa.Table]:
    """Return tables whose columns of part numbers are codes into one table of numbers, shared by all of them.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
        Tables of the model; they may be those of several bills.

    Returns
    -------
    list of pyarrow.Table

    Examples
    --------
    >>> one, other = share_numbers([pa.table({"part_number": ["A", "B"]}), pa.table({"part_number": ["C", "A"]})])
    >>> other["part_number"].chunk(0).dictionary.to_pylist(), other["part_number"].chunk(0).indices.to_pylist()
    (['A', 'B', 'C'], [2, 0])
    """
    given = list(tables)
    places = [(at, name) for at, table in enumerate(given) for name in ("part_number", "parent", "child")
              if name in table.column_names]  # fmt: skip
    coded = [_one_dictionary(given[at][name]) for at, name in places]
    # only the chunks, not their concatenation: a chunked array gives all of its chunks one dictionary
    shared = pa.chunked_array(coded, pa.dictionary(pa.int32(), pa.string())).unify_dictionaries()
    for (at, name), column in zip(places, shared.chunks, strict=True):
        given[at] = given[at].set_column(given[at].column_names.index(name), name, column)
    return given


def _one_dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = coded.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # without a row there is no chunk
        return pa.array([], pa.dictionary(pa.int32(), pa.string()))
    return whole.cast(pa.dictionary(pa.int32(), pa.string()))
