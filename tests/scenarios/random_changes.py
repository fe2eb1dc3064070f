"""Random single changes of a random bill of materials."""

from __future__ import annotations

from hypothesis import strategies as st

from deminimis.scenarios import (
    Change,
    Declare,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    ValueChange,
)
from tests.strategies import PRICES, Rows, decimals, percents

MATERIALS = [row["material"] for row in PRICES]
ORIGINS = ["China", "Japan", "unknown"]


@st.composite
def single_changes(draw: st.DrawFn, tables: dict[str, Rows]) -> Change:
    """One change of one part's content or value, or of one price."""
    parents = {row["parent"] for row in tables["lines"]}
    parts = [row["part_number"] for row in tables["parts"]]
    part = draw(st.sampled_from([*parts, *(4 * [part for part in parts if part not in parents])]))
    declared = sorted({row["part_number"] for row in tables["declarations"]})
    kinds = ["origin", "value", "price", "declare", "grade", *(["drop", "origin"] if declared else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "origin":
        part = draw(st.sampled_from(declared)) if declared and draw(st.booleans()) else part
        return OriginChange(part, draw(st.sampled_from(ORIGINS)))
    if kind == "value":
        return ValueChange(part, draw(decimals), draw(st.sampled_from(["", "USD", "CNY", "EUR"])))
    if kind == "price":
        return PriceChange(draw(st.sampled_from(MATERIALS)), draw(decimals), draw(st.sampled_from(["", "CNY", "EUR"])))
    if kind == "grade":
        return GradeChange(part, draw(st.sampled_from(["N42SH", "38EH", "N35", "YXG-28H"])))
    if kind == "drop":
        return DropDeclarations(draw(st.sampled_from(declared)))
    return draw(declarations_of(part))


@st.composite
def declarations_of(draw: st.DrawFn, part: str) -> Declare:
    """A declaration of a part, in place of the others or beside them."""
    if draw(st.integers(0, 5)) == 0:
        return Declare(part, "none", scope=draw(st.sampled_from(["own", "whole"])))
    basis = draw(st.sampled_from(["g_per_piece", "value_per_piece", "value_percent", "wt_percent"]))
    return Declare(
        part,
        draw(st.sampled_from(MATERIALS)),
        draw(percents if basis.endswith("percent") else decimals),
        basis,
        material_origin=draw(st.sampled_from(["", "China", "Japan"])),
        evidence=draw(st.sampled_from(["signed", "lab", "datasheet"])),
        scope=draw(st.sampled_from(["own", "own", "whole"])),
        instead=draw(st.booleans()),
    )


@st.composite
def marked(draw: st.DrawFn, tables: dict[str, Rows]) -> dict[str, Rows]:
    """The same bill with carriers nobody declared, several suppliers, values in percent, and no unit of mass."""
    parts = [dict(row) for row in tables["parts"]]
    for row in parts:
        row["item_class"] = draw(
            st.sampled_from(["other", "other", "ndfeb_magnet", "rare_earth_target", None, "part1_material"])
        )
        row["description"] = draw(st.sampled_from([None, None, "servo motor", "loudspeaker 8 ohm"]))
        row["origin"] = draw(st.sampled_from([None, "China", "Japan"]))
        if draw(st.integers(0, 2)) == 0:
            row["mass"] = row["mass_unit"] = None
    declared = [dict(row) for row in tables["declarations"]]
    for row in declared:
        row["basis"] = draw(st.sampled_from([row["basis"], row["basis"], "value_percent", "wt_percent"]))
        row["supplier"] = draw(st.sampled_from([None, None, "A", "B"]))
        row["valid_to"] = draw(st.sampled_from([None, None, None, "2026-01-31"]))
    sourcing: Rows = []
    for row in parts:
        if draw(st.integers(0, 3)) == 0:
            share = draw(st.sampled_from([25.0, 50.0, 100.0]))
            rest = [("B", 100 - share)] if share < 100 else []
            for supplier, percent in [("A", share), *rest]:
                sourcing.append(
                    {
                        "part_number": row["part_number"],
                        "supplier": supplier,
                        "share_percent": percent,
                        "origin": draw(st.sampled_from([None, "China", "Japan"])),
                        "unit_value": draw(st.none() | decimals),
                    }
                )
    return {**tables, "parts": parts, "declarations": declared, "sourcing": sourcing}
