"""A folder of workbooks judged, against a loop that merely opens each with pandas and openpyxl."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import xlsxwriter

from benchmarks.bars import ON, Bar, seconds

WORKBOOKS, PURCHASED = 2_000, 4_000
HEADERS = ("Level", "Part Number", "Description", "Quantity", "Unit", "Unit Price", "Currency")
OPEN_EACH = (
    "import sys\n"
    "from pathlib import Path\n"
    "import pandas\n"
    "print(sum(len(pandas.read_excel(path, engine='openpyxl')) for path in sorted(Path(sys.argv[1]).glob('*.xlsx'))))"
)


def write_workbooks(folder: Path, count: int) -> int:
    """Write sample products of two levels that share purchased parts; return the rows of all."""
    draw = np.random.default_rng(7)
    for product in range(count):
        with xlsxwriter.Workbook(folder / f"P-{product:05d}.xlsx") as book:
            sheet = book.add_worksheet("BOM")
            sheet.write_row(0, 0, HEADERS)
            sheet.write_row(1, 0, (0, f"P-{product:05d}", "sample pump", 1, "pcs", None, "USD"))
            for line in range(40):
                sheet.write_row(line + 2, 0, _line(product, line, draw))
    return count * 41


def _line(product: int, line: int, draw: np.random.Generator) -> tuple[object, ...]:
    if line % 4 == 0:
        return 1, f"SA-{product:05d}-{line}", "sample subassembly", int(draw.integers(1, 4)), "pcs", None, "USD"
    part = int(draw.integers(PURCHASED))
    words = "servo motor" if part % 97 == 0 else "bracket"
    return 2, f"PN-{part:05d}", words, int(draw.integers(1, 9)), "pcs", round(1 + part * 37 % 900 / 10, 2), "USD"


def measure_files(scale: float) -> Bar:
    """Judge a folder of workbooks by the command, every file read for the first time."""
    count = int(WORKBOOKS * scale)
    with TemporaryDirectory() as folder, TemporaryDirectory() as out:
        rows = write_workbooks(Path(folder), count)
        judge = [sys.executable, "-m", "deminimis", "catalogue", "run", folder, "--on", ON.isoformat(), "--out"]
        ours = seconds(lambda: _run([*judge, f"{out}/result"], (0, 1)))
        peer = seconds(lambda: _run([sys.executable, "-c", OPEN_EACH, folder], (0,)))
        again = seconds(lambda: _run([*judge, f"{out}/result"], (0, 1)))
    measured = {
        "workbooks": count,
        "rows": rows,
        "judged_s": round(ours, 2),
        "opened_s": round(peer, 2),
        "judged_per_s": round(count / ours),
        "opened_per_s": round(count / peer),
        "second_run_s": round(again, 2),
    }
    return Bar("files", "a folder of workbooks judged / opened with pandas and openpyxl", ours / peer, 1.0, measured)


def _run(command: list[str], expected: tuple[int, ...]) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in expected:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-500:]!r}")
