"""Which parts an error makes unreliable: the one it names, those of its file, or all."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from deminimis.content import ContentTable
from deminimis.model import Bom, Finding, Mask, Structure

MONEY_TABLES = ("prices", "rates")
"""Tables whose errors concern every part that carries material, for it is not known which price or rate was meant."""
CONCERN_EVERYTHING = ("BASE_CURRENCY_UNCLEAR", "COLUMN_MISSING", "ID_MISSING")
"""Errors that may concern any part, so that no good may be called below on them."""


def blocked_parts(
    bom: Bom, structure: Structure, own: Mask, contents: ContentTable, findings: tuple[Finding, ...]
) -> Mask:
    """Return which parts have an error of their own, from flags and from error findings.

    Parameters
    ----------
    bom : Bom
        Says which files are bills of their own.
    structure : Structure
    own : ndarray (n,) of bool
        Parts that measuring found an error in.
    contents : ContentTable
    findings : tuple of Finding
        Of reading and of measuring.

    Returns
    -------
    ndarray (n,) of bool

    Notes
    -----
    A finding that names its part blocks that part; one in prices or rates blocks what carries material; one that nobody
    can attribute blocks the parts built in its file if that is a bill of its own, else everything.
    """
    errors = [f for f in findings if f.severity == "error"]
    lost = [f for f in errors if _names_no_part(f)]
    blocked = own | _built_in(bom, structure, {f.file for f in lost if f.file in bom.bills})
    if any(f.file not in bom.bills for f in lost):
        return np.ones_like(own)
    blocked[list(contents.blocked)] = True
    if any(f.table in MONEY_TABLES for f in errors):
        blocked[[c.part for c in contents.contents]] = True
    named: dict[str, set[str]] = {}
    for f in errors:
        if f.part_number:
            named.setdefault(f.part_number, set()).update({f.file} if f.table == "lines" else ())
    codes = structure.codes(pa.array(list(named), pa.string()))
    # A damaged row names a part that nothing else does: whose line it is cannot be said.
    homeless = {file for files, code in zip(named.values(), codes.tolist(), strict=True) if code < 0 for file in files}
    if homeless - bom.bills:
        return np.ones_like(own)
    blocked |= _built_in(bom, structure, homeless)
    blocked[codes[codes >= 0]] = True
    return blocked


def _names_no_part(found: Finding) -> bool:
    """Say whether an error may concern any part: a row lost its number, or nothing says what it is about."""
    if found.table in MONEY_TABLES:
        return False
    return found.code in CONCERN_EVERYTHING or not found.part_number


def _built_in(bom: Bom, structure: Structure, files: set[str]) -> Mask:
    """Return the parts that some files give lines to, and those whose record stands there."""
    built = np.zeros(structure.part_count, dtype=bool)
    if not files:
        return built
    of_files = np.array([source.file in files for source in bom.sources], dtype=bool)
    for table, column in (("lines", "parent"), ("parts", "part_number")):
        rows = bom.table(table)
        place = rows["place"].fill_null(-1).to_numpy()
        there = np.flatnonzero((place >= 0) & of_files[place])
        codes = structure.codes(rows[column].take(pa.array(there)))
        built[codes[codes >= 0]] = True
    return built
