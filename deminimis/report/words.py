"""The words and digits every report shares: shares, money, verdicts, places. Nothing here decides anything."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import fields
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment, Good, Interval
from deminimis.assessment.judgement import NEAR_LINE
from deminimis.model import Finding, Reading
from deminimis.rules import Ruling

NO_LIMIT = "no limit"
NOT_KNOWN = "not known"
NOTHING = "–"
ADVICE = "Decision support, not legal advice."
ROUTES = "routes 1(2) technology and 1(3) origin have no threshold"
ROUTE_WORDS = {"caught": "caught", "unknown": "open", "clear": "not caught"}
"""`clear` is the word of the JSON contract; people read it as a clearance, so no report prints it."""

SYMBOLS = {AT_OR_ABOVE: "●", BELOW: "○", UNDETERMINED: "◐"}
VERDICT_NAMES = {AT_OR_ABOVE: "at or above", UNDETERMINED: "undetermined", BELOW: "below"}
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def percent(value: float, threshold: Fraction | None) -> Decimal:
    """Return a share in per cent, with as many digits as show on which side of the line it lies.

    Parameters
    ----------
    value : float
        Share, 1 is the whole.
    threshold : Fraction or None

    Returns
    -------
    Decimal
        Four significant digits, or more near the line [%].

    Examples
    --------
    >>> percent(0.00094412, Fraction(1, 1000)), percent(0.000999999999, Fraction(1, 1000))
    (Decimal('0.09441'), Decimal('0.0999999999'))
    """
    exact = Decimal(repr(float(value))) * 100
    for digits in range(4, 18):
        rounded = _significant(exact, digits)
        if threshold is None or _side(rounded, threshold * 100) == _side(exact, threshold * 100):
            return rounded
    return exact


def _significant(number: Decimal, digits: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    # Without a limit on the precision, a number of 300 digits from a hostile cell would raise.
    with localcontext(prec=400):
        exponent = min(number.adjusted() - digits + 1, 0) if number else 0
        return number.quantize(Decimal((0, (1,), exponent)), rounding=rounding)


def _side(number: Decimal, line: Fraction) -> int:
    exact = Fraction(number)
    return (exact > line) - (exact < line)


def threshold_text(threshold: Fraction | None) -> str:
    """Return the line in per cent.

    Examples
    --------
    >>> threshold_text(Fraction(1, 1000))
    '0.1 %'
    """
    return "the line" if threshold is None else f"{float(threshold * 100):.15g} %"


def share_text(share: Interval, threshold: Fraction | None, verdict: str = "") -> str:
    """Return a share or its interval; rounding never moves it onto or over the line.

    Parameters
    ----------
    share : Interval
    threshold : Fraction or None
    verdict : str, optional
        Decides the side where float64 cannot: the judgement near the line is exact, the share is not.

    Returns
    -------
    str

    Examples
    --------
    >>> share_text(Interval(0.000944, 0.000944, 0.000944), Fraction(1, 1000))
    '0.0944 %'
    >>> share_text(Interval(0.0, 0.0051, 0.0057), Fraction(1, 1000))
    '0 … 0.57 %'
    >>> share_text(Interval(0.0, None, None), Fraction(1, 1000))
    '0 % … no limit'
    """
    low = None if share.low is None else _share_end(share.low, threshold, verdict)
    high = None if share.high is None else _share_end(share.high, threshold, verdict)
    if high is None:
        return NOT_KNOWN if low is None else f"{low} % … {NO_LIMIT}"
    return f"{high} %" if low in (None, high) else f"{low} … {high} %"


def _share_end(value: float, threshold: Fraction | None, verdict: str) -> str:
    if threshold is not None and math.isclose(value, float(threshold), rel_tol=NEAR_LINE):
        side = _side(percent(value, threshold), threshold * 100)
        line = threshold_text(threshold).removesuffix(" %")
        if verdict == AT_OR_ABOVE and side < 0:
            return f"≥ {line}"
        if verdict == BELOW and side >= 0:
            return f"< {line}"
    if 0 < value < 1e-8:
        return "< 0.000001"
    return "> 1,000,000" if value > 1e4 else _trimmed(percent(value, threshold))


def _trimmed(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(value: float | None, currency: str = "", rounding: str = ROUND_HALF_EVEN) -> str:
    """Return an amount: two decimals, none from 10,000 on, four significant digits below 1.

    Examples
    --------
    >>> money_text(11520.5, "USD"), money_text(3.5, "EUR"), money_text(0.0042317), money_text(None)
    ('11,520 USD', '3.50 EUR', '0.004232', 'not known')
    """
    if value is None:
        return NOT_KNOWN
    exact = Decimal(repr(float(value)))
    if abs(value) >= 1e15:
        text = f"{value:.4g}"
    elif 0 < abs(value) < 1:
        text = "< 0.000001" if 0 < value < 1e-6 else _trimmed(_significant(exact, 4, rounding))
    else:
        whole = value == 0 or abs(value) >= 10_000
        text = f"{exact.quantize(Decimal(1) if whole else Decimal('0.01'), rounding=rounding):,f}"
    return f"{text} {currency}".rstrip()


def money_interval_text(amount: Interval, currency: str = "") -> str:
    """Return an amount or its interval.

    Examples
    --------
    >>> money_interval_text(Interval(0.0, 4.0, 4.5), "USD"), money_interval_text(Interval(12.0, None, None), "USD")
    ('0 … 4.50 USD', '12.00 USD or more')
    """
    if amount.high is None:
        return f"{money_text(amount.low, currency)} or more" if amount.low else NOT_KNOWN
    low, high = money_text(amount.low), money_text(amount.high)
    return f"{high} {currency}".rstrip() if low in (high, NOT_KNOWN) else f"{low} … {high} {currency}".rstrip()


def number_text(value: float) -> str:
    """Return a quantity or a mass with four significant digits, whole numbers whole.

    Examples
    --------
    >>> number_text(12.0), number_text(0.123456), number_text(123456.7)
    ('12', '0.1235', '123,457')
    """
    return f"{value:.4g}" if value and not 1e-4 <= abs(value) < 1e15 else _trimmed(_significant(Decimal(repr(value)), 4))


def verdict_text(verdict: str, threshold: Fraction | None) -> str:
    """Return a verdict as symbol and word, readable without colour; below is never worded as a clearance.

    Examples
    --------
    >>> verdict_text("below", Fraction(1, 1000)), verdict_text("at_or_above", Fraction(1, 1000))
    ('○ below 0.1 % (value route only)', '● AT OR ABOVE 0.1 %')
    """
    line = threshold_text(threshold)
    words = {
        AT_OR_ABOVE: f"AT OR ABOVE {line}",
        BELOW: f"below {line} (value route only)",
        UNDETERMINED: "undetermined",
    }
    return f"{SYMBOLS[verdict]} {words[verdict]}"


def margin_text(good: Good) -> str:
    """Return by how much a good misses or passes the line, in money and in grams of its main material."""
    if good.margin is None:
        return NOTHING
    word = "over by" if good.margin >= 0 else "headroom"
    text = f"{word} {money_text(abs(good.margin), good.currency)}"
    if good.headroom_grams is None:
        return text
    return f"{text}, {number_text(abs(good.headroom_grams))} g {spaced(good.headroom_material)}"


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
    if high is None and low:
        return f"at or above if one piece is worth {money_text(low, good.currency, ROUND_FLOOR)} or less; no upper end"
    if high is None:
        return "nothing limits the controlled value: no article value proves it below"
    sentence = f"below only if one piece is worth more than {money_text(high, good.currency, ROUND_CEILING)}"
    if not low or math.isclose(low, high, rel_tol=NEAR_LINE):
        return sentence
    return f"{sentence} (at or above for certain at {money_text(low, good.currency, ROUND_FLOOR)} or less)"


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


def counted(count: int, noun: str) -> str:
    """Return a number and its noun.

    Examples
    --------
    >>> counted(1, "finished good"), counted(2000, "finished good")
    ('1 finished good', '2,000 finished goods')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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


def dates_text(ruling: Ruling) -> str:
    """Return since when a rule is effective, and its suspension."""
    parts = [f"effective from {ruling.effective_from}" if ruling.effective_from else ""]
    if ruling.suspended_from:
        parts.append(f"suspended from {ruling.suspended_from} to {ruling.suspended_until or 'further notice'}, last day included")
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
        ("Confidence", rule.confidence),
        ("Note", rule.note),
        ("Caution", f"{ADVICE} Below the line is no clearance: {ROUTES}."),
    ]


def route_lines(assessment: Assessment) -> list[str]:
    """Return one line for each route without a threshold, with the goods it catches."""
    lines = []
    for name in ("technology", "origin"):
        found = [good.routes.get(name, "unknown") for good in assessment.goods]
        caught = [plain(good.part_number) for good, route in zip(assessment.goods, found, strict=True) if route == "caught"]
        named = f" ({', '.join(caught[:5])}{', …' if len(caught) > 5 else ''})" if caught else ""
        counts = ", ".join(f"{found.count(key)} {word}{named if key == 'caught' else ''}" for key, word in ROUTE_WORDS.items())
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
