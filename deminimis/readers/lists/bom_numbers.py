"""Lines under the number of a bill of materials to lines under the parts that have it, through tables of all files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pyarrow as pa

from deminimis.model import Bom, Finding, finding
from deminimis.model.cells import read_decimal
from deminimis.model.checks import Checked
from deminimis.model.tables import exact_number
from deminimis.readers.inspection import SkippedRow, TableInspection
from deminimis.readers.lists.row_tree import COMPARED
from deminimis.readers.sheets import SheetRead


@dataclass(frozen=True)
class _Heads:
    """By number: its parts, each with its alternatives, and the batch of each alternative ("" = none named)."""

    parts: Mapping[str, Mapping[str, tuple[str, ...]]]
    batches: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass
class _Resolved:
    """What becomes of the lines of one number."""

    owners: tuple[str, ...] = ()
    batch: Fraction | None = None
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def resolve_bom_numbers(
    reads: Sequence[SheetRead], heads: Iterable[pa.Table], numbered: Iterable[int]
) -> list[SheetRead]:
    """Put the parts in the place of the numbers of their bills of materials, and divide by the batches.

    Parameters
    ----------
    reads : sequence of SheetRead
        All sheets of all files.
    heads : iterable of pyarrow.Table
        What `heads_of` found on them.
    numbered : iterable of int
        Sheets whose lines stand under numbers of bills of materials.

    Returns
    -------
    list of SheetRead
        A number that several parts have gives its lines to each. A number without part, a batch that is not known, and
        a part with several bills of materials that differ are errors; of the latter the first one is kept.

    Notes
    -----
    quantity = quantity / batch quantity, exactly: what a float does not hold stands in `long_decimals`.
    """
    done = list(reads)
    places = sorted(set(numbered))
    known = _read_heads(heads)
    lines = [
        (place, index) for place in places for index, (name, _) in enumerate(reads[place].tables) if name == "lines"
    ]
    contents = _contents(reads[place].tables[index][1] for place, index in lines)
    resolved = {key: _resolve(key, known) for key in contents}
    dropped = _several(resolved, contents)
    said: set[str] = set()
    for place, index in lines:
        done[place] = _with_parts(done[place], index, resolved, dropped, said)
    return done


def _key(number: str | None) -> str:
    """Return a number as it is compared: one program keeps the zeros before it, the other drops them."""
    word = (number or "").strip()
    return word.lstrip("0") or word if word.isdigit() else word


def _read_heads(heads: Iterable[pa.Table]) -> _Heads:
    parts: dict[str, dict[str, tuple[str, ...]]] = {}
    batches: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in (row for table in heads for row in table.to_pylist()):
        key, alternative = _key(row["bom_number"]), _key(row["alternative"])
        if key and row["part_number"]:
            _add(parts.setdefault(key, {}), row["part_number"].strip(), alternative)
        if key and row["batch_quantity"]:
            _add(batches.setdefault(key, {}), alternative, row["batch_quantity"].strip())
    return _Heads(parts, batches)


def _add(words: dict[str, tuple[str, ...]], name: str, word: str) -> None:
    words[name] = tuple(dict.fromkeys((*words.get(name, ()), word)))


def _contents(tables: Iterable[Checked]) -> dict[str, Counter[Any]]:
    """Return what stands under each number."""
    found: dict[str, Counter[Any]] = {}
    for checked in tables:
        table = checked.table
        amounts = Bom(lines=table, long_decimals=checked.long_decimals).numbers("lines", "quantity", exact=True)
        others = [table[column].to_pylist() for column in COMPARED]
        said = zip(table["child"].to_pylist(), amounts.tolist(), *others, strict=True)
        for number, (child, amount, *rest) in zip(table["parent"].to_pylist(), said, strict=True):
            found.setdefault(_key(number), Counter())[child, amount, *rest] += 1
    return found


def _resolve(key: str, heads: _Heads) -> _Resolved:
    """Say which parts a number belongs to and what its batch is."""
    owners = heads.parts.get(key, {})
    if not owners:
        return _Resolved(told=[("BOM_NUMBER_UNKNOWN", {"value": key, "part_number": ""})])
    resolved = _Resolved(tuple(owners))
    batches = heads.batches.get(key, {})
    for part, alternatives in owners.items():
        if len(alternatives) > 1:
            several = f"alternatives {', '.join(alternatives)} of {key}"
            resolved.told.append(("BOM_NUMBERS_DIFFER", {"value": part, "detail": several, "part_number": part}))
        words = {word for alternative in alternatives for word in batches.get(alternative, ())}
        words = words or {word for of_one in batches.values() for word in of_one}
        sizes = {_number(word) for word in words}
        if len(sizes) == 1 and None not in sizes:
            resolved.batch = resolved.batch or sizes.pop()
        else:
            detail = ", ".join(sorted(words)) or "nothing"
            resolved.told.append(("BOM_BATCH_UNKNOWN", {"value": key, "detail": detail, "part_number": part}))
    return resolved


def _number(word: str) -> Fraction | None:
    size = read_decimal(word)
    return size if size is not None and size > 0 else None


def _several(resolved: Mapping[str, _Resolved], contents: Mapping[str, Counter[Any]]) -> set[tuple[str, str]]:
    """Return which number of a part gives way to an earlier one; tell those whose contents differ."""
    first: dict[str, tuple[str, Counter[Any]]] = {}
    dropped: set[tuple[str, str]] = set()
    for key, one in resolved.items():
        own = Counter({(said[0], said[1] / (one.batch or 1), *said[2:]): n for said, n in contents[key].items()})
        for part in one.owners:
            before, theirs = first.setdefault(part, (key, own))
            if before == key:
                continue
            dropped.add((key, part))
            if own != theirs:
                said = {"value": part, "detail": f"{before}, {key}", "part_number": part}
                one.told.append(("BOM_NUMBERS_DIFFER", said))
    return dropped


def _with_parts(
    read: SheetRead,
    index: int,
    resolved: Mapping[str, _Resolved],
    dropped: set[tuple[str, str]],
    said: set[str],
) -> SheetRead:
    """Return a sheet with the parts of its numbers, and the findings that belong to them."""
    name, checked = read.tables[index]
    table = checked.table
    keys = [_key(number) for number in table["parent"].to_pylist()]
    rows, parents = _joined(table, keys, resolved, dropped)
    lines = _divided(checked, rows, parents, [resolved[keys[row]].batch for row in rows])
    tables = (*read.tables[:index], (name, lines), *read.tables[index + 1 :])
    numbers = table["row"].to_pylist()
    told = list(_renamed(read.findings, resolved))
    for row, key in enumerate(keys):
        if key not in said:
            said.add(key)
            place: dict[str, Any] = {"file": read.source.file, "sheet": read.source.sheet, "row": numbers[row]}
            told += [finding(code, **place, **details) for code, details in resolved[key].told]
    gone = {numbers[row]: keys[row] for row in set(range(len(keys))) - set(rows)}
    inspections = tuple(_without(one, gone) for one in read.inspections)
    return replace(read, tables=tables, findings=tuple(told), inspections=inspections)


def _joined(
    table: pa.Table, keys: Sequence[str], resolved: Mapping[str, _Resolved], dropped: set[tuple[str, str]]
) -> tuple[list[int], list[str]]:
    """Return each line once for every part of its number, with that part; with its number where nobody has it."""
    pairs = [
        (row, part)
        for row, (key, number) in enumerate(zip(keys, table["parent"].to_pylist(), strict=True))
        for part in (resolved[key].owners or (number,))
        if (key, part) not in dropped
    ]
    return [row for row, _ in pairs], [part for _, part in pairs]


def _divided(
    checked: Checked, rows: Sequence[int], parents: Sequence[str], batches: Sequence[Fraction | None]
) -> Checked:
    table = checked.table.take(pa.array(rows, pa.int64()))
    amounts = Bom(lines=checked.table, long_decimals=checked.long_decimals).numbers("lines", "quantity", exact=True)
    known = table["quantity"].is_valid().to_pylist()
    exact = [
        amounts[row] / (batch or 1) if said else None for row, batch, said in zip(rows, batches, known, strict=True)
    ]
    floats = [None if amount is None else float(amount) for amount in exact]
    longs = {
        ("lines", "quantity", row): str(amount)
        for row, (amount, near) in enumerate(zip(exact, floats, strict=True))
        if amount is not None and near is not None and exact_number(near) != amount
    }
    others = {
        ("lines", column, new): text
        for (_, column, old), text in checked.long_decimals.items()
        for new, row in enumerate(rows)
        if row == old and column != "quantity"
    }
    names = table.column_names
    table = table.set_column(names.index("parent"), table.schema.field("parent"), pa.array(parents, pa.string()))
    table = table.set_column(names.index("quantity"), table.schema.field("quantity"), pa.array(floats, pa.float64()))
    return replace(checked, table=table, long_decimals={**longs, **others})


def _renamed(findings: Iterable[Finding], resolved: Mapping[str, _Resolved]) -> Iterable[Finding]:
    """Yield findings of a number as those of its parts: an error of a number would concern no part at all."""
    for one in findings:
        owners = resolved[_key(one.part_number)].owners if _key(one.part_number) in resolved else ()
        yield from (replace(one, part_number=part) for part in owners or (one.part_number,))


def _without(inspection: TableInspection, gone: Mapping[int, str]) -> TableInspection:
    """Return an inspection with rows that gave way to an earlier bill of materials as skipped."""
    inside = range(inspection.header_row + 1, inspection.header_row + inspection.rows + 1)
    reason = "its part has another bill of materials"
    more = [SkippedRow(row, reason) for row in sorted(gone) if row in inside]
    listed = sorted((*inspection.skipped, *more), key=lambda skipped: skipped.row)
    return replace(inspection, skipped=tuple(listed))
