"""Declarations read as claims: dates, bases, amounts, prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from deminimis.content.appraising import (
    Appraiser,
    Article,
    Worth,
    anything_up_to_value,
    without_endless,
    worth_of_grams,
    worth_of_percent,
)
from deminimis.content.claims import NOTHING, Claim
from deminimis.content.formulas import (
    grams_from_weight_percent,
    value_from_money,
)
from deminimis.content.money import Money
from deminimis.content.sourcing import origin_of
from deminimis.model import Bom, Finding, Source, Structure, finding, schema
from deminimis.reference import material_id, materials

ENDS = ("low", "typical", "high")


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
                if _file_of(bom, declared.row) == _file_of(bom, repeated[declared.row]):
                    claim = replace(claim, low=NOTHING)
            claims.setdefault(declared.part, []).append(_dated(claim, declared.record, on, said))
    return {part: _certain(bom, group) if len(group) > 1 else group for part, group in claims.items()}, findings


def _certain(bom: Bom, claims: list[Claim]) -> list[Claim]:
    """Return the claims of a part; of what several files declare of one material only the least is certain to be there.

    One file may say what the other says, or correct it: whether their amounts add up is not known.
    """
    certain: dict[tuple[str, ...], dict[str, Fraction]] = {}
    about = [(claim.supplier, claim.material, claim.origin, claim.evidence) for claim in claims]
    files = [_file_of(bom, claim.row) for claim in claims]
    for key, file, claim in zip(about, files, claims, strict=True):
        of_file = certain.setdefault(key, {})
        of_file[file] = of_file.get(file, NOTHING) + claim.low
    least = {key: min(of_file, key=of_file.__getitem__) for key, of_file in certain.items()}
    return [
        claim if file == least[key] else replace(claim, low=NOTHING)
        for key, file, claim in zip(about, files, claims, strict=True)
    ]


def _file_of(bom: Bom, row: int) -> str:
    """Return the file that a declaration stands in, or the table that is made of several files."""
    place = bom.declarations["place"][row].as_py()
    source = bom.sources[place] if place is not None and 0 <= place < len(bom.sources) else Source("")
    return source.table or source.file


def _repeated_rows(rows: Sequence[Declared]) -> dict[int, int]:
    """Return the rows that say word for word what an earlier one says, and the first that says it."""
    of_part = Counter(declared.part for declared in rows)
    seen: dict[tuple[Any, ...], int] = {}
    repeated: dict[int, int] = {}
    for declared in rows:
        if of_part[declared.part] > 1:
            words = (text for name, text in declared.record.items() if name not in ("place", "row"))
            key = (*words, declared.amounts)
            if seen.setdefault(key, declared.row) != declared.row:
                repeated[declared.row] = seen[key]
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
        return worth_of_percent(amounts, known)
    mass = known.mass
    if mass is None:
        said("MASS_MISSING", "amount", declared.record["part_number"])
        return anything_up_to_value(known)
    low, typical, high = (grams_from_weight_percent(a, mass) for a in amounts)
    return worth_of_grams(material, (low, typical, high), appraiser)


def _dated(claim: Claim, record: dict[str, Any], on: date, said: _Teller) -> Claim:
    if record["valid_to"] and record["valid_to"] < on:
        said("DECLARATION_EXPIRED", "valid_to", record["valid_to"])
        return replace(claim, lapsed=True, until=None)
    if record["valid_from"] and record["valid_from"] > on:
        said("DECLARATION_NOT_YET", "valid_from", record["valid_from"])
        return replace(claim, lapsed=True, until=None)
    return claim
