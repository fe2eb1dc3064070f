"""All files of a catalogue as one bill of materials: a part that several of them name is one part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import pyarrow as pa

from deminimis.catalogues.bill_files import BillRead, placed_from
from deminimis.catalogues.inputs import named_table, table_holding
from deminimis.catalogues.repeated_rows import said_once
from deminimis.catalogues.table_files import TableRead
from deminimis.errors import CatalogueError
from deminimis.model import TABLES, Bom, Finding, Input, Source, empty_table, finding
from deminimis.model.bom_checks import check_bom
from deminimis.model.part_codes import encode_numbers, with_text
from deminimis.readers.reading import bom_of_reads
from deminimis.readers.sheets import SheetRead


def unite(bills: Sequence[BillRead], tables: Sequence[TableRead], inputs: Sequence[Input] = ()) -> Bom:
    """Return one Bom of everything that was read.

    Parameters
    ----------
    bills : sequence of BillRead
        Bills of materials, each with its own layout; those that could not be read become findings.
    tables : sequence of TableRead
        Tables of the contract, their places counted from 0.
    inputs : sequence of Input
        The files of `tables`.

    Returns
    -------
    Bom

    Raises
    ------
    CatalogueError
        Nothing could be read.
    """
    refused = [bill for bill in bills if bill.refused]
    if not tables and len(refused) == len(bills):
        first = f" ({refused[0].name}: {refused[0].refused})" if refused else ""
        raise CatalogueError(
            f"none of {len(bills)} files could be read{first}: see `deminimis inspect` for one.", path=""
        )
    used = [bill for bill in bills if not bill.refused]
    if used:
        bom = _with_bills(used, tables, [*inputs, *(i for bill in bills for i in bill.inputs)])
    else:
        bom = _of_tables(tables, tuple(dict.fromkeys([*inputs, *(i for bill in bills for i in bill.inputs)])))
    bom = replace(bom, bills=frozenset(bill.name for bill in bills if not _concerns_all(bill)))
    return replace(bom, findings=(*bom.findings, *_not_read(bom, refused)))


def _of_tables(tables: Sequence[TableRead], inputs: tuple[Input, ...]) -> Bom:
    """Return the Bom of tables alone: part numbers stay codes, and nothing is copied but what stands in many files."""
    columns: dict[str, pa.Table] = {}
    longs: dict[tuple[str, str, int], str] = {}
    for name in TABLES:
        height = 0
        for read in (read for read in tables if read.name == name):
            longs |= {(name, column, row + height): t for (_, column, row), t in read.checked.long_decimals.items()}
            height += len(read.checked.table)
        given = [read.checked.table for read in tables if read.name == name and len(read.checked.table)]
        columns[name] = pa.concat_tables(given) if given else empty_table(name)
    findings = tuple(found for read in tables for found in read.findings)
    sources = tuple(_source(read) for read in tables)
    return check_bom(Bom(**columns, sources=sources, inputs=inputs, findings=findings, long_decimals=longs))


def _with_bills(bills: Sequence[BillRead], tables: Sequence[TableRead], inputs: Sequence[Input]) -> Bom:
    reads = [_as_sheet(read) for read in tables]
    for bill in said_once(bills):
        at = len(reads)
        reads += [placed_from(sheet, at) for sheet in bill.reads]
    origins = [origin for bill in bills for origin in bill.origins]
    return bom_of_reads(reads, tuple(dict.fromkeys(inputs)), origins)


def _as_sheet(read: TableRead) -> SheetRead:
    """Return a table of codes as a sheet of text, to be put together with sheets that hold nothing else."""
    checked = replace(read.checked, table=with_text(read.checked.table).combine_chunks())
    return SheetRead(_source(read), ((read.name, checked),), (), read.findings)


def _source(read: TableRead) -> Source:
    """Return where a table comes from, and the table whose file it is."""
    return replace(read.source, table=table_holding(read.source.file, read.name)) if read.source.file else read.source


def _concerns_all(bill: BillRead) -> bool:
    """Say whether what could not be read is, or may be, a table of the catalogue and no bill of its own.

    Any part may be declared or built in such a table: without it nothing is known to contain nothing.
    """
    return bool(bill.refused) and (
        PurePosixPath(bill.name).suffix.lower() == ".parquet" or bool(named_table(bill.name))
    )


def _not_read(bom: Bom, refused: Sequence[BillRead]) -> list[Finding]:
    """Return a finding for every file that could not be read; one named after a part makes that part unreliable.

    Where the file is a table of prices or rates, what carries no material is judged all the same.
    """
    if not refused:
        return []
    numbers, _ = encode_numbers([bom.parts["part_number"], bom.lines["parent"], bom.lines["child"]])
    stems = pa.array([PurePosixPath(bill.name).stem for bill in refused], pa.string())
    found = []
    for bill, stem, known in zip(refused, stems.to_pylist(), pa.compute.is_in(stems, numbers).to_pylist(), strict=True):
        about = {"part_number": stem} if known else {}
        named = named_table(bill.name)
        found.append(
            finding("FILE_NOT_READ", file=bill.name, value=bill.name, detail=bill.refused, table=named, **about)
        )
    return found
