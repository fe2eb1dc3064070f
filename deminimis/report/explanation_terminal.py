"""An explanation on a terminal: the verdict and its proof first, then where the value comes from, then the rule."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deminimis.explanation import Breakdown, Explanation, Share
from deminimis.report import explanation_text as said
from deminimis.report import words
from deminimis.report.digits import NO_LIMIT, money_text, number_text, share_text
from deminimis.report.terminal import STYLES

HEADINGS = {
    "line": "By line of {part}",
    "part": "By carrying part",
    "material": "By material",
    "supplier": "By supplier",
    "evidence": "By evidence",
}
STAGES_SHOWN = 40


def print_explanation(why: Explanation, console: Console, top: int = 10) -> None:
    """Print an explanation for people.

    Parameters
    ----------
    why : Explanation
    console : rich.console.Console
    top : int
        Rows shown of each table.
    """
    _print_verdict(why, console)
    _print_proof(why, console, top)
    if why.by("part").shares:
        _print_heading(console, "Where the controlled value comes from")
        for breakdown in why.breakdowns:
            _print_breakdown(why, breakdown, console, top)
        console.print()
        _print_paths(why, console)
        _print_dilution(why, console)
    table = _grid()
    for label, text in words.rule_rows(said.frame_of(why)):
        table.add_row(Text(label, "bold"), Text(text))
    console.print(table)


def _print_verdict(why: Explanation, console: Console) -> None:
    verdict = Text(words.verdict_text(why.verdict, why.ruling.threshold), STYLES[why.verdict])
    share = share_text(why.share, why.ruling.threshold, why.witness.proves)
    head = [Text(words.plain(why.part_number), "bold"), Text(words.one_line(why.description)), verdict, Text(share)]
    console.print(Text("  ").join(part for part in head if part.plain))
    console.print(Text(said.sentence_text(why)))
    if evidence := said.evidence_text(why):
        console.print(Text(evidence))
    console.print()


def _print_proof(why: Explanation, console: Console, top: int) -> None:
    open_ = why.witness.proves == "undetermined"
    _print_heading(console, "What is to be settled" if open_ else "What proves it")
    if why.decided_by:
        by = words.plain(why.decided_by)
        console.print(_indented(Text(f"This is of its own share; what decides is explained with --part {by}.")))
    for line in said.proof_text(why):
        console.print(_indented(Text(line)))
    parts = why.witness.parts
    if parts:
        table = _table("Part", ">Quantity", ">For certain", ">At most", *(["Not proven"] if open_ else []))
        for held in parts[:top]:
            most = NO_LIMIT if held.high is None else money_text(held.high, why.currency)
            cells = [number_text(held.quantity), money_text(held.low, why.currency), most]
            missing = ["; ".join(held.missing)] if open_ else []
            table.add_row(Text(words.plain(held.part_number)), *cells, *map(Text, missing))
        console.print(_indented(table))
        _print_more(console, len(parts) - top, "carrying part")
    console.print()


def _print_breakdown(why: Explanation, breakdown: Breakdown, console: Console, top: int) -> None:
    heading = HEADINGS[breakdown.by].format(part=words.plain(why.part_number))
    shares = breakdown.shares
    if len(shares) == 1 and breakdown.by not in ("line", "part"):
        console.print(_indented(Text(f"{heading}: all of it from {said.share_names(breakdown, shares[0])}")))
        return
    counted = breakdown.by in ("line", "part")
    table = _table(heading, *([">Quantity"] if counted else []), ">Value", ">of controlled")
    for share in shares[:top]:
        amount = said.amount_text(share.low, share.typical, share.high, why.currency)
        quantity = [number_text(share.quantity)] if counted and share.quantity is not None else []
        table.add_row(_name(breakdown, share), *quantity, Text(amount), said.percent_text(share.of_all))
    if breakdown.by != "line":
        console.print()
    console.print(_indented(table))
    _print_more(console, len(shares) - top, "row")


def _name(breakdown: Breakdown, share: Share) -> Text:
    name = Text(said.share_names(breakdown, share))
    row = f"row {share.row}" if share.row else ""
    about = ", ".join(word for word in (words.one_line(share.description), row) if word)
    return name.append(f"\n{about}", style="dim") if about else name


def _print_paths(why: Explanation, console: Console) -> None:
    _print_heading(console, "The paths that bring most")
    table = _grid()
    for place, path in enumerate(why.paths.largest, 1):
        about = [words.spaced(path.material), path.evidence, path.origin or "origin unknown", path.supplier]
        way = Text(_way(path.part_numbers)).append(f": {', '.join(map(words.plain, filter(None, about)))}", "dim")
        table.add_row(f"{place}", way.append(f"\n{said.arithmetic_text(path, why.currency)}", "not dim bold"))
    console.print(_indented(table))
    if rest := said.rest_text(why):
        console.print(_indented(Text(rest, style="italic")))
    console.print()


def _way(part_numbers: tuple[str, ...]) -> str:
    """Return the parts of a path; of a very long one its ends."""
    shown = [words.plain(number) for number in part_numbers]
    if len(shown) > said.FACTORS_SHOWN:
        shown = [*shown[:3], f"({len(shown) - 6:,} parts)", *shown[-3:]]
    return " → ".join(shown)


def _print_dilution(why: Explanation, console: Console) -> None:
    table = _table("Dilution, carrier first", f">Pieces in {words.plain(why.part_number)}", ">Share", "!Verdict")
    stages, threshold = why.dilution.stages, why.ruling.threshold
    shown = stages if len(stages) <= STAGES_SHOWN else (*stages[: STAGES_SHOWN // 2], *stages[-STAGES_SHOWN // 2 :])
    for stage in shown:
        share = share_text(stage.share, threshold, stage.verdict)
        # Broken here and not by the table, which would part the number from its per cent sign.
        verdict = words.verdict_text(stage.verdict, threshold).replace(" (", "\n(")
        name = Text(words.plain(stage.part_number))
        table.add_row(name, number_text(stage.quantity), Text(share), Text(verdict, STYLES[stage.verdict]))
    console.print(_indented(table))
    _print_more(console, len(stages) - len(shown), "part between", "parts between")
    first = why.dilution.first_below
    text = (
        f"First below the line on this way: {words.plain(first)}" if first else "Nothing on this way is below the line"
    )
    console.print(_indented(Text(text)))
    console.print()


def _print_heading(console: Console, text: str) -> None:
    console.print(Text(text, "bold"))


def _print_more(console: Console, count: int, noun: str, plural: str = "") -> None:
    if count > 0:
        console.print(
            _indented(
                Text(
                    f"and {words.counted(count, f'more {noun}', plural and f'more {plural}')}: --json lists all",
                    style="italic",
                )
            )
        )


def _grid() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _table(*headers: str) -> Table:
    """Return a table: > before a header aligns right, ! keeps short words whole; all else folds, nothing is cut."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    for header in headers:
        justify, whole = "right" if header.startswith(">") else "left", header.startswith("!")
        # As Text, for a part number in it may look like markup.
        table.add_column(Text(header.lstrip(">!")), justify=justify, no_wrap=whole, overflow="fold")  # type: ignore[arg-type]
    return table


def _indented(content: Text | Table | Iterable[str]) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)  # type: ignore[arg-type]
