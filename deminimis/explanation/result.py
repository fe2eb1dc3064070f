"""The explanation of one part: what brings its controlled value, on which paths, and what proves its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from deminimis.assessment import Interval
from deminimis.assessment.result import decimal_text
from deminimis.explanation.dilution import Dilution
from deminimis.model import Input, Reading
from deminimis.rules import Ruling

SCHEMA = "deminimis/explanation/1"
LAPSED = "lapsed"
"""The evidence of a declaration out of its dates: it says what to expect and proves nothing."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one line, part, material, supplier or grade of evidence brings to the controlled value.

    Parameters
    ----------
    name : str
        Part number, material, supplier or evidence; blank where nobody is named.
    low, typical, high : float or None
        Controlled value brought [base currency]; None where nothing limits it.
    of_all : float or None
        Its part of the whole, typical of typical, else high of high; None where nothing limits the whole.
    quantity : float or None
        Pieces in one piece of the part explained.
    description, file, sheet : str
    row : int
        Where the line stands; 0 for what is no line.
    """

    name: str
    low: float
    typical: float | None
    high: float | None
    of_all: float | None = None
    quantity: float | None = None
    description: str = ""
    file: str = ""
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The whole controlled value in shares.

    Parameters
    ----------
    by : {"line", "part", "material", "supplier", "evidence"}
    shares : tuple of Share
        Largest first; every end adds up to that of the controlled value.
    """

    by: str
    shares: tuple[Share, ...]

    @property
    def total(self) -> Interval:
        """The sum of its shares."""
        return Interval(sum(s.low for s in self.shares), *(_sum([getattr(s, e) for s in self.shares]) for e in ENDS))


ENDS = ("typical", "high")


def _sum(values: list[float | None]) -> float | None:
    limited = [value for value in values if value is not None]
    return sum(limited) if len(limited) == len(values) else None


@dataclass(frozen=True, slots=True)
class Factor:
    """One number of a product.

    Parameters
    ----------
    value : float
    unit : str
    divides : bool
        What stands before it is divided by it.
    """

    value: float
    unit: str = ""
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the part explained down to a part that carries, and what one material brings along it.

    Parameters
    ----------
    part_numbers : tuple of str
        From the part explained to the carrying part.
    quantities : tuple of Factor
        Pieces of each part in one of the part before it, one fewer than the parts.
    factors : tuple of Factor
        Value of the material in one piece of the carrying part, as a product; empty where nothing limits it.
    end : {"typical", "high", "low"}
        Which end the product gives: the typical one; the most where it typically brings nothing; the least where
        nothing limits the others.
    low, typical, high : float or None
        Controlled value brought along this path [base currency].
    material, evidence, origin, supplier, detail : str
    """

    part_numbers: tuple[str, ...]
    quantities: tuple[Factor, ...]
    factors: tuple[Factor, ...]
    end: str
    low: float
    typical: float | None
    high: float | None
    material: str
    evidence: str
    origin: str = ""
    supplier: str = ""
    detail: str = ""

    @property
    def value(self) -> float | None:
        """The end that the product gives."""
        return {"low": self.low, "typical": self.typical, "high": self.high}[self.end]


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths that bring most, and what the others bring together.

    Parameters
    ----------
    largest : tuple of Path
        Largest first.
    left_out : int
        Number of further paths; `MOST_COUNTED` stands for as many or more.
    rest : Interval
        What those bring together [base currency].
    """

    largest: tuple[Path, ...]
    left_out: int
    rest: Interval


@dataclass(frozen=True, slots=True)
class Held:
    """One carrying part in the proof.

    Parameters
    ----------
    part_number : str
    quantity : float
        Pieces in one piece of the part explained.
    low, high : float or None
        Least and most it brings [base currency].
    missing : tuple of str
        What is not proven of it, in words.
    """

    part_number: str
    quantity: float
    low: float
    high: float | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """What proves the verdict, or what keeps it open.

    Parameters
    ----------
    proves : str
        The verdict of the part by its own share: at_or_above, below, or undetermined for what is still to be settled.
    line : float
        Threshold x article value [base currency].
    sum : float or None
        At or above: the least that the named parts bring. Below: the most that all bring. Undetermined: the most, None
        where nothing limits it.
    parts : tuple of Held
        At or above: the fewest parts that suffice. Below: all of them. Undetermined: those that are not proven.
    not_needed : int
        Carrying parts that the proof does without.
    exact : bool
        The sum was so near the line that it was compared in exact fractions.
    without_value : tuple of str
        Parts whose value is missing, so that the article value is open.
    errors : tuple of str
        Errors in the data that keep the verdict open.
    assumed_free : int
        Purchased parts inside that nobody declared and that show no sign of carrying: they are assumed to hold nothing.
    """

    proves: str
    line: float
    sum: float | None
    parts: tuple[Held, ...]
    not_needed: int = 0
    exact: bool = False
    without_value: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    assumed_free: int = 0


@dataclass(frozen=True)
class Explanation:
    """Why one part is at or above the line, below it, or undetermined.

    Parameters
    ----------
    version : str
        Of this package.
    on : date
    ruling : Ruling
    reading : Reading
    inputs : tuple of Input
    reference_version : str
    part_number, description, currency : str
    article_value, controlled_value, share : Interval
    verdict : {"at_or_above", "below", "undetermined"}
        As the reading judges it.
    decided_by : str
        The part inside whose verdict the reading takes in place of its own; blank for its own.
    breakdowns : tuple of Breakdown
        By line, part, material, supplier and evidence.
    paths : Paths
    dilution : Dilution
    witness : Witness
    """

    version: str
    on: date
    ruling: Ruling
    reading: Reading
    inputs: tuple[Input, ...]
    reference_version: str
    part_number: str
    description: str
    currency: str
    article_value: Interval
    controlled_value: Interval
    share: Interval
    verdict: str
    decided_by: str
    breakdowns: tuple[Breakdown, ...]
    paths: Paths
    dilution: Dilution
    witness: Witness

    def by(self, name: str) -> Breakdown:
        """Return the breakdown by line, part, material, supplier or evidence.

        Raises
        ------
        KeyError
            If it is none of these.
        """
        found = {breakdown.by: breakdown for breakdown in self.breakdowns}
        return found[name]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        given = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        rule = {**self.ruling.as_dict(), "inclusive": self.ruling.inclusive}
        rule["threshold"] = None if self.ruling.threshold is None else decimal_text(self.ruling.threshold)
        given |= {"reference": {"version": given.pop("reference_version")}, "reading": self.reading.as_dict()}
        given |= {"rule": rule, "breakdowns": {b.by: _plain(b.shares) for b in self.breakdowns}}
        del given["ruling"]
        return {"schema": SCHEMA, **given}


def _plain(value: Any) -> Any:
    """Return records as dicts, tuples as lists, days in ISO form."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
