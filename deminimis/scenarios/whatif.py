"""`whatif`: the bill changed and calculated again, beside the bill as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.assessment import VERDICTS, Calculation, Interval, calculate, conclude
from deminimis.assessment.calculation import calculation_of
from deminimis.assessment.figures import read_figures
from deminimis.model import Bom, Codes, Finding, Reading
from deminimis.rules import Ruling
from deminimis.scenarios.applied import apply_changes
from deminimis.scenarios.before import before
from deminimis.scenarios.changes import Change
from deminimis.scenarios.checked import check_goods
from deminimis.scenarios.descriptions import descriptions_of
from deminimis.scenarios.notes import notes_on
from deminimis.scenarios.scenario import Scenario, scenario_of

SCHEMA = "deminimis/comparison/1"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one finished good stands.

    Parameters
    ----------
    verdict : {"at_or_above", "below", "undetermined"}
    share : Interval
    article_value, controlled_value : Interval
        [base currency]
    margin : float or None
        Controlled value less threshold x article value, typical; negative is headroom [base currency].
    unreliable : bool
        An error in the data feeds it: it stays undetermined whatever is changed elsewhere.
    """

    verdict: str
    share: Interval
    article_value: Interval
    controlled_value: Interval
    margin: float | None
    unreliable: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the fields."""
        return {
            "verdict": self.verdict,
            "share": self.share.as_dict(),
            "article_value": self.article_value.as_dict(),
            "controlled_value": self.controlled_value.as_dict(),
            "margin": self.margin,
            "unreliable": self.unreliable,
        }


@dataclass(frozen=True, slots=True)
class ComparedGood:
    """One finished good before and after the changes."""

    part_number: str
    description: str
    before: Standing
    after: Standing

    @property
    def flipped(self) -> bool:
        """Whether its verdict is another one."""
        return self.before.verdict != self.after.verdict

    @property
    def moved(self) -> bool:
        """Whether anything of it is different."""
        return self.before != self.after

    def as_dict(self) -> dict[str, Any]:
        """Return the fields."""
        return {
            "part_number": self.part_number,
            "description": self.description,
            "flipped": self.flipped,
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
        }


@dataclass(frozen=True)
class Comparison:
    """The finished goods of a bill as it is, and with changes made to it.

    Parameters
    ----------
    scenario : Scenario
        The changes; amounts without a currency are in the base currency now.
    on : date
    ruling : Ruling
    reading : Reading
    currency : str
        The base currency.
    were : tuple of str
        What each change replaces, in the order of the changes; blank where there is no such thing.
    goods : tuple of ComparedGood
        In the order of the input.
    notes : tuple of str
        What to know of the changes: those that move nothing, and why.
    findings : tuple of Finding
        What is found in the changed bill and not in the bill as it is.
    """

    scenario: Scenario
    on: date
    ruling: Ruling
    reading: Reading
    currency: str
    were: tuple[str, ...]
    goods: tuple[ComparedGood, ...]
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def flipped(self) -> tuple[ComparedGood, ...]:
        """The goods whose verdict is another one."""
        return tuple(good for good in self.goods if good.flipped)

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """How many goods had and have each verdict, by verdict."""
        had = Counter(good.before.verdict for good in self.goods)
        has = Counter(good.after.verdict for good in self.goods)
        return {verdict: (had[verdict], has[verdict]) for verdict in VERDICTS}

    def good(self, part_number: str) -> ComparedGood:
        """Return one finished good by its part number.

        Raises
        ------
        KeyError
            If it is none of those compared.
        """
        for good in self.goods:
            if good.part_number == part_number:
                return good
        raise KeyError(part_number)

    def as_dict(self) -> dict[str, Any]:
        """Return the document `deminimis/comparison/1`."""
        return {
            "schema": SCHEMA,
            "on": self.on.isoformat(),
            "rule": {"id": self.ruling.id, "status": self.ruling.status, "scenario": self.ruling.scenario},
            "reading": self.reading.as_dict(),
            "currency": self.currency,
            "scenario": self.scenario.as_dict(),
            "were": list(self.were),
            "flipped": [good.part_number for good in self.flipped],
            "goods": [good.as_dict() for good in self.goods],
            "notes": list(self.notes),
            "findings": [found.as_dict() for found in self.findings],
        }


def whatif(
    given: Bom | Calculation,
    *changes: Change | Scenario,
    on: date | str | None = None,
    reading: Reading | None = None,
    goods: str | Iterable[str] | None = None,
) -> Comparison:
    """Compare the finished goods of a bill as it is with those of the bill changed.

    Parameters
    ----------
    given : Bom or Calculation
        A calculation saves calculating the bill as it is again.
    *changes : Change or Scenario
        In any order.
    on, reading
        As for `calculate`, if a Bom is given.
    goods : str or iterable of str, optional
        Part numbers of the finished goods compared; all by default.

    Returns
    -------
    Comparison

    Raises
    ------
    QuestionError
        If there is no change, two contradict each other, one cannot be made, a good is not there, or none is.

    Notes
    -----
    The changes are made to the tables and everything is calculated again: nothing is taken over from before.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> from deminimis.scenarios import OriginChange
    >>> motor = bom_from_tables(
    ...     parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [0.9],
    ...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> compared = whatif(motor, OriginChange("motor", "Australia"), on="2026-11-22")
    >>> compared.good("motor").before.verdict, compared.good("motor").after.verdict
    ('at_or_above', 'below')
    """
    base = calculation_of(given, on, reading)
    rows = _rows(base, goods)
    scenario = scenario_of(changes).in_currency(base.measures.money.base)
    changed = calculate(apply_changes(base, scenario), base.on, base.reading)
    return Comparison(
        scenario,
        base.on,
        base.ruling,
        base.reading,
        base.measures.money.base,
        tuple(before(change, base) for change in scenario.changes),
        _compared(base, changed, base.goods[rows]),
        notes_on(scenario, base, changed),
        _new_findings(base, changed),
    )


def _rows(base: Calculation, goods: str | Iterable[str] | None) -> Codes:
    if goods is None:
        check_goods(base)
        return np.arange(len(base.goods), dtype=np.int32)
    named = [goods] if isinstance(goods, str) else list(goods)
    return np.array([base.good_row(number) for number in dict.fromkeys(named)], dtype=np.int32)


def _compared(base: Calculation, changed: Calculation, codes: Codes) -> tuple[ComparedGood, ...]:
    """Return goods before and after, in the order of their codes in the bill as it is."""
    names = base.measures.structure.part_numbers.take(pa.array(codes))
    befores, afters = _standings(base, codes), _standings(changed, changed.measures.structure.codes(names))
    rows = zip(names.to_pylist(), descriptions_of(base.bom, names), befores, afters, strict=True)
    return tuple(ComparedGood(*row) for row in rows)


def _new_findings(base: Calculation, changed: Calculation) -> tuple[Finding, ...]:
    known = {*base.bom.findings, *base.measures.findings}
    found = dict.fromkeys((*changed.bom.findings, *changed.measures.findings))
    return tuple(one for one in found if one not in known)


def _standings(calculation: Calculation, codes: Codes) -> Iterator[Standing]:
    """Yield where goods stand, in the order of their codes."""
    figures, judgement = read_figures(calculation.measures), calculation.judgement
    verdicts = verdicts_of_goods(calculation)
    assert calculation.ruling.threshold is not None
    line = float(calculation.ruling.threshold)
    for code in codes.tolist():
        controlled, value = figures.controlled_value(code), figures.article_value(code)
        known = controlled.typical is not None and value.typical is not None
        margin = controlled.typical - line * value.typical if known else None  # type: ignore[operator]
        unreliable = bool(judgement.unreliable[code])
        yield Standing(verdicts[code], figures.share(code), value, controlled, margin, unreliable)


def verdicts_of_goods(calculation: Calculation) -> dict[int, str]:
    """Return the verdict of every finished good by its code, on the level the reading tests."""
    codes = calculation.goods.tolist()
    if calculation.reading.level == "finished_good":
        verdicts = calculation.judgement.verdicts
        return {code: verdicts[code] for code in codes}
    return dict(zip(codes, (good.verdict for good in conclude(calculation).goods), strict=True))
