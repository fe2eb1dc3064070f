"""build_structure: codes, effectivity, folding, goods, findings; random structures against networkx."""

import datetime as dt
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deminimis.structure import build_structure
from tests.builders import make_bom

DAY = dt.date(2026, 11, 22)


def structure_of(**tables):
    return build_structure(make_bom(**tables), DAY)


def kept(structure):
    """Return (parent, child, row) of every line in the arrays."""
    numbers = structure.part_numbers.to_pylist()
    ends = zip(structure.parent_of_line(), structure.child, structure.line, strict=True)
    return [(numbers[parent], numbers[child], int(row)) for parent, child, row in ends]


def goods(structure):
    return structure.part_numbers.take(structure.finished_goods).to_pylist()


def codes_found(structure):
    return [(found.code, found.part_number) for found in structure.findings]


def check_arrays(structure):
    assert structure.first[0] == 0
    assert structure.first[-1] == len(structure.child) == len(structure.line)
    assert (structure.child < structure.parent_of_line()).all()
    assert structure.level_start[0] == 0
    assert structure.level_start[-1] == structure.part_count
    assert structure.first.dtype == structure.child.dtype == structure.line.dtype == np.int32
    level = np.repeat(np.arange(len(structure.level_start) - 1), np.diff(structure.level_start))
    for part in range(structure.part_count):
        lines = slice(structure.first[part], structure.first[part + 1])
        assert (np.diff(structure.line[lines]) > 0).all()
        assert level[part] == 1 + level[structure.child[lines]].max(initial=-1)


pairs = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=40)


@given(pairs, st.booleans())
@settings(max_examples=150)
def test_random_dags_have_the_parts_lines_and_levels_of_networkx(ends, with_parts):
    lines = [(f"P{max(pair)}", f"P{min(pair)}") for pair in ends if pair[0] != pair[1]]
    numbers = {number for line in lines for number in line}
    parts = [{"part_number": number} for number in sorted(numbers)] if with_parts else []
    structure = structure_of(lines=lines, parts=parts)
    check_arrays(structure)
    graph = nx.DiGraph(lines)
    assert set(structure.part_numbers.to_pylist()) == set(graph)
    assert sorted(kept(structure), key=lambda line: line[2]) == [(*line, row) for row, line in enumerate(lines)]
    for level, together in enumerate(nx.topological_generations(graph.reverse())):
        begin, end = structure.level_start[level : level + 2]
        assert set(structure.part_numbers[begin:end].to_pylist()) == set(together)
    assert set(goods(structure)) == {part for part in graph if graph.out_degree(part) and not graph.in_degree(part)}
    assert structure.cycles == ()
    assert not structure.looped.any()


@given(pairs)
@settings(max_examples=150)
def test_random_digraphs_lose_no_line_and_keep_what_is_not_in_a_loop(ends):
    lines = [(f"P{parent}", f"P{child}") for parent, child in ends]
    structure = structure_of(lines=lines)
    check_arrays(structure)
    graph = nx.DiGraph(lines)
    components = list(nx.strongly_connected_components(graph))
    component = {part: number for number, together in enumerate(components) for part in together}
    looping = [row for row, (parent, child) in enumerate(lines) if component[parent] == component[child]]
    assert structure.loop_lines.tolist() == looping
    assert sorted([*looping, *structure.line.tolist()]) == list(range(len(lines)))
    numbers = np.array(structure.part_numbers.to_pylist(), dtype=object)
    assert set(numbers[structure.looped]) == {end for row in looping for end in lines[row]}
    for path in structure.cycles:
        assert path[0] == path[-1]
        assert all(graph.has_edge(*step) for step in pairwise(path))
    found = [found for found in structure.findings if found.code == "CYCLE"]
    assert len(found) == sum(len(together) > 1 for together in components)


@given(pairs, st.randoms(use_true_random=False))
def test_the_goods_do_not_depend_on_the_order_of_the_rows(ends, random):
    lines = [(f"P{max(pair)}", f"P{min(pair)}") for pair in ends if pair[0] != pair[1]]
    shuffled = random.sample(lines, len(lines))
    assert set(goods(structure_of(lines=lines))) == set(goods(structure_of(lines=shuffled)))


def test_codes_follow_levels_and_then_first_appearance():
    structure = structure_of(lines=[("A", "S"), ("A", "X"), ("S", "Y"), ("B", "S"), ("T", "X")])
    assert structure.part_numbers.to_pylist() == ["X", "Y", "S", "T", "A", "B"]
    assert structure.level_start.tolist() == [0, 2, 4, 6]
    assert goods(structure) == ["A", "B", "T"]


def test_ids_are_text_to_the_byte():
    structure = structure_of(lines=[("00123", "1E5"), ("7", "NA"), ("MAR1", "mar1")])
    assert set(structure.part_numbers.to_pylist()) == {"00123", "1E5", "7", "NA", "MAR1", "mar1"}


def test_two_lines_with_one_child_are_both_kept():
    structure = structure_of(lines=[("A", "B", 1), ("A", "B", 2)])
    assert kept(structure) == [("A", "B", 0), ("A", "B", 1)]
    assert structure.findings == ()


def test_lines_without_an_end_are_left_out():
    structure = structure_of(lines=[{"parent": "A"}, {"child": "B"}, ("A", "C")])
    assert kept(structure) == [("A", "C", 2)]
    assert "B" in structure.part_numbers.to_pylist()


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "counts"),
    [
        (None, None, True),
        ("2026-11-22", None, True),
        ("2026-11-23", None, False),
        (None, "2026-11-22", True),
        (None, "2026-11-21", False),
        ("2026-11-22", "2026-11-22", True),
    ],
)
def test_a_line_counts_from_its_first_day_to_its_last(valid_from, valid_to, counts):
    dated = {"parent": "A", "child": "C", "valid_from": valid_from, "valid_to": valid_to}
    structure = structure_of(lines=[("A", "B"), dated])
    assert len(kept(structure)) == 1 + counts
    assert "C" in structure.part_numbers.to_pylist()


def test_a_subassembly_phased_out_is_not_a_good_of_its_own():
    old = {"parent": "PUMP", "child": "MOTOR-1", "valid_to": "2026-01-31"}
    structure = structure_of(lines=[old, ("PUMP", "MOTOR-2"), ("MOTOR-1", "MAGNET"), ("MOTOR-2", "MAGNET")])
    assert goods(structure) == ["PUMP"]


def test_a_loop_closed_only_by_a_line_of_another_day_is_none():
    old = {"parent": "B", "child": "A", "valid_to": "2026-01-31"}
    assert structure_of(lines=[("A", "B"), old]).cycles == ()


def block(place, *children, **cells):
    return [{"parent": "S", "child": child, "place": place, **cells} for child in children]


def test_a_block_given_twice_in_any_order_is_kept_once():
    lines = [*block(0, "X", "Y", "X"), *block(1, "Y", "X", "X"), ("A", "S")]
    structure = structure_of(lines=lines)
    assert sorted(row for parent, _, row in kept(structure) if parent == "S") == [0, 1, 2]
    assert structure.findings == ()


def test_blocks_mixed_row_by_row_are_still_blocks():
    rows = [row for pair in zip(block(0, "X", "Y"), block(1, "X", "Y"), strict=True) for row in pair]
    assert [row for _, _, row in kept(structure_of(lines=rows))] == [0, 2]


def test_a_blank_percentage_equals_its_default():
    structure = structure_of(lines=[*block(0, "X"), *block(1, "X", scrap_percent=0, usage_percent=100)])
    assert len(kept(structure)) == 1
    assert structure.findings == ()


@pytest.mark.parametrize(
    "second",
    [
        block(1, "X"),
        block(1, "X", "Y", "Y"),
        block(1, "X", "Z"),
        block(1, "X", "Y", quantity=2),
        block(1, "X", "Y", quantity=None),
        block(1, "X", "Y", unit="kg"),
        block(1, "X", "Y", scrap_percent=1),
        block(1, "X", "Y", yield_percent=99),
        block(1, "X", "Y", usage_percent=50),
        block(1, "X", "Y", alternate_group="1"),
    ],
)
def test_blocks_that_differ_are_found_and_the_first_is_kept(second):
    structure = structure_of(lines=[*block(0, "X", "Y"), *second, *block(2, "Y", "X")])
    assert [row for _, _, row in kept(structure)] == [0, 1]
    assert codes_found(structure) == [("BLOCKS_DIFFER", "S")]
    assert (structure.findings[0].file, structure.findings[0].row) == ("bom1.xlsx", 4)


def test_a_mark_outweighs_the_default():
    parts = [
        {"part_number": "X", "finished_good": "yes"},
        {"part_number": "A", "finished_good": "no"},
        {"part_number": "B"},
    ]
    structure = structure_of(lines=[("A", "X"), ("B", "X")], parts=parts)
    assert goods(structure) == ["X", "B"]


def test_of_two_records_the_first_marks():
    parts = [{"part_number": "X", "finished_good": "yes"}, {"part_number": "X", "finished_good": "no"}]
    assert goods(structure_of(lines=[("A", "X")], parts=parts)) == ["X", "A"]


def test_without_lines_every_part_is_a_good():
    structure = structure_of(parts=[{"part_number": "X"}, {"part_number": "Y", "finished_good": "no"}, {}])
    assert goods(structure) == ["X"]
    assert [found.code for found in structure.findings] == ["GOODS_FROM_PARTS"]
    check_arrays(structure)


def test_nothing_gives_an_empty_structure():
    structure = structure_of()
    assert structure.part_count == 0
    assert structure.findings == ()
    assert structure.level_start.tolist() == [0]


def test_parts_of_the_lines_without_a_record_are_counted_once():
    structure = structure_of(lines=[("A", "X"), ("A", "Y")], parts=[{"part_number": "A"}])
    assert [(found.code, found.value, found.row) for found in structure.findings] == [("PART_WITHOUT_RECORD", "X", 2)]
    assert "2 parts" in structure.findings[0].message
    assert structure_of(lines=[("A", "X")]).findings == ()


def test_a_part_in_use_whose_lines_hold_on_another_day_only_is_found():
    """Taken as a purchased part it would contain nothing, and its good would be below without a word."""
    ended = {"parent": "A", "child": "MAGNET", "valid_to": dt.date(2026, 1, 1)}
    lines = [{"parent": "G", "child": "A"}, ended]
    assert codes_found(structure_of(lines=lines)) == [("NO_LINE_ON_DAY", "A")]
    out_of_use = [{"parent": "G", "child": "B"}, {**lines[0], "valid_to": dt.date(2026, 1, 1)}, ended]
    assert codes_found(structure_of(lines=out_of_use)) == []
    replaced = [*lines, {"parent": "A", "child": "FERRITE", "valid_from": dt.date(2026, 1, 2)}]
    assert codes_found(structure_of(lines=replaced)) == []
