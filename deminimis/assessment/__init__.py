"""The road: read -> check -> structure -> content -> roll up -> judge. The only composer of the rooms below."""

from deminimis.assessment.compose import assess
from deminimis.assessment.judgement import Judgement, judge
from deminimis.assessment.measures import Measures, measure
from deminimis.assessment.preparing import prepare
from deminimis.assessment.questions import Question, questions_of
from deminimis.assessment.readings import ReadingMatrix, ReadingRow, assess_readings
from deminimis.assessment.result import (
    AT_OR_ABOVE,
    BELOW,
    UNDETERMINED,
    VERDICTS,
    Assessment,
    Contribution,
    Good,
    Interval,
    TestedItem,
)

__all__ = [
    "AT_OR_ABOVE",
    "BELOW",
    "UNDETERMINED",
    "VERDICTS",
    "Assessment",
    "Contribution",
    "Good",
    "Interval",
    "Judgement",
    "Measures",
    "Question",
    "ReadingMatrix",
    "ReadingRow",
    "TestedItem",
    "assess",
    "assess_readings",
    "judge",
    "measure",
    "prepare",
    "questions_of",
]
