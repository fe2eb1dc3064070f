"""The contract document, and files that appear whole or not at all."""

from __future__ import annotations

import json
import time

import pytest

from deminimis.assessment import TestedItem as Item
from deminimis.errors import ReportError
from deminimis.report import to_json, write_report
from deminimis.report.document import write_whole
from tests.report.assessments import make_assessment, make_good, point


def test_the_document_follows_the_contract(pumps):
    document = json.loads(to_json(pumps))
    assert document == json.loads(to_json(pumps, indent=True))
    assert document["schema"] == "deminimis/assessment/1"
    assert document["rule"]["threshold"] == "0.001"
    assert [good["verdict"] for good in document["goods"]] == ["at_or_above", "undetermined", "below"]
    assert document["goods"][1]["share"] == {"low": 0.0, "typical": None, "high": None}
    assert document["findings"][0]["row"] == 7


def test_ids_survive_to_the_byte(hostile):
    document = json.loads(to_json(hostile))
    assert [good["part_number"] for good in document["goods"]] == [good.part_number for good in hostile.goods]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_null(value):
    assert json.loads(to_json(make_assessment(make_good("P", margin=value))))["goods"][0]["margin"] is None


def test_a_hundred_thousand_tested_items_are_all_there():
    items = tuple(Item(f"ITEM-{i}", point(i / 7), "below") for i in range(100_000))
    text = to_json(make_assessment(make_good("P", tested_items=items)))
    assert text.count(b"ITEM-") == 100_000


@pytest.mark.parametrize("suffix", ["xlsx", "html", "json"])
def test_a_path_that_cannot_be_written_is_one_clear_sentence(pumps, tmp_path, suffix):
    path = tmp_path / "missing" / f"report.{suffix}"
    with pytest.raises(ReportError, match=r"the report cannot be written to .*: No such file or directory") as caught:
        write_report(pumps, path)
    assert caught.value.path == str(path)


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.xls"])
def test_another_suffix_is_refused_with_the_three(pumps, tmp_path, name):
    with pytest.raises(ReportError, match=r"\.xlsx, \.html or \.json"):
        write_report(pumps, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    (tmp_path / "report.json").mkdir()
    with pytest.raises(ReportError):
        write_whole(tmp_path / "report.json", b"{}")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("suffix", ["xlsx", "html", "json", "JSON"])
def test_write_report_writes_each_format_and_only_that(pumps, hostile, tmp_path, suffix):
    for number, assessment in enumerate((pumps, hostile, make_assessment())):
        write_report(assessment, tmp_path / f"{number}.{suffix}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{n}.{suffix}" for n in range(3)]
    assert all(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["xlsx", "html", "json"])
def test_the_same_assessment_gives_the_same_bytes(pumps, tmp_path, suffix):
    for name in ("first", "second"):
        write_report(pumps, str(tmp_path / f"{name}.{suffix}"))
        time.sleep(1.1 if suffix == "xlsx" and name == "first" else 0)
    assert (tmp_path / f"first.{suffix}").read_bytes() == (tmp_path / f"second.{suffix}").read_bytes()
