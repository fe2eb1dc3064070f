"""Suppliers of a part with their shares, and origins as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from deminimis.content.claims import Source
from deminimis.model import Bom
from deminimis.reference import country_code


def origin_of(text: str | None, unknown: Callable[[str, str], None]) -> str:
    """Return the ISO code of a country as written; blank for none.

    `unknown` is told the finding's code and the word where it is no country, or NA, which may mean one or none.
    """
    if not text:
        return ""
    code = country_code(text)
    if code is None:
        unknown("COUNTRY_NOT_KNOWN", text)
        return ""
    if text.strip().upper() == "NA":
        unknown("COUNTRY_NAMIBIA", text)
    return code


def read_sourcing(bom: Bom, codes: list[int], unknown: Callable[[int, str, str], None]) -> Mapping[int, list[Source]]:
    """Return the suppliers of every part with their shares, in the order of the rows.

    Parameters
    ----------
    bom : Bom
    codes : list of int
        Code of the part of each row of `sourcing`, -1 where it is in no structure.
    unknown : callable
        Told the row, the finding's code and the word for each that is no country.
    """
    shares = bom.numbers("sourcing", "share_percent", exact=True)
    sources: dict[int, list[Source]] = {}
    table: list[dict[str, Any]] = bom.sourcing.select(["supplier", "origin"]).to_pylist()
    for row, (code, record) in enumerate(zip(codes, table, strict=True)):
        if code >= 0:
            origin = origin_of(record["origin"], partial(unknown, row))
            sources.setdefault(code, []).append(Source(record["supplier"] or "", shares[row] / 100, origin))
    return sources
