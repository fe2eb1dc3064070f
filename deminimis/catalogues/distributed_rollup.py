"""A catalogue whose lines stand on a cluster: they are summed there, and the few that say more are judged here.

Most lines of a catalogue carry nothing but value. The workers sum that, level by level. The lines between parts that
carry anything, and enough of the others that every part, level, unit and date is what it is, come here and are judged
as on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from deminimis.assessment import Calculation, judge, measure, tabulate_goods
from deminimis.assessment.article_values import Summed, own_values
from deminimis.assessment.inside import NEVER, next_change
from deminimis.assessment.judgement import prove
from deminimis.assessment.measures import Measures
from deminimis.catalogues.bill_files import BillRead, Told
from deminimis.catalogues.catalogue import Catalogue, conclude_catalogue
from deminimis.catalogues.cluster import Cluster
from deminimis.catalogues.engines import Question
from deminimis.catalogues.inputs import CatalogueFile
from deminimis.catalogues.level_sums import Levels, everything_in, find_levels, sum_levels
from deminimis.catalogues.line_pieces import Rows
from deminimis.catalogues.line_sums import FACTS, Ground, prepare_share, rows_to_show
from deminimis.catalogues.shared_lines import Plan, SharedLines, place_of, share_lines
from deminimis.catalogues.table_files import ID_TABLES, Frame, TableRead, check_frames, frame_of, load_frame, unreadable
from deminimis.catalogues.union import unite
from deminimis.content import masses, read_rates, read_values
from deminimis.content.estimates import look_for_signs
from deminimis.errors import InputError
from deminimis.model import Bom, Codes, Finding, Input, Mask, Source, Structure, finding, schema
from deminimis.model.checks import Checked
from deminimis.model.part_codes import as_text, encode_numbers, with_text
from deminimis.rules import Ruling, ruling
from deminimis.structure import build_structure

NO_PARTS: Codes = np.empty(0, dtype=np.int32)


def judge_shared(
    cluster: Cluster,
    files: Sequence[CatalogueFile],
    digests: Mapping[str, str],
    asked: Question,
    *,
    plan: Plan | None = None,
    told: Told = lambda read, kept: None,
    say: Callable[[str], object] = lambda words: None,
) -> Catalogue:
    """Judge every finished good of a catalogue of tables on a cluster.

    Parameters
    ----------
    cluster : Cluster
    files : sequence of CatalogueFile
        Tables of the contract; all but the lines are read by this machine.
    digests : mapping of name to str
        Hash of every file.
    asked : Question
    plan : Plan, optional
    told, say : callable
        Are told every file that was read, and what is being done.

    Returns
    -------
    Catalogue
        Its calculation holds the lines that say more than their sum.

    Raises
    ------
    CatalogueError
        Workers die again and again, or do not see the files; nothing could be read.
    """
    plan = plan or Plan()
    say("reading")
    frames, refused = _frames(files)
    shared: SharedLines | dict[str, str] = {}
    while _hold_lines(frames) and isinstance(shared := _share(cluster, files, refused, plan), dict):
        refused |= shared
        frames = [frame for frame in frames if frame.source.file not in refused]
    reads = [BillRead(f.name, (Input(f.name, digests[f.name]),), refused=refused.get(f.name, "")) for f in files]
    for read in reads:
        told(read, False)
    broken = [read for read in reads if read.refused]
    if isinstance(shared, dict):
        bom = unite(broken, check_frames(frames), _inputs(frames, digests))
        on, reading, details = asked.on, asked.reading, asked.details
        return conclude_catalogue(bom, on=on, reading=reading, details=details, refused=tuple(broken))
    bom, shared = _first_bom(shared, frames, broken, digests)
    say("finding the levels")
    rolled = _roll_up(shared, bom, asked, plan, say)
    say("judging")
    calculation = _calculation(rolled, asked)
    return Catalogue(
        calculation,
        tabulate_goods(calculation, details=asked.details),
        tuple(broken),
        shared.count - len(calculation.bom.lines),
    )


def _frames(files: Sequence[CatalogueFile]) -> tuple[list[Frame], dict[str, str]]:
    """Return the tables that are read here, those of lines without rows, and why some cannot be read."""
    frames, refused = [], {}
    for file in files:
        try:
            frames.append(_without_rows(file) if file.table == "lines" else load_frame(file))
        except InputError as fault:
            refused[file.name] = str(fault)
    return frames, refused


def _hold_lines(frames: Sequence[Frame]) -> bool:
    return any(frame.name == "lines" for frame in frames)


def _inputs(frames: Sequence[Frame], digests: Mapping[str, str]) -> list[Input]:
    return [Input(frame.source.file, digests[frame.source.file]) for frame in frames]


def _without_rows(file: CatalogueFile) -> Frame:
    try:
        if file.path.suffix.lower() == ".parquet":
            names = list(pl.read_parquet_schema(file.path))
        else:
            sign = "\t" if file.path.suffix.lower() == ".tsv" else ","
            names = pl.read_csv(file.path, separator=sign, n_rows=0, infer_schema=False).columns
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as fault:
        raise unreadable(file, fault) from None
    empty = pl.DataFrame({name: pl.Series([], dtype=pl.String) for name in names if name in schema()["lines"]})
    return frame_of(Source(file.name, "lines"), "lines", empty, names)


def _share(
    cluster: Cluster, files: Sequence[CatalogueFile], refused: Mapping[str, str], plan: Plan
) -> SharedLines | dict[str, str]:
    readable = [file for file in files if file.name not in refused]
    return share_lines(cluster, [(at, f) for at, f in enumerate(readable) if f.table == "lines"], plan)


def _first_bom(
    shared: SharedLines, frames: Sequence[Frame], broken: Sequence[BillRead], digests: Mapping[str, str]
) -> tuple[Bom, SharedLines]:
    """Return all tables, of the lines those that name something first, checked; and the lines with coded numbers."""
    lines, rows = shared.take(shared.telling, NO_PARTS)
    given = check_frames(frames)
    others = {at: with_text(read.checked.table) for at, read in enumerate(given) if read.name != "lines"}
    coded, names = _coded([("lines", lines), *((given[at].name, table) for at, table in others.items())])
    tables = dict(zip(others, coded[1:], strict=True))
    reads = []
    for at, read in enumerate(given):
        if at in tables:
            reads.append(replace(read, checked=replace(read.checked, table=tables[at])))
            continue
        here = place_of(rows) == at
        checked = Checked(coded[0].filter(pa.array(here)), (), shared.long_decimals_of(rows[here]))
        reads.append(TableRead(read.source, "lines", checked, read.findings))
    last = max(at for at, read in enumerate(reads) if read.name == "lines")
    reads[last] = replace(reads[last], findings=(*reads[last].findings, *shared.findings))
    inputs = _inputs(frames, digests)
    place = pa.compute.index_in(shared.numbers, value_set=names).to_numpy().astype(np.int32)
    return unite(broken, reads, inputs), replace(shared, named=(names, place))


def _coded(tables: Sequence[tuple[str, pa.Table]]) -> tuple[list[pa.Table], pa.Array]:
    """Return tables, given with their names, whose part numbers are codes into one table of numbers, and that table."""
    columns = [
        (at, column.name)
        for name in ID_TABLES
        for column in schema()[name].values()
        if column.type == "id"
        for at, (of_table, _) in enumerate(tables)
        if of_table == name
    ]
    numbers, codes = encode_numbers([tables[at][1][column] for at, column in columns])
    coded = [table for _, table in tables]
    for (at, column), of_column in zip(columns, codes, strict=True):
        array = pa.DictionaryArray.from_arrays(pa.array(of_column, mask=of_column < 0), numbers)
        coded[at] = coded[at].set_column(coded[at].schema.get_field_index(column), column, array)
    return coded, numbers


@dataclass(frozen=True)
class _Rolled:
    """A catalogue summed: lines and shares on the cluster, what is shown of them here, and the sums."""

    shared: SharedLines
    shares: list[object]
    bom: Bom
    rows: Rows
    whole: Codes
    summed: Summed

    def shown(self, more: Codes = NO_PARTS) -> Bom:
        """Return the bill of what is shown, and of all lines of some parents more."""
        lines, rows = self.shared.take(self.rows, np.union1d(self.whole, more))
        return _with_lines(self.bom, self.shared, lines, rows)


def _with_lines(bom: Bom, shared: SharedLines, lines: pa.Table, rows: Rows) -> Bom:
    others = {place: text for place, text in bom.long_decimals.items() if place[0] != "lines"}
    return replace(bom, lines=lines, long_decimals=others | shared.long_decimals_of(rows))


def _roll_up(shared: SharedLines, bom: Bom, asked: Question, plan: Plan, say: Callable[[str], object]) -> _Rolled:
    """Sum the values on the cluster, and find the rows that say more than their sum."""
    cluster, count = shared.cluster, len(shared.keys)
    keys, facts = cluster.hold(shared.keys), cluster.hold(_facts(shared, bom))
    given = (keys, facts, asked.on, asked.reading, bom.sources)
    shares = [cluster.submit(prepare_share, share, *given) for share in shared.shares]
    levels = find_levels(cluster, shares, count, plan.rest)
    kept = np.union1d(shared.telling, levels.rows)
    bom = _with_lines(bom, shared, *shared.take(kept, NO_PARTS))
    structure = build_structure(bom, asked.on)
    ground, marked = _ground(shared, bom, structure, levels, asked.on)
    say("rolling up")
    totals, inside = sum_levels(cluster, shares, levels, ground, marked, plan.rest)
    fixed, shown = cluster.hold(ground), cluster.hold(totals.shown)
    told = cluster.results(cluster.submit(rows_to_show, share, fixed, shown) for share in shares)
    parents = np.flatnonzero(levels.lines > 0)
    value, value_open = totals.value[parents, 0], np.asarray(totals.value[parents, 1] > 0, dtype=bool)
    return _Rolled(
        shared,
        shares,
        bom,
        np.unique(np.concatenate([kept, *(rows for rows, _ in told)])),
        np.unique(np.concatenate([NO_PARTS, *(whole for _, whole in told)])),
        Summed(shared.numbers.take(pa.array(parents)), value, value_open, inside[parents]),
    )


def _facts(shared: SharedLines, bom: Bom) -> pa.Table:
    """Return what quantities depend on, of every part that is recorded."""
    part = pa.compute.index_in(as_text(bom.parts["part_number"]), value_set=shared.numbers)
    table = bom.parts.select(list(FACTS)).append_column("part", part.cast(pa.int32()))
    return table.filter(table["part"].is_valid()).combine_chunks()


def _ground(shared: SharedLines, bom: Bom, structure: Structure, levels: Levels, on: date) -> tuple[Ground, Mask]:
    """Return what the sums begin with, and the parts that are shown with everything above them."""
    at = structure.codes(shared.numbers)
    stated = read_values(bom, structure, read_rates(bom, on)[0])
    own = own_values(structure, stated)
    marked = _marked(bom, structure, on) | stated.unreadable | structure.looped
    weights = masses(bom, structure)
    mass = np.where(weights[1], weights[0], 0.0)
    return Ground(levels.level, own[at], stated.stated[at], levels.left_out, mass[at]), marked[at]


def _marked(bom: Bom, structure: Structure, on: date) -> Mask:
    """Return the parts of which something is said that is passed on to what contains them, other than value."""
    marked = np.zeros(structure.part_count, dtype=bool)
    marked[[sign.part for sign in look_for_signs(bom, structure)]] = True
    technology = bom.parts["part_number"].filter(pa.array(bom.known("parts", "cn_technology")))
    faulty = pa.array([f.part_number for f in (*bom.findings, *structure.findings) if f.severity == "error"])
    dated = bom.lines["parent"].filter(pa.array(next_change(bom, "lines", on) < NEVER))
    for numbers in (bom.declarations["part_number"], technology, faulty.cast(pa.string()), dated):
        codes = structure.codes(numbers)
        marked[codes[codes >= 0]] = True
    return marked


def _calculation(rolled: _Rolled, asked: Question) -> Calculation:
    """Return the calculation of what is shown; parts near the line are shown with everything in them."""
    rule = ruling(on=asked.on, scenario=asked.reading.scenario)
    bom = rolled.shown()
    measures = measure(bom, on=asked.on, reading=asked.reading, summed=rolled.summed)
    near = _near(rolled.shared, measures, rule)
    if len(near):
        shared = rolled.shared
        bom = rolled.shown(everything_in(shared.cluster, rolled.shares, near, len(shared.keys)))
        measures = measure(bom, on=asked.on, reading=asked.reading, summed=rolled.summed)
    judgement = judge(bom, measures, rule, on=asked.on, reading=asked.reading)
    bom = replace(bom, findings=tuple(_counted(rolled.shared, found) for found in bom.findings))
    return Calculation(bom, asked.on, asked.reading, rule, measures, judgement)


def _near(shared: SharedLines, measures: Measures, rule: Ruling) -> Codes:
    """Return the codes among the keys of the parts too near the line for floats."""
    parts = measures.structure.part_numbers.take(pa.array(np.flatnonzero(prove(measures, rule)[2])))
    codes = pa.compute.index_in(parts, value_set=shared.numbers).drop_null()
    return np.asarray(codes.to_numpy(), dtype=np.int32)


def _counted(shared: SharedLines, found: Finding) -> Finding:
    """Return a finding with the number of rows it is about, of which only some are shown."""
    if found.code != "SCRAP_LOOKS_FRACTION":
        return found
    place: dict[str, Any] = {"file": found.file, "sheet": found.sheet, "row": found.row, "column": found.column}
    return finding(found.code, **place, value=found.value, count=shared.scrapped[found.file])
