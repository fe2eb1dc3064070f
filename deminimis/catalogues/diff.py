"""`diff_catalogues`: which verdicts flipped between two runs, and what each change comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.catalogues.change_causes import SAME, split_goods
from deminimis.catalogues.diff_result import CatalogueDiff, GoodChange, GoodStanding
from deminimis.catalogues.stored_run import StoredRun, open_run

Rows = npt.NDArray[np.int64]

ENDS = ("low", "typical", "high")
GRAVITY = {"at_or_above": 0, "undetermined": 1, "below": 2}


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
    flipped = sorted((g for g in changed if g.flipped), key=_gravity)
    moved = sorted((g for g in changed if not g.flipped), key=lambda g: -abs(g.margin_change or 0.0))
    listed = (*flipped, *moved[:top])
    not_split = _not_split(runs) if listed else ""
    causes: tuple[str, ...] = ()
    if listed and not not_split:
        listed, causes = split_goods(runs, listed)
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
    were = "was" if len(without) == 1 else "were"
    return f"{' and '.join(without)} {were} run with --verdicts-only or --no-bom and kept no bill to split changes with"


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
