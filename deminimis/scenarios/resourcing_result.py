"""The answer to a re-sourcing question: what to buy elsewhere, what it costs and does, or why it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deminimis.assessment import Interval
from deminimis.model import Finding
from deminimis.scenarios.resourcing_obstacles import Obstacle

SCHEMA = "deminimis/resourcing/1"


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part bought elsewhere.

    Parameters
    ----------
    part_number : str
    from_suppliers : tuple of str
        Today's; empty where the bill names none.
    to_supplier : str
    price_before, price_after : float
        Of one unit [base currency].
    content : str
        What is in it then, in words.
    pieces : float
        Needed for the demand, scrap included.
    extra_cost : float
        Over the demand; negative is a saving [base currency].
    goods : int
        Finished goods that hold it.
    """

    part_number: str
    from_suppliers: tuple[str, ...]
    to_supplier: str
    price_before: float
    price_after: float
    content: str
    pieces: float
    extra_cost: float
    goods: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "part_number": self.part_number,
            "from_suppliers": list(self.from_suppliers),
            "to_supplier": self.to_supplier,
            "price_before": self.price_before,
            "price_after": self.price_after,
            "content": self.content,
            "pieces": self.pieces,
            "extra_cost": self.extra_cost,
            "goods": self.goods,
        }


@dataclass(frozen=True, slots=True)
class ResourcedGood:
    """One finished good that the plan is for or changes.

    Parameters
    ----------
    part_number : str
    chosen : bool
        It was asked for; the others only share parts with those that were.
    demand : float
        Pieces that costs are added up for.
    extra_cost : float
        Of one piece; negative is a saving [base currency].
    share_before, share_after : Interval
    verdict_before, verdict_after : str
        By the full calculation of the changed bill.
    """

    part_number: str
    chosen: bool
    demand: float
    extra_cost: float
    share_before: Interval
    share_after: Interval
    verdict_before: str
    verdict_after: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "part_number": self.part_number,
            "chosen": self.chosen,
            "demand": self.demand,
            "extra_cost": self.extra_cost,
            "share_before": self.share_before.as_dict(),
            "share_after": self.share_after.as_dict(),
            "verdict_before": self.verdict_before,
            "verdict_after": self.verdict_after,
        }


@dataclass(frozen=True, slots=True)
class Resourcing:
    """The cheapest re-sourcing, or why there is none.

    Parameters
    ----------
    feasible : bool
        There is a plan, and the full calculation of the changed bill calls every chosen good below.
    currency : str
        Base currency of all amounts.
    changes : tuple of PartChange
        Dearest first.
    goods : tuple of ResourcedGood
    extra_cost : float
        Over the demand for all goods; negative is a saving [base currency].
    bound : float or None
        No plan costs less; None where what is assumed of other parts hangs on the choice, so that nothing is proven.
    gap : float or None
        Relative distance of the cost from the bound.
    proven : bool
        The plan is the cheapest, or there is none.
    obstacles : tuple of Obstacle
        Why there is no plan.
    can_be_below : tuple of str
        Chosen goods that could be below without the others, by the sums.
    left_out : tuple of str
        Finished goods that are not below and that nobody chose, for none of their parts has an alternative.
    findings : tuple of Finding
        What was found in the alternatives.
    """

    feasible: bool
    currency: str
    changes: tuple[PartChange, ...] = ()
    goods: tuple[ResourcedGood, ...] = ()
    extra_cost: float = 0.0
    bound: float | None = None
    gap: float | None = None
    proven: bool = False
    obstacles: tuple[Obstacle, ...] = ()
    can_be_below: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "schema": SCHEMA,
            "feasible": self.feasible,
            "currency": self.currency,
            "extra_cost": self.extra_cost if self.feasible else None,
            "bound": self.bound,
            "gap": self.gap,
            "proven": self.proven,
            "changes": [change.as_dict() for change in self.changes],
            "goods": [good.as_dict() for good in self.goods],
            "obstacles": [obstacle.as_dict() for obstacle in self.obstacles],
            "can_be_below": list(self.can_be_below),
            "left_out": list(self.left_out),
            "findings": [found.as_dict() for found in self.findings],
        }
