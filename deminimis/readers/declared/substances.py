"""A substance of a declaration to materials of the reference table: by CAS number, else by name.

Notes
-----
A declaration splits an alloy into its elements, so the CAS number of dysprosium says which atoms are there and not that
they are metal. Part 1 lists forms, not elements, therefore an element alone is a bare element: form unknown, counted in
the high end only. Inside a magnet alloy (neodymium or praseodymium with iron and boron, samarium with cobalt, or a
material whose name says so) the element is read as metal, as the grade table of this package does: nearly all of it
entered the melt as metal or ferro-alloy, both on Part 1. An oxide that Part 1 does not list but that is said to be in a
magnet alloy cannot be there as oxide; it is read as a bare element, by the mass of the oxide, which is the most there
can be.

Source: MOFCOM Announcement 61 of 2025, Annex 1 Part 1 (2025-10-09); the form inside a magnet is not defined there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from deminimis.readers.declared.names import names
from deminimis.reference import NO_MATERIAL, find_signs, material_id, materials, sourced_rows
from deminimis.reference.materials import material_rows

CAS = re.compile(r"(\d{2,7})-(\d\d)-(\d)", re.ASCII)
CAS_LIKE = re.compile(r"\d+(\.0)?|\d{1,7}[-/.]\d{1,4}[-/.]\d{1,4}([T ].*)?", re.ASCII)
"""Digits in two or three groups: a CAS number, or what a spreadsheet made of one."""
DASHES = re.compile("[\u2010-\u2015\u2212]")
ALLOYS = frozenset({"ndfeb_magnet", "smco_magnet", "magnet", "magnetostrictive"})
"""Carriers that are a rare-earth alloy themselves; a bare "magnet" may be one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a substance is.

    Parameters
    ----------
    materials : tuple of str
        Ids of the reference table, each of which it may be; empty for no rare earth.
    code : str
        Finding there is to tell, "" for none; with an error there are no materials.
    detail : str
        What the finding adds.
    """

    materials: tuple[str, ...] = ()
    code: str = ""
    detail: str = ""


def is_cas(text: str) -> bool:
    """Say whether a text is a CAS number: two to seven digits, two digits, and the check digit that follows from them.

    Notes
    -----
    Check digit = sum of the digits, each times its place counted from the right, modulo 10.

    Source
    ------
    CAS, check digit verification of CAS Registry Numbers, 2026-11-22.

    Examples
    --------
    >>> [is_cas(text) for text in ("7429-91-6", "1308-87-8", "1308-87-9", "1308-08-07", "Dy")]
    [True, True, False, False, False]
    """
    match = CAS.fullmatch(text)
    if not match:
        return False
    digits = (match[1] + match[2])[::-1]
    return sum(place * int(digit) for place, digit in enumerate(digits, start=1)) % 10 == int(match[3])


@cache
def substances() -> dict[str, dict[str, str]]:
    """Return the rows of the table of substances by their CAS number.

    Examples
    --------
    >>> substances()["7429-91-6"]["material"], substances()["7429-91-6"]["in_magnet"]
    ('dysprosium', 'dysprosium_metal')
    """
    return {row["cas"]: row for row in sourced_rows(__package__, "substances.csv")}


def clean_cas(text: str) -> str:
    """Return a CAS number with plain hyphens and without blanks or a leading word.

    Examples
    --------
    >>> clean_cas(" CAS 1308\u201187\u20118 ")
    '1308-87-8'
    """
    return re.sub(r"(?i)^cas(\s*(no|number|rn)\b)?[\s.:#]*", "", DASHES.sub("-", text).strip()).strip()


def identify(name: str, cas: str, in_magnet: bool, is_alloy: bool = False) -> Identity:
    """Say which material a substance is.

    Parameters
    ----------
    name, cas : str
        As declared; either may be blank.
    in_magnet : bool
        It is in a magnet alloy.
    is_alloy : bool
        Its name is among `alloy_texts`.

    Returns
    -------
    Identity

    Examples
    --------
    >>> identify("Dysprosium", "7429-91-6", in_magnet=False).materials
    ('dysprosium',)
    >>> identify("", "7429-91-6", in_magnet=True).materials
    ('dysprosium_metal',)
    >>> identify("Iron", "1308-08-07", in_magnet=False).code
    'CAS_NOT_READ'
    """
    number = clean_cas(cas)
    if CAS_LIKE.fullmatch(number) and not is_cas(number):
        return Identity((), "CAS_NOT_READ", number)
    row = substances().get(number)
    if row is None or not row["material"]:
        return _by_name(name, in_magnet, is_alloy)
    said = _elements_named(name)
    if said and row["element"] not in said:
        return Identity((), "SUBSTANCE_NAME_DIFFERS", name)
    return Identity((row["in_magnet"] if in_magnet else row["material"],))


def _by_name(name: str, in_magnet: bool, is_alloy: bool) -> Identity:
    found = material_id(name)
    if found == NO_MATERIAL or not name:
        return Identity()
    if found:
        return Identity((_in_form(found, in_magnet),), "SUBSTANCE_BY_NAME", _in_form(found, in_magnet))
    if is_alloy or any(word in name.casefold() for word in names("amrt")["rare_earth"]):
        return Identity((), "SUBSTANCE_NOT_SPLIT", name)
    ids = tuple(_bare(element) for element in sorted(_elements_named(name)))
    return Identity(ids, "SUBSTANCE_BY_NAME" if ids else "", ", ".join(ids))


def _in_form(material: str, in_magnet: bool) -> str:
    """Return the material that the table of substances gives for the same material with a CAS number."""
    of_metal = {row["in_magnet"]: row["material"] for row in substances().values() if row["formula"] == row["element"]}
    of_element = {bare: metal for metal, bare in of_metal.items()}
    return of_element.get(material, material) if in_magnet else material


@cache
def _bare(element: str) -> str:
    return next(m.id for m in materials().values() if m.form == "unknown" and m.elements == (element,))


@cache
def _element_words() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the English and Chinese names of the rare earths, and the element of each."""
    bare = {m.id: m.elements[0] for m in materials().values() if m.form == "unknown"}
    words = {row["id"]: (row["name"].casefold(), row["name_zh"]) for row in material_rows() if row["id"] in bare}
    of_word = {word: bare[material] for material, both in words.items() for word in both}
    return re.compile("|".join(map(re.escape, of_word))), of_word


def _elements_named(name: str) -> frozenset[str]:
    """Return the symbols of the rare earths a name names; an exact name of a material gives that material's."""
    found = material_id(name)
    if found and found != NO_MATERIAL:
        return frozenset(materials()[found].elements)
    pattern, of_word = _element_words()
    return frozenset(of_word[word] for word in pattern.findall(name.casefold()))


def alloy_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return those of the texts that say magnet alloy, by the signs of the reference table, which are read in one go.

    Examples
    --------
    >>> alloy_texts(["NdFeB N42SH", "Steel"])
    frozenset({'NdFeB N42SH'})
    """
    distinct = list(dict.fromkeys(texts))
    carriers = find_signs(pa.array(distinct, pa.string()), pa.nulls(len(distinct), pa.string()))[0].to_pylist()
    return frozenset(text for text, carrier in zip(distinct, carriers, strict=True) if carrier in ALLOYS)


def is_magnet_alloy(parts: Iterable[str]) -> bool:
    """Say whether a homogeneous material is a magnet alloy by its elements.

    Parameters
    ----------
    parts : iterable of str
        CAS numbers of its substances.

    Examples
    --------
    >>> is_magnet_alloy(["7440-00-8", "7439-89-6", "7440-42-8"]), is_magnet_alloy(["7429-91-6"])
    (True, False)
    """
    rows = [substances().get(clean_cas(cas)) for cas in parts]
    elements = {row["element"] for row in rows if row and row["formula"] == row["element"]}
    boron = {"Fe", "B"} <= elements and bool(elements & {"Nd", "Pr"})
    return boron or {"Sm", "Co"} <= elements
