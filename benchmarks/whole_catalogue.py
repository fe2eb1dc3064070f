"""The bars P2, P3, P7 and P8: a whole catalogue from Parquet to verdicts, against DuckDB and against networkx.

Every job runs in a process of its own, Parquet in and verdict Parquet out, ours and the peer's in turns.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.bars import ON, Bar, seconds
from benchmarks.generate import Catalogue, make_catalogue, make_tables

LINES, PARTS, GOODS, CARRIERS = 8_000_000, 1_200_000, 50_000, 8_000
OURS = (
    "from deminimis.__main__ import set_up\n"
    "set_up()\n"  # as the command does
    "from deminimis.catalogues.run import run_catalogue\n"
    "job = lambda: run_catalogue({0!r}, {1!r}, on={2!r}, details=False)"
)
PEER = "from benchmarks.duckdb_peer import judge_catalogue\njob = lambda: judge_catalogue({0!r}, {1!r})"
TIMED = (
    "\nimport json, time\n"
    "from benchmarks.whole_catalogue import peak_megabytes\n"
    "begin = time.perf_counter()\n"
    "job()\n"
    "took = time.perf_counter() - begin\n"
    "print(json.dumps([took, peak_megabytes()]))"
)
"""A process of its own for every run, timed from after its imports; its peak memory includes them."""


def peak_megabytes() -> float:
    """Return the peak memory of this process."""
    status = Path("/proc/self/status")
    if status.exists():
        # What the system counts for a process begins with the memory of the one that started it; this does not.
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def catalogue_of(scale: float) -> Catalogue:
    lines, parts, goods, carriers = (int(n * scale) for n in (LINES, PARTS, GOODS, CARRIERS))
    return make_catalogue(lines, goods=goods, parts=parts, carriers=carriers)


@contextmanager
def written(tables: dict[str, pa.Table], shuffled: bool = False) -> Iterator[Path]:
    """Write the tables of a catalogue to a folder of their own."""
    with TemporaryDirectory() as folder:
        for name, table in tables.items():
            if shuffled and name == "lines":
                table = table.take(pa.array(np.random.default_rng(5).permutation(len(table))))
            pq.write_table(table, Path(folder) / f"{name}.parquet")
        yield Path(folder)


def ours(folder: Path, out: Path) -> tuple[float, float]:
    """Return seconds and peak megabytes of our run into an empty folder."""
    return _measured(OURS.format(str(folder), str(out), ON.isoformat()))


def duckdb_peer(folder: Path, out: Path) -> tuple[float, float]:
    """Return seconds and peak megabytes of the DuckDB job."""
    return _measured(PEER.format(str(folder), str(out)))


def _measured(job: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", job + TIMED], capture_output=True, text=True, check=True)
    took, peak = json.loads(done.stdout.splitlines()[-1])  # a progress bar may stand before it
    return took, peak


def same_verdicts(out: Path, peer: Path) -> int:
    """Return the number of goods on which both say the same; fail if they differ anywhere."""
    mine, theirs = (
        dict(zip(t["part_number"].to_pylist(), t["verdict"].to_pylist(), strict=True))
        for t in (pq.read_table(out / "goods.parquet"), pq.read_table(peer))
    )
    if mine != theirs:
        differ = sum(mine.get(good) != verdict for good, verdict in theirs.items())
        raise RuntimeError(f"{differ} of {len(theirs)} verdicts differ from DuckDB's")
    return len(mine)


def _against_duckdb(scale: float, shuffled: bool, rounds: int) -> dict[str, Any]:
    runs: dict[str, list[tuple[float, float]]] = {"ours": [], "peer": []}
    tables = make_tables(catalogue_of(scale))
    with written(tables, shuffled) as folder, TemporaryDirectory() as other:
        for index in range(rounds):
            runs["ours"].append(ours(folder, Path(other) / f"result-{index}"))
            runs["peer"].append(duckdb_peer(folder, Path(other) / "peer.parquet"))
        goods = same_verdicts(Path(other) / "result-0", Path(other) / "peer.parquet")
    middle = {who: sorted(pairs)[len(pairs) // 2] for who, pairs in runs.items()}
    return {
        "lines": len(tables["lines"]),
        "goods_agreed": goods,
        "ours_s": round(middle["ours"][0], 3),
        "duckdb_s": round(middle["peer"][0], 3),
        "ours_peak_mb": round(max(peak for _, peak in runs["ours"])),
        "duckdb_peak_mb": round(max(peak for _, peak in runs["peer"])),
        "input_mb": round(sum(table.nbytes for table in tables.values()) / 2**20),
    }


def measure_p2(scale: float) -> Bar:
    """Judge a catalogue whose lines are grouped by parent, against DuckDB."""
    found = _against_duckdb(scale, shuffled=False, rounds=3)
    return Bar("P2", "catalogue / level-wise SQL in DuckDB, grouped", found["ours_s"] / found["duckdb_s"], 0.5, found)


def measure_p2s(scale: float) -> Bar:
    """Judge a catalogue whose lines are shuffled, against DuckDB."""
    found = _against_duckdb(scale, shuffled=True, rounds=3)
    return Bar("P2s", "the same, lines shuffled", found["ours_s"] / found["duckdb_s"], 1.0, found)


def measure_p3(scale: float) -> Bar:
    """Judge a tenth of the catalogue against networkx and a Python roll-up over integers in memory."""
    catalogue = catalogue_of(scale / 10)
    with written(make_tables(catalogue)) as folder, TemporaryDirectory() as out:
        pairs = [
            (ours(folder, Path(out) / str(index))[0], seconds(lambda: networkx_roll_up(catalogue)))
            for index in range(3)
        ]
    mine, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
    measured = {"lines": len(catalogue.parent), "ours_s": round(mine, 3), "networkx_s": round(peer, 3)}
    return Bar("P3", "catalogue / networkx build and Python roll-up", mine / peer, 0.1, measured)


def networkx_roll_up(catalogue: Catalogue) -> dict[int, tuple[float, float, float]]:
    """Build the graph and roll value and content up with a memo, parts after their children."""
    import networkx as nx

    graph: Any = nx.DiGraph()
    quantities: dict[tuple[int, int], float] = defaultdict(float)
    for parent, child, quantity in zip(
        catalogue.parent.tolist(), catalogue.child.tolist(), catalogue.quantity.tolist(), strict=True
    ):
        quantities[parent, child] += quantity
    graph.add_weighted_edges_from((parent, child, quantity) for (parent, child), quantity in quantities.items())
    carriers = set(catalogue.carriers.tolist())
    totals: dict[int, tuple[float, float, float]] = {}
    for part in reversed(list(nx.topological_sort(graph))):
        children = graph.adj[part]
        if not children:
            totals[part] = (1.0, 0.5, 1.0) if part in carriers else (1.0, 0.0, 0.0)
            continue
        value = low = high = 0.0
        for child, data in children.items():
            quantity = data["weight"]
            of_child = totals[child]
            value += quantity * of_child[0]
            low += quantity * of_child[1]
            high += quantity * of_child[2]
        totals[part] = (value, low, high)
    return totals


def measure_p7(scale: float) -> Bar:
    """Judge the catalogue and a tenth and a hundredth of it: how the time grows."""
    took = {}
    for part in (scale / 100, scale / 10, scale):
        with written(make_tables(catalogue_of(part))) as folder, TemporaryDirectory() as out:
            runs = [ours(folder, Path(out) / str(index))[0] for index in range(3)]
            took[int(LINES * part)] = sorted(runs)[1]
    small, large = int(LINES * scale / 10), int(LINES * scale)
    measured = {f"{lines}_lines_s": round(took[lines], 3) for lines in took}
    return Bar("P7", "time for ten times the lines", took[large] / took[small], 12, measured)


def measure_p8(scale: float) -> Bar:
    """Judge the catalogue: peak memory against the bytes of the input columns in memory."""
    tables = make_tables(catalogue_of(scale))
    size = sum(table.nbytes for table in tables.values()) / 2**20
    with written(tables) as folder, TemporaryDirectory() as out:
        del tables
        _, peak = ours(folder, Path(out) / "result")
    measured = {"input_mb": round(size), "peak_mb": round(peak)}
    return Bar("P8", "peak memory / input columns in memory", peak / size, 4.0, measured)
