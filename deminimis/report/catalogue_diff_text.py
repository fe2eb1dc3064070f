"""What differs between two runs over a catalogue, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deminimis.assessment import Interval
from deminimis.report import words
from deminimis.report.digits import money_text, share_text

MOST_FLIPS, MOST_LISTED = 60, 20
ARROW = "→ "
CAUSE_WORDS = {
    "bom": "bill of materials",
    "price": "prices of materials",
    "currency": "currency rates",
    "declaration": "origins and declarations",
    "value": "article values",
    "rule": "rule, day or reading",
}
DECIDED_WORDS = {
    "data_error": "an error in the data came or went: see findings.parquet",
    "article_value_open": "whether its article value is known",
    "controlled_value_open": "whether its controlled value has a limit",
    "controlled_value_high": "whether anything in it is controlled",
    "margin_low": "the least controlled value crossed the line",
    "margin_high": "the most controlled value crossed the line",
    "margin": "the controlled value crossed the line",
    "": "",
}
OPEN_WORDS = {"article_value_open": "article value", "controlled_value_open": "controlled value"}

Found: TypeAlias = Mapping[str, Any]


def print_diff(found: Found, console: Console) -> None:
    """Print which goods flipped, came, went and moved, and what each change comes from.

    Parameters
    ----------
    found : mapping
        What `CatalogueDiff.as_dict` returns.
    console : Console
    """
    _print_runs(found, console)
    if found["same"]:
        console.print("Nothing differs: every good has the same verdict and the same amounts.")
        return
    _print_counts(found, console)
    if found["not_split"]:
        console.print(
            Text(f"Changes are not split: {words.plain(found['not_split'])}.", style="yellow"), soft_wrap=True
        )
    _print_goods("Flipped", found["flipped"], len(found["flipped"]), MOST_FLIPS, found, console)
    _print_goods("Moved, same verdict", found["moved"], found["counts"]["moved"], len(found["moved"]), found, console)
    for what, name in (("Came", "came"), ("Went", "went")):
        _print_listed(what, found[name], console)
    console.print(Text(words.CAUTION, style="dim"))


def _print_runs(found: Found, console: Console) -> None:
    for name, side in (("A", "before"), ("B", "after")):
        run = found[side]
        status = words.plain(run["rule"]["status"]).replace("_", " ")
        goods = words.counted(run["counts"]["goods"], "good")
        text = (
            f"{name}  {words.plain(run['folder'])}: {goods} on {run['on']}, rule {status} ({run['rule']['scenario']})"
        )
        console.print(Text(text), soft_wrap=True)


def _print_counts(found: Found, console: Console) -> None:
    counts = found["counts"]
    verb = "verdict flipped" if counts["flipped"] == 1 else "verdicts flipped"
    head = f"{counts['flipped']:,} {verb}" if counts["flipped"] else "No verdict flipped"
    moved = f"{words.counted(counts['moved'], 'more good', 'more goods')} moved without a flip"
    console.print(Text(f"{head}; {moved}; {counts['came']:,} came, {counts['went']:,} went.", style="bold"))
    for flip, count in counts["flips"].items():
        before, after = (words.VERDICT_NAMES[verdict] for verdict in flip.split(" -> "))
        console.print(Text(f"{count:>9,}  {before} {ARROW}{after}"))
    causes = Counter(good["cause"] or good["decided_by"] for good in found["flipped"])
    for cause, count in causes.most_common():
        if cause:
            console.print(Text(f"{count:>9,}  mainly by {_cause_words(cause)}"))
    console.print()


def _cause_words(cause: str) -> str:
    return CAUSE_WORDS.get(cause) or DECIDED_WORDS[cause]


def _print_goods(title: str, goods: Sequence[Found], count: int, most: int, found: Found, console: Console) -> None:
    if not count:
        return
    shown = goods[:most]
    if shown:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
        table.add_column(title, overflow="fold")
        table.add_column("Verdict, share", overflow="fold")
        table.add_column("Margin N - t V", justify="right", overflow="fold")
        table.add_column("of which", overflow="fold")
        for good in shown:
            table.add_row(_name(good), _verdict(good, found), _margin(good), _split(good))
            table.add_section()
        console.print(table)
    if count > len(shown):
        more = words.counted(count - len(shown), "more good", "more goods")
        console.print(Text(f"and {more}: --json lists every flip, --top {count} every good that moved", style="italic"))
    console.print()


def _name(good: Found) -> Text:
    name = Text(words.plain(good["part_number"]))
    return name.append(f"\n{words.one_line(good['description'])}", style="dim") if good["description"] else name


def _verdict(good: Found, found: Found) -> Text:
    said = []
    for side in ("before", "after"):
        standing = good[side]
        threshold = Fraction(found[side]["rule"]["threshold"])
        share = share_text(Interval(**standing["share"]), threshold, standing["verdict"])
        said.append(f"{words.SYMBOLS[standing['verdict']]} {words.VERDICT_NAMES[standing['verdict']]}, {share}")
    return Text(said[0] if said[0] == said[1] else f"{said[0]}\n{ARROW}{said[1]}")


def _margin(good: Found) -> Text:
    before, after = (_amount(good[side]["margin"], good[side]["currency"]) for side in ("before", "after"))
    text = Text(before if before == after else f"{before}\n{ARROW}{after}")
    change = good["margin_change"]
    return text if change is None else text.append(f"\n({_signed(change)})", style="dim")


def _amount(value: float | None, currency: str) -> str:
    return words.NOTHING if value is None else f"{_signed(value)} {currency}".rstrip()


def _signed(value: float) -> str:
    return "0" if not value else f"{'+' if value > 0 else '−'}{money_text(abs(value))}"


def _split(good: Found) -> Text:
    amount = good["decided_by"] if good["decided_by"] in good["split"] else "margin"
    parts = {cause: part for cause, part in good["split"].get(amount, {}).items() if part}
    lines = [f"{_part(amount, part)} {CAUSE_WORDS[cause]}" for cause, part in _largest_first(parts)]
    told = DECIDED_WORDS[good["decided_by"]]
    if (told and amount != "margin") or good["decided_by"] == "data_error":
        lines.insert(0, f"{told}:" if lines and good["decided_by"] != "data_error" else told)
    return Text("\n".join(lines) or words.NOTHING)


def _largest_first(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(parts.items(), key=lambda pair: -abs(pair[1]))


def _part(amount: str, part: float) -> str:
    return f"{abs(part):.0%}" if amount in OPEN_WORDS else _signed(part)


def _print_listed(what: str, goods: Sequence[Found], console: Console) -> None:
    if not goods:
        return
    console.print(Text(f"{what}: {words.counted(len(goods), 'good')}", style="bold"))
    for good in goods[:MOST_LISTED]:
        verdict = f"{words.SYMBOLS[good['verdict']]} {words.VERDICT_NAMES[good['verdict']]}"
        console.print(Text(f"  {words.plain(good['part_number'])}: {verdict}"), soft_wrap=True)
    if len(goods) > MOST_LISTED:
        console.print(Text(f"  and {len(goods) - MOST_LISTED:,} more: --json lists all", style="italic"))
    console.print()
