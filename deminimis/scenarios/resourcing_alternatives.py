"""Alternatives of parts: who could deliver them, at what price, with what in them, and the bill with some chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deminimis.errors import QuestionError
from deminimis.model import Bom, Finding, finding
from deminimis.readers.side_rows import SideTable
from deminimis.readers.side_tables import read_side_table
from deminimis.scenarios.edited import rows_where, with_cells, with_rows, without_rows

DECLARED = ("material", "amount", "low", "high", "basis", "material_origin", "evidence")


@dataclass(frozen=True, slots=True)
class DeclaredContent:
    """One material in one piece, in the words of the table of declarations; `none` says there is nothing in it."""

    material: str
    amount: float | None = None
    low: float | None = None
    high: float | None = None
    basis: str | None = None
    material_origin: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one supplier offers in place of a part as it is bought today.

    Parameters
    ----------
    part_number, supplier : str
    unit_value : float
        Price of one unit [currency].
    currency : str
        ISO code; blank is the base currency.
    contents : tuple of DeclaredContent
        All that counts in it; empty for what the part contains today, from `material_origin`.
    material_origin : str
        Country, blank for unknown; only without `contents`.
    capacity : float or None
        Pieces in a year; None for as many as wanted.
    row : int
        Where it stands in its table; 0 for nowhere.
    """

    part_number: str
    supplier: str
    unit_value: float
    currency: str = ""
    contents: tuple[DeclaredContent, ...] = ()
    material_origin: str = ""
    capacity: float | None = None
    row: int = 0

    @property
    def words(self) -> str:
        """What is in it, in words."""
        if not self.contents:
            return f"as today, from {self.material_origin or 'unknown origin'}"
        if any(content.material == "none" for content in self.contents):
            return "none"
        return ", ".join(f"{c.material.replace('_', ' ')} from {c.material_origin or 'unknown'}" for c in self.contents)


@dataclass(frozen=True)
class Alternatives:
    """Alternatives read: those that can be used, and what was found on the way."""

    given: tuple[Alternative, ...]
    findings: tuple[Finding, ...] = ()


def read_alternatives(given: str | Path | Iterable[Alternative] | Any) -> Alternatives:
    """Read alternatives from a file, a table in memory, or take those given.

    Parameters
    ----------
    given : str, Path, iterable of Alternative, or whatever `pyarrow.table` accepts
        Rows of one part and one supplier are one alternative with several materials.

    Returns
    -------
    Alternatives
        Without those in whose rows there is an error.

    Raises
    ------
    QuestionError
        There is none, or one supplier offers a part twice on different terms.
    InputError
        The file cannot be used at all.
    """
    if isinstance(given, str | Path | Mapping) or hasattr(given, "__arrow_c_stream__"):
        table = read_side_table(given, "alternatives")
        read = Alternatives(*_of_rows(table))
    else:
        read = Alternatives(_once(tuple(given)))
    if not read.given:
        raise none_usable(read.findings)
    return read


def none_usable(findings: Iterable[Finding]) -> QuestionError:
    """Return what to raise where no alternative can be used, with the first reason why."""
    error = next((found for found in findings if found.severity == "error"), None)
    where = f", row {error.row}" if error and error.row else ""
    said = f" ({error.message}{where})" if error else ""
    return QuestionError(f"there is no alternative that can be used{said}: give one row for each offer of a supplier.")


def _of_rows(table: SideTable) -> tuple[tuple[Alternative, ...], tuple[Finding, ...]]:
    findings = list(table.findings)
    offers: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    # An offer with a damaged row is not known in full: what is in it might be the row that is missing.
    spoilt = {(row["part_number"], row["supplier"]) for row in table.refused}
    for row in table.rows:
        if not row["supplier"]:
            place: dict[str, Any] = {"file": table.file, "sheet": table.sheet, "row": row["row"], "column": "supplier"}
            findings.append(finding("ID_MISSING", **place, part_number=row["part_number"]))
        elif (row["part_number"], row["supplier"]) not in spoilt:
            offers.setdefault((row["part_number"], row["supplier"]), []).append(row)
    found = []
    for rows in offers.values():
        offer = _offer(rows)
        if offer is None:
            place = {"file": table.file, "sheet": table.sheet, "row": rows[0]["row"], "column": "unit_value"}
            about = f"{rows[0]['part_number']} from {rows[0]['supplier']}"
            findings.append(finding("ALTERNATIVE_WITHOUT_PRICE", **place, value=about))
        else:
            found.append(offer)
    return tuple(found), tuple(findings)


def _offer(rows: list[Mapping[str, Any]]) -> Alternative | None:
    """Return the alternative that some rows make, None without a price.

    Raises
    ------
    QuestionError
    """
    first = rows[0]
    part_number, supplier = first["part_number"], first["supplier"]
    said = {
        name: {row[name] for row in rows if row[name] is not None} for name in ("unit_value", "currency", "capacity")
    }
    for name, values in said.items():
        if len(values) > 1:
            raise _contradiction(part_number, supplier, f"{name} is {' and '.join(map(str, sorted(values)))}", rows)
    one = {name: next(iter(values), None) for name, values in said.items()}
    if one["unit_value"] is None:
        return None
    contents = tuple(
        dict.fromkeys(DeclaredContent(*(row[name] for name in DECLARED)) for row in rows if row["material"])
    )
    names = [content.material for content in contents]
    mixed = bool(contents) and any(not row["material"] for row in rows)
    if mixed or len(set(names)) < len(names) or ("none" in names and len(names) > 1):
        raise _contradiction(part_number, supplier, "its rows say different things of what is in it", rows)
    origins = {row["material_origin"] for row in rows if not row["material"]}
    if len(origins) > 1:
        raise _contradiction(part_number, supplier, "the material comes from two countries", rows)
    origin, currency = next(iter(origins), None) or "", one["currency"] or ""
    price, capacity = float(one["unit_value"]), one["capacity"]
    return Alternative(part_number, supplier, price, currency, contents, origin, capacity, first["row"])


def _contradiction(part_number: str, supplier: str, what: str, rows: Iterable[Mapping[str, Any]]) -> QuestionError:
    where = " and ".join(str(row["row"]) for row in rows)
    return QuestionError(
        f"the alternatives of {part_number} from {supplier} contradict each other (rows {where}): {what}; keep one, or "
        "give the other offer a name of its own.",
        part_number=part_number,
    )


def _once(given: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Return alternatives in their order, each once.

    Raises
    ------
    QuestionError
    """
    seen: dict[tuple[str, str], Alternative] = {}
    for one in given:
        if not one.supplier.strip() or not one.unit_value > 0:
            raise QuestionError(
                f"an alternative of {one.part_number} needs a supplier and a price above zero, not "
                f"{one.supplier!r} and {one.unit_value}.",
                part_number=one.part_number,
            )
        other = seen.setdefault((one.part_number, one.supplier), one)
        if other != one:
            raise _contradiction(
                one.part_number, one.supplier, "two different offers", [{"row": x.row} for x in (other, one)]
            )
    return tuple(seen.values())


def with_alternatives(bom: Bom, chosen: Iterable[Alternative], assemblies: frozenset[str], base: str) -> Bom:
    """Return the bill with some parts bought as alternatives offer them.

    Parameters
    ----------
    bom : Bom
    chosen : iterable of Alternative
        At most one for each part.
    assemblies : frozenset of str
        Parts with lines: what is said of one covers everything beneath it.
    base : str
        The base currency, which is written down: counted anew, new prices might make it another.

    Returns
    -------
    Bom
        The part has the supplier and the price offered; its declarations are replaced by the content offered, or lose
        supplier and origin where the content stays.
    """
    if not len(bom.rates) and base:
        bom = with_rows(bom, "rates", [{"currency": base, "per_base": 1.0}])
    for one in chosen:
        number = one.part_number
        cells = {"unit_value": one.unit_value, "currency": one.currency or None, "supplier": one.supplier}
        records, declared = (
            rows_where(bom, "parts", part_number=number),
            rows_where(bom, "declarations", part_number=number),
        )
        if len(records):
            bom = with_cells(bom, "parts", records, {**cells, "price_date": None})
        else:
            bom = with_rows(bom, "parts", [{"part_number": number, **cells}])
        bom = without_rows(bom, "sourcing", rows_where(bom, "sourcing", part_number=number))
        if one.contents:
            bom = without_rows(bom, "declarations", declared)
            bom = with_rows(bom, "declarations", list(_declarations(one, number in assemblies)))
        else:
            bom = with_cells(bom, "declarations", declared, {"material_origin": None, "supplier": None})
            sole = {"part_number": number, "supplier": one.supplier, "share_percent": 100.0}
            bom = with_rows(bom, "sourcing", [{**sole, "origin": one.material_origin or None}])
    return bom


def _declarations(one: Alternative, is_assembly: bool) -> Iterator[dict[str, Any]]:
    for content in one.contents:
        cells = {name: getattr(content, name) for name in DECLARED}
        yield {
            "part_number": one.part_number,
            **cells,
            "supplier": one.supplier,
            "currency": one.currency or None,
            "scope": "whole" if is_assembly else "own",
        }
