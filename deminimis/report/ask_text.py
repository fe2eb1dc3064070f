"""Terminal list of a plan: whom to ask, in which order, and what each answer settles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deminimis.report.digits import number_text
from deminimis.report.words import counted, plain

if TYPE_CHECKING:
    from deminimis.scenarios.ask_plan import Answer, Plan

ROWS_SHOWN, PARTS_SHOWN, BAR = 20, 4, 20
NAMED = 5
"""Goods out of reach that are named of one reason."""
SETTLED = (
    "Settled: below the line if each of them answers that none of it counts (nothing in it, or not from China), with "
    "everything that is not asked about at its worst."
)


def print_plan(plan: Plan, console: Console) -> None:
    """Print whom to ask first, and how many open verdicts are settled after each answer.

    Parameters
    ----------
    plan : Plan
    console : rich.console.Console
    """
    console.print()
    console.print(Text(headline(plan), style="bold"))
    if plan.answers:
        console.print(Padding(Text(SETTLED), (0, 0, 0, 2)))
        console.print(Padding(Text(_other_answers(plan)), (0, 0, 0, 2)))
        console.print(_table(plan))
        if len(plan.answers) > ROWS_SHOWN:
            console.print(f"... and {len(plan.answers) - ROWS_SHOWN} more (--json lists all)")
        console.print(Text(_quality(plan)))
    for line in _left_over(plan):
        console.print(Text(line))


def headline(plan: Plan) -> str:
    """Return the plan in one sentence.

    Parameters
    ----------
    plan : Plan
    """
    if not plan.open_goods:
        return "No verdict is open: nobody has to be asked."
    if not plan.answers:
        return f"No answer settles any of the {counted(plan.open_goods, 'open finished good')}."
    if all(len(answer.suppliers) == 1 for answer in plan.answers):
        asked = f"Ask {counted(len(plan.answers), 'supplier')}"
    else:
        asked = f"Ask for {counted(len(plan.answers), 'answer')}"
    weighted = plan.settled_weight != plan.settled or plan.open_weight != plan.open_goods
    weight = f", {number_text(plan.settled_weight)} of {number_text(plan.open_weight)} shipments" if weighted else ""
    return f"{asked}: {plan.settled} of {counted(plan.open_goods, 'open finished good')} settled{weight}."


def _other_answers(plan: Plan) -> str:
    sure = f"Whatever they answer, at least {plan.for_sure} of these verdicts are proven, one way or the other"
    guesses = "" if plan.for_sure == plan.settled else " (of what is only guessed today, an answer may say anything)"
    return f"{sure}{guesses}. If all of it counts as declared, {plan.at_or_above} are proven at or above."


def _table(plan: Plan) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("ask", justify="right")
    table.add_column("whom", overflow="fold")
    table.add_column("about", overflow="fold")
    for heading in ("settles", "settled"):
        table.add_column(heading, justify="right")
    table.add_column(f"of {plan.open_goods} open", no_wrap=True)
    for answer in plan.answers[:ROWS_SHOWN]:
        reached = answer.settled / plan.open_goods
        bar = "#" * round(BAR * reached)
        cells = (str(answer.rank), whom_text(answer), _parts(answer), f"+{answer.settles}", str(answer.settled))
        table.add_row(*(Text(cell) for cell in cells), Text(f"{bar:<{BAR}} {reached:4.0%}"))
    return table


def whom_text(answer: Answer) -> str:
    """Return whom to ask; several suppliers of one part are asked together."""
    return plain(" and ".join(answer.suppliers)) if answer.suppliers else "(no supplier named)"


def _parts(answer: Answer) -> str:
    more = len(answer.parts) - PARTS_SHOWN
    return plain(", ".join(answer.parts[:PARTS_SHOWN])) + (f" and {more} more" if more > 0 else "")


def _quality(plan: Plan) -> str:
    if plan.gap == 0:
        proven = f"with {plan.limit} answers or fewer" if plan.limit else "with fewer answers"
        return f"Proven: nothing better is possible {proven}."
    if plan.limit:
        bound = f"no plan settles more than {number_text(plan.bound)}"
    else:
        bound = f"no plan needs fewer than {plan.bound:.0f} answers" if plan.bound > 0 else "no bound was found"
    return f"Found by a {'solver' if plan.method == 'exact' else 'greedy search'}, gap {plan.gap:.1%}: {bound}."


def _left_over(plan: Plan) -> list[str]:
    lines = []
    by_reason: dict[str, list[str]] = {}
    for part_number, reason in plan.out_of_reach:
        by_reason.setdefault(reason, []).append(part_number)
    for reason, goods in by_reason.items():
        named = ", ".join(plain(good) for good in goods[:NAMED]) + (", ..." if len(goods) > NAMED else "")
        lines.append(f"Out of reach of any answer: {counted(len(goods), 'good')} ({named}): {reason}.")
    if plan.unweighted:
        said = counted(plan.unweighted, "open good")
        lines.append(f"{said} without shipments in the table count as nothing: add a row if they are shipped.")
    return lines
