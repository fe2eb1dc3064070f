"""The nouns: frozen tables, their columns, findings, readings."""

from deminimis.model.findings import SEVERITIES, Finding, finding, finding_codes
from deminimis.model.reading import Reading, reading_choices
from deminimis.model.schema import TABLES, Column, schema
from deminimis.model.tables import (
    Bom,
    Codes,
    Floats,
    Input,
    Mask,
    Numbers,
    Source,
    Structure,
    arrow_schema,
    empty_table,
    exact_number,
)

__all__ = [
    "SEVERITIES",
    "TABLES",
    "Bom",
    "Codes",
    "Column",
    "Finding",
    "Floats",
    "Input",
    "Mask",
    "Numbers",
    "Reading",
    "Source",
    "Structure",
    "arrow_schema",
    "empty_table",
    "exact_number",
    "finding",
    "finding_codes",
    "reading_choices",
    "schema",
]
