"""Declared products to rows of the declarations table, with every substance used or skipped for a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model import Finding, finding, finding_codes
from deminimis.model.checks import RawTable
from deminimis.readers.declared.composition import Product
from deminimis.readers.declared.masses import CLOSING, LARGEST, Closing, Entry, close, entries, short, sums
from deminimis.reference import NO_MATERIAL, materials
from deminimis.units import unit_name

COLUMNS = (
    *("part_number", "material", "amount", "low", "high", "basis"),
    *("evidence", "scope", "reference", "supplier", "valid_from", "valid_to"),
)
PLACES = 400
"""Decimal places kept; a float64 has no number that needs more to be told from nothing."""
HIDDEN = ("dysprosium_metal", "terbium_metal")
"""What a neodymium magnet may hold below the mass its declaration lets go."""


@dataclass(frozen=True)
class Rows:
    """Rows of the declarations table out of one product, findings, and (line, reason) of the substances not used."""

    rows: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    reached: tuple[int, ...] = ()
    names: tuple[str, ...] = field(default=())
    ignored: tuple[str, ...] = field(default=())


class _Teller:
    """Collects findings about one product, once for each of its part numbers where they make it unreliable."""

    def __init__(self, file: str, sheet: str, numbers: tuple[str, ...]) -> None:
        self.numbers = numbers
        self.place: dict[str, Any] = {"file": file, "sheet": sheet}
        self.findings: list[Finding] = []

    def __call__(self, code: str, line: int, value: object = "", column: str = "", **details: Any) -> None:
        error = finding_codes()[code]["severity"] == "error"
        for number in self.numbers if error and self.numbers else self.numbers[:1] or ("",):
            about: dict[str, Any] = {**self.place, "row": line, "column": column, "value": value}
            self.findings.append(finding(code, **about, part_number=number, table="declarations", **details))


def product_rows(product: Product, file: str, sheet: str = "") -> Rows:
    """Return the declarations of one product, for the whole of it.

    Parameters
    ----------
    product : Product
    file, sheet : str
        Where it stands; the sheet is the member of an archive.

    Returns
    -------
    Rows

    Notes
    -----
    Complete: the substances add up to the product's mass within `CLOSING`. Then the rows cover the whole product, and
    one without any rare earth is declared to hold none. A neodymium magnet may still hold dysprosium and terbium in
    what `CLOSING` lets go, so each that is not named is declared with nothing as low and that share of the magnet as
    high: Announcement 61 states no least content (law notes 5.5), and 0.1 % of a magnet's mass may be more than 0.1 %
    of its value.
    Incomplete: the rest is unknown, so the rows replace nothing that is known beneath the product (scope own), with
    nothing as low lest the same grams count twice.
    """
    teller = _Teller(file, sheet, product.numbers)
    found = list(entries(product.piece))
    reached = tuple(e.substance.line for e in found)
    if not product.numbers:
        teller("ID_MISSING", product.piece.line, column="ProductID")
        nameless = tuple((line, "its product has no number") for line in reached)
        return Rows((), tuple(teller.findings), nameless, reached)
    _tell_counts(product, teller)
    skipped, ignored = _judge(found, teller)
    closing = close(product.piece, found)
    for name, own, inside in closing.excess:
        detail = f"{short(inside)} in {short(own)}"
        teller("DECLARED_MASS_EXCEEDED", product.piece.line, name, column="Mass", detail=detail)
    blocked = any(f.severity == "error" for f in teller.findings)
    rows = list(_rows(product, found, closing, blocked, teller, file))
    used = tuple(e.substance.name or e.substance.cas for e in found if e.identity.materials and e.grams is not None)
    return Rows(tuple(rows), tuple(teller.findings), tuple(skipped), reached, used, ignored)


def _tell_counts(product: Product, teller: _Teller) -> None:
    """Tell what makes the amounts those of something else than one piece."""
    unit = product.unit_type
    if unit and unit_name(unit) != "pcs":
        teller("DECLARED_UNIT_UNCLEAR", product.piece.line, product.numbers[0], column="unitType", detail=unit)
    if product.piece.count != 1:
        detail = "a number of pieces other than one"
        teller("DECLARED_UNIT_UNCLEAR", product.piece.line, product.numbers[0], column="count", detail=detail)
    for part in product.piece.every():
        if not part.count:
            teller("NUMBER_OUT_OF_RANGE", part.line, part.number, column="count", range="a number above 0")


def _judge(found: list[Entry], teller: _Teller) -> tuple[list[tuple[int, str]], tuple[str, ...]]:
    """Tell what is wrong with single substances; return those not used with the reason, and the names ignored."""
    skipped: list[tuple[int, str]] = []
    ignored: list[str] = []
    inside = {m for e in found if not e.material.loose for m in e.identity.materials}
    for entry in found:
        substance, identity = entry.substance, entry.identity
        said = substance.name or substance.cas or "without a name"
        if identity.code:
            value = identity.detail if identity.code == "CAS_NOT_READ" else said
            teller(identity.code, substance.line, value, column="SubstanceID", detail=identity.detail)
        if not identity.materials:
            skipped.append((substance.line, teller.findings[-1].message if identity.code else "no rare earth"))
            if not identity.code:
                ignored.append(said)
        elif entry.fault:
            code, value, detail = entry.fault
            teller(code, substance.line, value, column="Amount", detail=detail, range=detail)
            skipped.append((substance.line, teller.findings[-1].message))
        elif entry.material.loose and inside.issuperset(identity.materials):
            skipped.append((substance.line, "a homogeneous material holds the same"))
    return skipped, tuple(ignored)


def _rows(
    product: Product, found: list[Entry], closing: Closing, blocked: bool, teller: _Teller, file: str
) -> Iterator[dict[str, Any]]:
    """Yield the rows for every part number of a product."""
    by_reading = [sums(found, counted) for counted in closing.readings]
    named = list(by_reading[0])
    complete = closing.complete and not blocked
    amounts = {m: _ends([total[m] for total in by_reading], complete) for m in named}
    if complete:
        amounts |= _hidden(found, closing, named)
    if len(closing.readings) > 1 and named:
        teller("SUBPRODUCT_COUNT_UNCLEAR", product.piece.line, product.numbers[0], column="count")
    if found and not complete and not blocked:
        detail = f"{short(closing.total)} of {short(product.piece.mass)}"
        teller("DECLARATION_INCOMPLETE", product.piece.line, product.numbers[0], column="Mass", detail=detail)
    lines = _first_lines(found)
    for number in product.numbers:
        about = _about(product, number, "whole" if complete else "own", file)
        for material, (low, amount, high) in amounts.items():
            at = lines.get(material, product.piece.line)
            ends = {"low": decimal(low), "amount": decimal(amount), "high": decimal(high)}
            yield {**about, "row": at, "material": material, **ends, "basis": "g_per_piece"}
        if complete and not amounts:
            yield {**about, "row": product.piece.line, "material": NO_MATERIAL}


def _ends(values: list[Fraction], complete: bool) -> tuple[Fraction, Fraction, Fraction]:
    """Return low, typical and high from one or two readings, the second the one that counts every part."""
    return (min(values) if complete else Fraction(0)), values[-1], max(values)


def _hidden(found: list[Entry], closing: Closing, named: list[str]) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
    """Return what the magnets may hold of the elements nobody names, at most."""
    light = {"Nd", "Pr"}
    held = {e.material for e in found for m in e.identity.materials if light & set(materials()[m].elements)}
    counted = closing.readings[0]
    mass = sum((e.mass(counted) for e in found if e.in_magnet and e.material in held), Fraction(0))
    elements = {element for material in named for element in materials()[material].elements}
    missing = [m for m in HIDDEN if mass and not elements.issuperset(materials()[m].elements)]
    return {m: (Fraction(0), Fraction(0), CLOSING * mass) for m in missing}


def _first_lines(found: list[Entry]) -> dict[str, int]:
    first: dict[str, int] = {}
    for entry in found:
        for material in entry.identity.materials:
            first.setdefault(material, entry.substance.line)
    return first


def _about(product: Product, number: str, scope: str, file: str) -> dict[str, Any]:
    return {
        "part_number": number,
        "scope": scope,
        "evidence": "signed" if product.signed else "datasheet",
        "reference": " ".join(filter(None, (file, product.reference))),
        "supplier": product.supplier,
        "valid_from": product.valid_from,
        "valid_to": product.valid_to,
    }


def decimal(number: Fraction) -> str:
    """Return a fraction whose denominator divides a power of ten as all of its digits, what no float holds as words.

    Examples
    --------
    >>> decimal(Fraction(1, 8)), decimal(Fraction(30)), decimal(Fraction(1, 2000))
    ('0.125', '30', '0.0005')
    """
    if number >= LARGEST:
        return "more than any number"
    places = next((n for n in range(PLACES) if 10**n % number.denominator == 0), PLACES)
    digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def raw_declarations(rows: tuple[dict[str, Any], ...], file: str, sheet: str = "") -> RawTable:
    """Return rows as a raw table of declarations.

    Parameters
    ----------
    rows : tuple of dict
        Cells by column, and `row`, the line of the file.
    file, sheet : str
    """
    columns = {c: pa.array([row.get(c) or None for row in rows], pa.string()) for c in COLUMNS}
    return RawTable(file, sheet, columns, {}, np.array([row["row"] for row in rows], dtype=np.int32))


def unreached(lines: list[int], reached: list[int]) -> list[tuple[int, str]]:
    """Return the substances of a file that are in no composition, with the reason.

    Examples
    --------
    >>> unreached([3, 5, 5], [5])
    [(3, 'outside of any composition'), (5, 'outside of any composition')]
    """
    left = Counter(lines) - Counter(reached)
    return [(line, "outside of any composition") for line in sorted(left.elements())]
