"""Declarations read as claims: dates, bases, amounts, prices."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from deminimis.content.claims import NOTHING, Claim, origin_of
from deminimis.content.formulas import (
    grams_from_weight_percent,
    value_from_grams,
    value_from_money,
    value_from_percent,
)
from deminimis.content.money import Money
from deminimis.content.prices import Price, PriceList
from deminimis.model import Bom, Finding, Mask, Numbers, Structure, exact_number, finding, schema
from deminimis.reference import material_id, materials

Worth: TypeAlias = dict[str, Any]
"""Fields of a `Claim` that say what its amount is worth."""
ENDS = ("low", "typical", "high")
MOST_BITS = sys.float_info.max_exp - 1
"""Bits before the point of a number that float64 surely holds."""


@dataclass(frozen=True)
class Article:
    """What is known of one piece of a part, exact or, where no verdict hangs on it, in float64.

    Parameters
    ----------
    value_low, value_high : number or None
        Article value [base currency]; None for a high end nothing limits.
    mass : number or None
        [g]
    """

    value_low: Numbers
    value_high: Numbers | None
    mass: Numbers | None


class Appraiser:
    """Prices asked once per material, with what there is to say about each collected.

    Parameters
    ----------
    prices : PriceList
    """

    def __init__(self, prices: PriceList) -> None:
        self._prices = prices
        self._known: dict[str, Price | None] = {}
        self.findings: list[Finding] = []
        self.unreadable: set[str] = set()

    def price(self, material: str) -> Price | None:
        """Return the price of one gram of a material, None where there is none."""
        if material not in self._known:
            self._known[material], findings = self._prices.price(material)
            self.findings.extend(findings)
            if self._known[material] is None and any(f.severity == "error" for f in findings):
                self.unreadable.add(material)
        return self._known[material]


@dataclass(frozen=True, slots=True)
class Declared:
    """One row of the declarations table, checked."""

    row: int
    part: int
    record: dict[str, Any]
    amounts: tuple[Fraction, Fraction, Fraction] | None


def read_claims(
    bom: Bom,
    structure: Structure,
    money: Money,
    appraiser: Appraiser,
    article: Callable[[int], Article],
    on: date,
) -> tuple[dict[int, list[Claim]], list[Finding]]:
    """Return the claims of every declared part, valued, and the faults in them.

    Parameters
    ----------
    bom, structure, money
    appraiser : Appraiser
        Prices of materials.
    article : callable
        Code of a part to what is known of one piece of it.
    on : date
        The day judged for.

    Returns
    -------
    dict of int to list of Claim
        By code of the part, in the order of the rows.
    list of Finding
        MATERIAL_NOT_KNOWN, AMOUNT_MISSING, BASIS_MISSING, DECLARATION_EXPIRED, DECLARATION_NOT_YET, MASS_MISSING,
        RATE_MISSING, COUNTRY_NOT_KNOWN, FORM_UNKNOWN, MATERIAL_NOT_LISTED.
    """
    claims: dict[int, list[Claim]] = {}
    findings: list[Finding] = []
    rows = _read_rows(bom, structure)
    repeated = _repeated_rows(rows)
    for declared in rows:
        said = _Teller(findings, bom, declared)
        claim = _claim(declared, money, appraiser, article, said)
        if claim is not None:
            if claim is not (readable := without_endless(claim)):
                said("NUMBER_TOO_LARGE", "amount", declared.record["part_number"])
                claim = readable
            if declared.row in repeated and claim.material != "none":
                said("DECLARATION_REPEATED", "part_number", declared.record["part_number"])
                claim = replace(claim, low=NOTHING)
            claims.setdefault(declared.part, []).append(_dated(claim, declared.record, on, said))
    return claims, findings


def _repeated_rows(rows: Sequence[Declared]) -> set[int]:
    """Return the rows that say word for word what an earlier one says."""
    of_part = Counter(declared.part for declared in rows)
    seen: set[tuple[Any, ...]] = set()
    repeated: set[int] = set()
    for declared in rows:
        if of_part[declared.part] > 1:
            words = (text for name, text in declared.record.items() if name not in ("place", "row"))
            key = (*words, declared.amounts)
            if key in seen:
                repeated.add(declared.row)
            seen.add(key)
    return repeated


class _Teller:
    """Adds findings about one row."""

    def __init__(self, findings: list[Finding], bom: Bom, declared: Declared) -> None:
        self._findings, self._bom, self._declared = findings, bom, declared

    def __call__(self, code: str, column: str, value: object = "", **details: Any) -> None:
        place = self._bom.place("declarations", self._declared.row)
        about: dict[str, Any] = {**place, "column": column, "value": value}
        part_number = self._declared.record["part_number"]
        self._findings.append(finding(code, **about, part_number=part_number, **details))


def _read_rows(bom: Bom, structure: Structure) -> list[Declared]:
    table, ends = bom.declarations, ("low", "amount", "high")
    codes = structure.codes(table["part_number"]).tolist()
    given = zip(*(_exact_or_none(bom, name) for name in ends), strict=True)
    records = table.drop_columns(list(ends)).to_pylist()
    return [
        Declared(row, code, record, _three_ends(*amounts))
        for row, (code, record, amounts) in enumerate(zip(codes, records, given, strict=True))
        if code >= 0 and record["material"]
    ]


def _exact_or_none(bom: Bom, name: str) -> list[Fraction | None]:
    """Return a column of amounts as they were written, None where one is blank."""
    if not bom.known("declarations", name).any():
        return [None] * len(bom.declarations)
    numbers = bom.numbers("declarations", name, exact=True).tolist()
    return [n if known else None for n, known in zip(numbers, bom.known("declarations", name).tolist(), strict=True)]


def _three_ends(
    low: Fraction | None, amount: Fraction | None, high: Fraction | None
) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return low, typical and high from what is given; "at most x" alone begins at nothing."""
    if amount is not None:
        return (amount if low is None else low), amount, (amount if high is None else high)
    if high is not None:
        least = Fraction(0) if low is None else low
        return least, (least + high) / 2, high
    return None


def _claim(
    declared: Declared, money: Money, appraiser: Appraiser, article: Callable[[int], Article], said: _Teller
) -> Claim | None:
    record = declared.record
    material = material_id(record["material"])
    if material is None:
        said("MATERIAL_NOT_KNOWN", "material", record["material"])
        return None
    about: dict[str, Any] = {
        "part": declared.part,
        "material": material,
        "evidence": record["evidence"] or schema()["declarations"]["evidence"].default,
        "supplier": record["supplier"] or "",
        "origin": origin_of(record["material_origin"], lambda code, text: said(code, "material_origin", text)),
        "detail": record["reference"] or "",
        "whole": record["scope"] == "whole",
        "row": declared.row,
        "until": record["valid_to"],
    }
    if material == "none":
        return Claim(**about)
    if not materials()[material].listed:
        said("FORM_UNKNOWN" if materials()[material].form_unknown else "MATERIAL_NOT_LISTED", "material", material)
        if not materials()[material].form_unknown:
            return Claim(**about)
    if declared.amounts is None:
        said("AMOUNT_MISSING", "amount")
        return None
    if record["basis"] is None:
        said("BASIS_MISSING", "basis")
        return None
    worth = _worth(material, declared, money, appraiser, article, said)
    return None if worth is None else Claim(**about, **worth)


def _worth(
    material: str,
    declared: Declared,
    money: Money,
    appraiser: Appraiser,
    article: Callable[[int], Article],
    said: _Teller,
) -> Worth | None:
    """Return what a declared amount is worth, by the basis it is declared on."""
    amounts = declared.amounts
    assert amounts is not None
    basis = declared.record["basis"]
    if basis == "value_per_piece":
        rate = money.rate(declared.record["currency"])
        if rate is None:
            said("RATE_MISSING", "currency", declared.record["currency"])
            return None
        low, typical, high = (value_from_money(a, rate) for a in amounts)
        return {"low": low, "typical": typical, "high": high}
    if basis == "g_per_piece":
        return worth_of_grams(material, amounts, appraiser)
    known = article(declared.part)
    if basis == "value_percent":
        return _share_of_value(amounts, known)
    mass = known.mass
    if mass is None:
        said("MASS_MISSING", "amount", declared.record["part_number"])
        return anything_up_to_value(known)
    low, typical, high = (grams_from_weight_percent(a, mass) for a in amounts)
    return worth_of_grams(material, (low, typical, high), appraiser)


def worth_of_grams(material: str, amounts: tuple[Fraction, Fraction, Fraction], appraiser: Appraiser) -> Worth:
    """Return what a mass of a material is worth; unbounded where the material has no price.

    Parameters
    ----------
    material : str
    amounts : tuple of Fraction
        Low, typical, high [g per piece].
    appraiser : Appraiser
    """
    price, grams = appraiser.price(material), amounts[1]
    if price is None:
        return {"unbounded": True, "grams": grams}
    worths = [value_from_grams(grams, price.typical)] * 3
    for at, end in ((0, price.low), (2, price.high)):
        # most amounts and prices are one number, and asking that is several times faster than multiplying
        if (amounts[at] is not grams and amounts[at] != grams) or (end is not price.typical and end != price.typical):
            worths[at] = value_from_grams(amounts[at], end)
    low, typical, high = worths
    basis = price.basis
    return {"low": low, "typical": typical, "high": high, "grams": grams, "price_basis": basis, "price": price}


def without_endless(claim: Claim) -> Claim:
    """Return the claim, as one that nothing limits where its numbers are beyond float64."""
    numbers = (claim.low, claim.typical, claim.high, claim.grams)
    if max(abs(n.numerator) for n in numbers).bit_length() < MOST_BITS:  # by far the most, and asked in half the time
        return claim
    if all(n.numerator.bit_length() - n.denominator.bit_length() < MOST_BITS for n in numbers):
        return claim
    return replace(claim, low=NOTHING, typical=NOTHING, high=NOTHING, grams=NOTHING, unbounded=True, price=None)


def _share_of_value(percent: tuple[Fraction, Fraction, Fraction], article: Article) -> Worth:
    low, typical = (value_from_percent(p, article.value_low) for p in percent[:2])
    if article.value_high is None:
        return {"of_value": True, "low": low, "typical": typical, "unbounded": percent[2] > 0}
    high = value_from_percent(percent[2], article.value_high)
    return {"of_value": True, "low": low, "typical": typical, "high": high}


def anything_up_to_value(article: Article) -> Worth:
    """Return anything from nothing to the whole value of a part: unknown never counts as nothing."""
    if article.value_high is None:
        return {"unbounded": True}
    return {"typical": article.value_high, "high": article.value_high, "of_value": True}


def _dated(claim: Claim, record: dict[str, Any], on: date, said: _Teller) -> Claim:
    if record["valid_to"] and record["valid_to"] < on:
        said("DECLARATION_EXPIRED", "valid_to", record["valid_to"])
        return replace(claim, lapsed=True, until=None)
    if record["valid_from"] and record["valid_from"] > on:
        said("DECLARATION_NOT_YET", "valid_from", record["valid_from"])
        return replace(claim, lapsed=True, until=None)
    return claim


def article_reader(
    value_low: Numbers, value_known: Mask, mass: Numbers, mass_known: Mask, *, exact: bool = True
) -> Callable[[int], Article]:
    """Return a function from part code to `Article`, over arrays of float64 or `Fraction`.

    Parameters
    ----------
    value_low : ndarray (n,)
        Value known of one piece [base currency]; all of it where `value_known`.
    value_known : ndarray (n,) of bool
    mass : ndarray (n,)
        [g]
    mass_known : ndarray (n,) of bool
    exact : bool
        Give the decimals of floats as `Fraction`, in place of the floats.
    """

    written = exact and value_low.dtype != object

    def number(given: Any) -> Numbers:
        return exact_number(given) if written else given

    def article(part: int) -> Article:
        low = number(value_low.item(part))
        return Article(low, low if value_known[part] else None, number(mass.item(part)) if mass_known[part] else None)

    return article
