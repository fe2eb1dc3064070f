"""How sure: draws of everything uncertain over the whole catalogue, and which input moves a good most."""

from deminimis.uncertainty.inputs import UncertainInput
from deminimis.uncertainty.result import QUANTILES, Chance, Licences, Simulation
from deminimis.uncertainty.simulation import draw_shares, simulate
from deminimis.uncertainty.swings import Swing, Tornado, tornado
from deminimis.uncertainty.variance import Variance, VarianceShare, sobol

__all__ = [
    "QUANTILES",
    "Chance",
    "Licences",
    "Simulation",
    "Swing",
    "Tornado",
    "UncertainInput",
    "Variance",
    "VarianceShare",
    "draw_shares",
    "simulate",
    "sobol",
    "tornado",
]
