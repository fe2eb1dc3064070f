"""A table of the contract that a program holds: data frames of any library, Arrow, or columns by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from deminimis.catalogues.column_types import refused, twice_named
from deminimis.catalogues.table_files import Frame, frame_of
from deminimis.errors import InputError
from deminimis.model import Source, schema

FAULTS = (pa.ArrowException, pl.exceptions.PolarsError, TypeError, ValueError, OverflowError)
"""What the libraries raise about values that they cannot hold."""


def frame_in_memory(name: str, table: Any) -> Frame:
    """Return the columns of a table in memory.

    Parameters
    ----------
    name : str
        One of the six tables.
    table : table
        Whatever has the Arrow PyCapsule interface, or columns by name.

    Returns
    -------
    Frame

    Raises
    ------
    InputError
        It is no table, names a column twice or lacks one of part numbers, or a column cannot be used.
    """
    place = f"the table {name}"
    if isinstance(table, pl.LazyFrame):
        raise InputError(f"{place} is a query that has not run: call its collect().", file="")
    if isinstance(table, Mapping):
        whole = _by_name(place, table)
    elif hasattr(table, "__arrow_c_stream__"):
        whole = _converted(place, name, table)
    else:
        raise InputError(
            f"{place} is a {type(table).__name__}: give a data frame, an Arrow table, or columns by name as in "
            "{'part_number': [...]}; files are the first argument.",
            file="",
        )
    known = whole.select(column for column in whole.columns if column in schema()[name])
    return frame_of(Source("", name), name, known, whole.columns)


def _by_name(place: str, columns: Mapping[Any, Any]) -> pl.DataFrame:
    made: dict[str, pa.ChunkedArray] = {}
    for name, values in columns.items():
        try:
            made[str(name)] = pa.table({str(name): values}).column(0)
        except FAULTS as fault:
            raise _unusable(place, str(name), fault) from None
        first = next(iter(made))
        if len(made[str(name)]) != len(made[first]):
            why = f"has {len(made[str(name)])} rows and the column {first} has {len(made[first])}"
            raise refused(place, str(name), why, "give both the same number of rows")
    try:
        return pl.DataFrame(pa.table(made))
    except FAULTS:
        raise _first_unusable(place, made, list(made)) from None


def _converted(place: str, name: str, table: Any) -> pl.DataFrame:
    # An Arrow table has a word of its own for what data frames call columns.
    given: Any = getattr(table, "column_names" if hasattr(table, "column_names") else "columns", ())
    names = [str(column) for column in given]
    if fault := twice_named(place, names):
        raise fault
    try:
        return pl.DataFrame(table)
    except FAULTS:
        raise _first_unusable(place, table, names) from None


def _first_unusable(place: str, table: Any, names: list[str]) -> InputError:
    """Return what is said of the first column that cannot be converted."""
    for name in names:
        try:
            pl.DataFrame(pa.table({name: table[name]}))
        except (*FAULTS, LookupError) as fault:
            return _unusable(place, name, fault)
    return InputError(f"{place} cannot be read: give an Arrow table or columns by name.", file="")


def _unusable(place: str, column: str, fault: Exception) -> InputError:
    words = (str(fault).strip().splitlines() or [type(fault).__name__])[0][:200].rstrip(".")
    return refused(place, column, f"cannot be used ({words})", "give values of one type: text, numbers or days")
