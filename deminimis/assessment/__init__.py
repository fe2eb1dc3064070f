"""The road: read -> check -> structure -> content -> roll up -> judge. The only composer of the rooms below."""

from deminimis.assessment.calculation import Calculation, calculate
from deminimis.assessment.compose import assess, conclude
from deminimis.assessment.goods_tables import GoodsTables, tabulate_goods
from deminimis.assessment.inside import SourceMatrix
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
    "Calculation",
    "Contribution",
    "Good",
    "GoodsTables",
    "Interval",
    "Judgement",
    "Measures",
    "Question",
    "ReadingMatrix",
    "ReadingRow",
    "SourceMatrix",
    "TestedItem",
    "assess",
    "assess_readings",
    "calculate",
    "conclude",
    "judge",
    "measure",
    "prepare",
    "questions_of",
    "tabulate_goods",
]
