"""Changes made to the tables: what they write, what they leave, what they refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from deminimis.assessment import Calculation, calculate
from deminimis.errors import QuestionError
from deminimis.model import Bom, Reading, finding
from deminimis.scenarios import (
    Change,
    Declare,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    SupplierChange,
    Swap,
    ValueChange,
    apply_changes,
)
from deminimis.scenarios.scenario import Scenario
from tests.scenarios.bills import DECLARATIONS, DECLARED, LINES, ON, PARTS, PRICES, bill


def cells(bom: Bom, table: str, *columns: str, **where: Any) -> list[tuple[Any, ...]]:
    rows = [row for row in bom.table(table).to_pylist() if all(row[c] == text for c, text in where.items())]
    return [tuple(row[column] for column in columns) for row in rows]


def after(calculation: Calculation, *changes: Change | Scenario) -> Calculation:
    return calculate(apply_changes(calculation, *changes), calculation.on, calculation.reading)


def controlled(calculation: Calculation, part: str) -> list[float]:
    return calculation.measures.controlled[calculation.code(part)].tolist()


def value(calculation: Calculation, part: str) -> float:
    return float(calculation.measures.value[calculation.code(part)])


def test_the_bill_as_it_is_stays_as_it_is() -> None:
    base = bill()
    tables = {name: base.bom.table(name) for name in ("parts", "lines", "declarations", "prices", "rates")}
    apply_changes(base, OriginChange("MAG", "Japan"), QuantityChange("PUMP", "MOTOR", 3), PriceChange("Tb", 5))
    assert all(base.bom.table(name) is table for name, table in tables.items())
    assert controlled(base, "PUMP") == [1.0, 1.0, 1.0]


def test_the_order_of_changes_does_not_matter() -> None:
    changes = [
        OriginChange("MAG", "Japan"),
        Declare("MAG", "dysprosium_metal", 0.5, "g_per_piece"),
        Swap("MOTOR", "MOTOR-2", parent="FAN"),
        QuantityChange("FAN", "MOTOR-2", 3),
        ValueChange("MAG", 44),
    ]
    base = bill()
    assert apply_changes(base, *changes) == apply_changes(base, *reversed(changes))


# ---- origin


def test_an_origin_is_set_where_it_is_declared() -> None:
    base = bill(declarations=[*DECLARATIONS, {**DECLARED, "material": "dysprosium_metal", "amount": 0.5}])
    bom = apply_changes(base, OriginChange("MAG", "Japan"))
    assert cells(bom, "declarations", "material_origin") == [("JP",), ("JP",)]
    assert not len(bom.sourcing)


def test_an_origin_is_set_with_every_supplier() -> None:
    sourcing = [{"part_number": "MAG", "supplier": s, "share_percent": 50, "origin": "China"} for s in ("A", "B")]
    bom = apply_changes(bill(declarations=[], sourcing=sourcing), OriginChange("MAG", "unknown"))
    assert cells(bom, "sourcing", "origin") == [(None,), (None,)]


@pytest.mark.parametrize("declarations", [[], [{**DECLARATIONS[0], "valid_to": "2026-01-01"}]])
def test_an_estimate_takes_the_origin_too(declarations: list[dict[str, Any]]) -> None:
    base = bill(declarations=declarations)
    low, typical, high = controlled(base, "MAG")
    assert low == 0 < typical <= high
    assert controlled(after(base, OriginChange("MAG", "Japan")), "MAG") == [0, 0, 0]
    chinese = controlled(after(base, OriginChange("MAG", "China")), "MAG")
    assert chinese[1:] == [typical, high]


def test_a_part_that_is_the_material_has_the_origin_of_the_material() -> None:
    parts = [
        {**row, "item_class": "part1_material", "origin": "China"} if row["part_number"] == "MAG" else row
        for row in PARTS
    ]
    base = bill(declarations=[], parts=parts)
    assert controlled(base, "MAG")[2] > 0
    assert controlled(after(base, OriginChange("MAG", "Japan")), "MAG") == [0, 0, 0]


# ---- supplier, grade, value, price


def test_one_supplier_is_left_with_what_is_known_of_it() -> None:
    sourcing = [
        {"part_number": "MAG", "supplier": "A", "share_percent": 60, "origin": "China", "unit_value": 30},
        {"part_number": "MAG", "supplier": "B", "share_percent": 40, "origin": "Japan", "unit_value": 50},
    ]
    parts = [{**row, "unit_value": None} if row["part_number"] == "MAG" else row for row in PARTS]
    base = bill(sourcing=sourcing, parts=parts)
    assert value(base, "MAG") == 38
    changed = after(base, SupplierChange("MAG", "B"))
    assert cells(changed.bom, "sourcing", "supplier", "share_percent", "origin") == [("B", 100.0, "Japan")]
    assert (value(changed, "MAG"), cells(changed.bom, "parts", "supplier", part_number="MAG")) == (50, [("B",)])


def test_declarations_of_another_supplier_prove_nothing_of_the_new_one() -> None:
    parts = [{**row, "item_class": None} for row in PARTS]
    base = bill(parts=parts, declarations=[{**DECLARATIONS[0], "supplier": "A"}])
    assert controlled(base, "MAG")[0] == 0.25
    assert controlled(after(base, SupplierChange("MAG", "B")), "MAG") == [0, 0.25, 0.25]


@pytest.mark.parametrize("table", ["parts", "sourcing"])
def test_a_declaration_without_a_name_is_that_of_the_supplier_of_today(table: str) -> None:
    parts = [{**row, "item_class": None} for row in PARTS]
    sourcing = [{"part_number": "MAG", "supplier": "A", "share_percent": 100}] if table == "sourcing" else []
    if table == "parts":
        parts = [{**row, "supplier": "A"} if row["part_number"] == "MAG" else row for row in parts]
    base = bill(parts=parts, sourcing=sourcing)
    assert controlled(after(base, SupplierChange("MAG", "A")), "MAG") == [0.25, 0.25, 0.25]
    assert controlled(after(base, SupplierChange("MAG", "B")), "MAG") == [0, 0.25, 0.25]
    own = Declare("MAG", "terbium_metal", 0.3, "value_per_piece", "China", instead=False)
    assert controlled(after(base, SupplierChange("MAG", "B"), own), "MAG")[0] == 0.3


def test_nobodys_word_stays_where_no_supplier_is_known() -> None:
    assert controlled(after(bill(), SupplierChange("MAG", "B")), "MAG") == [0.25, 0.25, 0.25]


def test_a_grade_counts_where_nothing_is_declared() -> None:
    base = bill(declarations=[])
    plain = controlled(after(base, GradeChange("MAG", "N35")), "MAG")
    assert controlled(after(base, GradeChange("MAG", "N38EH")), "MAG")[2] > plain[2]


def test_a_value_is_written_in_the_base_currency_and_leaves_it_the_base() -> None:
    base = bill(
        parts=[{"part_number": "PUMP", "unit_value": 9, "currency": "EUR", "price_date": "2026-01-01"}], lines=[]
    )
    changed = after(base, ValueChange("PUMP", 10))
    assert changed.measures.money.base == "EUR"
    assert cells(changed.bom, "parts", "unit_value", "currency", "price_date") == [(10.0, "EUR", None)]


def test_a_part_without_a_record_gets_one() -> None:
    changed = after(bill(lines=[*LINES, ("MOTOR", "BOLT", 2)]), ValueChange("BOLT", 3))
    assert cells(changed.bom, "parts", "unit_value", part_number="BOLT") == [(3.0,)]
    assert value(changed, "MOTOR") == 166


def test_longer_decimals_do_not_outlive_their_number() -> None:
    base = bill(long_decimals={("parts", "unit_value", 0): "950.00000000000000001"})
    assert apply_changes(base, ValueChange("PUMP", 1000)).long_decimals == {}
    assert apply_changes(base, ValueChange("MAG", 44)).long_decimals == base.bom.long_decimals


def test_a_price_takes_the_place_of_every_price_of_the_material() -> None:
    prices = [
        *PRICES,
        {**PRICES[0], "typical": 1300, "basis": "ex_china"},
        {**PRICES[0], "material": "dysprosium_metal"},
    ]
    bom = apply_changes(bill(prices=prices), PriceChange("terbium_metal", 2, "USD", "g"))
    told = cells(bom, "prices", "typical", "unit", "date", "basis", material="terbium_metal")
    assert told == [(2.0, "g", date.fromisoformat(ON), None)]
    assert len(bom.prices) == 2


def test_a_price_counts_under_the_price_basis_that_is_read() -> None:
    declared = {
        **DECLARED,
        "material": "terbium_metal",
        "amount": 1,
        "basis": "g_per_piece",
        "material_origin": "China",
    }
    base = bill(declarations=[declared], reading=Reading(price_basis="ex_china"))
    assert controlled(after(base, PriceChange("terbium_metal", 2000)), "MAG") == [2.0, 2.0, 2.0]


def test_the_price_of_a_day_beats_another_form_quoted_before() -> None:
    declared = {**DECLARED, "material": "terbium", "amount": 1, "basis": "g_per_piece", "material_origin": "China"}
    prices = [PRICES[0], {**PRICES[0], "material": "terbium_oxide", "date": "2026-11-20"}]
    changed = after(bill(declarations=[declared], prices=prices), PriceChange("terbium_metal", 7000))
    assert controlled(changed, "MAG")[2] == pytest.approx(7.0)


# ---- declarations


def test_a_declaration_takes_the_place_of_those_before_it_or_stands_beside_them() -> None:
    base = bill(declarations=[{**DECLARATIONS[0], "supplier": s} for s in ("A", "B")])
    declared = {"material": "none", "part_number": "MAG"}
    assert cells(apply_changes(base, Declare(**declared)), "declarations", "material") == [("none",)]
    beside = apply_changes(base, Declare(**declared, instead=False))
    assert cells(beside, "declarations", "material") == [("terbium_metal",), ("terbium_metal",), ("none",)]
    of_a = apply_changes(base, Declare(**declared, supplier="A"))
    assert cells(of_a, "declarations", "material", "supplier") == [("terbium_metal", "B"), ("none", "A")]


def test_declarations_are_dropped_all_or_those_of_a_supplier_or_material() -> None:
    rows = [{**DECLARATIONS[0], "supplier": s, "material": m} for s in ("A", "B") for m in ("terbium_metal", "Dy")]
    base = bill(declarations=rows)
    assert not len(apply_changes(base, DropDeclarations("MAG")).declarations)
    assert len(apply_changes(base, DropDeclarations("MAG", supplier="A")).declarations) == 2
    left = apply_changes(base, DropDeclarations("MAG", "A", "dysprosium"))
    assert cells(left, "declarations", "supplier", "material")[0] == ("A", "terbium_metal")
    with pytest.raises(QuestionError, match="nothing to drop: no declaration is meant by declarations of CASE dropped"):
        apply_changes(base, DropDeclarations("CASE"))


def test_what_was_found_in_a_dropped_row_goes_with_it() -> None:
    wrong = finding("AMOUNT_MISSING", file="bom0.xlsx", sheet="lines", row=2, part_number="MAG", table="declarations")
    other = finding("QTY_MISSING", file="bom0.xlsx", sheet="lines", row=2, part_number="FAN", table="lines")
    base = bill(findings=(wrong, other))
    assert apply_changes(base, DropDeclarations("MAG")).findings == (other,)


def test_what_was_found_in_a_line_that_holds_another_row_stays() -> None:
    wrong = finding("NUMBER_NOT_READ", file="bom0.xlsx", sheet="lines", row=2, part_number="MAG", table="declarations")
    rows = [{**DECLARATIONS[0], "material": m, "row": 2} for m in ("terbium_metal", "dysprosium_metal")]
    base = bill(declarations=rows, findings=(wrong,))
    assert apply_changes(base, DropDeclarations("MAG", material="dysprosium_metal")).findings == (wrong,)
    assert apply_changes(base, DropDeclarations("MAG")).findings == ()


# ---- lines


def test_a_quantity_is_that_of_one_line() -> None:
    changed = after(bill(), QuantityChange("MOTOR", "MAG", 2))
    assert controlled(changed, "PUMP") == [0.5, 0.5, 0.5]
    assert cells(changed.bom, "lines", "quantity") == [(1.0,), (2.0,), (1.0,), (2.0,), (1.0,)]


def test_of_several_lines_one_is_named_by_its_position() -> None:
    twice = [{"parent": "MOTOR", "child": "MAG", "quantity": q, "position": p} for q, p in ((4, "10"), (6, "20"))]
    base = bill(lines=[*LINES[:3], *twice])
    changed = after(base, QuantityChange("MOTOR", "MAG", 1, "20"))
    assert controlled(changed, "PUMP") == [1.25, 1.25, 1.25]
    with pytest.raises(QuestionError, match=r"MOTOR has 2 lines with MAG \(positions 10, 20\): name one position"):
        apply_changes(base, QuantityChange("MOTOR", "MAG", 1))


def test_a_line_given_twice_by_two_tables_changes_in_both() -> None:
    again = [{"parent": "MOTOR", "child": "MAG", "quantity": 4, "place": 1}]
    base = bill(lines=[*LINES, *again])
    changed = after(base, QuantityChange("MOTOR", "MAG", 2))
    assert cells(changed.bom, "lines", "quantity", parent="MOTOR") == [(2.0,), (2.0,)]
    assert not [f for f in changed.measures.findings if f.code == "BLOCKS_DIFFER"]
    assert controlled(changed, "PUMP") == [0.5, 0.5, 0.5]


def test_a_line_of_another_day_is_no_line() -> None:
    old = {"parent": "MOTOR", "child": "CASE", "quantity": 1, "valid_to": "2026-01-01"}
    base = bill(lines=[*LINES, old])
    with pytest.raises(QuestionError, match="MOTOR has no line with CASE on 2026-11-22: look the line up"):
        apply_changes(base, QuantityChange("MOTOR", "CASE", 2))
    both = bill(lines=[*LINES, {**old, "child": "MAG"}])
    assert cells(apply_changes(both, QuantityChange("MOTOR", "MAG", 2)), "lines", "quantity", parent="MOTOR") == [
        (2.0,),
        (1.0,),
    ]


def test_a_part_is_swapped_everywhere_or_in_one_parent() -> None:
    base = bill()
    everywhere = after(base, Swap("MOTOR", "MOTOR-2"))
    assert (controlled(everywhere, "PUMP"), controlled(everywhere, "FAN")) == ([0, 0, 0], [0, 0, 0])
    assert value(everywhere, "FAN") == 2 * 60 + 200
    one = after(base, Swap("MOTOR", "MOTOR-2", parent="FAN"))
    assert (controlled(one, "PUMP")[0], controlled(one, "FAN")[0]) == (1.0, 0)


def test_two_parts_change_places() -> None:
    changed = after(bill(), Swap("MOTOR", "CASE", parent="FAN"), Swap("CASE", "MOTOR", parent="FAN"))
    assert cells(changed.bom, "lines", "child", "quantity", parent="FAN") == [("CASE", 2.0), ("MOTOR", 1.0)]


def test_the_finished_goods_stay_the_finished_goods() -> None:
    for base in (bill(), bill(parts=[{**row, "finished_good": None} for row in PARTS])):
        names = [base.part_numbers[code] for code in base.goods.tolist()]
        changed = after(base, Swap("MOTOR", "MOTOR-2"))
        assert sorted(changed.part_numbers[code] for code in changed.goods.tolist()) == sorted(names)


def test_a_swapped_in_part_counts_in_the_unit_of_the_old_one() -> None:
    """Half a kilogram of powder does not become half a piece of magnet."""
    parts = [*PARTS, {"part_number": "POWDER", "unit": "kg", "unit_value": 9, "currency": "USD"}]
    base = bill(parts=parts, lines=[*LINES, ("PUMP", "POWDER", 0.5)], declarations=[])
    changed = after(base, Swap("POWDER", "MAG"))
    assert cells(changed.bom, "lines", "child", "unit", parent="PUMP") == [("MOTOR", None), ("MAG", "kg")]
    pump = changed.code("PUMP")
    structure = changed.measures.structure
    lines = range(structure.first[pump], structure.first[pump + 1])
    held = {changed.part_numbers[structure.child[i]]: changed.measures.contained[i] for i in lines}
    assert held["MAG"] == pytest.approx(500 / 50)


def test_a_new_part_has_to_be_declared_with_the_swap() -> None:
    base = bill()
    with pytest.raises(QuestionError, match=r"MAGX is no part .* or declare in the same scenario what is in MAGX"):
        apply_changes(base, Swap("MAG", "MAGX"))
    with pytest.raises(QuestionError, match="MAGX is no part"):
        apply_changes(base, Swap("MAG", "MAGX"), ValueChange("MAGX", 3))
    changed = after(base, Swap("MAG", "MAGX"), Declare("MAGX", "none"), ValueChange("MAGX", 45))
    assert (controlled(changed, "PUMP"), value(changed, "MOTOR")) == ([0, 0, 0], 180)


def test_swapping_a_part_that_is_not_there() -> None:
    base = bill()
    with pytest.raises(QuestionError, match=r"MAGG is no part of this bill of materials: did you mean MAG\?"):
        apply_changes(base, Swap("MAGG", "CASE"))
    with pytest.raises(QuestionError, match="PUMP is in no line: it cannot be replaced there"):
        apply_changes(base, Swap("PUMP", "CASE"))
    with pytest.raises(QuestionError, match="MAG is in no line of PUMP"):
        apply_changes(base, Swap("MAG", "CASE", parent="PUMP"))
    with pytest.raises(QuestionError, match="PUMPE is no part"):
        apply_changes(base, Swap("MAG", "CASE", parent="PUMPE"))


def test_a_swap_that_closes_a_circle_is_refused_with_the_path() -> None:
    base = bill()
    with pytest.raises(QuestionError, match=r"closes a circle, (MOTOR > PUMP > MOTOR|PUMP > MOTOR > PUMP)"):
        apply_changes(base, Swap("MAG", "PUMP", parent="MOTOR"))
    with pytest.raises(QuestionError, match="closes a circle, MOTOR > MOTOR: a part cannot contain itself"):
        apply_changes(base, Swap("MAG", "MOTOR"))


def test_a_circle_that_was_there_before_is_none_of_the_swap() -> None:
    base = bill(lines=[*LINES, ("MOTOR", "PUMP", 1)])
    assert apply_changes(base, Swap("CASE", "MAG", parent="FAN"))


# ---- what has to be there


@pytest.mark.parametrize(
    "change",
    [
        OriginChange("MAGG", "Japan"),
        SupplierChange("MAGG", "A"),
        GradeChange("MAGG", "N35"),
        ValueChange("MAGG", 3),
        QuantityChange("MOTOR", "MAGG", 2),
        Declare("MAGG", "none"),
        DropDeclarations("MAGG"),
    ],
)
def test_a_part_that_is_not_there_is_named_with_one_like_it(change: Change) -> None:
    with pytest.raises(QuestionError, match=r"MAGG is no part of this bill of materials: did you mean MAG\?"):
        apply_changes(bill(), change)


@pytest.mark.parametrize(
    "change",
    [
        ValueChange("MAG", 3, "EUR"),
        PriceChange("terbium_metal", 3, "EUR"),
        Declare("MAG", "terbium_metal", 3, "value_per_piece", currency="EUR"),
    ],
)
def test_money_needs_a_rate(change: Change) -> None:
    with pytest.raises(QuestionError, match=r"no rate for EUR \(.*\): give the amount in USD, or add a row"):
        apply_changes(bill(), change)
    rates = [{"currency": "USD", "per_base": 1}, {"currency": "EUR", "per_base": 0.5}]
    assert apply_changes(bill(rates=rates), change)


def test_the_value_of_a_rate_is_kept() -> None:
    rates = [{"currency": "USD", "per_base": 1}, {"currency": "EUR", "per_base": 0.5}]
    assert value(after(bill(rates=rates), ValueChange("MAG", 3, "EUR")), "MAG") == 6
