"""Numbers written as text to plain decimals: decimal commas, currency signs, units, words that mean unknown.

Runs before the typing of cells, on the text columns of one table. A column of plain decimals costs a few passes of
Arrow; of the others only the odd words are looked at, each once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.errors import InputError
from deminimis.model.cells import CellFault
from deminimis.readers.cells.cell_words import CellWords, read_cell
from deminimis.readers.cells.decimal_marks import COMMA, POINT, Column, Decision, Proof, decide
from deminimis.readers.cells.number_outcomes import assumed_once, currency_of, outcome

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
KINDS = ("quantity", "money", "number")
PLAIN_OR_BLANK = r"^\s*([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)?\s*$"
THOUSAND_LIKE = r"^\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*$"
"""Plain decimals that are whole numbers where the comma is the decimal mark."""
CLEAN = {
    POINT: r"^\s*[+-]?(\d*|[1-9]\d{0,2}(,\d{3})+)\.\d+([eE][+-]?\d+)?\s*$",
    COMMA: r"^\s*[+-]?((\d+|[1-9]\d{0,2}(\.\d{3})+),(\d{1,2}|\d{4,})|0,\d+)\s*$",
}
"""Numbers without words that prove a decimal mark; Arrow reads them, for a column of prices seldom repeats itself."""


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers as plain decimals, and what else its cells said.

    Parameters
    ----------
    text : pyarrow.StringArray (rows,)
        Plain decimals; null where the cell says unknown or has an error among `faults`; the word itself where it is no
        number, for the typing of cells to say so.
    units : mapping of row to str
        Unit named in the cell.
    currencies : mapping of row to str
        ISO code of the currency named in the cell.
    per : mapping of row to str
        Price quantity named in the cell, as plain decimal.
    faults : tuple of CellFault
        What was found; `index` counts the rows from 0.
    decimal : str
        ".", "," or "" where no cell decides.
    evidence : str
        Which cell decided.
    """

    text: pa.Array
    units: Mapping[int, str]
    currencies: Mapping[int, str]
    per: Mapping[int, str]
    faults: tuple[CellFault, ...]
    decimal: str
    evidence: str


@dataclass(frozen=True, slots=True)
class _Cells:
    """One column: rows of its odd cells, as codes of distinct words, and rows of bare numbers that bear on the mark."""

    name: str
    text: pa.Array
    odd: Ints
    codes: Ints
    words: Sequence[str]
    read: Sequence[CellWords]
    clean: Mapping[str, Ints]
    thousand_like: Ints


def read_number_words(
    columns: Mapping[str, pa.Array],
    kinds: Mapping[str, str],
    given: Mapping[str, pa.Array] | None = None,
    *,
    decimal: str = "",
    comma_hint: bool = False,
    language: str = "",
    rows: Sequence[int] | npt.NDArray[np.int32] | None = None,
    currencies: Mapping[str, pa.Array] | None = None,
    further: Sequence[Column] = (),
) -> dict[str, NumberColumn]:
    """Read the columns of numbers of one table, whatever signs and words stand in them.

    Parameters
    ----------
    columns : mapping of column name to pyarrow.StringArray (rows,)
        What the cells say.
    kinds : mapping of column name to str
        "quantity", "money" or "number".
    given : mapping of column name to pyarrow.DoubleArray (rows,), optional
        The doubles behind the cells; where there is one, the cell is left as it is.
    decimal : str
        Decimal mark the user named; "" to find it.
    comma_hint : bool
        The file looks as if made where the decimal comma is usual: "1.000" is then not a decimal without evidence.
    language : str
        Language of most headers; says what "¥", "$" and "kr" mean.
    rows : sequence of int (rows,), optional
        Row numbers of the spreadsheet, for the evidence; 1 and up by default.
    currencies : mapping of column name to pyarrow.StringArray (rows,), optional
        What the table's own column of currencies says beside each column of money; settles a shared sign.
    further : sequence of Column
        What stands elsewhere on the sheet and bears on the mark, such as columns that are not read.

    Returns
    -------
    dict of column name to NumberColumn

    Raises
    ------
    InputError
        A decimal mark or a kind that does not exist.

    Examples
    --------
    >>> read = read_number_words({"price": pa.array(["1.234,50 €", "2.000 €"])}, {"price": "money"})["price"]
    >>> read.text.to_pylist(), read.currencies[1], read.evidence
    (['1234.50', '2000'], 'EUR', 'decimal comma: row 1 says "1.234,50 €"')
    """
    _check_use(columns, kinds, decimal)
    odd = {name: _odd_rows(text, (given or {}).get(name)) for name, text in columns.items()}
    if not any(len(found) for found in odd.values()) and decimal != COMMA and not comma_hint:
        return {name: NumberColumn(text, {}, {}, {}, (), "", "plain decimals") for name, text in columns.items()}
    taken = [_taken(name, text, odd[name], kinds[name], (given or {}).get(name)) for name, text in columns.items()]
    found = {}
    for cells, decision in zip(taken, _decisions(taken, rows, decimal, comma_hint, further), strict=True):
        named = (currencies or {}).get(cells.name)
        found[cells.name] = _column(cells, kinds[cells.name], decision, language, named)
    return found


def _decisions(
    taken: Sequence[_Cells],
    rows: Sequence[int] | npt.NDArray[np.int32] | None,
    decimal: str,
    comma_hint: bool,
    further: Sequence[Column],
) -> Iterator[Decision]:
    """Yield the decimal mark of each column, for which all other columns are evidence."""
    proofs = [_proofs(cells, rows) for cells in taken]
    for at, own in enumerate(proofs):
        yield decide(own, [*proofs[:at], *proofs[at + 1 :], *further], decimal, comma_hint)


def _check_use(columns: Mapping[str, pa.Array], kinds: Mapping[str, str], decimal: str) -> None:
    if decimal not in ("", POINT, COMMA):
        raise InputError(f"{decimal!r} is no decimal mark: name point or comma.", file="")
    for name in columns:
        if kinds.get(name) not in KINDS:
            raise InputError(f"the column {name} has no kind of number: give one of {', '.join(KINDS)}.", file="")


def _odd_rows(text: pa.Array, given: pa.Array | None) -> Ints:
    """Return the rows whose cell is text but neither blank nor a plain decimal."""
    left = text.is_valid()
    if given is not None:
        left = pc.and_(left, given.is_null())
        if not pc.any(left).as_py():
            return np.empty(0, dtype=np.int64)
    plain = pc.fill_null(pc.match_substring_regex(text, PLAIN_OR_BLANK), True)
    return np.flatnonzero(_mask_of(pc.and_not(left, plain)))


def _taken(name: str, text: pa.Array, odd: Ints, kind: str, given: pa.Array | None) -> _Cells:
    free = _mask_of(given.is_null()) if given is not None else np.ones(len(text), dtype=bool)
    like = _matches(text, THOUSAND_LIKE) & free
    clean = {mark: np.flatnonzero(_matches(text, pattern) & ~like & free) for mark, pattern in CLEAN.items()}
    odd = np.setdiff1d(odd, np.concatenate(list(clean.values())), assume_unique=True)
    coded = text.take(pa.array(odd)).dictionary_encode()
    words = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return _Cells(name, text, odd, codes, words, [read_cell(w, kind) for w in words], clean, np.flatnonzero(like))


def _matches(text: pa.Array, pattern: str) -> Mask:
    return _mask_of(pc.fill_null(pc.match_substring_regex(text, pattern), False))


def _mask_of(array: pa.Array) -> Mask:
    mask: Mask = array.to_numpy(zero_copy_only=False)
    return mask


def _proofs(cells: _Cells, rows: Sequence[int] | npt.NDArray[np.int32] | None) -> Column:
    """Return what the cells of one column prove about its decimal mark."""
    firsts = np.unique(cells.codes, return_index=True)[1]
    counts = np.bincount(cells.codes, minlength=len(cells.words))
    proving: dict[str, list[tuple[int, int]]] = {POINT: [], COMMA: []}
    for code, read in enumerate(cells.read):
        if len(read.readings) == 1:
            proving[next(iter(read.readings))].append((int(cells.odd[firsts[code]]), int(counts[code])))
    for mark, at in cells.clean.items():
        if len(at):
            proving[mark].append((int(at[0]), len(at)))
    proofs = {}
    for mark, found in proving.items():
        if found:
            row = min(found)[0]
            printed = int(rows[row]) if rows is not None else row + 1
            proofs[mark] = Proof(sum(count for _, count in found), printed, cells.text[row].as_py().strip())
    return Column(cells.name, proofs, any(read.is_open and not read.plain for read in cells.read))


def _column(cells: _Cells, kind: str, decision: Decision, language: str, named: pa.Array | None) -> NumberColumn:
    became = [outcome(word, read, kind, decision) for word, read in zip(cells.words, cells.read, strict=True)]
    text, faults = _bare_numbers(cells, decision)
    if len(cells.odd):
        words = pa.array([one.text for one in became], text.type)
        text = _with_cells(text, cells.odd, words.take(pa.array(cells.codes)))
    says_more = [bool(o.code or o.per or r.unit or r.currency) for o, r in zip(became, cells.read, strict=True)]
    units: dict[int, str] = {}
    currencies: dict[int, str] = {}
    per: dict[int, str] = {}
    unclear: list[int] = []
    for at in np.flatnonzero(np.array(says_more, dtype=bool)[cells.codes]).tolist():
        row, one, read = int(cells.odd[at]), became[cells.codes[at]], cells.read[cells.codes[at]]
        if one.code:
            faults.append(_fault(cells, row, one.code, one.details))
        if one.text is None:
            continue
        if read.currency:
            beside = named[row].as_py() if named is not None else None
            currency, code, details = currency_of(read.currency, language, beside)
            faults += [_fault(cells, row, code, details)] if code else []
            if not currency:
                unclear.append(row)
                continue
            currencies[row] = currency
        units |= {row: read.unit} if read.unit else {}
        per |= {row: one.per} if one.per else {}
    text = _without_cells(text, unclear)
    return NumberColumn(text, units, currencies, per, tuple(assumed_once(faults)), decision.mark, decision.evidence)


def _with_cells(text: pa.Array, at: Ints, cells: pa.Array) -> pa.Array:
    mask = np.zeros(len(text), dtype=bool)
    mask[at] = True
    return pc.replace_with_mask(text, pa.array(mask), cells)


def _without_cells(text: pa.Array, at: Sequence[int]) -> pa.Array:
    if not at:
        return text
    mask = np.zeros(len(text), dtype=bool)
    mask[list(at)] = True
    return pc.if_else(pa.array(mask), pa.scalar(None, text.type), text)


def _bare_numbers(cells: _Cells, decision: Decision) -> tuple[pa.Array, list[CellFault]]:
    """Return the column with its bare numbers read by the decision, and the faults of those that do not fit it."""
    text, faults = cells.text, []
    for mark, at in cells.clean.items():
        if mark == decision.mark:
            text = _respelt(text, at, mark)
            continue
        evidence = {"evidence": decision.evidence}
        faults += [_fault(cells, row, "DECIMAL_MIXED", evidence) for row in at.tolist()]
    if decision.mixed or decision.doubted:
        for row in cells.thousand_like.tolist():
            number = cells.text[row].as_py().strip()
            ways = {"point": number, "comma": number.replace(".", "")}
            faults.append(_fault(cells, row, "NUMBER_AMBIGUOUS", ways))
    elif decision.mark == COMMA:
        text = _respelt(text, cells.thousand_like, COMMA)
    return _without_cells(text, [fault.index for fault in faults]), faults


def _respelt(text: pa.Array, at: Ints, mark: str) -> pa.Array:
    """Return the column with plain decimals for the bare numbers at some rows."""
    if not len(at):
        return text
    bare = pc.replace_substring(text.take(pa.array(at)), COMMA if mark == POINT else POINT, "")
    return _with_cells(text, at, pc.replace_substring(bare, mark, POINT))


def _fault(cells: _Cells, row: int, code: str, details: Mapping[str, str]) -> CellFault:
    return CellFault(row, cells.name, code, cells.text[row].as_py().strip(), details)
