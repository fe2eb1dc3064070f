"""Claims: what somebody says is in one piece of a part, with its value if every gram of it were counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from deminimis.content.prices import Price
from deminimis.model import Finding
from deminimis.reference import Grade, materials

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
