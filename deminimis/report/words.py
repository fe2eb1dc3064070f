"""The words every report shares: verdicts, margins, routes, places. Nothing here decides anything."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import fields
from decimal import ROUND_CEILING, ROUND_FLOOR
from fractions import Fraction

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment, Contribution, Good, Interval
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.model import Finding, Reading
from deminimis.report.digits import (
    NO_LIMIT,
    money_interval_text,
    money_text,
    number_text,
    share_text,
    threshold_text,
)
from deminimis.rules import Ruling

__all__ = [
    "BIDIRECTIONAL",
    "CAUTION",
    "CONFIDENCE",
    "NOTHING",
    "ROUTE_WORDS",
    "SEVERITY_NAMES",
    "SYMBOLS",
    "VERDICT_NAMES",
    "break_even_text",
    "contribution_text",
    "counted",
    "counts_text",
    "dates_text",
    "good_lines",
    "margin_text",
    "money_interval_text",
    "money_text",
    "number_text",
    "one_line",
    "part_of",
    "part_of_text",
    "place_text",
    "plain",
    "reading_text",
    "route_lines",
    "route_text",
    "rule_rows",
    "share_text",
    "spaced",
    "status_caution",
    "status_text",
    "threshold_text",
    "until_text",
    "verdict_text",
]

NOTHING = "–"
CAUTION = (
    "Decision support, not legal advice. Below the line is no clearance: "
    "routes 1(2) technology and 1(3) origin have no threshold."
)
ROUTE_WORDS = {"caught": "caught", "unknown": "open", "clear": "not caught"}
"""`clear` is the word of the JSON contract; people read it as a clearance, so no report prints it."""

CONFIDENCE = {"V": "read in the source", "V1": "one secondary source", "I": "inferred"}
SEVERITY_NAMES = {"error": "Errors", "warning": "Warnings", "info": "Notes and assumptions"}
SYMBOLS = {AT_OR_ABOVE: "●", BELOW: "○", UNDETERMINED: "◐"}
VERDICT_NAMES = {AT_OR_ABOVE: "at or above", UNDETERMINED: "undetermined", BELOW: "below"}
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def verdict_text(verdict: str, threshold: Fraction | None) -> str:
    """Return a verdict as symbol and word, readable without colour; below is never worded as a clearance.

    Examples
    --------
    >>> verdict_text("below", Fraction(1, 1000)), verdict_text("at_or_above", Fraction(1, 1000))
    ('○ below 0.1 % (value route only)', '● AT OR ABOVE')
    """
    words = {
        AT_OR_ABOVE: "AT OR ABOVE",
        BELOW: f"below {threshold_text(threshold)} (value route only)",
        UNDETERMINED: "undetermined",
    }
    return f"{SYMBOLS[verdict]} {words[verdict]}"


def margin_text(good: Good) -> str:
    """Return by how much a good misses or passes the line, in money and in grams of its main material."""
    if good.margin is None:
        return NOTHING
    word = "over by" if good.margin >= 0 else "headroom"
    word = f"typically {word}" if good.verdict == UNDETERMINED else word
    text = f"{word} {money_text(abs(good.margin), good.currency)}"
    if good.headroom_grams is None:
        return text
    return f"{text}, {number_text(abs(good.headroom_grams))} g {spaced(good.headroom_material)}"


def until_text(good: Good) -> str:
    """Return the last day on which nothing changes by itself."""
    return good.valid_until.isoformat() if good.valid_until else NOTHING


def contribution_text(line: Contribution, currency: str) -> str:
    """Return the typical value of a contribution, with its range if it has one.

    Examples
    --------
    >>> contribution_text(Contribution("M", "terbium_metal", 1, 4.0, 0.0, 5.5, "signed"), "USD")
    '4.00 USD (0 … 5.50)'
    """
    typical = money_text(line.value, currency)
    if line.high is None:
        return f"{typical} ({money_text(line.low)} … {NO_LIMIT})"
    span = money_interval_text(Interval(line.low, None, line.high))
    return typical if span == money_text(line.value) else f"{typical} ({span})"


def part_of(line: Contribution, good: Good) -> float | None:
    """Return which part of the good's controlled value a contribution is, typical of typical."""
    whole = good.controlled_value.typical
    return None if line.value is None or not whole else line.value / whole


def part_of_text(line: Contribution, good: Good) -> str:
    """Return that part in per cent."""
    part = part_of(line, good)
    return NOTHING if part is None else f"{100 * part:.3g} %"


def break_even_text(good: Good) -> str:
    """Return the sentence on the article value at which the good would fall below the line.

    Examples
    --------
    >>> good = Good("P", "", "USD", *[Interval(0, None, None)] * 3, "undetermined", {},
    ...             break_even_value=Interval(0.0, 11520.2, 11520.2))
    >>> break_even_text(good)
    'below only if one piece is worth more than 11,521 USD'
    """
    low, high = good.break_even_value.low, good.break_even_value.high
    if high == 0:
        return "no controlled value was found in it"
    if high is None and low:
        return f"at or above if one piece is worth {money_text(low, good.currency, ROUND_FLOOR)} or less; no upper end"
    if high is None:
        return "nothing limits the controlled value: no article value proves it below"
    sentence = f"below only if one piece is worth more than {money_text(high, good.currency, ROUND_CEILING)}"
    if not low or math.isclose(low, high, rel_tol=NEAR_LINE):
        return sentence
    return f"{sentence} (at or above for certain at {money_text(low, good.currency, ROUND_FLOOR)} or less)"


def good_lines(good: Good) -> list[str]:
    """Return what to say of a flagged good: its reasons, its break-even value, its other routes."""
    return [*map(plain, good.reasons), break_even_text(good), f"other routes: {route_text(good)}"]


def route_text(good: Good) -> str:
    """Return the two routes without a threshold."""
    return ", ".join(f"{name} {ROUTE_WORDS[good.routes.get(name, 'unknown')]}" for name in ("technology", "origin"))


def counts_text(assessment: Assessment) -> str:
    """Return how many goods have which verdict, the worst first."""
    if not assessment.goods:
        return "No finished good was found: nothing is judged."
    counts = {v: sum(good.verdict == v for good in assessment.goods) for v in VERDICT_NAMES}
    listed = ", ".join(f"{count} {VERDICT_NAMES[v]}" for v, count in counts.items())
    return f"{counted(len(assessment.goods), 'finished good')}: {listed}."


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number and its noun.

    Examples
    --------
    >>> counted(1, "finished good"), counted(2000, "finished good")
    ('1 finished good', '2,000 finished goods')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def reading_text(reading: Reading) -> str:
    """Return the choices that differ from the default reading.

    Examples
    --------
    >>> reading_text(Reading()), reading_text(Reading(sourcing="worst"))
    ('default reading', 'reading: sourcing = worst')
    """
    default = Reading()
    chosen = [(f.name, getattr(reading, f.name)) for f in fields(Reading)]
    other = [f"{name} = {value}" for name, value in chosen if value != getattr(default, name) and name != "scenario"]
    return f"reading: {', '.join(other)}" if other else "default reading"


def status_text(assessment: Assessment) -> str:
    """Return the header line: rule, status on the day, scenario, reading."""
    rule = assessment.ruling
    status = f"{spaced(rule.status)} on {assessment.on.isoformat()}"
    return f"{rule.id} is {status} (scenario {rule.scenario}), {reading_text(assessment.reading)}"


def status_caution(assessment: Assessment) -> str:
    """Return what a verdict means on a day on which the rule is not in force; blank if it is."""
    status = assessment.ruling.status
    if status == "in_force":
        return ""
    return f"The rule is {spaced(status)} on this day: the verdicts say what holds once it is in force."


def dates_text(ruling: Ruling) -> str:
    """Return since when a rule is effective, and its suspension."""
    parts = [f"effective from {ruling.effective_from}" if ruling.effective_from else ""]
    if ruling.suspended_from:
        parts.append(
            f"suspended from {ruling.suspended_from} to {ruling.suspended_until or 'further notice'}, last day included"
        )
    return "; ".join(part for part in parts if part) or NOTHING


def rule_rows(assessment: Assessment) -> list[tuple[str, str]]:
    """Return the rule as label and text, for every report."""
    rule = assessment.ruling
    bound = "at or above counts" if rule.inclusive else "only above counts"
    return [
        ("Clause", f"{rule.id}: {rule.subject}"),
        ("Threshold", f"{threshold_text(rule.threshold)} of the article's value; {bound}"),
        ("Status", f"{spaced(rule.status)} on {assessment.on.isoformat()}, scenario {rule.scenario}"),
        ("Dates", dates_text(rule)),
        ("Source", rule.source),
        ("Confidence", CONFIDENCE.get(rule.confidence, rule.confidence)),
        ("Note", rule.note),
        ("Caution", CAUTION),
    ]


def route_lines(assessment: Assessment) -> list[str]:
    """Return one line for each route without a threshold, with the goods it catches."""
    lines = []
    for name in ("technology", "origin"):
        found = [good.routes.get(name, "unknown") for good in assessment.goods]
        caught = [
            plain(good.part_number) for good, route in zip(assessment.goods, found, strict=True) if route == "caught"
        ]
        named = f" ({', '.join(caught[:5])}{', …' if len(caught) > 5 else ''})" if caught else ""
        counts = ", ".join(
            f"{found.count(key)} {word}{named if key == 'caught' else ''}" for key, word in ROUTE_WORDS.items()
        )
        lines.append(f"{name.capitalize()} route, no threshold: {counts}.")
    return lines


def place_text(found: Finding) -> str:
    """Return where a finding is.

    Examples
    --------
    >>> place_text(Finding("QTY_ZERO", "warning", "", "", "bom.xlsx", "lines", 7, "quantity"))
    'bom.xlsx, sheet lines, row 7, column quantity'
    """
    parts = [found.file, f"sheet {found.sheet}" if found.sheet else "", f"row {found.row}" if found.row else ""]
    parts.append(f"column {found.column}" if found.column else "")
    return plain(", ".join(part for part in parts if part))


def spaced(name: str) -> str:
    """Return an id of a material or a status as words."""
    return plain(name.replace("_", " "))


def one_line(text: str) -> str:
    """Return a description on one line."""
    return plain(" ".join(text.split()))


def plain(text: str) -> str:
    """Return text with control characters made visible, so that no cell steers a terminal or breaks an encoder.

    Examples
    --------
    >>> plain("A\\x1b[2J")
    'A\\\\x1b[2J'
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cs") or character in BIDIRECTIONAL
    return ascii(character)[1:-1] if hidden else character
