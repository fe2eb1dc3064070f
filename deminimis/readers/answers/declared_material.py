"""What a supplier's words say of a material: which one it is, how much of it, and from which country it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from deminimis.reference import NO_MATERIAL, Material, country_code, material_id, materials

STAGES = {"mined_in": "mined", "separated_in": "separated", "metal_made_in": "made into metal"}
"""Columns of the three stages, in the order in which a material passes them, with the words for each."""
NEAREST_TO_CHINA = ("CN", "HK", "MO", "TW")
"""Countries that some reading counts as China, those that more readings count first."""
WITHOUT_METAL = frozenset({"oxide", "compound"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a material comes from, as its three stages say.

    Parameters
    ----------
    code : str
        ISO code; blank for unknown.
    countries : tuple of str
        ISO codes of the stages given, in their order.
    missing : tuple of str
        Stages without a country, in words.
    """

    code: str
    countries: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_mixed(self) -> bool:
        """Whether a country that may count as China stands for others beside it."""
        return self.code in NEAREST_TO_CHINA and len(set(self.countries)) > 1


def origin_of_stages(countries: Mapping[str, str], form: str = "") -> Origin:
    """Return the one country of origin that three stages stand for.

    Parameters
    ----------
    countries : mapping of column to str
        ISO codes of mined_in, separated_in and metal_made_in; a blank or absent one is unknown.
    form : str
        What was bought: an oxide or a compound was never made into metal, so that stage is not asked for.

    Returns
    -------
    Origin

    Notes
    -----
    China at any stage counts as China: the announcement says "originating in China" and does not say which step gives
    origin; by substantial transformation ore separated in China becomes Chinese, and a Chinese oxide made into metal
    elsewhere was itself a Part 1 item. With all stages given and China in none, the last one counts, but Hong Kong,
    Macao and Taiwan come first, so that a reading that counts them as China sees them. A stage without a country may
    have been in China: the origin is unknown, never "not China", and that holds for the mine too, for no text says that
    the mine does not matter.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1) and Annex 1 Part 1 (metals, alloys and oxides, no ores), 2025-10-09; which
    step gives origin is inferred, not read.

    Examples
    --------
    >>> origin_of_stages({"mined_in": "MM", "separated_in": "CN", "metal_made_in": "JP"}).code
    'CN'
    >>> origin_of_stages({"mined_in": "AU", "separated_in": "MY", "metal_made_in": "JP"}).code
    'JP'
    >>> origin_of_stages({"separated_in": "MY", "metal_made_in": "JP"})
    Origin(code='', countries=('MY', 'JP'), missing=('mined',))
    """
    asked = [column for column in STAGES if column != "metal_made_in" or form not in WITHOUT_METAL]
    given = tuple(countries[column] for column in STAGES if countries.get(column))
    missing = tuple(STAGES[column] for column in asked if not countries.get(column))
    if "CN" in given:
        return Origin("CN", given)
    if missing:
        return Origin("", given, missing)
    return Origin(next((code for code in NEAREST_TO_CHINA if code in given), given[-1]), given)


def stage_country(text: str) -> str | None:
    """Return the ISO code of a stage's country, "" for a blank cell, None for what is no country.

    Notes
    -----
    NA in a form means "not available" more often than Namibia, which has rare earths: it is no country here.

    Examples
    --------
    >>> [stage_country(text) for text in ("中国", "", "NA", "Namibia", "various")]
    ['CN', '', None, 'NA', None]
    """
    text = text.strip()
    if text.upper() in ("NA", "N/A"):
        return None
    return country_code(text) if text else ""


def declared_material(word: str, form: str) -> str:
    """Return the material an element and its form stand for; the word itself where nothing does.

    Parameters
    ----------
    word : str
        An element by name or symbol, or any name of a material.
    form : str
        metal, oxide, alloy, compound, unknown or blank.

    Returns
    -------
    str
        An id of the reference table. An alloy that Part 1 does not name stays the bare element: its form is not known.

    Examples
    --------
    >>> [declared_material(*pair) for pair in (("Dy", "oxide"), ("terbium", "alloy"), ("yttrium", "alloy"))]
    ['dysprosium_oxide', 'terbium_iron_alloy', 'yttrium']
    >>> declared_material("Dy2O3", "metal")
    'Dy2O3 as metal'
    """
    named = material_id(word)
    if named is None or named == NO_MATERIAL:
        return word
    if materials()[named].form != "unknown":
        return named if form in ("", "unknown", materials()[named].form) else f"{word} as {form}"
    if form == "alloy":
        return next((m.id for m in materials().values() if _is_listed_alloy(m, materials()[named])), named)
    return f"{named}_{form}" if f"{named}_{form}" in materials() else named


def _is_listed_alloy(material: Material, element: Material) -> bool:
    return material.form == "alloy" and material.listed and material.elements == element.elements


def mass_of_material(grams: Fraction, material: str) -> Fraction:
    """Return the mass of a material that holds a mass of its element.

    Parameters
    ----------
    grams : Fraction
        Of the element [g per piece].
    material : str
        Id of the reference table.

    Returns
    -------
    Fraction
        [g per piece]

    Notes
    -----
    m = m_element / w with w the mass fraction of the element; the element's own mass where no fraction is known.

    Examples
    --------
    >>> mass_of_material(Fraction(4), "dysprosium_iron_alloy")
    Fraction(5, 1)
    """
    elements = materials()[material].elements
    return grams / materials()[material].fractions[elements[0]] if len(elements) == 1 else grams
