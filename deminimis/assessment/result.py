"""The result: one frozen value that every door prints and no door computes again."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from deminimis.model import Finding, Input, Reading
from deminimis.rules import Ruling

AT_OR_ABOVE, BELOW, UNDETERMINED = VERDICTS = ("at_or_above", "below", "undetermined")
SCHEMA = "deminimis/assessment/1"


@dataclass(frozen=True, slots=True)
class Interval:
    """Low, typical and high of one number; None where nothing limits it."""

    low: float | None
    typical: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Return the three ends by name."""
        return {"low": self.low, "typical": self.typical, "high": self.high}


@dataclass(frozen=True, slots=True)
class TestedItem:
    """A part inside a finished good that carries controlled material, judged for itself."""

    part_number: str
    share: Interval
    verdict: str
    level: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {"part_number": self.part_number, "share": self.share.as_dict(), "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one material in one part adds to the controlled value of one finished good.

    Parameters
    ----------
    part_number, material : str
    quantity : float
        Pieces of the part in one piece of the good.
    value, low, high : float or None
        Controlled value added [base currency]; typical, least and most.
    evidence, origin, supplier, detail : str
    """

    part_number: str
    material: str
    quantity: float
    value: float | None
    low: float
    high: float | None
    evidence: str
    origin: str = ""
    supplier: str = ""
    detail: str = ""
    grams: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, then the rest."""
        return {name: getattr(self, name) for name in CONTRIBUTION_FIELDS}


CONTRIBUTION_FIELDS = tuple(f.name for f in fields(Contribution))


@dataclass(frozen=True, slots=True)
class Good:
    """One finished good, judged.

    Parameters
    ----------
    part_number, description, currency : str
    article_value, controlled_value, share : Interval
    verdict : {"at_or_above", "below", "undetermined"}
    routes : dict
        value, technology and origin, each caught, clear or unknown.
    tested_items : tuple of TestedItem
    contributions : tuple of Contribution
        Largest first.
    margin : float or None
        Controlled value less threshold x article value, typical; negative is headroom [base currency].
    break_even_value : Interval
        Article value at which the share is exactly the threshold [base currency].
    headroom_grams : float or None
        Mass of the main material that may still be added, negative if it must go [g].
    valid_until : date or None
        Last day on which nothing changes by itself.
    reasons : tuple of str
        Why the verdict is what it is, in words.
    dilution : tuple of str
        The way of the largest contribution, from the part that carries it up to the good.
    first_below : str or None
        The first part on that way that is below the line.
    """

    part_number: str
    description: str
    currency: str
    article_value: Interval
    controlled_value: Interval
    share: Interval
    verdict: str
    routes: dict[str, str]
    tested_items: tuple[TestedItem, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    margin: float | None = None
    break_even_value: Interval = field(default_factory=lambda: Interval(None, None, None))
    headroom_grams: float | None = None
    headroom_material: str = ""
    valid_until: date | None = None
    reasons: tuple[str, ...] = ()
    dilution: tuple[str, ...] = ()
    first_below: str | None = None

    def as_dict(self, items: dict[int, dict[str, Any]] | None = None) -> dict[str, Any]:
        """Return the fields of the JSON contract, then the rest.

        Parameters
        ----------
        items : dict, optional
            Tested items turned to plain values before, by identity: goods of one assessment share them.
        """
        known = {} if items is None else items
        return {
            "part_number": self.part_number,
            "description": self.description,
            "currency": self.currency,
            "article_value": self.article_value.as_dict(),
            "controlled_value": self.controlled_value.as_dict(),
            "share": self.share.as_dict(),
            "verdict": self.verdict,
            "routes": self.routes,
            "tested_items": [known.get(id(i)) or known.setdefault(id(i), i.as_dict()) for i in self.tested_items],
            "contributions": [c.as_dict() for c in self.contributions],
            "margin": self.margin,
            "break_even_value": self.break_even_value.as_dict(),
            "headroom": {"grams": self.headroom_grams, "material": self.headroom_material},
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "reasons": list(self.reasons),
            "dilution": {"path": list(self.dilution), "first_below": self.first_below},
        }


@dataclass(frozen=True)
class Assessment:
    """Every finished good judged on one day, under one reading of one rule.

    Parameters
    ----------
    version : str
        Of this package.
    on : date
    ruling : Ruling
        The rule, its status that day, its threshold and source.
    reading : Reading
    inputs : tuple of Input
    reference_version : str
    goods : tuple of Good
        In the order of the input.
    findings : tuple of Finding
        Errors first.
    """

    version: str
    on: date
    ruling: Ruling
    reading: Reading
    inputs: tuple[Input, ...]
    reference_version: str
    goods: tuple[Good, ...]
    findings: tuple[Finding, ...]

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        from deminimis.assessment.rich_html import assessment_html

        return assessment_html(self)

    @property
    def exit_status(self) -> int:
        """0 all goods below, 1 one or more not, 2 nothing to judge."""
        if not self.goods:
            return 2
        return int(any(good.verdict != BELOW for good in self.goods))

    def good(self, part_number: str) -> Good:
        """Return one finished good by its part number.

        Raises
        ------
        KeyError
            If there is no such good.
        """
        for good in self.goods:
            if good.part_number == part_number:
                return good
        raise KeyError(part_number)

    @property
    def share(self) -> dict[str, Interval]:
        """Share of every finished good by part number."""
        return {good.part_number: good.share for good in self.goods}

    def as_dict(self) -> dict[str, Any]:
        """Return the document of the JSON contract.

        Notes
        -----
        `deminimis/assessment/1`; further keys may follow the named ones.
        """
        rule = self.ruling
        items: dict[int, dict[str, Any]] = {}
        return {
            "schema": SCHEMA,
            "version": self.version,
            "on": self.on.isoformat(),
            "rule": {
                "id": rule.id,
                "status": rule.status,
                "scenario": rule.scenario,
                "threshold": decimal_text(rule.threshold),
                "inclusive": rule.inclusive,
                "source": rule.source,
                "note": rule.note,
            },
            "reading": self.reading.as_dict(),
            "inputs": [{"name": i.name, "sha256": i.sha256} for i in self.inputs],
            "reference": {"version": self.reference_version},
            "goods": [good.as_dict(items) for good in self.goods],
            "findings": [f.as_dict() for f in self.findings],
        }


def decimal_text(number: Any) -> str:
    """Return an exact fraction as a decimal without loss of its digits.

    Examples
    --------
    >>> from fractions import Fraction
    >>> decimal_text(Fraction(1, 8))
    '0.125'
    """
    return f"{float(number):.15g}"
