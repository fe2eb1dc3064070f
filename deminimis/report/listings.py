"""Terminal lists: how a file was read, the rules on a day, the verdicts under every reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deminimis.report.digits import share_text
from deminimis.report.words import counted, plain, verdict_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from deminimis.assessment import Question, ReadingMatrix
    from deminimis.readers import Inspection
    from deminimis.rules import Ruling

ROWS_SHOWN = 20
STATUSES = {"in_force": "bold", "suspended": "italic", "not_yet_effective": "dim"}


def print_inspection(found: Inspection, console: Console) -> None:
    """Print how a file was read: each table with its layout, its columns and every skipped row with its reason.

    Parameters
    ----------
    found : Inspection
    console : rich.console.Console
    """
    for table in found.as_dict()["tables"]:
        console.print(
            f"[bold]{table['sheet'] or 'table'}[/bold]: {table['layout']}, header in row {table['header_row']}"
        )
        console.print(f"  {table['why']}", markup=False)
        basis = f"; quantities {table['quantity_basis']}" if table["quantity_basis"] else ""
        skipped = len(table["skipped"])
        console.print(f"  {table['rows']} rows = {table['used']} used + {skipped} skipped{basis}")
        if table["columns"]:
            grid = Table(box=box.SIMPLE, pad_edge=False)
            grid.add_column("read as")
            grid.add_column("column in the file", overflow="fold")
            for role, header in table["columns"].items():
                grid.add_row(role, str(header))
            console.print(grid)
        for row in table["skipped"][:ROWS_SHOWN]:
            console.print(f"  row {row['row']} skipped: {row['reason']}", markup=False)
        if skipped > ROWS_SHOWN:
            console.print(f"  ... and {skipped - ROWS_SHOWN} more (--json lists all)")
    for fault in found.as_dict()["findings"][:ROWS_SHOWN]:
        place = f"row {fault['row']} {fault['column']}".strip() if fault["row"] else fault["sheet"]
        console.print(f"  {fault['severity']}: {place}: {fault['message']}. {fault['remedy']}.", markup=False)


def print_rules(rules: Sequence[Ruling], console: Console) -> None:
    """Print every rule with its status on a day, its dates and its source.

    Parameters
    ----------
    rules : sequence of Ruling
    console : rich.console.Console
    """
    first = rules[0]
    console.print(f"Rules on [bold]{first.on}[/bold], scenario [bold]{first.scenario}[/bold]")
    for rule in rules:
        if rule.status not in STATUSES:
            continue
        dates = f"from {rule.effective_from}" if rule.effective_from else ""
        if rule.suspended_from:
            dates += f", suspended {rule.suspended_from} to {rule.suspended_until or 'no named day'}"
        console.print(
            f"[{STATUSES[rule.status]}]{rule.status.replace('_', ' '):18}[/] {rule.id}  ({dates})", highlight=False
        )
        console.print(Padding(Text(rule.subject), (0, 0, 0, 19)))
    for note in dict.fromkeys(rule.note for rule in rules if rule.threshold is not None):
        console.print(note, markup=False)


def print_readings(matrix: ReadingMatrix, console: Console, threshold: Fraction) -> None:
    """Print the verdict of every good under every reading, and whether it is robust.

    Parameters
    ----------
    matrix : ReadingMatrix
    console : rich.console.Console
    threshold : Fraction
    """
    for part_number in matrix.rows[0].verdicts:
        words = "the same under all readings" if matrix.is_robust(part_number) else "DEPENDS ON THE READING"
        title = Text(f"{plain(part_number)}: {words}")
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left")
        for heading in ("reading", "rule that day", "share", "verdict"):
            table.add_column(heading, overflow="fold")
        for row in matrix.rows:
            name = f"{row.choice} = {row.option}" if row.choice else "base"
            if part_number in row.verdicts:
                share = share_text(row.shares[part_number], threshold)
                table.add_row(name, row.status, share, verdict_text(row.verdicts[part_number], threshold))
        console.print(table)


def print_questions(questions: Sequence[Question], console: Console) -> None:
    """Print which parts to ask about, the most telling first.

    Parameters
    ----------
    questions : sequence of Question
    console : rich.console.Console
    """
    if not questions:
        console.print("No verdict hangs on a supplier's answer.")
        return
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title=f"{counted(len(questions), 'part')} to ask about",
        title_justify="left",
    )
    for heading in ("rank", "part", "description", "suppliers", "not known", "goods", "at most"):
        table.add_column(heading, overflow="fold")
    for question in questions[:ROWS_SHOWN]:
        most = "no limit" if question.high is None else f"{question.high:.6g}"
        cells = (question.part_number, question.description, ", ".join(question.suppliers), "; ".join(question.missing))
        table.add_row(str(question.rank), *(Text(cell) for cell in cells), str(question.goods), most)
    console.print(table)
    if len(questions) > ROWS_SHOWN:
        console.print(f"... and {len(questions) - ROWS_SHOWN} more (--json lists all)")
