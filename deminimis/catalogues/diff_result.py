"""What differs between two runs over a catalogue, as frozen values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "deminimis/catalogue-diff/1"
CAUSES = ("bom", "price", "currency", "declaration", "value", "rule")
"""What a change is split into: lines and units; prices of materials; currency rates; origins and declarations; article
values; the rule with its day, its reading and the reference data."""
AMOUNTS = (
    "margin_low", "margin", "margin_high", "article_value", "controlled_value_low", "controlled_value",
    "controlled_value_high",
)  # fmt: skip
"""What is split: N - t V at both ends and typically, V, and N."""
ALIKE = 1e-9
OPEN = ("article_value_open", "controlled_value_open")
"""1 where nothing limits the amount, else 0."""


@dataclass(frozen=True, slots=True)
class GoodStanding:
    """Where a finished good stands in one run.

    Parameters
    ----------
    verdict : str
    share : tuple of float or None, three
        Low, typical, high.
    article_value : float or None
        Typical [currency].
    controlled_value : tuple of float or None, three
        Low, typical, high [currency].
    margin : float or None
        N_typical - t V [currency].
    currency : str
    routes : tuple of str, three
        Value, technology, origin.
    reasons : str
        What keeps it open.
    """

    verdict: str
    share: tuple[float | None, float | None, float | None]
    article_value: float | None
    controlled_value: tuple[float | None, float | None, float | None]
    margin: float | None
    currency: str
    routes: tuple[str, str, str]
    reasons: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        ends = ("low", "typical", "high")
        return {
            "verdict": self.verdict,
            "share": dict(zip(ends, self.share, strict=True)),
            "article_value": self.article_value,
            "controlled_value": dict(zip(ends, self.controlled_value, strict=True)),
            "margin": self.margin,
            "currency": self.currency,
            "routes": dict(zip(("value", "technology", "origin"), self.routes, strict=True)),
            "reasons": self.reasons,
        }


@dataclass(frozen=True)
class GoodChange:
    """A finished good that stands elsewhere than before.

    Parameters
    ----------
    part_number, description : str
    before, after : GoodStanding
    split : mapping of amount to (mapping of cause to float)
        Contributions of the causes to the change of each of `AMOUNTS` and `OPEN` [currency of before]; they add up to
        it. Without an amount that is open before or after; empty where nothing can be said.
    decided_by : str
        The amount that made the verdict another, one of `AMOUNTS` or `OPEN`; "data_error" where an error in the data
        came or went; "" where no verdict flipped, or it is another part inside that decides.
    """

    part_number: str
    description: str
    before: GoodStanding
    after: GoodStanding
    split: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    decided_by: str = ""

    @property
    def flipped(self) -> bool:
        """Whether the verdict is another."""
        return self.before.verdict != self.after.verdict

    @property
    def margin_change(self) -> float | None:
        """Change of the margin [currency of before]; None where it is open before or after."""
        parts = self.split.get("margin")
        if parts is not None:
            return sum(parts.values())
        if self.before.margin is None or self.after.margin is None or self.before.currency != self.after.currency:
            return None
        return self.after.margin - self.before.margin

    @property
    def cause(self) -> str:
        """What most of the change comes from, of the amount that decides; "" where nothing can be said."""
        parts = self.split.get(self.decided_by or "margin", {})
        change = sum(parts.values())
        pulling = {cause: part * (1 if change >= 0 else -1) for cause, part in parts.items()}
        most = max(pulling.values(), default=0.0)
        # of causes that pull alike the first is named, whatever the last digit says
        return next((cause for cause, pull in pulling.items() if pull > 0 and pull >= most * (1 - ALIKE)), "")

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "part_number": self.part_number,
            "description": self.description,
            "flipped": self.flipped,
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "margin_change": self.margin_change,
            "split": {amount: dict(parts) for amount, parts in self.split.items()},
            "decided_by": self.decided_by,
            "cause": self.cause,
        }


@dataclass(frozen=True)
class CatalogueDiff:
    """What differs between two runs over a catalogue.

    Parameters
    ----------
    runs : tuple of mapping, two
        Of each: folder, day, rule, reading, versions, counts.
    flipped : tuple of GoodChange
        Goods with another verdict, from the gravest.
    moved : tuple of GoodChange
        Goods with the same verdict and another margin, largest change first; not more than were asked for.
    moved_count : int
        How many there are.
    came, went : tuple of (str, GoodStanding)
        Goods that only the second, only the first run has.
    causes : tuple of str
        What differs between the two, of `CAUSES`, as far as the goods listed are concerned.
    not_split : str
        Why changes are not split; "" where they are.
    """

    runs: tuple[Mapping[str, Any], Mapping[str, Any]]
    flipped: tuple[GoodChange, ...] = ()
    moved: tuple[GoodChange, ...] = ()
    moved_count: int = 0
    came: tuple[tuple[str, GoodStanding], ...] = ()
    went: tuple[tuple[str, GoodStanding], ...] = ()
    causes: tuple[str, ...] = ()
    not_split: str = ""

    @property
    def same(self) -> bool:
        """Whether nothing differs in any good."""
        return not (self.flipped or self.moved_count or self.came or self.went)

    @property
    def exit_status(self) -> int:
        """1 if a verdict flipped or a good came or went, else 0."""
        return int(bool(self.flipped or self.came or self.went))

    def good(self, part_number: str) -> GoodChange | None:
        """Return the change of one good; None if it is not listed."""
        return next((good for good in (*self.flipped, *self.moved) if good.part_number == part_number), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        flips = Counter(f"{good.before.verdict} -> {good.after.verdict}" for good in self.flipped)
        return {
            "schema": SCHEMA,
            "before": dict(self.runs[0]),
            "after": dict(self.runs[1]),
            "same": self.same,
            "counts": {
                "flipped": len(self.flipped),
                "flips": dict(sorted(flips.items())),
                "moved": self.moved_count,
                "came": len(self.came),
                "went": len(self.went),
            },
            "causes": list(self.causes),
            "not_split": self.not_split,
            "flipped": [good.as_dict() for good in self.flipped],
            "moved": [good.as_dict() for good in self.moved],
            "came": [{"part_number": number, **standing.as_dict()} for number, standing in self.came],
            "went": [{"part_number": number, **standing.as_dict()} for number, standing in self.went],
        }
