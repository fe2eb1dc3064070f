"""The choices the law leaves open, as one frozen value recorded in every result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

Numerator = Literal["part1_china", "part1_any_origin", "annex1_china"]
Level = Literal["finished_good", "tested_item", "every_node"]
Aggregation = Literal["sum", "per_line"]
UnknownOrigin = Literal["interval", "china", "excluded"]
PriceBasis = Literal["any", "china_domestic_vat", "china_domestic", "fob_china", "ex_china", "purchase", "other"]
Scenario = Literal["letter", "extended", "assume_in_force"]
Sourcing = Literal["prorate", "worst"]
Scrap = Literal["value_only", "both", "neither"]
China = Literal["mainland", "with_hk_mo", "with_hk_mo_tw"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of Announcement 61.

    Parameters
    ----------
    numerator
        Which value counts: Part 1 items of Chinese origin (the text's first clause), of any origin (its second clause,
        read literally), or every Chinese Annex 1 item, whole magnets and targets included (Sandler Travis digest).
    level
        What is tested: the finished good, the worst Part 2 item inside it, or the worst of all parts inside it.
    aggregation
        All lines of Part 1 together, or each for itself.
    unknown_origin
        An unknown origin is an interval from nothing to everything, or China, or left out.
    price_basis
        Which prices of materials count.
    scenario
        Which status the rule is taken to have.
    sourcing
        Several suppliers of one part count in proportion, or the worst of them.
    scrap
        Scrap and yield raise the value only, both value and content, or neither.
    china
        Whether Hong Kong, Macao and Taiwan count as China; the announcement is silent.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(1); the official text gives only the fraction, no method (2025-10-09).
    """

    numerator: Numerator = "part1_china"
    level: Level = "finished_good"
    aggregation: Aggregation = "sum"
    unknown_origin: UnknownOrigin = "interval"
    price_basis: PriceBasis = "any"
    scenario: Scenario = "letter"
    sourcing: Sourcing = "prorate"
    scrap: Scrap = "value_only"
    china: China = "mainland"

    def __post_init__(self) -> None:
        for name, options in reading_choices().items():
            if getattr(self, name) not in options:
                raise ValueError(f"{name} must be one of {', '.join(options)}, not {getattr(self, name)!r}")

    def as_dict(self) -> dict[str, Any]:
        """Return the choices by name."""
        return asdict(self)


@cache
def reading_choices() -> dict[str, tuple[str, ...]]:
    """Return every choice of a reading with its options, the default first.

    Examples
    --------
    >>> reading_choices()["aggregation"]
    ('sum', 'per_line')
    """
    hints = get_type_hints(Reading)
    return {f.name: get_args(hints[f.name]) for f in fields(Reading)}
