"""The tables of reference, read before they are needed."""

from __future__ import annotations

from deminimis import reference, rules
from deminimis.model.cells import currency_codes
from deminimis.reference.signs import word_signs
from deminimis.units import unit_factors


def prepare() -> None:
    """Read the tables that every assessment needs, so that it finds them read.

    Notes
    -----
    Worth calling while a file is being read: it takes a tenth of a second, and changes no result.
    """
    reference.reference_prices()
    reference.price_band("Dy")
    reference.reference_rates()
    reference.materials()
    reference.material_id("Dy")
    reference.country_code("CN")
    reference.carriers()
    reference.grade_contents()
    reference.item_class_carriers()
    reference.china_share()
    reference.reference_version()
    rules.annex_items()
    rules.rulebook_version()
    word_signs()
    unit_factors()
    currency_codes()
