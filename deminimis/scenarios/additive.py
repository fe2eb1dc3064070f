"""Plans that add up what parts bring: under which readings that is what the law is read to mean."""

from __future__ import annotations

from deminimis.assessment import Calculation
from deminimis.errors import QuestionError


def check_additive(calculation: Calculation, what: str) -> None:
    """Refuse a reading under which the controlled values of parts do not simply add up to a good's.

    Parameters
    ----------
    calculation : Calculation
    what : str
        What is asked, in words.

    Raises
    ------
    QuestionError
        The reading takes each line of Part 1 for itself, or tests items inside a good.
    """
    for name, option in (("aggregation", "sum"), ("level", "finished_good")):
        if (chosen := getattr(calculation.reading, name)) != option:
            raise QuestionError(
                f"{what} adds up controlled values, which {name}={chosen} does not: ask with {name}={option}."
            )
