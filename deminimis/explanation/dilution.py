"""How the share falls from the main carrier up to the part explained."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from deminimis.assessment import BELOW, Calculation, Interval
from deminimis.assessment.figures import Figures
from deminimis.assessment.measures import HIGH, Measures
from deminimis.explanation.carried import Beneath, CarryingLine
from deminimis.explanation.records import Records


@dataclass(frozen=True, slots=True)
class Stage:
    """One part on the way from the main carrier up to the part explained.

    Parameters
    ----------
    part_number, verdict : str
    quantity : float
        Pieces on this way in one piece of the part explained.
    share : Interval
    """

    part_number: str
    quantity: float
    share: Interval
    verdict: str


@dataclass(frozen=True, slots=True)
class Dilution:
    """How the share falls from the main carrier up to the part explained.

    Parameters
    ----------
    stages : tuple of Stage
        The carrying part first.
    first_below : str or None
        The first part on the way that is below the line.
    """

    stages: tuple[Stage, ...]
    first_below: str | None


def dilute(calculation: Calculation, beneath: Beneath, figures: Figures, records: Records) -> Dilution:
    """Return the parts from the main carrier up to the part explained, each with its share and verdict.

    Parameters
    ----------
    calculation : Calculation
    beneath : dict
        What carries in the part explained.
    figures : Figures
    records : Records

    Returns
    -------
    Dilution

    Notes
    -----
    At every part the way follows the line that brings most, so a line without a limit before any other.
    """
    measures = calculation.measures
    code, quantity = next(iter(beneath)), 1.0
    way = [(code, quantity)]
    while lines := beneath[code]:
        heaviest = max(reversed(lines), key=lambda line: _most(measures, line))
        code, quantity = heaviest.child, quantity * float(heaviest.quantity)
        way.append((code, quantity))
    stages = tuple(
        Stage(records.number(part), pieces, figures.share(part), calculation.judgement.verdict(part))
        for part, pieces in reversed(way)
    )
    return Dilution(stages, next((stage.part_number for stage in stages if stage.verdict == BELOW), None))


def _most(measures: Measures, line: CarryingLine) -> float:
    if measures.controlled_open[line.child]:
        return inf
    return float(line.quantity) * float(measures.controlled[line.child, HIGH])
