"""What the structure gives away: parts declared to hold less than is in them, and parts lighter than their contents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.content import ContentTable
from deminimis.content.contradictions import (
    EQUAL,
    ROUNDING,
    Yardsticks,
    declared_contradictions,
    least_values,
    most_of_whole,
)
from deminimis.model import Bom, Codes, Finding, Floats, Mask, Numbers, Structure, finding
from deminimis.model.part_codes import as_text
from deminimis.rollup import roll_up, sum_children

LOW, TYPICAL, HIGH, OPEN = range(4)
MOST_NAMED = 100
"""Parts named that are lighter than their contents, the worst first: a wrong unit of mass concerns them all."""


def contradictions(
    bom: Bom,
    structure: Structure,
    contents: ContentTable,
    against: Yardsticks,
    net: Floats,
    controlled: Numbers,
    weights: tuple[Numbers, Mask],
) -> list[Finding]:
    """Return where statements exclude each other: on one part, on a part and what is in it, on what they weigh.

    Parameters
    ----------
    bom, structure
    contents : ContentTable
    against : Yardsticks
    net : ndarray (m,)
        Child units that one parent unit contains, those beneath covering declarations too.
    controlled : ndarray (n, 4)
        Controlled value low, typical, high and open of every part [base currency].
    weights : tuple of ndarray (n,) and ndarray (n,) of bool
        Mass of one piece [g], and where it is known.

    Returns
    -------
    list of Finding
        GRADE_CONTRADICTS, PRICE_BELOW_METAL, MASS_BALANCE, DECLARATION_CONFLICT.
    """
    return [
        *declared_contradictions(bom, structure, contents, against),
        *covered_findings(bom, structure, contents, against, net, controlled),
        *mass_findings(bom, structure, net, *weights),
    ]


def covered_findings(
    bom: Bom,
    structure: Structure,
    contents: ContentTable,
    against: Yardsticks,
    net: Floats,
    controlled: Numbers,
) -> list[Finding]:
    """Return DECLARATION_CONFLICT where a covering declaration and what is known beneath it exclude each other.

    Parameters
    ----------
    bom, structure, contents, against, net, controlled
        As `contradictions` takes them.

    Returns
    -------
    list of Finding

    Notes
    -----
    Held against each other twice: as they count, and as they are declared, whatever the origin and the form. Material
    of unknown origin is nothing at least when it counts, which hides a contradiction about how much there is.
    """
    if not contents.covered:
        return []
    least = _least_beneath(structure, net, contents, least_values(bom, contents, against))
    findings = []
    for part in sorted(contents.covered):
        lines = slice(int(structure.first[part]), int(structure.first[part + 1]))
        beneath = (net[lines, None] * controlled[structure.child[lines]]).sum(axis=0)
        detail = _as_counted(controlled[part], beneath) or _as_declared(most_of_whole(contents, part), least[part])
        if detail:
            part_number = structure.part_numbers[part].as_py()
            findings.append(finding("DECLARATION_CONFLICT", value=part_number, part_number=part_number, detail=detail))
    return findings


def _as_counted(own: Numbers, beneath: Numbers) -> str:
    """Say how a covering declaration and what counts beneath it exclude each other; blank where they do not."""
    if not beneath[HIGH] or not (own[HIGH] < beneath[LOW] or (beneath[HIGH] < own[LOW] and not beneath[OPEN])):
        return ""
    return f"declared as a whole {float(own[TYPICAL]):.6g}, beneath it {float(beneath[TYPICAL]):.6g}"


def _as_declared(most: Numbers, least: float) -> str:
    """Say how a covering declaration is below what is declared beneath it, whatever its origin."""
    if most is None or float(most) >= least * (1 - EQUAL):
        return ""
    return f"declared as a whole {float(most):.6g} at most, beneath it {least:.6g} at least, whatever its origin"


def _least_beneath(structure: Structure, net: Floats, contents: ContentTable, least: Mapping[int, Numbers]) -> Floats:
    """Return the least of what is in the lines of every part, shape (n,); a covering declaration replaces its sum."""
    own, covered = np.zeros((structure.part_count, 1)), np.zeros(structure.part_count, dtype=bool)
    for part, value in least.items():
        own[part] = float(value)
    covered[list(contents.covered)] = True
    total = roll_up(structure, net, own, settled=covered)[:, 0]
    return np.asarray(sum_children(structure, net, total))


def mass_findings(bom: Bom, structure: Structure, net: Floats, mass: Floats, weighed: Mask) -> list[Finding]:
    """Return MASS_BALANCE for the parts whose own mass is less than that of what is in them.

    Parameters
    ----------
    bom, structure
    net : ndarray (m,)
        Child units that one parent unit contains, scrap left out.
    mass : ndarray (n,)
        Of one piece; 0 where it is not known [g].
    weighed : ndarray (n,) of bool
        The mass is known.

    Returns
    -------
    list of Finding
        The worst first, at most `MOST_NAMED`.

    Notes
    -----
    Lines whose child has no mass count nothing. A part counted in a unit of mass is left out: what is lost while it is
    made is written into its quantities.
    """
    if not weighed.any() or not len(net):
        return []
    with np.errstate(over="ignore", invalid="ignore"):
        inside = sum_children(structure, net, mass)
        over = np.flatnonzero(weighed & (mass > 0) & (inside > mass * (1 + ROUNDING))).astype(np.int32)
    if not len(over):
        return []
    worst = over[np.argsort(mass[over] / inside[over], kind="stable")]
    findings = []
    for part in _with_own_mass(bom, structure, worst)[:MOST_NAMED].tolist():
        part_number = structure.part_numbers[part].as_py()
        inner, own = f"{inside[part]:.4g} g", f"{mass[part]:.4g} g"
        about = {"value": part_number, "part_number": part_number, "column": "mass"}
        findings.append(finding("MASS_BALANCE", **about, inside=inner, itself=own))
    return findings


def _with_own_mass(bom: Bom, structure: Structure, parts: Codes) -> Codes:
    """Return those of some parts whose record gives a mass, in their order."""
    numbers = structure.part_numbers.take(pa.array(parts))
    rows = pc.index_in(numbers, value_set=as_text(bom.parts["part_number"]).combine_chunks())
    given = bom.parts["mass"].combine_chunks().take(rows).is_valid().to_numpy(zero_copy_only=False)
    own: Codes = parts[np.asarray(given, dtype=bool)]
    return own
