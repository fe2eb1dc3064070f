"""Changes applied to the tables of a bill of materials: a new Bom, the old one untouched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np

from deminimis.assessment import Calculation
from deminimis.content.estimates import look_for_signs
from deminimis.errors import QuestionError
from deminimis.model import Bom, Reading
from deminimis.reference import material_id, materials
from deminimis.scenarios.changes import (
    Change,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    SupplierChange,
    Swap,
    ValueChange,
)
from deminimis.scenarios.checked import check_circles, check_named, check_rates
from deminimis.scenarios.declared import Declare, declared_row
from deminimis.scenarios.edited import Rows, rows_where, with_cells, with_rows, without_rows
from deminimis.scenarios.lines import change_quantity, swap_parts
from deminimis.scenarios.scenario import Scenario, scenario_of
from deminimis.scenarios.supplied import with_names
from deminimis.structure import build_structure

SomeChange = TypeVar("SomeChange", bound=Change)


@dataclass(frozen=True)
class Terms:
    """What a change on its own does not say: the day, the base currency and the kind of price that counts."""

    on: date
    base: str
    price_basis: str

    @classmethod
    def of(cls, calculation: Calculation) -> Terms:
        """Return the terms of a calculation."""
        return cls(calculation.on, calculation.measures.money.base, _basis(calculation.reading))


def _basis(reading: Reading) -> str:
    return "" if reading.price_basis == "any" else reading.price_basis


def apply_changes(calculation: Calculation, *changes: Change | Scenario) -> Bom:
    """Return the bill of a calculation with changes made to it.

    Parameters
    ----------
    calculation : Calculation
        Of the bill as it is; it and its tables stay as they are.
    *changes : Change or Scenario
        In any order.

    Returns
    -------
    Bom

    Raises
    ------
    QuestionError
        If there is no change, two contradict each other, one names a part, line, declaration or rate that is not there,
        or a part would contain itself.

    Notes
    -----
    Declarations are dropped first, then parts swapped, quantities, suppliers, grades and values set, declarations
    added, origins and prices set: a change sees what those before it in this order left. What is found in the bill
    stays found, but for findings in rows that are dropped. Parts that a swap leaves unused become no finished goods.

    Examples
    --------
    >>> from deminimis.assessment import calculate
    >>> from deminimis.readers import bom_from_tables
    >>> pump = bom_from_tables(parts={"part_number": ["pump"], "unit_value": [950.0]})
    >>> apply_changes(calculate(pump), ValueChange("pump", 20)).parts["unit_value"].to_pylist()
    [20.0]
    """
    scenario = scenario_of(changes)
    check_named(calculation, scenario.changes)
    check_rates(calculation, scenario.changes)
    bom = _with_base(calculation.bom, calculation.measures.money.base)
    bom = change_tables(bom, scenario.changes, Terms.of(calculation), calculation)
    if any(isinstance(change, Swap) for change in scenario.changes):
        check_circles(calculation, build_structure(bom, calculation.on))
    return bom


def _with_base(bom: Bom, base: str) -> Bom:
    """Return the Bom with its base currency written down: counted anew, a changed currency might make it another."""
    return bom if len(bom.rates) or not base else with_rows(bom, "rates", [{"currency": base, "per_base": 1.0}])


def change_tables(bom: Bom, changes: Sequence[Change], terms: Terms, calculation: Calculation | None = None) -> Bom:
    """Return a Bom with changes made to its tables, without a look at what they name.

    Parameters
    ----------
    bom : Bom
        The whole one, or the rows of one part.
    changes : sequence of Change
    terms : Terms
    calculation : Calculation, optional
        Of the whole Bom: changes of lines need it.
    """

    def each(kind: type[SomeChange], change: Callable[[Bom, SomeChange, Terms], Bom]) -> None:
        nonlocal bom
        for one in changes:
            if isinstance(one, kind):
                bom = change(bom, one, terms)

    each(DropDeclarations, _drop)
    each(Declare, _drop_for)
    if calculation is not None:
        bom = swap_parts(bom, [c for c in changes if isinstance(c, Swap)], calculation)
        for one in changes:
            if isinstance(one, QuantityChange):
                bom = change_quantity(bom, one, calculation)
    each(SupplierChange, _supplier)
    each(GradeChange, lambda bom, change, _: on_record(bom, change.part_number, {"grade": change.grade}))
    each(ValueChange, _value)
    each(Declare, lambda bom, change, _: with_rows(bom, "declarations", declared_row(change)))
    each(OriginChange, _origin)
    each(PriceChange, _price)
    return bom


def on_record(bom: Bom, part_number: str, cells: dict[str, Any]) -> Bom:
    """Return the Bom with cells of a part's record replaced; a part without a record gets one."""
    rows = rows_where(bom, "parts", part_number=part_number)
    if not len(rows):
        return with_rows(bom, "parts", [{"part_number": part_number, **cells}])
    return with_cells(bom, "parts", rows, cells)


def _drop(bom: Bom, change: DropDeclarations, _: Terms) -> Bom:
    rows = _declared_rows(bom, change.part_number, change.supplier, change.material)
    if not len(rows):
        raise QuestionError(f"there is nothing to drop: no declaration is meant by {change.words}.")
    return without_rows(bom, "declarations", rows)


def _drop_for(bom: Bom, change: Declare, _: Terms) -> Bom:
    if not change.instead:
        return bom
    return without_rows(bom, "declarations", _declared_rows(bom, change.part_number, change.supplier))


def _declared_rows(bom: Bom, part_number: str, supplier: str, material: str = "") -> Rows:
    rows = rows_where(bom, "declarations", part_number=part_number)
    records = bom.declarations.select(["supplier", "material"]).take(rows).to_pylist() if len(rows) else []
    wanted = material_id(material)
    kept = [
        row
        for row, record in zip(rows.tolist(), records, strict=True)
        if (not supplier or record["supplier"] == supplier)
        and (not material or material_id(record["material"] or "") == wanted)
    ]
    return np.array(kept, dtype=np.int64)


def _supplier(bom: Bom, change: SupplierChange, _: Terms) -> Bom:
    """Leave one supplier, with what is known of it: its origin and its price if it is one of the part's already."""
    bom = with_names(bom, change.part_number, change.supplier)
    rows = rows_where(bom, "sourcing", part_number=change.part_number)
    own = rows_where(bom, "sourcing", part_number=change.part_number, supplier=change.supplier)
    bom = with_cells(bom, "sourcing", own[:1], {"share_percent": 100.0})
    if not len(own):
        row = {"part_number": change.part_number, "supplier": change.supplier, "share_percent": 100.0}
        bom = with_rows(bom, "sourcing", [row])
    bom = without_rows(bom, "sourcing", np.setdiff1d(rows, own[:1]))
    return on_record(bom, change.part_number, {"supplier": change.supplier})


def _value(bom: Bom, change: ValueChange, terms: Terms) -> Bom:
    cells = {"unit_value": change.value, "currency": change.currency or terms.base or None, "price_date": None}
    return on_record(bom, change.part_number, cells)


def _origin(bom: Bom, change: OriginChange, terms: Terms) -> Bom:
    """Set the origin wherever it is read from: declarations, suppliers, and the record of a part that is a material.

    An estimate has no origin of its own: it takes that of the supplier, and where none is named, of one without a name.
    """
    number, origin = change.part_number, change.origin or None
    declared, sourced = (rows_where(bom, table, part_number=number) for table in ("declarations", "sourcing"))
    bom = with_cells(bom, "declarations", declared, {"material_origin": origin})
    bom = with_cells(bom, "sourcing", sourced, {"origin": origin})
    records = rows_where(bom, "parts", part_number=number)
    if _is_material(bom, records[:1], terms.on):
        bom = with_cells(bom, "parts", records, {"origin": origin})
    if len(sourced) or not origin or _proves_content(bom, declared, terms.on):
        return bom
    return with_rows(bom, "sourcing", [{"part_number": number, "share_percent": 100.0, "origin": origin}])


def _is_material(bom: Bom, record: Rows, on: date) -> bool:
    alone = Bom(parts=bom.parts.take(record))
    return any(sign.carrier == "part1_material" for sign in look_for_signs(alone, build_structure(alone, on)))


def _proves_content(bom: Bom, rows: Rows, on: date) -> bool:
    """Say whether one of some declarations holds on a day and is about Part 1, so that nothing is estimated."""
    for record in bom.declarations.take(rows).to_pylist() if len(rows) else ():
        begun, ended = record["valid_from"], record["valid_to"]
        material = material_id(record["material"] or "")
        if material and not (begun and begun > on) and not (ended and ended < on):
            known = materials().get(material)
            if known is None or known.listed or known.form_unknown:
                return True
    return False


def _price(bom: Bom, change: PriceChange, terms: Terms) -> Bom:
    """Leave one price of the material, dated on the day, so that no other form of its element is newer."""
    ids = [material_id(text or "") for text in bom.prices["material"].to_pylist()]
    rows = np.array([row for row, found in enumerate(ids) if found == change.material], dtype=np.int64)
    row = {
        "material": change.material,
        "typical": change.price,
        "currency": change.currency or terms.base or None,
        "unit": change.unit,
        "date": terms.on,
        "basis": terms.price_basis or None,
    }
    return with_rows(without_rows(bom, "prices", rows), "prices", [row])
