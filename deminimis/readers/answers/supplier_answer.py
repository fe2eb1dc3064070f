"""A supplier's answer, the filled request workbook, to the table of declarations; no row is lost without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model import Finding, finding
from deminimis.model.cells import NUMBER, CellFault
from deminimis.model.checks import RawTable
from deminimis.readers.answers.answer_format import (
    DECLARATION,
    IDS,
    MASSES,
    VERSION,
    AnswerRow,
    answer_columns,
    answer_rows,
    answer_words,
    expected_answer,
    faults_of,
    find_header,
    is_supplier_answer,
    sheet_of,
    version_of,
)
from deminimis.readers.answers.declared_material import (
    STAGES,
    declared_material,
    mass_of_material,
    origin_of_stages,
    stage_country,
)
from deminimis.readers.cells.exact_ids import with_exact_ids
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.raw_tables import Built
from deminimis.reference import NO_MATERIAL, material_id, materials

__all__ = ["Fault", "build_answer", "expected_answer", "is_supplier_answer", "read_supplier_answer", "refused"]

MADE = ("material", "amount", "low", "high", "evidence")
"""Columns of the declarations that are worked out here; the others are handed on as they stand."""
LEAST_GRAMS, MOST_GRAMS = 1e-300, 1e300
LONGEST = 1000
"""Characters of a mass up to which every digit of it counts."""
YES, NO, NO_OF_ONE, OPEN, ODD = "yes", "no", "no of one", "not answered", "contradiction"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be read: its row, from 1, its column of the format, and what is wrong."""

    row: int
    column: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one row answers: a kind, and for a row that leaves something open the words for it."""

    row: AnswerRow
    kind: str
    detail: str = ""

    @property
    def part_number(self) -> str:
        return self.row.said("part_number")

    @property
    def keys(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Its part, and its part of one supplier."""
        return (self.part_number,), (self.part_number, self.row.said("supplier"))


Kinds = dict[tuple[str, ...], set[str]]
"""The kinds of answers to a part, and to a part of one supplier."""


def read_supplier_answer(grids: Sequence[Grid]) -> Built:
    """Read the sheet Declaration of a supplier's answer as declarations.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets of the workbook, at least one, read as `expected_answer` says.

    Returns
    -------
    Built
        One table of declarations, or none where the version is not known or the sheet is missing; every row below the
        header is a declaration or skipped.
    """
    grid, version = sheet_of(grids, DECLARATION), version_of(grids)
    header = find_header(grid) if grid is not None else None
    if grid is None or header is None:
        lost = f"{version or 'no version'}, without the columns of the sheet {DECLARATION}"
        return refused(grid or grids[0], lost)
    if version != VERSION:
        return refused(grid, version or "no version")
    top, at = header
    name_of = {index: name for name, index in at.items()}
    exact = with_exact_ids(grid, [at[name] for name in IDS if name in at])
    faults = [_named(fault, name_of) for fault in faults_of(exact, at) if fault.row > top]
    rows = list(answer_rows(grid, header))
    built = build_answer(grid.file, grid.sheet, rows, faults)
    left = set(range(top + 1, grid.height)) - {row.row - 1 for row in rows}
    return replace(built, skipped={**dict.fromkeys(sorted(left), "blank row"), **built.skipped})


def _named(fault: GridFault, name_of: Mapping[int, str]) -> Fault:
    return Fault(fault.row + 1, name_of[fault.column], fault.code, fault.value)


def refused(grid: Grid, version: str) -> Built:
    """Return what is read of an answer in a version nobody knows: nothing, and a finding that blocks every verdict."""
    told = finding("ANSWER_VERSION", file=grid.file, sheet=grid.sheet, value=version, table="declarations")
    return Built((), dict.fromkeys(range(grid.height), "the version of the answer is not known"), (told,))


def build_answer(file: str, sheet: str, rows: Sequence[AnswerRow], faults: Sequence[Fault] = ()) -> Built:
    """Build the declarations that the rows of an answer make.

    Parameters
    ----------
    file, sheet : str
        Where they stand.
    rows : sequence of AnswerRow
    faults : sequence of Fault

    Returns
    -------
    Built
        Rows that declare nothing are skipped with a reason.

    Notes
    -----
    `no` for a part, and nothing else said of it, covers everything beneath the part; every other row adds its material.
    A row `no` that names an element says nothing of the other elements, so alone it leaves the part open. A row left
    open beside answered ones of the same supplier is an error, for what it would say must not count as nothing.
    """
    told: list[Finding] = []
    unread = {fault.row for fault in faults if fault.column == "contains"}
    answers = [_Answer(row, YES) if row.row in unread else _answer(row) for row in rows]
    kinds: Kinds = {}
    for answer in answers:
        for key in answer.keys:
            kinds.setdefault(key, set()).add(answer.kind)
    used: list[AnswerRow] = []
    cells: list[dict[str, str]] = []
    skipped: dict[int, str] = {}
    for answer in answers:
        say = _Teller(told, file, sheet, answer.row)
        if answer.kind in (YES, NO):
            used.append(answer.row)
            cells.append(_declaration(answer, kinds, say))
        else:
            skipped[answer.row.row - 1] = _left_open(answer, kinds, say)
    cell_faults = _cell_faults(faults, rows, used, _Teller(told, file, sheet, AnswerRow(0, {})))
    return Built((("declarations", _raw_table(file, sheet, used, cells, cell_faults)),), skipped, tuple(told))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Adds findings about one row."""

    findings: list[Finding]
    file: str
    sheet: str
    row: AnswerRow

    def __call__(self, code: str, column: str, value: str, **details: str) -> None:
        place: dict[str, Any] = {"file": self.file, "sheet": self.sheet, "row": self.row.row, "column": column}
        place |= {"part_number": self.row.cells.get("part_number", ""), "table": "declarations", **details}
        self.findings.append(finding(code, value=value, **place))


def _raw_table(
    file: str, sheet: str, rows: Sequence[AnswerRow], cells: Sequence[dict[str, str]], faults: Sequence[CellFault]
) -> RawTable:
    names = dict.fromkeys(name for declaration in cells for name in declaration)
    columns = {name: pa.array([c.get(name) or None for c in cells], pa.string()) for name in names}
    headers = {column.declares: column.title for column in answer_columns() if column.declares}
    return RawTable(file, sheet, columns, {}, np.array([r.row for r in rows], dtype=np.int32), tuple(faults), headers)


def _cell_faults(
    faults: Sequence[Fault], rows: Sequence[AnswerRow], used: Sequence[AnswerRow], say: _Teller
) -> list[CellFault]:
    """Return the faults in cells of the table; those in other cells are told at once."""
    declares = {column.name: column.declares for column in answer_columns()}
    by_number = {row.row: row for row in rows}
    index = {row.row: at for at, row in enumerate(used)}
    found = []
    for fault in faults:
        if fault.row in index and declares[fault.column]:
            found.append(CellFault(index[fault.row], declares[fault.column], fault.code, fault.value))
        else:
            replace(say, row=by_number[fault.row])(fault.code, fault.column, fault.value)
    return found


def _answer(row: AnswerRow) -> _Answer:
    """Return what a row answers."""
    contains, material = row.word("contains"), row.said("material")
    named_none = material_id(material) == NO_MATERIAL
    if contains == "yes":
        return _Answer(row, ODD, "it says yes, but names the material none") if named_none else _Answer(row, YES)
    if contains == "no":
        if any(grams != 0 for column in MASSES if (grams := _grams(row.said(column))) is not None):
            return _Answer(row, ODD, "it says no, but gives a mass")
        if material and not named_none:
            return _Answer(row, NO_OF_ONE, f"it says no for {material} only")
        return _Answer(row, NO)
    if contains == "unknown":
        return _Answer(row, OPEN, f"not known for {material}" if material else "not known")
    return _Answer(row, OPEN, "" if not contains else f"contains is {contains}")


def _left_open(answer: _Answer, kinds: Kinds, say: _Teller) -> str:
    """Tell what a row leaves open, and return why it declares nothing."""
    row, about = answer.row, answer.part_number or f"row {answer.row.row}"
    same = kinds[answer.keys[1]]
    contains = row.word("contains")
    if answer.kind == ODD:
        say("ANSWER_CONTRADICTS", "contains", about, detail=answer.detail)
    elif answer.kind == NO_OF_ONE:
        if YES not in same and NO not in same:
            say("ANSWER_OPEN", "contains", about, detail=answer.detail)
    elif contains not in ("", "unknown"):
        say("CHOICE_NOT_KNOWN", "contains", contains, choices="yes, no, unknown")
    elif (contains or row.said("material")) and (YES in same or NO in same):
        say("ANSWER_IN_PART", "contains", about, detail=answer.detail or f"nothing is said of {row.said('material')}")
    elif answer.part_number:
        say("ANSWER_OPEN", "contains", about, detail=answer.detail or "the row is blank")
    if answer.kind != OPEN:
        return answer.detail
    return OPEN if answer.part_number else "no part number and no answer: a note"


def _declaration(answer: _Answer, kinds: Kinds, say: _Teller) -> dict[str, str]:
    """Return the cells of the declaration that a row makes, by column of the table."""
    row = answer.row
    kept = {c.declares: row.cells.get(c.name, "") for c in answer_columns() if c.declares and c.declares not in MADE}
    kept["evidence"] = row.word("evidence")
    if not kept["evidence"]:
        say("ANSWER_EVIDENCE_BLANK", "evidence", answer.part_number)
        kept["evidence"] = "datasheet"
    if answer.kind == NO:
        alone = kinds[answer.keys[0]] == {NO}
        return {**kept, "material": NO_MATERIAL, "scope": "whole" if alone else "own"}
    form, forms = row.word("form"), dict.fromkeys(answer_words("form").values())
    if form and form not in forms:
        say("CHOICE_NOT_KNOWN", "form", form, choices=", ".join(forms))
    material = declared_material(row.said("material"), form)
    masses = _masses(row, material, say)
    basis = "g_per_piece" if any(masses.values()) else ""
    return {**kept, "material": material, **masses, "basis": basis, "material_origin": _origin(row, material, say)}


def _masses(row: AnswerRow, material: str, say: _Teller) -> dict[str, str]:
    """Return amount, low and high of the material in grams, as text; what is no number stays as it stands."""
    column_of = {column.name: column.declares for column in answer_columns()}
    masses = {column_of[name]: row.said(name) for name in MASSES}
    found = {end: grams for end, text in masses.items() if (grams := _grams(text)) is not None}
    if material not in materials() or all(mass_of_material(grams, material) == grams for grams in found.values()):
        return masses
    made = {end: repr(float(mass_of_material(grams, material))) for end, grams in found.items()}
    said = ", ".join(f"{float(text):.6g}" for text in made.values())
    say("ANSWER_MASS_CONVERTED", "mass", ", ".join(masses[end] for end in found), detail=f"{said} g of {material}")
    return {**masses, **made}


def _grams(text: str) -> Fraction | None:
    if not re.match(NUMBER, text, re.ASCII) or abs(double := float(text)) >= MOST_GRAMS:
        return None
    # An exponent far below zero, or thousands of digits, would keep exact arithmetic busy without end.
    return Fraction(text) if abs(double) > LEAST_GRAMS and len(text) <= LONGEST else Fraction(double)


def _origin(row: AnswerRow, material: str, say: _Teller) -> str:
    """Return the ISO code of the material's origin, blank for unknown."""
    countries: dict[str, str] = {}
    for column in STAGES:
        code = stage_country(row.said(column))
        if code is None:
            say("COUNTRY_NOT_KNOWN", column, row.said(column))
        countries[column] = code or ""
    known = materials().get(material)
    origin = origin_of_stages(countries, known.form if known else "")
    if known is None or not (known.listed or known.form_unknown):
        return origin.code
    about = f"{material} in {row.said('part_number')}"
    if origin.is_mixed:
        say("ORIGIN_MIXED", "mined_in", about, countries=", ".join(origin.countries), detail=origin.code)
    if origin.missing:
        say("ORIGIN_INCOMPLETE", "mined_in", about, detail=" or ".join(origin.missing))
    return origin.code
