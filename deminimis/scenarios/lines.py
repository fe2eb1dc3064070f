"""Changes of lines: a quantity, and a part in the place of another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from deminimis.assessment import Calculation
from deminimis.errors import QuestionError
from deminimis.model import Bom, schema
from deminimis.scenarios.changes import QuantityChange, Swap
from deminimis.scenarios.edited import Rows, rows_where, with_cells, with_rows


def change_quantity(bom: Bom, change: QuantityChange, calculation: Calculation) -> Bom:
    """Return the Bom with the quantity of one line replaced, in every table that repeats the line.

    Parameters
    ----------
    bom : Bom
        Swaps already made.
    change : QuantityChange
    calculation : Calculation
        Of the bill as it was.

    Raises
    ------
    QuestionError
        If no line or more than one is meant.
    """
    position = {"position": change.position} if change.position else {}
    rows = rows_where(bom, "lines", parent=change.parent, child=change.child, **position)
    rows = _valid(bom, rows, calculation.on)
    structure, parent = calculation.measures.structure, calculation.code(change.parent)
    counting = structure.line[structure.first[parent] : structure.first[parent + 1]]
    used = rows[np.isin(rows, counting)]
    where = f" at position {change.position}" if change.position else ""
    if not len(used):
        raise QuestionError(
            f"{change.parent} has no line with {change.child}{where} on {calculation.on}: look the line up.",
            part_number=change.parent,
        )
    if len(used) > 1:
        found = ", ".join(text or "blank" for text in bom.lines["position"].take(used).to_pylist())
        raise QuestionError(
            f"{change.parent} has {len(used)} lines with {change.child}{where} (positions {found}): name one position.",
            part_number=change.parent,
        )
    return with_cells(bom, "lines", rows, {"quantity": change.quantity})


def _valid(bom: Bom, rows: Rows, on: date) -> Rows:
    days = bom.lines.select(["valid_from", "valid_to"]).take(rows).to_pylist() if len(rows) else []
    open_ = [
        not (day["valid_from"] and day["valid_from"] > on) and not (day["valid_to"] and day["valid_to"] < on)
        for day in days
    ]
    return np.asarray(rows[np.array(open_, dtype=bool)])


def swap_parts(bom: Bom, swaps: Sequence[Swap], calculation: Calculation) -> Bom:
    """Return the Bom with parts replaced in its lines, all at once.

    Parameters
    ----------
    bom : Bom
    swaps : sequence of Swap
    calculation : Calculation
        Of the bill as it was: its finished goods stay the finished goods.

    Raises
    ------
    QuestionError
        If a part that is replaced is in no line, or not in the parent named.

    Notes
    -----
    A line without a unit counts in the unit of its child: where the new part counts in another, the old one's is
    written down, so that it is converted, or found to be of another kind.
    """
    found = [(swap, _rows_of(bom, swap)) for swap in swaps]
    for swap, rows in found:
        bom = _with_unit(with_cells(bom, "lines", rows, {"child": swap.new}), swap, rows)
    if not swaps:
        return bom
    goods = {calculation.part_numbers[code] for code in calculation.goods.tolist()}
    for number in dict.fromkeys(number for swap in swaps for number in (swap.old, swap.new)):
        bom = _marked(bom, number, "yes" if number in goods else "no")
    return bom


def _rows_of(bom: Bom, swap: Swap) -> Rows:
    parent = {"parent": swap.parent} if swap.parent else {}
    rows = rows_where(bom, "lines", child=swap.old, **parent)
    if not len(rows):
        where = f"no line of {swap.parent}" if swap.parent else "no line"
        raise QuestionError(f"{swap.old} is in {where}: it cannot be replaced there.", part_number=swap.old)
    return rows


def _with_unit(bom: Bom, swap: Swap, rows: Rows) -> Bom:
    old, new = _unit(bom, swap.old), _unit(bom, swap.new)
    if old == new:
        return bom
    blank = bom.lines["unit"].take(rows).is_null().to_numpy()
    return with_cells(bom, "lines", rows[blank], {"unit": old})


def _unit(bom: Bom, part_number: str) -> str:
    rows = rows_where(bom, "parts", part_number=part_number)
    written = bom.parts["unit"][int(rows[0])].as_py() if len(rows) else None
    return written or schema()["parts"]["unit"].default


def _marked(bom: Bom, part_number: str, mark: str) -> Bom:
    rows = rows_where(bom, "parts", part_number=part_number)
    if not len(rows):
        return with_rows(bom, "parts", [{"part_number": part_number, "finished_good": mark}])
    return with_cells(bom, "parts", rows, {"finished_good": mark})
