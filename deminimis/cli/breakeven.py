"""`deminimis breakeven`: at which prices goods cross the line, the nearest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deminimis.cli.options import question_options, read_calculation

SHOWN = 20


@click.command()
@question_options
@click.option("--part", "part_number", help="One part, a finished good or any other.  [default: every finished good]")
@click.option("--top", type=int, help=f"Goods listed, the nearest to the line first.  [default: {SHOWN}; --json: all]")
def breakeven(files: tuple[Path, ...], part_number: str | None, top: int | None, as_json: bool, **options: Any) -> None:
    """Say at which prices a good crosses the line: of each material, of all together, and of the good itself.

    With the value of the good as it is, and with the cost of the material passed through to it.

    \b
    Examples:
      deminimis breakeven pump.xlsx
      deminimis breakeven pump.xlsx --part PUMP-7 --prices prices.csv --on 2026-11-22
      deminimis breakeven catalogue.csv --top 50 --json
    """
    from deminimis.scenarios import breakeven as prices_at_line

    listed = top if top is not None or as_json else SHOWN
    answer = prices_at_line(read_calculation(files, as_json=as_json, **options), part_number, top=listed)
    if as_json:
        import orjson

        click.echo(orjson.dumps(answer.as_dict()))
        return
    from rich.console import Console

    from deminimis.report.breakeven_text import print_breakeven

    print_breakeven(answer, Console())
