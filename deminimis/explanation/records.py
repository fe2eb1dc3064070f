"""What the records say of the few parts an explanation names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.assessment import Calculation
from deminimis.model.part_codes import as_text

COLUMNS = ("part_number", "description", "supplier", "unit")


class Records:
    """Part number, description, supplier and unit of parts by code; the first record of a part counts.

    Parameters
    ----------
    calculation : Calculation
    codes : iterable of int
        The parts named.
    """

    def __init__(self, calculation: Calculation, codes: Iterable[int]) -> None:
        numbers = calculation.measures.structure.part_numbers
        self._numbers = {code: numbers[code].as_py() for code in codes}
        parts = calculation.bom.parts.select(COLUMNS)
        wanted = pa.array(list(self._numbers.values()), pa.string())
        rows = parts.filter(pc.is_in(as_text(parts["part_number"]), value_set=wanted)).to_pylist()
        self._rows: dict[str, dict[str, Any]] = {row["part_number"]: row for row in reversed(rows)}

    def number(self, code: int) -> str:
        """Return the part number."""
        return str(self._numbers[code])

    def word(self, code: int, column: str) -> str:
        """Return a text of the record, blank where there is none."""
        return self._rows.get(self._numbers[code], {}).get(column) or ""
