"""Commands about files: how one is read, the workbook to fill, and what to ask suppliers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from deminimis.cli.options import (
    DAY,
    FILE,
    layout_options,
    read_choices,
    read_day,
    read_reading,
    reading_options,
)


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
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--declarations", type=FILE, multiple=True, help="File with declarations.")
@click.option("--prices", type=FILE, multiple=True, help="File with prices of materials.")
@layout_options
@reading_options
@click.option("--out", type=FILE, help="Write the workbook that suppliers fill.")
@click.option("--requester", default="", help="Who asks, as it shall stand in the workbook.")
@click.option("--due", type=DAY, help="Day by which to answer, YYYY-MM-DD.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def ask(
    files: tuple[Path, ...],
    declarations: tuple[Path, ...],
    prices: tuple[Path, ...],
    layouts: Path | None,
    on: datetime | None,
    scenario: str | None,
    sourcing: str | None,
    choices: tuple[str, ...],
    out: Path | None,
    requester: str,
    due: datetime | None,
    force: bool,
    as_json: bool,
    **how: Any,
) -> None:
    """List the parts whose suppliers have to be asked, and write the workbook that they fill.

    The filled workbook is read back with --declarations.

    \b
    Examples:
      deminimis ask pump.xlsx --out request.xlsx --requester "Sample Pumps" --due 2026-12-15
      deminimis check pump.xlsx --declarations request-filled.xlsx
    """
    from deminimis.assessment import assess, questions_of
    from deminimis.errors import ReportError
    from deminimis.readers import read_bom

    if out and out.exists() and not force:
        raise ReportError(f"{out} exists; give another name or --force", path=str(out))
    bom = read_bom(
        *files,
        declarations=declarations or None,
        prices=prices or None,
        choices=read_choices(**how),
        layouts=layouts,
    )
    questions = questions_of(assess(bom, read_day(on), read_reading(scenario, sourcing, choices)), bom)
    if out:
        from deminimis.report.request import write_request

        write_request(questions, out, requester=requester, due=due.date() if due else None)
    if as_json:
        document = {"questions": [question.as_dict() for question in questions], "written": str(out) if out else None}
        click.echo(json.dumps(document, ensure_ascii=False).encode())
        return
    from rich.console import Console

    from deminimis.report.listings import print_questions

    print_questions(questions, Console())
    if out:
        click.echo(f"Request written to {out}")


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
