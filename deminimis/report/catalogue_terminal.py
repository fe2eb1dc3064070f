"""The summary of a catalogue for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from deminimis.report.words import SYMBOLS, VERDICT_NAMES, counted, plain, spaced

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
    console.print(f"Rule {rule['id']} on {summary['on']}: {spaced(rule['status'])} (scenario {rule['scenario']})")
    nouns = ("file", "line", "part", "good")
    console.print(", ".join(counted(counts[f"{noun}s"], noun) for noun in nouns))
    for verdict, count in counts["goods_by_verdict"].items():
        console.print(f"{count:>9,}  {SYMBOLS[verdict]} {VERDICT_NAMES[verdict]}", markup=False)
    _print_files(summary["not_read"], console)
    _print_findings(summary["findings"], console)
    if not counts["goods"]:
        console.print("No finished good to judge: no part has lines and no parent; mark one by finished_good = yes.")
    said = "Nothing changed: the last result stands" if unchanged else "Result written"
    console.print(f"{said} in {plain(out)}", markup=False, soft_wrap=True)


def not_read_words(file: Mapping[str, str]) -> str:
    """Return why a file could not be read, the file named once.

    Examples
    --------
    >>> not_read_words({"file": "a.xls", "why": "a.xls is empty: save it again."})
    'a.xls is empty: save it again.'
    >>> not_read_words({"file": "b.csv", "why": "it holds no table"})
    'b.csv: it holds no table'
    """
    name, why = plain(file["file"]), plain(file["why"])
    return why if why.startswith(name) else f"{name}: {why}"


def _print_files(not_read: list[dict[str, str]], console: Console) -> None:
    if not_read:
        console.print(f"{counted(len(not_read), 'file')} could not be read:")
    for file in not_read[:MOST_FILES]:
        console.print(f"  {not_read_words(file)}", markup=False, soft_wrap=True)
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
        console.print(f"and {len(rows) - MOST_CODES} more kinds, see findings.parquet or the sheet Findings")
