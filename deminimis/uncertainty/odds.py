"""The odds of what is either so or not: whether a material of unknown origin is Chinese, of unknown form is listed."""

from __future__ import annotations

from functools import cache

from deminimis.reference import materials
from deminimis.reference.origins import china_share

STAGES = ("refined output", "separated oxide")
"""Stages that make the origin of a rare earth, the newer table first."""

WHERE_NOTHING_IS_SAID = ("all RE", "separation/processing")

FORM_LISTED = 0.5
"""Odds that a bare element of unknown form is one of the listed forms: nothing is known, so even."""


@cache
def china_odds(material: str) -> float:
    """Return how likely a material of unknown origin is Chinese.

    Parameters
    ----------
    material : str
        An id of the reference table.

    Returns
    -------
    float
        Of several elements the least.

    Notes
    -----
    China's share of refined output, else of separated oxide, else of all separation of rare earths: a share of the
    world's tonnage, taken as the odds of one part for want of anything nearer.

    Source
    ------
    Reference table china_share.csv, row by row.

    Examples
    --------
    >>> china_odds("dysprosium_metal"), china_odds("scandium_oxide")
    (0.97, 0.8)
    """
    shares = {(row.element_or_product, row.stage): float(row.percent) / 100 for row in china_share()}
    known = (
        next((shares[element, stage] for stage in STAGES if (element, stage) in shares), None)
        for element in materials()[material].elements
    )
    return min((odds for odds in known if odds is not None), default=shares[WHERE_NOTHING_IS_SAID])
