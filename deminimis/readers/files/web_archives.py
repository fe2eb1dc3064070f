"""Web archives (MHTML, "Single file web page"): a message whose parts are the pages of a workbook, one per sheet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import Message

from deminimis.readers.files.files import refuse
from deminimis.readers.files.html_tables import SAVE_AGAIN
from deminimis.readers.grid import Grid

LARGEST = 200 << 20
"""Bytes of an archive: each of its lines is looked at on its own."""
PAGES_LIMIT = 2000
"""Pages of one archive; each takes some milliseconds, however little it holds."""
CUT = (
    CloseBoundaryNotFoundDefect,
    StartBoundaryNotFoundDefect,
    NoBoundaryInMultipartDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)
"""Defects with which a part may be missing, or a piece of one."""
TABLE = re.compile(rb"<table[\s>]", re.IGNORECASE)
SHEET = re.compile(
    r"<x:ExcelWorksheet>\s*<x:Name>([^<]*)</x:Name>\s*<x:WorksheetSource\s+HRef=\"(?:[^\"]*[/:])?([^\"/:]+)\"", re.I
)
"""Where the first page of a workbook says which page is which sheet."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a web archive: its bytes, the encoding that its part names, and the sheet it is, "" if not known."""

    data: bytes
    encoding: str = ""
    sheet: str = ""


def pages_of(name: str, data: bytes) -> tuple[Page, ...]:
    """Return the pages with tables of a web archive.

    Parameters
    ----------
    name : str
        File name.
    data : bytes
        The archive.

    Returns
    -------
    tuple of Page

    Raises
    ------
    InputError
        The archive is too large, cut off or damaged, holds attached files, or no page with a table.

    Examples
    --------
    >>> head = b"MIME-Version: 1.0\\nContent-Type: multipart/related; boundary=x\\n\\n--x\\n"
    >>> body = b"Content-Type: text/html; charset=gbk\\n\\n<table><tr><td>A</table>\\n--x--\\n"
    >>> [page] = pages_of("a.mht", head + body)
    >>> page.encoding, b"<td>A" in page.data
    ('gbk', True)
    """
    if len(data) > LARGEST:
        raise refuse(name, f"is a web archive (MHTML) of more than {LARGEST >> 20} MiB", SAVE_AGAIN)
    try:
        message = message_from_bytes(data)
        pages = None if _is_attached(message) else _pages(message)
        whole = not any(isinstance(defect, CUT) for part in message.walk() for defect in part.defects)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # what headers of no sense raise
        pages, whole = [], False
    if not whole:
        raise refuse(name, "is a web archive (MHTML) that is cut off or damaged", "save it again, or as .xlsx")
    if pages is None:
        raise refuse(name, "is a message with attached files", "save the file with the table, and name that")
    if not 0 < len(pages) <= PAGES_LIMIT:
        many = f"of more than {PAGES_LIMIT} pages" if pages else "without a table"
        raise refuse(name, f"is a web archive (MHTML) {many}", SAVE_AGAIN)
    return tuple(pages)


def _is_attached(message: Message) -> bool:
    return any(part.get_content_disposition() == "attachment" for part in message.walk())


def _pages(message: Message) -> list[Page]:
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    contents = [(part, _content(part)) for part in parts]
    sheets = dict(found for _, content in contents for found in _sheets(content))
    pages = [
        Page(content, part.get_content_charset() or "", sheets.get(_file_of(part), ""))
        for part, content in contents
        if TABLE.search(content)
    ]
    # the page of tabs, which lists the sheets, is no sheet
    return [page for page in pages if page.sheet] or pages


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _sheets(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the page and the name of every sheet that the first page of a workbook lists."""
    if b"ExcelWorksheet>" in content:
        for name, page in SHEET.findall(content.decode("utf-8", "replace")):
            yield page.casefold(), html.unescape(name)


def _file_of(part: Message) -> str:
    return re.split(r"[/\\:]", str(part.get("Content-Location", "")).strip())[-1].casefold()


def named(grids: tuple[Grid, ...], page: Page, tables_before: int) -> tuple[Grid, ...]:
    """Return the tables of a page under the name of its sheet, or numbered on through all pages.

    Parameters
    ----------
    grids : tuple of Grid
        The tables.
    page : Page
        Whose they are.
    tables_before : int
        Tables of the pages before.

    Returns
    -------
    tuple of Grid
    """
    if len(grids) == 1 and page.sheet:
        return (replace(grids[0], sheet=page.sheet),)
    before = f"{page.sheet} " if page.sheet else ""
    first = 1 if page.sheet else tables_before + 1
    return tuple(replace(grid, sheet=f"{before}table {number}") for number, grid in enumerate(grids, first))
