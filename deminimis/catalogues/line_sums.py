"""What a worker finds out about one share of the lines: quantities, who waits for whom, sums of a level, rows to show.

Every function takes the share as `prepare_share` returns it and vectors over all parts, and returns no more than the
parts and rows it is about. The law is that of a calculation on one machine: quantities, sums and values are its own
functions, called on the share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from deminimis.assessment.article_values import contained_and_paid
from deminimis.catalogues.line_pieces import Rows
from deminimis.catalogues.line_shares import as_lines
from deminimis.model import Bom, Codes, Floats, Mask, Reading, Source, Structure, arrow_schema
from deminimis.rollup import roll_up, sum_children
from deminimis.structure import build_structure, measure_quantities

FACTS = ("unit", "base_quantity", "mass", "mass_unit")
"""Columns of a part's record that quantities depend on."""
Share: TypeAlias = Any
"""A pyarrow table, lines of some parents: parent, child, net, paid, order, unread; ordered by row."""


@dataclass(frozen=True)
class Ground:
    """What stays as it is while the levels are summed, over all n parts.

    Parameters
    ----------
    level : ndarray (n,)
    own : ndarray (n, 2)
        Stated value, and 1 for a part without one that is bought.
    stated : ndarray (n,) of bool
    left_out : ndarray (k,)
        Rows that lie in a loop.
    mass : ndarray (n,)
        Of one piece; 0 where it is not known [g].
    """

    level: Codes
    own: Floats
    stated: Mask
    left_out: Rows
    mass: Floats


@dataclass(frozen=True)
class Totals:
    """What is summed so far: values and what is open in them, shape (n, 2), and the parts that are to be shown (n,)."""

    value: Floats
    shown: Mask


@dataclass(frozen=True)
class LevelSums:
    """Sums of some parts: codes (p,), values (p, 2), values of what is in them (p,), and if they are shown (p,)."""

    parts: Codes
    value: Floats
    inside: Floats
    shown: Mask


def prepare_share(
    lines: pa.Table,
    keys: npt.NDArray[np.uint64],
    facts: pa.Table,
    on: date,
    reading: Reading,
    sources: tuple[Source, ...] = (),
) -> Share:
    """Return the lines of a share that hold on a day, with codes for part numbers and measured quantities.

    Parameters
    ----------
    lines : pyarrow.Table
        All lines of some parents.
    keys : ndarray (n,)
        Keys of all numbers, ascending: a part's code is the place of its key.
    facts : pyarrow.Table
        Code of each recorded part, and `FACTS`.
    on : date
    reading : Reading
    sources : tuple of Source
        Of all lines.
    """
    ends = [np.searchsorted(keys, lines[end].to_numpy()).astype(np.int32) for end in ("parent", "child")]
    used, local = np.unique(np.concatenate(ends), return_inverse=True)
    bom = replace(_bom_of_share(lines, used, np.split(local.astype(np.int32), 2), facts), sources=sources)
    structure = build_structure(bom, on)
    quantities = measure_quantities(bom, structure)
    paid = contained_and_paid(quantities, reading)[1]
    # lines that close a loop within the share do so among all lines: they wait for each other, and are named there
    rows = np.concatenate([structure.line, structure.loop_lines])
    unmeasured = np.zeros(len(structure.loop_lines))
    by_row = np.argsort(rows, kind="stable")
    columns = {
        "parent": ends[0][rows],
        "child": ends[1][rows],
        "net": np.concatenate([quantities.net, unmeasured]),
        "paid": np.concatenate([paid, unmeasured]),
        "unread": np.concatenate([quantities.unread, unmeasured > 0]),
        "order": lines["order"].to_numpy()[rows],
    }
    return pa.table({name: pa.array(column[by_row]) for name, column in columns.items()})


def _bom_of_share(lines: pa.Table, used: Codes, ends: list[Codes], facts: pa.Table) -> Bom:
    # the code as text stands for the number: what is found here is found again, and told, where the rows are shown
    names = pa.array(used).cast(pa.string())
    record = facts.filter(pa.array(np.isin(facts["part"].to_numpy(), used)))
    parts = {name: record[name] for name in FACTS}
    at = np.searchsorted(used, record["part"].to_numpy()).astype(np.int32)
    parts["part_number"] = pa.DictionaryArray.from_arrays(pa.array(at), names)
    columns = [parts.get(f.name, pa.nulls(len(record), f.type)) for f in arrow_schema("parts")]
    table = pa.Table.from_arrays(columns, names=arrow_schema("parts").names)
    parent, child = (pa.DictionaryArray.from_arrays(pa.array(end), names) for end in ends)
    return Bom(lines=as_lines(lines, parent, child), parts=table)


def parents_of(share: Share, left_out: Rows) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Return the parents of a share and how many lines each has."""
    parents, counts = np.unique(_column(share, "parent")[_in(share, left_out)], return_counts=True)
    return parents, counts


def waiting_parents(share: Share, settled: Mask, left_out: Rows) -> Codes:
    """Return the parents of which a child is not settled."""
    waits = ~settled[_column(share, "child")] & _in(share, left_out)
    return np.unique(_column(share, "parent")[waits])


def waiting_lines(share: Share, settled: Mask, left_out: Rows) -> pa.Table:
    """Return the lines whose child is not settled: who waits for whom."""
    waits = ~settled[_column(share, "child")] & _in(share, left_out)
    return share.select(["parent", "child", "order"]).filter(pa.array(waits))


def highest_rows(share: Share, level: Codes, left_out: Rows) -> Rows:
    """Return of every parent the first line to a child of its highest level: the level stands without the others."""
    parent, child = _column(share, "parent"), _column(share, "child")
    rows = np.flatnonzero((level[child] == level[parent] - 1) & _in(share, left_out))
    first = np.unique(parent[rows], return_index=True)[1]
    found: Rows = _column(share, "order")[rows[first]]
    return found


def sum_level(share: Share, at: int, ground: Ground, totals: Totals) -> LevelSums:
    """Return the sums of the parents of one level, whose children are summed.

    Parameters
    ----------
    share : Share
    at : int
        The level.
    ground : Ground
    totals : Totals
    """
    here = (ground.level[_column(share, "parent")] == at) & _in(share, ground.left_out)
    return sum_lines(share.filter(pa.array(here)), ground, totals)


def lines_from(share: Share, at: int, ground: Ground) -> Share:
    """Return the lines of the parents of a level and of those above it."""
    here = (ground.level[_column(share, "parent")] >= at) & _in(share, ground.left_out)
    return share.filter(pa.array(here))


def sum_lines(lines: Share, ground: Ground, totals: Totals) -> LevelSums:
    """Return the sums of the parents of some lines, from the lowest level up.

    Parameters
    ----------
    lines : Share
        All lines of their parents.
    ground : Ground
    totals : Totals
        Of the children that are no parents here.

    Notes
    -----
    As on one machine: value = stated, else sum of quantity paid x value of what is in it. Shown is what contains
    something shown, or has a number beyond float64.
    """
    parents = np.unique(_column(lines, "parent"))
    parents = parents[np.argsort(ground.level[parents], kind="stable")]
    below = np.setdiff1d(_column(lines, "child"), parents)
    parts = np.concatenate([below, parents]).astype(np.int32)
    structure, by_parent = _structure_of(lines, parts, len(below), ground.level)
    paid = np.ascontiguousarray(_column(lines, "paid")[by_parent])
    summed = np.arange(len(parts)) >= len(below)
    own = np.where(summed[:, None], ground.own[parts], totals.value[parts])
    value = roll_up(structure, paid, own, settled=ground.stated[parts] & summed)
    shown = totals.shown[parts] | ~np.isfinite(value).all(axis=1)
    above = roll_up(structure, np.ones(len(paid)), shown[:, None].astype(np.float64))[:, 0] > 0
    inside = sum_children(structure, paid, value[:, 0])
    return LevelSums(parts[summed], value[summed], inside[summed], above[summed])


def _structure_of(lines: Share, parts: Codes, below: int, level: Codes) -> tuple[Structure, npt.NDArray[np.int64]]:
    """Return lines as a structure of their own, the first `below` parts without lines, and the order of the lines."""
    place = np.empty(len(level), dtype=np.int32)
    place[parts] = np.arange(len(parts), dtype=np.int32)
    parent = place[_column(lines, "parent")]
    by_parent = np.argsort(parent, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(parent, minlength=len(parts)))]).astype(np.int32)
    counts = np.unique(level[parts[below:]], return_counts=True)[1]
    structure = Structure(
        part_numbers=pa.nulls(len(parts), pa.string()),
        level_start=np.concatenate([[0, below], below + np.cumsum(counts)]).astype(np.int64),
        first=first,
        child=place[_column(lines, "child")][by_parent],
        line=by_parent.astype(np.int32),
        finished_goods=np.empty(0, dtype=np.int32),
        looped=np.zeros(len(parts), dtype=bool),
    )
    return structure, by_parent


def rows_to_show(share: Share, ground: Ground, shown: Mask) -> tuple[Rows, Codes]:
    """Return the rows between parts that are shown, and the parents that are to be shown with all their rows.

    Parameters
    ----------
    share : Share
    ground : Ground
    shown : ndarray (n,) of bool

    Notes
    -----
    Whole are parents with a line whose quantity is not known, and those lighter than what is in them.
    """
    parent, child = _column(share, "parent"), _column(share, "child")
    rows = _column(share, "order")[shown[parent] & shown[child]]
    parents, at = np.unique(parent, return_inverse=True)
    with np.errstate(over="ignore", invalid="ignore"):
        weight = np.bincount(at, _column(share, "net") * ground.mass[child], len(parents))
    unread = np.bincount(at, _column(share, "unread"), len(parents)) > 0
    own = ground.mass[parents]
    return rows, parents[unread | ((own > 0) & ~(weight <= own))]


def children_of(share: Share, wanted: Mask, left_out: Rows) -> Codes:
    """Return what some parts are made of."""
    inside = wanted[_column(share, "parent")] & _in(share, left_out)
    return np.unique(_column(share, "child")[inside])


def _column(share: Share, name: str) -> Any:
    return share[name].to_numpy()


def _in(share: Share, left_out: Rows) -> Mask:
    if not len(left_out):
        return np.ones(len(share), dtype=bool)
    return np.asarray(~np.isin(_column(share, "order"), left_out), dtype=bool)
