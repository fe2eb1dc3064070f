"""Records to the parts they are about: by our own number, the manufacturer's, the supplier's or the customer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model import Bom, Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.joining.makers import makers_of, of_maker
from deminimis.readers.joining.number_matches import (
    MAKER,
    OTHER_NUMBERS,
    OWN,
    STEPS,
    WORDS,
    Candidates,
    Match,
    Step,
    Target,
    decide,
    match_findings,
    settled,
)
from deminimis.readers.joining.number_spellings import as_written, loosely, telling
from deminimis.readers.tables.found import Found

NUMBERS = pa.schema([("place", pa.int32()), ("row", pa.int32()), ("kind", pa.string()), ("number", pa.string())])
RECORDS = ("parts", "sourcing", "declarations")


def other_numbers(grid: Grid, found: Found, rows: npt.NDArray[np.int64], place: int) -> pa.Table:
    """Return the manufacturer's, supplier's and customer's numbers in the rows of a table, and the maker's name.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.
    rows : ndarray (n,)
        Rows of the table on the sheet, from 0.
    place : int
        Index of the sheet in `Bom.sources`.

    Returns
    -------
    pyarrow.Table
        In the columns of `NUMBERS`, `row` from 1; one row for each cell that is filled and that no spreadsheet changed.
    """
    tables = [NUMBERS.empty_table()]
    numbered = any(role in found.roles.columns for role in OTHER_NUMBERS)
    for kind in (role for role in (*OTHER_NUMBERS, MAKER) if numbered and role in found.roles.columns):
        column = found.roles.columns[kind]
        changed = [f.row for f in grid.faults if f.column == column and f.code != "ID_MIXED_ZEROS"]
        cells = grid.text[column].take(pa.array(rows))
        said = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(cells), ""), False).to_numpy(zero_copy_only=False)
        at = np.flatnonzero(said & ~np.isin(rows, changed))
        columns = (np.full(len(at), place), rows[at] + 1, pa.repeat(pa.scalar(kind), len(at)), cells.take(pa.array(at)))
        arrays = [pa.array(c, kind_of.type) for c, kind_of in zip(columns[:2], NUMBERS, strict=False)]
        tables.append(pa.Table.from_arrays([*arrays, *columns[2:]], schema=NUMBERS))
    return pa.concat_tables(tables)


def match_numbers(bom: Bom, others: pa.Table) -> Bom:
    """Give records, declarations and sourcing the own numbers of the parts they are about.

    Parameters
    ----------
    bom : Bom
        Typed tables of all files, before records are merged.
    others : pyarrow.Table
        The other numbers in their rows, as `other_numbers` returns them.

    Returns
    -------
    Bom
        Rows keep their order. A row whose number several parts bear stands once for each of them; one that cannot be
        matched stays as it is. NUMBER_MATCHED, NUMBER_WITHOUT_ZEROS, NUMBER_MATCHED_LOOSELY and NUMBER_SHARED tell what
        was matched, RECORD_NOT_MATCHED, NUMBER_UNCLEAR, CONTENT_UNCLEAR and NUMBER_CONTRADICTS what was not.

    Notes
    -----
    Own numbers are those of the lines. The first way that leads to a part counts: the row's customer number is an own
    number; a number of the row is the other number of a part, named beside its own number in any row; the row's
    manufacturer or supplier number is an own number; its number is an own number but for leading zeros; it is the other
    number of a part but for capitals, blanks and separators. A number that is one part's and but for zeros another's is
    unclear, whatever came first. A supplier who is named in the row and is none of the
    part's is no match, nor is a spelling beside which the same column has another of the same number. Makers tell parts
    of one number apart, and a declaration that names another maker is no match.
    """
    if not len(bom.lines):
        return bom
    known = pc.unique(pa.chunked_array([*bom.lines["parent"].chunks, *bom.lines["child"].chunks])).drop_null()
    rows = _unknown_rows(bom, known)
    in_lines = pc.unique(_flat(bom.lines["place"]))
    apart = pc.and_(pc.invert(pc.is_in(others["place"], value_set=in_lines)), pc.not_equal(others["kind"], MAKER))
    suspects = others.filter(apart)
    suspects = suspects.filter(pc.is_in(suspects["number"], value_set=known))
    if not len(rows) and not len(suspects):
        return bom
    is_maker = pc.equal(others["kind"], MAKER)
    others, makers = others.filter(pc.invert(is_maker)), others.filter(is_maker)
    of_parts = _numbers_of_parts(bom, others, known)
    told = [*_contradictions(bom, suspects, of_parts, known)]
    # Short numbers and fillers tell no part, but where one is an own number as well they tell that it may be another's.
    of_parts = of_parts.filter(pc.or_(pc.equal(of_parts["kind"], OWN), telling(_flat(of_parts["number"]))))
    numbers = _numbers_of_rows(rows, others)
    matches: dict[int, Match] = {}
    for step in STEPS:
        done = pa.array([] if step.code == "NUMBER_WITHOUT_ZEROS" else list(matches), pa.int64())
        left = numbers.filter(pc.invert(pc.is_in(numbers["slot"], value_set=done)))
        found = _matched(step, bom, rows, left, of_parts, others) if len(left) else {}
        found = _by_maker(bom, rows, found, makers, known) if len(makers) else found
        matches |= {slot: settled(matches.get(slot), match) for slot, match in found.items()}
    told += match_findings(bom, rows, matches)
    for name in RECORDS:
        bom = _renumbered(bom, name, rows, matches)
    return replace(bom, findings=(*bom.findings, *told))


def _flat(array: pa.ChunkedArray | pa.Array) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _keys(table: pa.Table) -> pa.Array:
    """Return one number for each place and row."""
    return pa.array(table["place"].to_numpy().astype(np.int64) << 32 | table["row"].to_numpy())


def _unknown_rows(bom: Bom, known: pa.Array) -> pa.Table:
    """Return table, index, place, row, number and supplier of every record that bears no own number."""
    found = []
    for name in RECORDS:
        table = bom.table(name).select(["place", "row", "part_number", "supplier"])
        at = np.flatnonzero(~pc.is_in(table["part_number"], known).to_numpy())
        taken = table.take(pa.array(at)).append_column("table", pa.repeat(pa.scalar(name), len(at)))
        found.append(taken.append_column("index", pa.array(at)))
    return pa.concat_tables(found).combine_chunks()


def _numbers_of_rows(rows: pa.Table, others: pa.Table) -> pa.Table:
    """Return slot (index in `rows`), kind and number of all that the rows are called.

    A part number for which another number stood in bears the kind of that one alone.
    """
    keys, own = _keys(rows), _flat(rows["part_number"])
    found = []
    for kind in OTHER_NUMBERS:
        of_kind = others.filter(pc.equal(others["kind"], kind))
        numbers = _flat(of_kind["number"]).take(pc.index_in(keys, _keys(of_kind)))
        own = pc.if_else(pc.fill_null(pc.equal(own, numbers), False), pa.scalar(None, pa.string()), own)
        found.append((kind, numbers))
    slots = pa.array(np.arange(len(rows)))
    tables = [
        pa.table({"slot": slots, "kind": pa.repeat(pa.scalar(kind), len(rows)), "number": numbers})
        for kind, numbers in (("part_number", own), *found)
    ]
    numbers = pa.concat_tables(tables)
    return numbers.filter(numbers["number"].is_valid()).combine_chunks()


def _numbers_of_parts(bom: Bom, others: pa.Table, known: pa.Array) -> pa.Table:
    """Return kind, number and own number of all that the parts of the lines are called."""
    own = _own_beside(bom, others, known)
    named = pa.table({"kind": others["kind"], "number": others["number"], "own": own})
    # where it stands in for an own number, only the lines themselves show that it is one
    in_lines = pc.is_in(_flat(others["place"]), value_set=pc.unique(_flat(bom.lines["place"])))
    named = named.filter(pc.and_(own.is_valid(), pc.or_(in_lines, pc.not_equal(named["number"], own))))
    # without threads the first row of each stays first
    named = named.group_by(named.column_names, use_threads=False).aggregate([])
    owned = pa.table({"kind": pa.repeat(pa.scalar(OWN), len(known)), "number": known, "own": known})
    return pa.concat_tables([named, owned])


def _own_beside(bom: Bom, others: pa.Table, known: pa.Array) -> pa.Array:
    """Return the own number of the part that each of the other numbers or names stands beside; null for none."""
    ids = [("lines", "child"), *((name, "part_number") for name in RECORDS)]
    tables = [pa.table({"key": _keys(bom.table(t)), "own": _flat(bom.table(t)[column])}) for t, column in ids]
    pairs = pa.concat_tables(tables)
    pairs = pairs.filter(pc.and_(pc.is_in(pairs["key"], _keys(others)), pc.is_in(pairs["own"], known)))
    pairs = pairs.group_by(["key", "own"]).aggregate([])
    counts = pc.value_counts(_flat(pairs["key"]))
    # a row about several parts does not say which of them its number belongs to
    single = counts.field("values").filter(pc.equal(counts.field("counts"), 1))
    pairs = pairs.filter(pc.is_in(pairs["key"], single))
    return _flat(pairs["own"]).take(pc.index_in(_keys(others), _flat(pairs["key"])))


def _by_maker(
    bom: Bom, rows: pa.Table, found: Mapping[int, Match], makers: pa.Table, known: pa.Array
) -> dict[int, Match]:
    """Return what rows are about, parts of another maker left out."""
    names = loosely(_flat(makers["number"]))
    of_rows = names.take(pc.index_in(_keys(rows), _keys(makers))).to_pylist()
    of_parts = makers_of(_own_beside(bom, makers, known).to_pylist(), names.to_pylist())
    declared = pc.equal(rows["table"], "declarations").to_pylist()
    return {at: of_maker(match, of_rows[at] or "", of_parts, declared=declared[at]) for at, match in found.items()}


def _matched(
    step: Step, bom: Bom, rows: pa.Table, numbers: pa.Table, of_parts: pa.Table, others: pa.Table
) -> dict[int, Match]:
    """Return what the rows are about by one way of matching, by slot."""
    kinds = sorted(frozenset().union(*step.fits.values()))
    asked = numbers.filter(pc.is_in(numbers["kind"], value_set=pa.array(list(step.fits))))
    targets = of_parts.filter(pc.is_in(of_parts["kind"], value_set=pa.array(kinds)))
    asked = asked.append_column("key", step.spelling(_flat(asked["number"])))
    targets = targets.append_column("key", step.spelling(_flat(targets["number"])))
    asked = asked.filter(pc.is_in(asked["key"], value_set=_flat(targets["key"]), skip_nulls=True))
    if not len(asked):
        return {}
    targets = targets.filter(pc.is_in(targets["key"], value_set=_flat(asked["key"]), skip_nulls=True))
    bearers: dict[str, list[Target]] = {}
    for key, *target in zip(*(targets[c].to_pylist() for c in ("key", "kind", "number", "own")), strict=True):
        bearers.setdefault(key, []).append(Target(*target))
    about = rows.select(["place", "supplier"]).take(asked["slot"])
    several = _spelt_twice(step, bom, others, about["place"], asked["key"])
    columns = (asked["slot"], about["place"], asked["kind"], asked["key"], asked["number"])
    of_slot: dict[int, list[Candidates]] = {}
    for slot, place, kind, key, number in zip(*(column.to_pylist() for column in columns), strict=True):
        if fitting := [target for target in bearers[key] if target.kind in step.fits[kind]]:
            twice = (place, kind, key) in several
            of_slot.setdefault(slot, []).append(Candidates(number, kind, tuple(fitting), twice))
    said = dict(zip(asked["slot"].to_pylist(), _names(about["supplier"]).to_pylist(), strict=True))
    suppliers = _suppliers(bom, targets["own"])
    return {slot: decide(step, found, said[slot] or "", suppliers) for slot, found in of_slot.items()}


def _spelt_twice(
    step: Step, bom: Bom, others: pa.Table, places: pa.ChunkedArray, keys: pa.ChunkedArray
) -> frozenset[tuple[int, str, str]]:
    """Return place, kind and key of the numbers that a column holds in several spellings."""
    if step.spelling is as_written:
        return frozenset()
    named = [bom.table(name).select(["place", "part_number"]).rename_columns(["place", "number"]) for name in RECORDS]
    kinds = [table.append_column("kind", pa.repeat(pa.scalar("part_number"), len(table))) for table in named]
    written = pa.concat_tables([others.select(["place", "number", "kind"]), *kinds])
    written = written.filter(pc.is_in(written["place"], value_set=pc.unique(_flat(places))))
    written = written.append_column("key", step.spelling(_flat(written["number"])))
    written = written.filter(pc.is_in(written["key"], value_set=pc.unique(_flat(keys)), skip_nulls=True))
    spellings = written.group_by(["place", "kind", "key"]).aggregate([("number", "count_distinct")])
    several = spellings.filter(pc.greater(spellings["number_count_distinct"], 1))
    return frozenset(zip(*(several[c].to_pylist() for c in ("place", "kind", "key")), strict=True))


def _names(suppliers: pa.ChunkedArray) -> pa.Array:
    return loosely(_flat(suppliers))


def _suppliers(bom: Bom, own: pa.ChunkedArray) -> dict[str, set[str]]:
    """Return the suppliers that records and sourcing name for parts."""
    found: dict[str, set[str]] = {}
    for name in ("parts", "sourcing"):
        table = bom.table(name).select(["part_number", "supplier"])
        table = table.filter(
            pc.and_(table["supplier"].is_valid(), pc.is_in(table["part_number"], value_set=_flat(own)))
        )
        for number, supplier in zip(
            table["part_number"].to_pylist(), _names(table["supplier"]).to_pylist(), strict=True
        ):
            found.setdefault(number, set()).add(supplier)
    return found


def _contradictions(bom: Bom, suspects: pa.Table, of_parts: pa.Table, known: pa.Array) -> Iterator[Finding]:
    """Yield the rows whose part number is one of the lines' while another number in them says another part."""
    parts: dict[tuple[str, str], set[str]] = {}
    borne = of_parts.filter(pc.is_in(of_parts["number"], value_set=_flat(suspects["number"])))
    borne = borne.filter(pc.not_equal(borne["number"], borne["own"]))
    for kind, number, own in zip(*(borne[c].to_pylist() for c in ("kind", "number", "own")), strict=True):
        parts.setdefault((kind, number), set()).add(own)
    itself = of_parts.filter(pc.equal(of_parts["number"], of_parts["own"]))
    for name, kind in product(RECORDS, OTHER_NUMBERS):
        table, of_kind = bom.table(name), suspects.filter(pc.equal(suspects["kind"], kind))
        own = _flat(table["part_number"])
        numbers = _flat(of_kind["number"]).take(pc.index_in(_keys(table), value_set=_keys(of_kind)))
        same = pc.equal(own, numbers)
        if kind == "customer_number":
            doubtful = pc.and_(pc.invert(same), pc.is_in(own, value_set=known))
        else:
            settled = itself.filter(pc.equal(itself["kind"], kind))["number"]
            doubtful = pc.and_(same, pc.invert(pc.is_in(own, value_set=_flat(settled))))
        for row in pc.indices_nonzero(pc.fill_null(doubtful, False)).to_pylist():
            number = numbers[row].as_py()
            told = {number} if kind == "customer_number" else parts.get((kind, number), set())
            yield from _contradiction(bom.place(name, row), own[row].as_py(), kind, sorted(told))


def _contradiction(place: dict[str, Any], own: str, kind: str, told: list[str]) -> Iterator[Finding]:
    """Yield one finding for each part that the row may be about: what it says is certain for none."""
    for part in (own, *told) if told else ():
        about: dict[str, Any] = {**place, "column": "part_number", "value": own, "part_number": part}
        yield finding("NUMBER_CONTRADICTS", **about, kind=WORDS[kind], other=", ".join(told))


def _renumbered(bom: Bom, name: str, rows: pa.Table, matches: Mapping[int, Match]) -> Bom:
    """Return a Bom in which the rows of one table bear the own numbers they are about, once for each."""
    tables, indices = rows["table"].to_pylist(), rows["index"].to_pylist()
    own = {indices[slot]: match.own for slot, match in matches.items() if tables[slot] == name and not match.unclear}
    if not own:
        return bom
    table = bom.table(name)
    times = np.ones(len(table), dtype=np.int64)
    times[list(own)] = [len(numbers) for numbers in own.values()]
    old = np.repeat(np.arange(len(table)), times)
    matched = np.isin(old, list(own))
    numbers = [number for row in sorted(own) for number in own[row]]
    taken = table.take(pa.array(old))
    column = pc.replace_with_mask(_flat(taken["part_number"]), pa.array(matched), pa.array(numbers, pa.string()))
    at = table.schema.get_field_index("part_number")
    first = np.cumsum(times) - times
    longs = {
        (of, column_name, int(first[row]) + again if of == name else row): text
        for (of, column_name, row), text in bom.long_decimals.items()
        for again in range(int(times[row]) if of == name else 1)
    }
    changed: dict[str, Any] = {name: taken.set_column(at, table.schema.field(at), column), "long_decimals": longs}
    return replace(bom, **changed)
