"""Claims: what somebody says is in one piece of a part, with its value if every gram of it were counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from deminimis.content.prices import Price
from deminimis.model import Bom, Finding, Reading
from deminimis.reference import Grade, Material, country_code, materials

EVIDENCE_RANK = {"lab": 0, "signed": 1, "datasheet": 2, "grade_table": 3, "estimate": 4}
NO_EVIDENCE = 99
CHINA = {
    "mainland": frozenset({"CN"}),
    "with_hk_mo": frozenset({"CN", "HK", "MO"}),
    "with_hk_mo_tw": frozenset({"CN", "HK", "MO", "TW"}),
}
NOTHING, EVERYTHING = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about one part.

    Parameters
    ----------
    part : int
        Code of the part.
    material : str
        Id of the reference table; `none` is a statement too.
    low, typical, high : Fraction
        Value of the material in one piece, whatever its origin and form [base currency].
    unbounded : bool
        Nothing limits the high end: no price, or no mass and no value.
    evidence, supplier, origin, detail : str
        How it is known, whose part, ISO code of the material's origin or blank for unknown, and words for people.
    whole : bool
        Covers everything beneath the part and replaces it.
    lapsed : bool
        Out of its dates: it no longer proves anything, but says what to expect.
    row : int
        Row of `Bom.declarations`, -1 for an estimate.
    until : date or None
        Last day it holds.
    grams : Fraction
        Typical mass of the material in one piece [g]; 0 where only a value is known.
    price_basis : tuple of str
        Kinds of price behind its value.
    of_value : bool
        A share of the part's own value, with which it grows.
    price : Price or None
        What one gram is worth, where the value is grams x price; low = grams x price at their low ends, and so on.
    """

    part: int
    material: str
    low: Fraction = NOTHING
    typical: Fraction = NOTHING
    high: Fraction = NOTHING
    unbounded: bool = False
    evidence: str = "signed"
    supplier: str = ""
    origin: str = ""
    detail: str = ""
    whole: bool = False
    lapsed: bool = False
    row: int = -1
    until: date | None = None
    grams: Fraction = NOTHING
    price_basis: tuple[str, ...] = ()
    of_value: bool = False
    price: Price | None = None

    @property
    def elements(self) -> frozenset[str]:
        """The elements the claim is about; none for `none`."""
        return frozenset() if self.material == "none" else frozenset(materials()[self.material].elements)

    @property
    def is_about_controlled(self) -> bool:
        """Whether it says anything of Part 1: `none` does, an amount of neodymium does not."""
        if self.material == "none":
            return True
        material = materials()[self.material]
        return material.listed or material.form_unknown


@dataclass(frozen=True, slots=True)
class Content:
    """Controlled value of one material in one piece of a part: a claim after origin, form and supplier's share.

    `low`, `typical` and `high` are in the base currency; `choice` names the alternatives they are the ends of, if any.
    """

    claim: Claim
    low: Fraction
    typical: Fraction
    high: Fraction
    unbounded: bool
    choice: Choice | None = None

    @property
    def part(self) -> int:
        """Code of the part."""
        return self.claim.part


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives of which one is real, or the worst counts; their ends are what the contents of the part show.

    Parameters
    ----------
    mode : {"worst", "envelope", "variants"}
    alternatives : tuple of tuple of Content
        Each as it would count if it were real.
    share : Fraction
        Of the supplier they are about.
    """

    mode: str
    alternatives: tuple[tuple[Content, ...], ...]
    share: Fraction = EVERYTHING


@dataclass(frozen=True, slots=True)
class Sign:
    """What makes a part look like a carrier.

    Parameters
    ----------
    part : int
        Code of the part.
    record : int
        Row of `Bom.parts`.
    carrier : str
        Id of the reference table of carriers.
    reason : str
        The class, grade, customs code or word that says so.
    by_words : bool
        Only its description says so.
    grade : Grade or None
    """

    part: int
    record: int
    carrier: str
    reason: str
    by_words: bool
    grade: Grade | None


@dataclass(frozen=True)
class Source:
    """One supplier of a part: its share and the origin of the controlled material in it."""

    supplier: str
    share: Fraction
    origin: str


@dataclass(frozen=True)
class Statements:
    """What is said of parts before it is weighed, by code of the part.

    Parameters
    ----------
    claims : mapping of int to list of Claim
        What is declared, lapsed declarations included.
    sourcing : mapping of int to list of Source
        Suppliers.
    signed : mapping of int to Sign
        Parts that are estimated where nothing is declared.
    """

    claims: Mapping[int, list[Claim]] = field(default_factory=dict)
    sourcing: Mapping[int, list[Source]] = field(default_factory=dict)
    signed: Mapping[int, Sign] = field(default_factory=dict)


@dataclass(frozen=True)
class ContentTable:
    """All controlled content of a Bom under one reading.

    Parameters
    ----------
    contents : tuple of Content
    covered : frozenset of int
        Parts with a declaration that covers everything beneath.
    blocked : frozenset of int
        Parts whose content cannot be read; everything above them is undetermined.
    declared : frozenset of int
        Parts with a valid declaration of any kind.
    signs : tuple of Sign
        Every part that looks like a carrier, declared or not.
    findings : tuple of Finding
    statements : Statements
        What the contents were weighed from.
    """

    contents: tuple[Content, ...] = ()
    covered: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()
    declared: frozenset[int] = frozenset()
    signs: tuple[Sign, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    statements: Statements = field(default_factory=Statements, repr=False)


def counted(claim: Claim, origin: str, reading: Reading) -> tuple[Fraction, Fraction, Fraction]:
    """Return which part of a claim counts as controlled value, as low, typical and high factors of 0 or 1.

    Parameters
    ----------
    claim : Claim
    origin : str
        ISO code, blank for unknown.
    reading : Reading

    Returns
    -------
    tuple of Fraction

    Notes
    -----
    Form: a material not on Part 1 counts nowhere; a bare element of unknown form in the high end only.
    Origin: China counts, another country does not, unknown is nothing at least and everything at most.
    A lapsed claim proves nothing: its low end is nothing.

    Source
    ------
    MOFCOM Announcement 61 of 2025, Annex 1 Part 1 (thirteen lines, by form) and art. 1(1).
    """
    material: Material = materials()[claim.material]
    if not material.listed and not material.form_unknown:
        return NOTHING, NOTHING, NOTHING
    low, typical, high = counted_origin(origin, reading)
    if material.form_unknown:
        low = typical = NOTHING
    return (NOTHING if claim.lapsed else low), typical, high


def counted_origin(origin: str, reading: Reading) -> tuple[Fraction, Fraction, Fraction]:
    """Return which part of a material of an origin counts, as low, typical and high factors of 0 or 1.

    Parameters
    ----------
    origin : str
        ISO code, blank for unknown.
    reading : Reading
    """
    if reading.numerator == "part1_any_origin" or origin in CHINA[reading.china]:
        return EVERYTHING, EVERYTHING, EVERYTHING
    if origin or reading.unknown_origin == "excluded":
        return NOTHING, NOTHING, NOTHING
    return (EVERYTHING if reading.unknown_origin == "china" else NOTHING), EVERYTHING, EVERYTHING


def best_claims(claims: list[Claim]) -> tuple[list[Claim], list[str]]:
    """Return the claims of one supplier that count: the best evidence for each element, and what contradicts it.

    Parameters
    ----------
    claims : list of Claim
        All of one part and one supplier.

    Returns
    -------
    list of Claim
        Without the statements `none`; empty if the best evidence says there is nothing.
    list of str
        Contradictions between the claims, in words.

    Notes
    -----
    Lapsed claims count only where nothing else does, and a lapsed `none` says nothing at all. A claim is beaten by
    better evidence about all of its elements. `none` beats worse evidence; `none` against an amount of the same
    evidence leaves the amount with nothing as its low end.
    """
    if len(claims) == 1:
        return [c for c in claims if c.material != "none"], []
    valid = [c for c in claims if not c.lapsed]
    pool = valid or [c for c in claims if c.material != "none"]
    amounts = [c for c in pool if c.material != "none"]
    nothing = min((EVIDENCE_RANK[c.evidence] for c in pool if c.material == "none"), default=NO_EVIDENCE)
    kept: list[Claim] = []
    contradictions: list[str] = []
    for claim in amounts:
        rank = EVIDENCE_RANK[claim.evidence]
        if nothing < NO_EVIDENCE:
            contradictions.append(f"none, and {claim.material}")
        if nothing < rank or any(EVIDENCE_RANK[c.evidence] < rank and c.elements >= claim.elements for c in amounts):
            continue
        kept.append(replace(claim, low=NOTHING) if nothing == rank else claim)
    return kept, contradictions


def several_amounts(claims: list[Claim]) -> list[str]:
    """Return, in words, which materials of one origin one source declares in several amounts, which are added up."""
    if len(claims) < 2:
        return []
    count = Counter((c.material, c.origin) for c in claims)
    return [f"{number} amounts of {material} are added up" for (material, _), number in count.items() if number > 1]


def combine(alternatives: Sequence[tuple[Source | None, list[Claim]]], reading: Reading, *, mode: str) -> list[Content]:
    """Return the content of one part from alternatives of which one, or a mix, is real.

    Parameters
    ----------
    alternatives : sequence of (Source or None, list of Claim)
        Suppliers, or variants of an estimate.
    reading : Reading
    mode : {"prorate", "worst", "envelope", "variants"}
        By share; the worst alone; the range over all with their mean as typical; the range with the first as typical.

    Returns
    -------
    list of Content
    """
    rows = [[_content(claim, source, reading) for claim in claims] for source, claims in alternatives]
    if len(rows) == 1 and mode != "prorate":
        return rows[0]
    low, typical, high = _weights(rows, [s.share if s else NOTHING for s, _ in alternatives], mode)
    choice = None if mode == "prorate" else Choice(mode, tuple(tuple(row) for row in rows))
    mixed: list[Content] = []
    for row, least, middle, most in zip(rows, low, typical, high, strict=True):
        mixed += [
            Content(c.claim, c.low * least, c.typical * middle, c.high * most, c.unbounded and most > 0, choice)
            for c in row
        ]
    return mixed


def _content(claim: Claim, source: Source | None, reading: Reading) -> Content:
    origin = claim.origin or (source.origin if source else "")
    supplier = claim.supplier or (source.supplier if source else "")
    low, typical, high = counted(claim, origin, reading)
    if (origin, supplier) != (claim.origin, claim.supplier):
        claim = replace(claim, origin=origin, supplier=supplier)
    return Content(
        claim,
        claim.low if low else NOTHING,
        claim.typical if typical else NOTHING,
        claim.high if high else NOTHING,
        claim.unbounded and bool(high),
    )


def _weights(rows: list[list[Content]], shares: list[Fraction], mode: str) -> tuple[list[Fraction], ...]:
    if mode == "prorate":
        return shares, shares, shares
    count = range(len(rows))

    def only(chosen: int) -> list[Fraction]:
        return [EVERYTHING if i == chosen else NOTHING for i in count]

    worst = max(count, key=lambda i: (any(c.unbounded for c in rows[i]), sum((c.high for c in rows[i]), NOTHING)))
    if mode == "worst":
        most = max(count, key=lambda i: sum((c.typical for c in rows[i]), NOTHING))
        surest = max(count, key=lambda i: sum((c.low for c in rows[i]), NOTHING))
        return only(surest), only(most), only(worst)
    least = min(count, key=lambda i: sum((c.low for c in rows[i]), NOTHING))
    typical = only(0) if mode == "variants" else [Fraction(1, len(rows))] * len(rows)
    return only(least), typical, only(worst)


def origin_of(text: str | None, unknown: Callable[[str, str], None]) -> str:
    """Return the ISO code of a country as written; blank for none.

    `unknown` is told the finding's code and the word where it is no country, or NA, which may mean one or none.
    """
    if not text:
        return ""
    code = country_code(text)
    if code is None:
        unknown("COUNTRY_NOT_KNOWN", text)
        return ""
    if text.strip().upper() == "NA":
        unknown("COUNTRY_NAMIBIA", text)
    return code


def read_sourcing(bom: Bom, codes: list[int], unknown: Callable[[int, str, str], None]) -> Mapping[int, list[Source]]:
    """Return the suppliers of every part with their shares, in the order of the rows.

    Parameters
    ----------
    bom : Bom
    codes : list of int
        Code of the part of each row of `sourcing`, -1 where it is in no structure.
    unknown : callable
        Told the row, the finding's code and the word for each that is no country.
    """
    shares = bom.numbers("sourcing", "share_percent", exact=True)
    sources: dict[int, list[Source]] = {}
    table: list[dict[str, Any]] = bom.sourcing.select(["supplier", "origin"]).to_pylist()
    for row, (code, record) in enumerate(zip(codes, table, strict=True)):
        if code >= 0:
            origin = origin_of(record["origin"], partial(unknown, row))
            sources.setdefault(code, []).append(Source(record["supplier"] or "", shares[row] / 100, origin))
    return sources
