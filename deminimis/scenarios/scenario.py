"""A scenario: changes with a name, free of contradictions, saved to and read from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields, replace
from itertools import combinations
from pathlib import Path
from typing import Any, get_type_hints

from deminimis.errors import InputError, QuestionError, ReportError
from deminimis.scenarios.changes import (
    Change,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    SupplierChange,
    Swap,
    ValueChange,
)
from deminimis.scenarios.declared import Declare

SCHEMA = "deminimis/scenario/1"
KINDS: dict[str, type[Change]] = {
    kind.kind: kind
    for kind in (
        OriginChange,
        SupplierChange,
        GradeChange,
        ValueChange,
        PriceChange,
        QuantityChange,
        Swap,
        Declare,
        DropDeclarations,
    )
}


@dataclass(frozen=True)
class Scenario:
    """Changes made together, with a name.

    Parameters
    ----------
    name : str
    changes : tuple of Change
        In any order, which does not matter; a change given twice counts once.

    Raises
    ------
    QuestionError
        If there is no change, or two contradict each other.

    Examples
    --------
    >>> Scenario("cheap", (OriginChange("MAG-1", "Japan"), OriginChange("MAG-1", "China")))
    Traceback (most recent call last):
    deminimis.errors.QuestionError: origin of the material in MAG-1: JP and origin of the material in MAG-1: CN ...
    """

    name: str
    changes: tuple[Change, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(dict.fromkeys(self.changes)))
        if not self.changes:
            raise QuestionError("no change is given: say what shall be different.")
        for one, other in combinations(self.changes, 2):
            if contradict(one, other):
                raise QuestionError(f"{one.words} and {other.words} contradict each other: keep one of them.")

    def combined(self, *others: Scenario, name: str = "") -> Scenario:
        """Return the changes of this and other scenarios as one.

        Raises
        ------
        QuestionError
            If they contradict each other.
        """
        scenarios = (self, *others)
        changes = tuple(change for scenario in scenarios for change in scenario.changes)
        return Scenario(name or " + ".join(s.name for s in scenarios if s.name), changes)

    def in_currency(self, base: str) -> Scenario:
        """Return the same with amounts that name no currency in the base currency, so that another bill reads the same.

        Examples
        --------
        >>> Scenario("", (ValueChange("MAG-1", 44),)).in_currency("EUR").changes[0].words
        'value of one MAG-1: 44 EUR'
        """
        return Scenario(self.name, tuple(_in_currency(change, base) for change in self.changes))

    def as_dict(self) -> dict[str, Any]:
        """Return the document `deminimis/scenario/1`."""
        return {"schema": SCHEMA, "name": self.name, "changes": [change.as_dict() for change in self.changes]}

    @classmethod
    def from_dict(cls, document: Any) -> Scenario:
        """Return the scenario of a document as `as_dict` gives it.

        Raises
        ------
        QuestionError
            If it is written in another format, or a change in it is not known, incomplete or senseless.
        """
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise QuestionError(f"this is no document {SCHEMA}: save one with deminimis whatif --save.")
        changes = document.get("changes")
        if not isinstance(changes, list):
            raise QuestionError(f"the document {SCHEMA} has no list of changes: save one with deminimis whatif --save.")
        return cls(str(document.get("name") or ""), tuple(change_of(record) for record in changes))


def _in_currency(change: Change, base: str) -> Change:
    if isinstance(change, Declare):
        return replace(change, currency=base) if change.basis == "value_per_piece" and not change.currency else change
    if isinstance(change, ValueChange | PriceChange) and not change.currency:
        return replace(change, currency=base)
    return change


def scenario_of(given: Iterable[Change | Scenario], name: str = "") -> Scenario:
    """Return one scenario of changes and scenarios.

    Raises
    ------
    QuestionError
        If there is no change, or two contradict each other.
    """
    members = list(given)
    if len(members) == 1 and isinstance(members[0], Scenario) and not name:
        return members[0]
    changes = [c for g in members for c in (g.changes if isinstance(g, Scenario) else (g,))]
    named = " + ".join(g.name for g in members if isinstance(g, Scenario) and g.name)
    return Scenario(name or named, tuple(changes))


def contradict(one: Change, other: Change) -> bool:
    """Say whether two changes want different things of one and the same.

    Examples
    --------
    >>> contradict(Swap("A", "B"), Swap("A", "C", parent="PUMP")), contradict(Swap("A", "B"), Swap("B", "C"))
    (True, False)
    """
    if one == other:
        return False
    if isinstance(one, Swap) and isinstance(other, Swap):
        met = one.parent == other.parent or not one.parent or not other.parent
        return one.old == other.old and one.new != other.new and met
    if isinstance(one, Declare) and isinstance(other, Declare):
        return _declare_otherwise(one, other)
    for origin, declared in ((one, other), (other, one)):
        if isinstance(origin, OriginChange) and isinstance(declared, Declare):
            said = declared.material_origin
            return origin.part_number == declared.part_number and bool(said) and said != origin.origin
    return one.subject == other.subject


def _declare_otherwise(one: Declare, other: Declare) -> bool:
    """Say whether two declarations are of one thing, or one of them says that there is nothing of it."""
    if (one.part_number, one.supplier, one.evidence) != (other.part_number, other.supplier, other.evidence):
        return False
    return one.material == other.material or "none" in (one.material, other.material)


def change_of(record: Any) -> Change:
    """Return the change of a record as `Change.as_dict` gives it.

    Raises
    ------
    QuestionError
        If its kind or a field is not known, a field is missing or is of another kind.

    Examples
    --------
    >>> change_of({"change": "price", "material": "terbium_metal", "price": 2000}).words
    'price of terbium_metal: 2000 per kg'
    """
    name = record.get("change") if isinstance(record, dict) else None
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise QuestionError(f"{name or record} is no kind of change: use one of {', '.join(KINDS)}.")
    given = {field: value for field, value in record.items() if field != "change"}
    own: Any = kind
    known = {f.name: f for f in fields(own)}
    if unknown := [field for field in given if field not in known]:
        raise QuestionError(f"the change {name} has no field {unknown[0]}: its fields are {', '.join(known)}.")
    missing = [f for f in known if known[f].default is MISSING and f not in given]
    if missing:
        raise QuestionError(f"the change {name} lacks its field {missing[0]}: give it.")
    hints = get_type_hints(own)
    for field, value in given.items():
        _check_kind(str(name), field, value, hints[field])
    return kind(**given)


def _check_kind(name: str, field: str, value: Any, wanted: Any) -> None:
    if wanted is bool:
        fits, kind = isinstance(value, bool), "true or false"
    elif wanted is float or wanted == float | None:
        fits, kind = isinstance(value, int | float) and not isinstance(value, bool), "a number"
    else:
        fits, kind = isinstance(value, str) and _is_whole(value), "text"
    if not fits:
        raise QuestionError(f"{field} of the change {name} is {value!r}: write {kind}.")


def _is_whole(text: str) -> bool:
    """Say whether a text has a form in UTF-8: half a surrogate pair, which JSON can escape, has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_scenario(scenario: Scenario, path: Path | str) -> None:
    """Write a scenario to a file as JSON.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    text = json.dumps(scenario.as_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise ReportError(f"the changes cannot be written to {path}: {fault.strerror}", path=str(path)) from fault


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario from a file that `write_scenario` wrote.

    Raises
    ------
    InputError
        If the file cannot be read, or is no JSON.
    QuestionError
        If it is JSON of something else, or a change in it cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> plan = Scenario("Tb at 2000", (PriceChange("terbium_metal", 2000),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_scenario(plan, f"{folder}/plan.json")
    ...     read_scenario(f"{folder}/plan.json") == plan
    True
    """
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as fault:
        raise InputError(
            f"{path} cannot be read: {fault.strerror}; give the path of a file.", file=str(path)
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise InputError(f"{path} is no JSON: save changes with deminimis whatif --save.", file=str(path)) from fault
    return Scenario.from_dict(document)
