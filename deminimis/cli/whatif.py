"""`deminimis whatif`: the verdicts of a bill changed, beside those of the bill as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deminimis.cli.change_options import EXAMPLES, change_options, read_changes
from deminimis.cli.options import FILE, question_options, read_calculation


@click.command()
@change_options
@click.option("--name", default="", help="A name for the changes.")
@click.option("--save", type=FILE, help="Save the changes to this file, to be made again with --changes.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--good", "goods", multiple=True, metavar="PART", help="Compare this finished good alone; repeatable.")
@question_options
def whatif(
    files: tuple[Path, ...],
    saved: tuple[Path, ...],
    name: str,
    save: Path | None,
    force: bool,
    goods: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> None:
    """Compare the verdicts of a bill with those of the bill changed: verdict, share, cost and margin, what flips.

    The files are not touched. Changes are made together; their order does not matter.

    \b
    Examples:
      deminimis whatif pump.xlsx --origin MAG-1=Japan --value MAG-1=44
      deminimis whatif pump.xlsx --price terbium_metal=2000 --name "Tb at 2000" --save tb.json
      deminimis whatif pump.xlsx --changes tb.json --swap MOTOR-A=MOTOR-B@PUMP --good PUMP
    """
    from deminimis.errors import ReportError
    from deminimis.scenarios import whatif as compare
    from deminimis.scenarios import write_scenario

    if save and save.exists() and not force:
        raise ReportError(f"{save} exists; give another name or --force", path=str(save))
    given = {kind: options.pop(kind) for kind in EXAMPLES}
    calculation = read_calculation(files, as_json=as_json, **options)
    scenario = read_changes(calculation, saved, name, given)
    comparison = compare(calculation, scenario, goods=goods or None)
    if save:
        write_scenario(comparison.scenario, save)
    if as_json:
        import orjson

        click.echo(orjson.dumps(comparison.as_dict()))
        return
    from rich.console import Console

    from deminimis.report.whatif_text import print_comparison

    print_comparison(comparison, Console(), all_goods=bool(goods))
    if save:
        click.echo(f"Changes saved in {save}")
