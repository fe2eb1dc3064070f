"""The explanation of one part for people: a sentence to quote, the proof, the shares, the paths in figures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR
from functools import reduce
from typing import Any

import orjson

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, Assessment, Interval
from deminimis.explanation import Breakdown, Explanation, Factor, Path, Share
from deminimis.explanation.paths import MOST_COUNTED
from deminimis.report import words
from deminimis.report.digits import NO_LIMIT, money_interval_text, money_text, number_text, share_text, threshold_text

EVIDENCE = {
    "lab": "a laboratory",
    "signed": "signed declarations",
    "datasheet": "datasheets",
    "grade_table": "a grade table",
    "estimate": "estimates",
    "lapsed": "declarations out of their dates",
}
COUNTED = {
    "part1_china": "Part 1 materials of Chinese origin",
    "part1_any_origin": "Part 1 materials of any origin",
    "annex1_china": "Annex 1 items of Chinese origin",
}
VERDICTS = {AT_OR_ABOVE: "at or above", BELOW: "below", UNDETERMINED: "undetermined against"}
HOLD_NONE = {True: "is assumed to hold none", False: "are assumed to hold none"}
BOUNDS = {"high": "at most ", "low": "at least "}
FACTORS_SHOWN = 8
"""Quantities other than 1 that are printed one by one."""


def sentence_text(why: Explanation) -> str:
    """Return one sentence to quote: part, verdict, share, threshold, rule, day, reading and status.

    Parameters
    ----------
    why : Explanation

    Returns
    -------
    str
        Says of a part below the line that this is no clearance.
    """
    rule, line = why.ruling, threshold_text(why.ruling.threshold)
    judged = f"Part {words.plain(why.part_number)} is {VERDICTS[why.verdict]} {line}"
    if why.decided_by:
        judged += f" because {words.plain(why.decided_by)} inside it is (reading: level = {why.reading.level})"
    frame = f"{rule.instrument}, art. {rule.article}, {rule.id}, {_status(why)}, {words.reading_text(why.reading)}"
    end = _why_open(why) if why.verdict == UNDETERMINED else ""
    if why.verdict == BELOW:
        free = why.witness.assumed_free
        end = (
            f"; {words.counted(free, 'purchased part')} in it that nobody declared {HOLD_NONE[free == 1]}"
            if free
            else ""
        )
        end += "; this speaks of the value route alone and is no clearance, for art. 1(2) and 1(3) have no threshold"
    return f"{judged}: {_counted(why)} ({frame}){end}."


def _counted(why: Explanation) -> str:
    """Return which share of the value is counted, in words."""
    share, threshold, verdict = why.share, why.ruling.threshold, why.witness.proves
    counted, value = COUNTED[why.reading.numerator], f"{'its own' if why.decided_by else 'its'} value"
    if share.high is None and not share.low:
        return f"nothing limits the share of {counted} in {value}"
    ends = share if share.high is not None else Interval(share.low, share.low, share.low)
    text = share_text(ends, threshold, verdict).replace(" … ", " to ")
    counted = f"as far as the data can be read, {counted}" if why.witness.errors else counted
    return f"{counted} make up {text}{' or more' if share.high is None else ''} of {value}"


def _status(why: Explanation) -> str:
    status = f"{words.spaced(why.ruling.status)} on {why.on.isoformat()} under scenario {why.ruling.scenario}"
    return status if why.ruling.status == "in_force" else f"{status}, so that this says what holds once it is in force"


def _why_open(why: Explanation) -> str:
    if why.witness.errors:
        return ", but an error in the data feeds it"
    return ", and what is known does not prove on which side it lies"


def evidence_text(why: Explanation) -> str:
    """Return on what evidence the controlled value rests; blank where there is none."""
    shares = [share for share in why.by("evidence").shares if share.of_all]
    if len(shares) < 2:
        return f"All of the controlled value rests on {EVIDENCE[shares[0].name]}." if shares else ""
    first, *others = (f"{percent_text(share.of_all)} {{}}on {EVIDENCE[share.name]}" for share in shares)
    return f"Of the controlled value {', '.join([first.format('rests '), *(other.format('') for other in others)])}."


def percent_text(part: float | None) -> str:
    """Return a part of the whole in per cent.

    Examples
    --------
    >>> percent_text(0.8234), percent_text(None)
    ('82.3 %', '–')
    """
    return words.NOTHING if part is None else f"{100 * part:.3g} %"


def amount_text(low: float, typical: float | None, high: float | None, currency: str = "") -> str:
    """Return the typical amount and its range, if it has one.

    Examples
    --------
    >>> amount_text(0.0, 4.0, 5.5, "USD"), amount_text(4.0, 4.0, 4.0, "USD"), amount_text(1.0, None, None, "USD")
    ('4.00 USD (0 … 5.50)', '4.00 USD', '1.00 USD … no limit')
    """
    if typical is None or high is None:
        return f"{money_text(low, currency)} … {NO_LIMIT}"
    span = money_interval_text(Interval(low, typical, high))
    return money_text(typical, currency) if span == money_text(typical) else f"{money_text(typical, currency)} ({span})"


def arithmetic_text(path: Path, currency: str) -> str:
    """Return the product along a path as people print it; quantities of 1 are left out.

    Parameters
    ----------
    path : Path
    currency : str
        The base currency.

    Returns
    -------
    str

    Examples
    --------
    >>> steps = (Factor(2.0), Factor(1.0), Factor(4.0))
    >>> own = (Factor(0.042, "kg"), Factor(274.0, "USD/kg"))
    >>> path = Path(("PUMP", "MOTOR", "ROTOR", "MAG"), steps, own, "typical", 0.0, 92.064, 95.0, "terbium_metal", "lab")
    >>> arithmetic_text(path, "USD")
    '2 x 4 x 0.042 kg x 274 USD/kg = 92.06 USD'
    """
    quantities = [factor for factor in path.quantities if factor.value != 1 or factor.unit]
    if len(quantities) > FACTORS_SHOWN:
        product = reduce(lambda total, factor: total * factor.value, quantities, 1.0)
        quantities = [Factor(product, f"(product of {len(quantities):,} quantities)")]
    if not path.factors:
        return f"{_product(quantities) or '1'} x a value that nothing limits"
    brought = f"{BOUNDS.get(path.end, '')}{money_text(path.value, currency)}"
    factors = (*quantities, *path.factors)
    return f"{_product(factors)} = {brought}" if len(factors) > 1 else brought


def _product(factors: Iterable[Factor]) -> str:
    text = ""
    for factor in factors:
        sign = "" if not text else " / " if factor.divides else " x "
        text += f"{sign}{_figure(factor.value)}{f' {words.plain(factor.unit)}' if factor.unit else ''}"
    return text


def _figure(value: float) -> str:
    """Return a factor with six significant digits, so that the product can be worked out again."""
    text = f"{value:.6g}"
    return number_text(value) if "e" in text else text


def proof_text(why: Explanation) -> list[str]:
    """Return what proves the verdict of the part by its own share, or what is to be settled.

    Parameters
    ----------
    why : Explanation

    Returns
    -------
    list of str
    """
    witness, money = why.witness, why.currency
    known = " known of its value" if why.article_value.high is None else ""
    line = f"the line of {money_text(witness.line, money)} ({threshold_text(why.ruling.threshold)} of "
    line += f"{money_text(why.article_value.low, money)}{known})"
    exact = ["Sum and line are so near each other that they were compared in exact fractions."] if witness.exact else []
    if witness.proves == AT_OR_ABOVE:
        reached = money_text(witness.sum, money, ROUND_FLOOR)
        alone = len(witness.parts) == 1
        suffice = "suffices: what it brings" if alone else "suffice: what they bring"
        count = f"{len(witness.parts):,} of {words.counted(len(witness.parts) + witness.not_needed, 'carrying part')}"
        return [f"{count} {suffice} for certain, {reached}, reaches {line}.", *exact]
    if witness.proves == BELOW:
        return [*_bound(why, line), *exact]
    return _to_settle(why, line)


def _bound(why: Explanation, line: str) -> list[str]:
    """Return the worst that a part below the line may hold, and what that rests on."""
    free = why.witness.assumed_free
    most = money_text(why.witness.sum, why.currency, ROUND_CEILING)
    bound = f"With every unknown at its worst all carrying parts bring {most} at most, under {line}."
    lines = [bound if why.witness.sum else "No controlled value was found in it."]
    if free:
        lines.append(f"{words.counted(free, 'purchased part')} without a declaration or sign {HOLD_NONE[free == 1]}.")
    return lines


def _to_settle(why: Explanation, line: str) -> list[str]:
    """Return what keeps a part undetermined."""
    witness, controlled = why.witness, why.controlled_value
    reaches = f"is {money_interval_text(Interval(controlled.low, None, controlled.high), why.currency)}"
    if controlled.high is None:
        reaches = f"is {money_text(controlled.low, why.currency)} or more, without a limit"
    lines = [f"The controlled value {reaches}; it is compared with {line}."]
    lines += [f"Error to be corrected: {words.plain(error)}." for error in witness.errors]
    if witness.without_value:
        lines.append(f"Value to be given: {', '.join(map(words.plain, witness.without_value))}.")
    if witness.parts:
        lines.append(f"Content to be proven of {words.counted(len(witness.parts), 'carrying part')}, see the table.")
    return lines


def rest_text(why: Explanation) -> str:
    """Return how many paths are not shown and what they bring; blank where all are."""
    paths = why.paths
    if not paths.left_out:
        return ""
    more = "more than " if paths.left_out >= MOST_COUNTED - len(paths.largest) else ""
    rest = amount_text(paths.rest.low or 0.0, paths.rest.typical, paths.rest.high, why.currency)
    return f"and {more}{words.counted(paths.left_out, 'further path')}, which together bring {rest}"


def share_names(breakdown: Breakdown, share: Share) -> str:
    """Return what a share is called in its table."""
    if breakdown.by == "evidence":
        return EVIDENCE.get(share.name, words.plain(share.name))
    if breakdown.by == "material":
        return words.spaced(share.name)
    return words.plain(share.name) or "nobody named"


def frame_of(why: Explanation) -> Assessment:
    """Return the rule, day and reading of an explanation as an assessment without goods, for the words about them."""
    given = why.version, why.on, why.ruling, why.reading, why.inputs, why.reference_version
    return Assessment(*given, goods=(), findings=())


def explanation_json(why: Explanation) -> bytes:
    """Return the document `deminimis/explanation/1`: the explanation, its sentence, proof and arithmetic in words too.

    Parameters
    ----------
    why : Explanation

    Returns
    -------
    bytes
        Strict JSON in UTF-8: what is no number is null.
    """
    document: dict[str, Any] = why.as_dict()
    for path, printed in zip(document["paths"]["largest"], why.paths.largest, strict=True):
        path["arithmetic"] = arithmetic_text(printed, why.currency)
    document |= {"sentence": sentence_text(why), "proof": proof_text(why)}
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        # Text from Python's memory may hold half a surrogate pair, which has no UTF-8; escapes keep it.
        return json.dumps(document, allow_nan=False).encode()
