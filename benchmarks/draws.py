"""The bar P6: draws of price and content over a whole catalogue, against rolling it up once for every draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from benchmarks.bars import ON, Bar, alternate, seconds
from benchmarks.generate import make_catalogue, make_whole_bom
from deminimis.assessment import calculate
from deminimis.model import Bom
from deminimis.rollup import roll_up
from deminimis.uncertainty import simulate

DRAWS = 1000
PRICE_BAND = (0.8, 1.25)
"""Low and high of every price, as parts of its typical value."""
TOLERANCES = np.array([0.0, 0.1, 0.25])
"""Declared tolerances of amounts, drawn for each declaration."""


def with_bands(bom: Bom, *, seed: int = 61) -> Bom:
    """Return the catalogue with a band around every price and a tolerance around most amounts."""
    draw = np.random.default_rng(seed)
    amounts = bom.declarations["amount"].to_numpy()
    tolerance = TOLERANCES[draw.integers(0, len(TOLERANCES), len(amounts))]
    typical = bom.prices["typical"].to_numpy()
    return replace(
        bom,
        declarations=_with(bom.declarations, low=amounts * (1 - tolerance), high=amounts * (1 + tolerance)),
        prices=_with(bom.prices, low=typical * PRICE_BAND[0], high=typical * PRICE_BAND[1]),
    )


def _with(table: pa.Table, **columns: np.ndarray) -> pa.Table:
    for name, numbers in columns.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), pa.array(numbers))
    return table


def measure_p6(scale: float) -> Bar:
    """Make 1,000 draws over all goods against the kernel alone, once for each draw: measured once, times 1,000."""
    lines, parts, goods = (int(n * scale) for n in (8_000_000, 1_200_000, 50_000))
    catalogue = make_catalogue(lines, goods=goods, parts=parts, carriers=int(8_000 * scale))
    calculation = calculate(with_bands(make_whole_bom(catalogue)), ON)
    structure, contained = calculation.measures.structure, calculation.measures.contained
    own = np.random.default_rng(1).random((structure.part_count, 4))
    of_sources = seconds(lambda: calculation.sources)
    ours, peer = alternate(lambda: simulate(calculation, draws=DRAWS), lambda: roll_up(structure, contained, own), 5)
    measured = {
        "lines": len(structure.child),
        "goods": len(calculation.goods),
        "goods_drawn": sum(good.quantiles is not None for good in simulate(calculation, draws=1).goods),
        "carriers": len(calculation.sources.carriers),
        "draws": DRAWS,
        "simulate_s": round(ours, 3),
        "roll_up_s": round(peer, 4),
        "roll_up_1000_times_s": round(peer * DRAWS, 1),
        "source_matrix_once_s": round(of_sources, 3),
    }
    what = "1,000 price-and-content draws of all goods / 1,000 x the rollup kernel, measured once and multiplied"
    return Bar("P6", what, ours / (peer * DRAWS), 0.02, measured)
