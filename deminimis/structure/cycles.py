"""Loops: parts that contain themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from deminimis.model import Bom, Codes, Finding, finding
from deminimis.structure.levels import grouped

PRINTED = 50
"""Part numbers of a loop that a finding prints; the whole path stands in `Structure.cycles`."""

Path = tuple[str, ...]


def looping_lines(parent: Codes, child: Codes, level: Codes) -> tuple[npt.NDArray[np.int64], Codes]:
    """Return the lines that lie in a loop, and which loop each belongs to.

    Parameters
    ----------
    parent, child : ndarray (m,)
        Codes of each line; no part is a line of itself.
    level : ndarray (n,)
        From `part_levels`: -1 in or above a loop.

    Returns
    -------
    position : ndarray (k,)
        Positions in `parent` and `child`.
    loop : ndarray (k,)
        Number of the loop, counted by its first line; loops that share a part are one.

    Notes
    -----
    A line lies in a loop exactly if both its ends belong to one strongly connected component.

    Examples
    --------
    >>> parent, child = np.array([0, 1, 0], dtype=np.int32), np.array([1, 0, 2], dtype=np.int32)
    >>> [found.tolist() for found in looping_lines(parent, child, np.array([-1, -1, 0], dtype=np.int32))]
    [[0, 1], [0, 0]]
    """
    # slow import, needed only when there is a loop
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    position = np.flatnonzero(level[child] < 0)
    ends = parent[position], child[position]
    graph = coo_array((np.ones(len(position), dtype=np.int8), ends), shape=(len(level), len(level)))
    _, component = connected_components(graph.tocsr(), directed=True, connection="strong")
    inside = component[ends[0]] == component[ends[1]]
    _, seen, loop = np.unique(component[ends[0][inside]], return_index=True, return_inverse=True)
    rank = np.empty(len(seen), dtype=np.int32)
    rank[np.argsort(seen)] = np.arange(len(seen), dtype=np.int32)
    return position[inside], rank[loop]


def describe_loops(
    bom: Bom, part_numbers: pa.Array, parent: Codes, child: Codes, row: Codes, loop: Codes
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Return one path and one finding for each loop.

    Parameters
    ----------
    bom : Bom
    part_numbers : pyarrow.StringArray (n,)
        Code to part number.
    parent, child, row, loop : ndarray (k,)
        Ends, row of `Bom.lines` and loop of each line that lies in a loop.

    Returns
    -------
    paths : tuple of tuple of str
        Part numbers around the loop, first = last.
    findings : tuple of Finding
        `CYCLE`, at the line of the path's first step.
    """
    first, position = grouped(loop, int(loop.max(initial=-1)) + 1)
    paths, findings = [], []
    for begin, end in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        lines = position[begin:end]
        around, rows = _one_path(parent[lines].tolist(), child[lines].tolist(), row[lines].tolist())
        path = tuple(part_numbers.take(pa.array(around)).to_pylist())
        place = bom.place("lines", rows[0])
        named = bom.lines["row"].take(pa.array(rows[:PRINTED])).to_pylist()
        paths.append(path)
        findings.append(finding("CYCLE", **place, value=_printed(path, named), part_number=path[0]))
    return tuple(paths), tuple(findings)


def describe_self_lines(
    bom: Bom, part_numbers: pa.Array, parent: Codes, row: Codes
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Return a path for each part that is a line of itself, and a finding for each such line.

    Parameters
    ----------
    bom : Bom
    part_numbers : pyarrow.StringArray (n,)
        Code to part number.
    parent, row : ndarray (k,)
        Part and row of `Bom.lines` of each such line.

    Returns
    -------
    paths : tuple of tuple of str
        The part number twice.
    findings : tuple of Finding
        `SELF_LOOP`.
    """
    numbers = part_numbers.take(pa.array(parent)).to_pylist()
    found = [
        finding("SELF_LOOP", **bom.place("lines", line), value=number, part_number=number)
        for number, line in zip(numbers, row.tolist(), strict=True)
    ]
    return tuple((number, number) for number in dict.fromkeys(numbers)), tuple(found)


def _one_path(parents: list[int], children: list[int], rows: list[int]) -> tuple[list[int], list[int]]:
    # slow import, needed only when there is a loop
    import networkx as nx

    lines: dict[tuple[int, int], int] = {}
    for ends, row in zip(zip(parents, children, strict=True), rows, strict=True):
        lines.setdefault(ends, row)
    steps = nx.find_cycle(nx.DiGraph(list(lines)))
    return [*(parent for parent, _ in steps), steps[0][0]], [lines[step] for step in steps]


def _printed(path: Path, rows: list[Any]) -> str:
    cut = f" ... ({len(path) - 1} parts)" if len(path) > PRINTED else ""
    more = ", ..." if cut else ""
    return f"{' > '.join(path[:PRINTED])}{cut} (rows {', '.join(map(str, rows))}{more})"
