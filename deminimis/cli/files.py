"""Commands about files: how one is read, and the workbook to fill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from deminimis.cli.options import FILE, layout_options, read_choices


@click.command()
@click.argument("file", type=FILE)
@layout_options
@click.option("--save-layout", type=FILE, help="Append how the file is read to this file of layouts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def inspect(file: Path, layouts: Path | None, save_layout: Path | None, as_json: bool, **how: Any) -> None:
    """Say how a file was read, and account for every row of it.

    Where the choice is wrong, name the columns yourself; the answer can be saved and is found again by the header.

    \b
    Examples:
      deminimis inspect bom.xlsx
      deminimis inspect bom.xlsx --map part_number=Teil --map quantity=Menge --save-layout deminimis-layouts.csv
    """
    from deminimis.readers import inspect_file, remember_layout

    choices = read_choices(**how)
    found = inspect_file(file, choices=choices, layouts=layouts)
    if save_layout:
        remember_layout(file, save_layout, choices)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False).encode())
        return
    from rich.console import Console

    from deminimis.report.listings import print_inspection

    print_inspection(found, Console())
    if save_layout:
        click.echo(f"Layout saved in {save_layout}")


@click.command()
@click.argument("out", type=FILE)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def template(out: Path, force: bool, as_json: bool) -> None:
    """Write the workbook to fill: six sheets, lists of choices, a sample and a checker.

    \b
    Example:
      deminimis template bom.xlsx
    """
    from deminimis.errors import ReportError
    from deminimis.report.template import write_template

    if out.exists() and not force:
        raise ReportError(f"{out} exists; give another name or --force", path=str(out))
    write_template(out)
    click.echo(json.dumps({"written": str(out)}) if as_json else f"Template written to {out}")
