"""Draws on a terminal: how many licences to expect, how likely each good needs one, and which input decides it."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deminimis.assessment import AT_OR_ABOVE, UNDETERMINED, Assessment, Interval
from deminimis.report import words
from deminimis.report.digits import money_interval_text, number_text, share_text, threshold_text
from deminimis.report.terminal import STYLES
from deminimis.uncertainty import Chance, Licences, Simulation, Tornado, UncertainInput, Variance
from deminimis.uncertainty.result import FED_BY_ERROR

GOODS_SHOWN, INPUTS_SHOWN = 30, 12
CELLS = 20
"""Signs in a bar."""
FULL, EMPTY, LINE = "█", "·", "┃"
LIKELY = ((0.1, "very unlikely"), (1 / 3, "unlikely"), (2 / 3, "about as likely as not"), (0.9, "likely"))
"""Words up to a probability, as the IPCC uses them; beyond the last it is very likely."""
IN_KG = 1000


def print_simulation(found: Simulation, console: Console, top: int = GOODS_SHOWN) -> None:
    """Print what the draws say for people: the licences first, then good by good, then what it rests on.

    Parameters
    ----------
    found : Simulation
    console : rich.console.Console
    top : int
        Goods shown; those whose verdict is open come first, the likeliest of them on top.
    """
    frame = Assessment("", found.on, found.ruling, found.reading, (), "", (), ())
    console.print(Text(words.status_text(frame), style="bold"))
    if caution := words.status_caution(frame):
        console.print(Text(caution))
    console.print(Text(f"{words.counted(found.draws, 'draw')} together for all goods, seed {found.seed}"))
    console.print()
    if len(found.goods) > 1:
        for line in licence_lines(found):
            console.print(Text(line))
        console.print()
    table = _table("Finished good", "At or above the line", "Share in 9 of 10 draws, exact interval")
    shown = sorted(found.goods, key=_open_first)[:top]
    for good in shown:
        table.add_row(Text(words.plain(good.part_number)), _chance(found, good), Text(shares_text(found, good)))
    console.print(table)
    if left := len(found.goods) - len(shown):
        more = words.counted(left, "more finished good")
        console.print(Text(f"and {more}: --top shows them, --part one, --json all", style="italic"))
    console.print()
    if any(good.reason for good in found.goods):
        console.print(Text("deminimis check says what to correct where there is no probability."))
    for assumption in found.assumptions:
        console.print(Text(f"- {assumption}"))
    console.print(Text(words.CAUTION, style="dim"))


def _open_first(good: Chance) -> tuple[bool, float]:
    likely = -1.0 if good.probability is None else good.probability
    return good.verdict != UNDETERMINED, -likely


def licence_lines(found: Simulation) -> list[str]:
    """Return how many goods to expect at or above the line, how far that may be off, and who is not counted."""
    together, line = found.licences, threshold_text(found.ruling.threshold)
    expected = f"Expected at or above {line}: {_rounded(together)} of {words.counted(together.goods, 'finished good')}"
    if not together.goods:
        lines = ["No finished good has a probability"]
    elif not together.standard_deviation:
        lines = [f"{expected}, in every draw"]
    else:
        low, _, high = together.quantiles
        deviation, apart = number_text(together.standard_deviation), number_text(together.if_independent)
        lines = [
            f"{expected}; in 9 of 10 draws {number_text(low)} to {number_text(high)}",
            f"Standard deviation {deviation}; it would be {apart} if goods shared no part, price or origin",
        ]
    if together.left_out:
        lines.append(f"Not counted: {words.counted(together.left_out, 'finished good')} without a probability")
    return lines


def _rounded(together: Licences) -> str:
    error = f" ± {number_text(round(together.standard_error, 4))}" if together.standard_error else ""
    return f"{number_text(round(together.expected, 4))}{error}"


def _chance(found: Simulation, good: Chance) -> Text:
    style = STYLES[good.verdict]
    if good.probability is None:
        return Text(probability_text(good, found.draws), style)
    return Text(f"{_bar(0.0, good.probability)} ", style).append(f"\n{probability_text(good, found.draws)}")


def probability_text(good: Chance, draws: int) -> str:
    """Return a probability in words and figures; what is proven is told from what was merely never drawn.

    Examples
    --------
    >>> span = Interval(0.0, 0.001, 0.002)
    >>> probability_text(Chance("P", "undetermined", 0.684, 0.0147, span), 1000)
    'likely: 68.4 % ± 1.5 %'
    >>> probability_text(Chance("P", "undetermined", 0.0, 0.001, span), 1000)
    'very unlikely: in none of 1,000 draws, yet not proven'
    >>> probability_text(Chance("P", "below", 0.0, 0.0, Interval(0.0, 0.0, 0.0)), 1000)
    'no: proven'
    """
    if good.probability is None or good.standard_error is None:
        return f"no probability: {good.reason}"
    if good.proven:
        return "yes: proven" if good.verdict == AT_OR_ABOVE else "no: proven"
    word = next((word for most, word in LIKELY if good.probability < most), "very likely")
    if good.probability in (0.0, 1.0):
        return f"{word}: in {'all' if good.probability else 'none'} of {draws:,} draws, yet not proven"
    return f"{word}: {100 * good.probability:.1f} % ± {100 * good.standard_error:.1f} %"


def shares_text(found: Simulation, good: Chance) -> str:
    """Return the range of the share in nine of ten draws, and the exact interval beneath it."""
    threshold = found.ruling.threshold
    if good.reason == FED_BY_ERROR:
        return words.NOTHING
    exact = share_text(good.share, threshold, good.verdict)
    if good.quantiles is None:
        return f"exact {exact}"
    return f"{share_text(Interval(*good.quantiles), threshold)}\nexact {exact}"


def print_tornado(found: Tornado, console: Console, top: int = INPUTS_SHOWN) -> None:
    """Print what each uncertain input of one good does to its share alone, the widest first.

    Parameters
    ----------
    found : Tornado
    console : rich.console.Console
    top : int
        Inputs shown.
    """
    line = threshold_text(found.threshold)
    console.print(Text(f"What each input alone does to the share of {words.plain(found.part_number)}", "bold"))
    if not found.swings:
        console.print(Text("Nothing in it is uncertain."))
        return
    most = max(float(found.threshold), *(swing.high for swing in found.swings)) * 1.1
    console.print(
        Text(f"from 0 to {share_text(_only(most), found.threshold)}, {LINE} is the {line} line, all else typical")
    )
    table = _table("Input", "Share", ">from", ">to")
    for swing in found.swings[:top]:
        bar = _bar(swing.low / most, swing.high / most, float(found.threshold) / most)
        ends = (share_text(_only(end), found.threshold) for end in (swing.low, swing.high))
        table.add_row(Text(input_text(swing.input, found.currency)), Text(bar), *map(Text, ends))
    console.print(table)
    _print_more(console, len(found.swings) - top)


def print_variance(found: Variance, currency: str, console: Console, top: int = INPUTS_SHOWN) -> None:
    """Print which part of the variance of a good's share each input explains.

    Parameters
    ----------
    found : Variance
    currency : str
    console : rich.console.Console
    top : int
        Inputs shown.
    """
    console.print(Text(f"Which input explains the variance of the share of {words.plain(found.part_number)}", "bold"))
    if not found.shares:
        console.print(Text("Its share does not vary."))
        return
    table = _table("Input", "With all it multiplies", ">alone")
    for share in found.shares[:top]:
        total = f"{_bar(0.0, min(1.0, max(0.0, share.total)))} {_percent(share.total, share.total_error)}"
        alone = _percent(share.first, share.first_error)
        table.add_row(Text(input_text(share.input, currency)), Text(total), Text(alone))
    console.print(table)
    _print_more(console, len(found.shares) - top)


def input_text(about: UncertainInput, currency: str) -> str:
    """Return what an input is, with its range.

    Examples
    --------
    >>> input_text(UncertainInput("price", 0.5, 1.0, 2.0, "terbium_metal", unit="value_per_g"), "USD")
    'price of terbium metal, 500.00 … 2,000.00 USD/kg'
    >>> input_text(UncertainInput("origin", 0.0, 1.0, 1.0, "", "MAG-7", "Sample East"), "USD")
    'origin of what is in MAG-7 from Sample East: China or not'
    """
    material, where = words.spaced(about.material), words.plain(about.part_number)
    where += f" from {words.plain(about.supplier)}" if about.supplier else ""
    if about.kind == "price":
        per_kg = Interval(about.low * IN_KG, about.typical * IN_KG, about.high * IN_KG)
        return f"price of {material}, {money_interval_text(per_kg, currency)}/kg"
    if about.kind == "amount":
        return f"amount of {material} in {where}, {_amount(about, currency)}"
    if about.kind == "origin":
        return f"origin of what is in {where}: China or not"
    if about.kind == "form":
        return f"form of {material} in {where}: listed or not"
    return f"which of {about.high + 1:.0f} suppliers or ways of making {where} it is"


def _amount(about: UncertainInput, currency: str) -> str:
    if about.unit == "g":
        return f"{number_text(about.low)} … {number_text(about.high)} g"
    return money_interval_text(Interval(about.low, about.typical, about.high), currency)


def _percent(part: float, error: float) -> str:
    return f"{100 * part:.0f} % ± {100 * error:.0f} %"


def _only(number: float) -> Interval:
    return Interval(number, number, number)


def _bar(begin: float, end: float, mark: float | None = None) -> str:
    """Return a bar over 0 to 1 as signs that need no colour, with a mark.

    Examples
    --------
    >>> _bar(0.0, 0.5), _bar(0.25, 0.5, 0.75)
    ('██████████··········', '·····█████····┃·····')
    """
    cells = [FULL if round(begin * CELLS) <= cell < round(end * CELLS) else EMPTY for cell in range(CELLS)]
    if begin < end and FULL not in cells:
        cells[min(CELLS - 1, int(begin * CELLS))] = FULL
    if mark is not None:
        cells[min(CELLS - 1, max(0, round(mark * CELLS) - 1))] = LINE
    return "".join(cells)


def _print_more(console: Console, left: int) -> None:
    if left > 0:
        console.print(Text(f"and {words.counted(left, 'more input')} that do less: --json lists all", style="italic"))


def _table(*headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    for header in headers:
        table.add_column(header.lstrip(">"), justify="right" if header.startswith(">") else "left", overflow="fold")
    return table
