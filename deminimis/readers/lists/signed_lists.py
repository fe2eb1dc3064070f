"""Lists of operations: what each consumes stands with a minus, what it makes with a plus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.lists.quantity_cells import exact_cells, with_quantities, with_quantity_role
from deminimis.readers.lists.row_tree import COMPARED
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.raw_tables import Built, Rows, bom_rows, child_roles, raw_table, records

ENDS = frozenset({"end", "fixed_end", "produced", "output"})
"""Words for a row that an operation makes, where its quantity cannot be read."""
NO_PRODUCT = "its operation makes nothing"


@dataclass(frozen=True)
class _Operation:
    """One operation: its rows (from 0 in the list) that consume, its product, how much it makes, and its row."""

    name: str
    consumes: tuple[int, ...]
    products: tuple[str, ...]
    makes: Fraction | None
    row: int


@dataclass(frozen=True)
class _Signed:
    rows: Rows
    parts: Sequence[str]
    amounts: Sequence[Fraction | None]
    operations: tuple[_Operation, ...]


def is_signed(grid: Grid, found: Found) -> bool:
    """Return whether a list has quantities below zero, as one of operations has.

    Parameters
    ----------
    grid : Grid
        The sheet, with plain numbers.
    found : Found
        Its layout.

    Returns
    -------
    bool
    """
    rows, _ = bom_rows(grid, found, "part_number")
    amounts = exact_cells(grid, found.roles.columns["quantity"], rows)
    return any(amount is not None and amount < 0 for amount in amounts)


def build_signed(grid: Grid, found: Found) -> Built:
    """Build lines from rows that an operation consumes or makes.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        Its layout.

    Returns
    -------
    Built
        Parent is the one thing that the operation makes. An operation without product, or with several, and two
        operations that make the same thing of different contents are errors.

    Notes
    -----
    quantity = consumed quantity / made quantity, exactly.
    """
    rows, skipped = bom_rows(grid, found, "part_number")
    signed = _read(grid, found, rows)
    parent: dict[int, str] = {}
    own: list[Fraction | None] = [None] * len(rows)
    for operation in signed.operations:
        for row in operation.consumes:
            amount = signed.amounts[row]
            own[row] = abs(amount) / operation.makes if amount is not None and operation.makes else None
            if len(operation.products) == 1:
                parent[row] = operation.products[0]
            else:
                skipped[int(rows[row])] = _unplaced(operation)
    repeated, differing = _repeated(signed, _said(grid, found, rows, own))
    for row, first in repeated.items():
        skipped[int(rows[row])] = f"the operation {first} makes the same"
    lines = np.array([row for row in sorted(parent) if row not in repeated], dtype=np.int64)
    given = {"parent": pa.array([parent[row] for row in lines.tolist()], pa.string())}
    shown = with_quantity_role(found, grid).roles
    raw = raw_table(with_quantities(grid, found, rows, own), "lines", child_roles(shown), rows[lines], given)
    findings = (*_operation_findings(grid, found, signed), *_differing(grid, found, signed, differing))
    tables = (("lines", raw), *records(grid, found, "part_number", rows))
    return Built(tables, skipped, findings, record_repeats=True, basis="per_parent")


def _read(grid: Grid, found: Found, rows: Rows) -> _Signed:
    columns = found.roles.columns
    parts = _words(grid, columns["part_number"], rows)
    amounts = exact_cells(grid, columns["quantity"], rows)
    kinds = _words(grid, columns["line_type"], rows) if "line_type" in columns else [""] * len(rows)
    of_operation: dict[str, list[int]] = {}
    for row, name in enumerate(_words(grid, columns["operation"], rows)):
        of_operation.setdefault(name, []).append(row)
    operations = []
    for name, its in of_operation.items():
        made = [row for row in its if _is_made(amounts[row], kinds[row])]
        known = [amount for row in made if (amount := amounts[row]) is not None]
        makes = sum(known, Fraction(0)) if len(known) == len(made) else None
        products = tuple(dict.fromkeys(parts[row] for row in made))
        operations.append(_Operation(name, tuple(row for row in its if row not in made), products, makes, its[0]))
    return _Signed(rows, parts, amounts, tuple(operations))


def _is_made(amount: Fraction | None, kind: str) -> bool:
    return kind.casefold() in ENDS if amount is None else amount > 0


def _words(grid: Grid, column: int, rows: Rows) -> list[str]:
    return [(word or "").strip() for word in grid.text[column].take(pa.array(rows)).to_pylist()]


def _unplaced(operation: _Operation) -> str:
    return "its operation makes several things" if operation.products else NO_PRODUCT


def _said(grid: Grid, found: Found, rows: Rows, own: Sequence[Fraction | None]) -> list[tuple[Any, ...]]:
    columns = [_words(grid, at, rows) for role, at in found.roles.columns.items() if role in COMPARED]
    comparable = [Fraction(-1) if amount is None else amount for amount in own]
    return list(zip(comparable, *columns, strict=True))


def _repeated(signed: _Signed, said: Sequence[tuple[Any, ...]]) -> tuple[dict[int, str], dict[str, int]]:
    """Return rows of operations whose product an earlier one makes, and the products whose contents differ."""
    first: dict[str, tuple[str, list[Any]]] = {}
    repeated: dict[int, str] = {}
    differing: dict[str, int] = {}
    for operation in signed.operations:
        if not operation.consumes or len(operation.products) != 1:
            continue
        contents = sorted((signed.parts[row], said[row]) for row in operation.consumes)
        name, before = first.setdefault(operation.products[0], (operation.name, contents))
        if name == operation.name:
            continue
        repeated |= dict.fromkeys(operation.consumes, name)
        if contents != before:
            differing.setdefault(operation.products[0], operation.row)
    return repeated, differing


def _operation_findings(grid: Grid, found: Found, signed: _Signed) -> list[Finding]:
    """Tell operations whose contents stand in no part, and those that make an amount nobody knows."""
    told = []
    for operation in signed.operations:
        place = _place(grid, found, signed, operation.row)
        if not operation.consumes:
            continue
        if not operation.products:
            told.append(finding("OPERATION_WITHOUT_PRODUCT", **place, value=operation.name))
        elif len(operation.products) > 1:
            made = ", ".join(operation.products)
            told += [
                finding("OPERATION_WITH_PRODUCTS", **place, value=operation.name, detail=made, part_number=product)
                for product in operation.products
            ]
        elif not operation.makes:
            product = operation.products[0]
            told.append(finding("QTY_NOT_DIVIDED", **place, value=operation.name, part_number=product))
    return told


def _differing(grid: Grid, found: Found, signed: _Signed, differing: Mapping[str, int]) -> list[Finding]:
    return [
        finding("BLOCKS_DIFFER", **_place(grid, found, signed, row), value=part, part_number=part)
        for part, row in differing.items()
    ]


def _place(grid: Grid, found: Found, signed: _Signed, row: int) -> dict[str, Any]:
    column = found.roles.headers["operation"]
    return {"file": grid.file, "sheet": grid.sheet, "row": int(signed.rows[row]) + 1, "column": column}
