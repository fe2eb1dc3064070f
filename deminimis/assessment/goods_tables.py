"""The conclusion of a calculation as Arrow tables: what `conclude` says good by good, for a catalogue at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from deminimis.assessment.calculation import Calculation
from deminimis.assessment.figures import Figures, read_figures
from deminimis.assessment.inside import changes_by_itself, first_below, heaviest_children, held_parts, one_piece_each
from deminimis.assessment.result import AT_OR_ABOVE, BELOW, UNDETERMINED, Contribution
from deminimis.assessment.routes import read_routes
from deminimis.assessment.warnings import all_findings
from deminimis.model import Codes, Finding, Floats, Mask
from deminimis.model.findings import JSON_FIELDS
from deminimis.rules import rule_events

VERDICT_RANK = (BELOW, UNDETERMINED, AT_OR_ABOVE)
"""From the mildest to the gravest."""
NAMED = 5
"""Parts named in the reason of an open verdict."""
CONTRIBUTION_COLUMNS = (
    "part_number", "material", "quantity", "value", "low", "high", "evidence", "origin", "supplier", "detail", "grams",
)  # fmt: skip


@dataclass(frozen=True)
class GoodsTables:
    """Every finished good judged, as tables.

    Parameters
    ----------
    goods : pyarrow.Table (g rows)
        In the order of the input; a number that nothing limits is null.
    tested_items : pyarrow.Table
        One row per finished good and part inside it that carries controlled material.
    contributions : pyarrow.Table
        One row per finished good, carrying part and material, largest first.
    findings : pyarrow.Table
        Errors first.
    """

    goods: pa.Table
    tested_items: pa.Table
    contributions: pa.Table
    findings: pa.Table


def tabulate_goods(calculation: Calculation, *, details: bool = True) -> GoodsTables:
    """Return the conclusion of a calculation as tables.

    Parameters
    ----------
    calculation : Calculation
    details : bool
        Fill the tables of tested items and contributions, which a large catalogue takes most of its time for.

    Returns
    -------
    GoodsTables
        The same verdicts and numbers as `conclude`.
    """
    figures = read_figures(calculation.measures)
    ranks = _verdict_ranks(calculation)
    goods = calculation.goods
    nested = calculation.reading.level != "finished_good"
    held = held_parts(calculation.measures, goods) if details or nested else None
    items = _tested_items(calculation, figures, ranks, held) if held is not None and details else TESTED.empty_table()
    pieces = one_piece_each(calculation.measures) if held is not None else {}
    contributions = _contributions(calculation, held, pieces) if held is not None and details else _no_contributions()
    verdict = _good_ranks(ranks, goods, held) if nested and held is not None else ranks[goods]
    table = _goods(calculation, figures, verdict, held, pieces)
    return GoodsTables(
        table,
        items,
        contributions,
        findings_table(all_findings(calculation.bom, calculation.measures, calculation.ruling)),
    )


def findings_table(found: Sequence[Finding]) -> pa.Table:
    """Return findings as a table in the columns of the JSON contract."""
    kinds = {"row": pa.int32()}
    return pa.table(
        {name: pa.array([getattr(f, name) for f in found], kinds.get(name, pa.string())) for name in JSON_FIELDS}
    )


def _verdict_ranks(calculation: Calculation) -> Codes:
    """Return the rank of every part's own verdict, shape (n,)."""
    judged = calculation.judgement
    settled = ~judged.unreliable & (judged.at_or_above != judged.below)
    return np.where(settled, np.where(judged.at_or_above, 2, 0), 1).astype(np.int8)


def _good_ranks(ranks: Codes, goods: Codes, held: csr_array) -> Codes:
    """Return the gravest verdict in each good or inside it."""
    inside = ranks[held.indices]
    gravest = ranks[goods].copy()
    rows = np.repeat(np.arange(len(goods)), np.diff(held.indptr))
    np.maximum.at(gravest, rows, inside)
    return gravest


# ---------------------------------------------------------------- tested items and contributions

INTERVAL = ("low", "typical", "high")
TESTED = pa.schema(
    [
        ("good", pa.string()),
        ("part_number", pa.string()),
        ("level", pa.int32()),
        ("quantity", pa.float64()),
        *((f"share_{end}", pa.float64()) for end in INTERVAL),
        ("verdict", pa.string()),
    ]
)


def _tested_items(calculation: Calculation, figures: Figures, ranks: Codes, held: csr_array) -> pa.Table:
    structure, goods = calculation.measures.structure, calculation.goods
    rows = np.repeat(np.arange(len(goods)), np.diff(held.indptr))
    inside = held.indices != goods[rows]
    # nearest to the good first, as codes grow towards it
    order = np.flatnonzero(inside)[::-1]
    order = order[np.argsort(rows[order], kind="stable")]
    parts = held.indices[order]
    level = np.searchsorted(structure.level_start, parts, side="right") - 1
    columns = {
        "good": structure.part_numbers.take(pa.array(goods[rows[order]])),
        "part_number": structure.part_numbers.take(pa.array(parts)),
        "level": pa.array(level.astype(np.int32)),
        "quantity": pa.array(held.data[order]),
        **_interval_columns("share", figures.shares(parts)),
        "verdict": pa.array(VERDICT_RANK).take(pa.array(ranks[parts])),
    }
    return pa.table(columns, schema=TESTED)


def _contributions(calculation: Calculation, held: csr_array, pieces: dict[int, list[Contribution]]) -> pa.Table:
    structure, goods = calculation.measures.structure, calculation.goods
    listed = [(part, piece) for part in sorted(pieces) for piece in pieces[part]]
    if not listed:
        return _no_contributions()
    count = np.zeros(structure.part_count, dtype=np.int64)
    first = np.zeros(structure.part_count, dtype=np.int64)
    for row, (part, _) in reversed(list(enumerate(listed))):
        first[part] = row
        count[part] += 1
    times = count[held.indices]
    at = np.repeat(np.arange(len(held.indices)), times)
    piece = first[held.indices][at] + np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    good = np.repeat(np.arange(len(goods)), np.diff(held.indptr))[at]
    quantity, one = held.data[at], _piece_columns([p for _, p in listed])
    value = quantity * one["value"].to_numpy()[piece]
    by_name = pc.rank(pc.binary_join_element_wise(one["part_number"], one["material"], "\0"), tiebreaker="first")
    order = np.lexsort((np.asarray(by_name)[piece], -value, good))
    piece, good, quantity = pa.array(piece[order]), good[order], quantity[order]
    taken = {name: column.take(piece) for name, column in one.items()}
    for name in ("value", "low", "high", "grams"):
        taken[name] = pc.multiply(taken[name], pa.array(quantity))
    taken["quantity"] = pa.array(quantity)
    names = structure.part_numbers.take(pa.array(goods[good]))
    return pa.table({"good": names, **{name: taken[name] for name in CONTRIBUTION_COLUMNS}})


def _piece_columns(pieces: Sequence[Contribution]) -> dict[str, pa.Array]:
    numbers = {"quantity", "value", "low", "high", "grams"}
    return {
        name: pa.array([getattr(p, name) for p in pieces], pa.float64() if name in numbers else pa.string())
        for name in CONTRIBUTION_COLUMNS
    }


def _no_contributions() -> pa.Table:
    return pa.table({"good": pa.array([], pa.string()), **_piece_columns([])})


def _interval_columns(name: str, ends: Floats) -> dict[str, pa.Array]:
    """Return three columns; a number that nothing limits is nan and becomes null."""
    return {f"{name}_{end}": pa.array(ends[:, i], from_pandas=True) for i, end in enumerate(INTERVAL)}


# ---------------------------------------------------------------- goods


def _goods(
    calculation: Calculation,
    figures: Figures,
    verdict: Codes,
    held: csr_array | None,
    pieces: dict[int, list[Contribution]],
) -> pa.Table:
    bom, measures, goods = calculation.bom, calculation.measures, calculation.goods
    structure, threshold = measures.structure, calculation.ruling.threshold
    assert threshold is not None
    line = float(threshold)
    controlled = figures.controlled_values(goods)
    margin = controlled[:, 1] - line * figures.value[goods]
    margin[figures.value_open[goods]] = np.nan
    routes = read_routes(bom, measures, calculation.reading)
    unreliable = calculation.judgement.unreliable[goods]
    rule_days = [day for day, _ in rule_events(calculation.reading.scenario)]
    return pa.table(
        {
            "part_number": structure.part_numbers.take(pa.array(goods)),
            "description": _descriptions(calculation),
            "currency": pa.array([measures.money.base] * len(goods), pa.string()),
            **_interval_columns("article_value", figures.article_values(goods)),
            **_interval_columns("controlled_value", controlled),
            **_interval_columns("share", figures.shares(goods)),
            "verdict": pa.array(VERDICT_RANK).take(pa.array(verdict)),
            "route_value": pa.array(("clear", "unknown", "caught")).take(pa.array(verdict)),
            **{f"route_{name}": _route(answers, unreliable) for name, answers in routes.items()},
            "margin": pa.array(margin, from_pandas=True),
            **_interval_columns("break_even_value", controlled / line),
            "first_below": _first_below(calculation, goods),
            "valid_until": pa.array(changes_by_itself(bom, measures, calculation.on, rule_days, goods), pa.date32()),
            "reasons": pa.array(_reasons(calculation, verdict, held, pieces), pa.string()),
        }
    )


def _route(answers: list[str], unreliable: Mask) -> pa.Array:
    """Return one route of every good; with an error beneath it none is clear."""
    said = zip(answers, unreliable.tolist(), strict=True)
    return pa.array(["unknown" if bad and answer == "clear" else answer for answer, bad in said], pa.string())


def _descriptions(calculation: Calculation) -> pa.Array:
    structure, parts = calculation.measures.structure, calculation.bom.parts
    row = np.full(structure.part_count, -1, dtype=np.int64)
    codes = structure.codes(parts["part_number"])
    known = np.flatnonzero(codes >= 0)[::-1]
    row[codes[known]] = known
    wanted = row[calculation.goods]
    texts = parts["description"].take(pa.array(wanted, mask=wanted < 0))
    return texts.combine_chunks().fill_null("")


def _first_below(calculation: Calculation, goods: Codes) -> pa.Array:
    """Return the first part below the line on the way to each good; null where there is no way, or none is below."""
    structure, heaviest = calculation.measures.structure, heaviest_children(calculation.measures)
    found = first_below(structure, heaviest, _verdict_ranks(calculation) == 0)[goods]
    return structure.part_numbers.take(pa.array(found, mask=(found < 0) | (heaviest[goods] < 0)))


def _reasons(
    calculation: Calculation, verdict: Codes, held: csr_array | None, pieces: dict[int, list[Contribution]]
) -> list[str]:
    """Return what keeps each good undetermined, in words; nothing for the others."""
    measures, goods = calculation.measures, calculation.goods
    known = (
        (calculation.judgement.unreliable, "an error in the data feeds it"),
        (measures.value_open, "something in it has no value"),
        (measures.controlled_open, "a controlled material in it has no price or no limit"),
    )
    which = np.zeros(len(goods), dtype=np.int32)
    for at, (mask, _) in enumerate(known):
        which |= mask[goods].astype(np.int32) << at
    said = [
        "; ".join(text for at, (_, text) in enumerate(known) if which >> at & 1) for which in range(2 ** len(known))
    ]
    words = [""] * len(goods)
    undetermined = np.flatnonzero(verdict == VERDICT_RANK.index(UNDETERMINED))
    for row, why in zip(undetermined.tolist(), which[undetermined].tolist(), strict=True):
        words[row] = said[why] or f"the line lies inside its interval: {_unproven(row, held, pieces)}"
    return words


def _unproven(row: int, held: csr_array | None, pieces: dict[int, list[Contribution]]) -> str:
    if held is None:
        return "origin or content is not proven"
    inside = held.indices[held.indptr[row] : held.indptr[row + 1]].tolist()
    rows: list[Any] = [p for part in inside for p in pieces.get(part, ()) if p.high is None or p.high > p.low]
    named = list(dict.fromkeys(p.part_number for p in rows))
    return "origin or content is not proven for " + ", ".join(named[:NAMED]) + (" ..." if len(named) > NAMED else "")
