"""What each format calls its elements and attributes: one table, so that another spelling is a row and no code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from deminimis.readers.declared.xml_tree import Element
from deminimis.reference import sourced_rows


@cache
def names(form: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of every role in one format, those that all formats share among them.

    Parameters
    ----------
    form : str
        ipc1752, iec62474 or amrt.

    Examples
    --------
    >>> names("ipc1752")["number"], names("iec62474")["supplier"]
    (('itemNumber',), ('SupplyCompany',))
    """
    rows = sourced_rows(__package__, "names.csv")
    return {row["role"]: tuple(row["names"].split("|")) for row in rows if row["format"] in ("*", form)}


def attribute(element: Element | None, wanted: Iterable[str]) -> str:
    """Return the first of the named attributes that says something, "" if none does."""
    if element is None:
        return ""
    return next((element.attributes[name] for name in wanted if element.attributes.get(name)), "")


def child(element: Element, wanted: Iterable[str]) -> Element | None:
    """Return the first child of one of the names."""
    known = tuple(wanted)
    return next((below for below in element.children if below.name in known), None)
