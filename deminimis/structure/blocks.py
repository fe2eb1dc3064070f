"""The lines of one parent from several tables: given twice, split over the files of one table, or in contradiction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model import Bom, Codes, Finding, Mask, Source, finding, schema
from deminimis.structure.levels import spans

BLOCK_COLUMNS = ("quantity", "unit", "scrap_percent", "yield_percent", "usage_percent", "alternate_group")
"""What must agree, besides the child, for two blocks of lines to be the same block given twice."""
Whole = npt.NDArray[np.int64]


def kept_lines(bom: Bom, numbers: pa.Array, parent: Codes, child: Codes, row: Codes) -> tuple[Mask, list[Finding]]:
    """Return which lines count where several tables give lines of one parent, and what there is to say about it.

    Parameters
    ----------
    bom : Bom
    numbers : pyarrow.StringArray (n,)
        Code to part number.
    parent, child, row : ndarray (m,)
        Codes of both ends and row of `Bom.lines` of each line.

    Returns
    -------
    ndarray (m,) of bool
    list of Finding
        BLOCKS_DIFFER, BLOCK_REPEATED.

    Notes
    -----
    What one table says of a parent is a block. Blocks that agree are one block given twice and the first is kept. Files
    of one table may share the lines of a parent: a block in which no child at its position is that of another file is
    kept beside the first. All else is `BLOCKS_DIFFER`, and the first is kept.
    """
    column, whole = bom.lines["place"], np.ones(len(row), dtype=bool)
    ends = pc.min_max(column)
    if column.null_count in (0, len(column)) and ends["min"] == ends["max"]:
        return whole, []
    place = column.fill_null(-1).to_numpy()[row]
    low = np.full(len(numbers), np.iinfo(np.int32).max, dtype=np.int32)
    high = np.full(len(numbers), -1, dtype=np.int32)
    np.minimum.at(low, parent, place)
    np.maximum.at(high, parent, place)
    chosen = np.flatnonzero((low < high)[parent])
    if not len(chosen):
        return whole, []
    tables = _tables(bom.sources)
    # a Bom made by hand may name no sources
    table = tables[place[chosen]] if len(tables) else place[chosen].astype(np.int64)
    blocks = _Blocks.of(parent[chosen], place[chosen], table)
    contents = _contents(bom, child[chosen], row[chosen], BLOCK_COLUMNS)
    exactly = _contents(bom, contents, row[chosen], ("position",)) if blocks.in_one_table.any() else contents
    differs = np.where(blocks.in_one_table, blocks.differ(exactly), blocks.differ(contents))
    apart = blocks.in_one_table & ~blocks.overlap(_contents(bom, child[chosen], row[chosen], ("position",)))
    whole[chosen[~(blocks.is_first | apart)[blocks.of_line]]] = False
    found = []
    for line in np.sort(blocks.begins[~blocks.is_first & ~apart & (differs | blocks.in_one_table)]).tolist():
        number = numbers[int(parent[chosen[line]])].as_py()
        code = "BLOCKS_DIFFER" if differs[blocks.of_line[line]] else "BLOCK_REPEATED"
        about = bom.place("lines", int(row[chosen[line]]))
        found.append(finding(code, **about, value=number, part_number=number))
    return whole, found


def _tables(sources: Sequence[Source]) -> Whole:
    """Return a number for the table that each source is a file of, and one of its own for every other source."""
    first: dict[str, int] = {}
    own = (first.setdefault(source.table, at) if source.table else at for at, source in enumerate(sources))
    return np.fromiter(own, dtype=np.int64, count=len(sources))


@dataclass(frozen=True)
class _Blocks:
    """Blocks of k lines: that of each line (k,); the first line of each block, and the first of its parent (b,)."""

    of_line: Whole
    begins: Whole
    original: Whole
    in_one_table: Mask
    """The block is not the first of its parent, and stands in another file of the same table."""

    @classmethod
    def of(cls, parent: Codes, place: Codes, table: Whole) -> _Blocks:
        keys = (parent.astype(np.int64) << 32) | (place + 1)
        _, begins, of_line = np.unique(keys, return_index=True, return_inverse=True)
        first_line = np.full(int(parent.max()) + 1, len(parent))
        np.minimum.at(first_line, parent[begins], begins)
        original = of_line[first_line[parent[begins]]]
        alike = (table[begins] == table[begins[original]]) & (original != np.arange(len(begins)))
        return cls(of_line, begins, original, alike)

    @property
    def is_first(self) -> Mask:
        """Which blocks are the first of their parent, shape (b,)."""
        return np.asarray(self.original == np.arange(len(self.original)), dtype=bool)

    def overlap(self, keys: Whole) -> Mask:
        """Return which blocks have a line whose key a line of another block of the same parent has, shape (b,)."""
        count = len(self.begins)
        own = np.unique(self.original[self.of_line] * (keys.max(initial=0) + 1) + keys, return_inverse=True)[1]
        key, block = np.divmod(np.unique(own * count + self.of_line), count)
        several = np.zeros(count, dtype=bool)
        several[block[np.bincount(key)[key] > 1]] = True
        return several

    def differ(self, contents: Whole) -> Mask:
        """Return which blocks hold other lines, in whatever order, than the first of their parent, shape (b,)."""
        block, original = self.of_line, self.original
        ordered = contents[np.lexsort((contents, block))]
        size = np.bincount(block)
        end = np.cumsum(size)
        longer = size != size[original]
        same_size = np.flatnonzero(~longer)
        mine = spans(end[same_size] - size[same_size], end[same_size])
        theirs = spans((end - size)[original[same_size]], end[original[same_size]])
        unequal = np.repeat(same_size, size[same_size])[ordered[mine] != ordered[theirs]]
        longer[unequal] = True
        return np.asarray(longer, dtype=bool)


def _contents(bom: Bom, start: npt.NDArray[Any], row: Codes, columns: Sequence[str]) -> Whole:
    """Return one integer per line, equal exactly where what it starts from and the columns are equal."""
    contents = start.astype(np.int64)
    for column in columns:
        cells = bom.lines[column].take(pa.array(row)).combine_chunks()
        if default := schema()["lines"][column].default:
            cells = cells.fill_null(float(default))
        codes = cells.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64) + 1
        contents = np.unique(contents * (codes.max(initial=0) + 1) + codes, return_inverse=True)[1]
    return contents
