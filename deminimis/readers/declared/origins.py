"""Origins from smelter lists, filled in where declarations leave them blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from deminimis.model import Bom, Finding, finding
from deminimis.readers.declared.result import SmelterOrigins
from deminimis.reference import NO_MATERIAL, material_id


def apply_origins(bom: Bom, origins: Iterable[SmelterOrigins]) -> Bom:
    """Fill the blank origins of declarations from what their suppliers say of their smelters.

    Parameters
    ----------
    bom : Bom
    origins : iterable of SmelterOrigins

    Returns
    -------
    Bom
        A blank origin is filled only where every rare-earth smelter of all templates that concern the declaration is
        named and in one and the same country. A stated origin is never changed. The findings say how many were filled.

    Notes
    -----
    A template of company scope concerns the declarations of that supplier, one with a product list those of the parts
    listed, unless they name another supplier. The smelter's country stands for the origin, because smelting and
    separation change the tariff heading; Announcement 61 of 2025 does not define origin (law notes 6 h).
    """
    known = tuple(origins)
    if not known or not len(bom.declarations):
        return bom
    table = bom.declarations
    columns = ("part_number", "supplier", "material", "material_origin")
    filled: dict[int, tuple[str, SmelterOrigins]] = {}
    for row, record in enumerate(table.select(columns).to_pylist()):
        found = _origin(record, known)
        if found is not None:
            filled[row] = found
    if not filled:
        return bom
    old = table["material_origin"].to_pylist()
    new = pa.array([filled[row][0] if row in filled else old[row] for row in range(len(old))], pa.string())
    at = table.schema.get_field_index("material_origin")
    changed = table.set_column(at, table.schema.field(at), new)
    return replace(bom, declarations=changed, findings=(*bom.findings, *_told(list(filled.values()))))


def _origin(record: dict[str, Any], known: Sequence[SmelterOrigins]) -> tuple[str, SmelterOrigins] | None:
    if record["material_origin"] or material_id(record["material"] or "") in (None, NO_MATERIAL):
        return None
    concerned = [origins for origins in known if _concerns(origins, record)]
    countries = {country for origins in concerned for country in origins.countries}
    if len(countries) != 1 or "" in countries:
        return None
    return next(iter(countries)), concerned[0]


def _concerns(origins: SmelterOrigins, record: dict[str, Any]) -> bool:
    same = _plain(record["supplier"]) == _plain(origins.supplier) != ""
    if origins.scope == "company":
        return same
    return record["part_number"] in origins.part_numbers and (same or not _plain(record["supplier"]))


def _plain(supplier: str | None) -> str:
    return " ".join((supplier or "").casefold().split())


def _told(filled: list[tuple[str, SmelterOrigins]]) -> Iterable[Finding]:
    for country, origins in dict.fromkeys(filled):
        count = filled.count((country, origins))
        value = origins.supplier or origins.file
        place: dict[str, Any] = {
            "file": origins.file,
            "sheet": "Smelter List",
            "row": origins.rows[0] if origins.rows else 0,
        }
        yield finding("ORIGIN_FROM_SMELTERS", **place, column="E", value=value, count=count, detail=country)
