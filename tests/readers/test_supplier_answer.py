"""A supplier's answer: rows to declarations, stages to an origin, and nothing open read as none."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.assessment import assess
from deminimis.errors import InputError, LayoutError
from deminimis.model import Finding
from deminimis.model.checks import Checked, check_table
from deminimis.readers import read_bom
from deminimis.readers.answers.answer_format import VERSION, answer_columns, answer_words
from deminimis.readers.answers.declared_material import NEAREST_TO_CHINA, origin_of_stages
from deminimis.readers.answers.supplier_answer import expected_answer, is_supplier_answer, read_supplier_answer
from deminimis.readers.answers.supplier_json import answer_document, read_supplier_json
from deminimis.readers.files.files import read_file
from deminimis.readers.grid import Grid
from deminimis.readers.tables.raw_tables import Built
from deminimis.readers.workbooks.sheet_scan import Expected
from deminimis.readers.workbooks.workbook import read_workbook
from tests.readers.sample_books import make_book, make_text

SCHEMA = Path(__file__).resolve().parents[2] / "deminimis" / "report" / "supplier-declaration.schema.json"
ON = dt.date(2026, 11, 22)
YES = {
    "part_number": "SAMPLE-1",
    "supplier": "Sample supplier A",
    "contains": "yes",
    "material": "dysprosium",
    "form": "metal",
    "mass": 0.25,
    "mined_in": "Australia",
    "separated_in": "Malaysia",
    "metal_made_in": "Japan",
    "evidence": "signed",
}
NO = {"part_number": "SAMPLE-1", "contains": "no", "evidence": "lab"}


def grids_of(folder: Path, *rows: Mapping[str, Any], version: str = VERSION, sheet: str = "Declaration") -> Any:
    titles = [f"{column.title}\n{column.hint}" for column in answer_columns()]
    cells = [[row.get(column.name) for column in answer_columns()] for row in rows]
    sheets = {"Request": [["Sample request"], ["format", version]], sheet: [titles, *cells]}
    return read_workbook(read_file(make_book(folder, sheets)), lambda grid: expected_answer(grid) or Expected())


def answer_book(folder: Path, *rows: Mapping[str, Any], name: str = "answer.xlsx", **sheets: Any) -> Path:
    titles = [f"{column.title}\n{column.hint}" for column in answer_columns()]
    cells = [[row.get(column.name) for column in answer_columns()] for row in rows]
    request = [["Sample request"], ["format", VERSION]]
    made = {"Request": request, "Declaration": [titles, *cells], **sheets}
    return make_book(folder, {sheet: rows for sheet, rows in made.items() if rows is not None}, name)


def answer_cells(*rows: Mapping[str, Any]) -> list[list[Any]]:
    return [[c.title for c in answer_columns()], *([row.get(c.name) for c in answer_columns()] for row in rows)]


def built_of(folder: Path, *rows: Mapping[str, Any]) -> Built:
    return read_supplier_answer(grids_of(folder, *rows))


def table_of(built: Built) -> Checked:
    ((name, raw),) = built.tables
    assert name == "declarations"
    return check_table(name, raw, 0)


def records(built: Built) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if v is not None} for row in table_of(built).table.to_pylist()]


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [found.code for found in findings]


def test_a_row_becomes_a_declaration(tmp_path: Path) -> None:
    dates = {"valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2027, 12, 31), "document": "SAMPLE-DOC-1"}
    built = built_of(tmp_path, {**YES, **dates, "mass_low": 0.2, "mass_high": 0.3, "comment": "sample"})
    assert built.findings == () == table_of(built).findings
    assert records(built) == [
        {
            "part_number": "SAMPLE-1",
            "material": "dysprosium_metal",
            "amount": 0.25,
            "low": 0.2,
            "high": 0.3,
            "basis": "g_per_piece",
            "material_origin": "JP",
            "evidence": "signed",
            "reference": "SAMPLE-DOC-1",
            "supplier": "Sample supplier A",
            "valid_from": dt.date(2026, 1, 1),
            "valid_to": dt.date(2027, 12, 31),
            "place": 0,
            "row": 2,
        }
    ]


def test_no_covers_the_whole_part_only_where_nothing_else_is_said(tmp_path: Path) -> None:
    (row,) = records(built_of(tmp_path, NO))
    assert (row["material"], row["scope"], row["evidence"]) == ("none", "whole", "lab")
    both = records(built_of(tmp_path, NO, YES))
    assert [(r["material"], r.get("scope")) for r in both] == [("none", "own"), ("dysprosium_metal", None)]


@pytest.mark.parametrize(
    ("material", "form", "expected", "amount"),
    [
        ("terbium", "alloy", "terbium_iron_alloy", None),
        ("Sm", "合金", "samarium_cobalt_alloy", None),
        ("dysprosium", "oxide", "dysprosium_oxide", 0.25 / 0.87132),
        ("镝", "氧化物", "dysprosium_oxide", 0.25 / 0.87132),
        ("gadolinium", "alloy", "gadolinium", 0.25),
        ("yttrium", "unknown", "yttrium", 0.25),
        ("lutetium", None, "lutetium", 0.25),
        ("Dy2O3", None, "dysprosium_oxide", 0.25 / 0.87132),
        ("steel", "metal", "steel", 0.25),
        ("Dy2O3", "metal", "Dy2O3 as metal", 0.25),
    ],
)
def test_element_and_form_to_material(
    tmp_path: Path, material: str, form: str | None, expected: str, amount: float | None
) -> None:
    built = built_of(tmp_path, {**YES, "material": material, "form": form})
    (row,) = records(built)
    assert row["material"] == expected
    assert row["amount"] >= 0.25
    if amount is not None:
        assert row["amount"] == pytest.approx(amount)
    assert ("ANSWER_MASS_CONVERTED" in codes(built.findings)) == (row["amount"] != 0.25)


@pytest.mark.parametrize(
    ("stages", "origin", "code"),
    [
        (("CN", "CN", "CN"), "CN", None),
        (("CN", "", ""), "CN", None),
        (("Myanmar", "中国", "Japan"), "CN", "ORIGIN_MIXED"),
        (("CN", "MY", ""), "CN", "ORIGIN_MIXED"),
        (("AU", "MY", "JP"), "JP", None),
        (("AU", "HK", "JP"), "HK", "ORIGIN_MIXED"),
        (("", "MY", "JP"), None, "ORIGIN_INCOMPLETE"),
        (("AU", "MY", ""), None, "ORIGIN_INCOMPLETE"),
        (("", "", ""), None, "ORIGIN_INCOMPLETE"),
        (("NA", "NA", "NA"), None, "ORIGIN_INCOMPLETE"),
        (("Chna", "MY", "JP"), None, "ORIGIN_INCOMPLETE"),
    ],
)
def test_three_stages_to_one_origin(tmp_path: Path, stages: tuple[str, ...], origin: str | None, code: str) -> None:
    countries = dict(zip(("mined_in", "separated_in", "metal_made_in"), stages, strict=True))
    built = built_of(tmp_path, {**YES, **countries})
    assert records(built)[0].get("material_origin") == origin
    told = set(codes(built.findings))
    assert {c for c in told if c.startswith("ORIGIN")} == ({code} if code else set())
    assert ("COUNTRY_NOT_KNOWN" in told) == (stages[0] in ("NA", "Chna"))


def test_mixed_stages_are_named(tmp_path: Path) -> None:
    (told,) = built_of(tmp_path, {**YES, "separated_in": "CN"}).findings
    assert told.message.endswith("lie in several countries (AU, CN, JP): it counts as from CN")
    assert (told.row, told.part_number, told.severity) == (2, "SAMPLE-1", "warning")


def test_an_oxide_was_never_made_into_metal(tmp_path: Path) -> None:
    oxide = {**YES, "form": "oxide", "metal_made_in": None}
    assert records(built_of(tmp_path, oxide))[0]["material_origin"] == "MY"


COUNTRY = st.sampled_from(["", "CN", "HK", "MO", "TW", "AU", "MY", "JP"])


@given(COUNTRY, COUNTRY, COUNTRY, st.sampled_from(["metal", "oxide", "alloy", ""]))
def test_an_origin_outside_china_needs_every_stage_outside_china(mined: str, split: str, made: str, form: str) -> None:
    stages = {"mined_in": mined, "separated_in": split, "metal_made_in": made}
    origin = origin_of_stages(stages, form)
    if "CN" in stages.values():
        assert origin.code == "CN"
    elif origin.code:
        needed = [mined, split, *([made] if form != "oxide" else [])]
        assert all(needed)
        # A reading that counts Hong Kong, Macao or Taiwan as China must see them.
        assert origin.code in NEAREST_TO_CHINA or not {mined, split, made} & set(NEAREST_TO_CHINA)


def test_open_rows_are_skipped_told_and_counted(tmp_path: Path) -> None:
    blank = {"part_number": "SAMPLE-2", "description": "sample", "supplier": "Sample supplier A"}
    unknown = {**blank, "part_number": "SAMPLE-3", "contains": "unknown"}
    built = built_of(tmp_path, YES, blank, {}, unknown, {"description": "ours"}, {"comment": "thank you"})
    assert built.skipped == {
        2: "not answered",
        3: "blank row",
        4: "not answered",
        5: "blank row",
        6: "no part number and no answer: a note",
    }
    assert len(table_of(built).table) + len(built.skipped) == 6
    assert [(f.code, f.part_number, f.row) for f in built.findings] == [
        ("ANSWER_OPEN", "SAMPLE-2", 3),
        ("ANSWER_OPEN", "SAMPLE-3", 5),
    ]


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        ({**NO, "material": "dysprosium"}, "ANSWER_OPEN", "warning"),
        ({**NO, "mass": 0.5}, "ANSWER_CONTRADICTS", "error"),
        ({**NO, "mass_high": "ca. 0.5 g"}, "ANSWER_CONTRADICTS", "error"),
        ({**YES, "mass": 0, "mass_low": 0.0}, "ANSWER_CONTRADICTS", "error"),
        ({**YES, "material": "none"}, "ANSWER_CONTRADICTS", "error"),
        ({**YES, "contains": "perhaps"}, "CHOICE_NOT_KNOWN", "error"),
    ],
)
def test_half_answers_are_never_none(tmp_path: Path, row: dict[str, Any], code: str, severity: str) -> None:
    built = built_of(tmp_path, row)
    assert [(f.code, f.severity, f.part_number) for f in built.findings] == [(code, severity, "SAMPLE-1")]
    assert len(table_of(built).table) == 0
    assert list(built.skipped) == [1]


def test_an_unknown_beside_answers_blocks_the_part(tmp_path: Path) -> None:
    unknown = {**YES, "contains": "unknown", "material": "terbium", "mass": None}
    built = built_of(tmp_path, YES, unknown)
    assert [(f.code, f.severity) for f in built.findings] == [("ANSWER_IN_PART", "error")]
    other = built_of(tmp_path, YES, {**unknown, "supplier": "Sample supplier B"})
    assert codes(other.findings) == ["ANSWER_OPEN"]


@pytest.mark.parametrize("evidence", ["lab", "signed", "datasheet"])
def test_no_beside_yes_of_one_supplier_blocks_the_part(tmp_path: Path, evidence: str) -> None:
    denied = {**NO, "supplier": "Sample supplier A", "evidence": evidence}
    built = built_of(tmp_path, denied, YES)
    assert [(f.code, f.severity, f.row, f.part_number) for f in built.findings] == [
        ("ANSWER_CONTRADICTS", "error", 2, "SAMPLE-1")
    ]
    assert built.skipped == {1: "it says no, and yes in row 3"}
    assert [r["material"] for r in records(built)] == ["dysprosium_metal"]
    other = built_of(tmp_path, {**denied, "supplier": "Sample supplier B"}, {**denied, "part_number": "SAMPLE-2"}, YES)
    assert other.findings == ()


def test_a_no_may_say_zero_or_a_dash_for_the_mass(tmp_path: Path) -> None:
    built = built_of(tmp_path, {**NO, "mass": 0, "mass_high": "-", "mass_low": "n/a"})
    assert [r["material"] for r in records(built)] == ["none"]


def test_rows_that_add_up_share_the_weakest_evidence(tmp_path: Path) -> None:
    chinese = {**YES, "form": "oxide", "mined_in": "CN", "evidence": None}
    others = [{**YES, "material": "terbium"}, {**YES, "part_number": "SAMPLE-2"}, {**YES, "supplier": "Sample B"}]
    built = built_of(tmp_path, {**YES, "evidence": "lab"}, chinese, *others)
    assert [r["evidence"] for r in records(built)] == ["datasheet", "datasheet", "signed", "signed", "signed"]


def test_evidence_and_elements_nobody_knows_stay_as_they_are(tmp_path: Path) -> None:
    built = built_of(tmp_path, {**YES, "evidence": "gossip"}, {**YES, "material": "samplium"}, YES)
    [raw] = [raw for _, raw in built.tables]
    assert raw.columns["evidence"].to_pylist() == ["gossip", "signed", "signed"]


def test_no_for_one_element_beside_others_is_said_by_their_absence(tmp_path: Path) -> None:
    built = built_of(tmp_path, YES, {**NO, "supplier": "Sample supplier A", "material": "terbium"})
    assert built.findings == ()
    assert built.skipped == {2: "it says no for terbium only"}


def test_two_sources_of_one_material_stay_two_rows(tmp_path: Path) -> None:
    chinese = {**YES, "mass": 0.1, "mined_in": "CN", "separated_in": "CN", "metal_made_in": "CN"}
    rows = records(built_of(tmp_path, YES, chinese))
    assert [(r["amount"], r["material_origin"]) for r in rows] == [(0.25, "JP"), (0.1, "CN")]


def test_faults_of_cells_are_findings_with_their_place(tmp_path: Path) -> None:
    built = built_of(tmp_path, {**YES, "mass": "0,25"}, {**YES, "form": "powder", "evidence": "gossip"})
    found = [*built.findings, *table_of(built).findings]
    assert sorted((f.code, f.row, f.column) for f in found) == [
        ("CHOICE_NOT_KNOWN", 3, "evidence"),
        ("CHOICE_NOT_KNOWN", 3, "form"),
        ("NUMBER_NOT_READ", 2, "mass"),
    ]


def test_a_truth_is_no_mass(tmp_path: Path) -> None:
    [found] = table_of(built_of(tmp_path, {**YES, "mass": True, "mass_high": 2})).findings
    assert (found.code, found.row, found.column, found.value) == ("NUMBER_NOT_READ", 2, "mass", "true")


def test_blank_evidence_is_the_weakest(tmp_path: Path) -> None:
    built = built_of(tmp_path, {**YES, "evidence": None})
    assert records(built)[0]["evidence"] == "datasheet"
    assert codes(built.findings) == ["ANSWER_EVIDENCE_BLANK"]


def test_yes_without_an_element_or_a_part_number_is_an_error(tmp_path: Path) -> None:
    built = built_of(tmp_path, {**YES, "material": None}, {**YES, "part_number": None}, {"contains": "yes"})
    assert [
        (f.code, f.severity, f.row, f.part_number) for f in built.findings if f.code != "ANSWER_EVIDENCE_BLANK"
    ] == [("ANSWER_IN_PART", "error", 2, "SAMPLE-1")]
    assert built.skipped == {1: "it says yes, but names no element"}
    assert {(f.code, f.row) for f in table_of(built).findings} >= {("ID_MISSING", 3), ("ID_MISSING", 4)}


@pytest.mark.parametrize("contains", ["yes", "#N/A"])
def test_an_element_left_blank_concerns_its_part_alone(tmp_path: Path, contains: str) -> None:
    bom = make_text(
        tmp_path,
        "parent,child,quantity,unit_value,currency\nG1,SAMPLE-1,1,5,USD\nG2,SAMPLE-2,1,5,USD\nG1,P,1,900,USD\n"
        "G2,P,1,900,USD\n",
    )
    rows = [
        {**YES, "material": None, "contains": contains},
        {**NO, "part_number": "SAMPLE-2"},
        {**NO, "part_number": "P"},
    ]
    answer = answer_book(tmp_path, *rows)
    goods = {good.part_number: good.verdict for good in assess(read_bom(bom, declarations=answer), ON).goods}
    assert goods == {"G1": "undetermined", "G2": "below"}


def test_a_yes_of_nothing_denies_a_no(tmp_path: Path) -> None:
    built = built_of(tmp_path, {**NO, "supplier": YES["supplier"]}, {**YES, "material": None})
    assert codes(built.findings) == ["ANSWER_IN_PART"]
    assert [record["scope"] for record in records(built)] == ["own"]


@pytest.mark.parametrize("form", ["oxide", "compound"])
def test_an_answer_of_unlisted_forms_alone_settles_nothing(tmp_path: Path, form: str) -> None:
    rows = "G,M,1,50,USD,ndfeb_magnet\nG,P,1,900,USD,\n"
    bom = make_text(tmp_path, "parent,child,quantity,unit_value,currency,item_class\n" + rows)
    yttrium = {**YES, "part_number": "M", "material": "yttrium", "form": form, "mass": 0.001, "metal_made_in": None}
    plain = {**NO, "part_number": "P"}
    alone = assess(read_bom(bom, declarations=answer_book(tmp_path, yttrium, plain)), ON)
    assert [good.verdict for good in alone.goods] == ["undetermined"]
    assert {"CARRIER_ESTIMATED", "MATERIAL_NOT_LISTED"} <= {found.code for found in alone.findings}
    terbium = {**YES, "part_number": "M", "material": "terbium", "mass": 1e-9}
    beside = assess(read_bom(bom, declarations=answer_book(tmp_path, yttrium, terbium, plain)), ON)
    assert [good.verdict for good in beside.goods] == ["below"]


def test_masses_keep_their_digits(tmp_path: Path) -> None:
    tiny = built_of(tmp_path, {**YES, "mass": 1.25e-11}, {**YES, "mass": 0.123456789012345})
    assert [r["amount"] for r in records(tiny)] == [1.25e-11, 0.123456789012345]


@pytest.mark.parametrize("version", ["deminimis-supplier-declaration/2", "deminimis-supplier-declaration/"])
def test_a_version_nobody_knows_reads_nothing_and_blocks_everything(tmp_path: Path, version: str) -> None:
    grids = grids_of(tmp_path, YES, version=version)
    assert is_supplier_answer(grids)
    built = read_supplier_answer(grids)
    assert built.tables == ()
    assert [(f.code, f.severity, f.part_number) for f in built.findings] == [("ANSWER_VERSION", "error", "")]
    assert len(built.skipped) == 2


def test_other_workbooks_are_no_answers(tmp_path: Path) -> None:
    assert not is_supplier_answer(grids_of(tmp_path, YES, version="something else"))
    assert not is_supplier_answer(())
    assert not is_supplier_answer((Grid("bom.xlsx", "Request", ()),))


def test_an_answer_without_its_sheet(tmp_path: Path) -> None:
    built = read_supplier_answer(grids_of(tmp_path, YES, sheet="Renamed"))
    assert codes(built.findings) == ["ANSWER_VERSION"]
    assert "Declaration" in built.findings[0].message


@pytest.mark.parametrize(
    ("sheets", "why"),
    [
        ({"Request": None}, "is a supplier's answer without the sheet Request, which names its version: ask for"),
        ({"Declaration": None}, "is a supplier's answer without the sheet Declaration: ask for"),
        (
            {"Declaration": None, "Antwort": answer_cells(YES)},
            "is a supplier's answer without the sheet Declaration: name the sheet Antwort so, or ask for",
        ),
        ({"Declaration": [["Hello"]]}, "has no row with the columns part number, contains and material: ask for"),
        ({"Request": [["x"], ["y"], ["format", VERSION]]}, "not stand in the cell Request!B2 but in Request!B3: ask"),
        ({"Request": [["x"], ["format", "one"]]}, "not stand in the cell Request!B2: ask"),
        ({"Request": None, "list": [["PN", "Qty"], ["A", 1]]}, "without the sheet Request"),
    ],
)
def test_an_answer_that_lacks_a_sheet_or_its_version_is_refused_by_name(
    tmp_path: Path, sheets: dict[str, Any], why: str
) -> None:
    bom = make_text(tmp_path, "PN,Qty\nSAMPLE-1,1\n")
    with pytest.raises(LayoutError) as refused:
        read_bom(bom, declarations=answer_book(tmp_path, YES, **sheets))
    assert str(refused.value).startswith("answer.xlsx ")
    assert why in str(refused.value)


def test_the_sheet_of_an_answer_as_text_is_refused_by_name(tmp_path: Path) -> None:
    row = ",".join(str(YES.get(c.name, "")) for c in answer_columns())
    text = make_text(tmp_path, ",".join(c.title for c in answer_columns()) + f"\n{row}\n")
    with pytest.raises(LayoutError, match=r"bom\.csv is the sheet Declaration of a supplier's answer by itself"):
        read_bom(text)


def test_a_bill_with_a_column_contains_is_no_answer(tmp_path: Path) -> None:
    text = "part_number,contains,material,amount,basis\nA,yes,Dy,1.5,g_per_piece\n"
    assert len(read_bom(make_text(tmp_path, text)).declarations) == 1


def test_further_answers_on_another_sheet_are_errors_of_their_parts(tmp_path: Path) -> None:
    more = {**YES, "part_number": "SAMPLE-2"}
    copied = {"Copy of Declaration": answer_cells(YES, more, {"part_number": "SAMPLE-3"}), "Notes": [["Dy in all"]]}
    found = read_bom(answer_book(tmp_path, YES, **copied, Lists=[["yes"]])).findings
    assert [(f.code, f.severity, f.sheet, f.row, f.part_number) for f in found if f.code.startswith("ANSWER")] == [
        ("ANSWER_ELSEWHERE", "error", "Copy of Declaration", 3, "SAMPLE-2"),
        ("ANSWER_SHEET_NOT_READ", "warning", "Notes", 0, ""),
    ]


def test_a_copy_of_the_sheet_that_says_the_same_is_left_alone(tmp_path: Path) -> None:
    built = read_bom(answer_book(tmp_path, YES, **{"Declaration (2)": answer_cells(YES)}))
    assert (len(built.declarations), [f.code for f in built.findings if f.severity != "info"]) == (
        1,
        ["DECLARED_PART_UNKNOWN"],
    )


# ---- the JSON form ----

ROWS = [
    {**YES, "valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2027, 12, 31), "form": "氧化物"},
    {**YES, "mass": 0.1, "mined_in": "CN"},
    {**NO, "part_number": "00123"},
    {"part_number": "SAMPLE-4", "contains": "unknown"},
    {"part_number": "SAMPLE-5"},
]


def test_the_json_form_reads_as_the_workbook_does(tmp_path: Path) -> None:
    grids = grids_of(tmp_path, *ROWS)
    book = read_supplier_answer(grids)
    document = json.dumps(answer_document(grids)).encode()
    same = read_supplier_json(document, "answer.json")
    left, right = table_of(book).table, table_of(same).table
    assert left.drop_columns(["row"]) == right.drop_columns(["row"])
    assert len(left) == 3
    assert [f.message for f in book.findings] == [f.message for f in same.findings]
    assert list(book.skipped.values()) == list(same.skipped.values())


def test_the_schema_names_the_columns_and_words_of_the_format() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    row = schema["$defs"]["declaration"]["properties"]
    assert list(row) == [column.name for column in answer_columns()]
    assert schema["properties"]["format"] == {"const": VERSION}
    for name in ("contains", "form", "evidence"):
        assert row[name]["enum"] == list(dict.fromkeys(answer_words(name).values()))


def test_a_document_keeps_the_schema(tmp_path: Path) -> None:
    # No validator is at hand: types, words and required members are looked at one by one.
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    members = schema["$defs"]["declaration"]["properties"]
    document = json.loads(json.dumps(answer_document(grids_of(tmp_path, *ROWS))))
    assert set(document) == set(schema["required"])
    assert len(document["declarations"]) == len(ROWS)
    for row in document["declarations"]:
        assert set(schema["$defs"]["declaration"]["required"]) <= set(row) <= set(members)
        for name, value in row.items():
            rule = members[name]
            rule = schema["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule
            assert value in rule["enum"] if "enum" in rule else isinstance(value, float) == (rule["type"] == "number")
    assert document["declarations"][0]["valid_to"] == "2027-12-31"


def test_the_example_of_the_page_is_read() -> None:
    page = (SCHEMA.parents[2] / "docs" / "supplier-declaration.md").read_text(encoding="utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    built = read_supplier_json(example.encode(), "example.json")
    assert [r["material"] for r in records(built)] == ["dysprosium_metal", "none"]
    assert codes(built.findings) == ["ANSWER_OPEN"]


def test_the_page_lists_every_field() -> None:
    page = (SCHEMA.parents[2] / "docs" / "supplier-declaration.md").read_text(encoding="utf-8")
    assert [c.name for c in answer_columns() if f"`{c.name}`" not in page] == []


def test_members_nobody_knows_are_told() -> None:
    document = {"format": VERSION, "declarations": [{**NO, "colour": "blue"}]}
    built = read_supplier_json(json.dumps(document).encode(), "answer.json")
    assert [(f.code, f.value) for f in built.findings] == [("COLUMN_NOT_USED", "colour")]


def test_another_version_in_json() -> None:
    built = read_supplier_json(b'{"format": "deminimis-supplier-declaration/9", "declarations": []}', "answer.json")
    assert codes(built.findings) == ["ANSWER_VERSION"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"[]", b"{}", b'{"declarations": [1]}', b"[" * 100_000])
def test_no_document_at_all(data: bytes) -> None:
    with pytest.raises(InputError, match=r"answer\.json"):
        read_supplier_json(data, "answer.json")
