"""How much of a child one parent contains (net) and consumes (gross): the one place where scrap and units are applied.

Each formula is written once with plain operators, so that the kernel's float64 arrays and the exact `Fraction` objects
at the line go through the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from deminimis.model import Bom, Codes, Finding, Mask, Numbers, Structure, finding, schema
from deminimis.model.slices import work_in_slices
from deminimis.units import conversion, grams, unit_name

LINE_NUMBERS = ("quantity", "usage_percent", "scrap_percent", "yield_percent")


@dataclass(frozen=True)
class Quantities:
    """Net and gross quantity of every line of a structure.

    Parameters
    ----------
    net : ndarray (m,)
        What one parent contains [units of the child].
    gross : ndarray (m,)
        What one parent consumes and pays for [units of the child].
    unread : ndarray (m,) of bool
        Lines whose quantity is not known; they count as nothing and make everything above them undetermined.
    findings : tuple of Finding
    """

    net: Numbers
    gross: Numbers
    unread: Mask
    findings: tuple[Finding, ...] = ()


def net_quantity(quantity: Numbers, base_quantity: Numbers, unit_factor: Numbers, usage_percent: Numbers) -> Numbers:
    """Return what one parent contains: quantity / base quantity x unit conversion x usage share.

    Parameters
    ----------
    quantity : ndarray (m,)
        As written on the line [line unit per base_quantity of the parent].
    base_quantity : ndarray (m,)
        Of the parent [parent units].
    unit_factor : ndarray (m,)
        [child units per line unit]
    usage_percent : ndarray (m,)
        Share of the parents in which the line is used [%].

    Returns
    -------
    ndarray (m,)
        [child units per parent unit]
    """
    return quantity * (unit_factor * usage_percent / (base_quantity * 100))


def gross_quantity(net: Numbers, scrap_percent: Numbers, yield_percent: Numbers) -> Numbers:
    """Return what one parent consumes: net x (1 + scrap/100) / (yield/100).

    Parameters
    ----------
    net : ndarray (m,)
        [child units per parent unit]
    scrap_percent, yield_percent : ndarray (m,)
        [%]

    Returns
    -------
    ndarray (m,)
        [child units per parent unit]

    Notes
    -----
    Scrapped material is paid for but is not in the good: contents roll up on net, value on gross.
    """
    return net * ((100 + scrap_percent) / yield_percent)


def measure_quantities(bom: Bom, structure: Structure, *, exact: bool = False) -> Quantities:
    """Return net and gross quantities of every line, in the order of the structure.

    Parameters
    ----------
    bom : Bom
    structure : Structure
        Built from the same Bom.
    exact : bool
        Objects holding `Fraction` in place of float64.

    Returns
    -------
    Quantities

    Examples
    --------
    >>> from datetime import date
    >>> from deminimis.readers import bom_from_tables
    >>> from deminimis.structure import build_structure
    >>> bom = bom_from_tables(lines={"parent": ["A"], "child": ["B"], "quantity": [4.0], "scrap_percent": [25.0]})
    >>> q = measure_quantities(bom, build_structure(bom, date(2026, 11, 22)))
    >>> q.net, q.gross
    (array([4.]), array([5.]))
    """
    line = structure.line
    unit_factor, mismatched, findings = _unit_factors(bom, structure, exact)
    base_quantity = _of_parent(bom, structure, exact)
    unshared, share_findings = _alternates_without_share(bom, structure)
    unread = mismatched | unshared
    if bom.lines["quantity"].null_count:
        unread |= ~bom.known("lines", "quantity")[line]
    some_unread = bool(unread.any())
    quantity, usage, scrap, yielded = (_column(bom, name, exact) for name in LINE_NUMBERS)
    net = np.empty(len(line), dtype=object if exact else np.float64)
    gross = np.empty_like(net)

    def fill(part: slice) -> None:
        row = line[part]
        # A product beyond float64 is infinite here and NUMBER_TOO_LARGE in the end.
        with np.errstate(over="ignore"):
            net[part] = net_quantity(
                _at(quantity, row), _at(base_quantity, part), _at(unit_factor, part), _at(usage, row)
            )
            if some_unread:
                net[part][unread[part]] = Fraction(0) if exact else 0.0
            gross[part] = gross_quantity(net[part], _at(scrap, row), _at(yielded, row))

    work_in_slices(len(line), fill)
    return Quantities(net, gross, unread, (*findings, *share_findings))


def _column(bom: Bom, name: str, exact: bool) -> Numbers:
    """Return a column of lines; one number stands for a column that nobody filled."""
    if name != "quantity" and bom.lines[name].null_count == len(bom.lines):
        return _number(schema()["lines"][name].default, exact)
    return bom.numbers("lines", name, exact=exact)


def _at(numbers: Numbers, where: Codes | slice) -> Numbers:
    """Return some of the numbers, or the one that stands for all."""
    return numbers[where] if isinstance(numbers, np.ndarray) else numbers


def _number(text: str, exact: bool) -> Numbers:
    return Fraction(text) if exact else np.float64(text)


def _record_of(bom: Bom, structure: Structure) -> Codes:
    """Return the row of `parts` of every part, -1 where it has no record, shape (n,)."""
    record = np.full(structure.part_count, -1, dtype=np.int32)
    codes = structure.codes(bom.parts["part_number"])
    known = np.flatnonzero(codes >= 0)[::-1]
    record[codes[known]] = known
    return record


def _of_parent(bom: Bom, structure: Structure, exact: bool) -> Numbers:
    if not bom.known("parts", "base_quantity").any():
        return _number("1", exact)
    record = _record_of(bom, structure)
    per_record = bom.numbers("parts", "base_quantity", exact=exact)
    one = Fraction(1) if exact else 1.0
    per_part = np.full(structure.part_count, one, dtype=per_record.dtype)
    has = record >= 0
    per_part[has] = per_record[record[has]]
    return np.repeat(per_part, np.diff(structure.first))


def _unit_factors(bom: Bom, structure: Structure, exact: bool) -> tuple[Numbers, Mask, list[Finding]]:
    """Return child units per line unit, which lines have none, and why."""
    m = len(structure.line)
    mismatched = np.zeros(m, dtype=bool)
    findings: list[Finding] = []
    if bom.lines["unit"].null_count == len(bom.lines):
        return _number("1", exact), mismatched, findings
    factors = np.full(m, Fraction(1) if exact else 1.0, dtype=object if exact else np.float64)
    record = _record_of(bom, structure)[structure.child]
    line_unit_of, line_units = _encoded(bom.lines["unit"], "")
    own_unit_of, own_units = _encoded(bom.parts["unit"], schema()["parts"]["unit"].default)
    line_code = line_unit_of[structure.line]
    own_code = np.where(record >= 0, own_unit_of[record], own_units.index(schema()["parts"]["unit"].default))
    written = np.array([bool(unit) for unit in line_units])[line_code]
    same = np.array([[line == own for own in own_units] for line in line_units])[line_code, own_code]
    for where in np.flatnonzero(written & ~same).tolist():
        row, line_unit, own_unit = int(record[where]), line_units[line_code[where]], own_units[own_code[where]]
        given = row >= 0 and bom.parts["unit"][row].is_valid
        factor = _converted(line_unit, own_unit, given) or _through_mass(bom, row, line_unit, own_unit)
        if factor is None:
            mismatched[where] = True
            findings.append(_unit_finding(bom, structure, int(where), line_unit, own_unit))
        else:
            factors[where] = factor if exact else float(factor)
    return factors, mismatched, findings


def _converted(line_unit: str, own_unit: str, given: bool) -> Fraction | None:
    """Return own units per line unit. A price beside dozens may be for one: only a part's given unit says it is not."""
    factor = conversion(line_unit, own_unit)
    return factor if given or factor == 1 else None


def _encoded(column: pa.ChunkedArray, default: str) -> tuple[Codes, list[str]]:
    """Return a code per row and the distinct texts, the default among them (and the last row, for want of another)."""
    filled = pa.concat_arrays([column.combine_chunks().fill_null(default), pa.array([default], pa.string())])
    encoded = filled.dictionary_encode()
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False)), encoded.dictionary.to_pylist()


def _through_mass(bom: Bom, row: int, line_unit: str, own_unit: str) -> Fraction | None:
    """Return pieces per line unit where the line weighs what the part counts, by the mass of one piece."""
    if row < 0 or unit_name(own_unit) != "pcs" or not bom.known("parts", "mass")[row]:
        return None
    per_line, per_unit = (
        grams(line_unit),
        grams(bom.parts["mass_unit"][row].as_py() or schema()["parts"]["mass_unit"].default),
    )
    mass = bom.take("parts", np.array([row])).numbers("parts", "mass", exact=True)[0]
    return per_line / (mass * per_unit) if per_line and per_unit and mass else None


def _unit_finding(bom: Bom, structure: Structure, where: int, line_unit: str, own_unit: str) -> Finding:
    row = int(structure.line[where])
    parent = bom.lines["parent"][row].as_py()
    place = bom.place("lines", row)
    for unit in (line_unit, own_unit):
        if unit_name(unit) is None:
            return finding("UNIT_NOT_KNOWN", **place, column="unit", value=unit, part_number=parent)
    detail = f"the part counts in {own_unit}"
    return finding("UNIT_MISMATCH", **place, column="unit", value=line_unit, part_number=parent, detail=detail)


def _alternates_without_share(bom: Bom, structure: Structure) -> tuple[Mask, list[Finding]]:
    """Return which lines replace each other without saying how often, so that adding them all would count too much."""
    unshared = np.zeros(len(structure.line), dtype=bool)
    findings: list[Finding] = []
    if bom.lines["alternate_group"].null_count == len(bom.lines):
        return unshared, findings
    grouped = bom.known("lines", "alternate_group")[structure.line]
    parents, shares = structure.parent_of_line(), bom.numbers("lines", "usage_percent", exact=True)
    has_share = bom.known("lines", "usage_percent")
    groups: dict[tuple[int, str], list[int]] = {}
    for where in np.flatnonzero(grouped):
        name = bom.lines["alternate_group"][int(structure.line[where])].as_py()
        groups.setdefault((int(parents[where]), name), []).append(int(where))
    for (parent, name), members in groups.items():
        rows = structure.line[members]
        about = {**bom.place("lines", int(rows[0])), "column": "usage_percent", "value": name}
        total = sum(shares[rows], Fraction(0))
        if len(members) > 1 and not has_share[rows].all():
            unshared[members] = True
            part_number = structure.part_numbers[parent].as_py()
            findings.append(finding("ALTERNATES_WITHOUT_SHARE", **about, part_number=part_number))
        elif total != 100:
            findings.append(finding("ALTERNATES_SHARE_SUM", **about, total=float(total)))
    return unshared, findings
