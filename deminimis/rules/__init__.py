"""The dated rulebook: instruments, thresholds, suspensions and the items of Annex 1."""

from deminimis.rules.annex import AnnexItem, annex_items, part1_lines, part2_items
from deminimis.rules.book import VALUE_RULE, Ruling, rule_events, rulebook_version, rules_on, ruling

__all__ = [
    "VALUE_RULE",
    "AnnexItem",
    "Ruling",
    "annex_items",
    "part1_lines",
    "part2_items",
    "rule_events",
    "rulebook_version",
    "rules_on",
    "ruling",
]
