"""`tornado`: each uncertain input of one good at its low and at its high end, the others typical."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from deminimis.assessment import Calculation, Interval
from deminimis.assessment.calculation import calculation_of
from deminimis.assessment.result import decimal_text
from deminimis.model import Bom, Codes, Floats, Reading
from deminimis.uncertainty.asked import HIGH, LOW, check_limited, check_question, reach, read_asked
from deminimis.uncertainty.inputs import Gate, UncertainInput, Uncertainty

PLACES_AT_ONCE = 256
"""Places that inputs are moved to at once: each is a column over all content of the good."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What one input alone does to the share of a good.

    Parameters
    ----------
    input : UncertainInput
    low, high : float
        Least and most share while it moves over all it may be and the others are typical.
    """

    input: UncertainInput
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {"input": self.input.as_dict(), "share_low": self.low, "share_high": self.high}


@dataclass(frozen=True)
class Tornado:
    """Which input moves the share of one good most.

    Parameters
    ----------
    part_number, verdict, currency : str
    threshold : Fraction
    share : Interval
        The exact interval: low with everything low, high with everything high.
    swings : tuple of Swing
        The widest first; inputs that move nothing are left out.
    """

    part_number: str
    verdict: str
    currency: str
    threshold: Fraction
    share: Interval
    swings: tuple[Swing, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "part_number": self.part_number,
            "verdict": self.verdict,
            "currency": self.currency,
            "threshold": decimal_text(self.threshold),
            "share": self.share.as_dict(),
            "swings": [swing.as_dict() for swing in self.swings],
        }


def tornado(
    given: Bom | Calculation, part_number: str, *, on: date | str | None = None, reading: Reading | None = None
) -> Tornado:
    """Move each uncertain input of one finished good over all it may be, the others typical, and sort by what it does.

    Parameters
    ----------
    given : Bom or Calculation
    part_number : str
        A finished good.
    on : date or str, optional
        The day judged for, of a Bom; today by default.
    reading : Reading, optional
        The choices the law leaves open, of a Bom.

    Returns
    -------
    Tornado

    Raises
    ------
    QuestionError
        If the good is not there, its share has no limit, or the reading is none that draws are made for.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(
    ...     parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [1.0], "low": [0.4],
    ...                   "high": [1.6], "basis": ["value_per_piece"]})
    >>> [(s.input.kind, s.low, s.high) for s in tornado(bom, "motor", on="2026-11-22").swings]
    [('amount', 0.0005, 0.002), ('origin', 0.0, 0.00125)]
    """
    calculation = calculation_of(given, on, reading)
    check_question(calculation)
    asked = read_asked(calculation, [part_number])
    check_limited(asked, part_number)
    uncertainty, held = reach(calculation, asked.rows, None)
    ends = asked.figures.controlled[0]
    places, controlled = _moved(uncertainty, held.rows(slice(1)))
    shares = np.clip(controlled, ends[LOW], ends[HIGH]) / asked.figures.value[0]
    least, most = np.full(len(uncertainty.inputs), np.inf), np.zeros(len(uncertainty.inputs))
    np.minimum.at(least, places, shares)
    np.maximum.at(most, places, shares)
    swings = map(Swing, uncertainty.inputs, least.tolist(), most.tolist())
    threshold = calculation.ruling.threshold
    assert threshold is not None
    moving = [swing for swing in swings if swing.low < swing.high]
    return Tornado(
        part_number,
        asked.verdicts[0],
        calculation.measures.money.base,
        threshold,
        asked.shares[0],
        tuple(sorted(moving, key=lambda swing: (swing.low - swing.high, swing.input.name))),
    )


def _moved(uncertainty: Uncertainty, quantity: csr_array) -> tuple[Codes, Floats]:
    """Return the controlled value at every place that an input is moved to, and which input it is."""
    places = np.array([i for i, about in enumerate(uncertainty.inputs) for _ in range(_stops(about))], dtype=np.int32)
    stops = np.array([stop for about in uncertainty.inputs for stop in range(_stops(about))], dtype=np.int32)
    controlled = np.zeros(len(places))
    for begin in range(0, len(places), PLACES_AT_ONCE):
        some = slice(begin, begin + PLACES_AT_ONCE)
        bands = np.repeat(uncertainty.bands[:, [1]], len(places[some]), axis=1)
        moved = np.flatnonzero(places[some] < len(uncertainty.bands))
        # The places of a price or an amount are 0 and 1, its low and its high end.
        bands[places[some][moved], moved] = uncertainty.bands[places[some][moved], stops[some][moved] * HIGH]
        counts = [_counts(gate, uncertainty, places[some], stops[some]) for gate in uncertainty.gates]
        controlled[some] = (quantity @ uncertainty.at(bands, counts))[0]
    return places, controlled


def _stops(about: UncertainInput) -> int:
    """Return how many places an input is moved to: its two ends, or each of its alternatives."""
    return int(about.high) + 1 if about.kind == "alternative" else 2


def _counts(gate: Gate, uncertainty: Uncertainty, places: Codes, stops: Codes) -> Floats:
    """Return what part of each product of a gate counts where inputs are moved to their stops."""
    abouts = [uncertainty.inputs[place] for place in places.tolist()]
    chosen = np.array([about.kind == "alternative" for about in abouts], dtype=bool)
    # Of as many equal stretches of [0, 1) as there are alternatives, the middle of one lies within its gate alone.
    middle = (stops + 0.5) / np.array([_stops(about) for about in abouts], dtype=np.float64)
    counts = np.where(chosen, (gate.begin <= middle) & (middle < gate.end), stops)
    moved: Floats = np.where(gate.inputs[:, None] == places, counts, gate.typical)
    return moved
