"""Why a part is at or above the line, below it or undetermined: shares of its controlled value, paths, proof."""

from deminimis.explanation.compose import explain
from deminimis.explanation.dilution import Dilution, Stage
from deminimis.explanation.result import (
    Breakdown,
    Explanation,
    Factor,
    Held,
    Path,
    Paths,
    Share,
    Witness,
)

__all__ = [
    "Breakdown",
    "Dilution",
    "Explanation",
    "Factor",
    "Held",
    "Path",
    "Paths",
    "Share",
    "Stage",
    "Witness",
    "explain",
]
