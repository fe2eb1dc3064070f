"""Lists of suppliers: a part stands once for each supplier it may be bought from, with that supplier's price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.readers.grid import Grid
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import Roles
from deminimis.readers.tables.raw_tables import Built, filled_rows, raw_table, records

SHAPE = "supplier_list"
PRICES = ("unit_value", "price_quantity", "pack_value", "pack_quantity", "other_value", "price_control", "currency")
OF_SUPPLIER = frozenset({"supplier", "origin", "line_value", "price_date", "value_basis", *PRICES})
"""What a row says of the supplier and not of the part."""
NAMED = 5
"""Suppliers a finding names."""


def names_suppliers(grid: Grid, header: int, roles: Roles) -> bool:
    """Return whether some part number stands below a header row with several suppliers.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : int
        The header row, from 0.
    roles : Roles
        With part_number and supplier.

    Returns
    -------
    bool
    """
    parts, suppliers = (_words(grid, roles, role).slice(header + 1) for role in ("part_number", "supplier"))
    several = pa.table({"part": parts, "supplier": suppliers}).drop_null().group_by("part")
    most = pc.max(several.aggregate([("supplier", "count_distinct")])["supplier_count_distinct"]).as_py()
    return (most or 0) > 1


def _words(grid: Grid, roles: Roles, role: str) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(grid.text[roles.columns[role]])
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def build_supplier_list(grid: Grid, found: Found) -> Built:
    """Build the sourcing of parts from a list of their suppliers, and the records of what else it says of the parts.

    Parameters
    ----------
    grid : Grid
        With exact ids and plain numbers.
    found : Found
        A table of the shape supplier_list.

    Returns
    -------
    Built
        A part with one supplier is bought from it whole. Of a part with several nobody says how much comes from each:
        its rows are left out, with an error SUPPLIERS_WITHOUT_SHARE. So are further rows of one supplier, with an error
        SUPPLIER_PRICES_DIFFER where they differ.
    """
    rows, skipped = filled_rows(grid, found)
    parts, suppliers = (_words(grid, found.roles, role).to_pylist() for role in ("part_number", "supplier"))
    of_part: dict[str | None, dict[str | None, list[int]]] = {}
    for row in rows.tolist():
        of_part.setdefault(parts[row], {}).setdefault(suppliers[row], []).append(row)
    told: list[Finding] = []
    for part, of_supplier in of_part.items():
        if part is None:
            continue
        first = next(iter(of_supplier.values()))[0]
        if len(of_supplier) > 1:
            several = [row for of_one in of_supplier.values() for row in of_one]
            skipped |= dict.fromkeys(several, "one of several suppliers, and no share is given")
            told.append(_told(grid, found, first, "SUPPLIERS_WITHOUT_SHARE", _names(of_supplier)))
        else:
            again = next(iter(of_supplier.values()))[1:]
            skipped |= dict.fromkeys(again, "the supplier stands above")
            if len({_price(grid, found, row) for row in (first, *again)}) > 1:
                told.append(_told(grid, found, first, "SUPPLIER_PRICES_DIFFER", _names(of_supplier)))
    kept = rows[[row not in skipped for row in rows.tolist()]]
    whole = {"share_percent": pa.repeat(pa.scalar("100", pa.string()), len(kept))}
    sourcing = raw_table(grid, "sourcing", found.roles, kept, whole)
    named = rows[[parts[row] is not None for row in rows.tolist()]]
    return Built((("sourcing", sourcing), *_records(grid, found, named)), skipped, tuple(told), record_repeats=True)


def _records(grid: Grid, found: Found, rows: Any) -> tuple[tuple[str, Any], ...]:
    """Return the records of the parts, from the columns that do not depend on the supplier."""
    columns = {role: at for role, at in found.roles.columns.items() if role not in OF_SUPPLIER}
    headers = {role: found.roles.headers[role] for role in columns}
    roles = replace(found.roles, columns=columns, headers=headers)
    return records(grid, replace(found, roles=roles), "part_number", rows)


def _price(grid: Grid, found: Found, row: int) -> tuple[str, ...]:
    return tuple(grid.text[at][row].as_py() or "" for role, at in found.roles.columns.items() if role in PRICES)


def _names(suppliers: Iterable[str | None]) -> str:
    named = [supplier or "without name" for supplier in suppliers]
    return ", ".join(named[:NAMED]) + (", ..." if len(named) > NAMED else "")


def _told(grid: Grid, found: Found, row: int, code: str, detail: str) -> Finding:
    columns, headers = found.roles.columns, found.roles.headers
    part = grid.text[columns["part_number"]][row].as_py().strip()
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet, "row": row + 1, "column": headers["supplier"]}
    return finding(code, **place, value=part, detail=detail, part_number=part)
