"""A declaration supposed in a what-if, checked by the rules of the table of declarations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

import pyarrow as pa

from deminimis.errors import QuestionError
from deminimis.model import schema
from deminimis.readers import bom_from_tables
from deminimis.reference import material_id, materials
from deminimis.scenarios.accepted import known_currency, number_words, origin_code
from deminimis.scenarios.changes import Change, Subject

AMOUNTS = ("low", "amount", "high")

REMEMBERED = 4096
"""Rows kept checked: a sweep asks for the same one again and again."""

Basis = Literal["", "g_per_piece", "wt_percent", "value_per_piece", "value_percent"]
Evidence = Literal["lab", "signed", "datasheet", "grade_table"]


@dataclass(frozen=True, slots=True)
class Declare(Change):
    """A part gets a declaration, in place of those of the same supplier or beside them.

    Parameters
    ----------
    part_number, material : str
        `none` declares that there is none.
    amount, low, high : float or None
        [basis]
    basis, currency, material_origin, evidence, scope, reference, supplier, valid_from, valid_to : str
        As in the table of declarations; days are YYYY-MM-DD.
    instead : bool
        It replaces what was declared before: by this supplier, or by anybody where none is named.

    Raises
    ------
    QuestionError
        If the row would be an error in a table of declarations, or says no amount.
    """

    part_number: str
    material: str
    amount: float | None = None
    basis: Basis = ""
    material_origin: str = ""
    low: float | None = None
    high: float | None = None
    currency: str = ""
    evidence: Evidence = "signed"
    scope: Literal["own", "whole"] = "own"
    reference: str = ""
    supplier: str = ""
    valid_from: str = ""
    valid_to: str = ""
    instead: bool = True
    kind: ClassVar[str] = "declare"

    def __post_init__(self) -> None:
        object.__setattr__(self, "material_origin", origin_code(self.material_origin))
        object.__setattr__(self, "material", material_id(self.material) or self.material)
        object.__setattr__(self, "currency", known_currency(self.currency))
        declared_row(self)

    @property
    def subject(self) -> Subject:
        """What is declared, by whom and how it is known."""
        return (self.kind, self.part_number, self.material, self.supplier, self.evidence)

    @property
    def words(self) -> str:
        """The change in words."""
        amount = self.high if self.amount is None else self.amount
        said = [self.material, "" if amount is None else number_words(amount), self.currency, self.basis]
        said += [f"from {self.material_origin}" if self.material_origin else "", self.scope * (self.scope == "whole")]
        return f"{self.part_number} declared: {' '.join(filter(None, said))}"

    def row(self) -> dict[str, Any]:
        """Return the row of the table of declarations."""
        return {name: getattr(self, name) or None for name in schema()["declarations"] if name not in AMOUNTS} | {
            name: getattr(self, name) for name in AMOUNTS
        }


@lru_cache(REMEMBERED)
def declared_row(change: Declare) -> pa.Table:
    """Return a supposed declaration as one row of the table of declarations.

    Parameters
    ----------
    change : Declare

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    QuestionError
        If the same row in a file would be an error, or says no amount or no basis.

    Examples
    --------
    >>> declared_row(Declare("MAG-1", "Tb", 0.25, "g_per_piece", "China"))["amount"].to_pylist()
    [0.25]
    """
    about = f"the declaration supposed for {change.part_number}"
    _check_amount(change, about)
    given = {name: value for name, value in change.row().items() if value is not None}
    texts = {name: [value if name in AMOUNTS else str(value)] for name, value in given.items()}
    bom = bom_from_tables(declarations=texts)
    for found in bom.findings:
        if found.severity == "error":
            raise QuestionError(f"{about} cannot be used: {found.message}; {_begun_small(found.remedy)}.")
    return bom.declarations.drop_columns(["place", "row"])


def _check_amount(change: Declare, about: str) -> None:
    if not change.part_number.strip():
        raise QuestionError(f"the declaration of {change.material} supposed names no part: give its part number.")
    material = material_id(change.material)
    amount = change.high if change.amount is None else change.amount
    if material is None:
        raise QuestionError(f"{change.material} is no material of the reference table: write an id, or none.")
    if material == "none":
        if amount is not None or change.low is not None:
            raise QuestionError(f"{about} says none and an amount: leave one of them out.")
        return
    counted = materials()[material].listed or materials()[material].form_unknown
    if counted and amount is None:
        raise QuestionError(f"{about} names {material} but no amount: give one, or declare none.")
    if counted and change.basis not in schema()["declarations"]["basis"].choices:
        known = ", ".join(schema()["declarations"]["basis"].choices)
        raise QuestionError(f"{about} does not say what its amount counts: give a basis, one of {known}.")


def _begun_small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
