"""The levels of lines that stand on a cluster, and their sums from level to level.

What lies in a loop is found where nothing settles any more while parts remain; the loop itself is named where the few
lines that wait for each other are together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.catalogues.cluster import Cluster
from deminimis.catalogues.line_pieces import Rows
from deminimis.catalogues.line_sums import (
    Ground,
    LevelSums,
    Totals,
    children_of,
    highest_rows,
    lines_from,
    parents_of,
    sum_level,
    sum_lines,
    waiting_lines,
    waiting_parents,
)
from deminimis.model import Codes, Mask
from deminimis.structure.cycles import looping_lines
from deminimis.structure.levels import grouped, part_levels

NO_ROWS: Rows = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Levels:
    """Who is summed when.

    Parameters
    ----------
    level : ndarray (n,)
        0 without lines, else one more than the highest child.
    left_out : ndarray (k,)
        Rows that lie in a loop.
    rows : ndarray (p,)
        Rows on which the levels stand: of every parent one to a child of the level beneath, and those in loops.
    lines : ndarray (n,)
        Lines of each part.
    """

    level: Codes
    left_out: Rows
    rows: Rows
    lines: Any


def find_levels(cluster: Cluster, shares: list[Any], count: int, rest: int) -> Levels:
    """Return the levels of the parts.

    Parameters
    ----------
    cluster : Cluster
    shares : list of future
        From `prepare_share`.
    count : int
        Parts.
    rest : int
        Lines of parts that wait, from which down they are settled here.
    """
    left_out = NO_ROWS
    while True:
        level, lines, looped = _settled(cluster, shares, count, rest, left_out)
        if not len(looped):
            break
        left_out = looped
    given, without = cluster.hold(level), cluster.hold(left_out)
    highest = cluster.results(cluster.submit(highest_rows, share, given, without) for share in shares)
    return Levels(level, left_out, np.unique(np.concatenate([left_out, *highest])), lines)


def _settled(cluster: Cluster, shares: list[Any], count: int, rest: int, left_out: Rows) -> tuple[Codes, Any, Rows]:
    """Return the level of every part, its lines, and the rows found in loops, without which it is to be done again."""
    without = cluster.hold(left_out)
    lines = np.zeros(count, dtype=np.int64)
    for parents, counts in cluster.results(cluster.submit(parents_of, share, without) for share in shares):
        lines[parents] = counts
    level = np.where(lines > 0, -1, 0).astype(np.int32)
    step = 0
    while lines[level < 0].sum() > rest:
        settled = cluster.hold(level >= 0)
        waiting = cluster.results(cluster.submit(waiting_parents, share, settled, without) for share in shares)
        ready = level < 0
        ready[np.concatenate(waiting)] = False
        if not ready.any():
            break
        step += 1
        level[ready] = step
    if (level >= 0).all():
        return level, lines, NO_ROWS
    settled = cluster.hold(level >= 0)
    left = pa.concat_tables(cluster.results(cluster.submit(waiting_lines, share, settled, without) for share in shares))
    return _settled_here(level, step, left), lines, _looped(level, left)


def _settled_here(level: Codes, step: int, left: pa.Table) -> Codes:
    """Return the levels of what is left, by who waits for whom; -1 in and above loops."""
    parent, child = left["parent"].to_numpy(), left["child"].to_numpy()
    first, position = grouped(parent, len(level))
    return np.where(level >= 0, level, _above(part_levels(first[:-1], np.diff(first), child[position]), step + 1))


def _above(levels: Codes, base: int) -> Codes:
    return np.where(levels < 0, np.int32(-1), levels + np.int32(base))


def _looped(level: Codes, left: pa.Table) -> Rows:
    """Return the rows of lines that lie in loops."""
    left = left.take(pa.array(np.argsort(left["order"].to_numpy(), kind="stable")))
    parent, child = left["parent"].to_numpy(), left["child"].to_numpy()
    first, position = grouped(parent, len(level))
    levels = part_levels(first[:-1], np.diff(first), child[position])
    if (levels >= 0).all():
        return NO_ROWS
    rows: Rows = left["order"].to_numpy()[looping_lines(parent, child, levels)[0]]
    return rows


def sum_levels(
    cluster: Cluster, shares: list[Any], levels: Levels, ground: Ground, shown: Mask, rest: int
) -> tuple[Totals, Any]:
    """Return the value of every part, which are shown, and the value of what is in each.

    Parameters
    ----------
    cluster : Cluster
    shares : list of future
    levels : Levels
    ground : Ground
    shown : ndarray (n,) of bool
        Parts that are shown whatever is in them.
    rest : int
        Lines from which down the levels above are summed here.

    Returns
    -------
    Totals
    ndarray (n,)
        Value of what is in it.
    """
    value, seen, inside = ground.own.copy(), shown.copy(), np.zeros(len(shown))
    fixed = cluster.hold(ground)

    def enter(sums: LevelSums) -> None:
        value[sums.parts], seen[sums.parts], inside[sums.parts] = sums.value, sums.shown, sums.inside

    top = int(ground.level.max(initial=0))
    left = np.bincount(ground.level, levels.lines, top + 1)[::-1].cumsum()[::-1]
    for at in range(1, top + 1):
        if left[at] <= rest:
            above = pa.concat_tables(cluster.results(cluster.submit(lines_from, s, at, fixed) for s in shares))
            above = above.take(pa.array(np.argsort(above["order"].to_numpy(), kind="stable")))
            enter(sum_lines(above, ground, Totals(value, seen)))
            break
        totals = cluster.hold(Totals(value.copy(), seen.copy()))
        for sums in cluster.results(cluster.submit(sum_level, share, at, fixed, totals) for share in shares):
            enter(sums)
    return Totals(value, seen), inside


def everything_in(cluster: Cluster, shares: list[Any], parts: Codes, count: int) -> Codes:
    """Return some parts and everything that is in them on any level.

    Parameters
    ----------
    cluster : Cluster
    shares : list of future
    parts : ndarray (k,)
    count : int
        Parts in all.
    """
    inside = np.zeros(count, dtype=bool)
    new, without = parts, cluster.hold(NO_ROWS)
    while len(new):
        inside[new] = True
        wanted = np.zeros(count, dtype=bool)
        wanted[new] = True
        asked = cluster.hold(wanted)
        found = cluster.results(cluster.submit(children_of, share, asked, without) for share in shares)
        beneath = np.unique(np.concatenate(found)) if found else new[:0]
        new = beneath[~inside[beneath]]
    return np.flatnonzero(inside).astype(np.int32)
