"""What differs between two runs: flips, goods that came or went, and a split that adds up whatever changed."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from deminimis import CatalogueError, Reading
from deminimis.assessment import measure
from deminimis.assessment.calculation import as_day
from deminimis.catalogues.catalogue import catalogue
from deminimis.catalogues.diff import diff_catalogues
from deminimis.catalogues.diff_result import CAUSES, CatalogueDiff, GoodChange
from deminimis.catalogues.mixed_bills import TABLE_GROUPS, pair_bills
from deminimis.catalogues.run import run_catalogue
from deminimis.catalogues.shapley import split_change
from deminimis.cli import main
from tests.catalogues.small_catalogues import PUMPS, Tables, changed, write_tables
from tests.catalogues.test_catalogue import arrow_tables
from tests.strategies import Rows, boms

ON = "2026-11-22"
HK = changed(PUMPS, "declarations", 0, material_origin="Hong Kong")


def run(folder: Path, name: str, tables: Tables, **options: Any) -> Path:
    write_tables(folder / f"{name}-in", tables)
    return run_catalogue(folder / f"{name}-in", folder / name, **{"on": ON, **options}).out


def compare(folder: Path, before: Tables, after: Tables, **options: Any) -> CatalogueDiff:
    return diff_catalogues(run(folder, "a", before), run(folder, "b", after, **options))


def good(found: CatalogueDiff, part_number: str) -> GoodChange:
    change = found.good(part_number)
    assert change is not None
    return change


ALONE: dict[str, tuple[Tables, Tables, dict[str, Any]]] = {
    "bom": (PUMPS, changed(PUMPS, "lines", 1, quantity=6), {}),
    "price": (PUMPS, changed(PUMPS, "prices", 0, typical=2600), {}),
    "currency": (PUMPS, changed(PUMPS, "rates", 1, per_base=0.5), {}),
    "declaration": (PUMPS, changed(PUMPS, "declarations", 0, amount=0.2), {}),
    "value": (PUMPS, changed(PUMPS, "parts", 0, unit_value=700), {}),
    "rule": (HK, HK, {"reading": Reading(china="with_hk_mo")}),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_changed_alone_has_the_whole_change(tmp_path: Path, cause: str) -> None:
    before, after, options = ALONE[cause]
    found = compare(tmp_path, before, after, **options)
    assert found.causes == (cause,)
    for change in (*found.flipped, *found.moved):
        margin = change.split["margin"]
        assert margin[cause] == pytest.approx(change.after.margin - change.before.margin, rel=1e-12)  # type: ignore[operator]
        assert [margin[other] for other in CAUSES if other != cause] == [0.0] * 5
        assert change.cause == cause
    assert found.flipped or found.moved


def test_two_identical_runs_differ_in_nothing(tmp_path: Path) -> None:
    found = compare(tmp_path, PUMPS, PUMPS)
    assert found.same
    assert found.exit_status == 0
    assert (found.flipped, found.moved, found.came, found.went, found.causes) == ((), (), (), (), ())


def test_lines_in_another_order_differ_in_nothing(tmp_path: Path) -> None:
    turned = {name: rows[::-1] for name, rows in PUMPS.items()}
    assert compare(tmp_path, PUMPS, turned).same


EVERYTHING = changed(
    changed(
        changed(
            changed(changed(PUMPS, "lines", 1, quantity=6), "prices", 0, typical=3000), "rates", 1, per_base=0.8
        ),
        "declarations", 0, amount=0.12,
    ),
    "parts", 0, unit_value=800,
)  # fmt: skip


def test_the_parts_add_up_and_change_sign_with_the_order_of_the_runs(tmp_path: Path) -> None:
    first = run(tmp_path, "a", PUMPS)
    second = run(tmp_path, "b", EVERYTHING, on="2026-12-22")
    there, back = diff_catalogues(first, second), diff_catalogues(second, first)
    assert there.causes == CAUSES
    assert [c.part_number for c in there.flipped] == ["pump"]
    assert good(there, "pump").decided_by == "margin"
    for number in ("pump", "mixer"):
        change, reverse = good(there, number), good(back, number)
        told = change.after.margin - change.before.margin  # type: ignore[operator]
        assert sum(change.split["margin"].values()) == pytest.approx(told, rel=1e-9)
        for amount, parts in change.split.items():
            assert {c: -p for c, p in parts.items()} == pytest.approx(dict(reverse.split[amount]), rel=1e-9, abs=1e-15)
    # N of the pump: quantity x 1.5, price x 1.5, amount x 1.2: the first two pull alike, and rates do not touch it
    parts = good(there, "pump").split["margin"]
    assert parts["bom"] == pytest.approx(parts["price"])
    assert parts["value"] == pytest.approx(0.001 * 100)
    assert parts["currency"] == parts["rule"] == 0.0


def test_goods_come_and_go(tmp_path: Path) -> None:
    after = deepcopy(PUMPS)
    after["lines"] = [line for line in after["lines"] if line["parent"] != "mixer"]
    after["lines"].append({"parent": "fan", "child": "magnet", "quantity": 2})
    found = compare(tmp_path, PUMPS, after)
    assert [number for number, _ in found.came] == ["fan"]
    assert [number for number, _ in found.went] == ["mixer"]
    assert found.exit_status == 1
    assert not found.flipped


def test_a_part_that_is_new_brings_its_value_and_declaration_along_with_its_lines(tmp_path: Path) -> None:
    after = deepcopy(PUMPS)
    after["lines"].append({"parent": "mixer", "child": "sensor", "quantity": 1})
    after["parts"].append({"part_number": "sensor", "unit_value": 50, "currency": "EUR"})
    after["declarations"].append({**after["declarations"][0], "part_number": "sensor", "amount": 0.4})
    found = compare(tmp_path, PUMPS, after)
    assert found.causes == ("bom",)
    assert good(found, "mixer").split["margin"]["bom"] == pytest.approx(0.8 - 0.001 * 50 / 0.9)


def test_a_flip_by_a_value_that_is_not_known_any_more_says_so(tmp_path: Path) -> None:
    found = compare(tmp_path, PUMPS, changed(PUMPS, "parts", 3, unit_value=""))
    mixer = good(found, "mixer")
    assert (mixer.before.verdict, mixer.after.verdict) == ("below", "undetermined")
    assert mixer.decided_by == "article_value_open"
    assert mixer.split["article_value_open"]["value"] == 1.0
    assert "margin" not in mixer.split
    assert mixer.cause == "value"
    assert mixer.margin_change is None


def test_a_flip_by_an_error_in_the_data_says_so(tmp_path: Path) -> None:
    found = compare(tmp_path, PUMPS, changed(PUMPS, "lines", 1, quantity="four"))
    pump = good(found, "pump")
    assert pump.after.verdict == "undetermined"
    assert pump.decided_by == "data_error"


def test_a_flip_by_an_origin_that_is_not_known_any_more_is_of_the_low_end(tmp_path: Path) -> None:
    found = compare(
        tmp_path,
        changed(PUMPS, "declarations", 0, amount=0.2),
        changed(PUMPS, "declarations", 0, amount=0.2, material_origin=""),
    )
    pump = good(found, "pump")
    assert (pump.before.verdict, pump.after.verdict) == ("at_or_above", "undetermined")
    assert pump.decided_by == "margin_low"
    assert pump.split["margin_low"]["declaration"] == pytest.approx(-1.6)
    assert pump.cause == "declaration"


def test_runs_in_two_base_currencies_are_compared_in_the_first(tmp_path: Path) -> None:
    after = changed(changed(PUMPS, "rates", 0, per_base=1.25), "rates", 1, per_base=1)
    found = compare(tmp_path, PUMPS, after)
    pump = good(found, "pump")
    assert (pump.before.currency, pump.after.currency) == ("USD", "EUR")
    assert pump.margin_change == pytest.approx(0.0, abs=1e-12)
    # the magnet of 40 EUR is worth 50 USD where it was worth 44.44
    assert good(found, "mixer").split["margin"]["currency"] == pytest.approx(-0.001 * (50 - 40 / 0.9))


def test_suppliers_prices_are_values_and_their_shares_are_origins(tmp_path: Path) -> None:
    before = deepcopy(PUMPS)
    before["parts"][2] = {"part_number": "magnet", "unit_value": "", "currency": ""}
    before["sourcing"] = [
        {"part_number": "magnet", "supplier": "S1", "share_percent": 50, "unit_value": 40, "currency": "USD"},
        {"part_number": "magnet", "supplier": "S2", "share_percent": 50, "unit_value": 60, "currency": "USD"},
    ]
    dearer = changed(before, "sourcing", 1, unit_value=80)
    found = compare(tmp_path, before, dearer)
    assert found.causes == ("value",)
    assert good(found, "mixer").split["article_value"]["value"] == pytest.approx(10)
    moved = changed(changed(dearer, "sourcing", 0, share_percent=20), "sourcing", 1, share_percent=80)
    found = diff_catalogues(tmp_path / "b", run(tmp_path, "c", moved))
    assert found.causes == ("declaration",)
    assert good(found, "mixer").split["article_value"]["declaration"] == pytest.approx(72 - 60)


@pytest.mark.parametrize("option", [{"keep_bom": False}, {"details": False}])
def test_without_a_bill_flips_are_listed_and_not_split(tmp_path: Path, option: dict[str, bool]) -> None:
    found = compare(tmp_path, PUMPS, EVERYTHING, **option)
    assert [change.part_number for change in found.flipped] == ["pump"]
    assert found.flipped[0].split == {}
    assert found.flipped[0].margin_change == pytest.approx(1.46)
    assert str(tmp_path / "b") in found.not_split
    assert str(tmp_path / "a") not in found.not_split


def test_what_other_reference_data_changed_is_counted_to_the_rule(tmp_path: Path) -> None:
    first, second = run(tmp_path, "a", PUMPS), run(tmp_path, "b", changed(PUMPS, "prices", 0, typical=2600))
    goods = pq.read_table(first / "goods.parquet")
    for end in ("low", "typical", "high"):  # as an earlier version may have told
        at = goods.column_names.index(f"controlled_value_{end}")
        goods = goods.set_column(at, f"controlled_value_{end}", pa.array([0.7, 0.1]))
    pq.write_table(goods, first / "goods.parquet")
    summary = json.loads((first / "summary.json").read_text())
    summary["files"]["goods.parquet"] = hashlib.sha256((first / "goods.parquet").read_bytes()).hexdigest()
    summary["reference"]["version"] = "an earlier one"
    (first / "summary.json").write_text(json.dumps(summary))
    parts = good(diff_catalogues(first, second), "pump").split["controlled_value"]
    assert parts["price"] == pytest.approx(1.04 - 0.8)
    assert parts["rule"] == pytest.approx(0.8 - 0.7)


def test_no_more_moved_goods_are_listed_than_asked_for(tmp_path: Path) -> None:
    compare(tmp_path, PUMPS, EVERYTHING)
    found = diff_catalogues(tmp_path / "a", tmp_path / "b", top=0)
    assert (len(found.flipped), found.moved, found.moved_count) == (1, (), 1)
    assert not found.same


def test_a_folder_that_is_no_whole_result_is_refused(tmp_path: Path) -> None:
    whole = run(tmp_path, "a", PUMPS)
    with pytest.raises(CatalogueError, match="not the whole result of a run"):
        diff_catalogues(whole, tmp_path / "nothing")
    (whole / "bom" / "lines.parquet").write_bytes(b"PAR1")
    with pytest.raises(CatalogueError, match="not the whole result of a run"):
        diff_catalogues(whole, whole)


@given(boms(), boms())
@settings(max_examples=40, deadline=None)
def test_a_mixture_of_one_side_alone_has_the_amounts_of_that_side(one: dict[str, Rows], other: dict[str, Rows]) -> None:
    judged = [catalogue(on=ON, **arrow_tables(rows)) for rows in (one, other)]
    numbers = [set(found.goods["part_number"].to_pylist()) for found in judged]
    common = sorted(numbers[0] & numbers[1])
    if not common:
        return
    bases = [found.calculation.measures.money.base for found in judged]
    bills = pair_bills(*(found.calculation.bom for found in judged), common, (bases[0], bases[1]))
    for side, found in enumerate(judged):
        mixed = measure(bills.mixture(dict.fromkeys(TABLE_GROUPS, side)), on=as_day(ON), reading=Reading())
        whole, wanted = found.calculation.measures, pa.array(common, pa.string())
        here, there = mixed.structure.codes(wanted), whole.structure.codes(wanted)
        np.testing.assert_allclose(mixed.value[here], whole.value[there], rtol=1e-12)
        np.testing.assert_allclose(mixed.controlled[here], whole.controlled[there], rtol=1e-12)
        assert (mixed.value_open[here] == whole.value_open[there]).all()
        assert (mixed.controlled_open[here] == whole.controlled_open[there]).all()


@given(boms(), boms())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_two_catalogues_split_to_the_change(tmp_path: Path, one: dict[str, Rows], other: dict[str, Rows]) -> None:
    outs = []
    for name, rows in (("a", one), ("b", other)):
        for old in (tmp_path / f"{name}-in").glob("*"):
            old.unlink()
        (tmp_path / f"{name}-in").mkdir(exist_ok=True)
        for table, content in arrow_tables(rows).items():
            pq.write_table(content, tmp_path / f"{name}-in" / f"{table}.parquet")
        outs.append(run_catalogue(tmp_path / f"{name}-in", tmp_path / name, on=ON).out)
    found = diff_catalogues(*outs)
    for change in (*found.flipped, *found.moved):
        if change.before.currency == change.after.currency and change.margin_change is not None:
            told = change.after.margin - change.before.margin  # type: ignore[operator]
            # a margin is the difference of two larger numbers
            ends = [end for one in (change.before, change.after) for end in (*one.controlled_value, one.article_value)]
            size = max(abs(end or 0) for end in ends)
            assert sum(change.split["margin"].values()) == pytest.approx(told, rel=1e-9, abs=1e-12 * size)
        assert set(change.split.get("margin", {})) <= set(CAUSES)
        assert {c for parts in change.split.values() for c, part in parts.items() if part} <= set(found.causes)


def test_shapley_of_three_causes_by_hand() -> None:
    # v = a + 2 b c: a is alone, b and c share their product
    parts = split_change(("a", "b", "c"), lambda t: np.array([t["a"] + 2.0 * t["b"] * t["c"]]))
    assert {c: float(p[0]) for c, p in parts.items()} == pytest.approx({"a": 1.0, "b": 1.0, "c": 1.0})
    assert split_change((), lambda t: np.array([5.0])) == {}


def test_the_command_prints_flips_with_their_causes(tmp_path: Path) -> None:
    compare(tmp_path, PUMPS, EVERYTHING)
    done = CliRunner().invoke(main, ["catalogue", "diff", str(tmp_path / "a"), str(tmp_path / "b")])
    assert done.exit_code == 1
    for words in ("1 verdict flipped", "below → at or above", "mainly by", "pump", "bill of materials", "+1.46"):
        assert words in done.output
    assert "at_or_above" not in done.output


def test_the_command_prints_one_document(tmp_path: Path) -> None:
    compare(tmp_path, PUMPS, EVERYTHING)
    done = CliRunner().invoke(main, ["catalogue", "diff", str(tmp_path / "a"), str(tmp_path / "b"), "--json"])
    told = json.loads(done.output)
    assert told["schema"] == "deminimis/catalogue-diff/1"
    assert told["counts"] == {"flipped": 1, "flips": {"below -> at_or_above": 1}, "moved": 1, "came": 0, "went": 0}
    assert set(told["flipped"][0]["split"]["margin"]) == set(CAUSES)


def test_the_command_says_that_nothing_differs(tmp_path: Path) -> None:
    compare(tmp_path, PUMPS, PUMPS)
    done = CliRunner().invoke(main, ["catalogue", "diff", str(tmp_path / "a"), str(tmp_path / "b")])
    assert done.exit_code == 0
    assert "Nothing differs" in done.output
