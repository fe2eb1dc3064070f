"""Which parts to ask about: those whose content is not proven and that keep a finished good from a proven verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.assessment.judgement import NEAR_LINE
from deminimis.assessment.result import BELOW, UNDETERMINED, Assessment, Contribution, Good
from deminimis.model import Bom, Finding
from deminimis.model.part_codes import as_text
from deminimis.reference import materials

Doubted: TypeAlias = list[tuple[Contribution, tuple[str, ...]]]
"""Contributions that are not proven, each with what is missing."""

GUESSED = frozenset({"estimate", "grade_table"})
FORMS_UNKNOWN = frozenset({"unknown", "unsplit"})
BY_FINDING = {
    "DECLARATION_EXPIRED": "a declaration that has not expired",
    "MASS_MISSING": "grams per piece, for its mass is not known",
    "SUPPLIER_NOT_DECLARED": "a declaration of this supplier",
    "DECLARATION_CONFLICT": "which of its declarations holds",
    "DECLARATION_REPEATED": "whether the same amount is in it once or twice",
    "ANSWER_OPEN": "an answer",
    "ANSWER_IN_PART": "the rest of the answer",
    "ANSWER_CONTRADICTS": "which of its answers holds",
}
"""What a finding about a part says is missing."""


@dataclass(frozen=True, slots=True)
class Question:
    """One part to ask about.

    Parameters
    ----------
    part_number, description : str
    suppliers : tuple of str
        Whom to ask; empty where nobody is named.
    missing : tuple of str
        What is not known, in words.
    goods : int
        Finished goods whose verdict hangs on it.
    high : float or None
        Most controlled value it may bring into one of them [base currency]; None where nothing limits it.
    rank : int
        1 is asked first.
    """

    part_number: str
    description: str
    suppliers: tuple[str, ...]
    missing: tuple[str, ...]
    goods: int
    high: float | None
    rank: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "rank": self.rank,
            "part_number": self.part_number,
            "description": self.description,
            "suppliers": list(self.suppliers),
            "missing": list(self.missing),
            "goods": self.goods,
            "high": self.high,
        }


@dataclass
class _Gathered:
    """What the open goods say of one part."""

    missing: dict[str, None] = field(default_factory=dict)
    suppliers: dict[str, None] = field(default_factory=dict)
    highs: list[float | None] = field(default_factory=list)

    def add(self, doubted: Doubted) -> None:
        """Add what one good says of the part."""
        for line, words in doubted:
            self.missing.update(dict.fromkeys(words))
            self.suppliers.update({line.supplier: None} if line.supplier else {})
        limits = [line.high for line, _ in doubted if line.high is not None]
        self.highs.append(sum(limits) if len(limits) == len(doubted) else None)


def questions_of(result: Assessment, bom: Bom | None = None) -> tuple[Question, ...]:
    """Return the parts to ask about: most open goods first, then the largest value they may bring, then the number.

    Parameters
    ----------
    result : Assessment
    bom : Bom, optional
        What was judged; names descriptions and suppliers, which the result alone does not.

    Returns
    -------
    tuple of Question
        Empty where every verdict is proven, or no part is to blame. A part whose only doubt is its price is not asked
        about: no supplier knows it.

    Notes
    -----
    Open are the undetermined goods, and those at or above the line whose proven content alone does not reach it:
    the sum of N_low over proven contributions < t V_high.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1) and Annex 1 Part 1: origin and form decide what counts, 2025-10-09.
    """
    line = float(result.ruling.threshold or 0)
    said = said_by_findings(result.findings)
    origin_matters = result.reading.numerator != "part1_any_origin"
    gathered: dict[str, _Gathered] = {}
    for good in result.goods:
        doubted = [(c, words) for c in good.contributions if (words := missing_of(c, said, origin_matters))]
        if _is_open(good, [c for c, _ in doubted], line):
            for part_number, rows in _by_part(doubted).items():
                gathered.setdefault(part_number, _Gathered()).add(rows)
    known = part_records(bom, list(gathered))
    found = [_question(part_number, part, *known.get(part_number, ("", ()))) for part_number, part in gathered.items()]
    found.sort(key=lambda q: (-q.goods, q.high is not None, -(q.high or 0.0), q.part_number))
    return tuple(replace(question, rank=rank) for rank, question in enumerate(found, 1))


def said_by_findings(findings: Iterable[Finding]) -> dict[str, dict[str, None]]:
    """Return what findings say is missing, by part.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    dict of part number to dict of words
        The words as keys, in the order in which they are found.
    """
    said: dict[str, dict[str, None]] = {}
    for found in findings:
        if found.code in BY_FINDING and found.part_number:
            said.setdefault(found.part_number, {})[BY_FINDING[found.code]] = None
    return said


def missing_of(line: Contribution, said: dict[str, dict[str, None]], origin_matters: bool) -> tuple[str, ...]:
    """Return what is not known of one contribution, in words; empty where its supplier has nothing to add.

    Parameters
    ----------
    line : Contribution
    said : dict
        What findings say is missing, as `said_by_findings` returns it.
    origin_matters : bool
        The reading counts by origin.

    Returns
    -------
    tuple of str
    """
    guessed = line.evidence in GUESSED
    unlimited = line.high is None and not line.grams
    words = {
        "content": guessed or unlimited,
        "form": line.evidence == "estimate" or materials()[line.material].form in FORMS_UNKNOWN,
        "origin": origin_matters and not line.origin,
    }
    is_open = line.high is None or line.low < line.high
    told = said.get(line.part_number, {}) if is_open else {}
    return (*(word for word, missing in words.items() if missing), *told)


def _is_open(good: Good, doubted: Sequence[Contribution], line: float) -> bool:
    """Say whether the verdict of a good may change with what is not proven."""
    if good.verdict == BELOW or not doubted:
        return False
    if good.verdict == UNDETERMINED or good.article_value.high is None:
        return True
    proven = sum(c.low for c in good.contributions) - sum(c.low for c in doubted)
    return proven < line * good.article_value.high * (1 - NEAR_LINE)


def _by_part(doubted: Doubted) -> dict[str, Doubted]:
    parts: dict[str, Doubted] = {}
    for line, words in doubted:
        parts.setdefault(line.part_number, []).append((line, words))
    return parts


def _question(part_number: str, part: _Gathered, description: str, suppliers: tuple[str, ...]) -> Question:
    limits = [high for high in part.highs if high is not None]
    high = max(limits) if len(limits) == len(part.highs) else None
    asked = tuple(part.suppliers) or suppliers
    return Question(part_number, description, asked, tuple(part.missing), len(part.highs), high)


def part_records(bom: Bom | None, part_numbers: list[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return description and suppliers of parts, those of the sourcing table first.

    Parameters
    ----------
    bom : Bom or None
    part_numbers : list of str

    Returns
    -------
    dict of part number to (description, suppliers)
        Only parts that the bill says something of.
    """
    if bom is None:
        return {}
    wanted = pa.array(part_numbers, pa.string())
    parts = bom.parts.select(["part_number", "description", "supplier"])
    sourcing = bom.sourcing.select(["part_number", "supplier"])
    rows = parts.filter(pc.is_in(as_text(parts["part_number"]), value_set=wanted)).to_pylist()
    suppliers: dict[str, dict[str, None]] = {}
    for row in (*sourcing.filter(pc.is_in(as_text(sourcing["part_number"]), value_set=wanted)).to_pylist(), *rows):
        named = suppliers.setdefault(row["part_number"], {})
        if row["supplier"] and not (named and "description" in row):
            named[row["supplier"]] = None
    descriptions = {row["part_number"]: row["description"] or "" for row in reversed(rows)}
    return {part: (descriptions.get(part, ""), tuple(named)) for part, named in suppliers.items()}
