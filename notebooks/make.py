"""Make the notebooks from their sources, and run them: `python notebooks/make.py [--run] [NAME ...]`.

A source is a Python file in which `# %%` begins a cell, and `# %% [markdown]` one of words. The notebook beside this
file holds no outputs, and the same ids whenever it is made; a run leaves a copy with its outputs in `out/notebooks`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets.config import Config

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out" / "notebooks"
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})
"""Cells and outputs go through ports of this machine, at which another of its users could listen."""

SECONDS = 600
"""Longest that one cell may take."""

CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources(names: list[str] | None = None) -> list[Path]:
    """Return the sources of some notebooks, all by default.

    Raises
    ------
    FileNotFoundError
        If there is no notebook of that name.
    """
    found = {path.stem: path for path in sorted((HERE / "sources").glob("*.py"))}
    for name in names or []:
        if name not in found:
            raise FileNotFoundError(f"there is no notebook {name}: choose of {', '.join(found)}.")
    return [found[name] for name in names or found]


def make_notebook(source: Path) -> NotebookNode:
    """Return the notebook of a source, without outputs."""
    notebook = nbformat.v4.new_notebook(metadata=METADATA)
    notebook.cells = list(_cells(source))
    nbformat.validate(notebook)
    return notebook


def _cells(source: Path) -> Iterator[NotebookNode]:
    before, *rest = CELL.split(source.read_text(encoding="utf-8"))
    if before.strip():
        raise ValueError(f"{source.name} does not begin with a cell: write # %% above {before.strip()!r}.")
    for place, (words, text) in enumerate(zip(rest[::2], rest[1::2], strict=True), start=1):
        name = f"{source.stem}-{place:02d}"
        if words:
            yield nbformat.v4.new_markdown_cell(re.sub(r"^# ?", "", text.strip(), flags=re.MULTILINE), id=name)
        else:
            yield nbformat.v4.new_code_cell(text.strip(), id=name)


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file."""
    return f"{nbformat.writes(notebook).rstrip()}\n"


def run_notebook(notebook: NotebookNode) -> NotebookNode:
    """Run a notebook in this folder, and return it with its outputs.

    Raises
    ------
    CellExecutionError
        If a cell fails.
    """
    here = {"metadata": {"path": str(HERE)}}
    client = NotebookClient(notebook, timeout=SECONDS, resources=here, config=ENCRYPTED)
    ran: NotebookNode = client.execute()
    return ran


def main(arguments: list[str] | None = None) -> int:
    """Write the notebooks without outputs, and with --run a copy of each with them."""
    parser = argparse.ArgumentParser(description="Make the notebooks from their sources, and run them.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all by default")
    parser.add_argument("--run", action="store_true", help="run them too, outputs go to out/notebooks")
    asked = parser.parse_args(arguments)
    for source in sources(asked.names):
        notebook = make_notebook(source)
        (HERE / f"{source.stem}.ipynb").write_text(notebook_text(notebook), encoding="utf-8")
        if not asked.run:
            continue
        try:
            ran = run_notebook(notebook)
        except CellExecutionError as fault:
            print(f"{source.stem}: {fault}", file=sys.stderr)
            return 1
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / f"{source.stem}.ipynb").write_text(notebook_text(ran), encoding="utf-8")
        print(f"ran {source.stem}, outputs in {(OUT / source.name).relative_to(HERE.parent).with_suffix('.ipynb')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
