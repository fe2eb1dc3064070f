"""The result of a run over a catalogue, as its folder holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from deminimis.catalogues.bom_files import BOM, ORIGIN, load_bom
from deminimis.catalogues.results import last_summary
from deminimis.errors import CatalogueError
from deminimis.model import Bom, Reading


@dataclass(frozen=True)
class StoredRun:
    """The result of a run, as its folder holds it.

    Parameters
    ----------
    folder : Path
    summary : mapping
        What `summary.json` says.
    """

    folder: Path
    summary: Mapping[str, Any]

    @cached_property
    def goods(self) -> pa.Table:
        """The finished goods."""
        return pq.read_table(self.folder / "goods.parquet")

    @property
    def has_bom(self) -> bool:
        """Whether the bill was kept."""
        return (self.folder / BOM / ORIGIN).exists()

    @cached_property
    def bom(self) -> Bom:
        """The bill that was judged."""
        return load_bom(self.folder / BOM)

    @property
    def day(self) -> date:
        """The day judged for."""
        return date.fromisoformat(self.summary["on"])

    @property
    def reading(self) -> Reading:
        """The reading of the law."""
        return Reading(**self.summary["reading"])

    @property
    def currency(self) -> str:
        """The base currency."""
        return str(self.goods["currency"][0]) if len(self.goods) else ""

    def told(self) -> dict[str, Any]:
        """Return what a comparison says of this run."""
        kept = ("on", "rule", "reading", "reference", "rulebook", "version", "counts", "key")
        return {"folder": str(self.folder), **{name: self.summary[name] for name in kept}}

    @property
    def law(self) -> tuple[Any, ...]:
        """Everything a result depends on besides its tables."""
        return tuple(str(self.summary[name]) for name in ("on", "rule", "reading", "reference", "rulebook", "version"))


def open_run(folder: str | Path) -> StoredRun:
    """Return the result of a run.

    Parameters
    ----------
    folder : path

    Raises
    ------
    CatalogueError
        There is none, or it is not whole.
    """
    summary = last_summary(Path(folder))
    if summary is None:
        raise CatalogueError(
            f"{folder} is not the whole result of a run: name the --out folder of `deminimis catalogue run`, and let a "
            "run that was interrupted end.",
            path=str(folder),
        )
    return StoredRun(Path(folder), summary)
