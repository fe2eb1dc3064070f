"""What the grade printed on a magnet says about its dysprosium, terbium or samarium."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from deminimis.reference.tables import sourced_rows

ANY = "any"

DIFFUSED = re.compile(r"\bD?GBDP?\b|\bDIFFUS|\bDIFFUND|\bDTP\b|扩散|擴散|拡散|확산")
NOT_DIFFUSED = re.compile(r"\b(NON|NO|WITHOUT|OHNE|SANS|SIN)[\s-]*(D?GBDP?|DIFFUS)|\bUNDIFFUSED\b|\bCONVENTIONAL\b")

# The first family that matches wins: words for magnets without heavy rare earth stand before the codes they share.
FAMILIES = (
    ("smco", re.compile(r"\bSM\W?CO(?![A-Z])|\bSM2CO17|\bSAMARIUM\W*[CK]OBALT|钐钴|釤鈷")),
    ("smco", re.compile(r"\b(YXG?S?|XGS?)[ -]?\d{2,3}(?!\d)|\bRECOMA|\bVACOMAX")),
    ("alnico", re.compile(r"\bAL-?NI-?CO|\bLNGT?[ -]?\d{1,2}(?!\d)|铝镍钴|鋁鎳鈷")),
    ("ferrite", re.compile(r"\b(HART|STRONTIUM|SR)?-?FERRITE?\b|铁氧体|鐵氧體|フェライト|\bHF ?\d{1,2} ?/ ?\d{1,2}")),
    ("ferrite", re.compile(r"^Y-?([89]|[1-4]\d)(T|BH|B|H)?(-\d)?$|^C-?(5|8[AB]?|1[01])$|^CERAMIC[ -]?\d{1,2}$")),
    ("bonded_ndfeb", re.compile(r"\bBNP[ -]?\d{1,2}|\bMQ[1P](?![A-Z\d])|\bMQP[ -]?[A-Z\d]|粘结钕铁硼|KUNSTSTOFFGEB")),
    ("bonded_ndfeb", re.compile(r"\bBONDED\W+(ND|NEO)|\b(NDFEB|NEO\w*)\W+(\w+ )?BONDED|^BONDED( MAGNET)?$")),
)
# Energy product in MGOe, then letters of coercivity. N without a letter begins at 35: N27 and N30 are soft ferrites.
NDFEB_CODE = re.compile(r"(?<![A-Z\d.])(?:N[ -]?)?(?:2[5-9]|[34]\d|5[0-6])[ -]?(SH|UH|EH|AH|VH)[ZT]?(?![A-Z\d])")
# TH is the letter of GB/T 13560 for AH; without the N before it, 35TH is a number too.
NDFEB_TH_CODE = re.compile(r"(?<![A-Z\d.])N[ -]?(?:2[5-9]|[34]\d|5[0-6])[ -]?TH(?![A-Z\d])")
NDFEB_N_CODE = re.compile(r"(?<![A-Z\d.])N[ -]?(?:(?:3\d|4\d|5[0-6])[ -]?([MH])|3[5-9]|4\d|5[0-6])[ZT]?(?![A-Z\d])")
NDFEB_BARE = re.compile(r"^(?:3[3-9]|4\d|5[0-6])([MH])$")
NDFEB_WORDS = re.compile(
    r"\bND[ -]?FE[ -]?B|\bNEODYM|\bNEO\W+MAGNET|\bVACODYM|\bNEOMAX|\bNEOREC|\bMQ3|钕铁硼|釹鐵硼|ネオジ"
)
SMCO_1_5 = re.compile(r"SM\W?CO\W?5(?!\d)|\b1 ?: ?5\b|\bYXS?[ -]?\d|\bVACOMAX 1[47]")
SMCO_2_17 = re.compile(r"2CO17|\b2 ?: ?17\b|\bYXG[ -]?\d|SM\W?CO\W?(2[6-9]|3\d)|\bVACOMAX 2[24]")


@dataclass(frozen=True, slots=True)
class Grade:
    """A magnet grade as read: family, class, and whether the heavy rare earth was diffused in (None = not said)."""

    family: str
    grade_class: str
    diffused: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class GradeContent:
    """Heavy rare earth or samarium of one class of magnets; low, typical and high [wt% of the magnet]."""

    family: str
    grade_class: str
    variant: str
    material: str
    low: Fraction
    typical: Fraction
    high: Fraction
    note: str
    source: str
    date: str


@cache
def grade_contents(text: str | None = None) -> dict[tuple[str, str, str], GradeContent]:
    """Return the table of grades by family, class and variant; `text` is another table in place of the package's."""
    return {
        (row["family"], row["class"], row["variant"]): GradeContent(
            row["family"],
            row["class"],
            row["variant"],
            row["material"],
            Fraction(row["low"]),
            Fraction(row["typical"]),
            Fraction(row["high"]),
            row["note"],
            row["source"],
            row["date"],
        )
        for row in sourced_rows(__package__, "grades.csv", text)
    }


def grade_content(family: str, grade_class: str = ANY, variant: str = "conventional") -> GradeContent | None:
    """Return what a class of magnets holds, or None for a family the table does not know.

    Parameters
    ----------
    family : str
        ndfeb, smco, bonded_ndfeb, ferrite or alnico.
    grade_class : str
        N, M, H, SH, UH, EH, AH; 1:5, 2:17; or any. A class the family has not is read as any.
    variant : str
        conventional or diffused; only ndfeb is ever diffused, the others answer as conventional.

    Notes
    -----
    Where the variant is not known, ask for both: diffusion lowers the amount but brings terbium.

    Examples
    --------
    >>> float(grade_content("ndfeb", "SH").high), float(grade_content("ndfeb", "SH", "diffused").high)
    (6.5, 2.1)
    >>> grade_content("ferrite").material
    'none'
    """
    table = grade_contents()
    for key in ((grade_class, variant), (ANY, variant), (grade_class, "conventional"), (ANY, "conventional")):
        if found := table.get((family, *key)):
            return found
    return None


def parse_grade(text: str) -> Grade | None:
    """Read a magnet grade; None for a text that is no magnet grade.

    Notes
    -----
    Energy product, then the coercivity class: N42SH, 42SH, 38EH, N48M; VH and TH are the class AH elsewhere. Only whole
    tokens count, so the steels C45 and H13 are none. Two letters mean several things and are read as magnets, which is
    the safe side: N45 is also a soft ferrite core, 40H also a Polish steel.

    Examples
    --------
    >>> parse_grade("N42SH GBD")
    Grade(family='ndfeb', grade_class='SH', diffused=True, text='N42SH GBD')
    >>> parse_grade("YXG-28H").grade_class, parse_grade("Y30").family, parse_grade("316L")
    ('2:17', 'ferrite', None)
    """
    written = unicodedata.normalize("NFKC", text).strip()
    upper = re.sub(r"\s+", " ", written.upper())
    family, grade_class = family_and_class(upper)
    if not family and (bare := NDFEB_BARE.match(re.sub(r"\s*\((ce|la)\)$", "", written, flags=re.I))):
        # lower case is left out: 40m is a length
        family, grade_class = "ndfeb", bare[1]
    return Grade(family, grade_class, diffusion(upper), text) if family else None


def family_and_class(upper: str) -> tuple[str, str]:
    """Return family and class of a grade in capitals, blank where it is none."""
    if code := NDFEB_CODE.search(upper):
        return "ndfeb", "AH" if code[1] == "VH" else code[1]
    if NDFEB_TH_CODE.search(upper):
        return "ndfeb", "AH"
    for family, pattern in FAMILIES:
        if pattern.search(upper):
            return family, smco_class(upper) if family == "smco" else ANY
    if code := NDFEB_N_CODE.search(upper):
        return "ndfeb", code[1] or "N"
    return ("ndfeb", ANY) if NDFEB_WORDS.search(upper) else ("", "")


def smco_class(upper: str) -> str:
    """Return 1:5 or 2:17 where the grade says which, else any."""
    if SMCO_2_17.search(upper):
        return "2:17"
    return "1:5" if SMCO_1_5.search(upper) else ANY


def diffusion(upper: str) -> bool | None:
    """Say whether a grade in capitals is diffused; None where it does not say."""
    if NOT_DIFFUSED.search(upper):
        return False
    return True if DIFFUSED.search(upper) else None
