"""`assess`: every finished good judged, with its reasons."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any

from deminimis.assessment.calculation import Calculation, calculate
from deminimis.assessment.figures import Figures, intervals, read_figures
from deminimis.assessment.inside import (
    changes_by_itself,
    contributions_of,
    heaviest_children,
    look_inside,
    one_piece_each,
    way_up,
)
from deminimis.assessment.judgement import Judgement
from deminimis.assessment.measures import Measures
from deminimis.assessment.result import (
    AT_OR_ABOVE,
    BELOW,
    UNDETERMINED,
    Assessment,
    Contribution,
    Good,
    TestedItem,
)
from deminimis.assessment.routes import read_routes
from deminimis.assessment.warnings import all_findings
from deminimis.errors import TableError
from deminimis.model import Bom, Reading
from deminimis.reference import reference_version
from deminimis.rules import Ruling, rule_events

VALUE_ROUTES = {AT_OR_ABOVE: "caught", BELOW: "clear", UNDETERMINED: "unknown"}
"""What the route of the value says, by verdict."""


def assess(
    bom: Bom, on: date | str | None = None, reading: Reading | None = None, *, strict: bool = False
) -> Assessment:
    """Judge every finished good of a bill of materials on a day, under one reading of the law.

    Parameters
    ----------
    bom : Bom
    on : date or str, optional
        The day judged for, as a date or YYYY-MM-DD; today by default.
    reading : Reading, optional
        The choices the law leaves open; the default reading otherwise.
    strict : bool
        Refuse data with errors in place of leaving what they feed undetermined.

    Returns
    -------
    Assessment

    Raises
    ------
    TableError
        In strict mode, if the data hold errors.

    Notes
    -----
    share = N / V as [N_low / V_high, N_high / V_low]; at or above if its low end reaches the threshold, below if its
    high end stays under it, else undetermined. Numbers near the line are compared in exact arithmetic.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1), 2025-10-09.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(
    ...     parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [0.8],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> good = assess(bom, "2026-11-22").goods[0]
    >>> good.share.high, good.verdict
    (0.001, 'at_or_above')
    """
    return conclude(calculate(bom, on, reading), strict=strict)


def conclude(calculation: Calculation, *, strict: bool = False) -> Assessment:
    """Return the assessment of a calculation: its finished goods with their reasons, and all findings.

    Parameters
    ----------
    calculation : Calculation
    strict : bool
        Refuse data with errors in place of leaving what they feed undetermined.

    Returns
    -------
    Assessment

    Raises
    ------
    TableError
        In strict mode, if the data hold errors.
    """
    bom, measures, rule = calculation.bom, calculation.measures, calculation.ruling
    goods = _goods(bom, measures, calculation.judgement, rule, calculation.on, calculation.reading)
    findings = all_findings(bom, measures, rule)
    errors = [f for f in findings if f.severity == "error"]
    if strict and errors:
        first = errors[0]
        place = f" ({first.file}, sheet {first.sheet}, row {first.row})" if first.row else ""
        raise TableError(f"{len(errors)} errors in the data, first: {first.message}{place}", findings=findings)
    return Assessment(
        version("deminimis"),
        calculation.on,
        rule,
        calculation.reading,
        bom.inputs,
        reference_version(),
        tuple(goods),
        findings,
    )


def _goods(bom: Bom, measures: Measures, judgement: Judgement, rule: Ruling, on: date, reading: Reading) -> list[Good]:
    structure, codes = measures.structure, measures.structure.finished_goods
    by_part = one_piece_each(measures)
    days = changes_by_itself(bom, measures, on, [day for day, _ in rule_events(reading.scenario)], codes)
    descriptions = _descriptions(bom, measures)
    routes, heaviest = read_routes(bom, measures, reading), heaviest_children(measures)
    figures = read_figures(measures)
    names = structure.part_numbers.to_pylist()
    tested_item = _tested_items(measures, names, figures, judgement)
    assert rule.threshold is not None
    line = float(rule.threshold)
    article, controlled, share = (
        intervals(of_goods(codes)) for of_goods in (figures.article_values, figures.controlled_values, figures.shares)
    )
    break_even = intervals(figures.controlled_values(codes) / line)
    goods = []
    for i, (code, inside) in enumerate(zip(codes.tolist(), look_inside(measures, codes), strict=True)):
        tested = tuple(tested_item(part) for part in inside.parts)
        verdict, level_reason = _verdict(judgement, code, tested, reading)
        contributions = contributions_of(by_part, inside)
        goods.append(
            Good(
                part_number=names[code],
                description=descriptions.get(code, ""),
                currency=measures.money.base,
                article_value=article[i],
                controlled_value=controlled[i],
                share=share[i],
                verdict=verdict,
                routes=_routes(verdict, routes["technology"][i], routes["origin"][i], judgement, code),
                tested_items=tested,
                contributions=contributions,
                valid_until=days[i],
                **_dilution(names, judgement, way_up(heaviest, code)),
                reasons=(*level_reason, *_reasons(measures, judgement, code, verdict, contributions)),
                break_even_value=break_even[i],
                **_headroom(figures, line, code, controlled[i].typical, contributions),
            )
        )
    return goods


def _descriptions(bom: Bom, measures: Measures) -> dict[int, str]:
    wanted = set(measures.structure.finished_goods.tolist())
    codes = measures.structure.codes(bom.parts["part_number"]).tolist()
    rows = [row for row, code in enumerate(codes) if code in wanted]
    texts = bom.parts["description"].take(rows).to_pylist() if rows else []
    return {codes[row]: text or "" for row, text in zip(reversed(rows), reversed(texts), strict=True)}


def _tested_items(
    measures: Measures, names: list[str], figures: Figures, judgement: Judgement
) -> Callable[[int], TestedItem]:
    """Return a function from code to tested item; goods that share a part share the item."""
    level_start = measures.structure.level_start.tolist()

    @cache
    def tested_item(part: int) -> TestedItem:
        level = bisect_right(level_start, part) - 1
        return TestedItem(names[part], figures.share(part), judgement.verdict(part), level)

    return tested_item


def _verdict(
    judgement: Judgement, code: int, tested: tuple[TestedItem, ...], reading: Reading
) -> tuple[str, tuple[str, ...]]:
    """Return the verdict on the level the reading tests, and why it is not the good's own."""
    own = judgement.verdict(code)
    if reading.level == "finished_good":
        return own, ()
    verdicts = {own, *(item.verdict for item in tested)}
    worst = next(v for v in (AT_OR_ABOVE, UNDETERMINED, BELOW) if v in verdicts)
    if worst == own:
        return own, ()
    item = next(item for item in tested if item.verdict == worst)
    return worst, (f"{item.part_number} inside it is {worst}",)


def _routes(verdict: str, technology: str, origin: str, judgement: Judgement, code: int) -> dict[str, str]:
    """Return the routes of a good; with an error beneath it none is clear."""
    said = {"value": VALUE_ROUTES[verdict], "technology": technology, "origin": origin}
    if judgement.unreliable[code]:
        return {route: "unknown" if answer == "clear" else answer for route, answer in said.items()}
    return said


def _dilution(names: list[str], judgement: Judgement, way: list[int]) -> dict[str, Any]:
    """Return the way of the largest contribution up to the good, and where on it the share first falls below."""
    if len(way) < 2:
        return {}
    verdicts = judgement.verdicts
    below = next((names[part] for part in way if verdicts[part] == BELOW), None)
    return {"dilution": tuple(names[part] for part in way), "first_below": below}


def _headroom(
    figures: Figures, line: float, code: int, controlled: float | None, contributions: tuple[Contribution, ...]
) -> dict[str, Any]:
    """Return the margin N - t V and what it is in grams of the material that weighs most in N."""
    if controlled is None or figures.value_open[code]:
        return {}
    margin = controlled - line * figures.value.item(code)
    main = next((c for c in contributions if c.value and c.grams), None)
    if main is None or not main.value:
        return {"margin": margin}
    return {
        "margin": margin,
        "headroom_grams": -margin * main.grams / main.value,
        "headroom_material": main.material,
    }


def _reasons(
    measures: Measures, judgement: Judgement, code: int, verdict: str, contributions: tuple[Contribution, ...]
) -> tuple[str, ...]:
    """Return what keeps a good undetermined, in words."""
    if verdict != UNDETERMINED:
        return ()
    reasons = []
    if judgement.unreliable[code]:
        reasons.append("an error in the data feeds it")
    if measures.value_open[code]:
        reasons.append("something in it has no value")
    if measures.controlled_open[code]:
        reasons.append("a controlled material in it has no price or no limit")
    if not reasons:
        open_ = dict.fromkeys(c.part_number for c in contributions if c.high is None or c.high > c.low)
        named = ", ".join(list(open_)[:5]) + (" ..." if len(open_) > 5 else "")
        reasons.append(f"the line lies inside its interval: origin or content is not proven for {named}")
    return tuple(reasons)
