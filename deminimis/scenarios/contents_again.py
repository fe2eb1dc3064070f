"""The content of parts weighed again after a change of one part, or of a price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from deminimis.content import Article, Claim, Content, ContentTable, PriceList, Statements, measure_content, weigh_part
from deminimis.content.appraising import Appraiser
from deminimis.content.claims import Source
from deminimis.content.declarations import ENDS
from deminimis.content.prices import Quotation
from deminimis.model import Floats, exact_number
from deminimis.scenarios.applied import change_tables
from deminimis.scenarios.changes import Change, OriginChange, PriceChange
from deminimis.scenarios.ready import ReadyCalculation, four_ends, lone_structure, sum_of_ends
from deminimis.units import grams

Ratios = Mapping[str, tuple[Fraction, Fraction, Fraction]]


def origin_again(ready: ReadyCalculation, part: int, change: OriginChange) -> list[Content] | None:
    """Return the content of a part whose material comes from elsewhere; None where its rows have to be read again.

    Notes
    -----
    What is declared keeps its amounts and gets the origin; what is estimated takes it from the supplier.
    """
    said = ready.calculation.measures.contents.statements
    claims, sources, sign = said.claims.get(part, []), said.sourcing.get(part, []), said.signed.get(part)
    if len({claim.material for claim in claims}) < len(claims) or (sign and sign.carrier == "part1_material"):
        # Two rows of one material may come to say the same, and the record's own origin counts for a material.
        return None
    sources = [replace(source, origin=change.origin) for source in sources]
    if not sources and change.origin and not any(c.is_about_controlled and not c.lapsed for c in claims):
        sources = [Source("", Fraction(1), change.origin)]
    told = Statements(
        {part: [replace(claim, origin=change.origin) for claim in claims]},
        {part: sources},
        {part: sign} if sign else {},
    )
    return _weigh(ready, part, told, ready.appraiser)


def _weigh(ready: ReadyCalculation, part: int, told: Statements, appraiser: Appraiser) -> list[Content]:
    bom, reading = ready.calculation.bom, ready.calculation.reading
    return weigh_part(bom, ready.structure, part, told, ready.article, appraiser, reading, [])


def rows_again(
    ready: ReadyCalculation, part: int, change: Change, article: Callable[[int], Article]
) -> list[Content] | None:
    """Return the content of a purchased part read again from its changed rows; None where others depend on it.

    Parameters
    ----------
    ready : ReadyCalculation
    part : int
    change : Change
        Of this part.
    article : callable
        Value and mass of one piece of it.
    """
    if ready.structure.first[part] != ready.structure.first[part + 1]:
        return None
    calculation = ready.calculation
    bom = change_tables(ready.alone(part), [change], ready.terms)
    structure = lone_structure(calculation.part_numbers[part])
    money, on, reading = calculation.measures.money, calculation.on, calculation.reading
    table = measure_content(bom, structure, money, ready.prices, article, on=on, reading=reading)
    if any(found.severity == "error" for found in table.findings):
        return None
    if ready.has_marked_assembly and _is_known(table, 0) != _is_known(calculation.measures.contents, part):
        # Whether an assembly above it is estimated hangs on what is known beneath.
        return None
    return list(table.contents)


def _is_known(table: ContentTable, part: int) -> bool:
    return part in table.statements.claims or part in table.statements.signed


def price_again(ready: ReadyCalculation, change: PriceChange) -> Floats | None:
    """Return the own content of every carrying part at another price of a material, shape (k, 4).

    Returns
    -------
    ndarray (k, 4) or None
        None where a material gets its first price, or a part its first content.

    Notes
    -----
    Content is grams x price: it is multiplied by new price / old price. Where several suppliers or variants stand for
    one part, the worst of them may be another one now, so those are weighed again.
    """
    prices = _with_price(ready, change)
    ratios = _ratios(ready, prices)
    if ratios is None:
        return None
    statements = ready.calculation.measures.contents.statements
    carriers = ready.calculation.sources.carriers
    own = np.zeros_like(ready.own)
    weighed, factors = set[int](), list[tuple[float, float, float, float]]()
    contents = ready.calculation.measures.contents.contents
    for content in contents:
        ratio = ratios.get(content.claim.material) if content.claim.price is not None else None
        factors.append((1.0, 1.0, 1.0, 1.0) if ratio is None else (*map(float, ratio), 1.0))  # type: ignore[arg-type]
        if content.choice is not None or content.part in statements.sourcing:
            weighed.add(content.part)
    places = np.searchsorted(carriers, [c.part for c in contents])
    np.add.at(own, places, four_ends(contents) * np.array(factors).reshape(-1, 4))
    return _weighed_again(ready, weighed, ratios, Appraiser(prices), own)


def _weighed_again(
    ready: ReadyCalculation, parts: set[int], ratios: Ratios, appraiser: Appraiser, own: Floats
) -> Floats | None:
    said, carriers = ready.calculation.measures.contents.statements, ready.calculation.sources.carriers
    parts = parts | (said.sourcing.keys() & (said.claims.keys() | said.signed.keys()))
    for part in parts:
        claims = [_at_price(claim, ratios) for claim in said.claims.get(part, [])]
        signed = {part: said.signed[part]} if part in said.signed else {}
        told = Statements({part: claims}, {part: said.sourcing.get(part, [])}, signed)
        contents = _weigh(ready, part, told, appraiser)
        place = int(np.searchsorted(carriers, part))
        if place < len(carriers) and carriers[place] == part:
            own[place] = sum_of_ends(contents)
        elif contents:
            return None
    return own


def _at_price(claim: Claim, ratios: Ratios) -> Claim:
    ratio = ratios.get(claim.material) if claim.price is not None else None
    if ratio is None:
        return claim
    return replace(claim, low=claim.low * ratio[0], typical=claim.typical * ratio[1], high=claim.high * ratio[2])


def _with_price(ready: ReadyCalculation, change: PriceChange) -> PriceList:
    per_unit = grams(change.unit)
    assert per_unit is not None
    price, terms = exact_number(change.price), ready.terms
    currency = change.currency or terms.base or None
    said = Quotation(change.material, price, price, price, currency, per_unit, terms.on, terms.price_basis)
    kept = tuple(q for q in ready.prices.own if q.material != change.material)
    return replace(ready.prices, own=(*kept, said))


def _ratios(ready: ReadyCalculation, prices: PriceList) -> Ratios | None:
    """Return new price / old price of every material whose price is another one; None where one got its first."""
    statements = ready.calculation.measures.contents.statements
    claimed = {claim.material for claims in statements.claims.values() for claim in claims}
    contained = {content.claim.material for content in ready.calculation.measures.contents.contents}
    ratios = {}
    for material in sorted((claimed | contained) - {"none"}):
        old, new = ready.appraiser.price(material), prices.price(material)[0]
        if (old is None) != (new is None):
            return None
        if old is not None and new is not None and (old.low, old.typical, old.high) != (new.low, new.typical, new.high):
            low, typical, high = (getattr(new, end) / getattr(old, end) for end in ENDS)
            ratios[material] = low, typical, high
    return ratios
