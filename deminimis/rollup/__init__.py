"""The rollup kernel: numpy and scipy only."""

from deminimis.rollup.kernel import roll_down, roll_up
from deminimis.rollup.least import least_beneath
from deminimis.rollup.within import quantities_within, sources_within

__all__ = ["least_beneath", "quantities_within", "roll_down", "roll_up", "sources_within"]
