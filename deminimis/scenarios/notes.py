"""What to know of changes that were made: which of them move nothing, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from deminimis.assessment import Calculation
from deminimis.reference import materials
from deminimis.scenarios.changes import (
    Change,
    GradeChange,
    OriginChange,
    PriceChange,
    SupplierChange,
    ValueChange,
)
from deminimis.scenarios.scenario import Scenario
from deminimis.scenarios.supplied import suppliers_today, unnamed_declarations


def notes_on(scenario: Scenario, base: Calculation, changed: Calculation) -> tuple[str, ...]:
    """Return what to know of the changes of a scenario, one sentence each.

    Parameters
    ----------
    scenario : Scenario
    base, changed : Calculation
        Of the bill as it is, and of the bill changed.

    Returns
    -------
    tuple of str
    """
    return tuple(dict.fromkeys(note for change in scenario.changes for note in _notes(change, base, changed)))


def _notes(change: Change, base: Calculation, changed: Calculation) -> Iterator[str]:
    if isinstance(change, OriginChange) and not _carries(changed, change.part_number):
        yield (
            f"nobody declares controlled material in {change.part_number} and nothing says it is a carrier: "
            "its origin moves nothing."
        )
    if isinstance(change, GradeChange):
        yield from _of_grade(change.part_number, changed)
    if isinstance(change, PriceChange) and not _is_priced(change.material, changed):
        yield f"no content of this bill is valued through the price of {change.material}: it moves nothing."
    if isinstance(change, SupplierChange) and _lost_value(change.part_number, base, changed):
        yield (
            f"the value of {change.part_number} came from its suppliers' prices and that of {change.supplier} is not "
            "known: give its value too."
        )
    if isinstance(change, SupplierChange) and _speaks_for_all(change.part_number, base):
        yield (
            f"the bill names no supplier of {change.part_number} today: what is declared of it without a name counts "
            f"for {change.supplier}, too; drop it if it is not theirs."
        )
    if isinstance(change, ValueChange) and _sums_up(change.part_number, base):
        yield f"the bill sums {change.part_number} up: with a value stated, what is beneath it adds no value any more."


def _of_grade(part_number: str, changed: Calculation) -> Iterator[str]:
    contents = changed.measures.contents
    code = changed.code(part_number)
    if not any(sign.part == code for sign in contents.signs):
        yield f"item_class other says that {part_number} is no carrier: its grade moves nothing."
    elif code in contents.declared:
        yield f"{part_number} is declared, which counts more than its grade."
    elif code not in contents.statements.signed:
        yield f"what is beneath {part_number} is declared or looks like the carrier: its own grade moves nothing."


def _sums_up(part_number: str, base: Calculation) -> bool:
    """Say whether the bill sums the value of a part up from its lines."""
    structure = base.measures.structure
    codes = structure.codes(pa.array([part_number], pa.string()))
    code = int(codes[0])
    return code >= 0 and not base.measures.stated[code] and bool(structure.first[code + 1] > structure.first[code])


def _speaks_for_all(part_number: str, base: Calculation) -> bool:
    """Say whether a part is declared by nobody named, and nobody is named who supplies it."""
    return bool(len(unnamed_declarations(base.bom, part_number))) and not suppliers_today(base.bom, part_number)


def _carries(calculation: Calculation, part_number: str) -> bool:
    code = calculation.code(part_number)
    return any(content.part == code for content in calculation.measures.contents.contents)


def _is_priced(material: str, calculation: Calculation) -> bool:
    """Say whether a price of a material, of this or another form of its elements, stands behind any content."""
    elements = set(materials()[material].elements)
    return any(
        content.claim.price is not None and elements & set(materials()[content.claim.material].elements)
        for content in calculation.measures.contents.contents
    )


def _lost_value(part_number: str, base: Calculation, changed: Calculation) -> bool:
    return not base.measures.value_open[base.code(part_number)] and bool(
        changed.measures.value_open[changed.code(part_number)]
    )
