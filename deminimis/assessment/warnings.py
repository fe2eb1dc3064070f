"""What the numbers themselves give away: shares above one, values below their contents, mixed price bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from deminimis.assessment.judgement import NEAR_LINE
from deminimis.assessment.measures import HIGH, Measures
from deminimis.model import SEVERITIES, Bom, Codes, Finding, Structure, finding
from deminimis.model.part_codes import as_text, rows_with
from deminimis.rollup import marked_above
from deminimis.rules import Ruling

MOST_NAMED = 100
"""Findings of one code named part by part."""

COMPARABLE = {
    "purchase": {"purchase", "standard", "transfer"},
    "china_domestic_vat": {"market"},
    "china_domestic": {"market"},
    "fob_china": {"market"},
    "ex_china": {"market"},
}
"""Kinds of article value that a kind of material price may be divided by without a remark."""


def all_findings(bom: Bom, measures: Measures, ruling: Ruling) -> tuple[Finding, ...]:
    """Return what reading, measuring and the result found, each once, errors first.

    Parameters
    ----------
    bom : Bom
    measures : Measures
    ruling : Ruling

    Returns
    -------
    tuple of Finding
        Those about a part without a place are put at its record, else at its first line.
    """
    said = (finding("EXTENSION_UNCONFIRMED"),) if ruling.suspended_from else ()
    found = placed(bom, (*bom.findings, *measures.findings, *result_findings(bom, measures), *said))
    return tuple(sorted(dict.fromkeys(found), key=lambda f: SEVERITIES.index(f.severity)))


def result_findings(bom: Bom, measures: Measures) -> list[Finding]:
    """Return the findings that only the result shows.

    Parameters
    ----------
    bom : Bom
    measures : Measures

    Returns
    -------
    list of Finding
        NO_FINISHED_GOOD, VALUE_MISSING, VALUE_ROLLED_UP, SHARE_OVER_ONE, PRICE_BASIS_MISMATCH,
        ASSEMBLY_LOOKS_LIKE_CARRIER.
    """
    structure = measures.structure
    findings = [] if len(structure.finished_goods) else [finding("NO_FINISHED_GOOD")]
    carrying = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool)
    over = carrying & ~measures.value_open & (measures.controlled[:, HIGH] > measures.value)
    goods_codes = structure.finished_goods
    open_ = measures.value_open[goods_codes] & ~marked_above(structure, measures.unreadable)[goods_codes]
    summed = ~measures.value_open[goods_codes] & ~measures.stated[goods_codes]
    said = {
        "VALUE_MISSING": goods_codes[open_],
        "VALUE_ROLLED_UP": goods_codes[summed],
        "VALUE_BELOW_CONTENTS": _below_contents(measures),
        "SHARE_OVER_ONE": np.flatnonzero(over).astype(np.int32),
    }
    named = [(code_name, code) for code_name, codes in said.items() for code in codes[:MOST_NAMED].tolist()]
    places = _places_of(bom, structure, {code for _, code in named})
    for code_name, code in named:
        part_number = structure.part_numbers[code].as_py()
        findings.append(finding(code_name, **places.get(code, {}), value=part_number, part_number=part_number))
    findings += _zero_values(measures)
    return [*findings, *_basis_findings(bom, measures), *_assemblies(bom, measures)]


PLACES = (("parts", "part_number"), ("lines", "parent"), ("lines", "child"))
"""Where a part is named, the best place first."""


def _places_of(bom: Bom, structure: Structure, codes: set[int]) -> dict[int, dict[str, Any]]:
    """Return where parts are named, by their codes; nothing where numbers are text, which `placed` looks for."""
    places: dict[int, dict[str, Any]] = {}
    for table, column in PLACES if structure.table is not None else ():
        if not (left := codes - places.keys()):
            break
        wanted = np.zeros(structure.part_count + 1, dtype=bool)
        wanted[list(left)] = True
        numbers = pa.DictionaryArray.from_arrays(np.flatnonzero(wanted[structure.of_table]), structure.table)
        found = rows_with(bom.table(table)[column], numbers)[::-1]
        named = structure.codes(bom.table(table)[column].take(pa.array(found)))
        places |= {code: bom.place(table, row) for code, row in zip(named.tolist(), found.tolist(), strict=True)}
    return places


def placed(bom: Bom, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, those about a part without a place put at its record, else at its first line."""
    homeless = {f.part_number for f in findings if f.part_number and not f.row}
    rows: dict[str, dict[str, Any]] = {}
    for table, column in PLACES:
        if not (left := sorted(homeless - rows.keys())):
            break
        numbers = bom.table(table)[column]
        found = rows_with(numbers, pa.array(left, pa.string()))[::-1]
        first = dict(zip(as_text(numbers.take(found)).to_pylist(), found.tolist(), strict=True))
        rows |= {number: bom.place(table, row) for number, row in first.items()}
    return tuple(replace(f, **rows[f.part_number]) if not f.row and f.part_number in rows else f for f in findings)


def _below_contents(measures: Measures) -> Codes:
    """Return the parts stated to be worth less than what is in them, by more than rounding."""
    stated = measures.stated & (measures.value > 0)
    return np.flatnonzero(stated & (measures.contents_value > measures.value * (1 + NEAR_LINE))).astype(np.int32)


def _zero_values(measures: Measures) -> list[Finding]:
    zero = np.flatnonzero(measures.stated & (measures.value == 0))
    if not len(zero):
        return []
    first = measures.structure.part_numbers[int(zero[0])].as_py()
    return [finding("VALUE_ZERO", value=first, part_number=first, count=len(zero))]


def _basis_findings(bom: Bom, measures: Measures) -> list[Finding]:
    """Return PRICE_BASIS_MISMATCH once per pair of a material's price basis and an article's value basis."""
    if not len(measures.contents.contents):
        return []
    used = {m for c in measures.contents.contents for m in c.claim.price_basis}
    codes = measures.structure.codes(bom.parts["part_number"])
    carrying = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool)
    stated = bom.known("parts", "value_basis") & bom.known("parts", "unit_value") & (codes >= 0) & carrying[codes]
    rows = np.flatnonzero(stated)
    findings, seen = [], set()
    for row, kind in zip(rows.tolist(), bom.parts["value_basis"].take(rows).to_pylist(), strict=True):
        for basis in sorted(used):
            if (basis, kind) not in seen and basis in COMPARABLE and kind != "other" and kind not in COMPARABLE[basis]:
                seen.add((basis, kind))
                about = bom.place("parts", row)
                findings.append(
                    finding("PRICE_BASIS_MISMATCH", **about, column="value_basis", value=basis, detail=kind)
                )
    return findings


def _assemblies(bom: Bom, measures: Measures) -> list[Finding]:
    """Return ASSEMBLY_LOOKS_LIKE_CARRIER for parts with lines that look like carriers and carry nothing."""
    structure, findings = measures.structure, list[Finding]()
    if not measures.contents.signs:
        return findings
    quiet = np.zeros(structure.part_count, dtype=bool)
    quiet[list(measures.contents.declared)] = True
    purchased = [
        sign.part for sign in measures.contents.signs if structure.first[sign.part] == structure.first[sign.part + 1]
    ]
    quiet[purchased] = True
    quiet[[c.part for c in measures.contents.contents]] = True
    explained = marked_above(structure, quiet)
    for sign in measures.contents.signs:
        if not explained[sign.part]:
            part_number = structure.part_numbers[sign.part].as_py()
            about = {**bom.place("parts", sign.record), "part_number": part_number}
            findings.append(finding("ASSEMBLY_LOOKS_LIKE_CARRIER", **about, value=part_number, detail=sign.reason))
    return findings
