"""What the controlled value of every good is made of: money by material, as contained and as bought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from deminimis.assessment import Calculation, Measures
from deminimis.assessment.inside import SourceMatrix, source_matrix
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.assessment.measures import lines_of
from deminimis.content import Content
from deminimis.model import Codes, Floats, Mask
from deminimis.structure import measure_quantities

ENDS = ("low", "typical", "high")

Integers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class MaterialMoney:
    """Controlled money of goods by material; the last axis of all money is low, typical, high [base currency].

    Parameters
    ----------
    materials : tuple of str
        Ids of all materials in any of the goods.
    material_of, line_of : ndarray (p,) of int
        Material, and line of Part 1, of each row of `contained`; one line for all where materials are added together.
    contained : ndarray (p, g, 3)
        Money of a material in one piece of a good that its price moves.
    bought : ndarray (k, g, 3)
        The same with the quantities that are paid for, scrap included, by material.
    total : ndarray (l, g, 3)
        Controlled value by line of Part 1, whatever moves it.
    of_own_value : ndarray (l, g, 3)
        What of it is a share of the good's own article value.
    by_mass, estimated, at_bound, unbounded : ndarray (k, g) of bool
        Some of the material is known by mass; is an estimate; is counted with the whole value of a part; has no limit.
    """

    materials: tuple[str, ...]
    material_of: Integers
    line_of: Integers
    contained: Floats
    bought: Floats
    total: Floats
    of_own_value: Floats
    by_mass: Mask
    estimated: Mask
    at_bound: Mask
    unbounded: Mask


def read_material_money(calculation: Calculation, goods: Codes) -> MaterialMoney:
    """Return the controlled money of some parts by material.

    Parameters
    ----------
    calculation : Calculation
    goods : ndarray (g,)
        Codes of the parts looked at, finished goods or not.

    Returns
    -------
    MaterialMoney

    Notes
    -----
    One product of the source matrix: contained = Q_net x own, bought = Q_gross x own. What is counted with the whole
    value of a part (a magnet under `annex1_china`, a declared weight per cent without a mass) is in `total` alone: the
    price of a material does not move it while that value stays.
    """
    measures = _of_goods(calculation.measures, goods)
    sources = calculation.sources if measures is calculation.measures else source_matrix(measures)
    bought = _bought(calculation, measures, sources)
    contents = measures.contents.contents
    materials = tuple(dict.fromkeys(c.claim.material for c in contents))
    table = _Table(sources, measures, materials, _lines(calculation, contents))
    return table.read(contents, bought)


def _of_goods(measures: Measures, goods: Codes) -> Measures:
    """Return the measures with the parts looked at as the finished goods."""
    if np.array_equal(goods, measures.structure.finished_goods):
        return measures
    return replace(measures, structure=replace(measures.structure, finished_goods=goods))


def _bought(calculation: Calculation, measures: Measures, sources: SourceMatrix) -> csr_array:
    """Return how many pieces of every carrier one piece of every good pays for, scrap included.

    `Measures.paid` ends at stated values; a cost that is passed through does not.
    """
    bom = calculation.bom
    scrapped = bom.known("lines", "scrap_percent").any() or bom.known("lines", "yield_percent").any()
    if calculation.reading.scrap != "value_only" or not scrapped:
        return sources.quantity
    gross = measure_quantities(bom, measures.structure).gross
    counted = np.where(measures.contained != 0, gross, 0.0)
    return source_matrix(replace(measures, contained=counted)).quantity


def _lines(calculation: Calculation, contents: Iterable[Content]) -> tuple[str, ...]:
    """Return the lines of Part 1 that are summed apart; one without a name where all are summed together."""
    if calculation.reading.aggregation == "sum":
        return ("",)
    return tuple(dict.fromkeys(line for c in contents for line in lines_of(c.claim.material))) or ("",)


@dataclass(frozen=True)
class _Table:
    """Where the money of each content belongs: its carrier, its material, its lines of Part 1."""

    sources: SourceMatrix
    measures: Measures
    materials: tuple[str, ...]
    lines: tuple[str, ...]

    def read(self, contents: tuple[Content, ...], bought: csr_array) -> MaterialMoney:
        """Return the money of all goods."""
        ends = [(c.low, c.typical, c.high) for c in contents]
        money = np.array(ends, dtype=np.float64).reshape(-1, 3)
        rows = np.searchsorted(self.sources.carriers, [c.part for c in contents]).astype(np.intp)
        material = np.array([self.materials.index(c.claim.material) for c in contents], dtype=np.intp)
        bounded = np.array([self._at_bound(c) for c in contents], dtype=bool)
        of_value = np.array([c.claim.of_value for c in contents], dtype=bool)
        pairs, content, pair, counts = self._pairs(material)
        line = pairs[pair, 1]
        moved, fixed, own = (self._blank(count) for count in (len(pairs), len(self.lines), len(self.lines)))
        counted, free = money[content] * counts, ~bounded[content, None]
        np.add.at(moved, (rows[content], pair), counted * free)
        np.add.at(fixed, (rows[content], line), counted * ~free)
        np.add.at(own, (rows[content], line), counted * of_value[content, None])
        whole = self._blank(len(self.materials))
        np.add.at(whole, (rows, material), money * ~bounded[:, None])
        contained, total = (_times(self.sources.quantity, table) for table in (moved, fixed))
        np.add.at(total, pairs[:, 1], contained)
        by_mass, estimated, at_bound, unbounded = self._marks(contents, rows, material, bounded)
        return MaterialMoney(
            self.materials,
            material_of=pairs[:, 0],
            line_of=pairs[:, 1],
            contained=contained,
            bought=_times(bought, whole),
            total=total,
            of_own_value=self._of_goods_themselves(own),
            by_mass=by_mass,
            estimated=estimated,
            at_bound=at_bound,
            unbounded=unbounded,
        )

    def _blank(self, columns: int) -> Floats:
        return np.zeros((len(self.sources.carriers), columns, 3))

    def _pairs(self, material: Integers) -> tuple[Integers, Integers, Integers, Floats]:
        """Return the pairs of material and line, and of every content its pairs and how far it counts there."""
        weights = [self._weights(name) for name in self.materials]
        pairs = [(m, line) for m, row in enumerate(weights) for line, _ in row]
        at = {pair: row for row, pair in enumerate(pairs)}
        entries = [(i, at[m, line], w) for i, m in enumerate(material.tolist()) for line, w in weights[m]]
        content, pair = (np.array([entry[column] for entry in entries], dtype=np.intp) for column in (0, 1))
        counts = np.array([entry[2] for entry in entries], dtype=np.float64).reshape(-1, 3)
        return np.array(pairs, dtype=np.intp).reshape(-1, 2), content, pair, counts

    def _weights(self, material: str) -> list[tuple[int, tuple[int, int, int]]]:
        """Return the lines a material is summed under, and how far its low, typical and high count there."""
        if self.lines == ("",):
            return [(0, (1, 1, 1))]
        lines = lines_of(material)
        one = len(lines) == 1
        # As the rollup counts: for certain under none of several lines, typically under the first, at most under any.
        return [(self.lines.index(name), (int(one), int(name == lines[0]), 1)) for name in lines]

    def _at_bound(self, content: Content) -> bool:
        """Say whether a content is counted with the whole value of its part."""
        value = float(self.measures.value[content.part])
        return content.claim.of_value and float(content.claim.high) >= value * (1 - NEAR_LINE)

    def _of_goods_themselves(self, own: Floats) -> Floats:
        """Return what goods that are carriers themselves hold as a share of their own value, shape (l, g, 3)."""
        goods, carriers = self.measures.structure.finished_goods, self.sources.carriers
        found = np.zeros((len(goods), len(self.lines), 3))
        if len(carriers):
            row = np.minimum(np.searchsorted(carriers, goods), len(carriers) - 1)
            itself = carriers[row] == goods
            found[itself] = own[row[itself]]
        return found.transpose(1, 0, 2)

    def _marks(
        self, contents: tuple[Content, ...], rows: Integers, material: Integers, bounded: Mask
    ) -> Iterator[Mask]:
        """Yield by_mass, estimated, at_bound and unbounded of every material in every good."""
        by_mass = np.array([c.claim.grams > 0 for c in contents], dtype=bool) & ~bounded
        estimated = np.array([c.claim.evidence == "estimate" for c in contents], dtype=bool)
        unbounded = np.array([c.unbounded for c in contents], dtype=bool)
        for mark in (by_mass, estimated, bounded, unbounded):
            table = np.zeros((len(self.sources.carriers), len(self.materials), 1))
            np.add.at(table, (rows, material), mark[:, None].astype(np.float64))
            yield np.asarray(_times(self.sources.quantity, table)[:, :, 0] > 0)


def _times(quantity: csr_array, own: Floats) -> Floats:
    """Return quantities (g, k) times what carriers hold (k, c, e), as (c, g, e)."""
    k, columns, ends = own.shape
    product = np.asarray(quantity @ own.reshape(k, columns * ends))
    return product.reshape(len(product), columns, ends).transpose(1, 0, 2)
