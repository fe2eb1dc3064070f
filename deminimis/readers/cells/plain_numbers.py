"""The number columns of a table as plain decimals; units, currencies and price quantities out of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import CellFault, read_currency, read_decimal
from deminimis.model.findings import Finding
from deminimis.model.schema import TABLES, schema
from deminimis.readers.cells.currency_columns import with_currency_codes
from deminimis.readers.cells.mark_evidence import further_evidence, proven_mark
from deminimis.readers.cells.number_words import NumberColumn, read_number_words
from deminimis.readers.cells.shown_words import with_shown_words
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.headers import languages_of, read_header, roles_of
from deminimis.readers.tables.preamble import NOTHING_ABOVE, Preamble
from deminimis.units import grams, unit_name

QUANTITIES = ("quantity", "quantity_total", "batch_quantity", "pack_quantity")
MONEY = ("unit_value", "other_value", "line_value", "pack_value")
OTHERS = ("price_quantity", "mass_total", "loss_percent")
KIND = (
    {column.name: "number" for table in TABLES for column in schema()[table].values() if column.type == "number"}
    | dict.fromkeys(OTHERS, "number")
    | dict.fromkeys(QUANTITIES, "quantity")
    | dict.fromkeys(MONEY, "money")
    | {"low": "money", "typical": "money", "high": "money"}
)
"""Number roles and what their cells may hold besides digits."""
BESIDE = {
    "unit": QUANTITIES[:2],
    "mass_unit": ("mass", "mass_total"),
    "currency": (*MONEY, "typical"),
    "price_quantity": MONEY[:1],
}
"""Columns that words in the cells of others fill."""
DISAGREES = {
    "unit": "UNIT_DISAGREES",
    "mass_unit": "UNIT_DISAGREES",
    "currency": "CURRENCY_DISAGREES",
    "price_quantity": "PRICE_QUANTITY_DISAGREES",
}
HEADER_UNITS = {"mass_total": "mass_unit", "quantity_total": "unit"}
"""Columns whose unit in the header is that of another column."""
PRICED = ("unit_value", "low", "typical", "high", "pack_quantity", "price_quantity")
"""Columns that hold for one unit of the column of units."""
PER_UNIT = re.compile(r"(?:[A-Za-z]{3}|[€£$])?\s*(?:/|per|pro|je|por|每)\s*(?P<unit>[^\W\d_]+\d?)\.?", re.IGNORECASE)
SHARED_SIGN = r"(?i)[$¥]|\bkr\b|\blei\b|\bleu\b"
"""Signs whose currency the language of the headers says."""
UNIT_OF_BASIS = {"g_per_piece": "g", "wt_percent": "%", "value_percent": "%"}


@dataclass(frozen=True)
class PlainNumbers:
    """A sheet and a table with plain numbers, how their decimal mark was found, the mark, and what is to be told."""

    grid: Grid
    found: Found
    evidence: str = ""
    decimal: str = ""
    findings: tuple[Finding, ...] = ()


def with_plain_numbers(grid: Grid, found: Found, choices: Choices, preamble: Preamble = NOTHING_ABOVE) -> PlainNumbers:
    """Bring the number columns of a table to plain decimals.

    Parameters
    ----------
    grid : Grid
        The sheet.
    found : Found
        The table.
    choices : Choices
        May force the decimal mark.
    preamble : Preamble
        What stands above the table, whose numbers may show the mark.

    Returns
    -------
    PlainNumbers
        Units and currencies that stand in the cells fill blank cells of their own columns, which are added if missing.
    """
    first, last = found.header + 1, found.last(grid.height)
    found = _with_header_units(found)
    language = _language(grid, found)
    grid, found, told = with_currency_codes(grid, found, language)
    names = {role: index for role, index in found.roles.columns.items() if role in KIND}
    if not names or last <= first:
        return PlainNumbers(grid, found, findings=told)
    columns = {role: grid.text[index].slice(first, last - first) for role, index in names.items()}
    given = {role: grid.numbers[i].slice(first, last - first) for role, i in names.items()} if grid.numbers else None
    kinds = {role: KIND[role] for role in names}
    if found.canonical == "declarations":
        kinds |= dict.fromkeys(("low", "high"), "number")
    own = found.roles.columns.get("currency")
    currency = grid.text[own].slice(first, last - first) if own is not None else None
    read_by = partial(
        read_number_words,
        columns,
        kinds,
        given,
        decimal=choices.decimal,
        comma_hint=grid.comma_hint,
        language=language,
        rows=np.arange(first + 1, last + 1, dtype=np.int32),
        currencies={role: currency for role in names if kinds[role] == "money"} if currency is not None else None,
    )
    read = read_by()
    if any(fault.code == "NUMBER_AMBIGUOUS" for column in read.values() for fault in column.faults):
        further = further_evidence(grid, found, preamble, choices.quantity_basis)
        read = read_by(further=further) if further else read
    money = frozenset(role for role, kind in kinds.items() if kind == "money")
    read = with_shown_words(grid, names, money, read, first, language)
    evidence = next((column.evidence for column in read.values() if column.decimal), "")
    decimal = next((column.decimal for role, column in read.items() if role in QUANTITIES[:2]), "")
    decimal = proven_mark(grid, found, preamble, choices.quantity_basis, decimal) if preamble.unclear else decimal
    grid = _with_text(grid, names, columns, read, first)
    for role, others in BESIDE.items():
        grid, found = _filled(grid, found, role, others, read, first)
    misfits = (*_misfits(grid, found, columns, read, first), *_twice(grid, found, columns, first))
    return PlainNumbers(replace(grid, faults=(*grid.faults, *misfits)), found, evidence, decimal, told)


def _with_header_units(found: Found) -> Found:
    """Return the table with the units that headers of totals name: a total in kg is no total in g."""
    named: dict[str, str] = {}
    for role, companion in HEADER_UNITS.items():
        if role in found.roles.columns and companion not in {**found.roles.columns, **found.roles.constants}:
            unit = _header_unit(found, role)
            known = grams(unit) if companion == "mass_unit" else unit_name(unit)
            named |= {companion: unit} if known else {}
    if not named:
        return found
    return replace(found, roles=replace(found.roles, constants={**found.roles.constants, **named}))


def _header_unit(found: Found, role: str) -> str:
    return roles_of(read_header(found.roles.headers[role]))[1].strip()


def _with_text(
    grid: Grid,
    names: Mapping[str, int],
    columns: Mapping[str, pa.Array],
    read: Mapping[str, NumberColumn],
    first: int,
) -> Grid:
    text, faults = list(grid.text), list(grid.faults)
    for role, index in names.items():
        if read[role].text is not columns[role]:
            before, after = text[index].slice(0, first), text[index].slice(first + len(columns[role]))
            text[index] = pa.concat_arrays([before, read[role].text, after])
        faults += [_placed(fault, first, index) for fault in read[role].faults]
    return replace(grid, text=tuple(text), faults=tuple(faults))


def _placed(fault: CellFault, first: int, column: int) -> GridFault:
    return GridFault(fault.index + first, column, fault.code, fault.value, fault.details)


def _filled(
    grid: Grid, found: Found, role: str, others: tuple[str, ...], read: Mapping[str, NumberColumn], first: int
) -> tuple[Grid, Found]:
    """Return the sheet with the words that cells of other columns hold in a column of their own."""
    said: dict[int, str] = {}
    for other in (name for name in others if name in read):
        column = read[other]
        words = {"currency": column.currencies, "price_quantity": column.per}.get(role, column.units)
        said |= {row + first: word for row, word in words.items() if row + first not in said}
    if not said:
        return grid, found
    at = found.roles.columns.get(role)
    cells = [None] * grid.height if at is None else grid.text[at].to_pylist()
    constant = found.roles.constants.get(role)
    if constant and at is None:
        cells[first:] = [constant] * (grid.height - first)
    faults = []
    for row, word in said.items():
        own = "" if constant and at is None and role != "price_quantity" else (cells[row] or "").strip()
        if own and role in DISAGREES and not _same(role, own, word):
            faults.append(
                GridFault(row, at if at is not None else len(grid.text), DISAGREES[role], word, {"detail": own})
            )
        cells[row] = cells[row] if own else word
    new = pa.array(cells, pa.string())
    text = (*grid.text, new) if at is None else (*grid.text[:at], new, *grid.text[at + 1 :])
    numbers = (*grid.numbers, pa.nulls(grid.height, pa.float64())) if grid.numbers and at is None else grid.numbers
    wider = replace(grid, text=text, numbers=numbers, faults=(*grid.faults, *faults))
    if at is not None:
        return wider, found
    source = next(found.roles.headers[other] for other in others if other in found.roles.headers)
    roles = replace(
        found.roles,
        columns={**found.roles.columns, role: len(grid.text)},
        headers={**found.roles.headers, role: source},
        constants={name: unit for name, unit in found.roles.constants.items() if name != role},
    )
    return wider, replace(found, roles=roles)


def _same(role: str, own: str, word: str) -> bool:
    if role == "currency":
        return read_currency(own) == word
    if role == "price_quantity":
        return read_decimal(own) == read_decimal(word)
    return own.casefold() == word.casefold() or (unit_name(own) is not None and unit_name(own) == unit_name(word))


def _misfits(
    grid: Grid, found: Found, columns: Mapping[str, pa.Array], read: Mapping[str, NumberColumn], first: int
) -> Iterator[GridFault]:
    """Yield the numbers whose own words say another unit than they are read in, for a factor of 1000 may lie in it."""
    for role, column in read.items():
        at = found.roles.columns[role]
        for row in column.per if role != "unit_value" else ():
            yield GridFault(row + first, at, "NUMBER_NOT_READ", columns[role][row].as_py().strip())
        percents = _percents(columns[role]) if column.text is not columns[role] else {}
        said = {**percents, **_header_units(found, role, column), **column.units}
        for row, unit in sorted(said.items()):
            expected = _expected_unit(grid, found, role, row + first)
            if expected is not None and unit != expected and unit_name(unit) != unit_name(expected or "%"):
                yield GridFault(row + first, at, "UNIT_DISAGREES", unit, {"detail": expected or "none"})


def _twice(grid: Grid, found: Found, columns: Mapping[str, pa.Array], first: int) -> Iterator[GridFault]:
    """Yield the numbers that another column of the same name gives otherwise, for it is not known which one counts.

    Prices often stand twice, once for each distributor: the first counts, and the other is told as not used.
    """
    names = [read_header(cell).full for cell in grid.row(first - 1)[: len(grid.text)]]
    for role, text in columns.items():
        if role in MONEY:
            continue
        at = found.roles.columns[role]
        others = [
            i for i, name in enumerate(names) if name and name == names[at] and i not in found.roles.columns.values()
        ]
        for other in others:
            twin = grid.text[other].slice(first, len(text))
            differ = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(twin), pc.utf8_trim_whitespace(text)), False)
            for row in pc.indices_nonzero(differ).to_pylist():
                yield GridFault(row + first, at, "NUMBER_TWICE", twin[row].as_py(), {"detail": text[row].as_py()})


def _percents(text: pa.Array) -> dict[int, str]:
    """Return the rows that say per cent, a sign which the reading of numbers drops."""
    signed = pc.fill_null(pc.match_substring_regex(text, "[%％]"), False)
    return dict.fromkeys(pc.indices_nonzero(signed).to_pylist(), "%")


def _header_units(found: Found, role: str, column: NumberColumn) -> dict[int, str]:
    """Return the unit that the header names for every number of a column that no other column takes it from."""
    said = _header_unit(found, role)
    if role in ("unit_value", "low", "typical", "high") and (priced := PER_UNIT.fullmatch(said)):
        said = priced["unit"]
    elif role != "amount":
        return {}
    if unit_name(said) in (None, "pcs"):
        return {}
    return dict.fromkeys(pc.indices_nonzero(column.text.is_valid()).to_pylist(), said)


def _expected_unit(grid: Grid, found: Found, role: str, row: int) -> str | None:
    """Return the unit a number is read in, "" where it has none, None where another column or rule takes it up."""
    if role in (*QUANTITIES[:3], *BESIDE["mass_unit"]):
        return None
    if found.canonical == "declarations" or found.shape == "declarations":
        return UNIT_OF_BASIS.get(_said_beside(grid, found, "basis", row), "")
    if role in PRICED:
        return _said_beside(grid, found, "unit", row) or ("kg" if found.shape == "prices" else "pcs")
    return "%" if role.endswith("_percent") else ""


def _said_beside(grid: Grid, found: Found, role: str, row: int) -> str:
    at = found.roles.columns.get(role)
    return found.roles.constants.get(role, "") if at is None else (grid.text[at][row].as_py() or "").strip()


def _language(grid: Grid, found: Found) -> str:
    """Return the language of the headers: by their script, else by their words if a shared sign asks for it."""
    letters = np.array([ord(letter) for header in found.roles.headers.values() for letter in header] or [0])
    if ((letters >= 0x3040) & (letters <= 0x30FF)).any():
        return "ja"
    if ((letters >= 0xAC00) & (letters <= 0xD7A3)).any():
        return "ko"
    if ((letters >= 0x4E00) & (letters <= 0x9FFF)).any():
        return "zh"
    roles = found.roles
    asked = [grid.text[roles.columns[role]] for role in (*MONEY, "currency") if role in roles.columns]
    shared = roles.constants.get("currency", "") or any(
        pc.any(pc.match_substring_regex(column, SHARED_SIGN)).as_py() for column in asked
    )
    counts = languages_of(roles.headers.values()) if shared else {}
    return max(counts, key=lambda language: counts[language]) if counts else ""
