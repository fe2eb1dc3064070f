"""Countries in any common spelling or language to their ISO 3166-1 alpha-2 code."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from deminimis.reference.tables import sourced_rows

LANGUAGE = re.compile(r"[a-z]+(_[A-Z][a-z]{3})?")
"""A language of the CLDR, with a script or without; its territories name few countries otherwise."""

LARGEST = ("zh", "zh_Hant", "de", "fr", "es", "it", "ja", "ko", "ru", "vi", "pt", "nl", "pl", "cs", "hu", "ro")
TRADE_LANGUAGES = (*LARGEST, "sv", "da", "nb", "fi", "tr", "uk", "el", "he", "ar", "hi", "th", "id", "ms")


def country_key(text: str) -> str:
    """Return a country name without regard to capitals, width of letters, dots, commas, brackets and extra blanks.

    Examples
    --------
    >>> country_key(" P.R.  China"), country_key("Korea (South)"), country_key("Côte d’Ivoire")
    ('pr china', 'korea south', "côte d'ivoire")
    """
    letters = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace(".", "")
    return re.sub(r"[\s,;()\[\]]+", " ", letters).strip()


@cache
def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code a text stands for, or None; Hong Kong, Macao and Taiwan have their own.

    Parameters
    ----------
    text : str
        A code of two or three letters or three digits, or a name in any language of the CLDR. Never guessed: a
        misspelling and a name that languages give to two countries (Nigeri) give None.

    Examples
    --------
    >>> [country_code(text) for text in ("CN", "VR China", "中国", "Chine", "156", "NA", "Hongkong", "Chna")]
    ['CN', 'CN', 'CN', 'CN', 'CN', 'NA', 'HK', None]
    """
    key = country_key(text)
    if not key:
        return None
    found = codes().get(key) or aliases().get(key)
    # all 366 languages take half a second to read, those of trade a tenth of it
    return found or local_names(TRADE_LANGUAGES).get(key) or local_names().get(key)


@cache
def codes() -> dict[str, str]:
    """Return alpha-2, alpha-3 and numeric codes and the English names of ISO 3166-1."""
    # slow import, needed only when a bill of materials names a country
    import pycountry

    names: dict[str, str] = {}
    for country in pycountry.countries:
        fields = (country.alpha_2, country.alpha_3, country.numeric, country.name)
        for name in (*fields, getattr(country, "official_name", ""), getattr(country, "common_name", "")):
            names.setdefault(country_key(name), country.alpha_2)
    names.pop("", None)
    return names


@cache
def aliases(text: str | None = None) -> dict[str, str]:
    """Return trade spellings that are no official name; `text` is another table in place of the package's."""
    return {country_key(row["alias"]): row["code"] for row in sourced_rows(__package__, "country_aliases.csv", text)}


@cache
def local_names(languages: tuple[str, ...] | None = None) -> dict[str, str]:
    """Return the names of countries in the given languages, by default every language of the CLDR.

    Names that languages give to two countries are left out.
    """
    # slow import, needed only when a name is neither a code nor English nor a trade spelling
    from babel import localedata

    known, names = set(codes().values()), set()
    for language in languages or filter(LANGUAGE.fullmatch, localedata.locale_identifiers()):
        # without what a script inherits from its language, which is read by itself
        territories = localedata.load(language, merge_inherited=False).get("territories", {})
        names |= {(name, code) for code, name in territories.items() if code in known and isinstance(name, str)}
    meant: dict[str, set[str]] = {}
    for name, code in names:
        meant.setdefault(country_key(name), set()).add(code)
    return {name: next(iter(of)) for name, of in meant.items() if len(of) == 1}
