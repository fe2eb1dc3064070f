"""Which goods, tested items and findings a report shows, and in what order; what is left out is counted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deminimis.assessment import AT_OR_ABOVE, BELOW, UNDETERMINED, VERDICTS, Assessment, Good, TestedItem
from deminimis.model import SEVERITIES, Finding


def flagged(assessment: Assessment) -> list[Good]:
    """Return the goods that need somebody's attention, at or above first."""
    return [g for verdict in (AT_OR_ABOVE, UNDETERMINED) for g in assessment.goods if g.verdict == verdict]


def worst_first(assessment: Assessment, top: int) -> list[Good]:
    """Return the goods in the order of the input; where there are more than fit, the worst verdicts stay."""
    if len(assessment.goods) <= top:
        return list(assessment.goods)
    below = [good for good in assessment.goods if good.verdict == BELOW]
    return [*flagged(assessment), *below][:top]


def dilution(good: Good, top: int) -> list[TestedItem]:
    """Return the tested items to show, from the carrier outwards: the worst of each level before the next worst.

    Parameters
    ----------
    good : Good
    top : int

    Returns
    -------
    list of TestedItem
    """
    ordered = sorted(good.tested_items, key=lambda item: (item.level, VERDICTS.index(item.verdict), -_worst(item)))
    ranked: list[tuple[int, int]] = []
    for position, item in enumerate(ordered):
        same = position and ordered[position - 1].level == item.level
        ranked.append((ranked[-1][0] + 1 if same else 0, position))
    return [ordered[position] for position in sorted(position for _, position in sorted(ranked)[:top])]


def _worst(item: TestedItem) -> float:
    return math.inf if item.share.high is None else item.share.high


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one code: the first of them stands for all."""

    first: Finding
    count: int


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Return the findings by code, in the order in which the codes first appear."""
    groups: dict[str, list[Finding]] = {}
    for found in findings:
        groups.setdefault(found.code, []).append(found)
    return [FindingGroup(group[0], len(group)) for group in groups.values()]


def by_severity(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of each severity, errors first."""
    return {severity: [f for f in findings if f.severity == severity] for severity in SEVERITIES}
