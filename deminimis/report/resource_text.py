"""Terminal list of a re-sourcing: what to buy elsewhere, what it costs, what it does; or why there is no plan."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deminimis.report.digits import money_text, number_text, share_text
from deminimis.report.words import CAUTION, counted, place_text, plain, verdict_text

if TYPE_CHECKING:
    from deminimis.model import Finding
    from deminimis.scenarios.resourcing_result import Resourcing

ROWS_SHOWN = 20
HANGS = "What is assumed of other parts changes with the choice"


def print_resourcing(found: Resourcing, console: Console, threshold: Fraction | None) -> None:
    """Print what to buy elsewhere and what that does, or why no choice of alternatives is enough.

    Parameters
    ----------
    found : Resourcing
    console : rich.console.Console
    threshold : Fraction or None
    """
    console.print(Text(headline(found), style="bold"))
    if found.feasible:
        console.print(Text(_quality(found)))
        if found.changes:
            console.print(_changes(found))
        console.print(_goods(found, threshold))
        for rows, what in ((found.changes, "part"), (found.goods, "good")):
            _print_more(console, len(rows), what)
        _print_left_out(found, console)
        console.print(Text("A part is bought from one supplier for the whole catalogue. " + CAUTION))
    else:
        _print_obstacles(found, console)
        _print_left_out(found, console)
    _print_findings(found.findings, console)


def headline(found: Resourcing) -> str:
    """Return the answer in one sentence.

    Parameters
    ----------
    found : Resourcing
    """
    if not found.feasible:
        return "No choice of these alternatives brings all chosen goods below the line."
    wanted = [good for good in found.goods if good.chosen]
    goods = f"{counted(len(wanted), 'chosen good')} below the line"
    if not found.changes:
        return f"Nothing has to change: {goods} already."
    costs = "costs more by" if found.extra_cost >= 0 else "saves"
    amount = money_text(abs(found.extra_cost), found.currency)
    parts = counted(len(found.changes), "part")
    return f"Buy {parts} elsewhere: {goods}; it {costs} {amount}{_over(found)}."


def _over(found: Resourcing) -> str:
    demand = {good.demand for good in found.goods}
    return " for one piece of each good" if demand <= {1.0} else " a year, over the demand"


def _quality(found: Resourcing) -> str:
    checked = "Checked by the full calculation of the changed bill."
    if found.proven:
        return f"{checked} Proven: no plan costs less."
    if found.bound is None:
        return f"{checked} {HANGS}: a cheaper plan may exist."
    return f"{checked} No plan costs less than {money_text(found.bound, found.currency)} (gap {found.gap or 0:.1%})."


def _changes(found: Resourcing) -> Table:
    table = _table("part", "from", "to", ">price", ">then", "with", ">pieces", ">extra cost")
    for change in found.changes[:ROWS_SHOWN]:
        before = ", ".join(change.from_suppliers) or "(not named)"
        names = (change.part_number, before, change.to_supplier)
        prices = (money_text(change.price_before), money_text(change.price_after))
        last = (change.content, number_text(change.pieces), money_text(change.extra_cost))
        table.add_row(*(Text(plain(cell)) for cell in (*names, *prices, *last)))
    return table


def _goods(found: Resourcing, threshold: Fraction | None) -> Table:
    table = _table("good", ">share", "verdict", ">share then", "verdict then", ">cost per piece")
    for good in sorted(found.goods, key=lambda good: not good.chosen)[:ROWS_SHOWN]:
        name = good.part_number if good.chosen else f"{good.part_number} (shares parts)"
        before = share_text(good.share_before, threshold, good.verdict_before)
        after = share_text(good.share_after, threshold, good.verdict_after)
        verdicts = [_verdict(verdict, threshold) for verdict in (good.verdict_before, good.verdict_after)]
        cost = f"{'+' if good.extra_cost > 0 else ''}{money_text(good.extra_cost)}"
        table.add_row(*(Text(plain(cell)) for cell in (name, before, verdicts[0], after, verdicts[1], cost)))
    return table


def _verdict(verdict: str, threshold: Fraction | None) -> str:
    return verdict_text(verdict, threshold).partition(" (")[0]


def _print_obstacles(found: Resourcing, console: Console) -> None:
    for obstacle in found.obstacles[:ROWS_SHOWN]:
        console.print(Padding(Text(plain(f"- {obstacle.words}")), (0, 0, 0, 2)))
    _print_more(console, len(found.obstacles), "reason")
    if not found.proven:
        console.print(Text(f"{HANGS}, or time ran out: a plan that was not found may exist."))
    if found.can_be_below:
        named = " ".join(f"--good {plain(good)}" for good in found.can_be_below[:ROWS_SHOWN])
        console.print(Text(f"The others can be below; ask for them alone: {named}"))


def _print_left_out(found: Resourcing, console: Console) -> None:
    """Print which goods stay as they are though they are not below."""
    if found.left_out:
        named = ", ".join(plain(good) for good in found.left_out[:ROWS_SHOWN])
        more = ", ..." if len(found.left_out) > ROWS_SHOWN else ""
        goods = counted(len(found.left_out), "more finished good")
        console.print(Text(f"Not below either, and without a part that has an alternative: {goods} ({named}{more})."))


def _print_findings(findings: Iterable[Finding], console: Console) -> None:
    for found in list(findings)[:ROWS_SHOWN]:
        where = f" ({place})" if (place := place_text(found)) else ""
        console.print(Text(plain(f"{found.severity}{where}: {found.message}. {found.remedy}.")))


def _print_more(console: Console, count: int, what: str) -> None:
    if count > ROWS_SHOWN:
        console.print(f"... and {counted(count - ROWS_SHOWN, f'more {what}')} (--json lists all)")


def _table(*headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        table.add_column(header.lstrip(">"), justify="right" if header.startswith(">") else "left", overflow="fold")
    return table
