"""The assessment on a terminal: the verdict first, then what causes it, then what the data lack, then the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment, Contribution, Good
from deminimis.model import Finding
from deminimis.report import words
from deminimis.report.digits import money_interval_text, number_text, share_text
from deminimis.report.selection import by_severity, dilution, flagged, group_findings, worst_first

STYLES = {AT_OR_ABOVE: "bold red", UNDETERMINED: "bold yellow", BELOW: "green"}
SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
WIDE = 110
"""Columns from which every figure of the verdict table has a column of its own."""

MAX_ROWS, MAX_GOODS, MAX_ERRORS, MAX_WARNINGS = 100, 20, 30, 15


def print_assessment(assessment: Assessment, console: Console, top: int = 5) -> None:
    """Print an assessment for people.

    Parameters
    ----------
    assessment : Assessment
    console : rich.console.Console
    top : int
        Contributing lines and tested items shown of each good.
    """
    _print_header(assessment, console)
    if assessment.goods:
        _print_verdicts(assessment, console)
    _print_flagged(assessment, console, top)
    _print_findings(assessment.findings, console)
    _print_rule(assessment, console)


def _print_header(assessment: Assessment, console: Console) -> None:
    console.print(Text(words.status_text(assessment), style="bold"))
    if caution := words.status_caution(assessment):
        console.print(Text(caution))
    console.print(Text(words.counts_text(assessment)))
    console.print()


def _print_verdicts(assessment: Assessment, console: Console) -> None:
    wide = console.width >= WIDE
    shown = worst_first(assessment, MAX_ROWS)
    console.print(_wide_verdicts(assessment, shown) if wide else _narrow_verdicts(assessment, shown))
    _print_more(console, len(assessment.goods) - len(shown), "finished good")
    console.print()
    for line in words.route_lines(assessment):
        console.print(Text(line))
    console.print()


def _wide_verdicts(assessment: Assessment, goods: Sequence[Good]) -> Table:
    table = _table("Finished good", "Description", ">Article value", ">Controlled value")
    _add_columns(table, ">Share", "!Verdict", "Margin", "!Valid until")
    for good in goods:
        article, controlled = _money(good)
        share, verdict = _share_and_verdict(assessment, good)
        names = Text(words.plain(good.part_number)), Text(words.one_line(good.description))
        table.add_row(*names, article, controlled, share, verdict, _margin(good), words.until_text(good))
    return table


def _narrow_verdicts(assessment: Assessment, goods: Sequence[Good]) -> Table:
    table = _table("Finished good", ">Article value,\nof it controlled", ">Share", "Verdict, margin")
    for good in goods:
        name = Text(words.plain(good.part_number))
        if good.description:
            name.append(f"\n{words.one_line(good.description)}", style="dim")
        share, verdict = _share_and_verdict(assessment, good)
        for line in (_margin(good), good.valid_until and f"valid until {good.valid_until}"):
            if line and line != words.NOTHING:
                verdict.append(f"\n{line}", style="not bold default")
        table.add_row(name, Text("\n").join(_money(good)), share, verdict)
    return table


def _money(good: Good) -> tuple[Text, Text]:
    values = good.article_value, good.controlled_value
    article, controlled = (Text(money_interval_text(value, good.currency)) for value in values)
    return article, controlled


def _share_and_verdict(assessment: Assessment, good: Good) -> tuple[Text, Text]:
    threshold = assessment.ruling.threshold
    share = Text(share_text(good.share, threshold, good.verdict))
    return share, _verdict(good.verdict, threshold)


def _verdict(verdict: str, threshold: Fraction | None) -> Text:
    # Broken here and not by the table, which would part the number from its per cent sign.
    return Text(words.verdict_text(verdict, threshold).replace(" (", "\n("), style=STYLES[verdict])


def _margin(good: Good) -> str:
    return words.margin_text(good).replace(", ", "\n")


def _print_flagged(assessment: Assessment, console: Console, top: int) -> None:
    goods = flagged(assessment)
    for good in goods[:MAX_GOODS]:
        console.print(_good(assessment, good, top, console.width >= WIDE))
        console.print()
    if len(goods) > MAX_GOODS:
        _print_more(console, len(goods) - MAX_GOODS, "flagged finished good")
        console.print()


def _good(assessment: Assessment, good: Good, top: int, wide: bool) -> Group:
    share, verdict = _share_and_verdict(assessment, good)
    parts: list[RenderableType] = [Text("  ").join([Text(words.plain(good.part_number), "bold"), verdict, share])]
    parts += [_point(text) for text in words.good_lines(good)]
    if good.contributions:
        parts.append(Text())
        parts.append(_indented(_contributions(good, good.contributions[:top], wide)))
        parts += _more(len(good.contributions) - top, "contributing line")
    if good.tested_items:
        parts.append(Text())
        parts.append(_indented(_dilution(assessment, good, top)))
        parts += _more(len(good.tested_items) - top, "tested item")
    return Group(*parts)


def _contributions(good: Good, lines: Iterable[Contribution], wide: bool) -> Table:
    if wide:
        table = _table("Part", "Material", ">Quantity", ">Value", ">of controlled")
        _add_columns(table, "Evidence", "Origin", "Supplier")
    else:
        table = _table("Part, material", ">Quantity", ">Value,\nof controlled", "Evidence, origin")
    for line in lines:
        part, material = Text(words.plain(line.part_number)), words.spaced(line.material)
        value, part_of = words.contribution_text(line, good.currency), words.part_of_text(line, good)
        quantity, origin = number_text(line.quantity), words.plain(line.origin or "unknown")
        evidence = words.plain(line.evidence)
        if wide:
            cells = (part, material, quantity, value, part_of, evidence, origin, words.plain(line.supplier))
            table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells))
        else:
            part.append(f"\n{material}", style="dim")
            table.add_row(part, quantity, Text(f"{value}\n{part_of}"), Text(f"{evidence}, {origin}"))
    return table


def _dilution(assessment: Assessment, good: Good, top: int) -> Table:
    table = _table("Tested item inside, carrier first", ">Share", "!Verdict")
    threshold = assessment.ruling.threshold
    for item in dilution(good, top):
        share = share_text(item.share, threshold, item.verdict)
        table.add_row(Text(words.plain(item.part_number)), Text(share), _verdict(item.verdict, threshold))
    return table


def _print_findings(findings: Sequence[Finding], console: Console) -> None:
    groups = by_severity(findings)
    if errors := groups["error"]:
        _print_heading(console, words.counted(len(errors), "error"), "error")
        for found in errors[:MAX_ERRORS]:
            _print_finding(console, found)
        _print_more(console, len(errors) - MAX_ERRORS, "error")
        console.print()
    if warnings := groups["warning"]:
        _print_heading(console, words.counted(len(warnings), "warning"), "warning")
        kinds = group_findings(warnings)
        for kind in kinds[:MAX_WARNINGS]:
            _print_finding(console, kind.first, kind.count - 1)
        _print_more(console, len(kinds) - MAX_WARNINGS, "kind of warning", "kinds of warnings")
        console.print()
    if infos := groups["info"]:
        _print_heading(console, "notes and assumptions", "info")
        for kind in group_findings(infos):
            count = f" ({kind.count:,} of this kind)" if kind.count > 1 else ""
            console.print(_indented(Text(f"{kind.first.code}: {words.plain(kind.first.message)}{count}")))
        console.print()


def _print_finding(console: Console, found: Finding, more: int = 0) -> None:
    place = words.place_text(found)
    head = Text.assemble((found.code, SEVERITY_STYLES[found.severity]), f"  {place}" if place else "")
    head.append(f"  (and {more:,} more of this kind)" if more else "")
    console.print(_indented(head))
    console.print(_indented(Text(f"{words.plain(found.message)}. {words.plain(found.remedy)}."), 4))


def _print_rule(assessment: Assessment, console: Console) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in words.rule_rows(assessment):
        table.add_row(label, Text(text))
    console.print(table)


def _print_heading(console: Console, text: str, severity: str) -> None:
    console.print(Text(text, style=SEVERITY_STYLES[severity]))


def _print_more(console: Console, count: int, noun: str, plural: str = "") -> None:
    for line in _more(count, noun, plural):
        console.print(line)


def _more(count: int, noun: str, plural: str = "") -> list[RenderableType]:
    text = f"and {words.counted(count, f'more {noun}', plural and f'more {plural}')}: write a report to see all"
    return [_indented(Text(text, style="italic"))] if count > 0 else []


def _table(*headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    _add_columns(table, *headers)
    return table


def _add_columns(table: Table, *headers: str) -> None:
    """Add columns: > before a header aligns right, ! keeps short words whole; all else folds, nothing is cut."""
    for header in headers:
        justify, whole = "right" if header.startswith(">") else "left", header.startswith("!")
        table.add_column(header.lstrip(">!"), justify=justify, no_wrap=whole, overflow="fold")  # type: ignore[arg-type]


def _indented(content: RenderableType, by: int = 2) -> Padding:
    return Padding(content, (0, 0, 0, by), expand=False)


def _point(text: str) -> Padding:
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    table.add_row("-", Text(text))
    return _indented(table)
