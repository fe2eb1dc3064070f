"""Prices of materials on a day: which row counts, in which form, and how it is brought to money per gram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from deminimis.content.money import Money, with_reference_rates
from deminimis.model import Bom, Finding, finding
from deminimis.reference import Material, material_id, materials, price_band, reference_prices
from deminimis.units import grams

FORM_PREFERENCE = ("metal", "unknown", "alloy", "oxide", "compound")


@dataclass(frozen=True, slots=True)
class Price:
    """What one gram of a material is worth in the base currency.

    Parameters
    ----------
    low, typical, high : Fraction
        [base currency per gram of the material as declared]
    basis : tuple of str
        Kinds of price behind it.
    note : str
        How it was found.
    missing_rate : str
        Currency without a rate, if that is why the price cannot be used.
    """

    low: Fraction
    typical: Fraction
    high: Fraction
    basis: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """One row of a price table, read."""

    material: str
    low: Fraction
    typical: Fraction
    high: Fraction
    currency: str | None
    gram_per_unit: Fraction
    day: date
    basis: str
    place: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PriceList:
    """Quotations that count on a day, the user's own and, of a basis, the reference's.

    `unread` names materials the user priced in rows that hold an error: no other price stands in for them.
    """

    own: tuple[Quotation, ...]
    basis: str
    money: Money
    on: date
    unread: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def reference(self) -> tuple[Quotation, ...]:
        """The reference's quotations, read when one is asked for."""
        return _of_basis(_reference_quotations(), self.basis)

    def price(self, material: str) -> tuple[Price | None, tuple[Finding, ...]]:
        """Return the price of one gram of a material and what there is to say about it.

        Parameters
        ----------
        material : str
            An id of the reference table.

        Returns
        -------
        Price or None
            None where no row, of this or another form of the same element, can be used.
        tuple of Finding
            PRICE_MISSING, PRICE_OTHER_FORM, PRICE_AFTER_DAY, REFERENCE_PRICE, RATE_MISSING, PRICE_OUT_OF_BAND.

        Notes
        -----
        The material's own price counts before that of another form of its elements; the user's before the reference's.
        Another form is converted by the mass of element contained: price per gram of element = price / mass fraction.
        """
        return _price(self, material)


def read_prices(bom: Bom, money: Money, on: date, basis: str) -> PriceList:
    """Return the quotations that count on a day under the reading's price basis."""
    own, unread, findings = _quotations(bom)
    return PriceList(_of_basis(own, basis), basis, money, on, tuple(unread), tuple(findings))


def _of_basis(quotations: Iterable[Quotation], basis: str) -> tuple[Quotation, ...]:
    return tuple(quotation for quotation in quotations if basis in ("any", quotation.basis))


@cache
def _reference_quotations() -> tuple[Quotation, ...]:
    return tuple(replace(q, place={}) for q in _quotations(Bom(prices=reference_prices()))[0])


def _quotations(bom: Bom) -> tuple[list[Quotation], list[str], list[Finding]]:
    low, typical, high = (bom.numbers("prices", name, exact=True) for name in ("low", "typical", "high"))
    has_low, has_typical, has_high = (bom.known("prices", name) for name in ("low", "typical", "high"))
    quotations, unread, findings = [], [], []
    for row, record in enumerate(bom.prices.select(["material", "currency", "unit", "date", "basis"]).to_pylist()):
        place = bom.place("prices", row)
        material = material_id(record["material"] or "")
        gram_per_unit = grams(record["unit"] or "kg")
        if material is None or material == "none":
            findings.append(
                finding(
                    "MATERIAL_NOT_KNOWN", **place, column="material", value=record["material"] or "", table="prices"
                )
            )
        elif gram_per_unit is None:
            unread.append(material)
            findings.append(finding("UNIT_NOT_KNOWN", **place, column="unit", value=record["unit"], table="prices"))
        elif has_typical[row] or (has_low[row] and has_high[row]):
            middle = typical[row] if has_typical[row] else (low[row] + high[row]) / 2
            least, most = (low[row] if has_low[row] else middle), (high[row] if has_high[row] else middle)
            day, kind = record["date"] or date.min, record["basis"] or ""
            quotations.append(
                Quotation(material, least, middle, most, record["currency"], gram_per_unit, day, kind, place)
            )
        else:
            unread.append(material)
    return quotations, unread, findings


def _price(prices: PriceList, material: str) -> tuple[Price | None, tuple[Finding, ...]]:
    record = materials()[material]
    if _is_unread(prices, record):
        return None, (finding("PRICE_NOT_READ", value=material, table="prices"),)
    found, findings = _from(prices.own, prices.money, prices.on, record)
    return (found, findings) if found is not None or findings else _reference_price(prices, record)


def _reference_price(prices: PriceList, material: Material) -> tuple[Price | None, tuple[Finding, ...]]:
    """Return the price of the reference, which has none for every form."""
    money = with_reference_rates(prices.money)
    found, findings = _from(prices.reference, money, prices.on, material)
    if found is None:
        return None, findings or (finding("PRICE_MISSING", value=material.id),)
    # Without a named currency it is read in US dollars, and that is said.
    assumed = (finding("CURRENCY_ASSUMED", value="USD"),) if not prices.money.base else ()
    about = f"{_per_kg(found.low)} to {_per_kg(found.high)} {money.base}/kg ({found.note})"
    return found, (*findings, *assumed, finding("REFERENCE_PRICE", value=material.id, detail=about))


def _is_unread(prices: PriceList, material: Material) -> bool:
    """Say whether the user priced this material, or for want of it its elements, only in rows with an error."""
    if any(q.material == material.id for q in prices.own):
        return False
    return any(
        unread == material.id or set(materials()[unread].elements) <= set(material.elements)
        for unread in prices.unread
        if not any(q.material == unread for q in prices.own)
    )


def _per_kg(per_gram: Fraction) -> str:
    return f"{float(per_gram * 1000):.4g}"


def _from(
    quotations: tuple[Quotation, ...], money: Money, on: date, material: Material
) -> tuple[Price | None, tuple[Finding, ...]]:
    own = [q for q in quotations if q.material == material.id]
    if own:
        return _combine(own, money, on)
    parts: list[tuple[Fraction, Price]] = []
    findings: list[Finding] = []
    for element in material.elements:
        found, said = _element_price(quotations, money, on, element)
        findings.extend(said)
        if found is None:
            return None, tuple(f for f in findings if f.code == "RATE_MISSING")
        parts.append((material.fractions[element], found))
    if not parts:
        return None, ()
    how = ", ".join(dict.fromkeys(p.note for _, p in parts))
    findings.append(finding("PRICE_OTHER_FORM", value=material.id, detail=how))
    return _mixture(material, parts, how), tuple(findings)


def _mixture(material: Material, parts: list[tuple[Fraction, Price]], how: str) -> Price:
    """Return the price of a material from those of its elements; an unsplit pair may be all one or all the other."""
    basis = tuple(dict.fromkeys(b for _, p in parts for b in p.basis))
    if material.form == "unsplit":
        low, high = min(f * p.low for f, p in parts), max(f * p.high for f, p in parts)
        return Price(low, parts[0][0] * parts[0][1].typical, high, basis, how)
    low, typical, high = (sum((f * getattr(p, k) for f, p in parts), Fraction(0)) for k in ("low", "typical", "high"))
    return Price(low, typical, high, basis, how)


def _element_price(
    quotations: tuple[Quotation, ...], money: Money, on: date, element: str
) -> tuple[Price | None, tuple[Finding, ...]]:
    """Return the price of one gram of an element contained, through the newest quotation of any of its forms."""
    forms = [q for q in quotations if materials()[q.material].elements == (element,) and _fraction(q.material, element)]
    if not forms:
        return None, ()
    newest = _newest(forms, on)
    same_day = [q for q in forms if q.day == newest.day]
    through = min(same_day, key=lambda q: FORM_PREFERENCE.index(materials()[q.material].form)).material
    price, findings = _combine([q for q in forms if q.material == through], money, on)
    if price is None:
        return None, findings
    fraction = _fraction(through, element)
    note = f"{through}, {fraction_text(fraction)} {element}, {price.note}"
    return Price(price.low / fraction, price.typical / fraction, price.high / fraction, price.basis, note), findings


@cache
def _fraction(material: str, element: str) -> Fraction:
    return materials()[material].fractions.get(element, Fraction(0))


def fraction_text(value: Fraction) -> str:
    """Return a fraction as a short decimal for people.

    Examples
    --------
    >>> fraction_text(Fraction(8, 10))
    '0.8'
    """
    return f"{float(value):.4g}"


def _newest(quotations: Iterable[Quotation], on: date) -> Quotation:
    ordered = sorted(quotations, key=lambda q: q.day)
    past = [q for q in ordered if q.day <= on]
    return past[-1] if past else ordered[0]


def _combine(quotations: list[Quotation], money: Money, on: date) -> tuple[Price | None, tuple[Finding, ...]]:
    """Return one price from all bases: typical the newest, low and high over the newest of each basis."""
    kinds = {q.basis for q in quotations}
    counting = [q for kind in kinds for q in _same_day([q for q in quotations if q.basis == kind], on)]
    for q in counting:
        if money.rate(q.currency) is None:
            said = {**q.place, "column": "currency", "table": "prices"}
            return None, (finding("RATE_MISSING", **said, value=q.currency),)
    newest = _newest(counting, on)
    findings: list[Finding] = []
    if newest.day > on:
        findings.append(finding("PRICE_AFTER_DAY", **newest.place, column="date", value=newest.material))
    low, high = min(_per_gram(q, q.low, money) for q in counting), max(_per_gram(q, q.high, money) for q in counting)
    typical = _per_gram(newest, newest.typical, money)
    findings.extend(_band_findings(newest, typical, money))
    note = ", ".join(x for x in (newest.basis, "" if newest.day == date.min else newest.day.isoformat()) if x)
    return Price(low, typical, high, tuple(sorted(kinds - {""})), note), tuple(findings)


def _same_day(quotations: list[Quotation], on: date) -> list[Quotation]:
    day = _newest(quotations, on).day
    return [q for q in quotations if q.day == day]


def _per_gram(quotation: Quotation, amount: Fraction, money: Money) -> Fraction:
    rate = money.rate(quotation.currency)
    assert rate is not None
    return amount / (quotation.gram_per_unit * rate)


def _band_findings(quotation: Quotation, per_gram: Fraction, money: Money) -> list[Finding]:
    """Return PRICE_OUT_OF_BAND where a price per kilogram of element lies outside what was ever quoted."""
    material, dollars = materials()[quotation.material], with_reference_rates(money).rate("USD")
    if not quotation.place or len(material.elements) != 1 or dollars is None:
        return []
    element = material.elements[0]
    band, fraction = price_band(element), _fraction(quotation.material, element)
    if band is None or not fraction:
        return []
    per_kg = per_gram * 1000 * dollars / fraction
    if band[0] <= per_kg <= band[1]:
        return []
    detail = f"{float(per_kg):.4g} USD/kg {element}, expected {float(band[0]):.4g} to {float(band[1]):.4g}"
    about = {**quotation.place, "column": "typical", "value": quotation.material}
    return [finding("PRICE_OUT_OF_BAND", **about, detail=detail)]
