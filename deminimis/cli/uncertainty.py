"""`deminimis uncertainty`: how likely each good is at or above the line, and how many licences to expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deminimis.cli.options import question_options, read_calculation


@click.command()
@question_options
@click.option("--draws", default=1000, show_default=True, help="Draws of all prices, amounts and origins together.")
@click.option("--seed", default=61, show_default=True, help="The same seed gives the same draws.")
@click.option("--part", "part_number", help="One finished good, with what each input does to it.")
@click.option("--variance", is_flag=True, help="With --part: which input explains the variance (needs SALib).")
@click.option(
    "--distribution", default="triangular", show_default=True, metavar="NAME", help="triangular or pert, low to high."
)
@click.option(
    "--china", type=float, help="Odds that an unknown origin is China, 0 to 1.  [default: China's share of separation]"
)
@click.option("--top", default=30, show_default=True, help="Goods shown.")
def uncertainty(
    files: tuple[Path, ...],
    draws: int,
    seed: int,
    part_number: str | None,
    variance: bool,
    distribution: Any,
    china: float | None,
    top: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Say how likely each finished good is at or above the line, and how many of them together.

    Draws the price of each material, the amount in each row of content and every unknown origin, once for all goods;
    what the exact interval proves stays proven.

    \b
    Examples:
      deminimis uncertainty pump.xlsx --on 2026-11-22
      deminimis uncertainty catalogue.csv --draws 5000 --seed 7 --json
      deminimis uncertainty pump.xlsx --part PUMP-7 --variance
    """
    from deminimis.errors import QuestionError
    from deminimis.uncertainty import simulate, sobol, tornado

    if variance and part_number is None:
        raise QuestionError("shares of variance are those of one good: name it with --part.")
    if top < 1:
        raise QuestionError(f"{top} goods cannot be shown: ask for one at least.")
    given = read_calculation(files, as_json=as_json, **options)
    goods = None if part_number is None else [part_number]
    found = simulate(given, draws=draws, seed=seed, goods=goods, distribution=distribution, china=china)
    # A good whose share has no limit has no swings either; the reason stands beside it.
    drawn = part_number if part_number and found.goods[0].quantiles is not None else None
    swings = tornado(given, drawn) if drawn else None
    explained = sobol(given, drawn, seed=seed, distribution=distribution, china=china) if drawn and variance else None
    if as_json:
        import orjson

        more = {"tornado": swings, "variance": explained}
        document = found.as_dict() | {name: answer.as_dict() for name, answer in more.items() if answer}
        click.echo(orjson.dumps(document))
        return
    _print(found, swings, explained, top)


def _print(found: Any, swings: Any, explained: Any, top: int) -> None:
    from rich.console import Console

    from deminimis.report.uncertainty_text import print_simulation, print_tornado, print_variance

    console = Console()
    print_simulation(found, console, top)
    if swings:
        console.print()
        print_tornado(swings, console)
    if explained:
        console.print()
        print_variance(explained, swings.currency, console)
