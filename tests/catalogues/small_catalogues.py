"""Small catalogues on the disk, as tables and as workbooks; every part of them is a sample."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np

from tests.readers.sample_books import write_book

Tables = dict[str, list[dict[str, Any]]]

PUMPS: Tables = {
    "lines": [
        {"parent": "pump", "child": "motor", "quantity": 1},
        {"parent": "motor", "child": "magnet", "quantity": 4},
        {"parent": "mixer", "child": "magnet", "quantity": 1},
        {"parent": "mixer", "child": "bowl", "quantity": 1},
    ],
    "parts": [
        {"part_number": "pump", "unit_value": 900, "currency": "USD"},
        {"part_number": "motor", "unit_value": "", "currency": ""},
        {"part_number": "magnet", "unit_value": 40, "currency": "EUR"},
        {"part_number": "bowl", "unit_value": 600, "currency": "USD"},
    ],
    "declarations": [
        {
            "part_number": "magnet",
            "material": "terbium_metal",
            "amount": 0.1,
            "basis": "g_per_piece",
            "material_origin": "China",
        }
    ],
    "prices": [{"material": "terbium_metal", "typical": 2000, "currency": "USD", "unit": "kg"}],
    "rates": [{"currency": "USD", "per_base": 1}, {"currency": "EUR", "per_base": 0.9}],
}
"""A pump of 900 USD with 0.8 USD of terbium, and a mixer of 644.44 USD with 0.2 USD: both below 0.1 %."""


def changed(tables: Tables, table: str, row: int, **cells: Any) -> Tables:
    """Return tables in which some cells of a row are others."""
    copy = deepcopy(tables)
    copy[table][row].update(cells)
    return copy


def write_tables(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Write tables as CSV files of the contract."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def write_workbooks(folder: Path, count: int, seed: int = 61) -> Path:
    """Write workbooks, each the bill of one product with parts that others have too."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    header = ["parent", "child", "quantity", "unit"]
    parts_header = ["part_number", "description", "unit_value", "currency"]
    for at in range(count):
        chosen = sorted(draw.choice(40, 6, replace=False).tolist())
        lines = [[f"G{at:03}", f"S{part:02}", int(draw.integers(1, 5)), "pcs"] for part in chosen]
        records: list[list[Any]] = [[f"G{at:03}", "a sample", float(draw.integers(50, 900)), "USD"]]
        records += [[f"S{part:02}", "magnet" if part % 5 == 0 else "housing", 3.0 + part, "USD"] for part in chosen]
        write_book(folder / f"product-{at:03}.xlsx", {"lines": [header, *lines], "parts": [parts_header, *records]})
    return folder


def hashes(out: Path) -> dict[str, str]:
    """Return the hash of every file of a result, hidden ones left out."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    shown = (path for path in files if not any(part.startswith(".") for part in path.relative_to(out).parts))
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in shown}
