from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from deminimis.errors import InputError
from deminimis.readers import inspect_file, read_bom
from tests.readers.sample_books import make_book


@pytest.fixture
def book(tmp_path):
    return partial(make_book, tmp_path)


BOMS = Path(__file__).parents[3] / "shared" / "boms"
FILES = sorted(path for path in BOMS.rglob("*") if path.suffix in (".csv", ".xlsx", ".ods"))
KEYS = ["sheet", "header_row", "layout", "why", "columns", "quantity_basis", "rows", "used", "skipped"]


def check(document):
    assert list(document) == ["tables", "findings"]
    for table in document["tables"]:
        assert list(table) == KEYS
        assert table["rows"] == table["used"] + len(table["skipped"])
        assert len({skipped["row"] for skipped in table["skipped"]}) == len(table["skipped"])
        assert table["why"]


def test_every_row_of_every_real_file_is_accounted_for():
    # The real files lie beside the checkout where there is one; a loop, since nothing to loop over is no skipped test.
    for path in FILES:
        check(inspect_file(path).as_dict())
        if {table.layout for table in inspect_file(path).tables} == {"none"}:
            with pytest.raises(InputError, match=re.escape(path.name)):
                read_bom(path)
        else:
            bom = read_bom(path)
            told = {found.code for found in bom.findings}
            assert bom.parts.num_rows + bom.lines.num_rows or "SUPPLIERS_WITHOUT_SHARE" in told


def test_every_row_of_a_dirty_file_is_accounted_for(book):
    rows = [
        ["parent", "child", "quantity"],
        ["A", "B", 1],
        [],
        ["  ", " ", None],
        ["A", None, 1],
        [None, "A", None],
        ["Total"],
    ]
    document = inspect_file(book({"bom": rows, "notes": [["x"], [], ["y"]]})).as_dict()
    check(document)
    assert [(t["rows"], t["used"]) for t in document["tables"]] == [(6, 2), (3, 0)]
