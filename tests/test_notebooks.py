"""The notebooks are what their sources make, without outputs; `scripts/test` runs them after the tests."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
MAKE: dict[str, Any] = runpy.run_path(str(NOTEBOOKS / "make.py"), run_name="make")
SOURCES = MAKE["sources"]()
NAMES = ("catalogue", "first_bom", "uncertainty", "what_if_sourcing")


def test_there_are_four_and_each_has_a_source() -> None:
    assert tuple(source.stem for source in SOURCES) == NAMES
    assert tuple(sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))) == NAMES


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_is_what_its_source_makes(source: Path) -> None:
    made = MAKE["notebook_text"](MAKE["make_notebook"](source))
    kept = (NOTEBOOKS / f"{source.stem}.ipynb").read_text(encoding="utf-8")
    assert made == kept, "run .venv/bin/python notebooks/make.py"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_holds_words_and_code_and_no_logic(source: Path) -> None:
    cells = MAKE["make_notebook"](source).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert len({cell.id for cell in cells}) == len(cells)
    assert not any(cell.outputs or cell.execution_count for cell in code)
    lines = [line.split()[0] for cell in code for line in cell.source.splitlines() if line.strip()]
    assert not {"def", "class", "if", "for", "while", "try:"} & set(lines)
    assert "0.001" not in " ".join(cell.source for cell in code)


def write(folder: Path, text: str) -> Path:
    path = folder / "tried.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_before_the_first_cell_are_not_lost_in_silence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not begin with a cell"):
        MAKE["make_notebook"](write(tmp_path, "import os\n# %%\nos\n"))


def test_a_notebook_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileNotFoundError, match="there is no notebook tides: choose of catalogue"):
        MAKE["sources"](["tides"])


def test_a_cell_that_fails_stops_the_run(tmp_path: Path) -> None:
    notebook = MAKE["make_notebook"](write(tmp_path, "# %%\n1 + 1\n\n# %%\nraise KeyError('gone')\n"))
    with pytest.raises(CellExecutionError, match="gone"):
        MAKE["run_notebook"](notebook)
    assert notebook.cells[0].outputs[0].data["text/plain"] == "2"
