"""`deminimis ask`: which parts to ask about, the workbook that suppliers fill, and whom to ask first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deminimis.cli.options import DAY, FILE, question_options, read_calculation, read_day

if TYPE_CHECKING:
    from deminimis.assessment import Calculation, Question
    from deminimis.scenarios.ask_plan import Plan

SCHEMA = "deminimis/questions/1"
SUFFIX = ".xlsx"


@click.command()
@question_options
@click.option("--plan", is_flag=True, help="Say whom to ask first: the fewest answers that settle the most verdicts.")
@click.option("--weights", type=FILE, help="With --plan: table of part_number and shipments of the finished goods.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="With --plan: ask for so many answers at most.")
@click.option("--out", type=FILE, help="Write the workbook that suppliers fill (.xlsx).")
@click.option("--requester", default="", help="With --out: who asks, as it shall stand in the workbook.")
@click.option("--due", type=DAY, help="With --out: day by which to answer, YYYY-MM-DD.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def ask(
    files: tuple[Path, ...],
    plan: bool,
    weights: Path | None,
    limit: int | None,
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
      deminimis ask catalogue.xlsx --plan --weights shipments.csv --limit 12
      deminimis check pump.xlsx --declarations request-filled.xlsx
    """
    from deminimis.errors import ReportError

    _check_request(out, requester, due, how["on"], force)
    if (weights or limit) and not plan:
        raise click.UsageError("--weights and --limit are of the plan: add --plan.")
    if out and out.exists() and not force:
        raise ReportError(f"{out} exists; give another name or --force", path=str(out))
    calculation = read_calculation(files, as_json=as_json, **how)
    from deminimis.assessment import conclude, questions_of
    from deminimis.scenarios.checked import check_goods

    check_goods(calculation)
    questions = questions_of(conclude(calculation), calculation.bom)
    planned = _planned(calculation, weights, limit) if plan else None
    if out:
        from deminimis.report.request import write_request

        write_request(questions, out, requester=requester, due=due.date() if due else None)
    _print_questions(questions, planned, out, as_json)


def _check_request(out: Path | None, requester: str, due: datetime | None, on: datetime | None, force: bool) -> None:
    """Refuse what nothing would come of, before the work."""
    if out is None:
        given = [name for name, said in (("--requester", requester), ("--due", due), ("--force", force)) if said]
        if given:
            are = "is" if len(given) == 1 else "are"
            raise click.UsageError(f"{' and '.join(given)} {are} of the workbook that suppliers fill: add --out.")
        return
    if out.suffix.lower() != SUFFIX:
        raise click.UsageError(f"--out {out.name}: suppliers fill a workbook, so let its name end with {SUFFIX}.")
    if due and due.date() < (day := read_day(on)):
        click.echo(
            f"warning: --due {due.date()} is before {day}, so that the request is late when it is sent.", err=True
        )


def _planned(calculation: Calculation, weights: Path | None, limit: int | None) -> Plan:
    from deminimis.readers.side_tables import read_amounts
    from deminimis.scenarios import ask_plan

    per_good = read_amounts(weights, "shipments") if weights else None
    return ask_plan(calculation, weights=per_good, limit=limit)


def _print_questions(questions: Sequence[Question], planned: Plan | None, out: Path | None, as_json: bool) -> None:
    if as_json:
        import orjson

        written = str(out) if out else None
        asked = [question.as_dict() for question in questions]
        document: dict[str, Any] = {"schema": SCHEMA, "questions": asked, "written": written}
        document |= {"plan": planned.as_dict()} if planned else {}
        click.echo(orjson.dumps(document))
        return
    from rich.console import Console

    from deminimis.report.ask_text import print_plan
    from deminimis.report.listings import print_questions

    console = Console()
    print_questions(questions, console)
    if planned:
        print_plan(planned, console)
    if out:
        click.echo(f"Request written to {out}")
