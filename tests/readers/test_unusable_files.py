from __future__ import annotations

import io
import random
import zipfile
from functools import partial

import pytest

from deminimis.errors import InputError, LayoutError
from deminimis.readers import inspect_file, read_bom
from deminimis.readers.files.files import ENCRYPTED, OLE2
from tests.readers.sample_books import make_book, make_text


@pytest.fixture
def book(tmp_path):
    return partial(make_book, tmp_path)


@pytest.fixture
def text(tmp_path):
    return partial(make_text, tmp_path)


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


CORRUPT = zipped({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": "x" * 1000})
BAD = {
    "empty": (b"", "is empty"),
    "password": (OLE2 + bytes(600) + ENCRYPTED + bytes(600), "protected with a password"),
    "broken old workbook": (OLE2 + bytes(4000), "is damaged"),
    "cut zip": (CORRUPT[: len(CORRUPT) // 2], "is damaged"),
    "corrupt workbook": (CORRUPT, "is damaged"),
    "other zip": (zipped({"readme.txt": "x"}), "is a zip file but no spreadsheet"),
    "noise": (random.Random(1).randbytes(10 << 20), "is neither a spreadsheet nor delimited text"),
    "pdf": (b"%PDF-1.7\n\x00\x01\x02\xff\xfe" * 50, "is neither a spreadsheet nor delimited text"),
    "bad utf-16": (b"\xff\xfe\x00\xd8\x00", "begins as utf-16 text but is not"),
    "huge cell": (b'part_number,quantity\n"' + b"x" * (2 << 20) + b'",1\n', "is no delimited text"),
}


@pytest.mark.parametrize("read", [read_bom, inspect_file])
@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_one_sentence(tmp_path, name, read):
    content, why = BAD[name]
    path = tmp_path / "bom.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=why) as refused:
        read(path)
    message = str(refused.value)
    assert message.startswith("bom.xlsx ")
    assert message.endswith(".")
    assert "\n" not in message
    assert refused.value.file == "bom.xlsx"
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_directories_and_missing_files(tmp_path):
    with pytest.raises(InputError, match="is a directory"):
        read_bom(tmp_path)
    with pytest.raises(InputError, match=r"gone\.xlsx does not exist"):
        read_bom(tmp_path / "gone.xlsx")
    with pytest.raises(InputError, match="cannot be opened"):
        read_bom("a\0b")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(210):
                member.write(bytes(1 << 20))
    with pytest.raises(InputError, match="would unpack to 210 MiB"):
        read_bom(path)


@pytest.mark.parametrize("reference", ['r="ZZZZ99999999"', 'r="XFD1048576"', "r='zz999999'", 'r="Ktrue1"'])
def test_a_stray_cell_far_out_is_refused_before_memory_is_allotted(tmp_path, reference):
    path = make_book(tmp_path, {"lines": [["parent", "child", "quantity"], ["A", "B", 1]]})
    changed = tmp_path / "stray.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            stray = b"<c " + reference.encode() + b"><v>1</v></c></row></sheetData>"
            new.writestr(name, content.replace(b"</row></sheetData>", stray))
    with pytest.raises(InputError, match="a sheet spans"):
        read_bom(changed)


def test_wide_sheets_are_read(book):
    header = ["parent", "child", "quantity", *(f"extra {number}" for number in range(60))]
    assert len(read_bom(book({"lines": [header, ["A", "B", 1, *["x"] * 60]]})).lines) == 1


def test_a_file_without_table_cannot_be_read_but_can_be_inspected(text, book):
    prose = text("To whom it may concern\nnothing, here\n")
    with pytest.raises(LayoutError, match="holds no table this reads"):
        read_bom(prose)
    [table] = inspect_file(prose).tables
    assert (table.layout, table.rows, table.used) == ("none", 2, 0)
    with pytest.raises(LayoutError, match="holds no cells"):
        read_bom(book({"a": []}))


def test_the_content_counts_not_the_name(book):
    path = book({"lines": [["parent", "child", "quantity"], ["A", "B", 1]]}, "bom.csv")
    assert read_bom(path).lines["child"].to_pylist() == ["B"]
