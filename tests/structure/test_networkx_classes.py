"""networkx's own published test classes, run on graphs that are BomGraphs.

Which classes run: test_digraph.TestDiGraph (with BaseGraphTester, BaseAttrGraphTester, BaseDiGraphTester and
BaseAttrDiGraphTester in it); of test_reportviews the views of nodes, out- and in-edges, their data views, and the
degrees; of test_graphviews TestReverseView, TestToUndirected and TestChainsOfViews; of test_subgraphviews
TestSubDiGraphView. The classes ask for whole numbers as nodes, so the part numbers of a structure are cast to integers
after it is built; everything else is the code users run.

Which methods do not apply, each replaced by one that says what is true instead:

* methods that change the graph under test (`clear`, `subgraph` with attributes written through the view ...) are
  replaced by one that expects every change to be refused;
* methods that compare the data of edges with `{}`, which here always hold quantity, unit and rows, or that write
  `foo` into an edge, are replaced by one that compares quantities.

Methods that begin with an empty `self.Graph()` and fill it run on the ordinary DiGraph that `BomGraph()` gives; they
show that copies and views stay networkx's own. The classes of multigraphs and undirected graphs do not apply.
"""

import datetime as dt
from dataclasses import replace

import networkx as nx
import pyarrow as pa
import pytest
from networkx.classes.tests import test_digraph, test_graphviews, test_reportviews, test_subgraphviews

from deminimis.structure import BomGraph, build_structure
from tests.builders import make_bom


def numbered(*pairs):
    """Return the graph of lines between parts whose numbers are integers."""
    bom = make_bom(lines=[(str(parent), str(child)) for parent, child in pairs])
    structure = build_structure(bom, dt.date(2026, 11, 22))
    lines = bom.lines
    for place, name in enumerate(("parent", "child")):
        lines = lines.set_column(place, name, lines[name].cast(pa.int64()))
    numbers = structure.part_numbers.cast(pa.int64())
    return BomGraph(replace(structure, part_numbers=numbers), replace(bom, lines=lines))


def path(count):
    return numbered(*((place, place + 1) for place in range(count - 1)))


def changes_are_refused(self):
    graph = self.K3
    for change in (graph.clear, graph.clear_edges, graph.update):
        with pytest.raises(nx.NetworkXError, match="read-only"):
            change()
    with pytest.raises(nx.NetworkXError, match="read-only"):
        graph.nodes[0]["foo"] = []
    with pytest.raises(nx.NetworkXError, match="read-only"):
        graph[1][2]["foo"] = []
    with pytest.raises(nx.NetworkXError, match="read-only"):
        graph.subgraph([1, 2])[1][2]["foo"] = []


class TestDiGraphOfLines(test_digraph.TestDiGraph):
    def setup_method(self):
        self.Graph = BomGraph
        self.k3nodes = [0, 1, 2]
        self.k3edges = [(0, 1), (0, 2), (1, 2)]
        self.K3 = numbered((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1))
        self.P3 = numbered((0, 1), (1, 2))
        assert type(self.K3) is type(self.P3) is BomGraph

    test_clear = test_clear_edges = test_subgraph = changes_are_refused
    test_to_directed = test_to_undirected = changes_are_refused

    def quantities(self, graph):
        return {part: {other: line["quantity"] for other, line in lines.items()} for part, lines in graph.items()}

    def test_edges_data(self):
        pairs = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
        assert sorted(self.K3.edges(data="quantity")) == [(*pair, 1.0) for pair in pairs]
        assert sorted(self.K3.edges([0, 1], data="rows")) == [(*pair, (row,)) for row, pair in enumerate(pairs[:4])]
        with pytest.raises(nx.NetworkXError):
            self.K3.edges(-1, True)

    def test_adjacency(self):
        expected = {0: {1: 1.0, 2: 1.0}, 1: {0: 1.0, 2: 1.0}, 2: {0: 1.0, 1: 1.0}}
        assert self.quantities(dict(self.K3.adjacency())) == expected

    def test_getitem(self):
        assert self.quantities(self.K3.adj)[0] == {1: 1.0, 2: 1.0}
        with pytest.raises(KeyError):
            self.K3.__getitem__("j")
        with pytest.raises(TypeError):
            self.K3.__getitem__(["A"])

    def test_get_edge_data(self):
        assert self.K3.get_edge_data(0, 1)["quantity"] == self.K3[0][1]["quantity"] == 1.0
        assert self.K3.get_edge_data(10, 20) is None
        assert self.K3.get_edge_data(-1, 0, default=1) == 1

    def test_remove_edge(self):
        graph = self.K3.copy()
        graph.remove_edge(0, 1)
        assert self.quantities(graph.succ) == {0: {2: 1.0}, 1: {0: 1.0, 2: 1.0}, 2: {0: 1.0, 1: 1.0}}
        assert self.quantities(graph.pred) == {0: {1: 1.0, 2: 1.0}, 1: {2: 1.0}, 2: {0: 1.0, 1: 1.0}}
        assert self.K3.has_edge(0, 1)

    test_remove_edges_from = test_remove_node = test_remove_nodes_from = test_remove_edge

    def test_update(self):
        graph = self.K3.copy()
        graph.update(nodes=[3], edges=[(4, 5)])
        assert set(graph) == {0, 1, 2, 3, 4, 5}
        changes_are_refused(self)

    def graphs_equal(self, one, other):
        # each question makes its answer anew, so the data of a line are equal but not one object
        assert one._adj == other._adj
        assert one._pred == other._pred
        assert one._node == other._node
        assert one.graph == other.graph


class OnAPath:
    @classmethod
    def setup_class(cls):
        super().setup_class()
        cls.G = path(9)


class TestNodesOfLines(OnAPath, test_reportviews.TestNodeView):
    @classmethod
    def setup_class(cls):
        super().setup_class()
        cls.nv = cls.G.nodes


class TestNodeDataOfLines(OnAPath, test_reportviews.TestNodeDataView):
    @classmethod
    def setup_class(cls):
        super().setup_class()
        cls.nv = test_reportviews.NodeDataView(cls.G)
        cls.ndv = cls.G.nodes.data(True)
        cls.nwv = cls.G.nodes.data("foo")


class TestNodeSetsOfLines(OnAPath, test_reportviews.TestNodeViewSetOps):
    @classmethod
    def setup_class(cls):
        super().setup_class()
        cls.nv = cls.G.nodes


class WithQuantities:
    """In place of edge data that are `{}`."""

    def test_str(self):
        assert str(self.eview(self.G)(data="quantity")) == str([(place, place + 1, 1.0) for place in range(8)])

    def test_repr(self):
        assert repr(self.eview(self.G)(data="unit")).startswith(f"{self.name}([(0, 1, 'pcs'), (1, 2, 'pcs')")

    def test_iterdata(self):
        assert [line["rows"] for _, _, line in self.eview(self.G)(data=True)] == [(row,) for row in range(8)]
        assert {foo for _, _, foo in self.eview(self.G)(data="foo", default=1)} == {1}


class TestOutEdgeDataOfLines(WithQuantities, OnAPath, test_reportviews.TestOutEdgeDataView):
    name = "OutEdgeDataView"


class TestInEdgeDataOfLines(WithQuantities, OnAPath, test_reportviews.TestInEdgeDataView):
    name = "InEdgeDataView"


class EdgeLookup:
    def test_getitem(self):
        assert self.G.edges[0, 1]["quantity"] == 1.0
        with pytest.raises(nx.NetworkXError, match="does not support slicing"):
            self.G.edges[0:5]
        with pytest.raises(KeyError, match=r".*edge.*is not in the graph"):
            self.G.edges[0, 9]


class TestOutEdgesOfLines(EdgeLookup, OnAPath, test_reportviews.TestOutEdgeView):
    pass


class TestInEdgesOfLines(EdgeLookup, OnAPath, test_reportviews.TestInEdgeView):
    pass


class OnAPathWithAShortCut:
    """The weight 5 of the published graph is a quantity here, given by two lines."""

    weighted = (1, 6, 2, 6)

    @classmethod
    def setup_class(cls):
        cls.G = numbered((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), *[(1, 3)] * 4)

    def test_getitem(self):
        view = self.dview(self.G, weight="quantity")
        assert tuple(view[part] for part in range(4)) == self.weighted

    def test_weight(self):
        view = self.dview(self.G)
        assert tuple(view(part, weight="quantity") for part in range(4)) == self.weighted
        assert sorted(view([2, 3], weight="quantity")) == [(2, self.weighted[2]), (3, self.weighted[3])]


class TestDegreesOfLines(OnAPathWithAShortCut, test_reportviews.TestDiDegreeView):
    pass


class TestOutDegreesOfLines(OnAPathWithAShortCut, test_reportviews.TestOutDegreeView):
    weighted = (1, 5, 1, 1)


class TestInDegreesOfLines(OnAPathWithAShortCut, test_reportviews.TestInDegreeView):
    weighted = (0, 1, 1, 5)


class TestReverseOfLines(test_graphviews.TestReverseView):
    def setup_method(self):
        self.G = path(9)
        self.rv = nx.reverse_view(self.G)


class TestUndirectedOfLines(test_graphviews.TestToUndirected):
    def setup_method(self):
        super().setup_method()
        self.DG = path(9)
        self.uv = nx.to_undirected(self.DG)


class TestChainsOverLines(test_graphviews.TestChainsOfViews):
    @classmethod
    def setup_class(cls):
        super().setup_class()
        cls.DG = path(9)
        cls.Gv = nx.to_undirected(cls.DG)
        cls.Rv = cls.DG.reverse()
        cls.graphs = [cls.G, cls.DG, cls.Gv, cls.DGv, cls.Rv, cls.DG.reverse(copy=False)]


class TestSubgraphsOfLines(OnAPath, test_subgraphviews.TestSubDiGraphView):
    pass
