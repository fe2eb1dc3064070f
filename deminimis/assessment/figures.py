"""The measures of a part as the numbers a result shows: plain floats, None where nothing limits them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deminimis.assessment.measures import Measures
from deminimis.assessment.result import Interval
from deminimis.model import Codes, Floats, Mask

NOTHING = Interval(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Figures:
    """Article value, controlled value and share of every part, by code: (n,), (n,), (n, 3), (n,)."""

    value: Floats
    value_open: Mask
    controlled: Floats
    controlled_open: Mask

    def article_value(self, code: int) -> Interval:
        """Return V; its high end is open where something in the part has no value."""
        value = self.value.item(code)
        return Interval(value, None, None) if self.value_open[code] else Interval(value, value, value)

    def controlled_value(self, code: int) -> Interval:
        """Return N; its high end is open where a controlled material has no price or no limit."""
        low, typical, high = self.controlled[code].tolist()
        return Interval(low, None, None) if self.controlled_open[code] else Interval(low, typical, high)

    def share(self, code: int) -> Interval:
        """Return N / V as [N_low / V_high, N_typical / V, N_high / V_low]; no content is no share at all."""
        low, typical, high = self.controlled[code].tolist()
        value, value_open = self.value.item(code), self.value_open.item(code)
        if self.controlled_open[code]:
            return Interval(0.0 if value_open or not value else low / value, None, None)
        if high == 0:
            return NOTHING
        if value == 0:
            return Interval(0.0, None, None)
        if value_open:
            return Interval(0.0, None, high / value)
        return Interval(low / value, typical / value, high / value)

    def article_values(self, codes: Codes) -> Floats:
        """Return V of several parts, shape (k, 3); nan where nothing limits it."""
        value, open_ = self.value[codes], self.value_open[codes]
        return np.column_stack([value, np.where(open_, np.nan, value), np.where(open_, np.nan, value)])

    def controlled_values(self, codes: Codes) -> Floats:
        """Return N of several parts, shape (k, 3); nan where nothing limits it."""
        ends = self.controlled[codes]
        ends[self.controlled_open[codes], 1:] = np.nan
        return ends

    def shares(self, codes: Codes) -> Floats:
        """Return N / V of several parts as `share` does of one, shape (k, 3); nan where nothing limits it."""
        controlled, value = self.controlled[codes], self.value[codes]
        value_open, controlled_open = self.value_open[codes], self.controlled_open[codes]
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = controlled / value[:, None]
        worthless = value == 0
        shares[worthless | value_open, 0] = 0.0
        shares[worthless] = (0.0, np.nan, np.nan)
        shares[value_open, 1] = np.nan
        shares[controlled[:, 2] == 0] = 0.0
        shares[controlled_open, 1:] = np.nan
        shares[controlled_open & (value_open | worthless), 0] = 0.0
        return shares


def intervals(ends: Floats) -> list[Interval]:
    """Return low, typical and high of several parts as intervals; nan becomes None.

    Parameters
    ----------
    ends : ndarray (k, 3)

    Examples
    --------
    >>> intervals(np.array([[1.0, np.nan, np.nan]]))
    [Interval(low=1.0, typical=None, high=None)]
    """
    return [Interval(*(None if end != end else end for end in row)) for row in ends.tolist()]


def read_figures(measures: Measures) -> Figures:
    """Return the figures of every part of some measures."""
    if np.isfinite(measures.value).all() and np.isfinite(measures.controlled).all():
        return Figures(measures.value, measures.value_open, measures.controlled, measures.controlled_open)
    # JSON has no infinity, and a number beyond float64 says no more than that nothing limits it.
    value, controlled = np.nan_to_num(measures.value, posinf=0.0), np.nan_to_num(measures.controlled, posinf=0.0)
    return Figures(
        value,
        measures.value_open | ~np.isfinite(measures.value),
        controlled,
        measures.controlled_open | ~np.isfinite(measures.controlled).all(axis=1),
    )
