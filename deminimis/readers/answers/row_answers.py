"""What each row of a supplier's answer says: yes, no, nothing yet, or two things that cannot both hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deminimis.model.cells import NUMBER
from deminimis.readers.answers.answer_format import MASSES, AnswerRow
from deminimis.reference import NO_MATERIAL, material_id

LEAST_GRAMS, MOST_GRAMS = 1e-300, 1e300
LONGEST = 1000
"""Characters of a mass up to which every digit of it counts."""
YES, NO, NO_OF_ONE, OPEN, ODD = "yes", "no", "no of one", "not answered", "contradiction"
OF_NOTHING = "yes of nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one row answers: a kind, and for a row that leaves something open the words for it."""

    row: AnswerRow
    kind: str
    detail: str = ""

    @property
    def part_number(self) -> str:
        """The asker's own number, without blanks around it."""
        return self.row.said("part_number")

    @property
    def keys(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Its part, and its part of one supplier."""
        return (self.part_number,), (self.part_number, self.row.said("supplier"))


Kinds = dict[tuple[str, ...], set[str]]
"""The kinds of answers to a part, and to a part of one supplier."""


def kinds_of(answers: Sequence[Answer]) -> Kinds:
    """Return the kinds of answers that each part gets, and each part of one supplier."""
    kinds: Kinds = {}
    for answer in answers:
        for key in answer.keys:
            kinds.setdefault(key, set()).add(answer.kind)
    return kinds


def answers_in(rows: Sequence[AnswerRow], unread: Container[int]) -> list[Answer]:
    """Return what rows answer.

    Parameters
    ----------
    rows : sequence of AnswerRow
    unread : container of int
        Numbers of the rows that say yes or no in a cell that cannot be read.

    Returns
    -------
    list of Answer
        In the order of the rows.
    """
    return _without_denials([_yes(row) if row.row in unread else _answer(row) for row in rows])


def _without_denials(answers: Sequence[Answer]) -> list[Answer]:
    """Return answers, those that deny what the same supplier says of the same part made contradictions."""
    said = {answer.keys[1]: answer.row.row for answer in answers if answer.kind == YES and answer.part_number}
    return [
        replace(answer, kind=ODD, detail=f"it says no, and yes in row {said[answer.keys[1]]}")
        if answer.kind == NO and answer.keys[1] in said
        else answer
        for answer in answers
    ]


def _answer(row: AnswerRow) -> Answer:
    """Return what a row answers."""
    contains, material = row.word("contains"), row.said("material")
    named_none = material_id(material) == NO_MATERIAL
    if contains == "yes":
        if named_none:
            return Answer(row, ODD, "it says yes, but names the material none")
        zero = {grams_of(row.said(column)) for column in MASSES if row.said(column)} == {0}
        return Answer(row, ODD, "it says yes, but the mass is 0") if zero else _yes(row)
    if contains == "no":
        if any(unicodedata.digit(sign, 0) for column in MASSES for sign in row.said(column)):
            return Answer(row, ODD, "it says no, but gives a mass")
        if material and not named_none:
            return Answer(row, NO_OF_ONE, f"it says no for {material} only")
        return Answer(row, NO)
    if contains == "unknown":
        return Answer(row, OPEN, f"not known for {material}" if material else "not known")
    return Answer(row, OPEN, "" if not contains else f"contains is {contains}")


def _yes(row: AnswerRow) -> Answer:
    """Return the answer of a row that says yes: without an element something is in its part."""
    if row.said("part_number") and not row.said("material"):
        return Answer(row, OF_NOTHING, "it says yes, but names no element")
    return Answer(row, YES)


def grams_of(text: str) -> Fraction | None:
    """Return a mass as it is written, None for what is no number."""
    if not re.match(NUMBER, text, re.ASCII) or abs(double := float(text)) >= MOST_GRAMS:
        return None
    # An exponent far below zero, or thousands of digits, would keep exact arithmetic busy without end.
    return Fraction(text) if abs(double) > LEAST_GRAMS and len(text) <= LONGEST else Fraction(double)
