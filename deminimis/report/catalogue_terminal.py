"""The summary of a catalogue for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from deminimis.report.words import SYMBOLS, plain

MOST_FILES = 10
MOST_CODES = 12


def print_catalogue(summary: Mapping[str, Any], console: Console, *, out: str, unchanged: bool = False) -> None:
    """Print how many goods are at or above, open and below, what was found and where the result lies.

    Parameters
    ----------
    summary : mapping
        What `summary.json` says.
    console : Console
    out : str
        Folder of the result.
    unchanged : bool
        Nothing had changed since the last run.
    """
    counts, rule = summary["counts"], summary["rule"]
    console.print(f"Rule {rule['id']} on {summary['on']}: {plain(rule['status'])} (scenario {rule['scenario']})")
    console.print(", ".join(f"{counts[what]:,} {what}" for what in ("files", "lines", "parts", "goods")))
    for verdict, count in counts["goods_by_verdict"].items():
        console.print(f"{count:>9,}  {SYMBOLS[verdict]} {plain(verdict)}", markup=False)
    _print_files(summary["not_read"], console)
    _print_findings(summary["findings"], console)
    console.print(f"{'Nothing changed: the last result stands' if unchanged else 'Result written'} in {out}")


def _print_files(not_read: list[dict[str, str]], console: Console) -> None:
    if not_read:
        console.print(f"{len(not_read)} files could not be read:")
    for file in not_read[:MOST_FILES]:
        console.print(f"  {file['file']}: {file['why']}", markup=False)
    if len(not_read) > MOST_FILES:
        console.print(f"  and {len(not_read) - MOST_FILES} more, see summary.json")


def _print_findings(findings: Mapping[str, Mapping[str, int]], console: Console) -> None:
    rows = [(severity, code, count) for severity in findings for code, count in findings[severity].items()]
    if not rows:
        return
    table = Table("severity", "finding", "times", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for severity, code, count in rows[:MOST_CODES]:
        table.add_row(severity, code, f"{count:,}")
    console.print(table)
    if len(rows) > MOST_CODES:
        console.print(f"and {len(rows) - MOST_CODES} more kinds, see findings.parquet")
