"""The rules a typed table must keep, one function each, and the data they run on.

A rule takes a table's name and the typed table and returns faults; a rule that does not concern the table returns none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import CellFault
from deminimis.model.schema import schema
from deminimis.model.tables import Mask, blank_rows

KEYS = {
    name: tuple(c.name for c in columns.values() if c.required and c.type in ("id", "material"))
    or tuple(c.name for c in columns.values() if c.required)
    for name, columns in schema().items()
}
"""Without these a row says nothing."""

BLANKING = frozenset({"QTY_NOT_POSITIVE", "NUMBER_OUT_OF_RANGE", "MASS_ZERO"})
"""Findings whose value is not used."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a number column may hold: above or from `low`, up to `high`."""

    table: str
    column: str
    low: float = 0.0
    open_low: bool = False
    high: float = np.inf

    @property
    def words(self) -> str:
        """The range in words."""
        low = f"above {self.low:g}" if self.open_low else f"{self.low:g} or more"
        return low if np.isinf(self.high) else f"{low} and at most {self.high:g}"

    def breaks(self, values: npt.NDArray[np.float64]) -> Mask:
        """Return which values lie outside; a blank (nan) never does."""
        below = values <= self.low if self.open_low else values < self.low
        return np.asarray(below | (values > self.high))


RANGES = (
    Range("parts", "unit_value"),
    Range("parts", "base_quantity", open_low=True),
    Range("parts", "mass"),
    Range("lines", "scrap_percent"),
    Range("lines", "yield_percent", open_low=True, high=100),
    Range("lines", "usage_percent", high=100),
    Range("declarations", "amount"),
    Range("declarations", "low"),
    Range("declarations", "high"),
    Range("sourcing", "share_percent", high=100),
    Range("sourcing", "unit_value"),
    Range("prices", "low", open_low=True),
    Range("prices", "typical", open_low=True),
    Range("prices", "high", open_low=True),
    Range("rates", "per_base", open_low=True),
)


def _faults(indices: Mask, column: str, code: str, table: pa.Table, **details: str) -> list[CellFault]:
    return [CellFault(int(i), column, code, _said(table[column][int(i)]), details) for i in np.flatnonzero(indices)]


def _said(value: pa.Scalar) -> str:
    held = value.as_py()
    if not isinstance(held, float):
        return "" if held is None else str(held)
    short = f"{held:.15g}"
    return short if float(short) == held else repr(held)


def _numbers(table: pa.Table, column: str) -> npt.NDArray[np.float64]:
    return np.asarray(table[column].to_numpy(), dtype=np.float64)


def check_ids(name: str, table: pa.Table) -> list[CellFault]:
    """Find rows without a required part number, material or supplier."""
    required = [
        c.name for c in schema()[name].values() if c.required and c.type in ("id", "material", "text") and not c.default
    ]
    return [fault for column in required for fault in _faults(blank_rows(table[column]), column, "ID_MISSING", table)]


def check_required_numbers(name: str, table: pa.Table) -> list[CellFault]:
    """Find blank shares, prices and rates."""
    required = [c.name for c in schema()[name].values() if c.required and c.type == "number" and c.name != "quantity"]
    blank = {column: blank_rows(table[column]) for column in required}
    return [f for c, mask in blank.items() for f in _faults(mask, c, "NUMBER_OUT_OF_RANGE", table, range="given")]


def check_quantity(name: str, table: pa.Table) -> list[CellFault]:
    """Find quantities that are blank, negative or zero."""
    if name != "lines":
        return []
    values = _numbers(table, "quantity")
    rules = (("QTY_MISSING", np.isnan(values)), ("QTY_NOT_POSITIVE", values < 0), ("QTY_ZERO", values == 0))
    return [fault for code, mask in rules for fault in _faults(mask, "quantity", code, table)]


def check_ranges(name: str, table: pa.Table) -> list[CellFault]:
    """Find numbers outside the range of their column."""
    ranges = [r for r in RANGES if r.table == name and table[r.column].null_count < len(table)]
    return [
        fault
        for r in ranges
        for fault in _faults(r.breaks(_numbers(table, r.column)), r.column, "NUMBER_OUT_OF_RANGE", table, range=r.words)
    ]


def check_yield(name: str, table: pa.Table) -> list[CellFault]:
    """Find yields of one per cent or less: they are meant as fractions of one."""
    if name != "lines" or table["yield_percent"].null_count == len(table):
        return []
    values = _numbers(table, "yield_percent")
    return _faults((values > 0) & (values <= 1), "yield_percent", "YIELD_IS_FRACTION", table)


def check_mass(name: str, table: pa.Table) -> list[CellFault]:
    """Find masses of zero: no thing has one, the system simply was not told."""
    if name != "parts" or table["mass"].null_count == len(table):
        return []
    return _faults(_numbers(table, "mass") == 0, "mass", "MASS_ZERO", table)


def check_percent_declared(name: str, table: pa.Table) -> list[CellFault]:
    """Find declared percentages above 100."""
    if name != "declarations":
        return []
    percent = pc.fill_null(pc.ends_with(table["basis"], "_percent"), False).to_numpy()
    above = {column: percent & (_numbers(table, column) > 100) for column in ("amount", "low", "high")}
    words = "at most 100"
    return [f for c, mask in above.items() for f in _faults(mask, c, "NUMBER_OUT_OF_RANGE", table, range=words)]


def check_order_of_amounts(name: str, table: pa.Table) -> list[CellFault]:
    """Find rows whose low, typical and high are not in ascending order."""
    middle = {"declarations": "amount", "prices": "typical"}.get(name)
    if middle is None:
        return []
    low, typical, high = (_numbers(table, column) for column in ("low", middle, "high"))
    wrong = (low > typical) | (typical > high) | (low > high)
    text = [f"{low[i]:g}, {typical[i]:g}, {high[i]:g}".replace("nan", "blank") for i in np.flatnonzero(wrong)]
    return [CellFault(int(i), "low", "RANGE_OUT_OF_ORDER", t) for i, t in zip(np.flatnonzero(wrong), text, strict=True)]


def check_order_of_dates(name: str, table: pa.Table) -> list[CellFault]:
    """Find rows that end before they begin."""
    ends = [table[column] for column in ("valid_from", "valid_to") if column in schema()[name]]
    if not ends or any(end.null_count == len(table) for end in ends):
        return []
    wrong = pc.fill_null(pc.greater(table["valid_from"], table["valid_to"]), False).to_numpy()
    return _faults(wrong, "valid_from", "DATES_OUT_OF_ORDER", table)


Rule = Callable[[str, pa.Table], list[CellFault]]

RULES: tuple[Rule, ...] = (
    check_ids,
    check_required_numbers,
    check_quantity,
    check_ranges,
    check_yield,
    check_mass,
    check_percent_declared,
    check_order_of_amounts,
    check_order_of_dates,
)
