from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.readers.declared.substances import alloy_texts, clean_cas, identify, is_cas, is_magnet_alloy, substances
from deminimis.reference import materials


def test_every_number_of_the_table_is_a_cas_number():
    assert len(substances()) == 40
    assert all(is_cas(number) for number in substances())


def test_every_material_of_the_table_is_in_the_reference_table_and_of_its_element():
    for row in substances().values():
        for column in ("material", "in_magnet"):
            if row[column]:
                assert materials()[row[column]].elements == (row["element"],)


def test_an_element_alone_has_no_form_and_in_a_magnet_it_is_metal():
    for row in substances().values():
        if row["formula"] == row["element"] and row["material"]:
            assert materials()[row["material"]].form == "unknown"
            assert materials()[row["in_magnet"]].form == "metal"


def test_an_unlisted_oxide_in_a_magnet_keeps_its_high_end():
    assert identify("", "12060-58-1", in_magnet=True).materials == ("samarium",)
    assert identify("", "12060-58-1", in_magnet=False).materials == ("samarium_oxide",)


@given(st.integers(10, 9_999_999), st.integers(0, 99), st.integers(0, 9))
def test_one_check_digit_of_ten_fits(first, second, wrong):
    fitting = [digit for digit in range(10) if is_cas(f"{first}-{second:02d}-{digit}")]
    assert len(fitting) == 1
    assert is_cas(f"{first}-{second:02d}-{wrong}") == (wrong == fitting[0])


@pytest.mark.parametrize(
    "text", ["1308-08-07", "1306-03-08 00:00:00", "8/3/1306", "1308.08.07", "7429-91-7", "7429916", "1308-87-8-1"]
)
def test_what_a_spreadsheet_made_of_a_number_is_an_error_or_no_number(text):
    found = identify("Iron", text, in_magnet=False)
    assert found.materials == ()
    assert found.code == ("" if text == "1308-87-8-1" else "CAS_NOT_READ")


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Dysprosium", ("dysprosium",)),
        ("terbium oxide", ("terbium_oxide",)),
        ("Dy2O3", ("dysprosium_oxide",)),
        ("氧化镝", ("dysprosium_oxide",)),
        ("Terbium(III) nitrate", ("terbium",)),
        ("Gadolinium doped yttrium garnet", ("gadolinium", "yttrium")),
        ("Ytterbium trichloride", ("ytterbium",)),
    ],
)
def test_names_without_a_number_are_read_and_told(name, ids):
    found = identify(name, "", in_magnet=False)
    assert (found.materials, found.code) == (ids, "SUBSTANCE_BY_NAME")


def test_a_name_in_a_magnet_is_read_as_its_number_would_be():
    assert identify("Dysprosium", "", in_magnet=True).materials == ("dysprosium_metal",)


@pytest.mark.parametrize("name", ["Iron", "ceramic", "Barium titanate", "none", ""])
def test_other_names_are_no_rare_earths(name):
    assert identify(name, "", in_magnet=False) == identify("", "", in_magnet=False)


@pytest.mark.parametrize("name", ["NdFeB alloy", "rare earth oxides", "Terfenol", "稀土", "magnet"])
def test_what_may_hold_rare_earths_unsplit_is_an_error(name):
    found = identify(name, "", in_magnet=False, is_alloy=name in alloy_texts([name]))
    assert found.code == ("SUBSTANCE_BY_NAME" if name == "Terfenol" else "SUBSTANCE_NOT_SPLIT")
    assert bool(found.materials) == (name == "Terfenol")


def test_a_number_that_contradicts_the_name_is_an_error():
    assert identify("Dysprosium", "7440-00-8", in_magnet=False).code == "SUBSTANCE_NAME_DIFFERS"
    assert identify("Dysprosium (Dy)", "7429-91-6", in_magnet=False).code == ""


def test_a_rare_earth_named_under_another_number_is_not_ignored():
    assert identify("Dysprosium trifluoride", "13569-80-7", in_magnet=False).materials == ("dysprosium",)
    assert identify("Terbium", "7439-89-6", in_magnet=False).materials == ("terbium",)


@pytest.mark.parametrize("text", ["CAS 1308-87-8", "CAS-No.: 1308-87-8", "1308‑87‑8", " 1308-87-8 "])
def test_spellings_of_a_number(text):
    assert clean_cas(text.replace("CAS-No", "CAS No")) == "1308-87-8"


def test_magnet_alloys():
    assert is_magnet_alloy(["7440-19-9", "7440-48-4"])
    assert not is_magnet_alloy(["7440-00-8", "7439-89-6"])
    assert alloy_texts(["NdFeB N42", "steel", "ferrite magnet", ""]) == {"NdFeB N42"}
