"""The same goods under every reading of the law: does the verdict hang on the law or on the data?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from deminimis.assessment.compose import assess
from deminimis.assessment.result import Interval
from deminimis.model import Bom, Reading, reading_choices


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Verdicts under one reading that differs from the base in one choice.

    Parameters
    ----------
    choice, option : str
        Which choice, and what it was set to; both blank for the base itself.
    status : str
        Of the rule, that day, under that reading.
    verdicts : dict of str to str
        By part number of the good.
    shares : dict of str to Interval
    """

    choice: str
    option: str
    status: str
    verdicts: dict[str, str]
    shares: dict[str, Interval]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        goods = [{"part_number": p, "verdict": v, "share": self.shares[p].as_dict()} for p, v in self.verdicts.items()]
        return {"choice": self.choice, "option": self.option, "status": self.status, "goods": goods}


@dataclass(frozen=True)
class ReadingMatrix:
    """Verdicts under the base reading and under every reading one choice away from it."""

    rows: tuple[ReadingRow, ...]

    def is_robust(self, part_number: str) -> bool:
        """Say whether a good has one verdict under all readings."""
        return len({row.verdicts[part_number] for row in self.rows if part_number in row.verdicts}) == 1

    def as_dict(self) -> dict[str, Any]:
        """Return rows and, by good, whether the verdict is robust."""
        goods = self.rows[0].verdicts
        return {"rows": [row.as_dict() for row in self.rows], "robust": {p: self.is_robust(p) for p in goods}}


def assess_readings(bom: Bom, on: date | str | None = None, reading: Reading | None = None) -> ReadingMatrix:
    """Judge every finished good under the base reading and under every single departure from it.

    Parameters
    ----------
    bom : Bom
    on : date or str, optional
        Today by default.
    reading : Reading, optional
        The base.

    Returns
    -------
    ReadingMatrix
        The base first, then one row per other option of each choice.
    """
    base = reading or Reading()
    rows = [_row(bom, on, base, "", "")]
    for choice, options in reading_choices().items():
        for option in options:
            if option != getattr(base, choice):
                changed: dict[str, Any] = {choice: option}
                rows.append(_row(bom, on, replace(base, **changed), choice, option))
    return ReadingMatrix(tuple(rows))


def _row(bom: Bom, on: date | str | None, reading: Reading, choice: str, option: str) -> ReadingRow:
    result = assess(bom, on, reading)
    verdicts = {good.part_number: good.verdict for good in result.goods}
    return ReadingRow(choice, option, result.ruling.status, verdicts, result.share)
