"""Header cells to roles, through a dictionary of names in many languages."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from deminimis.model.schema import TABLES, schema
from deminimis.readers.cells.cell_words import currency_said
from deminimis.units import unit_name

BRACKET = re.compile(r"[\[(]([^\])]*)[\])]\W*$")
COMPANIONS = {
    "mass": "mass_unit",
    "unit_value": "currency",
    "line_value": "currency",
    "pack_value": "currency",
    "quantity": "unit",
    "amount": "basis",
}
"""The column that a unit in brackets behind a header fills."""
PRICES = ("unit_value", "pack_value")
OTHER_PRICE = "other_value"
"""The second of a standard and a moving price, which are valid in turn."""
SCALED = (*PRICES, "line_value", "quantity", "quantity_total", "mass")
PER = re.compile(
    r"(?P<currency>[A-Za-z]{3}|US\$|[€£$¥元円])?\s*(?:/|per|pro|je|por|每)\s*(?P<count>10*)\s*(?:pcs|pc|ea|stk?|st|pieces|units|个|件|個)?\.?",
    re.IGNORECASE,
)
MULTIPLE = re.compile(
    r"\d|^(t|k|m|mio|tsd|th)\.?\s?(€|eur|usd|us\$|\$|chf|gbp|£)|thousand|million|万|萬|千|億|亿|百", re.IGNORECASE
)
CENTS = re.compile(
    r"(?-i:GBp|p)|((us|eur|euro|usd|€|\$)[\s-]?)?(ct|cts|cents?|centimes?|c[eé]ntimos?|centavos?|rp|rappen|pence|gbx|øre|öre|groszy|"
    r"kuruş|¢|分|коп|копе[а-я]+)\.?\s*((/|per|pro|je|за|每).*)?",
    re.IGNORECASE,
)
"""Parts of a currency, in which only prices are printed: "ct" of a mass are carats."""
PRICE_FOR = re.compile(
    r"(?P<price>.*?)\s*(?:/|\b(?:per|pro|je|por|par|за|za)\b|每)\s*(?P<count>10+)\s*"
    r"(?:(?:pcs|pc|ea|stk?|st|stück|pieces|units|шт|szt|个|件|個)\b\.?)?\s*(?P<currency>[a-z]{3}|[€£$])?\W*",
    re.IGNORECASE,
)
"""A price for a number of pieces whose header says so without brackets."""
NO_CURRENCY = frozenset(
    ("pcs", "stk", "szt", "net", "vat", "iva", "tva", "ttc", "exw", "fob", "cif", "max", "min", "avg")
)
"""Words in brackets behind a price that may look like a currency's code."""
PER_ONE = re.compile(r"(?P<currency>.*?\S)\s*(?:/|\b(?:per|pro|je|por|par|за)\b|每)\s*[^\W\d_]+\d?\.?", re.IGNORECASE)
"""A price for one of a unit, as in EUR/kg."""
CLEAR = {
    "per_base": (
        {"currency"},
        {
            "part_number",
            "child",
            "parent",
            "material",
            "level",
            "quantity",
            "quantity_total",
            "unit",
            *PRICES,
            "line_value",
        },
    ),
    "share_percent": (
        {"part_number", "supplier"},
        {"child", "parent", "material", "level", "quantity", "quantity_total"},
    ),
}
"""Roles whose other names, such as "Rate", mean something else but beside the first columns and without the others."""
NUMBER_NAMES = ("_part_number", "_part_no", "_p_n", "_partnumber", "_teilenummer", "_料号", "_品番")
TRAILING_UNIT = re.compile(
    r"(?P<name>.+?)[_,]+(?P<unit>kg|g|mg|lb|lbs|oz|usd|eur|euro|gbp|chf|cny|rmb|jpy|krw|sek|pln|inr|twd|ntd|hkd|sgd|cad|"
    r"aud|nok|dkk|czk|huf|ron|try|rub|brl|mxn|thb|vnd|myr|idr|ils|€|£|¥|\$|us\$|元|円|원|zł|kč|₽|tl)"
)


@dataclass(frozen=True, slots=True)
class Header:
    """One header cell: as printed, as looked up without and with its brackets, and the unit in them."""

    printed: str
    name: str
    unit: str = ""
    full: str = ""


@lru_cache(maxsize=1 << 15)
def read_header(cell: str) -> Header:
    """Return a header cell in the form in which names are looked up.

    Examples
    --------
    >>> read_header("Mass [g]*"), read_header("Part-Number :").name
    (Header(printed='Mass [g]*', name='mass', unit='g', full='mass_[g]'), 'part_number')
    """
    text = unicodedata.normalize("NFKC", cell).casefold().replace("\u00ad", "").replace("\u2019", "'")
    full, unit = _lookup_key(text), ""
    if (found := BRACKET.search(text)) and text[: found.start()].strip():
        unit = unicodedata.normalize("NFKC", cell)[found.start(1) : found.end(1)].strip()
        text = text[: found.start()]
    return Header(" ".join(cell.split()), _lookup_key(text), unit, full)


def _lookup_key(text: str) -> str:
    return re.sub(r"[\s_\-/]+", "_", re.sub(r"[\s*:.]+$|^[\s*]+", "", text))


@cache
def role_names() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Return every known header with its roles, the likeliest first, and the unit it implies.

    Notes
    -----
    The names in the table are written as `read_header` looks them up: 13,000 of them are not worth normalising anew in
    every process.
    """
    names: dict[str, tuple[tuple[str, ...], str]] = {}
    names |= {column: ((column,), "") for table in TABLES for column in schema()[table]}
    with files(__package__).joinpath("columns.csv").open(encoding="utf-8") as stream:
        rows = csv.reader(stream)
        next(rows)
        roles: dict[str, tuple[str, ...]] = {}
        for role, name, _, unit in rows:
            if role not in roles:
                roles[role] = tuple(role.split("|"))
            names[name] = roles[role], unit
    return names


@cache
def _languages() -> Mapping[str, str]:
    """Return the language of every known header: read a second time, for hardly any file asks."""
    with files(__package__).joinpath("columns.csv").open(encoding="utf-8") as stream:
        return {row["name"]: row["language"] for row in csv.DictReader(stream)}


def languages_of(headers: Iterable[str]) -> dict[str, int]:
    """Return how many headers are words of each language; systems' own names count as languages too.

    Parameters
    ----------
    headers : iterable of str
        As printed.

    Returns
    -------
    dict of language to int

    Examples
    --------
    >>> languages_of(["Stufe", "Stückpreis", "Qty", "Foo"])
    {'de': 2, 'en': 1}
    """
    read = (read_header(header) for header in headers)
    known = (_languages().get(one.full) or _languages().get(one.name) for one in read)
    return dict(Counter(language for language in known if language))


def roles_of(header: Header) -> tuple[tuple[str, ...], str]:
    """Return the roles a header may have, and the unit it names; nothing for a header nobody knows.

    Examples
    --------
    >>> roles_of(read_header("Comp. Qty (CUn)")), roles_of(read_header("Menge (kg)")), roles_of(read_header("mass kg"))
    ((('quantity_total',), ''), (('quantity',), 'kg'), (('mass',), 'kg'))
    """
    known = role_names()
    if header.full in known:
        return known[header.full]
    roles, unit = known.get(header.name, ((), ""))
    if not roles and (found := TRAILING_UNIT.fullmatch(header.name)):
        roles, unit = known.get(found["name"], known.get(found["name"].removesuffix("_in"), ((), "")))
        roles = tuple(role for role in roles if role in COMPANIONS and _fits(COMPANIONS[role], found["unit"].upper()))
        if roles:
            return roles, found["unit"].upper() if "currency" in map(COMPANIONS.get, roles) else found["unit"]
        unit = ""
    if not roles and header.name.endswith(NUMBER_NAMES):
        return ("part_number",), ""
    return (roles, header.unit or unit) if roles or "10" not in header.name else _price_for(header)


def _price_for(header: Header) -> tuple[tuple[str, ...], str]:
    """Return the role of a price for many pieces, with the unit as it would stand in brackets: "EUR/100"."""
    bare = BRACKET.sub("", header.printed) if header.unit else header.printed
    found = PRICE_FOR.fullmatch(bare)
    if not found or not found["price"]:
        return (), ""
    roles, unit = roles_of(read_header(found["price"]))
    if not set(roles) & set(PRICES) or _is_unit(found["currency"] or ""):
        return (), ""
    named = [word for word in (header.unit, found["currency"] or "", unit) if _is_money(word)]
    return roles[:1], f"{named[0] if named else ''}/{found['count']}"


def _is_unit(word: str) -> bool:
    """Return whether a word is a unit and no sign of money: kgs are kilograms before they are soms."""
    return bool(word) and (unit_name(word) is not None or not _is_money(word))


def _is_money(word: str) -> bool:
    """Return whether a word is a currency, a multiple or a part of one; "pcs" has three letters as well."""
    return (
        bool(word)
        and word.casefold() not in NO_CURRENCY
        and (_fits("currency", word) or any(p.search(word) for p in (MULTIPLE, CENTS)))
    )


@dataclass(frozen=True, slots=True)
class Roles:
    """What a header row says: role to column index, units that the headers themselves name, and headers whose unit is a
    multiple that is not applied, by role."""

    columns: Mapping[str, int]
    headers: Mapping[str, str]
    constants: Mapping[str, str]
    unused: tuple[str, ...]
    unclear: Mapping[str, str] = field(default_factory=dict)


def assign_roles(cells: Sequence[str], wanted: Sequence[str] | None = None) -> Roles:
    """Give each header cell its role.

    Parameters
    ----------
    cells : sequence of str
        The header row.
    wanted : sequence of str, optional
        Only these roles; a cell that says one of them literally comes before synonyms.

    Returns
    -------
    Roles

    Examples
    --------
    >>> assign_roles(["Stufe", "Item", "Artikelnummer", "Menge [kg]"]).columns
    {'level': 0, 'part_number': 2, 'quantity': 3, 'position': 1}
    >>> assign_roles(["Menge [kg]"]).constants
    {'unit': 'kg'}
    """
    headers = [read_header(cell) for cell in cells]
    looked_up = [roles_of(header) for header in headers]
    taken: dict[str, int] = {}
    units: dict[str, str] = {}
    for rank in ("itself", "one", "several"):
        for index, header in enumerate(headers):
            roles, unit = looked_up[index]
            one = len(roles) == 1 or OTHER_PRICE in roles
            kind = "itself" if roles == (header.name,) else "one" if one else "several"
            if kind != rank or index in taken.values():
                continue
            free = [
                r for r in roles if r not in taken and not _doubled(r, roles, taken) and (not wanted or r in wanted)
            ]
            if free and free[0] == OTHER_PRICE and OTHER_PRICE not in _roles_at(looked_up, taken.get("unit_value")):
                continue
            if free:
                taken[free[0]] = index
                units[free[0]] = unit
    for role, (beside, apart) in CLEAR.items():
        if role in taken and headers[taken[role]].name != role and (not beside <= set(taken) or apart & set(taken)):
            del taken[role], units[role]
    per = {r: found for r, unit in units.items() if (found := PER.fullmatch(unit.strip())) and r in PRICES}
    units |= {role: found["currency"] or "" for role, found in per.items()}
    money = {r: found["currency"] for r, u in units.items() if r in SCALED[:3] and (found := PER_ONE.fullmatch(u))}
    constants = {COMPANIONS[r]: unit for r, unit in (units | money).items() if unit and r in COMPANIONS}
    constants = {role: unit for role, unit in constants.items() if role not in taken and _fits(role, unit)}
    counts = [found["count"] for found in per.values()]
    constants |= {"price_quantity": counts[0]} if counts and "price_quantity" not in taken else {}
    unclear = {r: headers[taken[r]].printed for r, u in units.items() if _is_multiple(r, u)}
    unused = tuple(h.printed for i, h in enumerate(headers) if h.printed and i not in taken.values())
    return Roles(taken, {role: headers[i].printed for role, i in taken.items()}, constants, unused, unclear)


def _roles_at(looked_up: Sequence[tuple[tuple[str, ...], str]], index: int | None) -> tuple[str, ...]:
    return () if index is None else looked_up[index][0]


def _is_multiple(role: str, unit: str) -> bool:
    cents = role in (*PRICES, "line_value") and CENTS.fullmatch(unit.strip())
    return role in SCALED and bool(cents or MULTIPLE.search(unit))


def _doubled(role: str, roles: Sequence[str], taken: Mapping[str, int]) -> bool:
    """Return whether a name that may mean several things cannot mean the part, because another column surely does."""
    other = {"part_number": "child", "child": "part_number"}.get(role)
    return len(roles) > 1 and other in taken


def _fits(role: str, unit: str) -> bool:
    """Return whether the words in brackets can be a value of the companion column."""
    if role == "basis":
        return unit in schema()["declarations"]["basis"].choices
    if role == "currency":
        code = re.fullmatch(r"[A-Za-z]{3}", unit) and unit.casefold() not in NO_CURRENCY and unit_name(unit) is None
        return bool(code) or currency_said(unit) is not None
    return bool(re.fullmatch(r"[a-zA-Zµ]{1,3}\d?", unit))
