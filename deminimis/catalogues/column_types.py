"""Columns of a typed table in the types that the table knows; a type that cannot say what is asked for is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl

from deminimis.errors import InputError
from deminimis.model import Finding, Source, finding, schema
from deminimis.model.cells import LONG
from deminimis.model.schema import Column

WRITTEN_AS = {
    "id": "write part numbers as text",
    "number": "write numbers, or text with a decimal point",
    "date": "write days, or text such as 2026-11-22",
}
"""What to do about a column of another type, by what it should hold; text for the others."""
SAYS_NOTHING = (pl.List, pl.Array, pl.Struct, pl.Duration, pl.Object)
WHOLE_TO = {"Float16": 2**11, "Float32": 2**24, "Float64": 2**53}
"""Below which two whole numbers are never one float."""


def fit_columns(source: Source, table: str, columns: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Return columns as the checks take them; those that fit already are not looked at.

    Parameters
    ----------
    source : Source
        Names the file in what is said.
    table : str
        One of the six tables.
    columns : polars.DataFrame
        Columns that the table knows.

    Returns
    -------
    polars.DataFrame
        Part numbers as text or integers; numbers of few bits or of decimal type as the decimals they stand for; days of
        a time zone as its own.
    tuple of Finding
        ID_FROM_NUMBER for each column of part numbers that are floats.

    Raises
    ------
    InputError
        A column holds what is no part number, number, day or text.

    Examples
    --------
    >>> lines = pl.DataFrame({"parent": ["A"], "child": [7.0], "quantity": pl.Series([0.7], dtype=pl.Float32)})
    >>> fitted, found = fit_columns(Source("lines.parquet", "lines"), "lines", lines)
    >>> fitted.rows(), [one.code for one in found]
    ([('A', '7', 0.7)], ['ID_FROM_NUMBER'])
    """
    known = schema()[table]
    place = source.file or f"the table {table}"
    fitted = [_fitted(place, known[column.name], column) for column in columns]
    floats = [
        column.name for column in columns if known[column.name].type == "id" and column.dtype.is_float() and len(column)
    ]
    whole = columns.with_columns(fitted)
    return whole, tuple(_from_number(source, whole[name]) for name in floats if whole[name].null_count() < len(whole))


def refused(place: str, column: str, why: str, remedy: str) -> InputError:
    """Return what is said of a column that cannot be used.

    Parameters
    ----------
    place : str
        File or table.
    column, why, remedy : str
    """
    return InputError(f"{place}: the column {column} {why}: {remedy}.", file=place)


def _fitted(place: str, column: Column, given: pl.Series) -> pl.Series:
    kind = given.dtype
    if kind == pl.String:
        return given
    if _says_nothing(column, kind):
        if given.null_count() == len(given):
            return pl.repeat(None, len(given), dtype=pl.String, eager=True).alias(given.name)
        name = kind.base_type().__name__.lower()
        raise refused(place, given.name, f"holds values of type {name}", _remedy(column))
    if kind == pl.Binary:
        return _decoded(place, column, given)
    if column.type == "id" and (kind.is_float() or kind.is_decimal()):
        return _whole_numbers(place, column, given)
    if column.type == "number":
        return _decimals(given)
    if column.type == "date" and isinstance(kind, pl.Datetime) and kind.time_zone:
        return given.dt.replace_time_zone(None)
    return given.fill_nan(None) if kind.is_float() else given


def _says_nothing(column: Column, kind: pl.DataType) -> bool:
    """Return whether no value of a type can be what a column should hold."""
    if column.type == "id" and (kind == pl.Boolean or kind.is_temporal()):
        return True
    if column.type == "date" and kind == pl.Time:
        return True
    return isinstance(kind, SAYS_NOTHING) or not _is_plain(kind)


def _is_plain(kind: pl.DataType) -> bool:
    """Return whether a type is one of text, numbers and times, and none that another library made."""
    texts = (pl.String, pl.Binary, pl.Categorical, pl.Enum, pl.Boolean, pl.Null)
    return kind.is_numeric() or kind.is_temporal() or isinstance(kind, texts)


def _remedy(column: Column) -> str:
    return WRITTEN_AS.get(column.type, "write text")


def _decoded(place: str, column: Column, given: pl.Series) -> pl.Series:
    """Return the text that bytes are; some systems mark no column as text."""
    try:
        return given.cast(pl.String)
    except pl.exceptions.PolarsError:
        raise refused(place, given.name, "holds bytes that are no text", _remedy(column)) from None


def _whole_numbers(place: str, column: Column, given: pl.Series) -> pl.Series:
    """Return the digits of part numbers that are whole floats or decimals.

    A fraction is no part number, and of a whole number with more digits than its type holds the last ones are unknown.
    """
    if given.dtype.is_decimal():
        text = given.cast(pl.String).str.replace(r"\.0*$", "")
        unsure = text.filter(text.str.contains(".", literal=True))
    else:
        values = given.fill_nan(None).cast(pl.Float64)
        sure = (values == values.floor()) & (values.abs() < WHOLE_TO[given.dtype.base_type().__name__])
        text, unsure = values.set(~sure, None).cast(pl.Int64).cast(pl.String), given.filter(~sure)
    if len(unsure):
        why = f"holds the number {unsure[0]}, which is no whole number or has more digits than are sure"
        raise refused(place, given.name, why, _remedy(column))
    return text


def _from_number(source: Source, numbers: pl.Series) -> Finding:
    row = int(numbers.is_not_null().arg_max() or 0)
    place = {"file": source.file, "sheet": source.sheet, "column": numbers.name}
    found = finding("ID_FROM_NUMBER", **place, row=row + 1, value=numbers[row])
    # The words of the code are of spreadsheets, which keep 15 digits.
    why = f"{numbers.name} is a column of floats, read as whole numbers, where zeros in front are lost: {numbers[row]}"
    return replace(found, message=why, remedy="Write the column as text")


def _decimals(given: pl.Series) -> pl.Series:
    """Return numbers as the doubles of the decimals that they stand for, as text where a double is too short."""
    kind = given.dtype
    if isinstance(kind, pl.Decimal):
        largest, scale = given.abs().max(), kind.scale or 0
        if not isinstance(largest, Decimal) or largest < Decimal(10) ** (LONG - scale):
            return given.cast(pl.Float64)
        text = given.cast(pl.String)
        return text.str.strip_chars_end("0").str.strip_chars_end(".") if scale else text
    if kind == pl.Float32:
        return given.cast(pl.String).cast(pl.Float64)
    if kind.is_float() and kind != pl.Float64:
        return _shortest_halves(given)
    return given


def _shortest_halves(given: pl.Series) -> pl.Series:
    """Return the shortest decimals of floats of 16 bits, of which there are so few that each is written once."""
    halves = given.cast(pl.Float32).to_numpy().astype(np.float16)
    written, place = np.unique(halves.view(np.uint16), return_inverse=True)
    shortest = np.array([float(str(half)) for half in written.view(np.float16)], dtype=np.float64)
    return pl.Series(given.name, shortest[place])


def twice_named(place: str, names: Sequence[str]) -> InputError | None:
    """Return what is said of a table that names a column twice; None where it does not.

    Parameters
    ----------
    place : str
        File or table.
    names : sequence of str
        Its columns.
    """
    name = next((name for at, name in enumerate(names) if name in names[:at]), None)
    return None if name is None else refused(place, name, "is there twice", "delete one or give it another name")
