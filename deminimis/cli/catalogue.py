"""`deminimis catalogue run` and `diff`: every finished good of many files, and what changed since the last run."""

from __future__ import annotations

import gc
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deminimis.cli.options import FILE, MARKS, read_day, read_reading, reading_options

if TYPE_CHECKING:
    from deminimis.catalogues.bill_files import BillRead
    from deminimis.catalogues.engines import Engine
    from deminimis.catalogues.run import CatalogueRun


def only_one(ctx: click.Context, option: click.Parameter, given: tuple[Path, ...]) -> Path:
    """Return the only value of an option; two are refused, for one of them would be left out in silence."""
    if len(given) > 1:
        raise click.BadParameter(f"was given {len(given)} times: name one folder.", ctx=ctx, param=option)
    return given[0]


@click.group()
def catalogue() -> None:
    """Judge a whole catalogue, and tell what changed.

    \b
    Examples:
      deminimis catalogue run boms/ --out judged/
      deminimis catalogue diff judged-monday/ judged-tuesday/
    """
    # `deminimis` runs without it, as a check is over before it pays; a catalogue is not.
    gc.enable()


@catalogue.command()
@click.argument("sources", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, type=FILE, multiple=True, callback=only_one, help="Folder of the result.")
@reading_options
@click.option("--layouts", type=FILE, help="Your own layouts.  [default: deminimis-layouts.csv beside each file]")
@click.option("--quantity-basis", metavar="BASIS", help="What quantities count, where the files leave it open.")
@click.option("--decimal", type=click.Choice(("comma", "point")), help="Decimal mark of numbers that are text.")
@click.option("--verdicts-only", is_flag=True, help="Leave out tested items, contributions, the bill and summary.xlsx.")
@click.option("--no-bom", is_flag=True, help="Leave out the bill; diff can then not say why a verdict is another.")
@click.option("--workers", type=click.IntRange(1), help="Processes that read files.  [default: one for each core]")
@click.option("--engine", type=click.Choice(("local", "dask")), default="local", help="Where it is calculated.")
@click.option("--scheduler", metavar="ADDRESS", help="With dask: tcp://host:8786.  [default: workers of this machine]")
@click.option("--worker-memory", metavar="SIZE", help="With dask: what a worker may take, such as 4GB.")
@click.option("--strict", is_flag=True, help="Exit 2 if any file could not be read or the data hold errors.")
@click.option("--quiet", is_flag=True, help="No line for each file.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON document on stdout.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    out: Path,
    on: datetime | None,
    scenario: str | None,
    sourcing: str | None,
    choices: tuple[str, ...],
    layouts: Path | None,
    quantity_basis: str | None,
    decimal: str | None,
    verdicts_only: bool,
    no_bom: bool,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    worker_memory: str | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Judge every finished good of a catalogue in one pass over all of its bills.

    INPUT is a folder of bills of materials in any readable layout, or of the tables lines, parts, declarations,
    sourcing, prices and rates as Parquet or CSV; files and patterns are taken too. A part that several files name is
    one part. Only what changed since the last run is read again.

    Exit status: 0 all below; 1 something is not, or a file could not be read; 2 the input or the command is wrong.

    \b
    Examples:
      deminimis catalogue run boms/ --out judged/ --on 2026-11-22
      deminimis catalogue run "export/lines-*.parquet" export/parts.parquet declarations.csv --out judged/
      deminimis catalogue run export/ --out judged/ --engine dask --scheduler tcp://host:8786
    """
    from deminimis.catalogues.run import run_catalogue
    from deminimis.readers.choices import Choices, layouts_for

    where = _read_engine(engine, scheduler, worker_memory)
    if layouts:  # tables are read without, which would hide a path that is wrong
        layouts_for(layouts.parent, layouts)
    with FileProgress(quiet) as progress:
        done = run_catalogue(
            sources,
            out,
            on=read_day(on),
            reading=read_reading(scenario, sourcing, choices),
            choices=Choices(quantity_basis=quantity_basis, decimal=MARKS[decimal]),
            layouts=layouts,
            details=not verdicts_only,
            keep_bom=not no_bom,
            workers=workers,
            engine=where,
            told=progress.tell,
            say=progress.say,
        )
    _print_summary(done, as_json)
    failed = strict and (done.summary["counts"]["files_not_read"] or done.summary["findings"]["error"])
    ctx.exit(2 if failed else done.exit_status)


def _read_engine(name: str, scheduler: str | None, worker_memory: str | None) -> Engine:
    from deminimis.catalogues.engines import Engine

    if name == "local" and (scheduler or worker_memory):
        raise click.UsageError("--scheduler and --worker-memory are of the engine dask: add --engine dask.")
    return Engine(name, scheduler or "", worker_memory or "")


def _print_summary(done: CatalogueRun, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**done.summary, "unchanged": done.unchanged}, ensure_ascii=False).encode())
        return
    from rich.console import Console

    from deminimis.report.catalogue_terminal import print_catalogue

    print_catalogue(done.summary, Console(), out=str(done.out), unchanged=done.unchanged)


@catalogue.command()
@click.argument("before", type=FILE, metavar="A")
@click.argument("after", type=FILE, metavar="B")
@click.option(
    "--top",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    metavar="N",
    help="Goods that moved without a flip, those with the largest change.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def diff(ctx: click.Context, /, before: Path, after: Path, top: int, as_json: bool) -> None:
    """Compare two runs: which verdicts flipped, and what each change comes from.

    A and B are --out folders of two runs. The change of a good's margin N - t V is split among the bill, prices of
    materials, currency rates, origins and declarations, article values and the rule (its day, reading and reference
    data included); in which order they came about does not matter, and the parts add up to the change.

    Exit status: 0 no verdict flipped; 1 one did, or a good came or went; 2 a folder is no whole result.

    \b
    Examples:
      deminimis catalogue diff judged-monday/ judged-tuesday/
      deminimis catalogue diff judged-monday/ judged-tuesday/ --top 0 --json
    """
    from deminimis.catalogues.diff import diff_catalogues

    found = diff_catalogues(before, after, top=top)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False).encode())
    else:
        from rich.console import Console

        from deminimis.report.catalogue_diff_text import print_diff

        print_diff(found.as_dict(), Console())
    ctx.exit(found.exit_status)


class FileProgress:
    """A line on stderr for each file, and where a person is watching a bar with the rate and the time left."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._quiet = quiet
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bar: Any = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task: Any = None

    def __enter__(self) -> FileProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, words: str, total: int | None = None) -> None:
        """Show what is being done."""
        if self._task is None:
            self._task = self._bar.add_task(words, total=total, rate="")
        self._bar.update(self._task, description=words, total=total, rate="")

    def tell(self, read: BillRead, kept: bool) -> None:
        """Log one file and move the bar on."""
        if self._task is not None:
            speed = self._bar.tasks[0].speed
            self._bar.update(self._task, advance=1, rate=f"{speed:.0f} files/s" if speed else "")
        if self._quiet:
            return
        findings = sum(len(sheet.findings) for sheet in read.reads)
        how = "not read: " + read.refused if read.refused else "kept" if kept else "read"
        rows = f", {read.rows} rows, {findings} findings" if read.reads else ""
        self._console.print(f"{read.name}: {how}{rows}", markup=False)
