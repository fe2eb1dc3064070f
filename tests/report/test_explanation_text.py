"""The explanation in words: the sentence to quote, the arithmetic, the proof, and the terminal at every width."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from deminimis import Explanation, Reading, explain
from deminimis.explanation import Factor, Path
from deminimis.report.explanation_terminal import print_explanation
from deminimis.report.explanation_text import (
    arithmetic_text,
    evidence_text,
    explanation_json,
    proof_text,
    rest_text,
    sentence_text,
)
from tests.builders import make_bom
from tests.report.assessments import HOSTILE

ON = "2026-11-22"
DECLARED = {"basis": "g_per_piece", "material_origin": "CN", "evidence": "lab"}


def pump(value: float | None = 950.0, **magnet: Any) -> dict[str, Any]:
    return {
        "parts": [
            {"part_number": "PUMP", "unit_value": value, "currency": "USD", "description": "sample pump"},
            {"part_number": "FAN", "description": "cooling fan motor", "unit_value": 12.0},
        ],
        "lines": [("PUMP", "ROTOR", 2), ("ROTOR", "MAG", 4), ("PUMP", "FAN", 1)],
        "declarations": [
            {"part_number": "MAG", "material": "dysprosium_metal", "amount": 42.0, **DECLARED, **magnet},
            {"part_number": "FAN", "material": "dysprosium_metal", "amount": 1.0, **DECLARED, "evidence": "signed"},
        ],
        "prices": [{"material": "dysprosium_metal", "typical": 274.0, "currency": "USD", "unit": "kg"}],
    }


def why_of(part_number: str = "PUMP", reading: Reading | None = None, on: str = ON, **tables: Any) -> Explanation:
    return explain(make_bom(**tables), part_number, on=on, reading=reading)


def printed(why: Explanation, width: int = 100, top: int = 10, **options: Any) -> str:
    stream = io.StringIO()
    print_explanation(why, Console(file=stream, width=width, **options), top)
    return stream.getvalue()


def unbroken(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_sentence_names_part_verdict_share_threshold_rule_day_scenario_and_reading() -> None:
    assert sentence_text(why_of(**pump())) == (
        "Part PUMP is at or above 0.1 %: Part 1 materials of Chinese origin make up 9.72 % of its value "
        "(MOFCOM Announcement 61 of 2025, art. 1(1), cn-mofcom-61-2025:1(1), in force on 2026-11-22 "
        "under scenario letter, default reading)."
    )


def test_below_is_no_clearance() -> None:
    sentence = sentence_text(why_of(**pump(1e6)))
    assert "Part PUMP is below 0.1 %: " in sentence
    assert sentence.endswith(
        "; this speaks of the value route alone and is no clearance, for art. 1(2) and 1(3) have no threshold."
    )


def test_below_says_what_is_assumed() -> None:
    tables = pump(1e6)
    tables["lines"].append(("PUMP", "SCREW", 4))
    why = why_of(**tables)
    assert "; 1 purchased part in it that nobody declared is assumed to hold none; this speaks" in sentence_text(why)
    assert proof_text(why)[-1] == "1 purchased part without a declaration or sign is assumed to hold none."


def test_undetermined_says_why() -> None:
    sentence = sentence_text(why_of(**pump(material_origin=None)))
    assert "make up 0.02884 to 9.72 % of its value" in sentence
    assert sentence.endswith("and what is known does not prove on which side it lies.")
    worthless = {**pump(None), "parts": [{"part_number": "PUMP", "currency": "USD"}]}
    without_limit = sentence_text(why_of(**worthless))
    assert "nothing limits the share of Part 1 materials of Chinese origin in its value" in without_limit
    tables = pump()
    tables["lines"].append({"parent": "PUMP", "child": "BOX", "quantity": 1.0, "unit": "furlong"})
    damaged = why_of(**tables)
    assert "0.1 %: as far as the data can be read, Part 1 materials" in sentence_text(damaged)
    assert sentence_text(damaged).endswith("but an error in the data feeds it.")
    assert any(line.startswith("Error to be corrected: bom0.xlsx, lines row 5: ") for line in proof_text(damaged))


def test_a_share_with_a_least_and_no_most() -> None:
    tables = pump()
    tables["parts"].append({"part_number": "MOTOR", "description": "BLDC motor"})
    tables["lines"].append(("PUMP", "MOTOR", 1))
    assert "make up 9.72 % or more of its value" in sentence_text(why_of(**tables))


def test_a_suspended_rule_and_another_reading_are_said() -> None:
    why = why_of(on="2026-11-10", reading=Reading(numerator="part1_any_origin"), **pump())
    sentence = sentence_text(why)
    assert "suspended on 2026-11-10 under scenario letter, so that this says what holds once it is in force" in sentence
    assert "Part 1 materials of any origin" in sentence
    assert "reading: numerator = part1_any_origin" in sentence


def test_a_part_inside_that_decides_is_named() -> None:
    why = why_of(reading=Reading(level="every_node"), **pump(1e6))
    assert "at or above 0.1 % because FAN inside it is (reading: level = every_node)" in sentence_text(why)
    assert "make up 0.009234 % of its own value" in sentence_text(why)
    assert "--part FAN" in unbroken(printed(why))


def test_the_arithmetic_is_printed_as_people_write_it() -> None:
    why = why_of(**pump())
    texts = [arithmetic_text(path, why.currency) for path in why.paths.largest]
    assert texts == ["2 x 4 x 0.042 kg x 274 USD/kg = 92.06 USD", "0.001 kg x 274 USD/kg = 0.274 USD"]


def path(steps: tuple[float, ...], *factors: Factor, end: str = "typical") -> Path:
    numbers = tuple("P" * (len(steps) + 1))
    return Path(numbers, tuple(map(Factor, steps)), factors, end, 0.0, 5.0, 9.0, "terbium_metal", "lab")


def test_long_single_unlimited_and_highest_products() -> None:
    own = Factor(5.0, "USD")
    assert arithmetic_text(path((2.0,) * 10, own), "USD") == "1024 (product of 10 quantities) x 5 USD = 5.00 USD"
    assert arithmetic_text(path((1.0, 1.0), own), "USD") == "5.00 USD"
    assert arithmetic_text(path((3.0,)), "USD") == "3 x a value that nothing limits"
    assert arithmetic_text(path((1.0,)), "USD") == "1 x a value that nothing limits"
    rate = Factor(7.2, "CNY/USD", divides=True)
    assert arithmetic_text(path((2.0,), Factor(1e-7, "kg"), rate, end="high"), "USD") == (
        "2 x 1e-07 kg / 7.2 CNY/USD = at most 9.00 USD"
    )
    least = replace(path((2.0,), own, end="low"), low=1.5, typical=None, high=None)
    assert arithmetic_text(least, "USD") == "2 x 5 USD = at least 1.50 USD"


def test_the_evidence_adds_up_in_one_sentence() -> None:
    assert evidence_text(why_of(**pump())) == (
        "Of the controlled value 99.7 % rests on a laboratory, 0.297 % on signed declarations."
    )
    assert evidence_text(why_of("ROTOR", **pump())) == "All of the controlled value rests on a laboratory."
    assert evidence_text(why_of("PUMP", lines=[("PUMP", "BOX")])) == ""


def test_the_proof_in_words() -> None:
    [above] = proof_text(why_of(**pump()))
    assert above == (
        "1 of 2 carrying parts suffices: what it brings for certain, 92.06 USD, "
        "reaches the line of 0.95 USD (0.1 % of 950.00 USD)."
    )
    [below] = proof_text(why_of(**pump(1e6)))
    assert "all carrying parts bring 92.34 USD at most, under the line of 1,000.00 USD" in below
    exact = pump(92.064 * 1000)
    exact["lines"] = [("PUMP", "ROTOR", 2), ("ROTOR", "MAG", 4)]
    assert "compared in exact fractions" in proof_text(why_of(**exact))[1]
    assert "No controlled value was found" in proof_text(why_of("PUMP", lines=[("PUMP", "BOX")]))[0]
    assert "Value to be given: MAG." in proof_text(why_of(**pump(None)))


def test_the_paths_left_out_are_counted() -> None:
    why = explain(make_bom(**pump()), "PUMP", on=ON, top=1)
    assert rest_text(why) == "and 1 further path, which together bring 0.274 USD"
    assert rest_text(why_of(**pump())) == ""


def test_the_document_is_strict_json_with_its_words() -> None:
    tables = pump()
    tables["lines"] = [("PUMP", "ROTOR", 1e200), ("ROTOR", "CORE", 1e200), ("CORE", "MAG", 1e200)]
    document = json.loads(explanation_json(why_of(**tables)), parse_constant=pytest.fail)
    assert document["schema"] == "deminimis/explanation/1"
    assert document["sentence"].startswith("Part PUMP is undetermined")
    assert document["paths"]["largest"][0]["arithmetic"]
    assert document["proof"]
    half = replace(why_of(**pump()), description="\ud800half")
    assert json.loads(explanation_json(half))["description"] == "\ud800half"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, printed(why_of(**pump(material_origin=None)), width).splitlines())) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_everything_is_said_at_every_width(width: int) -> None:
    text = printed(why_of(**pump(material_origin=None)), width)
    said = re.sub(r"\s+", "", text)
    for words in (
        "◐ undetermined",
        "What is to be settled",
        "origin not known",
        "By line of PUMP",
        "By carrying part",
        "By evidence",
        "2 x 4 x 0.042 kg x 274 USD/kg = 92.06 USD",
        "Nothing on this way is below the line",
        "Decision support, not legal advice.",
    ):
        assert re.sub(r"\s+", "", words) in said, words


def test_what_is_left_out_is_counted() -> None:
    lines = [("G", f"M{i}", 1) for i in range(9)]
    declared = [{"part_number": f"M{i}", "material": "terbium_metal", "amount": 1.0, **DECLARED} for i in range(9)]
    parts = [{"part_number": "G", "unit_value": 1e9}]
    why = explain(make_bom(parts=parts, lines=lines, declarations=declared), on=ON, top=2)
    text = unbroken(printed(why, top=2))
    assert "and 7 more carrying parts: --json lists all" in text
    assert text.count("and 7 more rows: --json lists all") == 2
    assert "and 7 further paths" in text


def test_a_long_dilution_keeps_both_ends() -> None:
    lines = [(f"P{level}", f"P{level + 1}", 1) for level in range(60)]
    declared = [{"part_number": "P60", "material": "terbium_metal", "amount": 1.0, **DECLARED}]
    text = printed(why_of("P0", lines=lines, declarations=declared))
    assert "and 21 more parts between" in text
    assert "P0 → P1 → P2 → (55 parts) → P58 → P59 → P60" in text


def test_without_content_only_the_verdict_and_the_rule_are_printed() -> None:
    text = printed(why_of("PUMP", lines=[("PUMP", "BOX")]))
    assert "Where the controlled value comes from" not in text
    assert "Caution" in text


def test_a_part_number_like_markup_is_no_markup() -> None:
    why = why_of(
        "[/]PUMP",
        parts=[{"part_number": "[/]PUMP", "unit_value": 9.0}, {"part_number": "[b]MAG"}],
        lines=[("[/]PUMP", "[b]MAG", 1)],
        declarations=[
            {
                "part_number": "[b]MAG",
                "material": "terbium_metal",
                "amount": 1.0,
                "basis": "value_per_piece",
                "material_origin": "CN",
            }
        ],
    )
    said = unbroken(printed(why))
    assert "By line of [/]PUMP" in said
    assert "Pieces in [/]PUMP" in said
    assert "[b]MAG" in said


def test_hostile_words_are_printed_and_not_obeyed() -> None:
    for word in (*HOSTILE, "\x1b[2Jwiped"):
        magnet = {"part_number": word, "material": "terbium_metal", "amount": 1.0, "supplier": word, **DECLARED}
        parts = [{"part_number": "G", "unit_value": 9.0, "description": word}, {"part_number": word}]
        text = printed(why_of("G", parts=parts, lines=[("G", word)], declarations=[magnet]), force_terminal=False)
        assert "\x1b" not in text
        assert "\t" not in text
    assert "\\x1b[2Jwiped" in text
