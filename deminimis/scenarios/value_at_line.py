"""The article value at which a good crosses the line, and the lowest one in whole hundredths at which it is below."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from deminimis.assessment import Calculation, Measures, measure
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.assessment.measures import HIGH, restrict
from deminimis.model import Codes, Floats
from deminimis.scenarios.material_money import MaterialMoney
from deminimis.structure import descendants

EXACT_LINES = 20_000
"""Lines beneath the goods asked about up to which they are measured in fractions, too: a second's work."""


def values_at_line(money: MaterialMoney, value: Floats, line: float) -> Floats:
    """Return the article value of each good at which its share is exactly the threshold.

    Parameters
    ----------
    money : MaterialMoney
    value : ndarray (g, 3)
        Article value today that each end is held against, nan where it is not known [base currency].
    line : float
        The threshold.

    Returns
    -------
    ndarray (g, 3)
        Low, typical, high [base currency]; inf where no value makes the share that small.

    Notes
    -----
    V* = N / t. What a good holds as a share s of its own value grows with that value: V* = (N - s V) / (t - s), and
    none where s >= t.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(money.of_own_value > 0, money.of_own_value / value, 0.0)
        at_line = (money.total - money.of_own_value) / (line - share)
    # A share of a value that is not known cannot be told from the rest.
    never = ~(share < line)
    least: Floats = np.where(never, np.inf, at_line).max(axis=0)
    return least


def exact_values_at_line(calculation: Calculation, codes: Codes) -> list[Fraction | None]:
    """Return the high end of `values_at_line` in fractions from the decimals the user wrote.

    Parameters
    ----------
    calculation : Calculation
    codes : ndarray (g,)
        Codes of the parts asked about.

    Returns
    -------
    list of Fraction or None
        None where nothing limits it, and for all where more than `EXACT_LINES` lines are beneath them.
    """
    structure, line = calculation.measures.structure, calculation.ruling.threshold
    inside = descendants(structure, codes)
    if line is None or not len(codes) or np.diff(structure.first)[inside].sum() > EXACT_LINES:
        return [None] * len(codes)
    bom = restrict(calculation.bom, structure, inside, calculation.measures.money.base)
    exact = measure(bom, on=calculation.on, reading=calculation.reading, exact=True)
    parts = exact.structure.codes(structure.part_numbers.take(codes)).tolist()
    summed = calculation.reading.aggregation == "sum"
    return [_exact_value(exact, part, line, summed) for part in parts]


def _exact_value(exact: Measures, part: int, line: Fraction, summed: bool) -> Fraction | None:
    contained, value = exact.controlled[part, HIGH], exact.value[part]
    own = sum((c.high for c in exact.contents.contents if c.part == part and c.claim.of_value), Fraction(0))
    if exact.controlled_open[part]:
        return None
    if not own:
        return Fraction(contained) / line
    # Of several lines of Part 1 summed apart it is not known here which of them holds the share of the value.
    share = own / value if value and summed else line
    return Fraction(contained - own) / (line - share) if share < line else None


def below_from(at_line: float, exact: Fraction | None, inclusive: bool) -> float | None:
    """Return the lowest value in whole hundredths at which a good is below the line.

    Parameters
    ----------
    at_line : float
        Value at which its highest share is the threshold; inf for none [base currency].
    exact : Fraction or None
        The same without rounding.
    inclusive : bool
        The threshold itself is at or above.

    Returns
    -------
    float or None
        0 where any value will do; without an exact value never too low, though it may be too high by a hundredth.

    Examples
    --------
    >>> below_from(800.0, Fraction(800), True), below_from(800.0, Fraction(800), False), below_from(0.0, None, True)
    (800.01, 800.0, 0.0)
    """
    if not math.isfinite(at_line):
        return None
    if at_line == 0:
        return 0.0
    least = exact if exact is not None else Fraction(at_line) * (1 + Fraction(NEAR_LINE))
    hundredths = least * 100
    return float(Fraction(math.floor(hundredths) + 1 if inclusive else math.ceil(hundredths), 100))
