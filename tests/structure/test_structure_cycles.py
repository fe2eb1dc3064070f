"""Loops are found, named and left out; diamonds are none."""

import datetime as dt

import numpy as np

from deminimis.structure import ancestors, build_structure
from tests.builders import make_bom

DAY = dt.date(2026, 11, 22)


def structure_of(lines):
    return build_structure(make_bom(lines=lines), DAY)


def looped(structure):
    return set(np.array(structure.part_numbers.to_pylist(), dtype=object)[structure.looped])


def goods(structure):
    return structure.part_numbers.take(structure.finished_goods).to_pylist()


def test_a_diamond_is_no_loop():
    structure = structure_of([("A", "B"), ("A", "C"), ("B", "D"), ("C", "D")])
    assert structure.cycles == ()
    assert structure.level_start.tolist() == [0, 1, 3, 4]


def test_a_part_that_is_a_line_of_itself():
    structure = structure_of([("A", "B"), ("B", "B"), ("B", "C")])
    assert structure.cycles == (("B", "B"),)
    assert looped(structure) == {"B"}
    assert structure.loop_lines.tolist() == [1]
    assert [(found.code, found.part_number, found.row) for found in structure.findings] == [("SELF_LOOP", "B", 3)]
    assert goods(structure) == ["A"]


def test_lines_of_themselves_are_found_in_the_order_of_the_rows():
    structure = structure_of([("B", "A"), ("A", "A"), ("B", "B")])
    assert structure.loop_lines.tolist() == [1, 2]
    assert structure.cycles == (("A", "A"), ("B", "B"))


def test_a_line_of_itself_does_not_hide_a_good():
    assert goods(structure_of([("A", "A"), ("A", "B")])) == ["A"]


def test_a_loop_deep_inside_names_its_path_and_rows():
    lines = [("TOP", "A"), ("A", "B"), ("B", "C"), ("C", "A"), ("C", "X"), ("OTHER", "X")]
    structure = structure_of(lines)
    found = structure.findings[0]
    assert structure.cycles == (("A", "B", "C", "A"),)
    assert (found.code, found.part_number, found.row) == ("CYCLE", "A", 3)
    assert found.value == "A > B > C > A (rows 3, 4, 5)"
    assert structure.loop_lines.tolist() == [1, 2, 3]
    assert goods(structure) == ["TOP", "OTHER"]
    above = ancestors(structure, np.flatnonzero(structure.looped).astype(np.int32))
    assert above[structure.finished_goods].tolist() == [True, False]


def test_a_loop_at_the_top_hides_a_good_and_its_first_part_stands_for_it():
    structure = structure_of([("A", "B"), ("B", "A"), ("B", "X")])
    assert goods(structure) == ["A"]
    assert looped(structure) == {"A", "B"}


def test_two_loops_are_two_findings_in_the_order_of_the_rows():
    structure = structure_of([("C", "D"), ("A", "B"), ("D", "C"), ("B", "A"), ("A", "C")])
    assert structure.cycles == (("C", "D", "C"), ("A", "B", "A"))
    assert [found.row for found in structure.findings] == [2, 3]


def test_loops_that_share_a_part_are_one_finding():
    structure = structure_of([("A", "B"), ("B", "A"), ("B", "C"), ("C", "B")])
    assert len(structure.cycles) == 1
    assert looped(structure) == {"A", "B", "C"}


def test_a_ring_of_200_000_parts_is_found_whole_and_printed_cut():
    count = 200_000
    structure = structure_of([(f"P{place}", f"P{(place + 1) % count}") for place in range(count)])
    assert len(structure.cycles[0]) == count + 1
    assert structure.looped.all()
    value = structure.findings[0].value
    assert "P49 ... (200000 parts) (rows 2, 3," in value
    assert "P50 " not in value
