"""The law on a day: the table of days, scenarios, notes and sources."""

from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files

import pytest

from deminimis.errors import NoRuleOnDay, ReferenceFault, RuleError
from deminimis.reference import sourced_rows
from deminimis.reference.tables import table_text
from deminimis.rules import (
    VALUE_RULE,
    annex_items,
    part1_lines,
    part2_items,
    rule_events,
    rulebook_version,
    rules_on,
    ruling,
)

PACKAGE = "deminimis.rules"
PART_1 = ("Sm", "Dy", "Gd", "Tb", "Lu", "Sc", "Y")
A61 = "cn-mofcom-61-2025:"
NOT_YET, SUSPENDED, IN_FORCE = "not_yet_effective", "suspended", "in_force"
DAY_TABLE = [
    ("2025-10-08", (NOT_YET, NOT_YET, NOT_YET), (NOT_YET, NOT_YET, NOT_YET)),
    ("2025-10-09", (NOT_YET, NOT_YET, IN_FORCE), (NOT_YET, NOT_YET, IN_FORCE)),
    ("2025-11-06", (NOT_YET, NOT_YET, IN_FORCE), (NOT_YET, NOT_YET, IN_FORCE)),
    ("2025-11-07", (SUSPENDED,) * 3, (SUSPENDED,) * 3),
    ("2025-11-20", (SUSPENDED,) * 3, (SUSPENDED,) * 3),
    ("2025-12-01", (SUSPENDED,) * 3, (SUSPENDED,) * 3),
    ("2026-11-10", (SUSPENDED,) * 3, (SUSPENDED,) * 3),
    ("2026-11-11", (IN_FORCE,) * 3, (SUSPENDED,) * 3),
    ("2026-11-22", (IN_FORCE,) * 3, (SUSPENDED,) * 3),
    ("2027-01-10", (IN_FORCE,) * 3, (SUSPENDED,) * 3),
    ("2027-01-11", (IN_FORCE,) * 3, (IN_FORCE,) * 3),
]


def status(rule_id, day, scenario="letter"):
    return ruling(rule_id, on=date.fromisoformat(day), scenario=scenario).status


@pytest.mark.parametrize(("day", "letter", "extended"), DAY_TABLE)
def test_the_three_limbs_on_a_day(day, letter, extended):
    for limb, by_letter, by_extension in zip(("1(1)", "1(2)", "1(3)"), letter, extended, strict=True):
        assert status(A61 + limb, day) == by_letter
        assert status(A61 + limb, day, "extended") == by_extension
        assert status(A61 + limb, day, "assume_in_force") == IN_FORCE


def test_the_threshold_is_data_of_the_value_rule_alone():
    rule = ruling(on=date(2026, 11, 22))
    assert (rule.id, rule.threshold, rule.inclusive) == (VALUE_RULE, Fraction(1, 1000), True)
    others = [rule for rule in rules_on(date(2026, 11, 22)) if rule.id != VALUE_RULE]
    assert all(rule.threshold is None and not rule.inclusive for rule in others)


@pytest.mark.parametrize("scenario", ["letter", "extended", "assume_in_force"])
def test_announcement_18_was_never_suspended(scenario):
    assert status("cn-mofcom-18-2025", "2025-04-03", scenario) == NOT_YET
    for day in ("2025-04-04", "2025-11-20", "2026-11-22", "2027-01-11"):
        assert status("cn-mofcom-18-2025", day, scenario) == IN_FORCE


def test_announcement_46_ends_its_own_suspension():
    days = ("2025-11-08", "2025-11-09", "2026-11-27", "2026-11-28")
    assert [status("cn-mofcom-46-2024:2", day) for day in days] == [IN_FORCE, SUSPENDED, SUSPENDED, IN_FORCE]
    assert status("cn-mofcom-46-2024:2", "2026-11-22", "assume_in_force") == SUSPENDED


def test_the_suspension_itself_ends_with_its_scenario():
    suspension = "cn-mofcom-70-2025"
    assert status(suspension, "2026-11-10") == IN_FORCE
    assert status(suspension, "2026-11-11") == "repealed"
    assert status(suspension, "2026-11-11", "extended") == IN_FORCE
    assert status(suspension, "2027-01-11", "extended") == "repealed"
    assert status(suspension, "2026-01-01", "assume_in_force") == "repealed"


@pytest.mark.parametrize("article", ["2", "3", "4", "5", "6", "7", "8"])
def test_the_other_articles_follow_their_limb(article):
    assert status(A61 + article, "2025-10-09") == IN_FORCE
    assert status(A61 + article, "2025-11-07") == SUSPENDED


def test_what_announcement_70_suspended_says_that_the_extension_is_unconfirmed():
    suspended = [rule for rule in rules_on(date(2026, 11, 10)) if rule.status == SUSPENDED]
    by_70 = [rule for rule in suspended if rule.id != "cn-mofcom-46-2024:2"]
    assert len(by_70) == 15
    for scenario in ("letter", "extended", "assume_in_force"):
        for rule in rules_on(date(2026, 11, 22), scenario):
            if rule.id in {other.id for other in by_70}:
                assert "unconfirmed" in rule.note
                assert "2027-01-10" in rule.note
                assert "mofcom.gov.cn" in rule.note
                assert ("Hypothesis" in rule.note) == (scenario == "assume_in_force")


def test_a_ruling_as_json():
    assert ruling(on=date(2026, 11, 22), scenario="extended").as_dict() | {"note": "", "source": ""} == {
        "id": VALUE_RULE,
        "status": "suspended",
        "effective_from": "2025-12-01",
        "suspended_from": "2025-11-07",
        "suspended_until": "2027-01-10",
        "source": "",
        "note": "",
        "subject": "0.1% value rule: foreign-made Part 2 items containing China-origin Part 1 items",
        "confidence": "V",
        "scenario": "extended",
    }
    assert ruling(on=date(2026, 11, 22)).as_dict()["suspended_until"] == "2026-11-10"
    assert ruling("cn-mofcom-18-2025", on=date(2026, 11, 22)).as_dict()["suspended_from"] is None


def test_events_are_exactly_the_days_of_change():
    for scenario in ("letter", "extended", "assume_in_force"):
        days = [date(2025, 10, 1) + timedelta(days=k) for k in range(600)]
        seen = [ruling(on=day, scenario=scenario).status for day in days]
        changes = [day for day, now, before in zip(days[1:], seen[1:], seen, strict=False) if now != before]
        assert [day for day, _ in rule_events(scenario)] == changes


def test_unknown_clauses_and_scenarios_are_refused():
    with pytest.raises(NoRuleOnDay, match="no clause us-ear") as raised:
        ruling("us-ear", on=date(2026, 11, 22))
    assert raised.value.on == date(2026, 11, 22)
    for ask in (rules_on, lambda day, scenario: ruling(on=day, scenario=scenario)):
        with pytest.raises(RuleError, match="one of letter, extended, assume_in_force"):
            ask(date(2026, 11, 22), "hope")
    with pytest.raises(RuleError, match="hope"):
        rule_events("hope")


def test_ids_are_unique_and_statuses_known():
    found = rules_on(date(2026, 11, 22))
    assert len({rule.id for rule in found}) == len(found) == len(sourced_rows(PACKAGE, "rulebook.csv"))
    assert {rule.status for rule in found} <= {IN_FORCE, SUSPENDED, NOT_YET, "repealed"}
    assert all(rule.confidence in {"V", "V1", "I"} for rule in found)


@pytest.mark.parametrize("table", sorted(e.name for e in files(PACKAGE).iterdir() if e.name.endswith(".csv")))
def test_every_row_is_sourced_and_dated(table):
    assert all(row["source"].strip() and row["date"] for row in sourced_rows(PACKAGE, table))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2025-11-07,2026-11-10", "2026-11-11,2026-11-10", "backwards"),
        ("2025-12-01,2025-11-07", ",2025-11-07", "no first day"),
        ("2025-12-01,2025-11-07", "soon,2025-11-07", "write YYYY-MM-DD"),
        (",2025-10-09\n", ",\n", "date is no ISO day"),
    ],
)
def test_a_broken_rulebook_is_refused(old, new, fault):
    text = table_text(PACKAGE, "rulebook.csv")
    assert old in text
    with pytest.raises(ReferenceFault, match=fault):
        rules_on(date(2026, 11, 22), text=text.replace(old, new))


def test_another_rulebook_can_be_asked():
    text = table_text(PACKAGE, "rulebook.csv").replace("2025-11-07,2026-11-10,", "2025-11-07,2026-12-31,")
    found = {rule.id: rule.status for rule in rules_on(date(2026, 11, 22), text=text)}
    assert found[VALUE_RULE] == SUSPENDED


def test_part_1_is_seven_metals_four_alloys_two_oxides():
    assert [line.line for line in part1_lines()] == [str(number) for number in range(1, 14)]
    kinds = [line.item.rsplit(" ", 1)[1] for line in part1_lines()]
    assert [kinds.count(kind) for kind in ("metal", "alloy", "oxide")] == [7, 4, 2]
    assert {element for line in part1_lines() for element in line.elements} == {"Co", "Fe", *PART_1}


def test_part_2_marks_what_was_not_retrieved():
    assert len(part2_items()) == 7
    assert [item.line for item in part2_items() if item.confidence == "I"] == ["II-rest"]
    assert len(annex_items()) == 20


def test_the_version_names_the_day_and_the_content():
    day, digest = rulebook_version().split("+")
    assert (day, len(digest)) == ("2026-11-22", 12)
