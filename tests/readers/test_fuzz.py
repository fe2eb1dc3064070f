"""What holds for any file at all; `scripts/fuzz` tries the same for as long as one likes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from deminimis.assessment import BELOW, Assessment, assess
from deminimis.errors import DeminimisError, InputError
from deminimis.model import TABLES, Bom, Finding, finding_codes
from deminimis.readers import inspect_file, read_bom
from deminimis.readers.answers.answer_format import VERSION
from deminimis.readers.declared import read_declared
from deminimis.readers.files.files import FileRead
from deminimis.readers.inspection import Inspection, TableInspection
from deminimis.report import to_json
from tests.fuzz_files import Case, Plain, broken_files, seeds, table_files, worded_files
from tests.fuzz_writers import xlsx, zipped

DAY = "2026-11-22"
LONGEST_MESSAGE = 5000


def check_file(path: Path, plain: Plain) -> str:
    """Read a file by every door and check what must hold of any file; return how far it came."""
    first, read, again = (_attempt(door, path) for door in (inspect_file, read_bom, read_bom))
    assert str(read) == str(again) or not isinstance(read, DeminimisError)
    if isinstance(first, DeminimisError):
        check_refusal(first, path.name)
        assert str(first) == str(read)
        return "refused"
    check_accounts(first, path.read_bytes())
    check_plain_rows(first, plain)
    if isinstance(read, DeminimisError):
        check_refusal(read, path.name)
        return "no table"
    assert all(read.table(name).equals(again.table(name)) for name in TABLES)
    assert read.findings == again.findings
    assert set(first.findings) <= set(read.findings)
    check_used_rows(first, read, plain)
    return check_assessment(read)


def _attempt(read: Any, path: Path) -> Any:
    try:
        return read(path)
    except DeminimisError as error:
        return error


def check_refusal(error: DeminimisError, name: str) -> None:
    message = str(error)
    assert isinstance(error, InputError)
    assert name in message
    assert message.endswith(".")
    assert len(message) < LONGEST_MESSAGE
    assert not any(unicodedata.category(sign) == "Cc" for sign in message), repr(message)


def check_accounts(found: Inspection, data: bytes) -> None:
    """Check that every row of every table is used or skipped once, and that findings point into the file."""
    heights: dict[str, int] = {}
    for table in found.tables:
        rows = [skipped.row for skipped in table.skipped]
        last = table.header_row + table.rows
        form = table.header_row == 0 and table.layout != "none"  # a declaration: its rows are no rows of a sheet
        assert table.used >= 0
        assert table.rows == table.used + len(rows)
        assert form or len(set(rows)) == len(rows)
        assert form or all(table.header_row < row <= last for row in rows)
        assert all(skipped.reason.strip() for skipped in table.skipped)
        assert table.why
        high = max(data.count(b"\n") + 1, 1 << 20) if form else last
        heights[table.sheet] = max(heights.get(table.sheet, 0), high)
    check_findings(found.findings, heights)


def check_findings(findings: Iterable[Finding], heights: dict[str, int]) -> None:
    for told in findings:
        assert told.code in finding_codes()
        assert told.severity == finding_codes()[told.code]["severity"]
        assert told.message
        assert 0 <= told.row <= heights.get(told.sheet, 0), told


def check_plain_rows(found: Inspection, plain: Plain) -> None:
    """Check that a row with a part and a quantity is in one table, or in none for a reason that is told."""
    told = {(one.sheet, one.row) for one in found.findings if one.code in ("ROW_SKIPPED", "TABLE_NOT_READ")}
    for sheet, rows in plain.items():
        tables = [table for table in found.tables if table.sheet == sheet]
        for row in rows:
            holding = [table for table in tables if table.header_row < row <= table.header_row + table.rows]
            assert len(holding) < 2
            headers = [table for table in tables if table.header_row == row]
            assert holding or headers or (sheet, row) in told, f"row {row} of {sheet!r} is in no table"
            # a comment is told as such, and a blank row of the table
            assert "blank row" not in _reasons(holding, row) or (sheet, row) in told


def _reasons(tables: Iterable[TableInspection], row: int) -> list[str]:
    return [skipped.reason for table in tables for skipped in table.skipped if skipped.row == row]


def check_used_rows(found: Inspection, bom: Bom, plain: Plain) -> None:
    """Check that a plain row which counts as used is a row of the model, or its part is named there."""
    reached: dict[str, set[int]] = {source.sheet: set() for source in bom.sources}
    for name in TABLES:
        table = bom.table(name)
        for place, row in zip(table["place"].to_pylist(), table["row"].to_pylist(), strict=True):
            reached[bom.sources[place].sheet].add(row)
    named = {*bom.lines["parent"].to_pylist(), *bom.parts["part_number"].to_pylist()}
    same = [told.message for told in bom.findings if told.code == "DUPLICATE_PART_SAME"]
    repeated = sum(int(count) for text in same for count in re.findall(r"repeated in (\d+) more row", text))
    for table in found.tables:
        if reached[table.sheet] and named.isdisjoint(plain.get(table.sheet, {}).values()):
            continue  # the part of these rows was read from another column than the one that is known here
        # the row at the top of a list is no line of anything: it only names what contains the others
        loose = [row for row, part in plain.get(table.sheet, {}).items() if part not in named]
        # a record that says otherwise than the first of its part is told where it stands
        told = {one.row for one in bom.findings if one.sheet == table.sheet and one.code.startswith("DUPLICATE_PART")}
        missing = _used(table) & set(loose) - reached[table.sheet] - told
        # rows that say which part has which bill name what lines stand in, and are no row of the model themselves;
        # of records that agree one is kept, and it is told how many are not
        known = table.layout in ("none", "bom_heads") or len(missing) <= repeated
        assert known, f"rows {missing} of {table.sheet!r} count as used and are nowhere"


def _used(table: TableInspection) -> set[int]:
    below = range(table.header_row + 1, table.header_row + table.rows + 1)
    return set(below) - {skipped.row for skipped in table.skipped}


def check_assessment(bom: Bom) -> str:
    """Judge what was read; the document is strict JSON, and what holds an error is not below the line."""
    try:
        judged = assess(bom, DAY)
    except DeminimisError:
        return "not judged"
    json.loads(to_json(judged), parse_constant=_refuse_constant)
    below = [good.part_number for good in judged.goods if good.verdict == BELOW]
    check_below(bom, judged, below)
    return "below" if below else "judged"


def _refuse_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def check_below(bom: Bom, judged: Assessment, below: Iterable[str]) -> None:
    wrong = {told.part_number: told for told in judged.findings if told.severity == "error" and told.part_number}
    children: dict[str, set[str]] = {}
    for parent, child in zip(bom.lines["parent"].to_pylist(), bom.lines["child"].to_pylist(), strict=True):
        children.setdefault(parent, set()).add(child)
    for good in below:
        inside, ahead = {good}, [good]
        while ahead:
            fresh = children.get(ahead.pop(), set()) - inside
            inside |= fresh
            ahead += fresh
        assert not inside & set(wrong), f"{good} is below, but {[wrong[part] for part in inside & set(wrong)][:2]}"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def check_case(folder: Path, case: Case) -> str:
    path = folder / case.name
    path.write_bytes(case.data)
    return check_file(path, case.plain)


few = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@few
@given(case=table_files())
def test_tables_with_dirt_are_read_or_refused(folder, case):
    check_case(folder, case)


@few
@given(case=broken_files())
def test_broken_files_are_read_or_refused(folder, case):
    check_case(folder, case)


@few
@given(case=worded_files())
def test_headers_of_random_words_are_read_or_refused(folder, case):
    check_case(folder, case)


SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
BOTTOM = '<Worksheet ss:Name="a"><Table><Row ss:Index="1048576"/></Table></Worksheet>'
BOOK = f'<?xml version="1.0"?><Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}">'
HUGE = {
    "rows.xml": (f"{BOOK}{BOTTOM * 5}</Workbook>", "spans more than 4194304 rows"),
    "tables.html": ("<html>" + "<table><td>x</table>" * 2001, "holds more than 2000 tables"),
    "members.xlsx": (zipped({f"{number}": "" for number in range(50_001)}), "holds 50001 files"),
    "sheets.xlsx": (xlsx({f"{number}": [] for number in range(2001)}), "has 2001 sheets"),
}


@pytest.mark.parametrize("name", HUGE)
def test_small_files_that_claim_much_are_refused(folder, name):
    data, why = HUGE[name]
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(InputError, match=why) as refused:
        read_bom(path)
    check_refusal(refused.value, name)


def test_a_spreadsheet_is_never_parsed_as_a_declaration():
    # A declaration has at most half a million elements, which a spreadsheet of some thousand rows has.
    assert read_declared(FileRead("sample.xml", f"{BOOK}<damaged".encode(), "", "xml")) is None


def test_zipped_declarations_are_read(folder):
    [declared] = [case.data for case in seeds() if case.name == "iec.xml"]
    path = folder / "sample.shai"
    path.write_bytes(zipped({"sample.xml": declared, "other.xml": "<other/>"}))
    [table] = inspect_file(path).tables
    assert table.layout == "chemsherpa"
    assert len(read_bom(path).declarations) == 3


ODS = '<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t"><table:table table:name="BOM"/>'


@pytest.mark.parametrize("content", [ODS.replace("<?x", '<?x"'), ODS, ODS[:60], ""])
def test_an_ods_whose_content_is_broken_is_refused_and_does_not_hang(folder, content):
    path = folder / "sample.ods"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    path.write_bytes(zipped({"mimetype": kind, "content.xml": content}))
    with pytest.raises(InputError, match=r"sample\.ods is damaged \(content\.xml: ") as refused:
        read_bom(path)
    check_refusal(refused.value, path.name)


def test_numbers_beyond_the_largest_are_no_numbers(folder):
    # one writer rounds the largest double up, and the fast reader makes an infinity of it
    rows = [["level", "part_number", "quantity"], [0, "A", 1], [1, "B", 1.7976931348623157e308]]
    path = folder / "sample.xlsx"
    path.write_bytes(xlsx({"BOM": rows}))
    bom = read_bom(path)
    assert bom.lines["quantity"].to_pylist() == [None]
    assert [told.code for told in bom.findings] == ["NUMBER_NOT_READ"]


@pytest.mark.parametrize("mass", ["1e-999999999", "0e999999999", "0." + "0" * 6000 + "1"])
def test_masses_of_endless_digits_end(folder, mass):
    row = '{"part_number": "A", "contains": "yes", "material": "dysprosium", "form": "metal", "mass": %s}'
    path = folder / "answer.json"
    path.write_text('{"format": "%s", "declarations": [%s]}' % (VERSION, row % mass), encoding="utf-8")  # noqa: UP031
    bom = read_bom(path)
    told = [found.code for found in bom.findings if found.severity == "error"]
    # nothing at all, or a mass that float64 makes nothing, is no "yes"
    assert (bom.declarations["amount"].to_pylist(), told) == ([], ["ANSWER_CONTRADICTS"])
