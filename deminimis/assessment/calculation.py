"""A calculation: one bill of materials measured and judged, kept whole to be asked more than one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import pyarrow as pa

from deminimis.assessment.inside import SourceMatrix, source_matrix
from deminimis.assessment.judgement import Judgement, judge
from deminimis.assessment.measures import Measures, measure
from deminimis.errors import QuestionError
from deminimis.model import Bom, Codes, Reading
from deminimis.rules import Ruling, ruling

CLOSE_LOOKED_AT = 20_000
"""Part numbers looked through for one like a number that is not there: a million would take longer than the answer."""


@dataclass(frozen=True)
class Calculation:
    """Everything known of every part of a bill of materials on a day, under one reading of the law.

    Parameters
    ----------
    bom : Bom
    on : date
    reading : Reading
    ruling : Ruling
        The rule, its status that day and its threshold.
    measures : Measures
    judgement : Judgement
    """

    bom: Bom
    on: date
    reading: Reading
    ruling: Ruling
    measures: Measures
    judgement: Judgement

    @cached_property
    def sources(self) -> SourceMatrix:
        """The source matrix: pieces of every part that carries controlled content in one piece of every good."""
        return source_matrix(self.measures)

    @cached_property
    def part_numbers(self) -> list[str]:
        """Part numbers by code."""
        return list(self.measures.structure.part_numbers.to_pylist())

    @property
    def goods(self) -> Codes:
        """Codes of the finished goods, in the order of the input, shape (g,)."""
        return self.measures.structure.finished_goods

    def code(self, part_number: str) -> int:
        """Return the code of a part.

        Raises
        ------
        QuestionError
            If no row of the bill names it.
        """
        found = int(self.measures.structure.codes(pa.array([part_number], pa.string()))[0])
        if found < 0:
            raise _unknown(part_number, "part", self.part_numbers)
        return found

    def good_row(self, part_number: str) -> int:
        """Return the place of a finished good among the finished goods.

        Raises
        ------
        QuestionError
            If the part is not there, or is not a finished good.
        """
        rows = np.flatnonzero(self.goods == self.code(part_number))
        if not len(rows):
            raise _unknown(part_number, "finished good", [self.part_numbers[code] for code in self.goods.tolist()])
        return int(rows[0])


def calculate(bom: Bom, on: date | str | None = None, reading: Reading | None = None) -> Calculation:
    """Measure and judge every part of a bill of materials, once for all questions.

    Parameters
    ----------
    bom : Bom
    on : date or str, optional
        The day judged for, as a date or YYYY-MM-DD; today by default.
    reading : Reading, optional
        The choices the law leaves open; the default reading otherwise.

    Returns
    -------
    Calculation

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(
    ...     parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [0.8],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> calculation = calculate(bom, "2026-11-22")
    >>> calculation.judgement.verdict(calculation.code("motor"))
    'at_or_above'
    """
    day = as_day(on)
    reading = reading or Reading()
    rule = ruling(on=day, scenario=reading.scenario)
    measures = measure(bom, on=day, reading=reading)
    return Calculation(bom, day, reading, rule, measures, judge(bom, measures, rule, on=day, reading=reading))


def _unknown(part_number: str, what: str, known: list[str]) -> QuestionError:
    close = get_close_matches(part_number, known[:CLOSE_LOOKED_AT], 3)
    remedy = f"did you mean {' or '.join(close)}?" if close else "part numbers are compared sign by sign; look it up."
    return QuestionError(f"{part_number} is no {what} of this bill of materials: {remedy}", part_number=part_number)


def as_day(on: date | str | None) -> date:
    """Return the day meant; today for none."""
    if on is None:
        return date.today()
    return date.fromisoformat(on) if isinstance(on, str) else on


def calculation_of(
    given: Bom | Calculation, on: date | str | None = None, reading: Reading | None = None
) -> Calculation:
    """Return the calculation meant: the one given, or that of the bill of materials given.

    Raises
    ------
    QuestionError
        If a day or a reading is given for a calculation that has its own.
    """
    if isinstance(given, Bom):
        return calculate(given, on, reading)
    if (on and as_day(on) != given.on) or (reading and reading != given.reading):
        raise QuestionError("this calculation has its own day and reading: calculate the bill anew for others.")
    return given
