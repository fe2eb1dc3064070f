"""The small parts of an xlsx file, which are parsed: the list of sheets, where they stand, what else is carried."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

PART_LIMIT = 64 << 20
"""Bytes up to which a part is parsed."""
EXTERNAL_LINK = re.compile(r"xl/externallinks/externallink\d*\.xml")
BOOK, LINKS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
SKELETON = ("[Content_Types].xml", "_rels/.rels", BOOK, LINKS, STYLES)
"""What makes a workbook of a sheet, besides the shared texts."""


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """What a workbook carries besides its cells.

    Parameters
    ----------
    hidden_sheets : tuple of str
        Sheets that are hidden, also those that only a macro can show.
    has_macros : bool
        It holds a macro project.
    external_links : int
        Other workbooks its formulas refer to.
    date1904 : bool
        Days count from 1904-01-01.
    """

    hidden_sheets: tuple[str, ...] = ()
    has_macros: bool = False
    external_links: int = 0
    date1904: bool = False


def workbook_facts(data: bytes) -> WorkbookFacts:
    """Say what an xlsx file carries besides its cells; no sheet is unpacked.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    WorkbookFacts

    Raises
    ------
    ValueError
        Its list of sheets holds a document type or is larger than sane.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.casefold() for name in archive.namelist()}
        book = parsed_part(archive, BOOK)
    hidden = [sheet.get("name", "") for sheet in _sheets(book) if sheet.get("state", "visible") != "visible"]
    links = sum(EXTERNAL_LINK.fullmatch(name) is not None for name in names)
    return WorkbookFacts(tuple(hidden), "xl/vbaproject.bin" in names, links, counts_from_1904(book))


def counts_from_1904(book: ElementTree.Element) -> bool:
    """Return whether a workbook, by the root of its list of sheets, counts days from 1904-01-01."""
    properties = (node for node in book.iter() if node.tag.rpartition("}")[2] == "workbookPr")
    return any(node.get("date1904", "0") in ("1", "true") for node in properties)


def _sheets(book: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (node for node in book.iter() if node.tag.rpartition("}")[2] == "sheet")


class _PlainTree(ElementTree.TreeBuilder):
    """Builds a tree of XML without a document type, which alone can declare entities that grow without end."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        raise ValueError("its XML declares a document type")


def parsed_part(archive: zipfile.ZipFile, member: str) -> ElementTree.Element:
    """Parse a small part of a workbook.

    Parameters
    ----------
    archive : ZipFile
        The workbook.
    member : str
        Name of the part.

    Returns
    -------
    Element
        Its root.

    Raises
    ------
    ValueError
        It unpacks to more than `PART_LIMIT` bytes, whatever the file says of it, or declares a document type.
    """
    with archive.open(member) as stream:
        xml = stream.read(PART_LIMIT + 1)
    if len(xml) > PART_LIMIT:
        raise ValueError(f"{member} is larger than {PART_LIMIT >> 20} MiB")
    return ElementTree.fromstring(xml, ElementTree.XMLParser(target=_PlainTree()))


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheets' names and where they stand in the file, in the order of the workbook.

    Parameters
    ----------
    archive : ZipFile
        An xlsx file.

    Returns
    -------
    dict
        Chart sheets and sheets without a part of their own are left out.

    Raises
    ------
    ValueError
        Its list of sheets holds a document type or is larger than sane.
    """
    book, links = parsed_part(archive, BOOK), parsed_part(archive, LINKS)
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names = set(archive.namelist())
    found = {}
    for sheet in _sheets(book):
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = targets.get(link, "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in names:
            found[sheet.get("name", "")] = member
    return found
