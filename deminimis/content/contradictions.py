"""What declarations of a part give away by themselves: held against its grade, its mass and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deminimis.content.appraising import Appraiser, Article
from deminimis.content.claims import NOTHING, Claim, ContentTable, Sign
from deminimis.content.formulas import (
    grams_from_weight_percent,
    value_from_grams,
    value_from_money,
    value_from_percent,
)
from deminimis.content.money import Money
from deminimis.content.prices import PriceList
from deminimis.content.stated_amounts import Articles, Statement, by_supplier, statements_of
from deminimis.content.summed_amounts import heavy_or_dear_parts
from deminimis.content.weighing import best_claims
from deminimis.model import Bom, Finding, Numbers, Structure, finding
from deminimis.reference import GradeContent, grade_content, materials

FAR_LESS = 0.5
"""Share of the least a grade holds below which a declared amount is no matter of the alloy any more."""
ROUNDING = 0.05
"""By how much masses of different sources disagree without a contradiction: rounding, coating, glue."""
EQUAL = 1e-9
"""Relative distance within which two sums of floats are the same."""
PROVEN = "lab"
"""Evidence that settles what a grade only lets expect."""
FREE_OF_HEAVY = re.compile(
    r"\b(HREE?|DY|TB|DYSPROSIUM|TERBIUM|HEAVY RARE EARTHS?)\W{0,2}(FREE|LESS)\b"
    r"|\b(NO|WITHOUT) (HREE?|DY|TB)\b|无镝|無鏑"
)


@dataclass(frozen=True)
class Yardsticks:
    """What declarations are held against: prices, currencies, value and mass of every part by its code, in float64."""

    prices: PriceList
    money: Money
    article: Articles


def declared_contradictions(
    bom: Bom, structure: Structure, contents: ContentTable, against: Yardsticks
) -> list[Finding]:
    """Return where what is declared of a part cannot be, given its grade, its mass or its value.

    Parameters
    ----------
    bom, structure
    contents : ContentTable
        With the statements it was weighed from.
    against : Yardsticks

    Returns
    -------
    list of Finding
        GRADE_CONTRADICTS, MASS_BALANCE, PRICE_BELOW_METAL, in the order of the parts declared.

    Notes
    -----
    Low ends are held against mass and value, and the supplier with the least counts: what is left contradicts however
    the open points turn out. Parts without a declaration are not looked at.
    """
    signs = {sign.part: sign for sign in contents.signs if sign.grade is not None}
    codes = structure.codes(bom.declarations["part_number"])
    doubted = heavy_or_dear_parts(bom, codes, against.prices, against.money, against.article, ROUNDING)
    doubted |= signs.keys()
    controlled = dict.fromkeys(doubted, 0.0)
    for content in contents.contents:
        if content.part in doubted:
            controlled[content.part] += float(content.high)
    findings: list[Finding] = []
    # Prices asked once per material; what there is to say about them was said when the content was weighed.
    appraiser = Appraiser(against.prices)
    for part, group in statements_of(bom, contents, doubted).items():
        here = _Place(bom, structure.part_numbers[part].as_py(), group)
        article = against.article(part)
        findings += _against_grade(here, signs.get(part), article)
        findings += _against_mass(here, article)
        # Controlled content above the value is SHARE_OVER_ONE already.
        if controlled[part] <= (article.value_high or 0):
            findings += _against_value(here, article, appraiser, against.money)
    return findings


@dataclass(frozen=True)
class _Place:
    """One declared part: where it stands, and what its suppliers say."""

    bom: Bom
    part_number: str
    said: list[Statement]

    def find(self, code: str, claim: Claim, column: str, **details: Any) -> Finding:
        """Return a finding at the row of a claim."""
        about = self.bom.place("declarations", claim.row)
        return finding(code, **about, column=column, value=self.part_number, part_number=self.part_number, **details)


# ---------------------------------------------------------------- against the grade


def _against_grade(here: _Place, sign: Sign | None, article: Article) -> Iterator[Finding]:
    """Yield GRADE_CONTRADICTS where a class of magnets is not made with what is declared."""
    needed = least_of_grade(here.bom, sign) if sign else None
    if sign is None or sign.grade is None or needed is None:
        return
    elements = _elements_of_grade(needed[0])
    least = float(min(row.low for row in needed))
    for statement in here.said:
        claim, declared = statement.says_of(elements), statement.most_of_mass(elements, article)
        proven = any(c.evidence == PROVEN and c.is_about_controlled for c in statement.claims)
        if claim and not proven and declared is not None and declared * 100 < least * FAR_LESS:
            names = " and ".join(sorted(elements))
            yield here.find(
                "GRADE_CONTRADICTS",
                claim,
                "material",
                detail=f"{_short(declared * 100)} % {names}" if declared else f"no {names}",
                grade=sign.grade.text,
                least=f"{_short(least)} %",
            )
            return


def least_of_grade(bom: Bom, sign: Sign) -> list[GradeContent] | None:
    """Return what a part's grade may hold, in the variants left open; None where it may hold nothing at all.

    Notes
    -----
    A grade that says it is diffused, or free of heavy rare earth, needs none: it is made for that. Where a grade does
    not say whether it is diffused, both variants are open and the lesser counts.

    Source
    ------
    Reference table grades.csv, row by row: classes up to SH are made without heavy rare earth too.
    """
    grade = sign.grade
    if grade is None or grade.diffused or (grade.family == "ndfeb" and FREE_OF_HEAVY.search(_words(bom, sign).upper())):
        return None
    variants = ("conventional",) if grade.diffused is False else ("conventional", "diffused")
    rows = [row for name in variants if (row := grade_content(grade.family, grade.grade_class, name))]
    needed = [row for row in dict.fromkeys(rows) if row.material != "none" and row.low > 0]
    return needed if needed and len(needed) == len(dict.fromkeys(rows)) else None


def _elements_of_grade(row: GradeContent) -> frozenset[str]:
    """Return the elements that make a class of magnets, the one in place of the other: dysprosium or terbium."""
    variants = (grade_content(row.family, row.grade_class, name) for name in ("conventional", "diffused"))
    return frozenset(element for found in variants if found for element in materials()[found.material].elements)


def _words(bom: Bom, sign: Sign) -> str:
    words = (bom.parts[column][sign.record].as_py() or "" for column in ("grade", "description"))
    return " ".join(words)


def least_values(bom: Bom, contents: ContentTable, against: Yardsticks) -> dict[int, Numbers]:
    """Return the least that is in parts whatever its origin, declared or by a grade that is not made without.

    Parameters
    ----------
    bom : Bom
    contents : ContentTable
        With the statements it was weighed from.
    against : Yardsticks

    Returns
    -------
    dict of int to number
        By code of the part [base currency per piece]; of several suppliers the one with the least counts.
    """
    said, least, appraiser = contents.statements, dict[int, Numbers](), Appraiser(against.prices)
    for part, sign in said.signed.items():
        rows, mass = least_of_grade(bom, sign), against.article(part).mass
        if rows and mass is not None and not sign.by_words:
            worths = [_worth_of_grade(row, mass, appraiser) for row in rows]
            least[part] = min(worths)
    for part, claims in said.claims.items():
        groups = by_supplier([claim for claim in claims if not claim.lapsed and claim.is_about_controlled])
        if groups:
            silent = any(s.supplier not in groups and "" not in groups for s in said.sourcing.get(part, ()))
            worths = [sum((c.low for c in best_claims(group)[0]), NOTHING) for group in groups.values()]
            least[part] = NOTHING if silent else min(worths)
    return least


def most_of_whole(contents: ContentTable, part: int) -> Fraction | None:
    """Return the most that is in a part by the declarations that cover it, whatever its origin; None for no limit."""
    valid = [c for c in contents.statements.claims[part] if not c.lapsed and c.is_about_controlled]
    covering = [c for c in valid if c.whole and c.material != "none"] or valid
    kept = [best_claims(group)[0] for group in by_supplier(covering).values()]
    if any(claim.unbounded for claims in kept for claim in claims):
        return None
    return max((sum((claim.high for claim in claims), NOTHING) for claims in kept), default=NOTHING)


def _worth_of_grade(row: GradeContent, mass: float, appraiser: Appraiser) -> Numbers:
    price = appraiser.price(row.material)
    return value_from_grams(grams_from_weight_percent(row.low, mass), price.low) if price else NOTHING


# ---------------------------------------------------------------- against mass and value


def _against_mass(here: _Place, article: Article) -> Iterator[Finding]:
    """Yield MASS_BALANCE where the materials declared weigh more than the part."""
    shares = [statement.least_of_mass(article) for statement in here.said]
    share = min(shares)
    if share <= 1 + ROUNDING:
        return
    least = here.said[shares.index(share)]
    inside, itself = f"{_short(share * 100)} % of its mass", "100 %"
    if article.mass is not None:
        inside, itself = f"{_short(share * article.mass)} g", f"{_short(article.mass)} g"
    yield here.find("MASS_BALANCE", least.each_once[0].claim, "amount", inside=inside, itself=itself)


def _against_value(here: _Place, article: Article, appraiser: Appraiser, money: Money) -> Iterator[Finding]:
    """Yield PRICE_BELOW_METAL where a part costs less than the rare earths declared in it, on any list or on none."""
    if article.value_high is None:
        return
    worths = [_worth(statement, article, appraiser, money) for statement in here.said]
    least, most = min(worths), article.value_high
    if least > most * (1 + EQUAL):
        claim = here.said[worths.index(least)].each_once[0].claim
        value, metal = (f"{_short(amount)} {money.base}".rstrip() for amount in (most, least))
        yield here.find("PRICE_BELOW_METAL", claim, "amount", price=value, metal=metal)


def _worth(statement: Statement, article: Article, appraiser: Appraiser, money: Money) -> float:
    """Return the least that the materials a supplier declares are worth [base currency]."""
    total = 0.0
    for declared in statement.each_once:
        rate, price = money.rate(declared.currency), appraiser.price(declared.claim.material)
        if declared.basis == "value_per_piece":
            total += value_from_money(declared.low, float(rate)) if rate else 0.0
        elif declared.basis == "value_percent":
            total += value_from_percent(declared.low, article.value_low)
        elif price and declared.basis == "g_per_piece":
            total += value_from_grams(declared.low, float(price.low))
        elif price and article.mass is not None:
            total += value_from_grams(grams_from_weight_percent(declared.low, article.mass), float(price.low))
    return total


def _short(number: float) -> str:
    return f"{number:.4g}"
