"""Two bills of one catalogue, and every mixture of them: some groups of tables as before, the others as after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from deminimis.catalogues.bom_files import share_numbers
from deminimis.model import TABLES, Bom, Codes, Mask, arrow_schema
from deminimis.model.part_codes import codes_of

TABLE_GROUPS = ("bom", "price", "currency", "declaration", "value")
"""What the rows of a bill are, in groups that change for reasons of their own."""
PART_GROUPS = {
    "value": ("unit_value", "currency", "value_basis", "price_date"),
    "declaration": ("description", "origin", "supplier", "item_class", "grade", "hs_code", "cn_technology"),
}
"""Columns of parts that are not structure; what else a part is (units, masses, base quantity) belongs to the bill."""
SOURCED_VALUE = ("unit_value", "currency")

SHIFT = 20
"""A key is a part's code, and in its last bits how many rows above it are of the same part."""

Keys = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MixedBills:
    """Two bills, reduced to some goods and what is in them.

    Parameters
    ----------
    bills : tuple of Bom, two
        Before and after; their part numbers are codes into one table.
    knows : tuple of ndarray (t,) of bool, two
        Which numbers of that table the whole bill names in its lines or records.

    Notes
    -----
    A part that one bill does not know at all brings its own record and declarations along with the lines that name it:
    they belong to the change of the bill, not to that of values and declarations.
    """

    bills: tuple[Bom, Bom]
    knows: tuple[Mask, Mask]

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """The groups in which the two differ."""
        after = dict.fromkeys(TABLE_GROUPS, 1)
        return tuple(
            group for group in TABLE_GROUPS if not _alike(self.mixture({**after, group: 0}), self.mixture(after))
        )

    def mixture(self, taken: Mapping[str, int]) -> Bom:
        """Return the bill whose groups are as before (0) or as after (1).

        Parameters
        ----------
        taken : mapping of group to int
        """
        lines = self.bills[taken["bom"]]
        return replace(
            lines,
            parts=self._parts(taken),
            declarations=self._declarations(taken),
            sourcing=self._sourcing(taken),
            prices=self.bills[taken["price"]].prices,
            rates=self.bills[taken["currency"]].rates,
        )

    def _parts(self, taken: Mapping[str, int]) -> pa.Table:
        home = taken["bom"]
        wanted = [self._part_keys[home]]
        for group in PART_GROUPS:
            keys = self._part_keys[taken[group]]
            wanted.append(keys[self.knows[home][_code(keys)]])
        if taken["value"] == taken["declaration"] == home:
            return self.bills[home].parts
        keys = np.concatenate([wanted[0], np.setdiff1d(np.concatenate(wanted[1:]), wanted[0])])
        side_of = {name: taken[group] for group, names in PART_GROUPS.items() for name in names}
        cells = {name: self._cells(name, keys, side_of.get(name, home), home) for name in arrow_schema("parts").names}
        numbers = self.bills[0].parts["part_number"].chunk(0).dictionary
        return pa.table({**cells, "part_number": pa.DictionaryArray.from_arrays(_code(keys).astype(np.int32), numbers)})

    def _cells(self, name: str, keys: Keys, side: int, home: int) -> pa.ChunkedArray:
        """Return a column of parts from one side, and from `home` where that side does not know the part."""
        given = self._part_keys
        sides = np.where(self.knows[side][_code(keys)], side, home)
        if name in ("place", "row"):
            sides = np.where(_rows(given[home], keys) >= 0, home, 1 - home)
        rows = np.where(sides == 0, _rows(given[0], keys), _rows(given[1], keys))
        both = pa.chunked_array([chunk for bill in self.bills for chunk in bill.parts[name].chunks])
        return both.take(pa.array(rows + sides * len(given[0]), mask=rows < 0))

    def _declarations(self, taken: Mapping[str, int]) -> pa.Table:
        return self._with_rows_of_new_parts("declarations", taken["declaration"], taken["bom"])

    def _with_rows_of_new_parts(self, table: str, side: int, home: int) -> pa.Table:
        own, other = self.bills[side].table(table), self.bills[home].table(table)
        if side == home:
            return own
        new = ~self.knows[side][codes_of(other["part_number"])]
        return pa.concat_tables([own, other.filter(pa.array(new))]) if new.any() else own

    def _sourcing(self, taken: Mapping[str, int]) -> pa.Table:
        rows = self._with_rows_of_new_parts("sourcing", taken["declaration"], taken["bom"])
        side = taken["value"]
        if side == taken["declaration"] == taken["bom"] or not len(rows):
            return rows
        # the price of a supplier that the other side has not stands beside the supplier
        theirs = self.bills[side].sourcing
        at = _rows(self._sourcing_keys[side], self._keys_of_suppliers([rows])[0])
        for name in SOURCED_VALUE:
            taken_cells = theirs[name].take(pa.array(np.maximum(at, 0))) if len(theirs) else rows[name]
            cells = pc.if_else(pa.array(at >= 0), taken_cells, rows[name])
            rows = rows.set_column(rows.column_names.index(name), name, cells)
        return rows

    @cached_property
    def _part_keys(self) -> tuple[Keys, Keys]:
        before, after = (_counted(codes_of(bill.parts["part_number"])) for bill in self.bills)
        return before, after

    @cached_property
    def _sourcing_keys(self) -> tuple[Keys, Keys]:
        before, after = self._keys_of_suppliers([bill.sourcing for bill in self.bills])
        return before, after

    def _keys_of_suppliers(self, tables: Sequence[pa.Table]) -> list[Keys]:
        keys = []
        for table in tables:
            supplier = pc.index_in(table["supplier"], value_set=self._suppliers)
            codes = np.asarray(supplier.fill_null(len(self._suppliers)).to_numpy(), dtype=np.int64)
            keys.append(_counted(codes_of(table["part_number"]).astype(np.int64) * (len(self._suppliers) + 1) + codes))
        return keys

    @cached_property
    def _suppliers(self) -> pa.Array:
        named = pa.chunked_array(
            [chunk for bill in self.bills for chunk in bill.sourcing["supplier"].chunks], pa.string()
        )
        return pc.unique(named.drop_null())


def _counted(codes: npt.NDArray[Any]) -> Keys:
    """Return a key for every row: equal for the k-th row of a part in one bill and the k-th in the other."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    begins = np.flatnonzero(np.concatenate([np.ones(min(len(ordered), 1), dtype=bool), ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.append(begins, len(ordered)))
    count = np.empty(len(codes), dtype=np.int64)
    count[order] = np.arange(len(codes)) - np.repeat(begins, lengths)
    return (codes.astype(np.int64) << SHIFT) | count


def _code(keys: Keys) -> Keys:
    return keys >> SHIFT


def _rows(given: Keys, wanted: Keys) -> Keys:
    """Return the row of each wanted key, -1 where there is none."""
    if not len(given):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(given, kind="stable")
    at = np.minimum(np.searchsorted(given, wanted, sorter=order), len(given) - 1)
    return np.where(given[order[at]] == wanted, order[at], -1)


def _alike(one: Bom, other: Bom) -> bool:
    """Return whether two bills say the same, wherever they say it."""
    return all(
        len(one.table(name)) == len(other.table(name))
        and all(
            _same_cells(one.table(name)[column], other.table(name)[column])
            for column in arrow_schema(name).names
            if column not in ("place", "row")
        )
        for name in TABLES
    )


def _same_cells(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    if pa.types.is_dictionary(one.type):
        return bool(np.array_equal(codes_of(one), codes_of(other)))
    return bool(one.equals(other))


def pair_bills(before: Bom, after: Bom, goods: Sequence[str], base: tuple[str, str]) -> MixedBills:
    """Return two bills reduced to some goods and everything in them.

    Parameters
    ----------
    before, after : Bom
    goods : sequence of str
        Part numbers.
    base : tuple of str, two
        Base currency of both: a smaller bill may show another one, where no rate says which it is.

    Returns
    -------
    MixedBills
    """
    tables = share_numbers([bill.table(name) for bill in (before, after) for name in TABLES])
    bills = [
        replace(bill, **dict(zip(TABLES, tables[at : at + len(TABLES)], strict=True)), findings=(), long_decimals={})
        for at, bill in ((0, before), (len(TABLES), after))
    ]
    numbers = bills[0].parts["part_number"].chunk(0).dictionary
    knows = tuple(_named(bill, len(numbers)) for bill in bills)
    roots = pc.index_in(pa.array(goods, pa.string()), value_set=numbers).to_numpy()
    wanted = _beneath(bills[0], roots, len(numbers)) | _beneath(bills[1], roots, len(numbers))
    first, second = (_reduced(bill, wanted, of) for bill, of in zip(bills, base, strict=True))
    sources = (*first.sources, *second.sources)
    second = _placed_from(second, len(first.sources))
    return MixedBills((replace(first, sources=sources), replace(second, sources=sources)), (knows[0], knows[1]))


def _named(bill: Bom, count: int) -> Mask:
    named = np.zeros(count, dtype=bool)
    for column in (bill.parts["part_number"], bill.lines["parent"], bill.lines["child"]):
        codes = codes_of(column)
        named[codes[codes >= 0]] = True
    return named


def _beneath(bill: Bom, roots: Codes, count: int) -> Mask:
    """Return the roots and every part beneath them on any day, shape (count,)."""
    parent, child = codes_of(bill.lines["parent"]), codes_of(bill.lines["child"])
    whole = (parent >= 0) & (child >= 0)
    # one more part that holds all roots, from which everything beneath them is reached in one walk
    ends = np.concatenate([parent[whole], np.full(len(roots), count)]), np.concatenate([child[whole], roots])
    graph = csr_array((np.ones(len(ends[0])), ends), shape=(count + 1, count + 1))
    reached = np.zeros(count + 1, dtype=bool)
    reached[breadth_first_order(graph, count, return_predecessors=False)] = True
    return reached[:count]


def _reduced(bill: Bom, wanted: Mask, base: str) -> Bom:
    def rows(table: str, column: str) -> pa.Table:
        codes = codes_of(bill.table(table)[column])
        return bill.table(table).filter(pa.array((codes >= 0) & wanted[codes]))

    rates = bill.rates
    if base and 1.0 not in rates["per_base"].to_pylist():
        row = pa.Table.from_pylist([{"currency": base, "per_base": 1.0}], arrow_schema("rates"))
        rates = pa.concat_tables([rates, row])
    return replace(
        bill,
        parts=rows("parts", "part_number"),
        lines=rows("lines", "parent"),
        declarations=rows("declarations", "part_number"),
        sourcing=rows("sourcing", "part_number"),
        rates=rates,
    )


def _placed_from(bill: Bom, first: int) -> Bom:
    moved = {}
    for name in TABLES:
        table = bill.table(name)
        at = table.schema.get_field_index("place")
        moved[name] = table.set_column(at, table.schema.field(at), pc.add(table["place"], pa.scalar(first, pa.int32())))
    changed: dict[str, Any] = moved
    return replace(bill, **changed)
