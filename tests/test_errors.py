"""The tree of exceptions: every one keeps its words and fields across processes."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from deminimis import errors
from deminimis.errors import DeminimisError
from deminimis.model import finding

CLASSES = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, Exception)]
BRANCHES = {
    "DeminimisError": "Exception",
    "InputError": "DeminimisError",
    "LayoutError": "InputError",
    "TableError": "InputError",
    "RuleError": "DeminimisError",
    "NoRuleOnDay": "RuleError",
    "ReferenceFault": "DeminimisError",
    "ReportError": "DeminimisError",
    "QuestionError": "DeminimisError",
    "CatalogueError": "DeminimisError",
}


def test_the_tree_is_the_one_drawn() -> None:
    assert {c.__name__: c.__bases__[0].__name__ for c in CLASSES} == BRANCHES
    assert errors.__doc__
    assert set(re.findall(r"[├└]── (\w+)|^ {4}(DeminimisError)$", errors.__doc__, re.MULTILINE)) == {
        ("", name) if name == "DeminimisError" else (name, "") for name in BRANCHES
    }


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_exception_pickles_with_its_fields(kind: type[DeminimisError], protocol: int) -> None:
    fields = {"file": "pump.xlsx", "row": 7, "findings": (finding("QTY_ZERO", row=7, part_number="00123"),)}
    fault = kind("pump.xlsx: nothing to read; give a sheet", **fields)
    back = pickle.loads(pickle.dumps(fault, protocol))
    assert type(back) is kind
    assert str(back) == back.message == "pump.xlsx: nothing to read; give a sheet"
    assert back.fields == fields
    assert (back.file, back.row, back.findings) == (fields["file"], fields["row"], fields["findings"])


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_exception_copies_and_is_caught_as_one_of_the_package(kind: type[DeminimisError]) -> None:
    with pytest.raises(DeminimisError, match=r"^no$") as caught:
        raise copy.copy(kind("no", file="a.csv"))
    assert type(caught.value) is kind
    assert caught.value.fields == {"file": "a.csv"}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_exception_says_what_it_is_for(kind: type[DeminimisError]) -> None:
    assert kind.__doc__
    assert kind.__doc__.endswith(".")
