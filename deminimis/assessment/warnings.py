"""What the numbers themselves give away: shares above one, values below their contents, mixed price bases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deminimis.assessment.measures import HIGH, Measures
from deminimis.assessment.result import Good
from deminimis.model import Bom, Finding, finding

COMPARABLE = {
    "purchase": {"purchase", "standard", "transfer"},
    "china_domestic_vat": {"market"},
    "china_domestic": {"market"},
    "fob_china": {"market"},
    "ex_china": {"market"},
}
"""Kinds of article value that a kind of material price may be divided by without a remark."""


def result_findings(bom: Bom, measures: Measures, goods: Sequence[Good]) -> list[Finding]:
    """Return the findings that only the result shows.

    Parameters
    ----------
    bom : Bom
    measures : Measures
    goods : sequence of Good

    Returns
    -------
    list of Finding
        NO_FINISHED_GOOD, VALUE_MISSING, VALUE_ROLLED_UP, SHARE_OVER_ONE, PRICE_BASIS_MISMATCH,
        ASSEMBLY_LOOKS_LIKE_CARRIER.
    """
    findings = [] if goods else [finding("NO_FINISHED_GOOD")]
    structure = measures.structure
    carrying = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool)
    over = carrying & ~measures.value_open & (measures.controlled[:, HIGH] > measures.value)
    for code in np.flatnonzero(over)[:100].tolist():
        part_number = structure.part_numbers[code].as_py()
        findings.append(finding("SHARE_OVER_ONE", value=part_number, part_number=part_number))
    open_ = measures.value_open[structure.finished_goods]
    summed = ~open_ & ~measures.stated[structure.finished_goods]
    for code_name, mask in (("VALUE_MISSING", open_), ("VALUE_ROLLED_UP", summed)):
        codes = structure.finished_goods[mask].tolist()
        findings += [finding(code_name, value=structure.part_numbers[c].as_py()) for c in codes[:100]]
    return [*findings, *_basis_findings(bom, measures), *_assemblies(bom, measures)]


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
    structure, findings = measures.structure, []
    carrying = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool) | measures.controlled_open
    declared = measures.contents.declared
    for sign in measures.contents.signs:
        has_lines = structure.first[sign.part] < structure.first[sign.part + 1]
        if has_lines and not carrying[sign.part] and sign.part not in declared:
            part_number = structure.part_numbers[sign.part].as_py()
            about = bom.place("parts", sign.record)
            findings.append(finding("ASSEMBLY_LOOKS_LIKE_CARRIER", **about, value=part_number, detail=sign.reason))
    return findings
