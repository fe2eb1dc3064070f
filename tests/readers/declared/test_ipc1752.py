from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis import assess
from deminimis.errors import InputError
from deminimis.readers.declared import SmelterOrigins, apply_origins
from deminimis.readers.declared.declarations import decimal
from tests.builders import make_bom
from tests.readers.declared.sample_declarations import (
    IPC_B,
    amount,
    as_file,
    codes_of,
    grams_of,
    ipc,
    magnet,
    material,
    product,
    read,
    rows_of,
    substance,
    tag,
)

DYSPROSIUM = substance("Dy", amount("0.4"))
AUSTRALIAN = SmelterOrigins("Sample Supply", "product", ("SAMPLE-1",), ("AU",), "sample.xlsx", (5,))


def test_the_sample_motor_by_hand():
    # 4 magnets of 10 g: 26 % Nd = 2.6 g, 4.25 % Dy = 0.425 g; terbium may hide in 0.1 % of 40 g
    sample = Path(__file__).with_name("sample_motor.xml").read_bytes()
    found = read(sample, "sample_motor.xml")
    assert found.kind == "ipc1752a_class_d"
    assert grams_of(found) == {
        "neodymium_metal": (10.4, 10.4, 10.4),
        "dysprosium_metal": (1.7, 1.7, 1.7),
        "terbium_metal": (0, 0, 0.04),
    }
    row = next(row for row in rows_of(found) if row["material"] == "dysprosium_metal")
    assert row["part_number"] == "MOTOR-S"
    assert (row["scope"], row["evidence"], row["supplier"]) == ("whole", "signed", "Sample Magnets")
    assert row["reference"] == "sample_motor.xml SAMPLE-1"
    assert sample.splitlines()[row["row"] - 1].strip().startswith(b'<Substance name="Dysprosium"')
    assert "material_origin" not in row
    assert codes_of(found).count("ORIGIN_NOT_IN_FORMAT") == 1
    assert (found.rows, len(found.skipped)) == (5, 3)


def test_the_b_namespace_and_the_wrapper_of_1752b():
    found = read(ipc(tag("IPC-1752B", product(magnet(DYSPROSIUM, iron="6.1"), mass=amount(10))), space=IPC_B))
    assert found.kind == "ipc1752b_class_d"
    assert grams_of(found)["dysprosium_metal"] == (0.4, 0.4, 0.4)


@pytest.mark.parametrize(
    ("stated", "grams"),
    [
        (amount("400", "mg"), 0.4),
        (amount("0.0004", "kg"), 0.4),
        (amount("40000", "ppm"), 0.4),
        (amount("4", "massPercent"), 0.4),
        (tag("Concentration", value="4"), 0.4),
        (amount("400", "mg") + tag("Concentration", value="4"), 0.4),
        (amount("4e-1"), 0.4),
    ],
)
def test_units(stated, grams):
    found = read(ipc(product(magnet(substance("Dy", stated), iron="6.1"), mass=amount(10))))
    assert grams_of(found)["dysprosium_metal"] == (grams, grams, grams)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("", "AMOUNT_MISSING"),
        (amount("0,4"), "NUMBER_NOT_READ"),
        (amount("-1"), "NUMBER_NOT_READ"),
        (amount("1e999999999"), "NUMBER_NOT_READ"),
        (amount("4", "furlong"), "UNIT_NOT_KNOWN"),
        (amount("4", ""), "UNIT_NOT_KNOWN"),
        (amount("101", "massPercent"), "NUMBER_OUT_OF_RANGE"),
        (amount("400", "g") + tag("Concentration", value="4"), "AMOUNTS_DISAGREE"),
    ],
)
def test_an_amount_that_cannot_be_trusted_makes_the_product_unreliable(stated, code):
    found = read(ipc(product(magnet(substance("Dy", stated)), mass=amount(10))))
    fault = next(f for f in found.findings if f.code == code)
    assert (fault.severity, fault.part_number) == ("error", "SAMPLE-1")
    assert fault.row > 0
    assert all(row["scope"] == "own" for row in rows_of(found))
    assert len(found.skipped) == 3


def test_a_share_without_the_mass_of_the_material():
    found = read(ipc(product(material("alloy", "", substance("Dy", tag("Concentration", value="4"))))))
    fault = next(f for f in found.findings if f.code == "MATERIAL_MASS_MISSING")
    assert fault.part_number == "SAMPLE-1"
    assert found.raw == ()


def test_a_material_declared_as_a_share_of_its_product():
    copper = material("copper", amount("90", "massPercent"), substance("Cu", tag("Concentration", value="100")))
    oxide = material("oxide", amount("10", "massPercent"), substance("Dy2O3", tag("Concentration", value="100")))
    found = read(ipc(product(copper, oxide, mass=amount(50))))
    assert grams_of(found) == {"dysprosium_oxide": (5, 5, 5)}


def test_an_element_outside_a_magnet_has_no_form():
    found = read(ipc(product(material("layer", amount(1), substance("Dy", amount(1))), mass=amount(1))))
    assert grams_of(found) == {"dysprosium": (1, 1, 1)}


def test_none_is_said_only_by_a_complete_declaration():
    copper = material("copper", amount(10), substance("Cu", amount(10)))
    whole = read(ipc(product(copper, mass=amount(10))))
    assert [(row["material"], row["scope"]) for row in rows_of(whole)] == [("none", "whole")]
    for mass in (amount(20), amount("10.02"), ""):
        part = read(ipc(product(copper, mass=mass)))
        assert part.raw == ()
        assert "DECLARATION_INCOMPLETE" in codes_of(part)


def test_what_is_not_to_declare_may_be_anything():
    secret = material("coating", amount(10), substance("Cu", amount(9)), substance("not to declare", amount(1), cas=""))
    found = read(ipc(product(secret, mass=amount(10))))
    assert found.raw == ()
    assert "DECLARATION_INCOMPLETE" in codes_of(found)


def test_an_incomplete_declaration_replaces_nothing():
    found = read(ipc(product(magnet(DYSPROSIUM, iron="6.1"), mass=amount(100))))
    row = next(row for row in rows_of(found) if row["material"] == "dysprosium_metal")
    assert (row["scope"], row["low"], row["amount"], row["high"]) == ("own", 0, 0.4, 0.4)


def test_a_magnet_without_dysprosium_may_hide_some():
    found = read(ipc(product(magnet(), mass=amount(10))))
    assert grams_of(found) == {
        "neodymium_metal": (2.5, 2.5, 2.5),
        "dysprosium_metal": (0, 0, 0.01),
        "terbium_metal": (0, 0, 0.01),
    }


def subproducts(product_mass):
    part = product(magnet(DYSPROSIUM, iron="6.1"), number="M", name="SubProduct", numberOfInstances=8)
    return read(ipc(product(part, mass=amount(product_mass) if product_mass else "")))


def test_subproducts_are_counted_as_the_mass_of_the_product_says():
    assert grams_of(subproducts(80))["dysprosium_metal"] == (3.2, 3.2, 3.2)
    assert grams_of(subproducts(10))["dysprosium_metal"] == (0.4, 0.4, 0.4)


def test_subproducts_that_cannot_be_told_keep_the_whole_range():
    for mass in (None, 35):
        found = subproducts(mass)
        assert grams_of(found)["dysprosium_metal"] == (0, 3.2, 3.2)
        assert "SUBPRODUCT_COUNT_UNCLEAR" in codes_of(found)


def test_substances_that_outweigh_their_product_are_an_error():
    found = read(ipc(product(magnet(DYSPROSIUM), mass=amount("10", "mg"))))
    assert next(f for f in found.findings if f.code == "DECLARED_MASS_EXCEEDED").severity == "error"
    found = read(ipc(product(magnet(substance("Dy", amount("400"))), mass=amount(1000))))
    assert "DECLARED_MASS_EXCEEDED" in codes_of(found)


@pytest.mark.parametrize("odd", [{"unitType": "meter"}, {"numberOfInstances": "1000"}, {"numberOfInstances": "many"}])
def test_amounts_that_are_not_for_one_piece_are_an_error(odd):
    found = read(ipc(product(magnet(DYSPROSIUM), mass=amount("10.4"), **odd)))
    assert next(f for f in found.findings if f.code == "DECLARED_UNIT_UNCLEAR").part_number == "SAMPLE-1"


def test_a_part_of_zero_pieces_is_an_error():
    part = product(magnet(), number="M", name="SubProduct", numberOfInstances=0)
    found = read(ipc(product(part, mass=amount(10))))
    assert "NUMBER_OUT_OF_RANGE" in codes_of(found)


def test_both_part_numbers_are_declared():
    own = tag("ProductID", amount(10), itemNumber="MAKER", requesterItemNumber="OURS")
    found = read(ipc(tag("Product", own, magnet())))
    assert {row["part_number"] for row in rows_of(found)} == {"MAKER", "OURS"}


def test_a_product_without_a_number_declares_nothing():
    found = read(ipc(product(magnet(DYSPROSIUM), number="")))
    assert "ID_MISSING" in codes_of(found)
    assert (found.raw, found.rows, len(found.skipped)) == ((), 4, 4)


def test_a_list_of_yes_and_no_declares_nothing():
    answer = tag("SubstanceCategory", tag("Threshold", overThreshold="false"), name="Dysprosium")
    include = tag("Include", tag("Sectional", tag("SubSectional", name="C")))
    found = read(ipc(product(tag("MaterialInfo", tag("SubstanceCategoryList", answer))), info=include))
    assert found.kind == "ipc1752a_class_c"
    assert (found.raw, codes_of(found)) == ((), ["DECLARATION_YES_NO"])


def test_a_list_beside_the_materials_is_not_added():
    listed = tag("SubstanceCategoryList", tag("SubstanceCategory", substance("Dy", amount("0.4"))))
    found = read(ipc(product(listed, material("layer", amount("0.4"), DYSPROSIUM), mass=amount("0.4"))))
    assert grams_of(found)["dysprosium"][1:] == (0.4, 0.4)
    assert [reason for _, reason in found.skipped] == ["a homogeneous material holds the same"]


def test_a_material_called_magnet_holds_metal():
    named = material("SmCo magnet", amount(1), substance("Sm", amount("0.3")), substance("Cu", amount("0.7")))
    assert grams_of(read(ipc(product(named, mass=amount(1))))) == {"samarium_metal": (0.3, 0.3, 0.3)}


def test_an_unsplit_magnet_alloy_is_an_error():
    found = read(ipc(product(material("part", amount(5), substance("NdFeB", amount(5))), mass=amount(5))))
    assert next(f for f in found.findings if f.code == "SUBSTANCE_NOT_SPLIT").part_number == "SAMPLE-1"
    assert found.raw == ()


def test_an_unsigned_declaration_is_a_datasheet_and_dates_are_kept():
    own = tag("ProductID", amount(10), itemNumber="P", effectiveDate="2026-01-01", expirationDate="2026-12-31")
    found = read(ipc(tag("Product", own, magnet()), info=""))
    row = rows_of(found)[0]
    assert (row["evidence"], str(row["valid_from"]), str(row["valid_to"])) == ("datasheet", "2026-01-01", "2026-12-31")


def test_a_spreadsheet_date_in_place_of_a_number():
    found = read(ipc(product(material("m", amount(1), substance("x", amount(1), cas="1308-08-07")), mass=amount(1))))
    assert next(f for f in found.findings if f.code == "CAS_NOT_READ").value == "1308-08-07"
    assert found.raw == ()


def test_other_files_are_not_ours():
    for content in (
        "part,quantity\n<A>,1\n",
        "<?xml version='1.0'?><svg/>",
        "<!DOCTYPE html><html/>",
        "{}",
        "",
        "<A>,1",
    ):
        assert read(content) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('<PartsEco xmlns="http://www.grantadesign.com/24/12/BillOfMaterialsEco"/>', "is a Granta MI BoM"),
        ('{"bomFormat": "CycloneDX"}', "is a CycloneDX bill of materials"),
        (ipc(product(magnet()))[:-9], "damaged XML"),
        ('<?xml version="1.0"?><!DOCTYPE MainDeclaration><MainDeclaration/>', "document type"),
    ],
)
def test_known_files_that_are_not_read_are_refused(content, why):
    with pytest.raises(InputError, match=why) as refused:
        read(content)
    assert refused.value.file == "sample.xml"


def test_wide_text_is_read():
    content = ipc(product(magnet(), mass=amount(10))).replace('version="1.0"', 'version="1.0" encoding="utf-16"')
    assert grams_of(read(content.encode("utf-16")))["neodymium_metal"] == (2.5, 2.5, 2.5)
    assert as_file(content).name == "sample.xml"


UNITS = {"mg": Fraction(1, 1000), "g": Fraction(1), "kg": Fraction(1000)}
MASSES = st.integers(1, 10**6).map(lambda n: Fraction(n, 1000))
LEAVES = st.lists(st.tuples(st.sampled_from(["Dy2O3", "Cu"]), MASSES, st.sampled_from(sorted(UNITS))), max_size=3)
TREES = st.recursive(
    st.tuples(LEAVES, st.just([])),
    lambda inner: st.tuples(LEAVES, st.lists(st.tuples(st.integers(1, 50), inner), max_size=3)),
    max_leaves=8,
)


def grams(tree, name):
    leaves, parts = tree
    own = sum((value * UNITS[unit] for said, value, unit in leaves if name in (said, "")), Fraction(0))
    return own + sum((count * grams(part, name) for count, part in parts), Fraction(0))


def written(tree, index=""):
    leaves, parts = tree
    substances = [substance(name, amount(decimal(value), unit)) for name, value, unit in leaves]
    below = [
        product(*written(part, f"{index}.{n}"), number=f"P{index}.{n}", name="SubProduct", numberOfInstances=count)
        for n, (count, part) in enumerate(parts)
    ]
    return [material("m", "", *substances), *below]


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_amounts_are_the_exact_sum_over_the_tree(tree):
    total, expected = grams(tree, ""), grams(tree, "Dy2O3")
    found = read(ipc(product(*written(tree), mass=amount(decimal(total)))))
    said = {text for _, raw in found.raw for text in raw.columns["amount"].to_pylist()}
    assert said == ({decimal(expected)} if expected else {None} if total else set())
    assert found.rows == ipc(*written(tree)).count("<Substance ")
    assert len(found.skipped) == ipc(*written(tree)).count('name="Cu"')


@given(st.fractions(0, 10**6, max_denominator=1).flatmap(lambda n: st.integers(0, 12).map(lambda p: n / 10**p)))
def test_a_decimal_is_written_exactly(number):
    assert Fraction(decimal(number)) == number


def test_a_part_in_a_wrapper_of_another_name_is_still_counted():
    inner = tag("Product", tag("ProductID", itemNumber="M"), magnet(DYSPROSIUM, iron="6.1"), numberOfInstances=8)
    for wrapper in (tag("SubProductList", inner), tag("SubProduct", inner)):
        found = read(ipc(product(wrapper, mass=amount(80))))
        assert grams_of(found)["dysprosium_metal"] == (3.2, 3.2, 3.2)


def test_a_declared_magnet_is_judged_by_its_grams():
    # 0.4 g of dysprosium at 250 USD per kg = 0.10 USD; terbium in 0.1 % of 10 g at 1000 USD per kg = 0.01 USD at most
    rows = rows_of(read(ipc(product(magnet(DYSPROSIUM, iron="6.1"), mass=amount(10)))))
    bom = make_bom(
        parts=[{"part_number": "SAMPLE-1", "unit_value": 100, "currency": "USD", "finished_good": "yes"}],
        declarations=rows,
        prices=[
            {"material": "dysprosium_metal", "typical": 250, "currency": "USD", "unit": "kg", "date": "2026-01-15"},
            {"material": "terbium_metal", "typical": 1000, "currency": "USD", "unit": "kg", "date": "2026-01-15"},
        ],
        rates=[{"currency": "USD", "per_base": 1}],
    )
    good = assess(bom, on=date(2026, 11, 22)).goods[0]
    assert (good.share.low, good.share.typical, good.share.high) == pytest.approx((0, 0.001, 0.0011))
    assert good.verdict == "undetermined"
    sure = assess(apply_origins(bom, [AUSTRALIAN]), on=date(2026, 11, 22)).goods[0]
    assert (sure.share.high, sure.verdict) == (0, "below")
