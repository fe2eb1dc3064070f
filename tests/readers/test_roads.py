"""Every kind of file by the road it takes, and files that are refused in one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

from deminimis.cli import main
from deminimis.errors import DeminimisError
from deminimis.readers import inspect_file, read_bom
from deminimis.readers.answers.answer_format import VERSION
from deminimis.readers.files.files import ENCRYPTED, OLE2
from tests.readers.declared.sample_declarations import amount, ipc, magnet, product, substance
from tests.readers.sample_books import make_book, make_text

LIST = "Parent,Child,Qty,Unit price [USD]\n,G,,1000\nG,SAMPLE-1,1,5\n"
HTML = "<html><body><table><tr><th>PN</th><th>Qty</th></tr><tr><td>00123</td><td>2</td></tr></table></body></html>"
OFFICE = "urn:schemas-microsoft-com:office:spreadsheet"
SPREADSHEET = f"""<?xml version="1.0"?><Workbook xmlns="{OFFICE}" xmlns:ss="{OFFICE}"><Worksheet ss:Name="S"><Table>
<Row><Cell><Data ss:Type="String">PN</Data></Cell><Cell><Data ss:Type="String">Qty</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">00123</Data></Cell><Cell><Data ss:Type="Number">2</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
TABS = "PN\tQty\n00123\t2\n"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bom.xls", HTML.encode(), "an HTML page"),
        ("bom.xls", SPREADSHEET.encode(), "XML"),
        ("bom.csv", TABS.encode("utf-16"), ""),
        ("bom.xls", TABS.encode("utf-16"), "delimited text"),
        ("bom.txt", b"\xef\xbb\xbf" + TABS.encode(), ""),
    ],
)
def test_the_content_says_what_a_file_is(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    bom = read_bom(make_text(tmp_path, content, name))
    assert bom.lines.select(["parent", "child", "quantity"]).to_pylist() == [
        {"parent": "bom", "child": "00123", "quantity": 2.0}
    ]
    said = [f.value for f in bom.findings if f.code == "NAME_SAYS_OTHERWISE"]
    assert [told in word for word in said] == [True] * bool(told)


def test_a_workbook_by_another_name(tmp_path: Path) -> None:
    path = make_book(tmp_path, {"s": [["PN", "Qty"], ["00123", 2]]}, "bom.xls")
    assert read_bom(path).lines["child"].to_pylist() == ["00123"]


def ipc_file(folder: Path) -> Path:
    alloy = magnet(substance("Dy", amount("0.5")), iron="6")
    return make_text(folder, ipc(product(alloy, mass='<Amount value="10" UOM="g"/>')), "sample.xml")


def test_a_material_declaration_declares(tmp_path: Path) -> None:
    bom = read_bom(make_text(tmp_path, LIST), declarations=ipc_file(tmp_path))
    grams = dict(zip(bom.declarations["material"].to_pylist(), bom.declarations["amount"].to_pylist(), strict=True))
    assert grams["dysprosium_metal"] == 0.5
    assert set(bom.declarations["part_number"].to_pylist()) == {"SAMPLE-1"}
    [told] = inspect_file(tmp_path / "sample.xml").tables
    assert told.rows == told.used + len(told.skipped)


def iec_file(folder: Path) -> Path:
    path = Path(__file__).parent / "declared" / "sample_motor.xml"
    return make_text(folder, path.read_bytes(), "motor.xml")


def test_a_hand_made_sample_of_a_composition_is_read(tmp_path: Path) -> None:
    bom = read_bom(iec_file(tmp_path))
    assert len(bom.declarations) > 0


def smelters(folder: Path) -> Path:
    """A template filled by hand, no real company."""
    cells = {
        "Declaration": {
            "J3": "Revision 1.3 / October 17, 2025",
            "D8": "Sample Supply",
            "D9": "B. Product (or List of Products)",
            "D12": "Rare Earth Elements",
        },
        "Smelter List": {"A4": "ID", "B4": "Metal", "B5": "Rare Earth Elements", "C5": "One", "E5": "AUSTRALIA"},
        "Product List": {"B5": "maker", "D5": "requester", "B6": "SAMPLE-1", "D6": "SAMPLE-1"},
        "Smelter Look-up": {"A1": "x"},
    }
    path = folder / "amrt.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, places in cells.items():
            page = book.add_worksheet(name)
            for place, word in places.items():
                page.write_string(place, word)
    return path


def test_smelters_give_their_country_to_what_is_declared(tmp_path: Path) -> None:
    bom = read_bom(make_text(tmp_path, LIST), declarations=[ipc_file(tmp_path), smelters(tmp_path)])
    assert set(bom.declarations["material_origin"].to_pylist()) == {"AU"}
    assert "ORIGIN_FROM_SMELTERS" in {f.code for f in bom.findings}


def answer_json(folder: Path) -> Path:
    row = {"part_number": "SAMPLE-1", "contains": "no", "evidence": "signed", "supplier": "Sample Supply"}
    return make_text(folder, json.dumps({"format": VERSION, "declarations": [row]}), "answer.json")


def test_an_answer_in_json_settles_a_part(tmp_path: Path) -> None:
    bom = read_bom(make_text(tmp_path, LIST), declarations=answer_json(tmp_path))
    assert bom.declarations["material"].to_pylist() == ["none"]


@pytest.mark.parametrize("make", [ipc_file, answer_json])
def test_the_command_reads_declarations_of_every_kind(tmp_path: Path, make: object) -> None:
    declared = make(tmp_path)  # type: ignore[operator]
    path = make_text(tmp_path, LIST)
    result = CliRunner().invoke(main, ["check", str(path), "--declarations", str(declared), "--json"])
    assert result.exit_code in (0, 1)
    document = json.loads(result.stdout)
    assert [given["name"] for given in document["inputs"]] == ["bom.csv", declared.name]
    assert [good["part_number"] for good in document["goods"]] == ["G"]


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
REFUSED = {
    "nothing.xlsx": (b"", "is empty (0 bytes)"),
    "bomb.xlsx": (zipped({"xl/workbook.xml": bytes(300 << 20)}), "more than is sane"),
    "entities.xml": (ENTITIES, "declares a document type"),
    "entities.xlsx": (zipped({"xl/workbook.xml": ENTITIES}), "declares XML entities"),
    "locked.xlsx": (OLE2 + bytes(600) + ENCRYPTED + bytes(600), "protected with a password"),
    "empty.json": (b"{}", "holds no list of declarations"),
    "list.json": (b"[]", "holds no list of declarations"),
    "other.json": (b'{"x": 1}', "holds no list of declarations"),
    "deep.json": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "is no JSON"),
    "wide.csv": (b"PN,Qty" + b"," * 1_000_000 + b"x\nA,1\n", "more than the 16384 of the widest sheet"),
    "wide_below.csv": (b"PN,Qty\nA,1" + b"," * 1_000_000 + b"x\n", "more than the 16384 of the widest sheet"),
    "other.xml": (b'<?xml version="1.0"?><a/>', "is XML but no spreadsheet"),
    "blank.csv": (b"\n\n\n", "holds no cells"),
    "prose.txt": (b"This is a letter, and no table at all.\nIt has two lines, too.\n", "holds no table"),
}


@pytest.mark.parametrize("command", ["check", "inspect"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_one_sentence_and_exit_2(tmp_path: Path, name: str, command: str) -> None:
    content, why = REFUSED[name]
    path = make_text(tmp_path, content, name)
    result = CliRunner().invoke(main, [command, str(path), "--json"])
    if command == "inspect" and name in ("blank.csv", "prose.txt"):
        assert result.exit_code == 0
        return
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert "internal fault" not in result.stderr


@pytest.mark.parametrize("name", REFUSED)
def test_a_declaration_that_cannot_be_used_is_refused_too(tmp_path: Path, name: str) -> None:
    content, why = REFUSED[name]
    with pytest.raises(DeminimisError) as refused:
        read_bom(make_text(tmp_path, LIST), declarations=make_text(tmp_path, content, name))
    assert why in str(refused.value)


def test_one_cell_far_out_is_told_and_the_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("list")
        page.write_row(0, 0, ["PN", "Qty"])
        page.write_row(1, 0, ["A", 1])
        page.write_string(0, 16_383, "far")
    bom = read_bom(path)
    assert bom.lines["child"].to_pylist() == ["A"]
    assert [f.value for f in bom.findings if f.code == "COLUMN_NOT_USED"] == ["far"]
