"""`explain`: one part of a bill of materials taken apart, with everything that leads to its verdict."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from math import inf

import numpy as np

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Calculation
from deminimis.assessment.calculation import calculation_of
from deminimis.assessment.figures import read_figures
from deminimis.assessment.inside import look_inside
from deminimis.errors import QuestionError
from deminimis.explanation.arithmetic import Arithmetic
from deminimis.explanation.breakdowns import break_down
from deminimis.explanation.carried import carried_in, lines_beneath
from deminimis.explanation.dilution import dilute
from deminimis.explanation.paths import find_paths
from deminimis.explanation.records import Records
from deminimis.explanation.result import Explanation
from deminimis.explanation.witness import prove
from deminimis.model import Bom, Reading
from deminimis.reference import reference_version

WORST_FIRST = (AT_OR_ABOVE, UNDETERMINED, BELOW)
GOODS_NAMED = 5
PATHS = 10


def explain(
    given: Bom | Calculation,
    part_number: str | None = None,
    *,
    on: date | str | None = None,
    reading: Reading | None = None,
    top: int = PATHS,
) -> Explanation:
    """Explain the verdict of one part: what brings its controlled value, on which paths, and what proves it.

    Parameters
    ----------
    given : Bom or Calculation
    part_number : str, optional
        A finished good or any part in one; the finished good where there is only one.
    on : date or str, optional
        The day judged for, of a Bom; today by default.
    reading : Reading, optional
        The choices the law leaves open, of a Bom.
    top : int
        Paths shown; how many there are besides is told.

    Returns
    -------
    Explanation

    Raises
    ------
    QuestionError
        If no part is named and there is not exactly one finished good, the part is not in the bill, or no path shall
        be shown.

    Notes
    -----
    N is linear over the bill: every breakdown, and the paths with what is left out, add up to N at each of its ends.
    Where each line of Part 1 stands for itself, what falls under the deciding line is broken down.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1), 2025-10-09.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(
    ...     parts={"part_number": ["pump", "magnet"], "unit_value": [950.0, 40.0]},
    ...     lines={"parent": ["pump"], "child": ["magnet"], "quantity": [4.0]},
    ...     declarations={"part_number": ["magnet"], "material": ["terbium_metal"], "amount": [0.25],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> why = explain(bom, on="2026-11-22")
    >>> [(share.name, share.typical) for share in why.by("part").shares]
    [('magnet', 1.0)]
    >>> why.verdict, why.witness.parts[0].part_number, why.witness.sum > why.witness.line
    ('at_or_above', 'magnet', True)
    """
    if top < 1:
        raise QuestionError(f"{top} paths cannot be shown: ask for one at least.")
    calculation = calculation_of(given, on, reading)
    code = _only_good(calculation) if part_number is None else calculation.code(part_number)
    return _explained(calculation, code, top)


def _explained(calculation: Calculation, code: int, top: int) -> Explanation:
    measures = calculation.measures
    beneath, figures = lines_beneath(measures, code), read_figures(measures)
    rows, records = carried_in(measures, beneath, calculation.reading.aggregation), Records(calculation, beneath)
    verdict, decided_by = _verdict(calculation, code)
    return Explanation(
        version=version("deminimis"),
        on=calculation.on,
        ruling=calculation.ruling,
        reading=calculation.reading,
        inputs=calculation.bom.inputs,
        reference_version=reference_version(),
        part_number=records.number(code),
        description=records.word(code, "description"),
        currency=measures.money.base,
        article_value=figures.article_value(code),
        controlled_value=figures.controlled_value(code),
        share=figures.share(code),
        verdict=verdict,
        decided_by=decided_by,
        breakdowns=break_down(calculation, beneath, rows, records),
        paths=find_paths(beneath, rows, records, Arithmetic(calculation), top),
        dilution=dilute(calculation, beneath, figures, records),
        witness=prove(calculation, beneath, rows, records, figures.article_value(code)),
    )


def _only_good(calculation: Calculation) -> int:
    """Return the one finished good; where there are several the question must name one."""
    goods = calculation.goods.tolist()
    if len(goods) == 1:
        return int(goods[0])
    if not goods:
        raise QuestionError("the bill has no finished good: name the part to explain (--part).")
    figures = read_figures(calculation.measures)

    def badness(code: int) -> tuple[int, float]:
        high = figures.share(code).high
        return WORST_FIRST.index(calculation.judgement.verdict(code)), -(inf if high is None else high)

    worst = [calculation.measures.structure.part_numbers[c].as_py() for c in sorted(goods, key=badness)[:GOODS_NAMED]]
    more = f" and {len(goods) - len(worst):,} more" if len(goods) > len(worst) else ""
    named = f"the worst first {', '.join(worst)}{more}"
    raise QuestionError(f"the bill has {len(goods):,} finished goods, {named}: name one of them (--part).")


def _verdict(calculation: Calculation, code: int) -> tuple[str, str]:
    """Return the verdict of a part as the reading judges it, and the part inside it that decides, blank for itself."""
    verdicts = calculation.judgement.verdicts
    if calculation.reading.level == "finished_good" or code not in calculation.goods:
        return verdicts[code], ""
    [inside] = look_inside(calculation.measures, np.array([code], dtype=np.int32))
    worst = min((code, *inside.parts), key=lambda part: WORST_FIRST.index(verdicts[part]))
    numbers = calculation.measures.structure.part_numbers
    return verdicts[worst], "" if worst == code else numbers[worst].as_py()
