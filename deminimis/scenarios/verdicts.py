"""The verdicts after one change, by finished good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deminimis.assessment import VERDICTS
from deminimis.model import Codes, Floats, Mask
from deminimis.scenarios.changes import Change


@dataclass(frozen=True)
class Amounts:
    """Article and controlled value of some finished goods.

    Parameters
    ----------
    value : ndarray (r,)
        [base currency]
    value_open : ndarray (r,) of bool
        Nothing limits the value.
    controlled : ndarray (r, 3)
        Low, typical, high [base currency].
    controlled_open : ndarray (r,) of bool
        Nothing limits the controlled value.
    """

    value: Floats
    value_open: Mask
    controlled: Floats
    controlled_open: Mask


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of all finished goods before and after one change.

    Parameters
    ----------
    change : Change
    part_numbers : list of str
        Of all parts, by code.
    goods : ndarray (g,)
        Codes of the finished goods.
    before, after : ndarray (g,) of int8
        Places in `VERDICTS`.
    rows : ndarray (r,)
        Goods, by place, that the change reaches; the others are as they were.
    amounts : Amounts
        Of these after the change.
    is_incremental : bool
        False where everything had to be calculated again.
    """

    change: Change
    part_numbers: list[str]
    goods: Codes
    before: npt.NDArray[np.int8]
    after: npt.NDArray[np.int8]
    rows: Codes
    amounts: Amounts
    is_incremental: bool

    @property
    def verdicts(self) -> list[str]:
        """The verdict of every finished good."""
        return [VERDICTS[place] for place in self.after.tolist()]

    @property
    def flipped(self) -> dict[str, tuple[str, str]]:
        """Verdict before and after of every good whose verdict is another one, by part number."""
        rows = np.flatnonzero(self.before != self.after).tolist()
        return {
            self.part_numbers[self.goods[row]]: (VERDICTS[self.before[row]], VERDICTS[self.after[row]]) for row in rows
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the change, how many goods it reaches, and which flip."""
        flips = ({"part_number": number, "before": b, "after": a} for number, (b, a) in self.flipped.items())
        return {"change": self.change.as_dict(), "reached": len(self.rows), "flipped": list(flips)}
