"""`deminimis explain`: why one part is at or above the line, below it or undetermined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deminimis.cli.options import question_options, read_calculation


@click.command()
@question_options
@click.option("--part", "part_number", help="Part to explain; the finished good where there is only one.")
@click.option("--top", default=10, show_default=True, help="Paths, and rows of each table, shown.")
def explain(files: tuple[Path, ...], part_number: str | None, top: int, as_json: bool, **options: Any) -> None:
    """Explain the verdict of one part: what brings its controlled value, on which paths, and what proves it.

    \b
    Examples:
      deminimis explain pump.xlsx
      deminimis explain pump.xlsx --part ROTOR-7 --on 2026-11-22 --top 3
    """
    from deminimis.explanation import explain as explained

    why = explained(read_calculation(files, as_json=as_json, **options), part_number, top=top)
    if as_json:
        from deminimis.report.explanation_text import explanation_json

        click.echo(explanation_json(why))
        return
    from rich.console import Console

    from deminimis.report.explanation_terminal import print_explanation

    print_explanation(why, Console(), top)
