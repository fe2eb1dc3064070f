"""Rare-earth materials: which form is on which line of Part 1, how much element it holds, by what names it goes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from deminimis.errors import ReferenceFault
from deminimis.reference.tables import ROWS, sourced_rows

NO_MATERIAL = "none"
WESTERN_NONE = ("none", "keine", "keines", "kein", "aucun", "aucune", "ninguno", "ninguna", "nessuno", "nessuna", "nil")
NONE_WORDS = (*WESTERN_NONE, "无", "無", "没有", "なし", "無し", "없음", "нет", "không")
NOT_LISTED, FORM_UNKNOWN = "not listed", "form unknown"


@dataclass(frozen=True, slots=True)
class Material:
    """A rare-earth material a declaration or a price can name.

    Parameters
    ----------
    id, name : str
        Identifier used in declarations and prices; English name.
    elements : tuple of str
        Symbols of the rare earths in it; alternatives where `form` is ``unsplit``.
    form : str
        metal, alloy, oxide, compound, unknown (a bare element) or unsplit (one or the other element).
    fractions : dict
        Symbol to mass of element per mass of material; 1 where no fraction is known, the most there can be. In an
        ``unsplit`` material every element may be all of it, so they do not add up to 1.
    part1_line : str or None
        Line of Annex 1 Part 1, numbered in the order of the sources; None where it is on none.
    listed : bool
        On Part 1 for certain; False also for a bare element, which counts only once its form is known.
    form_unknown : bool
        A bare element of which some form is on Part 1.
    source, date : str
        Where it was read, and when.

    Source
    ------
    MOFCOM Announcement 61 of 2025, Annex 1 Part 1, 2025-10-09; numbers of the lines are not verified.
    """

    id: str
    name: str
    elements: tuple[str, ...]
    form: str
    fractions: dict[str, Fraction]
    part1_line: str | None
    listed: bool
    form_unknown: bool
    source: str
    date: str


@cache
def materials(text: str | None = None) -> dict[str, Material]:
    """Return every material by its id.

    Parameters
    ----------
    text : str, optional
        Another table of the same columns, in place of the one in the package.

    Raises
    ------
    ReferenceFault
        A row breaks the rules of `sourced_rows`.

    Examples
    --------
    >>> materials()["dysprosium_oxide"].fractions["Dy"]
    Fraction(21783, 25000)
    >>> materials()["yttrium_oxide"].listed
    False
    """
    return {row["id"]: material(row) for row in material_rows(text)}


def material(row: dict[str, str]) -> Material:
    """Return the material of one row of the table."""
    elements = tuple(row["elements"].split("|"))
    known = dict(part.split(":") for part in row["fractions"].split("|") if part)
    line = row["part1_line"]
    return Material(
        row["id"],
        row["name"],
        elements,
        row["form"],
        {element: Fraction(known.get(element, "1")) for element in elements},
        None if line in (NOT_LISTED, FORM_UNKNOWN) else line,
        line not in (NOT_LISTED, FORM_UNKNOWN),
        line == FORM_UNKNOWN,
        row["source"],
        row["date"],
    )


def material_rows(text: str | None = None) -> ROWS:
    """Return the rows of the table of materials."""
    return sourced_rows(__package__, "materials.csv", text)


def name_key(text: str) -> str:
    """Return a name without regard to capitals, width of letters, blanks and hyphens.

    Examples
    --------
    >>> name_key(" Dysprosium-Iron  alloy "), name_key("Dy₂O₃")
    ('dysprosium_iron_alloy', 'dy2o3')
    """
    # Excel puts soft hyphens, dashes and narrow blanks in place of the plain ones
    return re.sub(r"[\s_\-\u00ad\u2010-\u2015\u2212]+", "_", unicodedata.normalize("NFKC", text).casefold().strip())


@cache
def material_names(text: str | None = None) -> dict[str, str]:
    """Return every name of every material, as `name_key` writes it, and the id it stands for.

    Raises
    ------
    ReferenceFault
        One name stands for two materials.
    """
    names = {name_key(word): NO_MATERIAL for word in NONE_WORDS}
    for row in material_rows(text):
        for name in (row["id"], row["name"], row["name_zh"], *row["aliases"].split("|")):
            key = name_key(name)
            if key and names.setdefault(key, row["id"]) != row["id"]:
                raise ReferenceFault(f"materials.csv: {name} stands for {names[key]} and {row['id']}", name=name)
    return names


@cache
def material_id(text: str) -> str | None:
    """Return the id a text stands for: an id, an English or Chinese name, a formula, a symbol or a CAS number.

    Returns
    -------
    str or None
        ``none`` for words that say there is none; None for a text that is no material.

    Examples
    --------
    >>> [material_id(text) for text in ("Dysprosium Metal", "Dy", "Tb4O7", "1308-87-8", "氧化镝", "keine", "steel")]
    ['dysprosium_metal', 'dysprosium', 'terbium_oxide', 'dysprosium_oxide', 'dysprosium_oxide', 'none', None]
    """
    return material_names().get(name_key(text))
