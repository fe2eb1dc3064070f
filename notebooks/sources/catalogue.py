# %% [markdown]
# # A catalogue
#
# Every finished good of a large catalogue is judged in one pass, and one change is answered in
# milliseconds. The catalogue is drawn at random from a seed; nothing in it is real.

# %%
import os
import sys
from time import perf_counter

import networkx as nx
import polars as pl

import deminimis as dm
from deminimis.catalogues.catalogue import catalogue
from deminimis.report import plots

sys.path.append("..")  # benchmarks stands beside the package and not in it
from benchmarks.generate import make_catalogue, make_whole_bom

GOODS = int(os.environ.get("DEMINIMIS_NOTEBOOK_GOODS", "50000"))

# %%
bom = make_whole_bom(make_catalogue(40 * GOODS, goods=GOODS, parts=12 * GOODS, carriers=GOODS // 6))
print(f"{len(bom.lines):,} lines, {len(bom.parts):,} purchased parts, {len(bom.declarations):,} declarations")

# %% [markdown]
# ## The verdicts
#
# Assemblies that go into nothing are finished goods too, so there are more of them than asked for.

# %%
judged = catalogue(bom, on="2026-11-22", details=False)
judged.verdicts

# %%
goods = pl.from_arrow(judged.goods)
goods.select("part_number", "verdict", "share_low", "share_typical", "share_high").head()

# %%
axes = plots.plot_distribution(judged.goods, judged.calculation.ruling)

# %% [markdown]
# ## Where one carrier is used
#
# The bill is a networkx graph, so everything networkx does works on it.

# %%
sources = judged.calculation.sources
carrier = judged.calculation.part_numbers[sources.carriers[sources.quantity.count_nonzero(axis=0).argmax()]]
graph = dm.BomGraph(judged.calculation.measures.structure, bom)
above = nx.ancestors(graph, carrier)
print(f"{carrier} is in {len(above):,} parts, among them {', '.join(sorted(above)[:5])}")

# %% [markdown]
# ## One change

# %%
ready = dm.ReadyCalculation(judged.calculation).prepare()

# %%
begin = perf_counter()
changed = dm.reassess(ready, dm.OriginChange(carrier, "Australia"))
seconds = perf_counter() - begin
print(
    f"{len(changed.rows):,} finished goods reached, {len(changed.flipped):,} verdicts flipped, {1000 * seconds:.1f} ms"
)
