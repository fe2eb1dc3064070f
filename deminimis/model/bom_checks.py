"""What only shows across tables: repeated records, ids that look alike, declarations of unknown parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.model.tables import Bom

ID_COLUMNS = (
    ("parts", "part_number"),
    ("lines", "parent"),
    ("lines", "child"),
    ("declarations", "part_number"),
    ("sourcing", "part_number"),
)


INVISIBLE = "[\u200b-\u200f\u2060\ufeff\u00ad]"
WORDS = frozenset({"description", "supplier"})
"""Columns of a part's record in which two spellings are no contradiction."""


def check_bom(bom: Bom) -> Bom:
    """Merge repeated part records and add the findings that need more than one table.

    Parameters
    ----------
    bom : Bom
        Typed tables.

    Returns
    -------
    Bom
    """
    merged = merge_part_records(bom)
    ids = {place: pc.unique(merged.table(place[0])[place[1]]) for place in ID_COLUMNS}
    more = (*check_lookalikes(merged, ids.values()), *check_declared_parts(merged))
    return replace(merged, findings=(*merged.findings, *more))


def merge_part_records(bom: Bom, *, repeats_expected: bool = False) -> Bom:
    """Keep one record per part: the first, its blanks filled from the later ones.

    Parameters
    ----------
    bom : Bom
        Typed tables.
    repeats_expected : bool
        Repeats that agree are the layout's way of writing, and no finding.

    Returns
    -------
    Bom
        Disagreement in a column is a finding DUPLICATE_PART; repeats that agree are one finding DUPLICATE_PART_SAME.
    """
    coded = bom.parts["part_number"].combine_chunks().dictionary_encode()
    if len(coded.dictionary) == len(coded):
        return bom
    codes = coded.indices.to_numpy()
    count = len(coded.dictionary)
    arrays, firsts, differs = [], {}, {}
    for column in bom.parts.column_names:
        values = bom.parts[column].combine_chunks()
        first = _first_valid(values, codes, count)
        taken = values.take(first)
        arrays.append(taken)
        if column not in ("place", "row"):
            firsts[column] = first
            differs[column] = _differing(values, taken, codes)
        if column == "description" and len(differs[column]):
            arrays[-1] = _joined(values, taken, codes, differs[column])
    parts = pa.Table.from_arrays(arrays, schema=bom.parts.schema)
    findings = (*_disagreements(bom, coded, differs), *_agreements(bom, coded, differs, repeats_expected))
    return replace(
        bom, parts=parts, long_decimals=_kept_decimals(bom, codes, firsts), findings=(*bom.findings, *findings)
    )


def _first_valid(values: pa.Array, codes: npt.NDArray[np.int32], count: int) -> pa.Array:
    """Return, per part, the first row with a value in the column, null where there is none."""
    rows = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))[::-1]
    first = np.full(count, -1, dtype=np.int64)
    first[codes[rows]] = rows
    return pa.array(first, mask=first < 0)


def _differing(values: pa.Array, taken: pa.Array, codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return the rows whose value is not the one kept for their part."""
    if values.null_count == len(values):
        return np.empty(0, dtype=np.int64)
    other = pc.fill_null(pc.not_equal(values, taken.take(pa.array(codes))), False)
    return np.flatnonzero(other.to_numpy(zero_copy_only=False))


def _joined(values: pa.Array, taken: pa.Array, codes: npt.NDArray[np.int32], rows: npt.NDArray[np.int64]) -> pa.Array:
    """Return the descriptions with the others behind the first: each of their words may be the sign of a carrier."""
    words = taken.to_pylist()
    for row in rows.tolist():
        said, other = words[codes[row]], values[row].as_py()
        if other not in said.split(" / "):
            words[codes[row]] = f"{said} / {other}"
    return pa.array(words, pa.string())


def _disagreements(bom: Bom, coded: pa.Array, differs: dict[str, npt.NDArray[np.int64]]) -> Iterable[Finding]:
    codes = coded.indices.to_numpy()
    columns: dict[int, dict[str, int]] = {}
    for column, rows in differs.items():
        for row in rows[::-1].tolist():
            columns.setdefault(int(codes[row]), {})[column] = row
    for code, where in sorted(columns.items()):
        number = coded.dictionary[code].as_py()
        names = [name for name in differs if name in where]
        place = bom.place("parts", where[names[0]])
        code_found = "DUPLICATE_PART_WORDS" if set(names) <= WORDS else "DUPLICATE_PART"
        yield finding(code_found, **place, column=", ".join(names), value=number, part_number=number)


def _agreements(
    bom: Bom, coded: pa.Array, differs: dict[str, npt.NDArray[np.int64]], expected: bool
) -> Iterable[Finding]:
    if expected:
        return
    codes = coded.indices.to_numpy()
    repeated = np.bincount(codes, minlength=len(coded.dictionary)) > 1
    for rows in differs.values():
        repeated[codes[rows]] = False
    names = coded.dictionary.take(pa.array(np.flatnonzero(repeated))).to_pylist()
    if names:
        again = int(np.flatnonzero(codes == np.flatnonzero(repeated)[0])[1])
        said = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        yield finding("DUPLICATE_PART_SAME", **bom.place("parts", again), column="part_number", value=said)


def _kept_decimals(
    bom: Bom, codes: npt.NDArray[np.int32], firsts: dict[str, pa.Array]
) -> dict[tuple[str, str, int], str]:
    kept = {}
    for (table, column, row), text in bom.long_decimals.items():
        if table != "parts":
            kept[table, column, row] = text
        elif firsts[column][int(codes[row])].as_py() == row:
            kept[table, column, int(codes[row])] = text
    return kept


def check_lookalikes(bom: Bom, ids: Iterable[pa.ChunkedArray]) -> list[Finding]:
    """Find part numbers that differ only in blanks around them or in capitals.

    Parameters
    ----------
    bom : Bom
        Says where a part number stands.
    ids : iterable of pyarrow arrays
        The distinct part numbers of every id column.

    Returns
    -------
    list of Finding
    """
    numbers = pc.unique(pa.concat_arrays([_flat(array) for array in ids])).drop_null()
    visible = pc.replace_substring_regex(pc.replace_substring(numbers, "\u00a0", " "), INVISIBLE, "")
    keys = pc.utf8_lower(pc.utf8_trim_whitespace(visible)).dictionary_encode()
    if len(keys.dictionary) == len(keys):
        return []
    codes = keys.indices.to_numpy()
    alike = np.flatnonzero(np.bincount(codes)[codes] > 1)
    first: dict[int, str] = {}
    found = []
    for row in alike.tolist():
        number = numbers[row].as_py()
        other = first.setdefault(int(codes[row]), number)
        if other != number:
            found.append(finding("ID_LOOKS_ALIKE", **_where(bom, number), value=number, other=repr(other)))
    return found


def _flat(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _where(bom: Bom, number: str) -> dict[str, Any]:
    for table, column in ID_COLUMNS:
        row = pc.index(bom.table(table)[column], pa.scalar(number, pa.string())).as_py()
        if row >= 0:
            return {**bom.place(table, row), "column": column}
    return {}


def check_declared_parts(bom: Bom) -> list[Finding]:
    """Find declarations and sourcing of parts that are in no line and no record.

    Parameters
    ----------
    bom : Bom
        Typed tables.

    Returns
    -------
    list of Finding
    """
    known = [bom.parts["part_number"], bom.lines["parent"], bom.lines["child"]]
    found = []
    for table in ("declarations", "sourcing"):
        named = bom.table(table)["part_number"]
        if not len(named):
            continue
        seen = np.zeros(len(named), dtype=bool)
        for column in known:
            seen |= pc.is_in(named, value_set=_flat(column)).to_numpy()
        for row in np.flatnonzero(~seen).tolist():
            number = named[row].as_py()
            place = bom.place(table, row)
            found.append(finding("DECLARED_PART_UNKNOWN", **place, column="part_number", value=number))
    return found
