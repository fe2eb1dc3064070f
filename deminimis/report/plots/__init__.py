"""Plots of results for a notebook: units on every axis, the line of the law marked, readable without colour."""

from deminimis.report.plots.changes import plot_comparison, plot_resourcing
from deminimis.report.plots.draws import plot_draws, plot_probabilities, plot_tornado, plot_variance
from deminimis.report.plots.prices import plot_breakeven, plot_price_sweep
from deminimis.report.plots.shares import plot_contributions, plot_dilution, plot_distribution, plot_shares

__all__ = [
    "plot_breakeven",
    "plot_comparison",
    "plot_contributions",
    "plot_dilution",
    "plot_distribution",
    "plot_draws",
    "plot_price_sweep",
    "plot_probabilities",
    "plot_resourcing",
    "plot_shares",
    "plot_tornado",
    "plot_variance",
]
