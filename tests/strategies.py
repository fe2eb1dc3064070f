"""Random bills of materials: small, acyclic, with every column the rollup knows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Rows = list[dict[str, Any]]
PRICES: Rows = [
    {"material": m, "typical": p, "currency": c, "unit": "kg"}
    for m, p, c in (
        ("dysprosium_metal", 274.3, "USD"),
        ("terbium_metal", 8760.0, "CNY"),
        ("dysprosium_oxide", 224.0, "EUR"),
        ("yttrium_oxide", 7.0, "USD"),
        ("dysprosium", 280.0, "USD"),
    )
]
RATES: Rows = [{"currency": c, "per_base": r} for c, r in (("USD", 1.0), ("CNY", 7.2), ("EUR", 0.92))]

decimals = st.integers(1, 99_999).map(lambda n: n / 100)
percents = st.integers(0, 10_000).map(lambda n: n / 100)
shares = st.integers(100, 10_000).map(lambda n: n / 100)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def part_rows(draw: st.DrawFn, count: int) -> Rows:
    leaf = count - 1
    return [
        {
            "part_number": f"P{i}",
            "unit_value": draw(decimals if i == leaf else maybe(decimals)),
            "currency": draw(st.sampled_from([None, "USD", "CNY", "EUR"])),
            "base_quantity": draw(maybe(st.sampled_from([1.0, 10.0, 100.0, 7.0]))),
            "unit": draw(st.sampled_from([None, "pcs", "kg", "g"])),
            "mass": draw(decimals),
            "mass_unit": draw(st.sampled_from([None, "g", "kg", "mg"])),
            "item_class": "other",
        }
        for i in range(count)
    ]


@st.composite
def line_rows(draw: st.DrawFn, parts: Rows) -> Rows:
    """Lines from each part to later ones only, so that there is no loop; parallel lines are drawn too."""
    rows: Rows = []
    for i in range(len(parts) - 1):
        for _ in range(draw(st.integers(1 if i == 0 else 0, 3))):
            child = draw(st.integers(i + 1, len(parts) - 1))
            weighed = parts[child]["unit"] in ("kg", "g")
            rows.append(
                {
                    "parent": f"P{i}",
                    "child": f"P{child}",
                    "quantity": draw(decimals),
                    "unit": draw(st.sampled_from([None, "kg", "g", "mg"])) if weighed else None,
                    "scrap_percent": draw(maybe(percents)),
                    "yield_percent": draw(maybe(shares)),
                    "usage_percent": draw(maybe(shares)),
                }
            )
    return rows


@st.composite
def declaration_rows(draw: st.DrawFn, count: int) -> Rows:
    rows: Rows = []
    for i in range(count):
        whole = draw(st.sampled_from([None, None, None, "own", "whole"]))
        for material in draw(st.lists(st.sampled_from([p["material"] for p in PRICES]), max_size=2, unique=True)):
            amount = draw(decimals)
            spread = draw(maybe(st.sampled_from([0.5, 0.25])))
            rows.append(
                {
                    "part_number": f"P{i}",
                    "material": material,
                    "amount": amount,
                    "low": None if spread is None else amount * spread,
                    "high": None if spread is None else amount * (1 + spread),
                    "basis": draw(st.sampled_from(["g_per_piece", "value_per_piece"])),
                    "currency": draw(st.sampled_from([None, "CNY"])),
                    "material_origin": draw(st.sampled_from([None, "China", "Japan"])),
                    "evidence": draw(st.sampled_from([None, "lab", "datasheet"])),
                    "scope": whole,
                }
            )
    return rows


@st.composite
def boms(draw: st.DrawFn, most: int = 7) -> dict[str, Rows]:
    """Rows of a whole Bom with one root, P0."""
    count = draw(st.integers(2, most))
    parts = draw(part_rows(count))
    # A part nobody uses would be a second root without value; the last part is priced, the others reach it.
    lines = draw(line_rows(parts))
    used = {row["parent"] for row in lines}
    lines += [
        {"parent": f"P{i}", "child": f"P{count - 1}", "quantity": 1.0} for i in range(count - 1) if f"P{i}" not in used
    ]
    return {
        "parts": parts,
        "lines": lines,
        "declarations": draw(declaration_rows(count)),
        "prices": PRICES,
        "rates": RATES,
    }
