"""`deminimis rules`: the clauses of the rulebook and their status on a day."""

from __future__ import annotations

import json
from datetime import datetime

import click

from deminimis.cli.options import DAY, SCENARIOS, read_day


@click.command()
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

    found = rules_on(read_day(on), scenario)
    if as_json:
        click.echo(json.dumps([rule.as_dict() for rule in found], ensure_ascii=False).encode())
        return
    from rich.console import Console

    from deminimis.report.listings import print_rules

    print_rules(found, Console())
