"""What only shows across tables: repeated records, ids that look alike, declarations of unknown parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.model.line_units import with_line_units
from deminimis.model.part_codes import all_visible, as_text, distinct_numbers, encode_numbers, letters_of, rows_with
from deminimis.model.tables import Bom

ID_COLUMNS = (
    ("parts", "part_number"),
    ("lines", "parent"),
    ("lines", "child"),
    ("declarations", "part_number"),
    ("sourcing", "part_number"),
)


BLANKS = r"[\s\p{Z}]"
INVISIBLE = r"[\p{Cf}\p{Cc}]"
"""Signs without a picture: marks of no width, of direction, of a possible hyphen, and controls that are no blanks."""
NO_OWN_NUMBERS = frozenset({"NAME_AS_NUMBER", "NUMBER_STANDS_IN", "PARENT_ASSUMED"})
"""Findings of lines whose ids may not be the numbers that others use for the parts."""
WORDS = frozenset({"description", "supplier"})
"""Columns of a part's record in which two spellings are no contradiction."""


def check_bom(bom: Bom) -> Bom:
    """Merge repeated part records, complete units, and add the findings that need more than one table.

    Parameters
    ----------
    bom : Bom
        Typed tables.

    Returns
    -------
    Bom
    """
    merged = with_line_units(merge_part_records(bom))
    numbers = distinct_numbers([merged.table(table)[column] for table, column in ID_COLUMNS])
    more = (
        *check_lookalikes(merged, numbers),
        *check_declared_parts(merged),
        *check_declarations_match(merged),
        *check_scrap(merged),
    )
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
    numbers, [codes] = encode_numbers([bom.parts["part_number"]])
    count = len(numbers)
    if count == len(codes):
        return bom
    arrays, firsts, differs = [], {}, {}
    for column in bom.parts.column_names:
        values = bom.parts[column].combine_chunks()
        first = _first_valid(values, codes, count)
        taken = values.take(first)
        arrays.append(taken)
        if column not in ("part_number", "place", "row"):
            firsts[column] = first
            differs[column] = _differing(values, taken, codes)
        if column == "description" and len(differs[column]):
            arrays[-1] = _joined(values, taken, codes, differs[column])
    parts = pa.Table.from_arrays(arrays, schema=bom.parts.schema)
    same = _agreements(bom, numbers, codes, differs, repeats_expected)
    findings = (*_disagreements(bom, numbers, codes, differs), *same)
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


def _disagreements(
    bom: Bom, numbers: pa.Array, codes: npt.NDArray[np.int32], differs: dict[str, npt.NDArray[np.int64]]
) -> Iterable[Finding]:
    columns: dict[int, dict[str, int]] = {}
    for column, rows in differs.items():
        for row in rows[::-1].tolist():
            columns.setdefault(int(codes[row]), {})[column] = row
    for code, where in sorted(columns.items()):
        number = numbers[code].as_py()
        names = [name for name in differs if name in where]
        place = bom.place("parts", where[names[0]])
        code_found = "DUPLICATE_PART_WORDS" if set(names) <= WORDS else "DUPLICATE_PART"
        yield finding(code_found, **place, column=", ".join(names), value=number, part_number=number)


def _agreements(
    bom: Bom,
    numbers: pa.Array,
    codes: npt.NDArray[np.int32],
    differs: dict[str, npt.NDArray[np.int64]],
    expected: bool,
) -> Iterable[Finding]:
    if expected:
        return
    counts = np.bincount(codes, minlength=len(numbers))
    for rows in differs.values():
        counts[codes[rows]] = 1
    repeated = counts > 1
    names = numbers.take(pa.array(np.flatnonzero(repeated))).to_pylist()
    if names:
        again = int(np.flatnonzero(codes == np.flatnonzero(repeated)[0])[1])
        said = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        place, beyond = bom.place("parts", again), int((counts[repeated] - 1).sum())
        more = "1 more row" if beyond == 1 else f"{beyond} more rows"
        yield finding("DUPLICATE_PART_SAME", **place, column="part_number", value=said, detail=more)


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


def check_lookalikes(bom: Bom, numbers: pa.Array) -> list[Finding]:
    """Find part numbers that look the same, or differ in capitals only.

    Parameters
    ----------
    bom : Bom
        Says where a part number stands.
    numbers : pyarrow.StringArray
        The distinct part numbers of every id column.

    Returns
    -------
    list of Finding
        ID_DIFFERS_IN_BLANKS for every spelling that lines or records use, where what differs cannot be seen: the price
        or the declaration of one may be meant for the other. ID_LOOKS_ALIKE where capitals differ, and for what is in
        use ID_DECLARED_OTHERWISE if only another spelling of it is declared.
    """
    if _is_plain(numbers):
        return []
    seen = _as_seen(numbers)
    folded = pc.utf8_lower(seen)
    found = []
    told: set[str] = set()
    for group in _repeated(seen, numbers):
        used = [number for number in group if _is_used(bom, number)]
        for number in used:
            other = repr(group[1] if number == group[0] else group[0])
            place = _where(bom, number)
            found.append(finding("ID_DIFFERS_IN_BLANKS", **place, value=repr(number), other=other, part_number=number))
        told |= set(group[1:]) if used else set()
    declared = _declared(bom)
    for group in _repeated(folded, numbers):
        for number in group[1:]:
            if number not in told:
                found.append(finding("ID_LOOKS_ALIKE", **_where(bom, number), value=number, other=repr(group[0])))
        found += _declared_otherwise(bom, group, declared) if declared.intersection(group) else []
    return found


def _declared(bom: Bom) -> set[str]:
    """Return the part numbers that are declared."""
    return set(pc.unique(as_text(bom.declarations["part_number"])).to_pylist())


def _declared_otherwise(bom: Bom, group: Sequence[str], declared: set[str]) -> list[Finding]:
    """Return ID_DECLARED_OTHERWISE for the parts in use that a declaration of another spelling may be meant for."""
    used = [number for number in group if _is_used(bom, number)]
    loose = sorted(declared.intersection(group).difference(used))
    if not loose:
        return []
    other = repr(loose[0])
    return [
        finding("ID_DECLARED_OTHERWISE", **_where(bom, number), value=number, other=other, part_number=number)
        for number in used
    ]


def _is_plain(numbers: pa.Array) -> bool:
    """Return whether every sign of all numbers can be seen, and letters have one case only: nothing can look alike."""
    if not all_visible(numbers):
        return not len(letters_of(numbers))
    signs = letters_of(numbers)

    def occur(low: str, high: str) -> bool:
        return bool(((signs >= ord(low)) & (signs <= ord(high))).any())

    return not (occur("A", "Z") and occur("a", "z"))


def _as_seen(numbers: pa.Array) -> pa.Array:
    """Return part numbers as a reader sees them: one kind of blank, none at the ends, no invisible signs."""
    # Blanks come first: tabs and line breaks are controls too, and are seen.
    blanks = pc.replace_substring_regex(numbers, BLANKS, " ")
    visible = pc.replace_substring_regex(blanks, INVISIBLE, "")
    return pc.utf8_normalize(pc.utf8_trim_whitespace(visible), form="NFC")


def _repeated(keys: pa.Array, numbers: pa.Array) -> list[list[str]]:
    """Return the part numbers that share a key, in their order."""
    coded = keys.dictionary_encode()
    if len(coded.dictionary) == len(coded):
        return []
    codes = coded.indices.to_numpy()
    groups: dict[int, list[str]] = {}
    for row in np.flatnonzero(np.bincount(codes)[codes] > 1).tolist():
        groups.setdefault(int(codes[row]), []).append(numbers[row].as_py())
    return list(groups.values())


def _is_used(bom: Bom, number: str) -> bool:
    """Return whether lines or records name a part."""
    wanted = pa.array([number], pa.string())
    return any(len(rows_with(bom.table(table)[column], wanted)) for table, column in ID_COLUMNS[:3])


def _where(bom: Bom, number: str) -> dict[str, Any]:
    for table, column in ID_COLUMNS:
        rows = rows_with(bom.table(table)[column], pa.array([number], pa.string()))
        if len(rows):
            return {**bom.place(table, int(rows[0])), "column": column}
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
            if not seen.all():
                numbers, (codes, others) = encode_numbers([named, column])
                borne = np.zeros(len(numbers) + 1, dtype=bool)
                borne[others] = True
                borne[-1] = False
                seen |= borne[codes]
        for row in np.flatnonzero(~seen).tolist():
            number = named[row].as_py()
            place = bom.place(table, row)
            found.append(finding("DECLARED_PART_UNKNOWN", **place, column="part_number", value=number))
    return found


def check_declarations_match(bom: Bom) -> list[Finding]:
    """Find that no declaration is of a part of the lines, where names stand in for their part numbers.

    Parameters
    ----------
    bom : Bom
        Typed tables.

    Returns
    -------
    list of Finding
        DECLARATIONS_MATCH_NOTHING without part number: any part may be the carrier that is declared. With part numbers
        of their own the lines may well contain nothing of a declaration that covers a catalogue.
    """
    declared = bom.declarations["part_number"]
    if NO_OWN_NUMBERS.isdisjoint(found.code for found in bom.findings):
        return []
    content = pc.fill_null(pc.not_equal(bom.declarations["material"], "none"), True)
    if not pc.any(content).as_py():
        return []
    for column in (bom.parts["part_number"], bom.lines["parent"], bom.lines["child"]):
        if len(rows_with(column, declared)):
            return []
    row = pc.index(content, True).as_py()
    place = {**bom.place("declarations", row), "column": "part_number"}
    return [finding("DECLARATIONS_MATCH_NOTHING", **place, value=declared[row].as_py(), count=len(declared))]


def check_scrap(bom: Bom) -> list[Finding]:
    """Find tables of lines whose scrap is below one per cent everywhere, as if 0.05 were meant for 5 %.

    Parameters
    ----------
    bom : Bom
        Typed tables.

    Returns
    -------
    list of Finding
        SCRAP_LOOKS_FRACTION, one per table; blanks and zeros say nothing.
    """
    scraps, places = bom.numbers("lines", "scrap_percent"), bom.lines["place"].to_numpy()
    if not len(places) or ((places == places[0]).all() and scraps.max() >= 1):
        return []
    whole = np.zeros(places.max(initial=-1) + 1, dtype=bool)
    whole[places[scraps >= 1]] = True
    small = np.flatnonzero((scraps > 0) & ~whole[places]) if not whole.all() else np.empty(0, dtype=np.int64)
    found = []
    for source in np.unique(places[small]).tolist():
        rows = small[places[small] == source]
        place = {**bom.place("lines", int(rows[0])), "column": "scrap_percent"}
        found.append(finding("SCRAP_LOOKS_FRACTION", **place, value=f"{scraps[rows[0]]:g}", count=len(rows)))
    return found
