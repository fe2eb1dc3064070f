"""Scenarios: free of contradictions, saved and read, combined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.errors import InputError, QuestionError, ReportError
from deminimis.scenarios import (
    Change,
    Declare,
    DropDeclarations,
    OriginChange,
    PriceChange,
    QuantityChange,
    Scenario,
    SupplierChange,
    Swap,
    ValueChange,
    read_scenario,
    write_scenario,
)
from deminimis.scenarios.scenario import change_of, scenario_of
from tests.scenarios.random_changes import single_changes
from tests.scenarios.test_changes import ALL
from tests.strategies import boms

TB = Declare("M", "terbium_metal", 0.25, "g_per_piece", "China")


def test_a_scenario_without_a_change_is_refused() -> None:
    for make in (lambda: Scenario("empty", ()), lambda: scenario_of([])):
        with pytest.raises(QuestionError, match="no change is given: say what shall be different"):
            make()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OriginChange("M", "Japan"), OriginChange("M", "China")),
        (ValueChange("M", 1), ValueChange("M", 2)),
        (ValueChange("M", 1, "USD"), ValueChange("M", 1, "EUR")),
        (PriceChange("Tb4O7", 900), PriceChange("terbium_oxide", 800)),
        (QuantityChange("P", "M", 1), QuantityChange("P", "M", 2)),
        (SupplierChange("M", "A"), SupplierChange("M", "B")),
        (Swap("M", "N"), Swap("M", "O")),
        (Swap("M", "N"), Swap("M", "O", parent="P")),
        (TB, Declare("M", "terbium_metal", 0.3, "g_per_piece", "China")),
        (TB, Declare("M", "none")),
        (TB, OriginChange("M", "Japan")),
    ],
)
def test_contradictions_are_named_both(one: Change, other: Change) -> None:
    for pair in ((one, other), (other, one)):
        with pytest.raises(QuestionError, match="contradict each other: keep one of them") as caught:
            Scenario("", pair)
        assert one.words in str(caught.value)
        assert other.words in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OriginChange("M", "Japan"), OriginChange("N", "China")),
        (QuantityChange("P", "M", 1, "10"), QuantityChange("P", "M", 2, "20")),
        (Swap("M", "N", parent="P"), Swap("M", "O", parent="Q")),
        (Swap("M", "N"), Swap("M", "N", parent="P")),
        (Swap("M", "N"), Swap("N", "M")),
        (TB, Declare("M", "dysprosium_metal", 0.3, "g_per_piece", "Japan")),
        (TB, Declare("M", "terbium_metal", 0.3, "g_per_piece", "China", supplier="A")),
        (TB, Declare("M", "terbium_metal", 0.3, "g_per_piece", "China", evidence="lab")),
        (TB, OriginChange("M", "China")),
        (Declare("M", "terbium_metal", 0.25, "g_per_piece"), OriginChange("M", "Japan")),
        (TB, DropDeclarations("M")),
    ],
)
def test_what_goes_together_is_no_contradiction(one: Change, other: Change) -> None:
    assert Scenario("", (one, other)).changes == (one, other)


def test_the_same_change_twice_counts_once() -> None:
    assert Scenario("", (ALL[0], ALL[0])).changes == (ALL[0],)


def test_scenarios_are_combined_and_keep_their_names() -> None:
    sourcing, dear = Scenario("Japan", (OriginChange("M", "Japan"),)), Scenario("dear", (PriceChange("Tb", 2000),))
    both = sourcing.combined(dear)
    assert (both.name, both.changes) == ("Japan + dear", (*sourcing.changes, *dear.changes))
    assert sourcing.combined(dear, name="both").name == "both"
    assert scenario_of([sourcing, dear]) == both
    assert scenario_of([sourcing]) is sourcing
    with pytest.raises(QuestionError, match="contradict each other"):
        sourcing.combined(Scenario("China", (OriginChange("M", "China"),)))


def test_every_kind_of_change_is_saved_and_read(tmp_path: Path) -> None:
    scenario = Scenario("all of them", tuple(change for change in ALL if change.kind != "origin"))
    write_scenario(scenario, tmp_path / "plan.json")
    assert read_scenario(tmp_path / "plan.json") == scenario
    document = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert document["schema"] == "deminimis/scenario/1"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_change_comes_back_from_its_record(data: st.DataObject) -> None:
    change = data.draw(single_changes(data.draw(boms())))
    assert change_of(json.loads(json.dumps(change.as_dict()))) == change


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"change": "colour", "part_number": "M"}, "colour is no kind of change: use one of origin, supplier"),
        ({"change": ["origin"]}, "is no kind of change"),
        ("origin", "origin is no kind of change"),
        ({"change": "origin", "part_number": "M"}, "the change origin lacks its field origin"),
        ({"change": "origin", "part_number": "M", "origin": "JP", "x": 1}, "the change origin has no field x"),
        ({"change": "value", "part_number": "M", "value": "12"}, "value of the change value is '12': write a number"),
        ({"change": "value", "part_number": "M", "value": True}, "write a number"),
        ({"change": "origin", "part_number": 7, "origin": "JP"}, "part_number of the change origin is 7: write text"),
        ({"change": "declare", "part_number": "M", "material": "none", "instead": 1}, "write true or false"),
        ({"change": "value", "part_number": "M", "value": 0}, "must be a number above zero"),
        ({"change": "value", "part_number": "M", "value": 10**400}, "more digits than can be calculated with"),
        ({"change": "origin", "part_number": "M\ud800", "origin": "JP"}, r"is 'M\\ud800': write text"),
    ],
)
def test_a_damaged_record_is_refused(record: object, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        change_of(record)


@pytest.mark.parametrize(
    "document", [[], {"schema": "deminimis/scenario/2", "changes": []}, {"schema": "deminimis/scenario/1"}]
)
def test_another_document_is_refused(document: object) -> None:
    with pytest.raises(QuestionError, match="whatif --save"):
        Scenario.from_dict(document)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_scenario(tmp_path / "nowhere.json")
    (tmp_path / "words.json").write_text("changes: none")
    with pytest.raises(InputError, match="is no JSON"):
        read_scenario(tmp_path / "words.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is no JSON"):
        read_scenario(tmp_path / "bytes.json")
    with pytest.raises(ReportError, match="cannot be written"):
        write_scenario(Scenario("", (ALL[0],)), tmp_path / "no" / "folder.json")
