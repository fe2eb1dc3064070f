"""The bars P1, P4 and P9: each a ratio against a named peer, both run in this process tree, one after the other."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from benchmarks.generate import make_bom, make_catalogue, write_workbook
from deminimis.rollup import roll_up
from deminimis.structure import build_structure

ON = date(2026, 11, 22)


@dataclass(frozen=True)
class Bar:
    """One measured bar: `ratio` must not exceed `limit`."""

    id: str
    what: str
    ratio: float
    limit: float
    measured: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "ratio": round(self.ratio, 3), "limit": self.limit, "measured": self.measured}


def seconds(job: Callable[[], object]) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def alternate(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median seconds of both, taken in turns so that a busy machine slows both alike."""
    ours(), peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def measure_p1(scale: float) -> Bar:
    """Roll four columns up against one plain scipy product over the same lines."""
    lines, parts, goods = (int(n * scale) for n in (8_000_000, 1_200_000, 50_000))
    catalogue = make_catalogue(lines, goods=goods, parts=parts, carriers=int(8_000 * scale))
    structure = build_structure(make_bom(catalogue), ON)
    draw = np.random.default_rng(1)
    quantity, own = draw.random(len(structure.child)), draw.random((structure.part_count, 4))
    plain = csr_array((quantity, structure.child, structure.first), shape=(structure.part_count,) * 2)
    ours, peer = alternate(lambda: roll_up(structure, quantity, own), lambda: plain @ own, 15)
    measured = {"lines": len(structure.child), "roll_up_s": round(ours, 4), "scipy_product_s": round(peer, 4)}
    return Bar("P1", "rollup kernel / one scipy CSR product", ours / peer, 1.0, measured)


def measure_p4(scale: float) -> Bar:
    """Check a workbook of 200,000 lines to JSON against python-calamine merely reading it."""
    lines = int(200_000 * scale)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.xlsx"
        write_workbook(make_catalogue(lines, goods=lines // 400, parts=lines * 3 // 10, carriers=lines // 500), path)
        check = [sys.executable, "-m", "deminimis", "check", str(path), "--on", ON.isoformat(), "--json"]
        reading = (
            "import sys, python_calamine\n"
            "python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
        )
        peer = [sys.executable, "-c", reading, str(path)]
        ours, bare = alternate(lambda: _run(check, (0, 1)), lambda: _run(peer, (0,)), 5)
        measured = {
            "lines": lines,
            "bytes": path.stat().st_size,
            "check_s": round(ours, 3),
            "calamine_s": round(bare, 3),
            "check_peak_mb": _peak_megabytes(check),
        }
    return Bar("P4", "check of a workbook to JSON / bare python-calamine read", ours / bare, 1.2, measured)


def measure_p9(scale: float) -> Bar:
    """Start `deminimis --help` against `import click`."""
    del scale
    ours, peer = alternate(
        lambda: _run([sys.executable, "-m", "deminimis", "--help"], (0,)),
        lambda: _run([sys.executable, "-c", "import click"], (0,)),
        15,
    )
    measured = {"help_s": round(ours, 4), "import_click_s": round(peer, 4)}
    return Bar("P9", "deminimis --help / import click", ours / peer, 4.0, measured)


def _run(command: list[str], expected: tuple[int, ...]) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in expected:
        raise RuntimeError(f"{command} ended with {done.returncode}")


def _peak_megabytes(command: list[str]) -> float:
    script = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=True)
    return round(float(done.stdout), 1)
