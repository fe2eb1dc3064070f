"""The naive oracle: the contract read once more, as plain recursion in `Fraction`, sharing nothing with the package.

Slow and short on purpose. It takes the same plain rows the tests build a Bom from.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
HUNDRED = Fraction(100)
PER_GRAM = {"kg": Fraction(1000), "g": Fraction(1), "mg": Fraction(1, 1000)}
LISTED = {"dysprosium_metal", "terbium_metal", "dysprosium_oxide", "terbium_oxide", "yttrium_metal", "samarium_metal"}
FORM_UNKNOWN = {"dysprosium", "terbium", "yttrium"}
RANK = ["lab", "signed", "datasheet", "grade_table"]


def number(cell: Any, default: str = "0") -> Fraction:
    return Fraction(repr(float(cell))) if cell is not None else Fraction(default)


@dataclass
class Oracle:
    parts: list[Row]
    lines: list[Row]
    declarations: list[Row]
    prices: list[Row]
    rates: list[Row]
    threshold: Fraction = Fraction(1, 1000)

    def record(self, part: str) -> Row:
        return next((p for p in self.parts if p["part_number"] == part), {})

    def rate(self, currency: str | None) -> Fraction:
        return next((number(r["per_base"]) for r in self.rates if r["currency"] == currency), Fraction(1))

    def quantities(self, line: Row) -> tuple[Fraction, Fraction]:
        base = number(self.record(line["parent"]).get("base_quantity"), "1")
        unit, own = line.get("unit"), self.record(line["child"]).get("unit") or "pcs"
        factor = PER_GRAM[unit] / PER_GRAM[own] if unit and unit != own else Fraction(1)
        net = number(line["quantity"]) / base * factor * number(line.get("usage_percent"), "100") / HUNDRED
        scrap, good = number(line.get("scrap_percent")), number(line.get("yield_percent"), "100")
        return net, net * (1 + scrap / HUNDRED) / (good / HUNDRED)

    def value(self, part: str) -> Fraction:
        record = self.record(part)
        if record.get("unit_value") is not None:
            return number(record["unit_value"]) / self.rate(record.get("currency"))
        total = Fraction(0)
        for line in self.lines:
            if line["parent"] == part:
                total += self.quantities(line)[1] * self.value(line["child"])
        return total

    def own(self, part: str) -> list[Fraction]:
        rows = [d for d in self.declarations if d["part_number"] == part]
        total = [Fraction(0)] * 3
        for row in rows:
            if row["material"] == "none" or not self.is_best(row, rows):
                continue
            total = [t + a for t, a in zip(total, self.amounts(row, part), strict=True)]
        return total

    def is_best(self, row: Row, rows: list[Row]) -> bool:
        rank = RANK.index(row.get("evidence") or "signed")
        element = row["material"].split("_")[0]
        rivals = [r for r in rows if r["material"] == "none" or r["material"].split("_")[0] == element]
        return all(RANK.index(r.get("evidence") or "signed") >= rank for r in rivals)

    def amounts(self, row: Row, part: str) -> list[Fraction]:
        typical = number(row["amount"])
        ends = [typical if row.get(e) is None else number(row[e]) for e in ("low", "amount", "high")]
        return [
            end * factor for end, factor in zip([self.money(row, part, e) for e in ends], self.counts(row), strict=True)
        ]

    def money(self, row: Row, part: str, amount: Fraction) -> Fraction:
        basis, record = row["basis"], self.record(part)
        if basis == "value_per_piece":
            return amount / self.rate(row.get("currency"))
        if basis == "value_percent":
            return amount / HUNDRED * self.value(part)
        grams = amount
        if basis == "wt_percent":
            grams = amount / HUNDRED * number(record["mass"]) * PER_GRAM[record.get("mass_unit") or "g"]
        price = next(p for p in self.prices if p["material"] == row["material"])
        return grams * number(price["typical"]) / PER_GRAM[price["unit"]] / self.rate(price["currency"])

    def counts(self, row: Row) -> list[int]:
        origin = row.get("material_origin")
        by_origin = [1, 1, 1] if origin == "China" else [0, 0, 0] if origin else [0, 1, 1]
        if row["material"] in LISTED:
            return by_origin
        return [0, 0, by_origin[2]] if row["material"] in FORM_UNKNOWN else [0, 0, 0]

    def controlled(self, part: str) -> list[Fraction]:
        own = self.own(part)
        if any(d["part_number"] == part and d.get("scope") == "whole" for d in self.declarations):
            return own
        for line in self.lines:
            if line["parent"] == part:
                net = self.quantities(line)[0]
                own = [o + net * c for o, c in zip(own, self.controlled(line["child"]), strict=True)]
        return own

    def verdict(self, part: str) -> str:
        low, _, high = self.controlled(part)
        value = self.value(part)
        if low and low >= self.threshold * value:
            return "at_or_above"
        return "below" if high < self.threshold * value or high == 0 else "undetermined"
