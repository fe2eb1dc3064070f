"""`sobol`: how much of the variance of one good's share each uncertain input explains, alone and with the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from deminimis.assessment import Calculation
from deminimis.assessment.calculation import calculation_of
from deminimis.errors import QuestionError
from deminimis.model import Bom, Floats, Reading
from deminimis.uncertainty.asked import Asked, check_limited, check_question, reach, read_asked
from deminimis.uncertainty.distributions import Distribution
from deminimis.uncertainty.drawing import DRAWS_AT_ONCE, MOST_NUMBERS, Held, controlled_draws
from deminimis.uncertainty.inputs import UncertainInput, Uncertainty

SAMPLES = 1024


@dataclass(frozen=True, slots=True)
class VarianceShare:
    """How much of the variance of a good's share one input explains.

    Parameters
    ----------
    input : UncertainInput
    first, total : float
        By itself; together with all it multiplies. Estimates, which may lie a little outside 0 to 1.
    first_error, total_error : float
        Half the width of the 95 % interval of each.
    """

    input: UncertainInput
    first: float
    first_error: float
    total: float
    total_error: float

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "input": self.input.as_dict(),
            "first": self.first,
            "first_error": self.first_error,
            "total": self.total,
            "total_error": self.total_error,
        }


@dataclass(frozen=True)
class Variance:
    """The variance of the share of one good, by its inputs.

    Parameters
    ----------
    part_number : str
    samples, seed : int
    mean, standard_deviation : float
        Of the share.
    shares : tuple of VarianceShare
        The largest total first.
    """

    part_number: str
    samples: int
    seed: int
    mean: float
    standard_deviation: float
    shares: tuple[VarianceShare, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "part_number": self.part_number,
            "samples": self.samples,
            "seed": self.seed,
            "mean": self.mean,
            "standard_deviation": self.standard_deviation,
            "shares": [share.as_dict() for share in self.shares],
        }


def sobol(
    given: Bom | Calculation,
    part_number: str,
    *,
    samples: int = SAMPLES,
    seed: int = 61,
    on: date | str | None = None,
    reading: Reading | None = None,
    distribution: Distribution = "triangular",
    china: float | None = None,
) -> Variance:
    """Return how much of the variance of one finished good's share each uncertain input explains.

    Parameters
    ----------
    given : Bom or Calculation
    part_number : str
        A finished good.
    samples : int
        A power of two; the share is calculated (inputs + 2) times as often.
    seed, on, reading, distribution, china
        As in `simulate`.

    Returns
    -------
    Variance
        Without shares where the share of the good is one number.

    Raises
    ------
    QuestionError
        As in `simulate`, if samples are no power of two or too many, or the library SALib is not installed.

    Notes
    -----
    First order: Var(E[Y | X]) / Var(Y). Total: E[Var(Y | all but X)] / Var(Y). Saltelli's scheme over a Sobol sequence.

    Source
    ------
    A. Saltelli et al., Computer Physics Communications 181 (2010), p. 259; SALib.
    """
    calculation = calculation_of(given, on, reading)
    check_question(calculation, seed=seed, china=china)
    if samples < 2 or samples & (samples - 1):
        raise QuestionError(f"{samples} samples are no power of two: take {SAMPLES}.")
    asked = read_asked(calculation, [part_number])
    check_limited(asked, part_number)
    uncertainty, held = reach(calculation, asked.rows, china)
    places = np.flatnonzero(uncertainty.uncertain)
    shares = _shares(asked, uncertainty, held, _points(len(places), samples, seed), distribution)
    explained = _explained([uncertainty.inputs[i] for i in places.tolist()], shares, seed)
    deviation = float(shares.std()) if np.ptp(shares) else 0.0
    return Variance(part_number, samples, seed, float(shares.mean()), deviation, explained)


def _points(inputs: int, samples: int, seed: int) -> Floats:
    """Return the points to calculate the share at, one a row, each coordinate in [0, 1)."""
    if not inputs:
        return np.zeros((samples, 0))
    if samples * (inputs + 2) * inputs > MOST_NUMBERS:
        raise QuestionError(f"{samples:,} samples of {inputs:,} inputs are more than can be held: take fewer samples.")
    sample, _ = _salib()
    points: Floats = sample(_problem(inputs), samples, calc_second_order=False, seed=seed)
    return points


def _shares(asked: Asked, uncertainty: Uncertainty, held: Held, points: Floats, distribution: Distribution) -> Floats:
    """Return the share of the one good asked about at every point."""
    quantity, places = held.rows(slice(1)), np.flatnonzero(uncertainty.uncertain)
    shares, (low, _, high) = np.empty(len(points)), asked.figures.controlled.T
    for begin in range(0, len(points), DRAWS_AT_ONCE):
        some = slice(begin, begin + DRAWS_AT_ONCE)
        uniform = np.zeros((len(uncertainty.inputs), len(points[some])))
        uniform[places] = points[some].T
        shares[some] = controlled_draws(quantity, uncertainty.drawn(uniform, distribution), low, high)[0]
    shares /= asked.figures.value[0]
    return shares


def _explained(inputs: list[UncertainInput], shares: Floats, seed: int) -> tuple[VarianceShare, ...]:
    if not np.ptp(shares):
        return ()
    _, analyze = _salib()
    # The library reads a seed of 0 as none.
    found = analyze(_problem(len(inputs)), shares, calc_second_order=False, seed=seed + 1)
    columns = [found[name].tolist() for name in ("S1", "S1_conf", "ST", "ST_conf")]
    explained = map(VarianceShare, inputs, *columns)
    return tuple(sorted(explained, key=lambda share: (-share.total, share.input.name)))


def _problem(inputs: int) -> dict[str, Any]:
    return {"num_vars": inputs, "names": [str(i) for i in range(inputs)], "bounds": [[0.0, 1.0]] * inputs}


def _salib() -> tuple[Any, Any]:
    """Return the library's functions to sample and to analyse; it brings pandas and matplotlib, so it is no must."""
    try:
        from SALib.analyze import sobol as analysis
        from SALib.sample import sobol as sampling
    except ImportError:
        raise QuestionError("shares of variance need the library SALib: pip install 'deminimis[notebook]'.") from None
    return sampling.sample, analysis.analyze
