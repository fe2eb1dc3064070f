"""The command line: each command reads its options, calls one public function and prints what it returns.

Only click is imported at the top; everything else costs a third of a second that `--help` must not pay.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from deminimis import __version__
from deminimis.errors import DeminimisError

if TYPE_CHECKING:
    from deminimis.model import Reading

SCENARIOS = ("letter", "extended", "assume_in_force")
INPUT_WRONG = 2

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path)


class Commands(click.Group):
    """The commands; a fault in the input is one sentence and exit 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn what stops it into one sentence."""
        try:
            return super().invoke(ctx)
        except DeminimisError as fault:
            _stop(str(fault), ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise
        except Exception as fault:
            if ctx.params.get("debug"):
                raise
            _stop(f"internal fault, please report it: {type(fault).__name__}: {fault} (--debug shows where)", ctx)


def _stop(sentence: str, ctx: click.Context) -> NoReturn:
    click.echo(f"deminimis: {sentence}", err=True)
    ctx.exit(INPUT_WRONG)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deminimis")
@click.option("--debug", is_flag=True, help="Show tracebacks of internal faults.")
def main(debug: bool) -> None:
    """Which products cross China's 0.1 % line (MOFCOM Announcement 61 of 2025).

    \b
    Example:
      deminimis check pump.xlsx --on 2026-11-22 --report pump-report.xlsx
    """


def _reading_options(command: Any) -> Any:
    for option in (
        click.option("--on", type=DAY, help="Day judged for, YYYY-MM-DD.  [default: today]"),
        click.option("--scenario", type=click.Choice(SCENARIOS), help="Status of the rule.  [default: letter]"),
        click.option("--sourcing", type=click.Choice(("prorate", "worst")), help="Several suppliers of one part."),
        click.option(
            "--reading",
            "choices",
            multiple=True,
            metavar="NAME=OPTION",
            help="A choice the law leaves open, such as numerator=part1_any_origin; repeatable.",
        ),
    ):
        command = option(command)
    return command


def _reading(scenario: str | None, sourcing: str | None, choices: tuple[str, ...]) -> Reading:
    from deminimis.model import Reading, reading_choices

    named = {name: option for name, option in (("scenario", scenario), ("sourcing", sourcing)) if option}
    for choice in choices:
        name, _, option = choice.partition("=")
        options = reading_choices().get(name)
        if options is None or option not in options:
            known = "; ".join(f"{n}={'|'.join(o)}" for n, o in reading_choices().items())
            raise click.UsageError(f"--reading {choice}: choose from {known}")
        named[name] = option
    fields: dict[str, Any] = named
    return Reading(**fields)


def _day(on: datetime | None) -> date:
    return on.date() if on else date.today()


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--declarations", type=FILE, multiple=True, help="File with declarations.")
@click.option("--prices", type=FILE, multiple=True, help="File with prices of materials.")
@click.option("--sheet", help="Read this sheet only.")
@_reading_options
@click.option("--readings", type=click.Choice(("all",)), help="Judge under every reading and say whether it matters.")
@click.option("--strict", is_flag=True, help="Refuse data with errors (exit 2).")
@click.option("--report", type=FILE, help="Write a report: .xlsx, .html or .json.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--top", default=5, show_default=True, help="Contributing lines shown per good.")
@click.pass_context
def check(
    ctx: click.Context,
    files: tuple[Path, ...],
    declarations: tuple[Path, ...],
    prices: tuple[Path, ...],
    sheet: str | None,
    on: datetime | None,
    scenario: str | None,
    sourcing: str | None,
    choices: tuple[str, ...],
    readings: str | None,
    strict: bool,
    report: Path | None,
    as_json: bool,
    top: int,
) -> None:
    """Judge every finished good of a bill of materials.

    Exit status: 0 all below; 1 one or more at or above, or undetermined; 2 the input or the command is wrong.

    \b
    Examples:
      deminimis check pump.xlsx
      deminimis check bom.csv --declarations suppliers.csv --prices prices.csv --on 2026-11-22 --json
      deminimis check pump.xlsx --scenario extended --readings all --report pump.xlsx
    """
    if report:
        from deminimis.report import check_suffix

        check_suffix(report)
    reading = _reading(scenario, sourcing, choices)
    with _Progress(as_json) as say:
        say("reading")
        bom = _read(files, declarations, prices, sheet)
        from deminimis.assessment import assess, assess_readings

        say("rolling up")
        result = assess(bom, _day(on), reading, strict=strict)
        matrix = assess_readings(bom, _day(on), reading) if readings else None
    if report:
        from deminimis.report import write_report

        write_report(result, report)
    if as_json:
        from deminimis.report import to_json

        click.echo(to_json(result) if matrix is None else to_json(result, readings=matrix.as_dict()))
    else:
        _print_result(result, matrix, report, top)
    ctx.exit(result.exit_status)


def _read(files: tuple[Path, ...], declarations: tuple[Path, ...], prices: tuple[Path, ...], sheet: str | None) -> Any:
    """Read the files while the rooms above are imported: the fast reader leaves the interpreter free meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    from deminimis.readers import read_bom

    with ThreadPoolExecutor(1) as pool:
        bom = pool.submit(read_bom, *files, declarations=declarations or None, prices=prices or None, sheet=sheet)
        import_module("deminimis.assessment")
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


class _Progress:
    """Says on stderr what is being done, where a person is watching."""

    def __init__(self, quiet: bool) -> None:
        self._status: Any = None
        self._watched = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Any:
        if self._watched:
            from rich.console import Console

            self._status = Console(stderr=True).status("starting")
            self._status.start()
        return lambda words: self._status.update(words) if self._status else None

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()


@main.command()
@click.argument("file", type=FILE)
@click.option("--sheet", help="Read this sheet only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def inspect(file: Path, sheet: str | None, as_json: bool) -> None:
    """Say how a file was read, and account for every row of it.

    \b
    Example:
      deminimis inspect bom.xlsx
    """
    from deminimis.readers import inspect_file

    found = inspect_file(file, sheet=sheet)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False).encode())
        return
    from rich.console import Console

    from deminimis.report.listings import print_inspection

    print_inspection(found, Console())


@main.command()
@click.option("--on", type=DAY, help="Day, YYYY-MM-DD.  [default: today]")
@click.option(
    "--scenario", type=click.Choice(SCENARIOS), default="letter", show_default=True, help="Status of the rule."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def rules(on: datetime | None, scenario: str, as_json: bool) -> None:
    """List every rule with its status on a day, and its source.

    \b
    Examples:
      deminimis rules --on 2026-11-11
      deminimis rules --on 2027-01-10 --scenario extended --json
    """
    from deminimis.rules import rules_on

    found = rules_on(_day(on), scenario)
    if as_json:
        click.echo(json.dumps([rule.as_dict() for rule in found], ensure_ascii=False).encode())
        return
    from rich.console import Console

    from deminimis.report.listings import print_rules

    print_rules(found, Console())


@main.command()
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
