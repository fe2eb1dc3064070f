"""Small sourced tables: materials, prices, magnet grades, carriers and their signs, shares of China, countries."""

from deminimis.reference.carriers import Carrier, carriers
from deminimis.reference.countries import country_code
from deminimis.reference.grades import Grade, GradeContent, grade_content, grade_contents, parse_grade
from deminimis.reference.materials import NO_MATERIAL, Material, material_id, materials
from deminimis.reference.origins import ChinaShare, china_share
from deminimis.reference.prices import price_band, reference_prices, reference_rates
from deminimis.reference.signs import find_signs, item_class_carriers
from deminimis.reference.tables import sourced_rows, tables_hash
from deminimis.reference.version import reference_version

__all__ = [
    "NO_MATERIAL",
    "Carrier",
    "ChinaShare",
    "Grade",
    "GradeContent",
    "Material",
    "carriers",
    "china_share",
    "country_code",
    "find_signs",
    "grade_content",
    "grade_contents",
    "item_class_carriers",
    "material_id",
    "materials",
    "parse_grade",
    "price_band",
    "reference_prices",
    "reference_rates",
    "reference_version",
    "sourced_rows",
    "tables_hash",
]
