"""The rollup kernel: numpy and scipy only."""

from deminimis.rollup.kernel import marked_above, roll_down, roll_up, sum_children
from deminimis.rollup.least import least_beneath
from deminimis.rollup.within import quantities_within, sources_within

__all__ = [
    "least_beneath",
    "marked_above",
    "quantities_within",
    "roll_down",
    "roll_up",
    "sources_within",
    "sum_children",
]
