"""Lines under the number of a bill of materials to lines under the parts that have it, through tables of all files."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pyarrow as pa

from deminimis.model import Bom, Finding, finding
from deminimis.model.checks import Checked
from deminimis.model.tables import exact_number
from deminimis.readers.inspection import SkippedRow, TableInspection
from deminimis.readers.lists.bom_bills import Bill, Heads, Span, Use, bill_of, known_heads
from deminimis.readers.lists.bom_days import ALWAYS, Days, both, item_days, key_of, without
from deminimis.readers.lists.row_tree import COMPARED
from deminimis.readers.sheets import SheetRead

OTHER_BILL = "its part has another bill of materials"
NO_DAY = "no bill of materials that is read has it on any day"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line under a number: its place in its table, its item, the alternative it names, its days, and what it says."""

    at: int
    row: int
    key: str
    item: str
    alternative: str
    days: Days | None
    says: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line under a part (None = nobody has the number), on some days, for some batch."""

    line: _Line
    part: str | None
    days: Days
    batch: Fraction | None


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
        a part with several bills of materials that differ on one day are errors; of the latter the first one is kept.
        Lines hold within the days of their bill of materials, of its batch and of their item in the alternative.

    Notes
    -----
    quantity = quantity / batch quantity, exactly: what a float does not hold stands in `long_decimals`.
    """
    done = list(reads)
    lines: dict[tuple[int, int], list[_Line]] = {}
    unclear: dict[str, str] = {}
    for place in sorted(set(numbered)):
        for index, (name, _) in enumerate(reads[place].tables):
            if name == "lines":
                lines[place, index], twice = _lines(reads[place], index)
                unclear |= twice
    of_number: dict[str, list[_Line]] = {}
    for line in (line for several in lines.values() for line in several):
        of_number.setdefault(line.key, []).append(line)
    known = known_heads(heads)
    bills = {key: _bill(key, known, several) for key, several in of_number.items()}
    for key, item in unclear.items():
        bills[key] = bills[key].with_error("BOM_ITEM_TWICE", value=item, detail=key)
    kept = _without_repeats(bills, of_number)
    said: set[str] = set()
    for (place, index), several in lines.items():
        done[place] = _with_parts(done[place], index, several, kept, said)
    return done


def _bill(key: str, heads: Heads, lines: Sequence[_Line]) -> Bill:
    of_lines = list(dict.fromkeys(line.alternative for line in lines if line.alternative))
    chosen = key in heads.stays
    return bill_of(key, heads, of_lines, all(line.alternative or (chosen and line.item) for line in lines))


def _lines(read: SheetRead, index: int) -> tuple[list[_Line], dict[str, str]]:
    """Return the lines of a table, and by number an item of which several rows hold on one day."""
    checked = read.tables[index][1]
    table = checked.table
    rows = [said for items in read.items for said in items.to_pylist()]
    days, twice = item_days(rows)
    items = {said["row"]: said for said in rows}
    amounts = Bom(lines=table, long_decimals=checked.long_decimals).numbers("lines", "quantity", exact=True)
    words = zip(
        table["child"].to_pylist(), amounts.tolist(), *(table[column].to_pylist() for column in COMPARED), strict=True
    )
    places = zip(*(table[name].to_pylist() for name in ("row", "parent")), strict=True)
    lines = []
    for at, ((row, number), own, says) in enumerate(zip(places, _own_days(table), words, strict=True)):
        said = items.get(row, {})
        item, alternative = key_of(said.get("item")), key_of(said.get("alternative"))
        held = days.get(row, ALWAYS)
        lines.append(_Line(at, row, key_of(number), item, alternative, both(own, held) if held else None, says))
    return lines, {key_of(said["bom_number"]): said["item"] for said in twice}


def _own_days(table: pa.Table) -> list[Days]:
    begins, ends = table["valid_from"].to_pylist(), table["valid_to"].to_pylist()
    return [
        (first.toordinal() if first else ALWAYS[0], last.toordinal() if last else ALWAYS[1])
        for first, last in zip(begins, ends, strict=True)
    ]


def _held(line: _Line, bill: Bill, use: Use) -> Iterator[Days]:
    """Yield the days on which a line is in an alternative, whenever that holds itself."""
    if line.days is None or (line.alternative and use.alternative and line.alternative != use.alternative):
        return
    of_item = bill.stays is not None and line.item
    stays = bill.stays.get((use.alternative, line.item), ()) if bill.stays is not None and of_item else (ALWAYS,)
    yield from (days for stay in stays if (days := both(line.days, stay)))


def _without_repeats(bills: Mapping[str, Bill], lines: Mapping[str, Sequence[_Line]]) -> dict[str, Bill]:
    """Take off what a part has from an earlier bill on the same days; tell the bills that differ from it."""
    kept = {}
    earlier: dict[str, list[tuple[str, Use, Counter[Any]]]] = {}
    for key, bill in bills.items():
        uses: list[Use] = []
        told = list(bill.told)
        for use in bill.uses:
            before = earlier.setdefault(use.part, []) if use.part is not None else []
            own = _contents(bill, use, lines[key])
            clash = next(((k, other) for k, other, theirs in before if theirs != own and use.meets(other)), None)
            if clash:
                said = {"value": use.part, "detail": _both_named(clash, (key, use)), "part_number": use.part}
                told.append(("BOM_NUMBERS_DIFFER", said))
            taken = [days for _, other, _ in before for days, _ in other.spans]
            before.append((key, use, own))
            spans: list[Span] = [(left, batch) for days, batch in use.spans for left in without(days, taken)]
            uses.append(replace(use, spans=tuple(spans)))
        kept[key] = replace(bill, uses=tuple(uses), told=tuple(told))
    return kept


def _contents(bill: Bill, use: Use, lines: Sequence[_Line]) -> Counter[Any]:
    """Return what one piece of its part has in a bill, with the days of the lines."""
    batch = next((size for _, size in use.spans if size), Fraction(1))
    said = ((line.says, days) for line in lines for days in _held(line, bill, use))
    return Counter((child, amount / batch, *rest, days) for (child, amount, *rest), days in said)


def _both_named(one: tuple[str, Use], other: tuple[str, Use]) -> str:
    if one[0] == other[0]:
        return f"alternatives {one[1].alternative}, {other[1].alternative} of {one[0]}"
    return f"{one[0]}, {other[0]}"


def _with_parts(
    read: SheetRead, index: int, lines: Sequence[_Line], bills: Mapping[str, Bill], said: set[str]
) -> SheetRead:
    """Return a sheet with the parts of its numbers, and the findings that belong to them."""
    name, checked = read.tables[index]
    placed = [one for line in lines for one in _placed(line, bills[line.key])]
    tables = (*read.tables[:index], (name, _divided(checked, placed)), *read.tables[index + 1 :])
    place: dict[str, Any] = {"file": read.source.file, "sheet": read.source.sheet}
    told = list(_renamed(read.findings, bills))
    for line in lines:
        if line.key not in said:
            said.add(line.key)
            told += [finding(code, **place, row=line.row, **details) for code, details in bills[line.key].told]
    told += _of_days(placed, _own_days(checked.table), place)
    present = {one.line.at for one in placed}
    gone = {line.row: _why_gone(line, bills[line.key]) for line in lines if line.at not in present}
    inspections = tuple(_without(one, gone) for one in read.inspections)
    return replace(read, tables=tables, findings=tuple(told), inspections=inspections)


def _placed(line: _Line, bill: Bill) -> Iterator[_Placed]:
    for use in bill.uses:
        for held in _held(line, bill, use):
            for span, batch in use.spans:
                if days := both(held, span):
                    yield _Placed(line, use.part, days, batch)


def _why_gone(line: _Line, bill: Bill) -> str:
    return OTHER_BILL if any(days for use in bill.uses for days in _held(line, bill, use)) else NO_DAY


def _of_days(placed: Sequence[_Placed], own: Sequence[Days], place: Mapping[str, Any]) -> list[Finding]:
    """Return how many lines hold within the days of a head or a change only, and the first of them."""
    narrowed = [one for one in placed if one.days != own[one.line.at]]
    if not narrowed:
        return []
    begins, ends = ("" if day in ALWAYS else dt.date.fromordinal(day).isoformat() for day in narrowed[0].days)
    detail = " ".join(word for word in (begins and f"from {begins}", ends and f"to {ends}") if word)
    first = narrowed[0].line
    return [finding("BOM_DAYS", **place, row=first.row, value=first.says[0], count=len(narrowed), detail=detail)]


def _divided(checked: Checked, placed: Sequence[_Placed]) -> Checked:
    """Return the lines under their parts, for one of them, within their days."""
    rows = [one.line.at for one in placed]
    table = checked.table.take(pa.array(rows, pa.int64()))
    known = table["quantity"].is_valid().to_pylist()
    exact = [one.line.says[1] / (one.batch or 1) if said else None for one, said in zip(placed, known, strict=True)]
    floats = [None if amount is None else float(amount) for amount in exact]
    longs = {
        ("lines", "quantity", row): str(amount)
        for row, (amount, near) in enumerate(zip(exact, floats, strict=True))
        if amount is not None and near is not None and exact_number(near) != amount
    }
    places: dict[int, list[int]] = {}
    for new, old in enumerate(rows):
        places.setdefault(old, []).append(new)
    others = {
        ("lines", column, new): text
        for (_, column, old), text in checked.long_decimals.items()
        if column != "quantity"
        for new in places.get(old, ())
    }
    parents = table["parent"].to_pylist()
    columns = {
        "parent": [one.part if one.part is not None else parent for one, parent in zip(placed, parents, strict=True)],
        "quantity": floats,
        "valid_from": [None if one.days[0] == ALWAYS[0] else dt.date.fromordinal(one.days[0]) for one in placed],
        "valid_to": [None if one.days[1] == ALWAYS[1] else dt.date.fromordinal(one.days[1]) for one in placed],
    }
    for column, cells in columns.items():
        at = table.schema.get_field_index(column)
        table = table.set_column(at, table.schema.field(at), pa.array(cells, table.schema.field(at).type))
    return replace(checked, table=table, long_decimals={**longs, **others})


def _renamed(findings: Iterable[Finding], bills: Mapping[str, Bill]) -> Iterable[Finding]:
    """Yield findings of a number as those of its parts: an error of a number would concern no part at all."""
    for one in findings:
        owners = bills[key_of(one.part_number)].owners if key_of(one.part_number) in bills else ()
        yield from (replace(one, part_number=part) for part in owners or (one.part_number,))


def _without(inspection: TableInspection, gone: Mapping[int, str]) -> TableInspection:
    """Return an inspection with the rows that are in no bill of materials that is read as skipped."""
    inside = range(inspection.header_row + 1, inspection.header_row + inspection.rows + 1)
    more = [SkippedRow(row, gone[row]) for row in sorted(gone) if row in inside]
    listed = sorted((*inspection.skipped, *more), key=lambda skipped: skipped.row)
    return replace(inspection, skipped=tuple(listed))
