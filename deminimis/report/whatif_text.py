"""A what-if on a terminal: the changes, which verdicts flip, then every good that moves, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deminimis.assessment import Assessment
from deminimis.report import words
from deminimis.report.digits import money_interval_text, money_text, share_text
from deminimis.report.terminal import STYLES, WIDE
from deminimis.scenarios import ComparedGood, Comparison, Standing

MAX_GOODS, MAX_FINDINGS = 60, 15
ARROW = "→ "


def print_comparison(comparison: Comparison, console: Console, *, all_goods: bool = False) -> None:
    """Print a comparison for people.

    Parameters
    ----------
    comparison : Comparison
    console : rich.console.Console
    all_goods : bool
        Show the goods that do not move too.
    """
    frame = _frame(comparison)
    console.print(Text(words.status_text(frame), style="bold"))
    if caution := words.status_caution(frame):
        console.print(Text(caution))
    _print_changes(comparison, console)
    _print_counts(comparison, console)
    shown = _shown(comparison, all_goods)
    if shown:
        console.print(_table(comparison, shown[:MAX_GOODS], console.width >= WIDE))
        console.print()
    _print_rest(comparison, len(shown), console)
    _print_findings(comparison, console)
    console.print(Text(words.CAUTION, style="dim"))


def _frame(comparison: Comparison) -> Assessment:
    """Return an assessment without goods: what the words about rule, day and reading are made from."""
    return Assessment("", comparison.on, comparison.ruling, comparison.reading, (), "", (), ())


def _print_changes(comparison: Comparison, console: Console) -> None:
    scenario = comparison.scenario
    name = f" ({words.plain(scenario.name)})" if scenario.name else ""
    console.print(Text(f"What if{name}:"))
    for change, was in zip(scenario.changes, comparison.were, strict=True):
        text = Text(f"  - {words.plain(change.words)}")
        console.print(text.append(f"  (as it is: {words.plain(was)})" if was else "", style="dim"))
    for note in comparison.notes:
        console.print(Text(f"Note: {words.plain(note)}"))
    console.print()


def _print_counts(comparison: Comparison, console: Console) -> None:
    flipped, goods = comparison.flipped, words.counted(len(comparison.goods), "finished good")
    verb = "flips" if len(flipped) == 1 else "flip"
    head = f"{len(flipped):,} of {goods} {verb}" if flipped else f"No verdict flips of {goods}"
    console.print(Text(f"{head}.", style="bold"))
    counts = (
        f"{words.VERDICT_NAMES[v]} {before:,}" + (f" {ARROW}{after:,}" if after != before else "")
        for v, (before, after) in comparison.counts.items()
    )
    console.print(Text(", ".join(counts)))
    console.print()


def _shown(comparison: Comparison, all_goods: bool) -> list[ComparedGood]:
    """Return the goods to show, those that flip first."""
    moved = [good for good in comparison.goods if all_goods or good.moved]
    return sorted(moved, key=lambda good: not good.flipped)


def _table(comparison: Comparison, goods: Iterable[ComparedGood], wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Finished good", overflow="fold")
    table.add_column("Verdict", overflow="fold")
    headers = (
        ["Share", "Article value", "Controlled value", "Margin"]
        if wide
        else ["Share", "Article value,\ncontrolled, margin"]
    )
    for header in headers:
        table.add_column(header, justify="right", overflow="fold")
    for good in goods:
        name = Text(words.plain(good.part_number))
        if good.description and wide:
            name.append(f"\n{words.one_line(good.description)}", style="dim")
        verdict, share = _verdict(comparison, good), _share(comparison, good)
        money = [_article(comparison, good), _controlled(comparison, good), _margin(comparison, good)]
        if wide:
            table.add_row(name, verdict, share, *money)
        else:
            table.add_row(name, verdict, share, Text("\n").join(money))
        table.add_section()
    return table


def _both(good: ComparedGood, say: Callable[[Standing], str]) -> Text:
    before, after = say(good.before), say(good.after)
    return Text(before) if before == after else Text(f"{before}\n{ARROW}{after}")


def _verdict(comparison: Comparison, good: ComparedGood) -> Text:
    def said(standing: Standing) -> Text:
        text = words.verdict_text(standing.verdict, comparison.ruling.threshold).replace(" (value route only)", "")
        told = "\n(an error in the data feeds it)" if standing.unreliable else ""
        return Text(text, STYLES[standing.verdict]).append(told, style="not bold default")

    before, after = said(good.before), said(good.after)
    if good.flipped:
        return Text("\n").join([before, Text(ARROW).append_text(after), Text("FLIPS", "bold reverse")])
    return after


def _share(comparison: Comparison, good: ComparedGood) -> Text:
    return _both(good, lambda s: share_text(s.share, comparison.ruling.threshold, s.verdict))


def _article(comparison: Comparison, good: ComparedGood) -> Text:
    text = _both(good, lambda s: money_interval_text(s.article_value, comparison.currency))
    before, after = good.before.article_value.typical, good.after.article_value.typical
    if before is not None and after is not None and before != after:
        text.append(f"\n({_signed(after - before)})", style="dim")
    return text


def _signed(amount: float) -> str:
    return f"{'+' if amount > 0 else '−'}{money_text(abs(amount))}"


def _controlled(comparison: Comparison, good: ComparedGood) -> Text:
    return _both(good, lambda s: money_interval_text(s.controlled_value, comparison.currency))


def _margin(comparison: Comparison, good: ComparedGood) -> Text:
    def said(standing: Standing) -> str:
        if standing.margin is None:
            return words.NOTHING
        word = "over by" if standing.margin >= 0 else "headroom"
        return f"{word} {money_text(abs(standing.margin), comparison.currency)}"

    return _both(good, said)


def _print_rest(comparison: Comparison, shown: int, console: Console) -> None:
    if shown > MAX_GOODS:
        more = words.counted(shown - MAX_GOODS, "more finished good moves", "more finished goods move")
        console.print(Text(f"and {more}: --good NUMBER shows one, --json all", style="italic"))
    still = len(comparison.goods) - shown
    if still:
        told = words.counted(still, "finished good is", "finished goods are")
        console.print(Text(f"{told} not touched.", style="italic"))
    if shown > MAX_GOODS or still:
        console.print()


def _print_findings(comparison: Comparison, console: Console) -> None:
    told = [f for f in comparison.findings if f.severity != "info"]
    if not told:
        return
    console.print(Text("Found in the changed bill only", style="bold"))
    for found in told[:MAX_FINDINGS]:
        style = "bold red" if found.severity == "error" else "yellow"
        line = Text(f"  {found.severity}: ", style=style)
        console.print(
            line.append(f"{words.plain(found.message)}. {words.plain(found.remedy)}.", style="not bold default")
        )
    if len(told) > MAX_FINDINGS:
        console.print(Text(f"  and {len(told) - MAX_FINDINGS:,} more: --json lists all", style="italic"))
    console.print()
