"""What a run over a catalogue reads: the files under a folder, each a bill of materials or a table of the contract."""

from __future__ import annotations

import csv
import glob
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.errors import CatalogueError
from deminimis.model import TABLES, schema
from deminimis.readers.files.files import KINDS

BILLS = frozenset({ending for endings, _ in KINDS.values() for ending in endings})
"""Endings of files that hold a bill of materials or a declaration."""
TABLES_ELSEWHERE = frozenset(
    {".gz", ".bz2", ".xz", ".zst", ".7z", ".pq", ".feather", ".arrow", ".ipc", ".orc", ".avro"}
    | {".jsonl", ".ndjson", ".db", ".sqlite", ".duckdb", ".numbers", ".dta"}
)
"""Endings of tables that are not read."""
NO_INPUT = frozenset({"deminimis-layouts.csv", "summary.json"})
"""Names of files that lie beside the input and are none."""
MARK = "deminimis-catalogue.json"
"""A folder with this file in it is the result of a run, and not read."""
PART_FILE = re.compile(r"part[-_]?\d|\d+\.")
"""Names of the files that systems split a table into."""
HEADER_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """One file of a catalogue.

    Parameters
    ----------
    path : Path
    name : str
        Path from the folder named, with slashes: how findings name the file.
    table : str
        Which of the six tables it holds, in the columns of the contract; "" for a file whose layout is to be found.
    product: str
        The part that its rows are in where they name none; "" for the file's name without its ending.
    """

    path: Path
    name: str
    table: str = ""
    product: str = ""


def find_files(sources: str | Path | Iterable[str | Path]) -> tuple[CatalogueFile, ...]:
    """Return the files of a catalogue, sorted by name.

    Parameters
    ----------
    sources : path, pattern, or several
        Folders, read to any depth; files; or patterns such as ``boms/**/*.xlsx``.

    Returns
    -------
    tuple of CatalogueFile
        Each with a name of its own. Parquet files, and text files named after a table and with its columns, are
        tables; other Parquet files are told by their columns. Hidden files, lock files of spreadsheets and results of
        runs are left out, and what is neither named nor called a table and cannot be read.

    Raises
    ------
    CatalogueError
        A source does not exist, or there is no file to read in any of them.
    """
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    found: dict[str, CatalogueFile] = {}
    for source in given:
        by_name = Path(source).is_file()
        for path, name in _named_files(str(source)):
            place = os.path.abspath(path)
            if place not in found and _is_input(path, name, by_name=by_name):
                found[place] = CatalogueFile(path, readable(name), table_of(path, name))
    if not found:
        raise CatalogueError(
            f"{', '.join(map(str, given)) or 'nothing'} holds no file to read: give a folder with workbooks, or with "
            "lines, parts and declarations as .parquet or .csv.",
            path=str(given[0]) if given else "",
        )
    return _with_products(sorted(_with_own_names(found), key=lambda file: file.name))


def _with_own_names(found: Mapping[str, CatalogueFile]) -> list[CatalogueFile]:
    """Name files of several folders, where two would have one name, from the folder that holds them all."""
    if len({file.name for file in found.values()}) == len(found):
        return list(found.values())
    top = os.path.commonpath(found)
    return [replace(f, name=readable(Path(os.path.relpath(p, top)).as_posix())) for p, f in found.items()]


def _with_products(files: Sequence[CatalogueFile]) -> tuple[CatalogueFile, ...]:
    """Name the products of files of one name in several folders after their folders too: they are not one product."""
    stems = Counter(PurePosixPath(file.name).stem for file in files if not file.table)
    return tuple(
        replace(file, product=str(PurePosixPath(file.name).with_suffix("")))
        if not file.table and stems[PurePosixPath(file.name).stem] > 1
        else file
        for file in files
    )


def readable(name: str) -> str:
    """Return a name as text; bytes of it that are none are written out.

    Examples
    --------
    >>> readable("pump-\\udcff.xlsx")
    'pump-\\\\xff.xlsx'
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _named_files(source: str) -> list[tuple[Path, str]]:
    path = Path(source)
    if path.is_dir():
        inside = (p for p in _files_under(path) if not _in_result(p, path))
        return [(p, p.relative_to(path).as_posix()) for p in inside]
    if path.is_file():
        return [(path, path.name)]
    if matched := [Path(p) for p in sorted(glob.glob(source, recursive=True)) if Path(p).is_file()]:
        return [(p, p.as_posix()) for p in matched]
    if any(sign in source for sign in "*?["):
        return []
    raise CatalogueError(f"{source} does not exist: check the path.", path=source)


def _files_under(folder: Path) -> list[Path]:
    """Return the files in a folder and in the folders linked into it, each folder once, sorted.

    A link that leads nowhere is a file that cannot be read, and no file that is not there.
    """
    found, links, seen = [], [folder], set[str]()
    while links:
        for at, inside, names in os.walk(link := links.pop(0)):
            if at == str(link) and link != folder and _leads_back(link, folder, seen):
                break
            seen.add(os.path.realpath(at))
            found += [path for path in (Path(at, name) for name in names) if path.is_file() or _is_lost(path)]
            links += [path for path in (Path(at, name) for name in sorted(inside)) if path.is_symlink()]
            inside[:] = [name for name in inside if os.path.realpath(Path(at, name)) not in seen]
    return sorted(found)


def _leads_back(link: Path, folder: Path, seen: Collection[str]) -> bool:
    target = os.path.realpath(link)
    return target in seen or Path(os.path.realpath(folder)).is_relative_to(target)


def _is_lost(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _in_result(path: Path, folder: Path) -> bool:
    """Return whether a file lies in a hidden folder or in the result of an earlier run."""
    between = [folder / part for part in path.relative_to(folder).parents][:-1]
    return any(part.name.startswith(".") or (part / MARK).exists() for part in between) or (path.parent / MARK).exists()


def _is_input(path: Path, name: str, *, by_name: bool) -> bool:
    """Say whether a file is to be read: one that cannot be, but is named or is called a table, is told as such."""
    if path.name.startswith((".", "~$")) or path.name in NO_INPUT:
        return False
    suffix = path.suffix.lower()
    return (
        by_name or suffix == ".parquet" or suffix in BILLS or (suffix in TABLES_ELSEWHERE and bool(named_table(name)))
    )


def table_of(path: Path, name: str) -> str:
    """Return which table of the contract a file holds, "" where it has a layout of its own.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its path within the catalogue: a file in a folder ``lines`` holds lines.
    """
    suffix = path.suffix.lower()
    if suffix not in (".parquet", ".csv", ".tsv"):
        return ""
    columns = _columns(path, suffix)
    named = named_table(name)
    fitting = [table for table in ([named] if named else TABLES) if _fits(table, columns)]
    return fitting[0] if fitting and (named or suffix == ".parquet") else ""


def named_table(name: str) -> str:
    """Return the table that a file's name begins with, or that a folder on the way to it is called; "" for none.

    Parameters
    ----------
    name : str
        Path within the catalogue.

    Examples
    --------
    >>> named_table("lines/site=1/0.parquet"), named_table("prices-2026.csv"), named_table("partslist.csv")
    ('lines', 'prices', '')
    """
    *folders, file = name.lower().split("/")
    stem = file.split(".")[0]
    for word in (stem, *reversed(folders)):
        for table in TABLES:
            if word == table or (word.startswith(table) and not word[len(table)].isalpha()):
                return table
    return ""


def table_holding(name: str, table: str) -> str:
    """Return the path of the table that a file is one of several files of, "" for a file that is a table of its own.

    Parameters
    ----------
    name : str
        Path within the catalogue.
    table : str
        Which of the six tables it holds.

    Examples
    --------
    >>> [table_holding(name, "lines") for name in ("erp/lines/site=1/0.parquet", "erp/lines-2.csv", "erp/all.parquet")]
    ['erp/lines', 'erp/lines', '']
    """
    *folders, file = name.split("/")
    for at, folder in enumerate(folders, 1):
        if named_table(folder) == table:
            return "/".join(folders[:at])
    if named_table(file) == table:
        return "/".join([*folders, table])
    return "/".join([*folders, ""]) if PART_FILE.match(file) else ""


def _fits(table: str, columns: Sequence[str]) -> bool:
    required = [c for c in schema()[table].values() if c.required]
    naming = [c.name for c in required if c.type in ("id", "material", "text")]
    return set(naming or [c.name for c in required]) <= set(columns)


def _columns(path: Path, suffix: str) -> list[str]:
    if suffix == ".parquet":
        try:
            return list(pq.read_schema(path).names)
        except (pa.ArrowException, OSError):  # told when the file is read
            return []
    try:
        with path.open("rb") as stream:
            head = stream.read(HEADER_BYTES).decode("utf-8-sig", "replace").splitlines()
        return next(csv.reader(head[:1], delimiter="\t" if suffix == ".tsv" else ","), [])
    except (OSError, csv.Error):
        return []
