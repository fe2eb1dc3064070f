"""`deminimis check`: the verdict on every finished good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deminimis.cli.options import FILE, Progress, bill_options, read_choices, read_day, read_reading

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from deminimis.readers.choices import Choices
    from deminimis.readers.files.files import FileRead


@click.command()
@bill_options
@click.option("--readings", type=click.Choice(("all",)), help="Judge under every reading and say whether it matters.")
@click.option("--strict", is_flag=True, help="Refuse data with errors (exit 2).")
@click.option("--report", type=FILE, help="Write a report: .xlsx, .html or .json.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--top", default=5, show_default=True, help="Contributing lines shown per good.")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    declarations: tuple[Path, ...],
    prices: tuple[Path, ...],
    layouts: Path | None,
    on: datetime | None,
    scenario: str | None,
    sourcing: str | None,
    choices: tuple[str, ...],
    readings: str | None,
    strict: bool,
    report: Path | None,
    as_json: bool,
    top: int,
    **how: Any,
) -> None:
    """Judge every finished good of a bill of materials.

    Exit status: 0 all below; 1 one or more at or above, or undetermined; 2 the input or the command is wrong.

    \b
    Examples:
      deminimis check pump.xlsx
      deminimis check bom.csv --declarations suppliers.csv --prices prices.csv --on 2026-11-22 --json
      deminimis check pump.xlsx --scenario extended --readings all --report pump-report.xlsx
      deminimis check export.csv --map part_number=Teil --map quantity=Menge --quantity-basis per_top
    """
    from concurrent.futures import ThreadPoolExecutor

    from deminimis.readers.files.files import read_file

    if report:
        from deminimis.report import check_suffix

        check_suffix(report)
    # Unpacking a workbook leaves the interpreter free to import the rooms that need Arrow.
    with Progress(as_json) as say, ThreadPoolExecutor(1) as pool:
        say("reading")
        started = [pool.submit(read_file, path) for path in files]
        reading, said = read_reading(scenario, sourcing, choices), read_choices(**how)
        bom = _read(pool, started, declarations, prices, said, layouts)
        from deminimis.assessment import assess, assess_readings

        say("rolling up")
        result = assess(bom, read_day(on), reading, strict=strict)
        matrix = assess_readings(bom, read_day(on), reading) if readings else None
    if report:
        from deminimis.report import write_report

        write_report(result, report)
    if as_json:
        from deminimis.report import to_json

        click.echo(to_json(result) if matrix is None else to_json(result, readings=matrix.as_dict()))
    else:
        _print_result(result, matrix, report, top)
    ctx.exit(result.exit_status)


def _read(
    pool: ThreadPoolExecutor,
    started: Sequence[Future[FileRead]],
    declarations: tuple[Path, ...],
    prices: tuple[Path, ...],
    choices: Choices,
    layouts: Path | None,
) -> Any:
    """Read the bill while the rooms above are imported: the fast reader leaves the interpreter free, too."""
    from deminimis.readers.reading import read_bom

    files = [job.result() for job in started]
    bom = pool.submit(
        read_bom,
        *files,
        declarations=declarations or None,
        prices=prices or None,
        choices=choices,
        layouts=layouts,
    )
    import_module("deminimis.readers.tables.tables_read")
    import_module("deminimis.readers.joining.number_matching")
    import_module("deminimis.assessment").prepare()
    import_module("deminimis.report")
    return bom.result()


def _print_result(result: Any, matrix: Any, report: Path | None, top: int) -> None:
    from rich.console import Console

    from deminimis.report.listings import print_readings
    from deminimis.report.terminal import print_assessment

    console = Console()
    print_assessment(result, console, top=top)
    if matrix is not None:
        print_readings(matrix, console, result.ruling.threshold)
    if report:
        console.print(f"Report written to {report}")
