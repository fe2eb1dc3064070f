"""The public names: sorted, importable, and all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

import deminimis


def test_the_names_are_sorted() -> None:
    assert deminimis.__all__ == sorted(set(deminimis.__all__))


@pytest.mark.parametrize("name", deminimis.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(deminimis, name) is not None


@pytest.mark.parametrize("name", [n for n in deminimis.__all__ if n != "__version__"])
def test_every_name_says_what_it_is(name: str) -> None:
    value = getattr(deminimis, name)
    assert value.__name__ == name
    assert value.__doc__
    assert value.__module__.startswith("deminimis.")


def test_every_name_means_the_same_after_the_rooms_were_imported() -> None:
    program = (
        "import deminimis as dm, deminimis.assessment, deminimis.report.template\n"
        "print([n for n in dm.__all__ if n != '__version__' and not callable(getattr(dm, n))])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_dir_lists_the_public_names_and_no_others() -> None:
    assert dir(deminimis) == sorted(deminimis.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'asess'"):
        deminimis.asess  # noqa: B018


def test_star_import_brings_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from deminimis import *", names)
    assert set(deminimis.__all__) <= set(names)


def test_import_alone_loads_no_slow_library() -> None:
    slow = ["numpy", "pyarrow", "scipy", "networkx", "fastexcel", "openpyxl", "pint", "babel", "rich", "click"]
    program = f"import sys, deminimis; print([m for m in {slow!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
