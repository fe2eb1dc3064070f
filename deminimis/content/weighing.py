"""What of several claims counts: the best evidence, Chinese and listed material, over the suppliers of a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deminimis.content.claims import EVERYTHING, NOTHING, Choice, Claim, Content, Source
from deminimis.model import Reading
from deminimis.reference import Material, materials

EVIDENCE_RANK = {"lab": 0, "signed": 1, "datasheet": 2, "grade_table": 3, "estimate": 4}
NO_EVIDENCE = 99
ANY_FORM = frozenset({"unsplit", "unknown"})
CHINA = {
    "mainland": frozenset({"CN"}),
    "with_hk_mo": frozenset({"CN", "HK", "MO"}),
    "with_hk_mo_tw": frozenset({"CN", "HK", "MO", "TW"}),
}


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
    A lapsed claim counts only where no valid one speaks of its elements, and a lapsed `none` says nothing at all. A
    claim is beaten by better evidence about all of its elements. `none` beats worse evidence; `none` against an amount
    of the same evidence leaves the amount with nothing as its low end.
    """
    if len(claims) == 1:
        return [c for c in claims if c.material != "none"], []
    pool = [c for c in claims if not c.lapsed or not _is_replaced(c, claims)]
    amounts = [c for c in pool if c.material != "none"]
    nothing = min((EVIDENCE_RANK[c.evidence] for c in pool if c.material == "none"), default=NO_EVIDENCE)
    kept: list[Claim] = []
    contradictions: list[str] = []
    for claim in amounts:
        rank = EVIDENCE_RANK[claim.evidence]
        if nothing < NO_EVIDENCE:
            contradictions.append(f"none, and {claim.material}")
        rivals = [c for c in amounts if c.lapsed <= claim.lapsed and c.elements >= claim.elements]
        if nothing < rank or any(EVIDENCE_RANK[c.evidence] < rank for c in rivals):
            continue
        kept.append(replace(claim, low=NOTHING) if nothing == rank else claim)
    return kept, contradictions


def _is_replaced(lapsed: Claim, claims: list[Claim]) -> bool:
    """Say whether valid claims speak of all that a lapsed one speaks of; a lapsed `none` needs no one to replace it.

    A metal says nothing of an oxide: both may be in a part. A form that is not known may be any.
    """
    valid = [c for c in claims if not c.lapsed]
    if "none" in {lapsed.material, *(c.material for c in valid)}:
        return True
    form, forms = materials()[lapsed.material].form, [materials()[c.material].form for c in valid]
    alike = [c for c, other in zip(valid, forms, strict=True) if other == form or ANY_FORM & {form, other}]
    return lapsed.elements <= frozenset().union(*(c.elements for c in alike))


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
