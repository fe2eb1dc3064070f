"""Lists whose rows stand under rows: from levels to lines, each quantity brought to one parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa

from deminimis.model.checks import RawTable
from deminimis.model.findings import Finding
from deminimis.readers.choices import Choices
from deminimis.readers.grid import Grid
from deminimis.readers.lists.bom_line_cells import with_cells_parted
from deminimis.readers.lists.level_findings import (
    basis_findings,
    differing_findings,
    level_findings,
    off_findings,
    placed,
    step_findings,
    top_findings,
)
from deminimis.readers.lists.levels import outline_codes, read_level, without_steps
from deminimis.readers.lists.list_top import Top, bare_records, top_of, with_judged
from deminimis.readers.lists.quantity_basis import (
    Basis,
    basis_by_test,
    kept_for_base,
    named_basis,
    names_base,
    off_totals,
    per_parent,
)
from deminimis.readers.lists.quantity_cells import exact_cells, with_quantities, with_quantity_role
from deminimis.readers.lists.row_tree import PRINTED, LevelRows, comparable_cell, fold, grow
from deminimis.readers.tables.found import Found
from deminimis.readers.tables.preamble import Preamble
from deminimis.readers.tables.raw_tables import Built, Rows, bom_rows, child_roles, raw_table, records


def build_level_list(grid: Grid, found: Found, stem: str, preamble: Preamble, choices: Choices) -> Built:
    """Build lines and records from rows that bear a level.

    Parameters
    ----------
    grid : Grid
        With exact ids.
    found : Found
        Its layout.
    stem : str
        Part number of what the rows are in, where the list does not say.
    preamble : Preamble
        What stands above the list.
    choices : Choices
        What the user says.

    Returns
    -------
    Built
        Blocks of a sub-assembly that repeat are folded into one; differing ones are a finding BLOCKS_DIFFER. The basis
        of the quantities and what shows it are in `basis`.
    """
    rows, skipped = bom_rows(grid, replace(found, left_out={}), "part_number")
    grid, found, parted = with_cells_parted(grid, found, rows)
    of_rows, told = placed(grid, found, _without_flagged(_read(grid, found, rows), found))
    top = _top(grid, found, of_rows, stem, preamble)
    basis = _basis(of_rows, found, _needed(grid, found, of_rows, preamble), top, choices)
    own = _own(basis, of_rows, preamble, top)
    folded = fold(of_rows.parts, of_rows.tree, _said(grid, found, rows, own))
    lines = np.array(sorted(_lines(of_rows, folded.repeats, bool(top.part)) | of_rows.nameless), dtype=np.int64)
    parent = pa.array([_parent_of(row, of_rows, top.part) for row in lines.tolist()], pa.string())
    counted = grid if basis.name == "per_parent" else with_quantities(grid, found, rows, own)
    shown = found if basis.name == "per_parent" else with_quantity_role(found, grid)
    raw = raw_table(counted, "lines", child_roles(shown.roles), rows[lines], {"parent": parent})
    findings = (
        *parted,
        *told,
        *step_findings(grid, found, _numbers(of_rows.levels)),
        *top_findings(grid, of_rows, top),
        *level_findings(grid, found, of_rows),
        *differing_findings(grid, of_rows, folded.differing),
        *basis_findings(grid, found, of_rows, basis, own, lines),
        *_total_findings(grid, found, of_rows, bool(top.part)),
    )
    tables = (("lines", raw), *_records(grid, found, of_rows, top))
    skipped |= _reasons(of_rows, folded.repeats)
    return Built(tables, skipped, findings, record_repeats=True, basis=basis.name, evidence=basis.evidence)


def _records(grid: Grid, found: Found, of_rows: LevelRows, top: Top) -> tuple[tuple[str, RawTable], ...]:
    rows, left_out = of_rows.rows, of_rows.tree.left_out
    present = np.array([row for row in range(len(rows)) if row not in left_out], dtype=np.int64)
    kept = records(grid, found, "part_number", rows[present])
    if not kept and not top.part:
        beneath = of_rows.tree.beneath()
        alone = [row for row in of_rows.tree.tops() if row not in beneath and row not in of_rows.nameless]
        # a product without lines is in no line, and would be nowhere
        return bare_records(grid.file, grid.sheet, [of_rows.parts[row] for row in alone], rows[alone]) if alone else ()
    if not top.judged:
        return kept
    parts = [of_rows.parts[row] for row in top.judged]
    kept = kept or bare_records(grid.file, grid.sheet, parts, rows[list(top.judged)])
    return with_judged(kept, frozenset(parts))


def _read(grid: Grid, found: Found, rows: Rows) -> LevelRows:
    columns = found.roles.columns
    taken = pa.array(rows)
    parts = [part or "" for part in grid.text[columns["part_number"]].take(taken).to_pylist()]
    levels = grid.text[columns["level"]].take(taken).to_pylist()
    nameless = frozenset(row for row, part in enumerate(parts) if not part.strip())
    tree = grow(without_steps(_numbers(levels)), nameless)
    role = next((role for role in ("quantity", "quantity_total") if role in columns), "")
    amounts: Sequence[Fraction | None] = [None] * len(rows)
    if role:
        amounts = exact_cells(grid, columns[role], rows)
    return LevelRows(rows, parts, levels, tree, amounts, nameless)


def _without_flagged(of_rows: LevelRows, found: Found) -> LevelRows:
    """Return the rows without those that are not in the product, and without what stands under them."""
    tree = of_rows.tree
    for reason in dict.fromkeys(found.left_out.values()):
        flagged = (row for row, at in enumerate(of_rows.rows.tolist()) if found.left_out.get(at) == reason)
        tree = tree.without(flagged, reason)
    return replace(of_rows, tree=tree)


def _numbers(levels: Sequence[str | None]) -> list[int]:
    """Return the levels as numbers; a blank one is a top on the first row, or where arrows or dots mark the others."""
    if (codes := outline_codes(levels)) is not None:
        return [code.count(".") + 1 if code else read_level("") for code in codes]
    marked = all(not word or set(word.strip()) <= set("> .") for word in levels) and any(levels)
    read = [0 if marked and not (word or "").strip() else read_level(word or "") for word in levels]
    if read and not (levels[0] or "").strip() and min(read[1:], default=0) >= 1:
        # the product itself, above which nothing stands
        read[0] = min(read[1:]) - 1
    return read


def _basis(of_rows: LevelRows, found: Found, preamble: Preamble, top: Top, choices: Choices) -> Basis:
    if choices.quantity_basis is not None:
        return named_basis(choices.quantity_basis, "as the user says")
    basis = _found_basis(of_rows, found)
    if basis.name not in ("per_top", "per_parent"):
        return basis
    if preamble.unclear:
        doubt = f'"{preamble.unclear}" above the list can be read in two ways'
        return replace(basis, evidence=doubt, unclear=True)
    return _of_batch(basis, of_rows, preamble, top)


def _needed(grid: Grid, found: Found, of_rows: LevelRows, preamble: Preamble) -> Preamble:
    """Return what stands above a list without the doubt how many it is printed for, where quantities are per parent."""
    if not preamble.unclear or names_base(grid, found.header) or _found_basis(of_rows, found).name != "per_parent":
        return preamble
    return replace(preamble, unclear="")


def _of_batch(basis: Basis, of_rows: LevelRows, preamble: Preamble, top: Top) -> Basis:
    """Return the basis of a list for several products, unclear where it does not say for how many."""
    tops = of_rows.tree.tops()
    base, required = Fraction(preamble.base_quantity or 1), Fraction(preamble.required_quantity or 1)
    if basis.name == "per_top":
        rooted = {of_rows.amounts[row] for row in tops if not top.part} - {None}
        if not required or (rooted - {required} if preamble.required_quantity else base != 1 and not rooted):
            doubt = "the rows above the list and its first row do not agree for how many products it is"
            return replace(basis, evidence=doubt, unclear=True)
        return basis
    if base == 1 or not base:
        return replace(basis, unclear=basis.unclear or not base)
    deeper = any(of_rows.tree.parent[above] >= 0 or top.part for above in of_rows.tree.beneath())
    kept = f"the rows above the list say it is kept for {preamble.base_quantity}"
    return Basis("per_batch", base, f"{kept}; not what its assemblies are kept for" if deeper else kept, deeper, "top")


def _found_basis(of_rows: LevelRows, found: Found) -> Basis:
    if found.quantity_basis and found.quantity_basis not in ("per_parent", "instances"):
        return named_basis(found.quantity_basis, "the layout is known")
    columns = found.roles.columns
    if "quantity" not in columns and "quantity_total" not in columns:
        return Basis("instances", evidence="there is no column of quantities")
    if "quantity" in columns:
        return basis_by_test(of_rows.parts, of_rows.tree, of_rows.amounts, "per_parent")
    header = found.roles.headers["quantity_total"]
    tested = basis_by_test(of_rows.parts, of_rows.tree, of_rows.amounts, "per_top")
    return tested if tested.evidence else Basis("per_top", evidence=f'the header "{header}"')


def _own(basis: Basis, of_rows: LevelRows, preamble: Preamble, top: Top) -> list[Fraction | None]:
    """Return the quantities of one parent."""
    if basis.of == "top":
        return kept_for_base(of_rows.amounts, of_rows.tree, basis.size, bool(top.part))
    printed_for = Fraction(preamble.required_quantity or 1) or Fraction(1)
    return per_parent(basis, of_rows.tree, of_rows.amounts, printed_for)


def _total_findings(grid: Grid, found: Found, of_rows: LevelRows, absent: bool) -> list[Finding]:
    columns = found.roles.columns
    if not {"quantity", "quantity_total"} <= set(columns):
        return []
    totals = exact_cells(grid, columns["quantity_total"], of_rows.rows)
    return off_findings(grid, found, of_rows, off_totals(of_rows.tree, of_rows.amounts, totals, absent), totals)


def _said(grid: Grid, found: Found, rows: Rows, own: Sequence[Fraction | None]) -> list[tuple[object, ...]]:
    columns = found.roles.columns
    cells = [
        [comparable_cell(role, cell or "") for cell in grid.text[columns[role]].take(pa.array(rows)).to_pylist()]
        for role in PRINTED
        if role in columns
    ]
    comparable = [Fraction(-1) if amount is None else amount for amount in own]
    return list(zip(comparable, *cells, strict=True))


def _top(grid: Grid, found: Found, of_rows: LevelRows, stem: str, preamble: Preamble) -> Top:
    """Return what the topmost rows are in; a quantity that cannot be read is one all the same."""
    at = found.roles.columns.get("quantity", found.roles.columns.get("quantity_total"))
    faulty = {fault.row for fault in grid.faults if fault.column == at}
    pairs = zip(of_rows.rows.tolist(), of_rows.amounts, strict=True)
    amounts = [Fraction(1) if amount is None and row in faulty else amount for row, amount in pairs]
    instances = found.shape == "level_instances" or not {"quantity", "quantity_total"} & set(found.roles.columns)
    return top_of(
        of_rows.parts,
        of_rows.levels,
        of_rows.tree,
        None if instances else amounts,
        named=preamble.material,
        stem=stem,
        absent=found.quantity_basis == "per_parent_line",
    )


def _lines(of_rows: LevelRows, repeats: Mapping[int, int], topped: bool) -> set[int]:
    left_out = of_rows.tree.left_out
    return {
        row
        for row, above in enumerate(of_rows.tree.parent)
        if (above >= 0 or topped) and row not in repeats and row not in left_out
    }


def _parent_of(row: int, of_rows: LevelRows, top: str) -> str:
    """Return the part a row stands under; for a row left out, the part it would make unreliable."""
    above = of_rows.tree.parent[row]
    if above >= 0:
        return of_rows.parts[above]
    return top if top and row not in of_rows.tree.left_out else of_rows.last_kept(row) or top


def _reasons(of_rows: LevelRows, repeats: Mapping[int, int]) -> dict[int, str]:
    left_out = of_rows.tree.left_out
    reasons = {row: reason for row, reason in left_out.items() if row not in of_rows.nameless}
    reasons |= {row: f"repeats the lines under row {of_rows.rows[of] + 1}" for row, of in repeats.items()}
    return {int(of_rows.rows[row]): reason for row, reason in reasons.items()}
