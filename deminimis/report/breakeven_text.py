"""Break-even prices on a terminal: the goods nearest to the line first, then what brings each of them there."""

from __future__ import annotations

from decimal import ROUND_FLOOR

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.report import words
from deminimis.report.digits import money_text, number_text, share_text, threshold_text
from deminimis.report.terminal import STYLES
from deminimis.scenarios import Breakeven, GoodBreakeven, MaterialBreakeven, PricePoint

DETAILED = 5
"""Goods whose materials are shown; the others stand in the list alone."""
MANIFOLD = 10.0
"""Factor from which a price is said to be so many times today's, not so many per cent more."""
ENDS = ("low", "typical", "high")
END_NAMES = {"low": "low end", "typical": "typical", "high": "high end"}
ROW_NAMES = {"low": "low: at or above from", "typical": "typical", "high": "high: below under"}
"""What a price at the line means at each end: the low share proves at or above, the high one proves below."""
CHANGES = {
    AT_OR_ABOVE: "no longer at or above for certain once all its controlled materials cost {}",
    BELOW: "no longer below once all its controlled materials cost {}",
    UNDETERMINED: "its typical share crosses the line once all its controlled materials cost {}",
}
ON_LINE = {AT_OR_ABOVE: "any less", BELOW: "any more", UNDETERMINED: "what they do today"}
"""What materials cost where the share is so near the line that float64 cannot say by how much."""
NEVER = "never"


def print_breakeven(answer: Breakeven, console: Console, detailed: int = DETAILED) -> None:
    """Print break-even prices for people.

    Parameters
    ----------
    answer : Breakeven
    console : rich.console.Console
    detailed : int
        Goods whose materials are shown.
    """
    frame = _frame(answer)
    console.print(Text(words.status_text(frame), style="bold"))
    if caution := words.status_caution(frame):
        console.print(Text(caution))
    for note in answer.notes:
        console.print(Text(f"Note: {words.plain(note)}."))
    console.print()
    if answer.count > 1:
        _print_list(answer, console)
    for good in answer.goods[:detailed]:
        _print_good(answer, good, console)
    if len(answer.goods) > detailed:
        more = words.counted(len(answer.goods) - detailed, "more finished good")
        console.print(Text(f"and {more}: --part NUMBER shows one, --json all", style="italic"))
    console.print(Text(words.CAUTION, style="dim"))


def _frame(answer: Breakeven) -> Assessment:
    """Return an assessment without goods: what the words about rule, day and reading are made from."""
    return Assessment("", answer.on, answer.ruling, answer.reading, (), "", (), ())


# ---------------------------------------------------------------- the list, nearest to the line first


def _print_list(answer: Breakeven, console: Console) -> None:
    line = threshold_text(answer.ruling.threshold)
    console.print(Text(f"{words.counted(answer.count, 'finished good')}, nearest to the {line} line first"))
    table = _table("Finished good", "Verdict", ">Share", f">From the\n{line} line")
    for header in ("Flips with all\nprices at", "Below from\na value of"):
        table.add_column(header, justify="right", overflow="fold")
    for good in answer.goods:
        table.add_row(
            Text(words.plain(good.part_number)),
            _verdict(answer, good),
            Text(share_text(good.share, answer.ruling.threshold, good.verdict)),
            Text(distance_text(good)),
            Text(rise_text(good)),
            Text(below_text(good)),
        )
    console.print(table)
    left = answer.count - len(answer.goods)
    if left:
        console.print(Text(f"and {words.counted(left, 'more finished good')} farther from it", style="italic"))
    console.print()


def distance_text(good: GoodBreakeven) -> str:
    """Return how far the deciding end of a good's share is from the line, relative to the line.

    A distance of some hundred times the line is said as a multiple of it.
    """
    if good.distance is None:
        return "not known"
    if good.distance == -1:
        return "nothing in it"
    share = good.distance + 1
    end = "" if good.share.low == good.share.high else f" ({END_NAMES[good.flips_at]})"
    if share >= MANIFOLD:
        return f"× {number_text(share)}{end}"
    side = "above" if good.distance >= 0 else "below"
    return f"{number_text(100 * abs(good.distance))} % {side}{end}"


def rise_text(good: GoodBreakeven) -> str:
    """Return by how much all materials together must change in price for the verdict to flip."""
    if good.rise_percent is None:
        return NEVER if good.distance is not None else words.NOTHING
    return change_text(1 + good.rise_percent / 100)


def below_text(good: GoodBreakeven) -> str:
    """Return the lowest value in whole hundredths at which a good is below."""
    if good.below_from is None:
        return words.NOTHING
    return f"{good.below_from:,.2f} {good.currency}".rstrip() if good.below_from else "any value"


def change_text(factor: float) -> str:
    """Return a factor as a change in per cent, or as a multiple where that is shorter.

    Examples
    --------
    >>> change_text(1.0589), change_text(0.5), change_text(655.56)
    ('+5.89 %', '-50 %', '× 655.6')
    """
    return f"× {number_text(factor)}" if factor >= MANIFOLD else f"{'+' if factor >= 1 else ''}{_percent(factor)} %"


def _percent(factor: float) -> str:
    return number_text(100 * (factor - 1))


# ---------------------------------------------------------------- one good


def _print_good(answer: Breakeven, good: GoodBreakeven, console: Console) -> None:
    head = [Text(words.plain(good.part_number), "bold"), Text(words.one_line(good.description))]
    share = Text(share_text(good.share, answer.ruling.threshold, good.verdict))
    console.print(Text("  ").join([*(part for part in head if part.plain), _verdict(answer, good), share]))
    for sentence in good_sentences(answer, good):
        _print_point(console, sentence)
    if good.materials:
        _print_materials(good, console)
    console.print()


def good_sentences(answer: Breakeven, good: GoodBreakeven) -> list[str]:
    """Return what to say of one good: what is missing, and how prices and its own value move it to the line."""
    sentences = [words.plain(reason) for reason in good.reasons]
    if good.rise_percent is not None:
        cost = change_words(1 + good.rise_percent / 100)
        if good.distance is not None and abs(good.distance) <= NEAR_LINE:
            cost = ON_LINE[good.verdict]
        change = CHANGES[good.verdict].format(cost)
        sentences.append(f"{change}, its own value as it is")
    return [*sentences, *value_sentences(answer, good)]


def change_words(factor: float) -> str:
    """Return a factor as what materials cost then.

    Examples
    --------
    >>> change_words(1.0589), change_words(0.5), change_words(655.56)
    ('5.89 % more', '50 % less', '655.6 times as much')
    """
    if factor >= MANIFOLD:
        return f"{number_text(factor)} times as much"
    return f"{number_text(100 * abs(factor - 1))} % {'more' if factor >= 1 else 'less'}"


def value_sentences(answer: Breakeven, good: GoodBreakeven) -> list[str]:
    """Return at which article values a good is below, and at which it is at or above."""
    if not good.below_from:
        return []
    line = good.value_at_line.high
    sentence = f"value of one piece: below from {below_text(good)} on"
    if line is not None:
        counts = "counts as crossed" if answer.ruling.inclusive else "counts as below"
        sentence += f" (the line itself, {_exact_text(line)} {good.currency}".rstrip() + f", {counts})"
    low = good.value_at_line.low
    if low and line is not None and low < line * (1 - 1e-9):
        sentence += f"; at or above for certain at {money_text(low, good.currency, ROUND_FLOOR)} or less"
    return [sentence]


def _exact_text(value: float) -> str:
    text = f"{value:,.6f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _print_materials(good: GoodBreakeven, console: Console) -> None:
    per_kg = f"[{good.currency or 'money'}/kg]".strip()
    table = _table("Material", "End", f">Today\n{per_kg}", f">Crosses at {per_kg},\nvalue fixed")
    table.add_column(Text(f"Crosses at {per_kg},\ncost passed on"), justify="right", overflow="fold")
    table.add_column("May be added\n(- must go)", justify="right", overflow="fold")
    reasons: list[str] = []
    together = [good.together] if len(good.materials) > 1 else []
    for material in (*good.materials, *together):
        name = "all together" if material is good.together else words.spaced(material.material)
        ends = shown_ends(good, material)
        for end in ends:
            at = material.end(end)
            fixed, passed = (_point(point, reasons) for point in (at.value_fixed, at.cost_passed))
            today = words.NOTHING if at.price_today is None else money_text(at.price_today)
            grams = words.NOTHING if at.headroom_grams is None else f"{number_text(at.headroom_grams)} g"
            table.add_row(
                Text(name), Text(ROW_NAMES[end] if len(ends) > 1 else "all alike"), today, fixed, passed, grams
            )
            name = ""
    console.print(table)
    for number, reason in enumerate(reasons, start=1):
        _print_point(console, words.plain(reason), f"{number})")


def shown_ends(good: GoodBreakeven, material: MaterialBreakeven) -> list[str]:
    """Return the ends of a material that a row is for: the typical one, and what proves the verdict or would."""
    proving = [good.flips_at] if good.verdict != UNDETERMINED else ["low", "high"]
    other = [end for end in proving if material.end(end) != material.typical]
    return [end for end in ENDS if end in other or end == "typical"]


def _point(point: PricePoint, reasons: list[str]) -> Text:
    """Return a price at the line; what is odd about it gets a number that is explained beneath."""
    mark = ""
    if point.reason:
        if point.reason not in reasons:
            reasons.append(point.reason)
        mark = f" {reasons.index(point.reason) + 1})"
    if point.factor is None:
        return Text(f"{NEVER}{mark}")
    change = change_text(point.factor)
    return Text(f"{change}{mark}" if point.price is None else f"{money_text(point.price)} ({change}){mark}")


# ---------------------------------------------------------------- pieces


def _verdict(answer: Breakeven, good: GoodBreakeven) -> Text:
    text = words.verdict_text(good.verdict, answer.ruling.threshold).partition(" (")[0]
    return Text(text, style=STYLES[good.verdict])


def _table(*headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    for header in headers:
        justify, whole = "right" if header.startswith(">") else "left", header == "Verdict"
        # As Text, for a unit in brackets may look like markup.
        table.add_column(Text(header.lstrip(">")), justify=justify, no_wrap=whole, overflow="fold")  # type: ignore[arg-type]
    return table


def _print_point(console: Console, text: str, mark: str = "-") -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"  {mark}"), Text(text))
    console.print(grid)
