"""`python -m benchmarks`: print the bars as a table, or as JSON."""

from __future__ import annotations

import json

import click

from benchmarks.all_bars import BARS, SIZES


@click.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="full", show_default=True)
@click.option("--only", multiple=True, type=click.Choice(list(BARS)), help="These bars alone.")
@click.option("--json", "as_json", is_flag=True)
def main(size: str, only: tuple[str, ...], as_json: bool) -> None:
    """Measure the bars of speed as ratios against named peers.

    \b
    Example:
      python -m benchmarks --size tenth
    """
    bars = [BARS[name](SIZES[size]) for name in (only or BARS)]
    if as_json:
        click.echo(json.dumps([bar.as_dict() for bar in bars]))
        return
    for bar in bars:
        kept = "kept" if bar.ratio <= bar.limit else "MISSED"
        click.echo(f"{bar.id}  {bar.ratio:6.3g}  at most {bar.limit:g}  {kept:6}  {bar.what}")
        click.echo("    " + ", ".join(f"{name} {value}" for name, value in bar.measured.items()))


main()
