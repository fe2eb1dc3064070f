"""Columns a table of the model needs, from what systems print instead: price per pack, losses, ranks, batches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model.cells import CellFault, read_decimal
from deminimis.model.checks import RawTable
from deminimis.model.tables import exact_number
from deminimis.readers.tables.line_totals import total_faults, with_units_of_totals
from deminimis.readers.tables.substitutes import with_substitutes

LINES = ("batch_quantity", "loss_percent", "alternate_rank", "substitute_for", "alternate_part")
PARTS = (
    "price_quantity",
    "pack_value",
    "pack_quantity",
    "line_value",
    "mass_total",
    "printed_quantity",
    "line_unit",
    "price_control",
    "other_value",
)
SOURCING = ("price_quantity", "pack_value", "pack_quantity", "price_control", "other_value")
EXTRAS = {"lines": LINES, "parts": PARTS, "sourcing": SOURCING}
"""Columns that are not the model's own, and are used up here."""
WORDS = ("line_unit", "substitute_for", "alternate_part")
"""Columns of `EXTRAS` that hold no numbers."""
TOLD_ELSEWHERE = ("batch_quantity", "price_quantity", "printed_quantity", "price_control", *WORDS)
"""Columns of `EXTRAS` whose words that are no numbers have a finding of their own."""

CONTROLS = re.compile(r"(?P<S>stprs|stand.*)|(?P<V>verpr|moving.*|gleit.*)", re.IGNORECASE)
"""Headers of the standard and of the moving price, with the letter of the price control that makes each valid."""
PIECE = re.compile(r"(\d[\d.,]*)?\s*(ea|each|pcs?|pce|st|stk|stck|stück|szt|шт|pieces?|个|件|個|只)\.?", re.IGNORECASE)

Exact = Sequence[Fraction | None]


def complete(name: str, raw: RawTable) -> RawTable:
    """Fill the model's columns from those that systems print instead, exactly.

    Parameters
    ----------
    name : str
        "lines", "parts" or "sourcing"; other tables have no such columns.
    raw : RawTable
        With columns of `EXTRAS`.

    Returns
    -------
    RawTable
        Without them.

    Notes
    -----
    quantity / batch_quantity; yield = 100 - loss; of ranked alternatives the first is used; of a standard and a moving
    price the one that the price control (S, V) names; unit value = value / price quantity, else pack value / pack
    quantity, else line value / quantity; mass = total mass / quantity.
    """
    own = set(EXTRAS.get(name, ()))
    extras = own & set(raw.columns)
    if not extras:
        return raw
    raw = replace(raw, faults=(*raw.faults, *_unread(raw, extras)))
    steps: Sequence[Callable[[RawTable], RawTable]] = (
        (_batches, _losses, with_substitutes, _ranks)
        if name == "lines"
        else (_controlled, _price_quantities, _packs, _totals)
    )
    for step in steps:
        raw = step(raw)
    columns = {column: cells for column, cells in raw.columns.items() if column not in own}
    numbers = {column: cells for column, cells in raw.numbers.items() if column not in own}
    return replace(raw, columns=columns, numbers=numbers)


def _unread(raw: RawTable, extras: Iterable[str]) -> list[CellFault]:
    """Return the faults of words that are no numbers: no typing of cells comes after this that could tell them."""
    faults = []
    for column in sorted(set(extras) - set(TOLD_ELSEWHERE)):
        for i, (said, number) in enumerate(zip(_said(raw, column), _exact(raw, column), strict=True)):
            word = raw.columns[column][i].as_py().strip() if said and number is None else ""
            if any(map(str.isalnum, word)):  # dashes and question marks leave it open, as a blank cell does
                faults.append(CellFault(i, column, "NUMBER_NOT_READ", word))
    return faults


def _exact(raw: RawTable, column: str) -> Exact:
    """Return the numbers of a column as they are written, None where they are none."""
    if column not in raw.columns:
        return [None] * len(raw.rows)
    words = raw.columns[column].to_pylist()
    doubles = raw.numbers[column].to_pylist() if column in raw.numbers else [None] * len(words)
    return [_number(word, double) for word, double in zip(words, doubles, strict=True)]


def _number(word: str | None, double: float | None) -> Fraction | None:
    if double is not None and double == double:
        return exact_number(double)
    return read_decimal(word) if word else None


def _said(raw: RawTable, column: str) -> list[bool]:
    if column not in raw.columns:
        return [False] * len(raw.rows)
    return [bool(word and word.strip()) for word in raw.columns[column].to_pylist()]


def _set(raw: RawTable, column: str, new: Mapping[int, Fraction], source: str) -> RawTable:
    """Return the table with some cells of a column replaced by exact numbers."""
    if not new:
        return raw
    cells = raw.columns[column].to_pylist() if column in raw.columns else [None] * len(raw.rows)
    for index, number in new.items():
        cells[index] = str(number)
    numbers = dict(raw.numbers)
    if column in numbers:
        kept = pa.array([index not in new for index in range(len(raw.rows))])
        numbers[column] = pc.if_else(kept, numbers[column], pa.scalar(None, pa.float64()))
    headers = {**raw.headers, column: raw.headers.get(column, raw.headers.get(source, column))}
    columns = {**raw.columns, column: pa.array(cells, pa.string())}
    return replace(raw, columns=columns, numbers=numbers, headers=headers)


def _divided(raw: RawTable, column: str, by: str, code: str) -> RawTable:
    """Return the table with a column divided by another where that is given and not one."""
    amounts, divisors, given = _exact(raw, column), _exact(raw, by), _said(raw, by)
    said = _said(raw, column)
    pairs = enumerate(zip(amounts, divisors, strict=True))
    new = {i: amount / divisor for i, (amount, divisor) in pairs if amount is not None and divisor and divisor > 0}
    new = {i: amount for i, amount in new.items() if divisors[i] != 1}
    unread = [i for i, divisor in enumerate(divisors) if given[i] and said[i] and (divisor is None or divisor <= 0)]
    words = raw.columns[by].to_pylist() if by in raw.columns else []
    faults = [CellFault(i, column, code, words[i] or "") for i in unread]
    blank = [i for i in range(len(said)) if said[i] and not given[i]]
    if any(given) and blank and raw.headers.get(by) != raw.headers.get(column):
        faults.append(CellFault(blank[0], by, "DIVISOR_BLANK", raw.headers.get(by, by), {"count": str(len(blank))}))
    return replace(_set(raw, column, new, by), faults=(*raw.faults, *faults))


def _batches(raw: RawTable) -> RawTable:
    return _divided(raw, "quantity", "batch_quantity", "BATCH_NOT_READ")


def _price_quantities(raw: RawTable) -> RawTable:
    """Divide prices by the number of pieces they are for; a unit "EA" or "100 PC" says it too."""
    if "price_quantity" in raw.columns:
        words = raw.columns["price_quantity"].to_pylist()
        pieces = [PIECE.fullmatch(word.strip()) if word else None for word in words]
        counts = [(found[1] or "1") if found else word for found, word in zip(pieces, words, strict=True)]
        raw = replace(raw, columns={**raw.columns, "price_quantity": pa.array(counts, pa.string())})
    return _divided(raw, "unit_value", "price_quantity", "PRICE_QUANTITY_NOT_READ")


def _controlled(raw: RawTable) -> RawTable:
    """Keep the price that the price control makes valid, of a standard and a moving one; without it two are a fault."""
    own, other = (_letter(raw, column) for column in ("unit_value", "other_value"))
    if not own:
        return raw
    blank: list[str | None] = [None] * len(raw.rows)
    control = raw.columns["price_control"].to_pylist() if "price_control" in raw.columns else blank
    letters = [(word or "").strip().upper() for word in control]
    said, others = _said(raw, "unit_value"), _said(raw, "other_value")
    pairs = list(zip(_exact(raw, "unit_value"), _exact(raw, "other_value"), strict=True))
    sure = _sure(raw, "other_value")
    taken = np.array([letter == other and sure[i] for i, letter in enumerate(letters)], dtype=bool)
    open_ = [
        i
        for i, letter in enumerate(letters)
        if not taken[i] and letter != own and ((others[i] and pairs[i][0] != pairs[i][1]) or (said[i] and letter))
    ]
    faults = [CellFault(i, "unit_value", "PRICE_NOT_CHOSEN", raw.headers["unit_value"]) for i in open_]
    columns, numbers = dict(raw.columns), dict(raw.numbers)
    for arrays in (columns, numbers):
        if {"unit_value", "other_value"} <= set(arrays):
            arrays["unit_value"] = pc.if_else(pa.array(taken), arrays["other_value"], arrays["unit_value"])
    return replace(raw, columns=columns, numbers=numbers, faults=(*raw.faults, *faults))


def _sure(raw: RawTable, column: str) -> list[bool]:
    """Return which cells are numbers whose decimal mark is plain: this column is not brought to plain numbers."""
    if column not in raw.columns:
        return [False] * len(raw.rows)
    words = raw.columns[column].to_pylist()
    doubles = raw.numbers[column].to_pylist() if column in raw.numbers else [None] * len(words)
    plain = re.compile(r"\d+(\.(\d{1,2}|\d{4,}))?")
    pairs = zip(words, doubles, strict=True)
    return [double is not None or bool(word and plain.fullmatch(word.strip())) for word, double in pairs]


def _letter(raw: RawTable, column: str) -> str:
    found = CONTROLS.match(raw.headers.get(column, "")) if column in raw.columns else None
    return (found.lastgroup or "") if found else ""


def _losses(raw: RawTable) -> RawTable:
    losses, given = _exact(raw, "loss_percent"), _said(raw, "yield_percent")
    found = {i: 100 - loss for i, loss in enumerate(losses) if loss is not None and not given[i]}
    return _set(raw, "yield_percent", found, "loss_percent")


def _ranks(raw: RawTable) -> RawTable:
    """Let the first of ranked alternatives be used, and say so; a rank without group is a fault.

    Where the ranks do not say which is first, the group is left without shares, which its check calls an error.
    """
    ranks, shares = _exact(raw, "alternate_rank"), _said(raw, "usage_percent")
    blank: list[str | None] = [None] * len(raw.rows)
    groups = raw.columns["alternate_group"].to_pylist() if "alternate_group" in raw.columns else blank
    parents = raw.columns["parent"].to_pylist() if "parent" in raw.columns else blank
    members: dict[tuple[str | None, str], list[int]] = {}
    faults = []
    for i, rank in enumerate(ranks):
        if group := (groups[i] or "").strip():
            members.setdefault((parents[i], group), []).append(i)
        elif rank is not None and rank > 1 and not shares[i]:
            faults.append(CellFault(i, "alternate_group", "RANK_WITHOUT_GROUP", str(rank)))
    used: dict[int, Fraction] = {}
    for (_, group), rows in members.items():
        if (first := _first_in_rank(rows, ranks, shares)) is not None:
            used |= {i: Fraction(100 if i == first else 0) for i in rows}
            if len(rows) > 1:
                faults.append(CellFault(first, "alternate_group", "ALTERNATES_BY_RANK", group))
    return replace(_set(raw, "usage_percent", used, "alternate_rank"), faults=(*raw.faults, *faults))


def _first_in_rank(rows: Sequence[int], ranks: Exact, shares: Sequence[bool]) -> int | None:
    """Return the row that comes first; None where a rank is missing, two come first, or shares say it already."""
    ranked = sorted((rank, i) for i in rows if (rank := ranks[i]) is not None and not shares[i])
    if len(ranked) < len(rows) or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _packs(raw: RawTable) -> RawTable:
    return _ratio(raw, "unit_value", "pack_value", "pack_quantity", "PRICE_OF_PACK")


def _totals(raw: RawTable) -> RawTable:
    """Divide totals of lines by quantities, and tell those that contradict a unit price beside them."""
    if not {"line_value", "mass_total"} & set(raw.columns) or "printed_quantity" not in raw.columns:
        return raw
    numbers = [_exact(raw, column) for column in ("unit_value", "printed_quantity", "line_value")]
    told = replace(raw, faults=(*raw.faults, *total_faults(raw, *numbers)))
    return with_units_of_totals(_masses(_line_values(told)), raw, *numbers)


def _line_values(raw: RawTable) -> RawTable:
    return _ratio(raw, "unit_value", "line_value", "printed_quantity", "PRICE_OF_LINE")


def _masses(raw: RawTable) -> RawTable:
    return _ratio(raw, "mass", "mass_total", "printed_quantity", "MASS_OF_LINE")


def _ratio(raw: RawTable, column: str, above: str, below: str, code: str) -> RawTable:
    """Fill blank cells of a column by a ratio of two others, and tell the first one filled so."""
    blank = [not said for said in _said(raw, column)]
    totals, counts = _exact(raw, above), _exact(raw, below)
    pairs = enumerate(zip(totals, counts, strict=True))
    new = {i: total / n for i, (total, n) in pairs if blank[i] and total is not None and n is not None and n > 0}
    if below == "pack_quantity":
        empty = [i for i, n in enumerate(counts) if n is not None and n <= 0 and totals[i] is not None and blank[i]]
        faults = [CellFault(i, above, "PRICE_QUANTITY_NOT_READ", str(counts[i])) for i in empty]
        raw = replace(raw, faults=(*raw.faults, *faults))
    if not new:
        return raw
    first = min(new)
    told = CellFault(first, column, code, str(float(new[first])), {"count": str(len(new))})
    return replace(_set(raw, column, new, above), faults=(*raw.faults, told))
