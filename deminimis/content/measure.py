"""All controlled content of a Bom: declarations first, then estimates, by supplier and origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial

import numpy as np

from deminimis.content.appraising import Appraiser, Article
from deminimis.content.claims import NOTHING, Choice, Claim, Content, ContentTable, Sign, Source, Statements
from deminimis.content.declarations import read_claims
from deminimis.content.estimates import estimate, estimate_finding, look_for_signs
from deminimis.content.money import Money
from deminimis.content.prices import PriceList
from deminimis.content.sourcing import origin_of, read_sourcing
from deminimis.content.weighing import best_claims, combine, several_amounts
from deminimis.model import Bom, Finding, Mask, Reading, Structure, finding

Guess = Callable[[], list[list[Claim]]]
WHOLE_ITEMS = ("ndfeb_magnet", "smco_magnet", "rare_earth_target")


def measure_content(
    bom: Bom,
    structure: Structure,
    money: Money,
    prices: PriceList,
    article: Callable[[int], Article],
    *,
    on: date,
    reading: Reading,
) -> ContentTable:
    """Return the controlled content of every part itself.

    Parameters
    ----------
    bom, structure, money, prices
    article : callable
        Code of a part to its value and mass.
    on : date
        The day judged for.
    reading : Reading

    Returns
    -------
    ContentTable

    Notes
    -----
    Best evidence first: lab > signed > datasheet > grade table > estimate. A part with lines is estimated only if its
    class, grade or customs code calls it a carrier and nothing beneath it is declared or looks like one.
    """
    appraiser = Appraiser(prices)
    claims, findings = read_claims(bom, structure, money, appraiser, article, on)
    sourcing = read_sourcing(bom, structure.codes(bom.sourcing["part_number"]).tolist(), _country_teller(bom, findings))
    findings += _share_findings(bom, structure, sourcing)
    signs = look_for_signs(bom, structure)
    signed = {sign.part: sign for sign in signs if _is_purchased(structure, sign.part) or not sign.by_words}
    for part in _explained(structure, signed, claims):
        signed.pop(part, None)
    said_of = Statements(claims, sourcing, signed)
    contents = {
        part: weigh_part(bom, structure, part, said_of, article, appraiser, reading, findings)
        for part in dict.fromkeys((*claims, *signed))
    }
    findings += _estimate_findings(bom, signs, contents)
    if reading.numerator == "annex1_china":
        _count_whole_items(bom, signs, article, contents, reading, findings)
    table = tuple(c for group in contents.values() for c in group)
    blocked = {c.part for c in table if c.claim.material in appraiser.unreadable and c.unbounded}
    findings += _assumption_findings(structure, claims, contents)
    valid = {part: [c for c in group if not c.lapsed] for part, group in claims.items()}
    return ContentTable(
        table,
        frozenset(part for part, group in valid.items() if any(c.whole for c in group)),
        frozenset(blocked),
        frozenset(part for part, group in valid.items() if group),
        tuple(signs),
        (*findings, *appraiser.findings),
        said_of,
    )


def weigh_part(
    bom: Bom,
    structure: Structure,
    part: int,
    statements: Statements,
    article: Callable[[int], Article],
    appraiser: Appraiser,
    reading: Reading,
    findings: list[Finding],
) -> list[Content]:
    """Return the content of one part: what is declared of it, else estimated, over its suppliers.

    Parameters
    ----------
    bom, structure
    part : int
        Its code.
    statements : Statements
        What is said of it.
    article : callable
        Code of a part to its value and mass.
    appraiser : Appraiser
        Prices of materials.
    reading : Reading
    findings : list of Finding
        What is odd is added here.
    """
    claims, sources = statements.claims.get(part, []), statements.sourcing.get(part, [])
    if len(claims) == 1 and not sources and claims[0].is_about_controlled and not claims[0].lapsed:
        # one word about a part of one supplier: nothing to choose or to guess, as with most parts of a catalogue
        return combine([(None, best_claims(claims)[0])], reading, mode="envelope")
    desk = _Desk(structure.part_numbers[part].as_py(), sources, reading, findings)
    guess = partial(_guess, bom, statements.signed.get(part), article, appraiser, findings)
    return desk.content(_standing(structure, part, claims), guess)


def _estimate_findings(bom: Bom, signs: list[Sign], contents: dict[int, list[Content]]) -> list[Finding]:
    return [
        estimate_finding(bom, sign, rows)
        for sign in signs
        if (rows := [c.claim for c in contents.get(sign.part, []) if c.claim.evidence == "estimate"])
    ]


def _explained(structure: Structure, signed: dict[int, Sign], claims: dict[int, list[Claim]]) -> set[int]:
    """Return the parts with lines whose content is explained by what is beneath them."""
    known = np.zeros(structure.part_count, dtype=bool)
    known[[*claims, *(part for part in signed if _is_purchased(structure, part))]] = True
    explained = set()
    # Codes grow upwards, so that what a part is explained by is itself settled before it.
    for part in sorted(part for part in signed if not _is_purchased(structure, part)):
        beneath = _beneath(structure, part)
        if any(known[p] for p in beneath):
            explained.add(part)
        known[part] = True
    return explained


def _beneath(structure: Structure, part: int) -> set[int]:
    found: set[int] = set()
    waiting = [part]
    while waiting:
        at = waiting.pop()
        for child in structure.child[structure.first[at] : structure.first[at + 1]].tolist():
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _guess(
    bom: Bom, sign: Sign | None, article: Callable[[int], Article], appraiser: Appraiser, findings: list[Finding]
) -> list[list[Claim]]:
    """Return the estimate of a part; where the part is the material itself, its origin is the material's."""
    if sign is None:
        return []
    variants = estimate(sign, article(sign.part), appraiser)
    if sign.carrier != "part1_material":
        return variants
    origin = _origin_of_part(bom, sign.record, findings)
    return [[replace(claim, origin=origin) for claim in claims] for claims in variants]


def _origin_of_part(bom: Bom, record: int, findings: list[Finding]) -> str:
    def tell(code: str, text: str) -> None:
        findings.append(finding(code, **bom.place("parts", record), column="origin", value=text))

    return origin_of(bom.parts["origin"][record].as_py(), tell)


def _is_purchased(structure: Structure, part: int) -> bool:
    return bool(structure.first[part] == structure.first[part + 1])


def _country_teller(bom: Bom, findings: list[Finding]) -> Callable[[int, str, str], None]:
    def tell(row: int, code: str, text: str) -> None:
        findings.append(finding(code, **bom.place("sourcing", row), column="origin", value=text))

    return tell


def _share_findings(bom: Bom, structure: Structure, sourcing: object) -> list[Finding]:
    findings: list[Finding] = []
    shares = bom.numbers("sourcing", "share_percent", exact=True)
    totals: dict[str, tuple[int, Fraction]] = {}
    for row, part_number in enumerate(bom.sourcing["part_number"].to_pylist()):
        first, total = totals.get(part_number, (row, NOTHING))
        totals[part_number] = first, total + shares[row]
    for part_number, (row, total) in totals.items():
        if total != 100:
            about = {**bom.place("sourcing", row), "column": "share_percent", "part_number": part_number}
            findings.append(finding("SOURCING_SHARE_SUM", **about, value=part_number, total=f"{float(total):g}"))
    return findings


def _standing(structure: Structure, part: int, claims: list[Claim]) -> list[Claim]:
    """Return the claims that still say something: a lapsed one for the whole of an assembly leaves it to its lines."""
    # Neodymium declared for the whole says nothing of Part 1 and replaces no amount of the part's own.
    whole = [c for c in claims if c.whole and not c.lapsed and c.is_about_controlled]
    if any(c.material != "none" for c in whole):
        return whole
    if whole:
        # "None at all" beside an amount of the part's own is a contradiction to be told, not one to be settled here.
        return [c for c in claims if not c.lapsed]
    lapsed_assembly = not _is_purchased(structure, part)
    return [c for c in claims if not c.lapsed or not (c.material == "none" or (c.whole and lapsed_assembly))]


@dataclass(frozen=True)
class _Desk:
    """One part on the desk: its suppliers, the reading, and where to say what is odd."""

    part_number: str
    sources: list[Source]
    reading: Reading
    findings: list[Finding]

    def say(self, code: str, detail: str) -> None:
        """Add a finding about the part."""
        self.findings.append(finding(code, value=self.part_number, part_number=self.part_number, detail=detail))

    def content(self, claims: list[Claim], guess: Guess) -> list[Content]:
        """Return the part's content: what is declared, else what lapsed declarations and signs let expect."""
        if any(c.is_about_controlled and not c.lapsed for c in claims):
            return self.declared(claims, guess)
        lapsed, _ = best_claims([c for c in claims if c.lapsed])
        return self.estimated([lapsed, *guess()] if lapsed else guess())

    def declared(self, claims: list[Claim], guess: Guess) -> list[Content]:
        """Return what the declarations say, over the part's suppliers."""
        by_supplier: dict[str, list[Claim]] = {}
        for claim in claims:
            by_supplier.setdefault(claim.supplier, []).append(claim)
        best = {}
        for supplier, group in by_supplier.items():
            best[supplier], contradictions = best_claims(group)
            for words in dict.fromkeys((*contradictions, *several_amounts(best[supplier]))):
                self.say("DECLARATION_CONFLICT", words)
        if self.sources:
            alternatives = [(s, self.claims_of(s, best, guess)) for s in self.sources]
            return combine(alternatives, self.reading, mode=self.reading.sourcing)
        if len(best) > 1:
            self.say("DECLARATION_CONFLICT", "several suppliers, no shares")
        suppliers: list[tuple[Source | None, list[Claim]]] = [(None, group) for group in best.values()]
        return combine(suppliers, self.reading, mode="worst" if self.reading.sourcing == "worst" else "envelope")

    def claims_of(self, source: Source, best: dict[str, list[Claim]], guess: Guess) -> list[Claim]:
        """Return the claims that hold for one supplier: its own, else those of no supplier, else the worst guess."""
        for supplier in (source.supplier, ""):
            if supplier in best:
                return best[supplier]
        self.say("SUPPLIER_NOT_DECLARED", source.supplier)
        worst = max((*best.values(), *guess()), key=lambda group: (any(c.unbounded for c in group), _most(group)))
        return [replace(c, low=NOTHING, origin="", supplier=source.supplier) for c in worst]

    def estimated(self, variants: list[list[Claim]]) -> list[Content]:
        """Return what may be in the part: the range over lapsed declarations and estimates, and over its suppliers."""
        if not variants:
            return []
        if not self.sources:
            return _one_of(variants, None, self.reading)
        per_source = [_one_of(variants, source, self.reading) for source in self.sources]
        if self.reading.sourcing == "worst":
            return max(per_source, key=lambda rows: sum((c.high for c in rows), NOTHING))
        return [
            Content(c.claim, c.low * s.share, c.typical * s.share, c.high * s.share, c.unbounded, _of(c.choice, s))
            for s, rows in zip(self.sources, per_source, strict=True)
            for c in rows
        ]


def _of(choice: Choice | None, source: Source) -> Choice | None:
    return choice and replace(choice, share=source.share)


def _most(claims: list[Claim]) -> Fraction:
    return sum((c.high for c in claims), NOTHING)


def _one_of(variants: list[list[Claim]], source: Source | None, reading: Reading) -> list[Content]:
    """Return the range over the variants as one row under the name of the likeliest."""
    rows = combine([(source, v) for v in variants], reading, mode="variants")
    if len(variants) < 2 or len(rows) < 2:
        return rows
    low, typical, high = (sum((getattr(c, end) for c in rows), NOTHING) for end in ("low", "typical", "high"))
    claim = replace(rows[0].claim, of_value=any(c.claim.of_value for c in rows))
    return [Content(claim, low, typical, high, any(c.unbounded for c in rows), rows[0].choice)]


def _count_whole_items(
    bom: Bom,
    signs: Iterable[Sign],
    article: Callable[[int], Article],
    contents: dict[int, list[Content]],
    reading: Reading,
    findings: list[Finding],
) -> None:
    """Count Chinese magnets and targets with their whole value, in place of the material in them.

    Source
    ------
    Sandler, Travis & Rosenberg trade report, October 2025: "any China-origin Annex 1 item".
    """
    for sign in signs:
        rows = contents.get(sign.part, [])
        is_item = sign.carrier in WHOLE_ITEMS or (sign.carrier == "magnet" and sign.grade is not None)
        most = sum((c.high for c in rows), NOTHING)
        if not is_item or not (most or any(c.unbounded for c in rows)):
            continue
        origin = _origin_of_part(bom, sign.record, findings)
        value = article(sign.part)
        whole = replace(rows[0].claim, low=value.value_low, typical=value.value_low, high=value.value_high or NOTHING)
        whole = replace(whole, unbounded=value.value_high is None, origin=origin, detail="whole item")
        whole = replace(whole, of_value=True, price=None)
        if sum((c.low for c in rows), NOTHING) == 0:
            whole = replace(whole, low=NOTHING)
        counted = combine([(None, [whole])], reading, mode="envelope")
        if counted[0].high or counted[0].unbounded:
            contents[sign.part] = counted


def _assumption_findings(
    structure: Structure, claims: dict[int, list[Claim]], contents: dict[int, list[Content]]
) -> list[Finding]:
    """Return the one finding that lists how many purchased parts are assumed to contain nothing."""
    without: Mask = np.diff(structure.first) == 0
    without[[*claims, *contents]] = False
    parts = np.flatnonzero(without)
    if not len(parts):
        return []
    return [finding("NO_SIGN_OF_CARRIER", value=structure.part_numbers[int(parts[0])].as_py(), count=len(parts))]
