from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.readers.lists.quantity_basis import basis_by_test, kept_for_base, named_basis, off_totals, per_parent
from deminimis.readers.lists.row_tree import grow

ONE = Fraction(1)
# SUB is printed twice, under parents of different quantity.
PARTS = ["TOP", "A", "SUB", "M", "B", "SUB", "M"]
TREE = grow([0, 1, 2, 3, 1, 2, 3])


def fractions(*words):
    return [None if word is None else Fraction(word) for word in words]


def printed(own, basis, top=ONE):
    """Return quantities per parent as a list with a basis prints them."""
    totals, shown = [], []
    for row, amount in enumerate(own):
        above = TREE.parent[row]
        totals.append(amount * (totals[above] if above >= 0 else top))
        parents_own = own[above] if above >= 0 else ONE
        shown.append({"per_parent": amount, "per_top": totals[row], "per_parent_line": amount * parents_own}[basis])
    return shown


@pytest.mark.parametrize("basis", ["per_parent", "per_top"])
def test_repeated_assemblies_decide(basis):
    own = fractions("1", "2", "3", "4", "5", "3", "4") if basis == "per_top" else fractions(*"1234564")
    found = basis_by_test(PARTS, TREE, printed(own, basis), "per_parent")
    assert (found.name, found.unclear) == (basis, False)
    assert "SUB" in found.evidence


def test_a_header_that_the_quantities_contradict_is_unclear():
    found = basis_by_test(PARTS, TREE, printed(fractions(*"1234564"), "per_parent"), "per_top")
    assert found.unclear


def test_assemblies_that_say_opposite_things_are_unclear():
    parts = ["TOP", "A", "M", "A", "M", "B", "M", "B", "M"]
    tree = grow([0, 1, 2, 1, 2, 1, 2, 1, 2])
    amounts = fractions("1", "2", "3", "4", "3", "2", "3", "4", "6")
    found = basis_by_test(parts, tree, amounts, "per_parent")
    assert (found.unclear, found.evidence) == (True, "those under A and those under B say opposite things")


@pytest.mark.parametrize("contents", [None, "0"])
def test_blank_or_zero_contents_are_no_evidence(contents):
    amounts = fractions("1", "2", "3", contents, "5", "6", contents)
    assert basis_by_test(PARTS, TREE, amounts, "per_top").evidence == ""


@given(own=st.lists(st.integers(1, 9).map(Fraction), min_size=7, max_size=7), top=st.integers(1, 5).map(Fraction))
def test_every_basis_is_brought_back_to_one_parent(own, top):
    for basis, per in (("per_parent", ONE), ("per_top", top), ("per_parent_line", ONE)):
        own[0] = ONE
        shown = printed(own, basis, per)
        if basis == "per_top":
            shown[0] = None
        assert per_parent(named_basis(basis, ""), TREE, shown, per)[1:] == own[1:]


@given(own=st.lists(st.integers(1, 9).map(Fraction), min_size=7, max_size=7))
def test_the_test_never_decides_against_the_truth(own):
    # SUB is one part, so that what it contains is the same in both places
    own[0], own[6] = ONE, own[3]
    for basis in ("per_parent", "per_top"):
        shown = printed(own, basis)
        found = basis_by_test(PARTS, TREE, shown, basis)
        assert (found.name, found.unclear) == (basis, False)
        other = basis_by_test(PARTS, TREE, shown, "per_parent")
        assert other.name == basis or shown[2] == shown[5]


def test_a_quantity_under_a_blank_or_zero_one_cannot_be_divided():
    amounts = fractions("1", None, "6", "24", "0", "15", "60")
    assert per_parent(named_basis("per_top", ""), TREE, amounts) == fractions("1", None, None, "4", "0", None, "4")


def test_batches_and_instances():
    amounts = fractions("1", "2", "3", "4", "5", "6", None)
    assert per_parent(named_basis("per_batch:100", ""), TREE, amounts)[5:] == [Fraction(3, 50), None]
    assert per_parent(named_basis("instances", ""), TREE, amounts) == [ONE] * 7


@pytest.mark.parametrize(("absent", "expected"), [(False, "1 1/5 3 4 1/2 6 7"), (True, "1/10 2 3 4 5 6 7")])
def test_a_base_quantity_is_that_of_the_first_lines_only(absent, expected):
    own = fractions(*"1234567")
    own[4] = Fraction(5)
    assert kept_for_base(own, TREE, Fraction(10), absent) == fractions(*expected.split())


def test_totals_may_differ_by_losses_and_not_by_a_batch():
    amounts = fractions("1", "2", "3", "400", "5", "6", "0.0001")
    totals = fractions("1", "2", "6.6", "24", "5", "30", "0.003")
    assert off_totals(TREE, amounts, totals, absent=False) == [3]


def test_totals_may_be_for_several_products():
    amounts, tree = fractions(*"234"), grow([1, 2, 1])
    assert off_totals(tree, amounts, fractions("20", "60", "40"), absent=True) == []
    assert off_totals(tree, amounts, fractions("20", "6", "40"), absent=True) == [1]
