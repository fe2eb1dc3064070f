from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.errors import InputError
from deminimis.readers.files.delimited import read_delimited, read_text
from deminimis.readers.files.encodings import decode
from deminimis.readers.files.files import OLE2, FileRead, kind_of, read_file, said_by_name
from deminimis.readers.files.printed_lists import printed_records
from deminimis.readers.files.records import plain_columns, read_records
from tests.readers.sample_books import write_book


def as_file(content, encoding="utf-8", name="bom.csv"):
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return FileRead(name, data, hashlib.sha256(data).hexdigest(), kind_of(name, data))


def read(content, encoding="utf-8"):
    return read_text(as_file(content, encoding))


def rows(grid):
    return [grid.row(index) for index in range(grid.height)]


SAMPLES = {
    "cp932": [
        "品番,品名,数量\nM-100,モータ,2\nM-101,磁石,4\n",
        "part_number,description,quantity\nA1,ネオジム磁石,3\n",
    ],
    "gb18030": ["零件号,名称,数量\nA1,电机,1\nA2,永磁体,4\n", "part_number,description\nA1,传感器\nA2,轴承\n"],
    "cp949": ["품번,품명,수량\nA1,모터,1\nA2,나사,4\n", "part_number,description\nA1,영구자석\nA2,베어링\n"],
    "cp1251": ["Обозначение;Наименование;Количество\nА1;Двигатель;1\n", "part,description\nA1,Подшипник\n"],
    "cp1250": ["Numer części;Nazwa;Ilość\nA1;Śruba;8\nA2;Łożysko kulkowe;2\n"],
    "iso-8859-2": ["Numer części;Nazwa;Ilość\nA1;Śruba;8\nA2;Łożysko kulkowe;2\n"],
    "cp1252": ["Stufe;Artikelnummer;Bezeichnung;Menge\n0;A;Größe;1\n1;B;Gehäuse;4\n", "Référence;Quantité\nÉcrou;2\n"],
    "utf-16-le": ["品番,数量\nA,1\n", "part;quantity\nA;1\n"],
    "utf-16-be": ["part\tquantity\nGröße\t1\n"],
    "utf-32": ["part,quantity\nA,1\n"],
}


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in SAMPLES.items() for text in texts])
def test_encodings_are_told_apart(encoding, text):
    found = decode(text.encode(encoding))
    assert (found.text, found.encoding, found.certain, found.damaged) == (text, encoding, True, False)


def test_a_word_that_two_encodings_could_spell_is_a_finding():
    [told] = read("part;name;quantity\nA;Wał;1\n", "cp1250").findings
    assert (told.code, told.severity, told.file) == ("ENCODING_GUESSED", "warning", "bom.csv")
    assert "Wa" in told.message


def test_ascii_and_a_stated_encoding_need_no_guess():
    assert decode(b"A,B").encoding == "ascii"
    assert decode("电".encode("gb18030"), "GB2312").text == "电"
    assert decode("Größe".encode(), "gb2312").encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_cut_characters_are_errors_of_their_cell_and_replaced_by_nothing_else(encoding):
    good = "零件号,名称,数量\n" + "A1,永磁体电机总成,4\n" * 9
    found = read(good.encode(encoding) + b"B," + "电".encode(encoding)[:-1] + b",2\n")
    assert [f.code for f in found.findings] == ["TEXT_DAMAGED"]
    [grid] = found.grids
    [fault] = grid.faults
    assert (fault.row, fault.column, fault.code) == (10, 1, "TEXT_NOT_DECODED")
    assert grid.row(10)[2] == "2"


@pytest.mark.parametrize(
    "bad", [b"part,quantity\nA,1\0\n", b"\xef\xbb\xbf\xff\xff\xff\xff", b"a,b\n" + b"\x81\xff" * 40]
)
def test_text_in_no_encoding_is_refused(bad):
    with pytest.raises(InputError, match="save it again as UTF-8"):
        read_text(FileRead("bom.csv", bad, "", "text"))


def test_a_first_line_names_the_delimiter():
    found = read("sep=;\na;b,c\n1;2,5\n")
    assert (found.delimiter, rows(found.grids[0])) == (";", [["sep=", ""], ["a", "b,c"], ["1", "2,5"]])


def test_known_column_names_outweigh_decimal_commas():
    text = "part_number;quantity\n" + "".join(f"A{n};1,{n}\n" for n in range(20)) + "\n" * 3
    assert read(text).delimiter == ";"


def test_a_row_wider_than_the_header_is_a_fault_of_its_part():
    [grid] = read("parent,child,description,quantity\nA,B,Screw, M3,2\nA,C,Nut,1,\nA,D\n").grids
    assert [(f.row, f.column, f.code, f.value) for f in grid.faults] == [(1, 1, "ROW_TOO_WIDE", "2")]


def test_comments_above_the_header_stay_and_below_it_are_told():
    found = read("# sample\nparent,child,quantity\nA,#7,1\n# old\n#7,B,2\n#gone\n")
    assert rows(found.grids[0])[3:] == [["", "", ""], ["#7", "B", "2"], ["", "", ""]]
    assert [(f.code, f.row, f.value) for f in found.findings] == [
        ("ROW_SKIPPED", 4, "a comment"),
        ("ROW_SKIPPED", 6, "a comment"),
    ]


def test_a_lone_quote_swallows_no_other_row():
    text = 'parent,child,quantity\nA,"3 pipe,1\nA,"two\nlines",2\n' + "A,C,3\n" * 50_000
    found = read(text)
    assert found.grids[0].height == 50_003
    assert found.grids[0].row(2) == ["A", "two\nlines", "2"]
    assert [(f.code, f.row) for f in found.findings] == [("QUOTE_NOT_CLOSED", 2)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"part,quantity\n" + b"x" * (10 << 20) + b",1\n", "a cell is longer than"),
        (b"a,b" + b"," * 1_000_000, "1000002 cells, more than the 16384"),
        (b"a,b" + b"," * 60_000_000, "more than can be read"),
        (b"a" + b"," * 16_000 + b"\n" * 100_000, "more than can be read"),
        (b'{"bomFormat": "x"}', "is JSON"),
        (b'<?xml version="1.0"?><Declaration/>', "is XML but no spreadsheet"),
        (b"<html><body>none</body></html>", "without a table"),
        (b"<table><tr><td>" + b"<a " * 100_000, "is a damaged HTML page"),
        (b"<table>" * 60, "more than 50 deep"),
        (b"<table><tr>" + b"<td colspan=999>" * 20, "more than 16384 cells"),
        (b"{\\rtf1 x}", "formatted document"),
    ],
)
def test_what_is_no_table_or_too_large_is_refused_in_one_sentence(content, why):
    with pytest.raises(InputError, match=why) as refused:
        read(content)
    assert "\n" not in str(refused.value)


def test_html_tables_nested_and_spanning():
    page = (
        "<meta charset=shift_jis><table><caption>Pump</caption><tr><th>品番</th><th colspan=2>数量"
        "<tr><td rowspan=2>A &amp; B<td>&nbsp;&nbsp;1<td>x<table><tr><td>inner</table></td>"
        "<tr><td> 2<td><br>two<br>lines</table>"
    )
    found = read(page, "cp932")
    assert (found.encoding, [grid.sheet for grid in found.grids]) == ("cp932", ["table 1", "table 2"])
    outer, inner = map(rows, found.grids)
    assert outer == [
        ["Pump", "", ""],
        ["品番", "数量", ""],
        ["A & B", "\xa0\xa01", "x"],
        ["", " 2", "two\nlines"],
    ]
    assert inner == [["inner"]]


SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Lines"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">a</Data></Cell><Cell>
<Data ss:Type="String">b</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="Number">1.5</Data></Cell>
<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell><Cell ss:Formula="=A1"/>
<Cell><Data ss:Type="DateTime">2026-01-02T00:00:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="Empty"/></Workbook>"""


def test_an_xml_spreadsheet_keeps_places_numbers_and_faults():
    one, other = read(SPREADSHEET).grids
    assert (one.sheet, other.sheet, other.height) == ("Lines", "Empty", 0)
    assert rows(one) == [["a", "", "b", "", "", ""], [""] * 6, ["", "1.5", "", "", "2026-01-02", "true"]]
    assert one.numbers[1].to_pylist() == [None, None, 1.5]
    assert [(f.row, f.column, f.code) for f in one.faults] == [(2, 2, "CELL_ERROR"), (2, 3, "FORMULA_WITHOUT_VALUE")]


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<a>" * 200, "more than 100 deep"),
        ("<Worksheet><Table><Row>", "is damaged"),
        ('<Worksheet><Table><Row ss:Index="9000000"/></Table></Worksheet></Workbook>', "rows out of order or beyond"),
        ('<Worksheet><Table><Row><Cell ss:Index="20000"/></Row></Table></Worksheet></Workbook>', "more than 16384"),
    ],
)
def test_a_broken_xml_spreadsheet_is_refused(inside, why):
    with pytest.raises(InputError, match=why):
        read(SPREADSHEET[: SPREADSHEET.index("<Worksheet")] + inside)


def test_entities_are_never_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(InputError, match="never expanded"):
        read(SPREADSHEET.replace("<Workbook", bomb + "<Workbook").replace(">b<", ">&b;<"))


PRINTED = """Material        100-100
Plant/Usage/Alt. 1000/1/01

---------------------------------------
|Lv |Component |Description  | Quantity|
---------------------------------------
| 1 | A-1      |Screw | M3   |        8|
|..2|   B-2    |Nut          |       22-|
---------------------------------------
"""


def test_a_printed_list_keeps_its_rows_and_its_indentation():
    text = PRINTED.replace("|       22-|", "|      22-|")
    [grid] = read(text).grids
    assert rows(grid)[4] == ["Lv", "Component", "Description", "Quantity"]
    assert rows(grid)[6:8] == [[" 1", " A-1", "Screw | M3", "       8"], ["..2", "   B-2", "Nut", "     22-"]]
    assert [row for row in range(9) if not any(grid.row(row))] == [2, 3, 5, 8]
    assert printed_records("a|b\nc|d\n") is None


def test_the_name_is_compared_with_the_content():
    assert said_by_name("a.xls", "html") == "the name ends in .xls but the content is an HTML page"
    assert said_by_name("a.xlsx", "xlsx") == said_by_name("a.dat", "text") == ""


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<table><tr><td>x</table>", "html"),
        (b'<?xml version="1.0"?><html><body/></html>', "html"),
        (SPREADSHEET.encode(), "xml"),
        (b"<a b='c'></a>", "xml"),
        (b"<5 mm,2\n", "text"),
        (b"[1, 2]", "json"),
        (b"[A],[B]\n", "text"),
        ("A;B\n1;2\n".encode("utf-16-be"), "text"),
        ("<table><tr><td>x</table>".encode("utf-16"), "html"),
    ],
)
def test_the_content_says_the_kind(data, kind):
    assert kind_of("x", data) == kind


def test_pipes_and_devices_are_refused_and_links_followed(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "real.csv").write_text("a,b\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    for path in (tmp_path / "pipe.csv", "/dev/zero"):
        with pytest.raises(InputError, match="no regular file"):
            read_file(path)
    with pytest.raises(InputError, match="cannot be opened"):
        read_file(tmp_path / "loop.csv")
    assert read_file(tmp_path / "link.csv").data == b"a,b\n"


def test_a_file_too_large_is_refused_unread(tmp_path):
    with (tmp_path / "huge.csv").open("wb") as stream:
        stream.truncate((1 << 30) + 1)
    with pytest.raises(InputError, match="has 1024 MiB"):
        read_file(tmp_path / "huge.csv")


def lying(size, said):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", os.urandom(300_000) + bytes(size))
    real = (size + 300_000).to_bytes(4, "little")
    return stream.getvalue().replace(real, said.to_bytes(4, "little"))


def test_a_zip_that_holds_more_than_it_says_is_refused():
    with pytest.raises(InputError, match="more than its zip directory says"):
        kind_of("bom.xlsx", lying(50 << 20, 400_000))
    assert kind_of("bom.xlsx", lying(1 << 20, 300_000 + (1 << 20))) == "xlsx"


def test_a_workbook_that_declares_entities_is_refused(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"lines": [["parent"]]})
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'))
    with pytest.raises(InputError, match="declares XML entities"):
        kind_of("a.xlsx", stream.getvalue())


def container(*names):
    """The smallest OLE2 container: header, one sector of allocation, one of directory."""
    header = OLE2 + bytes(16) + bytes.fromhex("3e000300feff09000600") + bytes(10) + (1).to_bytes(4, "little")
    header += (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little")
    header += bytes.fromhex("feffffff00000000feffffff00000000") + bytes(4) + b"\xff" * 4 * 108
    allocation = bytes.fromhex("fdfffffffeffffff") + b"\xff" * 504
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + (2 * len(name) + 2).to_bytes(2, "little")
        + bytes([kind, 1])
        + b"\xff" * 12
        + bytes(36)
        + b"\xfe\xff\xff\xff"
        + bytes(8)
        for name, kind in zip(("Root Entry", *names), (5, 2, 2), strict=False)
    )
    return header[:512].ljust(512, b"\xff") + allocation + entries.ljust(512, b"\0")


def test_every_kind_of_password_is_named():
    old = container("Workbook") + b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x36\x00" + bytes(54)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "x")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    for data in (container("EncryptionInfo", "EncryptedPackage"), old, stream.getvalue()):
        with pytest.raises(InputError, match="protected with a password"):
            kind_of("bom.xlsx", data)
    assert kind_of("bom.xls", container("Workbook")) == "workbook"


STARTS = [
    b"",
    b"<table>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    SPREADSHEET[:250].encode(),
    b"parent,child\n",
    b"PK\x03\x04",
    OLE2,
]


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(STARTS), st.binary(max_size=300) | st.text('<>/tdr=&;,"\n\r|-#ä电 ', max_size=200).map(str.encode)
)
def test_any_bytes_give_grids_or_a_refusal(start, rest):
    with suppress(InputError):
        file = as_file(start + rest)
        if file.kind not in ("xlsx", "workbook"):
            assert all(len({len(column) for column in grid.text}) < 2 for grid in read_text(file).grids)


WORDS = {
    "utf-8": ["äß", "电", "モ", "\u2028"],
    "utf-16": ["ä", "电机", "\u4e00"],
    "utf-16-le": ["ä", "电机"],
    "cp1252": ["Größe", "Gehäuse, klein", 'für "M3"', "Stück"],
    "cp932": ["六角ボルト", "モータ|大", "回転子", "ソケット"],
    "gb18030": ["永磁体", "电机, 大", "螺丝", "传感器"],
    "cp949": ["영구자석", "모터;대", "베어링"],
    "cp1251": ["Двигатель", "Болт, М6", "Магнит"],
}


@settings(deadline=None, max_examples=200)
@given(st.data(), st.sampled_from(sorted(WORDS)), st.sampled_from(",;\t|"))
def test_what_csv_writes_comes_back(data, encoding, delimiter):
    word = st.sampled_from([*WORDS[encoding], "NA", " A-1 ", "0012", ""]) | st.text("AB12 ,;\t|\"'\n", max_size=6)
    table = data.draw(st.lists(st.lists(word, min_size=3, max_size=3), max_size=8))
    table = [["parent", "child", "quantity"], *table, (WORDS[encoding] * 2)[:3]]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(table)
    found = read(stream.getvalue(), encoding)
    assert (found.delimiter, rows(found.grids[0]), found.grids[0].faults) == (delimiter, table, ())


@settings(deadline=None, max_examples=300)
@given(st.text("ab,;\n\r\x0b\x0c\u2028 é", max_size=60))
def test_the_fast_way_and_the_slow_way_read_the_same(text):
    fast = plain_columns(text, ",")
    if fast is not None:
        records, _ = read_records("a", text, ",")
        assert [list(row) for row in zip(*(c.to_pylist() for c in fast), strict=True)] == [
            [cell or None for cell in record] or [None] * len(fast) for record in records
        ]


def test_read_delimited_gives_the_grids_of_read_text():
    file = as_file("a;b\n1;2\n")
    assert [rows(grid) for grid in read_delimited(file)] == [rows(grid) for grid in read_text(file).grids]
