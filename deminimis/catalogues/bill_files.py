"""Many bills of materials read side by side; what was read before is taken from the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from deminimis.catalogues.inputs import CatalogueFile, readable
from deminimis.catalogues.processes import in_processes
from deminimis.catalogues.read_store import ReadStore, packed, read_key, unpacked
from deminimis.errors import DeminimisError
from deminimis.model import Input
from deminimis.readers.choices import BESIDE, Choices, layouts_for
from deminimis.readers.files.files import read_file
from deminimis.readers.roads import read_tables
from deminimis.readers.sheets import SheetRead

FEW = 8
"""Files up to which starting other processes takes longer than reading."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class BillRead:
    """One file of a catalogue as it was read.

    Parameters
    ----------
    name : str
        Path within the catalogue.
    inputs : tuple of Input
        The file, and the layouts that were used.
    reads : tuple of SheetRead
        Its sheets; their places count from 0.
    origins : tuple
        Where smelters of rare earths stand, as it says.
    refused : str
        Why it cannot be read, in one sentence; "" if it can.
    """

    name: str
    inputs: tuple[Input, ...]
    reads: tuple[SheetRead, ...] = ()
    origins: tuple[Any, ...] = ()
    refused: str = ""

    @property
    def rows(self) -> int:
        """Rows that reached a table."""
        return sum(len(checked.table) for read in self.reads for _, checked in read.tables)


ReadAnew = Callable[[Sequence[CatalogueFile], Choices, Path | None], Iterator[bytes]]
"""Reads files that no earlier run kept, in any order, each as `read_packed` returns it."""
Told = Callable[[BillRead, bool], None]
"""Is told every file that was read, and whether it was kept from an earlier run."""


def read_bills(
    files: Sequence[CatalogueFile],
    store: ReadStore,
    digests: Mapping[str, str],
    *,
    choices: Choices | None = None,
    layouts: Path | None = None,
    workers: int = 1,
    anew: ReadAnew | None = None,
    told: Told = lambda read, kept: None,
) -> tuple[BillRead, ...]:
    """Read bills of materials, each once for each content.

    Parameters
    ----------
    files : sequence of CatalogueFile
    store : ReadStore
        What was read before; what is read now is put there file by file.
    digests : mapping of name to str
        Hash of every file.
    choices : Choices, optional
        What to do where the files leave it open.
    layouts : Path, optional
        A file of layouts; without it the one beside each file.
    workers : int
        Processes that read.
    anew : callable, optional
        Who reads in place of processes of this machine.
    told : callable
        Is told every file, as soon as it is there.

    Returns
    -------
    tuple of BillRead
        In the order of `files`.
    """
    said = choices or Choices()
    keys = {file.name: _key(file, digests[file.name], said, layouts) for file in files}
    known = store.known(keys.values())
    found: dict[str, BillRead] = {}
    for file in files:
        if keys[file.name] in known and (kept := store.get(keys[file.name])) is not None:
            found[file.name] = kept
            told(kept, True)
    new = [file for file in files if file.name not in found]
    by_name = {file.name: file for file in new}
    with closing(_read_anew(new, said, layouts, workers, anew)) as reads:
        for body in reads:
            read: BillRead = unpacked(body)
            file = by_name[read.name]
            # other bytes than those looked at before, where somebody saved the file meanwhile
            keys[file.name] = _key(file, read.inputs[0].sha256, said, layouts)
            if not read.refused:  # what failed for want of memory may succeed another day
                store.put(keys[file.name], body)
            found[file.name] = read
            told(read, False)
    store.keep_only(keys.values())
    return tuple(found[file.name] for file in files)


def _key(file: CatalogueFile, digest: str, choices: Choices, layouts: Path | None) -> str:
    return read_key(file.name, file.product, digest, repr(choices), digest_of(layouts or file.path.parent / BESIDE))


def digest_of(path: Path) -> str:
    """Return the hash of a file, "" for one that cannot be read: reading it will tell why."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(CHUNK):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


def _read_anew(
    files: Sequence[CatalogueFile], choices: Choices, layouts: Path | None, workers: int, anew: ReadAnew | None
) -> Generator[bytes, None, None]:
    if anew is not None:
        yield from anew(files, choices, layouts)
        return
    job = partial(read_packed, choices=choices, layouts=layouts)
    if workers < 2 or len(files) <= FEW:
        yield from map(job, files)
        return
    for file, body in in_processes(job, files, workers):
        yield packed(_of_dead_process(file)) if body is None else body


def _of_dead_process(file: CatalogueFile) -> BillRead:
    why = f"{file.name} cannot be read (the process that read it died, perhaps for want of memory): split it."
    return BillRead(file.name, (Input(file.name, digest_of(file.path)),), refused=why)


def read_packed(file: CatalogueFile, choices: Choices, layouts: Path | None) -> bytes:
    """Read one file and return it as the store keeps it, which other processes can send."""
    return packed(read_bill(file, choices, layouts))


def read_bill(file: CatalogueFile, choices: Choices, layouts: Path | None = None) -> BillRead:
    """Read one bill of materials of a catalogue.

    Parameters
    ----------
    file : CatalogueFile
    choices : Choices
    layouts : Path, optional

    Returns
    -------
    BillRead
        With the reason in place of the tables where the file cannot be used; its first input has the hash of the bytes
        that were read, "" if there were none.
    """
    inputs: tuple[Input, ...] = ()
    try:
        content = replace(read_file(file.path), name=file.name, product=file.product)
        inputs = (Input(file.name, content.sha256),)
        known, source = layouts_for(content.folder, layouts)
        if source:
            inputs += (Input(source.name, digest_of(source)),)
        tables = read_tables(content, replace(choices, layouts=known), 0)
    except Exception as fault:  # one file, whatever it does to the reader, must not stop two thousand others
        why = str(fault) if isinstance(fault, DeminimisError) else f"{type(fault).__name__}: {fault}"
        return BillRead(file.name, inputs or (Input(file.name, digest_of(file.path)),), refused=readable(why))
    if not any(read.tables or read.heads for read in tables.reads) and not tables.origins:
        return BillRead(file.name, inputs, refused=_no_table(tables.reads))
    return BillRead(file.name, inputs, tuple(map(_without_inspections, tables.reads)), tuple(tables.origins))


def _without_inspections(read: SheetRead) -> SheetRead:
    """Return a sheet without the account of its rows, which `inspect` gives and which is as long as the sheet."""
    return replace(read, inspections=())


def _no_table(reads: Sequence[SheetRead]) -> str:
    refused = [found for read in reads for found in read.findings if found.severity == "error"]
    return f"{refused[0].message}: {refused[0].remedy.lower()}" if refused else "it holds no table this reads"


def placed_from(read: SheetRead, place: int) -> SheetRead:
    """Return a sheet whose tables say that it stands at a place of its own among the sources.

    Parameters
    ----------
    read : SheetRead
        Read as the first sheet of its file; other sheets of the file follow it.
    place : int
        What to add.
    """
    return replace(
        read,
        tables=tuple((name, replace(checked, table=_moved(checked.table, place))) for name, checked in read.tables),
        numbers=tuple(_moved(table, place) for table in read.numbers),
        heads=tuple(_moved(table, place) for table in read.heads),
    )


def _moved(table: pa.Table, by: int) -> pa.Table:
    at = table.schema.get_field_index("place")
    field = table.schema.field(at)
    return table.set_column(at, field, pa.array(table["place"].to_numpy() + by, field.type))
