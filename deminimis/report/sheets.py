"""What stands on each sheet of the workbook: columns with their unit and kind, and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from deminimis.assessment import Assessment, Good, Interval
from deminimis.model import Reading, reading_choices
from deminimis.report import words
from deminimis.report.digits import NO_LIMIT, NOT_KNOWN, share_text
from deminimis.report.selection import by_severity, flagged

Row = tuple[Any, ...]
TEXT, NUMBER, SHARE, MONEY, GRAMS, VERDICT = "text", "number", "share", "money", "grams", "verdict"
ENDS = ("low", "typical", "high")


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name : str
    columns : tuple of (header, kind, width)
        Width in characters.
    rows : iterable of tuple
        As many cells as columns; None stays empty.
    frozen : int
        Columns that stay in view.
    printed : int or None
        Columns that go to paper, the first ones; all by default.
    """

    name: str
    columns: tuple[tuple[str, str, int], ...]
    rows: Iterable[Row]
    frozen: int = 1
    printed: int | None = None


def summary(assessment: Assessment) -> Sheet:
    """Return the first page: what was judged, how, and which goods need somebody."""
    rule = assessment.ruling
    caution = words.status_caution(assessment)
    rows: list[Row] = [
        ("Result", words.counts_text(assessment)),
        ("Day", assessment.on.isoformat()),
        ("Rule", f"{rule.id}: {words.spaced(rule.status)}, scenario {rule.scenario}"),
        *([("Status", caution)] if caution else []),
        ("Reading", words.reading_text(assessment.reading)),
        *(("Other routes", line) for line in words.route_lines(assessment)),
        *((f"Findings: {name}", f"{len(found):,}") for name, found in by_severity(assessment.findings).items()),
        ("Caution", words.CAUTION),
        *((words.verdict_text(g.verdict, rule.threshold), _headline(assessment, g)) for g in flagged(assessment)),
    ]
    return Sheet("summary", (("item", VERDICT, 24), ("text", TEXT, 110)), rows)


def _headline(assessment: Assessment, good: Good) -> str:
    share = share_text(good.share, assessment.ruling.threshold, good.verdict)
    return f"{good.part_number}: {share}; {'; '.join(words.good_lines(good))}"


def goods(assessment: Assessment) -> Sheet:
    """Return the finished goods, one row each."""
    unit = _unit(assessment)
    columns = (
        ("finished good", TEXT, 22),
        ("description", TEXT, 28),
        ("verdict", VERDICT, 20),
        ("share", TEXT, 19),
        (f"article value typical [{unit}]", MONEY, 14),
        (f"controlled value typical [{unit}]", MONEY, 14),
        (f"margin, negative is headroom [{unit}]", MONEY, 14),
        ("technology route", TEXT, 11),
        ("origin route", TEXT, 11),
        ("valid until", TEXT, 11),
        ("reasons", TEXT, 40),
        *_interval_columns("share", "%", SHARE, 12),
        (f"article value low [{unit}]", MONEY, 14),
        (f"article value high [{unit}]", MONEY, 14),
        (f"controlled value low [{unit}]", MONEY, 14),
        (f"controlled value high [{unit}]", MONEY, 14),
        (f"break-even article value low [{unit}]", MONEY, 16),
        (f"break-even article value high [{unit}]", MONEY, 16),
        ("headroom, negative must go [g]", GRAMS, 14),
        ("headroom of material", TEXT, 20),
    )
    return Sheet("goods", columns, (_good_row(assessment, good) for good in assessment.goods), printed=11)


def _good_row(assessment: Assessment, good: Good) -> Row:
    threshold = assessment.ruling.threshold
    article, controlled, even = map(_ends, (good.article_value, good.controlled_value, good.break_even_value))
    return (
        good.part_number,
        good.description,
        words.verdict_text(good.verdict, threshold),
        share_text(good.share, threshold, good.verdict),
        article[1],
        controlled[1],
        good.margin,
        words.ROUTE_WORDS[good.routes.get("technology", "unknown")],
        words.ROUTE_WORDS[good.routes.get("origin", "unknown")],
        good.valid_until,
        "; ".join(good.reasons),
        *_ends(good.share),
        article[0],
        article[2],
        controlled[0],
        controlled[2],
        even[0],
        even[2],
        good.headroom_grams,
        good.headroom_material,
    )


def tested_items(assessment: Assessment) -> Sheet:
    """Return every tested item inside every finished good."""
    threshold = assessment.ruling.threshold
    columns = (
        ("finished good", TEXT, 22),
        ("tested item", TEXT, 22),
        ("level (0 is purchased)", NUMBER, 12),
        ("verdict", VERDICT, 32),
        ("share", TEXT, 20),
        *_interval_columns("share", "%", SHARE, 12),
    )
    rows = (
        (
            good.part_number,
            item.part_number,
            item.level,
            words.verdict_text(item.verdict, threshold),
            share_text(item.share, threshold, item.verdict),
            *_ends(item.share),
        )
        for good in assessment.goods
        for item in good.tested_items
    )
    return Sheet("tested items", columns, rows, frozen=2)


def contributions(assessment: Assessment) -> Sheet:
    """Return what each material in each part adds to each finished good."""
    columns = (
        ("finished good", TEXT, 22),
        ("part", TEXT, 22),
        ("material", TEXT, 22),
        ("quantity in one good", NUMBER, 12),
        *_interval_columns("controlled value", _unit(assessment), MONEY, 14),
        ("part of controlled value [%]", SHARE, 14),
        ("mass [g]", GRAMS, 12),
        ("evidence", TEXT, 14),
        ("material origin", TEXT, 10),
        ("supplier", TEXT, 20),
        ("detail", TEXT, 40),
    )
    rows = (
        (
            good.part_number,
            line.part_number,
            line.material,
            line.quantity,
            *_ends(Interval(line.low, line.value, line.high)),
            words.part_of(line, good),
            line.grams,
            line.evidence,
            line.origin or "unknown",
            line.supplier,
            line.detail,
        )
        for good in assessment.goods
        for line in good.contributions
    )
    return Sheet("contributions", columns, rows, frozen=2)


def findings(assessment: Assessment) -> Sheet:
    """Return every finding with its place and remedy, errors first."""
    widths = {"code": 24, "severity": 10, "file": 22, "sheet": 14, "row": 8, "column": 16, "value": 24}
    columns = tuple((name, NUMBER if name == "row" else TEXT, width) for name, width in widths.items())
    columns += (("message", TEXT, 60), ("remedy", TEXT, 50), ("part number", TEXT, 22))
    rows = (tuple({**f.as_dict(), "row": f.row or None}.values()) for f in assessment.findings)
    return Sheet("findings", columns, rows)


def assumptions(assessment: Assessment) -> Sheet:
    """Return what was assumed: the reading chosen, contents estimated, and notes."""
    chosen, default = assessment.reading.as_dict(), Reading().as_dict()
    rows: list[Row] = [
        ("reading", name, value, f"one of {', '.join(options)}; {'default' if value == default[name] else 'chosen'}")
        for (name, value), options in zip(chosen.items(), reading_choices().values(), strict=True)
    ]
    lines = (line for good in assessment.goods for line in good.contributions if line.evidence == "estimate")
    rows += dict.fromkeys(("estimate", line.part_number, line.material, line.detail) for line in lines)
    notes = by_severity(assessment.findings)["info"]
    rows += (("note", words.place_text(f) or f.part_number, f.code, f.message) for f in notes)
    columns = (("kind", TEXT, 12), ("part, choice or place", TEXT, 30), ("value", TEXT, 26), ("in words", TEXT, 80))
    return Sheet("assumptions", columns, rows)


def rule(assessment: Assessment) -> Sheet:
    """Return the rule with its dates, source and cautions."""
    return Sheet("rule", (("item", TEXT, 16), ("text", TEXT, 120)), words.rule_rows(assessment))


def inputs(assessment: Assessment) -> Sheet:
    """Return what went in: files with their hashes, and versions."""
    rows = [("file", read.name, read.sha256) for read in assessment.inputs]
    rows.append(("reference tables", assessment.reference_version, ""))
    rows.append(("deminimis", assessment.version, ""))
    return Sheet("inputs", (("kind", TEXT, 18), ("name or version", TEXT, 40), ("sha256", TEXT, 68)), rows)


SHEETS: tuple[Callable[[Assessment], Sheet], ...] = (
    summary,
    goods,
    tested_items,
    contributions,
    findings,
    assumptions,
    rule,
    inputs,
)


def _unit(assessment: Assessment) -> str:
    return " or ".join(sorted({good.currency for good in assessment.goods})) or "base currency"


def _interval_columns(name: str, unit: str, kind: str, width: int) -> tuple[tuple[str, str, int], ...]:
    return tuple((f"{name} {end} [{unit}]", kind, width) for end in ENDS)


def _ends(amount: Interval) -> Row:
    """Return the ends for three cells; an open one is said in words, never left to look like zero."""
    known = (amount.low, amount.typical)
    return (*(NOT_KNOWN if end is None else end for end in known), NO_LIMIT if amount.high is None else amount.high)
