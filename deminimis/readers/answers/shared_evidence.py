"""The evidence of rows that add up: that of the weakest of them."""

from __future__ import annotations

from collections.abc import Iterable

from deminimis.readers.answers.answer_format import AnswerRow, answer_words
from deminimis.readers.answers.declared_material import declared_material
from deminimis.reference import materials

BLANK = "datasheet"
"""What no evidence counts as."""


def shared_evidence(rows: Iterable[AnswerRow]) -> dict[int, str]:
    """Return the evidence of each row that names an element, by its number.

    Parameters
    ----------
    rows : iterable of AnswerRow
        Those that answer yes.

    Returns
    -------
    dict of int to str
        Rows whose evidence or element is not known are left out.

    Notes
    -----
    Rows of one part, supplier and element are several sources of it and add up. Where declarations are weighed, better
    evidence of an element takes the place of worse: with evidence of their own, only the best row would be left.

    Examples
    --------
    >>> said = {"part_number": "M-1", "contains": "yes", "material": "Dy", "form": "oxide"}
    >>> rows = [AnswerRow(2, {**said, "evidence": "lab"}), AnswerRow(3, {**said, "form": "metal"})]
    >>> shared_evidence(rows)
    {2: 'datasheet', 3: 'datasheet'}
    """
    ranks = {word: rank for rank, word in enumerate(dict.fromkeys(answer_words("evidence").values()))}
    known = []
    for row in rows:
        evidence = row.word("evidence") or BLANK
        material = declared_material(row.said("material"), row.word("form"))
        if evidence in ranks and material in materials():
            known.append((row, ranks[evidence], materials()[material].elements))
    weakest: dict[tuple[str, str, str], int] = {}
    for row, rank, elements in known:
        for key in _keys(row, elements):
            weakest[key] = max(rank, weakest.get(key, 0))
    words = list(ranks)
    return {row.row: words[max(weakest[key] for key in _keys(row, elements))] for row, _, elements in known}


def _keys(row: AnswerRow, elements: Iterable[str]) -> list[tuple[str, str, str]]:
    return [(row.said("part_number"), row.said("supplier"), element) for element in elements]
