"""`deminimis resource`: the cheapest re-sourcing that brings goods below the line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deminimis.cli.options import FILE, question_options, read_calculation

NO_PLAN = 1


@click.command()
@question_options
@click.option(
    "--alternatives", type=FILE, required=True, help="Table of offers: part_number, supplier, unit_value, material ..."
)
@click.option(
    "--good", "goods", multiple=True, metavar="PART", help="Bring this good below; repeatable.  [default: all]"
)
@click.option("--demand", type=FILE, help="Table of part_number and demand: pieces of each finished good in a year.")
@click.pass_context
def resource(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    alternatives: Path,
    goods: tuple[str, ...],
    demand: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Find the cheapest change of suppliers that brings goods below the line.

    The table of alternatives has one row for each offer: part_number, supplier, unit_value (price of one unit),
    currency; material, amount, low, high, basis, evidence as in the table of declarations (material none = contains
    none; one row for each material; blank = what the part contains today); material_origin; capacity (pieces a year,
    needs --demand). Each part is bought from one supplier in the whole catalogue.

    Exit status: 0 there is a plan; 1 there is none; 2 the input or the command is wrong.

    \b
    Examples:
      deminimis resource pump.xlsx --alternatives offers.csv
      deminimis resource catalogue.xlsx --alternatives offers.xlsx --good PUMP-1 --good PUMP-2 --demand demand.csv
    """
    calculation = read_calculation(files, as_json=as_json, **options)
    from deminimis.readers.side_tables import read_amounts
    from deminimis.scenarios import resource as find

    pieces = read_amounts(demand, "demand") if demand else None
    found = find(calculation, alternatives, goods or None, demand=pieces)
    if as_json:
        import orjson

        click.echo(orjson.dumps(found.as_dict()))
    else:
        from rich.console import Console

        from deminimis.report.resource_text import print_resourcing

        print_resourcing(found, Console(), calculation.ruling.threshold)
    ctx.exit(0 if found.feasible else NO_PLAN)
