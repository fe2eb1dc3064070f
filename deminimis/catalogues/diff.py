"""`diff_catalogues`: which verdicts flipped between two runs, and what each change comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from deminimis.assessment import UNDETERMINED, measure
from deminimis.catalogues.bom_files import BOM, ORIGIN, load_bom
from deminimis.catalogues.diff_result import AMOUNTS, CAUSES, OPEN, CatalogueDiff, GoodChange, GoodStanding
from deminimis.catalogues.mixed_bills import MixedBills, pair_bills
from deminimis.catalogues.results import last_summary
from deminimis.catalogues.shapley import Taken, split_change
from deminimis.errors import CatalogueError
from deminimis.model import Bom, Floats, Reading
from deminimis.rules import ruling

Rows = npt.NDArray[np.int64]

SAME = 1e-12
"""Relative difference up to which two amounts are one, summed in another order."""
ROUNDING = 1e-9
"""Relative difference up to which the sum of contributions may differ from the change by rounding alone."""
ENDS = ("low", "typical", "high")
GRAVITY = {"at_or_above": 0, "undetermined": 1, "below": 2}
DATA_ERROR = "an error in the data"
"""How the reason begins that is no matter of amounts."""


@dataclass(frozen=True)
class StoredRun:
    """The result of a run, as its folder holds it.

    Parameters
    ----------
    folder : Path
    summary : mapping
        What `summary.json` says.
    """

    folder: Path
    summary: Mapping[str, Any]

    @cached_property
    def goods(self) -> pa.Table:
        """The finished goods."""
        return pq.read_table(self.folder / "goods.parquet")

    @property
    def has_bom(self) -> bool:
        """Whether the bill was kept."""
        return (self.folder / BOM / ORIGIN).exists()

    @cached_property
    def bom(self) -> Bom:
        """The bill that was judged."""
        return load_bom(self.folder / BOM)

    @property
    def day(self) -> date:
        """The day judged for."""
        return date.fromisoformat(self.summary["on"])

    @property
    def reading(self) -> Reading:
        """The reading of the law."""
        return Reading(**self.summary["reading"])

    @property
    def currency(self) -> str:
        """The base currency."""
        return str(self.goods["currency"][0]) if len(self.goods) else ""

    def told(self) -> dict[str, Any]:
        """Return what a comparison says of this run."""
        kept = ("on", "rule", "reading", "reference", "rulebook", "version", "counts", "key")
        return {"folder": str(self.folder), **{name: self.summary[name] for name in kept}}

    @property
    def law(self) -> tuple[Any, ...]:
        """Everything a result depends on besides its tables."""
        return tuple(str(self.summary[name]) for name in ("on", "rule", "reading", "reference", "rulebook", "version"))


def open_run(folder: str | Path) -> StoredRun:
    """Return the result of a run.

    Parameters
    ----------
    folder : path

    Raises
    ------
    CatalogueError
        There is none, or it is not whole.
    """
    summary = last_summary(Path(folder))
    if summary is None:
        raise CatalogueError(
            f"{folder} is not the whole result of a run: name the --out folder of `deminimis catalogue run`, and let a "
            "run that was interrupted end.",
            path=str(folder),
        )
    return StoredRun(Path(folder), summary)


def diff_catalogues(before: str | Path, after: str | Path, *, top: int | None = None) -> CatalogueDiff:
    """Compare two runs over a catalogue, good by good, and split each change into what it comes from.

    Parameters
    ----------
    before, after : path
        Folders of results.
    top : int, optional
        Goods that moved without a flip to list, those with the largest change of the margin first; all by default.

    Returns
    -------
    CatalogueDiff

    Raises
    ------
    CatalogueError
        A folder is not the whole result of a run.

    Notes
    -----
    A change of the margin M = N - t V is split among bill, prices of materials, currency rates, origins and
    declarations, article values, and rule by Shapley's mean over all orders (`split_change`): the groups of tables that
    differ are taken from one run or the other in every combination, and each combination is calculated. Where
    reference data or version differ, what the runs themselves say beyond that is counted to the rule.
    """
    runs = open_run(before), open_run(after)
    rows = _common_rows(runs)
    numbers = runs[0].goods["part_number"].take(pa.array(rows[0])).to_pylist()
    changed = [
        GoodChange(number, row["description"], _standing(old), _standing(row))
        for number, old, row in zip(numbers, _rows_of(runs[0], rows[0]), _rows_of(runs[1], rows[1]), strict=True)
    ]
    flipped = sorted(
        (g for g in changed if g.flipped), key=lambda g: (GRAVITY[g.after.verdict], GRAVITY[g.before.verdict])
    )
    moved = sorted((g for g in changed if not g.flipped), key=lambda g: -abs(g.margin_change or 0.0))
    listed = (*flipped, *moved[:top])
    not_split = _not_split(runs) if listed else ""
    causes: tuple[str, ...] = ()
    if listed and not not_split:
        splitter = _Splitter.of(runs, [good.part_number for good in listed])
        listed, causes = splitter.split(listed), splitter.causes
    return CatalogueDiff(
        (runs[0].told(), runs[1].told()),
        listed[: len(flipped)],
        listed[len(flipped) :],
        len(moved),
        _only_in(runs[1], runs[0]),
        _only_in(runs[0], runs[1]),
        causes,
        not_split,
    )


def _gravity(good: GoodChange) -> tuple[int, int]:
    return GRAVITY[good.after.verdict], GRAVITY[good.before.verdict]


def _not_split(runs: tuple[StoredRun, StoredRun]) -> str:
    without = [str(run.folder) for run in runs if not run.has_bom]
    if not without:
        return ""
    return f"{' and '.join(without)} was run with --verdicts-only or --no-bom and kept no bill to split changes with"


# ---------------------------------------------------------------- which goods changed


def _common_rows(runs: tuple[StoredRun, StoredRun]) -> tuple[Rows, Rows]:
    """Return the rows of the goods that both runs have and that stand elsewhere in the second."""
    old, new = runs[0].goods, runs[1].goods
    at = pc.index_in(new["part_number"], value_set=old["part_number"].combine_chunks())
    here = np.asarray(np.flatnonzero(at.is_valid().to_numpy()), dtype=np.int64)
    there = np.asarray(at.drop_null().to_numpy(), dtype=np.int64)
    old, new = old.take(pa.array(there)), new.take(pa.array(here))
    differ = np.zeros(len(here), dtype=bool)
    for name in ("currency", "verdict", "route_technology", "route_origin"):
        differ |= pc.not_equal(old[name], new[name]).to_numpy()
    for name in (
        *(f"{kind}_{end}" for kind in ("article_value", "controlled_value", "share") for end in ENDS),
        "margin",
    ):
        differ |= _apart(old, new, name)
    return there[differ], here[differ]


def _apart(old: pa.Table, new: pa.Table, name: str) -> Any:
    one, other = (np.asarray(t[name].to_numpy(), dtype=np.float64) for t in (old, new))
    scale = np.zeros(len(one))
    if name == "margin":  # the difference of two amounts is as exact as they are
        scale = np.fmax(np.nan_to_num(old["controlled_value_high"].to_numpy()), np.abs(np.nan_to_num(one)))
    near = np.abs(one - other) <= SAME * np.fmax(np.fmax(np.abs(one), np.abs(other)), scale)
    return ~(near | (np.isnan(one) & np.isnan(other)))


def _rows_of(run: StoredRun, rows: Rows) -> list[dict[str, Any]]:
    return list(run.goods.take(pa.array(rows)).to_pylist())


def _standing(row: Mapping[str, Any]) -> GoodStanding:
    low, typical, high = (row[f"controlled_value_{end}"] for end in ENDS)
    return GoodStanding(
        row["verdict"],
        (row["share_low"], row["share_typical"], row["share_high"]),
        row["article_value_typical"],
        (low, typical, high),
        row["margin"],
        row["currency"] or "",
        (row["route_value"], row["route_technology"], row["route_origin"]),
        row["reasons"] or "",
    )


def _only_in(run: StoredRun, other: StoredRun) -> tuple[tuple[str, GoodStanding], ...]:
    known = pc.is_in(run.goods["part_number"], value_set=other.goods["part_number"].combine_chunks())
    alone = run.goods.filter(pc.invert(known)).to_pylist()
    return tuple((row["part_number"], _standing(row)) for row in alone)


# ---------------------------------------------------------------- what the changes come from


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
        return ""
    return crossed[0] if UNDETERMINED in (good.before.verdict, good.after.verdict) else "margin"
