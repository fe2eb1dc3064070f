"""The rollup kernel: numpy and scipy only."""

from deminimis.rollup.kernel import roll_down, roll_up
from deminimis.rollup.least import least_beneath

__all__ = ["least_beneath", "roll_down", "roll_up"]
