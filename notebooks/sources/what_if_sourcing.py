# %% [markdown]
# # What if it were sourced elsewhere?
#
# A servo actuator is just above the line. What does another supplier of its magnets do, how far may
# the price of dysprosium rise, and what is the cheapest way out? All suppliers and their offers are
# invented samples (`data/samples`).

# %%
from pathlib import Path

import numpy as np
import polars as pl

import deminimis as dm
from deminimis.report import plots

SAMPLES = Path("../data/samples")
GOOD, MAGNET = "SA-1000", "MAG-42SH"

# %%
calculation = dm.calculate(dm.read_bom(SAMPLES / "servo_actuator.xlsx"), "2026-11-22")
dm.conclude(calculation)

# %% [markdown]
# ## Another supplier
#
# A change is a value: it can be saved, combined with others and replayed. Here the second supplier
# delivers all magnets.

# %%
change = dm.SupplierChange(MAGNET, "Sample Magnet Supplier B (invented)")
axes = plots.plot_comparison(dm.whatif(calculation, change))

# %% [markdown]
# ## The price of dysprosium
#
# Each point is the whole bill calculated again. The band is what the declarations leave open.

# %%
prices = np.linspace(150, 450, 13).tolist()
sweep = [dm.whatif(calculation, dm.PriceChange("dysprosium_metal", price), goods=GOOD) for price in prices]
axes = plots.plot_price_sweep(sweep, GOOD)

# %% [markdown]
# ## Break-even
#
# The same question answered without trying: the price at which the typical share is exactly at the
# line.

# %%
axes = plots.plot_breakeven(dm.breakeven(calculation, GOOD), GOOD)

# %% [markdown]
# ## The cheapest re-sourcing
#
# The offers, then the plan: proven to be the cheapest, and confirmed by the full calculation of the
# changed bill.

# %%
pl.read_csv(SAMPLES / "alternatives.csv")

# %%
plan = dm.resource(calculation, SAMPLES / "alternatives.csv", goods=[GOOD])
pl.DataFrame([bought.as_dict() for bought in plan.changes])

# %%
axes = plots.plot_resourcing(plan, calculation.ruling)
