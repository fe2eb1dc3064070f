"""Options that several commands share."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from deminimis.assessment import Calculation
    from deminimis.model import Reading
    from deminimis.readers import Choices

SCENARIOS = ("letter", "extended", "assume_in_force")
DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path)
MARKS = {"comma": ",", "point": ".", None: ""}
"""The decimal mark that --decimal names."""


def reading_options(command: Any) -> Any:
    """Add the options of a reading of the law to a command."""
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


def read_reading(scenario: str | None, sourcing: str | None, choices: tuple[str, ...]) -> Reading:
    """Return the reading that the options name."""
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


def read_day(on: datetime | None) -> date:
    """Return the day named, or today."""
    return on.date() if on else date.today()


def layout_options(command: Any) -> Any:
    """Add the options that say how a file is read to a command."""
    for option in (
        click.option("--sheet", help="Of the files that have it, read this sheet only."),
        click.option("--header-row", type=int, metavar="N", help="Row of the header, as the spreadsheet counts."),
        click.option(
            "--map",
            "mapped",
            multiple=True,
            metavar="ROLE=HEADER",
            help='The column of a role, in the tables that have it: --map quantity="Menge pro"; repeatable.',
        ),
        click.option(
            "--quantity-basis",
            metavar="BASIS",
            help="What a quantity counts: per_parent, per_parent_line, per_top, per_batch:N, instances.  "
            "[default: found by test]",
        ),
        click.option("--decimal", type=click.Choice(("comma", "point")), help="Decimal mark of numbers that are text."),
        click.option("--variant", help="Read this variant of the product."),
        click.option(
            "--layouts", type=FILE, help="Your own layouts.  [default: deminimis-layouts.csv beside the file]"
        ),
    ):
        command = option(command)
    return command


def read_choices(
    sheet: str | None,
    header_row: int | None,
    mapped: tuple[str, ...],
    quantity_basis: str | None,
    decimal: str | None,
    variant: str | None,
) -> Choices:
    """Return how to read a file, as the options say."""
    from deminimis.readers import Choices

    columns = {}
    for word in mapped:
        role, sign, header = word.partition("=")
        if not sign or not role.strip() or not header.strip():
            raise click.UsageError(f'--map {word}: write ROLE=HEADER, as in --map part_number="Teil Nr."')
        if role.strip() in columns:
            raise click.UsageError(f"--map names the role {role.strip()} twice: name one column for it.")
        columns[role.strip()] = header.strip()
    return Choices(sheet, header_row, columns, quantity_basis, MARKS[decimal], variant)


def bill_options(command: Any) -> Any:
    """Add what a bill of materials is calculated from to a command: its files, how they are read, and the reading."""
    for option in (
        reading_options,
        layout_options,
        click.option("--prices", type=FILE, multiple=True, help="File with prices of materials."),
        click.option("--declarations", type=FILE, multiple=True, help="File with declarations."),
        click.argument("files", nargs=-1, required=True, type=FILE),
    ):
        command = option(command)
    return command


def question_options(command: Any) -> Any:
    """Add what a question about a bill of materials needs: the bill, and --json."""
    return bill_options(click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(command))


def read_calculation(
    files: tuple[Path, ...],
    declarations: tuple[Path, ...],
    prices: tuple[Path, ...],
    layouts: Path | None,
    on: datetime | None,
    scenario: str | None,
    sourcing: str | None,
    choices: tuple[str, ...],
    as_json: bool = False,
    **how: Any,
) -> Calculation:
    """Read and calculate the bill that the options of `question_options` name."""
    with Progress(as_json) as say:
        say("reading")
        from deminimis.assessment import calculate
        from deminimis.readers import read_bom

        bom = read_bom(
            *files,
            declarations=declarations or None,
            prices=prices or None,
            choices=read_choices(**how),
            layouts=layouts,
        )
        say("rolling up")
        return calculate(bom, read_day(on), read_reading(scenario, sourcing, choices))


class Progress:
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
