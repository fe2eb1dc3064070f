"""A calculation made ready for one single change after another: what every one of them needs, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csc_array, csr_array

from deminimis.assessment import Calculation
from deminimis.assessment.blocked import MONEY_TABLES
from deminimis.assessment.judgement import verdict_places
from deminimis.content import Article, Content, PriceList, article_reader, masses, read_prices
from deminimis.content.appraising import Appraiser
from deminimis.model import Bom, Codes, Floats, Mask, Structure
from deminimis.rollup import roll_up
from deminimis.scenarios.applied import Terms
from deminimis.scenarios.climbed import WhereUsed

PART_TABLES = ("parts", "declarations", "sourcing")
Places = npt.NDArray[np.int8]


@dataclass(frozen=True)
class ReadyCalculation:
    """A calculation, with what `reassess` needs of it kept.

    Parameters
    ----------
    calculation : Calculation

    Notes
    -----
    Nothing is worked out before it is asked for; `prepare` does all of it.
    """

    calculation: Calculation

    def prepare(self) -> ReadyCalculation:
        """Work everything out now, and return the same."""
        for name, kept in vars(type(self)).items():
            if isinstance(kept, cached_property):
                getattr(self, name)
        return self

    @property
    def structure(self) -> Structure:
        """Who contains whom."""
        return self.calculation.measures.structure

    @cached_property
    def terms(self) -> Terms:
        """The day, the base currency and the kind of price that counts."""
        return Terms.of(self.calculation)

    @cached_property
    def code_of(self) -> dict[str, int]:
        """Code by part number."""
        return {number: code for code, number in enumerate(self.calculation.part_numbers)}

    @cached_property
    def is_linear(self) -> bool:
        """Whether N is a sum over parts whose contents do not know of each other, and no price or rate is in doubt."""
        reading, measures = self.calculation.reading, self.calculation.measures
        errors = (f for f in (*self.calculation.bom.findings, *measures.findings) if f.severity == "error")
        return (
            reading.level == "finished_good"
            and reading.aggregation == "sum"
            and reading.numerator != "annex1_china"
            and not any(f.table in MONEY_TABLES for f in errors)
        )

    # ---- contents, by part

    @cached_property
    def quantity(self) -> csr_array:
        """Pieces of each carrying part in one piece of each good, shape (g, k)."""
        return self.calculation.sources.quantity

    @cached_property
    def by_carrier(self) -> csc_array:
        """The same by carrying part."""
        return csc_array(self.quantity)

    @cached_property
    def own(self) -> Floats:
        """Own content of one piece of each carrying part: low, typical, high and how many limits it lacks, (k, 4)."""
        own = np.zeros((len(self.calculation.sources.carriers), 4))
        contents = self.calculation.measures.contents.contents
        places = np.searchsorted(self.calculation.sources.carriers, [c.part for c in contents])
        np.add.at(own, places, four_ends(contents))
        return own

    @cached_property
    def prices(self) -> PriceList:
        """Prices of materials on the day."""
        calculation = self.calculation
        basis = calculation.reading.price_basis
        return read_prices(calculation.bom, calculation.measures.money, calculation.on, basis)

    @cached_property
    def appraiser(self) -> Appraiser:
        """The same, remembering what was asked."""
        return Appraiser(self.prices)

    @cached_property
    def _article(self) -> Any:
        measures = self.calculation.measures
        weighed = masses(self.calculation.bom, measures.structure)
        return article_reader(measures.value, ~measures.value_open, *weighed)

    def article(self, part: int) -> Article:
        """Return value and mass of one piece of a part."""
        article: Article = self._article(part)
        return article

    @cached_property
    def grows_with_value(self) -> Mask:
        """Parts whose content depends on their own value, or may, shape (n,)."""
        grows = np.zeros(self.structure.part_count, dtype=bool)
        contents = self.calculation.measures.contents
        grows[list(contents.statements.signed)] = True
        for part, claims in contents.statements.claims.items():
            grows[part] |= any(claim.of_value or claim.unbounded for claim in claims)
        return grows

    @cached_property
    def has_marked_assembly(self) -> bool:
        """Whether an assembly is a carrier by class, grade or code: it is estimated if nothing beneath it is known."""
        first = self.structure.first
        signs = self.calculation.measures.contents.signs
        return any(not sign.by_words and first[sign.part] != first[sign.part + 1] for sign in signs)

    # ---- values

    @cached_property
    def where_used(self) -> WhereUsed:
        """The lines by their child."""
        return WhereUsed.of(self.structure)

    @cached_property
    def without_value(self) -> Floats:
        """1 where a part itself has no value, shape (n,)."""
        structure, measures = self.structure, self.calculation.measures
        purchased = np.diff(structure.first) == 0
        return np.asarray((purchased | structure.looped) & ~measures.stated, dtype=np.float64)

    @cached_property
    def values(self) -> Floats:
        """Article value, and how often something without value is in it, shape (n, 2)."""
        measures = self.calculation.measures
        lacking = roll_up(self.structure, measures.paid, self.without_value[:, None])
        return np.column_stack([measures.value, lacking[:, 0]])

    # ---- goods

    @cached_property
    def good_row(self) -> Codes:
        """Place of each part among the finished goods, -1 for the others, shape (n,)."""
        rows = np.full(self.structure.part_count, -1, dtype=np.int32)
        rows[self.calculation.goods] = np.arange(len(self.calculation.goods), dtype=np.int32)
        return rows

    @cached_property
    def good_values(self) -> Floats:
        """Article value of the goods, shape (g,)."""
        return np.asarray(self.calculation.measures.value[self.calculation.goods])

    @cached_property
    def good_open(self) -> Mask:
        """Goods whose value nothing limits, shape (g,)."""
        return self.calculation.measures.value_open[self.calculation.goods]

    @cached_property
    def good_contents(self) -> Floats:
        """Controlled value low, typical, high of the goods, and how many limits it lacks, shape (g, 4)."""
        measures, goods = self.calculation.measures, self.calculation.goods
        return np.column_stack([measures.controlled[goods], self.quantity @ self.own[:, 3]])

    @cached_property
    def unreliable(self) -> Mask:
        """Goods that an error feeds, shape (g,)."""
        return self.calculation.judgement.unreliable[self.calculation.goods]

    @cached_property
    def places(self) -> Places:
        """Place in `VERDICTS` of each good's verdict, shape (g,)."""
        judgement, goods = self.calculation.judgement, self.calculation.goods
        return verdict_places(judgement.at_or_above[goods], judgement.below[goods], judgement.unreliable[goods])

    # ---- rows of one part

    @cached_property
    def _rows(self) -> dict[str, tuple[Codes, npt.NDArray[np.intp]]]:
        rows = {}
        for table in PART_TABLES:
            codes = self.structure.codes(self.calculation.bom.table(table)["part_number"])
            order = np.argsort(codes, kind="stable")
            rows[table] = codes[order], order
        return rows

    def alone(self, part: int) -> Bom:
        """Return the Bom of one part: its record, declarations and suppliers, and all prices and rates."""
        bom = replace(self.calculation.bom, lines=self.calculation.bom.lines.slice(0, 0), findings=())
        for table in PART_TABLES:
            codes, order = self._rows[table]
            begin, end = np.searchsorted(codes, [part, part + 1])
            bom = bom.take(table, order[begin:end])
        return bom


def four_ends(contents: Any) -> Floats:
    """Return low, typical, high and open of contents, shape (c, 4)."""
    ends = [(float(c.low), float(c.typical), float(c.high), float(c.unbounded)) for c in contents]
    return np.array(ends, dtype=np.float64).reshape(-1, 4)


def sum_of_ends(contents: list[Content]) -> Floats:
    """Return low, typical, high and open of everything in one piece of a part, shape (4,)."""
    return np.asarray(four_ends(contents).sum(axis=0))


def lone_structure(part_number: str) -> Structure:
    """Return the structure of one part without lines."""
    none, ends = np.empty(0, dtype=np.int32), np.zeros(2, dtype=np.int32)
    only = np.zeros(1, dtype=np.int32)
    return Structure(pa.array([part_number]), np.array([0, 1]), ends, none, none, only, np.zeros(1, dtype=bool))
