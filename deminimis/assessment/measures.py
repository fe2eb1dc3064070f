"""From a Bom to article value and controlled value of every part: the wings joined, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache

import numpy as np
import pyarrow as pa

from deminimis.assessment.article_values import ArticleValues, Summed, read_article_values, without_settled
from deminimis.assessment.blocked import blocked_parts
from deminimis.assessment.contradictions import contradictions
from deminimis.content import Content, ContentTable, Money, measure_content, read_prices, read_rates
from deminimis.content.contradictions import Yardsticks
from deminimis.model import Bom, Finding, Mask, Numbers, Reading, Structure, arrow_schema, finding
from deminimis.model.part_codes import with_text
from deminimis.reference import materials
from deminimis.rollup import roll_up
from deminimis.structure import build_structure

LOW, TYPICAL, HIGH, OPEN = range(4)


@dataclass(frozen=True)
class Measures:
    """Everything known per piece of every part, by part code.

    Parameters
    ----------
    structure : Structure
    money : Money
    contained : ndarray (m,)
        Child units in one parent unit that content is counted on; zero beneath a declaration that covers its part.
    paid : ndarray (m,)
        Child units that one parent unit's value is summed over; zero where the parent's value is stated.
    value : ndarray (n,)
        Article value known [base currency]; all of it unless `value_open`.
    value_open : ndarray (n,) of bool
        Something in it has no value, so that nothing limits the value.
    stated : ndarray (n,) of bool
        The value is stated, not summed.
    contents_value : ndarray (n,)
        Value of what is in it [base currency], stated or not.
    unreadable : ndarray (n,) of bool
        A value is stated in a currency without a rate.
    controlled : ndarray (n, 3)
        Controlled value low, typical, high [base currency].
    controlled_open : ndarray (n,) of bool
        Nothing limits the controlled value.
    contents : ContentTable
    blocked : ndarray (n,) of bool
        Parts with an error of their own.
    findings : tuple of Finding
    """

    structure: Structure
    money: Money
    contained: Numbers
    paid: Numbers
    value: Numbers
    value_open: Mask
    stated: Mask
    contents_value: Numbers
    unreadable: Mask
    controlled: Numbers
    controlled_open: Mask
    contents: ContentTable
    blocked: Mask
    findings: tuple[Finding, ...]


def measure(bom: Bom, *, on: date, reading: Reading, exact: bool = False, summed: Summed | None = None) -> Measures:
    """Return article and controlled value of every part.

    Parameters
    ----------
    bom : Bom
    on : date
        The day judged for.
    reading : Reading
    exact : bool
        Calculate in `Fraction` from the decimals the user wrote, in place of float64.
    summed : Summed, optional
        Sums over lines that are not in the Bom, which holds those of them that carry anything.

    Returns
    -------
    Measures

    Notes
    -----
    V = stated value, else sum of gross quantity x V of what is in it.
    N = own content + sum of net quantity x N of what is in it; a covering declaration replaces the sum.
    """
    structure = build_structure(bom, on)
    money, rate_findings = read_rates(bom, on)
    worth = read_article_values(bom, structure, money, reading, exact=exact, summed=summed)
    prices = read_prices(bom, money, on, reading.price_basis)
    contents = measure_content(bom, structure, money, prices, worth.articles(), on=on, reading=reading)
    counted = without_settled(structure, worth.contained, _marked(structure, contents.covered))
    controlled = _controlled_values(structure, counted, contents, reading, exact)
    odd = []
    if not exact:
        against = Yardsticks(prices, money, worth.articles(exact=False))
        odd = contradictions(bom, structure, contents, against, worth.quantities.net, controlled, worth.masses)
    endless = _mask_of_endless(worth.value, controlled, exact)
    wings = (structure, worth.quantities, worth.stated, prices, contents)
    findings = (*(f for w in wings for f in w.findings), *rate_findings, *odd, *_endless_findings(structure, endless))
    own_errors = _own_errors(structure, worth, endless)
    return Measures(
        structure,
        money,
        counted,
        worth.paid,
        worth.value,
        worth.value_open,
        worth.stated.stated,
        worth.contents_value,
        worth.stated.unreadable,
        controlled[:, :OPEN],
        np.asarray(controlled[:, OPEN] > 0, dtype=bool),
        contents,
        blocked_parts(bom, structure, own_errors, contents, (*bom.findings, *findings)),
        findings,
    )


def _own_errors(structure: Structure, worth: ArticleValues, endless: Mask) -> Mask:
    """Return which parts have numbers that cannot be read or calculated, of their own or of their lines."""
    marks = worth.stated.unreadable | structure.looped | endless
    marks[structure.parents_of(np.flatnonzero(worth.quantities.unread))] = True
    return np.asarray(marks, dtype=bool)


def _controlled_values(
    structure: Structure, contained: Numbers, contents: ContentTable, reading: Reading, exact: bool
) -> Numbers:
    """Return controlled value low, typical, high and open of every part, shape (n, 4)."""
    if reading.aggregation == "sum":
        return roll_up(structure, contained, _own(structure, contents, None, exact))
    lines = dict.fromkeys(line for c in contents.contents for line in lines_of(c.claim.material))
    worst = _own(structure, ContentTable(), None, exact)
    for line in lines:
        own = _own(structure, contents, line, exact)
        worst = np.maximum(worst, roll_up(structure, contained, own))
    return worst


@cache
def lines_of(material: str) -> tuple[str, ...]:
    """Return the lines of Part 1 a material may fall under: one, or one per element where it is not known which."""
    record = materials()[material]
    if record.form in ("unsplit", "unknown"):
        forms = [m for m in materials().values() if m.listed and m.form not in ("unsplit", "unknown")]
        return tuple(m.part1_line or "" for m in forms if set(m.elements) <= set(record.elements))
    return (record.part1_line,) if record.part1_line else ()


def _own(structure: Structure, contents: ContentTable, line: str | None, exact: bool) -> Numbers:
    """Return every part's own content low, typical, high and open; what falls under one line of Part 1 if given."""
    number = Fraction if exact else float
    shape = (structure.part_count, 4)
    own = np.full(shape, Fraction(0), dtype=object) if exact else np.zeros(shape)
    counted = [(c.part, four) for c in contents.contents if (four := _ends_in_line(c, line))]
    amounts = np.array([[number(end) for end in four] for _, four in counted], dtype=own.dtype).reshape(-1, 4)
    np.add.at(own, np.array([part for part, _ in counted], dtype=np.int32), amounts)
    return own


def _ends_in_line(content: Content, line: str | None) -> tuple[Fraction | int, ...]:
    """Return low, typical, high and open of what falls under a line of Part 1, or of all; empty if nothing does."""
    lines = lines_of(content.claim.material)
    if line is None or lines == (line,):
        return content.low, content.typical, content.high, int(content.unbounded)
    # Which of several lines it falls under is not known: for certain none, typically the first, at most any.
    likely = content.typical if lines[:1] == (line,) else 0
    return (0, likely, content.high, int(content.unbounded)) if line in lines else ()


def _marked(structure: Structure, parts: frozenset[int]) -> Mask:
    marks = np.zeros(structure.part_count, dtype=bool)
    marks[list(parts)] = True
    return marks


def _endless_findings(structure: Structure, endless: Mask) -> tuple[Finding, ...]:
    """Return NUMBER_TOO_LARGE for the lowest part whose numbers are beyond float64."""
    parts = np.flatnonzero(endless)
    if not len(parts):
        return ()
    part_number = structure.part_numbers[int(parts[0])].as_py()
    return (finding("NUMBER_TOO_LARGE", value=part_number, part_number=part_number),)


def _mask_of_endless(value: Numbers, controlled: Numbers, exact: bool) -> Mask:
    """Return which parts have numbers beyond float64; fractions have no end."""
    if exact:
        return np.zeros(len(value), dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(value.sum() + controlled.sum()):
            return np.zeros(len(value), dtype=bool)
    return np.asarray(~(np.isfinite(value) & np.isfinite(controlled).all(axis=1)), dtype=bool)


def restrict(bom: Bom, structure: Structure, wanted: Mask, base: str) -> Bom:
    """Return the Bom of the wanted parts only: their records, lines, declarations and suppliers.

    Parameters
    ----------
    bom : Bom
    structure : Structure
    wanted : ndarray (n,) of bool
        Must hold every part beneath a wanted one.
    base : str
        Base currency of the whole.
    """
    smaller = bom.take("lines", np.sort(structure.line[structure.lines_of(wanted)]))
    for table in ("parts", "declarations", "sourcing"):
        codes = structure.codes(bom.table(table)["part_number"])
        smaller = smaller.take(table, np.flatnonzero((codes >= 0) & wanted[codes]))
    alone = _without_row(smaller, structure, wanted)
    texts = {name: with_text(smaller.table(name)) for name in ("parts", "lines", "declarations", "sourcing")}
    smaller = replace(smaller, **texts, base_currency=base)
    bare = pa.Table.from_pylist([{"part_number": number} for number in alone], arrow_schema("parts"))
    parts = pa.concat_tables([smaller.parts, bare]).combine_chunks() if alone else smaller.parts
    return replace(smaller, parts=parts, findings=())


def _without_row(bom: Bom, structure: Structure, wanted: Mask) -> list[str]:
    """Return the wanted parts that neither a record nor a line names any more: they need an empty record."""
    named = np.zeros(structure.part_count, dtype=bool)
    for column in (bom.parts["part_number"], bom.lines["parent"], bom.lines["child"]):
        named[structure.codes(column)] = True
    return list(structure.part_numbers.take(pa.array(np.flatnonzero(wanted & ~named))).to_pylist())
