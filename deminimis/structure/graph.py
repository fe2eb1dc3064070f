"""The structure as a networkx graph that reads from the arrays and cannot be changed.

networkx keeps a directed graph in three mappings: part -> record, part -> child -> line, part -> parent -> line. Here
they are read-only mappings over the arrays of a `Structure`, so every algorithm of networkx runs, nothing has to be
built and the lines are not copied.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NoReturn

import networkx as nx
import numpy as np
import numpy.typing as npt

from deminimis.model import Bom, Codes, Floats, Structure, schema
from deminimis.structure.levels import grouped, spans


class ReadOnly(dict[str, Any]):
    """A record or line as a dict that refuses changes; its copies are plain dicts.

    Examples
    --------
    >>> ReadOnly(unit="kg")["unit"]
    'kg'
    """

    __slots__ = ()

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise nx.NetworkXError("a BomGraph is read-only: change the Bom, or work on G.copy()")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def copy(self) -> dict[str, Any]:
        """Return a plain dict with the same items."""
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return dict(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class BomGraph(nx.DiGraph):  # type: ignore[misc]
    """A read-only networkx DiGraph: parts are its nodes, lines run from parent to child.

    Parameters
    ----------
    structure : Structure
    bom : Bom
        The one the structure was built from.

    Notes
    -----
    `G.nodes[part]` is the part's record without blank cells. `G[parent][child]` holds `quantity` per unit of the parent
    (quantity / base quantity, lines that name the same child added up; nan where it is blank or where their units
    differ), `unit` and `rows` (indices into `Bom.lines`). Parts come from the finished goods downwards. Lines that lie
    in a loop are part of the graph, so `nx.find_cycle` finds them. What would change the graph raises
    `networkx.NetworkXError`; `copy`, `reverse` and `to_undirected` give ordinary graphs.

    Examples
    --------
    >>> import datetime as dt, pyarrow as pa
    >>> from deminimis.model import arrow_schema
    >>> from deminimis.structure.build import build_structure
    >>> rows = [{"parent": "PUMP", "child": "MOTOR", "quantity": 2.0}, {"parent": "MOTOR", "child": "MAGNET"}]
    >>> bom = Bom(lines=pa.Table.from_pylist(rows, arrow_schema("lines")))
    >>> graph = BomGraph(build_structure(bom, dt.date(2026, 11, 22)), bom)
    >>> graph["PUMP"]["MOTOR"]
    {'quantity': 2.0, 'unit': 'pcs', 'rows': (0,)}
    >>> sorted(nx.descendants(graph, "PUMP"))
    ['MAGNET', 'MOTOR']
    """

    frozen = True

    def __new__(cls, structure: Structure | None = None, bom: Bom | None = None, **attributes: Any) -> Any:
        """Make the graph; without a structure, an ordinary DiGraph.

        Notes
        -----
        networkx makes copies and views by calling a graph's class without its arguments and filling what it gets.
        """
        return object.__new__(cls) if isinstance(structure, Structure) else nx.DiGraph(structure, **attributes)

    def __init__(self, structure: Structure, bom: Bom) -> None:
        self._source = (structure, bom)
        index = _Index(structure, bom)
        self._index = index
        self.graph: dict[str, Any] = {}
        self._node = PartRecords(index)
        self._adj = LinesByPart(index, Children)
        self._pred = LinesByPart(index, Parents)
        self.__networkx_cache__: dict[str, Any] = {}

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise nx.NetworkXError("a BomGraph is read-only: change the Bom, or work on G.copy()")

    add_node = add_nodes_from = remove_node = remove_nodes_from = _refuse
    add_edge = add_edges_from = add_weighted_edges_from = remove_edge = remove_edges_from = _refuse
    update = clear = clear_edges = _refuse

    def size(self, weight: str | None = None) -> float:
        """Return how many pairs of parent and child there are, or the sum of one number of the lines.

        Parameters
        ----------
        weight : str, optional
            Name of the number.
        """
        return self._index.pair_count if weight is None else super().size(weight)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._source


class _Index:
    """What the mappings of one graph share, each made when first asked: part numbers and codes, lines by either end."""

    def __init__(self, structure: Structure, bom: Bom) -> None:
        self.structure, self.bom = structure, bom

    def __reduce__(self) -> tuple[Any, ...]:
        # what is made when asked is made again
        return _Index, (self.structure, self.bom)

    @cached_property
    def numbers(self) -> list[Any]:
        return list(self.structure.part_numbers.to_pylist())

    @cached_property
    def code(self) -> dict[Any, int]:
        return dict(zip(self.numbers, range(len(self.numbers)), strict=True))

    @cached_property
    def downwards(self) -> list[int]:
        start = self.structure.level_start
        codes: list[int] = spans(start[:-1][::-1], start[1:][::-1]).tolist()
        return codes

    @cached_property
    def lines(self) -> tuple[Codes, Codes, Codes]:
        """First line of each part, child and row of each line: the structure's own arrays unless there is a loop."""
        own = self.structure
        if not len(own.loop_lines):
            return own.first, own.child, own.line
        loops = self.bom.lines.take(own.loop_lines)
        parent = np.concatenate([own.parent_of_line(), own.codes(loops["parent"])])
        child = np.concatenate([own.child, own.codes(loops["child"])])
        row = np.concatenate([own.line, own.loop_lines])
        order = np.lexsort((row, parent))
        first, _ = grouped(parent[order], own.part_count)
        return first, child[order], row[order]

    @cached_property
    def above(self) -> tuple[Codes, Codes, Codes]:
        """First place of each part, parent of each place, and the line that stands there."""
        first, child, _ = self.lines
        parent = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))
        begin, position = grouped(child, len(first) - 1)
        return begin, parent[position], position

    @cached_property
    def sorted_lines(self) -> tuple[Codes, Codes]:
        """Child and row of each line, by parent and then by child, for binary search."""
        _, child, row = self.lines
        _, parent, position = self.above
        # two stable sorts: by child, which `above` is, and then by parent
        both = position[grouped(parent, self.structure.part_count)[1]]
        return child[both], row[both]

    @cached_property
    def search(self) -> tuple[memoryview, memoryview]:
        return self.lines[0].data, self.sorted_lines[0].data

    @cached_property
    def pair_count(self) -> int:
        first, child = self.lines[0], self.sorted_lines[0]
        opens = np.ones(len(child), dtype=bool)
        opens[1:] = child[1:] != child[:-1]
        begins = first[:-1][np.diff(first) > 0]
        opens[begins] = True
        return int(opens.sum())

    @cached_property
    def repeats(self) -> bool:
        return self.pair_count < len(self.lines[1])

    @cached_property
    def quantity(self) -> Floats:
        values: npt.NDArray[Any] = self.bom.lines["quantity"].to_numpy()
        return values.astype(np.float64, copy=False)

    @cached_property
    def record(self) -> Codes:
        """Row of `Bom.parts` of each part, -1 for none; of several records the first."""
        row = np.full(self.structure.part_count, -1, dtype=np.int32)
        if count := self.bom.parts.num_rows:
            code = self.structure.codes(self.bom.parts["part_number"])[::-1]
            row[code[code >= 0]] = np.arange(count - 1, -1, -1, dtype=np.int32)[code >= 0]
        return row

    @cached_property
    def base_quantity(self) -> Floats:
        if not self.bom.parts.num_rows:
            return np.ones(self.structure.part_count)
        base = self.bom.numbers("parts", "base_quantity").astype(np.float64)
        return np.where(self.record < 0, 1.0, np.where(base > 0, base, np.nan)[self.record])

    @cached_property
    def columns(self) -> list[tuple[str, Any]]:
        table = self.bom.parts
        return [(name, table[name]) for name in schema()["parts"] if table[name].null_count < table.num_rows]

    def rows_between(self, parent: int, child: int) -> list[int]:
        first, children = self.search
        begin = bisect_left(children, child, first[parent], first[parent + 1])
        end = bisect_right(children, child, begin, first[parent + 1])
        return sorted(self.sorted_lines[1][begin:end].tolist())

    def line(self, parent: int, child: int, rows: list[int]) -> ReadOnly:
        units = dict.fromkeys(self.bom.lines["unit"][row].as_py() or self.unit(child) for row in rows)
        total = self.quantity[rows].sum() if len(units) == 1 else np.nan
        quantity = float(total / self.base_quantity[parent])
        return ReadOnly(quantity=quantity, unit=" + ".join(units), rows=tuple(rows))

    def unit(self, part: int) -> str:
        row = int(self.record[part])
        written = self.bom.parts["unit"][row].as_py() if row >= 0 else None
        return written or schema()["parts"]["unit"].default


class _ByPart(Mapping[Any, Any]):
    __slots__ = ("_index",)

    def __init__(self, index: _Index) -> None:
        self._index = index

    def __len__(self) -> int:
        return self._index.structure.part_count

    def __iter__(self) -> Iterator[Any]:
        return map(self._index.numbers.__getitem__, self._index.downwards)

    def __contains__(self, number: object) -> bool:
        return number in self._index.code

    def __repr__(self) -> str:
        return repr(dict(self))


class PartRecords(_ByPart):
    """Part number to the part's record."""

    __slots__ = ()

    def __getitem__(self, number: Any) -> ReadOnly:
        row = int(self._index.record[self._index.code[number]])
        cells = ((name, column[row].as_py()) for name, column in self._index.columns) if row >= 0 else ()
        return ReadOnly((name, cell) for name, cell in cells if cell is not None)


class LinesByPart(_ByPart):
    """Part number to the parts one level below it, or one level above it."""

    __slots__ = ("_kind",)

    def __init__(self, index: _Index, kind: type[Children]) -> None:
        super().__init__(index)
        self._kind = kind

    def __getitem__(self, number: Any) -> Children:
        return self._kind(self._index, self._index.code[number])


class Children(Mapping[Any, Any]):
    """Part numbers one level below one part, each with its line, in the order of the rows."""

    __slots__ = ("_index", "_part")

    def __init__(self, index: _Index, part: int) -> None:
        self._index, self._part = index, part

    def _ends(self) -> tuple[Codes, Codes]:
        first, child, _ = self._index.lines
        return first, child

    def _pair(self, other: int) -> tuple[int, int]:
        return self._part, other

    def _others(self) -> list[int]:
        first, ends = self._ends()
        codes: list[int] = ends[first[self._part] : first[self._part + 1]].tolist()
        return list(dict.fromkeys(codes)) if self._index.repeats else codes

    def __len__(self) -> int:
        first, _ = self._ends()
        return len(self._others()) if self._index.repeats else int(first[self._part + 1] - first[self._part])

    def __iter__(self) -> Iterator[Any]:
        return map(self._index.numbers.__getitem__, self._others())

    def __contains__(self, number: object) -> bool:
        other = self._index.code.get(number)
        return other is not None and bool(self._index.rows_between(*self._pair(other)))

    def __getitem__(self, number: Any) -> ReadOnly:
        pair = self._pair(self._index.code[number])
        rows = self._index.rows_between(*pair)
        if not rows:
            raise KeyError(number)
        return self._index.line(*pair, rows)

    def __repr__(self) -> str:
        return repr(dict(self))


class Parents(Children):
    """Part numbers one level above one part, each with its line."""

    __slots__ = ()

    def _ends(self) -> tuple[Codes, Codes]:
        begin, parent, _ = self._index.above
        return begin, parent

    def _pair(self, other: int) -> tuple[int, int]:
        return other, self._part


# networkx asks a graph for the kinds of its mappings
BomGraph.node_dict_factory = PartRecords
BomGraph.adjlist_outer_dict_factory = LinesByPart
BomGraph.adjlist_inner_dict_factory = Children
