"""Files to a Bom: sheets as text, layouts as data, and the reason for every choice."""

from deminimis.readers.in_memory import bom_from_tables
from deminimis.readers.inspection import Inspection
from deminimis.readers.reading import inspect_file, read_bom

__all__ = ["Inspection", "bom_from_tables", "inspect_file", "read_bom"]
