"""What is in one piece of a part, and what it is worth: declarations, grades, prices, origin."""

from deminimis.content.claims import CHINA, Claim, Content, ContentTable, Sign
from deminimis.content.declarations import Article, article_reader
from deminimis.content.measure import measure_content
from deminimis.content.money import Money, read_rates
from deminimis.content.prices import PriceList, read_prices
from deminimis.content.values import StatedValues, masses, read_values

__all__ = [
    "CHINA",
    "Article",
    "Claim",
    "Content",
    "ContentTable",
    "Money",
    "PriceList",
    "Sign",
    "StatedValues",
    "article_reader",
    "masses",
    "measure_content",
    "read_prices",
    "read_rates",
    "read_values",
]
