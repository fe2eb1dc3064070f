"""One run over a catalogue: what changed is read, everything is judged, and the result takes the place of the last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from deminimis import __version__
from deminimis.assessment.calculation import as_day
from deminimis.assessment.result import decimal_text
from deminimis.catalogues.bill_files import Told, digest_of
from deminimis.catalogues.catalogue import Catalogue, count_findings, digests_of
from deminimis.catalogues.engines import Engine, Question, judge_files
from deminimis.catalogues.inputs import MARK, CatalogueFile, find_files
from deminimis.catalogues.lock import only_run
from deminimis.catalogues.read_store import ReadStore, reader_version
from deminimis.catalogues.results import finish_moving, last_summary, write_results
from deminimis.errors import CatalogueError
from deminimis.model import Bom, Reading
from deminimis.readers.choices import BESIDE, Choices
from deminimis.reference import reference_version
from deminimis.report.catalogue_workbook import catalogue_workbook
from deminimis.rules import rulebook_version, ruling

SCHEMA = "deminimis/catalogue/1"
STORE = ".reads/reads.sqlite"


@dataclass(frozen=True)
class CatalogueRun:
    """What a run left behind.

    Parameters
    ----------
    out : Path
        Folder of the result.
    summary : dict
        What `summary.json` says.
    unchanged : bool
        Nothing had changed since the last run, whose result stands.
    """

    out: Path
    summary: Mapping[str, Any]
    unchanged: bool = False

    @property
    def exit_status(self) -> int:
        """0 all goods below and all files read, 1 something is not, 2 nothing to judge."""
        return int(self.summary["exit_status"])


def run_catalogue(
    sources: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    on: date | str | None = None,
    reading: Reading | None = None,
    choices: Choices | None = None,
    layouts: Path | None = None,
    details: bool = True,
    keep_bom: bool = True,
    workers: int | None = None,
    engine: Engine | None = None,
    told: Told = lambda read, kept: None,
    say: Any = lambda words: None,
) -> CatalogueRun:
    """Judge every finished good of a catalogue and write the result.

    Parameters
    ----------
    sources : path or paths
        Folders, files or patterns.
    out : path
        Folder of the result: goods, tested_items, contributions and findings as Parquet, summary.json,
        summary.xlsx, and the united bill of materials.
    on, reading
        As for `calculate`.
    choices, layouts
        As for `read_bom`: what to do where bills of materials leave it open, and a file of own layouts.
    details : bool
        Write tested items and contributions, which a large catalogue takes most of its time for, and the bill.
    keep_bom : bool
        Write the united bill of materials, from which `diff_catalogues` says why a verdict is another; not where
        the lines stay with workers.
    workers : int, optional
        Processes that read; by default one for each core.
    engine : Engine, optional
        Where it is calculated; by default on this machine.
    told, say : callable
        Are told every file that was read, and what is being done.

    Returns
    -------
    CatalogueRun

    Raises
    ------
    CatalogueError
        There is nothing to read, or the result cannot be written; the last result is as it was.

    Notes
    -----
    The result depends on the bytes of the inputs, the day, the reading, the rulebook, the reference data and the
    version alone, and has the same bytes whenever it is made. A run that is killed leaves what it read, and the next
    one goes on from there.
    """
    asked = Question(as_day(on), reading or Reading(), details)
    order = _Order(Path(out), asked, choices, layouts, keep_bom, workers, engine or Engine(), told, say)
    say("looking at the files")
    return order.run(_outside(order.folder, find_files(sources)))


@dataclass(frozen=True)
class _Order:
    """What is asked of a run, whatever the files are."""

    folder: Path
    asked: Question
    choices: Choices | None
    layouts: Path | None
    keep_bom: bool
    workers: int | None
    engine: Engine
    told: Told
    say: Any

    def run(self, files: Sequence[CatalogueFile]) -> CatalogueRun:
        """Judge the files, unless the last result is of just these."""
        with only_run(self.folder):
            finish_moving(self.folder)
            with ThreadPoolExecutor(1) as beside:
                hashing = beside.submit(digests_of, files)
                reader_version()
                digests, facts = hashing.result(), self._facts(files)
            key = facts.key(files, digests)
            if (last := last_summary(self.folder)) is not None and last.get("key") == key:
                return CatalogueRun(self.folder, last, unchanged=True)
            judged = self._judged(files, digests)
            read = judged.calculation.bom.inputs
            digests |= {given.name: given.sha256 for given in read if given.name in digests}
            self.say("writing")
            summary = summarise(judged, files, digests, facts.key(files, digests))
            whole = facts.keep_bom and not judged.summed_elsewhere
            return CatalogueRun(self.folder, self._write(judged, summary, judged.calculation.bom if whole else None))

    def _facts(self, files: Sequence[CatalogueFile]) -> _Facts:
        on, reading, details = self.asked.on, self.asked.reading, self.asked.details
        kept = self.keep_bom and details and not self.engine.shares_lines(files)
        return _Facts(on, reading, self.choices, details, kept, _layout_files(files, self.layouts))

    def _judged(self, files: Sequence[CatalogueFile], digests: Mapping[str, str]) -> Catalogue:
        with ReadStore(self.folder / STORE) as store:
            return judge_files(
                files, store, digests, self.asked, self.engine,
                choices=self.choices, layouts=self.layouts, workers=self.workers, told=self.told, say=self.say,
            )  # fmt: skip

    def _write(self, judged: Catalogue, summary: dict[str, Any], bom: Bom | None) -> Mapping[str, Any]:
        """Write the result, with details what takes a large catalogue most of its time, and return its summary."""
        tables, workbook = {"goods": judged.goods, "findings": judged.findings}, {}
        if self.asked.details:
            tables |= {"tested_items": judged.tested_items, "contributions": judged.contributions}
            workbook = {"summary.xlsx": catalogue_workbook(summary, judged.goods, judged.findings)}
        return write_results(self.folder, tables, workbook, summary, bom)


def _outside(folder: Path, files: Sequence[CatalogueFile]) -> tuple[CatalogueFile, ...]:
    """Return the files that are not of the result of an earlier run.

    Raises
    ------
    CatalogueError
        Files that are no result lie in the folder of the result.
    """
    whole = folder.resolve()
    inside = {file.name for file in files if file.path.resolve().is_relative_to(whole)}
    if inside and not (folder / MARK).exists():
        raise CatalogueError(
            f"{min(inside)} is to be read and lies in {folder}, the folder of the result: give another --out.",
            path=str(folder),
        )
    outside = tuple(file for file in files if file.name not in inside)
    if not outside:
        raise CatalogueError(f"{folder} holds only the result of an earlier run: name what to read.", path=str(folder))
    return outside


def _layout_files(files: Iterable[CatalogueFile], layouts: Path | None) -> tuple[str, ...]:
    """Return the hash of every file of layouts that files are read by."""
    beside = {file.path.parent / BESIDE for file in files if not file.table}
    return tuple(digest_of(path) for path in sorted([layouts] if layouts else beside))


@dataclass(frozen=True)
class _Facts:
    """What the result depends on besides its files."""

    on: date
    reading: Reading
    choices: Choices | None
    details: bool
    keep_bom: bool
    layouts: tuple[str, ...]

    def key(self, files: Iterable[CatalogueFile], digests: Mapping[str, str]) -> str:
        """Return the hash of everything the result depends on."""
        facts = {
            "version": __version__,
            "readers": reader_version(),
            "rulebook": rulebook_version(),
            "reference": reference_version(),
            "on": self.on.isoformat(),
            "reading": self.reading.as_dict(),
            "choices": repr(self.choices),
            "details": self.details,
            "bom": self.keep_bom,
            "layouts": self.layouts,
            "inputs": [[file.name, file.table, digests[file.name]] for file in files],
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def summarise(
    judged: Catalogue, files: Iterable[CatalogueFile], digests: Mapping[str, str], key: str
) -> dict[str, Any]:
    """Return what `summary.json` says of a catalogue.

    Parameters
    ----------
    judged : Catalogue
    files : iterable of CatalogueFile
    digests : mapping of name to str
        Hash of every file.
    key : str
        Hash of everything the result depends on.
    """
    calculation = judged.calculation
    rule = ruling(on=calculation.on, scenario=calculation.reading.scenario)
    inputs = [{"name": file.name, "sha256": digests[file.name]} for file in files]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "key": key,
        "on": calculation.on.isoformat(),
        "rule": {
            "id": rule.id,
            "status": rule.status,
            "scenario": rule.scenario,
            "threshold": decimal_text(rule.threshold),
            "inclusive": rule.inclusive,
            "source": rule.source,
        },
        "reading": calculation.reading.as_dict(),
        "reference": {"version": reference_version()},
        "rulebook": {"version": rulebook_version()},
        "counts": {
            "goods": len(judged.goods),
            "goods_by_verdict": judged.verdicts,
            "parts": calculation.measures.structure.part_count,
            "lines": len(calculation.bom.lines) + judged.summed_elsewhere,
            "files": len(inputs),
            "files_not_read": len(judged.refused),
        },
        "findings": count_findings(judged.findings),
        "not_read": [{"file": bill.name, "why": bill.refused} for bill in judged.refused],
        "exit_status": judged.exit_status,
        "inputs": inputs,
    }
