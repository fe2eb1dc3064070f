"""A supplier's answer, the filled request workbook, to the table of declarations; no row is lost without a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.model import Finding, finding
from deminimis.model.cells import CellFault
from deminimis.model.checks import RawTable
from deminimis.readers.answers.answer_cells import mass_unit_findings, percent_faults, struck_answers
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
from deminimis.readers.answers.answer_sheets import further_answers
from deminimis.readers.answers.declared_material import (
    STAGES,
    declared_material,
    mass_of_material,
    origin_of_stages,
    stage_country,
)
from deminimis.readers.answers.row_answers import (
    NO,
    NO_OF_ONE,
    ODD,
    OF_NOTHING,
    OPEN,
    YES,
    Answer,
    Kinds,
    answers_in,
    grams_of,
    kinds_of,
)
from deminimis.readers.answers.shared_evidence import BLANK, shared_evidence
from deminimis.readers.cells.exact_ids import with_exact_ids
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.raw_tables import Built
from deminimis.reference import NO_MATERIAL, materials

__all__ = ["Fault", "build_answer", "expected_answer", "is_supplier_answer", "read_supplier_answer", "refused"]

MADE = ("material", "amount", "low", "high", "evidence")
"""Columns of the declarations that are worked out here; the others are handed on as they stand."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be read: its row, from 1, its column of the format, and what is wrong."""

    row: int
    column: str
    code: str
    value: str = ""


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
    struck, told = struck_answers(grid, header)
    rows = [row for row in answer_rows(grid, header) if row.row - 1 not in struck]
    answered = {row.row - 1 for row in rows}
    wrong = (*faults_of(exact, at), *percent_faults(grid, at))
    built = build_answer(grid.file, grid.sheet, rows, [_named(f, name_of) for f in wrong if f.row in answered])
    blank = dict.fromkeys(sorted(set(range(top + 1, grid.height)) - answered), "blank row")
    findings = (*told, *mass_unit_findings(grid, header), *further_answers(grids), *built.findings)
    return replace(built, skipped={**blank, **struck, **built.skipped}, findings=findings)


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
    open beside answered ones of the same supplier is an error, for what it would say must not count as nothing; so is a
    `no` beside a `yes`, for better evidence of the one would undo the other. Rows of one element add up, so they share
    the weakest evidence among them.
    """
    told: list[Finding] = []
    unread = {fault.row for fault in faults if fault.column == "contains"}
    answers = answers_in(rows, unread)
    evidence = shared_evidence(answer.row for answer in answers if answer.kind == YES)
    kinds = kinds_of(answers)
    used: list[AnswerRow] = []
    cells: list[dict[str, str]] = []
    skipped: dict[int, str] = {}
    for answer in answers:
        say = _Teller(told, file, sheet, answer.row)
        if answer.kind in (YES, NO):
            used.append(answer.row)
            cells.append(_declaration(answer, kinds, say) | _shared(answer, evidence))
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


def _shared(answer: Answer, evidence: Mapping[int, str]) -> dict[str, str]:
    return {"evidence": evidence[answer.row.row]} if answer.row.row in evidence else {}


def _left_open(answer: Answer, kinds: Kinds, say: _Teller) -> str:
    """Tell what a row leaves open, and return why it declares nothing."""
    row, about = answer.row, answer.part_number or f"row {answer.row.row}"
    same = kinds[answer.keys[1]]
    contains = row.word("contains")
    if answer.kind == ODD:
        say("ANSWER_CONTRADICTS", "contains", about, detail=answer.detail)
    elif answer.kind == OF_NOTHING:
        say("ANSWER_IN_PART", "material", about, detail=answer.detail)
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


def _declaration(answer: Answer, kinds: Kinds, say: _Teller) -> dict[str, str]:
    """Return the cells of the declaration that a row makes, by column of the table."""
    row = answer.row
    kept = {c.declares: row.cells.get(c.name, "") for c in answer_columns() if c.declares and c.declares not in MADE}
    kept["evidence"] = row.word("evidence")
    if not kept["evidence"]:
        say("ANSWER_EVIDENCE_BLANK", "evidence", answer.part_number)
        kept["evidence"] = BLANK
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
    found = {end: grams for end, text in masses.items() if (grams := grams_of(text)) is not None}
    if material not in materials() or all(mass_of_material(grams, material) == grams for grams in found.values()):
        return masses
    made = {end: repr(float(mass_of_material(grams, material))) for end, grams in found.items()}
    said = ", ".join(f"{float(text):.6g}" for text in made.values())
    say("ANSWER_MASS_CONVERTED", "mass", ", ".join(masses[end] for end in found), detail=f"{said} g of {material}")
    return {**masses, **made}


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
