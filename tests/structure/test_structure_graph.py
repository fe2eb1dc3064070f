"""BomGraph: what it shows, that it cannot be changed, and that networkx answers as on a plain DiGraph."""

import datetime as dt
import math
import pickle
from copy import deepcopy

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.structure import BomGraph, build_structure
from tests.builders import make_bom

DAY = dt.date(2026, 11, 22)
PUMP = {
    "lines": [
        {"parent": "PUMP", "child": "MOTOR", "quantity": 2},
        {"parent": "PUMP", "child": "OIL", "quantity": 3, "unit": "kg"},
        {"parent": "MOTOR", "child": "MAGNET", "quantity": 6},
        {"parent": "PUMP", "child": "MOTOR", "quantity": 1},
        {"parent": "MOTOR", "child": "OIL", "quantity": 1, "unit": "g"},
        {"parent": "MOTOR", "child": "OIL", "quantity": 1, "unit": "kg"},
        {"parent": "PUMP", "child": "SEAL", "quantity": None},
    ],
    "parts": [
        {"part_number": "MOTOR", "base_quantity": 2, "description": "motor"},
        {"part_number": "SEAL", "unit": "m", "mass": 1.5},
    ],
}


def graph_of(on=DAY, **tables):
    bom = make_bom(**tables)
    return BomGraph(build_structure(bom, on), bom)


@pytest.fixture
def pump():
    return graph_of(**PUMP)


def test_lines_between_the_same_parts_are_one(pump):
    assert pump["PUMP"]["MOTOR"] == {"quantity": 3.0, "unit": "pcs", "rows": (0, 3)}
    assert list(pump["PUMP"]) == ["MOTOR", "OIL", "SEAL"]
    assert pump.out_degree("PUMP") == len(pump["PUMP"]) == 3
    assert pump.number_of_edges() == len(pump.edges) == 5
    assert pump.size(weight="quantity") != pump.size(weight="quantity")


def test_a_quantity_counts_for_one_parent(pump):
    assert pump["MOTOR"]["MAGNET"]["quantity"] == 3.0


def test_quantities_in_different_units_are_not_added(pump):
    line = pump["MOTOR"]["OIL"]
    assert math.isnan(line["quantity"])
    assert line["unit"] == "g + kg"
    assert line["rows"] == (4, 5)


def test_a_blank_quantity_is_no_number_and_a_blank_unit_the_childs(pump):
    line = pump["PUMP"]["SEAL"]
    assert math.isnan(line["quantity"])
    assert line["unit"] == "m"


def test_records_hold_what_is_not_blank(pump):
    assert pump.nodes["MOTOR"] == {"part_number": "MOTOR", "base_quantity": 2.0, "description": "motor"}
    assert pump.nodes["PUMP"] == {}
    assert dict(pump.nodes(data="mass"))["SEAL"] == 1.5


def test_parts_come_from_the_goods_downwards(pump):
    assert list(pump) == ["PUMP", "MOTOR", "SEAL", "OIL", "MAGNET"]
    assert list(pump.pred["OIL"]) == ["MOTOR", "PUMP"]


def test_of_two_records_the_first_is_shown():
    parts = [{"part_number": "A", "description": "first"}, {"part_number": "A", "description": "second"}]
    assert graph_of(lines=[("A", "B")], parts=parts).nodes["A"]["description"] == "first"


def test_what_is_not_there_is_a_key_error(pump):
    for ask in (
        lambda: pump["NOBODY"],
        lambda: pump["PUMP"]["MAGNET"],
        lambda: pump["PUMP"]["NOBODY"],
        lambda: pump.nodes["NOBODY"],
        lambda: pump.pred["MAGNET"]["PUMP"],
    ):
        with pytest.raises(KeyError):
            ask()
    assert not pump.has_edge("PUMP", "MAGNET")
    assert not pump.has_predecessor("MAGNET", "PUMP")
    assert pump.has_predecessor("MAGNET", "MOTOR")
    assert [] not in pump


CHANGES = {
    "add_node": lambda graph: graph.add_node("X"),
    "add_nodes_from": lambda graph: graph.add_nodes_from([]),
    "remove_node": lambda graph: graph.remove_node("PUMP"),
    "remove_nodes_from": lambda graph: graph.remove_nodes_from([]),
    "add_edge": lambda graph: graph.add_edge("PUMP", "MAGNET"),
    "add_edges_from": lambda graph: graph.add_edges_from([]),
    "add_weighted_edges_from": lambda graph: graph.add_weighted_edges_from([]),
    "remove_edge": lambda graph: graph.remove_edge("PUMP", "MOTOR"),
    "remove_edges_from": lambda graph: graph.remove_edges_from([]),
    "update": lambda graph: graph.update(nodes=["X"]),
    "clear": lambda graph: graph.clear(),
    "clear_edges": lambda graph: graph.clear_edges(),
    "record": lambda graph: graph.nodes["PUMP"].__setitem__("mass", 1),
    "record update": lambda graph: graph.nodes["PUMP"].update(mass=1),
    "line": lambda graph: graph["PUMP"]["MOTOR"].__setitem__("quantity", 1),
    "line pop": lambda graph: graph.edges["PUMP", "MOTOR"].pop("quantity"),
    "line del": lambda graph: graph["PUMP"]["MOTOR"].__delitem__("quantity"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changes_are_refused(pump, change):
    with pytest.raises(nx.NetworkXError, match="read-only"):
        change(pump)


def test_it_is_frozen_as_networkx_understands_it(pump):
    assert nx.is_frozen(pump)
    assert not nx.is_frozen(pump.copy())


@pytest.mark.parametrize(
    "ordinary",
    [
        nx.DiGraph,
        nx.Graph,
        lambda graph: graph.copy(),
        lambda graph: graph.reverse(),
        lambda graph: graph.to_undirected(),
        lambda graph: graph.to_directed(),
        lambda graph: graph.subgraph(["PUMP", "MOTOR"]).copy(),
        lambda graph: deepcopy(graph.copy()),
    ],
)
def test_copies_are_ordinary_graphs(pump, ordinary):
    graph = ordinary(pump)
    assert type(graph) in (nx.DiGraph, nx.Graph)
    assert "MOTOR" in graph["PUMP"] or "PUMP" in graph["MOTOR"]
    graph.add_edge("PUMP", "NEW")
    graph.nodes["PUMP"]["mass"] = 1
    assert "NEW" not in pump


def test_a_copy_holds_the_same(pump):
    graph = pump.copy()
    assert graph["PUMP"]["MOTOR"] == {"quantity": 3.0, "unit": "pcs", "rows": (0, 3)}
    assert graph.nodes["MOTOR"] == pump.nodes["MOTOR"]
    assert set(graph.edges) == set(pump.edges)


def test_it_pickles_before_and_after_use(pump):
    for graph in (graph_of(**PUMP), pump, pump.reverse(copy=False)):
        assert set(graph.edges) == set(pickle.loads(pickle.dumps(graph)).edges)
        assert set(graph.edges) == set(pickle.loads(pickle.dumps(graph)).edges)
    assert isinstance(pickle.loads(pickle.dumps(pump)), BomGraph)
    assert isinstance(deepcopy(pump), BomGraph)


def test_only_lines_of_the_day_are_shown():
    old = {"parent": "A", "child": "C", "valid_to": "2026-01-31"}
    assert list(graph_of(lines=[("A", "B"), old])["A"]) == ["B"]


def test_lines_in_loops_are_shown_and_found():
    lines = [("TOP", "A"), ("A", "X"), ("A", "B"), ("B", "A"), ("C", "C"), ("A", "Z")]
    graph = graph_of(lines=lines)
    assert set(graph.edges) == set(lines)
    assert list(graph["A"]) == ["X", "B", "Z"]
    assert nx.find_cycle(graph, "TOP") == [("A", "B"), ("B", "A")]
    assert not nx.is_directed_acyclic_graph(graph)
    assert graph["B"]["A"]["rows"] == (3,)
    assert graph.has_edge("C", "C")


pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30)


def both(lines):
    """Return the graph over arrays and the graph networkx builds from the same lines."""
    return graph_of(lines=lines), nx.DiGraph(lines)


@given(pairs)
@settings(max_examples=100)
def test_any_digraph_is_the_one_networkx_builds(ends):
    ours, plain = both([(f"P{parent}", f"P{child}") for parent, child in ends])
    assert set(ours) == set(plain)
    assert set(ours.edges) == set(plain.edges) == set(ours.reverse(copy=False).reverse(copy=False).edges)
    assert ours.number_of_edges() == plain.number_of_edges()
    assert dict(ours.degree) == dict(plain.degree)
    assert {part: list(ours[part]) for part in ours} == {part: list(plain[part]) for part in plain}
    assert {part: set(ours.pred[part]) for part in ours} == {part: set(plain.pred[part]) for part in plain}
    assert nx.is_directed_acyclic_graph(ours) == nx.is_directed_acyclic_graph(plain)
    for part in plain:
        assert nx.descendants(ours, part) == nx.descendants(plain, part)
        assert nx.ancestors(ours, part) == nx.ancestors(plain, part)
        assert nx.single_source_shortest_path_length(ours, part) == nx.single_source_shortest_path_length(plain, part)
    assert (_cycle(ours) is None) == (_cycle(plain) is None)


def _cycle(graph):
    try:
        return nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return None


@given(pairs)
@settings(max_examples=100)
def test_algorithms_for_dags_say_the_same(ends):
    ours, plain = both([(f"P{max(pair)}", f"P{min(pair)}") for pair in ends if pair[0] != pair[1]])
    position = {part: place for place, part in enumerate(nx.topological_sort(ours))}
    assert all(position[parent] < position[child] for parent, child in plain.edges)
    shown = {part: place for place, part in enumerate(ours)}
    assert all(shown[parent] < shown[child] for parent, child in plain.edges)
    generations = [set(together) for together in nx.topological_generations(plain)]
    assert [set(together) for together in nx.topological_generations(ours)] == generations
    assert nx.dag_longest_path_length(ours) == nx.dag_longest_path_length(plain)
    assert set(nx.transitive_closure(ours).edges) == set(nx.transitive_closure(plain).edges)
    assert set(nx.transitive_reduction(ours).edges) == set(nx.transitive_reduction(plain).edges)
    for parent in list(plain)[:3]:
        for child in nx.descendants(plain, parent):
            paths = set(map(tuple, nx.all_simple_paths(plain, parent, child)))
            assert set(map(tuple, nx.all_simple_paths(ours, parent, child))) == paths
            assert len(nx.shortest_path(ours, parent, child)) == len(nx.shortest_path(plain, parent, child))


def test_views_of_networkx_work_over_it(pump):
    view = nx.subgraph_view(pump, filter_node=lambda part: part != "MOTOR")
    assert set(view.edges) == {("PUMP", "OIL"), ("PUMP", "SEAL")}
    assert nx.is_frozen(view)
    assert set(pump.edge_subgraph([("PUMP", "OIL")])) == {"PUMP", "OIL"}
    assert set(nx.reverse_view(pump)["OIL"]) == {"PUMP", "MOTOR"}
    assert set(pump.to_undirected(as_view=True)["MOTOR"]) == {"PUMP", "MAGNET", "OIL"}


def test_quantities_serve_as_weights():
    graph = graph_of(lines=[("A", "B", 2), ("A", "C", 5), ("B", "C", 1)])
    assert nx.dijkstra_path(graph, "A", "C", weight="quantity") == ["A", "B", "C"]
    assert graph.size(weight="quantity") == 8.0
    assert graph.in_degree("C", weight="quantity") == 6.0
    assert nx.dag_longest_path(graph, weight="quantity") == ["A", "C"]


def test_a_graph_of_nothing():
    graph = graph_of()
    assert len(graph) == graph.number_of_edges() == 0
    assert list(nx.topological_sort(graph)) == []
    assert repr(graph._node) == repr(graph._adj) == "{}"
