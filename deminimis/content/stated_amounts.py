"""What each supplier says of a declared part: the amounts as they are written, of its best evidence.

Plain floats: contradictions are told, no verdict hangs on them.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from deminimis.content.appraising import Article
from deminimis.content.claims import Claim, ContentTable
from deminimis.content.weighing import best_claims
from deminimis.model import Bom
from deminimis.reference import materials

Articles = Callable[[int], Article]


@dataclass(frozen=True, slots=True)
class Declared:
    """One material declared: at least and at most so much of one piece, in the unit of the basis."""

    claim: Claim
    low: float
    high: float
    basis: str
    currency: str

    def of_mass(self, amount: float, article: Article) -> float | None:
        """Return an amount as a share of the part's mass; None where it is no mass, or the part's is not known."""
        if self.basis == "wt_percent":
            return amount / 100
        return float(amount / article.mass) if self.basis == "g_per_piece" and article.mass else None


@dataclass(frozen=True)
class Statement:
    """What one supplier says of one part.

    Parameters
    ----------
    claims : tuple of Claim
        All that are in their dates.
    declared : tuple of Declared
        Amounts of the best evidence.
    """

    claims: tuple[Claim, ...]
    declared: tuple[Declared, ...]

    @property
    def each_once(self) -> list[Declared]:
        """Amounts of which no two may be one and the same: of several alike in elements and origin the first."""
        if len(self.declared) < 2:
            return list(self.declared)
        first: dict[tuple[frozenset[str], str], Declared] = {}
        for declared in self.declared:
            first.setdefault((declared.claim.elements, declared.claim.origin), declared)
        return list(first.values())

    def says_of(self, elements: frozenset[str]) -> Claim | None:
        """Return the first claim that says anything of some elements; `none` says it of all."""
        return next((c for c in self.claims if c.material == "none" or c.elements & elements), None)

    def least_of_mass(self, article: Article) -> float:
        """Return the least share of the part's mass that is declared."""
        return sum(d.of_mass(d.low, article) or 0.0 for d in self.each_once)

    def most_of_mass(self, elements: frozenset[str], article: Article) -> float | None:
        """Return the most of the part's mass that is declared of some elements; None where that cannot be said."""
        total = 0.0
        for declared in self.declared:
            if declared.claim.elements & elements:
                share = declared.of_mass(declared.high, article)
                if share is None:
                    return None
                total += share * _fraction(declared.claim.material, elements)
        return total


def statements_of(bom: Bom, contents: ContentTable, parts: Set[int]) -> dict[int, list[Statement]]:
    """Return what each supplier says of declared parts, by code of the part, in the order of the rows.

    Parameters
    ----------
    bom : Bom
    contents : ContentTable
        With the statements it was weighed from.
    parts : set of int
        Codes of the parts asked about.
    """
    columns = ("low", "amount", "high", "basis", "currency")
    low, amount, high, bases, currencies = (bom.declarations[name].to_pylist() for name in columns)

    def declared(claim: Claim) -> Declared | None:
        row = claim.row
        given = [number for number in (low[row], amount[row], high[row]) if number is not None]
        if not given or not bases[row]:
            return None
        least = 0.0 if low[row] is None and amount[row] is None else given[0]
        return Declared(claim, least, given[-1], bases[row], currencies[row] or "")

    found: dict[int, list[Statement]] = {}
    for part, claims in contents.statements.claims.items():
        if part not in parts:
            continue
        for group in by_supplier([claim for claim in claims if not claim.lapsed]).values():
            amounts = (declared(claim) for claim in best_claims(group)[0])
            found.setdefault(part, []).append(Statement(tuple(group), tuple(a for a in amounts if a)))
    return found


def by_supplier(claims: list[Claim]) -> dict[str, list[Claim]]:
    """Return claims by the supplier they are about, in the order of the rows."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.supplier, []).append(claim)
    return groups


def _fraction(material: str, elements: frozenset[str]) -> float:
    """Return the most of a material that some elements can be, by mass."""
    record = materials()[material]
    shares = [float(record.fractions[element]) for element in elements & set(record.elements)]
    return max(shares) if record.form == "unsplit" else sum(shares)
