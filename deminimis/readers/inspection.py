"""How a file was read: the by-product of reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deminimis.model.findings import Finding


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is in no table, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class TableInspection:
    """How one sheet was read.

    Notes
    -----
    Every row below the header is either used or skipped: ``rows == used + len(skipped)``. A sheet without table has no
    header row (0) and all its rows are skipped.
    """

    sheet: str
    header_row: int
    layout: str
    why: str
    columns: Mapping[str, str] = field(default_factory=dict)
    quantity_basis: str = ""
    rows: int = 0
    skipped: tuple[SkippedRow, ...] = ()

    @property
    def used(self) -> int:
        """Number of rows that reached a table."""
        return self.rows - len(self.skipped)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "layout": self.layout,
            "why": self.why,
            "columns": dict(self.columns),
            "quantity_basis": self.quantity_basis,
            "rows": self.rows,
            "used": self.used,
            "skipped": [{"row": skipped.row, "reason": skipped.reason} for skipped in self.skipped],
        }


@dataclass(frozen=True)
class Inspection:
    """How a file was read, sheet by sheet, and what was found on the way."""

    tables: tuple[TableInspection, ...]
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON document of ``deminimis inspect``."""
        return {
            "tables": [table.as_dict() for table in self.tables],
            "findings": [found.as_dict() for found in self.findings],
        }
