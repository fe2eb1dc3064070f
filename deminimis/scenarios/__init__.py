"""What if: changes as values, the bill changed by them, what it does to the verdicts, and the cheapest way out."""

from deminimis.scenarios.applied import apply_changes
from deminimis.scenarios.ask_plan import Answer, Plan, ask_plan
from deminimis.scenarios.breakeven import breakeven
from deminimis.scenarios.breakeven_result import Breakeven, GoodBreakeven, MaterialBreakeven, MaterialEnd, PricePoint
from deminimis.scenarios.changes import (
    Change,
    DropDeclarations,
    GradeChange,
    OriginChange,
    PriceChange,
    QuantityChange,
    SupplierChange,
    Swap,
    ValueChange,
)
from deminimis.scenarios.declared import Declare
from deminimis.scenarios.ready import ReadyCalculation
from deminimis.scenarios.reassessed import reassess
from deminimis.scenarios.resourcing import resource
from deminimis.scenarios.resourcing_alternatives import Alternative, DeclaredContent
from deminimis.scenarios.resourcing_result import PartChange, ResourcedGood, Resourcing
from deminimis.scenarios.scenario import Scenario, read_scenario, write_scenario
from deminimis.scenarios.verdicts import Amounts, Verdicts
from deminimis.scenarios.whatif import ComparedGood, Comparison, Standing, whatif

__all__ = [
    "Alternative",
    "Amounts",
    "Answer",
    "Breakeven",
    "Change",
    "ComparedGood",
    "Comparison",
    "Declare",
    "DeclaredContent",
    "DropDeclarations",
    "GoodBreakeven",
    "GradeChange",
    "MaterialBreakeven",
    "MaterialEnd",
    "OriginChange",
    "PartChange",
    "Plan",
    "PriceChange",
    "PricePoint",
    "QuantityChange",
    "ReadyCalculation",
    "ResourcedGood",
    "Resourcing",
    "Scenario",
    "Standing",
    "SupplierChange",
    "Swap",
    "ValueChange",
    "Verdicts",
    "apply_changes",
    "ask_plan",
    "breakeven",
    "read_scenario",
    "reassess",
    "resource",
    "whatif",
    "write_scenario",
]
