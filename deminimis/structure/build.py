"""From a Bom to its structure: part numbers become codes, lines become arrays in rolling order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model import Bom, Codes, Finding, Mask, Structure, finding
from deminimis.model.part_codes import encode_numbers, is_one_table, shared_numbers
from deminimis.model.slices import look_up, work_by_part
from deminimis.structure.blocks import kept_lines
from deminimis.structure.cycles import describe_loops, describe_self_lines, looping_lines
from deminimis.structure.levels import grouped, part_levels, spans


@dataclass(frozen=True)
class _Lines:
    """Codes of both ends and row of `Bom.lines` of some lines, each of shape (m,)."""

    parent: Codes
    child: Codes
    row: Codes

    def take(self, which: npt.NDArray[Any]) -> _Lines:
        if which.dtype == bool and which.all():
            return self
        return _Lines(self.parent[which], self.child[which], self.row[which])

    def are_named(self) -> bool:
        """Return whether both ends of every line are known: the code of a blank is -1."""
        return not len(self.row) or bool(self.parent.min() >= 0 and self.child.min() >= 0)

    def blocks(self, count: int) -> tuple[_Lines, Codes, Codes]:
        """Return lines in which those of each part stand together, in their own order; where they begin, how many."""
        begin, size, runs = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32), self.runs
        begin[self.parent[runs]] = runs
        size[self.parent[runs]] = np.diff(np.append(runs, len(self.row)))
        if len(runs) == np.count_nonzero(size):
            return self, begin, size
        first, position = grouped(self.parent, count)
        return self.take(position), first[:-1], np.diff(first)

    @cached_property
    def runs(self) -> npt.NDArray[np.int64]:
        """The lines whose parent is another than that of the line above."""
        changes = self.parent[1:] != self.parent[:-1]
        return np.flatnonzero(np.concatenate([np.ones(min(len(self.row), 1), dtype=bool), changes]))

    @cached_property
    def in_themselves(self) -> Mask:
        """Where a part is its own child."""
        return np.asarray(self.parent == self.child, dtype=bool)


def build_structure(bom: Bom, on: dt.date) -> Structure:
    """Return who contains whom on a day.

    Parameters
    ----------
    bom : Bom
    on : datetime.date
        Lines that are not valid on this day are left out; a blank date is open.

    Returns
    -------
    Structure

    Notes
    -----
    Lines without parent or child are left out: `ID_MISSING` stands in the Bom's findings. Of lines of one parent from
    several tables those are kept that `kept_lines` keeps.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from deminimis.model import arrow_schema
    >>> rows = [{"parent": "PUMP", "child": "MOTOR", "quantity": 1.0}, {"parent": "MOTOR", "child": "MAGNET"}]
    >>> structure = build_structure(Bom(lines=pa.Table.from_pylist(rows, arrow_schema("lines"))), dt.date(2026, 11, 22))
    >>> structure.part_numbers.to_pylist(), structure.level_start.tolist()
    (['MAGNET', 'MOTOR', 'PUMP'], [0, 1, 2, 3])
    """
    columns = [bom.parts["part_number"], bom.lines["parent"], bom.lines["child"]]
    numbers, (record, parent, child) = encode_numbers(columns)
    given = _Lines(parent, child, np.arange(len(parent), dtype=np.int32))
    named = given if given.are_named() else given.take((parent >= 0) & (child >= 0))
    valid = named if _are_always_valid(bom.lines) else named.take(_valid(bom.lines, on)[named.row])
    kept, repeated = kept_lines(bom, numbers, valid.parent, valid.child, valid.row)
    once = valid.take(kept)
    straight, loops = _without_loops(bom, numbers, once)
    known = _Known.of(named, len(numbers))
    goods, unmarked = _finished_goods(bom, numbers, record, known, loops)
    unmarked += _ended(bom, numbers, goods, known, valid)
    findings = (*repeated, *loops.findings, *_without_record(bom, numbers, record, known), *unmarked)
    return _in_rolling_order(numbers, shared_numbers(columns), straight, goods, loops, findings)


@dataclass(frozen=True, slots=True)
class _Known:
    """The lines of all days, and which parts have some (n,), or are in another part (n,)."""

    lines: _Lines
    has: Mask
    is_in: Mask

    @classmethod
    def of(cls, lines: _Lines, count: int) -> _Known:
        has, is_in = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        has[lines.parent[lines.runs]] = True
        itself = lines.in_themselves
        is_in[lines.child[~itself] if itself.any() else lines.child] = True
        return cls(lines, has, is_in)


def _are_always_valid(lines: pa.Table) -> bool:
    return bool(lines["valid_from"].null_count + lines["valid_to"].null_count == 2 * len(lines))


def _valid(lines: pa.Table, on: dt.date) -> Mask:
    day = pa.scalar(on, pa.date32())
    begun = pc.less_equal(lines["valid_from"], day).fill_null(True)
    not_ended = pc.greater_equal(lines["valid_to"], day).fill_null(True)
    return np.asarray(pc.and_(begun, not_ended).to_numpy(), dtype=bool)


# ---------------------------------------------------------------- loops, goods, records


@dataclass(frozen=True, slots=True)
class _Straight:
    """Lines without loops, those of each part together: where they begin (n,), how many (n,), and the levels (n,)."""

    lines: _Lines
    begin: Codes
    size: Codes
    level: Codes

    @classmethod
    def of(cls, lines: _Lines, count: int) -> _Straight:
        together, begin, size = lines.blocks(count)
        return cls(together, begin, size, part_levels(begin, size, together.child))


@dataclass(frozen=True, slots=True)
class _Loops:
    """What lies in loops: parts (n,), rows of `Bom.lines` (k,), paths and findings."""

    parts: Mask
    rows: Codes
    paths: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...]


def _without_loops(bom: Bom, numbers: pa.Array, lines: _Lines) -> tuple[_Straight, _Loops]:
    """Leave out the lines that lie in loops, and give the levels of what remains."""
    own = lines.in_themselves
    alone, rest = lines.take(np.flatnonzero(own)), lines.take(~own) if own.any() else lines
    alone = alone.take(np.argsort(alone.row))
    paths, findings = describe_self_lines(bom, numbers, alone.parent, alone.row)
    looped = np.zeros(len(numbers), dtype=bool)
    looped[alone.parent] = True
    rows = alone.row
    straight = _Straight.of(rest, len(numbers))
    if (straight.level < 0).any():
        in_rows = rest.take(np.argsort(rest.row))
        position, loop = looping_lines(in_rows.parent, in_rows.child, straight.level)
        inside = in_rows.take(position)
        straight = _Straight.of(rest.take(~np.isin(rest.row, inside.row)), len(numbers))
        more = describe_loops(bom, numbers, inside.parent, inside.child, inside.row, loop)
        paths, findings = paths + more[0], findings + more[1]
        looped[inside.parent] = True
        rows = np.sort(np.concatenate([rows, inside.row]))
    return straight, _Loops(looped, rows, paths, findings)


def _finished_goods(
    bom: Bom, numbers: pa.Array, record: Codes, known: _Known, loops: _Loops
) -> tuple[Codes, list[Finding]]:
    """Return the goods in order of appearance: by default what has lines and is in nothing, on any day."""
    goods = known.has & ~known.is_in
    goods[_tops_of_loops(numbers, known.lines, loops)] = True
    found: list[Finding] = []
    if not bom.lines.num_rows and len(numbers):
        goods[:] = True
        found.append(finding("GOODS_FROM_PARTS", value=numbers[0].as_py(), count=len(numbers)))
    marks = bom.parts["finished_good"]
    marked = np.flatnonzero(pc.is_in(marks, pa.array(["yes", "no"])).to_numpy() & (record >= 0))[::-1]
    # from the last row to the first: of two records that disagree the first one stays
    goods[record[marked]] = pc.equal(marks, "yes").fill_null(False).to_numpy()[marked]
    return np.flatnonzero(goods).astype(np.int32), found


def _tops_of_loops(numbers: pa.Array, known: _Lines, loops: _Loops) -> list[int]:
    """Return the first part of every loop that nothing outside a loop contains: it hides a finished good."""
    if not loops.paths:
        return []
    from_outside = np.zeros(len(numbers), dtype=bool)
    from_outside[known.child[~loops.parts[known.parent]]] = True
    tops = []
    for path in loops.paths:
        around = pc.index_in(pa.array(path[:-1]), value_set=numbers).to_pylist()
        if not from_outside[around].any():
            tops.append(around[0])
    return tops


def _ended(bom: Bom, numbers: pa.Array, goods: Codes, known: _Known, valid: _Lines) -> list[Finding]:
    """Return NO_LINE_ON_DAY for every part in use that has lines, none of which holds on the day.

    Its lines of another day say that it is built: taken as a purchased part it would contain nothing.
    """
    if len(valid.row) == len(known.lines.row):
        return []
    in_use, holds = np.zeros(len(numbers), dtype=bool), np.zeros(len(numbers), dtype=bool)
    in_use[goods] = in_use[valid.child] = holds[valid.parent] = True
    first_line = np.full(len(numbers), -1, dtype=np.int32)
    first_line[known.lines.parent[::-1]] = known.lines.row[::-1]
    found = []
    for part in np.flatnonzero(known.has & in_use & ~holds).tolist():
        part_number = numbers[part].as_py()
        place = bom.place("lines", int(first_line[part]))
        found.append(finding("NO_LINE_ON_DAY", **place, value=part_number, part_number=part_number))
    return found


def _without_record(bom: Bom, numbers: pa.Array, record: Codes, known: _Known) -> list[Finding]:
    if not bom.parts.num_rows:
        return []
    lacks = known.has | known.is_in
    lacks[record[record >= 0]] = False
    if not lacks.any():
        return []
    first, lines = int(np.argmax(lacks)), known.lines
    row = int(lines.row[np.argmax((lines.parent == first) | (lines.child == first))])
    place = bom.place("lines", row)
    return [finding("PART_WITHOUT_RECORD", **place, value=numbers[first].as_py(), count=int(lacks.sum()))]


def _in_rolling_order(
    numbers: pa.Array,
    table: pa.Array | None,
    straight: _Straight,
    goods: Codes,
    loops: _Loops,
    findings: tuple[Finding, ...],
) -> Structure:
    """Renumber the parts level by level, within a level by first appearance, and lay the lines out by parent."""
    level_start, order = grouped(straight.level, int(straight.level.max(initial=-1)) + 1)
    code = np.empty(len(order), dtype=np.int32)
    code[order] = np.arange(len(order), dtype=np.int32)
    begin, size = straight.begin[order], straight.size[order]
    first = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
    child, line = np.empty(first[-1], dtype=np.int32), np.empty(first[-1], dtype=np.int32)

    def lay_out(parts: slice) -> None:
        lines = slice(first[parts.start], first[parts.stop])
        position = spans(begin[parts], begin[parts] + size[parts])
        look_up(code, look_up(straight.lines.child, position), out=child[lines])
        look_up(straight.lines.row, position, out=line[lines])

    work_by_part(first, lay_out)
    return Structure(
        part_numbers=numbers.take(pa.array(order)),
        level_start=level_start.astype(np.int64),
        first=first,
        child=child,
        line=line,
        finished_goods=code[goods],
        looped=loops.parts[order],
        cycles=loops.paths,
        findings=findings,
        loop_lines=loops.rows,
        table=table,
        of_table=_codes_of_table(numbers, table, code),
    )


def _codes_of_table(numbers: pa.Array, table: pa.Array | None, code: Codes) -> Codes:
    """Return the code of every number of a shared table, -1 for those that no line and no record bears."""
    if table is None:
        return np.empty(0, dtype=np.int32)
    if is_one_table(numbers, table):
        return code
    found = pc.index_in(table, value_set=numbers).fill_null(-1).to_numpy()
    return np.where(found >= 0, code[found], np.int32(-1)).astype(np.int32)
