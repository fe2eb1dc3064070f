# %% [markdown]
# # A first bill of materials
#
# One workbook is read, every finished good in it is judged, and one verdict is explained. The car and
# its suppliers are invented, the prices are quotations of 9 May 2025 (`data/samples`). Decision
# support, not legal advice.

# %%
from pathlib import Path

import deminimis as dm
from deminimis.report import plots
from deminimis.report.explanation_text import sentence_text

SAMPLES = Path("../data/samples")
DAY = "2026-11-22"

# %% [markdown]
# ## Read and judge
#
# `read_bom` takes the workbook as the ERP prints it. What is wrong in it becomes a finding with its
# row and column.

# %%
bom = dm.read_bom(SAMPLES / "ev.xlsx")
result = dm.assess(bom, DAY)
result

# %%
axes = plots.plot_shares(result)

# %% [markdown]
# ## Explain one good
#
# The parts inside add up to the controlled value exactly. The broken line is where it would reach the
# threshold.

# %%
why = dm.explain(bom, "EV-1", on=DAY)
print(sentence_text(why))

# %%
axes = plots.plot_contributions(why)

# %% [markdown]
# ## The dilution curve
#
# The magnets are far above the line, and so are the rotor and the motor around them: the share falls
# with each level. The text of the law tests the part that contains the magnets, which is why a motor
# sold as a spare part is judged by itself.

# %%
axes = plots.plot_dilution(why)
