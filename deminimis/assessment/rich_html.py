"""An assessment as a small table for a notebook: one row per finished good, everything from the user escaped."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deminimis.assessment.result import Assessment, Good, Interval

MOST_ROWS = 50
SIGNS = {"at_or_above": "●", "undetermined": "◐", "below": "○"}
"""Worst first, and readable without colour."""

WORDS = {"at_or_above": "AT OR ABOVE", "undetermined": "undetermined", "below": "below"}
COLOURS = {"at_or_above": "#c62828", "undetermined": "#b26a00", "below": "#2e7d32"}
CELL = "text-align:left;overflow-wrap:anywhere;max-width:24em"
NOTHING = "–"
CAUTION = "Value route only: below the line is no clearance. Decision support, not legal advice."
LATER = "The verdicts say what holds once the rule is in force. "
HEADERS = ("Finished good", "Description", "Share of value", "Verdict", "Margin")


def assessment_html(assessment: Assessment) -> str:
    """Return an assessment as HTML: a table of its goods, the worst first where not all fit, and its findings counted.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
        A fragment without scripts and without anything to be fetched.
    """
    rule, goods = assessment.ruling, assessment.goods
    shown = goods if len(goods) <= MOST_ROWS else sorted(goods, key=lambda good: list(SIGNS).index(good.verdict))
    head = "".join(f'<th style="text-align:left">{name}</th>' for name in HEADERS)
    rows = "".join(_row(good, rule.threshold) for good in shown[:MOST_ROWS])
    more = f"<p>and {len(goods) - MOST_ROWS:,} more finished goods</p>" if len(goods) > MOST_ROWS else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if goods else ""
    status = f"{rule.id} is {rule.status.replace('_', ' ')} on {assessment.on.isoformat()} (scenario {rule.scenario})"
    notes = f"{_counts(assessment)}. {LATER if rule.status != 'in_force' else ''}{CAUTION}"
    return f"<div><p><strong>{_text(_verdicts(goods))}</strong> {_text(status)}</p>{table}{more}<p>{notes}</p></div>"


def _row(good: Good, threshold: Fraction | None) -> str:
    colour = f"color:{COLOURS[good.verdict]};font-weight:bold"
    line = f" {100 * float(threshold or 0):.15g} %" if good.verdict == "below" else ""
    verdict = f'<span style="{colour}">{SIGNS[good.verdict]} {WORDS[good.verdict]}{line}</span>'
    cells = (_text(good.part_number), _text(good.description), _share(good.share, threshold, good.verdict))
    row = "".join(f'<td style="{CELL}">{cell}</td>' for cell in (*cells, verdict, _text(_margin(good))))
    return f"<tr>{row}</tr>"


def _share(share: Interval, threshold: Fraction | None, verdict: str) -> str:
    low, high = (None if end is None else _percent(end, threshold, verdict) for end in (share.low, share.high))
    if high is None:
        return f"{low} % … no limit" if low else "not known"
    return f"{high} %" if low in (None, high) else f"{low} … {high} %"


def _percent(share: float, threshold: Fraction | None, verdict: str) -> str:
    """Return a share in per cent with as many digits, four at least, as show on which side of the line it lies."""
    line = float(threshold or 0)
    if line and math.isclose(share, line, rel_tol=1e-9) and verdict in ("at_or_above", "below"):
        # The judgement near the line is exact, the share is not.
        return f"{'≥' if verdict == 'at_or_above' else '&lt;'} {100 * line:.15g}"
    texts = (f"{100 * share:.{digits}g}" for digits in range(4, 18))
    shown = next((text for text in texts if (Decimal(text) >= Decimal(repr(100 * line))) == (share >= line)), "")
    return f"{Decimal(shown):f}" if shown else repr(100 * share)


def _margin(good: Good) -> str:
    if good.margin is None:
        return NOTHING
    typically = "typically " if good.verdict == "undetermined" else ""
    word = "over by" if good.margin >= 0 else "headroom"
    return f"{typically}{word} {abs(good.margin):,.4g} {good.currency}".rstrip()


def _verdicts(goods: Sequence[Good]) -> str:
    if not goods:
        return "No finished good was found: nothing is judged."
    counts = ", ".join(f"{sum(good.verdict == v for good in goods):,} {word.lower()}" for v, word in WORDS.items())
    return f"{len(goods):,} finished good{'s' if len(goods) != 1 else ''}: {counts}."


def _counts(assessment: Assessment) -> str:
    severities = [found.severity for found in assessment.findings]
    words = (("error", "errors"), ("warning", "warnings"), ("info", "notes"))
    return "Findings: " + ", ".join(f"{severities.count(severity):,} {name}" for severity, name in words)


def _text(text: str) -> str:
    """Return text that neither a browser nor an encoder obeys: escaped, controls made visible, direction kept apart."""
    seen = "".join(ascii(c)[1:-1] if unicodedata.category(c) in ("Cc", "Cs") else c for c in " ".join(text.split()))
    return f"<bdi>{escape(seen)}</bdi>"
