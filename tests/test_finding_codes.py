"""The codes of findings: the table and the package agree, and every message can be filled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import deminimis
from deminimis.model import SEVERITIES, finding, finding_codes

PACKAGE = Path(deminimis.__file__).parent
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
GIVEN = {"value", "column"}
"""Placeholders that every finding fills."""


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def words_in_code() -> set[str]:
    """Every text constant of the package that is neither a docstring nor a name in __all__."""
    found: set[str] = set()
    for _, tree in modules():
        skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        lists = (n for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__")
        skipped |= {id(name) for names in lists for name in ast.walk(names)}
        constants = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in skipped)
        found |= {n.value for n in constants if isinstance(n.value, str)}
    return found


def calls() -> list[tuple[str, str, set[str]]]:
    """Where a finding is made from a code in so many words, with keywords in so many words: place, code, keywords."""
    made = []
    for path, tree in modules():
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if name != "finding" or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            if all(word.arg for word in call.keywords):
                place = f"{path.relative_to(PACKAGE)}:{call.lineno}"
                made.append((place, call.args[0].value, {word.arg for word in call.keywords if word.arg}))
    return made


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_code_of_the_table_is_used() -> None:
    assert set(finding_codes()) <= words_in_code()


def test_every_code_used_is_in_the_table() -> None:
    made = calls()
    assert len(made) > 10
    assert {code for _, code, _ in made} <= set(finding_codes())


def test_every_word_that_looks_like_a_code_is_one() -> None:
    # Codes also travel through tables and variables before they reach `finding`; names in __all__ are no codes.
    of_others = {"DELTA_BINARY_PACKED", "NUMPY_MADVISE_HUGEPAGE"}
    assert {w for w in words_in_code() if CODE.fullmatch(w) and "_" in w} - of_others <= set(finding_codes())


@pytest.mark.parametrize(("place", "code", "keywords"), calls(), ids=lambda part: part if isinstance(part, str) else "")
def test_every_finding_fills_its_message(place: str, code: str, keywords: set[str]) -> None:
    asked = placeholders(finding_codes()[code]["message"])
    assert asked <= keywords | GIVEN, place
    # What is asked for must be said: a blank value or column leaves a hole in the sentence.
    assert asked & GIVEN <= keywords, place


@pytest.mark.parametrize("code", sorted(finding_codes()))
def test_every_code_is_well_formed(code: str) -> None:
    row = finding_codes()[code]
    assert CODE.fullmatch(code)
    assert row["severity"] in SEVERITIES
    assert row["message"]
    assert row["remedy"]
    assert not row["message"].endswith(".")
    assert not row["remedy"].endswith(".")
    assert not placeholders(row["remedy"]), "remedies are printed as they stand"


@pytest.mark.parametrize("code", sorted(finding_codes()))
def test_every_message_can_be_filled(code: str) -> None:
    asked = placeholders(finding_codes()[code]["message"])
    assert all(name.isidentifier() for name in asked)
    made = finding(code, value="<value>", column="<column>", **{name: f"<{name}>" for name in asked - GIVEN})
    assert all(f"<{name}>" in made.message for name in asked)
    assert "{" not in made.message
    assert made.severity == finding_codes()[code]["severity"]


def test_no_code_stands_twice() -> None:
    rows = (PACKAGE / "model" / "findings.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(finding_codes()) + 1
