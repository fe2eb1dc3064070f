"""What can be asked about: the doubted content of every part, and who would have to answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deminimis.assessment import Calculation, Contribution
from deminimis.assessment.questions import GUESSED, missing_of, part_records, said_by_findings
from deminimis.content import Content
from deminimis.content.weighing import counted
from deminimis.model import Floats, Reading


@dataclass(frozen=True, order=True)
class Asked:
    """One answer: who is asked.

    Parameters
    ----------
    suppliers : tuple of str
        Several where each may deliver the whole part, so that all have to answer; empty where nobody is named.
    part_number : str
        Only where nobody is named.
    """

    suppliers: tuple[str, ...]
    part_number: str = ""

    @property
    def name(self) -> str:
        """Whom to ask, in words."""
        return " and ".join(self.suppliers) or f"whoever makes {self.part_number}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Content of one piece of one part that an answer may take away [base currency].

    Parameters
    ----------
    carrier : int
        Column of the source matrix.
    asked : Asked
    low, high : float
        What counts of it today, at least and at most.
    claimed : float
        What counts at least if it counts as claimed; a guess claims nothing.
    unlimited : bool
        Nothing limits its high end.
    """

    carrier: int
    asked: Asked
    low: float
    high: float
    claimed: float
    unlimited: bool


def doubts_of(calculation: Calculation) -> tuple[list[Doubt], Floats]:
    """Return what can be asked about, and the rest of the content.

    Parameters
    ----------
    calculation : Calculation

    Returns
    -------
    list of Doubt
        In the order of the carriers.
    ndarray (k, 3)
        Low, high and 1 for unlimited of what is left of each carrier of the source matrix [base currency per piece].

    Notes
    -----
    In doubt is what `questions_of` asks about. Where several suppliers may each deliver the whole of a part, the worst
    counts: the next worst takes its place, so that it falls only if all of them answer and none is beyond doubt.
    """
    measures = calculation.measures
    said = said_by_findings((*calculation.bom.findings, *measures.findings))
    origin_matters = calculation.reading.numerator != "part1_any_origin"
    rows: dict[int, list[tuple[Content, bool]]] = {}
    for content in measures.contents.contents:
        if _may_count(content, calculation.reading):
            in_doubt = bool(missing_of(_one_piece(calculation, content), said, origin_matters))
            rows.setdefault(content.part, []).append((content, in_doubt))
    suppliers = _Suppliers(calculation, [part for part, found in rows.items() if any(doubt for _, doubt in found)])
    fixed = np.zeros((len(calculation.sources.carriers), 3))
    doubts: list[Doubt] = []
    for carrier, part in enumerate(calculation.sources.carriers.tolist()):
        found = rows.get(part, [])
        asked = suppliers.asked(part, [content for content, _ in found])
        shared = any(len(one.suppliers) > 1 for one in asked) and not all(doubt for _, doubt in found)
        for (content, doubt), one in zip(found, asked, strict=True):
            if doubt and not shared:
                doubts.append(_doubt(carrier, one, content))
            else:
                fixed[carrier] += [float(content.low), float(content.high), float(content.unbounded)]
    return doubts, fixed


def _may_count(content: Content, reading: Reading) -> bool:
    """Say whether any of a content may count: also of one that a worse supplier's hides today."""
    claim = content.claim
    return bool((claim.high or claim.unbounded) and counted(claim, claim.origin, reading)[2]) or content.high > 0


def _one_piece(calculation: Calculation, content: Content) -> Contribution:
    claim = content.claim
    return Contribution(
        calculation.part_numbers[content.part],
        claim.material,
        1.0,
        float(content.typical),
        float(content.low),
        None if content.unbounded else float(content.high),
        claim.evidence,
        claim.origin,
        claim.supplier,
        grams=float(claim.grams),
    )


def _doubt(carrier: int, asked: Asked, content: Content) -> Doubt:
    claim = content.claim
    counted = content.high / claim.high if claim.high and claim.evidence not in GUESSED else 0
    unlimited = content.unbounded
    return Doubt(carrier, asked, float(content.low), float(content.high), float(claim.low * counted), unlimited)


class _Suppliers:
    """Who answers for what: the suppliers named by rows, by the sourcing table and by the records."""

    def __init__(self, calculation: Calculation, parts: Sequence[int]) -> None:
        names = calculation.part_numbers
        self._names = names
        self._known = part_records(calculation.bom, [names[part] for part in parts])
        self._sourced = frozenset(calculation.bom.sourcing["part_number"].to_pylist())
        self._prorated = calculation.reading.sourcing == "prorate"

    def asked(self, part: int, contents: Sequence[Content]) -> list[Asked]:
        """Return who answers for each content of a part."""
        number = self._names[part]
        named = tuple(dict.fromkeys(c.claim.supplier for c in contents if c.claim.supplier))
        known = self._known.get(number, ("", ()))[1]
        if number in self._sourced and self._prorated:
            return [Asked((c.claim.supplier,)) if c.claim.supplier else _of(known, number) for c in contents]
        worst_of_all = number in self._sourced
        return [_of({*named, *known} if worst_of_all else named or known, number)] * len(contents)


def _of(suppliers: Sequence[str] | set[str], number: str) -> Asked:
    return Asked(tuple(sorted(suppliers))) if suppliers else Asked((), number)
