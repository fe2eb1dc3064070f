"""What the changes between two runs come from: each split among the groups of tables, and the law, that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from deminimis.assessment import UNDETERMINED, measure
from deminimis.catalogues.diff_result import AMOUNTS, CAUSES, OPEN, GoodChange, GoodStanding
from deminimis.catalogues.mixed_bills import MixedBills, pair_bills
from deminimis.catalogues.shapley import Taken, split_change
from deminimis.catalogues.stored_run import StoredRun
from deminimis.model import Floats
from deminimis.rules import ruling

SAME = 1e-12
"""Relative difference up to which two amounts are one, summed in another order."""
ROUNDING = 1e-9
"""Relative difference up to which the sum of contributions may differ from the change by rounding alone."""
DATA_ERROR = "an error in the data"
"""How the reason begins that is no matter of amounts."""


def split_goods(
    runs: tuple[StoredRun, StoredRun], goods: Sequence[GoodChange]
) -> tuple[tuple[GoodChange, ...], tuple[str, ...]]:
    """Split the changes of goods into what they come from.

    Parameters
    ----------
    runs : tuple of StoredRun
        Before and after; both kept their bill.
    goods : sequence of GoodChange

    Returns
    -------
    tuple of GoodChange
        The goods with their changes split.
    tuple of str
        What differs between the runs, in the order of `CAUSES`.

    Notes
    -----
    Shapley's mean over all orders, as `diff_catalogues` says.
    """
    splitter = _Splitter.of(runs, [good.part_number for good in goods])
    return splitter.split(goods), splitter.causes


@dataclass(frozen=True)
class _Splitter:
    """Evaluates mixtures of two runs for some goods."""

    runs: tuple[StoredRun, StoredRun]
    bills: MixedBills
    goods: tuple[str, ...]

    @staticmethod
    def of(runs: tuple[StoredRun, StoredRun], goods: Sequence[str]) -> _Splitter:
        bills = pair_bills(runs[0].bom, runs[1].bom, goods, (runs[0].currency, runs[1].currency))
        return _Splitter(runs, bills, tuple(goods))

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """What differs, in the order of `CAUSES`."""
        return (*self.bills.changed, *(("rule",) if self.runs[0].law != self.runs[1].law else ()))

    def split(self, goods: Sequence[GoodChange]) -> tuple[GoodChange, ...]:
        """Return the goods with their changes split."""
        parts = split_change(self.causes, self._amounts)
        return tuple(self._with_split(good, {c: parts[c][at] for c in self.causes}) for at, good in enumerate(goods))

    def _amounts(self, taken: Taken) -> Floats:
        """Return the amounts of every good in a mixture, shape (goods, amounts + 2), in the currency of before."""
        run = self.runs[taken.get("rule", 0)]
        bill = self.bills.mixture({**dict.fromkeys(CAUSES, 0), **taken})
        measures = measure(bill, on=run.day, reading=run.reading)
        currency, money = self.runs[0].currency, measures.money
        rate = money.rate(currency) if bool(money.base) == bool(currency) else None
        code = measures.structure.codes(pa.array(self.goods, pa.string()))
        line = ruling(on=run.day, scenario=run.reading.scenario).threshold
        assert line is not None
        value, controlled = measures.value[code], measures.controlled[code]
        margins = controlled - float(line) * value[:, None]
        amounts = np.column_stack([margins, value, controlled]) * (np.nan if rate is None else float(rate))
        return np.column_stack([amounts, measures.value_open[code], measures.controlled_open[code]])

    def _with_split(self, good: GoodChange, parts: Mapping[str, Floats]) -> GoodChange:
        split: dict[str, dict[str, float]] = {}
        ends = _told_amounts(good.before, self._line(0)), _told_amounts(good.after, self._line(1))
        one_currency = good.before.currency == good.after.currency
        for at, amount in enumerate((*AMOUNTS, *OPEN)):
            contributions = {cause: float(part[at]) for cause, part in parts.items()}
            before, after = (end[amount] for end in ends)
            if not np.isfinite(list(contributions.values())).all() or before is None or after is None:
                continue
            if amount in OPEN and before == after:
                continue
            change = after - before if one_currency or amount in OPEN else None
            split[amount] = self._closed(contributions, change, max(_size(amount, end) for end in ends))
        return replace(good, split=split, decided_by=_decided_by(good, *ends))

    def _closed(self, parts: Mapping[str, float], change: float | None, size: float) -> dict[str, float]:
        """Return contributions to all causes that add up to the change that the runs tell.

        What is missing by more than rounding comes from what no mixture has: other reference data, another version.
        """
        whole = {cause: parts.get(cause, 0.0) for cause in CAUSES}
        whole = {cause: part if abs(part) > SAME * size else 0.0 for cause, part in whole.items()}
        if change is None:
            return whole
        missing = change - sum(whole.values())
        largest = max(whole, key=lambda cause: abs(whole[cause]))
        rounding = abs(missing) <= ROUNDING * size and whole[largest]
        whole[largest if rounding else "rule" if "rule" in self.causes else "bom"] += missing
        return whole

    def _line(self, side: int) -> float:
        return float(self.runs[side].summary["rule"]["threshold"])


def _told_amounts(standing: GoodStanding, line: float) -> dict[str, float | None]:
    """Return the amounts of a good as its run told them; None for what nothing limits."""
    value, ends = standing.article_value, standing.controlled_value
    margins = [None if value is None or end is None else end - line * value for end in ends]
    told = [*margins, value, *ends, float(value is None), float(ends[2] is None)]
    return dict(zip((*AMOUNTS, *OPEN), told, strict=True))


def _size(amount: str, told: Mapping[str, float | None]) -> float:
    """Return the size of what an amount is calculated from, to which its rounding is relative."""
    others = (amount, "controlled_value", "controlled_value_high") if amount.startswith("margin") else (amount,)
    return max(abs(told[name] or 0.0) for name in others)


def _decided_by(good: GoodChange, before: Mapping[str, float | None], after: Mapping[str, float | None]) -> str:
    """Return the amount whose change made the verdict another."""
    if not good.flipped:
        return ""
    wrong = [DATA_ERROR in standing.reasons for standing in (good.before, good.after)]
    if wrong[0] != wrong[1]:
        return "data_error"
    opened = [amount for amount in OPEN if before[amount] != after[amount]]
    if opened:
        return opened[0]
    crossed = [a for a in ("margin_low", "margin_high") if ((before[a] or 0.0) >= 0) != ((after[a] or 0.0) >= 0)]
    if not crossed:
        # Without a value there is no line to cross, but nothing controlled is below any.
        carried = [bool(end["controlled_value_high"]) for end in (before, after)]
        return "controlled_value_high" if before["article_value"] is None and carried[0] != carried[1] else ""
    return crossed[0] if UNDETERMINED in (good.before.verdict, good.after.verdict) else "margin"
