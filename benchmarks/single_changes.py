"""The bar P5: the verdicts of a catalogue after one change, against one rollup of it."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.bars import ON, Bar, seconds
from benchmarks.generate import make_catalogue, make_whole_bom
from deminimis.assessment import Calculation, calculate
from deminimis.rollup import roll_up
from deminimis.scenarios import Change, OriginChange, PriceChange, ReadyCalculation, ValueChange, reassess

ROUNDS = 25
ASKED = 10
"""Changes asked one after the other between two rollups, as an analyst asks them."""


def measure_p5(scale: float) -> Bar:
    """Change the origin of one part and judge all goods again, against one rollup of four columns.

    The first change after a rollup finds the caches of the processor emptied by it; it counts like the others in the
    median, and its own median is printed.
    """
    lines, parts, goods = (int(n * scale) for n in (8_000_000, 1_200_000, 50_000))
    catalogue = make_catalogue(lines, goods=goods, parts=parts, carriers=int(8_000 * scale))
    calculation = calculate(make_whole_bom(catalogue), ON)
    ready = ReadyCalculation(calculation)
    sources = seconds(lambda: calculation.sources)
    preparing = seconds(ready.prepare)
    structure, draw = calculation.measures.structure, np.random.default_rng(5)
    quantity, own = draw.random(len(structure.child)), draw.random((structure.part_count, 4))
    chosen = draw.choice(
        calculation.sources.carriers, min(ROUNDS * ASKED, len(calculation.sources.carriers)), replace=False
    )
    numbers = [calculation.part_numbers[code] for code in chosen.tolist()]
    origins = itertools.cycle([OriginChange(n, o) for n in numbers for o in ("Japan", "China")])
    rollups, asked = list[float](), list[list[float]]()
    for _ in range(ROUNDS):
        rollups.append(seconds(lambda: roll_up(structure, quantity, own)))
        asked.append([seconds(lambda: reassess(ready, next(origins)).after) for _ in range(ASKED)])
    ours, peer = statistics.median(itertools.chain(*asked)), statistics.median(rollups)
    answers = [reassess(ready, OriginChange(number, "Japan")) for number in numbers]
    measured = {
        "lines": len(structure.child),
        "goods": len(calculation.goods),
        "reassess_ms": round(ours * 1000, 3),
        "first_after_a_rollup_ms": round(1000 * statistics.median(block[0] for block in asked), 3),
        "roll_up_ms": round(peer * 1000, 3),
        "goods_reached": int(statistics.median(len(answer.rows) for answer in answers)),
        "source_matrix_s": round(sources, 2),
        "preparing_s": round(preparing, 2),
        "value_ms": round(1000 * _median(ready, _values(calculation, draw)), 3),
        "price_ms": round(1000 * _median(ready, (PriceChange("terbium_metal", p) for p in (800, 1500, 2400))), 3),
    }
    if not all(answer.is_incremental for answer in answers):
        raise RuntimeError("a change of origin took the full road")
    return Bar("P5", "verdicts after one change of origin / full rollup", ours / peer, 0.01, measured)


def _values(calculation: Calculation, draw: np.random.Generator) -> Iterator[Change]:
    for code in draw.choice(calculation.measures.structure.level_start[1], ROUNDS, replace=False).tolist():
        yield ValueChange(calculation.part_numbers[code], 12.5)


def _median(ready: ReadyCalculation, changes: Iterator[Change]) -> float:
    def job(change: Change) -> Callable[[], object]:
        return lambda: reassess(ready, change)

    return statistics.median(seconds(job(change)) for change in changes)
