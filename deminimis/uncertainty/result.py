"""What the draws say: how likely each good is at or above the line, and how many goods of the catalogue are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from deminimis.assessment import Interval
from deminimis.assessment.result import decimal_text
from deminimis.model import Input, Reading
from deminimis.rules import Ruling

SCHEMA = "deminimis/uncertainty/1"
QUANTILES = (0.05, 0.5, 0.95)
"""Parts of the draws that lie at or below each number reported."""
FED_BY_ERROR = "an error in the data feeds it"


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely one finished good is at or above the line.

    Parameters
    ----------
    part_number : str
    verdict : {"at_or_above", "below", "undetermined"}
        Of the exact interval; what it proves has the probability 0 or 1.
    probability : float or None
        Part of the draws at or above the line; None where nothing limits the share or an error feeds it.
    standard_error : float or None
        Of the probability, from the number of draws alone; 0 where it is proven.
    share : Interval
        The exact interval that every draw lies in.
    quantiles : tuple of float or None
        Shares that 5, 50 and 95 % of the draws do not exceed; None for a good that was not drawn.
    reason : str
        Why there is no probability; else blank.
    """

    part_number: str
    verdict: str
    probability: float | None
    standard_error: float | None
    share: Interval
    quantiles: tuple[float, ...] | None = None
    reason: str = ""

    @property
    def proven(self) -> bool:
        """Whether the exact interval settles it."""
        return self.standard_error == 0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        drawn = None if self.quantiles is None else _by_quantile(self.quantiles)
        return {
            "part_number": self.part_number,
            "verdict": self.verdict,
            "probability": self.probability,
            "standard_error": self.standard_error,
            "share": self.share.as_dict(),
            "share_quantiles": drawn,
            "reason": self.reason,
        }


def _by_quantile(numbers: tuple[float, ...]) -> dict[str, float]:
    return {f"{part:g}": number for part, number in zip(QUANTILES, numbers, strict=True)}


@dataclass(frozen=True, slots=True)
class Licences:
    """How many finished goods, or shipments of them, are at or above the line together.

    Parameters
    ----------
    expected : float
        Mean over the draws.
    standard_error : float
        Of that mean, from the number of draws.
    standard_deviation : float
        Over the draws: goods that share a part or a material cross together.
    if_independent : float
        The standard deviation if every good were drawn for itself.
    quantiles : tuple of float
        Numbers that 5, 50 and 95 % of the draws do not exceed.
    goods : int
        Goods counted.
    left_out : int
        Goods without a probability; they are not counted.
    """

    expected: float
    standard_error: float
    standard_deviation: float
    if_independent: float
    quantiles: tuple[float, ...]
    goods: int
    left_out: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "expected": self.expected,
            "standard_error": self.standard_error,
            "standard_deviation": self.standard_deviation,
            "standard_deviation_if_independent": self.if_independent,
            "quantiles": _by_quantile(self.quantiles),
            "goods": self.goods,
            "left_out": self.left_out,
        }


@dataclass(frozen=True)
class Simulation:
    """Draws of everything uncertain, made together for all finished goods.

    Parameters
    ----------
    version, reference_version : str
    on : date
    ruling : Ruling
    reading : Reading
    inputs : tuple of Input
        Files read.
    draws, seed : int
    distribution : {"triangular", "pert"}
    assumptions : tuple of str
        What the draws rest on, in words.
    goods : tuple of Chance
        In the order of the input, or as asked.
    licences : Licences
    """

    version: str
    reference_version: str
    on: date
    ruling: Ruling
    reading: Reading
    inputs: tuple[Input, ...]
    draws: int
    seed: int
    distribution: str
    assumptions: tuple[str, ...]
    goods: tuple[Chance, ...]
    licences: Licences

    def good(self, part_number: str) -> Chance:
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
    def probability(self) -> Mapping[str, float | None]:
        """Probability of being at or above the line, by part number."""
        return {good.part_number: good.probability for good in self.goods}

    def as_dict(self) -> dict[str, Any]:
        """Return the document of plain values."""
        rule = self.ruling
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
            "draws": self.draws,
            "seed": self.seed,
            "distribution": self.distribution,
            "assumptions": list(self.assumptions),
            "licences": self.licences.as_dict(),
            "goods": [good.as_dict() for good in self.goods],
        }
