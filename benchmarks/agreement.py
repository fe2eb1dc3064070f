"""`python -m benchmarks.agreement`: this machine, Dask and an exact oracle judge one catalogue and must agree.

The oracle reads the tables itself and adds up in `Fraction`, part by part; it shares nothing with the calculation but
the threshold, which is law.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.bars import ON
from benchmarks.generate import make_catalogue, make_mixed_tables
from deminimis.catalogues.engines import Engine
from deminimis.catalogues.run import run_catalogue
from deminimis.rules import ruling

Row = dict[str, Any]
Say = Callable[[str], object]
GRAMS = {"g": Fraction(1), "kg": Fraction(1000)}
HUNDRED = Fraction(100)
WORKERS = 2
KILL_AT = "rolling up"
"""What a run says in its middle: the lines lie with the workers, the levels are found, and nothing is summed yet."""
NUMBERS = ("article_value_low", "article_value_high", "controlled_value_low", "controlled_value_high")
ROUNDING = 1e-12
"""How far a number may be from the exact one, as a part of it: sums of float64 over some thousand lines."""
SAME_BYTES = ("goods.parquet", "tested_items.parquet", "contributions.parquet")


# ---------------------------------------------------------------- the oracle


@dataclass(frozen=True)
class Line:
    """What one piece of a parent contains of a child, and what is paid for."""

    child: str
    net: Fraction
    gross: Fraction


@dataclass(frozen=True)
class Piece:
    """One piece of a part [base currency]; what is `open` or `unlimited` may be worth, or hold, any amount more."""

    value: Fraction
    open: bool
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    unlimited: bool = False


@dataclass(frozen=True)
class Good:
    """The verdict on a good, and its value and content, low and high [base currency]; None where nothing limits it."""

    verdict: str
    numbers: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Tables:
    """The tables of a catalogue as they were written, by part number, material or currency."""

    lines: Mapping[str, list[Line]]
    parts: Mapping[str, Row]
    declarations: Mapping[str, list[Row]]
    prices: Mapping[str, Row]
    rates: Mapping[str, Fraction]


@cache
def exact(cell: float) -> Fraction:
    """Return the decimal that stands in a cell."""
    return Fraction(repr(cell))


@cache
def gross(quantity: float, scrap_percent: float | None) -> Fraction:
    return exact(quantity) * (1 + exact(scrap_percent or 0.0) / HUNDRED)


def read_tables(folder: Path) -> Tables:
    """Read the Parquet tables of a catalogue."""
    rows = {path.stem: pq.read_table(path) for path in folder.glob("*.parquet")}
    lines, declared = defaultdict(list), defaultdict(list)
    columns = (rows["lines"][name].to_pylist() for name in ("parent", "child", "quantity", "scrap_percent"))
    for parent, child, quantity, scrap in zip(*columns, strict=True):
        lines[parent].append(Line(child, exact(quantity), gross(quantity, scrap)))
    for row in rows["declarations"].to_pylist():
        declared[row["part_number"]].append(row)
    return Tables(
        lines,
        {row["part_number"]: row for row in rows["parts"].to_pylist()},
        declared,
        {row["material"]: row for row in rows["prices"].to_pylist()},
        {row["currency"]: exact(row["per_base"]) for row in rows["rates"].to_pylist()},
    )


def children_first(lines: Mapping[str, list[Line]]) -> list[str]:
    """Return every part of the lines after all that is in it."""
    settled: dict[str, None] = {}
    for top in lines:
        waiting = [top]
        while waiting:
            missing = [line.child for line in lines.get(waiting[-1], ()) if line.child not in settled]
            if missing:
                waiting += missing
            else:
                settled[waiting.pop()] = None
    return list(settled)


def pieces_of(tables: Tables) -> dict[str, Piece]:
    """Return value and content of one piece of every part."""
    pieces: dict[str, Piece] = {}
    for part in children_first(tables.lines):
        lines = tables.lines.get(part, ())
        record = tables.parts.get(part, {})
        if record.get("unit_value") is not None:
            value, is_open = exact(record["unit_value"]) / tables.rates[record["currency"]], False
        else:
            value = sum((line.gross * pieces[line.child].value for line in lines), Fraction(0))
            is_open = any(pieces[line.child].open for line in lines) or value == 0
        low, high, unlimited = own_content(part, Piece(value, is_open), tables)
        for line in lines:
            inside = pieces[line.child]
            if inside.high or inside.unlimited:
                low += line.net * inside.low
                high += line.net * inside.high
                unlimited |= inside.unlimited
        pieces[part] = Piece(value, is_open, low, high, unlimited)
    return pieces


def own_content(part: str, piece: Piece, tables: Tables) -> tuple[Fraction, Fraction, bool]:
    """Return low and high of what is declared of a part, and whether nothing limits it: China's, or maybe China's."""
    low, high, unlimited = Fraction(0), Fraction(0), False
    for row in tables.declarations.get(part, ()):
        if row["material_origin"] in ("China", None):
            least, most = worth(row, piece, tables)
            low += least if row["material_origin"] else 0
            high += most or 0
            unlimited |= most is None
    return low, high, unlimited


def worth(row: Row, piece: Piece, tables: Tables) -> tuple[Fraction, Fraction | None]:
    """Return the least and the most a declared material is worth; None where nothing limits it."""
    amount, basis = exact(row["amount"]), row["basis"]
    if basis == "value_per_piece":
        return (amount / tables.rates[row["currency"]],) * 2
    if basis == "value_percent":
        share = amount / HUNDRED * piece.value
        return share, None if piece.open else share
    grams = amount
    if basis == "wt_percent":
        record = tables.parts.get(row["part_number"], {})
        if record.get("mass") is None:  # then only the value of the part limits it
            return Fraction(0), None if piece.open else piece.value
        grams = amount / HUNDRED * exact(record["mass"]) * GRAMS[record["mass_unit"]]
    price = tables.prices[row["material"]]
    return (grams / GRAMS[price["unit"]] * exact(price["typical"]) / tables.rates[price["currency"]],) * 2


def exact_verdict(piece: Piece, threshold: Fraction) -> str:
    """Return the verdict of a piece, its share held against the threshold in integers."""
    if piece.low and not piece.open and side(piece.low, piece.value, threshold) >= 0:
        return "at_or_above"
    if not piece.unlimited and (not piece.high or side(piece.high, piece.value, threshold) < 0):
        return "below"
    return "undetermined"


def side(content: Fraction, value: Fraction, threshold: Fraction) -> int:
    """Return an integer that is negative below the line, 0 on it, and positive above it."""
    return (
        content.numerator * value.denominator * threshold.denominator
        - threshold.numerator * value.numerator * content.denominator
    )


def judge_exactly(folder: Path) -> dict[str, Good]:
    """Return what is true of every finished good of a catalogue of Parquet tables."""
    tables, threshold = read_tables(folder), ruling(on=ON).threshold
    assert threshold is not None
    pieces = pieces_of(tables)
    inside = {line.child for lines in tables.lines.values() for line in lines}
    return {part: good_of(pieces[part], threshold) for part in tables.lines if part not in inside}


def good_of(piece: Piece, threshold: Fraction) -> Good:
    most_worth = None if piece.open else float(piece.value)
    most_held = None if piece.unlimited else float(piece.high)
    return Good(exact_verdict(piece, threshold), (float(piece.value), most_worth, float(piece.low), most_held))


# ---------------------------------------------------------------- the runs


@dataclass(frozen=True)
class Judged:
    """What one of them says of every good, and in what time; `digests` are of the files it wrote."""

    name: str
    seconds: float
    goods: Mapping[str, Good]
    digests: tuple[str, ...] = ()


@dataclass
class Killer:
    """Kills one of the workers of a cluster, once, when a run says that it is in its middle."""

    workers: Mapping[Any, Any]
    killed: list[int] = field(default_factory=list)

    def hear(self, words: str) -> None:
        if words == KILL_AT and not self.killed:
            self.killed.append(min(self.processes()))
            os.kill(self.killed[0], signal.SIGKILL)

    def processes(self) -> set[int]:
        return {worker.pid for worker in self.workers.values()}


@contextmanager
def two_workers() -> Iterator[Any]:
    """Start a scheduler and two worker processes."""
    import dask
    from distributed import LocalCluster

    from deminimis.catalogues.cluster import SETTINGS

    how = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    with dask.config.set(SETTINGS), LocalCluster(n_workers=WORKERS, processes=True, **how) as cluster:
        yield cluster


def judge_by_oracle(folder: Path) -> Judged:
    begin = time.perf_counter()
    goods = judge_exactly(folder)
    return Judged("oracle", time.perf_counter() - begin, goods)


def judge_by_run(name: str, folder: Path, out: Path, engine: Engine, say: Say = lambda words: None) -> Judged:
    """Run a catalogue, as the command does, and return what it wrote."""
    begin = time.perf_counter()
    run_catalogue(folder, out, on=ON, engine=engine, say=say)
    seconds = time.perf_counter() - begin
    table = pq.read_table(out / "goods.parquet", columns=["part_number", "verdict", *NUMBERS])
    numbers = zip(*(table[name].to_pylist() for name in NUMBERS), strict=True)
    said = map(Good, table["verdict"].to_pylist(), numbers)
    goods = dict(zip(table["part_number"].to_pylist(), said, strict=True))
    return Judged(name, seconds, goods, tuple(digest(out / file) for file in SAME_BYTES))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def judge_all(folder: Path, out: Path, progress: Say) -> list[Judged]:
    """Return what the oracle says, then this machine, then Dask, undisturbed and with a worker killed."""
    progress("adding up exactly")
    found = [judge_by_oracle(folder)]
    progress("running here")
    found.append(judge_by_run("local", folder, out / "local", Engine("local")))
    progress("starting two workers")
    with two_workers() as cluster:
        engine, killer = Engine("dask", cluster.scheduler_address), Killer(cluster.workers)
        workers = killer.processes()
        progress("running on Dask")
        found.append(judge_by_run("dask", folder, out / "dask", engine))
        progress("running on Dask, and killing a worker")
        found.append(judge_by_run("dask, one killed", folder, out / "killed", engine, killer.hear))
        if len(workers) != WORKERS or killer.killed != [min(workers)]:
            raise click.ClickException(f"of the workers {sorted(workers)} these were killed: {killer.killed}.")
    return found


# ---------------------------------------------------------------- what is told


def differing(found: Judged, truth: Judged) -> int:
    """Return the number of goods of which two give different verdicts, or only one gives any."""
    missing = Good("")
    goods = {*found.goods, *truth.goods}
    return sum(found.goods.get(good, missing).verdict != truth.goods.get(good, missing).verdict for good in goods)


def farthest(found: Judged, truth: Judged) -> float:
    """Return the largest distance of a number from the exact one, as a part of it; infinite where only one has any."""
    both = found.goods.keys() & truth.goods.keys()
    pairs = (zip(found.goods[good].numbers, truth.goods[good].numbers, strict=True) for good in both)
    return max((distance(mine, its) for pair in pairs for mine, its in pair), default=0.0)


def distance(mine: float | None, its: float | None) -> float:
    if mine is None or its is None or its == 0:
        return 0.0 if mine == its else math.inf
    return abs(mine / its - 1)


def agrees(found: Judged, truth: Judged, local: Judged) -> bool:
    """Return whether verdicts and numbers are the oracle's, and the files, where it wrote any, this machine's."""
    same = not differing(found, truth) and farthest(found, truth) <= ROUNDING
    return same and (found is truth or found.digests == local.digests)


def told(found: Judged, truth: Judged, local: Judged) -> str:
    """Return one line about what was found."""
    counts = Counter(good.verdict for good in found.goods.values())
    words = [f"{found.name:16}", f"{len(found.goods):,} goods:"]
    words.append(", ".join(f"{counts[verdict]:,} {verdict}" for verdict in ("at_or_above", "undetermined", "below")))
    if found is not truth:
        words.append(f"| {differing(found, truth)} differ from the oracle, numbers by {farthest(found, truth):.0e}")
    if found is not truth and found is not local:
        other = [f for f, mine, its in zip(SAME_BYTES, found.digests, local.digests, strict=True) if mine != its]
        words.append("| " + (f"{', '.join(other)} OTHER THAN local's" if other else "the same bytes as local's"))
    return " ".join([*words, f"| {found.seconds:.1f} s"])


def conclude(found: Sequence[Judged]) -> int:
    """Tell what the oracle, this machine and the others found, and return the exit status."""
    truth, local = found[:2]
    for judged in found:
        click.echo(told(judged, truth, local))
    agreed = all(agrees(judged, truth, local) for judged in found)
    click.echo("all agree" if agreed else "they do not agree")
    return 0 if agreed else 1


def described(tables: Mapping[str, pa.Table]) -> Iterable[str]:
    """Yield what is in a catalogue, in words."""
    lines, parts, declared = (tables[name].to_pydict() for name in ("lines", "parts", "declarations"))
    parents, bases = defaultdict(set), Counter(declared["basis"])
    for parent, child in zip(lines["parent"], lines["child"], strict=True):
        parents[child].add(parent)
    made = set(lines["parent"])
    yield f"{len(lines['parent']):,} lines between {len(made | set(parents)):,} parts"
    yield f"{sum(len(parents[part]) > 1 for part in made):,} assemblies with several parents"
    yield f"{sum(scrap is not None and scrap > 0 for scrap in lines['scrap_percent']):,} lines with scrap"
    yield f"{len(set(parts['currency']))} currencies"
    yield f"{sum(value is None for value in parts['unit_value']):,} parts without price"
    yield f"{sum(part in made for part in parts['part_number']):,} assemblies with a value of their own"
    yield "declared: " + ", ".join(f"{count:,} {basis}" for basis, count in sorted(bases.items()))
    yield f"{sum(origin is None for origin in declared['material_origin']):,} of unknown origin"


@click.command()
@click.option("--lines", type=click.IntRange(2000), default=800_000, show_default=True, help="Of the catalogue drawn.")
@click.option("--seed", default=61, show_default=True, help="Of the catalogue drawn.")
@click.option("--quiet", is_flag=True, help="No words about what is being done.")
@click.pass_context
def main(ctx: click.Context, /, lines: int, seed: int, quiet: bool) -> None:
    """Judge one catalogue here, on two Dask workers, on two of which one is killed, and exactly in fractions.

    Exit status: 0 all say the same; 1 a verdict or a byte differs.

    \b
    Example:
      python -m benchmarks.agreement --lines 80000
    """

    def progress(words: str) -> None:
        if not quiet:
            click.echo(f"{words} ...", err=True)

    progress("drawing the catalogue")
    catalogue = make_catalogue(
        lines, goods=lines // 160, parts=lines * 3 // 20, carriers=max(20, lines // 1000), seed=seed
    )
    tables = make_mixed_tables(catalogue, seed=seed)
    with TemporaryDirectory() as name:
        folder = Path(name) / "tables"
        folder.mkdir()
        for table, rows in tables.items():
            pq.write_table(rows, folder / f"{table}.parquet")
        click.echo("; ".join(described(tables)))
        found = judge_all(folder, Path(name), progress)
    ctx.exit(conclude(found))


if __name__ == "__main__":
    main()
