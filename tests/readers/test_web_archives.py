"""Web archives (MHTML), as spreadsheet programs save "Single file web page"; the samples are written here."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path

import pytest

from deminimis.errors import InputError
from deminimis.readers import inspect_file, read_bom
from deminimis.readers.files.files import kind_of
from deminimis.readers.files.web_archives import LARGEST, pages_of
from tests.readers.sample_books import make_text

ROWS = "<tr><td>Part number</td><td>Größe</td><td>Qty</td></tr><tr><td>00123</td><td>M5 ≤ 3</td><td>4</td></tr>"
PAGE = f"<html><body><table>{ROWS}</table></body></html>"
FIRST = """<html><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Pump &amp; fan</x:Name>
<x:WorksheetSource HRef="book_files/sheet001.htm"/></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook>
</xml></html>"""
TABS = "<html><body><table><tr><td><a href=sheet001.htm>Pump</a></td></tr></table></body></html>"


def part(page: str, location: str = "", way: str = "quoted-printable", charset: str = "utf-8") -> bytes:
    data = page.encode(charset)
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": bytes}[way](data)
    head = f"Content-Location: {location}\r\nContent-Transfer-Encoding: {way}\r\n"
    head += f'Content-Type: text/html; charset="{charset}"'
    return head.encode() + b"\r\n\r\n" + body + b"\r\n"


def archive(*parts: bytes, end: bytes = b"--=_Next--\r\n") -> bytes:
    head = (
        b'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="=_Next"\r\n\r\n'
    )
    return head + b"".join(b"--=_Next\r\n" + one for one in parts) + end


@pytest.mark.parametrize("way", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("name", ["bom.mht", "bom.xls"])
def test_the_table_of_the_page_is_read(tmp_path: Path, way: str, name: str) -> None:
    path = make_text(tmp_path, archive(part(PAGE, way=way)), name)
    bom = read_bom(path)
    assert bom.lines["child"].to_pylist() == ["00123"]
    assert bom.lines["quantity"].to_pylist() == [4.0]
    assert ("NAME_SAYS_OTHERWISE" in {f.code for f in bom.findings}) == (name == "bom.xls")


def test_the_encoding_is_that_of_the_part(tmp_path: Path) -> None:
    page = "<table><tr><td>品番</td><td>数量</td></tr><tr><td>ポンプ-1</td><td>2</td></tr></table>"
    bom = read_bom(make_text(tmp_path, archive(part(page, charset="cp932")), "bom.mht"))
    assert bom.lines["child"].to_pylist() == ["ポンプ-1"]


def test_each_sheet_of_a_workbook_is_a_page_with_its_name(tmp_path: Path) -> None:
    parts = part(FIRST, "file:///C:/book.htm"), part(TABS, "file:///C:/book_files/tabstrip.htm")
    path = make_text(tmp_path, archive(*parts, part(PAGE, "file:///C:/book_files/sheet001.htm")), "bom.mht")
    assert [(table.sheet, table.used) for table in inspect_file(path).tables] == [("Pump & fan", 1)]


def test_tables_of_pages_without_name_are_numbered_through(tmp_path: Path) -> None:
    other = PAGE.replace("00123", "B-7")
    path = make_text(tmp_path, archive(part(PAGE), part(other)), "bom.mht")
    assert [table.sheet for table in inspect_file(path).tables] == ["table 1", "table 2"]


def test_pictures_and_styles_beside_the_page_are_no_tables() -> None:
    picture = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    assert len(pages_of("bom.mht", archive(picture, part(PAGE)))) == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive(part("<html><p>no rows</p></html>")), "without a table"),
        (archive(part(PAGE), end=b""), "cut off or damaged"),
        (archive(part(PAGE)).replace(b"--=_Next\r\n", b""), "cut off or damaged"),
        (
            archive(part(PAGE, way="base64")).replace(b"=\r\n\r\n--", b"\r\n\r\n--").replace(b"PGh", b"PG!", 1),
            "damaged",
        ),
        (archive(part(PAGE), b"Content-Disposition: attachment; filename=a.xlsx\r\n\r\nPK\r\n"), "attached files"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "cut off or damaged"),
    ],
)
def test_an_archive_that_cannot_be_read_whole_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    assert kind_of("bom.mht", data) == "mhtml"
    with pytest.raises(InputError, match=why) as refused:
        read_bom(make_text(tmp_path, data, "bom.mht"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("pages", [0, 3, 2001])
def test_many_pages_and_headers_of_no_sense(pages: int) -> None:
    table = b"Content-Type: text/html\r\n\r\n<table><tr><td>A</table>\r\n"
    if pages == 3:
        assert len(pages_of("bom.mht", archive(*[table] * pages))) == pages
        return
    with pytest.raises(InputError, match="more than 2000 pages" if pages else "without a table"):
        pages_of("bom.mht", archive(*[table] * pages, b"Content-Type: text/html; charset*=x'y'z%\r\n\r\n\r\n"))


def test_messages_deep_in_each_other_are_refused() -> None:
    nested = b"MIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 5000
    with pytest.raises(InputError, match="web archive"):
        pages_of("bom.mht", nested)


def test_a_page_in_no_encoding_is_refused(tmp_path: Path) -> None:
    data = archive(part("<table><tr><td>\0</td></tr></table>", way="base64"))
    with pytest.raises(InputError, match="no encoding"):
        read_bom(make_text(tmp_path, data, "bom.mht"))


def test_an_archive_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="of more than 200 MiB"):
        pages_of("bom.mht", bytes(LARGEST + 1))
