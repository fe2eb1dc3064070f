"""What is inside each finished good: tested items, contributions, and the days on which it changes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from deminimis.assessment.measures import HIGH, Measures
from deminimis.assessment.result import Contribution
from deminimis.assessment.routes import annex_items
from deminimis.content import Content
from deminimis.model import Bom, Codes, Floats, Mask, Structure
from deminimis.model.slices import work_by_part
from deminimis.rollup import least_beneath, marked_above, quantities_within, sources_within

NEVER = int(np.iinfo(np.int64).max)
OPEN_END = date(9999, 1, 1).toordinal()

Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Inside:
    """The parts of one finished good that carry controlled material, and how many of each it holds.

    Parameters
    ----------
    parts : list of int
        Codes, the good itself left out, nearest to the good first.
    quantities : dict of int to float
        Pieces in one piece of the good, by code.
    """

    parts: list[int]
    quantities: dict[int, float]


@dataclass(frozen=True)
class SourceMatrix:
    """How many pieces of every carrying part one piece of every finished good contains.

    Parameters
    ----------
    carriers : ndarray (k,)
        Codes of the parts with controlled content of their own, ascending.
    quantity : scipy.sparse.csr_array (g, k)
        Pieces in one piece of the good; rows in the order of the finished goods.
    own : ndarray (k, 3)
        Own controlled value low, typical, high of one piece [base currency].

    Notes
    -----
    N = quantity @ own for the goods, by the linearity of the rollup; exact for `aggregation=sum`.
    """

    carriers: Codes
    quantity: csr_array
    own: Floats


def source_matrix(measures: Measures) -> SourceMatrix:
    """Return the source matrix of the finished goods.

    Parameters
    ----------
    measures : Measures

    Returns
    -------
    SourceMatrix
    """
    contents = measures.contents.contents
    carriers = np.unique(np.array([c.part for c in contents], dtype=np.int32))
    own = np.zeros((len(carriers), 3))
    places = np.searchsorted(carriers, [c.part for c in contents])
    ends = np.array([(c.low, c.typical, c.high) for c in contents], dtype=np.float64).reshape(-1, 3)
    np.add.at(own, places, ends)
    carrying = np.zeros(measures.structure.part_count, dtype=bool)
    carrying[carriers] = True
    way = _ways_to(measures, marked_above(measures.structure, carrying), measures.structure.finished_goods)
    held = sources_within(way.structure, way.contained, way.new_code[carriers], way.roots)
    return SourceMatrix(carriers, _with_empty_rows(held, way.reached), own)


def _with_empty_rows(rows: csr_array, given: Mask) -> csr_array:
    """Return the matrix with an empty row wherever none is given."""
    counts = np.zeros(len(given), dtype=np.int64)
    counts[given] = np.diff(rows.indptr)
    ends = np.concatenate([[0], np.cumsum(counts)])
    return csr_array((rows.data, rows.indices, ends), shape=(len(given), rows.shape[1]))


def look_inside(measures: Measures, goods: Codes) -> Iterator[Inside]:
    """Yield the carrying parts of each good, in the order given.

    Parameters
    ----------
    measures : Measures
    goods : ndarray (g,)
        Codes of the finished goods.

    Notes
    -----
    Only the parts that carry anything are walked: the structure is cut down to them first.
    """
    held = held_parts(measures, goods)
    parts, amounts, ends = held.indices.tolist(), held.data.tolist(), held.indptr.tolist()
    for row, good in enumerate(goods.tolist()):
        # Codes grow towards the good: the last are nearest to it.
        within = slice(ends[row], ends[row + 1])
        quantities = dict(zip(reversed(parts[within]), reversed(amounts[within]), strict=True))
        yield Inside([part for part in quantities if part != good], quantities)


def held_parts(measures: Measures, goods: Codes) -> csr_array:
    """Return how many of every carrying part one piece of each good contains; the good itself counts 1 if it carries.

    Parameters
    ----------
    measures : Measures
    goods : ndarray (g,)
        Codes of the finished goods.

    Returns
    -------
    scipy.sparse.csr_array (g, n)
        Codes in each row are sorted.

    Notes
    -----
    Only the parts that carry anything are walked: the structure is cut down to them first.
    """
    carrying = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool) | measures.controlled_open
    items = np.zeros_like(carrying)
    items[list(annex_items(measures))] = True
    way = _ways_to(measures, carrying | marked_above(measures.structure, items), goods)
    held = quantities_within(way.structure, way.contained, way.roots)
    n = measures.structure.part_count
    held = csr_array((held.data, way.codes[held.indices], held.indptr), shape=(held.shape[0], n))
    return _with_empty_rows(held, way.reached)


@dataclass(frozen=True)
class _Ways:
    """The structure of the carrying parts alone: new codes of old, old of new, and the goods that are among them."""

    structure: Structure
    contained: Floats
    codes: Codes
    new_code: Codes
    roots: Codes
    reached: Mask


def _ways_to(measures: Measures, carrying: Mask, goods: Codes) -> _Ways:
    structure, contained, codes = _cut_down(measures.structure, measures.contained, carrying)
    new_code = np.full(measures.structure.part_count, -1, dtype=np.int32)
    new_code[codes] = np.arange(len(codes))
    found = new_code[goods]
    return _Ways(structure, contained, codes, new_code, found[found >= 0], found >= 0)


def _cut_down(structure: Structure, contained: Floats, wanted: Mask) -> tuple[Structure, Floats, Codes]:
    """Return the structure of the wanted parts alone, its quantities, and the old code of each of its parts."""
    codes = np.flatnonzero(wanted).astype(np.int32)
    new_code = np.cumsum(wanted, dtype=np.int32) - 1
    kept = np.flatnonzero(wanted[structure.child] & (contained != 0))
    parents = structure.parents_of(kept)
    kept, parents = kept[wanted[parents]], parents[wanted[parents]]
    counts = np.bincount(new_code[parents], minlength=len(codes))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    level_start = np.unique(np.concatenate([[0], np.cumsum(wanted)])[structure.level_start])
    cut = Structure(
        structure.part_numbers.take(codes),
        level_start.astype(np.int64),
        first,
        new_code[structure.child[kept]],
        structure.line[kept],
        np.empty(0, dtype=np.int32),
        structure.looped[codes],
    )
    return cut, np.ascontiguousarray(contained[kept]), codes


def heaviest_children(measures: Measures) -> Codes:
    """Return the child that brings most of the controlled value of each part, -1 where none brings any, shape (n,)."""
    structure, most = measures.structure, measures.controlled[:, HIGH].copy()
    carrying, first = most > 0, structure.first
    heaviest = np.full(structure.part_count, -1, dtype=np.int32)

    def look(parts: slice) -> None:
        lines = slice(first[parts.start], first[parts.stop])
        kept = np.flatnonzero(carrying[structure.child[lines]])
        begin = np.searchsorted(kept, first[parts.start : parts.stop + 1] - lines.start)
        size, child = np.diff(begin), structure.child[lines][kept]
        if not len(kept):
            return
        with np.errstate(over="ignore", invalid="ignore"):
            brought = measures.contained[lines][kept] * most[child]
        largest = np.repeat(np.fmax.reduceat(brought, begin[:-1][size > 0]), size[size > 0])
        heavy = np.flatnonzero((brought == largest) & (brought > 0))
        # of lines that bring as much as each other the last one stays
        heaviest[np.searchsorted(begin, heavy, side="right") - 1 + parts.start] = child[heavy]

    work_by_part(first, look)
    return heaviest


def way_up(heaviest: Codes, good: int) -> list[int]:
    """Return the parts from the main carrier up to a good."""
    way = [good]
    while (child := int(heaviest[way[-1]])) >= 0:
        way.append(child)
    return way[::-1]


def first_below(structure: Structure, heaviest: Codes, below: Mask) -> Codes:
    """Return the first part below the line on the way from the main carrier up to each part, -1 for none, shape (n,).

    Parameters
    ----------
    structure : Structure
    heaviest : ndarray (n,)
        The child on that way, as `heaviest_children` returns it.
    below : ndarray (n,) of bool
    """
    found = np.where(below, np.arange(structure.part_count, dtype=np.int32), np.int32(-1))
    for begin, end in pairwise(structure.level_start.tolist()):
        of_child = np.where(heaviest[begin:end] >= 0, found[heaviest[begin:end]], np.int32(-1))
        found[begin:end] = np.where(of_child >= 0, of_child, found[begin:end])
    return found


def _counted_share(content: Content) -> Fraction:
    """Return which share of a claim's typical amount counts: that of its supplier; all of it where none counts."""
    typical = content.claim.typical
    return content.typical / typical if content.typical and typical else Fraction(1)


def one_piece_each(measures: Measures) -> dict[int, list[Contribution]]:
    """Return what each material in one piece of each part brings, by code of the part; nothing for nothing."""
    by_part: dict[int, list[Contribution]] = {}
    for content in measures.contents.contents:
        if content.high or content.typical or content.unbounded:
            claim = content.claim
            piece = Contribution(
                measures.structure.part_numbers[content.part].as_py(),
                claim.material,
                1.0,
                float(content.typical),
                float(content.low),
                None if content.unbounded else float(content.high),
                claim.evidence,
                claim.origin,
                claim.supplier,
                claim.detail,
                float(claim.grams * _counted_share(content)),
            )
            by_part.setdefault(content.part, []).append(piece)
    return by_part


def contributions_of(by_part: dict[int, list[Contribution]], inside: Inside) -> tuple[Contribution, ...]:
    """Return what each material in each part adds to one good, largest first; typical values add up to its N.

    Parameters
    ----------
    by_part : dict of int to list of Contribution
        What one piece brings, by code of the part.
    inside : Inside
    """
    rows = [
        Contribution(
            piece.part_number,
            piece.material,
            quantity,
            quantity * (piece.value or 0.0),
            quantity * piece.low,
            None if piece.high is None else quantity * piece.high,
            piece.evidence,
            piece.origin,
            piece.supplier,
            piece.detail,
            quantity * piece.grams,
        )
        for part, quantity in inside.quantities.items()
        for piece in by_part.get(part, ())
    ]
    return tuple(sorted(rows, key=lambda c: (-(c.value or 0.0), c.part_number, c.material)))


def changes_by_itself(
    bom: Bom, measures: Measures, on: date, rule_days: Sequence[date], goods: Codes
) -> list[date | None]:
    """Return the last day on which nothing changes by itself, for each good; None where nothing is dated.

    Parameters
    ----------
    bom : Bom
    measures : Measures
    on : date
    rule_days : sequence of date
        First days of a new status of the rule.
    goods : ndarray (g,)

    Notes
    -----
    Dates looked at: end of a declaration, of a line, begin of a line or declaration to come, change of the rule.
    """
    structure = measures.structure
    own = np.full(structure.part_count, NEVER, dtype=np.int64)
    for content in measures.contents.contents:
        if content.claim.until and content.claim.until.toordinal() < OPEN_END:
            own[content.part] = min(own[content.part], content.claim.until.toordinal())
    for table, column in (("lines", "parent"), ("declarations", "part_number")):
        if _is_dated(bom, table):
            codes, days = structure.codes(bom.table(table)[column]), next_change(bom, table, on)
            np.minimum.at(own, codes[codes >= 0], days[codes >= 0])
    of_rule = min((d.toordinal() - 1 for d in rule_days if d > on), default=NEVER)
    least = least_beneath(structure, own) if (own < NEVER).any() else own
    return [None if day >= NEVER else date.fromordinal(int(day)) for day in np.minimum(least[goods], of_rule)]


def _is_dated(bom: Bom, table: str) -> bool:
    return bool(bom.known(table, "valid_from").any() or bom.known(table, "valid_to").any())


def next_change(bom: Bom, table: str, on: date) -> Days:
    """Return the last unchanged day of every row, as an ordinal: its end, or the eve of its beginning."""
    unix_epoch, today = date(1970, 1, 1).toordinal(), on.toordinal()

    def ordinals(column: str) -> Days:
        days = bom.table(table)[column].cast(pa.int32()).cast(pa.int64()).fill_null(NEVER - unix_epoch)
        return np.asarray(days.to_numpy(), dtype=np.int64) + unix_epoch

    begins, ends = ordinals("valid_from"), ordinals("valid_to")
    # 9999-12-31 is how an ERP writes "no end".
    ends = np.where((ends >= today) & (ends < OPEN_END), ends, NEVER)
    return np.minimum(ends, np.where(begins > today, np.where(begins == NEVER, NEVER, begins - 1), NEVER))
