"""`simulate`: draws of everything uncertain, made together for the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import numpy as np

from deminimis.assessment import AT_OR_ABOVE, UNDETERMINED, Calculation
from deminimis.assessment.calculation import calculation_of
from deminimis.model import Bom, Codes, Floats, Reading
from deminimis.reference import reference_version
from deminimis.uncertainty.asked import Asked, check_limited, check_question, lines_of, reach, read_asked, weights_of
from deminimis.uncertainty.distributions import Distribution
from deminimis.uncertainty.drawing import Tally, controlled_draws, draw_own, quantile_places, tally
from deminimis.uncertainty.inputs import Uncertainty
from deminimis.uncertainty.odds import FORM_LISTED
from deminimis.uncertainty.result import Chance, Licences, Simulation

DRAWS, SEED = 1000, 61


def simulate(
    given: Bom | Calculation,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    on: date | str | None = None,
    reading: Reading | None = None,
    goods: Sequence[str] | None = None,
    shipments: Mapping[str, float] | None = None,
    distribution: Distribution = "triangular",
    china: float | None = None,
) -> Simulation:
    """Draw everything uncertain together and say how likely each finished good is at or above the line.

    Parameters
    ----------
    given : Bom or Calculation
    draws, seed : int
        The same seed gives the same draws; more draws begin with the same.
    on, reading
        As for `calculate`, if a Bom is given.
    goods : sequence of str, optional
        Part numbers of the finished goods wanted. All by default, and of these only the undetermined are drawn: what
        is proven needs no draw.
    shipments : mapping of str to float, optional
        What each good counts for among the licences; one each by default.
    distribution : {"triangular", "pert"}
        Of prices and amounts between low and high, with their typical value as the peak.
    china : float, optional
        Odds that an unknown origin is China, 0 to 1; by default China's share of the separation of each element.

    Returns
    -------
    Simulation

    Raises
    ------
    QuestionError
        If a number asked for makes no sense, a good is not there, or the reading is none that draws are made for.

    Notes
    -----
    N = sum over contents of quantity x amount x price x origin; at or above where N >= t V. One draw of the price of
    each material for the whole catalogue, one of the amount of each row of content, one of the origin for all rows of
    one part and supplier; independent of each other. Article value is fixed.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1), 2025-10-09; China's share: reference table china_share.csv.

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(parts={"part_number": ["motor"], "unit_value": [800.0], "finished_good": ["yes"]},
    ...     declarations={"part_number": ["motor"], "material": ["terbium_metal"], "amount": [1.0], "low": [0.0],
    ...                   "high": [2.0], "basis": ["value_per_piece"], "material_origin": ["China"]})
    >>> abs(simulate(bom, on="2026-11-22").good("motor").probability - 0.68) < 0.03
    True
    """
    return _simulation(calculation_of(given, on, reading), goods, shipments, _Manner(draws, seed, distribution, china))


@dataclass(frozen=True)
class _Manner:
    """How draws are made: how many, from which seed, in which shape, and how likely an unknown origin is China."""

    draws: int
    seed: int
    distribution: Distribution
    china: float | None


def _simulation(
    calculation: Calculation, goods: Sequence[str] | None, shipments: Mapping[str, float] | None, how: _Manner
) -> Simulation:
    check_question(calculation, draws=how.draws, seed=how.seed, china=how.china)
    asked = read_asked(calculation, goods)
    weights = weights_of(asked, calculation, shipments)
    drawn = np.flatnonzero(asked.open if goods is None else asked.limited).astype(np.int32)
    uncertainty, held = reach(calculation, asked.rows[drawn], how.china)
    own = draw_own(uncertainty, how.draws, how.seed, how.distribution)
    counted = tally(held, own, lines_of(calculation, asked, drawn), (weights * asked.open)[drawn])
    chances = _chances(asked, drawn, counted)
    return Simulation(
        version("deminimis"),
        reference_version(),
        calculation.on,
        calculation.ruling,
        calculation.reading,
        calculation.bom.inputs,
        how.draws,
        how.seed,
        how.distribution,
        _assumptions(uncertainty, how.distribution, how.china),
        chances,
        _licences(chances, weights, counted.together),
    )


def draw_shares(
    given: Bom | Calculation,
    part_number: str,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    on: date | str | None = None,
    reading: Reading | None = None,
    distribution: Distribution = "triangular",
    china: float | None = None,
) -> Floats:
    """Return the draws of the share of one finished good: the same that `simulate` counts for the whole catalogue.

    Parameters
    ----------
    given : Bom or Calculation
    part_number : str
        A finished good.
    draws, seed, on, reading, distribution, china
        As in `simulate`.

    Returns
    -------
    ndarray (draws,)
        Controlled value / article value, in the order drawn: shares of two goods may be compared draw by draw.

    Raises
    ------
    QuestionError
        As in `simulate`, and if nothing limits the share of the good.
    """
    calculation = calculation_of(given, on, reading)
    check_question(calculation, draws=draws, seed=seed, china=china)
    asked = read_asked(calculation, [part_number])
    check_limited(asked, part_number)
    uncertainty, held = reach(calculation, asked.rows, china)
    lines = lines_of(calculation, asked, np.zeros(1, dtype=np.int32))
    own = draw_own(uncertainty, draws, seed, distribution)
    shares: Floats = controlled_draws(held.rows(slice(1)), own, lines.low, lines.high)[0] / asked.figures.value
    return shares


def _chances(asked: Asked, drawn: Codes, counted: Tally) -> tuple[Chance, ...]:
    draws, goods = len(counted.together), len(asked.codes)
    verdicts = np.array(asked.verdicts)
    proven, above = verdicts != UNDETERMINED, verdicts == AT_OR_ABOVE
    crossings = np.zeros(goods)
    crossings[drawn] = counted.crossings
    probability: list[float | None] = np.where(proven, above, crossings / draws).tolist()
    error: list[float | None] = np.where(proven, 0.0, standard_error(crossings, draws)).tolist()
    quantiles: list[tuple[float, ...] | None] = [None] * goods
    shares = (counted.quantiles.T / asked.figures.value[drawn]).tolist()
    for good, of_good in zip(drawn.tolist(), zip(*shares, strict=True), strict=True):
        quantiles[good] = of_good
    reasons = [""] * goods
    for good in np.flatnonzero(~proven & ~asked.limited).tolist():
        probability[good] = error[good] = None
        reasons[good] = asked.reason(good)
    return tuple(map(Chance, asked.part_numbers, asked.verdicts, probability, error, asked.shares, quantiles, reasons))


def _assumptions(uncertainty: Uncertainty, distribution: Distribution, china: float | None) -> tuple[str, ...]:
    """Return what the draws rest on, in words: only what they meet."""
    kinds = {about.kind for about in uncertainty.inputs}
    words = ["Article values are fixed as stated or summed."]
    if kinds & {"price", "amount"}:
        peak = "triangular" if distribution == "triangular" else "PERT"
        words.append(f"Prices and amounts lie between low and high, most often near typical ({peak}).")
    if "price" in kinds:
        words.append("The price of a material is drawn once for all goods.")
    if "origin" in kinds:
        odds = uncertainty.gates[0].end
        named = " to ".join(dict.fromkeys(f"{number * 100:g}" for number in (odds.min(), odds.max())))
        why = "China's share of the separation of the element" if china is None else "as stated"
        words.append(f"An unknown origin is China with odds of {named} % ({why}), one draw for a part and supplier.")
    if "form" in kinds:
        words.append(f"An element of unknown form is one that is listed with odds of {FORM_LISTED * 100:g} %.")
    if "alternative" in kinds:
        words.append("Suppliers without shares, and ways a magnet may be made, are equally likely.")
    return tuple(words)


def standard_error(crossings: Floats, draws: int) -> Floats:
    """Return the standard error of a probability counted over draws.

    Parameters
    ----------
    crossings : ndarray (g,)
        Draws at or above the line.
    draws : int

    Returns
    -------
    ndarray (g,)

    Notes
    -----
    sqrt(p (1 - p) / draws) with p = (crossings + 1) / (draws + 2): a side never drawn is not thereby proven impossible.

    Source
    ------
    The rule of succession (Laplace).

    Examples
    --------
    >>> standard_error(np.array([0, 500]), 1000).round(4).tolist()
    [0.001, 0.0158]
    """
    likely = (crossings + 1) / (draws + 2)
    error: Floats = np.sqrt(likely * (1 - likely) / draws)
    return error


def _licences(chances: tuple[Chance, ...], weights: Floats, together: Floats) -> Licences:
    likely = np.array([np.nan if c.probability is None else c.probability for c in chances])
    proven = np.array([c.proven for c in chances], dtype=bool)
    counted = ~np.isnan(likely)
    together = together + float((weights * likely)[proven].sum())
    deviation = float(together.std(ddof=1)) if len(together) > 1 else 0.0
    apart = weights[counted] ** 2 * likely[counted] * (1 - likely[counted])
    ordered = np.sort(together)
    return Licences(
        float(together.mean()),
        deviation / float(np.sqrt(len(together))),
        deviation,
        float(np.sqrt(apart.sum())),
        tuple(float(ordered[place]) for place in quantile_places(len(together))),
        int(counted.sum()),
        int((~counted).sum()),
    )
