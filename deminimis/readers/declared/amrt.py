"""RMI reporting templates (AMRT; CMRT and EMRT have no rare earths), read by cell because labels are translated.

Notes
-----
A template names smelters and their countries, no masses and no elements. Rare earths are one entry, so what it says of
the origin holds for all of them or for none.

Source: RMI AMRT 1.3 template, 2025-10-17: Declaration D8 company, D9 scope; Smelter List from row 5: B metal,
D smelter, E country; Product List from row 6: B the maker's number, D the requester's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from deminimis.model import Finding, finding
from deminimis.readers.declared.names import names
from deminimis.readers.declared.result import DeclaredRead, SmelterOrigins
from deminimis.readers.grid import Grid
from deminimis.reference import country_code

DECLARATION, SMELTERS, PRODUCTS = "declaration", "smelter list", "product list"
FIRST_SMELTER, FIRST_PRODUCT = 5, 6
MINERALS = range(12, 16)
WIDTH = 5
"""Columns A to E say which metal, smelter and country; a formula without value beyond an entry is an empty row."""
ERRORS = frozenset({"CELL_ERROR"})
CELL = re.compile(r"([A-Z]+)(\d+)")
VERSION = re.compile(r"\d+\.\d+")


def is_amrt(grids: Sequence[Grid]) -> bool:
    """Say whether the sheets of a workbook are those of an RMI reporting template.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets.

    Returns
    -------
    bool
        True also for CMRT and EMRT, of which `read_amrt` says that nothing can be read.
    """
    sheets = _by_name(grids)
    return {DECLARATION, SMELTERS} <= set(sheets) and bool(VERSION.search(cell(sheets[DECLARATION], "J3")))


def cell(grid: Grid, place: str) -> str:
    """Return what a cell of a sheet says, trimmed; "" for a blank one and one beyond the sheet.

    Parameters
    ----------
    grid : Grid
    place : str
        As the spreadsheet names it: D8.
    """
    match = CELL.fullmatch(place)
    assert match is not None
    letters, row = match[1], int(match[2]) - 1
    column = -1
    for letter in letters:
        column = (column + 1) * 26 + ord(letter) - ord("A")
    index = column - grid.offset
    if not 0 <= index < len(grid.text) or not 0 <= row < grid.height:
        return ""
    return (grid.text[index][row].as_py() or "").strip()


def read_amrt(file_name: str, grids: Sequence[Grid]) -> DeclaredRead:
    """Read the rare-earth smelters of an RMI reporting template.

    Parameters
    ----------
    file_name : str
    grids : sequence of Grid
        All sheets; `is_amrt` holds.

    Returns
    -------
    DeclaredRead
        With one `SmelterOrigins`; without any where the template covers no rare earths.
    """
    sheets = _by_name(grids)
    smelters = sheets[SMELTERS]
    filled = [row for row in range(FIRST_SMELTER, smelters.height + 1) if _is_filled(smelters, row)]
    metals = {row: cell(smelters, f"B{row}") for row in filled}
    # a smelter whose metal cannot be read may smelt rare earths
    used = [row for row in filled if not metals[row] or _is_rare_earth(metals[row])]
    skipped = tuple((row, f"no rare earth: {metals[row]}") for row in filled if row not in used)
    minerals = (cell(sheets[DECLARATION], f"{letter}{row}") for row in MINERALS for letter in "DEFGHI")
    why = f"the sheets Declaration and Smelter List, version {cell(sheets[DECLARATION], 'J3')}"
    if not any(map(_is_rare_earth, metals.values())) and not any(map(_is_rare_earth, minerals)):
        told = finding("TEMPLATE_WITHOUT_RARE_EARTHS", file=file_name, value=file_name)
        nothing = tuple((row, f"no rare earth: {metals[row] or 'blank'}") for row in filled)
        return DeclaredRead("rmi_template_without_rare_earths", why, (), (told,), (), len(filled), nothing)
    origins = _origins(file_name, sheets, used)
    return DeclaredRead("amrt", why, (), tuple(_told(origins)), (origins,), len(filled), skipped)


def _by_name(grids: Iterable[Grid]) -> dict[str, Grid]:
    return {grid.sheet.strip().casefold(): grid for grid in grids}


def _is_filled(smelters: Grid, row: int) -> bool:
    broken = any(f.row == row - 1 and f.column + smelters.offset < WIDTH for f in smelters.faults if f.code in ERRORS)
    return broken or any(cell(smelters, f"{letter}{row}") for letter in "ABCDE")


def _is_rare_earth(text: str) -> bool:
    plain = re.sub(r"[\s-]+", " ", text.casefold())
    return any(word in plain for word in names("amrt")["rare_earth"])


def _origins(file_name: str, sheets: dict[str, Grid], rows: list[int]) -> SmelterOrigins:
    head, smelters = sheets[DECLARATION], sheets[SMELTERS]
    products = sheets.get(PRODUCTS)
    numbers = () if products is None else tuple(_numbers(products))
    countries = {_country(smelters, row) for row in rows} or {""}
    supplier = cell(head, "D8")
    return SmelterOrigins(supplier, _scope(cell(head, "D9")), numbers, tuple(sorted(countries)), file_name, tuple(rows))


def _scope(text: str) -> str:
    """Return company, product or user: by the letter in front, which every language keeps, else by the word."""
    plain = text.casefold()
    for scope in ("company", "product", "user"):
        letter, *words = names("amrt")[f"scope_{scope}"]
        if plain.startswith(letter) or any(word in plain for word in words):
            return scope
    return "user"


def _numbers(products: Grid) -> Iterable[str]:
    for row in range(FIRST_PRODUCT, products.height + 1):
        yield from dict.fromkeys(filter(None, (cell(products, f"{letter}{row}") for letter in "BD")))


def _country(smelters: Grid, row: int) -> str:
    """Return the ISO code of a smelter's country; "" where smelter or country is not known."""
    if not cell(smelters, f"B{row}"):
        return ""
    smelter = " ".join(cell(smelters, f"{letter}{row}") for letter in "CD").casefold()
    if not smelter.strip() or any(word in smelter for word in names("amrt")["unknown_smelter"]):
        return ""
    country = cell(smelters, f"E{row}")
    return (country_code(country) or "") if country else ""


def _told(origins: SmelterOrigins) -> Iterable[Finding]:
    """Yield what there is to say of the smelters themselves."""
    place: dict[str, Any] = {
        "file": origins.file,
        "sheet": "Smelter List",
        "row": origins.rows[0] if origins.rows else 0,
    }
    value = origins.supplier or origins.file
    if "" in origins.countries:
        yield finding("ORIGIN_NOT_STATED", **place, column="E", value=value)
    elif len(origins.countries) > 1:
        yield finding("ORIGIN_SEVERAL", **place, column="E", value=value, detail=", ".join(origins.countries))
    if origins.scope == "company":
        yield finding("ORIGIN_COMPANY_WIDE", file=origins.file, sheet="Declaration", row=9, column="D", value=value)
    elif not origins.part_numbers:
        yield finding("ORIGIN_SCOPE_UNCLEAR", file=origins.file, sheet="Declaration", row=9, column="D", value=value)
