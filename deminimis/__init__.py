"""deminimis: which products cross China's 0.1 % line.

>>> import deminimis as dm
>>> bom = dm.bom_from_tables(
...     parts={"part_number": ["pump", "magnet"], "unit_value": [950.0, 40.0]},
...     lines={"parent": ["pump"], "child": ["magnet"], "quantity": [4.0]},
...     declarations={"part_number": ["magnet"], "material": ["terbium_metal"], "amount": [0.25],
...                   "basis": ["value_per_piece"], "material_origin": ["China"]})
>>> dm.assess(bom, "2026-11-22").good("pump").verdict
'at_or_above'
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Alternative": "scenarios",
    "Assessment": "assessment",
    "Bom": "model",
    "BomGraph": "structure",
    "Breakeven": "scenarios",
    "Calculation": "assessment",
    "Catalogue": "catalogues.catalogue",
    "CatalogueError": "errors",
    "Change": "scenarios",
    "Comparison": "scenarios",
    "Declare": "scenarios",
    "DeminimisError": "errors",
    "DropDeclarations": "scenarios",
    "Explanation": "explanation",
    "Finding": "model",
    "Good": "assessment",
    "GradeChange": "scenarios",
    "InputError": "errors",
    "Interval": "assessment",
    "LayoutError": "errors",
    "OriginChange": "scenarios",
    "Plan": "scenarios",
    "PriceChange": "scenarios",
    "QuantityChange": "scenarios",
    "QuestionError": "errors",
    "Reading": "model",
    "ReadyCalculation": "scenarios",
    "Resourcing": "scenarios",
    "Scenario": "scenarios",
    "Simulation": "uncertainty",
    "SupplierChange": "scenarios",
    "Swap": "scenarios",
    "TableError": "errors",
    "ValueChange": "scenarios",
    "Verdicts": "scenarios",
    "apply_changes": "scenarios",
    "ask_plan": "scenarios",
    "assess": "assessment",
    "assess_readings": "assessment",
    "bom_from_tables": "readers",
    "breakeven": "scenarios",
    "build_structure": "structure",
    "calculate": "assessment",
    "catalogue": "catalogues.catalogue",
    "conclude": "assessment",
    "draw_shares": "uncertainty",
    "explain": "explanation",
    "inspect_file": "readers",
    "read_bom": "readers",
    "read_scenario": "scenarios",
    "reassess": "scenarios",
    "resource": "scenarios",
    "rules_on": "rules",
    "ruling": "rules",
    "simulate": "uncertainty",
    "sobol": "uncertainty",
    "tornado": "uncertainty",
    "whatif": "scenarios",
    "write_report": "report",
    "write_scenario": "scenarios",
    "write_template": "report.template",
}

__all__ = sorted(["__version__", *_HOMES])


def __getattr__(name: str) -> Any:
    # The tables behind these names take a third of a second to import; `deminimis --help` needs none of them.
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
