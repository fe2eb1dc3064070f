"""Levels, descendants and ancestors, narrow and wide, on a chain of 200,000 levels too."""

import datetime as dt

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.structure import ancestors, build_structure, descendants
from deminimis.structure.graph import BomGraph
from deminimis.structure.levels import NARROW, SHARE, grouped, part_levels, spans
from tests.builders import make_bom

DAY = dt.date(2026, 11, 22)


@given(st.lists(st.integers(0, 5)))
def test_grouped_is_a_stable_sort(codes):
    first, position = grouped(np.array(codes, dtype=np.int32), 6)
    assert position.tolist() == sorted(range(len(codes)), key=codes.__getitem__)
    assert first.tolist() == [sum(code < limit for code in codes) for limit in range(7)]


def test_spans_may_be_empty():
    assert spans(np.array([3, 5, 0]), np.array([5, 5, 1])).tolist() == [3, 4, 0]
    assert spans(np.array([], dtype=int), np.array([], dtype=int)).tolist() == []


@pytest.mark.parametrize("width", [1, NARROW, NARROW + 1, 3 * NARROW])
def test_levels_are_the_same_whether_a_step_is_narrow_or_wide(width):
    # a ladder: each part of one level has a line to its neighbour and itself one level below, then all meet in one part
    depth = 5 if width < NARROW else 2 * SHARE
    parent, child = [], []
    for level in range(1, depth):
        for place in range(width):
            parent += [level * width + place] * 2
            child += [(level - 1) * width + place, (level - 1) * width + (place + 1) % width]
    top = depth * width
    parent += [top] * width
    child += range((depth - 1) * width, top)
    first = np.searchsorted(parent, np.arange(top + 2)).astype(np.int32)
    found = part_levels(first[:-1], np.diff(first), np.array(child, dtype=np.int32))
    assert found.tolist() == [level for level in range(depth) for _ in range(width)] + [depth]


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30), st.integers(0, 11))
@settings(max_examples=100)
def test_above_and_below_are_those_of_networkx(ends, asked):
    lines = [(f"P{max(pair)}", f"P{min(pair)}") for pair in ends if pair[0] != pair[1]]
    structure = build_structure(make_bom(lines=lines, parts=[{"part_number": f"P{asked}"}]), DAY)
    graph = nx.DiGraph(lines)
    graph.add_node(f"P{asked}")
    code = structure.codes(structure.part_numbers)[structure.part_numbers.to_pylist().index(f"P{asked}")]
    numbers = np.array(structure.part_numbers.to_pylist(), dtype=object)
    asked_codes = np.array([code], dtype=np.int32)
    assert set(numbers[descendants(structure, asked_codes)]) == nx.descendants(graph, f"P{asked}") | {f"P{asked}"}
    assert set(numbers[ancestors(structure, asked_codes)]) == nx.ancestors(graph, f"P{asked}") | {f"P{asked}"}


def test_nothing_reaches_nothing():
    structure = build_structure(make_bom(lines=[("A", "B"), ("A", "C")]), DAY)
    nobody = np.empty(0, dtype=np.int32)
    assert not descendants(structure, nobody).any()
    assert not ancestors(structure, nobody).any()
    assert ancestors(structure, np.array([0, 1], dtype=np.int32)).all()


def test_a_chain_of_200_000_levels():
    depth = 200_000
    bom = make_bom(lines=[(f"P{place}", f"P{place + 1}") for place in range(depth)])
    structure = build_structure(bom, DAY)
    assert len(structure.level_start) == depth + 2
    assert structure.part_numbers[0].as_py() == f"P{depth}"
    assert descendants(structure, structure.finished_goods).all()
    assert ancestors(structure, np.array([0], dtype=np.int32)).all()
    graph = BomGraph(structure, bom)
    assert len(nx.descendants(graph, "P0")) == depth
    assert list(nx.topological_sort(graph))[::depth] == ["P0", f"P{depth}"]
    assert nx.is_directed_acyclic_graph(graph)
