"""What is in one piece of a part, and what it is worth: declarations, grades, prices, origin."""

from deminimis.content.appraising import Article, article_reader
from deminimis.content.claims import Choice, Claim, Content, ContentTable, Sign, Statements
from deminimis.content.measure import measure_content, weigh_part
from deminimis.content.money import Money, read_rates
from deminimis.content.prices import PriceList, read_prices
from deminimis.content.values import StatedValues, masses, read_values
from deminimis.content.weighing import CHINA, counted_origin

__all__ = [
    "CHINA",
    "Article",
    "Choice",
    "Claim",
    "Content",
    "ContentTable",
    "Money",
    "PriceList",
    "Sign",
    "StatedValues",
    "Statements",
    "article_reader",
    "counted_origin",
    "masses",
    "measure_content",
    "read_prices",
    "read_rates",
    "read_values",
    "weigh_part",
]
