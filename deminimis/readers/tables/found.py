"""A table found on a sheet, or the reason why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deminimis.readers.tables.headers import Roles


@dataclass(frozen=True, slots=True)
class Found:
    """A table found on a sheet.

    Parameters
    ----------
    layout : str
        Its name, or "canonical:" and the table whose columns it has.
    header : int
        Header row, from 0.
    roles : Roles
    why : str
        The reason in one sentence.
    quantity_basis : str
    missing : tuple of str
        Columns without which its rows say too little.
    end : int
        The row after its last one; -1 = the last of the sheet.
    shape : str
        How its rows become lines.
    shadow : tuple of int
        Rows that are part of the header.
    left_out : mapping of row to reason
        Rows that are not in the product.
    begin : int
        The row after the header of the table above it; 0 = it is the first.
    """

    layout: str
    header: int
    roles: Roles
    why: str
    quantity_basis: str = ""
    missing: tuple[str, ...] = ()
    end: int = -1
    shape: str = ""
    shadow: tuple[int, ...] = ()
    left_out: Mapping[int, str] = field(default_factory=dict)
    begin: int = 0

    @property
    def canonical(self) -> str:
        """The table whose columns it has, or ""."""
        return self.layout.removeprefix("canonical:") if self.layout.startswith("canonical:") else ""

    def last(self, height: int) -> int:
        """Return the row after the table's last one, on a sheet of so many rows."""
        return self.end if self.end >= 0 else height


@dataclass(frozen=True, slots=True)
class Refused:
    """A sheet that holds a table which is not read: the code of the finding, its row from 0, and what was seen."""

    code: str
    row: int
    detail: str
