"""`catalogue`: every finished good of many files, or of large tables, judged in one pass, as tables."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from deminimis.assessment import Calculation, GoodsTables, calculate, prepare, tabulate_goods
from deminimis.catalogues.bill_files import BillRead, ReadAnew, Told, digest_of, read_bills
from deminimis.catalogues.inputs import CatalogueFile, find_files
from deminimis.catalogues.part_pieces import ChangedMeanwhile
from deminimis.catalogues.read_store import ReadStore
from deminimis.catalogues.table_files import Frame, TableRead, check_frames, load_frame
from deminimis.catalogues.tables_in_memory import frame_in_memory
from deminimis.catalogues.union import unite
from deminimis.errors import CatalogueError, InputError
from deminimis.model import TABLES, Bom, Input, Reading, finding_codes
from deminimis.readers.choices import Choices

TRIES = 3
"""Times a table is read that is written meanwhile."""


@dataclass(frozen=True)
class Catalogue:
    """A catalogue judged.

    Parameters
    ----------
    calculation : Calculation
        What every question is asked of.
    tables : GoodsTables
    refused : tuple of BillRead
        Files that could not be read.
    summed_elsewhere : int
        Lines that other machines summed, and of which the calculation holds only the sum.
    """

    calculation: Calculation = field(repr=False)
    tables: GoodsTables = field(repr=False)
    refused: tuple[BillRead, ...] = ()
    summed_elsewhere: int = 0

    @property
    def goods(self) -> pa.Table:
        """Every finished good with its verdict, in the order of the input."""
        return self.tables.goods

    @property
    def tested_items(self) -> pa.Table:
        """Every part with controlled material in every good."""
        return self.tables.tested_items

    @property
    def contributions(self) -> pa.Table:
        """What every carrying part brings into every good."""
        return self.tables.contributions

    @property
    def findings(self) -> pa.Table:
        """What reading, checking and judging found, errors first."""
        return self.tables.findings

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of goods by verdict."""
        counted = Counter(self.goods["verdict"].to_pylist())
        return {verdict: counted[verdict] for verdict in ("at_or_above", "undetermined", "below")}

    @property
    def exit_status(self) -> int:
        """0 all goods below and all files read, 1 something is not, 2 nothing to judge."""
        if not len(self.goods):
            return 2
        return int(self.verdicts["below"] < len(self.goods) or bool(self.refused))


def catalogue(
    source: str | Path | Iterable[str | Path] | Bom | None = None,
    *,
    on: date | str | None = None,
    reading: Reading | None = None,
    details: bool = True,
    workers: int | None = None,
    **tables: Any,
) -> Catalogue:
    """Judge every finished good of a catalogue.

    Parameters
    ----------
    source : path, paths or Bom, optional
        A folder of bills of materials in any readable layout, or of tables of the contract as Parquet or text; files;
        patterns.
    on : date or str, optional
        The day judged for; today by default.
    reading : Reading, optional
    details : bool
        Fill the tables of tested items and contributions.
    workers : int, optional
        Processes that read files; by default one for each core.
    **tables
        lines, parts, declarations, sourcing, prices, rates: tables in memory, of pandas, polars, Arrow or whatever else
        has the Arrow PyCapsule interface, or columns by name.

    Returns
    -------
    Catalogue

    Raises
    ------
    CatalogueError
        There is no file to read, or none could be read.
    InputError
        A table in memory lacks its part numbers, or holds what cannot be read.

    Examples
    --------
    >>> judged = catalogue(
    ...     on="2026-11-22",
    ...     lines={"parent": ["pump", "mixer"], "child": ["magnet", "magnet"], "quantity": [4, 1]},
    ...     parts={"part_number": ["pump", "mixer", "magnet"], "unit_value": [900.0, 900.0, 40.0]},
    ...     declarations={"part_number": ["magnet"], "material": ["terbium_metal"], "amount": [0.3],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> judged.goods.select(["part_number", "verdict"]).to_pylist()
    [{'part_number': 'pump', 'verdict': 'at_or_above'}, {'part_number': 'mixer', 'verdict': 'below'}]
    """
    if isinstance(source, Bom):
        return conclude_catalogue(source, on=on, reading=reading, details=details)
    if source is None:
        return conclude_catalogue(_in_memory(tables), on=on, reading=reading, details=details)
    if tables:
        raise CatalogueError("give files or tables in memory, not both.", path=str(source))
    files = find_files(source)
    with TemporaryDirectory() as folder, ReadStore(Path(folder) / "reads.sqlite") as store:
        bom, refused = read_catalogue(files, store, digests_of(files), workers=workers)
    return conclude_catalogue(bom, on=on, reading=reading, details=details, refused=refused)


def conclude_catalogue(
    bom: Bom,
    *,
    on: date | str | None,
    reading: Reading | None,
    details: bool = True,
    refused: tuple[BillRead, ...] = (),
) -> Catalogue:
    """Judge the goods of a Bom and put the conclusion in tables."""
    calculation = calculate(bom, on, reading)
    return Catalogue(calculation, tabulate_goods(calculation, details=details), refused)


def digests_of(files: Sequence[CatalogueFile]) -> dict[str, str]:
    """Return the hash of every file by its name."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(zip((f.name for f in files), threads.map(digest_of, (f.path for f in files)), strict=True))


def read_catalogue(
    files: Sequence[CatalogueFile],
    store: ReadStore,
    digests: Mapping[str, str],
    *,
    choices: Choices | None = None,
    layouts: Path | None = None,
    workers: int | None = None,
    anew: ReadAnew | None = None,
    told: Told = lambda read, kept: None,
) -> tuple[Bom, tuple[BillRead, ...]]:
    """Read all files of a catalogue into one Bom.

    Parameters
    ----------
    files : sequence of CatalogueFile
    store : ReadStore
    digests : mapping of name to str
        Hash of every file.
    choices : Choices, optional
    layouts : Path, optional
    workers : int, optional
    anew : callable, optional
        Who reads bills in place of processes of this machine.
    told : callable
        Is told every file that was read.

    Returns
    -------
    Bom
    tuple of BillRead
        The files that could not be read.
    """
    processes = workers or os.cpu_count() or 1
    listed = [f for f in files if not f.table and f.path.suffix.lower() != ".parquet"]
    bills = read_bills(
        listed, store, digests, choices=choices, layouts=layouts, workers=processes, anew=anew, told=told
    )
    seen = frozenset(listed)
    given = [file for file in files if file not in seen]
    tables, inputs, refused = _read_tables(given, digests)
    named = {file.name: Input(file.name, digests[file.name]) for file in given}
    reads = [BillRead(name, (one,), refused=refused.get(name, "")) for name, one in named.items()]
    for read in reads:
        told(read, False)
    broken = [read for read in reads if read.refused]
    bom = unite([*bills, *broken], tables, inputs)
    return bom, tuple(bill for bill in (*bills, *broken) if bill.refused)


def _read_tables(
    files: Sequence[CatalogueFile], digests: Mapping[str, str]
) -> tuple[tuple[TableRead, ...], list[Input], dict[str, str]]:
    """Return tables, the hash of the bytes each was read from, and by name why some cannot be used.

    Somebody may be writing a file while it is read: when it is hashed once more, beside the work on what was read, its
    hash must be that of before.
    """
    known, frames, refused = {file.name: digests[file.name] for file in files}, dict[str, Frame](), dict[str, str]()
    ahead, tries = list(files), 0
    while True:
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            loading = threads.map(_loaded, ahead)
            prepare()
            for file, (frame, why) in zip(ahead, loading, strict=True):
                frames |= {file.name: frame} if frame else {}
                refused |= {file.name: why} if why else {}
            again = threads.map(digest_of, (file.path for file in ahead))
            tables = _checked([frames[file.name] for file in files if file.name in frames])
            now = dict(zip((file.name for file in ahead), again, strict=True))
        ahead = [file for file in ahead if now[file.name] != known[file.name]]
        if tables is None and not ahead:
            # parts of these are read once more, which may be after they were hashed again
            ahead = [file for file in files if file.name in frames and frames[file.name].ids]
        known, tries = known | now, tries + 1
        if tables is not None and not ahead:
            return tables, [Input(file.name, known[file.name]) for file in files if file.name in frames], refused
        for file in ahead:
            frames.pop(file.name, None)
            refused.pop(file.name, None)
            if tries == TRIES:
                refused[file.name] = f"{file.name} changes while it is read: run again when it is written."
        ahead = [] if tries == TRIES else ahead


def _checked(frames: Sequence[Frame]) -> tuple[TableRead, ...] | None:
    """Return the tables checked; None where one is not any more what was read of it."""
    try:
        return check_frames(frames)
    except ChangedMeanwhile:
        return None


def _loaded(file: CatalogueFile) -> tuple[Frame | None, str]:
    """Return a table, or why it cannot be used."""
    try:
        return load_frame(file), ""
    except InputError as fault:
        return None, str(fault)


def _in_memory(tables: Mapping[str, Any]) -> Bom:
    if unknown := sorted(set(tables) - set(TABLES)):
        raise CatalogueError(f"there is no table {unknown[0]}: the tables are {', '.join(TABLES)}.", path="")
    frames = [frame_in_memory(name, table) for name, table in tables.items() if table is not None]
    if not frames:
        raise CatalogueError(f"no table was given: name at least one of {', '.join(TABLES)}.", path="")
    return unite([], check_frames(frames))


def count_findings(findings: pa.Table) -> dict[str, dict[str, int]]:
    """Return the number of findings by severity and code."""
    counted = Counter(findings["code"].to_pylist())
    by_severity: dict[str, dict[str, int]] = {"error": {}, "warning": {}, "info": {}}
    for code, number in sorted(counted.items()):
        by_severity[finding_codes()[code]["severity"]][code] = number
    return by_severity
