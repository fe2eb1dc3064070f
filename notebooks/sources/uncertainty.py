# %% [markdown]
# # How sure is it?
#
# A range of prices and a declared tolerance make the share an interval, and a good whose interval
# holds the line is undetermined. Draws say how likely it is above, and which input is worth asking
# for. The bill is a sample, and the range of prices is invented (`data/samples/prices_range.csv`).

# %%
from pathlib import Path

import deminimis as dm
from deminimis.report import plots

SAMPLES = Path("../data/samples")
GOOD, CURRENCY = "SA-1000", "USD"

# %%
bom = dm.read_bom(SAMPLES / "servo_actuator.xlsx", prices=SAMPLES / "prices_range.csv")
calculation = dm.calculate(bom, "2026-11-22")
dm.conclude(calculation)

# %% [markdown]
# ## Draws
#
# One draw of each price for all goods, one of each amount and of each origin that is open.

# %%
simulation = dm.simulate(calculation)
print(*simulation.assumptions, sep="\n")

# %%
axes = plots.plot_draws(simulation, GOOD, dm.draw_shares(calculation, GOOD))

# %%
axes = plots.plot_probabilities(simulation)

# %% [markdown]
# ## Which input moves it
#
# Each input alone over all it may be, then its part of the variance of the draws.

# %%
axes = plots.plot_tornado(dm.tornado(calculation, GOOD))

# %%
axes = plots.plot_variance(dm.sobol(calculation, GOOD), CURRENCY)
