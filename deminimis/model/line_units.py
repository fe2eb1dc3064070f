"""The unit of parts of which nothing else is said: that of the lines they stand in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.findings import Finding, finding
from deminimis.model.part_codes import as_text, encode_numbers, with_text
from deminimis.model.tables import Bom, Mask
from deminimis.units import unit_factors, unit_name

PER_PIECE = ("g_per_piece", "value_per_piece")
"""Bases of declarations that count in the part's unit."""
PIECE = "pcs"
BLANK, UNKNOWN = -1, -2
"""Kinds of a line without unit, and of one whose unit is not known."""


def with_line_units(bom: Bom) -> Bom:
    """Give parts that have no unit, and no number that would be per unit, the unit of their lines.

    Parameters
    ----------
    bom : Bom
        Typed tables, one record per part.

    Returns
    -------
    Bom
        With the unit in the records of such parts, which are added where there are none, and a finding UNIT_OF_LINES.

    Notes
    -----
    A price, a mass, a declared amount or a line beneath the part is for one of its unit: whether that is a piece or a
    millimetre nobody says, so that such a part keeps its default unit and its lines do not fit it. All lines of the
    part must name a unit, and units of one kind.
    """
    units = pc.unique(bom.lines["unit"]).drop_null().to_pylist()
    if all(unit_name(unit) in (None, PIECE) for unit in units):
        return bom
    children, [of_line] = encode_numbers([bom.lines["child"]])
    of_line = np.where(of_line < 0, len(children), of_line)
    kinds, pieces = _kinds(bom)
    low, high = (np.full(len(children) + 1, start) for start in (np.iinfo(np.int64).max, np.iinfo(np.int64).min))
    np.minimum.at(low, of_line, kinds)
    np.maximum.at(high, of_line, kinds)
    measured = np.zeros(len(children) + 1, dtype=bool)
    measured[of_line[~pieces]] = True
    agreeing = ((low == high) & (low >= 0) & measured)[: len(children)]
    if not agreeing.any():
        return bom
    chosen = np.flatnonzero(agreeing & ~_counted(bom, children))
    return _with_units(bom, children.take(pa.array(chosen)), _first_lines(of_line, chosen)) if len(chosen) else bom


def _kinds(bom: Bom) -> tuple[npt.NDArray[np.int64], Mask]:
    """Return the kind of the unit of every line as a number, and which lines count in pieces."""
    coded = bom.lines["unit"].combine_chunks().dictionary_encode()
    names = [unit_name(unit) for unit in coded.dictionary.to_pylist()]
    order = sorted({kind for kind, _ in unit_factors().values()})
    known = [order.index(unit_factors()[name][0]) if name else UNKNOWN for name in names]
    at = coded.indices.fill_null(len(names)).to_numpy()
    return np.array([*known, BLANK])[at], np.array([*(name == PIECE for name in names), False])[at]


def _counted(bom: Bom, numbers: pa.Array) -> Mask:
    """Return which parts have a unit of their own, or something that is said of one of it."""
    parts, sourcing = bom.known("parts", "unit"), bom.known("sourcing", "unit_value")
    for column in ("unit_value", "mass"):
        parts = parts | bom.known("parts", column)
    declared = pc.fill_null(pc.is_in(bom.declarations["basis"], value_set=pa.array(PER_PIECE)), False)
    said = (
        bom.parts["part_number"].filter(pa.array(parts)),
        bom.sourcing["part_number"].filter(pa.array(sourcing)),
        bom.declarations["part_number"].filter(declared),
        bom.lines["parent"],
    )
    counted = np.zeros(len(numbers), dtype=bool)
    for named in said:
        known = pc.is_in(numbers, value_set=as_text(named).combine_chunks())
        counted |= np.asarray(known.to_numpy(zero_copy_only=False))
    return counted


def _first_lines(of_line: npt.NDArray[np.int32], chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the first line of each of some children, codes in ascending order."""
    rows = np.flatnonzero(np.isin(of_line, chosen))
    return rows[np.unique(of_line[rows], return_index=True)[1]]


def _with_units(bom: Bom, numbers: pa.Array, lines: npt.NDArray[np.int64]) -> Bom:
    units = bom.lines["unit"].take(pa.array(lines)).combine_chunks()
    parts = with_text(bom.parts)
    record = pc.index_in(parts["part_number"], value_set=numbers)
    filled = pc.coalesce(parts["unit"], pc.take(units, record.combine_chunks()))
    parts = parts.set_column(parts.schema.get_field_index("unit"), parts.schema.field("unit"), filled)
    absent = pc.invert(pc.is_in(numbers, value_set=parts["part_number"].combine_chunks()))
    new = {"part_number": numbers.filter(absent), "unit": units.filter(absent)}
    for column in ("place", "row"):
        new[column] = bom.lines[column].take(pa.array(lines)).combine_chunks().filter(absent)
    count = len(new["part_number"])
    arrays = [new.get(field.name, pa.nulls(count, field.type)) for field in parts.schema]
    added = pa.Table.from_arrays(arrays, schema=parts.schema)
    told = _told(bom, numbers, units, int(lines[0]))
    return replace(bom, parts=pa.concat_tables([parts, added]).combine_chunks(), findings=(*bom.findings, told))


def _told(bom: Bom, numbers: pa.Array, units: pa.Array, line: int) -> Finding:
    place = {**bom.place("lines", line), "column": "unit", "value": numbers[0].as_py()}
    return finding("UNIT_OF_LINES", **place, count=len(numbers), detail=units[0].as_py())
