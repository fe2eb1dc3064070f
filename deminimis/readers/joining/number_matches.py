"""What a record is about, from the parts that bear its numbers; and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from deminimis.model import Bom, Finding, finding
from deminimis.readers.joining.number_spellings import as_written, loosely, without_zeros
from deminimis.reference import material_id

OTHER_NUMBERS = ("mfr_number", "supplier_number", "customer_number")
"""Roles of the columns that hold somebody else's number of the part in the row."""
MAKER = "manufacturer"
"""The role of the column that says whose the manufacturer number is."""
OWN = "own"
"""The kind of the numbers that stand in the lines themselves."""
WORDS = {
    "part_number": "part number",
    "mfr_number": "manufacturer number",
    "supplier_number": "supplier number",
    "customer_number": "customer number",
}
OF_OTHERS = {
    "part_number": frozenset(OTHER_NUMBERS),
    "mfr_number": frozenset({"mfr_number", "supplier_number"}),
    "supplier_number": frozenset({"mfr_number", "supplier_number"}),
    "customer_number": frozenset({"customer_number"}),
}
"""Which other numbers of a part a number may be: what one table calls the supplier's is the maker's in another."""
COUNTED = frozenset({"NUMBER_MATCHED", "NUMBER_WITHOUT_ZEROS"})
"""Told once for each table and kind: a whole file is written like that."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way to match: what it is told by, how numbers are spelt, and which kinds may be which of a part's."""

    code: str
    spelling: Callable[[pa.Array], pa.Array]
    fits: Mapping[str, frozenset[str]]


STEPS = (
    Step("NUMBER_MATCHED", as_written, {"customer_number": frozenset({OWN})}),
    Step("NUMBER_MATCHED", as_written, OF_OTHERS),
    Step("NUMBER_MATCHED", as_written, dict.fromkeys(("mfr_number", "supplier_number"), frozenset({OWN}))),
    Step("NUMBER_WITHOUT_ZEROS", without_zeros, dict.fromkeys(("part_number", "customer_number"), frozenset({OWN}))),
    Step("NUMBER_MATCHED_LOOSELY", loosely, OF_OTHERS),
)
"""In this order: the first that leads to a part counts."""


@dataclass(frozen=True, slots=True)
class Target:
    """A number that a part bears."""

    kind: str
    number: str
    own: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """A number of a record, and what it may be; `twice` says that its column spells it in several ways."""

    number: str
    kind: str
    targets: tuple[Target, ...]
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a record is about.

    Parameters
    ----------
    code : str
        How it was found.
    number, spelling, kind : str
        The number in the record, the part's spelling of it, and whose number it is.
    own : tuple of str
        The parts that bear it; where that is unclear, those it may be about.
    unclear : str
        Why it is not matched, or "".
    """

    code: str
    number: str
    spelling: str
    kind: str
    own: tuple[str, ...]
    unclear: str = ""


def decide(step: Step, found: Sequence[Candidates], supplier: str, suppliers: Mapping[str, set[str]]) -> Match:
    """Return which parts a record is about.

    Parameters
    ----------
    step : Step
        How its numbers were found.
    found : sequence of Candidates
        One for each of its numbers that is some part's.
    supplier : str
        Whom the record names, "" for nobody.
    suppliers : mapping of own number to set of str
        Whom the parts name.

    Returns
    -------
    Match

    Notes
    -----
    Several parts share a number only where it is spelt alike and nothing says that they come from different suppliers:
    only then is it one purchased part under several own numbers.
    """
    parts = [frozenset(target.own for target in one.targets) for one in found]
    common = frozenset.intersection(*parts)
    target = next((t for t in found[0].targets if t.own in common), found[0].targets[0])
    own_number = target.kind == OWN
    fitting = common
    if not own_number and supplier:
        fitting = frozenset(own for own in common if supplier in suppliers.get(own, {supplier}))
    named = [suppliers[own] for own in fitting if own in suppliers]
    unclear = ""
    if not common:
        unclear = "its numbers are those of different parts"
    elif any(one.twice for one in found):
        unclear = "the same column spells it in another way too"
    elif not fitting:
        unclear = "the supplier named is none of the part's"
    elif len(fitting) > 1 and step.spelling is not as_written:
        unclear = "several numbers are spelt like it"
    elif len(fitting) > 1 and not supplier and named and not set.intersection(*named):
        unclear = "the parts come from different suppliers"
    kind = found[0].kind if own_number else target.kind
    own = frozenset.union(*parts) if unclear else fitting
    return Match(step.code, found[0].number, target.number, kind, tuple(sorted(own)), unclear)


def settled(first: Match | None, second: Match) -> Match:
    """Return what a record is about where two steps found something.

    Parameters
    ----------
    first : Match or None
        Of the more telling step.
    second : Match
        Of the other one.

    Returns
    -------
    Match
        Unclear where the same number leads to different parts.
    """
    if first is None:
        return second
    if first.number != second.number or set(first.own) & set(second.own):
        return first
    own = tuple(sorted({*first.own, *second.own}))
    return replace(first, own=own, unclear=f"it is also like {second.spelling}")


def match_findings(bom: Bom, rows: pa.Table, matches: Mapping[int, Match]) -> Iterator[Finding]:
    """Yield what is told of records that bear no own number.

    Parameters
    ----------
    bom : Bom
        As read.
    rows : pyarrow.Table
        Name of the table and index of each record.
    matches : mapping of row of `rows` to Match
        Those that were matched, or may be.

    Yields
    ------
    Finding
    """
    tables, indices = rows["table"].to_pylist(), rows["index"].to_pylist()
    alike: dict[tuple[str, ...], list[int]] = {}
    for slot, match in sorted(matches.items()):
        alike.setdefault(_told_once(tables[slot], match), []).append(slot)
    for slots in alike.values():
        match, name = matches[slots[0]], tables[slots[0]]
        about: dict[str, Any] = {**bom.place(name, indices[slots[0]]), "column": "part_number", "value": match.number}
        if match.unclear:
            yield from _unclear(bom, match, about, [indices[slot] for slot in slots] if name == "declarations" else [])
            continue
        if _code(match) == "NUMBER_MATCHED":
            about["value"] = rows["part_number"][slots[0]].as_py()
        about |= {"kind": WORDS[match.kind], "spelling": match.spelling, "detail": ", ".join(match.own)}
        yield finding(_code(match), **about, count=len(slots))
    named = enumerate(zip(tables, indices, strict=True))
    yield from _not_matched(bom, [row for slot, (name, row) in named if name == "parts" and slot not in matches])


def _code(match: Match) -> str:
    return match.code if len(match.own) == 1 else "NUMBER_SHARED"


def _told_once(table: str, match: Match) -> tuple[str, ...]:
    """Return what matches have in common that are told by one finding."""
    if not match.unclear and _code(match) in COUNTED:
        return match.code, table, match.kind
    return match.code, table, match.kind, match.number, match.unclear, *match.own


def _unclear(bom: Bom, match: Match, about: Mapping[str, Any], declared: Sequence[int]) -> Iterator[Finding]:
    """Yield what is told of a number that may be several parts'; content must not get lost with it."""
    yield finding("NUMBER_UNCLEAR", **about, detail=match.unclear, other=", ".join(match.own))
    materials = (bom.declarations["material"][row].as_py() for row in declared)
    if any(material_id(material or "") != "none" for material in materials):
        for own in match.own:
            yield finding("CONTENT_UNCLEAR", **about, part_number=own, detail=match.unclear, other=own)


def _not_matched(bom: Bom, records: Sequence[int]) -> Iterator[Finding]:
    """Yield one finding for the part records that no line needs and that are no finished goods themselves."""
    table = bom.parts.select(["part_number", "finished_good"]).take(pa.array(records, pa.int64()))
    goods = table["finished_good"].to_pylist()
    left = [at for at, good in enumerate(goods) if good != "yes"]
    if left:
        about: dict[str, Any] = {**bom.place("parts", records[left[0]]), "column": "part_number"}
        yield finding("RECORD_NOT_MATCHED", **about, value=table["part_number"][left[0]].as_py(), count=len(left))
