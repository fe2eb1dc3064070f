"""The rulebook: which clause is in force, suspended or not yet effective on a day, under a named scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from deminimis.errors import NoRuleOnDay, ReferenceFault, RuleError
from deminimis.model import reading_choices
from deminimis.reference import sourced_rows, tables_hash

VALUE_RULE = "cn-mofcom-61-2025:1(1)"
COMPILED = "2026-11-22"
DAYS = ("effective_from", "suspended_from", "suspended_until", "extended_until", "ends_on", "extended_ends_on")
IN_FORCE, SUSPENDED, NOT_YET, REPEALED = "in_force", "suspended", "not_yet_effective", "repealed"
STATUS_WORDS = {
    IN_FORCE: "in force",
    SUSPENDED: "suspended",
    NOT_YET: "published, not yet effective",
    REPEALED: "no longer in force",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one clause says on one day, under one scenario.

    Parameters
    ----------
    id, instrument, article, kind, subject : str
        Which clause, and what it is about; `kind` is rule, suspension, statement, guidance or practice.
    status : str
        in_force, suspended, not_yet_effective or repealed.
    scenario : str
        letter (what was published), extended (the political readout counts) or assume_in_force (a hypothesis).
    on : date
        Day asked for.
    effective_from, suspended_from, suspended_until : date or None
        The last named day of a suspension is still suspended.
    threshold : Fraction or None
        Share of the value from which the clause applies; None for a clause without one.
    inclusive : bool
        The threshold itself is caught.
    source, note, confidence : str
        Where it was read; what to know before relying on it; V (read), V1 (one secondary source) or I (inferred).
    """

    id: str
    instrument: str
    article: str
    kind: str
    subject: str
    status: str
    scenario: str
    on: date
    effective_from: date
    suspended_from: date | None
    suspended_until: date | None
    threshold: Fraction | None
    inclusive: bool
    source: str
    note: str
    confidence: str

    def as_dict(self) -> dict[str, Any]:
        """Return the ruling as JSON takes it, days in ISO form or None."""
        days = {name: getattr(self, name) for name in ("effective_from", "suspended_from", "suspended_until")}
        words = {name: getattr(self, name) for name in ("source", "note", "subject", "confidence", "scenario")}
        return {
            "id": self.id,
            "status": self.status,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            **words,
        }


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of the rulebook, days as dates."""

    words: dict[str, str]
    days: dict[str, date | None]

    @property
    def effective_from(self) -> date:
        """First day of the clause, suspended or not."""
        return self.days["effective_from"] or date.max

    def suspended_until(self, scenario: str) -> date | None:
        """Return the last day of the suspension."""
        return (scenario == "extended" and self.days["extended_until"]) or self.days["suspended_until"]

    def ends_on(self, scenario: str) -> date | None:
        """Return the last day of the clause."""
        return (scenario == "extended" and self.days["extended_ends_on"]) or self.days["ends_on"]

    def status(self, on: date, scenario: str) -> str:
        """Return the status on a day.

        Source
        ------
        MOFCOM and Customs Announcement 70 of 2025, 2025-11-07: suspended "from today until 2026-11-10" (至), which
        includes the named day.
        """
        if scenario == "assume_in_force" and self.days["extended_until"]:
            return IN_FORCE
        if scenario == "assume_in_force" and self.days["extended_ends_on"]:
            return REPEALED
        first, last, end = self.days["suspended_from"], self.suspended_until(scenario), self.ends_on(scenario)
        if first and last and first <= on <= last:
            return SUSPENDED
        if on < self.effective_from:
            return NOT_YET
        return REPEALED if end and on > end else IN_FORCE

    def note(self, scenario: str) -> str:
        """Return what to know before relying on the status."""
        parts, extended = [self.words["note"]], self.days["extended_until"]
        if extended:
            parts.append(
                f"Suspended by Announcement 70 of 2025 until {self.days['suspended_until']}; the political extension "
                f"to {extended} (readout of 2026-09-28) is unconfirmed, no formal instrument was found: "
                "check mofcom.gov.cn."
            )
        if scenario == "assume_in_force" and (extended or self.days["extended_ends_on"]):
            parts.append("Hypothesis: the suspension is taken as set aside on every day.")
        return " ".join(part for part in parts if part)


@cache
def clauses(text: str | None = None) -> dict[str, Clause]:
    """Return the rulebook by id; `text` is another table in place of the package's.

    Raises
    ------
    ReferenceFault
        A row breaks the rules of `sourced_rows`, a day is none, or a suspension ends before it begins.
    """
    return {row["id"]: clause(row) for row in sourced_rows(__package__, "rulebook.csv", text)}


def clause(row: dict[str, str]) -> Clause:
    """Return the clause of one row."""
    try:
        found = Clause(row, {name: date.fromisoformat(row[name]) if row[name] else None for name in DAYS})
    except ValueError as fault:
        raise ReferenceFault(f"rulebook.csv, {row['id']}: {fault}; write YYYY-MM-DD", id=row["id"]) from fault
    first, last = found.days["suspended_from"], found.days["suspended_until"]
    if not found.days["effective_from"] or (first and last and first > last):
        raise ReferenceFault(f"rulebook.csv, {row['id']}: no first day, or a suspension backwards", id=row["id"])
    return found


def rules_on(on: date, scenario: str = "letter", text: str | None = None) -> tuple[Ruling, ...]:
    """Return every clause of the rulebook as it stands on a day.

    Parameters
    ----------
    on : date
        Day asked for.
    scenario : {"letter", "extended", "assume_in_force"}
        What the status is taken from.
    text : str, optional
        Another rulebook of the same columns, in place of the one in the package.

    Raises
    ------
    RuleError
        The scenario is none of the three.

    Examples
    --------
    >>> [rule.status for rule in rules_on(date(2026, 11, 22)) if rule.id == "cn-mofcom-18-2025"]
    ['in_force']
    """
    check_scenario(scenario)
    return tuple(rule_on(found, on, scenario) for found in clauses(text).values())


def ruling(rule_id: str = VALUE_RULE, *, on: date, scenario: str = "letter") -> Ruling:
    """Return one clause as it stands on a day; by default the value rule of Announcement 61.

    Raises
    ------
    NoRuleOnDay
        The rulebook has no clause of that id.
    RuleError
        The scenario is none of the three.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1), 2025-10-09: "0.1 % and above" (达到0.1%及以上).

    Examples
    --------
    >>> ruling(on=date(2026, 11, 10)).status, ruling(on=date(2026, 11, 11)).status
    ('suspended', 'in_force')
    """
    check_scenario(scenario)
    if rule_id not in clauses():
        raise NoRuleOnDay(f"the rulebook has no clause {rule_id}; see `deminimis rules`", on=on, id=rule_id)
    return rule_on(clauses()[rule_id], on, scenario)


def check_scenario(scenario: str) -> None:
    """Refuse a scenario that is none."""
    known = reading_choices()["scenario"]
    if scenario not in known:
        raise RuleError(f"the scenario must be one of {', '.join(known)}, not {scenario!r}", scenario=scenario)


def rule_on(found: Clause, on: date, scenario: str) -> Ruling:
    """Return the ruling of a clause."""
    words = found.words
    return Ruling(
        id=words["id"],
        instrument=words["instrument"],
        article=words["article"],
        kind=words["kind"],
        subject=words["subject"],
        status=found.status(on, scenario),
        scenario=scenario,
        on=on,
        effective_from=found.effective_from,
        suspended_from=found.days["suspended_from"],
        suspended_until=found.suspended_until(scenario),
        threshold=Fraction(words["threshold"]) if words["threshold"] else None,
        inclusive=words["inclusive"] == "yes",
        source=words["source"],
        note=found.note(scenario),
        confidence=words["confidence"],
    )


def rule_events(scenario: str = "letter") -> tuple[tuple[date, str], ...]:
    """Return the days on which the status of the value rule changes, and to what.

    Raises
    ------
    RuleError
        The scenario is none of the three.

    Examples
    --------
    >>> [(day.isoformat(), text.split(": ")[1]) for day, text in rule_events("letter")]
    [('2025-11-07', 'suspended'), ('2026-11-11', 'in force')]
    >>> rule_events("assume_in_force")
    ()
    """
    check_scenario(scenario)
    events = []
    for day in sorted(set(turning_days(clauses()[VALUE_RULE], scenario))):
        now, before = (ruling(on=on, scenario=scenario) for on in (day, day - timedelta(days=1)))
        if now.status != before.status:
            events.append((day, f"{now.instrument}, art. {now.article}: {STATUS_WORDS[now.status]}"))
    return tuple(events)


def turning_days(found: Clause, scenario: str) -> Iterator[date]:
    """Yield the days on which a clause may change."""
    yield found.effective_from
    if first := found.days["suspended_from"]:
        yield first
    for last in (found.suspended_until(scenario), found.ends_on(scenario)):
        if last:
            yield last + timedelta(days=1)


@cache
def rulebook_version() -> str:
    """Return the day the rulebook was compiled and a hash over its tables, so that an edited rulebook shows."""
    return f"{COMPILED}+{tables_hash('deminimis.rules')}"
