"""Estimates for parts nobody declared, where a sign says carrier: by magnet grade and mass, else by value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa

from deminimis.content.appraising import Appraiser, Article, anything_up_to_value, without_endless, worth_of_grams
from deminimis.content.claims import Claim, Sign
from deminimis.content.formulas import grams_from_weight_percent, value_from_percent
from deminimis.model import Bom, Codes, Finding, Structure, finding
from deminimis.reference import (
    Grade,
    GradeContent,
    carriers,
    find_signs,
    grade_content,
    parse_grade,
)

SIGNS = ("item_class", "grade", "hs_code", "description")
"""Columns of a record that may say it is a carrier."""
MAGNET_CARRIERS = {"ndfeb_magnet": "ndfeb", "magnet": "ndfeb", "smco_magnet": "smco"}


def look_for_signs(bom: Bom, structure: Structure) -> list[Sign]:
    """Return every part whose class, grade, customs code or description says it may carry rare earths.

    Parameters
    ----------
    bom : Bom
    structure : Structure

    Returns
    -------
    list of Sign
        In the order of the records; item_class `other` is the user's word that there is none.
    """
    parts = bom.parts
    if all(parts[column].null_count == len(parts) for column in SIGNS):
        return []
    codes = structure.codes(parts["part_number"])
    grade_of, grades = _grades(parts["grade"])
    carrying, reasons = find_signs(parts["description"], parts["hs_code"])
    found = np.asarray(carrying.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    signs, seen = [], set()
    for row in np.flatnonzero((found | bom.known("parts", "item_class") | (grade_of > 0)) & (codes >= 0)).tolist():
        part, grade = int(codes[row]), grades[grade_of[row]]
        if part not in seen:
            seen.add(part)
            item_class = parts["item_class"][row].as_py()
            sign = _sign(part, row, item_class, grade, carrying[row].as_py(), reasons[row].as_py())
            if sign is not None:
                signs.append(_graded_by_description(sign, parts["description"][row].as_py()))
    return signs


def _grades(column: pa.ChunkedArray) -> tuple[Codes, list[Grade | None]]:
    """Return a number for the grade of every row, and the grades by number; 0 for no grade."""
    encoded = column.combine_chunks().dictionary_encode()
    by_value = [parse_grade(text) for text in encoded.dictionary.to_pylist()]
    number = np.array([at + 1 if grade else 0 for at, grade in enumerate(by_value)] + [0], dtype=np.int32)
    return number[encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)], [None, *by_value]


def _sign(
    part: int, row: int, item_class: str | None, grade: Grade | None, carrier: str | None, reason: str | None
) -> Sign | None:
    if item_class == "other":
        return None
    if item_class is not None:
        return Sign(part, row, item_class, f"item_class {item_class}", False, grade)
    if grade is not None:
        known = {"ndfeb": "ndfeb_magnet", "smco": "smco_magnet"}
        return Sign(part, row, known.get(grade.family, "magnet"), f"grade {grade.text}", False, grade)
    if carrier is None:
        return None
    by_words = not (reason or "").startswith("customs code")
    return Sign(part, row, carrier, reason or "", by_words, None)


def _graded_by_description(sign: Sign, description: str | None) -> Sign:
    """Return the sign with the grade its description names, where it is a magnet without a grade of its own."""
    if sign.grade is not None or sign.carrier not in MAGNET_CARRIERS or not description:
        return sign
    for word in description.replace(",", " ").replace(";", " ").split():
        grade = parse_grade(word)
        if grade is not None:
            return replace(sign, grade=grade, reason=f"{sign.reason}, grade {grade.text}")
    return sign


def estimate(sign: Sign, article: Article, appraiser: Appraiser) -> list[list[Claim]]:
    """Return what a part may hold, as variants of which one is real, the likeliest first.

    Parameters
    ----------
    sign : Sign
    article : Article
    appraiser : Appraiser

    Returns
    -------
    list of list of Claim
        An empty variant says: none.

    Notes
    -----
    With a mass: wt% of the grade's class x mass x price, conventional and diffused where the grade does not say which.
    Without: a share of the part's value. With neither: anything.

    Source
    ------
    Reference tables grades.csv and carriers.csv, row by row.
    """
    blank = Claim(sign.part, "none", evidence="estimate", detail=sign.reason)
    if sign.grade is not None or sign.carrier in MAGNET_CARRIERS:
        family, variants = _variants(sign)
        if family not in ("ndfeb", "smco"):
            return [[]]
        if article.mass is not None:
            return [_by_mass(blank, content, article.mass, appraiser) for content in variants]
    return [_by_value(blank, sign.carrier, article)]


def _variants(sign: Sign) -> tuple[str, list[GradeContent]]:
    """Return the family and the content of each variant the grade leaves open, the conventional first."""
    grade = sign.grade
    family = grade.family if grade else MAGNET_CARRIERS[sign.carrier]
    grade_class = grade.grade_class if grade else "any"
    known = {True: ("diffused",), False: ("conventional",), None: ("conventional", "diffused")}
    diffused = grade.diffused if grade else None
    rows = [grade_content(family, grade_class, variant) for variant in known[diffused]]
    return family, list(dict.fromkeys(row for row in rows if row is not None))


def _by_mass(blank: Claim, row: GradeContent, mass: Fraction, appraiser: Appraiser) -> list[Claim]:
    low, typical, high = (grams_from_weight_percent(p, mass) for p in (row.low, row.typical, row.high))
    worth = worth_of_grams(row.material, (low, typical, high), appraiser)
    return [without_endless(replace(blank, material=row.material, **worth))]


def _by_value(blank: Claim, carrier: str, article: Article) -> list[Claim]:
    bound = carriers()[carrier]
    claim = replace(blank, material=bound.material)
    if article.value_high is None:
        return [replace(claim, **anything_up_to_value(article))]
    low, typical, high = (value_from_percent(p, article.value_high) for p in (bound.low, bound.typical, bound.high))
    return [replace(claim, low=low, typical=typical, high=high, of_value=True)]


def estimate_finding(bom: Bom, sign: Sign, claims: Iterable[Claim]) -> Finding:
    """Return the finding that says a part was estimated, and from what."""
    held = ", ".join(dict.fromkeys(c.material for c in claims)) or "none"
    code = "CARRIER_BY_WORDS" if sign.by_words else "CARRIER_ESTIMATED"
    about = bom.place("parts", sign.record)
    part_number = bom.parts["part_number"][sign.record].as_py()
    return finding(code, **about, value=part_number, part_number=part_number, detail=f"{sign.reason}; may hold {held}")
