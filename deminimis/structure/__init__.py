"""From a Bom to codes and arrays in rolling order, and the same as a networkx graph."""

from typing import TYPE_CHECKING, Any

from deminimis.structure.build import build_structure
from deminimis.structure.levels import ancestors, descendants
from deminimis.structure.quantities import Quantities, gross_quantity, measure_quantities, net_quantity

if TYPE_CHECKING:
    from deminimis.structure.graph import BomGraph

__all__ = [
    "BomGraph",
    "Quantities",
    "ancestors",
    "build_structure",
    "descendants",
    "gross_quantity",
    "measure_quantities",
    "net_quantity",
]


def __getattr__(name: str) -> Any:
    if name == "BomGraph":
        # slow import (networkx), needed only when somebody asks for the graph
        from deminimis.structure.graph import BomGraph

        return BomGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
